// SPDX-License-Identifier: GPL-2.0
/* ICMP and ICMPv6 of the gateway, byte by byte (RFC 792, RFC 1191, RFC 4443). */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip6_checksum.h>

#include "../../kmod/path/icmp.h"
#include "door.h"
#include "world.h"

/* Of a VM, with a time to live of one. */
static const char * const udp4[] = {
	"0200000000fe 020000000001 0800",
	"4500002100010000 01113578 c0a80101 c0a80202",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const udp6[] = {
	"0200000000fe 020000000001 86dd",
	"60000000000d1101",
	"fd000001000000000000000000000001",
	"fd000002000000000000000000000002",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const time_exceeded4[] = {
	"020000000001 0200000000fe 0800",
	"45c0003d00004000 4001b5b0 c0a801fe c0a80101",
	"0b0099bb 00000000 45000021 00010000 01113578 c0a80101",
	"c0a80202 03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const frag_needed[] = {
	"020000000001 0200000000fe 0800",
	"45c0003d00004000 4001b5b0 c0a801fe c0a80101",
	"03049c0d 000005aa 45000021 00010000 01113578 c0a80101",
	"c0a80202 03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const time_exceeded6[] = {
	"020000000001 0200000000fe 86dd",
	"60000000003d3aff",
	"fd0000010000000000000000000000fe",
	"fd000001000000000000000000000001",
	"03003b2b 00000000 60000000 000d1101 fd000001 00000000",
	"00000000 00000001 fd000002 00000000 00000000 00000002",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const too_big[] = {
	"020000000001 0200000000fe 86dd",
	"60000000003d3aff",
	"fd0000010000000000000000000000fe",
	"fd000001000000000000000000000001",
	"02003695 00000596 60000000 000d1101 fd000001 00000000",
	"00000000 00000001 fd000002 00000000 00000000 00000002",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const echo4[] = {
	"0200000000fe 020000000001 0800",
	"4500002100070000 01013586 c0a80101 c0a801fe",
	"0800b42a 00010002 68656c6c 6f",
	NULL
};

static const char * const echo_reply4[] = {
	"020000000001 0200000000fe 0800",
	"4500002100070000 4001f685 c0a801fe c0a80101",
	"0000bc2a 00010002 68656c6c 6f",
	NULL
};

static const char * const echo6[] = {
	"0200000000fe 020000000001 86dd",
	"60000000000d3a01",
	"fd000001000000000000000000000001",
	"fd0000010000000000000000000000fe",
	"800040e0 00010002 68656c6c 6f",
	NULL
};

static const char * const echo_reply6[] = {
	"020000000001 0200000000fe 86dd",
	"60000000000d3aff",
	"fd0000010000000000000000000000fe",
	"fd000001000000000000000000000001",
	"81003fe0 00010002 68656c6c 6f",
	NULL
};

static void icmp_echo(struct kunit *test, const char * const *request,
		      enum layout layout)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = { .cfg = &door->cfg };
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;

	frame_hex(test, &f, request);
	skb = door_skb(test, &f, layout, &key);
	local_bh_disable();
	alkaid_echo_reply(&door->frame, &key, &v, skb);
	local_bh_enable();
}

static void alkaid_echo_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		icmp_echo(test, echo4, layout);
		door_expect(test, echo_reply4);
		icmp_echo(test, echo6, layout);
		door_expect(test, echo_reply6);
	}
	door_expect_totals(test, 2 * LAYOUT_COUNT, 2 * LAYOUT_COUNT, 0);
}

/* Nobody else's copy of the request changes. */
static void alkaid_echo_clone_test(struct kunit *test)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = {};
	struct alkaid_key key;
	struct sk_buff *skb, *clone;
	struct frame f;

	frame_hex(test, &f, echo4);
	skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	local_bh_disable();
	alkaid_echo_reply(&door->frame, &key, &v, skb);
	local_bh_enable();
	KUNIT_EXPECT_MEMEQ(test, clone->data, f.bytes, f.len);
	kfree_skb(clone);
	door_expect(test, echo_reply4);
}

/* The sum of the pseudo header is there, and the rest is the driver's to add. */
static void alkaid_echo_partial_test(struct kunit *test)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = {};
	struct icmp6hdr *icmp;
	struct alkaid_key key;
	struct ipv6hdr *ip;
	struct sk_buff *skb;
	struct frame f;

	frame_hex(test, &f, echo6);
	ip = (struct ipv6hdr *)(f.bytes + ETH_HLEN);
	icmp = (struct icmp6hdr *)(ip + 1);
	icmp->icmp6_cksum = ~csum_ipv6_magic(&ip->saddr, &ip->daddr,
					     f.len - ETH_HLEN - sizeof(*ip),
					     IPPROTO_ICMPV6, 0);
	skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + key.l4_offset;
	skb->csum_offset = offsetof(struct icmp6hdr, icmp6_cksum);
	local_bh_disable();
	alkaid_echo_reply(&door->frame, &key, &v, skb);
	local_bh_enable();

	skb = skb_peek(&door->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb_checksum_help(skb), 0);
	door_expect(test, echo_reply6);
}

