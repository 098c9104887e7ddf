// SPDX-License-Identifier: GPL-2.0
/* Gateway groups: among whose members flows are spread. */
#include <linux/etherdevice.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "../compat.h"
#include "addr.h"
#include "group.h"
#include "group_user.h"
#include "vtep.h"

/* Slots that are looked at for a flow whose gateway is dead. */
#define ALKAID_GROUP_PROBES	32

/* Of a revision with all members there can be. */
#define ALKAID_GROUP_REV_SIZE						\
	(sizeof(struct alkaid_group_rev) + sizeof(struct alkaid_maglev) + \
	 ALKAID_GATEWAYS_MAX * sizeof(struct alkaid_group_member))

const struct rhashtable_params alkaid_group_params = {
	.key_offset = offsetof(struct alkaid_group, id),
	.key_len = sizeof_field(struct alkaid_group, id),
	.head_offset = offsetof(struct alkaid_group, node),
	.automatic_shrinking = true,
};

static void alkaid_group_hold(struct alkaid_tables *t, void *obj)
{
	t->n_groups++;
}

static void alkaid_group_release(struct alkaid_tables *t, void *obj)
{
	t->n_groups--;
}

static void alkaid_group_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_group *group = obj;

	rhltable_remove(&t->groups, &group->node, alkaid_group_params);
}

static void alkaid_group_rev_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_group_rev *rev = obj;
	int i;

	for (i = 0; i < rev->n_members; i++)
		if (rev->members[i].gateway)
			alkaid_gateway_put(t, rev->members[i].gateway);
	alkaid_maglev_free(rcu_dereference_protected(rev->maglev, 1));
	kvfree(rev);
}

static void alkaid_group_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_group *group = obj;
	struct alkaid_rev *rev;

	while ((rev = rcu_dereference_protected(group->rev, 1))) {
		alkaid_rev_unlink(&group->rev, rev);
		alkaid_group_rev_free(t, container_of(rev,
						      struct alkaid_group_rev,
						      rev));
	}
	alkaid_sticks_free(group->sticks);
	/* A gateway that was found by its address leads to it. */
	kfree_rcu(group, rcu);
}

const struct alkaid_kind alkaid_group_kind = {
	.name = "gateway",
	.gen = offsetof(struct alkaid_group, gen),
	.size = sizeof(struct alkaid_group) + sizeof(struct alkaid_sticks) +
		ALKAID_GROUP_REV_SIZE,
	.users = offsetof(struct alkaid_group, users),
	.tell_users = alkaid_group_tell_users,
	.hold = alkaid_group_hold,
	.release = alkaid_group_release,
	.unlink = alkaid_group_unlink,
	.free = alkaid_group_free,
};

static void alkaid_group_rev_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_group_rev *rev = obj;

	alkaid_rev_unlink(&rev->group->rev, &rev->rev);
}

const struct alkaid_kind alkaid_group_rev_kind = {
	.name = "gateway",
	.gen = offsetof(struct alkaid_group_rev, rev.gen),
	.size = ALKAID_GROUP_REV_SIZE,
	.unlink = alkaid_group_rev_unlink,
	.free = alkaid_group_rev_free,
};

/**
 * alkaid_group_lookup() - find a gateway group
 * @t: tables
 * @id: key
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_group *alkaid_group_lookup(struct alkaid_tables *t, u32 id,
					 u32 gen)
{
	struct alkaid_group *group, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->groups, &id, alkaid_group_params);
	rhl_for_each_entry_rcu(group, pos, list, node) {
		if (alkaid_gen_visible(&group->gen, gen)) {
			found = group;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_group_effective() - the state that counts
 * @member: member of a revision
 */
enum alkaid_gateway_state
alkaid_group_effective(const struct alkaid_group_member *member)
{
	return READ_ONCE(member->gateway->alive) ? member->state :
						   ALKAID_GATEWAY_STATE_DOWN;
}

static struct alkaid_gateway *
alkaid_group_stuck(const struct alkaid_group *group,
		   const struct alkaid_group_rev *rev, u32 hash, bool *kept)
{
	const struct alkaid_group_member *member;
	u16 place = alkaid_stick_lookup(group->sticks, hash,
					ktime_get_seconds(), kept);

	if (place == ALKAID_STICK_NONE ||
	    rev->by_place[place] == ALKAID_MAGLEV_NONE)
		return NULL;
	member = &rev->members[rev->by_place[place]];
	return alkaid_group_effective(member) != ALKAID_GATEWAY_STATE_DOWN ?
	       member->gateway : NULL;
}

