// SPDX-License-Identifier: GPL-2.0
/* A frame in words: what tells it from others. */
#include "frame.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
	char *buf;
	size_t used;
};

__attribute__((format(printf, 2, 3)))
static void say(struct text *text, const char *fmt, ...)
{
	size_t room = FRAME_TEXT - text->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text->buf + text->used, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		text->used += (size_t)n < room ? (size_t)n : room - 1;
}

static void say_addr(struct text *text, int family, const void *addr)
{
	char buf[INET6_ADDRSTRLEN];

	say(text, "%s", inet_ntop(family, addr, buf, sizeof(buf)));
}

static void say_mac(struct text *text, const uint8_t *m)
{
	say(text, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void say_neighbor(struct text *text, uint8_t type, const uint8_t *l4, size_t n)
{
	if (n < sizeof(struct nd_neighbor_solicit))
		return;
	if (type == ND_NEIGHBOR_SOLICIT)
		say(text, ", who has ");
	else if (type == ND_NEIGHBOR_ADVERT)
		say(text, ", of ");
	else
		return;
	say_addr(text, AF_INET6, l4 + 8);
}

static void say_l4(struct text *text, uint8_t proto, const uint8_t *l4, size_t n)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		say(text, proto == IPPROTO_TCP ? " tcp" : " udp");
		if (n >= 4)
			say(text, " %u > %u", l4[0] << 8 | l4[1], l4[2] << 8 | l4[3]);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		say(text, proto == IPPROTO_ICMP ? " icmp" : " icmpv6");
		if (n >= 2)
			say(text, " type %u code %u", l4[0], l4[1]);
		if (n && proto == IPPROTO_ICMPV6)
			say_neighbor(text, l4[0], l4, n);
		break;
	default:
		say(text, " proto %u", proto);
	}
}

static void say_ip4(struct text *text, const uint8_t *data, size_t n)
{
	struct iphdr ip;
	size_t hlen;

	if (n < sizeof(ip))
		return;
	memcpy(&ip, data, sizeof(ip));
	say_addr(text, AF_INET, &ip.saddr);
	say(text, " > ");
	say_addr(text, AF_INET, &ip.daddr);
	hlen = ip.ihl * 4;
	if (hlen > n)
		hlen = n;
	if (ntohs(ip.frag_off) & IP_OFFMASK)
		say(text, " proto %u, later fragment", ip.protocol);
	else
		say_l4(text, ip.protocol, data + hlen, n - hlen);
	say(text, " ttl %u", ip.ttl);
}

static void say_ip6(struct text *text, const uint8_t *data, size_t n)
{
	struct ip6_hdr ip;

	if (n < sizeof(ip))
		return;
	memcpy(&ip, data, sizeof(ip));
	say_addr(text, AF_INET6, &ip.ip6_src);
	say(text, " > ");
	say_addr(text, AF_INET6, &ip.ip6_dst);
	say_l4(text, ip.ip6_nxt, data + sizeof(ip), n - sizeof(ip));
	say(text, " hop limit %u", ip.ip6_hlim);
}

static void say_arp(struct text *text, const uint8_t *data, size_t n)
{
	struct ether_arp arp;

	if (n < sizeof(arp))
		return;
	memcpy(&arp, data, sizeof(arp));
	if (ntohs(arp.ea_hdr.ar_op) == ARPOP_REQUEST) {
		say(text, "ARP, who has ");
		say_addr(text, AF_INET, arp.arp_tpa);
		say(text, "? tell ");
		say_addr(text, AF_INET, arp.arp_spa);
		return;
	}
	say(text, "ARP, ");
	say_addr(text, AF_INET, arp.arp_spa);
	say(text, " is at ");
	say_mac(text, arp.arp_sha);
}

const char *frame_text(const uint8_t *data, size_t n, uint32_t len, char buf[FRAME_TEXT])
{
	struct text text = { .buf = buf };
	uint16_t type;

	buf[0] = '\0';
	if (n < sizeof(struct ether_header)) {
		say(&text, "a frame without an Ethernet header, %u bytes", len);
		return buf;
	}
	say_mac(&text, data + ETH_ALEN);
	say(&text, " > ");
	say_mac(&text, data);
	say(&text, " ");
	type = data[12] << 8 | data[13];
	data += sizeof(struct ether_header);
	n -= sizeof(struct ether_header);
	switch (type) {
	case ETHERTYPE_IP:
		say_ip4(&text, data, n);
		break;
	case ETHERTYPE_IPV6:
		say_ip6(&text, data, n);
		break;
	case ETHERTYPE_ARP:
		say_arp(&text, data, n);
		break;
	default:
		say(&text, "type 0x%04x", type);
	}
	say(&text, ", %u bytes", len);
	return buf;
}
