// SPDX-License-Identifier: GPL-2.0
/* Carrying out a verdict: the only switch on it. */
#include "../device.h"
#include "../table/counters.h"
#include "../table/flow.h"
#include "../table/group.h"
#include "../table/route.h"
#include "act.h"
#include "decide.h"
#include "flood.h"
#include "fragment.h"
#include "icmp.h"
#include "nd.h"
#include "oam.h"
#include "parse.h"
#include "port.h"
#include "ra.h"
#include "reply.h"
#include "rewrite.h"
#include "trace.h"
#include "tunnel.h"

/* That an address led nowhere, for tracepoints. */
static void alkaid_act_unresolved(const struct alkaid_frame *frame,
				  const struct alkaid_key *key,
				  const struct alkaid_verdict *v)
{
	switch (v->reason) {
	case ALKAID_DROP_NEXT_HOP:
		trace_alkaid_resolve_failure(frame->ad->dev, v,
					     &v->route->via);
		break;
	case ALKAID_DROP_ND_UNKNOWN:
		trace_alkaid_resolve_failure(frame->ad->dev, v,
					     &key->nd_target);
		break;
	case ALKAID_DROP_NO_NEIGHBOR:
	case ALKAID_DROP_ARP_UNKNOWN:
		trace_alkaid_resolve_failure(frame->ad->dev, v, &key->daddr);
		break;
	default:
		break;
	}
}

/* What is to be remembered of, or said about, a frame on its way to a host. */
static noinline void alkaid_act_path(const struct alkaid_frame *frame,
				     const struct alkaid_key *key,
				     const struct alkaid_verdict *v,
				     unsigned int len)
{
	if (v->gateway) {
		if (unlikely(!v->kept))
			alkaid_stick_touch(v->group->sticks, v->hash,
					   v->gateway->place,
					   ktime_get_seconds());
		alkaid_count_tx(v->gateway->counters, len);
	} else if (v->flow) {
		if (unlikely(!v->kept))
			alkaid_flow_touch(&frame->ad->tables, v->flow);
		alkaid_flow_count_packet(v->flow);
	}
	if (v->relayed)
		alkaid_oam_tell(frame, key, v);
}

static void alkaid_act_encap(const struct alkaid_frame *frame,
			     const struct alkaid_key *key,
			     const struct alkaid_verdict *v,
			     struct sk_buff *skb)
{
	if (unlikely(v->redirected || v->relayed))
		alkaid_act_path(frame, key, v, skb->len);
	alkaid_tunnel_xmit(frame, key, v, skb);
}

/**
 * alkaid_act() - carry out a verdict
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, the RCU read side of the decision.
 */
void alkaid_act(const struct alkaid_frame *frame, const struct alkaid_key *key,
		const struct alkaid_verdict *v, struct sk_buff *skb)
{
	if (trace_alkaid_route_enabled() && v->routed)
		trace_alkaid_route(frame->ad->dev, key, v);
	if (unlikely((v->routed || v->restored || v->redirected) &&
		     !alkaid_rewrite(v, key, skb))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	if (unlikely(v->fragment)) {
		alkaid_fragment(frame, key, v, v->fragment, skb, alkaid_act);
		return;
	}
	switch (v->action) {
	case ALKAID_DO_DROP:
		if (unlikely(v->tell))
			alkaid_icmp_tell(frame, key, v, skb);
		if (trace_alkaid_resolve_failure_enabled())
			alkaid_act_unresolved(frame, key, v);
		alkaid_drop(frame, skb, v->reason);
		break;
	case ALKAID_DO_DELIVER:
		alkaid_port_deliver(frame, v->port, skb);
		break;
	case ALKAID_DO_ENCAP:
		alkaid_act_encap(frame, key, v, skb);
		break;
	case ALKAID_DO_FLOOD:
		alkaid_flood(frame, key, v, skb);
		break;
	case ALKAID_DO_ARP_REPLY:
		alkaid_arp_reply(frame, key, v, skb);
		break;
	case ALKAID_DO_ND_REPLY:
		alkaid_nd_reply(frame, key, v, skb);
		break;
	case ALKAID_DO_RA_REPLY:
		alkaid_ra_reply(frame, key, v, skb);
		break;
	case ALKAID_DO_ECHO_REPLY:
		alkaid_echo_reply(frame, key, v, skb);
		break;
	}
}

/**
 * alkaid_act_foresee() - for what alkaid_act() would drop a frame
 * @ad: device
 * @key: of the frame
 * @v: verdict
 *
 * Context: BH disabled, the RCU read side of the decision.
 * Return: ALKAID_DROP_NONE, or why.
 */
enum alkaid_drop alkaid_act_foresee(struct alkaid_dev *ad,
				    const struct alkaid_key *key,
				    const struct alkaid_verdict *v)
{
	switch (v->action) {
	case ALKAID_DO_DROP:
		return v->reason;
	case ALKAID_DO_FLOOD:
		return alkaid_flood_reaches(key, v) ? ALKAID_DROP_NONE :
						      v->reason;
	case ALKAID_DO_ENCAP:
		return alkaid_tunnel_foresee(ad, key, v);
	default:
		return ALKAID_DROP_NONE;
	}
}
