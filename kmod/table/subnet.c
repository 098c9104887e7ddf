// SPDX-License-Identifier: GPL-2.0
/* Subnets: L2 segments of a VPC. */
#include <linux/slab.h>

#include "../compat.h"
#include "endpoint.h"
#include "hash.h"
#include "route.h"
#include "subnet.h"
#include "vpc.h"

const struct rhashtable_params alkaid_subnet_params = {
	.key_offset = offsetof(struct alkaid_subnet, id),
	.key_len = sizeof_field(struct alkaid_subnet, id),
	.head_offset = offsetof(struct alkaid_subnet, node),
	.automatic_shrinking = true,
};

static u32 alkaid_vni_hash(const void *data, u32 len, u32 seed)
{
	return alkaid_hash_mix(alkaid_hash_begin(*(const u32 *)data, seed));
}

static int alkaid_vni_compare(struct rhashtable_compare_arg *arg,
			      const void *obj)
{
	return ((const struct alkaid_subnet *)obj)->vni !=
	       *(const u32 *)arg->key;
}

const struct rhashtable_params alkaid_subnet_vni_params = {
	.key_offset = offsetof(struct alkaid_subnet, vni),
	.key_len = sizeof_field(struct alkaid_subnet, vni),
	.head_offset = offsetof(struct alkaid_subnet, vni_node),
	.hashfn = alkaid_vni_hash,
	.obj_cmpfn = alkaid_vni_compare,
	.automatic_shrinking = true,
};

static void alkaid_subnet_hold(struct alkaid_tables *t, void *obj)
{
	struct alkaid_subnet *subnet = obj;

	t->n_subnets++;
	subnet->vpc->users++;
}

static void alkaid_subnet_release(struct alkaid_tables *t, void *obj)
{
	struct alkaid_subnet *subnet = obj;

	t->n_subnets--;
	subnet->vpc->users--;
}

static void alkaid_subnet_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_subnet *subnet = obj;

	rhltable_remove(&t->subnets, &subnet->node, alkaid_subnet_params);
	rhltable_remove(&t->subnets_by_vni, &subnet->vni_node,
			alkaid_subnet_vni_params);
	alkaid_flows_end_subnet(t, subnet);
}

static void alkaid_subnet_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_subnet *subnet = obj;
	struct alkaid_rev *rev;

	while ((rev = rcu_dereference_protected(subnet->rev, 1))) {
		alkaid_rev_unlink(&subnet->rev, rev);
		kfree(container_of(rev, struct alkaid_subnet_rev, rev));
	}
	alkaid_trie_destroy(&subnet->routes);
	kfree(subnet);
}

static void alkaid_subnet_tell_users(struct alkaid_tables *t, const void *obj,
				     struct netlink_ext_ack *extack)
{
	const struct alkaid_subnet *subnet = obj;

	alkaid_extack_fmt(extack,
			  "subnet %u is used by %u ports, neighbors and routes",
			  subnet->id, subnet->users);
}

const struct alkaid_kind alkaid_subnet_kind = {
	.name = "subnet",
	.gen = offsetof(struct alkaid_subnet, gen),
	.size = sizeof(struct alkaid_subnet) + sizeof(struct alkaid_subnet_rev),
	.users = offsetof(struct alkaid_subnet, users),
	.tell_users = alkaid_subnet_tell_users,
	.hold = alkaid_subnet_hold,
	.release = alkaid_subnet_release,
	.unlink = alkaid_subnet_unlink,
	.free = alkaid_subnet_free,
};

static void alkaid_subnet_rev_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_subnet_rev *rev = obj;

	alkaid_rev_unlink(&rev->subnet->rev, &rev->rev);
}

const struct alkaid_kind alkaid_subnet_rev_kind = {
	.name = "subnet",
	.gen = offsetof(struct alkaid_subnet_rev, rev.gen),
	.size = sizeof(struct alkaid_subnet_rev),
	.unlink = alkaid_subnet_rev_unlink,
	.free = alkaid_rev_free,
};

