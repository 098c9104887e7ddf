// SPDX-License-Identifier: GPL-2.0
/*
 * The fixed tables that frames are fuzzed against: two VPCs with the same addresses. The trie
 * of routes is the module's; hash tables are the kernel's, so their lookups are arrays here.
 */
#include "world.h"

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

struct alkaid_tables world = { .gen = 5, .dvr_mac = { 0xfe, 0x16, 0x11 } };
struct alkaid_port world_ports[WORLD_PORTS];

static struct net_device devices[WORLD_PORTS];

/* What VPC 7 does not know goes to a gateway, or past it. */
static struct alkaid_group group = { .id = 1 };
static struct alkaid_vtep gateway_vtep = { .mtu = 1600 };
static struct alkaid_gateway gateway = {
	.mac = { 2, 0, 0, 0, 0x0f, 1 }, .group = &group, .vtep = &gateway_vtep,
};
static struct alkaid_flow flow = { .mac = { 2, 0, 0, 0, 0x0f, 2 }, .vtep = &gateway_vtep };

static struct alkaid_vpc_rev vpc_revs[] = {
	{ .group = &group, .cfg = { .id = 7, .miss = ALKAID_MISS_GATEWAY, .group_id = 1 } },
	{ .cfg = { .id = 8, .miss = ALKAID_MISS_DROP } },
};

static struct alkaid_vpc vpcs[] = {
	{ .id = 7, .rev = &vpc_revs[0].rev, .flow_kinds = 1 }, { .id = 8, .rev = &vpc_revs[1].rev },
};

static struct alkaid_subnet_rev contents[] = {
	{ .cfg = { .id = 71, .vni = 7001, .gateway_mac = { 2, 0, 0, 0, 0, 0xfe } } },
	{ .cfg = { .id = 72, .vni = 7002, .gateway_mac = { 2, 0, 0, 0, 0, 0xfd }, .flood = true,
		   .encap = ALKAID_ENCAP_GENEVE } },
	{ .cfg = { .id = 73, .vni = 7001 } },
	{ .cfg = { .id = 81, .vni = 8001, .gateway_mac = { 2, 0, 0, 0, 0, 0xfe } } },
};

static struct alkaid_subnet subnets[LENGTH(contents)] = {
	{ .id = 71, .vni = 7001, .vpc = &vpcs[0], .rev = &contents[0].rev },
	{ .id = 72, .vni = 7002, .vpc = &vpcs[0], .rev = &contents[1].rev },
	{ .id = 73, .vni = 7001, .vpc = &vpcs[0], .rev = &contents[2].rev },
	{ .id = 81, .vni = 8001, .vpc = &vpcs[1], .rev = &contents[3].rev },
};

static const struct {
	int subnet;
	const char *prefix;
	u8 len;
	const char *gateway;
} prefixes[] = {
	{ 0, "192.168.1.0", 24, "192.168.1.254" }, { 0, "fd00:1::", 64, "fd00:1::fe" },
	{ 1, "192.168.2.0", 24, "192.168.2.254" }, { 1, "fd00:2::", 64, "fd00:2::fe" },
	{ 2, "192.168.3.0", 24, NULL },
	{ 3, "192.168.1.0", 24, "192.168.1.254" },
};

static struct alkaid_vtep vteps[3] = { { .mtu = 1600 }, { .mtu = 1400 }, { .mtu = 0 } };
static const char *const vtep_addrs[] = { "10.0.0.2", "fd00:ff::2", "10.0.0.3" };

/* Where each address is: a port if not negative, else the VTEP -1 - @where. */
static const struct {
	const char *ip;
	u8 mac;
	u8 subnet;
	s8 where;
} places[] = {
	{ "192.168.1.1", 1, 0, 0 }, { "fd00:1::1", 1, 0, 0 },
	{ "192.168.2.2", 2, 1, 1 }, { "fd00:2::2", 2, 1, 1 },
	{ "192.168.1.4", 4, 0, 2 }, { "192.168.1.1", 1, 3, 3 },
	{ "192.168.1.3", 3, 0, -1 }, { "fd00:1::3", 3, 0, -1 },
	{ "192.168.2.3", 3, 1, -2 }, { "fd00:2::3", 3, 1, -2 },
	{ "192.168.3.5", 5, 2, -3 }, { "192.168.1.9", 9, 3, -3 },
};

static struct alkaid_endpoint endpoints[LENGTH(places)];

