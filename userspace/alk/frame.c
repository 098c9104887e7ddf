// SPDX-License-Identifier: GPL-2.0
/* Frames as a VM would send them, for a trace. */
#include "frame.h"

#include <ctype.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

static void *put(struct frame *frame, size_t size)
{
	void *at = frame->data + frame->len;

	memset(at, 0, size);
	frame->len += size;
	return at;
}

static void put_eth(struct frame *frame, const struct alk_mac *dst, const struct alk_mac *src,
		    uint16_t type)
{
	struct ether_header *eth;

	frame->len = 0;
	eth = put(frame, sizeof(*eth));
	memcpy(eth->ether_dhost, dst, ETH_ALEN);
	memcpy(eth->ether_shost, src, ETH_ALEN);
	eth->ether_type = htons(type);
}

/* One's complement sum of big-endian words (RFC 1071), not yet inverted. */
static uint32_t sum_of(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *bytes = data;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	if (len & 1)
		sum += bytes[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static uint16_t checksum(uint32_t sum)
{
	return htons(~sum & 0xffff);
}

static size_t l4_header(const struct frame_spec *spec)
{
	switch (spec->proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return sizeof(struct icmphdr);
	default:
		return 0;
	}
}

size_t frame_headers(const struct frame_spec *spec)
{
	size_t ip = spec->dst.family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);

	return ip + l4_header(spec);
}

/* The sum of what a transport checksum covers besides its own bytes. */
static uint32_t pseudo_sum(const struct frame_spec *spec, size_t len)
{
	size_t size = spec->src.family == AF_INET ? 4 : 16;
	uint32_t sum;

	sum = sum_of(&spec->src.v6, size, spec->proto);
	sum = sum_of(&spec->dst.v6, size, sum);
	return sum + len;
}

static void fill_l4(const struct frame_spec *spec, void *l4, size_t len)
{
	struct tcphdr *tcp = l4;
	struct udphdr *udp = l4;
	struct icmphdr *icmp = l4;

	switch (spec->proto) {
	case IPPROTO_TCP:
		tcp->source = htons(spec->sport);
		tcp->dest = htons(spec->dport);
		tcp->doff = sizeof(*tcp) / 4;
		tcp->syn = 1;
		tcp->window = htons(65535);
		tcp->check = checksum(sum_of(l4, len, pseudo_sum(spec, len)));
		break;
	case IPPROTO_UDP:
		udp->source = htons(spec->sport);
		udp->dest = htons(spec->dport);
		udp->len = htons(len);
		udp->check = checksum(sum_of(l4, len, pseudo_sum(spec, len)));
		break;
	case IPPROTO_ICMP:
		icmp->type = ICMP_ECHO;
		icmp->checksum = checksum(sum_of(l4, len, 0));
		break;
	case IPPROTO_ICMPV6:
		icmp->type = ICMP6_ECHO_REQUEST;
		icmp->checksum = checksum(sum_of(l4, len, pseudo_sum(spec, len)));
		break;
	}
}

static void put_ip4(struct frame *frame, const struct frame_spec *spec, size_t len)
{
	struct iphdr *ip = put(frame, sizeof(*ip));

	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(len);
	ip->frag_off = htons(spec->df ? IP_DF : 0);
	ip->ttl = spec->ttl;
	ip->protocol = spec->proto;
	ip->saddr = spec->src.v4.s_addr;
	ip->daddr = spec->dst.v4.s_addr;
	ip->check = checksum(sum_of(ip, sizeof(*ip), 0));
}

static void put_ip6(struct frame *frame, const struct frame_spec *spec, size_t len)
{
	struct ip6_hdr *ip = put(frame, sizeof(*ip));

	ip->ip6_vfc = 6 << 4;
	ip->ip6_plen = htons(len - sizeof(*ip));
	ip->ip6_nxt = spec->proto;
	ip->ip6_hlim = spec->ttl;
	ip->ip6_src = spec->src.v6;
	ip->ip6_dst = spec->dst.v6;
}

void frame_datagram(struct frame *frame, const struct frame_spec *spec)
{
	bool v4 = spec->dst.family == AF_INET;
	size_t len = spec->len ? spec->len : frame_headers(spec);
	size_t l4;

	put_eth(frame, &spec->dst_mac, &spec->src_mac, v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	if (v4)
		put_ip4(frame, spec, len);
	else
		put_ip6(frame, spec, len);
	l4 = len - (frame->len - sizeof(struct ether_header));
	fill_l4(spec, put(frame, l4), l4);
}

static void question4(struct frame *frame, const struct frame_spec *spec)
{
	static const struct alk_mac broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct ether_arp *arp;

	put_eth(frame, &broadcast, &spec->src_mac, ETHERTYPE_ARP);
	arp = put(frame, sizeof(*arp));
	arp->ea_hdr.ar_hrd = htons(ARPHRD_ETHER);
	arp->ea_hdr.ar_pro = htons(ETHERTYPE_IP);
	arp->ea_hdr.ar_hln = ETH_ALEN;
	arp->ea_hdr.ar_pln = 4;
	arp->ea_hdr.ar_op = htons(ARPOP_REQUEST);
	memcpy(arp->arp_sha, &spec->src_mac, ETH_ALEN);
	memcpy(arp->arp_spa, &spec->src.v4, 4);
	memcpy(arp->arp_tpa, &spec->dst.v4, 4);
}

/* RFC 4861, 7.2.2; a link-layer address option is of eight bytes. */
static void question6(struct frame *frame, const struct frame_spec *spec)
{
	struct frame_spec ask = *spec;
	struct nd_neighbor_solicit *ns;
	uint8_t *option;
	size_t len = sizeof(*ns) + 8;

	ask.dst.v6 = (struct in6_addr){ .s6_addr = { 0xff, 2, [11] = 1, [12] = 0xff } };
	memcpy(ask.dst.v6.s6_addr + 13, spec->dst.v6.s6_addr + 13, 3);
	frame_group_mac(&ask.dst, &ask.dst_mac);
	ask.proto = IPPROTO_ICMPV6;
	ask.ttl = 255;

	put_eth(frame, &ask.dst_mac, &ask.src_mac, ETHERTYPE_IPV6);
	put_ip6(frame, &ask, sizeof(struct ip6_hdr) + len);
	ns = put(frame, len);
	ns->nd_ns_type = ND_NEIGHBOR_SOLICIT;
	ns->nd_ns_target = spec->dst.v6;
	option = (uint8_t *)(ns + 1);
	option[0] = ND_OPT_SOURCE_LINKADDR;
	option[1] = 1;
	memcpy(option + 2, &ask.src_mac, ETH_ALEN);
	ns->nd_ns_cksum = checksum(sum_of(ns, len, pseudo_sum(&ask, len)));
}

void frame_question(struct frame *frame, const struct frame_spec *spec)
{
	if (spec->dst.family == AF_INET)
		question4(frame, spec);
	else
		question6(frame, spec);
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

bool frame_parse_hex(struct frame *frame, const char *s)
{
	size_t i, n = strlen(s);

	if (!n || n % 2 || n / 2 > sizeof(frame->data))
		return false;
	for (i = 0; i < n; i++)
		if (hex_digit(s[i]) < 0)
			return false;
	for (i = 0; i < n / 2; i++)
		frame->data[i] = hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]);
	frame->len = n / 2;
	return true;
}

bool frame_group_mac(const struct alk_addr *dst, struct alk_mac *out)
{
	const uint8_t *a = dst->v6.s6_addr;

	if (dst->family == AF_INET6) {
		*out = (struct alk_mac){ { 0x33, 0x33, a[12], a[13], a[14], a[15] } };
		return IN6_IS_ADDR_MULTICAST(&dst->v6);
	}
	a = (const uint8_t *)&dst->v4;
	if (dst->v4.s_addr == INADDR_BROADCAST) {
		memset(out, 0xff, sizeof(*out));
		return true;
	}
	*out = (struct alk_mac){ { 0x01, 0x00, 0x5e, a[1] & 0x7f, a[2], a[3] } };
	return IN_MULTICAST(ntohl(dst->v4.s_addr));
}

struct alk_addr frame_link_local(const struct alk_mac *mac)
{
	const uint8_t *m = mac->octet;

	return (struct alk_addr){
		.family = AF_INET6,
		.len = 128,
		.v6.s6_addr = { 0xfe, 0x80, [8] = m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3], m[4],
				m[5] },
	};
}
