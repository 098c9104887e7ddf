// SPDX-License-Identifier: GPL-2.0
/* How big the biggest part is that a GSO packet will be cut into. */
#include <linux/if_ether.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "parse.h"

/* Bytes that every segment has before its payload; what TCP says is hostile. */
static unsigned int alkaid_parse_gso_hlen(const struct sk_buff *skb, int l4)
{
	const struct tcphdr *tcp;
	struct tcphdr buf;

	if (skb_shinfo(skb)->gso_type & SKB_GSO_SCTP)
		return l4 + sizeof(struct sctphdr);
	if (!(skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)))
		return l4 + sizeof(struct udphdr);
	tcp = skb_header_pointer(skb, l4, sizeof(buf), &buf);
	if (!tcp)
		return l4 + sizeof(buf);
	return l4 + max_t(unsigned int, tcp->doff * 4, sizeof(buf));
}

/* Those of SCTP are already cut, and differ. */
static unsigned int alkaid_parse_gso_size(const struct sk_buff *skb)
{
	const struct sk_buff *part;
	unsigned int size = 0;

	if (skb_shinfo(skb)->gso_size != GSO_BY_FRAGS)
		return skb_shinfo(skb)->gso_size;
	skb_walk_frags(skb, part)
		size = max(size, skb_headlen(part));
	return size;
}

/**
 * alkaid_parse_gso() - length of the biggest segment of a GSO packet
 * @skb: frame, skb->data at its Ethernet header
 * @l4: offset of its transport header from there
 *
 * If the sender has a tunnel of its own, it is the inner packet that is cut.
 *
 * Context: any; @skb is not changed.
 * Return: bytes from the network header on.
 */
u32 alkaid_parse_gso(const struct sk_buff *skb, int l4)
{
	int inner = skb->encapsulation ? skb_inner_transport_offset(skb) : 0;
	u32 len = alkaid_parse_gso_hlen(skb, max3(inner, l4, ETH_HLEN)) +
		  alkaid_parse_gso_size(skb);

	return min(len, skb->len) - ETH_HLEN;
}
