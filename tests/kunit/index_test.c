// SPDX-License-Identifier: GPL-2.0
/* Indexes: random operations against a list, groups, crowds, and other sizes. */
#include <linux/kthread.h>
#include <linux/prandom.h>

#include "../../kmod/table/index.h"
#include "world.h"

#define OPERATIONS	100000
/* KASAN makes each of them ten times as slow. */
#define OPERATIONS_KASAN	25000
#define PHASE		10000
#define OBJECTS		2048

/* One seed, so that a failure can be repeated. */
#define SEED		20260303

struct object {
	u32 key;
	u32 serial;
	bool in;
	struct object __rcu *same;
};

struct model {
	struct alkaid_index x;
	struct object objects[OBJECTS];
	u32 n;
	u32 serial;
};

static u32 key_hash(u32 key)
{
	return key * 0x9e3779b1;
}

/* Eight keys have a bucket in common, and half of the keys the tag as well. */
static u32 key_crowd(u32 key)
{
	return key / 8 * 1000 | (key & 1) << 31;
}

static bool key_equal(const void *obj, const void *key)
{
	return ((const struct object *)obj)->key == *(const u32 *)key;
}

static u32 object_hash(const void *obj, u32 seed)
{
	return key_hash(((const struct object *)obj)->key);
}

static u32 object_crowd(const void *obj, u32 seed)
{
	return key_crowd(((const struct object *)obj)->key);
}

static bool object_equal(const void *a, const void *b)
{
	return key_equal(a, &((const struct object *)b)->key);
}

static const struct alkaid_index_kind spread = {
	.same = offsetof(struct object, same),
	.hash = object_hash,
	.equal = object_equal,
};

static const struct alkaid_index_kind crowded = {
	.same = offsetof(struct object, same),
	.hash = object_crowd,
	.equal = object_equal,
};

static struct model *model_new(struct kunit *test,
			       const struct alkaid_index_kind *kind)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_ASSERT_EQ(test, alkaid_index_init(&m->x, kind), 0);
	return m;
}

static u32 size_of(const struct model *m)
{
	return alkaid_index_table(&m->x)->mask + 1;
}

static void put(struct kunit *test, struct model *m, int i, u32 key)
{
	m->objects[i].key = key;
	m->objects[i].serial = ++m->serial;
	m->objects[i].in = true;
	KUNIT_ASSERT_EQ(test, alkaid_index_insert(&m->x, &m->objects[i]), 0);
	m->n++;
}

static void take(struct model *m, int i)
{
	m->objects[i].in = false;
	alkaid_index_remove(&m->x, &m->objects[i]);
	m->n--;
}

static struct object *find(const struct model *m, u32 key)
{
	if (m->x.kind == &crowded)
		return alkaid_index_find(&m->x, key_crowd(key), &key,
					 key_equal);
	return alkaid_index_find(&m->x, key_hash(key), &key, key_equal);
}

/* Objects of a key, which come newest first. */
static u32 count(struct kunit *test, struct model *m, u32 key)
{
	u32 n = 0, serial = U32_MAX;
	struct object *o;

	for (o = find(m, key); o; o = alkaid_index_next(&m->x, o), n++) {
		KUNIT_EXPECT_EQ(test, o->key, key);
		KUNIT_EXPECT_LT(test, o->serial, serial);
		serial = o->serial;
	}
	return n;
}

static void check(struct kunit *test, struct model *m)
{
	u32 *want = kunit_kcalloc(test, OBJECTS, sizeof(*want), GFP_KERNEL);
	u32 i, keys = 0;

	KUNIT_ASSERT_NOT_NULL(test, want);
	for (i = 0; i < OBJECTS; i++)
		if (m->objects[i].in)
			keys += !want[m->objects[i].key]++;
	for (i = 0; i < OBJECTS; i++)
		KUNIT_EXPECT_EQ(test, count(test, m, i), want[i]);
	KUNIT_EXPECT_EQ(test, m->x.used, keys);
	KUNIT_EXPECT_EQ(test, world_indexed(&m->x), m->n);
	kunit_kfree(test, want);
}

