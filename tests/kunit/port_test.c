// SPDX-License-Identifier: GPL-2.0
/* Ports and their bindings as a table: bind, replace, unbind, every refusal. */
#include "world.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define GW_MAC	"02:aa:00:00:00:01"

/* Port vm3 is 192.168.1.3 in subnet 71; 192.168.1.4 is a neighbor there. */
static int port_init(struct kunit *test)
{
	struct alkaid_subnet_cfg cfg = {
		.id = 71,
		.vpc = 7,
		.vni = 7001,
		.n_prefixes = 1,
		.n_gateway_ips = 1,
	};
	int err = world_init(test);
	struct world *w = test->priv;

	cfg.prefixes[0] = prefix_of("192.168.1.0/24");
	cfg.gateway_ips[0] = ip_of("192.168.1.254");
	mac_of(GW_MAC, cfg.gateway_mac);
	if (!err)
		err = world_vpc_new(w, 7, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD);
	if (!err)
		err = world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
				       ALKAID_NEW_ADD);
	if (!err)
		err = world_bind_ip(w, 3, 71, "02:00:00:00:00:03",
				    "192.168.1.3", ALKAID_NEW_ADD);
	if (!err)
		err = world_neigh_new(w, 71, "192.168.1.4",
				      "02:00:00:00:00:04", HOST_B,
				      ALKAID_NEW_ADD);
	return err;
}

struct bind_row {
	const char *name;
	struct port_row port;
	int err;
	const char *text;
};

static const struct bind_row bind_rows[] = {
	{ "one address", { 0, 71, MAC_A, { "192.168.1.1" } } },
	{ "three addresses",
	  { 0, 71, MAC_A, { "192.168.1.1", "192.168.1.2", "192.168.1.5" } } },
	{ "an address twice is one",
	  { 0, 71, MAC_A, { "192.168.1.1", "192.168.1.1" } } },
	{ "allowed pairs may be anything",
	  { 0, 71, MAC_A, { "192.168.1.1" },
	    { "10.0.0.0/8", "192.168.1.3/32," MAC_B, "0.0.0.0/0" } } },
	{ "a neighbor's MAC, for it may have moved here",
	  { 0, 71, "02:00:00:00:00:04", { "192.168.1.1" } } },
	{ "a MAC of a port in another segment",
	  { 0, 72, "02:00:00:00:00:03", { "192.168.2.1" } } },

	{ "no address", { 0, 71, MAC_A }, -EINVAL, "a port needs an ip" },
	{ "unknown subnet", { 0, 70, MAC_A, { "192.168.1.1" } },
	  -ENOENT, "subnet 70 does not exist" },
	{ "multicast MAC", { 0, 71, "01:00:00:00:00:01", { "192.168.1.1" } },
	  -EINVAL, "mac 01:00:00:00:00:01 is not a unicast MAC" },
	{ "zero MAC", { 0, 71, "00:00:00:00:00:00", { "192.168.1.1" } },
	  -EINVAL, "mac 00:00:00:00:00:00 is not a unicast MAC" },
	{ "the gateway's MAC", { 0, 71, GW_MAC, { "192.168.1.1" } },
	  -EINVAL, "mac 02:aa:00:00:00:01 is the gateway of subnet 71" },
	{ "another port's MAC",
	  { 0, 71, "02:00:00:00:00:03", { "192.168.1.1" } },
	  -EEXIST, "mac 02:00:00:00:00:03 is vm3's in subnet 71" },
	{ "address outside", { 0, 71, MAC_A, { "192.168.2.1" } },
	  -EINVAL, "192.168.2.1 is outside subnet 71" },
	{ "second address outside",
	  { 0, 71, MAC_A, { "192.168.1.1", "10.0.0.1" } },
	  -EINVAL, "10.0.0.1 is outside subnet 71" },
	{ "the gateway's address", { 0, 71, MAC_A, { "192.168.1.254" } },
	  -EINVAL, "192.168.1.254 is the gateway of subnet 71" },
	{ "another port's address", { 0, 71, MAC_A, { "192.168.1.3" } },
	  -EEXIST, "192.168.1.3 is vm3's in subnet 71" },
	{ "a neighbor's address", { 0, 71, MAC_A, { "192.168.1.4" } },
	  -EEXIST, "192.168.1.4 is a neighbor's in subnet 71" },
};

KUNIT_ARRAY_PARAM_DESC(bind, bind_rows, name);

static void alkaid_port_bind_test(struct kunit *test)
{
	const struct bind_row *row = test->param_value;
	struct alkaid_binding *binding;
	struct alkaid_endpoint *ep;
	struct world *w = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, world_bind(w, &row->port, ALKAID_NEW_ADD),
			row->err);
	KUNIT_EXPECT_STREQ(test, world_text(w), row->text ?: "");
	binding = alkaid_port_binding(w->ports[0], w->t.gen);
	KUNIT_ASSERT_EQ(test, !!binding, !row->err);
	if (row->err) {
		KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 2);
		return;
	}
	KUNIT_EXPECT_EQ(test, binding->subnet->id, row->port.subnet);
	for (i = 0; i < 3 && row->port.ips[i]; i++) {
		ep = world_ip(w, 7, row->port.ips[i]);
		KUNIT_ASSERT_NOT_NULL(test, ep);
		KUNIT_EXPECT_PTR_EQ(test, alkaid_endpoint_port(ep),
				    w->ports[0]);
		KUNIT_EXPECT_NULL(test, alkaid_endpoint_vtep(ep));
	}
	KUNIT_EXPECT_EQ(test, binding->n_ips, i);
	ep = world_mac(w, binding->subnet->vni, row->port.mac);
	KUNIT_ASSERT_NOT_NULL(test, ep);
	KUNIT_EXPECT_PTR_EQ(test, alkaid_endpoint_port(ep), w->ports[0]);

	ASSERT_OK(test, world_unbind(w, 0));
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 2);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->ports[0]->refs, 1);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(w->ports[0]->binding));
}

