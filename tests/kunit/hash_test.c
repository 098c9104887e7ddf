// SPDX-License-Identifier: GPL-2.0
/* The hash of a flow: one for all of its frames, another for others; those of tables. */
#include <linux/bitmap.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "../../kmod/path/parse.h"
#include "../../kmod/table/endpoint.h"
#include "../../kmod/table/flow.h"
#include "../../kmod/table/subnet.h"
#include "frame.h"
#include "world.h"

#define FLOWS	64

/* 64 flows into 64 classes: a random function fills 40 of them. */
#define SPREAD	32

static u32 hash_of(struct kunit *test, const struct frame *f)
{
	struct alkaid_key key = {};

	KUNIT_EXPECT_EQ(test, alkaid_parse(frame_skb(test, f, f->len), &key),
			ALKAID_DROP_NONE);
	return alkaid_key_hash(&key);
}

struct hash_case {
	const char *name;
	void (*build)(struct frame *f);
	int l4;
};

static const struct hash_case hash_cases[] = {
	{ "IPv4 TCP", frame_tcp4, 34 },
	{ "IPv4 UDP", frame_udp4, 34 },
	{ "IPv6 TCP", frame_tcp6, 54 },
	{ "IPv6 UDP", frame_udp6, 54 },
};

KUNIT_ARRAY_PARAM_DESC(hash, hash_cases, name);

/* What is not the flow's does not count. */
static void alkaid_key_hash_stable_test(struct kunit *test)
{
	const struct hash_case *c = test->param_value;
	struct frame f;
	u32 hash;

	c->build(&f);
	hash = hash_of(test, &f);
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
	f.bytes[f.len - 1] ^= 0xff;
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
	/* Time to live or hop limit. */
	f.bytes[ETH_HLEN + (c->l4 == 34 ? 8 : 7)] = 9;
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
}

static void alkaid_key_hash_spread_test(struct kunit *test)
{
	const struct hash_case *c = test->param_value;
	DECLARE_BITMAP(low, FLOWS) = {};
	DECLARE_BITMAP(high, FLOWS) = {};
	struct frame f;
	u32 hash;
	int i;

	for (i = 0; i < FLOWS; i++) {
		c->build(&f);
		f.bytes[c->l4 + 1] = i;
		hash = hash_of(test, &f);
		__set_bit(hash % FLOWS, low);
		/* The tunnel takes its source port from the upper bits. */
		__set_bit(hash >> 26, high);
	}
	KUNIT_EXPECT_GE(test, bitmap_weight(low, FLOWS), SPREAD);
	KUNIT_EXPECT_GE(test, bitmap_weight(high, FLOWS), SPREAD);
}

static void alkaid_key_hash_addresses_test(struct kunit *test)
{
	const struct hash_case *c = test->param_value;
	int saddr = c->l4 == 34 ? ETH_HLEN + 15 : ETH_HLEN + 23;
	int daddr = c->l4 == 34 ? ETH_HLEN + 19 : ETH_HLEN + 39;
	struct frame f;
	u32 hash;

	c->build(&f);
	hash = hash_of(test, &f);
	f.bytes[saddr]++;
	KUNIT_EXPECT_NE(test, hash_of(test, &f), hash);
	f.bytes[saddr]--;
	f.bytes[daddr]++;
	KUNIT_EXPECT_NE(test, hash_of(test, &f), hash);
}

static u32 hash_of_part4(struct kunit *test, u16 frag_off)
{
	struct frame f;

	frame_ip4(&f, IPPROTO_UDP, 0, frag_off);
	frame_l4(&f, IPPROTO_UDP);
	frame_payload(&f);
	frame_ip_len(&f);
	return hash_of(test, &f);
}

/* @options: type of an extension header in the datagram that is cut */
static u32 hash_of_part6(struct kunit *test, u16 frag_off, u8 options)
{
	struct frame f;

	frame_ip6(&f, NEXTHDR_FRAGMENT);
	frame_frag6(&f, options ?: IPPROTO_UDP, frag_off);
	if (options)
		frame_ext(&f, options, IPPROTO_UDP, 0);
	frame_l4(&f, IPPROTO_UDP);
	frame_payload(&f);
	frame_ip_len(&f);
	return hash_of(test, &f);
}

/* All parts of a datagram go the same way, or they overtake one another. */
static void alkaid_key_hash_parts_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hash_of_part4(test, IP_MF),
			hash_of_part4(test, 64));
	KUNIT_EXPECT_EQ(test, hash_of_part4(test, IP_MF),
			hash_of_part4(test, IP_MF | 64));
	KUNIT_EXPECT_EQ(test, hash_of_part6(test, IP6_MF, 0),
			hash_of_part6(test, 512, 0));
}

/* A later part does not know the protocol behind the options of the first. */
static void alkaid_key_hash_parts_with_options_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hash_of_part6(test, IP6_MF, NEXTHDR_DEST),
			hash_of_part6(test, 512, NEXTHDR_DEST));
}

/* An echo and its errors have types and codes, which are no flows. */
static void alkaid_key_hash_icmp_test(struct kunit *test)
{
	struct frame f;
	u32 hash;

	frame_icmp4(&f);
	hash = hash_of(test, &f);
	f.bytes[34] = 0;
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
	frame_icmp6(&f);
	hash = hash_of(test, &f);
	f.bytes[54] = 129;
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
}

