// SPDX-License-Identifier: GPL-2.0
/* Transactions: commit, abort, rollback, owners, settling. */
#include "world.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define MAC_C	"02:00:00:00:00:0c"

/* VPC 7, subnet 71; 192.168.1.1 is vm0, 192.168.1.2 a neighbor. */
static int txn_init(struct kunit *test)
{
	int err = world_init(test);
	struct world *w = test->priv;

	if (err)
		return err;
	return world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
				ALKAID_NEW_ADD) ?:
	       world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1", ALKAID_NEW_ADD) ?:
	       world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
			       ALKAID_NEW_ADD);
}

static struct alkaid_endpoint *ip_in(struct world *w, const char *ip, u32 gen)
{
	struct in6_addr addr = ip_of(ip);

	return alkaid_endpoint_by_ip(&w->t, 7, &addr, gen);
}

static u32 next_gen(const struct world *w)
{
	return alkaid_gen_next(w->t.gen);
}

/*
 * Commits, and keeps what was committed from being settled: the settling wants
 * the lock. A reader of before the commit is kept from it by a grace period.
 */
static int commit_held(struct world *w)
{
	int err = alkaid_txn_enter(&w->t, OWNER, NULL);

	if (!err) {
		w->t.txn.owner = 0;
		alkaid_txn_leave(&w->t, 0, 0);
		mutex_lock(&w->t.lock);
	}
	return err;
}

/* Prepared changes are in the next generation, and in that one alone. */
static void alkaid_txn_both_generations_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 old = w->t.gen;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.3", MAC_C, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, w->t.gen, old);
	KUNIT_EXPECT_NULL(test, ip_in(w, "192.168.1.3", old));
	KUNIT_EXPECT_NOT_NULL(test, ip_in(w, "192.168.1.3", next_gen(w)));
	KUNIT_EXPECT_NOT_NULL(test, ip_in(w, "192.168.1.2", old));
	KUNIT_EXPECT_NULL(test, ip_in(w, "192.168.1.2", next_gen(w)));

	/* A reader that came before the commit keeps to what it saw. */
	ASSERT_OK(test, commit_held(w));
	KUNIT_EXPECT_EQ(test, w->t.gen, alkaid_gen_next(old));
	KUNIT_EXPECT_NULL(test, ip_in(w, "192.168.1.3", old));
	KUNIT_EXPECT_NOT_NULL(test, ip_in(w, "192.168.1.2", old));
	KUNIT_EXPECT_NOT_NULL(test, ip_in(w, "192.168.1.3", w->t.gen));
	KUNIT_EXPECT_NULL(test, ip_in(w, "192.168.1.2", w->t.gen));
	mutex_unlock(&w->t.lock);
}

static void alkaid_txn_abort_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_vpc_cfg cfg = { .id = 7, .name = "renamed" };
	struct alkaid_vpc *vpc = alkaid_vpc_lookup(&w->t, 7, w->t.gen);
	u32 gen = w->t.gen, seq = w->t.seq;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_cfg(w, &cfg, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 81, 8, 8001, "10.0.0.0/8",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_C, "10.0.0.9",
					ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 0, 81, MAC_C, "10.0.0.1",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_abort(w));
	world_settle(w);

	KUNIT_EXPECT_EQ(test, w->t.gen, gen);
	KUNIT_EXPECT_EQ(test, w->t.seq, seq);
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 1);
	KUNIT_EXPECT_EQ(test, w->t.n_subnets, 1);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 2);
	KUNIT_EXPECT_EQ(test, vpc->users, 1);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 1);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets), 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_mac), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 1);
	KUNIT_EXPECT_STREQ(test, alkaid_vpc_config(vpc, gen)->cfg.name, "");
	KUNIT_EXPECT_PTR_EQ(test, world_mac(w, 7001, MAC_B),
			    ip_in(w, "192.168.1.2", gen));
	KUNIT_EXPECT_PTR_EQ(test, w->ports[0],
			    alkaid_endpoint_port(ip_in(w, "192.168.1.1", gen)));
	/* The next commit must not wake what was aborted. */
	ASSERT_OK(test, world_vpc_new(w, 9, ALKAID_NEW_ADD));
	KUNIT_EXPECT_NULL(test, alkaid_vpc_lookup(&w->t, 8, w->t.gen));
	KUNIT_EXPECT_NULL(test, world_mac(w, 7001, MAC_C));
}

/* The same, with the next commit ahead of the settling. */
static void alkaid_txn_abort_then_commit_test(struct kunit *test)
{
	struct world *w = test->priv;
	int i;

	for (i = 0; i < 100; i++) {
		ASSERT_OK(test, world_begin(w));
		ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
		ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
		ASSERT_OK(test, world_abort(w));
		ASSERT_OK(test, world_vpc_new(w, 9, ALKAID_NEW_REPLACE));
		KUNIT_ASSERT_NULL(test, alkaid_vpc_lookup(&w->t, 8, w->t.gen));
		KUNIT_ASSERT_NOT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	}
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 2);
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 2);
}

