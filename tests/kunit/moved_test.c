// SPDX-License-Identifier: GPL-2.0
/* Which addresses have left this host, and for how long that is known. */
#include <linux/delay.h>

#include "../../kmod/table/moved.h"
#include "cloud.h"

static bool moved(struct world *w, u32 vpc, const char *text)
{
	struct in6_addr addr = ip_of(text);
	bool recently;

	rcu_read_lock();
	recently = alkaid_moved_recently(&w->t, vpc, &addr);
	rcu_read_unlock();
	return recently;
}

static void alkaid_moved_unbound_test(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));
	ASSERT_OK(test, world_unbind(w, 0));
	/* Before its end is settled, and after. */
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "192.168.1.1"));
	world_settle(w);
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "192.168.1.1"));
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "fd00:1::1"));
	KUNIT_EXPECT_FALSE(test, moved(w, 8, "192.168.1.1"));
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.2.1"));
}

static void alkaid_moved_netdev_gone_test(struct kunit *test)
{
	struct world *w = test->priv;

	world_forget(w, 0);
	world_settle(w);
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "192.168.1.1"));
}

/* Of two addresses one stays. */
static void alkaid_moved_replaced_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_bind_ip(w, 0, 71, VM0, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "fd00:1::1"));
}

static void alkaid_moved_back_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_unbind(w, 0));
	world_settle(w);
	ASSERT_OK(test, world_bind_ip(w, 0, 71, VM0, "192.168.1.1",
				      ALKAID_NEW_ADD));
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));
}

static void alkaid_moved_neighbor_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.2"));
}

static void alkaid_moved_abort_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_abort(w));
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));

	/* Born and undone: it has never been here. */
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, VM0, "192.168.1.9",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_abort(w));
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.9"));
	KUNIT_EXPECT_EQ(test, w->t.moved.n, 0);
}

static void alkaid_moved_ends_test(struct kunit *test)
{
	struct world *w = test->priv;
	int tries = 1000;

	w->t.relay_time = 1;
	ASSERT_OK(test, world_unbind(w, 0));
	world_settle(w);
	while (moved(w, 7, "192.168.1.1") && tries--)
		msleep(20);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));
	w->t.relay_time = 1000;
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "192.168.1.1"));
	w->t.relay_time = 0;
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "192.168.1.1"));
}

/* There are no more than so many; the oldest go first. */
static void alkaid_moved_bound_test(struct kunit *test)
{
	struct in6_addr addr = ip_of("fd00:9::");
	struct world *w = test->priv;
	u32 i;

	mutex_lock(&w->t.lock);
	for (i = 0; i < ALKAID_MOVED_MAX + 10; i++) {
		addr.s6_addr32[3] = htonl(i);
		alkaid_moved_leaves(&w->t, 7, &addr);
		alkaid_moved_left(&w->t, 7, &addr);
	}
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_EQ(test, w->t.moved.n, ALKAID_MOVED_MAX);
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "fd00:9::"));
	KUNIT_EXPECT_FALSE(test, moved(w, 7, "fd00:9::9"));
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "fd00:9::a"));
	KUNIT_EXPECT_TRUE(test, moved(w, 7, "fd00:9::1:9"));
}

static struct kunit_case alkaid_moved_cases[] = {
	KUNIT_CASE(alkaid_moved_unbound_test),
	KUNIT_CASE(alkaid_moved_netdev_gone_test),
	KUNIT_CASE(alkaid_moved_replaced_test),
	KUNIT_CASE(alkaid_moved_back_test),
	KUNIT_CASE(alkaid_moved_neighbor_test),
	KUNIT_CASE(alkaid_moved_abort_test),
	KUNIT_CASE(alkaid_moved_ends_test),
	KUNIT_CASE(alkaid_moved_bound_test),
	{}
};

struct kunit_suite alkaid_moved_suite = {
	.name = "alkaid_moved",
	.init = cloud_init,
	.exit = world_exit,
	.test_cases = alkaid_moved_cases,
};
