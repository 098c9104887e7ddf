// SPDX-License-Identifier: GPL-2.0
/* The parser: Ethernet, ARP and IPv4, as a table of frames. */
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <net/ip.h>

#include "../../kmod/path/parse.h"
#include "frame.h"
#include "world.h"

#define PATCHES_MAX	3

/* Offsets in a frame. */
#define AT_DMAC		0
#define AT_SMAC		6
#define AT_TYPE		12
#define AT_ARP		14
#define AT_IP		14
#define AT_L4		34

/**
 * struct parse_case - a frame, and what the parser is to make of it
 * @name: what it is
 * @build: makes the frame
 * @patches: bytes that are then written over it
 * @cut: bytes that are then cut off its end
 * @pad: zeros that are then added
 * @drop: why it is to be dropped; what follows counts if it is not
 * @proto: transport protocol
 * @frag: which part of a datagram
 * @sport: source port or ICMP type
 * @dport: destination port or ICMP code
 */
struct parse_case {
	const char *name;
	void (*build)(struct frame *f);
	struct {
		u16 at;
		u8 len;
		const char *bytes;
	} patches[PATCHES_MAX];
	int cut;
	int pad;

	enum alkaid_drop drop;
	u8 proto;
	u8 frag;
	u16 sport;
	u16 dport;
};

#define PATCH(at, bytes) { at, sizeof(bytes) - 1, bytes }

static void build_options(struct frame *f)
{
	frame_ip4(f, IPPROTO_UDP, 40, 0);
	frame_l4(f, IPPROTO_UDP);
	frame_payload(f);
	frame_ip_len(f);
}

static void build_first(struct frame *f)
{
	frame_ip4(f, IPPROTO_UDP, 0, IP_MF);
	frame_l4(f, IPPROTO_UDP);
	frame_payload(f);
	frame_ip_len(f);
}

static void build_first_short(struct frame *f)
{
	frame_ip4(f, IPPROTO_TCP, 0, IP_MF);
	frame_add(f, "\x12\x34\x56\x78\0\0\0\0", 8);
	frame_ip_len(f);
}

static void build_middle(struct frame *f)
{
	frame_ip4(f, IPPROTO_UDP, 0, IP_MF | 3);
	frame_payload(f);
	frame_ip_len(f);
}

static void build_last(struct frame *f)
{
	frame_ip4(f, IPPROTO_TCP, 0, 3);
	frame_add(f, "\xff", 1);
	frame_ip_len(f);
}

static void build_sctp(struct frame *f)
{
	frame_ip4(f, IPPROTO_SCTP, 0, 0);
	frame_payload(f);
	frame_ip_len(f);
}

static void build_bare(struct frame *f)
{
	frame_ip4(f, IPPROTO_RAW, 0, 0);
	frame_ip_len(f);
}