/*
 * A gateway that has just died is in the table until that is built anew. Slots
 * beside each other are anybody's, so the flows of the dead are spread over all.
 */
static struct alkaid_gateway *
alkaid_group_probe(const struct alkaid_group_rev *rev,
		   const struct alkaid_maglev *maglev, u32 hash)
{
	u32 slot = alkaid_maglev_slot(hash);
	const struct alkaid_group_member *member;
	u16 number;
	int i;

	for (i = 0; i < ALKAID_GROUP_PROBES; i++) {
		number = maglev->slots[slot];
		if (unlikely(number == ALKAID_MAGLEV_NONE))
			return NULL;
		member = &rev->members[number];
		if (likely(READ_ONCE(member->gateway->alive)))
			return member->gateway;
		slot = slot + 1 < ALKAID_MAGLEV_SLOTS ? slot + 1 : 0;
	}
	return NULL;
}

/**
 * alkaid_group_select() - the member that a flow is steered to
 * @group: group that is there in @gen
 * @hash: of the flow
 * @gen: generation
 * @kept: whether the group has noted that for the flow in this second; if not,
 *	whoever steers the packet tells alkaid_stick_touch()
 *
 * Context: RCU read side.
 * Return: NULL if no member takes flows.
 */
struct alkaid_gateway *alkaid_group_select(const struct alkaid_group *group,
					   u32 hash, u32 gen, bool *kept)
{
	const struct alkaid_group_rev *rev = alkaid_group_config(group, gen);
	const struct alkaid_maglev *maglev = rcu_dereference(rev->maglev);
	struct alkaid_gateway *gateway;

	gateway = alkaid_group_stuck(group, rev, hash, kept);
	if (likely(gateway))
		return gateway;
	*kept = false;
	return alkaid_group_probe(rev, maglev, hash);
}

/* Arbitrary, and never to change: all hosts are to spread flows alike. */
static const siphash_key_t alkaid_group_seed = {
	{ 0x616c6b6169642067ULL, 0x61746577617973ULL }
};

static struct alkaid_maglev *
alkaid_group_maglev(const struct alkaid_group_rev *rev)
{
	struct alkaid_maglev_member *members;
	struct alkaid_maglev *maglev;
	int i;

	members = kvcalloc(rev->n_members, sizeof(*members), GFP_KERNEL);
	if (!members)
		return NULL;
	for (i = 0; i < rev->n_members; i++) {
		const struct alkaid_group_member *member = &rev->members[i];

		members[i].id = siphash(&member->gateway->addr,
					sizeof(struct in6_addr),
					&alkaid_group_seed);
		members[i].weight = member->weight;
		members[i].takes = alkaid_group_effective(member) ==
				   ALKAID_GATEWAY_STATE_UP;
	}
	maglev = alkaid_maglev_build(members, rev->n_members);
	kvfree(members);
	return maglev;
}

/**
 * alkaid_group_rebuild() - spread flows anew, since a gateway died or came back
 * @t: tables, locked
 * @group: group
 *
 * All revisions get a new table, also one that a transaction has prepared. One
 * for which there is no memory keeps its old one, and flows of the dead to
 * nobody until the next time.
 *
 * Context: may sleep.
 */
void alkaid_group_rebuild(struct alkaid_tables *t, struct alkaid_group *group)
{
	struct alkaid_rev *pos = rcu_dereference_protected(group->rev, 1);
	struct alkaid_maglev *maglev, *old;

	lockdep_assert_held(&t->lock);
	for (; pos; pos = rcu_dereference_protected(pos->older, 1)) {
		struct alkaid_group_rev *rev =
			container_of(pos, struct alkaid_group_rev, rev);

		maglev = alkaid_group_maglev(rev);
		if (!maglev)
			continue;
		old = rcu_replace_pointer(rev->maglev, maglev, true);
		kvfree_rcu(old, rcu);
	}
}