/* No sum that is right in ones' complement comes out wrong (RFC 1624). */
static void alkaid_echo_checksum_test(struct kunit *test)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = {};
	struct icmphdr *icmp;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;
	u32 i;

	frame_hex(test, &f, echo4);
	kfree_skb(door_skb(test, &f, LAYOUT_LINEAR, &key));
	icmp = (struct icmphdr *)(f.bytes + ETH_HLEN + sizeof(struct iphdr));
	for (i = 0; i <= U16_MAX; i++) {
		icmp->un.echo.sequence = htons(i);
		icmp->checksum = 0;
		icmp->checksum = ip_compute_csum(icmp, sizeof(*icmp) + 5);
		skb = alloc_skb(f.len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_put_data(skb, f.bytes, f.len);
		skb_reset_mac_header(skb);
		local_bh_disable();
		alkaid_echo_reply(&door->frame, &key, &v, skb);
		local_bh_enable();
		skb = __skb_dequeue(&door->sent);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, 0,
				ip_compute_csum(skb->data + key.l4_offset,
						sizeof(*icmp) + 5));
		kfree_skb(skb);
	}
}

/**
 * struct tell - an error that is told, or not
 * @about: the frame
 * @what: to tell
 * @mtu: to tell
 * @gateways: the subnet has some
 */
struct tell {
	const char * const *about;
	enum alkaid_tell what;
	u32 mtu;
	bool gateways;
};

static void icmp_tell_frame(struct kunit *test, const struct tell *tell,
			    const struct frame *f, enum layout layout)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = {
		.tell = tell->what,
		.mtu = tell->mtu,
		.cfg = &door->cfg,
	};
	struct alkaid_key key;
	struct sk_buff *skb;

	memset(&door->cfg, 0, sizeof(door->cfg));
	if (tell->gateways)
		door_gateways(door);
	skb = door_skb(test, f, layout, &key);
	local_bh_disable();
	alkaid_icmp_tell(&door->frame, &key, &v, skb);
	local_bh_enable();
	kfree_skb(skb);
}

static void icmp_tell(struct kunit *test, const struct tell *tell,
		      enum layout layout)
{
	struct frame f;

	frame_hex(test, &f, tell->about);
	icmp_tell_frame(test, tell, &f, layout);
}

static void alkaid_icmp_tell_test(struct kunit *test)
{
	static const struct {
		struct tell tell;
		const char * const *told;
	} rows[] = {
		{ { udp4, ALKAID_TELL_TTL, 0, true }, time_exceeded4 },
		{ { udp6, ALKAID_TELL_TTL, 0, true }, time_exceeded6 },
		{ { udp4, ALKAID_TELL_TOO_BIG, 1450, true }, frag_needed },
		{ { udp6, ALKAID_TELL_TOO_BIG, 1430, true }, too_big },
	};
	int layout, i;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			icmp_tell(test, &rows[i].tell, layout);
			door_expect(test, rows[i].told);
		}
	}
	door_expect_totals(test, 0, LAYOUT_COUNT * ARRAY_SIZE(rows), 0);
}

/* RFC 792, RFC 1812, 5.2.7.1; RFC 4443, 3.1 */
static void alkaid_icmp_codes_test(struct kunit *test)
{
	static const struct {
		enum alkaid_tell what;
		u8 type4;
		u8 code4;
		u8 type6;
		u8 code6;
	} rows[] = {
		{ ALKAID_TELL_TTL, 11, 0, 3, 0 },
		{ ALKAID_TELL_NET, 3, 0, 1, 0 },
		{ ALKAID_TELL_HOST, 3, 1, 1, 3 },
		{ ALKAID_TELL_PORT, 3, 3, 1, 4 },
		{ ALKAID_TELL_TOO_BIG, 3, 4, 2, 0 },
	};
	struct door *door = test->priv;
	struct sk_buff *skb;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct tell tell = { udp4, rows[i].what, 1280, true };

		icmp_tell(test, &tell, LAYOUT_LINEAR);
		skb = __skb_dequeue(&door->sent);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, skb->data[34], rows[i].type4);
		KUNIT_EXPECT_EQ(test, skb->data[35], rows[i].code4);
		kfree_skb(skb);

		tell.about = udp6;
		icmp_tell(test, &tell, LAYOUT_LINEAR);
		skb = __skb_dequeue(&door->sent);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, skb->data[54], rows[i].type6);
		KUNIT_EXPECT_EQ(test, skb->data[55], rows[i].code6);
		kfree_skb(skb);
	}
}