static const struct parse_case parse_cases[] = {
	{ "ARP", frame_arp },
	{ "ARP, padded to 60 bytes", frame_arp, .pad = 18 },
	{ "ARP of another hardware type", frame_arp,
	  { PATCH(AT_ARP, "\0\x06") }, .drop = ALKAID_DROP_ARP_HEADER },
	{ "ARP of another protocol", frame_arp,
	  { PATCH(AT_ARP + 2, "\x86\xdd") }, .drop = ALKAID_DROP_ARP_HEADER },
	{ "ARP with long hardware addresses", frame_arp,
	  { PATCH(AT_ARP + 4, "\x08") }, .drop = ALKAID_DROP_ARP_HEADER },
	{ "ARP with long protocol addresses", frame_arp,
	  { PATCH(AT_ARP + 5, "\x10") }, .drop = ALKAID_DROP_ARP_HEADER },

	{ "IPv4 TCP", frame_tcp4,
	  .proto = IPPROTO_TCP, .sport = SPORT, .dport = DPORT },
	{ "IPv4 UDP", frame_udp4,
	  .proto = IPPROTO_UDP, .sport = SPORT, .dport = DPORT },
	{ "IPv4 ICMP: type and code for ports", frame_icmp4,
	  { PATCH(AT_L4, "\x03\x04") },
	  .proto = IPPROTO_ICMP, .sport = 3, .dport = 4 },
	{ "IPv4 SCTP: no ports", build_sctp, .proto = IPPROTO_SCTP },
	{ "IPv4 without payload", build_bare, .proto = IPPROTO_RAW },
	{ "IPv4 with options", build_options,
	  .proto = IPPROTO_UDP, .sport = SPORT, .dport = DPORT },
	{ "IPv4 with padding behind it", frame_udp4, .pad = 30,
	  .proto = IPPROTO_UDP, .sport = SPORT, .dport = DPORT },

	{ "IPv4 of version 5", frame_tcp4,
	  { PATCH(AT_IP, "\x55") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 of version 6", frame_tcp4,
	  { PATCH(AT_IP, "\x65") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 header of four words", frame_tcp4,
	  { PATCH(AT_IP, "\x44") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 header of no words", frame_tcp4,
	  { PATCH(AT_IP, "\x40") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 header longer than the packet", frame_icmp4,
	  { PATCH(AT_IP, "\x4f") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 total length 0", frame_tcp4,
	  { PATCH(AT_IP + 2, "\0\0") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 total length shorter than the header", frame_tcp4,
	  { PATCH(AT_IP + 2, "\0\x13") }, .drop = ALKAID_DROP_IP4_HEADER },
	{ "IPv4 total length of the header: no room for TCP", frame_tcp4,
	  { PATCH(AT_IP + 2, "\0\x14") }, .drop = ALKAID_DROP_L4_HEADER },
	{ "IPv4 total length cuts TCP", frame_tcp4,
	  { PATCH(AT_IP + 2, "\0\x27") }, .drop = ALKAID_DROP_L4_HEADER },
	{ "IPv4 total length ends with TCP", frame_tcp4,
	  { PATCH(AT_IP + 2, "\0\x28") },
	  .proto = IPPROTO_TCP, .sport = SPORT, .dport = DPORT },
	{ "IPv4 total length cuts UDP", frame_udp4,
	  { PATCH(AT_IP + 2, "\0\x1b") }, .drop = ALKAID_DROP_L4_HEADER },
	{ "IPv4 total length cuts ICMP", frame_icmp4,
	  { PATCH(AT_IP + 2, "\0\x1b") }, .drop = ALKAID_DROP_L4_HEADER },
	{ "IPv4 total length one beyond the frame", frame_tcp4, .cut = 1,
	  .drop = ALKAID_DROP_IP4_LENGTH },
	{ "IPv4 total length 65535", frame_tcp4,
	  { PATCH(AT_IP + 2, "\xff\xff") }, .drop = ALKAID_DROP_IP4_LENGTH },

	{ "IPv4 that must not be cut is no fragment", frame_udp4,
	  { PATCH(AT_IP + 6, "\x40\0") },
	  .proto = IPPROTO_UDP, .sport = SPORT, .dport = DPORT },
	{ "IPv4 first fragment has ports", build_first,
	  .proto = IPPROTO_UDP, .frag = ALKAID_FRAG_FIRST,
	  .sport = SPORT, .dport = DPORT },
	{ "IPv4 first fragment without all of TCP", build_first_short,
	  .drop = ALKAID_DROP_L4_HEADER },
	{ "IPv4 middle fragment has none", build_middle,
	  .proto = IPPROTO_UDP, .frag = ALKAID_FRAG_LATER },
	{ "IPv4 last fragment of one byte", build_last,
	  .proto = IPPROTO_TCP, .frag = ALKAID_FRAG_LATER },

	{ "source MAC zero", frame_tcp4,
	  { PATCH(AT_SMAC, "\0\0\0\0\0\0") }, .drop = ALKAID_DROP_ETH_SOURCE },
	{ "source MAC multicast", frame_tcp4,
	  { PATCH(AT_SMAC, "\x01") }, .drop = ALKAID_DROP_ETH_SOURCE },
	{ "source MAC broadcast", frame_arp,
	  { PATCH(AT_SMAC, "\xff\xff\xff\xff\xff\xff") },
	  .drop = ALKAID_DROP_ETH_SOURCE },
	{ "VLAN tag in the frame", frame_tcp4,
	  { PATCH(AT_TYPE, "\x81\0") }, .drop = ALKAID_DROP_VLAN_TAG },
	{ "service VLAN tag in the frame", frame_tcp4,
	  { PATCH(AT_TYPE, "\x88\xa8") }, .drop = ALKAID_DROP_VLAN_TAG },
	{ "length where the type is (802.3)", frame_tcp4,
	  { PATCH(AT_TYPE, "\0\x40") }, .drop = ALKAID_DROP_ETHERTYPE },
	{ "MPLS", frame_tcp4,
	  { PATCH(AT_TYPE, "\x88\x47") }, .drop = ALKAID_DROP_ETHERTYPE },
	{ "LLDP", frame_tcp4,
	  { PATCH(AT_TYPE, "\x88\xcc") }, .drop = ALKAID_DROP_ETHERTYPE },
};

KUNIT_ARRAY_PARAM_DESC(parse, parse_cases, name);

static void expect_addresses(struct kunit *test, const struct alkaid_key *key)
{
	struct in6_addr saddr = ip_of(VM1_IP4);
	struct in6_addr daddr = ip_of(VM2_IP4);
	u8 mac[ETH_ALEN];

	KUNIT_EXPECT_MEMEQ(test, key->dmac, mac_of(VM2_MAC, mac), ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, key->smac, mac_of(VM1_MAC, mac), ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, &key->saddr, &saddr, sizeof(saddr));
	KUNIT_EXPECT_MEMEQ(test, &key->daddr, &daddr, sizeof(daddr));
}

static void alkaid_parse_frame_test(struct kunit *test)
{
	const struct parse_case *c = test->param_value;
	struct frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct alkaid_key key = {};
	int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	c->build(f);
	for (i = 0; i < PATCHES_MAX; i++)
		memcpy(f->bytes + c->patches[i].at, c->patches[i].bytes,
		       c->patches[i].len);
	frame_add(f, NULL, c->pad);
	f->len -= c->cut;

	KUNIT_ASSERT_EQ(test, alkaid_parse(frame_skb(test, f, f->len), &key),
			c->drop);
	if (c->drop)
		return;
	expect_addresses(test, &key);
	KUNIT_EXPECT_EQ(test, key.proto, c->proto);
	KUNIT_EXPECT_EQ(test, key.frag, c->frag);
	KUNIT_EXPECT_EQ(test, ntohs(key.sport), c->sport);
	KUNIT_EXPECT_EQ(test, ntohs(key.dport), c->dport);
	if (c->build == frame_arp) {
		KUNIT_EXPECT_EQ(test, key.l3, ALKAID_L3_ARP);
		KUNIT_EXPECT_EQ(test, key.ethertype, ETH_P_ARP);
		KUNIT_EXPECT_EQ(test, key.arp_op, ARPOP_REQUEST);
		KUNIT_EXPECT_MEMEQ(test, key.arp_sha, key.smac, ETH_ALEN);
	} else {
		KUNIT_EXPECT_EQ(test, key.l3, ALKAID_L3_IP4);
		KUNIT_EXPECT_EQ(test, key.ethertype, ETH_P_IP);
		KUNIT_EXPECT_EQ(test, key.tos, 0x1c);
		KUNIT_EXPECT_EQ(test, key.ttl, 63);
	}
}

/* A tag that the driver took out of the frame is a tag all the same. */
static void alkaid_parse_hw_vlan_test(struct kunit *test)
{
	struct alkaid_key key = {};
	struct sk_buff *skb;
	struct frame f;

	frame_tcp4(&f);
	skb = frame_skb(test, &f, f.len);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 5);
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_VLAN_TAG);
	__vlan_hwaccel_clear_tag(skb);
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE);
}

/* Beyond 64 KiB the total length is 0, and the frame's own counts. */
static void alkaid_parse_gso_test(struct kunit *test)
{
	struct alkaid_key key = {};
	struct sk_buff *skb;
	struct frame f;

	frame_tcp4(&f);
	memset(f.bytes + AT_IP + 2, 0, 2);
	skb = frame_skb(test, &f, f.len);
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_IP4_HEADER);
	skb_shinfo(skb)->gso_size = 4;
	KUNIT_EXPECT_EQ(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE);
	KUNIT_EXPECT_EQ(test, ntohs(key.dport), DPORT);
}

/* What the caller has set stays, and what the frame does not have is zero. */
static void alkaid_parse_fills_all_test(struct kunit *test)
{
	struct alkaid_port *port = (struct alkaid_port *)test;
	struct alkaid_key key;
	struct frame f;

	memset(&key, 0xff, sizeof(key));
	key.port = port;
	key.vni = 77;
	frame_arp(&f);
	KUNIT_ASSERT_EQ(test, alkaid_parse(frame_skb(test, &f, f.len), &key),
			ALKAID_DROP_NONE);
	KUNIT_EXPECT_PTR_EQ(test, key.port, port);
	KUNIT_EXPECT_EQ(test, key.vni, 77);
	KUNIT_EXPECT_EQ(test, key.proto, 0);
	KUNIT_EXPECT_EQ(test, key.frag, 0);
	KUNIT_EXPECT_EQ(test, key.tos, 0);
	KUNIT_EXPECT_EQ(test, key.ttl, 0);
	KUNIT_EXPECT_EQ(test, key.sport, 0);
	KUNIT_EXPECT_EQ(test, key.dport, 0);
}

static struct kunit_case alkaid_parse_cases[] = {
	KUNIT_CASE_PARAM(alkaid_parse_frame_test, parse_gen_params),
	KUNIT_CASE(alkaid_parse_hw_vlan_test),
	KUNIT_CASE(alkaid_parse_gso_test),
	KUNIT_CASE(alkaid_parse_fills_all_test),
	{}
};

struct kunit_suite alkaid_parse_suite = {
	.name = "alkaid_parse",
	.test_cases = alkaid_parse_cases,
};
