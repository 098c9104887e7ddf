// SPDX-License-Identifier: GPL-2.0
/* A small cloud for tests of the decision: subnets, ports, neighbors and routes. */
#include "cloud.h"

/**
 * struct cloud_subnet - a subnet in texts
 * @id: key
 * @vpc: its VPC
 * @vni: VXLAN network identifier
 * @encap: tunnel format
 * @flood: broadcast and multicast reach all of it
 * @prefixes: one a family
 * @gateways: at most one a family
 * @gateway_mac: their MAC
 */
struct cloud_subnet {
	u32 id;
	u32 vpc;
	u32 vni;
	enum alkaid_encap encap;
	bool flood;
	const char *prefixes[2];
	const char *gateways[2];
	const char *gateway_mac;
};

static const struct cloud_subnet subnets[] = {
	{ 71, 7, 7001, .prefixes = { "192.168.1.0/24", "fd00:1::/64" },
	  .gateways = { "192.168.1.254", "fd00:1::fe" }, .gateway_mac = GW1 },
	{ 72, 7, 7002, .prefixes = { "192.168.2.0/24", "fd00:2::/64" },
	  .gateways = { "192.168.2.254", "fd00:2::fe" }, .gateway_mac = GW2 },
	{ 73, 7, 7003, ALKAID_ENCAP_GENEVE, true,
	  { "192.168.3.0/24", "fd00:3::/64" } },
	{ 81, 8, 8001, .prefixes = { "192.168.1.0/24", "fd00:1::/64" },
	  .gateways = { "192.168.1.254" }, .gateway_mac = GW1 },
};

static const struct port_row ports[] = {
	{ 0, 71, VM0, { "192.168.1.1", "fd00:1::1" } },
	{ 1, 72, VM1, { "192.168.2.1", "fd00:2::1" } },
	{ 2, 73, VM2, { "192.168.3.1", "fd00:3::1" } },
	{ 3, 81, VM0, { "192.168.1.1", "fd00:1::1" } },
};

static const struct {
	u32 subnet;
	const char *ip, *mac, *host;
} neighs[] = {
	{ 71, "192.168.1.2", REMOTE1, HOST_B },
	{ 71, "fd00:1::2", REMOTE1, HOST_B },
	{ 72, "192.168.2.2", REMOTE2, HOST_C },
	{ 72, "fd00:2::2", REMOTE2, HOST_C },
	{ 73, "192.168.3.2", REMOTE3, HOST_C },
	{ 73, "fd00:3::2", REMOTE3, HOST_C },
};

static const struct route_text routes[] = {
	{ 7, 0, "10.9.0.0/16", "192.168.2.2" },
	{ 7, 0, "fd09::/16", "fd00:2::2" },
	{ 7, 0, "10.9.1.0/24", "192.168.2.1" },
	{ 7, 0, "10.8.0.0/16", "192.168.2.77" },
	{ 7, 0, "10.7.0.0/16" },
	{ 7, 0, "fd07::/16" },
	{ 7, 0, "10.6.0.0/16", "192.168.2.2" },
	{ 7, 71, "10.6.0.0/16", "192.168.2.1" },
	{ 7, 72, "10.5.0.0/16", "192.168.2.2" },
	{ 7, 0, "192.168.2.160/27" },
};

static int add_subnet(struct world *w, const struct cloud_subnet *text)
{
	struct alkaid_subnet_cfg cfg = {
		.id = text->id,
		.vpc = text->vpc,
		.vni = text->vni,
		.encap = text->encap,
		.flood = text->flood,
		.n_prefixes = 2,
	};
	int i;

	for (i = 0; i < 2; i++)
		cfg.prefixes[i] = prefix_of(text->prefixes[i]);
	for (i = 0; i < 2 && text->gateways[i]; i++)
		cfg.gateway_ips[cfg.n_gateway_ips++] =
			ip_of(text->gateways[i]);
	if (text->gateway_mac)
		mac_of(text->gateway_mac, cfg.gateway_mac);
	return world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD);
}

int cloud_init(struct kunit *test)
{
	int i, err = world_init(test);
	struct world *w = test->priv;

	err = err ?: world_begin(w);
	err = err ?: world_vpc_new(w, 7, ALKAID_NEW_ADD);
	err = err ?: world_vpc_new(w, 8, ALKAID_NEW_ADD);
	for (i = 0; i < ARRAY_SIZE(subnets); i++)
		err = err ?: add_subnet(w, &subnets[i]);
	for (i = 0; i < ARRAY_SIZE(ports); i++)
		err = err ?: world_bind(w, &ports[i], ALKAID_NEW_ADD);
	for (i = 0; i < ARRAY_SIZE(neighs); i++)
		err = err ?: world_neigh_new(w, neighs[i].subnet, neighs[i].ip,
					     neighs[i].mac, neighs[i].host,
					     ALKAID_NEW_ADD);
	for (i = 0; i < ARRAY_SIZE(routes); i++)
		err = err ?: world_route_new(w, &routes[i], ALKAID_NEW_ADD);
	err = err ?: world_commit(w);
	if (err)
		return err;
	mac_of(DVR, w->t.dvr_mac);
	w->ports[1]->dev->mtu = 1400;
	alkaid_endpoint_vtep(world_ip(w, 7, "192.168.2.2"))->mtu = 1500;
	return 0;
}
