// SPDX-License-Identifier: GPL-2.0
/* Gateway groups as a table: revisions, what stays of them, users, and refusals. */
#include "../../kmod/table/counters.h"
#include "world.h"

#define M1 { "10.0.0.11", "02:00:00:00:01:01" }
#define M2 { "10.0.0.12", "02:00:00:00:01:02" }
#define M3 { "fd00:ffff::13", "02:00:00:00:01:03" }

#define UP	ALKAID_GATEWAY_STATE_UP
#define DOWN	ALKAID_GATEWAY_STATE_DOWN
#define DRAIN	ALKAID_GATEWAY_STATE_DRAIN

static const struct member_text one[] = { M1, {} };
static const struct member_text two[] = { M1, M2, {} };
static const struct member_text turned[] = { M2, M1, {} };
static const struct member_text three[] = { M1, M2, M3, {} };

static const struct alkaid_group_rev *rev_of(struct world *w, u32 id)
{
	struct alkaid_group *group = alkaid_group_lookup(&w->t, id, w->t.gen);

	return group ? alkaid_group_config(group, w->t.gen) : NULL;
}

static struct alkaid_gateway *gateway_of(struct world *w, u32 id,
					 const char *ip)
{
	const struct in6_addr addr = ip_of(ip);
	struct alkaid_gateway *gw;

	rcu_read_lock();
	gw = alkaid_gateway_of_group(&w->t, rev_of(w, id)->group, &addr,
				     w->t.gen);
	rcu_read_unlock();
	return gw;
}

/* The state that was set, or -1. */
static int state_of(struct world *w, u32 id, const char *ip)
{
	const struct alkaid_gateway *gw = gateway_of(w, id, ip);

	return gw ? rev_of(w, id)->members[rev_of(w, id)->by_place[gw->place]].state :
		    -1;
}

static void alkaid_group_add_test(struct kunit *test)
{
	struct world *w = test->priv;
	const struct alkaid_group_rev *rev;
	struct in6_addr addr;
	bool kept;

	ASSERT_OK(test, world_group_new(w, 1, three, ALKAID_NEW_ADD));
	rev = rev_of(w, 1);
	KUNIT_ASSERT_NOT_NULL(test, rev);
	KUNIT_ASSERT_EQ(test, rev->n_members, 3);
	addr = ip_of("fd00:ffff::13");
	KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&rev->members[2].gateway->addr,
						&addr));
	KUNIT_EXPECT_EQ(test, rev->members[2].weight, 1);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "fd00:ffff::13"), UP);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.99"), -1);
	KUNIT_EXPECT_NULL(test, rev_of(w, 2));
	KUNIT_EXPECT_EQ(test, w->t.n_groups, 1);
	/* A group may be empty: nobody takes flows. */
	ASSERT_OK(test, world_group_new(w, 2, &one[1], ALKAID_NEW_ADD));
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, alkaid_group_select(rev_of(w, 2)->group, 0,
						    w->t.gen, &kept));
	KUNIT_EXPECT_NOT_NULL(test, alkaid_group_select(rev_of(w, 1)->group, 0,
							w->t.gen, &kept));
	rcu_read_unlock();
}

static void alkaid_group_modes_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_group_new(w, 1, one, ALKAID_NEW_CHANGE),
		       -ENOENT, "no such gateway");
	EXPECT_REFUSED(test, w, world_group_del(w, 1), -ENOENT,
		       "no such gateway");
	EXPECT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_group_new(w, 1, one, ALKAID_NEW_ADD),
		       -EEXIST, "gateway exists already");
	EXPECT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_REPLACE));
	EXPECT_OK(test, world_group_new(w, 2, one, ALKAID_NEW_REPLACE));
	KUNIT_EXPECT_EQ(test, w->t.n_groups, 2);
	ASSERT_OK(test, world_group_del(w, 1));
	KUNIT_EXPECT_NULL(test, rev_of(w, 1));
	ASSERT_OK(test, world_group_del(w, 2));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.groups), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.gateways), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vteps), 0);
}

