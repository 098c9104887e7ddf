// SPDX-License-Identifier: GPL-2.0
/* Bytes from the wire to a goal state, in memory bounded by their number. */
#include "decode.h"

#include <stdlib.h>

#include "alloc.h"

/*
 * An empty resource takes two bytes on the wire and twenty times that here. A
 * message of nothing else is not worth its memory; one of real resources needs
 * about four times its length, one of bare ids eight times.
 */
#define ARENA_FACTOR 16
#define ARENA_FLOOR (1 << 20)
#define CHUNK (256 << 10)
#define ALIGN 16

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(ALIGN) uint8_t data[];
};

struct arena {
	struct chunk *chunks;
	size_t left;
};

static void *arena_alloc(void *data, size_t size)
{
	struct arena *arena = data;
	struct chunk *chunk = arena->chunks;
	size_t want;
	void *p;

	if (size > arena->left)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	arena->left -= size < arena->left ? size : arena->left;

	if (!chunk || chunk->size - chunk->used < size) {
		want = size > CHUNK ? size : CHUNK;
		chunk = malloc(sizeof(*chunk) + want);
		if (!chunk)
			return NULL;
		chunk->size = want;
		chunk->used = 0;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += size;
	return p;
}

/* All of it goes at once, in arena_free(). */
static void arena_free_one(void *data, void *p)
{
	(void)data;
	(void)p;
}

static void arena_free(struct arena *arena)
{
	struct chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

bool decode(const uint8_t *data, size_t len, struct decoded *out)
{
	struct arena *arena = xcalloc(1, sizeof(*arena));
	ProtobufCAllocator allocator = {
		.alloc = arena_alloc,
		.free = arena_free_one,
		.allocator_data = arena,
	};

	arena->left = len * ARENA_FACTOR + ARENA_FLOOR;
	out->arena = arena;
	out->msg = alcor__schema__goal_state__unpack(&allocator, len, data);
	if (!out->msg) {
		arena_free(arena);
		out->arena = NULL;
		return false;
	}
	return true;
}

void decoded_free(struct decoded *decoded)
{
	if (decoded->arena)
		arena_free(decoded->arena);
	decoded->arena = NULL;
	decoded->msg = NULL;
}
