// SPDX-License-Identifier: GPL-2.0
/* How often a port may make the device say something of its own. */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "rate.h"

#define ALKAID_RATE_INTERVAL	(NSEC_PER_SEC / ALKAID_RATE_PER_SECOND)

/**
 * alkaid_rate_allow_at() - take a token, if there is one
 * @rate: bucket
 * @now: time in nanoseconds
 *
 * A bucket that holds its tokens as a time needs neither lock nor timer: each
 * token puts off by one interval when it will be full.
 *
 * Context: any.
 * Return: false if the bucket is empty.
 */
bool alkaid_rate_allow_at(struct alkaid_rate *rate, u64 now)
{
	s64 old = atomic64_read(&rate->full);
	u64 full;

	do {
		full = max_t(u64, old, now) + ALKAID_RATE_INTERVAL;
		if (full - now > ALKAID_RATE_BURST * ALKAID_RATE_INTERVAL)
			return false;
	} while (!atomic64_try_cmpxchg(&rate->full, &old, full));
	return true;
}

/**
 * alkaid_rate_allow() - take a token, if there is one now
 * @rate: bucket
 *
 * Context: any.
 * Return: false if the bucket is empty.
 */
bool alkaid_rate_allow(struct alkaid_rate *rate)
{
	return alkaid_rate_allow_at(rate, ktime_get_ns());
}
