// SPDX-License-Identifier: GPL-2.0
/* Endpoints and neighbors as tables: both lookups, and every refusal. */
#include "world.h"

#define MANY	10000

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define HOST_C	"10.0.0.3"

/* Two VPCs with the same addresses; 71 and 72 share a VPC, 81 is apart. */
static int endpoint_init(struct kunit *test)
{
	struct alkaid_subnet_cfg cfg = {
		.id = 71,
		.vpc = 7,
		.vni = 7001,
		.n_prefixes = 2,
		.n_gateway_ips = 1,
	};
	int err = world_init(test);
	struct world *w = test->priv;

	cfg.prefixes[0] = prefix_of("192.168.0.0/16");
	cfg.prefixes[1] = prefix_of("fd00:1::/64");
	cfg.gateway_ips[0] = ip_of("192.168.0.1");
	mac_of("02:aa:00:00:00:01", cfg.gateway_mac);
	if (!err)
		err = world_vpc_new(w, 7, ALKAID_NEW_ADD);
	if (!err)
		err = world_vpc_new(w, 8, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_new(w, 72, 7, 7002, "10.0.0.0/16",
				       ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_new(w, 81, 8, 8001, "192.168.0.0/16",
				       ALKAID_NEW_ADD);
	return err;
}

struct neigh_row {
	const char *name;
	u32 subnet;
	const char *ip;
	const char *mac;
	const char *host;
	int err;
	const char *text;
};

static const struct neigh_row neigh_rows[] = {
	{ "IPv4", 71, "192.168.1.2", MAC_A, HOST_B },
	{ "IPv6", 71, "fd00:1::2", MAC_A, HOST_B },
	{ "unknown subnet", 70, "192.168.1.2", MAC_A, HOST_B,
	  -ENOENT, "subnet 70 does not exist" },
	{ "outside the subnet", 71, "10.1.1.1", MAC_A, HOST_B,
	  -EINVAL, "10.1.1.1 is outside subnet 71" },
	{ "IPv6 in an IPv4 subnet", 72, "fd00:1::2", MAC_A, HOST_B,
	  -EINVAL, "fd00:1::2 is outside subnet 72" },
	{ "the gateway's", 71, "192.168.0.1", MAC_A, HOST_B,
	  -EINVAL, "192.168.0.1 is the gateway of subnet 71" },
	{ "multicast", 71, "224.0.0.5", MAC_A, HOST_B,
	  -EINVAL, "224.0.0.5 is not a unicast address" },
	{ "broadcast", 71, "255.255.255.255", MAC_A, HOST_B,
	  -EINVAL, "255.255.255.255 is not a unicast address" },
	{ "this network", 71, "0.0.0.0", MAC_A, HOST_B,
	  -EINVAL, "0.0.0.0 is not a unicast address" },
	{ "loopback", 71, "127.0.0.1", MAC_A, HOST_B,
	  -EINVAL, "127.0.0.1 is not a unicast address" },
	{ "IPv6 loopback", 71, "::1", MAC_A, HOST_B,
	  -EINVAL, "::1 is not a unicast address" },
	{ "IPv6 multicast", 71, "ff02::1", MAC_A, HOST_B,
	  -EINVAL, "ff02::1 is not a unicast address" },
	{ "multicast MAC", 71, "192.168.1.2", "01:00:5e:00:00:01", HOST_B,
	  -EINVAL, "mac 01:00:5e:00:00:01 is not a unicast MAC" },
	{ "zero MAC", 71, "192.168.1.2", "00:00:00:00:00:00", HOST_B,
	  -EINVAL, "mac 00:00:00:00:00:00 is not a unicast MAC" },
	{ "link-local host", 71, "192.168.1.2", MAC_A, "fe80::1",
	  -EINVAL, "host fe80::1 is a link-local address" },
	{ "multicast host", 71, "192.168.1.2", MAC_A, "239.0.0.1",
	  -EINVAL, "host 239.0.0.1 is not a unicast address" },
};

KUNIT_ARRAY_PARAM_DESC(neigh, neigh_rows, name);

static void alkaid_neigh_row_test(struct kunit *test)
{
	const struct neigh_row *row = test->param_value;
	struct in6_addr addr = ip_of(row->ip);
	struct in6_addr host = ip_of(row->host);
	struct world *w = test->priv;
	struct alkaid_endpoint *ep;
	u8 mac[ETH_ALEN];

	KUNIT_EXPECT_EQ(test, world_neigh_new(w, row->subnet, row->ip, row->mac,
					      row->host, ALKAID_NEW_ADD),
			row->err);
	KUNIT_EXPECT_STREQ(test, world_text(w), row->text ?: "");
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, row->err ? 0 : 1);
	ep = world_ip(w, 7, row->ip);
	KUNIT_ASSERT_EQ(test, !!ep, !row->err);
	if (!ep)
		return;
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, row->mac), ep);
	KUNIT_EXPECT_MEMEQ(test, &ep->ip, &addr, sizeof(addr));
	KUNIT_EXPECT_MEMEQ(test, ep->mac, mac_of(row->mac, mac), ETH_ALEN);
	KUNIT_EXPECT_EQ(test, ep->subnet->id, row->subnet);
	KUNIT_EXPECT_NULL(test, alkaid_endpoint_port(ep));
	KUNIT_EXPECT_MEMEQ(test, &alkaid_endpoint_vtep(ep)->addr, &host,
			   sizeof(host));
}

