/* SPDX-License-Identifier: GPL-2.0 */
/* Cutting IPv4 datagrams into parts, where that is configured. */
#ifndef _ALKAID_PATH_FRAGMENT_H
#define _ALKAID_PATH_FRAGMENT_H

#include "drop.h"
#include "key.h"
#include "verdict.h"

/* Most parts that one datagram is cut into. */
#define ALKAID_FRAGMENTS_MAX	128

/**
 * typedef alkaid_fragment_send_t - what becomes of a part
 * @frame: whose it is; all but the first are copies
 * @key: of the part
 * @v: verdict
 * @skb: the part; consumed
 */
typedef void (*alkaid_fragment_send_t)(const struct alkaid_frame *frame,
				       const struct alkaid_key *key,
				       const struct alkaid_verdict *v,
				       struct sk_buff *skb);

void alkaid_fragment(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, u32 mtu,
		     struct sk_buff *skb, alkaid_fragment_send_t send);

struct sk_buff *alkaid_fragment_cut(struct sk_buff *skb, u32 mtu);

#endif /* _ALKAID_PATH_FRAGMENT_H */
