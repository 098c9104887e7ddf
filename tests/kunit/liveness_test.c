// SPDX-License-Identifier: GPL-2.0
/* Gateways that die: no flow goes to them from that moment on. */
#include "../../kmod/table/group.h"
#include "world.h"

#define FLOWS	4096
#define GATEWAYS 3

static struct alkaid_group *liveness_group(struct kunit *test)
{
	static const char * const addrs[GATEWAYS] = {
		"10.0.0.11", "10.0.0.12", "10.0.0.13",
	};
	struct alkaid_gateway_cfg members[GATEWAYS] = {};
	struct alkaid_group_cfg cfg = {
		.id = 1,
		.oam_port = ALKAID_OAM_PORT,
		.bfd_multiplier = ALKAID_BFD_MULTIPLIER,
	};
	struct world *w = test->priv;
	int i, err;
	u32 mark;

	for (i = 0; i < GATEWAYS; i++) {
		members[i].addr = ip_of(addrs[i]);
		mac_of("02:00:00:00:0a:01", members[i].mac);
		members[i].weight = 1;
	}
	ASSERT_OK(test, alkaid_txn_enter(&w->t, OWNER, &w->extack));
	mark = alkaid_txn_mark(&w->t);
	err = alkaid_group_new(&w->t, &cfg, members, GATEWAYS, ALKAID_NEW_ADD,
			       &w->extack);
	ASSERT_OK(test, alkaid_txn_leave(&w->t, mark, err));
	return alkaid_group_lookup(&w->t, 1, w->t.gen);
}

static struct alkaid_gateway *liveness_select(struct world *w,
					      struct alkaid_group *group,
					      u32 flow)
{
	struct alkaid_gateway *gw;
	bool kept;

	rcu_read_lock();
	gw = alkaid_group_select(group, flow * 0x9e3779b1, w->t.gen, &kept);
	rcu_read_unlock();
	return gw;
}

/* How many flows go to @gw; none may go to nobody. */
static int liveness_share(struct kunit *test, struct alkaid_group *group,
			  const struct alkaid_gateway *gw)
{
	struct alkaid_gateway *taken;
	int share = 0;
	u32 flow;

	for (flow = 0; flow < FLOWS; flow++) {
		taken = liveness_select(test->priv, group, flow);
		KUNIT_ASSERT_NOT_NULL(test, taken);
		share += taken == gw;
	}
	return share;
}

static struct alkaid_gateway *liveness_member(struct world *w,
					      struct alkaid_group *group, int i)
{
	return alkaid_group_config(group, w->t.gen)->members[i].gateway;
}

/* At once, and after the table was built anew; the others keep their flows. */
static void alkaid_liveness_dead_test(struct kunit *test)
{
	struct alkaid_gateway *before, *after, *dead;
	struct world *w = test->priv;
	struct alkaid_group *group = liveness_group(test);
	int others[GATEWAYS], i, moved = 0;
	u32 flow;

	dead = liveness_member(w, group, 1);
	KUNIT_EXPECT_GT(test, liveness_share(test, group, dead), 0);
	for (i = 0; i < GATEWAYS; i++)
		others[i] = liveness_share(test, group,
					   liveness_member(w, group, i));
	for (flow = 0; flow < FLOWS; flow++) {
		before = liveness_select(w, group, flow);
		WRITE_ONCE(dead->alive, false);
		after = liveness_select(w, group, flow);
		WRITE_ONCE(dead->alive, true);
		KUNIT_EXPECT_PTR_NE(test, after, dead);
		if (before != dead)
			KUNIT_EXPECT_PTR_EQ(test, after, before);
		else
			moved++;
	}
	KUNIT_EXPECT_EQ(test, moved, others[1]);

	WRITE_ONCE(dead->alive, false);
	/* Both of the others take over. */
	KUNIT_EXPECT_GT(test, liveness_share(test, group,
					     liveness_member(w, group, 0)),
			others[0]);
	KUNIT_EXPECT_GT(test, liveness_share(test, group,
					     liveness_member(w, group, 2)),
			others[2]);
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, group);
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_EQ(test, liveness_share(test, group, dead), 0);

	WRITE_ONCE(dead->alive, true);
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, group);
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_EQ(test, liveness_share(test, group, dead), others[1]);
}

static void alkaid_liveness_all_dead_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_group *group = liveness_group(test);
	int i;

	for (i = 0; i < GATEWAYS; i++)
		WRITE_ONCE(liveness_member(w, group, i)->alive, false);
	KUNIT_EXPECT_NULL(test, liveness_select(w, group, 1));
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, group);
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_NULL(test, liveness_select(w, group, 1));
}

/* A flow is not kept by a member that is dead, and comes back to it. */
static void alkaid_liveness_stick_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_group *group = liveness_group(test);
	struct alkaid_gateway *gw = liveness_member(w, group, 2);
	u32 hash = 7 * 0x9e3779b1;

	alkaid_stick_touch(group->sticks, hash, gw->place, ktime_get_seconds());
	KUNIT_EXPECT_PTR_EQ(test, liveness_select(w, group, 7), gw);
	WRITE_ONCE(gw->alive, false);
	KUNIT_EXPECT_PTR_NE(test, liveness_select(w, group, 7), gw);
	WRITE_ONCE(gw->alive, true);
	KUNIT_EXPECT_PTR_EQ(test, liveness_select(w, group, 7), gw);
}

static struct kunit_case liveness_cases[] = {
	KUNIT_CASE(alkaid_liveness_dead_test),
	KUNIT_CASE(alkaid_liveness_all_dead_test),
	KUNIT_CASE(alkaid_liveness_stick_test),
	{}
};

struct kunit_suite alkaid_liveness_suite = {
	.name = "alkaid_liveness",
	.init = world_init,
	.exit = world_exit,
	.test_cases = liveness_cases,
};
