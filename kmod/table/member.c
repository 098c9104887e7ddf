// SPDX-License-Identifier: GPL-2.0
/* Members: the VTEPs behind which a subnet has neighbors. */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "../compat.h"
#include "hash.h"
#include "member.h"
#include "subnet.h"
#include "vtep.h"

static u32 alkaid_member_hash(const void *data, u32 len, u32 seed)
{
	const struct alkaid_member_key *key = data;

	return alkaid_hash_addr(lower_32_bits((unsigned long)key->subnet), seed,
				&key->host);
}

static int alkaid_member_compare(struct rhashtable_compare_arg *arg,
				 const void *obj)
{
	const struct alkaid_member *member = obj;
	const struct alkaid_member_key *key = arg->key;

	return member->key.subnet != key->subnet ||
	       !ipv6_addr_equal(&member->key.host, &key->host);
}

const struct rhashtable_params alkaid_member_params = {
	.key_offset = offsetof(struct alkaid_member, key),
	.key_len = sizeof(struct alkaid_member_key),
	.head_offset = offsetof(struct alkaid_member, node),
	.hashfn = alkaid_member_hash,
	.obj_cmpfn = alkaid_member_compare,
	.automatic_shrinking = true,
};

static void alkaid_member_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_member *member = obj;

	if (t->member == member)
		t->member = NULL;
	rhltable_remove(&t->members, &member->node, alkaid_member_params);
	if (!hlist_unhashed(&member->list))
		hlist_del_rcu(&member->list);
}

static void alkaid_member_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_member *member = obj;

	alkaid_vtep_put(t, member->vtep);
	kfree(member);
}

const struct alkaid_kind alkaid_member_kind = {
	.name = "member",
	.gen = offsetof(struct alkaid_member, gen),
	.size = sizeof(struct alkaid_member),
	.derived = true,
	.unlink = alkaid_member_unlink,
	.free = alkaid_member_free,
};

static bool alkaid_member_is(const struct alkaid_member *member, u32 gen,
			     const struct alkaid_member_key *key)
{
	return member->key.subnet == key->subnet &&
	       ipv6_addr_equal(&member->key.host, &key->host) &&
	       alkaid_gen_visible(&member->gen, gen);
}

/* Of one neighbor it is looked up twice: to join, and to be counted. */
static struct alkaid_member *alkaid_member_lookup(struct alkaid_tables *t,
						  struct alkaid_subnet *subnet,
						  const struct in6_addr *host)
{
	const struct alkaid_member_key key = { .subnet = subnet, .host = *host };
	u32 next = alkaid_tables_next(t);
	struct rhlist_head *pos, *list;
	struct alkaid_member *member;

	if (t->member && alkaid_member_is(t->member, next, &key))
		return t->member;
	rcu_read_lock();
	list = rhltable_lookup(&t->members, &key, alkaid_member_params);
	rhl_for_each_entry_rcu(member, pos, list, node) {
		if (alkaid_gen_visible(&member->gen, next)) {
			t->member = member;
			rcu_read_unlock();
			return member;
		}
	}
	rcu_read_unlock();
	return NULL;
}

/* The first neighbor of a subnet behind a VTEP. */
static struct alkaid_member *alkaid_member_add(struct alkaid_tables *t,
					       struct alkaid_subnet *subnet,
					       const struct in6_addr *host,
					       struct netlink_ext_ack *extack)
{
	struct alkaid_member *member;
	int err;

	member = kzalloc(sizeof(*member), GFP_KERNEL_ACCOUNT);
	if (!member)
		return ERR_PTR(-ENOMEM);
	member->key.subnet = subnet;
	member->key.host = *host;
	member->vtep = alkaid_vtep_get(t, host);
	if (!member->vtep) {
		kfree(member);
		return ERR_PTR(-ENOMEM);
	}
	err = alkaid_txn_born(t, &alkaid_member_kind, member, extack);
	if (err) {
		alkaid_member_free(t, member);
		return ERR_PTR(err);
	}
	err = alkaid_tables_insert(&t->members, &member->node,
				   alkaid_member_params);
	if (err)
		return ERR_PTR(err);
	hlist_add_head_rcu(&member->list, &subnet->members);
	return member;
}

/**
 * alkaid_member_join() - prepare that a subnet reaches to a host
 * @t: tables, locked
 * @subnet: subnet
 * @host: underlay address where it is about to get a neighbor
 * @extack: reason of a refusal
 *
 * Return: a reference to the host's VTEP, or an ERR_PTR(): -ENOMEM, or what the
 * hash table said; the caller then ends with a rollback.
 */
struct alkaid_vtep *alkaid_member_join(struct alkaid_tables *t,
				       struct alkaid_subnet *subnet,
				       const struct in6_addr *host,
				       struct netlink_ext_ack *extack)
{
	struct alkaid_member *member = alkaid_member_lookup(t, subnet, host);

	if (!member)
		member = alkaid_member_add(t, subnet, host, extack);
	if (IS_ERR(member))
		return ERR_CAST(member);
	alkaid_vtep_hold(member->vtep);
	return member->vtep;
}

/**
 * alkaid_member_leave() - prepare that a subnet reaches to a VTEP no more, if it
 *	has no neighbor there
 * @t: tables, locked
 * @subnet: subnet
 * @vtep: where it has just lost a neighbor
 * @extack: reason of a refusal
 *
 * Return: 0 or -ENOMEM.
 */
int alkaid_member_leave(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			struct alkaid_vtep *vtep,
			struct netlink_ext_ack *extack)
{
	struct alkaid_member *member = alkaid_member_lookup(t, subnet,
							    &vtep->addr);

	if (!member || member->users)
		return 0;
	return alkaid_txn_dies(t, &alkaid_member_kind, member, extack);
}

/**
 * alkaid_member_users() - a neighbor joins the next generation, or leaves it
 * @t: tables, locked
 * @subnet: its subnet
 * @vtep: its VTEP
 * @n: 1 or -1
 */
void alkaid_member_users(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			 struct alkaid_vtep *vtep, int n)
{
	struct alkaid_member *member = alkaid_member_lookup(t, subnet,
							    &vtep->addr);

	/* Joined before, and not left before: it is there. */
	if (WARN_ON_ONCE(!member))
		return;
	member->users += n;
	vtep->users += n;
}

/**
 * alkaid_member_destroy() - free a member with its table
 * @ptr: the member
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_member_destroy(void *ptr, void *arg)
{
	alkaid_member_free(arg, ptr);
}
