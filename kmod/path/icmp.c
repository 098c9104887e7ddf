// SPDX-License-Identifier: GPL-2.0
/* ICMP and ICMPv6 of the gateway: errors, and answers to ping. */
#include "icmp.h"

/**
 * alkaid_echo_reply() - answer a ping for a gateway address
 * @frame: whose it is; it came from a port
 * @key: of the request
 * @v: verdict
 * @skb: the request; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_echo_reply(const struct alkaid_frame *frame,
		       const struct alkaid_key *key,
		       const struct alkaid_verdict *v, struct sk_buff *skb)
{
	alkaid_drop(frame, skb, ALKAID_DROP_GATEWAY_LOCAL);
}

/**
 * alkaid_icmp_tell() - tell the sender of a frame why it is dropped
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: what to tell
 * @skb: frame, skb->data at its Ethernet header; not consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_icmp_tell(const struct alkaid_frame *frame,
		      const struct alkaid_key *key,
		      const struct alkaid_verdict *v, const struct sk_buff *skb)
{
}
