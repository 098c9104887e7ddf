// SPDX-License-Identifier: GPL-2.0
/* From bytes to a key. Every length is hostile; no more than is there is read. */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "../table/addr.h"
#include "clear.h"
#include "parse.h"
#include "parse_nd.h"

/* ARP for IPv4 over Ethernet (RFC 826), after the fixed part. */
struct alkaid_arp_body {
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

static enum alkaid_drop alkaid_parse_arp(const struct sk_buff *skb, int offset,
					 struct alkaid_key *key)
{
	const struct alkaid_arp_body *body;
	struct alkaid_arp_body body_buf;
	const struct arphdr *arp;
	struct arphdr arp_buf;

	arp = skb_header_pointer(skb, offset, sizeof(arp_buf), &arp_buf);
	if (!arp || arp->ar_hrd != htons(ARPHRD_ETHER) ||
	    arp->ar_pro != htons(ETH_P_IP) || arp->ar_hln != ETH_ALEN ||
	    arp->ar_pln != sizeof(__be32))
		return ALKAID_DROP_ARP_HEADER;
	body = skb_header_pointer(skb, offset + sizeof(*arp), sizeof(body_buf),
				  &body_buf);
	if (!body)
		return ALKAID_DROP_ARP_HEADER;

	key->l3 = ALKAID_L3_ARP;
	key->arp_op = ntohs(arp->ar_op);
	ether_addr_copy(key->arp_sha, body->sha);
	ipv6_addr_set_v4mapped(body->spa, &key->saddr);
	ipv6_addr_set_v4mapped(body->tpa, &key->daddr);
	return ALKAID_DROP_NONE;
}

static enum alkaid_drop alkaid_parse_l4(const struct sk_buff *skb, int offset,
					int end, struct alkaid_key *key)
{
	const u8 *icmp;
	const __be16 *ports;
	__be16 buf[2] __uninitialized;
	int need;

	key->l4_offset = offset;
	if (key->frag == ALKAID_FRAG_LATER)
		return ALKAID_DROP_NONE;

	switch (key->proto) {
	case IPPROTO_TCP:
		need = sizeof(struct tcphdr);
		break;
	case IPPROTO_UDP:
		need = sizeof(struct udphdr);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		need = sizeof(struct icmphdr);
		break;
	default:
		return ALKAID_DROP_NONE;
	}
	if (end - offset < need)
		return ALKAID_DROP_L4_HEADER;
	ports = skb_header_pointer(skb, offset, sizeof(buf), buf);
	if (!ports)
		return ALKAID_DROP_L4_HEADER;

	if (key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6) {
		icmp = (const u8 *)ports;
		key->sport = htons(icmp[0]);
		key->dport = htons(icmp[1]);
		if (unlikely(alkaid_is_nd(key)))
			return alkaid_parse_nd(skb, offset, end, key);
	} else {
		key->sport = ports[0];
		key->dport = ports[1];
	}
	return ALKAID_DROP_NONE;
}

static enum alkaid_drop alkaid_parse_ip4(const struct sk_buff *skb, int offset,
					 struct alkaid_key *key)
{
	const struct iphdr *ip;
	struct iphdr buf __uninitialized;
	int hlen, len;

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return ALKAID_DROP_IP4_HEADER;
	hlen = ip->ihl * 4;
	len = ntohs(ip->tot_len);
	/* A GSO packet beyond 64 KiB has no total length. */
	if (!len && skb_is_gso(skb))
		len = skb->len - offset;
	if (len < hlen)
		return ALKAID_DROP_IP4_HEADER;
	if (len > (int)skb->len - offset)
		return ALKAID_DROP_IP4_LENGTH;

	key->l3 = ALKAID_L3_IP4;
	key->proto = ip->protocol;
	key->tos = ip->tos;
	key->ttl = ip->ttl;
	key->df = ip->frag_off & htons(IP_DF);
	if (ip->frag_off & htons(IP_OFFSET))
		key->frag = ALKAID_FRAG_LATER;
	else if (ip->frag_off & htons(IP_MF))
		key->frag = ALKAID_FRAG_FIRST;
	ipv6_addr_set_v4mapped(ip->saddr, &key->saddr);
	ipv6_addr_set_v4mapped(ip->daddr, &key->daddr);
	return alkaid_parse_l4(skb, offset + hlen, offset + len, key);
}

/*
 * Walk the extension headers to the transport header.
 * Return: its offset, or -1; key->proto and key->frag are set.
 */
static int alkaid_parse_ip6_extensions(const struct sk_buff *skb, int offset,
				       int end, u8 nexthdr,
				       struct alkaid_key *key)
{
	const struct ipv6_opt_hdr *opt;
	const struct frag_hdr *frag;
	struct ipv6_opt_hdr opt_buf;
	struct frag_hdr frag_buf;
	int i, len;

