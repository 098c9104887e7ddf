/* SPDX-License-Identifier: GPL-2.0 */
/* Neighbor discovery: answers to neighbor solicitations (RFC 4861). */
#ifndef _ALKAID_PATH_ND_H
#define _ALKAID_PATH_ND_H

#include "key.h"
#include "verdict.h"

struct alkaid_reply;

void alkaid_nd_to(const struct alkaid_key *key, struct alkaid_reply *r);
void alkaid_nd_to_all(struct alkaid_reply *r);
void alkaid_nd_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb);

#endif /* _ALKAID_PATH_ND_H */
