// SPDX-License-Identifier: GPL-2.0
/* Direct paths: which packets take them, their quotas, and how they end. */
#include "flow_world.h"

/* What each kind covers, and that the narrowest one counts. */
static void flow_kinds(struct kunit *test)
{
	static const struct flow_text kinds[] = {
		[ALKAID_FLOW_EXACT] = { A, X, 1000, 2000, .node = "10.0.1.0" },
		[ALKAID_FLOW_SPORT] = { A, X, 1000, 0, .node = "10.0.1.1" },
		[ALKAID_FLOW_DPORT] = { A, X, 0, 2000, .node = "10.0.1.2" },
		[ALKAID_FLOW_ADDRS] = { A, X, 0, 0, .node = "10.0.1.3" },
		[ALKAID_FLOW_DESTINATION] = { NULL, X, .node = "10.0.1.4" },
	};
	static const struct {
		const char *src, *dst;
		u16 sport, dport;
		int kind;
	} packets[] = {
		{ A, X, 1000, 2000, ALKAID_FLOW_EXACT },
		{ A, X, 1000, 2001, ALKAID_FLOW_SPORT },
		{ A, X, 1001, 2000, ALKAID_FLOW_DPORT },
		{ A, X, 1001, 2001, ALKAID_FLOW_ADDRS },
		{ A, X, 0, 0, ALKAID_FLOW_ADDRS },
		{ B, X, 1000, 2000, ALKAID_FLOW_DESTINATION },
		{ A, Y, 1000, 2000, -1 },
		{ X, A, 2000, 1000, -1 },
	};
	struct flow_world *f = flow_world(test);
	const struct alkaid_flow_key *key;
	struct alkaid_flow *flow;
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		ASSERT_OK(test, flow_inject(f, &kinds[i]));
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 5);
	for (i = 0; i < ARRAY_SIZE(packets); i++) {
		flow = flow_match(f, packets[i].src, packets[i].dst,
				  packets[i].sport, packets[i].dport);
		if (packets[i].kind < 0) {
			KUNIT_EXPECT_NULL_MSG(test, flow, "packet %d", i);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL_MSG(test, flow, "packet %d", i);
		KUNIT_EXPECT_EQ_MSG(test, alkaid_addr_v4(&flow->vtep->addr),
				    in_aton(kinds[packets[i].kind].node),
				    "packet %d", i);
	}
	/* Another VPC's, another protocol's, another VNI's: none. */
	for (i = 0; i < 3; i++) {
		struct alkaid_flow_key packet = flow_key(&kinds[0]);
		struct alkaid_vpc *vpc = i == 0 ? f->other : f->vpc;
		bool kept;

		if (i == 1)
			packet.proto = IPPROTO_TCP;
		if (i == 2)
			packet.id = 7002;
		rcu_read_lock();
		flow = alkaid_flow_match(&f->w->t, vpc, f->group, &packet, &kept);
		rcu_read_unlock();
		if (!i) {
			KUNIT_EXPECT_NULL(test, flow);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL(test, flow);
		key = &flow->key;
		KUNIT_EXPECT_TRUE(test, key->destination);
	}
}

static void flow_group(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	const struct flow_text text = { A, X, 1000, 2000 };
	const struct alkaid_group *other = (const void *)test;

	ASSERT_OK(test, flow_inject_as(f, &text, other));
	KUNIT_EXPECT_NULL(test, flow_match(f, A, X, 1000, 2000));
	ASSERT_OK(test, flow_inject(f, &text));
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 1000, 2000));
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
}

