// SPDX-License-Identifier: GPL-2.0
/* Maglev tables: balance, weights, and how little a change moves. */
#include <linux/crc32.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "../../kmod/table/maglev.h"
#include "world.h"

#define MEMBERS	1024

/* Parts of a million, of all slots. */
#define EXCESS_MAX	5000

/* Any ids will do, as long as they stay: the golden tables are of these. */
static void members_fill(struct alkaid_maglev_member *members, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		members[i].id = (i + 1) * 0x9e3779b97f4a7c15ULL;
		members[i].weight = 1;
		members[i].takes = true;
	}
}

static struct alkaid_maglev_member *members_of(struct kunit *test,
					       unsigned int n)
{
	struct alkaid_maglev_member *members =
		kunit_kcalloc(test, MEMBERS, sizeof(*members), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, members);
	members_fill(members, n);
	return members;
}

static struct alkaid_maglev *table_of(struct kunit *test,
				      const struct alkaid_maglev_member *members,
				      unsigned int n)
{
	struct alkaid_maglev *maglev = alkaid_maglev_build(members, n);

	KUNIT_ASSERT_NOT_NULL(test, maglev);
	return maglev;
}

/* How many slots a member has. */
static unsigned int slots_of(const struct alkaid_maglev *maglev, u16 number)
{
	unsigned int slot, n = 0;

	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++)
		n += maglev->slots[slot] == number;
	return n;
}

/* Slots that differ, but for those of one member in the first. */
static unsigned int moved(const struct alkaid_maglev *a,
			  const struct alkaid_maglev *b, u16 but)
{
	unsigned int slot, n = 0;

	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++)
		n += a->slots[slot] != but && a->slots[slot] != b->slots[slot];
	return n;
}

/* The share in slots, and by how much it may be missed, both times 1,000. */
static void expect_share(struct kunit *test, u32 slots, u32 weight, u64 total)
{
	u64 ideal = div64_u64(1000ULL * ALKAID_MAGLEV_SLOTS * weight, total);
	u64 off = abs_diff(1000ULL * slots, ideal);

	/* A share is rounded, and one more or less. */
	KUNIT_EXPECT_LE_MSG(test, off, max_t(u64, ideal / 100, 1500),
			    "%u slots of weight %u", slots, weight);
}

static void expect_shares(struct kunit *test,
			  const struct alkaid_maglev_member *members,
			  unsigned int n)
{
	struct alkaid_maglev *maglev = table_of(test, members, n);
	u32 *slots = kunit_kcalloc(test, n, sizeof(*slots), GFP_KERNEL);
	unsigned int i, slot;
	u64 total = 0;

	KUNIT_ASSERT_NOT_NULL(test, slots);
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++) {
		KUNIT_ASSERT_LT(test, maglev->slots[slot], n);
		slots[maglev->slots[slot]]++;
	}
	for (i = 0; i < n; i++)
		if (members[i].takes)
			total += members[i].weight;
	for (i = 0; i < n; i++)
		if (members[i].takes)
			expect_share(test, slots[i], members[i].weight, total);
		else
			KUNIT_EXPECT_EQ(test, slots[i], 0);
	alkaid_maglev_free(maglev);
}

static const unsigned int sizes[] = { 1, 2, 3, 5, 16, 64, 100, 256, 512, 1024 };

static void size_to_desc(const unsigned int *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u members", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_to_desc);

static void alkaid_maglev_balance_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;

	expect_shares(test, members_of(test, n), n);
}

static void alkaid_maglev_weights_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	unsigned int i;

	for (i = 0; i < n; i++)
		members[i].weight = 1 + i % 7 * 3;
	expect_shares(test, members, n);
	/* And among those that are left. */
	for (i = 1; i < n; i += 2)
		members[i].takes = false;
	expect_shares(test, members, n);
}

/* The heaviest there is beside the lightest: each has a slot. */
static void alkaid_maglev_extremes_test(struct kunit *test)
{
	struct alkaid_maglev_member *members = members_of(test, 2);
	struct alkaid_maglev *maglev;

	members[0].weight = U16_MAX;
	maglev = table_of(test, members, 2);
	KUNIT_EXPECT_GE(test, slots_of(maglev, 1), 1);
	KUNIT_EXPECT_LE(test, slots_of(maglev, 1), 2);
	alkaid_maglev_free(maglev);
}

