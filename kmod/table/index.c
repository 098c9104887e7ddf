// SPDX-License-Identifier: GPL-2.0
/* Indexes: hash tables that one writer at a time changes, and frames read. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "index.h"

#define ALKAID_INDEX_MIN	8U

/* Objects a bucket, on average, with which a table gets bigger. */
#define ALKAID_INDEX_FULL	6

/* Buckets for each object with which it gets smaller. */
#define ALKAID_INDEX_SPARSE	2

/* Buckets between two looks whether others want the CPU. */
#define ALKAID_INDEX_STRETCH	1024

/* So many buckets ahead objects are fetched that are about to be looked at. */
#define ALKAID_INDEX_AHEAD	2

#define alkaid_index_deref(ptr)	rcu_dereference_protected(ptr, 1)

static struct alkaid_index_table *alkaid_index_table_alloc(u32 size)
{
	struct alkaid_index_table *table;

	table = kmalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->mask = size - 1;
	table->buckets = kvcalloc(size, sizeof(*table->buckets),
				  GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (table->buckets)
		return table;
	kfree(table);
	return NULL;
}

static void alkaid_index_table_free(struct alkaid_index_table *table)
{
	kvfree(table->buckets);
	kfree(table);
}

static void alkaid_index_table_free_rcu(struct rcu_head *rcu)
{
	alkaid_index_table_free(container_of(rcu, struct alkaid_index_table,
					     rcu));
}

/**
 * alkaid_index_init() - an empty index
 * @x: index
 * @kind: of its objects
 *
 * Return: 0 or -ENOMEM; alkaid_index_destroy() undoes it.
 */
int alkaid_index_init(struct alkaid_index *x,
		      const struct alkaid_index_kind *kind)
{
	struct alkaid_index_table *table;

	table = alkaid_index_table_alloc(ALKAID_INDEX_MIN);
	if (!table)
		return -ENOMEM;
	RCU_INIT_POINTER(x->table, table);
	x->seed = get_random_u32();
	x->used = 0;
	x->resizes = 0;
	x->kind = kind;
	return 0;
}

static void __rcu **alkaid_index_same(const struct alkaid_index *x, void *obj)
{
	return obj + x->kind->same;
}

static void alkaid_index_free_group(const struct alkaid_index *x, void *obj,
				    void (*free)(void *obj, void *arg),
				    void *arg)
{
	void *same;

	for (; obj; obj = same) {
		same = alkaid_index_next(x, obj);
		free(obj, arg);
	}
}

/**
 * alkaid_index_destroy() - free an index
 * @x: index, which nobody reads or changes any more
 * @free: frees an object; NULL if another index points to them as well
 * @arg: for @free
 *
 * Context: may sleep.
 */
void alkaid_index_destroy(struct alkaid_index *x,
			  void (*free)(void *obj, void *arg), void *arg)
{
	struct alkaid_index_table *table = alkaid_index_deref(x->table);
	u32 i, slot;

	for (i = 0; free && i <= table->mask; i++) {
		for (slot = 0; slot < ALKAID_INDEX_SLOTS; slot++)
			alkaid_index_free_group(x, alkaid_index_deref(table->buckets[i].objs[slot]),
						free, arg);
		if (!(i % ALKAID_INDEX_STRETCH))
			cond_resched();
	}
	alkaid_index_table_free(table);
}

/* Put the first of a group where there is room, counted by whom it goes past. */
static void alkaid_index_place(struct alkaid_index_table *table, u32 hash,
			       void *obj)
{
	struct alkaid_index_bucket *bucket;
	u32 i = hash & table->mask;
	unsigned int slot;
	u64 room;

	while (bucket = &table->buckets[i],
	       !(room = ~bucket->tags & ALKAID_INDEX_HIGH)) {
		if (bucket->tags < 255 * ALKAID_INDEX_PASSED)
			WRITE_ONCE(bucket->tags,
				   bucket->tags + ALKAID_INDEX_PASSED);
		i = (i + 1) & table->mask;
	}
	slot = alkaid_index_slot(room);
	rcu_assign_pointer(bucket->objs[slot], obj);
	/* Who sees the tag sees the object, and the counts on the way to it. */
	smp_store_release(&bucket->tags, bucket->tags |
			  alkaid_index_tag(hash) << 8 * slot);
}

static void alkaid_index_rebuild(const struct alkaid_index *x,
				 const struct alkaid_index_table *old,
				 struct alkaid_index_table *new)
{
	const struct alkaid_index_bucket *bucket;
	u32 i, slot;
	void *obj;

