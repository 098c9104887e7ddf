// SPDX-License-Identifier: GPL-2.0
/* The one straight line: parse, decide, act, for both directions. */
#include <linux/skbuff.h>
#include <net/inet_ecn.h>

#include "../device.h"
#include "../table/port.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "act.h"
#include "ahead.h"
#include "decide.h"
#include "drop.h"
#include "parse.h"
#include "pipeline.h"
#include "watch.h"

/*
 * Key and verdict are big, and whoever fills them begins with zeros: the compiler
 * is not to do so before.
 */

/* What is wrong with a frame before its destination matters. */
static enum alkaid_drop alkaid_pipeline_check(const struct alkaid_dev *ad,
					      const struct sk_buff *skb,
					      struct alkaid_key *key)
{
	if (likely(netif_running(ad->dev)))
		return alkaid_parse(skb, key);
	memset_startat(key, 0, len);
	return ALKAID_DROP_DEVICE_DOWN;
}

/* Parsing is done and went well. */
static __always_inline void
alkaid_pipeline_run(struct alkaid_frame *frame, const struct alkaid_key *key,
		    struct alkaid_verdict *v, struct alkaid_steps *steps,
		    struct sk_buff *skb)
{
	/* The stack below looks for headers where these say, to cut GSO packets. */
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, key->l4_offset ?: ETH_HLEN);
	skb_reset_mac_len(skb);

	alkaid_decide(&frame->ad->tables, key, v, steps);
	frame->vpc = v->vpc;
	if (v->vpc)
		alkaid_count_rx(v->vpc->counters, skb->len);
	alkaid_act(frame, key, v, skb);
}

/* Somebody watches, but perhaps no frames like this one. */
static noinline void alkaid_pipeline_watched(struct alkaid_frame *frame,
					     const struct alkaid_key *key,
					     enum alkaid_drop reason,
					     struct sk_buff *skb)
{
	struct alkaid_trace *trace = alkaid_watch_begin(frame->ad, key, skb);
	struct alkaid_verdict v __uninitialized;

	frame->trace = trace;
	if (unlikely(reason))
		alkaid_drop(frame, skb, reason);
	else
		alkaid_pipeline_run(frame, key, trace ? &trace->verdict : &v,
				    trace ? &trace->steps : NULL, skb);
	if (trace)
		alkaid_watch_end(trace);
}

/* Parsing is done; @reason is why it went wrong. */
static __always_inline void
alkaid_pipeline_go(struct alkaid_frame *frame, const struct alkaid_key *key,
		   enum alkaid_drop reason, struct sk_buff *skb)
{
	struct alkaid_verdict v __uninitialized;

	if (static_branch_unlikely(&alkaid_steps_key))
		alkaid_pipeline_watched(frame, key, reason, skb);
	else if (unlikely(reason))
		alkaid_drop(frame, skb, reason);
	else
		alkaid_pipeline_run(frame, key, &v, NULL, skb);
}

