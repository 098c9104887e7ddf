// SPDX-License-Identifier: GPL-2.0
/* VPCs: routing domains. */
#include <linux/slab.h>

#include "../compat.h"
#include "group.h"
#include "vpc.h"

const struct rhashtable_params alkaid_vpc_params = {
	.key_offset = offsetof(struct alkaid_vpc, id),
	.key_len = sizeof_field(struct alkaid_vpc, id),
	.head_offset = offsetof(struct alkaid_vpc, node),
	.automatic_shrinking = true,
};

static void alkaid_vpc_rev_users(const struct alkaid_vpc_rev *rev, int n)
{
	if (rev->group)
		rev->group->users += n;
}

/* Its first revision is born with it, and its last one dies with it. */
static void alkaid_vpc_users(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			     int n)
{
	t->n_vpcs += n;
	alkaid_vpc_rev_users(alkaid_vpc_config(vpc, alkaid_tables_next(t)), n);
}

static void alkaid_vpc_hold(struct alkaid_tables *t, void *obj)
{
	alkaid_vpc_users(t, obj, 1);
}

static void alkaid_vpc_release(struct alkaid_tables *t, void *obj)
{
	alkaid_vpc_users(t, obj, -1);
}

static void alkaid_vpc_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_vpc *vpc = obj;

	rhltable_remove(&t->vpcs, &vpc->node, alkaid_vpc_params);
	alkaid_flows_end_vpc(t, vpc);
}

static void alkaid_vpc_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_vpc *vpc = obj;
	struct alkaid_rev *rev;

	while ((rev = rcu_dereference_protected(vpc->rev, 1))) {
		alkaid_rev_unlink(&vpc->rev, rev);
		kfree(container_of(rev, struct alkaid_vpc_rev, rev));
	}
	alkaid_trie_destroy(&vpc->routes);
	free_percpu(vpc->counters);
	kfree(vpc);
}

static void alkaid_vpc_tell_users(struct alkaid_tables *t, const void *obj,
				  struct netlink_ext_ack *extack)
{
	const struct alkaid_vpc *vpc = obj;

	alkaid_extack_fmt(extack, "vpc %u is used by %u subnets and routes",
			  vpc->id, vpc->users);
}

const struct alkaid_kind alkaid_vpc_kind = {
	.name = "vpc",
	.gen = offsetof(struct alkaid_vpc, gen),
	.size = sizeof(struct alkaid_vpc) + sizeof(struct alkaid_vpc_rev),
	.users = offsetof(struct alkaid_vpc, users),
	.tell_users = alkaid_vpc_tell_users,
	.hold = alkaid_vpc_hold,
	.release = alkaid_vpc_release,
	.unlink = alkaid_vpc_unlink,
	.free = alkaid_vpc_free,
};

static void alkaid_vpc_rev_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_vpc_rev *rev = obj;

	alkaid_rev_unlink(&rev->vpc->rev, &rev->rev);
}

static void alkaid_vpc_rev_hold(struct alkaid_tables *t, void *obj)
{
	alkaid_vpc_rev_users(obj, 1);
}

static void alkaid_vpc_rev_release(struct alkaid_tables *t, void *obj)
{
	alkaid_vpc_rev_users(obj, -1);
}

const struct alkaid_kind alkaid_vpc_rev_kind = {
	.name = "vpc",
	.gen = offsetof(struct alkaid_vpc_rev, rev.gen),
	.size = sizeof(struct alkaid_vpc_rev),
	.hold = alkaid_vpc_rev_hold,
	.release = alkaid_vpc_rev_release,
	.unlink = alkaid_vpc_rev_unlink,
	.free = alkaid_rev_free,
};