/* Said again it begins anew; said otherwise it is another. */
static void flow_again(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	struct flow_text text = { A, X, 1000, 2000, .timeout = 10 };
	struct alkaid_flow *flow, *again;

	ASSERT_OK(test, flow_inject(f, &text));
	flow = flow_match(f, A, X, 1000, 2000);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	flow_touch(f, flow);
	flow_age(flow, 9);
	text.timeout = 20;
	ASSERT_OK(test, flow_inject(f, &text));
	again = flow_match(f, A, X, 1000, 2000);
	KUNIT_EXPECT_PTR_EQ(test, again, flow);
	KUNIT_EXPECT_EQ(test, flow->packets, 1);
	KUNIT_EXPECT_EQ(test, flow->timeout, 20);
	KUNIT_EXPECT_LT(test, alkaid_flow_now() - flow->used, 5);

	text.instance = Y;
	text.node = "10.0.0.10";
	ASSERT_OK(test, flow_inject(f, &text));
	again = flow_match(f, A, X, 1000, 2000);
	KUNIT_ASSERT_NOT_NULL(test, again);
	KUNIT_EXPECT_EQ(test, again->instance, in_aton(Y));
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
	KUNIT_EXPECT_EQ(test, f->vpc->n_flows[ALKAID_FLOW_EXACT], 1);
	KUNIT_EXPECT_EQ(test, f->vpc->flow_kinds, BIT(ALKAID_FLOW_EXACT));
}

/* Who is told that it was used in this second need not say so. */
static void flow_kept(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	const struct flow_text texts[] = {
		{ A, X, 1000, 2000 }, { A, Y, 0, 2000 },
	};
	struct alkaid_flow *flow;
	bool kept;
	u32 now;
	int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		ASSERT_OK(test, flow_inject(f, &texts[i]));
		flow = flow_match(f, A, texts[i].dst, 1000, 2000);
		KUNIT_ASSERT_NOT_NULL(test, flow);
		flow_age(flow, 5);
		flow_match_kept(f, A, texts[i].dst, 1000, 2000, &kept);
		KUNIT_EXPECT_FALSE(test, kept);
		/* Within one second, whenever that begins. */
		do {
			flow_touch(f, flow);
			now = flow->used;
			flow_match_kept(f, A, texts[i].dst, 1000, 2000, &kept);
		} while (alkaid_flow_now() != now);
		KUNIT_EXPECT_TRUE(test, kept);
	}
}

static void flow_idle(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	const struct flow_text text = { A, X, 1000, 2000, .timeout = 100 };
	const struct flow_text longer = { A, Y, 1000, 2000, .timeout = 60000 };
	struct alkaid_flow *flow;

	ASSERT_OK(test, flow_inject(f, &text));
	ASSERT_OK(test, flow_inject(f, &longer));
	flow = flow_match(f, A, X, 1000, 2000);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	flow_age(flow, 90);
	flow_expire(f);
	KUNIT_EXPECT_PTR_EQ(test, flow_match(f, A, X, 1000, 2000), flow);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 2);
	flow_age(flow, 10);
	/* Absent for packets at once, and gone when the wheel comes by. */
	KUNIT_EXPECT_NULL(test, flow_match(f, A, X, 1000, 2000));
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 2);
	flow_expire(f);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, Y, 1000, 2000));
}

static bool flow_any(const struct alkaid_flow *flow, const void *arg)
{
	return true;
}

/* What was idle longest goes first; what all use now keeps its place. */
static void flow_quota(struct kunit *test)
{
	const unsigned int vpc = alkaid_flows_max_vpc, all = alkaid_flows_max;
	struct flow_world *f = flow_world(test);
	struct flow_text text = { A, X, 0, 2000 };
	struct alkaid_flow *flow[4];
	int i, round, err;
	u32 now;

	for (round = 0; round < 2; round++) {
		alkaid_flows_max_vpc = round ? vpc : 4;
		alkaid_flows_max = round ? 4 : all;
		for (i = 0; i < 4; i++) {
			text.sport = 100 + i;
			ASSERT_OK(test, flow_inject(f, &text));
			flow[i] = flow_match(f, A, X, 100 + i, 2000);
			KUNIT_ASSERT_NOT_NULL(test, flow[i]);
		}
		/* All were used a moment ago, and one second may have ended. */
		text.sport = 104;
		do {
			for (i = 0; i < 4; i++)
				flow_touch(f, flow[i]);
			now = alkaid_flow_now();
			err = flow_inject(f, &text);
		} while (!err && now != alkaid_flow_now());
		KUNIT_EXPECT_EQ(test, err, -ENOSPC);
		alkaid_flows_purge(&f->w->t, flow_any, NULL);
		for (i = 0; i < 4; i++) {
			text.sport = 100 + i;
			ASSERT_OK(test, flow_inject(f, &text));
			flow[i] = flow_match(f, A, X, 100 + i, 2000);
			KUNIT_ASSERT_NOT_NULL(test, flow[i]);
			flow_age(flow[i], 20 - i);
		}
		/* The first was used after all: the second is the oldest. */
		flow_touch(f, flow[0]);
		text.sport = 104;
		ASSERT_OK(test, flow_inject(f, &text));
		KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 100, 2000));
		KUNIT_EXPECT_NULL(test, flow_match(f, A, X, 101, 2000));
		KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 102, 2000));
		KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 104, 2000));
		KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 4);
		alkaid_flows_purge(&f->w->t, flow_any, NULL);
		KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 0);
	}
	alkaid_flows_max_vpc = vpc;
	alkaid_flows_max = all;
}

