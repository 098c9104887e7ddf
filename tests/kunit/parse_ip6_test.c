// SPDX-License-Identifier: GPL-2.0
/* The parser: IPv6 and its extension headers, as a table of header chains. */
#include <net/ipv6.h>

#include "../../kmod/path/parse.h"
#include "frame.h"
#include "world.h"

#define HEADERS_MAX	10

/**
 * struct ip6_case - an IPv6 packet, and what the parser is to make of it
 * @name: what it is
 * @chain: types of its extension headers, until zero; HOP is written as HBH
 * @units: length of the last one in its own unit; 0: the shortest
 * @frag_off: of its fragment headers, as in the header
 * @proto: what follows the chain
 * @cut: bytes that are cut off the end of the frame, header lengths corrected
 * @payload_delta: what is then added to the payload length
 * @saddr: source address if it is another one
 * @daddr: destination address if it is another one
 * @drop: why it is to be dropped; what follows counts if it is not
 * @want_proto: transport protocol that is to be found; 0: @proto
 * @frag: which part of a datagram
 * @ports: whether it has ports
 */
struct ip6_case {
	const char *name;
	u8 chain[HEADERS_MAX];
	u8 units;
	u16 frag_off;
	u8 proto;
	int cut;
	int payload_delta;
	const char *saddr;
	const char *daddr;

	enum alkaid_drop drop;
	u8 want_proto;
	u8 frag;
	bool ports;
};

/* Hop-by-hop options are type 0, which ends a chain here. */
#define HBH	0xff
#define RTG	NEXTHDR_ROUTING
#define DST	NEXTHDR_DEST
#define AUTH	NEXTHDR_AUTH
#define FRAG	NEXTHDR_FRAGMENT

#define TCP	IPPROTO_TCP
#define UDP	IPPROTO_UDP