/* Who stops to take flows moves its own slots alone, and gets them back. */
static void alkaid_maglev_state_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	struct alkaid_maglev *all = table_of(test, members, n), *less;
	unsigned int i, step = max(n / 8, 1U);

	for (i = 0; i < n && n > 1; i += step) {
		members[i].takes = false;
		less = table_of(test, members, n);
		KUNIT_EXPECT_EQ(test, slots_of(less, i), 0);
		KUNIT_EXPECT_EQ(test, moved(all, less, i), 0);
		alkaid_maglev_free(less);
		members[i].takes = true;
		less = table_of(test, members, n);
		KUNIT_EXPECT_EQ(test, moved(all, less, ALKAID_MAGLEV_NONE), 0);
		alkaid_maglev_free(less);
	}
	alkaid_maglev_free(all);
}

/* A second one that stops moves little more than what it took. */
static void alkaid_maglev_second_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	struct alkaid_maglev *one, *two;
	unsigned int excess;

	if (n < 3) {
		kunit_skip(test, "nobody is left");
		return;
	}
	members[0].takes = false;
	one = table_of(test, members, n);
	members[1].takes = false;
	two = table_of(test, members, n);
	excess = moved(one, two, 1) * 1000000ULL / ALKAID_MAGLEV_SLOTS;
	kunit_info(test, "%u ppm beyond its share\n", excess);
	KUNIT_EXPECT_LE(test, excess, EXCESS_MAX);
	alkaid_maglev_free(one);
	alkaid_maglev_free(two);
}

/* Parts of a million that move beyond the share of a member that is deleted. */
static unsigned int excess_without(struct kunit *test,
				   const struct alkaid_maglev_member *members,
				   const struct alkaid_maglev *all,
				   unsigned int n, unsigned int gone)
{
	struct alkaid_maglev_member *rest = members_of(test, 0);
	struct alkaid_maglev *less;
	unsigned int i, slot, result = 0;

	memcpy(rest, members, gone * sizeof(*rest));
	memcpy(&rest[gone], &members[gone + 1], (n - gone - 1) * sizeof(*rest));
	less = table_of(test, rest, n - 1);
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++) {
		i = less->slots[slot];
		result += all->slots[slot] != gone &&
			  all->slots[slot] != i + (i >= gone);
	}
	alkaid_maglev_free(less);
	kunit_kfree(test, rest);
	return result * 1000000ULL / ALKAID_MAGLEV_SLOTS;
}

static void alkaid_maglev_deletion_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	struct alkaid_maglev *all = table_of(test, members, n);
	unsigned int i, excess, worst = 0, step = max(n / 32, 1U);

	for (i = 0; i < n && n > 1; i += step) {
		excess = excess_without(test, members, all, n, i);
		worst = max(worst, excess);
	}
	kunit_info(test, "%u ppm at most beyond its share\n", worst);
	KUNIT_EXPECT_LE(test, worst, EXCESS_MAX);
	alkaid_maglev_free(all);
}

static void alkaid_maglev_order_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	struct alkaid_maglev *a = table_of(test, members, n), *b;
	unsigned int i, slot, wrong = 0;

	for (i = 0; i < n / 2; i++)
		swap(members[i], members[n - 1 - i]);
	b = table_of(test, members, n);
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++)
		wrong += a->slots[slot] != n - 1 - b->slots[slot];
	KUNIT_EXPECT_EQ(test, wrong, 0);
	alkaid_maglev_free(a);
	alkaid_maglev_free(b);
}

/* Numbers change nothing: weights are in proportion. */
static void alkaid_maglev_proportion_test(struct kunit *test)
{
	struct alkaid_maglev_member *members = members_of(test, 8);
	struct alkaid_maglev *a = table_of(test, members, 8), *b;
	int i;

	for (i = 0; i < 8; i++)
		members[i].weight = 256;
	b = table_of(test, members, 8);
	KUNIT_EXPECT_EQ(test, moved(a, b, ALKAID_MAGLEV_NONE), 0);
	alkaid_maglev_free(a);
	alkaid_maglev_free(b);
}