static void flow_epoch(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	const struct flow_text text = { A, X, 1000, 2000 };
	const struct flow_text other = { A, Y, 1000, 2000, .node = "10.0.0.8" };
	struct alkaid_flow *flow;

	ASSERT_OK(test, flow_inject(f, &text));
	ASSERT_OK(test, flow_inject(f, &other));
	flow = flow_match(f, A, X, 1000, 2000);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	flow->vtep->epoch++;
	KUNIT_EXPECT_NULL(test, flow_match(f, A, X, 1000, 2000));
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, Y, 1000, 2000));
	ASSERT_OK(test, flow_inject(f, &text));
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 1000, 2000));
}

/* What a delete is for: the very key, else what its packets would take. */
static void flow_cover(struct kunit *test)
{
	static const struct flow_text exact = { A, X, 1000, 2000 };
	static const struct flow_text sport = { A, X, 1000, 0 };
	static const struct flow_text all = { NULL, X };
	struct flow_world *f = flow_world(test);
	struct alkaid_flow_key key = flow_key(&exact);
	struct alkaid_tables *t = &f->w->t;
	struct alkaid_flow *flow;

	ASSERT_OK(test, flow_inject(f, &exact));
	ASSERT_OK(test, flow_inject(f, &sport));
	ASSERT_OK(test, flow_inject(f, &all));
	rcu_read_lock();
	flow = alkaid_flow_cover(t, f->vpc, &key);
	KUNIT_EXPECT_EQ(test, flow->key.dport, htons(2000));
	KUNIT_EXPECT_TRUE(test, alkaid_flow_end(t, flow));
	KUNIT_EXPECT_FALSE(test, alkaid_flow_end(t, flow));
	flow = alkaid_flow_cover(t, f->vpc, &key);
	KUNIT_EXPECT_EQ(test, flow->key.sport, htons(1000));
	KUNIT_EXPECT_EQ(test, flow->key.dport, 0);
	KUNIT_EXPECT_TRUE(test, alkaid_flow_end(t, flow));
	flow = alkaid_flow_cover(t, f->vpc, &key);
	KUNIT_EXPECT_TRUE(test, flow->key.destination);
	KUNIT_EXPECT_NULL(test, alkaid_flow_cover(t, f->other, &key));
	KUNIT_EXPECT_TRUE(test, alkaid_flow_end(t, flow));
	KUNIT_EXPECT_NULL(test, alkaid_flow_cover(t, f->vpc, &key));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, t->flows.n, 0);
}

/* Three: from A to X, from B to Y, and from B to X, which Y is sent. */
static void flow_three(struct kunit *test, struct flow_world *f)
{
	static const struct flow_text texts[] = {
		{ A, X, 1000, 2000 }, { B, Y, 1000, 2000 },
		{ B, X, 1000, 2000, .instance = "192.168.2.11" },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		ASSERT_OK(test, flow_inject(f, &texts[i]));
	KUNIT_ASSERT_EQ(test, f->w->t.flows.n, 3);
}

static void flow_with_port(struct kunit *test)
{
	struct flow_world *f = flow_world(test);

	flow_three(test, f);
	/* That of another VPC is another address. */
	EXPECT_OK(test, world_neigh_new(f->w, 81, A, "02:00:00:00:02:09",
					"10.0.0.2", ALKAID_NEW_ADD));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 3);
	EXPECT_OK(test, world_unbind(f->w, 0));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 2);
	KUNIT_EXPECT_NULL(test, flow_match(f, A, X, 1000, 2000));
}