/**
 * alkaid_pipeline_port_rcv() - a frame came from a port
 * @port: port
 * @skb: frame, skb->data at its Ethernet header; consumed
 * @ahead: what is being fetched for it
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_pipeline_port_rcv(struct alkaid_port *port, struct sk_buff *skb,
			      struct alkaid_ahead ahead)
{
	struct alkaid_frame frame = { .ad = port->ad, .port = port };
	struct alkaid_key key __uninitialized;
	enum alkaid_drop reason;

	key.port = port;
	key.vni = 0;
	key.outer = in6addr_any;
	reason = alkaid_pipeline_check(port->ad, skb, &key);
	alkaid_ahead_go_on(ahead);
	alkaid_total_inc(port->ad->totals, ALKAID_TOTAL_RX);
	alkaid_count_rx(port->counters, skb->len);
	alkaid_pipeline_go(&frame, &key, reason, skb);
}

static void alkaid_pipeline_mark(const struct alkaid_key *key, bool ce,
				 struct sk_buff *skb)
{
	if (key->l3 == ALKAID_L3_IP4 && ce)
		IP_ECN_set_ce(ip_hdr(skb));
	else if (key->l3 == ALKAID_L3_IP4)
		IP_ECN_set_ect1(ip_hdr(skb));
	else if (ce)
		IP6_ECN_set_ce(skb, ipv6_hdr(skb));
	else
		IP6_ECN_set_ect1(skb, ipv6_hdr(skb));
}

/* Carry the congestion mark of the underlay into the frame (RFC 6040, 4.2). */
static enum alkaid_drop alkaid_pipeline_ecn(const struct alkaid_key *key,
					    u8 outer, struct sk_buff *skb)
{
	bool ce = false, ect1;
	int hlen;

	if (key->l3 == ALKAID_L3_IP4)
		hlen = sizeof(struct iphdr);
	else if (key->l3 == ALKAID_L3_IP6)
		hlen = sizeof(struct ipv6hdr);
	else
		return ALKAID_DROP_NONE;

	if (__INET_ECN_decapsulate(outer, key->tos, &ce) > 1)
		return ALKAID_DROP_TUNNEL_ECN;
	ect1 = (outer & INET_ECN_MASK) == INET_ECN_ECT_1 &&
	       (key->tos & INET_ECN_MASK) == INET_ECN_ECT_0;
	if (likely(!ce && !ect1))
		return ALKAID_DROP_NONE;
	if (skb_ensure_writable(skb, ETH_HLEN + hlen))
		return ALKAID_DROP_NO_MEMORY;
	skb_set_network_header(skb, ETH_HLEN);
	alkaid_pipeline_mark(key, ce, skb);
	return ALKAID_DROP_NONE;
}

/**
 * alkaid_pipeline_tunnel_rcv() - a frame came from the tunnel
 * @ad: device
 * @vni: VXLAN network identifier
 * @outer: source of the outer header
 * @tos: type of service of the outer header
 * @skb: inner frame, skb->data at its Ethernet header; consumed
 *
 * The caller has counted it.
 *
 * Context: softirq, RCU read side.
 */
void alkaid_pipeline_tunnel_rcv(struct alkaid_dev *ad, u32 vni,
				const struct in6_addr *outer, u8 tos,
				struct sk_buff *skb)
{
	struct alkaid_frame frame = { .ad = ad };
	struct alkaid_key key __uninitialized;
	enum alkaid_drop reason;

	key.port = NULL;
	key.vni = vni;
	key.outer = *outer;
	reason = alkaid_pipeline_check(ad, skb, &key);
	if (likely(!reason))
		reason = alkaid_pipeline_ecn(&key, tos, skb);
	alkaid_pipeline_go(&frame, &key, reason, skb);
}

/**
 * alkaid_pipeline_foresee() - what would become of a frame
 * @trace: the device, and in the key where the frame comes from; the rest is the
 *	result
 * @skb: frame, skb->data at its Ethernet header; not changed
 *
 * What the answer depends on beyond the tables is not asked: rate limits, and
 * whether there is memory.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_pipeline_foresee(struct alkaid_trace *trace,
			     const struct sk_buff *skb)
{
	struct alkaid_verdict *v = &trace->verdict;
	struct alkaid_dev *ad = trace->ad;

	trace->dropped = alkaid_pipeline_check(ad, skb, &trace->key);
	if (trace->dropped)
		return;
	alkaid_decide(&ad->tables, &trace->key, v, &trace->steps);
	/* The first frame to a VTEP finds out what fits: be the second. */
	if (v->vtep && !READ_ONCE(v->vtep->mtu)) {
		alkaid_act_foresee(ad, &trace->key, v);
		trace->steps.n = 0;
		alkaid_decide(&ad->tables, &trace->key, v, &trace->steps);
	}
	trace->dropped = alkaid_act_foresee(ad, &trace->key, v);
}