static const struct alkaid_group_member *
alkaid_group_member(const struct alkaid_group_rev *rev,
		    const struct in6_addr *addr)
{
	int i;

	for (i = 0; i < rev->n_members; i++)
		if (ipv6_addr_equal(&rev->members[i].gateway->addr, addr))
			return &rev->members[i];
	return NULL;
}

/* What a request does not say is as it was. */
static enum alkaid_gateway_state
alkaid_group_state(struct alkaid_tables *t, const struct alkaid_group *group,
		   const struct alkaid_gateway_cfg *cfg)
{
	struct alkaid_rev *old = alkaid_rev_visible(&group->rev,
						    alkaid_tables_next(t));
	const struct alkaid_group_member *member = NULL;

	if (cfg->has_state)
		return cfg->state;
	if (old)
		member = alkaid_group_member(container_of(old,
							  struct alkaid_group_rev,
							  rev), &cfg->addr);
	return member ? member->state : ALKAID_GATEWAY_STATE_UP;
}

static struct alkaid_group_rev *
alkaid_group_rev_alloc(struct alkaid_tables *t, struct alkaid_group *group,
		       const struct alkaid_group_cfg *cfg,
		       const struct alkaid_gateway_cfg *members, u16 n,
		       struct netlink_ext_ack *extack)
{
	struct alkaid_group_rev *rev;
	struct alkaid_gateway *gw;
	int err = -ENOMEM;
	u16 i;

	rev = kvzalloc(struct_size(rev, members, n), GFP_KERNEL_ACCOUNT);
	if (!rev)
		return ERR_PTR(err);
	rev->group = group;
	rev->cfg = *cfg;
	memset(rev->by_place, 0xff, sizeof(rev->by_place));
	rev->n_members = n;
	for (i = 0; i < n; i++) {
		gw = alkaid_gateway_get(t, group, &members[i].addr,
					members[i].mac);
		if (IS_ERR(gw)) {
			err = PTR_ERR(gw);
			goto err_free;
		}
		rev->members[i].gateway = gw;
		rev->members[i].weight = members[i].weight;
		rev->members[i].state = alkaid_group_state(t, group,
							   &members[i]);
		rev->by_place[gw->place] = i;
	}
	RCU_INIT_POINTER(rev->maglev, alkaid_group_maglev(rev));
	if (rcu_access_pointer(rev->maglev))
		return rev;
err_free:
	alkaid_group_rev_free(t, rev);
	if (err == -EAGAIN)
		NL_SET_ERR_MSG(extack,
			       "too many members came and went: those are not yet forgotten");
	return ERR_PTR(err);
}

static int alkaid_group_replace(struct alkaid_tables *t,
				struct alkaid_group *group,
				struct alkaid_group_rev *rev,
				struct netlink_ext_ack *extack)
{
	struct alkaid_rev *old = alkaid_rev_visible(&group->rev,
						    alkaid_tables_next(t));
	int err;

	err = alkaid_txn_dies(t, &alkaid_group_rev_kind,
			      container_of(old, struct alkaid_group_rev, rev),
			      extack);
	if (!err)
		err = alkaid_txn_born(t, &alkaid_group_rev_kind, rev, extack);
	if (err) {
		alkaid_group_rev_free(t, rev);
		return err;
	}
	alkaid_rev_push(&group->rev, &rev->rev);
	return 0;
}

static int alkaid_group_add(struct alkaid_tables *t,
			    const struct alkaid_group_cfg *cfg,
			    const struct alkaid_gateway_cfg *members, u16 n,
			    struct netlink_ext_ack *extack)
{
	struct alkaid_group_rev *rev;
	struct alkaid_group *group;
	int err;

	if (t->n_groups >= ALKAID_GROUPS_MAX) {
		NL_SET_ERR_MSG(extack, "the device has its most gateway groups");
		return -ENOSPC;
	}
	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return -ENOMEM;
	group->id = cfg->id;
	group->sticks = alkaid_sticks_alloc();
	rev = alkaid_group_rev_alloc(t, group, cfg, members, n, extack);
	if (!IS_ERR(rev))
		alkaid_rev_push(&group->rev, &rev->rev);
	err = group->sticks ? PTR_ERR_OR_ZERO(rev) : -ENOMEM;
	if (!err)
		err = alkaid_txn_born(t, &alkaid_group_kind, group, extack);
	if (err) {
		alkaid_group_free(t, group);
		return err;
	}
	return alkaid_tables_insert(&t->groups, &group->node,
				    alkaid_group_params);
}

