// SPDX-License-Identifier: GPL-2.0
/* Neighbor discovery: answers to solicitations (RFC 4861). */
#include "nd.h"

/**
 * alkaid_nd_reply() - answer a neighbor solicitation
 * @frame: whose it is; it came from a port
 * @key: of the solicitation
 * @v: verdict: MAC, and whether it is a router's
 * @skb: the solicitation; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_nd_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb)
{
	alkaid_drop(frame, skb, ALKAID_DROP_ND_UNKNOWN);
}

/**
 * alkaid_ra_reply() - answer a router solicitation
 * @frame: whose it is; it came from a port
 * @key: of the solicitation
 * @v: verdict: MAC and subnet
 * @skb: the solicitation; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_ra_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb)
{
	alkaid_drop(frame, skb, ALKAID_DROP_ND_NO_ROUTER);
}
