// SPDX-License-Identifier: GPL-2.0
/* The decision, first rule: what a port may send, as a table. */
#include <linux/if_arp.h>

#include "../../kmod/path/decide.h"
#include "world.h"

#define OWN_MAC		"02:00:00:00:00:01"
#define OTHER_MAC	"02:00:00:00:00:99"
#define PAIR_MAC	"02:00:00:00:00:77"
#define PEER_MAC	"02:00:00:00:00:02"

/*
 * vm0 has 192.168.1.1 and fd00:1::1, may use 10.0.0.0/8 and fd00:2::/64 with its
 * own MAC, and 172.16.0.1 with PAIR_MAC. vm1 is the same without a guard.
 */
static int antispoof_init(struct kunit *test)
{
	const struct port_row guarded = {
		0, 71, OWN_MAC, { "192.168.1.1", "fd00:1::1" },
		{ "10.0.0.0/8", "fd00:2::/64", "172.16.0.1/32," PAIR_MAC },
		true,
	};
	const struct port_row open = {
		1, 71, "02:00:00:00:00:11", { "192.168.1.11" },
	};
	struct alkaid_subnet_cfg cfg = {
		.id = 71,
		.vpc = 7,
		.vni = 7001,
		.n_prefixes = 2,
	};
	int err = world_init(test);
	struct world *w = test->priv;

	cfg.prefixes[0] = prefix_of("192.168.1.0/24");
	cfg.prefixes[1] = prefix_of("fd00:1::/64");
	if (!err)
		err = world_vpc_new(w, 7, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD);
	if (!err)
		err = world_bind(w, &guarded, ALKAID_NEW_ADD);
	if (!err)
		err = world_bind(w, &open, ALKAID_NEW_ADD);
	if (!err)
		err = world_neigh_new(w, 71, "192.168.1.2", PEER_MAC, HOST_B,
				      ALKAID_NEW_ADD);
	return err;
}

struct spoof_row {
	const char *name;
	const char *smac;
	enum alkaid_l3 l3;
	const char *saddr;
	const char *arp_sha;
	const char *daddr;
	u16 sport;
	u16 dport;
	enum alkaid_drop drop;
};

#define IP4	ALKAID_L3_IP4
#define IP6	ALKAID_L3_IP6
#define ARP	ALKAID_L3_ARP

