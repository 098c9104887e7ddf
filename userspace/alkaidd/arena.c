// SPDX-License-Identifier: GPL-2.0
/* Memory of many messages or parts of one, which goes all at once. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "alloc.h"

#define CHUNK (256 << 10)
#define ALIGN 16

/**
 * struct chunk - a piece of an arena's memory
 * @next: the one before it
 * @size: with this header
 * @used: likewise
 */
struct chunk {
	_Alignas(ALIGN) struct chunk *next;
	size_t size, used;
};

/**
 * struct arena - see arena_new()
 * @chunks: the newest first
 * @left: bytes that it may still take
 * @large: chunks are mappings of their own
 */
struct arena {
	struct chunk *chunks;
	size_t left;
	bool large;
};

struct arena *arena_new(size_t max, bool large)
{
	struct arena *arena = xcalloc(1, sizeof(*arena));

	arena->left = max;
	arena->large = large;
	return arena;
}

static struct chunk *chunk_new(struct arena *arena, size_t size)
{
	struct chunk *chunk;

	if (size < CHUNK)
		size = CHUNK;
	if (arena->large)
		chunk = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	else
		chunk = malloc(size);
	if (!chunk || chunk == MAP_FAILED)
		return NULL;
	chunk->size = size;
	chunk->used = sizeof(*chunk);
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *p;

	if (size > arena->left)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	arena->left -= size < arena->left ? size : arena->left;

	if (!chunk || chunk->size - chunk->used < size) {
		chunk = chunk_new(arena, sizeof(*chunk) + size);
		if (!chunk)
			return NULL;
	}
	p = (uint8_t *)chunk + chunk->used;
	chunk->used += size;
	return p;
}

void arena_free(struct arena *arena)
{
	struct chunk *chunk, *next;

	for (chunk = arena ? arena->chunks : NULL; chunk; chunk = next) {
		next = chunk->next;
		if (arena->large)
			munmap(chunk, chunk->size);
		else
			free(chunk);
	}
	free(arena);
}
