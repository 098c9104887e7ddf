// SPDX-License-Identifier: GPL-2.0
/* VPCs as a table: add, replace, delete, and every refusal. */
#include "world.h"

static const struct alkaid_vpc_cfg *config_of(struct world *w, u32 id)
{
	struct alkaid_vpc *vpc = alkaid_vpc_lookup(&w->t, id, w->t.gen);

	return vpc ? &alkaid_vpc_config(vpc, w->t.gen)->cfg : NULL;
}

static void alkaid_vpc_add_test(struct kunit *test)
{
	const struct alkaid_vpc_cfg cfg = { .id = 7, .name = "blue" };
	struct world *w = test->priv;

	KUNIT_EXPECT_NULL(test, config_of(w, 7));
	ASSERT_OK(test, world_vpc_cfg(w, &cfg, ALKAID_NEW_ADD));
	KUNIT_ASSERT_NOT_NULL(test, config_of(w, 7));
	KUNIT_EXPECT_STREQ(test, config_of(w, 7)->name, "blue");
	KUNIT_EXPECT_NULL(test, config_of(w, 8));
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 1);
}

static void alkaid_vpc_modes_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_vpc_new(w, 7, ALKAID_NEW_CHANGE),
		       -ENOENT, "no such vpc");
	EXPECT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_vpc_new(w, 7, ALKAID_NEW_ADD),
		       -EEXIST, "vpc exists already");
	EXPECT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_REPLACE));
	EXPECT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_REPLACE));
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 2);
}

/* Who points to a VPC still does after it was replaced. */
static void alkaid_vpc_replace_test(struct kunit *test)
{
	struct alkaid_vpc_cfg cfg = { .id = 7, .name = "blue" };
	struct world *w = test->priv;
	struct alkaid_vpc *vpc;

	ASSERT_OK(test, world_vpc_cfg(w, &cfg, ALKAID_NEW_ADD));
	vpc = alkaid_vpc_lookup(&w->t, 7, w->t.gen);
	strscpy(cfg.name, "green", sizeof(cfg.name));
	ASSERT_OK(test, world_vpc_cfg(w, &cfg, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_PTR_EQ(test, alkaid_vpc_lookup(&w->t, 7, w->t.gen), vpc);
	KUNIT_EXPECT_STREQ(test, config_of(w, 7)->name, "green");
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 1);
	world_settle(w);
	KUNIT_EXPECT_STREQ(test, config_of(w, 7)->name, "green");
	/* The revision before it is gone. */
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(rcu_access_pointer(vpc->rev)->older));
}

static void alkaid_vpc_del_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_vpc_del(w, 7), -ENOENT, "no such vpc");
	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_del(w, 7));
	KUNIT_EXPECT_NULL(test, config_of(w, 7));
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 0);
	EXPECT_REFUSED(test, w, world_vpc_del(w, 7), -ENOENT, "no such vpc");
	/* The id is free at once, and not only when all is settled. */
	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	KUNIT_EXPECT_NOT_NULL(test, config_of(w, 7));
	world_settle(w);
	KUNIT_EXPECT_NOT_NULL(test, config_of(w, 7));
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 1);
}

static void alkaid_vpc_in_use_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
					 ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_vpc_del(w, 7), -EBUSY,
		       "vpc 7 is used by 2 subnets and routes");
	ASSERT_OK(test, world_subnet_del(w, 71));
	EXPECT_REFUSED(test, w, world_vpc_del(w, 7), -EBUSY,
		       "vpc 7 is used by 1 subnets and routes");
	ASSERT_OK(test, world_subnet_del(w, 72));
	EXPECT_OK(test, world_vpc_del(w, 7));
}

static void alkaid_vpc_miss_test(struct kunit *test)
{
	struct alkaid_vpc_cfg cfg = { .id = 7, .miss = ALKAID_MISS_GATEWAY };
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_vpc_cfg(w, &cfg, ALKAID_NEW_ADD),
		       -EINVAL, "miss policy gateway needs a gateway-group");
	cfg.group_id = 1;
	EXPECT_REFUSED(test, w, world_vpc_cfg(w, &cfg, ALKAID_NEW_ADD),
		       -ENOENT, "gateway 1 does not exist");
	cfg.miss = ALKAID_MISS_PUNT;
	EXPECT_REFUSED(test, w, world_vpc_cfg(w, &cfg, ALKAID_NEW_ADD),
		       -EOPNOTSUPP, "miss policy punt is not supported");
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 0);
}

static void alkaid_vpc_limit_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_vpc_new(w, 1, ALKAID_NEW_ADD));
	w->t.n_vpcs += ALKAID_VPCS_MAX - 1;
	EXPECT_REFUSED(test, w, world_vpc_new(w, 7, ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most VPCs");
	EXPECT_OK(test, world_vpc_new(w, 1, ALKAID_NEW_REPLACE));
	w->t.n_vpcs--;
	EXPECT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	w->t.n_vpcs -= ALKAID_VPCS_MAX - 2;
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 2);
}

static void alkaid_vpc_many_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 id;

	ASSERT_OK(test, world_begin(w));
	for (id = 1; id <= 1000; id++)
		ASSERT_OK(test, world_vpc_new(w, id, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_commit(w));
	for (id = 1; id <= 1000; id++) {
		KUNIT_ASSERT_NOT_NULL(test, config_of(w, id));
		KUNIT_ASSERT_EQ(test, config_of(w, id)->id, id);
	}
	for (id = 1; id <= 1000; id++)
		ASSERT_OK(test, world_vpc_del(w, id));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 0);
}

static struct kunit_case alkaid_vpc_cases[] = {
	KUNIT_CASE(alkaid_vpc_add_test),
	KUNIT_CASE(alkaid_vpc_modes_test),
	KUNIT_CASE(alkaid_vpc_replace_test),
	KUNIT_CASE(alkaid_vpc_del_test),
	KUNIT_CASE(alkaid_vpc_in_use_test),
	KUNIT_CASE(alkaid_vpc_miss_test),
	KUNIT_CASE(alkaid_vpc_limit_test),
	KUNIT_CASE_SLOW(alkaid_vpc_many_test),
	{}
};

struct kunit_suite alkaid_vpc_suite = {
	.name = "alkaid_vpc",
	.init = world_init,
	.exit = world_exit,
	.test_cases = alkaid_vpc_cases,
};