/* No bucket has been passed by anybody, once there is nobody. */
static void expect_clean(struct kunit *test, struct model *m)
{
	const struct alkaid_index_table *table = alkaid_index_table(&m->x);
	u32 i;

	for (i = 0; i <= table->mask; i++)
		KUNIT_EXPECT_EQ(test, table->buckets[i].tags, 0);
}

static void finish(struct kunit *test, struct model *m)
{
	int i;

	for (i = 0; i < OBJECTS; i++)
		if (m->objects[i].in)
			take(m, i);
	KUNIT_EXPECT_EQ(test, m->x.used, 0);
	expect_clean(test, m);
	alkaid_index_destroy(&m->x, NULL, NULL);
}

/* Phases with many and with few objects, of as many or of few keys. */
static void random_operations(struct kunit *test,
			      const struct alkaid_index_kind *kind)
{
	struct model *m = model_new(test, kind);
	int n_ops = IS_ENABLED(CONFIG_KASAN) ? OPERATIONS_KASAN : OPERATIONS;
	u32 smallest = U32_MAX, biggest = 0;
	struct rnd_state rnd;
	int op, i;

	prandom_seed_state(&rnd, SEED);
	for (op = 0; op < n_ops; op++) {
		bool full = op / PHASE % 2 == 0;

		i = prandom_u32_state(&rnd) % OBJECTS;
		if (m->objects[i].in)
			take(m, i);
		else if (full || prandom_u32_state(&rnd) % 256 == 0)
			put(test, m, i, prandom_u32_state(&rnd) %
			    (op % 3 ? OBJECTS : 64));
		smallest = op > PHASE ? min(smallest, size_of(m)) : smallest;
		biggest = max(biggest, size_of(m));
		if (op % 1000 == 0)
			check(test, m);
	}
	KUNIT_EXPECT_LE(test, smallest, 32);
	KUNIT_EXPECT_GE(test, biggest, 128);
	check(test, m);
	finish(test, m);
}

static void alkaid_index_random_test(struct kunit *test)
{
	random_operations(test, &spread);
}

static void alkaid_index_crowded_test(struct kunit *test)
{
	random_operations(test, &crowded);
}

/* The first, the last and one between leave their group. */
static void alkaid_index_group_test(struct kunit *test)
{
	struct model *m = model_new(test, &crowded);
	static const int order[] = { 4, 2, 0, 1, 3 };
	int i;

	put(test, m, 10, 8);
	for (i = 0; i < 5; i++)
		put(test, m, i, 10);
	put(test, m, 11, 12);
	KUNIT_EXPECT_EQ(test, count(test, m, 10), 5);
	for (i = 0; i < 5; i++) {
		take(m, order[i]);
		KUNIT_EXPECT_EQ(test, count(test, m, 10), 4 - i);
		KUNIT_EXPECT_EQ(test, count(test, m, 8), 1);
		KUNIT_EXPECT_EQ(test, count(test, m, 12), 1);
	}
	finish(test, m);
}

static u32 one_hash(const void *obj, u32 seed)
{
	return U32_MAX;
}

/* All keys have one hash: more go past a bucket than it can count. */
static void alkaid_index_one_hash_test(struct kunit *test)
{
	static const struct alkaid_index_kind kind = {
		.same = offsetof(struct object, same),
		.hash = one_hash,
		.equal = object_equal,
	};
	struct model *m = model_new(test, &kind);
	u32 key;

	for (key = 0; key < 600; key++)
		put(test, m, key, key);
	for (key = 0; key < 700; key++)
		KUNIT_EXPECT_EQ(test, key < 600,
				!!alkaid_index_find(&m->x, U32_MAX, &key,
						    key_equal));
	for (key = 0; key < 600; key += 2)
		take(m, key);
	for (key = 0; key < 700; key++)
		KUNIT_EXPECT_EQ(test, key < 600 && key % 2,
				!!alkaid_index_find(&m->x, U32_MAX, &key,
						    key_equal));
	alkaid_index_destroy(&m->x, NULL, NULL);
}

