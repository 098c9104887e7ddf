// SPDX-License-Identifier: GPL-2.0
/* Subnets as a table: add, replace, delete, and every refusal. */
#include "world.h"

#define GW_MAC	"02:aa:00:00:00:01"

/**
 * struct subnet_row - a subnet in texts, and what is to become of the request
 * @name: what it is
 * @id: key
 * @vpc: its VPC
 * @vni: VXLAN network identifier
 * @encap: tunnel format
 * @prefixes: at most three
 * @gateways: gateway addresses, at most two
 * @gateway_mac: their MAC
 * @err: what the request returns
 * @text: what it is refused with
 */
struct subnet_row {
	const char *name;
	u32 id;
	u32 vpc;
	u32 vni;
	enum alkaid_encap encap;
	const char *prefixes[3];
	const char *gateways[2];
	const char *gateway_mac;
	int err;
	const char *text;
};

/* To a world with VPCs 7 and 8, and subnet 81 of VPC 8 with VNI 8001. */
static const struct subnet_row subnet_rows[] = {
	{ "least", 71, 7, 1, .prefixes = { "10.0.0.0/8" } },
	{ "greatest VNI", 71, 7, 0xffffff, .prefixes = { "10.0.0.0/8" } },
	{ "both families, with gateways", 71, 7, 7001,
	  .prefixes = { "192.168.1.0/24", "fd00:1::/64" },
	  .gateways = { "192.168.1.254", "fd00:1::fe" },
	  .gateway_mac = GW_MAC },
	{ "one address", 71, 7, 7001, .prefixes = { "192.168.1.1/32" } },
	{ "all addresses", 71, 7, 7001, .prefixes = { "0.0.0.0/0", "::/0" } },
	{ "the prefix of another VPC's subnet", 71, 7, 7001,
	  .prefixes = { "192.168.1.0/24" } },
	{ "the VNI of a subnet of the same VPC", 82, 8, 8001,
	  .prefixes = { "192.168.2.0/24" } },
	{ "Geneve", 71, 7, 7001, ALKAID_ENCAP_GENEVE, { "10.0.0.0/8" } },

	{ "VNI 0", 71, 7, 0, .prefixes = { "10.0.0.0/8" },
	  .err = -ERANGE, .text = "vni 0 is not in 1 to 16777215" },
	{ "VNI of 25 bits", 71, 7, 0x1000000, .prefixes = { "10.0.0.0/8" },
	  .err = -ERANGE, .text = "vni 16777216 is not in 1 to 16777215" },
	{ "VNI of another VPC", 71, 7, 8001, .prefixes = { "10.0.0.0/8" },
	  .err = -EEXIST, .text = "vni 8001 belongs to subnet 81 of vpc 8" },
	{ "unknown VPC", 71, 9, 7001, .prefixes = { "10.0.0.0/8" },
	  .err = -ENOENT, .text = "vpc 9 of subnet 71 does not exist" },
	{ "no prefix", 71, 7, 7001,
	  .err = -EINVAL, .text = "a subnet needs a prefix" },
	{ "IPv4 bits beyond the length", 71, 7, 7001,
	  .prefixes = { "192.168.1.1/24" },
	  .err = -EINVAL, .text = "prefix has bits set beyond its length" },
	{ "IPv6 bits beyond the length", 71, 7, 7001,
	  .prefixes = { "10.0.0.0/8", "fd00:1::1/64" },
	  .err = -EINVAL, .text = "prefix has bits set beyond its length" },
	{ "gateway outside", 71, 7, 7001, .prefixes = { "192.168.1.0/24" },
	  .gateways = { "192.168.2.1" }, .gateway_mac = GW_MAC,
	  .err = -EINVAL,
	  .text = "gateway-ip 192.168.2.1 is outside subnet 71" },
	{ "second gateway outside", 71, 7, 7001,
	  .prefixes = { "192.168.1.0/24" },
	  .gateways = { "192.168.1.1", "fd00:1::1" }, .gateway_mac = GW_MAC,
	  .err = -EINVAL, .text = "gateway-ip fd00:1::1 is outside subnet 71" },
	{ "IPv6 gateway in an IPv4 subnet", 71, 7, 7001,
	  .prefixes = { "0.0.0.0/0" },
	  .gateways = { "fd00:1::1" }, .gateway_mac = GW_MAC,
	  .err = -EINVAL, .text = "gateway-ip fd00:1::1 is outside subnet 71" },
	{ "IPv4 gateway in an IPv6 subnet", 71, 7, 7001,
	  .prefixes = { "::/0" },
	  .gateways = { "192.168.1.1" }, .gateway_mac = GW_MAC,
	  .err = -EINVAL,
	  .text = "gateway-ip 192.168.1.1 is outside subnet 71" },
	{ "gateway without a MAC", 71, 7, 7001,
	  .prefixes = { "192.168.1.0/24" }, .gateways = { "192.168.1.1" },
	  .err = -EINVAL, .text = "a gateway-ip needs a unicast gateway-mac" },
	{ "gateway with a multicast MAC", 71, 7, 7001,
	  .prefixes = { "192.168.1.0/24" }, .gateways = { "192.168.1.1" },
	  .gateway_mac = "03:00:00:00:00:01",
	  .err = -EINVAL, .text = "a gateway-ip needs a unicast gateway-mac" },
};

