// SPDX-License-Identifier: GPL-2.0
/* Objects of the kernel's tables, beside what is asked for. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "gateways.h"

static void key_addr(struct table_key *key, const struct alk_addr *addr)
{
	key->family = addr->family;
	key->len = addr->len;
	if (addr->family == AF_INET6)
		memcpy(key->addr, &addr->v6, sizeof(addr->v6));
	else
		memcpy(key->addr, &addr->v4, sizeof(addr->v4));
}

struct table_key table_key_of(const struct alk_change *change)
{
	struct table_key key;

	memset(&key, 0, sizeof(key));
	key.kind = change->kind;
	switch (change->kind) {
	case ALK_VPC:
		key.number = change->vpc->id;
		break;
	case ALK_SUBNET:
		key.number = change->subnet->id;
		break;
	case ALK_PORT:
		key.number = change->port->ifindex;
		break;
	case ALK_NEIGH:
		key.number = change->neigh->subnet;
		key_addr(&key, &change->neigh->ip);
		break;
	case ALK_ROUTE:
		key.number = change->route->vpc;
		key.subnet = change->route->subnet;
		key_addr(&key, &change->route->prefix);
		break;
	case ALK_GATEWAY:
		key.number = change->gateway->id;
		break;
	}
	return key;
}

guint table_key_hash(gconstpointer p)
{
	const struct table_key *key = p;
	guint hash = key->kind * 31 + key->number, i;

	hash = hash * 31 + key->subnet;
	for (i = 0; i < sizeof(key->addr); i++)
		hash = hash * 31 + key->addr[i];
	return hash * 31 + key->len;
}

gboolean table_key_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct table_key));
}

void table_text(const struct alk_change *change, char *buf, size_t size)
{
	char addr[ALK_ADDR_STRLEN];

	switch (change->kind) {
	case ALK_VPC:
		snprintf(buf, size, "vpc %u", change->vpc->id);
		break;
	case ALK_SUBNET:
		snprintf(buf, size, "subnet %u", change->subnet->id);
		break;
	case ALK_PORT:
		snprintf(buf, size, "port %.*s", IFNAMSIZ, change->port->ifname);
		break;
	case ALK_NEIGH:
		snprintf(buf, size, "neigh %s subnet %u",
			 alk_addr_print(&change->neigh->ip, addr), change->neigh->subnet);
		break;
	case ALK_ROUTE:
		snprintf(buf, size, "route %s vpc %u",
			 alk_addr_print(&change->route->prefix, addr), change->route->vpc);
		break;
	case ALK_GATEWAY:
		snprintf(buf, size, "gateway %u", change->gateway->id);
		break;
	}
}

static bool same_mac(const struct alk_mac *a, const struct alk_mac *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* The kernel lists addresses in an order of its own. */
static bool same_addrs(const struct alk_addr *a, size_t n_a, const struct alk_addr *b, size_t n_b)
{
	size_t i, j;

	if (n_a != n_b)
		return false;
	for (i = 0; i < n_a; i++) {
		for (j = 0; j < n_b; j++)
			if (alk_addr_equal(&a[i], &b[j]))
				break;
		if (j == n_b)
			return false;
	}
	return true;
}

static bool same_allow(const struct alk_allow *a, const struct alk_allow *b)
{
	return alk_addr_equal(&a->addr, &b->addr) && a->has_mac == b->has_mac &&
	       (!a->has_mac || same_mac(&a->mac, &b->mac));
}

static bool same_allows(const struct alk_port *a, const struct alk_port *b)
{
	size_t i, j;

	if (a->n_allow != b->n_allow)
		return false;
	for (i = 0; i < a->n_allow; i++) {
		for (j = 0; j < b->n_allow; j++)
			if (same_allow(&a->allow[i], &b->allow[j]))
				break;
		if (j == b->n_allow)
			return false;
	}
	return true;
}