struct member_row {
	const char *text;
	struct member_text members[3];
};

static const struct member_row bad_members[] = {
	{ "member 0.0.0.0 is not a unicast address",
	  { { "0.0.0.0", "02:00:00:00:01:01" } } },
	{ "member 224.0.0.1 is not a unicast address",
	  { { "224.0.0.1", "02:00:00:00:01:01" } } },
	{ "member 127.0.0.1 is not a unicast address",
	  { { "127.0.0.1", "02:00:00:00:01:01" } } },
	{ "member fe80::1 is not a unicast address",
	  { { "fe80::1", "02:00:00:00:01:01" } } },
	{ "member ff02::1 is not a unicast address",
	  { M1, { "ff02::1", "02:00:00:00:01:01" } } },
	{ "mac 01:00:00:00:01:01 is not a unicast MAC",
	  { M1, { "10.0.0.12", "01:00:00:00:01:01" } } },
	{ "mac 00:00:00:00:00:00 is not a unicast MAC",
	  { M1, { "10.0.0.12", "00:00:00:00:00:00" } } },
	{ "member 10.0.0.11 is given twice", { M1, M1 } },
	{ "10.0.0.9: mac 02:00:00:00:01:01, but 02:00:00:00:09:09 in gateway 9",
	  { M2, { "10.0.0.9", "02:00:00:00:01:01" } } },
	{ "mac 02:00:00:00:01:01, but 02:00:00:00:09:10 of this ip in gateway 9",
	  { M2, { "fd00::9", "02:00:00:00:01:01" } } },
};

static void alkaid_group_refusals_test(struct kunit *test)
{
	static const struct member_text nine[] = {
		{ "10.0.0.9", "02:00:00:00:09:09" },
		{ "fd00::9", "02:00:00:00:09:10" }, {}
	};
	struct world *w = test->priv;
	struct member_text members[4];
	int i;

	ASSERT_OK(test, world_group_new(w, 9, nine, ALKAID_NEW_ADD));
	for (i = 0; i < ARRAY_SIZE(bad_members); i++) {
		memset(members, 0, sizeof(members));
		memcpy(members, bad_members[i].members,
		       sizeof(bad_members[i].members));
		EXPECT_REFUSED(test, w,
			       world_group_new(w, 1, members, ALKAID_NEW_ADD),
			       -EINVAL, bad_members[i].text);
	}
	KUNIT_EXPECT_NULL(test, rev_of(w, 1));
	/* With one group's leave the address is free for another MAC. */
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_new(w, 9, one, ALKAID_NEW_CHANGE));
	memset(members, 0, sizeof(members));
	memcpy(members, bad_members[8].members,
	       sizeof(bad_members[8].members));
	EXPECT_OK(test, world_group_new(w, 1, members, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_commit(w));
}

