// SPDX-License-Identifier: GPL-2.0
/* Cutting IPv4 datagrams into parts, where that is configured. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <net/ip.h>

#include "fragment.h"

/**
 * struct alkaid_cut - a datagram that is being cut
 * @skb: frame, skb->data at its Ethernet header
 * @hlen: bytes of its IPv4 header, options included
 * @len: bytes of its payload
 * @room: most bytes of it in one part; all but the last have a multiple of 8
 * @offset: of its payload in the datagram that it is itself a part of, with the
 *	flag that more follow; host byte order
 */
struct alkaid_cut {
	struct sk_buff *skb;
	unsigned int hlen;
	unsigned int len;
	unsigned int room;
	u16 offset;
};

/* Options that only the first part has become no-operations (RFC 791, 3.1). */
static void alkaid_fragment_options(struct iphdr *ip, unsigned int hlen)
{
	u8 *opt = (u8 *)(ip + 1);
	u8 *end = (u8 *)ip + hlen;

	while (opt < end && *opt != IPOPT_END) {
		unsigned int len = 1;

		if (*opt != IPOPT_NOOP) {
			if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
				return;
			len = opt[1];
			if (!IPOPT_COPIED(*opt))
				memset(opt, IPOPT_NOOP, len);
		}
		opt += len;
	}
}

static unsigned int alkaid_fragment_len(const struct alkaid_cut *cut,
					unsigned int at)
{
	unsigned int left = cut->len - at;

	return left <= cut->room ? left : round_down(cut->room, 8);
}

static struct sk_buff *alkaid_fragment_one(const struct alkaid_cut *cut,
					   unsigned int at)
{
	unsigned int len = alkaid_fragment_len(cut, at);
	unsigned int hlen = ETH_HLEN + cut->hlen;
	struct sk_buff *skb;
	struct iphdr *ip;
	u16 offset;

	/* Room for any outer header, so that it need not be made once more. */
	skb = alloc_skb(LL_MAX_HEADER + MAX_HEADER + hlen + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER + MAX_HEADER);
	skb_put(skb, hlen + len);
	if (skb_copy_bits(cut->skb, 0, skb->data, hlen) ||
	    skb_copy_bits(cut->skb, hlen + at, skb->data + hlen, len)) {
		kfree_skb(skb);
		return NULL;
	}
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	if (at)
		alkaid_fragment_options(ip, cut->hlen);
	offset = cut->offset + at / 8;
	if (at + len < cut->len)
		offset |= IP_MF;
	ip->frag_off = htons(offset);
	ip->tot_len = htons(cut->hlen + len);
	ip_send_check(ip);

	skb->dev = cut->skb->dev;
	skb->protocol = htons(ETH_P_IP);
	skb->priority = cut->skb->priority;
	skb->mark = cut->skb->mark;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, hlen);
	skb_reset_mac_len(skb);
	return skb;
}

/**
 * alkaid_fragment_cut() - cut an IPv4 datagram into parts
 * @skb: frame that was parsed, skb->data at its Ethernet header, no GSO packet;
 *	its checksum may be filled in, and otherwise it stays as it is
 * @mtu: most bytes that a part may have from its IPv4 header on
 *
 * Context: BH disabled.
 * Return: the parts, a list; or NULL if it could not be cut.
 */
struct sk_buff *alkaid_fragment_cut(struct sk_buff *skb, u32 mtu)
{
	struct sk_buff *list = NULL, **last = &list;
	struct alkaid_cut cut = { .skb = skb };
	const struct iphdr *ip;
	struct iphdr buf;
	unsigned int at;

	/* It is over all of the datagram, and no part has that. */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NULL;
	ip = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);
	if (!ip)
		return NULL;
	cut.hlen = ip->ihl * 4;
	cut.len = ntohs(ip->tot_len) - cut.hlen;
	cut.offset = ntohs(ip->frag_off);
	if (mtu < cut.hlen + 8)
		return NULL;
	cut.room = mtu - cut.hlen;
	if (cut.len > ALKAID_FRAGMENTS_MAX * round_down(cut.room, 8))
		return NULL;

	for (at = 0; at < cut.len; at += alkaid_fragment_len(&cut, at)) {
		*last = alkaid_fragment_one(&cut, at);
		if (!*last) {
			kfree_skb_list(list);
			return NULL;
		}
		last = &(*last)->next;
	}
	return list;
}

/**
 * alkaid_fragment() - cut an IPv4 datagram into parts, and send them
 * @frame: whose it is
 * @key: of the frame, which may be fragmented
 * @v: verdict; what it asks to be rewritten is
 * @mtu: most bytes that a part may have from its IPv4 header on
 * @skb: frame, skb->data at its Ethernet header; consumed
 * @send: what is to become of each part
 *
 * One frame came, and the first part is accounted for as that frame.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_fragment(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, u32 mtu,
		     struct sk_buff *skb, alkaid_fragment_send_t send)
{
	struct alkaid_verdict verdict = *v;
	struct alkaid_frame part = *frame;
	struct alkaid_key part_key = *key;
	struct sk_buff *parts, *next;

	parts = alkaid_fragment_cut(skb, mtu);
	if (!parts) {
		alkaid_drop(frame, skb, ALKAID_DROP_FRAGMENTATION);
		return;
	}
	consume_skb(skb);

	verdict.fragment = 0;
	verdict.routed = false;
	verdict.restored = false;
	/* All of them have one hash, and so one way through the underlay. */
	if (key->frag == ALKAID_FRAG_NONE)
		part_key.frag = ALKAID_FRAG_FIRST;
	skb_list_walk_safe(parts, skb, next) {
		skb_mark_not_on_list(skb);
		part_key.len = skb->len - ETH_HLEN;
		send(&part, &part_key, &verdict, skb);
		part.copy = true;
		part_key.frag = ALKAID_FRAG_LATER;
	}
}
