// SPDX-License-Identifier: GPL-2.0
/* What is fetched ahead of a decision is what the decision finds. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "../../kmod/path/ahead.h"
#include "cloud.h"

/* More than a small table has. */
#define MANY	25000

static struct alkaid_neigh_cfg nth(u32 n)
{
	struct alkaid_neigh_cfg cfg = {
		.subnet = 71,
		.addr = ip_of("fd00:1::1:0:0"),
		.mac = { 0x02, 0x01, 0x00, 0x00, n >> 8, n },
		.host = ip_of(HOST_C),
	};

	cfg.addr.s6_addr32[3] = htonl(n);
	return cfg;
}

static void make_big(struct kunit *test, struct world *w)
{
	struct alkaid_neigh_cfg cfg;
	u32 n;

	ASSERT_OK(test, world_begin(w));
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ASSERT_OK(test, world_neigh_cfg(w, &cfg, ALKAID_NEW_ADD));
	}
	ASSERT_OK(test, world_commit(w));
}

/* As a port's netdev hands it on: behind its Ethernet header. */
static struct sk_buff *frame_to(struct kunit *test, const u8 *dmac,
				u16 ethertype, const void *l3, size_t len)
{
	struct sk_buff *skb = alloc_skb(ETH_HLEN + len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reset_mac_header(skb);
	ether_addr_copy(skb_put_zero(skb, ETH_HLEN), dmac);
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb_put_data(skb, l3, len);
	skb->protocol = htons(ethertype);
	return skb;
}

/* What is fetched for a frame, which is freed. */
static const void *guess(struct world *w, int port, struct sk_buff *skb)
{
	struct alkaid_ahead ahead;

	ahead = alkaid_ahead_begin(&w->t, w->ports[port], skb);
	kfree_skb(skb);
	return ahead.bucket ? alkaid_index_guess(ahead.bucket, ahead.hash) :
			      NULL;
}

static const void *guess_bridged(struct kunit *test, struct world *w,
				 const u8 *dmac)
{
	return guess(w, 0, frame_to(test, dmac, ETH_P_ARP, "", 0));
}

static const void *guess_ip6(struct kunit *test, struct world *w,
			     const struct in6_addr *daddr)
{
	struct ipv6hdr ip6 = { .version = 6, .daddr = *daddr };
	u8 gateway[ETH_ALEN];

	return guess(w, 1, frame_to(test, mac_of(GW2, gateway), ETH_P_IPV6,
				    &ip6, sizeof(ip6)));
}

/* Of what went past its bucket something else is fetched, or nothing. */
static void alkaid_ahead_many_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 n, bridged = 0, routed = 0;
	struct alkaid_neigh_cfg cfg;

	make_big(test, w);
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		bridged += guess_bridged(test, w, cfg.mac) ==
			   alkaid_endpoint_by_mac(&w->t, 7001, cfg.mac,
						  w->t.gen);
		routed += guess_ip6(test, w, &cfg.addr) ==
			  alkaid_endpoint_by_ip(&w->t, 7, &cfg.addr,
						w->t.gen);
	}
	KUNIT_EXPECT_GT(test, bridged, MANY * 9 / 10);
	KUNIT_EXPECT_GT(test, routed, MANY * 9 / 10);
}

static void alkaid_ahead_small_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct in6_addr addr = ip_of("fd00:1::2");
	u8 mac[ETH_ALEN];

	KUNIT_EXPECT_NULL(test, guess_bridged(test, w, mac_of(REMOTE1, mac)));
	KUNIT_EXPECT_NULL(test, guess_ip6(test, w, &addr));
}

struct ahead_row {
	const char *name;
	u16 ethertype;
	size_t len;
	bool looked_up;
};

/* From vm1 to its gateway, with an IPv4 header as far as it goes. */
static const struct ahead_row ahead_rows[] = {
	{ "IPv4", ETH_P_IP, sizeof(struct iphdr), true },
	{ "cut IPv4", ETH_P_IP, sizeof(struct iphdr) - 1, false },
	{ "IPv6 as short as IPv4", ETH_P_IPV6, sizeof(struct iphdr), false },
	{ "nothing behind the Ethernet header", ETH_P_IP, 0, false },
	{ "ARP", ETH_P_ARP, sizeof(struct iphdr), false },
	{ "VLAN", ETH_P_8021Q, sizeof(struct iphdr), false },
};

KUNIT_ARRAY_PARAM_DESC(ahead, ahead_rows, name);

static void alkaid_ahead_row_test(struct kunit *test)
{
	const struct ahead_row *row = test->param_value;
	struct iphdr ip4 = { .version = 4, .ihl = 5 };
	struct world *w = test->priv;
	struct alkaid_ahead ahead;
	u8 gateway[ETH_ALEN];
	struct sk_buff *skb;

	make_big(test, w);
	skb = frame_to(test, mac_of(GW2, gateway), row->ethertype, &ip4,
		       row->len);
	ahead = alkaid_ahead_begin(&w->t, w->ports[1], skb);
	KUNIT_EXPECT_EQ(test, !!ahead.bucket, row->looked_up);
	kfree_skb(skb);
}

static void alkaid_ahead_unbound_test(struct kunit *test)
{
	struct world *w = test->priv;
	u8 mac[ETH_ALEN];

	make_big(test, w);
	ASSERT_OK(test, world_unbind(w, 0));
	KUNIT_EXPECT_NULL(test, guess_bridged(test, w, mac_of(REMOTE1, mac)));
}

static struct kunit_case alkaid_ahead_cases[] = {
	KUNIT_CASE(alkaid_ahead_many_test),
	KUNIT_CASE(alkaid_ahead_small_test),
	KUNIT_CASE_PARAM(alkaid_ahead_row_test, ahead_gen_params),
	KUNIT_CASE(alkaid_ahead_unbound_test),
	{}
};

struct kunit_suite alkaid_ahead_suite = {
	.name = "alkaid_ahead",
	.init = cloud_init,
	.exit = world_exit,
	.test_cases = alkaid_ahead_cases,
};
