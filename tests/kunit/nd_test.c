// SPDX-License-Identifier: GPL-2.0
/* Neighbor and router advertisements, byte by byte (RFC 4861, 4.2 and 4.4). */
#include "../../kmod/path/nd.h"
#include "../../kmod/path/ra.h"
#include "../../kmod/path/rate.h"
#include "door.h"
#include "world.h"

/* Who has the gateway fd00:1::fe? And: does anybody have fd00:1::2 already? */
static const char * const ns[] = {
	"3333ff0000fe 020000000001 86dd",
	"6000000000203aff",
	"fd000001000000000000000000000001",
	"ff0200000000000000000001ff0000fe",
	"87007b9d 00000000 fd000001 00000000 00000000 000000fe",
	"01010200 00000001",
	NULL
};

/* The same with a nonce (RFC 3971, 5.3.2), and some bytes that pad the frame. */
static const char * const ns_longer[] = {
	"3333ff0000fe 020000000001 86dd",
	"6000000000283aff",
	"fd000001000000000000000000000001",
	"ff0200000000000000000001ff0000fe",
	"87006488 00000000 fd000001 00000000 00000000 000000fe",
	"01010200 00000001 0e010102 03040506 000000",
	NULL
};

static const char * const ns_dad[] = {
	"3333ff000002 020000000001 86dd",
	"6000000000183aff",
	"00000000000000000000000000000000",
	"ff0200000000000000000001ff000002",
	"87007da2 00000000 fd000001 00000000 00000000 00000002",
	NULL
};

static const char * const na_of_router[] = {
	"020000000001 0200000000fe 86dd",
	"6000000000203aff",
	"fd0000010000000000000000000000fe",
	"fd000001000000000000000000000001",
	"880099a2 e0000000 fd000001 00000000 00000000 000000fe",
	"02010200 000000fe",
	NULL
};

static const char * const na_to_all[] = {
	"333300000001 020000000002 86dd",
	"6000000000203aff",
	"fd000001000000000000000000000002",
	"ff020000000000000000000000000001",
	"88005a96 20000000 fd000001 00000000 00000000 00000002",
	"02010200 00000002",
	NULL
};

static const char * const rs[] = {
	"333300000002 020000000001 86dd",
	"6000000000103aff",
	"fe80000000000000000000fffe000001",
	"ff020000000000000000000000000002",
	"85007b2c 00000000 01010200 00000001",
	NULL
};

static const char * const rs_any[] = {
	"333300000002 020000000001 86dd",
	"6000000000083aff",
	"00000000000000000000000000000000",
	"ff020000000000000000000000000002",
	"85007bb8 00000000",
	NULL
};

/* Lifetime 1800 s, MTU 1450, fd00:1::/64 and fd00:11::/48 on the link. */
static const char * const ra[] = {
	"020000000001 0200000000fe 86dd",
	"6000000000603aff",
	"fe80000000000000000000fffe0000fe",
	"fe80000000000000000000fffe000001",
	"86002734 40000708 00000000 00000000 01010200 000000fe",
	"05010000 000005aa 03044080 00278d00 00093a80 00000000",
	"fd000001 00000000 00000000 00000000 03043080 00278d00",
	"00093a80 00000000 fd000011 00000000 00000000 00000000",
	NULL
};

static const char * const ra_to_all[] = {
	"333300000001 0200000000fe 86dd",
	"6000000000603aff",
	"fe80000000000000000000fffe0000fe",
	"ff020000000000000000000000000001",
	"860025b2 40000708 00000000 00000000 01010200 000000fe",
	"05010000 000005aa 03044080 00278d00 00093a80 00000000",
	"fd000001 00000000 00000000 00000000 03043080 00278d00",
	"00093a80 00000000 fd000011 00000000 00000000 00000000",
	NULL
};

static void nd_answer(struct kunit *test, const char * const *request,
		      enum layout layout, const char *mac, bool from_router)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = { .from_router = from_router };
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;

	mac_of(mac, v.smac);
	frame_hex(test, &f, request);
	skb = door_skb(test, &f, layout, &key);
	local_bh_disable();
	alkaid_nd_reply(&door->frame, &key, &v, skb);
	local_bh_enable();
}

