/* SPDX-License-Identifier: GPL-2.0 */
/* Stickiness: which member of a gateway group a flow went to before. */
#ifndef _ALKAID_TABLE_STICK_H
#define _ALKAID_TABLE_STICK_H

#include <linux/types.h>

/*
 * A flow keeps its member while that is up, also when another one joins; and a
 * member that drains keeps its flows. The memory of that is a cache of fixed
 * size: a packet allocates nothing and takes no lock. A flow that was pushed out
 * goes where the Maglev table says.
 */
#define ALKAID_STICK_WAYS	8
#define ALKAID_STICK_BUCKETS	8192

/* Seconds without a packet after which a flow is forgotten. */
#define ALKAID_STICK_IDLE	60

/* No member. */
#define ALKAID_STICK_NONE	U16_MAX

/**
 * struct alkaid_sticks - the memory of one gateway group
 * @words: one for each flow, which readers and writers take whole
 */
struct alkaid_sticks {
	u64 words[ALKAID_STICK_BUCKETS][ALKAID_STICK_WAYS];
};

struct alkaid_sticks *alkaid_sticks_alloc(void);
void alkaid_sticks_free(struct alkaid_sticks *sticks);

u16 alkaid_stick_lookup(const struct alkaid_sticks *sticks, u32 hash, u16 now,
			bool *fresh);
void alkaid_stick_touch(struct alkaid_sticks *sticks, u32 hash, u16 place,
			u16 now);

#endif /* _ALKAID_TABLE_STICK_H */
