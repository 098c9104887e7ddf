/* SPDX-License-Identifier: GPL-2.0 */
/* What hosts were told of a short while ago, so as not to tell them again. */
#ifndef _ALKAID_PATH_TOLD_H
#define _ALKAID_PATH_TOLD_H

#include <linux/atomic.h>
#include <linux/types.h>

/*
 * A cache of fixed size: a packet allocates nothing and takes no lock. When more
 * flows share a bucket within one interval than it has ways, some are told of
 * twice.
 */
#define ALKAID_TOLD_WAYS	8
#define ALKAID_TOLD_BUCKETS	4096

/* Milliseconds for which a flow is not told of again. */
#define ALKAID_TOLD_INTERVAL	1000

/**
 * struct alkaid_told - what hosts were told of
 * @words: a tag of the flow and a time each, read and written whole
 */
struct alkaid_told {
	atomic64_t words[ALKAID_TOLD_BUCKETS][ALKAID_TOLD_WAYS];
};

struct alkaid_told *alkaid_told_alloc(void);
void alkaid_told_free(struct alkaid_told *told);
bool alkaid_told_claim(struct alkaid_told *told, u64 hash, u32 now);

#endif /* _ALKAID_PATH_TOLD_H */
