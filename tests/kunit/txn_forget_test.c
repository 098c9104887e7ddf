// SPDX-License-Identifier: GPL-2.0
/* A port's netdev goes away, also below an open transaction. */
#include "world.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"

/* How the transaction that was open ends. */
struct end_case {
	const char *name;
	int (*end)(struct world *w);
};

static const struct end_case end_cases[] = {
	{ "then commit", world_commit },
	{ "then abort", world_abort },
};

KUNIT_ARRAY_PARAM_DESC(end, end_cases, name);

static int forget_init(struct kunit *test)
{
	int err = world_init(test);
	struct world *w = test->priv;

	if (err)
		return err;
	return world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
				ALKAID_NEW_ADD) ?:
	       world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1", ALKAID_NEW_ADD);
}

/* Nothing is left of the port, now and after what is unsettled. */
static void expect_forgotten(struct kunit *test, u32 users)
{
	struct world *w = test->priv;
	struct alkaid_subnet *subnet;

	KUNIT_EXPECT_NULL(test, alkaid_port_binding(w->ports[0], w->t.gen));
	world_settle(w);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(w->ports[0]->binding));
	KUNIT_EXPECT_EQ(test, w->ports[0]->refs, 1);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, users);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), users);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_mac), users);
	subnet = alkaid_subnet_lookup(&w->t, 71, w->t.gen);
	if (subnet)
		KUNIT_EXPECT_EQ(test, subnet->users, users);
}

static void alkaid_forget_bound_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen = w->t.gen, seq = w->t.seq;

	world_forget(w, 0);
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	KUNIT_EXPECT_NULL(test, world_mac(w, 7001, MAC_A));
	/* It is a change, but no commit. */
	KUNIT_EXPECT_EQ(test, w->t.gen, gen);
	KUNIT_EXPECT_NE(test, w->t.seq, seq);
	expect_forgotten(test, 0);
	EXPECT_OK(test, world_subnet_del(w, 71));
}

static void alkaid_forget_unbound_test(struct kunit *test)
{
	struct world *w = test->priv;

	world_forget(w, 1);
	ASSERT_OK(test, world_unbind(w, 0));
	world_forget(w, 0);
	world_forget(w, 0);
	expect_forgotten(test, 0);
}

static void alkaid_forget_idle_txn_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	world_forget(w, 0);
	ASSERT_OK(test, c->end(w));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	expect_forgotten(test, 0);
}

static void alkaid_forget_being_bound_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct world *w = test->priv;

	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_B, "192.168.1.2",
				      ALKAID_NEW_ADD));
	world_forget(w, 0);
	KUNIT_EXPECT_EQ(test, w->t.txn.n_changes, 0);
	ASSERT_OK(test, c->end(w));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	expect_forgotten(test, 0);
}

static void alkaid_forget_being_unbound_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	world_forget(w, 0);
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	ASSERT_OK(test, c->end(w));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	expect_forgotten(test, 0);
}

static void alkaid_forget_being_replaced_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_B, "192.168.1.2",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_B, "192.168.1.3",
				      ALKAID_NEW_CHANGE));
	world_forget(w, 0);
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	ASSERT_OK(test, c->end(w));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.3"));
	expect_forgotten(test, 0);
}

/* What the transaction does to others is as it was. */
static void alkaid_forget_among_others_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	bool committed = c->end == world_commit;
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	/* The VM moves: its address is a neighbor's from now on. */
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.1", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	world_forget(w, 0);
	/* The neighbor, its VTEP's membership of the subnet, and the VPC. */
	KUNIT_EXPECT_EQ(test, w->t.txn.n_changes, 3);
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.1"));
	ASSERT_OK(test, c->end(w));
	KUNIT_EXPECT_EQ(test, !!world_ip(w, 7, "192.168.1.1"), committed);
	KUNIT_EXPECT_EQ(test, !!alkaid_vpc_lookup(&w->t, 8, w->t.gen),
			committed);
	expect_forgotten(test, committed ? 1 : 0);
}

/* All of it goes in the transaction, and the netdev below it. */
static void alkaid_forget_with_subnet_test(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_subnet_del(w, 71));
	ASSERT_OK(test, world_vpc_del(w, 7));
	world_forget(w, 0);
	ASSERT_OK(test, c->end(w));
	expect_forgotten(test, 0);
	KUNIT_EXPECT_EQ(test, w->t.n_subnets, c->end == world_abort);
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, c->end == world_abort);
}

static struct kunit_case alkaid_txn_forget_cases[] = {
	KUNIT_CASE(alkaid_forget_bound_test),
	KUNIT_CASE(alkaid_forget_unbound_test),
	KUNIT_CASE_PARAM(alkaid_forget_idle_txn_test, end_gen_params),
	KUNIT_CASE_PARAM(alkaid_forget_being_bound_test, end_gen_params),
	KUNIT_CASE_PARAM(alkaid_forget_being_unbound_test, end_gen_params),
	KUNIT_CASE_PARAM(alkaid_forget_being_replaced_test, end_gen_params),
	KUNIT_CASE_PARAM(alkaid_forget_among_others_test, end_gen_params),
	KUNIT_CASE_PARAM(alkaid_forget_with_subnet_test, end_gen_params),
	{}
};

struct kunit_suite alkaid_txn_forget_suite = {
	.name = "alkaid_txn_forget",
	.init = forget_init,
	.exit = world_exit,
	.test_cases = alkaid_txn_forget_cases,
};