	for (i = 0; i <= old->mask; i++) {
		bucket = &old->buckets[(i + ALKAID_INDEX_AHEAD) & old->mask];
		for (slot = 0; slot < ALKAID_INDEX_SLOTS; slot++)
			prefetch(alkaid_index_deref(bucket->objs[slot]));
		for (slot = 0; slot < ALKAID_INDEX_SLOTS; slot++) {
			obj = alkaid_index_deref(old->buckets[i].objs[slot]);
			if (obj)
				alkaid_index_place(new, x->kind->hash(obj, x->seed),
						   obj);
		}
		if (!(i % ALKAID_INDEX_STRETCH))
			cond_resched();
	}
}

static int alkaid_index_resize(struct alkaid_index *x, u32 size)
{
	struct alkaid_index_table *old = alkaid_index_deref(x->table);
	struct alkaid_index_table *new = alkaid_index_table_alloc(size);

	if (!new)
		return -ENOMEM;
	alkaid_index_rebuild(x, old, new);
	rcu_assign_pointer(x->table, new);
	x->resizes++;
	call_rcu(&old->rcu, alkaid_index_table_free_rcu);
	return 0;
}

/*
 * Where the group of @obj is: the slot that points to its first object.
 * Return: NULL if there is none; else @found is the bucket.
 */
static void __rcu **alkaid_index_seek(const struct alkaid_index *x, u32 hash,
				      const void *obj,
				      struct alkaid_index_bucket **found)
{
	struct alkaid_index_table *table = alkaid_index_deref(x->table);
	struct alkaid_index_bucket *bucket;
	u32 i = hash & table->mask;
	void __rcu **slot;
	u64 match;
	u32 n;

	for (n = 0; n <= table->mask; n++) {
		bucket = &table->buckets[i];
		for (match = alkaid_index_match(bucket->tags, hash); match;
		     match &= match - 1) {
			slot = &bucket->objs[alkaid_index_slot(match)];
			*found = bucket;
			if (alkaid_index_deref(*slot) &&
			    x->kind->equal(alkaid_index_deref(*slot), obj))
				return slot;
		}
		if (bucket->tags < ALKAID_INDEX_PASSED)
			break;
		i = (i + 1) & table->mask;
	}
	return NULL;
}

/**
 * alkaid_index_insert() - put an object into an index
 * @x: index
 * @obj: the object; of its group it becomes the first
 *
 * Context: the writers' lock; may sleep.
 * Return: 0 or -ENOMEM.
 */
int alkaid_index_insert(struct alkaid_index *x, void *obj)
{
	u32 size = alkaid_index_deref(x->table)->mask + 1;
	u32 hash = x->kind->hash(obj, x->seed);
	struct alkaid_index_bucket *bucket;
	void __rcu **slot;
	int err;

	slot = alkaid_index_seek(x, hash, obj, &bucket);
	if (slot) {
		RCU_INIT_POINTER(*alkaid_index_same(x, obj),
				 alkaid_index_deref(*slot));
		rcu_assign_pointer(*slot, obj);
		return 0;
	}
	if (x->used >= size * ALKAID_INDEX_FULL) {
		err = alkaid_index_resize(x, size * 2);
		if (err)
			return err;
	}
	RCU_INIT_POINTER(*alkaid_index_same(x, obj), NULL);
	alkaid_index_place(alkaid_index_deref(x->table), hash, obj);
	x->used++;
	return 0;
}

/* Take @obj out of the group that begins at @slot, and is more than it. */
static void alkaid_index_part(const struct alkaid_index *x, void __rcu **slot,
			      void *obj)
{
	void *cur;

	while ((cur = alkaid_index_deref(*slot)) && cur != obj)
		slot = alkaid_index_same(x, cur);
	if (cur)
		rcu_assign_pointer(*slot, alkaid_index_next(x, obj));
}

/* Free a slot of @bucket, where what has @hash is. */
static void alkaid_index_vacate(struct alkaid_index *x, u32 hash,
				struct alkaid_index_bucket *bucket,
				void __rcu **slot)
{
	struct alkaid_index_table *table = alkaid_index_deref(x->table);
	struct alkaid_index_bucket *past;
	u32 i = hash & table->mask;

	WRITE_ONCE(bucket->tags,
		   bucket->tags & ~(0xffULL << 8 * (slot - bucket->objs)));
	RCU_INIT_POINTER(*slot, NULL);
	for (; (past = &table->buckets[i]) != bucket;
	     i = (i + 1) & table->mask)
		if (past->tags < 255 * ALKAID_INDEX_PASSED)
			WRITE_ONCE(past->tags,
				   past->tags - ALKAID_INDEX_PASSED);
	x->used--;
}

/**
 * alkaid_index_remove() - take an object out of an index
 * @x: index
 * @obj: the object, which readers may hold for a grace period; nothing happens if
 *	it is not there
 *
 * Context: the writers' lock; may sleep.
 */
void alkaid_index_remove(struct alkaid_index *x, void *obj)
{
	u32 size = alkaid_index_deref(x->table)->mask + 1;
	u32 hash = x->kind->hash(obj, x->seed);
	struct alkaid_index_bucket *bucket;
	void __rcu **slot;

	slot = alkaid_index_seek(x, hash, obj, &bucket);
	if (!slot)
		return;
	if (alkaid_index_deref(*slot) != obj ||
	    alkaid_index_next(x, obj)) {
		alkaid_index_part(x, slot, obj);
		return;
	}
	alkaid_index_vacate(x, hash, bucket, slot);
	/* Without memory it stays as it is. */
	if (size > ALKAID_INDEX_MIN && x->used < size / ALKAID_INDEX_SPARSE)
		alkaid_index_resize(x, size / 2);
}
