// SPDX-License-Identifier: GPL-2.0
/* Change records: whichever order they come back in, none is lost or mixed up. */
#include "world.h"

/* More than a few pages hold. */
#define RECORDS	1000

/* A prime that does not divide them: steps of it come to all. */
#define STEP	37

struct records {
	struct alkaid_change *nth[RECORDS];
	char objs[RECORDS];
};

/* Whether a record says what it was told to. */
static bool is_whole(const struct records *r, u32 n)
{
	const struct alkaid_change *change = r->nth[n];

	return change->kind == &alkaid_endpoint_kind &&
	       change->obj == &r->objs[n] && change->dies == (n % 3 == 0);
}

static struct alkaid_change *make(struct alkaid_tables *t, void *obj, bool dies)
{
	return alkaid_change_create(t, &alkaid_endpoint_kind, obj, dies,
				    GFP_KERNEL | __GFP_NOFAIL);
}

static void alkaid_change_order_test(struct kunit *test)
{
	struct alkaid_tables *t = &((struct world *)test->priv)->t;
	struct records *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	u32 left, n, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, r);
	mutex_lock(&t->lock);
	for (n = 0; n < RECORDS; n++)
		r->nth[n] = make(t, &r->objs[n], n % 3 == 0);
	for (left = RECORDS, n = 0; left; left--, n = (n + STEP) % RECORDS) {
		wrong += !is_whole(r, n);
		alkaid_change_destroy(t, r->nth[n]);
	}
	mutex_unlock(&t->lock);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* What one message takes and gives back is there for the next one. */
static void alkaid_change_again_test(struct kunit *test)
{
	struct alkaid_tables *t = &((struct world *)test->priv)->t;
	struct alkaid_change *change, *first = NULL;
	u32 n, others = 0;

	mutex_lock(&t->lock);
	for (n = 0; n < RECORDS; n++) {
		change = make(t, test, false);
		first = first ?: change;
		others += change != first;
		alkaid_change_destroy(t, change);
	}
	mutex_unlock(&t->lock);
	KUNIT_EXPECT_EQ(test, others, 0);
}

static struct kunit_case alkaid_change_cases[] = {
	KUNIT_CASE(alkaid_change_order_test),
	KUNIT_CASE(alkaid_change_again_test),
	{}
};

struct kunit_suite alkaid_change_suite = {
	.name = "alkaid_change",
	.init = world_init,
	.exit = world_exit,
	.test_cases = alkaid_change_cases,
};