static const char *vpc_differs(const struct alk_vpc *want, const struct alk_vpc *have)
{
	if (strcmp(want->name, have->name))
		return "name";
	if (want->gateway_group && want->gateway_group != have->gateway_group)
		return "gateway group";
	/* One that somebody has set by hand stays; one of a configuration file goes with it. */
	if (!want->gateway_group && gateway_is_configured(have->gateway_group))
		return "gateway group";
	if (want->gateway_group && want->miss != have->miss)
		return "miss policy";
	return NULL;
}

static const char *subnet_differs(const struct alk_subnet *want, const struct alk_subnet *have)
{
	if (want->vpc != have->vpc)
		return "VPC";
	if (want->vni != have->vni)
		return "VNI";
	if (want->encap != have->encap)
		return "encapsulation";
	if (!same_addrs(want->prefixes, want->n_prefixes, have->prefixes, have->n_prefixes))
		return "prefixes";
	if (!same_addrs(want->gateway_ips, want->n_gateway_ips, have->gateway_ips,
			have->n_gateway_ips))
		return "gateway addresses";
	if (!same_mac(&want->gateway_mac, &have->gateway_mac))
		return "gateway MAC";
	return NULL;
}

static const char *port_differs(const struct alk_port *want, const struct alk_port *have)
{
	if (want->subnet != have->subnet)
		return "subnet";
	if (!same_addrs(want->ips, want->n_ips, have->ips, have->n_ips))
		return "addresses";
	if (!same_mac(&want->mac, &have->mac))
		return "MAC";
	if (!same_allows(want, have))
		return "allowed sources";
	if (want->antispoof != have->antispoof)
		return "antispoof";
	return NULL;
}

const char *neigh_differs(const struct alk_neigh *want, const struct alk_neigh *have)
{
	if (!same_mac(&want->mac, &have->mac))
		return "MAC";
	if (!alk_addr_equal(&want->host, &have->host))
		return "host";
	return NULL;
}

static const char *route_differs(const struct alk_route *want, const struct alk_route *have)
{
	if (want->via.family != have->via.family ||
	    (want->via.family && !alk_addr_equal(&want->via, &have->via)))
		return "next hop";
	if (want->gateway_group != have->gateway_group)
		return "gateway group";
	if (want->blackhole != have->blackhole)
		return "type";
	return NULL;
}

static bool same_member(const struct alk_member *want, const struct alk_member *have)
{
	return alk_addr_equal(&want->ip, &have->ip) && same_mac(&want->mac, &have->mac) &&
	       (!want->weight || want->weight == have->weight);
}

/* The kernel does not tell keys. */
static const char *gateway_differs(const struct alk_gateway *want, const struct alk_gateway *have)
{
	size_t i, j;

	if (want->type != have->type)
		return "type";
	if (want->oam_port && want->oam_port != have->oam_port)
		return "OAM port";
	if (want->direct != have->direct)
		return "direct paths";
	if (want->bfd_interval != have->bfd_interval)
		return "BFD interval";
	if (want->bfd_multiplier && want->bfd_multiplier != have->bfd_multiplier)
		return "BFD multiplier";
	if (want->n_members != have->n_members)
		return "members";
	for (i = 0; i < want->n_members; i++) {
		for (j = 0; j < have->n_members; j++)
			if (same_member(&want->members[i], &have->members[j]))
				break;
		if (j == have->n_members)
			return "members";
	}
	return NULL;
}

const char *differs(const struct alk_change *want, const struct alk_change *have)
{
	switch (want->kind) {
	case ALK_VPC:
		return vpc_differs(want->vpc, have->vpc);
	case ALK_SUBNET:
		return subnet_differs(want->subnet, have->subnet);
	case ALK_PORT:
		return port_differs(want->port, have->port);
	case ALK_NEIGH:
		return neigh_differs(want->neigh, have->neigh);
	case ALK_ROUTE:
		return route_differs(want->route, have->route);
	case ALK_GATEWAY:
		return gateway_differs(want->gateway, have->gateway);
	}
	return NULL;
}
