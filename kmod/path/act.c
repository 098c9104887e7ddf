// SPDX-License-Identifier: GPL-2.0
/* Carrying out a verdict: the only switch on it. */
#include "act.h"
#include "flood.h"
#include "icmp.h"
#include "nd.h"
#include "port.h"
#include "reply.h"
#include "rewrite.h"
#include "tunnel.h"

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
	if (unlikely((v->routed || v->restored) &&
		     !alkaid_rewrite(v, key, skb))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	switch (v->action) {
	case ALKAID_DO_DROP:
		if (unlikely(v->tell))
			alkaid_icmp_tell(frame, key, v, skb);
		alkaid_drop(frame, skb, v->reason);
		break;
	case ALKAID_DO_DELIVER:
		alkaid_port_deliver(frame, v->port, skb);
		break;
	case ALKAID_DO_ENCAP:
		alkaid_tunnel_xmit(frame, key, v, skb);
		break;
	case ALKAID_DO_FLOOD:
		alkaid_flood(frame, key, v, skb);
		break;
	case ALKAID_DO_ARP_REPLY:
		alkaid_arp_reply(frame, key, v->smac, skb);
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
