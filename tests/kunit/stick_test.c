// SPDX-License-Identifier: GPL-2.0
/* Stickiness: what is remembered, for how long, and what gives way. */
#include <linux/hash.h>
#include <linux/log2.h>

#include "../../kmod/table/stick.h"
#include "world.h"

static int stick_init(struct kunit *test)
{
	test->priv = alkaid_sticks_alloc();
	return test->priv ? 0 : -ENOMEM;
}

static void stick_exit(struct kunit *test)
{
	alkaid_sticks_free(test->priv);
}

/* The @i-th hash that shares a bucket with all others that this returns. */
static u32 neighbor(unsigned int i)
{
	u32 hash = 0;

	for (;; hash++)
		if (!hash_32(hash, ilog2(ALKAID_STICK_BUCKETS)) && !i--)
			return hash;
}

static u16 lookup(struct kunit *test, u32 hash, u16 now, bool *fresh)
{
	return alkaid_stick_lookup(test->priv, hash, now, fresh);
}

#define EXPECT_STICK(test, hash, now, place)				\
	do {								\
		bool fresh;						\
									\
		KUNIT_EXPECT_EQ(test, lookup(test, hash, now, &fresh),	\
				place);					\
	} while (0)

static void alkaid_stick_empty_test(struct kunit *test)
{
	EXPECT_STICK(test, 0, 0, ALKAID_STICK_NONE);
	EXPECT_STICK(test, U32_MAX, U16_MAX, ALKAID_STICK_NONE);
}

