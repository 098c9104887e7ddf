/* SPDX-License-Identifier: GPL-2.0 */
/* Answers that the device gives by itself. */
#ifndef _ALKAID_PATH_REPLY_H
#define _ALKAID_PATH_REPLY_H

#include "drop.h"
#include "key.h"
#include "verdict.h"

#define ALKAID_REPLY_TTL	64
#define ALKAID_REPLY_HOPS	255

/**
 * struct alkaid_reply - between whom an ICMP message goes
 * @smac: source MAC
 * @dmac: destination MAC
 * @saddr: source address; both are of one family
 * @daddr: destination address
 * @tos: type of service or traffic class
 */
struct alkaid_reply {
	const u8 *smac;
	const u8 *dmac;
	struct in6_addr saddr;
	struct in6_addr daddr;
	u8 tos;
};

/* Where the ICMP message begins, from the Ethernet header on. */
int alkaid_reply_hlen(const struct alkaid_reply *r);
bool alkaid_reply_resize(struct sk_buff *skb, unsigned int len);
void alkaid_reply_fill(struct sk_buff *skb, const struct alkaid_reply *r);
void alkaid_reply_send(const struct alkaid_frame *frame,
		       const struct alkaid_key *key,
		       const struct alkaid_verdict *v, struct sk_buff *skb);

void alkaid_arp_reply(const struct alkaid_frame *frame,
		      const struct alkaid_key *key,
		      const struct alkaid_verdict *v, struct sk_buff *skb);

#endif /* _ALKAID_PATH_REPLY_H */
