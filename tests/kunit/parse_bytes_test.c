// SPDX-License-Identifier: GPL-2.0
/* The parser against every length, every layout of an skb, and garbage. */
#include <linux/prandom.h>
#include <linux/tcp.h>
#include <net/ipv6.h>

#include "../../kmod/path/parse.h"
#include "frame.h"
#include "world.h"

#define GARBAGE_FRAMES	200000
#define GARBAGE_LEN	192

/* One seed, so that a failure can be repeated. */
#define SEED		20260101

/**
 * struct bytes_case - a frame, and where its headers end
 * @name: what it is
 * @build: makes it
 * @headers: where the network header ends
 * @header_drop: what a frame of less is dropped for
 * @length_drop: and one whose IP length is not there; NONE: it has none
 */
struct bytes_case {
	const char *name;
	void (*build)(struct frame *f);
	int headers;
	enum alkaid_drop header_drop;
	enum alkaid_drop length_drop;
};

static void build_ip6_chain(struct frame *f)
{
	frame_ip6(f, NEXTHDR_HOP);
	frame_ext(f, NEXTHDR_HOP, NEXTHDR_ROUTING, 1);
	frame_ext(f, NEXTHDR_ROUTING, NEXTHDR_FRAGMENT, 2);
	frame_frag6(f, NEXTHDR_AUTH, IP6_MF);
	frame_ext(f, NEXTHDR_AUTH, NEXTHDR_DEST, 4);
	frame_ext(f, NEXTHDR_DEST, IPPROTO_TCP, 0);
	frame_l4(f, IPPROTO_TCP);
	frame_payload(f);
	frame_ip_len(f);
}

static void build_ip4_options(struct frame *f)
{
	frame_ip4(f, IPPROTO_TCP, 40, 0);
	frame_l4(f, IPPROTO_TCP);
	frame_payload(f);
	frame_ip_len(f);
}

static const struct bytes_case bytes_cases[] = {
	{ "ARP", frame_arp, 42, ALKAID_DROP_ARP_HEADER },
	{ "IPv4 TCP", frame_tcp4, 34,
	  ALKAID_DROP_IP4_HEADER, ALKAID_DROP_IP4_LENGTH },
	{ "IPv4 UDP", frame_udp4, 34,
	  ALKAID_DROP_IP4_HEADER, ALKAID_DROP_IP4_LENGTH },
	{ "IPv4 ICMP", frame_icmp4, 34,
	  ALKAID_DROP_IP4_HEADER, ALKAID_DROP_IP4_LENGTH },
	{ "IPv4 with options", build_ip4_options, 34,
	  ALKAID_DROP_IP4_HEADER, ALKAID_DROP_IP4_LENGTH },
	{ "IPv6 TCP", frame_tcp6, 54,
	  ALKAID_DROP_IP6_HEADER, ALKAID_DROP_IP6_LENGTH },
	{ "IPv6 UDP", frame_udp6, 54,
	  ALKAID_DROP_IP6_HEADER, ALKAID_DROP_IP6_LENGTH },
	{ "IPv6 ICMPv6", frame_icmp6, 54,
	  ALKAID_DROP_IP6_HEADER, ALKAID_DROP_IP6_LENGTH },
	{ "IPv6 with extension headers", build_ip6_chain, 54,
	  ALKAID_DROP_IP6_HEADER, ALKAID_DROP_IP6_LENGTH },
};

KUNIT_ARRAY_PARAM_DESC(bytes, bytes_cases, name);

static enum alkaid_drop truncated_drop(const struct bytes_case *c, int len,
				       int full)
{
	if (len < ETH_HLEN)
		return ALKAID_DROP_ETH_TRUNCATED;
	if (len < c->headers)
		return c->header_drop;
	return len < full ? c->length_drop : ALKAID_DROP_NONE;
}

static void alkaid_parse_truncated_test(struct kunit *test)
{
	const struct bytes_case *c = test->param_value;
	struct alkaid_key key = {};
	struct frame f;
	int len;

	c->build(&f);
	for (len = 0; len <= f.len; len++)
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_parse(frame_skb(test, &f, len), &key),
				    truncated_drop(c, len, f.len),
				    "%d of %d bytes", len, f.len);
}

/*
 * The same with an IP header that tells the truth, so that it is the headers
 * behind it that end too early.
 */
static void alkaid_parse_shortened_test(struct kunit *test)
{
	const struct bytes_case *c = test->param_value;
	struct alkaid_key key = {};
	enum alkaid_drop drop;
	struct frame f;
	int len, full;

	/* ARP has no length to tell. */
	if (!c->length_drop)
		return;
	c->build(&f);
	full = f.len;
	for (len = c->headers; len <= full; len++) {
		c->build(&f);
		f.len = len;
		frame_ip_len(&f);
		drop = alkaid_parse(frame_skb(test, &f, len), &key);
		if (len >= full - PAYLOAD)
			KUNIT_EXPECT_EQ_MSG(test, drop, ALKAID_DROP_NONE,
					    "%d bytes", len);
		else
			KUNIT_EXPECT_NE_MSG(test, drop, ALKAID_DROP_NONE,
					    "%d bytes", len);
	}
}

