// SPDX-License-Identifier: GPL-2.0
/* Routes: where a prefix of a VPC leads. */
#include <linux/slab.h>

#include "../compat.h"
#include "group.h"
#include "route.h"
#include "subnet.h"
#include "vpc.h"

const struct rhashtable_params alkaid_route_params = {
	.key_offset = offsetof(struct alkaid_route, key),
	.key_len = sizeof(struct alkaid_route_key),
	.head_offset = offsetof(struct alkaid_route, node),
	.automatic_shrinking = true,
};

static void alkaid_route_users(struct alkaid_tables *t,
			       const struct alkaid_route *route, int n)
{
	t->n_routes += n;
	if (route->group)
		route->group->users += n;
	if (route->subnet)
		route->subnet->users += n;
	else
		route->vpc->users += n;
}

static void alkaid_route_hold(struct alkaid_tables *t, void *obj)
{
	alkaid_route_users(t, obj, 1);
}

static void alkaid_route_release(struct alkaid_tables *t, void *obj)
{
	alkaid_route_users(t, obj, -1);
}

/* Where readers look for it. */
static struct alkaid_trie *alkaid_route_trie(struct alkaid_route *route)
{
	return route->key.subnet ? &route->subnet->routes : &route->vpc->routes;
}

static void alkaid_route_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_route *route = obj;

	rhltable_remove(&t->routes, &route->node, alkaid_route_params);
	alkaid_trie_remove(alkaid_route_trie(route), route);
}

static void alkaid_route_free(struct alkaid_tables *t, void *obj)
{
	kfree(obj);
}

const struct alkaid_kind alkaid_route_kind = {
	.name = "route",
	.gen = offsetof(struct alkaid_route, gen),
	.size = sizeof(struct alkaid_route),
	.hold = alkaid_route_hold,
	.release = alkaid_route_release,
	.unlink = alkaid_route_unlink,
	.free = alkaid_route_free,
};

/* What is made with a subnet goes with it, and does not hold it. */
static const struct alkaid_kind alkaid_route_subnet_kind = {
	.name = "prefix",
	.gen = offsetof(struct alkaid_route, gen),
	.size = sizeof(struct alkaid_route),
	.derived = true,
	.unlink = alkaid_route_unlink,
	.free = alkaid_route_free,
};

/**
 * alkaid_route_select() - the route that a frame takes
 * @subnet: subnet that it came from
 * @addr: its destination
 * @gen: generation
 *
 * The longest prefix of those for the subnet and those for all of the VPC; of
 * two of one length the subnet's own.
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
const struct alkaid_route *alkaid_route_select(const struct alkaid_subnet *subnet,
					       const struct in6_addr *addr,
					       u32 gen)
{
	const struct alkaid_route *own, *all;

	own = alkaid_trie_lookup(&subnet->routes, addr, gen);
	all = alkaid_trie_lookup(&subnet->vpc->routes, addr, gen);
	if (!own || (all && all->key.len > own->key.len))
		return all;
	return own;
}

static struct alkaid_route *alkaid_route_find(struct alkaid_tables *t,
					      const struct alkaid_route_key *key,
					      bool of_subnet, u32 gen)
{
	struct alkaid_route *route, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->routes, key, alkaid_route_params);
	rhl_for_each_entry_rcu(route, pos, list, node) {
		bool implied = route->type == ALKAID_ROUTE_SUBNET;

		if (implied == of_subnet &&
		    alkaid_gen_visible(&route->gen, gen)) {
			found = route;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_route_lookup() - find a route, but for those made with a subnet
 * @t: tables
 * @key: key
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_route *alkaid_route_lookup(struct alkaid_tables *t,
					 const struct alkaid_route_key *key,
					 u32 gen)
{
	return alkaid_route_find(t, key, false, gen);
}

/* The caller has set the key, the type, and where it leads. */
static int alkaid_route_add(struct alkaid_tables *t,
			    const struct alkaid_kind *kind,
			    struct alkaid_route *route,
			    struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_born(t, kind, route, extack);

	if (err) {
		kfree(route);
		return err;
	}
	err = alkaid_tables_insert(&t->routes, &route->node,
				   alkaid_route_params);
	return err ?: alkaid_trie_insert(alkaid_route_trie(route), route);
}

/**
 * struct alkaid_route_overlap - what a prefix of a subnet must not meet
 * @gen: generation
 * @subnet: id of the subnet
 */
struct alkaid_route_overlap {
	u32 gen;
	u32 subnet;
};

