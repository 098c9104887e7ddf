// SPDX-License-Identifier: GPL-2.0
/* Which neighbor discovery messages are valid (RFC 4861), and what is in them. */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <net/ndisc.h>

#include "../../kmod/path/parse.h"
#include "../../kmod/path/parse_nd.h"
#include "frame.h"
#include "world.h"

#define LL	"fe80::ff:fe00:1"
#define NODES	"ff02::1"
#define SOLICIT	"ff02::1:ff00:2"

/* Options: of the sender, of the target, another, and what is wrong with some. */
#define SLLA		"\x01\x01\x02\x00\x00\x00\x00\x01"
#define TLLA		"\x02\x01\x02\x00\x00\x00\x00\x01"
#define NONCE		"\x0e\x01\x01\x02\x03\x04\x05\x06"
#define SLLA_LONG	"\x01\x02\x02\x00\x00\x00\x00\x01\0\0\0\0\0\0\0\0"
#define LENGTH_ZERO	"\x0e\x00\x01\x02\x03\x04\x05\x06"
#define BEYOND		"\x0e\x02\x01\x02\x03\x04\x05\x06"

/**
 * struct nd_row - a message, and what becomes of it
 * @what: for the report
 * @type: of ICMPv6
 * @saddr: source
 * @daddr: destination
 * @target: or NULL if the message has none
 * @optlen: bytes of @options
 * @options: what follows
 * @lladdr: it has the option with the MAC
 * @flags: of an advertisement
 * @code: of ICMPv6
 * @hops: hop limit less than 255 by this
 */
struct nd_row {
	const char *what;
	u8 type;
	const char *saddr;
	const char *daddr;
	const char *target;
	int optlen;
	const char *options;
	bool lladdr;
	u8 flags;
	u8 code;
	u8 hops;
};

#define OPT(text) .optlen = sizeof(text) - 1, .options = text

/* What stands between the ICMPv6 header and the options, without the target. */
static int nd_body(u8 type)
{
	if (type == NDISC_ROUTER_ADVERTISEMENT)
		return 8;
	return type == NDISC_REDIRECT ? 16 : 0;
}

static void nd_frame(struct frame *f, const struct nd_row *row)
{
	struct icmp6hdr icmp = {
		.icmp6_type = row->type,
		.icmp6_code = row->code,
		.icmp6_dataun.un_data8 = { row->flags },
	};
	struct in6_addr addr;
	struct ipv6hdr *ip;

	frame_ip6(f, IPPROTO_ICMPV6);
	ip = (struct ipv6hdr *)(f->bytes + ETH_HLEN);
	ip->saddr = ip_of(row->saddr);
	ip->daddr = ip_of(row->daddr);
	ip->hop_limit = 255 - row->hops;
	frame_add(f, &icmp, sizeof(icmp));
	if (row->target) {
		addr = ip_of(row->target);
		frame_add(f, &addr, sizeof(addr));
	}
	frame_add(f, NULL, nd_body(row->type));
	frame_add(f, row->options, row->optlen);
	frame_ip_len(f);
}

static const struct nd_row good[] = {
	{ "solicitation", 135, LL, SOLICIT, VM2_IP6, OPT(SLLA), true },
	{ "without option", 135, VM1_IP6, VM2_IP6, VM2_IP6 },
	{ "two options", 135, LL, SOLICIT, VM2_IP6, OPT(NONCE SLLA), true },
	{ "option for others", 135, LL, SOLICIT, VM2_IP6, OPT(TLLA) },
	{ "address test", 135, "::", SOLICIT, VM2_IP6 },
	{ "with a nonce", 135, "::", SOLICIT, VM2_IP6, OPT(NONCE) },
	{ "advertisement", 136, LL, VM2_IP6, VM1_IP6, OPT(TLLA), true, 0x60 },
	{ "unsolicited", 136, LL, NODES, VM1_IP6, OPT(TLLA), true, 0x20 },
	{ "router solicitation", 133, LL, "ff02::2", NULL, OPT(SLLA), true },
	{ "by nobody yet", 133, "::", "ff02::2" },
	{ "router advertisement", 134, LL, NODES, NULL, OPT(SLLA), true },
	{ "redirect", 137, LL, VM2_IP6, VM1_IP6, OPT(TLLA), true },
};

