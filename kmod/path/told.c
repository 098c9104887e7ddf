// SPDX-License-Identifier: GPL-2.0
/* What hosts were told of a short while ago, so as not to tell them again. */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/slab.h>

#include "told.h"

/* A word: the upper bits are a tag, the lower ones milliseconds that wrap. */
#define ALKAID_TOLD_TIME	GENMASK_ULL(23, 0)

/**
 * alkaid_told_alloc() - nobody was told anything
 *
 * Context: may sleep.
 * Return: to be freed with alkaid_told_free(), or NULL.
 */
struct alkaid_told *alkaid_told_alloc(void)
{
	return kvzalloc(sizeof(struct alkaid_told), GFP_KERNEL_ACCOUNT);
}

/**
 * alkaid_told_free() - free it
 * @told: that no reader holds, or NULL
 */
void alkaid_told_free(struct alkaid_told *told)
{
	kvfree(told);
}

static u32 alkaid_told_age(u64 word, u32 now)
{
	return (now - (u32)word) & ALKAID_TOLD_TIME;
}

/* The way that was claimed longest ago, and nobody has yet before all. */
static int alkaid_told_oldest(const atomic64_t *bucket, u32 now)
{
	u32 age, oldest = 0;
	int i, way = 0;
	u64 word;

	for (i = 0; i < ALKAID_TOLD_WAYS; i++) {
		word = atomic64_read(&bucket[i]);
		age = word ? alkaid_told_age(word, now) : U32_MAX;
		if (age >= oldest) {
			oldest = age;
			way = i;
		}
	}
	return way;
}

/**
 * alkaid_told_claim() - whether it is time to tell of a flow again
 * @told: what was told
 * @hash: of the flow and of who is to be told
 * @now: milliseconds of any clock
 *
 * Of several CPUs that ask at once one is told to go ahead.
 *
 * Context: any.
 * Return: false if it was claimed less than ALKAID_TOLD_INTERVAL ago.
 */
bool alkaid_told_claim(struct alkaid_told *told, u64 hash, u32 now)
{
	atomic64_t *bucket = told->words[hash % ALKAID_TOLD_BUCKETS];
	/* Not zero, which says that nothing is there. */
	u64 tag = (hash & ~ALKAID_TOLD_TIME) ?: ALKAID_TOLD_TIME + 1;
	u64 found;
	int way;

	for (way = 0; way < ALKAID_TOLD_WAYS; way++) {
		found = atomic64_read(&bucket[way]);
		if ((found & ~ALKAID_TOLD_TIME) == tag)
			break;
	}
	if (way == ALKAID_TOLD_WAYS) {
		way = alkaid_told_oldest(bucket, now);
		found = atomic64_read(&bucket[way]);
	} else if (likely(alkaid_told_age(found, now) < ALKAID_TOLD_INTERVAL)) {
		return false;
	}
	return atomic64_cmpxchg(&bucket[way], found,
				tag | (now & ALKAID_TOLD_TIME)) == found;
}