static void alkaid_group_bounds_test(struct kunit *test)
{
	const struct alkaid_group_cfg good = {
		.id = 1,
		.oam_port = 1,
		.bfd_interval = ALKAID_BFD_INTERVAL_MIN,
		.bfd_multiplier = 1,
	};
	struct world *w = test->priv;
	struct alkaid_group_cfg cfg = good;

	cfg.oam_port = 0;
	EXPECT_REFUSED(test, w, world_group_cfg(w, &cfg, NULL, 0, ALKAID_NEW_ADD),
		       -EINVAL, "oam-port must not be 0");
	cfg = good;
	cfg.bfd_multiplier = 0;
	EXPECT_REFUSED(test, w, world_group_cfg(w, &cfg, NULL, 0, ALKAID_NEW_ADD),
		       -ERANGE, "bfd-multiplier must not be 0");
	cfg = good;
	cfg.bfd_interval--;
	EXPECT_REFUSED(test, w, world_group_cfg(w, &cfg, NULL, 0, ALKAID_NEW_ADD),
		       -ERANGE, "bfd-interval is 10000 to 60000000 microseconds");
	cfg.bfd_interval = ALKAID_BFD_INTERVAL_MAX + 1;
	EXPECT_REFUSED(test, w, world_group_cfg(w, &cfg, NULL, 0, ALKAID_NEW_ADD),
		       -ERANGE, "bfd-interval is 10000 to 60000000 microseconds");
	w->t.n_groups = ALKAID_GROUPS_MAX - 1;
	EXPECT_OK(test, world_group_cfg(w, &good, NULL, 0, ALKAID_NEW_ADD));
	cfg = good;
	cfg.id = 2;
	EXPECT_REFUSED(test, w, world_group_cfg(w, &cfg, NULL, 0, ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most gateway groups");
	EXPECT_OK(test, world_group_cfg(w, &good, NULL, 0, ALKAID_NEW_REPLACE));
	w->t.n_groups = 1;
}

/* N members that no other list has. */
static void many(struct alkaid_gateway_cfg *members, u16 n, u8 list)
{
	u16 i;

	for (i = 0; i < n; i++)
		members[i] = (struct alkaid_gateway_cfg) {
			.addr.s6_addr = { 0xfd, list, [14] = i >> 8, i & 0xff },
			.mac = { 2, 0, 0, list, i >> 8, i & 0xff },
			.weight = 1,
		};
}

static void alkaid_group_many_test(struct kunit *test)
{
	const struct alkaid_group_cfg cfg = {
		.id = 1,
		.oam_port = ALKAID_OAM_PORT,
		.bfd_multiplier = ALKAID_BFD_MULTIPLIER,
	};
	const u16 max = ALKAID_GATEWAYS_MAX;
	struct world *w = test->priv;
	struct alkaid_gateway_cfg *members;
	int i;

	members = kunit_kcalloc(test, max + 1, sizeof(*members), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, members);
	many(members, max + 1, 0);
	EXPECT_REFUSED(test, w,
		       world_group_cfg(w, &cfg, members, max + 1,
				       ALKAID_NEW_ADD),
		       -ENOSPC, "a group has 1024 members at most");
	ASSERT_OK(test, world_group_cfg(w, &cfg, members, max, ALKAID_NEW_ADD));
	KUNIT_EXPECT_EQ(test, world_count(&w->t.gateways), max);

	/* Members that come and go in one transaction: all places are taken. */
	ASSERT_OK(test, world_begin(w));
	for (i = 1; i < ALKAID_PLACES / max; i++) {
		many(members, max, i);
		ASSERT_OK(test, world_group_cfg(w, &cfg, members, max,
						ALKAID_NEW_CHANGE));
	}
	many(members, max, i);
	EXPECT_REFUSED(test, w,
		       world_group_cfg(w, &cfg, members, max, ALKAID_NEW_CHANGE),
		       -EAGAIN,
		       "too many members came and went: those are not yet forgotten");
	ASSERT_OK(test, world_commit(w));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.gateways), max);
	EXPECT_OK(test, world_group_cfg(w, &cfg, members, max,
					ALKAID_NEW_CHANGE));
}

