// SPDX-License-Identifier: GPL-2.0
/* From the id of a resource to its row in the database. */
#include "rowmap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "alloc.h"

#define SLOTS_MIN 64

static struct rowkey secret;

void rowkey_secret(void)
{
	/* Early at boot there may be no randomness yet: then any odds will do. */
	if (getrandom(&secret, sizeof(secret), GRND_NONBLOCK) != sizeof(secret))
		secret.a = secret.b = time(NULL);
}

static uint64_t mix(uint64_t x, uint64_t word, uint64_t factor)
{
	x = (x ^ word) * factor;
	return x ^ x >> 32;
}

struct rowkey rowkey_of(const char *id)
{
	size_t len = strlen(id), i;
	struct rowkey key = secret;

	for (i = 0; i <= len; i += sizeof(uint64_t)) {
		uint64_t word = 0;

		/* The end counts, too: a last word is never empty of it. */
		memcpy(&word, id + i, len + 1 - i < sizeof(word) ? len + 1 - i : sizeof(word));
		key.a = mix(key.a, word, 0x9e3779b97f4a7c15);
		key.b = mix(key.b + key.a, word, 0xd6e8feb86659fd93);
	}
	key.a = mix(key.a, len, 0xff51afd7ed558ccd);
	key.b = mix(key.b, len, 0xc4ceb9fe1a85ec53);
	return key;
}

/* Slot of @key, or the empty one where it would be. */
static size_t find(const struct rowmap *map, struct rowkey key)
{
	size_t i = key.a & map->mask;

	while (map->slots[i].row &&
	       (map->slots[i].key.a != key.a || map->slots[i].key.b != key.b))
		i = (i + 1) & map->mask;
	return i;
}

uint64_t rowmap_get(const struct rowmap *map, struct rowkey key)
{
	return map->slots ? map->slots[find(map, key)].row : 0;
}

static void grow(struct rowmap *map)
{
	struct rowmap old = *map;
	size_t i, slots = old.slots ? (old.mask + 1) * 2 : SLOTS_MIN;

	map->slots = xcalloc(slots, sizeof(*map->slots));
	map->mask = slots - 1;
	for (i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].row)
			map->slots[find(map, old.slots[i].key)] = old.slots[i];
	free(old.slots);
}

/* Whether @hole lies on the way from @home to @at. */
static bool on_the_way(const struct rowmap *map, size_t home, size_t hole, size_t at)
{
	return ((at - home) & map->mask) >= ((at - hole) & map->mask);
}

/* What follows moves up, so that nothing is looked for behind an empty slot. */
static void empty_slot(struct rowmap *map, size_t hole)
{
	size_t i;

	for (i = (hole + 1) & map->mask; map->slots[i].row; i = (i + 1) & map->mask) {
		if (!on_the_way(map, map->slots[i].key.a & map->mask, hole, i))
			continue;
		map->slots[hole] = map->slots[i];
		hole = i;
	}
	map->slots[hole].row = 0;
	map->n--;
}

uint64_t rowmap_set(struct rowmap *map, struct rowkey key, uint64_t row)
{
	uint64_t before;
	size_t i;

	if (row && (!map->slots || map->n >= (map->mask + 1) / 4 * 3))
		grow(map);
	if (!map->slots)
		return 0;

	i = find(map, key);
	before = map->slots[i].row;
	if (row) {
		map->slots[i] = (struct rowmap_slot){ .key = key, .row = row };
		map->n += !before;
	} else if (before) {
		empty_slot(map, i);
	}
	return before;
}

void rowmap_free(struct rowmap *map)
{
	free(map->slots);
	memset(map, 0, sizeof(*map));
}
