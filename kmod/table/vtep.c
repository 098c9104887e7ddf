// SPDX-License-Identifier: GPL-2.0
/* VTEPs: remote tunnel ends. */
#include <linux/slab.h>

#include "counters.h"
#include "tables.h"
#include "vtep.h"

const struct rhashtable_params alkaid_vtep_params = {
	.key_offset = offsetof(struct alkaid_vtep, addr),
	.key_len = sizeof_field(struct alkaid_vtep, addr),
	.head_offset = offsetof(struct alkaid_vtep, node),
	.automatic_shrinking = true,
};

/**
 * alkaid_vtep_lookup() - find the VTEP of an address
 * @t: tables
 * @addr: underlay address
 *
 * Context: RCU read side, or the tables' lock.
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

/**
 * alkaid_vtep_get() - find or make the VTEP of an address
 * @t: tables, locked
 * @addr: underlay address
 *
 * Return: a reference, to be given back with alkaid_vtep_put(); or NULL.
 */
struct alkaid_vtep *alkaid_vtep_get(struct alkaid_tables *t,
				    const struct in6_addr *addr)
{
	struct alkaid_vtep *vtep;

	lockdep_assert_held(&t->lock);
	vtep = alkaid_vtep_lookup(t, addr);
	if (vtep) {
		vtep->refs++;
		return vtep;
	}

	vtep = kzalloc(sizeof(*vtep), GFP_KERNEL_ACCOUNT);
	if (!vtep)
		return NULL;
	vtep->addr = *addr;
	vtep->refs = 1;
	vtep->counters = alkaid_counters_alloc();
	if (!vtep->counters)
		goto err_free;
	if (dst_cache_init(&vtep->dst_cache, GFP_KERNEL_ACCOUNT))
		goto err_counters;
	if (alkaid_tables_insert(&t->vteps, &vtep->node, alkaid_vtep_params))
		goto err_cache;
	return vtep;

err_cache:
	dst_cache_destroy(&vtep->dst_cache);
err_counters:
	free_percpu(vtep->counters);
err_free:
	kfree(vtep);
	return NULL;
}

/**
 * alkaid_vtep_hold() - take another reference
 * @t: tables, locked
 * @vtep: VTEP
 */
void alkaid_vtep_hold(struct alkaid_tables *t, struct alkaid_vtep *vtep)
{
	lockdep_assert_held(&t->lock);
	vtep->refs++;
}

/**
 * alkaid_vtep_put() - give back a reference
 * @t: tables, locked
 * @vtep: VTEP
 *
 * Frames reach a VTEP only through endpoints and members, which give back their
 * references when no reader can hold them: the last one takes all but the
 * address at once. That is left to readers of the table.
 */
void alkaid_vtep_put(struct alkaid_tables *t, struct alkaid_vtep *vtep)
{
	lockdep_assert_held(&t->lock);
	if (--vtep->refs)
		return;
	rhltable_remove(&t->vteps, &vtep->node, alkaid_vtep_params);
	dst_cache_destroy(&vtep->dst_cache);
	free_percpu(vtep->counters);
	kfree_rcu(vtep, rcu);
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
