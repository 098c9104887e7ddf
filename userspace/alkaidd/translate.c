// SPDX-License-Identifier: GPL-2.0
/* What a push means for the store: references resolved, addresses given out. */
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

struct translation {
	struct store *store;
	const struct host *host;
	struct push *push;
	bool again;	/* a resource was refused that others counted on */
};

static struct edit *edit_add(struct translation *t, struct object *before,
			     struct object *after, size_t cause, bool side)
{
	struct push *push = t->push;

	if (push->n_edits == push->max_edits) {
		push->max_edits = push->max_edits ? push->max_edits * 2 : 64;
		push->edits = xrealloc(push->edits, push->max_edits, sizeof(*push->edits));
	}
	if (before) {
		store_release_all(t->store, before);
		store_remove(t->store, before);
	}
	if (after) {
		after->fresh = true;
		store_insert(t->store, after);
	}
	push->edits[push->n_edits] = (struct edit){ before, after, cause, side };
	return &push->edits[push->n_edits++];
}

static bool live(const struct result *r, enum action action, Alcor__Schema__ResourceType type)
{
	return r->action == action && r->type == type && !refused(r);
}

/* VPCs. */

static void set_vpc(struct translation *t, size_t cause)
{
	struct vpc *vpc = (struct vpc *)t->push->results[cause].object;
	struct vpc *before = store_vpc(t->store, vpc->o.key);

	/* The kernel may have kept less of a long id than there is. */
	if (!before) {
		before = store_vpc(t->store, vpc->k.name);
		if (before && !before->o.adopted)
			before = NULL;
	}
	/* Kept over rounds, so that the numbers stay dense. */
	if (before)
		vpc->k.id = before->k.id;
	else if (!vpc->k.id)
		vpc->k.id = ++t->store->last_vpc;
	if (before) {
		vpc->k.miss = before->k.miss;
		vpc->k.gateway_group = before->k.gateway_group;
	}
	edit_add(t, (struct object *)before, &vpc->o, cause, false);
}

struct user {
	uint32_t id;		/* of the VPC or the subnet in question */
	const struct object *o;
};

static bool subnet_uses_vpc(struct object *o, void *arg)
{
	struct user *user = arg;

	if (((struct subnet *)o)->k.vpc != user->id)
		return false;
	user->o = o;
	return true;
}

static bool port_uses_subnet(struct object *o, void *arg)
{
	struct user *user = arg;

	if (((struct port *)o)->k.subnet != user->id)
		return false;
	user->o = o;
	return true;
}

static bool neigh_uses_subnet(struct object *o, void *arg)
{
	struct neigh *neigh = (struct neigh *)o;
	struct user *user = arg;
	size_t i;

	for (i = 0; i < neigh->n; i++) {
		if (neigh->k[i].subnet == user->id) {
			user->o = o;
			return true;
		}
	}
	return false;
}

static void unset_vpc(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct vpc *vpc = store_vpc(t->store, r->id);
	struct user user = {};

	if (!vpc)
		return;
	user.id = vpc->k.id;
	store_each(t->store, ALK_SUBNET, subnet_uses_vpc, &user);
	if (user.o)
		refuse(r, STATUS(FAILURE), "id: in use by subnet %s", PLAIN(user.o->key));
	else
		edit_add(t, &vpc->o, NULL, cause, false);
}

/* Subnets. */

struct twin {
	const struct alk_subnet *k;
	struct subnet *found;
};

static bool is_twin(struct object *o, void *arg)
{
	struct subnet *subnet = (struct subnet *)o;
	struct twin *twin = arg;

	if (!o->adopted || subnet->k.vpc != twin->k->vpc || subnet->k.vni != twin->k->vni ||
	    !subnet->k.n_prefixes ||
	    !alk_addr_equal(&subnet->k.prefixes[0], &twin->k->prefixes[0]))
		return false;
	twin->found = subnet;
	return true;
}