/**
 * alkaid_vpc_lookup() - find a VPC
 * @t: tables
 * @id: key
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_vpc *alkaid_vpc_lookup(struct alkaid_tables *t, u32 id, u32 gen)
{
	struct alkaid_vpc *vpc, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->vpcs, &id, alkaid_vpc_params);
	rhl_for_each_entry_rcu(vpc, pos, list, node) {
		if (alkaid_gen_visible(&vpc->gen, gen)) {
			found = vpc;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static struct alkaid_vpc_rev *
alkaid_vpc_rev_alloc(struct alkaid_tables *t, struct alkaid_vpc *vpc,
		     const struct alkaid_vpc_cfg *cfg)
{
	struct alkaid_vpc_rev *rev = kzalloc(sizeof(*rev), GFP_KERNEL_ACCOUNT);

	if (!rev)
		return NULL;
	rev->vpc = vpc;
	rev->cfg = *cfg;
	if (cfg->group_id)
		rev->group = alkaid_group_lookup(t, cfg->group_id,
						 alkaid_tables_next(t));
	return rev;
}

static int alkaid_vpc_replace(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			      const struct alkaid_vpc_cfg *cfg,
			      struct netlink_ext_ack *extack)
{
	struct alkaid_rev *old;
	struct alkaid_vpc_rev *rev;
	int err;

	old = alkaid_rev_visible(&vpc->rev, alkaid_tables_next(t));
	rev = alkaid_vpc_rev_alloc(t, vpc, cfg);
	if (!rev)
		return -ENOMEM;
	err = alkaid_txn_dies(t, &alkaid_vpc_rev_kind, old, extack);
	if (!err)
		err = alkaid_txn_born(t, &alkaid_vpc_rev_kind, rev, extack);
	if (err) {
		kfree(rev);
		return err;
	}
	alkaid_rev_push(&vpc->rev, &rev->rev);
	return 0;
}

static int alkaid_vpc_add(struct alkaid_tables *t,
			  const struct alkaid_vpc_cfg *cfg,
			  struct netlink_ext_ack *extack)
{
	struct alkaid_vpc_rev *rev;
	struct alkaid_vpc *vpc;
	int err;

	if (t->n_vpcs >= ALKAID_VPCS_MAX) {
		NL_SET_ERR_MSG(extack, "the device has its most VPCs");
		return -ENOSPC;
	}
	vpc = kzalloc(sizeof(*vpc), GFP_KERNEL_ACCOUNT);
	if (!vpc)
		return -ENOMEM;
	vpc->id = cfg->id;
	INIT_LIST_HEAD(&vpc->flows);
	vpc->counters = alkaid_counters_alloc();
	rev = alkaid_vpc_rev_alloc(t, vpc, cfg);
	if (rev)
		alkaid_rev_push(&vpc->rev, &rev->rev);
	err = rev && vpc->counters ? 0 : -ENOMEM;
	if (!err)
		err = alkaid_txn_born(t, &alkaid_vpc_kind, vpc, extack);
	if (err) {
		alkaid_vpc_free(t, vpc);
		return err;
	}
	return alkaid_tables_insert(&t->vpcs, &vpc->node, alkaid_vpc_params);
}

static int alkaid_vpc_check(struct alkaid_tables *t,
			    const struct alkaid_vpc_cfg *cfg,
			    struct netlink_ext_ack *extack)
{
	if (cfg->miss == ALKAID_MISS_PUNT) {
		NL_SET_ERR_MSG(extack, "miss policy punt is not supported");
		return -EOPNOTSUPP;
	}
	if (cfg->miss == ALKAID_MISS_GATEWAY && !cfg->group_id) {
		NL_SET_ERR_MSG(extack,
			       "miss policy gateway needs a gateway-group");
		return -EINVAL;
	}
	if (cfg->group_id &&
	    !alkaid_group_lookup(t, cfg->group_id, alkaid_tables_next(t))) {
		alkaid_extack_fmt(extack, "gateway %u does not exist",
				  cfg->group_id);
		return -ENOENT;
	}
	return 0;
}

/**
 * alkaid_vpc_new() - prepare a VPC or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @cfg: what it is to be
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback.
 */
int alkaid_vpc_new(struct alkaid_tables *t, const struct alkaid_vpc_cfg *cfg,
		   enum alkaid_new mode, struct netlink_ext_ack *extack)
{
	struct alkaid_vpc *vpc;
	int err;

	err = alkaid_vpc_check(t, cfg, extack);
	if (err)
		return err;
	vpc = alkaid_vpc_lookup(t, cfg->id, alkaid_tables_next(t));
	err = alkaid_new_check(mode, "vpc", vpc, extack);
	if (err)
		return err;
	return vpc ? alkaid_vpc_replace(t, vpc, cfg, extack) :
		     alkaid_vpc_add(t, cfg, extack);
}

/**
 * alkaid_vpc_del() - prepare the deletion of a VPC
 * @t: tables, locked by alkaid_txn_enter()
 * @id: key
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT, -EBUSY while a subnet or a route uses it, -ENOMEM.
 */
int alkaid_vpc_del(struct alkaid_tables *t, u32 id,
		   struct netlink_ext_ack *extack)
{
	struct alkaid_vpc *vpc = alkaid_vpc_lookup(t, id, alkaid_tables_next(t));

	if (!vpc) {
		NL_SET_ERR_MSG(extack, "no such vpc");
		return -ENOENT;
	}
	return alkaid_txn_dies(t, &alkaid_vpc_kind, vpc, extack);
}

/**
 * alkaid_vpc_destroy() - free a VPC with its table
 * @ptr: the VPC, which nobody uses
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_vpc_destroy(void *ptr, void *arg)
{
	alkaid_vpc_free(arg, ptr);
}
