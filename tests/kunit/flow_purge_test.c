// SPDX-License-Identifier: GPL-2.0
/* Direct paths of which somebody picks many to end. */
#include <linux/inet.h>

#include "../../kmod/table/flow.h"
#include "../../kmod/table/gateway.h"
#include "world.h"

#define PURGE_FLOWS	20000
#define PURGE_ROUNDS	3

static int purge_inject(struct world *w, struct alkaid_gateway *gateway,
			u16 sport)
{
	struct alkaid_flow_cfg cfg = {
		.key = {
			.id = 7001,
			.src = in_aton("192.168.1.1"),
			.dst = in_aton("192.168.2.1"),
			.sport = htons(sport),
			.proto = IPPROTO_UDP,
		},
		.instance = in_aton("192.168.2.1"),
		.mac = { 2, 0, 0, 0, 2, 9 },
		.node = in_aton("10.0.0.9"),
		.timeout = 600,
		.subnet = alkaid_subnet_lookup(&w->t, 71, w->t.gen),
		.gateway = gateway,
	};
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = alkaid_flow_inject(&w->t, alkaid_vpc_lookup(&w->t, 7, w->t.gen),
				 &cfg);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static bool purge_any(const struct alkaid_flow *flow, const void *arg)
{
	return true;
}

static bool purge_even(const struct alkaid_flow *flow, const void *arg)
{
	return !(ntohs(flow->key.sport) % 2);
}

/* The walk rests now and then, where others share a bucket with what ended. */
static void purge_all(struct kunit *test)
{
	struct alkaid_gateway gateway = {};
	struct world *w = test->priv;
	int round, sport;

	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	world_settle(w);
	for (round = 0; round < PURGE_ROUNDS; round++) {
		for (sport = 1; sport <= PURGE_FLOWS; sport++)
			ASSERT_OK(test, purge_inject(w, &gateway, sport));
		KUNIT_EXPECT_EQ(test, PURGE_FLOWS / 2,
				alkaid_flows_purge(&w->t, purge_even, NULL));
		KUNIT_EXPECT_EQ(test, PURGE_FLOWS / 2,
				alkaid_flows_purge(&w->t, purge_any, NULL));
		KUNIT_EXPECT_EQ(test, w->t.flows.n, 0);
	}
}

static struct kunit_case purge_cases[] = {
	KUNIT_CASE(purge_all),
	{}
};

struct kunit_suite alkaid_flow_purge_suite = {
	.name = "alkaid_flow_purge",
	.init = world_init,
	.exit = world_exit,
	.test_cases = purge_cases,
};