/* To a known peer: what is not dropped is tunnelled. */
static const struct spoof_row spoof_rows[] = {
	{ "own MAC and address", OWN_MAC, IP4, "192.168.1.1" },
	{ "own IPv6 address", OWN_MAC, IP6, "fd00:1::1" },
	{ "other MAC", OTHER_MAC, IP4, "192.168.1.1",
	  .drop = ALKAID_DROP_SPOOFED_MAC },
	{ "other MAC, IPv6", OTHER_MAC, IP6, "fd00:1::1",
	  .drop = ALKAID_DROP_SPOOFED_MAC },
	{ "address of the peer", OWN_MAC, IP4, "192.168.1.2",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "address of nobody", OWN_MAC, IP4, "192.168.1.3",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "other IPv6 address", OWN_MAC, IP6, "fd00:1::2",
	  .drop = ALKAID_DROP_SPOOFED_IP },

	{ "allowed prefix", OWN_MAC, IP4, "10.1.2.3" },
	{ "last address of the allowed prefix", OWN_MAC, IP4,
	  "10.255.255.255" },
	{ "first address behind it", OWN_MAC, IP4, "11.0.0.0",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "allowed IPv6 prefix", OWN_MAC, IP6, "fd00:2::ffff" },
	{ "beside the allowed IPv6 prefix", OWN_MAC, IP6, "fd00:2:0:1::1",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "allowed pair", PAIR_MAC, IP4, "172.16.0.1" },
	{ "allowed address with the own MAC", OWN_MAC, IP4, "172.16.0.1",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "own address with the allowed MAC", PAIR_MAC, IP4, "192.168.1.1",
	  .drop = ALKAID_DROP_SPOOFED_IP },

	{ "link-local address of the MAC", OWN_MAC, IP6, "fe80::ff:fe00:1" },
	{ "link-local address of the allowed MAC", PAIR_MAC, IP6,
	  "fe80::ff:fe00:77" },
	{ "link-local address of another MAC", OWN_MAC, IP6,
	  "fe80::ff:fe00:2", .drop = ALKAID_DROP_SPOOFED_IP },
	{ "site-local with that suffix", OWN_MAC, IP6, "fec0::ff:fe00:1",
	  .drop = ALKAID_DROP_SPOOFED_IP },
	{ "IPv6 without an address", OWN_MAC, IP6, "::",
	  .drop = ALKAID_DROP_SPOOFED_IP },

	{ "DHCP request", OWN_MAC, IP4, "0.0.0.0", NULL, "255.255.255.255",
	  68, 67 },
	{ "DHCP request with another MAC", OTHER_MAC, IP4, "0.0.0.0", NULL,
	  "255.255.255.255", 68, 67, ALKAID_DROP_SPOOFED_MAC },
	{ "DHCP answer", OWN_MAC, IP4, "0.0.0.0", NULL, "255.255.255.255",
	  67, 68, ALKAID_DROP_SPOOFED_IP },
	{ "no address, not to all", OWN_MAC, IP4, "0.0.0.0", NULL,
	  "192.168.1.2", 68, 67, ALKAID_DROP_SPOOFED_IP },
	{ "no address, not DHCP", OWN_MAC, IP4, "0.0.0.0", NULL,
	  "255.255.255.255", 68, 69, ALKAID_DROP_SPOOFED_IP },

	{ "ARP reply with the own address", OWN_MAC, ARP, "192.168.1.1" },
	{ "ARP reply with an allowed address", OWN_MAC, ARP, "10.0.0.1" },
	{ "ARP reply with an allowed pair", PAIR_MAC, ARP, "172.16.0.1" },
	{ "ARP probe", OWN_MAC, ARP, "0.0.0.0" },
	{ "ARP with another address", OWN_MAC, ARP, "192.168.1.2",
	  .drop = ALKAID_DROP_SPOOFED_ARP },
	{ "ARP with another MAC inside", OWN_MAC, ARP, "192.168.1.1",
	  OTHER_MAC, .drop = ALKAID_DROP_SPOOFED_ARP },
	{ "ARP with the allowed MAC inside the own", OWN_MAC, ARP,
	  "172.16.0.1", PAIR_MAC, .drop = ALKAID_DROP_SPOOFED_ARP },
	{ "ARP probe with another MAC inside", OWN_MAC, ARP, "0.0.0.0",
	  OTHER_MAC, .drop = ALKAID_DROP_SPOOFED_ARP },
	{ "ARP from another MAC", OTHER_MAC, ARP, "192.168.1.1",
	  .drop = ALKAID_DROP_SPOOFED_MAC },
};

KUNIT_ARRAY_PARAM_DESC(spoof, spoof_rows, name);

static void decide_row(struct world *w, int port, const struct spoof_row *row,
		       struct alkaid_verdict *v)
{
	struct alkaid_key key = {
		.port = w->ports[port],
		.l3 = row->l3,
		.proto = IPPROTO_UDP,
		.sport = htons(row->sport),
		.dport = htons(row->dport),
		.arp_op = ARPOP_REPLY,
		.saddr = ip_of(row->saddr),
		.daddr = ip_of(row->daddr ?: "192.168.1.2"),
	};

	mac_of(PEER_MAC, key.dmac);
	mac_of(row->smac, key.smac);
	mac_of(row->arp_sha ?: row->smac, key.arp_sha);
	rcu_read_lock();
	alkaid_decide(&w->t, &key, v, NULL);
	rcu_read_unlock();
}

static void alkaid_antispoof_test(struct kunit *test)
{
	const struct spoof_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;

	decide_row(w, 0, row, &v);
	KUNIT_EXPECT_EQ(test, v.action,
			row->drop ? ALKAID_DO_DROP : ALKAID_DO_ENCAP);
	KUNIT_EXPECT_EQ(test, v.reason, row->drop);
	/* Whoever lies, it is accounted to the port's VPC. */
	KUNIT_ASSERT_NOT_NULL(test, v.vpc);
	KUNIT_EXPECT_EQ(test, v.vpc->id, 7);
}

/* A port without the guard may send all of this. */
static void alkaid_antispoof_off_test(struct kunit *test)
{
	struct alkaid_verdict v;

	decide_row(test->priv, 1, test->param_value, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_ENCAP);
}

static struct kunit_case alkaid_antispoof_cases[] = {
	KUNIT_CASE_PARAM(alkaid_antispoof_test, spoof_gen_params),
	KUNIT_CASE_PARAM(alkaid_antispoof_off_test, spoof_gen_params),
	{}
};

struct kunit_suite alkaid_antispoof_suite = {
	.name = "alkaid_antispoof",
	.init = antispoof_init,
	.exit = world_exit,
	.test_cases = alkaid_antispoof_cases,
};
