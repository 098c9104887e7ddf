/* SPDX-License-Identifier: GPL-2.0 */
/* One packet on its way into the tunnel; for path/tunnel_*.c alone. */
#ifndef _ALKAID_PATH_SENDING_H
#define _ALKAID_PATH_SENDING_H

#include <linux/skbuff.h>
#include <net/inet_ecn.h>

#include "../device.h"
#include "../table/gateway.h"
#include "../table/pin.h"
#include "../table/vtep.h"
#include "decide.h"
#include "drop.h"
#include "key.h"
#include "parse.h"
#include "verdict.h"

struct dst_entry;
struct neighbour;
struct sock;

#define ALKAID_OUTER_TTL	64

/**
 * struct alkaid_sending - one packet on its way into the tunnel
 * @ad: device
 * @key: of the frame that it is, or is a part of
 * @v: verdict
 * @sk: socket to send it from
 * @fits: the biggest datagram that may be sent there
 * @whole: the underlay must not fragment it
 * @learn: the VTEP has no hop, and may learn one from the stack's route
 * @dst: of the VTEP's hop, of which no reference is held
 * @neigh: who takes it there; likewise
 */
struct alkaid_sending {
	struct alkaid_dev *ad;
	const struct alkaid_key *key;
	const struct alkaid_verdict *v;
	struct sock *sk;
	u32 fits;
	bool whole;
	bool learn;
	struct dst_entry *dst;
	struct neighbour *neigh;
};

/* Whether what is steered needs the host to be told the gateway's MAC. */
static inline bool alkaid_sending_needs_pin(const struct alkaid_sending *s)
{
	const struct alkaid_gateway *gateway = s->v->gateway;

	return gateway && unlikely(!alkaid_pin_holds(s->v->vtep, gateway->mac));
}

/* Of the flow: it spreads flows over the underlay's paths and queues. */
static inline u32 alkaid_sending_hash(const struct alkaid_sending *s)
{
	return s->v->gateway ? s->v->hash : alkaid_key_hash(s->key);
}

/* RFC 7348, 5; RFC 8926, 3.3. */
static inline __be16 alkaid_sending_sport(const struct alkaid_sending *s,
					  u32 hash)
{
	u32 range = s->ad->sport_max - s->ad->sport_min + 1;

	return htons(s->ad->sport_min + (((u64)hash * range) >> 32));
}

static inline u8 alkaid_sending_tos(const struct alkaid_sending *s)
{
	return INET_ECN_encapsulate(0, s->key->tos);
}

/* tunnel_xmit.c */
bool alkaid_sending_fits(struct alkaid_sending *s, const struct dst_entry *dst);
enum alkaid_drop alkaid_sending_encap(const struct alkaid_sending *s,
				      unsigned int headroom,
				      struct sk_buff *skb);

/* tunnel_fast.c */
bool alkaid_fast_takes(struct alkaid_sending *s, const struct sk_buff *skb);
enum alkaid_drop alkaid_fast_send(const struct alkaid_sending *s,
				  struct sk_buff *skb);

/* tunnel_stack.c */
enum alkaid_drop alkaid_stack_send(struct alkaid_sending *s,
				   struct sk_buff *skb);
struct dst_entry *alkaid_stack_route(const struct alkaid_sending *s);
enum alkaid_drop alkaid_stack_no_route(long err);

#endif /* _ALKAID_PATH_SENDING_H */