static const struct ip6_case ip6_cases[] = {
	{ "TCP", .proto = TCP, .ports = true },
	{ "UDP", .proto = UDP, .ports = true },
	{ "ICMPv6: type for a port", .proto = IPPROTO_ICMPV6 },
	{ "nothing follows", .proto = NEXTHDR_NONE },
	{ "ESP is not looked into", .proto = NEXTHDR_ESP },

	{ "hop-by-hop options", { HBH }, .proto = TCP, .ports = true },
	{ "routing header", { RTG }, .proto = TCP, .ports = true },
	{ "destination options", { DST }, .proto = UDP, .ports = true },
	{ "authentication header: units of four bytes", { AUTH }, .units = 4,
	  .proto = TCP, .ports = true },
	{ "destination options of 64 bytes", { DST }, .units = 7,
	  .proto = TCP, .ports = true },
	{ "one of each", { HBH, DST, RTG, AUTH, DST }, .units = 1,
	  .proto = UDP, .ports = true },
	{ "eight are the most", { HBH, DST, DST, DST, DST, DST, DST, DST },
	  .proto = TCP, .ports = true },
	{ "nine are too many",
	  { HBH, DST, DST, DST, DST, DST, DST, DST, DST },
	  .proto = TCP, .drop = ALKAID_DROP_IP6_EXTENSION },

	{ "fragment header of a whole packet", { FRAG },
	  .proto = UDP, .ports = true },
	{ "first fragment has ports", { FRAG }, .frag_off = IP6_MF,
	  .proto = UDP, .frag = ALKAID_FRAG_FIRST, .ports = true },
	{ "later fragment has none", { FRAG }, .frag_off = 64 | IP6_MF,
	  .proto = UDP, .frag = ALKAID_FRAG_LATER },
	{ "last fragment has none", { FRAG }, .frag_off = 64,
	  .proto = TCP, .frag = ALKAID_FRAG_LATER },
	{ "first fragment without all of TCP", { FRAG }, .frag_off = IP6_MF,
	  .proto = TCP, .cut = PAYLOAD + 1, .drop = ALKAID_DROP_L4_HEADER },
	{ "later fragment of no bytes", { FRAG }, .frag_off = 64,
	  .proto = TCP, .cut = PAYLOAD + 20, .frag = ALKAID_FRAG_LATER },
	{ "options before and behind the fragment header, first part",
	  { HBH, FRAG, DST }, .frag_off = IP6_MF,
	  .proto = UDP, .frag = ALKAID_FRAG_FIRST, .ports = true },
	{ "options before and behind the fragment header, later part",
	  { HBH, FRAG, DST }, .frag_off = 64,
	  .proto = UDP, .want_proto = DST, .frag = ALKAID_FRAG_LATER },
	{ "fragment in a fragment", { FRAG, FRAG }, .frag_off = IP6_MF,
	  .proto = UDP, .frag = ALKAID_FRAG_FIRST, .ports = true },

	{ "payload length 0, not a big packet", .proto = TCP,
	  .payload_delta = -(20 + PAYLOAD), .drop = ALKAID_DROP_L4_HEADER },
	{ "payload length cuts TCP", .proto = TCP, .payload_delta = -13,
	  .drop = ALKAID_DROP_L4_HEADER },
	{ "payload length ends with TCP", .proto = TCP,
	  .payload_delta = -PAYLOAD, .ports = true },
	{ "payload length one beyond the frame", .proto = TCP,
	  .payload_delta = 1, .drop = ALKAID_DROP_IP6_LENGTH },
	{ "extension header runs over the end", { DST }, .units = 20,
	  .proto = TCP, .cut = PAYLOAD + 21,
	  .drop = ALKAID_DROP_IP6_EXTENSION },
	{ "extension header runs over the payload length, not the frame",
	  { DST }, .units = 3, .proto = TCP, .payload_delta = -33,
	  .drop = ALKAID_DROP_IP6_EXTENSION },
	{ "extension header ends with the packet", { DST }, .proto = TCP,
	  .payload_delta = -(20 + PAYLOAD), .drop = ALKAID_DROP_L4_HEADER },
	{ "extension header begins at the end of the packet", { DST },
	  .proto = TCP, .payload_delta = -(8 + 20 + PAYLOAD),
	  .drop = ALKAID_DROP_IP6_EXTENSION },
	{ "one byte of an extension header", { DST }, .proto = TCP,
	  .cut = 7 + 20 + PAYLOAD, .drop = ALKAID_DROP_IP6_EXTENSION },
	{ "fragment header runs over the end", { FRAG }, .frag_off = 64,
	  .proto = TCP, .cut = 1 + 20 + PAYLOAD,
	  .drop = ALKAID_DROP_IP6_EXTENSION },
	{ "later fragment's header runs over the payload length",
	  { FRAG }, .frag_off = 64, .proto = TCP,
	  .payload_delta = -(1 + 20 + PAYLOAD),
	  .drop = ALKAID_DROP_IP6_EXTENSION },

	{ "v4-mapped source", .proto = TCP, .saddr = VM1_IP4,
	  .drop = ALKAID_DROP_IP6_ADDRESS },
	{ "v4-mapped destination", .proto = TCP, .daddr = VM2_IP4,
	  .drop = ALKAID_DROP_IP6_ADDRESS },
	{ "multicast source", .proto = UDP, .saddr = "ff02::1",
	  .drop = ALKAID_DROP_IP6_ADDRESS },
	{ "multicast destination", .proto = UDP, .daddr = "ff02::1",
	  .ports = true },
	{ "unspecified source", .proto = UDP, .saddr = "::", .ports = true },
};

KUNIT_ARRAY_PARAM_DESC(ip6, ip6_cases, name);

static u8 chain_type(u8 type)
{
	return type == HBH ? NEXTHDR_HOP : type;
}

static void build_chain(struct frame *f, const struct ip6_case *c)
{
	const u8 *type = c->chain;

	frame_ip6(f, *type ? chain_type(*type) : c->proto);
	for (; *type; type++) {
		u8 next = type[1] ? chain_type(type[1]) : c->proto;

		if (*type == FRAG)
			frame_frag6(f, next, c->frag_off);
		else
			frame_ext(f, chain_type(*type), next,
				  type[1] ? 0 : c->units);
	}
	frame_l4(f, c->proto);
	frame_payload(f);
}