/* The kernel does not keep a subnet's Alcor id: an adopted one is known by its content. */
static struct subnet *adopted_twin(struct translation *t, const struct alk_subnet *k)
{
	struct twin twin = { .k = k };

	store_each(t->store, ALK_SUBNET, is_twin, &twin);
	return twin.found;
}

static void set_subnet(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	const Alcor__Schema__SubnetConfiguration *c = r->config;
	struct subnet *subnet = (struct subnet *)r->object, *before;
	struct vpc *vpc = store_vpc(t->store, c->vpc_id);

	if (!vpc) {
		refuse(r, STATUS(FAILURE), "vpc_id: unknown VPC %s", QUOTE(c->vpc_id));
		return;
	}
	before = store_subnet(t->store, r->id);
	if (before && before->k.vpc != vpc->k.id) {
		refuse(r, STATUS(FAILURE), "vpc_id: the subnet belongs to another VPC");
		return;
	}
	subnet->k.vpc = vpc->k.id;
	if (!before)
		before = adopted_twin(t, &subnet->k);
	if (before)
		subnet->k.id = before->k.id;
	else if (!subnet->k.id)
		subnet->k.id = ++t->store->last_subnet;
	edit_add(t, (struct object *)before, &subnet->o, cause, false);
}

static void unset_subnet(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct subnet *subnet = store_subnet(t->store, r->id);
	struct user user = {};

	if (!subnet)
		return;
	user.id = subnet->k.id;
	store_each(t->store, ALK_PORT, port_uses_subnet, &user);
	if (!user.o)
		store_each(t->store, ALK_NEIGH, neigh_uses_subnet, &user);
	if (!user.o)
		edit_add(t, &subnet->o, NULL, cause, false);
	else
		refuse(r, STATUS(FAILURE), "id: in use by %s %s",
		       user.o->kind == ALK_PORT ? "port" : "neighbor",
		       PLAIN(user.o->id ? user.o->id : user.o->key));
}

/* What ports and neighbors have in common: an address in a subnet of a VPC. */

static struct subnet *resolve_subnet(struct translation *t, struct result *r, size_t i,
				     const char *subnet_id, const char *vpc_id)
{
	struct subnet *subnet = store_subnet(t->store, subnet_id);
	struct vpc *vpc;

	if (!subnet) {
		refuse(r, STATUS(FAILURE), "fixed_ips[%zu].subnet_id: unknown subnet %s", i,
		       QUOTE(subnet_id));
		return NULL;
	}
	vpc = *vpc_id ? store_vpc(t->store, vpc_id) : NULL;
	if (*vpc_id && (!vpc || vpc->k.id != subnet->k.vpc)) {
		refuse(r, STATUS(INVALID_ARG), "vpc_id: %s is not the VPC of subnet %s",
		       QUOTE(vpc_id), QUOTE(subnet_id));
		return NULL;
	}
	return subnet;
}

static bool addr_in_subnet(struct result *r, size_t i, const struct alk_addr *ip,
			   const struct subnet *subnet)
{
	char addr[ALK_ADDR_STRLEN], prefix[ALK_ADDR_STRLEN];

	if (prefix_has(&subnet->k.prefixes[0], ip))
		return true;
	refuse(r, STATUS(INVALID_ARG), "fixed_ips[%zu].ip_address: %s is not in %s of subnet %s",
	       i, alk_addr_print(ip, addr), alk_addr_print(&subnet->k.prefixes[0], prefix),
	       PLAIN(subnet->o.key));
	return false;
}

/* Ports. */

static bool resolve_port(struct translation *t, struct result *r, struct port *port)
{
	const Alcor__Schema__PortConfiguration *c = r->config;
	struct subnet *subnet;
	size_t i;

	subnet = resolve_subnet(t, r, 0, c->fixed_ips[0]->subnet_id, c->vpc_id);
	if (!subnet)
		return false;
	for (i = 0; i < port->k.n_ips; i++)
		if (!addr_in_subnet(r, i, &port->k.ips[i], subnet))
			return false;
	port->k.subnet = subnet->k.id;
	port->k.vpc = subnet->k.vpc;
	port->k.vni = subnet->k.vni;
	return true;
}