static void alkaid_neigh_modes_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_neigh_new(w, 71, "192.168.1.2", MAC_A,
						HOST_B, ALKAID_NEW_CHANGE),
		       -ENOENT, "no such neigh");
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.2"),
		       -ENOENT, "no such neigh");
	EXPECT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_REPLACE));
	EXPECT_REFUSED(test, w, world_neigh_new(w, 71, "192.168.1.2", MAC_A,
						HOST_B, ALKAID_NEW_ADD),
		       -EEXIST, "neigh exists already");
	EXPECT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
					ALKAID_NEW_CHANGE));
	/* A neighbor is its subnet's. */
	EXPECT_REFUSED(test, w, world_neigh_del(w, 72, "192.168.1.2"),
		       -ENOENT, "no such neigh");
	EXPECT_REFUSED(test, w, world_neigh_del(w, 70, "192.168.1.2"),
		       -ENOENT, "no such neigh");
	EXPECT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 0);
}

/* It moves to another MAC and another host at once. */
static void alkaid_neigh_replace_test(struct kunit *test)
{
	struct in6_addr host = ip_of(HOST_C);
	struct world *w = test->priv;
	struct alkaid_endpoint *ep;

	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_C,
					ALKAID_NEW_CHANGE));
	ep = world_ip(w, 7, "192.168.1.2");
	KUNIT_ASSERT_NOT_NULL(test, ep);
	KUNIT_EXPECT_NULL(test, world_mac(w, 7001, MAC_A));
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_B), ep);
	KUNIT_EXPECT_MEMEQ(test, &alkaid_endpoint_vtep(ep)->addr, &host,
			   sizeof(host));
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 1);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_mac), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 1);
}

/* One VTEP for all behind it, gone with the last of them. */
static void alkaid_vtep_shared_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_vtep *vtep;

	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	vtep = alkaid_endpoint_vtep(world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_PTR_EQ(test, vtep,
			    alkaid_endpoint_vtep(world_ip(w, 8, "192.168.1.2")));
	/* Two neighbors, and two subnets that it is a member of. */
	KUNIT_EXPECT_EQ(test, refcount_read(&vtep->refs), 4);
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, refcount_read(&vtep->refs), 2);
	ASSERT_OK(test, world_neigh_del(w, 81, "192.168.1.2"));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 0);
}

/* The same address and MAC in two VPCs are two endpoints. */
static void alkaid_endpoint_overlap_test(struct kunit *test)
{
	struct alkaid_endpoint *in7, *in8;
	struct world *w = test->priv;

	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2", MAC_A, HOST_C,
					ALKAID_NEW_ADD));
	in7 = world_ip(w, 7, "192.168.1.2");
	in8 = world_ip(w, 8, "192.168.1.2");
	KUNIT_EXPECT_PTR_NE(test, in7, in8);
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_A), in7);
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 8001, MAC_A), in8);
	KUNIT_EXPECT_NULL(test, world_mac(w, 7002, MAC_A));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_PTR_EQ(test, world_ip(w, 8, "192.168.1.2"), in8);
}