static void flow_with_neighbor(struct kunit *test)
{
	struct flow_world *f = flow_world(test);

	flow_three(test, f);
	EXPECT_OK(test, world_neigh_new(f->w, 72, X, "02:00:00:00:02:09",
					"10.0.0.2", ALKAID_NEW_ADD));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, B, Y, 1000, 2000));
	flow_three(test, f);
	EXPECT_OK(test, world_neigh_del(f->w, 72, X));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
	flow_three(test, f);
	EXPECT_OK(test, world_neigh_new(f->w, 72, "192.168.2.11",
					"02:00:00:00:02:0b", "10.0.0.2",
					ALKAID_NEW_ADD));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 2);
	KUNIT_EXPECT_NULL(test, flow_match(f, B, X, 1000, 2000));
}

static void flow_with_subnet(struct kunit *test)
{
	struct flow_world *f = flow_world(test);

	flow_three(test, f);
	EXPECT_OK(test, world_unbind(f->w, 0));
	EXPECT_OK(test, world_subnet_del(f->w, 71));
	world_settle(f->w);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 0);
}

static void flow_with_vpc(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	struct alkaid_subnet *subnet = f->subnet;

	/* Even if nothing of it had ended them before. */
	flow_three(test, f);
	alkaid_flows_end_vpc(&f->w->t, f->vpc);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&f->vpc->flows));
	KUNIT_EXPECT_TRUE(test, hlist_empty(&subnet->flows));
	KUNIT_EXPECT_TRUE(test, hlist_empty(&f->gateway.flows));
}

static void flow_with_gateway(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	struct alkaid_gateway *second =
		kunit_kzalloc(test, sizeof(*second), GFP_KERNEL);
	const struct flow_text text = { A, X, 1000, 2000 };
	struct alkaid_flow_cfg cfg = {
		.key = flow_key(&text),
		.instance = in_aton(X),
		.mac = { 2, 0, 0, 0, 2, 9 },
		.node = in_aton("10.0.0.9"),
		.timeout = 30,
		.subnet = f->subnet,
		.group = f->group,
	};

	KUNIT_ASSERT_NOT_NULL(test, second);
	flow_three(test, f);
	/* Another one teaches the first of them too: whoever did so last counts. */
	cfg.gateway = second;
	local_bh_disable();
	rcu_read_lock();
	EXPECT_OK(test, alkaid_flow_inject(&f->w->t, f->vpc, &cfg));
	rcu_read_unlock();
	local_bh_enable();
	alkaid_flows_end_gateway(&f->w->t, &f->gateway);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 1);
	KUNIT_EXPECT_NOT_NULL(test, flow_match(f, A, X, 1000, 2000));
	alkaid_flows_end_gateway(&f->w->t, second);
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 0);
}

/* A VTEP is there as long as something leads to it. */
static void flow_vtep(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	const struct flow_text text = { A, X, 1000, 2000, .node = "10.0.0.2" };
	const struct in6_addr host = ip_of("10.0.0.2");
	struct alkaid_flow *flow;

	ASSERT_OK(test, flow_inject(f, &text));
	KUNIT_EXPECT_EQ(test, world_count(&f->w->t.vteps), 1);
	ASSERT_OK(test, world_neigh_new(f->w, 71, B, "02:00:00:00:00:02",
					"10.0.0.2", ALKAID_NEW_ADD));
	KUNIT_EXPECT_EQ(test, world_count(&f->w->t.vteps), 1);
	ASSERT_OK(test, world_neigh_del(f->w, 71, B));
	world_settle(f->w);
	KUNIT_EXPECT_NOT_NULL(test, alkaid_vtep_lookup(&f->w->t, &host));
	flow = flow_match(f, A, X, 1000, 2000);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	rcu_read_lock();
	alkaid_flow_end(&f->w->t, flow);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, world_count(&f->w->t.vteps), 0);
}