KUNIT_ARRAY_PARAM_DESC(subnet, subnet_rows, name);

static struct alkaid_subnet_cfg cfg_of(const struct subnet_row *row)
{
	struct alkaid_subnet_cfg cfg = {
		.id = row->id,
		.vpc = row->vpc,
		.vni = row->vni,
		.encap = row->encap,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(row->prefixes) && row->prefixes[i]; i++)
		cfg.prefixes[cfg.n_prefixes++] = prefix_of(row->prefixes[i]);
	for (i = 0; i < ARRAY_SIZE(row->gateways) && row->gateways[i]; i++)
		cfg.gateway_ips[cfg.n_gateway_ips++] = ip_of(row->gateways[i]);
	if (row->gateway_mac)
		mac_of(row->gateway_mac, cfg.gateway_mac);
	return cfg;
}

static int subnet_init(struct kunit *test)
{
	int err = world_init(test);
	struct world *w = test->priv;

	if (!err)
		err = world_vpc_new(w, 7, ALKAID_NEW_ADD);
	if (!err)
		err = world_vpc_new(w, 8, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_new(w, 81, 8, 8001, "192.168.1.0/24",
				       ALKAID_NEW_ADD);
	return err;
}

static void alkaid_subnet_row_test(struct kunit *test)
{
	const struct subnet_row *row = test->param_value;
	struct alkaid_subnet_cfg cfg = cfg_of(row);
	struct world *w = test->priv;
	struct alkaid_subnet *subnet;

	KUNIT_EXPECT_EQ(test, world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD),
			row->err);
	KUNIT_EXPECT_STREQ(test, world_text(w), row->text ?: "");
	KUNIT_EXPECT_EQ(test, w->t.n_subnets, row->err ? 1 : 2);
	subnet = alkaid_subnet_lookup(&w->t, row->id, w->t.gen);
	KUNIT_ASSERT_EQ(test, !!subnet, !row->err);
	if (!subnet)
		return;
	KUNIT_EXPECT_EQ(test, subnet->vni, row->vni);
	KUNIT_EXPECT_EQ(test, subnet->vpc->id, row->vpc);
	KUNIT_EXPECT_MEMEQ(test, alkaid_subnet_config(subnet, w->t.gen), &cfg,
			   sizeof(cfg));
	subnet = alkaid_subnet_lookup_vni(&w->t, row->vni, w->t.gen);
	KUNIT_ASSERT_NOT_NULL(test, subnet);
	KUNIT_EXPECT_EQ(test, subnet->vpc->id, row->vpc);
}

static void alkaid_subnet_modes_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_subnet_new(w, 71, 7, 7001, "10.0.0.0/8",
						 ALKAID_NEW_CHANGE),
		       -ENOENT, "no such subnet");
	EXPECT_OK(test, world_subnet_new(w, 71, 7, 7001, "10.0.0.0/8",
					 ALKAID_NEW_REPLACE));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 71, 7, 7001, "10.0.0.0/8",
						 ALKAID_NEW_ADD),
		       -EEXIST, "subnet exists already");
	EXPECT_OK(test, world_subnet_new(w, 71, 7, 7001, "11.0.0.0/8",
					 ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_subnet_del(w, 71));
	EXPECT_REFUSED(test, w, world_subnet_del(w, 71), -ENOENT,
		       "no such subnet");
	KUNIT_EXPECT_EQ(test, w->t.n_subnets, 1);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets), 1);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets_by_vni), 1);
}