/**
 * alkaid_subnet_lookup() - find a subnet
 * @t: tables
 * @id: key
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_subnet *alkaid_subnet_lookup(struct alkaid_tables *t, u32 id,
					   u32 gen)
{
	struct alkaid_subnet *subnet, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->subnets, &id, alkaid_subnet_params);
	rhl_for_each_entry_rcu(subnet, pos, list, node) {
		if (alkaid_gen_visible(&subnet->gen, gen)) {
			found = subnet;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_subnet_lookup_vni() - find a subnet that has a VNI
 * @t: tables
 * @vni: VXLAN network identifier
 * @gen: generation
 *
 * Subnets may share a VNI, but all of them are of one VPC.
 *
 * Context: RCU read side, or the tables' lock.
 * Return: any one of them, or NULL; valid while the caller holds either.
 */
struct alkaid_subnet *__flatten
alkaid_subnet_lookup_vni(struct alkaid_tables *t, u32 vni, u32 gen)
{
	struct alkaid_subnet *subnet, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->subnets_by_vni, &vni,
			       alkaid_subnet_vni_params);
	rhl_for_each_entry_rcu(subnet, pos, list, vni_node) {
		if (likely(alkaid_gen_visible(&subnet->gen, gen))) {
			found = subnet;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/* A gateway takes over nobody's address in the VPC, nor a port's MAC. */
static int alkaid_subnet_check_taken(struct alkaid_tables *t,
				     const struct alkaid_subnet_cfg *cfg,
				     struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	char text[ALKAID_ADDR_TEXT];
	struct alkaid_endpoint *ep;
	int i;

	for (i = 0; i < cfg->n_gateway_ips; i++) {
		ep = alkaid_endpoint_by_ip(t, cfg->vpc, &cfg->gateway_ips[i],
					   next);
		if (!ep)
			continue;
		alkaid_extack_fmt(extack, "gateway-ip %s is %s's in subnet %u",
				  alkaid_addr_text(&cfg->gateway_ips[i], text),
				  alkaid_endpoint_name(ep), ep->subnet->id);
		return -EEXIST;
	}
	ep = alkaid_endpoint_local_by_mac(t, cfg->vni, cfg->gateway_mac, next);
	if (ep) {
		alkaid_extack_fmt(extack, "gateway-mac %pM is %s's in subnet %u",
				  cfg->gateway_mac, alkaid_endpoint_name(ep),
				  ep->subnet->id);
		return -EEXIST;
	}
	return 0;
}

/* A frame from the tunnel has the VNI only: it must lead to one VPC. */
static int alkaid_subnet_check_vni(struct alkaid_tables *t,
				   const struct alkaid_subnet_cfg *cfg,
				   struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct rhlist_head *pos, *list;
	struct alkaid_subnet *other;
	int err = 0;

	rcu_read_lock();
	list = rhltable_lookup(&t->subnets_by_vni, &cfg->vni,
			       alkaid_subnet_vni_params);
	rhl_for_each_entry_rcu(other, pos, list, vni_node) {
		if (other->id == cfg->id || other->vpc->id == cfg->vpc ||
		    !alkaid_gen_visible(&other->gen, next))
			continue;
		alkaid_extack_fmt(extack, "vni %u belongs to subnet %u of vpc %u",
				  cfg->vni, other->id, other->vpc->id);
		err = -EEXIST;
		break;
	}
	rcu_read_unlock();
	return err;
}

static int alkaid_subnet_check(struct alkaid_tables *t,
			       const struct alkaid_subnet_cfg *cfg,
			       struct netlink_ext_ack *extack)
{
	int err;

	if (!cfg->vni || cfg->vni > ALKAID_VNI_MAX) {
		alkaid_extack_fmt(extack, "vni %u is not in 1 to %u", cfg->vni,
				  ALKAID_VNI_MAX);
		return -ERANGE;
	}
	err = alkaid_subnet_check_addrs(cfg, extack);
	if (err)
		return err;
	err = alkaid_subnet_check_vni(t, cfg, extack);
	return err ?: alkaid_subnet_check_taken(t, cfg, extack);
}

static struct alkaid_subnet_rev *
alkaid_subnet_rev_alloc(struct alkaid_subnet *subnet,
			const struct alkaid_subnet_cfg *cfg)
{
	struct alkaid_subnet_rev *rev = kzalloc(sizeof(*rev),
						GFP_KERNEL_ACCOUNT);

	if (!rev)
		return NULL;
	rev->subnet = subnet;
	rev->cfg = *cfg;
	return rev;
}

/* What its users have must stay inside it. */
static int alkaid_subnet_check_users(const struct alkaid_subnet *subnet,
				     const struct alkaid_subnet_cfg *old,
				     const struct alkaid_subnet_cfg *cfg,
				     struct netlink_ext_ack *extack)
{
	int i;

	if (!subnet->users)
		return 0;
	for (i = 0; i < old->n_prefixes; i++) {
		if (alkaid_subnet_covers(cfg, &old->prefixes[i]))
			continue;
		alkaid_extack_fmt(extack,
				  "a prefix of subnet %u cannot go: %u addresses use it",
				  subnet->id, subnet->users);
		return -EBUSY;
	}
	return 0;
}

/* Let the routes to a subnet follow its prefixes. */
static int alkaid_subnet_move_prefixes(struct alkaid_tables *t,
				       struct alkaid_subnet *subnet,
				       const struct alkaid_subnet_cfg *old,
				       const struct alkaid_subnet_cfg *cfg,
				       struct netlink_ext_ack *extack)
{
	int i, err = 0;

	for (i = 0; i < old->n_prefixes && !err; i++)
		if (!alkaid_subnet_has_prefix(cfg, &old->prefixes[i]))
			err = alkaid_route_del_prefix(t, subnet,
						      &old->prefixes[i],
						      extack);
	for (i = 0; i < cfg->n_prefixes && !err; i++)
		err = alkaid_route_add_prefix(t, subnet, &cfg->prefixes[i],
					      extack);
	return err;
}

static int alkaid_subnet_replace(struct alkaid_tables *t,
				 struct alkaid_subnet *subnet,
				 const struct alkaid_subnet_cfg *cfg,
				 struct netlink_ext_ack *extack)
{
	struct alkaid_rev *old;
	struct alkaid_subnet_rev *rev;
	int err;

	old = alkaid_rev_visible(&subnet->rev, alkaid_tables_next(t));
	err = alkaid_subnet_check_users(subnet,
					alkaid_subnet_config(subnet, alkaid_tables_next(t)),
					cfg, extack);
	if (err)
		return err;
	rev = alkaid_subnet_rev_alloc(subnet, cfg);
	if (!rev)
		return -ENOMEM;
	err = alkaid_txn_dies(t, &alkaid_subnet_rev_kind, old, extack);
	if (!err)
		err = alkaid_txn_born(t, &alkaid_subnet_rev_kind, rev, extack);
	if (err) {
		kfree(rev);
		return err;
	}
	err = alkaid_subnet_move_prefixes(t, subnet,
					  &container_of(old, struct alkaid_subnet_rev, rev)->cfg,
					  cfg, extack);
	alkaid_rev_push(&subnet->rev, &rev->rev);
	return err;
}

static int alkaid_subnet_add(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			     const struct alkaid_subnet_cfg *cfg,
			     struct netlink_ext_ack *extack)
{
	struct alkaid_subnet_rev *rev;
	struct alkaid_subnet *subnet;
	int i, err;

	if (t->n_subnets >= ALKAID_SUBNETS_MAX) {
		NL_SET_ERR_MSG(extack, "the device has its most subnets");
		return -ENOSPC;
	}
	subnet = kzalloc(sizeof(*subnet), GFP_KERNEL_ACCOUNT);
	if (!subnet)
		return -ENOMEM;
	subnet->id = cfg->id;
	subnet->vni = cfg->vni;
	subnet->vpc = vpc;
	rev = alkaid_subnet_rev_alloc(subnet, cfg);
	if (rev)
		alkaid_rev_push(&subnet->rev, &rev->rev);
	err = rev ? 0 : -ENOMEM;
	if (!err)
		err = alkaid_txn_born(t, &alkaid_subnet_kind, subnet, extack);
	if (err) {
		alkaid_subnet_free(t, subnet);
		return err;
	}
	err = alkaid_tables_insert(&t->subnets, &subnet->node,
				   alkaid_subnet_params);
	if (err)
		return err;
	err = alkaid_tables_insert(&t->subnets_by_vni, &subnet->vni_node,
				   alkaid_subnet_vni_params);
	for (i = 0; i < cfg->n_prefixes && !err; i++)
		err = alkaid_route_add_prefix(t, subnet, &cfg->prefixes[i],
					      extack);
	return err;
}

/**
 * alkaid_subnet_new() - prepare a subnet or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @cfg: what it is to be
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * VPC and VNI of a subnet in use cannot change: its users are found by them.
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback.
 */
int alkaid_subnet_new(struct alkaid_tables *t,
		      const struct alkaid_subnet_cfg *cfg,
		      enum alkaid_new mode, struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_subnet *subnet;
	struct alkaid_vpc *vpc;
	int i, err;

	subnet = alkaid_subnet_lookup(t, cfg->id, next);
	err = alkaid_new_check(mode, "subnet", subnet, extack);
	if (!err)
		err = alkaid_subnet_check(t, cfg, extack);
	if (err)
		return err;
	vpc = alkaid_vpc_lookup(t, cfg->vpc, next);
	if (!vpc) {
		alkaid_extack_fmt(extack, "vpc %u of subnet %u does not exist",
				  cfg->vpc, cfg->id);
		return -ENOENT;
	}
	for (i = 0; i < cfg->n_prefixes; i++) {
		err = alkaid_route_check_prefix(vpc, cfg->id, &cfg->prefixes[i],
						next, extack);
		if (err)
			return err;
	}
	if (!subnet)
		return alkaid_subnet_add(t, vpc, cfg, extack);
	if (subnet->vpc == vpc && subnet->vni == cfg->vni)
		return alkaid_subnet_replace(t, subnet, cfg, extack);
	err = alkaid_subnet_del(t, cfg->id, extack);
	return err ?: alkaid_subnet_add(t, vpc, cfg, extack);
}

/**
 * alkaid_subnet_del() - prepare the deletion of a subnet
 * @t: tables, locked by alkaid_txn_enter()
 * @id: key
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT, -EBUSY while a port or neighbor uses it, -ENOMEM.
 */
int alkaid_subnet_del(struct alkaid_tables *t, u32 id,
		      struct netlink_ext_ack *extack)
{
	struct alkaid_subnet *subnet =
		alkaid_subnet_lookup(t, id, alkaid_tables_next(t));
	const struct alkaid_subnet_cfg *cfg;
	int i, err = 0;

	if (!subnet) {
		NL_SET_ERR_MSG(extack, "no such subnet");
		return -ENOENT;
	}
	cfg = alkaid_subnet_config(subnet, alkaid_tables_next(t));
	for (i = 0; i < cfg->n_prefixes && !err; i++)
		err = alkaid_route_del_prefix(t, subnet, &cfg->prefixes[i],
					      extack);
	return err ?: alkaid_txn_dies(t, &alkaid_subnet_kind, subnet, extack);
}

/**
 * alkaid_subnet_destroy() - free a subnet with its table
 * @ptr: the subnet, which nobody uses
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_subnet_destroy(void *ptr, void *arg)
{
	alkaid_subnet_free(arg, ptr);
}