static void alkaid_port_modes_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
					      ALKAID_NEW_CHANGE),
		       -ENOENT, "no such port");
	EXPECT_REFUSED(test, w, world_unbind(w, 0), -ENOENT,
		       "vm0 is not bound");
	EXPECT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_REPLACE));
	EXPECT_REFUSED(test, w, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
					      ALKAID_NEW_ADD),
		       -EEXIST, "port exists already");
	EXPECT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_unbind(w, 0));
	EXPECT_REFUSED(test, w, world_unbind(w, 0), -ENOENT,
		       "vm0 is not bound");
}

/* A neighbor that came later with the MAC does not hide whose it is. */
static void alkaid_port_hidden_mac_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.9", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_bind_ip(w, 1, 71, MAC_A, "192.168.1.5",
					      ALKAID_NEW_ADD),
		       -EEXIST, "mac " MAC_A " is vm0's in subnet 71");
	EXPECT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.6",
				      ALKAID_NEW_CHANGE));
}

/* To other addresses, another MAC, another subnet; the old ones are free. */
static void alkaid_port_replace_test(struct kunit *test)
{
	const struct port_row two = {
		.port = 0,
		.subnet = 71,
		.mac = MAC_B,
		.ips = { "192.168.1.2", "192.168.1.5" },
	};
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind(w, &two, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	KUNIT_EXPECT_NULL(test, world_mac(w, 7001, MAC_A));
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.5"));
	ASSERT_OK(test, world_bind_ip(w, 1, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind_ip(w, 0, 72, MAC_B, "192.168.2.1",
				      ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_NULL(test, world_mac(w, 7001, MAC_B));
	KUNIT_EXPECT_NOT_NULL(test, world_mac(w, 7002, MAC_B));
	EXPECT_REFUSED(test, w, world_subnet_del(w, 72), -EBUSY,
		       "subnet 72 is used by 1 ports, neighbors and routes");
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 4);
}

/* A refusal in the middle leaves what was there. */
static void alkaid_port_refused_replace_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_binding *binding;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	binding = alkaid_port_binding(w->ports[0], w->t.gen);
	EXPECT_REFUSED(test, w, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.4",
					      ALKAID_NEW_CHANGE),
		       -EEXIST, "192.168.1.4 is a neighbor's in subnet 71");
	world_settle(w);
	KUNIT_EXPECT_PTR_EQ(test, alkaid_port_binding(w->ports[0], w->t.gen),
			    binding);
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.1"));
}

static void expect_port(struct kunit *test, const struct alkaid_endpoint *ep,
			int port)
{
	struct world *w = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, ep);
	KUNIT_EXPECT_PTR_EQ(test, alkaid_endpoint_port(ep), w->ports[port]);
}

/* Two ports exchange their addresses: unbound and bound in one transaction. */
static void alkaid_port_swap_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind_ip(w, 1, 71, MAC_B, "192.168.1.2",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_bind_ip(w, 1, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_B, "192.168.1.2",
				      ALKAID_NEW_ADD));
	expect_port(test, world_ip(w, 7, "192.168.1.1"), 0);
	ASSERT_OK(test, world_commit(w));
	expect_port(test, world_ip(w, 7, "192.168.1.1"), 1);
	expect_port(test, world_mac(w, 7001, MAC_B), 0);
}

/* As many as a request can carry. */
static void alkaid_port_most_test(struct kunit *test)
{
	struct alkaid_binding_cfg *cfg;
	struct world *w = test->priv;
	int i;

	cfg = kunit_kzalloc(test, sizeof(*cfg), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cfg);
	cfg->subnet = 71;
	mac_of(MAC_A, cfg->mac);
	cfg->n_ips = ALKAID_PORT_ADDRS_MAX;
	cfg->n_sources = 2 * ALKAID_PORT_ADDRS_MAX;
	for (i = 0; i < cfg->n_sources; i++) {
		cfg->sources[i].prefix.addr =
			alkaid_addr_from_v4(htonl(0xc0a80164 + i));
		cfg->sources[i].prefix.len = 128;
		ether_addr_copy(cfg->sources[i].mac, cfg->mac);
	}
	ASSERT_OK(test, world_bind_cfg(w, 0, cfg, ALKAID_NEW_ADD));
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 2 + ALKAID_PORT_ADDRS_MAX);
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.163"));
	/* What is allowed is no address of the port. */
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.164"));
}

static struct kunit_case alkaid_port_cases[] = {
	KUNIT_CASE_PARAM(alkaid_port_bind_test, bind_gen_params),
	KUNIT_CASE(alkaid_port_modes_test),
	KUNIT_CASE(alkaid_port_hidden_mac_test),
	KUNIT_CASE(alkaid_port_replace_test),
	KUNIT_CASE(alkaid_port_refused_replace_test),
	KUNIT_CASE(alkaid_port_swap_test),
	KUNIT_CASE(alkaid_port_most_test),
	{}
};

struct kunit_suite alkaid_port_suite = {
	.name = "alkaid_port",
	.init = port_init,
	.exit = world_exit,
	.test_cases = alkaid_port_cases,
};
