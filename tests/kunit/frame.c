// SPDX-License-Identifier: GPL-2.0
/* Frames, byte by byte, and the skbs that may hold them. */
#include <kunit/skbuff.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ipv6.h>

#include "frame.h"
#include "world.h"

void frame_add(struct frame *f, const void *bytes, int len)
{
	if (WARN_ON(f->len + len > FRAME_MAX))
		return;
	if (bytes)
		memcpy(f->bytes + f->len, bytes, len);
	else
		memset(f->bytes + f->len, 0, len);
	f->len += len;
}

void frame_eth(struct frame *f, u16 ethertype)
{
	struct ethhdr eth = { .h_proto = htons(ethertype) };

	f->len = 0;
	mac_of(VM2_MAC, eth.h_dest);
	mac_of(VM1_MAC, eth.h_source);
	frame_add(f, &eth, sizeof(eth));
}

static void frame_addr(void *to, const char *ip, int len)
{
	struct in6_addr addr = ip_of(ip);

	memcpy(to, addr.s6_addr + sizeof(addr) - len, len);
}

void frame_ip4(struct frame *f, u8 proto, int optlen, u16 frag_off)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5 + optlen / 4,
		.tos = 0x1c,
		.ttl = 63,
		.protocol = proto,
		.frag_off = htons(frag_off),
	};

	frame_eth(f, ETH_P_IP);
	frame_addr(&ip.saddr, VM1_IP4, sizeof(ip.saddr));
	frame_addr(&ip.daddr, VM2_IP4, sizeof(ip.daddr));
	frame_add(f, &ip, sizeof(ip));
	/* Options that say nothing (RFC 791, 3.1). */
	for (; optlen; optlen--)
		frame_add(f, "\x01", 1);
}

void frame_ip6(struct frame *f, u8 nexthdr)
{
	struct ipv6hdr ip = {
		.version = 6,
		.priority = 0x1,
		.flow_lbl = { 0xc0, 0, 0 },
		.nexthdr = nexthdr,
		.hop_limit = 63,
	};

	frame_eth(f, ETH_P_IPV6);
	frame_addr(&ip.saddr, VM1_IP6, sizeof(ip.saddr));
	frame_addr(&ip.daddr, VM2_IP6, sizeof(ip.daddr));
	frame_add(f, &ip, sizeof(ip));
}

void frame_ext(struct frame *f, u8 type, u8 nexthdr, u8 units)
{
	const u8 opt[] = { nexthdr, units };
	int len = type == NEXTHDR_AUTH ? (units + 2) * 4 : (units + 1) * 8;

	frame_add(f, opt, sizeof(opt));
	frame_add(f, NULL, len - sizeof(opt));
}

void frame_frag6(struct frame *f, u8 nexthdr, u16 frag_off)
{
	const struct frag_hdr frag = {
		.nexthdr = nexthdr,
		.frag_off = htons(frag_off),
		.identification = htonl(42),
	};

	frame_add(f, &frag, sizeof(frag));
}

void frame_l4(struct frame *f, u8 proto)
{
	const struct tcphdr tcp = {
		.source = htons(SPORT),
		.dest = htons(DPORT),
		.doff = 5,
	};
	const struct udphdr udp = {
		.source = htons(SPORT),
		.dest = htons(DPORT),
		.len = htons(sizeof(udp) + PAYLOAD),
	};
	const struct icmphdr icmp = { .type = ICMP_ECHO };
	const struct icmphdr icmp6 = { .type = 128 };

	switch (proto) {
	case IPPROTO_TCP:
		frame_add(f, &tcp, sizeof(tcp));
		break;
	case IPPROTO_UDP:
		frame_add(f, &udp, sizeof(udp));
		break;
	case IPPROTO_ICMP:
		frame_add(f, &icmp, sizeof(icmp));
		break;
	case IPPROTO_ICMPV6:
		frame_add(f, &icmp6, sizeof(icmp6));
		break;
	}
}

