// SPDX-License-Identifier: GPL-2.0
/* How often a port may make the device say something of its own. */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "rate.h"

#define ALKAID_RATE_INTERVAL	(NSEC_PER_SEC / ALKAID_RATE_PER_SECOND)

/**
 * alkaid_rate_take() - take a token, if there is one
 * @rate: bucket
 * @now: time in nanoseconds
 * @interval: nanoseconds in which a token comes, not 0
 * @burst: tokens that a full bucket has
 *
 * A bucket that holds its tokens as a time needs neither lock nor timer: each
 * token puts off by one interval when it will be full.
 *
 * Context: any.
 * Return: false if the bucket is empty.
 */
bool alkaid_rate_take(struct alkaid_rate *rate, u64 now, u64 interval,
		      u32 burst)
{
	s64 old = atomic64_read(&rate->full);
	u64 full;

	do {
		full = max_t(u64, old, now) + interval;
		if (full - now > burst * interval)
			return false;
	} while (!atomic64_try_cmpxchg(&rate->full, &old, full));
	return true;
}

/**
 * alkaid_rate_allow_at() - take a port's token, if there is one
 * @rate: bucket
 * @now: time in nanoseconds
 *
 * Context: any.
 * Return: false if the bucket is empty.
 */
bool alkaid_rate_allow_at(struct alkaid_rate *rate, u64 now)
{
	return alkaid_rate_take(rate, now, ALKAID_RATE_INTERVAL,
				ALKAID_RATE_BURST);
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