/* The values that are nearest to "no flow". */
static void alkaid_stick_values_test(struct kunit *test)
{
	static const struct { u32 hash; u16 place; u16 now; } rows[] = {
		{ 0, 0, 0 }, { 0, 0, U16_MAX }, { U32_MAX, 4095, 0 },
		{ 1, 4095, U16_MAX }, { 0x80000000, 1, 1 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		alkaid_stick_touch(test->priv, rows[i].hash, rows[i].place,
				   rows[i].now);
		EXPECT_STICK(test, rows[i].hash, rows[i].now, rows[i].place);
		EXPECT_STICK(test, rows[i].hash ^ 0x100, rows[i].now,
			     ALKAID_STICK_NONE);
	}
}

static void alkaid_stick_moves_test(struct kunit *test)
{
	alkaid_stick_touch(test->priv, 5, 1, 100);
	alkaid_stick_touch(test->priv, 5, 2, 100);
	EXPECT_STICK(test, 5, 100, 2);
}

static void alkaid_stick_idle_test(struct kunit *test)
{
	alkaid_stick_touch(test->priv, 5, 1, 100);
	EXPECT_STICK(test, 5, 100 + ALKAID_STICK_IDLE - 1, 1);
	EXPECT_STICK(test, 5, 100 + ALKAID_STICK_IDLE, ALKAID_STICK_NONE);
	/* A packet keeps it. */
	alkaid_stick_touch(test->priv, 5, 1, 100 + ALKAID_STICK_IDLE - 1);
	EXPECT_STICK(test, 5, 100 + ALKAID_STICK_IDLE, 1);
}

/* The seconds are 16 bits of a clock that goes on. */
static void alkaid_stick_wrap_test(struct kunit *test)
{
	u16 now = U16_MAX - 10;

	alkaid_stick_touch(test->priv, 5, 1, now);
	EXPECT_STICK(test, 5, (u16)(now + 20), 1);
	EXPECT_STICK(test, 5, (u16)(now + ALKAID_STICK_IDLE - 1), 1);
	EXPECT_STICK(test, 5, (u16)(now + ALKAID_STICK_IDLE),
		     ALKAID_STICK_NONE);
	alkaid_stick_touch(test->priv, 5, 2, (u16)(now + 20));
	EXPECT_STICK(test, 5, (u16)(now + 20 + ALKAID_STICK_IDLE - 1), 2);
}

/* In a full bucket the one that was not used for longest goes. */
static void alkaid_stick_oldest_test(struct kunit *test)
{
	u16 now = U16_MAX - 4;
	unsigned int i;

	for (i = 0; i < ALKAID_STICK_WAYS; i++)
		alkaid_stick_touch(test->priv, neighbor(i), i, now + i);
	for (i = 0; i < ALKAID_STICK_WAYS; i++)
		EXPECT_STICK(test, neighbor(i), (u16)(now + i), i);
	/* The first has a packet again: the second is the oldest. */
	now += ALKAID_STICK_WAYS;
	alkaid_stick_touch(test->priv, neighbor(0), 0, now);
	alkaid_stick_touch(test->priv, neighbor(ALKAID_STICK_WAYS), 100, now);
	EXPECT_STICK(test, neighbor(0), now, 0);
	EXPECT_STICK(test, neighbor(1), now, ALKAID_STICK_NONE);
	for (i = 2; i < ALKAID_STICK_WAYS; i++)
		EXPECT_STICK(test, neighbor(i), now, i);
	EXPECT_STICK(test, neighbor(ALKAID_STICK_WAYS), now, 100);
}

/* An empty way comes before any that is in use. */
static void alkaid_stick_room_test(struct kunit *test)
{
	unsigned int i;

	alkaid_stick_touch(test->priv, neighbor(0), 1, 0);
	for (i = 1; i < ALKAID_STICK_WAYS; i++)
		alkaid_stick_touch(test->priv, neighbor(i), 2, U16_MAX);
	EXPECT_STICK(test, neighbor(0), 0, 1);
}

/* Who is told so need not tell. */
static void alkaid_stick_fresh_test(struct kunit *test)
{
	bool fresh;

	lookup(test, 5, 100, &fresh);
	KUNIT_EXPECT_FALSE(test, fresh);
	alkaid_stick_touch(test->priv, 5, 1, 100);
	lookup(test, 5, 100, &fresh);
	KUNIT_EXPECT_TRUE(test, fresh);
	lookup(test, 6, 100, &fresh);
	KUNIT_EXPECT_FALSE(test, fresh);
	lookup(test, 5, 101, &fresh);
	KUNIT_EXPECT_FALSE(test, fresh);
}

/* Within a second nothing is written, and what is written is one word. */
static void alkaid_stick_writes_test(struct kunit *test)
{
	struct alkaid_sticks *sticks = test->priv;
	u64 *words = &sticks->words[0][0];
	unsigned int i, used = 0;

	for (i = 0; i < 1000; i++)
		alkaid_stick_touch(sticks, 5, 1, 100);
	alkaid_stick_touch(sticks, 5, 1, 101);
	alkaid_stick_touch(sticks, 5, 2, 101);
	for (i = 0; i < ALKAID_STICK_BUCKETS * ALKAID_STICK_WAYS; i++)
		used += !!words[i];
	KUNIT_EXPECT_EQ(test, used, 1);
	KUNIT_EXPECT_EQ(test, (unsigned long)words % SMP_CACHE_BYTES, 0);
}

/* Flows of one member, which have the upper bits in common, spread. */
static void alkaid_stick_spread_test(struct kunit *test)
{
	unsigned int i, kept = 0;
	bool fresh;
	u32 step = U32_MAX / 8 / 20000;

	for (i = 0; i < 20000; i++)
		alkaid_stick_touch(test->priv, i * step, 3, 100);
	for (i = 0; i < 20000; i++)
		kept += lookup(test, i * step, 100, &fresh) == 3;
	kunit_info(test, "%u of 20000 flows kept\n", kept);
	KUNIT_EXPECT_GE(test, kept, 19900);
}

static struct kunit_case alkaid_stick_cases[] = {
	KUNIT_CASE(alkaid_stick_empty_test),
	KUNIT_CASE(alkaid_stick_values_test),
	KUNIT_CASE(alkaid_stick_moves_test),
	KUNIT_CASE(alkaid_stick_idle_test),
	KUNIT_CASE(alkaid_stick_wrap_test),
	KUNIT_CASE(alkaid_stick_oldest_test),
	KUNIT_CASE(alkaid_stick_room_test),
	KUNIT_CASE(alkaid_stick_fresh_test),
	KUNIT_CASE(alkaid_stick_writes_test),
	KUNIT_CASE(alkaid_stick_spread_test),
	{}
};

struct kunit_suite alkaid_stick_suite = {
	.name = "alkaid_stick",
	.init = stick_init,
	.exit = stick_exit,
	.test_cases = alkaid_stick_cases,
};
