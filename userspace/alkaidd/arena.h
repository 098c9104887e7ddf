/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of many messages or parts of one, which goes all at once. */
#ifndef ALKAIDD_ARENA_H
#define ALKAIDD_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/**
 * arena_new() - an empty arena
 * @max: bytes that it may take
 * @large: it will take much, which is then had with all of its pages at once, instead
 *	of by a page fault for each
 */
struct arena *arena_new(size_t max, bool large);

/**
 * arena_alloc() - memory out of an arena, fit for any type
 *
 * Return: NULL if the arena has its most, or there is none.
 */
void *arena_alloc(struct arena *arena, size_t size);

/** arena_free() - all of it; NULL is fine */
void arena_free(struct arena *arena);

#endif
