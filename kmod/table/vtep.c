// SPDX-License-Identifier: GPL-2.0
/* VTEPs: remote tunnel ends. */
#include <linux/slab.h>

#include "tables.h"
#include "vtep.h"

const struct rhashtable_params alkaid_vtep_params = {
	.key_offset = offsetof(struct alkaid_vtep, addr),
	.key_len = sizeof_field(struct alkaid_vtep, addr),
	.head_offset = offsetof(struct alkaid_vtep, node),
	.automatic_shrinking = true,
};

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
	rcu_read_lock();
	vtep = rhashtable_lookup(&t->vteps, addr, alkaid_vtep_params);
	rcu_read_unlock();
	if (vtep) {
		vtep->refs++;
		return vtep;
	}

	vtep = kzalloc(sizeof(*vtep), GFP_KERNEL_ACCOUNT);
	if (!vtep)
		return NULL;
	vtep->addr = *addr;
	vtep->refs = 1;
	if (dst_cache_init(&vtep->dst_cache, GFP_KERNEL_ACCOUNT))
		goto err_free;
	if (rhashtable_insert_fast(&t->vteps, &vtep->node, alkaid_vtep_params))
		goto err_cache;
	return vtep;

err_cache:
	dst_cache_destroy(&vtep->dst_cache);
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
 * Frames reach a VTEP only through endpoints, and an endpoint gives back its
 * reference when no reader can hold it: the last one frees at once.
 */
void alkaid_vtep_put(struct alkaid_tables *t, struct alkaid_vtep *vtep)
{
	lockdep_assert_held(&t->lock);
	if (--vtep->refs)
		return;
	rhashtable_remove_fast(&t->vteps, &vtep->node, alkaid_vtep_params);
	dst_cache_destroy(&vtep->dst_cache);
	kfree(vtep);
}
