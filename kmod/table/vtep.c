// SPDX-License-Identifier: GPL-2.0
/* VTEPs: remote tunnel ends. */
#include <linux/delay.h>
#include <linux/slab.h>

#include "../compat.h"
#include "counters.h"
#include "hash.h"
#include "hop.h"
#include "tables.h"
#include "vtep.h"

static u32 alkaid_vtep_hash(const void *data, u32 len, u32 seed)
{
	return alkaid_hash_addr(0, seed, data);
}

static int alkaid_vtep_compare(struct rhashtable_compare_arg *arg,
			       const void *obj)
{
	const struct alkaid_vtep *vtep = obj;

	return !ipv6_addr_equal(&vtep->addr, arg->key);
}

const struct rhashtable_params alkaid_vtep_params = {
	.key_offset = offsetof(struct alkaid_vtep, addr),
	.key_len = sizeof_field(struct alkaid_vtep, addr),
	.head_offset = offsetof(struct alkaid_vtep, node),
	.hashfn = alkaid_vtep_hash,
	.obj_cmpfn = alkaid_vtep_compare,
	.automatic_shrinking = true,
};

/**
 * alkaid_vtep_lookup() - find the VTEP of an address
 * @t: tables
 * @addr: underlay address
 *
 * Context: RCU read side, or alkaid_tables.vteps_lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_vtep *alkaid_vtep_lookup(struct alkaid_tables *t,
				       const struct in6_addr *addr)
{
	struct rhlist_head *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->vteps, addr, alkaid_vtep_params);
	rcu_read_unlock();
	return list ? container_of(list, struct alkaid_vtep, node) : NULL;
}

static void alkaid_vtep_free(struct alkaid_vtep *vtep)
{
	alkaid_hop_forget(vtep);
	dst_cache_destroy(&vtep->dst_cache);
	free_percpu(vtep->counters);
	kfree(vtep);
}

static void alkaid_vtep_free_rcu(struct rcu_head *rcu)
{
	alkaid_vtep_free(container_of(rcu, struct alkaid_vtep, rcu));
}

static struct alkaid_vtep *alkaid_vtep_alloc(const struct in6_addr *addr,
					     gfp_t gfp)
{
	struct alkaid_vtep *vtep = kzalloc(sizeof(*vtep), gfp);

	if (!vtep)
		return NULL;
	vtep->addr = *addr;
	refcount_set(&vtep->refs, 1);
	vtep->counters = alkaid_counters_alloc_gfp(gfp);
	if (!vtep->counters)
		goto err_free;
	if (dst_cache_init(&vtep->dst_cache, gfp))
		goto err_counters;
	return vtep;

err_counters:
	free_percpu(vtep->counters);
err_free:
	kfree(vtep);
	return NULL;
}

/*
 * Take a reference to the one that is there, or put @fresh there if it is given.
 * Return: 0 and @vtep; or what the hash table said, -ENOENT without @fresh.
 */
static int alkaid_vtep_join(struct alkaid_tables *t,
			    const struct in6_addr *addr,
			    struct alkaid_vtep *fresh,
			    struct alkaid_vtep **vtep)
{
	int err = 0;

	spin_lock_bh(&t->vteps_lock);
	*vtep = alkaid_vtep_lookup(t, addr);
	if (*vtep) {
		refcount_inc(&(*vtep)->refs);
	} else if (fresh) {
		err = rhltable_insert(&t->vteps, &fresh->node,
				      alkaid_vtep_params);
		*vtep = fresh;
	} else {
		err = -ENOENT;
	}
	spin_unlock_bh(&t->vteps_lock);
	return err;
}

static struct alkaid_vtep *alkaid_vtep_get_gfp(struct alkaid_tables *t,
					       const struct in6_addr *addr,
					       gfp_t gfp)
{
	struct alkaid_vtep *vtep, *fresh;
	int err;

	if (!alkaid_vtep_join(t, addr, NULL, &vtep))
		return vtep;
	fresh = alkaid_vtep_alloc(addr, gfp);
	if (!fresh)
		return NULL;
	/* A resize that lags behind refuses inserts; it is done in milliseconds. */
	while ((err = alkaid_vtep_join(t, addr, fresh, &vtep)) == -EBUSY &&
	       gfpflags_allow_blocking(gfp))
		usleep_range(100, 1000);
	if (err || vtep != fresh)
		alkaid_vtep_free(fresh);
	return err ? NULL : vtep;
}

/**
 * alkaid_vtep_get() - find or make the VTEP of an address
 * @t: tables
 * @addr: underlay address
 *
 * Context: may sleep.
 * Return: a reference, to be given back with alkaid_vtep_put(); or NULL.
 */
struct alkaid_vtep *alkaid_vtep_get(struct alkaid_tables *t,
				    const struct in6_addr *addr)
{
	return alkaid_vtep_get_gfp(t, addr, GFP_KERNEL_ACCOUNT);
}

/**
 * alkaid_vtep_get_atomic() - find or make the VTEP of an address
 * @t: tables
 * @addr: underlay address
 *
 * Context: BH disabled.
 * Return: a reference, to be given back with alkaid_vtep_put(); or NULL.
 */
struct alkaid_vtep *alkaid_vtep_get_atomic(struct alkaid_tables *t,
					   const struct in6_addr *addr)
{
	return alkaid_vtep_get_gfp(t, addr, GFP_ATOMIC | __GFP_NOWARN);
}

/**
 * alkaid_vtep_hold() - take another reference
 * @vtep: VTEP, which has a reference that cannot be given back meanwhile
 *
 * Context: any.
 */
void alkaid_vtep_hold(struct alkaid_vtep *vtep)
{
	refcount_inc(&vtep->refs);
}

/**
 * alkaid_vtep_put() - give back a reference
 * @t: tables
 * @vtep: VTEP
 *
 * Frames that are on their way to it may finish: the last reference takes it out
 * of the table, and a grace period later it is freed.
 *
 * Context: any but hard interrupts.
 */
void alkaid_vtep_put(struct alkaid_tables *t, struct alkaid_vtep *vtep)
{
	bool last;

	if (refcount_dec_not_one(&vtep->refs))
		return;
	/* What is found under the lock has a reference. */
	spin_lock_bh(&t->vteps_lock);
	last = refcount_dec_and_test(&vtep->refs);
	if (last)
		rhltable_remove(&t->vteps, &vtep->node, alkaid_vtep_params);
	spin_unlock_bh(&t->vteps_lock);
	if (last)
		call_rcu(&vtep->rcu, alkaid_vtep_free_rcu);
}

/**
 * alkaid_vtep_forget_mtus() - let each VTEP's next frame find out what fits
 * @t: tables
 *
 * Context: may sleep.
 */
void alkaid_vtep_forget_mtus(struct alkaid_tables *t)
{
	struct rhashtable_iter iter;
	struct alkaid_vtep *vtep;

	rhltable_walk_enter(&t->vteps, &iter);
	rhashtable_walk_start(&iter);
	while ((vtep = rhashtable_walk_next(&iter)))
		/* A resize makes the walk begin again. */
		if (!IS_ERR(vtep))
			WRITE_ONCE(vtep->mtu, 0);
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}
