// SPDX-License-Identifier: GPL-2.0
/* Arenas: what was taken stays whole until all of it goes, and no more than the most is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

#define PIECES 5000

/* Sizes that end in the middle of a chunk, and some that no chunk has room for. */
static size_t size_of(size_t i)
{
	return i % 1000 == 999 ? 600000 : i % 700;
}

static void fill(struct arena *arena, uint8_t *pieces[])
{
	size_t i;

	for (i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(arena, size_of(i));
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		memset(pieces[i], i & 255, size_of(i));
	}
}

static void pieces_stay_whole(void **state)
{
	static uint8_t *pieces[PIECES];
	size_t i, j, wrong = 0;
	int large;

	(void)state;
	for (large = 0; large < 2; large++) {
		struct arena *arena = arena_new(SIZE_MAX, large);

		fill(arena, pieces);
		for (i = 0; i < PIECES; i++)
			for (j = 0; j < size_of(i); j++)
				wrong += pieces[i][j] != (i & 255);
		assert_int_equal(wrong, 0);
		arena_free(arena);
	}
}

static void most_is_kept_to(void **state)
{
	struct arena *arena = arena_new(1000, false);

	(void)state;
	assert_null(arena_alloc(arena, 1001));
	assert_non_null(arena_alloc(arena, 600));
	assert_null(arena_alloc(arena, 600));
	assert_non_null(arena_alloc(arena, 100));
	arena_free(arena);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_stay_whole),
		cmocka_unit_test(most_is_kept_to),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
