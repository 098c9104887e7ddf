// SPDX-License-Identifier: GPL-2.0
/* Ports and neighbors: addresses in a subnet of a VPC. */
#include <string.h>

#include "log.h"
#include "translation.h"

static bool vpc_is(struct translation *t, struct result *r, const char *vpc_id,
		   const struct subnet *subnet)
{
	const struct vpc *vpc;

	if (!*vpc_id)
		return true;
	vpc = store_vpc(t->store, vpc_id);
	if (vpc && vpc->k.id == subnet->k.vpc)
		return true;
	refuse(r, STATUS(INVALID_ARG), "vpc_id: %s is not the VPC of subnet %s", QUOTE(vpc_id),
	       QUOTE(subnet->o.key));
	return false;
}

static bool addr_in_subnet(struct result *r, size_t i, const struct alk_addr *ip,
			   const struct subnet *subnet)
{
	char addr[ALK_ADDR_STRLEN], prefix[ALK_ADDR_STRLEN];
	size_t j;

	for (j = 0; j < subnet->k.n_prefixes; j++)
		if (prefix_has(&subnet->k.prefixes[j], ip))
			return true;
	refuse(r, STATUS(INVALID_ARG), "fixed_ips[%zu].ip_address: %s is not in %s of subnet %s",
	       i, alk_addr_print(ip, addr), alk_addr_print(&subnet->k.prefixes[0], prefix),
	       PLAIN(subnet->o.key));
	return false;
}

static void refuse_unknown(struct result *r, size_t i, const char *subnet_id)
{
	refuse(r, STATUS(FAILURE), "fixed_ips[%zu].subnet_id: unknown subnet %s", i,
	       QUOTE(subnet_id));
}

static bool resolve_port(struct translation *t, struct result *r, struct port *port)
{
	const Alcor__Schema__PortConfiguration *c = (const void *)r->config;
	const char *subnet_id = c->fixed_ips[0]->subnet_id;
	struct subnet *subnet = store_subnet(t->store, subnet_id);
	size_t i;

	if (!subnet) {
		refuse_unknown(r, 0, subnet_id);
		return false;
	}
	if (!vpc_is(t, r, c->vpc_id, subnet))
		return false;
	for (i = 0; i < port->k.n_ips; i++)
		if (!addr_in_subnet(r, i, &port->k.ips[i], subnet))
			return false;
	port->k.subnet = subnet->k.id;
	port->k.vpc = subnet->k.vpc;
	port->k.vni = subnet->k.vni;
	return true;
}

void set_port(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct port *port = (struct port *)r->object;
	struct port *before = store_port(t->store, port->o.key);

	if (before && before->o.id && strcmp(before->o.id, r->id)) {
		refuse(r, STATUS(FAILURE), "id: netdev %s belongs to port %s", port->k.ifname,
		       PLAIN(before->o.id));
		return;
	}
	if (out_of_order(r, (struct object *)before))
		return;
	/* Without a configuration it was resolved before and is bound anew. */
	if (r->config && !resolve_port(t, r, port))
		return;

	port->k.ifindex = port->admin_up ? t->host->netdev(port->k.ifname) : 0;
	r->status = STATUS(SUCCESS);
	if (port->admin_up && !port->k.ifindex)
		r->status = STATUS(PENDING);
	port_claims(port);
	use_subnet(t, port->k.subnet, cause);
	edit_set(t, cause, (struct object *)before);
}

void unset_port(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	char name[IFNAMSIZ];
	struct port *port;

	port_ifname(r->id, name);
	port = store_port(t->store, name);
	if (port && (!port->o.id || !strcmp(port->o.id, r->id)))
		edit_unset(t, cause, &port->o);
}

/* What is on this host is reached by its port. */
static bool resolve_neigh(struct translation *t, struct result *r, struct neigh *neigh, size_t i)
{
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;
	const Alcor__Schema__NeighborConfiguration__FixedIp *fixed = c->fixed_ips[i];
	struct subnet *subnet = store_subnet(t->store, fixed->subnet_id);
	struct address *address = &neigh->a[i];

	address->vpc = 0;
	address->subnet = 0;
	if (!subnet && fixed->neighbor_type == ALCOR__SCHEMA__NEIGHBOR_TYPE__L3) {
		wait_for(r, RESOURCE(SUBNET), fixed->subnet_id);
		return true;
	}
	if (!subnet) {
		refuse_unknown(r, i, fixed->subnet_id);
		return false;
	}
	if (!vpc_is(t, r, c->vpc_id, subnet) || !addr_in_subnet(r, i, &address->ip, subnet))
		return false;
	address->subnet = subnet->k.id;
	if (!host_is_local(t->host, &neigh->host))
		address->vpc = subnet->k.vpc;
	return true;
}

void set_neigh(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct neigh *neigh = (struct neigh *)r->object;
	struct object *before = store_find(t->store, RESOURCE(NEIGHBOR), r->id);
	size_t i;

	if (out_of_order(r, before))
		return;
	r->status = STATUS(SUCCESS);
	for (i = 0; i < neigh->o.n_addrs; i++)
		if (!resolve_neigh(t, r, neigh, i))
			return;
	for (i = 0; i < neigh->o.n_addrs; i++)
		use_subnet(t, neigh->a[i].subnet, cause);
	edit_set(t, cause, before);
}

void unset_neigh(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;
	struct neigh *neigh = store_neigh(t->store, r->id);
	struct subnet *subnet;
	struct object *owner;
	struct alk_addr ip;
	size_t i;

	if (neigh) {
		edit_unset(t, cause, &neigh->o);
		return;
	}
	/* Adopted neighbors have no Alcor id, but they may be named by address. */
	for (i = 0; i < c->n_fixed_ips; i++) {
		subnet = store_subnet(t->store, c->fixed_ips[i]->subnet_id);
		if (!subnet || !alk_addr_parse(c->fixed_ips[i]->ip_address, &ip))
			continue;
		owner = store_owner(t->store, subnet->k.vpc, &ip);
		if (owner && owner->type == RESOURCE(NEIGHBOR) && owner->adopted)
			edit_add(t, owner, NULL, cause, false);
	}
}