/* A subnet that nobody uses may go to another VPC, and to another VNI. */
static void alkaid_subnet_moves_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen;

	ASSERT_OK(test, world_subnet_new(w, 81, 7, 7001, "10.0.0.0/8",
					 ALKAID_NEW_CHANGE));
	gen = w->t.gen;
	KUNIT_EXPECT_EQ(test, alkaid_subnet_lookup(&w->t, 81, gen)->vpc->id, 7);
	KUNIT_EXPECT_NULL(test, alkaid_subnet_lookup_vni(&w->t, 8001, gen));
	KUNIT_EXPECT_NOT_NULL(test, alkaid_subnet_lookup_vni(&w->t, 7001, gen));
	EXPECT_OK(test, world_vpc_del(w, 8));
	EXPECT_REFUSED(test, w, world_vpc_del(w, 7), -EBUSY,
		       "vpc 7 is used by 1 subnets and routes");
}

static void alkaid_subnet_moves_in_use_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2",
					"02:00:00:00:00:02", HOST_B,
					ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 81, 7, 7001,
						 "192.168.1.0/24",
						 ALKAID_NEW_CHANGE),
		       -EBUSY, "subnet 81 is used by 1 ports, neighbors and routes");
	EXPECT_REFUSED(test, w, world_subnet_new(w, 81, 8, 8002,
						 "192.168.1.0/24",
						 ALKAID_NEW_CHANGE),
		       -EBUSY, "subnet 81 is used by 1 ports, neighbors and routes");
}

/* A VNI stays its VPC's as long as one subnet has it. */
static void alkaid_subnet_shared_vni_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen;

	ASSERT_OK(test, world_subnet_new(w, 82, 8, 8001, "192.168.2.0/24",
					 ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 82, 7, 8001,
						 "192.168.2.0/24",
						 ALKAID_NEW_CHANGE),
		       -EEXIST, "vni 8001 belongs to subnet 81 of vpc 8");
	ASSERT_OK(test, world_subnet_del(w, 81));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 71, 7, 8001, "10.0.0.0/8",
						 ALKAID_NEW_ADD),
		       -EEXIST, "vni 8001 belongs to subnet 82 of vpc 8");
	ASSERT_OK(test, world_subnet_del(w, 82));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 8001, "10.0.0.0/8",
					 ALKAID_NEW_ADD));
	gen = w->t.gen;
	KUNIT_EXPECT_EQ(test,
			alkaid_subnet_lookup_vni(&w->t, 8001, gen)->vpc->id, 7);
}

static void alkaid_subnet_in_use_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2",
					"02:00:00:00:00:02", HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind_ip(w, 0, 81, "02:00:00:00:00:01",
				      "192.168.1.1", ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_subnet_del(w, 81), -EBUSY,
		       "subnet 81 is used by 2 ports, neighbors and routes");
	ASSERT_OK(test, world_unbind(w, 0));
	EXPECT_REFUSED(test, w, world_subnet_del(w, 81), -EBUSY,
		       "subnet 81 is used by 1 ports, neighbors and routes");
	ASSERT_OK(test, world_neigh_del(w, 81, "192.168.1.2"));
	EXPECT_OK(test, world_subnet_del(w, 81));
}