static const struct nd_row bad[] = {
	{ "hop limit", 135, LL, SOLICIT, VM2_IP6, OPT(SLLA), .hops = 1 },
	{ "code", 135, LL, SOLICIT, VM2_IP6, OPT(SLLA), .code = 1 },
	{ "option of no length", 135, LL, SOLICIT, VM2_IP6, OPT(LENGTH_ZERO) },
	{ "option beyond the end", 135, LL, SOLICIT, VM2_IP6, OPT(BEYOND) },
	{ "half an option", 135, LL, SOLICIT, VM2_IP6, OPT("\x0e\x01\0\0") },
	{ "one byte", 135, LL, SOLICIT, VM2_IP6, OPT("\x0e") },
	{ "two MACs", 135, LL, SOLICIT, VM2_IP6, OPT(SLLA SLLA) },
	{ "long MAC", 135, LL, SOLICIT, VM2_IP6, OPT(SLLA_LONG) },
	{ "target is a group", 135, LL, SOLICIT, NODES, OPT(SLLA) },
	{ "target is of IPv4", 135, LL, SOLICIT, "192.168.1.1", OPT(SLLA) },
	{ "MAC of nobody", 135, "::", SOLICIT, VM2_IP6, OPT(SLLA) },
	{ "nobody asks one", 135, "::", VM2_IP6, VM2_IP6 },
	{ "nobody asks all", 135, "::", NODES, VM2_IP6 },
	{ "solicited by all", 136, LL, NODES, VM1_IP6, OPT(TLLA), .flags = 0x60 },
	{ "of a group", 136, LL, VM2_IP6, NODES, OPT(TLLA) },
	{ "of IPv4", 136, LL, VM2_IP6, "192.168.1.1", OPT(TLLA) },
	{ "router of no MAC", 133, "::", "ff02::2", NULL, OPT(SLLA) },
	{ "router far away", 134, VM1_IP6, NODES, NULL, OPT(SLLA) },
	{ "redirect from afar", 137, VM1_IP6, VM2_IP6, VM1_IP6 },
	{ "redirect of IPv4", 137, LL, VM2_IP6, "192.168.1.1" },
};

/* In the head, in pages, and in a list. */
static struct sk_buff *nd_skb(struct kunit *test, const struct frame *f, int how)
{
	int head = min(f->len, ETH_HLEN + 40 + 9);

	if (how == 0)
		return frame_skb(test, f, f->len);
	return how == 1 ? frame_skb_paged(test, f, head) :
			  frame_skb_list(test, f, head);
}

static void alkaid_nd_good_test(struct kunit *test)
{
	struct in6_addr target;
	struct alkaid_key key;
	u8 mac[ETH_ALEN];
	struct frame f;
	int i, how;

	mac_of(VM1_MAC, mac);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		nd_frame(&f, &good[i]);
		for (how = 0; how < 3; how++) {
			memset(&key, 0xa5, sizeof(key));
			KUNIT_EXPECT_EQ_MSG(test, ALKAID_DROP_NONE,
					    alkaid_parse(nd_skb(test, &f, how),
							 &key),
					    "%s", good[i].what);
			KUNIT_EXPECT_EQ(test, key.nd_type, good[i].type);
			KUNIT_EXPECT_EQ_MSG(test, key.nd_has_lladdr,
					    good[i].lladdr, "%s",
					    good[i].what);
			if (good[i].lladdr)
				KUNIT_EXPECT_MEMEQ(test, key.nd_lladdr, mac,
						   ETH_ALEN);
			target = good[i].target ? ip_of(good[i].target) :
						  in6addr_any;
			KUNIT_EXPECT_MEMEQ(test, &key.nd_target, &target,
					   sizeof(target));
		}
	}
}

static void alkaid_nd_bad_test(struct kunit *test)
{
	struct alkaid_key key;
	struct frame f;
	int i, how;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		nd_frame(&f, &bad[i]);
		for (how = 0; how < 3; how++) {
			KUNIT_EXPECT_EQ_MSG(test, ALKAID_DROP_ND_HEADER,
					    alkaid_parse(nd_skb(test, &f, how),
							 &key),
					    "%s", bad[i].what);
			KUNIT_EXPECT_EQ(test, key.nd_type, 0);
		}
	}
}

/* Cut anywhere, with an IPv6 length that agrees: valid only where options end. */
static void alkaid_nd_cut_test(struct kunit *test)
{
	struct alkaid_key key;
	int len, i, hlen;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		nd_frame(&f, &good[i]);
		hlen = f.len - good[i].optlen;
		for (len = f.len - 1; len >= ETH_HLEN + 40; len--) {
			enum alkaid_drop want = ALKAID_DROP_ND_HEADER;

			if (len >= hlen && !((len - hlen) % 8))
				want = ALKAID_DROP_NONE;
			else if (len < ETH_HLEN + 40 + 8)
				want = ALKAID_DROP_L4_HEADER;
			f.len = len;
			frame_ip_len(&f);
			KUNIT_EXPECT_EQ_MSG(test, want,
					    alkaid_parse(frame_skb(test, &f, len),
							 &key),
					    "%s cut to %d", good[i].what, len);
		}
	}
}