static void alkaid_maglev_nobody_test(struct kunit *test)
{
	struct alkaid_maglev_member *members = members_of(test, 3);
	struct alkaid_maglev *maglev;
	int i;

	maglev = table_of(test, members, 0);
	KUNIT_EXPECT_EQ(test, slots_of(maglev, ALKAID_MAGLEV_NONE),
			ALKAID_MAGLEV_SLOTS);
	alkaid_maglev_free(maglev);
	for (i = 0; i < 3; i++)
		members[i].takes = false;
	maglev = table_of(test, members, 3);
	KUNIT_EXPECT_EQ(test, slots_of(maglev, ALKAID_MAGLEV_NONE),
			ALKAID_MAGLEV_SLOTS);
	KUNIT_EXPECT_EQ(test, maglev->slots[alkaid_maglev_slot(U32_MAX)],
			ALKAID_MAGLEV_NONE);
	alkaid_maglev_free(maglev);
}

/**
 * struct golden - a table that must never change, since all hosts share it
 * @name: what it is of
 * @n: members
 * @weights: 1 + number % this
 * @down: this one does not take flows, if it is one
 * @crc: CRC-32 of the slots, little-endian
 */
struct golden {
	const char *name;
	unsigned int n;
	unsigned int weights;
	unsigned int down;
	u32 crc;
};

static const struct golden goldens[] = {
	{ "2 members", 2, 1, 2, 0x27b1f4fd },
	{ "5 members", 5, 1, 5, 0xcafba033 },
	{ "5 members, one down", 5, 1, 3, 0x8229048e },
	{ "64 members with weights", 64, 10, 64, 0x3d351d77 },
	{ "1024 members, one down", 1024, 1, 7, 0x18513ef9 },
};

KUNIT_ARRAY_PARAM_DESC(golden, goldens, name);

static void alkaid_maglev_golden_test(struct kunit *test)
{
	const struct golden *golden = test->param_value;
	struct alkaid_maglev_member *members = members_of(test, golden->n);
	struct alkaid_maglev *maglev;
	unsigned int i;
	u32 crc;

	for (i = 0; i < golden->n; i++) {
		members[i].weight = 1 + i % golden->weights;
		members[i].takes = i != golden->down;
	}
	maglev = table_of(test, members, golden->n);
	for (i = 0; i < ALKAID_MAGLEV_SLOTS; i++)
		maglev->slots[i] = (__force u16)cpu_to_le16(maglev->slots[i]);
	crc = ~crc32_le(~0, (u8 *)maglev->slots, sizeof(maglev->slots));
	KUNIT_EXPECT_EQ_MSG(test, crc, golden->crc, "it is %#x", crc);
	alkaid_maglev_free(maglev);
}

/* For the reader: a test machine's clock proves nothing. */
static void alkaid_maglev_time_test(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value;
	struct alkaid_maglev_member *members = members_of(test, n);
	u64 start, took, up = U64_MAX, down = U64_MAX;
	int i;

	for (i = 0; i < 16; i++) {
		members[0].takes = i < 8 || n == 1;
		start = ktime_get_ns();
		alkaid_maglev_free(table_of(test, members, n));
		took = ktime_get_ns() - start;
		if (i < 8)
			up = min(up, took);
		else
			down = min(down, took);
	}
	kunit_info(test, "%u members: %llu us, with one down %llu us\n", n,
		   up / 1000, down / 1000);
}

static struct kunit_case alkaid_maglev_cases[] = {
	KUNIT_CASE_PARAM(alkaid_maglev_balance_test, size_gen_params),
	KUNIT_CASE_PARAM(alkaid_maglev_weights_test, size_gen_params),
	KUNIT_CASE(alkaid_maglev_extremes_test),
	KUNIT_CASE_PARAM(alkaid_maglev_state_test, size_gen_params),
	KUNIT_CASE_PARAM(alkaid_maglev_second_test, size_gen_params),
	KUNIT_CASE_PARAM(alkaid_maglev_deletion_test, size_gen_params),
	KUNIT_CASE_PARAM(alkaid_maglev_order_test, size_gen_params),
	KUNIT_CASE(alkaid_maglev_proportion_test),
	KUNIT_CASE(alkaid_maglev_nobody_test),
	KUNIT_CASE_PARAM(alkaid_maglev_golden_test, golden_gen_params),
	KUNIT_CASE_PARAM(alkaid_maglev_time_test, size_gen_params),
	{}
};

struct kunit_suite alkaid_maglev_suite = {
	.name = "alkaid_maglev",
	.test_cases = alkaid_maglev_cases,
};
