// SPDX-License-Identifier: GPL-2.0
/* Whether it is time to tell a host of a flow again. */
#include "../../kmod/path/told.h"
#include "world.h"

#define NOW	123456789

static int told_init(struct kunit *test)
{
	test->priv = alkaid_told_alloc();
	return test->priv ? 0 : -ENOMEM;
}

static void told_exit(struct kunit *test)
{
	alkaid_told_free(test->priv);
}

/* A hash by bucket and tag. */
static u64 hash_of(u64 tag, u32 bucket)
{
	return tag << 24 | bucket;
}

static void alkaid_told_once_test(struct kunit *test)
{
	struct alkaid_told *told = test->priv;
	u64 hash = hash_of(77, 5);

	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash, NOW));
	KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, hash, NOW));
	KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, hash, NOW + 999));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash, NOW + 1000));
	KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, hash, NOW + 1999));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash, NOW + 2000));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash_of(78, 5), NOW));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash_of(77, 6), NOW));
}

/* A tag of zero is one too. */
static void alkaid_told_zero_test(struct kunit *test)
{
	struct alkaid_told *told = test->priv;

	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, 0, 0));
	KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, 0, 1));
}

/* Over the end of the clock's bits it goes on. */
static void alkaid_told_wrap_test(struct kunit *test)
{
	struct alkaid_told *told = test->priv;
	u32 end = 1 << 24;

	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, 1, end - 1));
	KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, 1, end + 998));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, 1, end + 999));
}

/* Eight flows of a bucket are kept; the ninth takes the place of the oldest. */
static void alkaid_told_full_test(struct kunit *test)
{
	struct alkaid_told *told = test->priv;
	int i;

	for (i = 1; i <= ALKAID_TOLD_WAYS; i++)
		KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash_of(i, 9),
							  NOW + i));
	for (i = 1; i <= ALKAID_TOLD_WAYS; i++)
		KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, hash_of(i, 9),
							   NOW + 20));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash_of(99, 9),
						  NOW + 20));
	for (i = 2; i <= ALKAID_TOLD_WAYS; i++)
		KUNIT_EXPECT_FALSE(test, alkaid_told_claim(told, hash_of(i, 9),
							   NOW + 20));
	KUNIT_EXPECT_TRUE(test, alkaid_told_claim(told, hash_of(1, 9),
						  NOW + 20));
}

static struct kunit_case alkaid_told_cases[] = {
	KUNIT_CASE(alkaid_told_once_test),
	KUNIT_CASE(alkaid_told_zero_test),
	KUNIT_CASE(alkaid_told_wrap_test),
	KUNIT_CASE(alkaid_told_full_test),
	{}
};

struct kunit_suite alkaid_told_suite = {
	.name = "alkaid_told",
	.init = told_init,
	.exit = told_exit,
	.test_cases = alkaid_told_cases,
};