static bool alkaid_route_is_other_subnet(const struct alkaid_route *route,
					 const void *arg)
{
	const struct alkaid_route_overlap *overlap = arg;

	return route->type == ALKAID_ROUTE_SUBNET &&
	       route->subnet->id != overlap->subnet &&
	       alkaid_gen_visible(&route->gen, overlap->gen);
}

/**
 * alkaid_route_check_prefix() - whether a subnet may have a prefix
 * @vpc: its VPC
 * @subnet: its id
 * @prefix: prefix
 * @gen: generation
 * @extack: reason of a refusal
 *
 * Context: the tables' lock.
 * Return: 0 or -EEXIST.
 */
int alkaid_route_check_prefix(struct alkaid_vpc *vpc, u32 subnet,
			      const struct alkaid_prefix *prefix, u32 gen,
			      struct netlink_ext_ack *extack)
{
	const struct alkaid_route_overlap overlap = {
		.gen = gen,
		.subnet = subnet,
	};
	const struct alkaid_route *other;
	char mine[ALKAID_PREFIX_TEXT], theirs[ALKAID_PREFIX_TEXT];
	struct alkaid_prefix taken;

	other = alkaid_trie_overlap(&vpc->routes, prefix,
				    alkaid_route_is_other_subnet, &overlap);
	if (!other)
		return 0;
	taken.addr = other->key.addr;
	taken.len = other->key.len;
	alkaid_extack_fmt(extack, "%s overlaps %s of subnet %u",
			  alkaid_prefix_text(prefix, mine),
			  alkaid_prefix_text(&taken, theirs),
			  other->subnet->id);
	return -EEXIST;
}

static struct alkaid_route_key
alkaid_route_prefix_key(const struct alkaid_subnet *subnet,
			const struct alkaid_prefix *prefix)
{
	return (struct alkaid_route_key) {
		.vpc = subnet->vpc->id,
		.addr = prefix->addr,
		.len = prefix->len,
	};
}

/**
 * alkaid_route_add_prefix() - prepare the route to a subnet's addresses
 * @t: tables, locked
 * @subnet: subnet
 * @prefix: one of its prefixes
 * @extack: reason of a refusal
 *
 * Return: 0 or -ENOMEM; the caller then ends with a rollback.
 */
int alkaid_route_add_prefix(struct alkaid_tables *t,
			    struct alkaid_subnet *subnet,
			    const struct alkaid_prefix *prefix,
			    struct netlink_ext_ack *extack)
{
	const struct alkaid_route_key key =
		alkaid_route_prefix_key(subnet, prefix);
	struct alkaid_route *route;

	/* A prefix given twice is one. */
	if (alkaid_route_find(t, &key, true, alkaid_tables_next(t)))
		return 0;
	route = kzalloc(sizeof(*route), GFP_KERNEL_ACCOUNT);
	if (!route)
		return -ENOMEM;
	route->type = ALKAID_ROUTE_SUBNET;
	route->key = key;
	route->vpc = subnet->vpc;
	route->subnet = subnet;
	return alkaid_route_add(t, &alkaid_route_subnet_kind, route, extack);
}

/**
 * alkaid_route_del_prefix() - prepare the end of the route to a subnet's addresses
 * @t: tables, locked
 * @subnet: subnet
 * @prefix: one of its prefixes
 * @extack: reason of a refusal
 *
 * Return: 0 or -ENOMEM.
 */
int alkaid_route_del_prefix(struct alkaid_tables *t,
			    struct alkaid_subnet *subnet,
			    const struct alkaid_prefix *prefix,
			    struct netlink_ext_ack *extack)
{
	const struct alkaid_route_key key =
		alkaid_route_prefix_key(subnet, prefix);
	struct alkaid_route *route;

	route = alkaid_route_find(t, &key, true, alkaid_tables_next(t));
	if (!route)
		return 0;
	return alkaid_txn_dies(t, &alkaid_route_subnet_kind, route, extack);
}

static bool alkaid_route_is_subnet(const struct alkaid_route *route,
				   const void *arg)
{
	return route->type == ALKAID_ROUTE_SUBNET &&
	       alkaid_gen_visible(&route->gen, *(const u32 *)arg);
}

static int alkaid_route_check(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			      const struct alkaid_route_cfg *cfg,
			      struct netlink_ext_ack *extack)
{
	const struct alkaid_prefix via = { .addr = cfg->via, .len = 128 };
	u32 next = alkaid_tables_next(t);
	char text[ALKAID_ADDR_TEXT];
	struct in6_addr net;