static void set_port(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct port *port = (struct port *)r->object;
	struct port *before = store_port(t->store, port->o.key);

	if (before && before->o.id && strcmp(before->o.id, r->id)) {
		refuse(r, STATUS(FAILURE), "id: netdev %s belongs to port %s", port->k.ifname,
		       PLAIN(before->o.id));
		return;
	}
	/* Without a configuration it was resolved before and is bound anew. */
	if (r->config && !resolve_port(t, r, port))
		return;

	port->k.ifindex = port->admin_up ? t->host->netdev(port->k.ifname) : 0;
	r->status = STATUS(SUCCESS);
	if (port->admin_up && !port->k.ifindex)
		r->status = STATUS(PENDING);
	edit_add(t, (struct object *)before, &port->o, cause, false);
}

static void unset_port(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	char name[IFNAMSIZ];
	struct port *port;

	port_ifname(r->id, name);
	port = store_port(t->store, name);
	if (port && (!port->o.id || !strcmp(port->o.id, r->id)))
		edit_add(t, &port->o, NULL, cause, false);
}

/* Neighbors. */

static void set_neigh(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	const Alcor__Schema__NeighborConfiguration *c = r->config;
	struct neigh *neigh = (struct neigh *)r->object;
	bool local = alk_addr_equal(&neigh->k[0].host, &t->host->local);
	size_t i;

	/* An earlier round may have taken the addresses away. */
	neigh->n = c->n_fixed_ips;
	for (i = 0; i < neigh->n; i++) {
		struct subnet *subnet = resolve_subnet(t, r, i, c->fixed_ips[i]->subnet_id,
						       c->vpc_id);

		if (!subnet || !addr_in_subnet(r, i, &neigh->k[i].ip, subnet))
			return;
		neigh->k[i].subnet = subnet->k.id;
		neigh->k[i].vpc = subnet->k.vpc;
		neigh->k[i].vni = subnet->k.vni;
	}
	/* What is on this host is reached by its port. */
	if (local)
		neigh->n = 0;
	edit_add(t, (struct object *)store_neigh(t->store, r->id), &neigh->o, cause, false);
}

static void unset_neigh(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	const Alcor__Schema__NeighborConfiguration *c = r->config;
	struct neigh *neigh = store_neigh(t->store, r->id);
	struct subnet *subnet;
	struct object *owner;
	struct alk_addr ip;
	size_t i;

	if (neigh) {
		edit_add(t, &neigh->o, NULL, cause, false);
		return;
	}
	/* Adopted neighbors have no Alcor id, but they may be named by address. */
	for (i = 0; i < c->n_fixed_ips; i++) {
		subnet = store_subnet(t->store, c->fixed_ips[i]->subnet_id);
		if (!subnet || !alk_addr_parse(c->fixed_ips[i]->ip_address, &ip))
			continue;
		owner = store_owner(t->store, subnet->k.vpc, &ip);
		if (owner && owner->kind == ALK_NEIGH && owner->adopted)
			edit_add(t, owner, NULL, cause, false);
	}
}

/* Addresses. */

static void neigh_drop(struct neigh *neigh, uint32_t vpc, const struct alk_addr *ip)
{
	size_t i;

	for (i = 0; i < neigh->n; i++) {
		if (neigh->k[i].vpc == vpc && alk_addr_equal(&neigh->k[i].ip, ip)) {
			neigh->k[i] = neigh->k[--neigh->n];
			return;
		}
	}
}

/*
 * An address that a neighbor of an earlier push has is taken from it: its
 * workload went, and the message that says so is late or was lost.
 */
static void evict(struct translation *t, struct neigh *owner, uint32_t vpc,
		  const struct alk_addr *ip, size_t cause)
{
	struct neigh *copy = neigh_copy(owner);

	neigh_drop(copy, vpc, ip);
	copy->trimmed = true;
	edit_add(t, &owner->o, &copy->o, cause, true);
	store_claim_all(t->store, &copy->o);
}