/* So many options, and not one more. */
static void alkaid_nd_many_options_test(struct kunit *test)
{
	struct nd_row row = { "many", 135, LL, SOLICIT, VM2_IP6 };
	struct alkaid_key key;
	struct frame f;
	int i;

	nd_frame(&f, &row);
	for (i = 0; i < ALKAID_ND_OPTIONS_MAX; i++)
		frame_add(&f, NONCE, 8);
	frame_ip_len(&f);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_NONE,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
	frame_add(&f, NONCE, 8);
	frame_ip_len(&f);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_ND_HEADER,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
}

/* What pads a frame is no option. */
static void alkaid_nd_padding_test(struct kunit *test)
{
	struct alkaid_key key;
	struct frame f;

	nd_frame(&f, &good[0]);
	frame_add(&f, NULL, 7);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_NONE,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
}

/* RFC 6980, 5; other messages may come in parts. */
static void alkaid_nd_fragment_test(struct kunit *test)
{
	const struct icmp6hdr icmp = {
		.icmp6_type = NDISC_NEIGHBOUR_SOLICITATION,
	};
	struct in6_addr target = ip_of(VM2_IP6);
	struct alkaid_key key;
	struct ipv6hdr *ip;
	struct frame f;

	frame_ip6(&f, NEXTHDR_FRAGMENT);
	ip = (struct ipv6hdr *)(f.bytes + ETH_HLEN);
	ip->hop_limit = 255;
	frame_frag6(&f, IPPROTO_ICMPV6, IP6_MF);
	frame_add(&f, &icmp, sizeof(icmp));
	frame_add(&f, &target, sizeof(target));
	frame_ip_len(&f);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_ND_HEADER,
			alkaid_parse(frame_skb(test, &f, f.len), &key));

	f.bytes[ETH_HLEN + 40 + 8] = ICMPV6_ECHO_REQUEST;
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_NONE,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
	KUNIT_EXPECT_EQ(test, key.nd_type, 0);
}

/* Behind extension headers it is what it is; in IPv4 it is nothing. */
static void alkaid_nd_elsewhere_test(struct kunit *test)
{
	const struct icmp6hdr icmp = {
		.icmp6_type = NDISC_NEIGHBOUR_SOLICITATION,
	};
	struct in6_addr target = ip_of(VM2_IP6);
	struct alkaid_key key;
	struct ipv6hdr *ip;
	struct frame f;

	frame_ip6(&f, NEXTHDR_DEST);
	ip = (struct ipv6hdr *)(f.bytes + ETH_HLEN);
	ip->hop_limit = 255;
	frame_ext(&f, NEXTHDR_DEST, IPPROTO_ICMPV6, 0);
	frame_add(&f, &icmp, sizeof(icmp));
	frame_add(&f, &target, sizeof(target));
	frame_ip_len(&f);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_NONE,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
	KUNIT_EXPECT_EQ(test, key.nd_type, NDISC_NEIGHBOUR_SOLICITATION);
	KUNIT_EXPECT_MEMEQ(test, &key.nd_target, &target, sizeof(target));

	frame_ip4(&f, IPPROTO_ICMPV6, 0, 0);
	frame_add(&f, &icmp, sizeof(icmp));
	frame_add(&f, &target, sizeof(target));
	frame_ip_len(&f);
	KUNIT_EXPECT_EQ(test, ALKAID_DROP_NONE,
			alkaid_parse(frame_skb(test, &f, f.len), &key));
	KUNIT_EXPECT_EQ(test, key.nd_type, 0);
}

static struct kunit_case nd_cases[] = {
	KUNIT_CASE(alkaid_nd_good_test),
	KUNIT_CASE(alkaid_nd_bad_test),
	KUNIT_CASE(alkaid_nd_cut_test),
	KUNIT_CASE(alkaid_nd_many_options_test),
	KUNIT_CASE(alkaid_nd_padding_test),
	KUNIT_CASE(alkaid_nd_fragment_test),
	KUNIT_CASE(alkaid_nd_elsewhere_test),
	{}
};

struct kunit_suite alkaid_parse_nd_suite = {
	.name = "alkaid_parse_nd",
	.test_cases = nd_cases,
};