/* A refused message in a transaction undoes itself, not what came before it. */
static void alkaid_txn_rollback_to_mark_test(struct kunit *test)
{
	const struct port_row late = {
		1, 71, MAC_C, { "192.168.1.5", "192.168.1.6" },
	};
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	/* The second address is one too many. */
	w->t.n_endpoints += ALKAID_ENDPOINTS_MAX - 3;
	KUNIT_EXPECT_EQ(test, world_bind(w, &late, ALKAID_NEW_ADD), -ENOSPC);
	w->t.n_endpoints -= ALKAID_ENDPOINTS_MAX - 3;
	KUNIT_EXPECT_EQ(test, w->t.txn.n_changes, 1);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_NOT_NULL(test, alkaid_vpc_lookup(&w->t, 8, w->t.gen));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.5"));
	KUNIT_EXPECT_NULL(test, alkaid_port_binding(w->ports[1], w->t.gen));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->ports[1]->refs, 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
}

static void expect_gone(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_NULL(test, alkaid_vpc_lookup(&w->t, 7, w->t.gen));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets_by_vni), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 0);
	KUNIT_EXPECT_EQ(test, w->t.n_vpcs, 0);
	KUNIT_EXPECT_EQ(test, w->t.n_subnets, 0);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 0);
}

/* What is in use goes only with its users, which may follow. */
static void alkaid_txn_any_order_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_subnet_del(w, 71), -EBUSY,
		       "subnet 71 is used by 2 ports, neighbors and routes");
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_del(w, 7));
	EXPECT_REFUSED(test, w, world_commit(w), -EBUSY,
		       "vpc 7 is used by 1 subnets and routes");
	ASSERT_OK(test, world_subnet_del(w, 71));
	EXPECT_REFUSED(test, w, world_commit(w), -EBUSY,
		       "subnet 71 is used by 2 ports, neighbors and routes");
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.2"), -ENOENT,
		       "no such neigh");
	EXPECT_REFUSED(test, w, world_commit(w), -EBUSY,
		       "subnet 71 is used by 1 ports, neighbors and routes");
	/* Nothing of it is to be seen, and it can still be mended. */
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, alkaid_txn_check(&w->t, OWNER, NULL), -EBUSY);
	ASSERT_OK(test, world_unbind(w, 0));
	EXPECT_OK(test, alkaid_txn_check(&w->t, OWNER, NULL));
	ASSERT_OK(test, world_commit(w));
	expect_gone(test);
}

/* A refused commit that is given up leaves no trace. */
static void alkaid_txn_any_order_abort_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen = w->t.gen;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_subnet_del(w, 71));
	ASSERT_OK(test, world_vpc_del(w, 7));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, world_commit(w), -EBUSY);
	ASSERT_OK(test, world_abort(w));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.gen, gen);
	KUNIT_EXPECT_EQ(test, alkaid_vpc_lookup(&w->t, 7, gen)->users, 1);
	KUNIT_EXPECT_EQ(test, alkaid_subnet_lookup(&w->t, 71, gen)->users, 2);
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, world_count(&w->t.members), 1);
	/* What was refused is not asked of the next transaction. */
	ASSERT_OK(test, world_begin(w));
	EXPECT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	EXPECT_OK(test, world_commit(w));
}

/* A subnet and its VPC are made anew, and what was in the old one after them. */
static void alkaid_txn_any_order_anew_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_subnet *old = alkaid_subnet_lookup(&w->t, 71, w->t.gen);
	struct alkaid_endpoint *ep;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 7009, "192.168.1.0/24",
					 ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_EQ(test, world_commit(w), -EBUSY);
	EXPECT_REFUSED(test, w, world_neigh_new(w, 71, "192.168.1.2", MAC_C,
						HOST_B, ALKAID_NEW_ADD),
		       -EEXIST, "neigh exists already");
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_C, HOST_B,
					ALKAID_NEW_REPLACE));
	KUNIT_EXPECT_EQ(test, world_commit(w), -EBUSY);
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_commit(w));
	ep = world_ip(w, 7, "192.168.1.2");
	KUNIT_ASSERT_NOT_NULL(test, ep);
	KUNIT_EXPECT_PTR_NE(test, ep->subnet, old);
	KUNIT_EXPECT_EQ(test, ep->subnet->vni, 7009);
	KUNIT_EXPECT_EQ(test, ep->subnet->users, 2);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets), 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.members), 1);
}