/* What its users have must stay inside it. */
static void alkaid_subnet_narrowed_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_OK(test, world_subnet_new(w, 81, 8, 8001, "192.168.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_subnet_new(w, 81, 8, 8001, "192.168.1.0/24",
					 ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2",
					"02:00:00:00:00:02", HOST_B,
					ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 81, 8, 8001,
						 "192.168.1.0/25",
						 ALKAID_NEW_CHANGE),
		       -EBUSY,
		       "a prefix of subnet 81 cannot go: 1 addresses use it");
	EXPECT_REFUSED(test, w, world_subnet_new(w, 81, 8, 8001, "10.0.0.0/8",
						 ALKAID_NEW_CHANGE),
		       -EBUSY,
		       "a prefix of subnet 81 cannot go: 1 addresses use it");
	EXPECT_OK(test, world_subnet_new(w, 81, 8, 8001, "192.168.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_neigh_del(w, 81, "192.168.1.2"));
	EXPECT_OK(test, world_subnet_new(w, 81, 8, 8001, "10.0.0.0/8",
					 ALKAID_NEW_CHANGE));
}

/* A gateway takes nobody's address or MAC over, in its VPC. */
static void alkaid_subnet_gateway_taken_test(struct kunit *test)
{
	const struct subnet_row port_ip = {
		.id = 81, .vpc = 8, .vni = 8001,
		.prefixes = { "192.168.1.0/24" },
		.gateways = { "192.168.1.1" }, .gateway_mac = GW_MAC,
	};
	const struct subnet_row neigh_ip = {
		.id = 81, .vpc = 8, .vni = 8001,
		.prefixes = { "192.168.1.0/24" },
		.gateways = { "192.168.1.2" }, .gateway_mac = GW_MAC,
	};
	const struct subnet_row port_mac = {
		.id = 81, .vpc = 8, .vni = 8001,
		.prefixes = { "192.168.1.0/24" },
		.gateways = { "192.168.1.254" },
		.gateway_mac = "02:00:00:00:00:01",
	};
	const struct subnet_row other_vpc = {
		.id = 71, .vpc = 7, .vni = 7001,
		.prefixes = { "192.168.1.0/24" },
		.gateways = { "192.168.1.1" },
		.gateway_mac = "02:00:00:00:00:01",
	};
	struct alkaid_subnet_cfg cfg;
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 81, "02:00:00:00:00:01",
				      "192.168.1.1", ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 81, "192.168.1.2",
					"02:00:00:00:00:02", HOST_B,
					ALKAID_NEW_ADD));
	cfg = cfg_of(&port_ip);
	EXPECT_REFUSED(test, w, world_subnet_cfg(w, &cfg, ALKAID_NEW_CHANGE),
		       -EEXIST, "gateway-ip 192.168.1.1 is vm0's in subnet 81");
	cfg = cfg_of(&neigh_ip);
	EXPECT_REFUSED(test, w, world_subnet_cfg(w, &cfg, ALKAID_NEW_CHANGE),
		       -EEXIST,
		       "gateway-ip 192.168.1.2 is a neighbor's in subnet 81");
	cfg = cfg_of(&port_mac);
	EXPECT_REFUSED(test, w, world_subnet_cfg(w, &cfg, ALKAID_NEW_CHANGE),
		       -EEXIST,
		       "gateway-mac 02:00:00:00:00:01 is vm0's in subnet 81");
	cfg = cfg_of(&other_vpc);
	EXPECT_OK(test, world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD));
}

static void alkaid_subnet_limit_test(struct kunit *test)
{
	struct world *w = test->priv;

	w->t.n_subnets += ALKAID_SUBNETS_MAX - 1;
	EXPECT_REFUSED(test, w, world_subnet_new(w, 71, 7, 7001, "10.0.0.0/8",
						 ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most subnets");
	w->t.n_subnets -= ALKAID_SUBNETS_MAX - 1;
}

static struct kunit_case alkaid_subnet_cases[] = {
	KUNIT_CASE_PARAM(alkaid_subnet_row_test, subnet_gen_params),
	KUNIT_CASE(alkaid_subnet_modes_test),
	KUNIT_CASE(alkaid_subnet_moves_test),
	KUNIT_CASE(alkaid_subnet_moves_in_use_test),
	KUNIT_CASE(alkaid_subnet_shared_vni_test),
	KUNIT_CASE(alkaid_subnet_in_use_test),
	KUNIT_CASE(alkaid_subnet_narrowed_test),
	KUNIT_CASE(alkaid_subnet_gateway_taken_test),
	KUNIT_CASE(alkaid_subnet_limit_test),
	{}
};

struct kunit_suite alkaid_subnet_suite = {
	.name = "alkaid_subnet",
	.init = subnet_init,
	.exit = world_exit,
	.test_cases = alkaid_subnet_cases,
};