static const struct {
	int subnet;
	const char *prefix;
	u8 len;
	const char *via;
} routes[] = {
	{ -1, "10.0.0.0", 8, "192.168.1.3" }, { -1, "10.9.0.0", 16, NULL },
	{ -1, "10.8.0.0", 16, "192.168.1.77" }, { -1, "2001:db8::", 32, "fd00:2::3" },
	{ 1, "0.0.0.0", 0, "192.168.2.3" }, { 1, "::", 0, "fd00:2::3" },
};

static struct in6_addr addr_of(const char *text)
{
	struct in6_addr addr;
	__be32 v4;

	if (inet_pton(AF_INET6, text, &addr) == 1)
		return addr;
	if (inet_pton(AF_INET, text, &v4) != 1)
		abort();
	return alkaid_addr_from_v4(v4);
}

static struct alkaid_prefix prefix_of(const char *text, u8 len)
{
	return (struct alkaid_prefix){ addr_of(text), strchr(text, ':') ? len : len + 96 };
}

static void add_route(struct alkaid_trie *trie, const struct alkaid_route *like,
		      const struct alkaid_prefix *prefix)
{
	struct alkaid_route *route = calloc(1, sizeof(*route));

	*route = *like;
	route->key.addr = prefix->addr;
	route->key.len = prefix->len;
	if (alkaid_trie_insert(trie, route))
		abort();
}

static void add_prefixes(void)
{
	struct alkaid_subnet_cfg *cfg;
	size_t i;

	for (i = 0; i < LENGTH(prefixes); i++) {
		struct alkaid_subnet *subnet = &subnets[prefixes[i].subnet];
		struct alkaid_route route = { .type = ALKAID_ROUTE_SUBNET, .subnet = subnet };
		struct alkaid_prefix prefix = prefix_of(prefixes[i].prefix, prefixes[i].len);

		cfg = &contents[prefixes[i].subnet].cfg;
		cfg->prefixes[cfg->n_prefixes++] = prefix;
		if (prefixes[i].gateway)
			cfg->gateway_ips[cfg->n_gateway_ips++] = addr_of(prefixes[i].gateway);
		add_route(&subnet->vpc->routes, &route, &prefix);
	}
}

static void add_routes(void)
{
	size_t i;

	for (i = 0; i < LENGTH(routes); i++) {
		struct alkaid_prefix prefix = prefix_of(routes[i].prefix, routes[i].len);
		struct alkaid_route route = { .type = ALKAID_ROUTE_BLACKHOLE };

		if (routes[i].via) {
			route.type = ALKAID_ROUTE_VIA;
			route.via = addr_of(routes[i].via);
		}
		add_route(routes[i].subnet < 0 ? &vpcs[0].routes :
			  &subnets[routes[i].subnet].routes, &route, &prefix);
	}
}

static void add_endpoints(void)
{
	size_t i;

	for (i = 0; i < LENGTH(places); i++) {
		struct alkaid_endpoint *ep = &endpoints[i];
		s8 where = places[i].where;

		ep->subnet = &subnets[places[i].subnet];
		ep->ip = addr_of(places[i].ip);
		ep->mac[0] = 2;
		ep->mac[5] = places[i].mac;
		ep->where = where < 0 ? (unsigned long)&vteps[-1 - where] :
			    (unsigned long)&world_ports[where] | ALKAID_ENDPOINT_LOCAL;
	}
}

/* The last port is not bound; the one before it may send from any source. */
static void bind_ports(void)
{
	size_t p, i;

	for (p = 0; p < WORLD_PORTS; p++) {
		struct alkaid_binding *b = calloc(1, sizeof(*b) + 4 * sizeof(b->sources[0]));

		devices[p] = (struct net_device){ .ifindex = p + 1, .mtu = p == 1 ? 9000 : 1500 };
		world_ports[p].dev = &devices[p];
		for (i = 0; i < LENGTH(places); i++) {
			if (places[i].where != (int)p)
				continue;
			b->subnet = &subnets[places[i].subnet];
			memcpy(b->mac, endpoints[i].mac, ETH_ALEN);
			memcpy(b->sources[b->n_sources].mac, b->mac, ETH_ALEN);
			b->sources[b->n_sources].prefix.addr = endpoints[i].ip;
			b->sources[b->n_sources++].prefix.len = 128;
		}
		b->n_ips = b->n_sources;
		b->port = &world_ports[p];
		b->antispoof = p != 2;
		if (p == 1) {
			memcpy(b->sources[b->n_sources].mac, b->mac, ETH_ALEN);
			b->sources[b->n_sources++].prefix = prefix_of("172.16.0.0", 12);
		}
		if (b->subnet)
			world_ports[p].binding = &b->rev;
		else
			free(b);
	}
}