/* Who stays in a group stays who it is, with place, counters and state. */
static void alkaid_group_replace_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_gateway *gw1, *gw2;
	struct alkaid_group *group;
	struct alkaid_counts sum;

	ASSERT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_ADD));
	group = rev_of(w, 1)->group;
	gw1 = gateway_of(w, 1, "10.0.0.11");
	gw2 = gateway_of(w, 1, "10.0.0.12");
	local_bh_disable();
	alkaid_count_tx(gw2->counters, 100);
	local_bh_enable();
	ASSERT_OK(test, world_group_state(w, 1, "10.0.0.12", DRAIN));
	ASSERT_OK(test, world_group_new(w, 1, turned, ALKAID_NEW_CHANGE));
	world_settle(w);
	KUNIT_EXPECT_PTR_EQ(test, rev_of(w, 1)->group, group);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(rcu_access_pointer(group->rev)->older));
	KUNIT_EXPECT_PTR_EQ(test, gateway_of(w, 1, "10.0.0.11"), gw1);
	KUNIT_EXPECT_PTR_EQ(test, gateway_of(w, 1, "10.0.0.12"), gw2);
	KUNIT_EXPECT_PTR_EQ(test, rev_of(w, 1)->members[0].gateway, gw2);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.11"), UP);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.12"), DRAIN);
	alkaid_counters_sum(gw2->counters, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, gw2->refs, 1);
	/* Another MAC is another gateway, and still the member that drains. */
	ASSERT_OK(test, world_group_new(w, 1, (const struct member_text[]) {
		M1, { "10.0.0.12", "02:00:00:00:09:09" }, {} },
					ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_PTR_NE(test, gateway_of(w, 1, "10.0.0.12"), gw2);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.12"), DRAIN);
}

/* A place is free again only when no frame can hold its gateway any more. */
static void alkaid_group_places_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_group *group;
	u16 place;

	ASSERT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_ADD));
	group = rev_of(w, 1)->group;
	place = gateway_of(w, 1, "10.0.0.11")->place;
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_new(w, 1, &two[1], ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_NOT_NULL(test, gateway_of(w, 1, "10.0.0.11"));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_NULL(test, gateway_of(w, 1, "10.0.0.11"));
	KUNIT_EXPECT_EQ(test, rev_of(w, 1)->by_place[place],
			ALKAID_MAGLEV_NONE);
	world_settle(w);
	KUNIT_EXPECT_FALSE(test, test_bit(place, group->places));
	KUNIT_EXPECT_EQ(test, world_count(&w->t.gateways), 1);
	ASSERT_OK(test, world_group_new(w, 1, three, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_EQ(test, gateway_of(w, 1, "10.0.0.11")->place, place);
}

static void alkaid_group_state_test(struct kunit *test)
{
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_group_state(w, 1, "10.0.0.11", DOWN),
		       -ENOENT, "no such gateway");
	ASSERT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_group_state(w, 1, "10.0.0.13", DOWN),
		       -ENOENT, "gateway 1 has no member 10.0.0.13");
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_state(w, 1, "10.0.0.11", DOWN));
	ASSERT_OK(test, world_group_state(w, 1, "10.0.0.12", DRAIN));
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.11"), UP);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.11"), DOWN);
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.12"), DRAIN);
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_state(w, 1, "10.0.0.11", UP));
	ASSERT_OK(test, world_abort(w));
	KUNIT_EXPECT_EQ(test, state_of(w, 1, "10.0.0.11"), DOWN);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, gateway_of(w, 1, "10.0.0.11")->refs, 1);
}

/* Which member takes flows, of all hashes that are looked at; -1: none. */
static bool takes(struct world *w, u32 id, const char *ip)
{
	const struct alkaid_gateway *gw = gateway_of(w, id, ip);
	bool found = false, kept;
	u32 hash;

	rcu_read_lock();
	for (hash = 0; !found && hash < 1000; hash++)
		found = alkaid_group_select(rev_of(w, id)->group,
					    hash * 4294967U, w->t.gen,
					    &kept) == gw;
	rcu_read_unlock();
	return found;
}

/* In how many revisions, of any generation, a gateway has slots. */
static int revs_with_slots(const struct alkaid_gateway *gw)
{
	struct alkaid_rev *pos = rcu_dereference_protected(gw->group->rev, 1);
	int i, n = 0;

	for (; pos; pos = rcu_dereference_protected(pos->older, 1)) {
		const struct alkaid_group_rev *rev =
			container_of(pos, struct alkaid_group_rev, rev);
		const struct alkaid_maglev *maglev =
			rcu_dereference_protected(rev->maglev, 1);

		for (i = 0; i < ALKAID_MAGLEV_SLOTS; i++)
			if (maglev->slots[i] == rev->by_place[gw->place])
				break;
		n += i < ALKAID_MAGLEV_SLOTS;
	}
	return n;
}