	ipv6_addr_prefix(&net, &cfg->key.addr, cfg->key.len);
	if (!ipv6_addr_equal(&net, &cfg->key.addr)) {
		NL_SET_ERR_MSG(extack, "prefix has bits set beyond its length");
		return -EINVAL;
	}
	if (cfg->type == ALKAID_ROUTE_GROUP &&
	    !alkaid_group_lookup(t, cfg->group_id, next)) {
		alkaid_extack_fmt(extack, "gateway %u does not exist",
				  cfg->group_id);
		return -ENOENT;
	}
	if (cfg->type != ALKAID_ROUTE_VIA)
		return 0;
	if (alkaid_addr_is_v4(&cfg->via) != alkaid_addr_is_v4(&cfg->key.addr)) {
		NL_SET_ERR_MSG(extack,
			       "prefix and via are not of one address family");
		return -EINVAL;
	}
	if (!alkaid_trie_overlap(&vpc->routes, &via, alkaid_route_is_subnet,
				 &next)) {
		alkaid_extack_fmt(extack, "via %s is in no subnet of vpc %u",
				  alkaid_addr_text(&cfg->via, text), vpc->id);
		return -EINVAL;
	}
	return 0;
}

/* The VPC and the subnet that a key names; @subnet is NULL if it names none. */
static int alkaid_route_scope(struct alkaid_tables *t,
			      const struct alkaid_route_key *key,
			      struct alkaid_vpc **vpc,
			      struct alkaid_subnet **subnet,
			      struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);

	*subnet = NULL;
	*vpc = alkaid_vpc_lookup(t, key->vpc, next);
	if (!*vpc) {
		alkaid_extack_fmt(extack, "vpc %u does not exist", key->vpc);
		return -ENOENT;
	}
	if (!key->subnet)
		return 0;
	*subnet = alkaid_subnet_lookup(t, key->subnet, next);
	if (!*subnet) {
		alkaid_extack_fmt(extack, "subnet %u does not exist",
				  key->subnet);
		return -ENOENT;
	}
	if ((*subnet)->vpc != *vpc) {
		alkaid_extack_fmt(extack, "subnet %u is of vpc %u, not of vpc %u",
				  key->subnet, (*subnet)->vpc->id, key->vpc);
		return -EINVAL;
	}
	return 0;
}

/**
 * alkaid_route_new() - prepare a route or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @cfg: what it is to be
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * The next hop may have no endpoint yet, or none any more: frames are dropped
 * with a reason while it has none.
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback.
 */
int alkaid_route_new(struct alkaid_tables *t,
		     const struct alkaid_route_cfg *cfg, enum alkaid_new mode,
		     struct netlink_ext_ack *extack)
{
	struct alkaid_subnet *subnet;
	struct alkaid_route *route, *old;
	struct alkaid_vpc *vpc;
	int err;

	err = alkaid_route_scope(t, &cfg->key, &vpc, &subnet, extack);
	if (err)
		return err;
	old = alkaid_route_lookup(t, &cfg->key, alkaid_tables_next(t));
	err = alkaid_new_check(mode, "route", old, extack);
	if (!err)
		err = alkaid_route_check(t, vpc, cfg, extack);
	if (!err && old)
		err = alkaid_txn_dies(t, &alkaid_route_kind, old, extack);
	if (err)
		return err;
	if (t->n_routes >= ALKAID_ROUTES_MAX) {
		NL_SET_ERR_MSG(extack, "the device has its most routes");
		return -ENOSPC;
	}
	route = kzalloc(sizeof(*route), GFP_KERNEL_ACCOUNT);
	if (!route)
		return -ENOMEM;
	route->type = cfg->type;
	route->key = cfg->key;
	route->via = cfg->via;
	if (cfg->type == ALKAID_ROUTE_GROUP)
		route->group = alkaid_group_lookup(t, cfg->group_id,
						   alkaid_tables_next(t));
	route->vpc = vpc;
	route->subnet = subnet;
	return alkaid_route_add(t, &alkaid_route_kind, route, extack);
}

/**
 * alkaid_route_del() - prepare the deletion of a route
 * @t: tables, locked by alkaid_txn_enter()
 * @key: key
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int alkaid_route_del(struct alkaid_tables *t,
		     const struct alkaid_route_key *key,
		     struct netlink_ext_ack *extack)
{
	struct alkaid_route *route =
		alkaid_route_lookup(t, key, alkaid_tables_next(t));

	if (!route) {
		NL_SET_ERR_MSG(extack, "no such route");
		return -ENOENT;
	}
	return alkaid_txn_dies(t, &alkaid_route_kind, route, extack);
}

/**
 * alkaid_route_destroy() - free a route with its table
 * @ptr: the route
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_route_destroy(void *ptr, void *arg)
{
	alkaid_route_free(arg, ptr);
}