void world_init(void)
{
	size_t i;

	for (i = 0; i < LENGTH(vteps); i++)
		vteps[i].addr = addr_of(vtep_addrs[i]);
	gateway_vtep.addr = addr_of("10.0.0.100");
	gateway.addr = gateway_vtep.addr;
	for (i = 0; i < LENGTH(vpcs); i++)
		vpc_revs[i].vpc = &vpcs[i];
	for (i = 0; i < LENGTH(contents); i++)
		contents[i].subnet = &subnets[i];
	add_prefixes();
	add_routes();
	add_endpoints();
	bind_ports();
}

bool world_port_is_in(const struct alkaid_port *port, const struct alkaid_vpc *vpc)
{
	const struct alkaid_binding *binding = alkaid_port_binding(port, world.gen);

	return binding && binding->subnet->vpc == vpc;
}

bool world_vtep_is_in(const struct alkaid_vtep *vtep, const struct alkaid_vpc *vpc, u32 vni)
{
	size_t i;

	for (i = 0; i < LENGTH(endpoints); i++)
		if (alkaid_endpoint_vtep(&endpoints[i]) == vtep && endpoints[i].subnet->vni == vni &&
		    endpoints[i].subnet->vpc == vpc)
			return true;
	return false;
}

bool world_is_steered(const struct alkaid_verdict *v)
{
	if (v->vpc != &vpcs[0] || v->vni != v->subnet->vni || v->vtep != &gateway_vtep)
		return false;
	return v->flow ? v->flow == &flow && !memcmp(v->dmac, flow.mac, ETH_ALEN) :
	       v->gateway == &gateway && v->group == &group &&
	       !memcmp(v->dmac, gateway.mac, ETH_ALEN);
}

/* --- the lookups of the decision --- */

/* Of each two destinations one has a direct path, and of each four another address. */
struct alkaid_flow *alkaid_flow_match(struct alkaid_tables *t, const struct alkaid_vpc *vpc,
				      const struct alkaid_group *g,
				      const struct alkaid_flow_key *packet, bool *kept)
{
	u32 dst = ntohl(packet->dst);

	if (vpc != &vpcs[0] || g != &group || packet->destination || packet->zero)
		abort();
	if (dst & 1)
		return NULL;
	flow.instance = dst & 2 ? packet->dst : htonl(0xc0a80132);
	return &flow;
}

struct alkaid_gateway *alkaid_group_select(const struct alkaid_group *g, u32 hash, u32 gen,
					   bool *kept)
{
	return hash & 7 ? &gateway : NULL;
}

struct alkaid_gateway *alkaid_gateway_of_group(struct alkaid_tables *t,
					       const struct alkaid_group *g,
					       const struct in6_addr *addr, u32 gen)
{
	return ipv6_addr_equal(addr, &gateway.addr) ? &gateway : NULL;
}

bool alkaid_moved_recently(struct alkaid_tables *t, u32 vpc, const struct in6_addr *addr)
{
	return addr->s6_addr[15] & 1;
}

struct alkaid_endpoint *alkaid_endpoint_by_ip(struct alkaid_tables *t, u32 vpc,
					      const struct in6_addr *addr, u32 gen)
{
	size_t i;

	for (i = 0; i < LENGTH(endpoints); i++)
		if (endpoints[i].subnet->vpc->id == vpc && ipv6_addr_equal(&endpoints[i].ip, addr))
			return &endpoints[i];
	return NULL;
}

struct alkaid_endpoint *alkaid_endpoint_by_mac(struct alkaid_tables *t, u32 vni, const u8 *mac,
					       u32 gen)
{
	size_t i;

	for (i = 0; i < LENGTH(endpoints); i++)
		if (endpoints[i].subnet->vni == vni && ether_addr_equal(endpoints[i].mac, mac))
			return &endpoints[i];
	return NULL;
}

struct alkaid_subnet *alkaid_subnet_lookup_vni(struct alkaid_tables *t, u32 vni, u32 gen)
{
	size_t i;

	for (i = 0; i < LENGTH(subnets); i++)
		if (subnets[i].vni == vni)
			return &subnets[i];
	return NULL;
}

/* As in kmod/table/route.c, which has the hash table of routes beside it. */
const struct alkaid_route *alkaid_route_select(const struct alkaid_subnet *subnet,
					       const struct in6_addr *addr, u32 gen)
{
	const struct alkaid_route *own = alkaid_trie_lookup(&subnet->routes, addr, gen);
	const struct alkaid_route *all = alkaid_trie_lookup(&subnet->vpc->routes, addr, gen);

	return !own || (all && all->key.len > own->key.len) ? all : own;
}