static void alkaid_group_rebuild_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_gateway *gw;

	ASSERT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_ADD));
	gw = gateway_of(w, 1, "10.0.0.11");
	KUNIT_EXPECT_TRUE(test, takes(w, 1, "10.0.0.11"));
	KUNIT_EXPECT_TRUE(test, takes(w, 1, "10.0.0.12"));
	/* BFD finds it dead: in what a transaction prepares, too. */
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_new(w, 1, three, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_EQ(test, revs_with_slots(gw), 2);
	WRITE_ONCE(gw->alive, false);
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, gw->group);
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_EQ(test, revs_with_slots(gw), 0);
	KUNIT_EXPECT_FALSE(test, takes(w, 1, "10.0.0.11"));
	KUNIT_EXPECT_TRUE(test, takes(w, 1, "10.0.0.12"));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_FALSE(test, takes(w, 1, "10.0.0.11"));
	KUNIT_EXPECT_TRUE(test, takes(w, 1, "fd00:ffff::13"));
	/* A new revision knows it as well. */
	ASSERT_OK(test, world_group_new(w, 1, two, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_FALSE(test, takes(w, 1, "10.0.0.11"));
	ASSERT_OK(test, world_group_state(w, 1, "10.0.0.12", DOWN));
	KUNIT_EXPECT_FALSE(test, takes(w, 1, "10.0.0.12"));
	WRITE_ONCE(gw->alive, true);
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, gw->group);
	mutex_unlock(&w->t.lock);
	KUNIT_EXPECT_TRUE(test, takes(w, 1, "10.0.0.11"));
	KUNIT_EXPECT_FALSE(test, takes(w, 1, "10.0.0.12"));
}

static struct alkaid_route_cfg to_group(const char *prefix, u32 group)
{
	const struct route_text text = { .vpc = 7, .prefix = prefix };
	struct alkaid_route_cfg cfg = route_of(&text);

	cfg.type = ALKAID_ROUTE_GROUP;
	cfg.group_id = group;
	return cfg;
}

static void alkaid_group_users_test(struct kunit *test)
{
	struct alkaid_vpc_cfg vpc = { .id = 7, .group_id = 1,
				      .miss = ALKAID_MISS_GATEWAY };
	const struct alkaid_route_cfg route = to_group("10.9.0.0/16", 1);
	struct world *w = test->priv;
	struct alkaid_group *group;

	ASSERT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_group_new(w, 2, two, ALKAID_NEW_ADD));
	group = rev_of(w, 1)->group;
	ASSERT_OK(test, world_vpc_cfg(w, &vpc, ALKAID_NEW_ADD));
	KUNIT_EXPECT_EQ(test, group->users, 1);
	EXPECT_REFUSED(test, w, world_group_del(w, 1), -EBUSY,
		       "gateway 1 is used by vpc 7");
	ASSERT_OK(test, world_route_cfg(w, &route, ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_group_del(w, 1), -EBUSY,
		       "gateway 1 is used by vpc 7 and 1 more");
	/* A VPC that turns to another group leaves this one. */
	vpc.group_id = 2;
	ASSERT_OK(test, world_vpc_cfg(w, &vpc, ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_EQ(test, group->users, 1);
	EXPECT_REFUSED(test, w, world_group_del(w, 1), -EBUSY,
		       "gateway 1 is used by route 10.9.0.0/16 of vpc 7");
	KUNIT_EXPECT_EQ(test, world_group_del(w, 2), -EBUSY);
	ASSERT_OK(test, world_route_del_key(w, &route.key));
	EXPECT_OK(test, world_group_del(w, 1));
	KUNIT_EXPECT_EQ(test, world_group_del(w, 2), -EBUSY);
	EXPECT_REFUSED(test, w, world_route_cfg(w, &route, ALKAID_NEW_ADD),
		       -ENOENT, "gateway 1 does not exist");
}

/* Users in a transaction count as of its end; an abort gives all of them back. */
static void alkaid_group_txn_test(struct kunit *test)
{
	struct alkaid_vpc_cfg vpc = { .id = 7, .group_id = 1,
				      .miss = ALKAID_MISS_GATEWAY };
	const struct alkaid_route_cfg route = to_group("fd00:9::/48", 1);
	struct world *w = test->priv;
	struct alkaid_group *group;
	int i;

	ASSERT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_cfg(w, &vpc, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_route_cfg(w, &route, ALKAID_NEW_ADD));
	group = rev_of(w, 1)->group;
	for (i = 0; i < 2; i++) {
		ASSERT_OK(test, world_begin(w));
		ASSERT_OK(test, world_route_del_key(w, &route.key));
		ASSERT_OK(test, world_group_del(w, 1));
		EXPECT_REFUSED(test, w, world_commit(w), -EBUSY,
			       "gateway 1 is used by vpc 7");
		ASSERT_OK(test, world_vpc_del(w, 7));
		KUNIT_EXPECT_NOT_NULL(test, rev_of(w, 1));
		/* Deleted in this transaction: nobody may lead to it now. */
		EXPECT_REFUSED(test, w,
			       world_vpc_cfg(w, &vpc, ALKAID_NEW_ADD), -ENOENT,
			       "gateway 1 does not exist");
		if (i)
			break;
		ASSERT_OK(test, world_abort(w));
		KUNIT_EXPECT_EQ(test, group->users, 2);
		KUNIT_EXPECT_PTR_EQ(test, rev_of(w, 1)->group, group);
		KUNIT_EXPECT_EQ(test, world_group_del(w, 1), -EBUSY);
	}
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_NULL(test, rev_of(w, 1));
	/* One that was never committed leaves nothing. */
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_group_new(w, 1, three, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_vpc_cfg(w, &vpc, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_abort(w));
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.n_groups, 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.groups), 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.gateways), 0);
}

