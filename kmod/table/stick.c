// SPDX-License-Identifier: GPL-2.0
/* Stickiness: which member of a gateway group a flow went to before. */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "stick.h"

/*
 * A word: the flow's hash, the place of the gateway and one, and the seconds at
 * which a packet of it was last seen. 0 is no flow. The seconds wrap after 18
 * hours: a flow that was idle for just that long has another minute.
 */
static u64 alkaid_stick_word(u32 hash, u16 place, u16 now)
{
	return (u64)hash << 32 | (u32)(place + 1) << 16 | now;
}

static bool alkaid_stick_is_of(u64 word, u32 hash)
{
	return word && word >> 32 == hash;
}

/* The table by hash takes the upper bits; flows of one member are to spread. */
static const u64 *alkaid_stick_bucket(const struct alkaid_sticks *sticks,
				      u32 hash)
{
	return sticks->words[hash_32(hash, ilog2(ALKAID_STICK_BUCKETS))];
}

/* How long ago a packet was seen; of no flow, longer than of any. */
static u32 alkaid_stick_age(u64 word, u16 now)
{
	return word ? (u16)(now - (u16)word) : U32_MAX;
}

/**
 * alkaid_sticks_alloc() - a memory without a flow
 *
 * Context: may sleep.
 * Return: to be freed with alkaid_sticks_free(), or NULL.
 */
struct alkaid_sticks *alkaid_sticks_alloc(void)
{
	return kvzalloc(sizeof(struct alkaid_sticks), GFP_KERNEL_ACCOUNT);
}

/**
 * alkaid_sticks_free() - free a memory
 * @sticks: memory that no reader holds, or NULL
 */
void alkaid_sticks_free(struct alkaid_sticks *sticks)
{
	kvfree(sticks);
}

/**
 * alkaid_stick_lookup() - where a flow went before
 * @sticks: memory
 * @hash: of the flow
 * @now: seconds of any clock
 * @fresh: whether that was in this second, so that alkaid_stick_touch() with what
 *	is returned would change nothing
 *
 * Context: any.
 * Return: the place of a gateway, or ALKAID_STICK_NONE.
 */
u16 alkaid_stick_lookup(const struct alkaid_sticks *sticks, u32 hash, u16 now,
			bool *fresh)
{
	const u64 *words = alkaid_stick_bucket(sticks, hash);
	int i;

	*fresh = false;
	for (i = 0; i < ALKAID_STICK_WAYS; i++) {
		u64 word = READ_ONCE(words[i]);

		if (alkaid_stick_is_of(word, hash)) {
			*fresh = (u16)word == now;
			return alkaid_stick_age(word, now) <
			       ALKAID_STICK_IDLE ?
			       (u16)(word >> 16) - 1 : ALKAID_STICK_NONE;
		}
	}
	return ALKAID_STICK_NONE;
}

/* The flow's own, else the one that was not used for longest. */
static u64 *alkaid_stick_way(struct alkaid_sticks *sticks, u32 hash, u16 now)
{
	u64 *words = (u64 *)alkaid_stick_bucket(sticks, hash);
	u32 age, oldest = 0;
	int i, way = 0;

	for (i = 0; i < ALKAID_STICK_WAYS; i++) {
		u64 word = READ_ONCE(words[i]);

		if (alkaid_stick_is_of(word, hash))
			return &words[i];
		age = alkaid_stick_age(word, now);
		if (age > oldest) {
			oldest = age;
			way = i;
		}
	}
	return &words[way];
}

/**
 * alkaid_stick_touch() - a packet of a flow goes to a gateway
 * @sticks: memory
 * @hash: of the flow
 * @place: of the gateway
 * @now: seconds of the same clock
 *
 * Two CPUs may take one way for two flows; one of these is then forgotten.
 *
 * Context: any.
 */
void alkaid_stick_touch(struct alkaid_sticks *sticks, u32 hash, u16 place,
			u16 now)
{
	u64 *way = alkaid_stick_way(sticks, hash, now);
	u64 word = alkaid_stick_word(hash, place, now);

	/* The cache line is shared: it is written once a second and flow. */
	if (READ_ONCE(*way) != word)
		WRITE_ONCE(*way, word);
}
