/* SPDX-License-Identifier: GPL-2.0 */
/* One packet on its way into the tunnel; for path/tunnel_*.c alone. */
#ifndef _ALKAID_PATH_SENDING_H
#define _ALKAID_PATH_SENDING_H

#include <linux/skbuff.h>
#include <net/inet_ecn.h>
#include <net/udp_tunnel.h>

#include "../device.h"
#include "../table/gateway.h"
#include "../table/pin.h"
#include "../table/vtep.h"
#include "decide.h"
#include "drop.h"
#include "geneve.h"
#include "key.h"
#include "parse.h"
#include "verdict.h"
#include "vxlan.h"

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
 */
struct alkaid_sending {
	struct alkaid_dev *ad;
	const struct alkaid_key *key;
	const struct alkaid_verdict *v;
	struct sock *sk;
	u32 fits;
	bool whole;
	bool learn;
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

/* Note what of the frame is left to the netdev: of most there is nothing. */
static inline int alkaid_sending_offload(struct sk_buff *skb)
{
	/* Inner headers are those of this frame, not of a tunnel inside it. */
	skb->encapsulation = 0;
	if (skb_is_gso(skb) || skb->ip_summed == CHECKSUM_PARTIAL)
		return udp_tunnel_handle_offloads(skb, true);
	skb_reset_inner_headers(skb);
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

/*
 * Put the tunnel header in front, with room for @headroom bytes before the UDP
 * header. False: there is no memory.
 */
static inline bool alkaid_sending_encap(const struct alkaid_sending *s,
					unsigned int headroom,
					struct sk_buff *skb)
{
	if (unlikely(skb_cow_head(skb, headroom + sizeof(struct udphdr) +
				  sizeof(struct alkaid_vxlan_hdr)) ||
		     alkaid_sending_offload(skb)))
		return false;
	if (s->v->encap == ALKAID_ENCAP_VXLAN)
		alkaid_vxlan_push(skb, s->v->vni);
	else
		alkaid_geneve_push(skb, s->v->vni);
	skb_set_inner_protocol(skb, htons(ETH_P_TEB));
	return true;
}

/*
 * The route knows best what fits, and may just have learned it from an ICMP
 * error; the VTEP keeps it for decisions to come.
 */
static inline void alkaid_sending_learn_mtu(const struct alkaid_sending *s,
					    u32 mtu)
{
	struct alkaid_vtep *vtep = s->v->vtep;

	if (unlikely(mtu != READ_ONCE(vtep->mtu)))
		WRITE_ONCE(vtep->mtu, mtu);
}

/* tunnel_fast.c */
bool alkaid_fast_send(struct alkaid_sending *s, struct sk_buff *skb);

/* tunnel_stack.c */
enum alkaid_drop alkaid_stack_send(struct alkaid_sending *s,
				   struct sk_buff *skb);
enum alkaid_drop alkaid_stack_foresee(struct alkaid_sending *s);

#endif /* _ALKAID_PATH_SENDING_H */