/* An address is unique in its VPC, whatever has it. */
static void alkaid_endpoint_duplicate_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
					ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_neigh_new(w, 71, "192.168.1.1", MAC_B,
						HOST_B, ALKAID_NEW_REPLACE),
		       -EEXIST, "192.168.1.1 is vm0's in subnet 71");
	EXPECT_REFUSED(test, w, world_bind_ip(w, 1, 71, MAC_B, "192.168.1.2",
					      ALKAID_NEW_ADD),
		       -EEXIST, "192.168.1.2 is a neighbor's in subnet 71");
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.1"),
		       -ENOENT, "no such neigh");
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 2);
}

/* With several addresses, the one that was put there last says where it is. */
static void alkaid_endpoint_newest_mac_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.3", MAC_A, HOST_C,
					ALKAID_NEW_ADD));
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_A),
			    world_ip(w, 7, "192.168.1.3"));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_A, HOST_B,
					ALKAID_NEW_REPLACE));
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_A),
			    world_ip(w, 7, "192.168.1.2"));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_A),
			    world_ip(w, 7, "192.168.1.3"));
}

static struct alkaid_neigh_cfg nth(u32 n)
{
	struct alkaid_neigh_cfg cfg = {
		.subnet = 71,
		.addr = alkaid_addr_from_v4(htonl(0xc0a80100 + n)),
		.mac = { 2, 0, n >> 24, n >> 16, n >> 8, n },
		.host = alkaid_addr_from_v4(htonl(0x0a000000 + 1 + n % 50)),
	};

	return cfg;
}

/* Looks up all of them by both keys. Return: how many were found and right. */
static u32 count_right(struct world *w)
{
	struct alkaid_endpoint *ip, *mac;
	struct alkaid_neigh_cfg cfg;
	u32 n, right = 0;

	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ip = alkaid_endpoint_by_ip(&w->t, 7, &cfg.addr, w->t.gen);
		mac = alkaid_endpoint_by_mac(&w->t, 7001, cfg.mac, w->t.gen);
		right += ip && ip == mac &&
			 ipv6_addr_equal(&ip->ip, &cfg.addr);
	}
	return right;
}

static void alkaid_endpoint_many_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_neigh_cfg cfg;
	u32 n;

	ASSERT_OK(test, world_begin(w));
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ASSERT_OK(test, world_neigh_cfg(w, &cfg, ALKAID_NEW_ADD));
	}
	KUNIT_EXPECT_EQ(test, count_right(w), 0);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, count_right(w), MANY);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, MANY);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 50);

	ASSERT_OK(test, world_begin(w));
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ASSERT_OK(test, world_neigh_del_addr(w, 71, &cfg.addr));
	}
	KUNIT_EXPECT_EQ(test, count_right(w), MANY);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, count_right(w), 0);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 0);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 0);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_mac), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 0);
	EXPECT_OK(test, world_subnet_del(w, 71));
}

static void alkaid_endpoint_limit_test(struct kunit *test)
{
	struct world *w = test->priv;

	w->t.n_endpoints += ALKAID_ENDPOINTS_MAX;
	EXPECT_REFUSED(test, w, world_neigh_new(w, 71, "192.168.1.2", MAC_A,
						HOST_B, ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most addresses");
	EXPECT_REFUSED(test, w, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
					      ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most addresses");
	w->t.n_endpoints -= ALKAID_ENDPOINTS_MAX;
	/* The refused one has given back its VTEP. */
	world_settle(w);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 0);
}

/* The promise of a neighbor's cost; its share of two hash tables comes on top. */
static void alkaid_endpoint_size_test(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct alkaid_endpoint), 96);
}

static struct kunit_case alkaid_endpoint_cases[] = {
	KUNIT_CASE_PARAM(alkaid_neigh_row_test, neigh_gen_params),
	KUNIT_CASE(alkaid_neigh_modes_test),
	KUNIT_CASE(alkaid_neigh_replace_test),
	KUNIT_CASE(alkaid_vtep_shared_test),
	KUNIT_CASE(alkaid_endpoint_overlap_test),
	KUNIT_CASE(alkaid_endpoint_duplicate_test),
	KUNIT_CASE(alkaid_endpoint_newest_mac_test),
	KUNIT_CASE_SLOW(alkaid_endpoint_many_test),
	KUNIT_CASE(alkaid_endpoint_limit_test),
	KUNIT_CASE(alkaid_endpoint_size_test),
	{}
};

struct kunit_suite alkaid_endpoint_suite = {
	.name = "alkaid_endpoint",
	.init = endpoint_init,
	.exit = world_exit,
	.test_cases = alkaid_endpoint_cases,
};