/* The bits say which kinds are there. */
static void flow_check_kinds(struct kunit *test, const struct alkaid_vpc *vpc)
{
	unsigned long kinds = 0;
	int i;

	for (i = 0; i < ALKAID_FLOW_KINDS; i++)
		if (vpc->n_flows[i])
			kinds |= BIT(i);
	KUNIT_ASSERT_EQ(test, vpc->flow_kinds, kinds);
}

/* The lists stay right whatever comes in whatever order. */
static void flow_model(struct kunit *test)
{
	struct flow_world *f = flow_world(test);
	struct flow_text text = { A, X };
	unsigned int n = 0, i;
	char dst[16];
	bool *there = kunit_kzalloc(test, 4096, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, there);
	for (i = 0; i < 20000; i++) {
		u32 pick = get_random_u32_below(4096);
		struct alkaid_flow *flow;

		snprintf(dst, sizeof(dst), "192.168.2.%u", pick % 64);
		text.dst = dst;
		text.sport = pick / 64 % 8;
		text.dport = pick / 512;
		flow = flow_match(f, A, dst, text.sport, text.dport);
		if (there[pick])
			KUNIT_ASSERT_NOT_NULL(test, flow);
		if (i % 3 == 0 && there[pick]) {
			const struct alkaid_flow_key key = flow_key(&text);

			rcu_read_lock();
			flow = alkaid_flow_cover(&f->w->t, f->vpc, &key);
			KUNIT_ASSERT_TRUE(test, alkaid_flow_end(&f->w->t, flow));
			rcu_read_unlock();
			there[pick] = false;
			n--;
		} else {
			ASSERT_OK(test, flow_inject(f, &text));
			n += !there[pick];
			there[pick] = true;
		}
		KUNIT_ASSERT_EQ(test, f->w->t.flows.n, n);
		flow_check_kinds(test, f->vpc);
	}
	for (i = 0; i < 64; i++) {
		struct in6_addr addr;

		snprintf(dst, sizeof(dst), "192.168.2.%u", i);
		addr = ip_of(dst);
		alkaid_flows_end_addr(&f->w->t, f->vpc, &addr);
	}
	KUNIT_EXPECT_EQ(test, f->w->t.flows.n, 0);
	for (i = 0; i < ALKAID_FLOW_KINDS; i++)
		KUNIT_EXPECT_EQ(test, f->vpc->n_flows[i], 0);
	KUNIT_EXPECT_EQ(test, f->vpc->flow_kinds, 0);
	for (i = 0; i < ALKAID_FLOW_TURN; i++)
		KUNIT_EXPECT_TRUE(test, hlist_empty(&f->w->t.flows.wheel[i]));
	for (i = 0; i < ALKAID_FLOW_ADDR_TIES * ALKAID_FLOW_LISTS; i++)
		KUNIT_EXPECT_TRUE(test, hlist_empty(&f->w->t.flows.by_addr[i]));
}

static struct kunit_case flow_cases[] = {
	KUNIT_CASE(flow_kinds),
	KUNIT_CASE(flow_group),
	KUNIT_CASE(flow_again),
	KUNIT_CASE(flow_kept),
	KUNIT_CASE(flow_idle),
	KUNIT_CASE(flow_quota),
	KUNIT_CASE(flow_epoch),
	KUNIT_CASE(flow_cover),
	KUNIT_CASE(flow_with_port),
	KUNIT_CASE(flow_with_neighbor),
	KUNIT_CASE(flow_with_subnet),
	KUNIT_CASE(flow_with_vpc),
	KUNIT_CASE(flow_with_gateway),
	KUNIT_CASE(flow_vtep),
	KUNIT_CASE(flow_model),
	{}
};

struct kunit_suite alkaid_flow_suite = {
	.name = "alkaid_flow",
	.init = world_init,
	.exit = world_exit,
	.test_cases = flow_cases,
};
