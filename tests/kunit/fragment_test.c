// SPDX-License-Identifier: GPL-2.0
/* Parts of datagrams, and the length of segments. */
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "../../kmod/path/fragment.h"
#include "../../kmod/path/parse.h"
#include "frame.h"
#include "world.h"

struct cut_case {
	const char *name;
	int optlen;
	int payload;
	u16 frag_off;
	u32 mtu;
	int parts;
};

static const struct cut_case cut_cases[] = {
	{ "fits", 0, 100, 0, 120, 1 },
	{ "one byte more", 0, 101, 0, 120, 2 },
	{ "last is no multiple of 8", 0, 99, 0, 119, 1 },
	{ "least", 0, 64, 0, 28, 8 },
	{ "less than least", 0, 64, 0, 27, 0 },
	{ "options", 40, 200, 0, 160, 3 },
	{ "options and least", 40, 16, 0, 68, 2 },
	{ "first part", 0, 200, IP_MF, 120, 3 },
	{ "later part", 0, 200, IP_MF | 100, 120, 3 },
	{ "last part", 0, 200, 100, 120, 3 },
};

KUNIT_ARRAY_PARAM_DESC(cut, cut_cases, name);

/* Each is a datagram of its own, and together they are what was cut. */
static void alkaid_cut_test(struct kunit *test)
{
	const struct cut_case *c = test->param_value;
	struct sk_buff *skb, *list, *part;
	int i, at = 0, parts = 0;
	struct frame f;
	int hlen = sizeof(struct iphdr) + c->optlen;

	frame_ip4(&f, IPPROTO_UDP, c->optlen, c->frag_off);
	for (i = 0; i < c->payload; i++) {
		u8 byte = i;

		frame_add(&f, &byte, 1);
	}
	frame_ip_len(&f);
	/* Padding is no part of the datagram. */
	frame_add(&f, "xyz", 3);
	skb = frame_skb_paged(test, &f, ETH_HLEN + 5);
	list = alkaid_fragment_cut(skb, c->mtu);
	KUNIT_ASSERT_EQ(test, !list, !c->parts);

	for (part = list; part; part = part->next, parts++) {
		const struct iphdr *ip = (void *)(part->data + ETH_HLEN);
		int len = ntohs(ip->tot_len) - hlen;
		bool last = !part->next;

		KUNIT_EXPECT_EQ(test, part->len, ETH_HLEN + hlen + len);
		KUNIT_EXPECT_LE(test, hlen + len, c->mtu);
		KUNIT_EXPECT_EQ(test, ip_fast_csum(ip, ip->ihl), 0);
		KUNIT_EXPECT_EQ(test, ntohs(ip->frag_off) & IP_OFFSET,
				(c->frag_off & IP_OFFSET) + at / 8);
		KUNIT_EXPECT_EQ(test, !!(ip->frag_off & htons(IP_MF)),
				!last || c->frag_off & IP_MF);
		KUNIT_EXPECT_MEMEQ(test, part->data + ETH_HLEN + hlen,
				   f.bytes + ETH_HLEN + hlen + at, len);
		if (!last)
			KUNIT_EXPECT_EQ(test, len % 8, 0);
		at += len;
	}
	KUNIT_EXPECT_EQ(test, parts, c->parts);
	if (list)
		KUNIT_EXPECT_EQ(test, at, c->payload);
	kfree_skb_list(list);
}