static void alkaid_key_hash_arp_test(struct kunit *test)
{
	struct frame f;
	u32 hash;

	frame_arp(&f);
	hash = hash_of(test, &f);
	KUNIT_EXPECT_EQ(test, hash_of(test, &f), hash);
	f.bytes[11]++;
	KUNIT_EXPECT_NE(test, hash_of(test, &f), hash);
}

#define KEYS	2048

static u32 hash_by_params(const void *params, const void *key)
{
	const struct rhashtable_params *p = params;

	return p->hashfn(key, p->key_len, 1);
}

static u32 hash_by_kind(const void *kind, const void *obj)
{
	return ((const struct alkaid_index_kind *)kind)->hash(obj, 1);
}

static void expect_well_spread(struct kunit *test, const char *what,
			       const unsigned long *seen)
{
	/* A random function fills 63 of a hundred. */
	KUNIT_EXPECT_GT_MSG(test, bitmap_weight(seen, KEYS), KEYS / 2, "%s",
			    what);
}

/*
 * Keys that differ by counting in two of their bytes share few buckets, by the low
 * bits of their hashes as by the high ones.
 */
static void expect_spread_by(struct kunit *test, const char *what,
			     u32 (*hash_by)(const void *kind, const void *obj),
			     const void *kind, const void *obj, void *digits)
{
	DECLARE_BITMAP(high, KEYS) = {};
	DECLARE_BITMAP(low, KEYS) = {};
	u8 *digit = digits;
	u8 old[2];
	u32 hash;
	int i;

	memcpy(old, digit, sizeof(old));
	for (i = 0; i < KEYS; i++) {
		digit[0] = i >> 8;
		digit[1] = i;
		hash = hash_by(kind, obj);
		__set_bit(hash % KEYS, low);
		__set_bit(hash / (BIT_ULL(32) / KEYS), high);
	}
	memcpy(digit, old, sizeof(old));
	expect_well_spread(test, what, low);
	expect_well_spread(test, what, high);
}

static void expect_spread(struct kunit *test, const char *what,
			  const struct rhashtable_params *params,
			  const void *key, void *digits)
{
	expect_spread_by(test, what, hash_by_params, params, key, digits);
}

static void expect_index_spread(struct kunit *test, const char *what,
				const struct alkaid_index_kind *kind,
				const void *obj, void *digits)
{
	expect_spread_by(test, what, hash_by_kind, kind, obj, digits);
}

static void alkaid_index_hash_spread_test(struct kunit *test)
{
	struct alkaid_vpc vpc = { .id = 7 };
	struct alkaid_subnet subnet = { .vpc = &vpc, .vni = 7001 };
	struct alkaid_endpoint ep = { .mac = { 2 }, .subnet = &subnet };

	expect_index_spread(test, "VNI and MAC", &alkaid_endpoint_mac_index,
			    &ep, &subnet.vni);
	expect_index_spread(test, "start of MAC", &alkaid_endpoint_mac_index,
			    &ep, ep.mac);
	expect_index_spread(test, "end of MAC", &alkaid_endpoint_mac_index,
			    &ep, ep.mac + 4);
	expect_index_spread(test, "VPC and address", &alkaid_endpoint_ip_index,
			    &ep, &vpc.id);
	expect_index_spread(test, "start of address", &alkaid_endpoint_ip_index,
			    &ep, ep.ip.s6_addr);
	expect_index_spread(test, "end of address", &alkaid_endpoint_ip_index,
			    &ep, ep.ip.s6_addr + 14);
}

static void alkaid_table_hash_spread_test(struct kunit *test)
{
	struct alkaid_flow_key flow = { .id = 7001 };
	u32 vni = 7001;

	expect_spread(test, "VNI", &alkaid_subnet_vni_params, &vni, &vni);
	expect_spread(test, "flow's source", &alkaid_flow_params, &flow,
		      &flow.src);
	expect_spread(test, "flow's destination", &alkaid_flow_params, &flow,
		      &flow.dst);
	expect_spread(test, "flow's source port", &alkaid_flow_params, &flow,
		      &flow.sport);
	expect_spread(test, "flow's destination port", &alkaid_flow_params,
		      &flow, &flow.dport);
}

static struct kunit_case alkaid_key_hash_cases[] = {
	KUNIT_CASE_PARAM(alkaid_key_hash_stable_test, hash_gen_params),
	KUNIT_CASE_PARAM(alkaid_key_hash_spread_test, hash_gen_params),
	KUNIT_CASE_PARAM(alkaid_key_hash_addresses_test, hash_gen_params),
	KUNIT_CASE(alkaid_key_hash_parts_test),
	KUNIT_CASE(alkaid_key_hash_parts_with_options_test),
	KUNIT_CASE(alkaid_key_hash_icmp_test),
	KUNIT_CASE(alkaid_key_hash_arp_test),
	KUNIT_CASE(alkaid_table_hash_spread_test),
	KUNIT_CASE(alkaid_index_hash_spread_test),
	{}
};

struct kunit_suite alkaid_key_hash_suite = {
	.name = "alkaid_key_hash",
	.test_cases = alkaid_key_hash_cases,
};