/**
 * alkaid_group_new() - prepare a gateway group or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @cfg: what it is to be
 * @members: its members
 * @n: how many
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback. -EAGAIN if
 * it may succeed when what was committed is settled.
 */
int alkaid_group_new(struct alkaid_tables *t,
		     const struct alkaid_group_cfg *cfg,
		     const struct alkaid_gateway_cfg *members, u16 n,
		     enum alkaid_new mode, struct netlink_ext_ack *extack)
{
	struct alkaid_group_rev *rev;
	struct alkaid_group *group;
	int err;

	group = alkaid_group_lookup(t, cfg->id, alkaid_tables_next(t));
	err = alkaid_group_check(t, group, cfg, members, n, extack);
	if (!err)
		err = alkaid_new_check(mode, "gateway", group, extack);
	if (err)
		return err;
	t->groups_changed = true;
	if (!group)
		return alkaid_group_add(t, cfg, members, n, extack);
	rev = alkaid_group_rev_alloc(t, group, cfg, members, n, extack);
	if (IS_ERR(rev))
		return PTR_ERR(rev);
	return alkaid_group_replace(t, group, rev, extack);
}

/* The members of a revision as a request that changes nothing. */
static void alkaid_group_members(const struct alkaid_group_rev *rev,
				 struct alkaid_gateway_cfg *members)
{
	int i;

	for (i = 0; i < rev->n_members; i++) {
		const struct alkaid_group_member *member = &rev->members[i];

		members[i].addr = member->gateway->addr;
		ether_addr_copy(members[i].mac, member->gateway->mac);
		members[i].weight = member->weight;
	}
}

/**
 * alkaid_group_set_state() - prepare another state of one member
 * @t: tables, locked by alkaid_txn_enter()
 * @id: of the group
 * @addr: of the member
 * @state: as the user sets it
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT, -ENOMEM; the caller then ends with a rollback.
 */
int alkaid_group_set_state(struct alkaid_tables *t, u32 id,
			   const struct in6_addr *addr,
			   enum alkaid_gateway_state state,
			   struct netlink_ext_ack *extack)
{
	struct alkaid_group *group =
		alkaid_group_lookup(t, id, alkaid_tables_next(t));
	const struct alkaid_group_member *member;
	const struct alkaid_group_rev *rev;
	struct alkaid_gateway_cfg *members;
	char text[ALKAID_ADDR_TEXT];
	int err;

	if (!group) {
		NL_SET_ERR_MSG(extack, "no such gateway");
		return -ENOENT;
	}
	rev = alkaid_group_config(group, alkaid_tables_next(t));
	member = alkaid_group_member(rev, addr);
	if (!member) {
		alkaid_extack_fmt(extack, "gateway %u has no member %s", id,
				  alkaid_addr_text(addr, text));
		return -ENOENT;
	}
	members = kvcalloc(rev->n_members, sizeof(*members), GFP_KERNEL);
	if (!members)
		return -ENOMEM;
	alkaid_group_members(rev, members);
	members[member - rev->members].has_state = true;
	members[member - rev->members].state = state;
	err = alkaid_group_new(t, &rev->cfg, members, rev->n_members,
			       ALKAID_NEW_CHANGE, extack);
	kvfree(members);
	return err;
}

/**
 * alkaid_group_del() - prepare the deletion of a gateway group
 * @t: tables, locked by alkaid_txn_enter()
 * @id: key
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT, -EBUSY while a VPC or a route uses it, -ENOMEM.
 */
int alkaid_group_del(struct alkaid_tables *t, u32 id,
		     struct netlink_ext_ack *extack)
{
	struct alkaid_group *group =
		alkaid_group_lookup(t, id, alkaid_tables_next(t));

	if (!group) {
		NL_SET_ERR_MSG(extack, "no such gateway");
		return -ENOENT;
	}
	return alkaid_txn_dies(t, &alkaid_group_kind, group, extack);
}

/**
 * alkaid_group_destroy() - free a gateway group with its table
 * @ptr: the group, which nobody uses
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_group_destroy(void *ptr, void *arg)
{
	alkaid_group_free(arg, ptr);
}
