// SPDX-License-Identifier: GPL-2.0
/* A subnet reaches to each VTEP that it has neighbors behind, in each generation. */
#include <linux/rculist.h>

#include "../../kmod/table/member.h"
#include "world.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define HOST_C	"10.0.0.3"

static int member_init(struct kunit *test)
{
	int err = world_init(test);
	struct world *w = test->priv;

	return err ?:
	       world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
				ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
				ALKAID_NEW_ADD);
}

/* How many members of a subnet lead to a host, as a frame sees it now. */
static int members(struct world *w, u32 subnet, const char *host)
{
	const struct in6_addr addr = ip_of(host);
	struct alkaid_member *member;
	int n = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(member,
				 &alkaid_subnet_lookup(&w->t, subnet,
						       w->t.gen)->members,
				 list)
		n += alkaid_gen_visible(&member->gen, w->t.gen) &&
		     ipv6_addr_equal(&member->vtep->addr, &addr);
	rcu_read_unlock();
	return n;
}

static int add(struct world *w, u32 subnet, const char *ip, const char *mac,
	       const char *host)
{
	return world_neigh_new(w, subnet, ip, mac, host, ALKAID_NEW_REPLACE);
}

static void alkaid_member_counts_test(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 0);
	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	ASSERT_OK(test, add(w, 71, "192.168.1.2", MAC_B, HOST_B));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
	KUNIT_EXPECT_EQ(test, members(w, 72, HOST_B), 0);
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.1"));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 0);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.members), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 0);
}

/* One host, two subnets: each reaches to it by itself. */
static void alkaid_member_subnets_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	ASSERT_OK(test, add(w, 72, "192.168.2.1", MAC_B, HOST_B));
	ASSERT_OK(test, add(w, 72, "192.168.2.2", MAC_B, HOST_C));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_C), 0);
	KUNIT_EXPECT_EQ(test, members(w, 72, HOST_B), 1);
	KUNIT_EXPECT_EQ(test, members(w, 72, HOST_C), 1);
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.1"));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 0);
	KUNIT_EXPECT_EQ(test, members(w, 72, HOST_B), 1);
}

/* The one that was looked up last is forgotten with its end. */
static void alkaid_member_ends_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	KUNIT_EXPECT_NOT_NULL(test, w->t.member);
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.1"));
	world_settle(w);
	KUNIT_EXPECT_NULL(test, w->t.member);
	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
}

static void alkaid_member_moves_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_C));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 0);
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_C), 1);
	/* To where it is already. */
	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_B, HOST_C));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_C), 1);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.members), 1);
}

static void alkaid_member_txn_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, add(w, 71, "192.168.1.1", MAC_A, HOST_B));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.1"));
	ASSERT_OK(test, add(w, 71, "192.168.1.2", MAC_B, HOST_C));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_C), 0);
	ASSERT_OK(test, world_abort(w));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 1);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.members), 1);

	/* The abort has put the count back as well. */
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.1"));
	ASSERT_OK(test, add(w, 71, "192.168.1.2", MAC_B, HOST_B));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	ASSERT_OK(test, add(w, 71, "192.168.1.3", MAC_B, HOST_C));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_B), 0);
	KUNIT_EXPECT_EQ(test, members(w, 71, HOST_C), 1);
}

static struct kunit_case alkaid_member_cases[] = {
	KUNIT_CASE(alkaid_member_counts_test),
	KUNIT_CASE(alkaid_member_subnets_test),
	KUNIT_CASE(alkaid_member_ends_test),
	KUNIT_CASE(alkaid_member_moves_test),
	KUNIT_CASE(alkaid_member_txn_test),
	{}
};

struct kunit_suite alkaid_member_suite = {
	.name = "alkaid_member",
	.init = member_init,
	.exit = world_exit,
	.test_cases = alkaid_member_cases,
};