/* RFC 791, 3.1: those with the copied flag are in all parts. */
static void alkaid_cut_options_test(struct kunit *test)
{
	static const u8 first[] = { 0x82, 4, 1, 2, 0x44, 4, 3, 4, 1, 0x94, 2, 0 };
	static const u8 later[] = { 0x82, 4, 1, 2, 1, 1, 1, 1, 1, 0x94, 2, 0 };
	/* A length beyond the header, of 0, and none at all. */
	static const u8 bad[][4] = {
		{ 0x44, 5, 0, 0 }, { 0x44, 0, 0, 0 }, { 1, 1, 1, 0x44 },
	};
	struct sk_buff *list;
	struct frame f;
	int i;

	frame_ip4(&f, IPPROTO_UDP, sizeof(first), 0);
	memcpy(f.bytes + ETH_HLEN + 20, first, sizeof(first));
	frame_add(&f, NULL, 100);
	frame_ip_len(&f);
	list = alkaid_fragment_cut(frame_skb(test, &f, f.len), 100);
	KUNIT_ASSERT_NOT_NULL(test, list);
	KUNIT_ASSERT_NOT_NULL(test, list->next);
	KUNIT_EXPECT_MEMEQ(test, list->data + ETH_HLEN + 20, first,
			   sizeof(first));
	KUNIT_EXPECT_MEMEQ(test, list->next->data + ETH_HLEN + 20, later,
			   sizeof(later));
	kfree_skb_list(list);

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		frame_ip4(&f, IPPROTO_UDP, sizeof(bad[i]), 0);
		memcpy(f.bytes + ETH_HLEN + 20, bad[i], sizeof(bad[i]));
		frame_add(&f, NULL, 100);
		frame_ip_len(&f);
		list = alkaid_fragment_cut(frame_skb(test, &f, f.len), 100);
		KUNIT_ASSERT_NOT_NULL(test, list);
		KUNIT_EXPECT_MEMEQ(test, list->next->data + ETH_HLEN + 20,
				   bad[i], sizeof(bad[i]));
		kfree_skb_list(list);
	}
}

struct gso_case {
	const char *name;
	void (*build)(struct frame *f);
	unsigned int type;
	u16 size;
	u8 doff;
	u32 len;
};

static const struct gso_case gso_cases[] = {
	{ "TCP", frame_tcp4, SKB_GSO_TCPV4, 100, 5, 20 + 20 + 100 },
	{ "TCP with options", frame_tcp4, SKB_GSO_TCPV4, 100, 8, 20 + 32 + 100 },
	{ "TCP over IPv6", frame_tcp6, SKB_GSO_TCPV6, 100, 5, 40 + 20 + 100 },
	{ "TCP from a guest", frame_tcp4, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 100, 5,
	  20 + 20 + 100 },
	{ "header length that lies", frame_tcp4, SKB_GSO_TCPV4, 100, 0,
	  20 + 20 + 100 },
	{ "UDP", frame_udp4, SKB_GSO_UDP_L4, 100, 5, 20 + 8 + 100 },
	{ "UDP over IPv6", frame_udp6, SKB_GSO_UDP_L4, 100, 5, 40 + 8 + 100 },
	/* The frame has 200 bytes more than its headers. */
	{ "one segment", frame_udp4, SKB_GSO_UDP_L4, 1000, 5, 20 + 8 + 212 },
};

KUNIT_ARRAY_PARAM_DESC(gso, gso_cases, name);

static void alkaid_gso_len_test(struct kunit *test)
{
	const struct gso_case *c = test->param_value;
	struct alkaid_key key = {};
	struct sk_buff *skb;
	struct frame f;
	int l4;

	c->build(&f);
	frame_add(&f, NULL, 200);
	frame_ip_len(&f);
	l4 = f.len - 200 - PAYLOAD - (c->type & SKB_GSO_UDP_L4 ? 8 : 20);
	if (!(c->type & SKB_GSO_UDP_L4))
		f.bytes[l4 + 12] = c->doff << 4;
	skb = frame_skb(test, &f, f.len);
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE);
	KUNIT_EXPECT_FALSE(test, key.gso);
	KUNIT_EXPECT_EQ(test, key.len, f.len - ETH_HLEN);

	skb_shinfo(skb)->gso_type = c->type;
	skb_shinfo(skb)->gso_size = c->size;
	skb_shinfo(skb)->gso_segs = 2;
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, key.gso);
	KUNIT_EXPECT_EQ(test, key.len, c->len);
}

static struct kunit_case fragment_test_cases[] = {
	KUNIT_CASE_PARAM(alkaid_cut_test, cut_gen_params),
	KUNIT_CASE(alkaid_cut_options_test),
	KUNIT_CASE_PARAM(alkaid_gso_len_test, gso_gen_params),
	{}
};

struct kunit_suite alkaid_fragment_suite = {
	.name = "alkaid_fragment",
	.test_cases = fragment_test_cases,
};