/* The same gateway in two groups: a member of each, and of one when it leaves. */
static void alkaid_group_shared_test(struct kunit *test)
{
	const struct in6_addr addr = ip_of("10.0.0.11");
	struct world *w = test->priv;

	ASSERT_OK(test, world_group_new(w, 1, one, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_group_new(w, 2, two, ALKAID_NEW_ADD));
	KUNIT_EXPECT_PTR_NE(test, gateway_of(w, 1, "10.0.0.11"),
			    gateway_of(w, 2, "10.0.0.11"));
	KUNIT_EXPECT_EQ(test, world_count(&w->t.vteps), 2);
	ASSERT_OK(test, world_group_del(w, 1));
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, alkaid_gateway_of_group(&w->t, NULL, &addr,
							  w->t.gen),
			    gateway_of(w, 2, "10.0.0.11"));
	rcu_read_unlock();
	ASSERT_OK(test, world_group_new(w, 2, &two[1], ALKAID_NEW_CHANGE));
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, alkaid_gateway_of_group(&w->t, NULL, &addr,
							w->t.gen));
	rcu_read_unlock();
}

static struct kunit_case alkaid_group_cases[] = {
	KUNIT_CASE(alkaid_group_add_test),
	KUNIT_CASE(alkaid_group_modes_test),
	KUNIT_CASE(alkaid_group_refusals_test),
	KUNIT_CASE(alkaid_group_bounds_test),
	KUNIT_CASE_SLOW(alkaid_group_many_test),
	KUNIT_CASE(alkaid_group_replace_test),
	KUNIT_CASE(alkaid_group_places_test),
	KUNIT_CASE(alkaid_group_state_test),
	KUNIT_CASE(alkaid_group_rebuild_test),
	KUNIT_CASE(alkaid_group_users_test),
	KUNIT_CASE(alkaid_group_txn_test),
	KUNIT_CASE(alkaid_group_shared_test),
	{}
};

struct kunit_suite alkaid_group_suite = {
	.name = "alkaid_group",
	.init = world_init,
	.exit = world_exit,
	.test_cases = alkaid_group_cases,
};
