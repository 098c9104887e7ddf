// SPDX-License-Identifier: GPL-2.0
/* Generations: which objects a reader sees, also when the numbers wrap. */
#include "world.h"

struct gen_case {
	const char *name;
	u32 born;
	u32 died;
	u32 gen;
	bool visible;
};

static const struct gen_case gen_cases[] = {
	{ "settled", 0, 0, 7, true },
	{ "settled, generation at its end", 0, 0, U32_MAX, true },
	{ "born ahead", 8, 0, 7, false },
	{ "born now", 7, 0, 7, true },
	{ "born before", 6, 0, 7, true },
	{ "dies ahead", 0, 8, 7, true },
	{ "died now", 0, 7, 7, false },
	{ "died before", 0, 6, 7, false },
	{ "lives now, dies ahead", 7, 8, 7, true },
	{ "lived, died now", 6, 7, 7, false },
	{ "born and died in one generation ahead", 8, 8, 7, false },
	{ "born and died in this generation", 7, 7, 7, false },
	{ "born and died in one before", 6, 6, 7, false },
	{ "born ahead, beyond the wrap", 1, 0, U32_MAX, false },
	{ "born before, beyond the wrap", U32_MAX, 0, 1, true },
	{ "dies ahead, beyond the wrap", 0, 1, U32_MAX, true },
	{ "died before, beyond the wrap", 0, U32_MAX, 1, false },
	{ "lives across the wrap", U32_MAX, 2, 1, true },
	{ "lived across the wrap", U32_MAX - 1, 1, 2, false },
	{ "born ahead, at the middle", 0x80000000, 0, 0x7fffffff, false },
	{ "born before, at the middle", 0x7fffffff, 0, 0x80000000, true },
};

KUNIT_ARRAY_PARAM_DESC(gen, gen_cases, name);

static void alkaid_gen_visible_test(struct kunit *test)
{
	const struct gen_case *c = test->param_value;
	const struct alkaid_gen gen = { .born = c->born, .died = c->died };

	KUNIT_EXPECT_EQ(test, alkaid_gen_visible(&gen, c->gen), c->visible);
}

static void alkaid_gen_next_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, alkaid_gen_next(1), 2);
	KUNIT_EXPECT_EQ(test, alkaid_gen_next(U32_MAX - 1), U32_MAX);
	/* Zero means always and never: no generation has it. */
	KUNIT_EXPECT_EQ(test, alkaid_gen_next(U32_MAX), 1);
}

static struct kunit_case alkaid_gen_cases[] = {
	KUNIT_CASE_PARAM(alkaid_gen_visible_test, gen_gen_params),
	KUNIT_CASE(alkaid_gen_next_test),
	{}
};

struct kunit_suite alkaid_gen_suite = {
	.name = "alkaid_gen",
	.test_cases = alkaid_gen_cases,
};