static void expect_same_key(struct kunit *test, const struct sk_buff *skb,
			    const struct alkaid_key *want, const char *layout,
			    int head)
{
	struct alkaid_key key = {};

	KUNIT_EXPECT_EQ_MSG(test, alkaid_parse(skb, &key), ALKAID_DROP_NONE,
			    "%s, %d bytes in the head", layout, head);
	KUNIT_EXPECT_MEMEQ_MSG(test, &key, want, sizeof(key),
			       "%s, %d bytes in the head", layout, head);
}

/* Wherever the bytes are, the key is the same. */
static void alkaid_parse_nonlinear_test(struct kunit *test)
{
	const struct bytes_case *c = test->param_value;
	struct alkaid_key want = {};
	struct frame f;
	int head;

	c->build(&f);
	KUNIT_ASSERT_EQ(test, alkaid_parse(frame_skb(test, &f, f.len), &want),
			ALKAID_DROP_NONE);
	for (head = 0; head < f.len; head += 3) {
		expect_same_key(test, frame_skb_paged(test, &f, head), &want,
				"pages", head);
		expect_same_key(test, frame_skb_list(test, &f, head), &want,
				"list", head);
	}
}

/* Random bytes, half of them behind headers that are right so far. */
static void make_garbage(struct rnd_state *rnd, struct frame *f)
{
	static void (*const builders[])(struct frame *f) = {
		frame_arp, frame_tcp4, frame_udp4, frame_icmp4, frame_tcp6,
		frame_udp6, frame_icmp6, build_ip4_options, build_ip6_chain,
	};
	u32 r = prandom_u32_state(rnd);
	int i;

	f->len = 0;
	if (r & 1) {
		builders[(r >> 8) % ARRAY_SIZE(builders)](f);
		for (i = 0; i < 3; i++) {
			r = prandom_u32_state(rnd);
			f->bytes[ETH_HLEN + (r >> 8) % (f->len - ETH_HLEN)] = r;
		}
		return;
	}
	f->len = (r >> 8) % GARBAGE_LEN;
	prandom_bytes_state(rnd, f->bytes, f->len);
	if (r & 2 && f->len >= ETH_HLEN + 1) {
		f->bytes[6] &= ~1;
		f->bytes[12] = r & 4 ? 0x08 : 0x86;
		f->bytes[13] = r & 4 ? 0x00 : 0xdd;
		f->bytes[14] = r & 4 ? 0x45 : 0x60;
	}
}

static const char *insane(const struct alkaid_key *key, enum alkaid_drop drop)
{
	if (drop >= ALKAID_DROP_COUNT)
		return "no such reason";
	if (drop)
		return NULL;
	if (key->l3 < ALKAID_L3_ARP || key->l3 > ALKAID_L3_IP6)
		return "no network header, and not dropped";
	if (!is_valid_ether_addr(key->smac))
		return "source MAC";
	if (key->frag > ALKAID_FRAG_LATER)
		return "fragment";
	if (key->frag == ALKAID_FRAG_LATER && (key->sport || key->dport))
		return "ports in a later fragment";
	if (key->l3 == ALKAID_L3_IP6 &&
	    (ipv6_addr_v4mapped(&key->saddr) ||
	     ipv6_addr_v4mapped(&key->daddr)))
		return "IPv6 mistaken for IPv4";
	if (key->l3 != ALKAID_L3_IP6 &&
	    !(ipv6_addr_v4mapped(&key->saddr) &&
	      ipv6_addr_v4mapped(&key->daddr)))
		return "IPv4 mistaken for IPv6";
	return NULL;
}

static void alkaid_parse_garbage_test(struct kunit *test)
{
	struct frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int n, good = 0;
	struct alkaid_key key = {};
	enum alkaid_drop drop;
	struct rnd_state rnd;
	struct sk_buff *skb;
	const char *what;

	KUNIT_ASSERT_NOT_NULL(test, f);
	prandom_seed_state(&rnd, SEED);
	for (n = 0; n < GARBAGE_FRAMES; n++) {
		make_garbage(&rnd, f);
		skb = alloc_skb(f->len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_put_data(skb, f->bytes, f->len);
		drop = alkaid_parse(skb, &key);
		kfree_skb(skb);
		what = insane(&key, drop);
		if (what)
			KUNIT_FAIL(test, "frame %u: %s: %*ph", n, what,
				   min(f->len, 64), f->bytes);
		good += !drop;
		if (n % 1000 == 0)
			cond_resched();
	}
	/* Some must get through, or nothing was looked at. */
	KUNIT_EXPECT_GT(test, good, GARBAGE_FRAMES / 10);
	KUNIT_EXPECT_LT(test, good, GARBAGE_FRAMES);
}

static struct kunit_case alkaid_parse_bytes_cases[] = {
	KUNIT_CASE_PARAM(alkaid_parse_truncated_test, bytes_gen_params),
	KUNIT_CASE_PARAM(alkaid_parse_shortened_test, bytes_gen_params),
	KUNIT_CASE_PARAM(alkaid_parse_nonlinear_test, bytes_gen_params),
	KUNIT_CASE_SLOW(alkaid_parse_garbage_test),
	{}
};

struct kunit_suite alkaid_parse_bytes_suite = {
	.name = "alkaid_parse_bytes",
	.test_cases = alkaid_parse_bytes_cases,
};