/* It moves to another VPC: its neighbor is found in both. */
static void alkaid_txn_any_order_move_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_subnet_new(w, 71, 8, 7001, "192.168.1.0/24",
					 ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_vpc_del(w, 7));
	KUNIT_EXPECT_EQ(test, world_commit(w), -EBUSY);
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
					ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_NULL(test, world_ip(w, 7, "192.168.1.2"));
	KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 8, "192.168.1.2"));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 1);
}

/* All of it is deleted, made anew, replaced and deleted, in one. */
static void alkaid_txn_born_and_died_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_subnet_new(w, 81, 8, 8001, "10.0.0.0/8",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 81, 8, 8001, "10.0.0.0/7",
					 ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_neigh_new(w, 81, "10.0.0.1", MAC_A, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 81, "10.0.0.1", MAC_B, HOST_B,
					ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 1, 81, MAC_C, "10.0.0.2",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_unbind(w, 1));
	ASSERT_OK(test, world_neigh_del(w, 81, "10.0.0.1"));
	ASSERT_OK(test, world_subnet_del(w, 81));
	ASSERT_OK(test, world_vpc_del(w, 8));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_NULL(test, alkaid_vpc_lookup(&w->t, 8, w->t.gen));
	KUNIT_EXPECT_NULL(test, world_ip(w, 8, "10.0.0.1"));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vpcs), 1);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.subnets), 1);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
	KUNIT_EXPECT_EQ(test, w->ports[1]->refs, 1);
}

static void alkaid_txn_wrap_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 before;
	int i;

	world_settle(w);
	w->t.gen = U32_MAX - 3;
	for (i = 0; i < 8; i++) {
		before = w->t.gen;
		ASSERT_OK(test, world_begin(w));
		ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2",
						i & 1 ? MAC_B : MAC_C, HOST_B,
						ALKAID_NEW_CHANGE));
		KUNIT_EXPECT_NOT_NULL(test, world_mac(w, 7001, i & 1 ? MAC_C :
						      MAC_B));
		ASSERT_OK(test, world_commit(w));
		KUNIT_EXPECT_NE(test, w->t.gen, 0);
		KUNIT_EXPECT_NE(test, w->t.gen, before);
		KUNIT_EXPECT_NOT_NULL(test, world_ip(w, 7, "192.168.1.2"));
		KUNIT_EXPECT_NOT_NULL(test, world_mac(w, 7001, i & 1 ? MAC_B :
						      MAC_C));
		KUNIT_EXPECT_NULL(test, world_mac(w, 7001, i & 1 ? MAC_C :
						  MAC_B));
	}
	KUNIT_EXPECT_EQ(test, w->t.gen, 5);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
}

/* A grace period later only what lives is left, and has two zeros. */
static void alkaid_txn_settle_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_endpoint *ep;

	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_C, HOST_B,
					ALKAID_NEW_CHANGE));
	world_settle(w);
	ep = world_ip(w, 7, "192.168.1.2");
	KUNIT_ASSERT_NOT_NULL(test, ep);
	KUNIT_EXPECT_EQ(test, ep->gen.born, 0);
	KUNIT_EXPECT_EQ(test, ep->gen.died, 0);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 2);
	KUNIT_EXPECT_EQ(test, w->t.txn.n_committed, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&w->t.txn.committed));
}

static void alkaid_txn_owner_test(struct kunit *test)
{
	struct netlink_ext_ack extack = {};
	struct world *w = test->priv;
	struct alkaid_commit commit;

	EXPECT_REFUSED(test, w, world_commit(w), -ENOENT,
		       "this socket has no transaction open");
	EXPECT_REFUSED(test, w, world_abort(w), -ENOENT,
		       "this socket has no transaction open");
	ASSERT_OK(test, world_begin(w));
	EXPECT_REFUSED(test, w, world_begin(w), -EBUSY,
		       "this socket has a transaction open");

	KUNIT_EXPECT_EQ(test, alkaid_txn_begin(&w->t, OTHER, &extack), -EBUSY);
	KUNIT_EXPECT_STREQ(test, extack._msg,
			   "another socket has a transaction open");
	KUNIT_EXPECT_EQ(test, alkaid_txn_enter(&w->t, OTHER, &extack), -EBUSY);
	KUNIT_EXPECT_EQ(test, alkaid_txn_commit(&w->t, OTHER, &commit,
						&extack), -EBUSY);
	KUNIT_EXPECT_EQ(test, alkaid_txn_abort(&w->t, OTHER, &extack), -EBUSY);

	ASSERT_OK(test, world_abort(w));
	EXPECT_OK(test, alkaid_txn_begin(&w->t, OTHER, &extack));
	EXPECT_REFUSED(test, w, world_vpc_new(w, 8, ALKAID_NEW_ADD), -EBUSY,
		       "another socket has a transaction open");
	EXPECT_OK(test, alkaid_txn_abort(&w->t, OTHER, &extack));
}

