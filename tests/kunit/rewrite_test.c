// SPDX-License-Identifier: GPL-2.0
/* The headers of what is routed, byte by byte. */
#include <linux/ip.h>
#include <net/checksum.h>

#include "../../kmod/path/rewrite.h"
#include "../../kmod/table/flow.h"
#include "door.h"
#include "world.h"

static const char * const before4[] = {
	"0200000000fe 020000000001 0800",
	"4500002100010000 4011f677 c0a80101 c0a80202",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const after4[] = {
	"020000000002 0200000002fe 0800",
	"4500002100010000 3f11f777 c0a80101 c0a80202",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const before6[] = {
	"0200000000fe 020000000001 86dd",
	"60000000000d1140",
	"fd000001000000000000000000000001",
	"fd000002000000000000000000000002",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static const char * const after6[] = {
	"020000000002 0200000002fe 86dd",
	"60000000000d113f",
	"fd000001000000000000000000000001",
	"fd000002000000000000000000000002",
	"03e807d0 000d0bad 68656c6c 6f",
	NULL
};

static void rewrite_verdict(struct alkaid_verdict *v)
{
	*v = (struct alkaid_verdict) { .routed = true };
	mac_of("02:00:00:00:02:fe", v->smac);
	mac_of(VM2_MAC, v->dmac);
}

static void rewrite_expect(struct kunit *test, struct sk_buff *skb,
			   const char * const *text)
{
	struct frame f;

	frame_hex(test, &f, text);
	KUNIT_ASSERT_EQ(test, skb->len, f.len);
	KUNIT_EXPECT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_MEMEQ(test, skb->data, f.bytes, f.len);
}

static void rewrite_one(struct kunit *test, const char * const *before,
			const char * const *after, enum layout layout)
{
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;

	rewrite_verdict(&v);
	frame_hex(test, &f, before);
	skb = door_skb(test, &f, layout, &key);
	KUNIT_EXPECT_TRUE(test, alkaid_rewrite(&v, &key, skb));
	rewrite_expect(test, skb, after);
	kfree_skb(skb);
}

static void alkaid_rewrite_layouts_test(struct kunit *test)
{
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		rewrite_one(test, before4, after4, layout);
		rewrite_one(test, before6, after6, layout);
	}
}

static void alkaid_rewrite_clone_test(struct kunit *test)
{
	struct sk_buff *skb, *clone;
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct frame f;

	rewrite_verdict(&v);
	frame_hex(test, &f, before4);
	skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_TRUE(test, alkaid_rewrite(&v, &key, skb));
	rewrite_expect(test, skb, after4);
	rewrite_expect(test, clone, before4);
	kfree_skb(skb);
	kfree_skb(clone);
}

/* RFC 1624: whatever the checksum was, it is right afterwards. */
static void alkaid_rewrite_checksum_test(struct kunit *test)
{
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct iphdr *ip;
	struct frame f;
	u32 i;

	rewrite_verdict(&v);
	frame_hex(test, &f, before4);
	skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	for (i = 0; i <= U16_MAX; i++) {
		ip->id = htons(i);
		ip->ttl = 2 + i % 254;
		ip->check = 0;
		ip->check = ip_fast_csum(ip, ip->ihl);
		KUNIT_ASSERT_TRUE(test, alkaid_rewrite(&v, &key, skb));
		KUNIT_ASSERT_EQ(test, ip->ttl, 1 + i % 254);
		KUNIT_ASSERT_EQ(test, ip_fast_csum(ip, ip->ihl), 0);
	}
	kfree_skb(skb);
}

/* A wrong checksum stays wrong: the error is not ours to hide. */
static void alkaid_rewrite_wrong_checksum_test(struct kunit *test)
{
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct iphdr *ip;
	struct frame f;

	rewrite_verdict(&v);
	frame_hex(test, &f, before4);
	skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	ip->check ^= htons(0x0100);
	KUNIT_EXPECT_TRUE(test, alkaid_rewrite(&v, &key, skb));
	KUNIT_EXPECT_NE(test, ip_fast_csum(ip, ip->ihl), 0);
	kfree_skb(skb);
}

/* A sum over all of the frame holds no more; one that is to be made does. */
static void alkaid_rewrite_ip_summed_test(struct kunit *test)
{
	static const u8 rows[][2] = {
		{ CHECKSUM_COMPLETE, CHECKSUM_NONE },
		{ CHECKSUM_PARTIAL, CHECKSUM_PARTIAL },
		{ CHECKSUM_UNNECESSARY, CHECKSUM_UNNECESSARY },
		{ CHECKSUM_NONE, CHECKSUM_NONE },
	};
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;
	int i;

	rewrite_verdict(&v);
	frame_hex(test, &f, before4);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		skb = door_skb(test, &f, LAYOUT_LINEAR, &key);
		skb->ip_summed = rows[i][0];
		KUNIT_EXPECT_TRUE(test, alkaid_rewrite(&v, &key, skb));
		KUNIT_EXPECT_EQ(test, rows[i][1], (u8)skb->ip_summed);
		kfree_skb(skb);
	}
}

/* Another host has routed it: of its MACs only the sender's is ours to set. */
static void alkaid_rewrite_restored_test(struct kunit *test)
{
	struct alkaid_verdict v;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct frame f;
	int layout;

	for (layout = 0; layout < LAYOUT_COUNT; layout++) {
		rewrite_verdict(&v);
		v.routed = false;
		v.restored = true;
		frame_hex(test, &f, before6);
		skb = door_skb(test, &f, layout, &key);
		KUNIT_EXPECT_TRUE(test, alkaid_rewrite(&v, &key, skb));
		memcpy(f.bytes + ETH_ALEN, v.smac, ETH_ALEN);
		KUNIT_EXPECT_EQ(test, skb_linearize(skb), 0);
		KUNIT_EXPECT_MEMEQ(test, skb->data, f.bytes, f.len);
		kfree_skb(skb);
	}
}

/* A sum over a pseudo header and what follows it; 0 if its checksum is right. */
static __sum16 rewrite_sum(const struct iphdr *ip, const void *l4, int len)
{
	return csum_tcpudp_magic(ip->saddr, ip->daddr, len, ip->protocol,
				 csum_partial(l4, len, 0));
}

/**
 * struct translate_row - a datagram whose destination is rewritten
 * @name: what it is
 * @proto: transport protocol
 * @frag_off: as in the header
 * @mode: what is in the place of its checksum
 */
struct translate_row {
	const char *name;
	u8 proto;
	u16 frag_off;
	enum { RIGHT, NONE, PARTIAL, WRONG } mode;
};

static const struct translate_row translate_rows[] = {
	{ "TCP", IPPROTO_TCP, 0, RIGHT },
	{ "TCP, sum to come", IPPROTO_TCP, 0, PARTIAL },
	{ "TCP, wrong sum", IPPROTO_TCP, 0, WRONG },
	{ "UDP", IPPROTO_UDP, 0, RIGHT },
	{ "UDP, sum to come", IPPROTO_UDP, 0, PARTIAL },
	{ "UDP without a sum", IPPROTO_UDP, 0, NONE },
	{ "UDP, first part", IPPROTO_UDP, 0x2000, RIGHT },
	{ "UDP, later part", IPPROTO_UDP, 100, RIGHT },
	{ "ICMP", IPPROTO_ICMP, 0, RIGHT },
};

static void translate_check(struct kunit *test, const struct translate_row *row,
			    const struct iphdr *ip, const u8 *l4, int len,
			    const u8 *before)
{
	int at = row->proto == IPPROTO_TCP ? 16 : 6;

	KUNIT_EXPECT_EQ_MSG(test, ip_fast_csum(ip, ip->ihl), 0, "%s", row->name);
	/* But for the checksum the payload is as it was. */
	if (row->proto == IPPROTO_ICMP || row->frag_off == 100 ||
	    row->mode == NONE) {
		KUNIT_EXPECT_MEMEQ(test, l4, before, len);
		return;
	}
	KUNIT_EXPECT_MEMEQ(test, l4, before, at);
	KUNIT_EXPECT_MEMEQ(test, l4 + at + 2, before + at + 2, len - at - 2);
	if (row->mode == PARTIAL)
		KUNIT_EXPECT_EQ_MSG(test, *(u16 *)(l4 + at),
				    (u16)~csum_tcpudp_magic(ip->saddr, ip->daddr,
							    len, row->proto, 0),
				    "%s", row->name);
	else
		KUNIT_EXPECT_EQ_MSG(test, rewrite_sum(ip, l4, len) == 0,
				    row->mode == RIGHT, "%s", row->name);
}

static void translate_one(struct kunit *test, const struct translate_row *row,
			  enum layout layout, const struct alkaid_verdict *v,
			  struct frame *f)
{
	int at = row->proto == IPPROTO_TCP ? 16 : 6, len;
	struct alkaid_key key;
	struct sk_buff *skb;
	struct iphdr *ip;
	u8 before[64];
	__sum16 *sum;

	f->len = 0;
	frame_eth(f, ETH_P_IP);
	frame_ip4(f, row->proto, 0, row->frag_off);
	frame_l4(f, row->proto);
	frame_payload(f);
	frame_ip_len(f);
	len = f->len - 34;
	ip = (struct iphdr *)(f->bytes + ETH_HLEN);
	sum = (__sum16 *)(f->bytes + 34 + at);
	ip->check = 0;
	ip->check = ip_fast_csum(ip, ip->ihl);
	if (row->proto != IPPROTO_ICMP && row->frag_off != 100) {
		*sum = 0;
		if (row->mode == RIGHT || row->mode == WRONG)
			*sum = rewrite_sum(ip, sum - at / 2, len);
		if (row->mode == WRONG)
			*sum ^= htons(0x0101);
		if (row->mode == PARTIAL)
			*sum = ~csum_tcpudp_magic(ip->saddr, ip->daddr, len,
						  row->proto, 0);
	}
	memcpy(before, f->bytes + 34, len);
	skb = door_skb(test, f, layout, &key);
	if (row->mode == PARTIAL) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_headroom(skb) + 34;
		skb->csum_offset = at;
	}
	KUNIT_ASSERT_TRUE(test, alkaid_rewrite(v, &key, skb));
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	KUNIT_EXPECT_EQ(test, ip->daddr, v->flow->instance);
	translate_check(test, row, ip, skb->data + 34, len, before);
	kfree_skb(skb);
}

