// SPDX-License-Identifier: GPL-2.0
/* Tunnel headers, byte by byte as the RFCs draw them. */
#include <kunit/skbuff.h>

#include "../../kmod/path/geneve.h"
#include "../../kmod/path/vxlan.h"
#include "world.h"

#define HLEN	8

struct vni_case {
	const char *name;
	u32 vni;
	/* RFC 7348, section 5: I flag, 24 reserved bits, VNI, 8 reserved bits. */
	u8 vxlan[HLEN];
	/* RFC 8926, 3.1: version 0, no options, Ethernet, VNI, 8 reserved bits. */
	u8 geneve[HLEN];
};

static const struct vni_case vni_cases[] = {
	{ "least", 0,
	  { 0x08, 0, 0, 0, 0x00, 0x00, 0x00, 0 },
	  { 0x00, 0x00, 0x65, 0x58, 0x00, 0x00, 0x00, 0 } },
	{ "one", 1,
	  { 0x08, 0, 0, 0, 0x00, 0x00, 0x01, 0 },
	  { 0x00, 0x00, 0x65, 0x58, 0x00, 0x00, 0x01, 0 } },
	{ "each byte", 0x123456,
	  { 0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0 },
	  { 0x00, 0x00, 0x65, 0x58, 0x12, 0x34, 0x56, 0 } },
	{ "greatest", 0xffffff,
	  { 0x08, 0, 0, 0, 0xff, 0xff, 0xff, 0 },
	  { 0x00, 0x00, 0x65, 0x58, 0xff, 0xff, 0xff, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(vni, vni_cases, name);

static struct sk_buff *encap_skb(struct kunit *test)
{
	struct sk_buff *skb = kunit_zalloc_skb(test, HLEN + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	/* What was there before must not shine through. */
	memset(skb->data, 0xa5, HLEN + 1);
	skb_reserve(skb, HLEN);
	skb_put(skb, 1);
	return skb;
}

static void alkaid_vxlan_push_test(struct kunit *test)
{
	const struct vni_case *c = test->param_value;
	const struct alkaid_vxlan_hdr *hdr;
	struct sk_buff *skb = encap_skb(test);

	alkaid_vxlan_push(skb, c->vni);
	KUNIT_EXPECT_EQ(test, skb->len, HLEN + 1);
	KUNIT_EXPECT_MEMEQ(test, skb->data, c->vxlan, HLEN);
	hdr = (const void *)skb->data;
	KUNIT_EXPECT_TRUE(test, alkaid_vxlan_is_valid(hdr));
	KUNIT_EXPECT_EQ(test, alkaid_vxlan_vni(hdr), c->vni);
}

static void alkaid_geneve_push_test(struct kunit *test)
{
	const struct vni_case *c = test->param_value;
	const struct alkaid_geneve_hdr *hdr;
	struct sk_buff *skb = encap_skb(test);

	alkaid_geneve_push(skb, c->vni);
	KUNIT_EXPECT_EQ(test, skb->len, HLEN + 1);
	KUNIT_EXPECT_MEMEQ(test, skb->data, c->geneve, HLEN);
	hdr = (const void *)skb->data;
	KUNIT_EXPECT_TRUE(test, alkaid_geneve_is_valid(hdr));
	KUNIT_EXPECT_EQ(test, alkaid_geneve_hlen(hdr), HLEN);
	KUNIT_EXPECT_EQ(test, alkaid_geneve_vni(hdr), c->vni);
	KUNIT_EXPECT_EQ(test, alkaid_geneve_check_options(hdr),
			ALKAID_DROP_NONE);
}

struct header_case {
	const char *name;
	u8 bytes[HLEN];
	bool valid;
};

static const struct header_case vxlan_cases[] = {
	{ "no I flag", { 0xf7, 0xff, 0xff, 0xff, 0, 0, 1, 0xff }, false },
	{ "reserved bits", { 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0xff }, true },
};

static const struct header_case geneve_cases[] = {
	{ "version 1", { 0x40, 0, 0x65, 0x58, 0, 0, 1, 0 }, false },
	{ "version 2", { 0x80, 0, 0x65, 0x58, 0, 0, 1, 0 }, false },
	{ "version 3", { 0xc0, 0, 0x65, 0x58, 0, 0, 1, 0 }, false },
	{ "control message", { 0, 0x80, 0x65, 0x58, 0, 0, 1, 0 }, false },
	{ "IPv4", { 0, 0, 0x08, 0x00, 0, 0, 1, 0 }, false },
	{ "bytes swapped", { 0, 0, 0x58, 0x65, 0, 0, 1, 0 }, false },
	{ "critical options", { 0, 0x40, 0x65, 0x58, 0, 0, 1, 0 }, true },
	{ "reserved bits", { 0, 0x3f, 0x65, 0x58, 0, 0, 1, 0xff }, true },
};

static void alkaid_header_test(struct kunit *test)
{
	const struct header_case *c;

	for (c = vxlan_cases; c < vxlan_cases + ARRAY_SIZE(vxlan_cases); c++)
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_vxlan_is_valid((const void *)c->bytes),
				    c->valid, "VXLAN, %s", c->name);
	for (c = geneve_cases; c < geneve_cases + ARRAY_SIZE(geneve_cases); c++)
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_geneve_is_valid((const void *)c->bytes),
				    c->valid, "Geneve, %s", c->name);
}

struct option_case {
	const char *name;
	u8 words;
	u8 bytes[16];
	enum alkaid_drop reason;
};

/* RFC 8926, 3.5: class, type with the critical bit, three reserved bits, length. */
static const struct option_case option_cases[] = {
	{ "without data", 1, { 1, 2, 0x03, 0x00 }, ALKAID_DROP_NONE },
	{ "with data", 2, { 1, 2, 0x7f, 0x01, 9, 9, 9, 9 }, ALKAID_DROP_NONE },
	{ "two", 3, { 1, 2, 3, 1, 9, 9, 9, 9, 1, 2, 4, 0 },
	  ALKAID_DROP_NONE },
	{ "reserved bits", 2, { 1, 2, 3, 0xe1, 9, 9, 9, 9 },
	  ALKAID_DROP_NONE },
	{ "data that looks critical", 2, { 1, 2, 3, 1, 0, 0, 0x80, 0 },
	  ALKAID_DROP_NONE },
	{ "critical", 1, { 1, 2, 0x80, 0 }, ALKAID_DROP_GENEVE_OPTION },
	{ "second is critical", 3, { 1, 2, 3, 1, 9, 9, 9, 9, 1, 2, 0xff, 0 },
	  ALKAID_DROP_GENEVE_OPTION },
	{ "one word too long", 1, { 1, 2, 3, 1 }, ALKAID_DROP_GENEVE_OPTION },
	{ "as long as can be", 2, { 1, 2, 3, 0x1f }, ALKAID_DROP_GENEVE_OPTION },
	{ "second is too long", 3, { 1, 2, 3, 0, 1, 2, 3, 2 },
	  ALKAID_DROP_GENEVE_OPTION },
};

KUNIT_ARRAY_PARAM_DESC(option, option_cases, name);

static void alkaid_geneve_options_test(struct kunit *test)
{
	const struct option_case *c = test->param_value;
	struct alkaid_geneve_hdr *hdr;
	int len = sizeof(*hdr) + c->words * 4;

	/* Exactly as long, so that KASAN sees a read beyond it. */
	hdr = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, hdr);
	hdr->ver_len = c->words;
	memcpy(hdr + 1, c->bytes, c->words * 4);
	KUNIT_EXPECT_EQ(test, alkaid_geneve_hlen(hdr), len);
	KUNIT_EXPECT_EQ(test, alkaid_geneve_check_options(hdr), c->reason);
}

static struct kunit_case encap_test_cases[] = {
	KUNIT_CASE_PARAM(alkaid_vxlan_push_test, vni_gen_params),
	KUNIT_CASE_PARAM(alkaid_geneve_push_test, vni_gen_params),
	KUNIT_CASE(alkaid_header_test),
	KUNIT_CASE_PARAM(alkaid_geneve_options_test, option_gen_params),
	{}
};

struct kunit_suite alkaid_encap_suite = {
	.name = "alkaid_encap",
	.test_cases = encap_test_cases,
};