/* The frame's own destination says it then. */
static void alkaid_icmp_without_gateway_test(struct kunit *test)
{
	const struct tell tell4 = { udp4, ALKAID_TELL_TOO_BIG, 1450, false };
	const struct tell tell6 = { udp6, ALKAID_TELL_TOO_BIG, 1450, false };
	struct door *door = test->priv;
	struct in6_addr dst = ip_of("fd00:2::2");
	struct sk_buff *skb;
	u8 mac[ETH_ALEN];

	icmp_tell(test, &tell4, LAYOUT_LINEAR);
	skb = __skb_dequeue(&door->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_MEMEQ(test, skb->data + 6,
			   mac_of("02:00:00:00:00:fe", mac), ETH_ALEN);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(skb->data + 26), 0xc0a80202);
	kfree_skb(skb);

	icmp_tell(test, &tell6, LAYOUT_LINEAR);
	skb = __skb_dequeue(&door->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_MEMEQ(test, skb->data + 22, &dst, sizeof(dst));
	kfree_skb(skb);
}

/* A byte or some changed, of a frame that is told of without it. */
static void alkaid_icmp_silent_test(struct kunit *test)
{
	static const struct {
		const char * const *about;
		int at;
		u8 byte;
		bool told;
		int more;
	} rows[] = {
		{ udp4, 34, 0x03, true },
		/* Later fragment; a first one. */
		{ udp4, 21, 0x01, false },
		{ udp4, 20, 0x20, true },
		/* To and from a group, from everywhere, from nowhere. */
		{ udp4, 0, 0x03, false },
		{ udp4, 30, 0xe0, false },
		{ udp4, 26, 0xe0, false },
		{ udp4, 26, 0x7f, false },
		{ udp4, 26, 0x00, false, 3 },
		{ udp6, 22, 0x00, false, 15 },
		{ udp6, 38, 0xff, false },
		{ udp6, 0, 0x33, false },
		/* An error; a question. */
		{ echo4, 34, 3, false },
		{ echo4, 34, 4, false },
		{ echo4, 34, 5, false },
		{ echo4, 34, 11, false },
		{ echo4, 34, 12, false },
		{ echo4, 34, 0, true },
		{ echo4, 34, 13, true },
		{ echo6, 54, 1, false },
		{ echo6, 54, 127, false },
		{ echo6, 54, 128, true },
		{ echo6, 54, 129, true },
	};
	const struct tell tell = { .what = ALKAID_TELL_NET, .gateways = true };
	struct door *door = test->priv;
	struct frame f;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		frame_hex(test, &f, rows[i].about);
		memset(f.bytes + rows[i].at, rows[i].byte, 1 + rows[i].more);
		icmp_tell_frame(test, &tell, &f, LAYOUT_LINEAR);
		KUNIT_EXPECT_EQ_MSG(test, skb_queue_len(&door->sent),
				    rows[i].told, "row %d", i);
		__skb_queue_purge(&door->sent);
	}
}

/* Its sender's own host has the tables. */
static void alkaid_icmp_tunnel_test(struct kunit *test)
{
	const struct tell tell = { udp4, ALKAID_TELL_TTL, 0, true };
	struct door *door = test->priv;

	door->frame.port = NULL;
	icmp_tell(test, &tell, LAYOUT_LINEAR);
	door_expect_nothing(test);
	door_expect_totals(test, 0, 0, 0);
}

static void alkaid_icmp_rate_test(struct kunit *test)
{
	const struct tell tell = { udp4, ALKAID_TELL_TTL, 0, true };
	struct door *door = test->priv;
	int i;

	/* Full again in an hour: it is empty now. */
	atomic64_set(&door->port.icmp_rate.full,
		     ktime_get_ns() + 3600 * NSEC_PER_SEC);
	for (i = 0; i < 3; i++)
		icmp_tell(test, &tell, LAYOUT_LINEAR);
	door_expect_nothing(test);
	door_expect_totals(test, 0, 0, 0);
}

static struct kunit_case icmp_cases[] = {
	KUNIT_CASE(alkaid_echo_test),
	KUNIT_CASE(alkaid_echo_clone_test),
	KUNIT_CASE(alkaid_echo_partial_test),
	KUNIT_CASE(alkaid_echo_checksum_test),
	KUNIT_CASE(alkaid_icmp_tell_test),
	KUNIT_CASE(alkaid_icmp_codes_test),
	KUNIT_CASE(alkaid_icmp_without_gateway_test),
	KUNIT_CASE(alkaid_icmp_silent_test),
	KUNIT_CASE(alkaid_icmp_tunnel_test),
	KUNIT_CASE(alkaid_icmp_rate_test),
	{}
};

struct kunit_suite alkaid_icmp_suite = {
	.name = "alkaid_icmp",
	.init = door_init,
	.exit = door_exit,
	.test_cases = icmp_cases,
};