	for (i = 0; i <= ALKAID_IP6_EXTENSIONS_MAX; i++) {
		switch (nexthdr) {
		case NEXTHDR_HOP:
		case NEXTHDR_ROUTING:
		case NEXTHDR_DEST:
		case NEXTHDR_AUTH:
			opt = skb_header_pointer(skb, offset, sizeof(opt_buf),
						 &opt_buf);
			if (!opt)
				return -1;
			len = nexthdr == NEXTHDR_AUTH ? ipv6_authlen(opt) :
							ipv6_optlen(opt);
			nexthdr = opt->nexthdr;
			break;
		case NEXTHDR_FRAGMENT:
			frag = skb_header_pointer(skb, offset, sizeof(frag_buf),
						  &frag_buf);
			if (!frag)
				return -1;
			len = sizeof(*frag);
			nexthdr = frag->nexthdr;
			/* What follows in a later part is no header. */
			if (frag->frag_off & htons(IP6_OFFSET)) {
				key->frag = ALKAID_FRAG_LATER;
				key->proto = nexthdr;
				return offset + len > end ? -1 : offset + len;
			}
			if (frag->frag_off & htons(IP6_MF))
				key->frag = ALKAID_FRAG_FIRST;
			break;
		default:
			key->proto = nexthdr;
			return offset;
		}
		offset += len;
		if (offset > end)
			return -1;
	}
	return -1;
}

static enum alkaid_drop alkaid_parse_ip6(const struct sk_buff *skb, int offset,
					 struct alkaid_key *key)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buf;
	int end, len;

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip || ip->version != 6)
		return ALKAID_DROP_IP6_HEADER;
	offset += sizeof(*ip);
	len = ntohs(ip->payload_len);
	/* A GSO packet beyond 64 KiB has no payload length. */
	if (!len && skb_is_gso(skb))
		len = skb->len - offset;
	end = offset + len;
	if (end > (int)skb->len)
		return ALKAID_DROP_IP6_LENGTH;
	if (ipv6_addr_v4mapped(&ip->saddr) || ipv6_addr_v4mapped(&ip->daddr) ||
	    ipv6_addr_is_multicast(&ip->saddr))
		return ALKAID_DROP_IP6_ADDRESS;

	key->l3 = ALKAID_L3_IP6;
	key->tos = ipv6_get_dsfield(ip);
	key->ttl = ip->hop_limit;
	key->saddr = ip->saddr;
	key->daddr = ip->daddr;
	offset = alkaid_parse_ip6_extensions(skb, offset, end, ip->nexthdr,
					     key);
	if (offset < 0)
		return ALKAID_DROP_IP6_EXTENSION;
	return alkaid_parse_l4(skb, offset, end, key);
}

static enum alkaid_drop alkaid_parse_l3(const struct sk_buff *skb,
					struct alkaid_key *key)
{
	switch (key->ethertype) {
	case ETH_P_ARP:
		return alkaid_parse_arp(skb, ETH_HLEN, key);
	case ETH_P_IP:
		return alkaid_parse_ip4(skb, ETH_HLEN, key);
	case ETH_P_IPV6:
		return alkaid_parse_ip6(skb, ETH_HLEN, key);
	default:
		return ALKAID_DROP_ETHERTYPE;
	}
}

/**
 * alkaid_parse() - from bytes to a key
 * @skb: frame, skb->data at its Ethernet header
 * @key: all but @port and @vni, which the caller has set, is filled
 *
 * Context: any; @skb is not changed.
 * Return: ALKAID_DROP_NONE, or why the frame is to be dropped.
 */
enum alkaid_drop alkaid_parse(const struct sk_buff *skb,
			      struct alkaid_key *key)
{
	const struct ethhdr *eth;
	enum alkaid_drop reason;
	struct ethhdr buf __uninitialized;

	key->len = 0;
	alkaid_clear_from(key, dmac);

	eth = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!eth)
		return ALKAID_DROP_ETH_TRUNCATED;
	ether_addr_copy(key->dmac, eth->h_dest);
	ether_addr_copy(key->smac, eth->h_source);
	key->ethertype = ntohs(eth->h_proto);
	if (!is_valid_ether_addr(key->smac))
		return ALKAID_DROP_ETH_SOURCE;
	if (skb_vlan_tag_present(skb) || eth_type_vlan(eth->h_proto))
		return ALKAID_DROP_VLAN_TAG;

	reason = alkaid_parse_l3(skb, key);
	key->len = skb->len - sizeof(*eth);
	key->gso = skb_is_gso(skb);
	if (unlikely(key->gso && !reason))
		key->len = alkaid_parse_gso(skb, key->l4_offset);
	return reason;
}

/**
 * alkaid_key_hash() - hash of a frame's flow
 * @key: key
 *
 * All parts of a datagram have one hash, so they have it without ports, and
 * without the protocol, which later parts of IPv6 need not know.
 */
u32 alkaid_key_hash(const struct alkaid_key *key)
{
	u32 proto = key->frag == ALKAID_FRAG_NONE ? key->proto : 0;
	u32 ports = 0;

	if (alkaid_key_has_ports(key))
		ports = (__force u32)key->sport << 16 | (__force u32)key->dport;

	switch (key->l3) {
	case ALKAID_L3_IP4:
		return jhash_3words((__force u32)key->saddr.s6_addr32[3],
				    (__force u32)key->daddr.s6_addr32[3], ports,
				    proto);
	case ALKAID_L3_IP6:
		return jhash2((__force const u32 *)key->saddr.s6_addr32, 4,
			      jhash2((__force const u32 *)key->daddr.s6_addr32,
				     4, ports ^ proto));
	default:
		return jhash(key->smac, ETH_ALEN, jhash(key->dmac, ETH_ALEN, 0));
	}
}
