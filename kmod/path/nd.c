// SPDX-License-Identifier: GPL-2.0
/* Neighbor discovery: answers to neighbor solicitations (RFC 4861). */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <net/ndisc.h>

#include "../device.h"
#include "../table/addr.h"
#include "nd.h"
#include "reply.h"

/* A neighbor advertisement with the target's MAC (RFC 4861, 4.4). */
struct alkaid_na {
	struct icmp6hdr icmp;
	struct in6_addr target;
	struct nd_opt_hdr opt;
	u8 mac[ETH_ALEN];
} __packed;

static void alkaid_na_fill(struct alkaid_na *na, const struct alkaid_key *key,
			   const struct alkaid_verdict *v)
{
	memset(na, 0, sizeof(*na));
	na->icmp.icmp6_type = NDISC_NEIGHBOUR_ADVERTISEMENT;
	na->icmp.icmp6_router = v->from_router;
	na->icmp.icmp6_solicited = !ipv6_addr_any(&key->saddr);
	na->icmp.icmp6_override = 1;
	na->target = key->nd_target;
	na->opt.nd_opt_type = ND_OPT_TARGET_LL_ADDR;
	na->opt.nd_opt_len = (sizeof(na->opt) + ETH_ALEN) / 8;
	ether_addr_copy(na->mac, v->smac);
}

/**
 * alkaid_nd_to() - to whom a solicitation is answered
 * @key: of the solicitation
 * @r: its destination is set
 *
 * Who has no address yet hears what goes to all (RFC 4861, 7.2.4 and 6.2.6). In
 * the tunnel that goes to one MAC all the same (RFC 6085): it is for one host,
 * and would be broadcast to others there.
 */
void alkaid_nd_to(const struct alkaid_key *key, struct alkaid_reply *r)
{
	if (ipv6_addr_any(&key->saddr)) {
		alkaid_nd_to_all(r);
		if (!key->port)
			r->dmac = key->smac;
	} else {
		r->dmac = key->smac;
		r->daddr = key->saddr;
	}
}

/**
 * alkaid_nd_to_all() - to all nodes of the link
 * @r: its destination is set
 */
void alkaid_nd_to_all(struct alkaid_reply *r)
{
	static const u8 all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };

	r->dmac = all_nodes;
	r->daddr = in6addr_linklocal_allnodes;
}

/**
 * alkaid_nd_reply() - turn a neighbor solicitation into its advertisement
 * @frame: whose it is
 * @key: of the solicitation
 * @v: verdict: MAC, and whether it is a router's
 * @skb: the solicitation; consumed
 *
 * To whom tests the address, which is taken, it says so too (RFC 4862, 5.4.3).
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_nd_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_reply r = {
		.smac = v->smac,
		.saddr = key->nd_target,
	};
	int hlen = alkaid_reply_hlen(&r);

	if (unlikely(!alkaid_reply_resize(skb, hlen +
					  sizeof(struct alkaid_na)))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	alkaid_nd_to(key, &r);
	alkaid_na_fill((struct alkaid_na *)(skb->data + hlen), key, v);
	alkaid_reply_fill(skb, &r);

	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_CONSUMED);
	alkaid_reply_send(frame, key, v, skb);
}
