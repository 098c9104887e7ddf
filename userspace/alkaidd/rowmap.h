/* SPDX-License-Identifier: GPL-2.0 */
/* From the id of a resource to its row in the database. */
#ifndef ALKAIDD_ROWMAP_H
#define ALKAIDD_ROWMAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * An id of any length, hashed with a secret of the process: ids that somebody
 * chose so that they meet would have to be found by chance.
 */
struct rowkey {
	uint64_t a, b;
};

struct rowmap_slot {
	struct rowkey key;
	uint64_t row;	/* 0: empty */
};

/**
 * struct rowmap - rows by key; all zero: empty
 * @slots: as many as @mask + 1, or NULL
 * @n: slots in use
 */
struct rowmap {
	struct rowmap_slot *slots;
	size_t mask, n;
};

/** rowkey_secret() - draw the secret; once, before the first key */
void rowkey_secret(void);
struct rowkey rowkey_of(const char *id);

/** rowmap_get() - row of @key, or 0 */
uint64_t rowmap_get(const struct rowmap *map, struct rowkey key);

/** rowmap_set() - let @key have @row, or none if that is 0; returns what it had */
uint64_t rowmap_set(struct rowmap *map, struct rowkey key, uint64_t row);
void rowmap_free(struct rowmap *map);

#endif