static void build_case(struct frame *f, const struct ip6_case *c)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)(f->bytes + ETH_HLEN);

	build_chain(f, c);
	f->len -= c->cut;
	frame_ip_len(f);
	ip->payload_len = htons(ntohs(ip->payload_len) + c->payload_delta);
	if (c->saddr)
		ip->saddr = ip_of(c->saddr);
	if (c->daddr)
		ip->daddr = ip_of(c->daddr);
}

static void alkaid_parse_ip6_frame_test(struct kunit *test)
{
	const struct ip6_case *c = test->param_value;
	struct in6_addr saddr = ip_of(c->saddr ?: VM1_IP6);
	struct in6_addr daddr = ip_of(c->daddr ?: VM2_IP6);
	struct frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct alkaid_key key = {};

	KUNIT_ASSERT_NOT_NULL(test, f);
	build_case(f, c);
	KUNIT_ASSERT_EQ(test, alkaid_parse(frame_skb(test, f, f->len), &key),
			c->drop);
	if (c->drop)
		return;
	KUNIT_EXPECT_EQ(test, key.l3, ALKAID_L3_IP6);
	KUNIT_EXPECT_EQ(test, key.ethertype, ETH_P_IPV6);
	KUNIT_EXPECT_EQ(test, key.tos, 0x1c);
	KUNIT_EXPECT_EQ(test, key.ttl, 63);
	KUNIT_EXPECT_EQ(test, key.proto, c->want_proto ?: c->proto);
	KUNIT_EXPECT_EQ(test, key.frag, c->frag);
	KUNIT_EXPECT_MEMEQ(test, &key.saddr, &saddr, sizeof(saddr));
	KUNIT_EXPECT_MEMEQ(test, &key.daddr, &daddr, sizeof(daddr));
	if (c->proto == IPPROTO_ICMPV6) {
		KUNIT_EXPECT_EQ(test, ntohs(key.sport), 128);
		return;
	}
	KUNIT_EXPECT_EQ(test, ntohs(key.sport), c->ports ? SPORT : 0);
	KUNIT_EXPECT_EQ(test, ntohs(key.dport), c->ports ? DPORT : 0);
}

static void alkaid_parse_ip6_version_test(struct kunit *test)
{
	struct alkaid_key key = {};
	struct frame f;
	int version;

	frame_tcp6(&f);
	for (version = 0; version < 16; version++) {
		f.bytes[ETH_HLEN] = version << 4 | 1;
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_parse(frame_skb(test, &f, f.len), &key),
				    version == 6 ? ALKAID_DROP_NONE :
						   ALKAID_DROP_IP6_HEADER,
				    "version %d", version);
	}
}

/* Beyond 64 KiB the payload length is 0, and the frame's own counts. */
static void alkaid_parse_ip6_gso_test(struct kunit *test)
{
	struct alkaid_key key = {};
	struct sk_buff *skb;
	struct frame f;

	frame_tcp6(&f);
	memset(f.bytes + ETH_HLEN + 4, 0, 2);
	skb = frame_skb(test, &f, f.len);
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_L4_HEADER);
	skb_shinfo(skb)->gso_size = 4;
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE);
	KUNIT_EXPECT_EQ(test, ntohs(key.dport), DPORT);
}

static struct kunit_case alkaid_parse_ip6_cases[] = {
	KUNIT_CASE_PARAM(alkaid_parse_ip6_frame_test, ip6_gen_params),
	KUNIT_CASE(alkaid_parse_ip6_version_test),
	KUNIT_CASE(alkaid_parse_ip6_gso_test),
	{}
};

struct kunit_suite alkaid_parse_ip6_suite = {
	.name = "alkaid_parse_ip6",
	.test_cases = alkaid_parse_ip6_cases,
};
