/* SPDX-License-Identifier: GPL-2.0 */
/* Indexes: hash tables that one writer at a time changes, and frames read. */
#ifndef _ALKAID_TABLE_INDEX_H
#define _ALKAID_TABLE_INDEX_H

#include <linux/bitops.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/**
 * DOC: Indexes
 *
 * For tables of millions of objects. A bucket is one cache line: pointers to seven
 * objects, and of each a tag, some bits of its hash, so that a lookup reads the
 * bucket and the object that it finds, and no other. What has no room in its bucket
 * goes to the next one that has; a bucket counts who went past it, so that a lookup
 * knows where to end. (F14 tables are made like this.)
 *
 * Objects of one key are a group: the index points to the one that was put there
 * last, which points to the others. However many they are, they are one for all
 * other keys.
 *
 * Nothing in an object says where in the table it is. So the writer makes a bigger
 * table beside the one that is being read, at once, and without waiting for anybody;
 * and a change of what is there looks at no other object.
 */

#define ALKAID_INDEX_SLOTS	7

/* Buckets, which are 256 KiB. */
#define ALKAID_INDEX_BIG	4096

/**
 * struct alkaid_index_bucket - a cache line of a table
 * @tags: one byte for each slot, 0 if it is free; the last byte counts the objects
 *	that have gone past this bucket, up to 255, where it stays
 * @objs: the objects
 */
struct alkaid_index_bucket {
	u64 tags;
	void __rcu *objs[ALKAID_INDEX_SLOTS];
};

/**
 * struct alkaid_index_table - a table of one size
 * @mask: number of buckets, less one
 * @buckets: buckets
 * @rcu: frees it
 */
struct alkaid_index_table {
	u32 mask;
	struct alkaid_index_bucket *buckets;
	struct rcu_head rcu;
};

/**
 * struct alkaid_index_kind - what an index must know of its objects
 * @same: offset of the pointer to the next object of the same key
 * @hash: of the key of an object, in all of its bits
 * @equal: whether two objects have one key
 */
struct alkaid_index_kind {
	size_t same;
	u32 (*hash)(const void *obj, u32 seed);
	bool (*equal)(const void *a, const void *b);
};

/**
 * struct alkaid_index - a hash table of objects
 * @table: table in use
 * @seed: of the hash, unknown to who chooses keys
 * @used: slots in use, one for each key
 * @resizes: how often it got another size
 * @kind: of the objects
 */
struct alkaid_index {
	struct alkaid_index_table __rcu *table;
	u32 seed;
	u32 used;
	u32 resizes;
	const struct alkaid_index_kind *kind;
};

int alkaid_index_init(struct alkaid_index *x,
		      const struct alkaid_index_kind *kind);
void alkaid_index_destroy(struct alkaid_index *x,
			  void (*free)(void *obj, void *arg), void *arg);
int alkaid_index_insert(struct alkaid_index *x, void *obj);
void alkaid_index_remove(struct alkaid_index *x, void *obj);

/* The lowest bit of each slot's tag. */
#define ALKAID_INDEX_LOW	0x0001010101010101ULL
/* The highest: set if the slot is in use. */
#define ALKAID_INDEX_HIGH	(ALKAID_INDEX_LOW << 7)
/* One that has gone past. */
#define ALKAID_INDEX_PASSED	BIT_ULL(56)

/* Buckets are chosen by the low bits of the hash. */
static inline u64 alkaid_index_tag(u32 hash)
{
	return 0x80 | hash >> 25;
}

/* Which slot a bit of a bucket's tags belongs to, the lowest one that is set. */
static inline unsigned int alkaid_index_slot(u64 bits)
{
	return __ffs64(bits) / 8;
}

/*
 * The highest bits of those tags that are of @hash: a byte is zero exactly if its
 * highest bit is off, and is on when one is subtracted. What is borrowed can add
 * the slot above such a one, which the key then shows to be another's.
 */
static inline u64 alkaid_index_match(u64 tags, u32 hash)
{
	u64 diff = tags ^ alkaid_index_tag(hash) * ALKAID_INDEX_LOW;

	return (diff - ALKAID_INDEX_LOW) & ~diff & ALKAID_INDEX_HIGH;
}

static inline const struct alkaid_index_table *
alkaid_index_table(const struct alkaid_index *x)
{
	return rcu_dereference_check(x->table, 1);
}

/* The first object of the group in a slot, or NULL. */
static inline void *alkaid_index_at(const struct alkaid_index_table *table,
				    u32 bucket, unsigned int slot)
{
	return rcu_dereference_check(table->buckets[bucket].objs[slot], 1);
}

/* The next object of the same key, or NULL. */
static inline void *alkaid_index_next(const struct alkaid_index *x, void *obj)
{
	void __rcu **same = obj + x->kind->same;

	return rcu_dereference_check(*same, 1);
}

/**
 * alkaid_index_bucket() - where a lookup begins
 * @x: index
 * @hash: of the key
 *
 * Context: RCU read side, or the writers' lock.
 */
static inline const struct alkaid_index_bucket *
alkaid_index_bucket(const struct alkaid_index *x, u32 hash)
{
	const struct alkaid_index_table *table = alkaid_index_table(x);

	return &table->buckets[hash & table->mask];
}

/**
 * alkaid_index_guess() - what a lookup will most likely find
 * @bucket: where it begins
 * @hash: of the key
 *
 * Context: RCU read side, or the writers' lock.
 * Return: an object that may be of another key, or NULL.
 */
static inline const void *
alkaid_index_guess(const struct alkaid_index_bucket *bucket, u32 hash)
{
	u64 match = alkaid_index_match(READ_ONCE(bucket->tags), hash);

	if (!match)
		return NULL;
	return rcu_dereference_check(bucket->objs[alkaid_index_slot(match)], 1);
}

/* Whether the buckets are more than the caches of a CPU hold beside all else. */
static inline bool alkaid_index_is_big(const struct alkaid_index *x)
{
	return alkaid_index_table(x)->mask >= ALKAID_INDEX_BIG;
}

/**
 * alkaid_index_find() - find the objects of a key
 * @x: index
 * @hash: of the key
 * @key: for @equal
 * @equal: whether an object has the key; a constant
 *
 * Context: RCU read side, or the writers' lock.
 * Return: the one that was put there last, or NULL; valid while the caller holds
 * either.
 */
static __always_inline void *
alkaid_index_find(const struct alkaid_index *x, u32 hash, const void *key,
		  bool (*equal)(const void *obj, const void *key))
{
	const struct alkaid_index_table *table = alkaid_index_table(x);
	const struct alkaid_index_bucket *bucket;
	u32 i = hash & table->mask;
	u32 end = i;
	u64 tags, match;
	void *obj;

	do {
		bucket = &table->buckets[i];
		/* Pairs with smp_store_release() where the object was put there. */
		tags = READ_ONCE(bucket->tags);
		for (match = alkaid_index_match(tags, hash); match;
		     match &= match - 1) {
			obj = rcu_dereference_check(bucket->objs[alkaid_index_slot(match)],
						    1);
			if (likely(obj && equal(obj, key)))
				return obj;
		}
		i = (i + 1) & table->mask;
	} while (unlikely(tags >= ALKAID_INDEX_PASSED && i != end));
	return NULL;
}

#endif /* _ALKAID_TABLE_INDEX_H */