void frame_payload(struct frame *f)
{
	frame_add(f, "hello, alkai", PAYLOAD);
}

void frame_ip_len(struct frame *f)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(f->bytes + ETH_HLEN);
	struct iphdr *ip4 = (struct iphdr *)(f->bytes + ETH_HLEN);

	if (ip4->version == 4)
		ip4->tot_len = htons(f->len - ETH_HLEN);
	else
		ip6->payload_len = htons(f->len - ETH_HLEN - sizeof(*ip6));
}

void frame_arp(struct frame *f)
{
	const struct arphdr arp = {
		.ar_hrd = htons(ARPHRD_ETHER),
		.ar_pro = htons(ETH_P_IP),
		.ar_hln = ETH_ALEN,
		.ar_pln = 4,
		.ar_op = htons(ARPOP_REQUEST),
	};
	u8 mac[ETH_ALEN];
	__be32 ip;

	frame_eth(f, ETH_P_ARP);
	frame_add(f, &arp, sizeof(arp));
	frame_add(f, mac_of(VM1_MAC, mac), ETH_ALEN);
	frame_addr(&ip, VM1_IP4, sizeof(ip));
	frame_add(f, &ip, sizeof(ip));
	frame_add(f, NULL, ETH_ALEN);
	frame_addr(&ip, VM2_IP4, sizeof(ip));
	frame_add(f, &ip, sizeof(ip));
}

static void frame_l3l4(struct frame *f, u8 proto, bool v6)
{
	if (v6)
		frame_ip6(f, proto);
	else
		frame_ip4(f, proto, 0, 0);
	frame_l4(f, proto);
	frame_payload(f);
	frame_ip_len(f);
}

void frame_tcp4(struct frame *f)
{
	frame_l3l4(f, IPPROTO_TCP, false);
}

void frame_udp4(struct frame *f)
{
	frame_l3l4(f, IPPROTO_UDP, false);
}

void frame_icmp4(struct frame *f)
{
	frame_l3l4(f, IPPROTO_ICMP, false);
}

void frame_tcp6(struct frame *f)
{
	frame_l3l4(f, IPPROTO_TCP, true);
}

void frame_udp6(struct frame *f)
{
	frame_l3l4(f, IPPROTO_UDP, true);
}

void frame_icmp6(struct frame *f)
{
	frame_l3l4(f, IPPROTO_ICMPV6, true);
}

/* Exactly @len bytes, so that KASAN sees a read beyond them. */
struct sk_buff *frame_skb(struct kunit *test, const struct frame *f, int len)
{
	struct sk_buff *skb = kunit_zalloc_skb(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, f->bytes, len);
	return skb;
}

struct sk_buff *frame_skb_paged(struct kunit *test, const struct frame *f,
				int head)
{
	struct sk_buff *skb = frame_skb(test, f, head);
	int at, len, step = 1;
	struct page *page;

	for (at = head; at < f->len; at += len, step += 2) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		len = skb_shinfo(skb)->nr_frags + 1 < MAX_SKB_FRAGS ?
		      min(step, f->len - at) : f->len - at;
		memcpy(page_address(page) + PAGE_SIZE - len, f->bytes + at,
		       len);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page,
				PAGE_SIZE - len, len, PAGE_SIZE);
	}
	return skb;
}

struct sk_buff *frame_skb_list(struct kunit *test, const struct frame *f,
			       int head)
{
	struct sk_buff *skb = frame_skb(test, f, head);
	struct sk_buff **last = &skb_shinfo(skb)->frag_list;
	int at, len;

	for (at = head; at < f->len; at += len) {
		len = min(7, f->len - at);
		/* Freed with the first one. */
		*last = alloc_skb(len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, *last);
		skb_put_data(*last, f->bytes + at, len);
		skb->len += len;
		skb->data_len += len;
		last = &(*last)->next;
	}
	return skb;
}