static void alkaid_txn_dead_test(struct kunit *test)
{
	struct world *w = test->priv;

	alkaid_tables_kill(&w->t);
	EXPECT_REFUSED(test, w, world_vpc_new(w, 8, ALKAID_NEW_ADD), -ENODEV,
		       "device is being deleted");
	EXPECT_REFUSED(test, w, world_begin(w), -ENODEV,
		       "device is being deleted");
}

/* Nothing was changed, so nothing is: no generation, no notice. */
static void alkaid_txn_empty_test(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen = w->t.gen, seq = w->t.seq;
	struct alkaid_commit commit;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, alkaid_txn_commit(&w->t, OWNER, &commit, NULL));
	KUNIT_EXPECT_EQ(test, commit.n_changes, 0);
	KUNIT_EXPECT_EQ(test, commit.number, w->t.txn.commits);
	KUNIT_EXPECT_EQ(test, w->t.gen, gen);
	KUNIT_EXPECT_EQ(test, w->t.seq, seq);
}

/* The exit of this test deletes the device below an open transaction. */
static void alkaid_txn_destroy_open_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_C, HOST_B,
					ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, MAC_C, "192.168.1.1",
				      ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_bind_ip(w, 1, 71, MAC_A, "192.168.1.9",
				      ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
}

static void alkaid_txn_limit_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	w->t.txn.n_changes += ALKAID_TXN_CHANGES_MAX;
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.2"), -ENOMEM,
		       "too many changes in one transaction");
	w->t.txn.n_changes -= ALKAID_TXN_CHANGES_MAX;
	/* There is room for what dies, and not for what is born. */
	w->t.txn.n_bytes = ALKAID_TXN_BYTES_MAX - sizeof(struct alkaid_change);
	EXPECT_REFUSED(test, w, world_vpc_new(w, 8, ALKAID_NEW_ADD), -ENOMEM,
		       "too much memory in one transaction");
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.2"), -ENOMEM,
		       "too much memory in one transaction");
	w->t.txn.n_bytes = 0;
	EXPECT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	KUNIT_EXPECT_EQ(test, w->t.txn.n_bytes,
			2 * sizeof(struct alkaid_change));
	EXPECT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
					ALKAID_NEW_ADD));
	EXPECT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	ASSERT_OK(test, world_abort(w));
	KUNIT_EXPECT_EQ(test, w->t.txn.n_bytes, 0);
	ASSERT_OK(test, world_begin(w));
	EXPECT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	EXPECT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, w->t.txn.n_bytes, 0);
}

/* A writer that is far ahead of the settling waits for it. */
static void alkaid_txn_backlog_test(struct kunit *test)
{
	struct world *w = test->priv;
	const struct alkaid_vpc_cfg cfg = { .id = 8 };
	u32 mark;
	int err;

	ASSERT_OK(test, alkaid_txn_enter(&w->t, OWNER, NULL));
	mark = alkaid_txn_mark(&w->t);
	err = alkaid_vpc_new(&w->t, &cfg, ALKAID_NEW_ADD, NULL);
	w->t.txn.n_committed = ALKAID_TXN_COMMITTED_MAX;
	EXPECT_OK(test, alkaid_txn_leave(&w->t, mark, err));
	EXPECT_OK(test, world_vpc_new(w, 9, ALKAID_NEW_ADD));
	KUNIT_EXPECT_LE(test, w->t.txn.n_committed, 1);
}

static struct kunit_case alkaid_txn_cases[] = {
	KUNIT_CASE(alkaid_txn_both_generations_test),
	KUNIT_CASE(alkaid_txn_abort_test),
	KUNIT_CASE(alkaid_txn_abort_then_commit_test),
	KUNIT_CASE(alkaid_txn_rollback_to_mark_test),
	KUNIT_CASE(alkaid_txn_any_order_test),
	KUNIT_CASE(alkaid_txn_any_order_abort_test),
	KUNIT_CASE(alkaid_txn_any_order_anew_test),
	KUNIT_CASE(alkaid_txn_any_order_move_test),
	KUNIT_CASE(alkaid_txn_born_and_died_test),
	KUNIT_CASE(alkaid_txn_wrap_test),
	KUNIT_CASE(alkaid_txn_settle_test),
	KUNIT_CASE(alkaid_txn_owner_test),
	KUNIT_CASE(alkaid_txn_dead_test),
	KUNIT_CASE(alkaid_txn_empty_test),
	KUNIT_CASE(alkaid_txn_destroy_open_test),
	KUNIT_CASE(alkaid_txn_limit_test),
	KUNIT_CASE(alkaid_txn_backlog_test),
	{}
};

struct kunit_suite alkaid_txn_suite = {
	.name = "alkaid_txn",
	.init = txn_init,
	.exit = world_exit,
	.test_cases = alkaid_txn_cases,
};
