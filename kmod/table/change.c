// SPDX-License-Identifier: GPL-2.0
/* Change records: the memory that they take. */
#include <linux/slab.h>

#include "txn.h"

/*
 * They live a short while, and what is born with them stays: in pages of their own
 * they leave no holes between.
 */
static struct kmem_cache *alkaid_change_cache;

/**
 * alkaid_change_cache_init() - make the slab
 *
 * Return: 0 or -ENOMEM.
 */
int alkaid_change_cache_init(void)
{
	alkaid_change_cache = KMEM_CACHE(alkaid_change, SLAB_ACCOUNT);
	return alkaid_change_cache ? 0 : -ENOMEM;
}

/**
 * alkaid_change_cache_exit() - give back the slab, when no device is left
 */
void alkaid_change_cache_exit(void)
{
	kmem_cache_destroy(alkaid_change_cache);
}

/**
 * alkaid_change_create() - make a record, which is in no list yet
 * @kind: of @obj
 * @obj: what is born or dies
 * @dies: it dies
 * @gfp: how to allocate
 *
 * Return: NULL without memory.
 */
struct alkaid_change *alkaid_change_create(const struct alkaid_kind *kind,
					   void *obj, bool dies, gfp_t gfp)
{
	struct alkaid_change *change;

	change = kmem_cache_alloc(alkaid_change_cache, gfp);
	if (!change)
		return NULL;
	change->kind = kind;
	change->obj = obj;
	change->dies = dies;
	return change;
}

/**
 * alkaid_change_destroy() - free a record
 * @change: record, in no list any more
 */
void alkaid_change_destroy(struct alkaid_change *change)
{
	kmem_cache_free(alkaid_change_cache, change);
}
