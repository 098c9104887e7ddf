// SPDX-License-Identifier: GPL-2.0
/* Into the tunnel: frames are encapsulated and sent. */
#include "../compat.h"
#include "../table/addr.h"
#include "../table/counters.h"
#include "fragment.h"
#include "icmp.h"
#include "sending.h"
#include "tunnel.h"

static struct socket *alkaid_tunnel_sock(const struct alkaid_dev *ad,
					 const struct alkaid_verdict *v)
{
	enum alkaid_family family = alkaid_addr_is_v4(&v->vtep->addr) ?
				    ALKAID_FAMILY_IP4 : ALKAID_FAMILY_IP6;

	return rcu_dereference(ad->socks[v->encap][family]);
}

/*
 * Encapsulate one packet and send it.
 * Return: ALKAID_DROP_NONE, and @skb is consumed; else why not, and it is not.
 */
static enum alkaid_drop alkaid_tunnel_send(struct alkaid_sending *s,
					   struct sk_buff *skb)
{
	struct socket *sock = alkaid_tunnel_sock(s->ad, s->v);
	unsigned int len = skb->len;
	enum alkaid_drop reason;

	if (unlikely(!sock))
		return ALKAID_DROP_DEVICE_DOWN;
	s->sk = sock->sk;
	reason = likely(alkaid_fast_send(s, skb)) ? ALKAID_DROP_NONE :
						    alkaid_stack_send(s, skb);
	if (likely(!reason))
		alkaid_count_tx(s->v->vtep->counters, len);
	return reason;
}

/* All that a segment needs of the stack below it. */
#define ALKAID_SEGMENT_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM)

/*
 * A VM may run a tunnel of its own. GSO knows one level of encapsulation, and
 * that is ours: cut the packet at the VM's.
 * Return: the first segment, the others behind it; or NULL, and @skb is as it was.
 */
static noinline struct sk_buff *alkaid_tunnel_segment(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, ALKAID_SEGMENT_FEATURES);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/* It fitted when that was decided, or nobody knew; and now it does not. */
static void alkaid_tunnel_tell(const struct alkaid_frame *frame,
			       const struct alkaid_sending *s,
			       const struct sk_buff *skb)
{
	struct alkaid_verdict told = *s->v;

	told.action = ALKAID_DO_DROP;
	told.reason = ALKAID_DROP_TOO_BIG;
	told.tell = ALKAID_TELL_TOO_BIG;
	told.mtu = s->fits;
	if (s->key->port && !frame->copy)
		alkaid_icmp_tell(frame, s->key, &told, skb);
}

/* It was not sent, for @reason. */
static noinline void alkaid_tunnel_refuse(const struct alkaid_frame *frame,
					  const struct alkaid_sending *s,
					  enum alkaid_drop reason,
					  struct sk_buff *skb)
{
	if (reason == ALKAID_DROP_TOO_BIG) {
		if (alkaid_may_fragment(&s->ad->tables, s->key)) {
			alkaid_fragment(frame, s->key, s->v, s->fits, skb,
					alkaid_tunnel_xmit);
			return;
		}
		alkaid_tunnel_tell(frame, s, skb);
	}
	/* The next one goes to the gateway. */
	if (s->v->flow && (reason == ALKAID_DROP_UNDERLAY_ROUTE ||
			   reason == ALKAID_DROP_UNDERLAY_LOOP))
		alkaid_vtep_unreachable(s->v->vtep);
	alkaid_count_drop(s->v->vtep->counters);
	alkaid_drop(frame, skb, reason);
}

/**
 * alkaid_tunnel_xmit() - encapsulate a frame and send it to a VTEP
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: VTEP, format and VNI
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_sending s = { .ad = frame->ad, .key = key, .v = v };
	struct sk_buff *rest = NULL, *next;
	unsigned int len = skb->len;
	enum alkaid_drop reason;

	if (unlikely(skb->encapsulation && skb_is_gso(skb))) {
		struct sk_buff *segs = alkaid_tunnel_segment(skb);

		if (!segs) {
			alkaid_drop(frame, skb, ALKAID_DROP_SEGMENTATION);
			return;
		}
		skb = segs;
		rest = segs->next;
		skb_mark_not_on_list(skb);
	}
	reason = alkaid_tunnel_send(&s, skb);
	if (unlikely(reason)) {
		kfree_skb_list(rest);
		alkaid_tunnel_refuse(frame, &s, reason, skb);
		return;
	}
	alkaid_frame_sent(frame, len);

	/* One frame came, and is accounted for: these are more. */
	skb_list_walk_safe(rest, skb, next) {
		skb_mark_not_on_list(skb);
		if (alkaid_tunnel_send(&s, skb))
			kfree_skb(skb);
		else
			alkaid_total_inc(s.ad->totals, ALKAID_TOTAL_GENERATED);
	}
}

/**
 * alkaid_tunnel_foresee() - for what a frame would not be sent to a VTEP
 * @ad: device
 * @key: of the frame
 * @v: verdict: VTEP and format
 *
 * The VTEP keeps the route that is found, as it does that of a frame.
 *
 * Context: BH disabled, RCU read side.
 * Return: ALKAID_DROP_NONE, or why.
 */
enum alkaid_drop alkaid_tunnel_foresee(struct alkaid_dev *ad,
				       const struct alkaid_key *key,
				       const struct alkaid_verdict *v)
{
	struct alkaid_sending s = { .ad = ad, .key = key, .v = v };
	struct socket *sock = alkaid_tunnel_sock(ad, v);
	enum alkaid_drop reason;

	if (!sock)
		return ALKAID_DROP_DEVICE_DOWN;
	s.sk = sock->sk;
	reason = alkaid_stack_foresee(&s);
	return reason == ALKAID_DROP_TOO_BIG &&
	       alkaid_may_fragment(&ad->tables, key) ?
	       ALKAID_DROP_NONE : reason;
}