/* The instance's address takes the destination's place, and sums stay right. */
static void alkaid_rewrite_translated_test(struct kunit *test)
{
	struct frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct alkaid_flow flow = {};
	struct alkaid_verdict v = {
		.redirected = true,
		.translated = true,
		.flow = &flow,
	};
	int i, layout;
	u32 n;

	KUNIT_ASSERT_NOT_NULL(test, f);
	mac_of(VM2_MAC, v.dmac);
	for (i = 0; i < ARRAY_SIZE(translate_rows); i++) {
		flow.instance = htonl(0xc0a8020a);
		for (layout = 0; layout < LAYOUT_COUNT; layout++)
			translate_one(test, &translate_rows[i], layout, &v, f);
		for (n = 0; n < 3000; n++) {
			flow.instance = htonl(0x0a000001 + n * 0x1f3d);
			translate_one(test, &translate_rows[i], LAYOUT_LINEAR,
				      &v, f);
		}
	}
}

static struct kunit_case rewrite_cases[] = {
	KUNIT_CASE(alkaid_rewrite_layouts_test),
	KUNIT_CASE(alkaid_rewrite_clone_test),
	KUNIT_CASE(alkaid_rewrite_checksum_test),
	KUNIT_CASE(alkaid_rewrite_wrong_checksum_test),
	KUNIT_CASE(alkaid_rewrite_ip_summed_test),
	KUNIT_CASE(alkaid_rewrite_restored_test),
	KUNIT_CASE(alkaid_rewrite_translated_test),
	{}
};

struct kunit_suite alkaid_rewrite_suite = {
	.name = "alkaid_rewrite",
	.init = door_init,
	.exit = door_exit,
	.test_cases = rewrite_cases,
};