/* Who leaves is counted no more by those that it went past. */
static void alkaid_index_leave_test(struct kunit *test)
{
	struct model *m = model_new(test, &crowded);
	u32 key;

	/* Eight of a bucket: one has to go on. */
	for (key = 0; key < 8; key++)
		put(test, m, key, key);
	for (key = 0; key < 8; key++)
		take(m, key);
	expect_clean(test, m);
	alkaid_index_destroy(&m->x, NULL, NULL);
}

/* What is not there is not taken out, nor is another of its key. */
static void alkaid_index_absent_test(struct kunit *test)
{
	struct model *m = model_new(test, &spread);

	m->objects[0].key = 5;
	alkaid_index_remove(&m->x, &m->objects[0]);
	put(test, m, 1, 5);
	put(test, m, 2, 5);
	alkaid_index_remove(&m->x, &m->objects[0]);
	check(test, m);
	take(m, 1);
	alkaid_index_remove(&m->x, &m->objects[0]);
	alkaid_index_remove(&m->x, &m->objects[1]);
	check(test, m);
	finish(test, m);
}

/*
 * A reader finds what stays, whatever comes, goes, and has the table made anew
 * meanwhile. It runs between any two steps of the writer, or beside it where there
 * are more CPUs than one.
 */
#define STAY	64

struct reader {
	struct model *m;
	u32 missed;
	u32 rounds;
};

static int read_on(void *arg)
{
	struct reader *r = arg;
	u32 key;

	while (!kthread_should_stop()) {
		for (key = 0; key < STAY; key++) {
			rcu_read_lock();
			r->missed += !find(r->m, key);
			rcu_read_unlock();
		}
		WRITE_ONCE(r->rounds, r->rounds + 1);
		cond_resched();
	}
	return 0;
}

static void alkaid_index_reader_test(struct kunit *test)
{
	struct model *m = model_new(test, &crowded);
	struct reader r = { .m = m };
	struct task_struct *task;
	int i, round;

	for (i = 0; i < STAY; i++)
		put(test, m, i, i);
	task = kthread_run(read_on, &r, "index_reader");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	for (round = 0; round < 50; round++) {
		for (i = STAY; i < OBJECTS; i++) {
			/* Among those that stay, before and behind them. */
			put(test, m, i, i % 3 ? i : STAY + i % STAY);
			if (i % 256 == 0)
				cond_resched();
		}
		for (i = STAY; i < OBJECTS; i++) {
			take(m, i);
			if (i % 256 == 0)
				cond_resched();
		}
		/* What was taken out may be read until then. */
		synchronize_rcu();
	}
	while (!READ_ONCE(r.rounds))
		cond_resched();
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, r.missed, 0);
	KUNIT_EXPECT_GT(test, m->x.resizes, 50);
	check(test, m);
	finish(test, m);
}

static void count_one(void *obj, void *arg)
{
	++*(int *)arg;
}

static void alkaid_index_destroy_test(struct kunit *test)
{
	struct model *m = model_new(test, &spread);
	int i, n = 0;

	for (i = 0; i < 500; i++)
		put(test, m, i, i % 300);
	alkaid_index_destroy(&m->x, count_one, &n);
	KUNIT_EXPECT_EQ(test, n, 500);
}

static struct kunit_case alkaid_index_cases[] = {
	KUNIT_CASE_SLOW(alkaid_index_random_test),
	KUNIT_CASE_SLOW(alkaid_index_crowded_test),
	KUNIT_CASE(alkaid_index_group_test),
	KUNIT_CASE(alkaid_index_one_hash_test),
	KUNIT_CASE(alkaid_index_leave_test),
	KUNIT_CASE(alkaid_index_absent_test),
	KUNIT_CASE_SLOW(alkaid_index_reader_test),
	KUNIT_CASE(alkaid_index_destroy_test),
	{}
};

struct kunit_suite alkaid_index_suite = {
	.name = "alkaid_index",
	.test_cases = alkaid_index_cases,
};
