/* SPDX-License-Identifier: GPL-2.0 */
/* How often a port may make the device say something of its own. */
#ifndef _ALKAID_PATH_RATE_H
#define _ALKAID_PATH_RATE_H

#include <linux/atomic.h>
#include <linux/types.h>

/* ICMP errors, and announcements, of a port: each so many a second, ... */
#define ALKAID_RATE_PER_SECOND	100
/* ... and so many at once. */
#define ALKAID_RATE_BURST	50

/**
 * struct alkaid_rate - a token bucket
 * @full: when it will be full again, in nanoseconds of ktime_get_ns(); zero at
 *	the beginning
 */
struct alkaid_rate {
	atomic64_t full;
};

bool alkaid_rate_take(struct alkaid_rate *rate, u64 now, u64 interval,
		      u32 burst);
bool alkaid_rate_allow_at(struct alkaid_rate *rate, u64 now);
bool alkaid_rate_allow(struct alkaid_rate *rate);

#endif /* _ALKAID_PATH_RATE_H */
