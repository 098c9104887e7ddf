/* SPDX-License-Identifier: GPL-2.0 */
/* Ahead of a decision: memory that it will read is fetched while the frame is made ready. */
#ifndef _ALKAID_PATH_AHEAD_H
#define _ALKAID_PATH_AHEAD_H

#include "../table/tables.h"

struct alkaid_port;
struct sk_buff;

/**
 * struct alkaid_ahead - where a frame's destination will be looked up
 * @bucket: first; or NULL
 * @hash: of the destination
 *
 * A guess: for memory to be fetched, and nothing else.
 */
struct alkaid_ahead {
	const struct alkaid_index_bucket *bucket;
	u32 hash;
};

struct alkaid_ahead alkaid_ahead_fetch(const struct alkaid_tables *t,
				       const struct alkaid_port *port,
				       const struct sk_buff *skb);

/* Of a small table there is nothing to fetch: the caches hold all of it. */
static inline struct alkaid_ahead
alkaid_ahead_begin(const struct alkaid_tables *t,
		   const struct alkaid_port *port, const struct sk_buff *skb)
{
	if (unlikely(alkaid_index_is_big(&t->endpoints_by_mac)))
		return alkaid_ahead_fetch(t, port, skb);
	return (struct alkaid_ahead){ };
}

/* The bucket has come meanwhile: have at hand what is in it. */
static inline void alkaid_ahead_go_on(struct alkaid_ahead ahead)
{
	const void *obj;

	if (likely(!ahead.bucket))
		return;
	obj = alkaid_index_guess(ahead.bucket, ahead.hash);
	if (obj)
		prefetch(obj);
}

#endif /* _ALKAID_PATH_AHEAD_H */