static bool claim(struct translation *t, struct edit *edit, size_t i)
{
	struct result *r = &t->push->results[edit->cause];
	const size_t cause = edit->cause;
	struct object *o = edit->after, *owner;
	const struct alk_addr *ip;
	char addr[ALK_ADDR_STRLEN];
	uint32_t vpc;

	ip = object_addr(o, i, &vpc);
	owner = store_owner(t->store, vpc, ip);
	if (owner && owner->kind == ALK_NEIGH && ((struct neigh *)owner)->trimmed) {
		store_release_all(t->store, owner);
		neigh_drop((struct neigh *)owner, vpc, ip);
		store_claim_all(t->store, owner);
	} else if (owner && owner->kind == ALK_NEIGH && !owner->fresh) {
		evict(t, (struct neigh *)owner, vpc, ip, cause);
	} else if (owner) {
		refuse(r, STATUS(FAILURE), "fixed_ips[%zu].ip_address: %s belongs to %s %s", i,
		       alk_addr_print(ip, addr), owner->kind == ALK_PORT ? "port" : "neighbor",
		       PLAIN(owner->id ? owner->id : owner->key));
		return false;
	}
	store_claim(t->store, vpc, ip, o);
	return true;
}

static void claim_addresses(struct translation *t)
{
	const size_t n = t->push->n_edits;	/* evictions come on top */
	size_t i, j;

	for (i = 0; i < n; i++) {
		struct object *after = t->push->edits[i].after;

		for (j = 0; after && j < object_addrs(after); j++) {
			/* The array may move while an eviction is added. */
			struct edit edit = t->push->edits[i];

			if (!claim(t, &edit, j)) {
				t->again = true;
				break;
			}
		}
	}
}

static void each(struct translation *t, enum action action, Alcor__Schema__ResourceType type,
		 void (*fn)(struct translation *t, size_t cause))
{
	size_t i;

	for (i = 0; i < t->push->n_results; i++)
		if (live(&t->push->results[i], action, type))
			fn(t, i);
}

bool translate(struct store *store, const struct host *host, struct push *push)
{
	struct translation t = { .store = store, .host = host, .push = push };

	push->n_edits = 0;
	each(&t, ACTION_SET, RESOURCE(VPC), set_vpc);
	each(&t, ACTION_SET, RESOURCE(SUBNET), set_subnet);
	each(&t, ACTION_UNSET, RESOURCE(NEIGHBOR), unset_neigh);
	each(&t, ACTION_UNSET, RESOURCE(PORT), unset_port);
	each(&t, ACTION_SET, RESOURCE(PORT), set_port);
	each(&t, ACTION_SET, RESOURCE(NEIGHBOR), set_neigh);
	claim_addresses(&t);
	each(&t, ACTION_UNSET, RESOURCE(SUBNET), unset_subnet);
	each(&t, ACTION_UNSET, RESOURCE(VPC), unset_vpc);
	return !t.again;
}

void translate_undo(struct store *store, struct push *push)
{
	size_t i = push->n_edits;

	/* Objects first, in reverse, since a copy may have replaced a copy. */
	while (i--) {
		struct edit *edit = &push->edits[i];

		if (edit->after) {
			store_release_all(store, edit->after);
			store_remove(store, edit->after);
			if (edit->side)
				object_free(edit->after);
		}
		if (edit->before)
			store_insert(store, edit->before);
	}
	for (i = 0; i < push->n_edits; i++)
		if (push->edits[i].before)
			store_claim_all(store, push->edits[i].before);
	push->n_edits = 0;
}

void translate_keep(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_edits; i++) {
		struct edit *edit = &push->edits[i];

		object_free(edit->before);
		if (!edit->after)
			continue;
		edit->after->fresh = false;
		if (edit->after->kind == ALK_NEIGH)
			((struct neigh *)edit->after)->trimmed = false;
		if (!edit->side)
			push->results[edit->cause].object = NULL;
	}
	push->n_edits = 0;
}