static void alkaid_nd_router_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		nd_answer(test, ns, layout, "02:00:00:00:00:fe", true);
		door_expect(test, na_of_router);
	}
	door_expect_totals(test, LAYOUT_COUNT, LAYOUT_COUNT, 0);
}

/* The request has no option, so the answer is longer. */
static void alkaid_nd_duplicate_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		nd_answer(test, ns_dad, layout, VM2_MAC, false);
		door_expect(test, na_to_all);
	}
	door_expect_totals(test, LAYOUT_COUNT, LAYOUT_COUNT, 0);
}

/* What came with the request and is not the answer's is cut off. */
static void alkaid_nd_longer_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		nd_answer(test, ns_longer, layout, "02:00:00:00:00:fe", true);
		door_expect(test, na_of_router);
	}
}

static void ra_answer(struct kunit *test, const char * const *request,
		      enum layout layout)
{
	struct door *door = test->priv;
	struct alkaid_verdict v = { .cfg = &door->cfg };
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;

	door_gateways(door);
	door->cfg.n_prefixes = 3;
	door->cfg.prefixes[0] = prefix_of("fd00:1::/64");
	door->cfg.prefixes[1] = prefix_of("192.168.1.0/24");
	door->cfg.prefixes[2] = prefix_of("fd00:11::/48");
	frame_hex(test, &f, request);
	skb = door_skb(test, &f, layout, &key);
	local_bh_disable();
	alkaid_ra_reply(&door->frame, &key, &v, skb);
	local_bh_enable();
}

static void alkaid_ra_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		ra_answer(test, rs, layout);
		door_expect(test, ra);
		ra_answer(test, rs_any, layout);
		door_expect(test, ra_to_all);
	}
	door_expect_totals(test, 2 * LAYOUT_COUNT, 2 * LAYOUT_COUNT, 0);
}

/* IPv6 does not run with less (RFC 8200, 5). */
static void alkaid_ra_small_mtu_test(struct kunit *test)
{
	struct door *door = test->priv;
	struct sk_buff *skb;

	door->ad.dev->mtu = 600;
	ra_answer(test, rs, LAYOUT_LINEAR);
	skb = skb_peek(&door->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(skb->data + 14 + 40 + 16 + 12),
			1280);
}

static void alkaid_rate_test(struct kunit *test)
{
	const u64 tick = NSEC_PER_SEC / ALKAID_RATE_PER_SECOND;
	struct alkaid_rate rate = {};
	u64 now = 5 * NSEC_PER_SEC;
	int i;

	for (i = 0; i < ALKAID_RATE_BURST; i++)
		KUNIT_EXPECT_TRUE(test, alkaid_rate_allow_at(&rate, now));
	KUNIT_EXPECT_FALSE(test, alkaid_rate_allow_at(&rate, now));
	KUNIT_EXPECT_FALSE(test, alkaid_rate_allow_at(&rate, now + tick - 1));
	/* What was refused costs nothing. */
	KUNIT_EXPECT_TRUE(test, alkaid_rate_allow_at(&rate, now + tick));
	KUNIT_EXPECT_FALSE(test, alkaid_rate_allow_at(&rate, now + tick));

	/* Over the years it holds one burst, and no more. */
	now += 1000000 * NSEC_PER_SEC;
	for (i = 0; alkaid_rate_allow_at(&rate, now); i++)
		;
	KUNIT_EXPECT_EQ(test, i, ALKAID_RATE_BURST);
	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_TRUE(test, alkaid_rate_allow_at(&rate, now += tick));
}

static struct kunit_case nd_cases[] = {
	KUNIT_CASE(alkaid_nd_router_test),
	KUNIT_CASE(alkaid_nd_duplicate_test),
	KUNIT_CASE(alkaid_nd_longer_test),
	KUNIT_CASE(alkaid_ra_test),
	KUNIT_CASE(alkaid_ra_small_mtu_test),
	KUNIT_CASE(alkaid_rate_test),
	{}
};

struct kunit_suite alkaid_nd_suite = {
	.name = "alkaid_nd",
	.init = door_init,
	.exit = door_exit,
	.test_cases = nd_cases,
};
