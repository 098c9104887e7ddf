/* SPDX-License-Identifier: GPL-2.0 */
/* A world for direct paths, and how they are taught, found and used in it. */
#ifndef _ALKAID_KUNIT_FLOW_WORLD_H
#define _ALKAID_KUNIT_FLOW_WORLD_H

#include <linux/inet.h>

#include "../../kmod/table/flow.h"
#include "../../kmod/table/gateway.h"
#include "world.h"

/*
 * VPC 7: subnet 71 (VNI 7001), vm0 has 192.168.1.1; subnet 72 (VNI 7002)
 * VPC 8: subnet 81 (VNI 8001)
 */

/* A world, two of its VPCs, a subnet, and who teaches; a group is an address. */
struct flow_world {
	struct world *w;
	struct alkaid_vpc *vpc;
	struct alkaid_vpc *other;
	struct alkaid_subnet *subnet;
	const struct alkaid_group *group;
	struct alkaid_gateway gateway;
};

/* A direct path in texts. Without @src a destination's; @node 10.0.0.9, 30 s. */
struct flow_text {
	const char *src;
	const char *dst;
	u16 sport;
	u16 dport;
	const char *instance;
	const char *node;
	u16 timeout;
};

static struct flow_world *flow_world(struct kunit *test)
{
	struct flow_world *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct world *w = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->w = w;
	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 81, 8, 8001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind_ip(w, 0, 71, "02:00:00:00:00:01",
				      "192.168.1.1", ALKAID_NEW_ADD));
	world_settle(w);
	f->vpc = alkaid_vpc_lookup(&w->t, 7, w->t.gen);
	f->other = alkaid_vpc_lookup(&w->t, 8, w->t.gen);
	f->subnet = alkaid_subnet_lookup(&w->t, 71, w->t.gen);
	f->group = (const void *)f;
	return f;
}

static struct alkaid_flow_key flow_key(const struct flow_text *text)
{
	if (!text->src)
		return (struct alkaid_flow_key) {
			.id = 7,
			.dst = in_aton(text->dst),
			.destination = true,
		};
	return (struct alkaid_flow_key) {
		.id = 7001,
		.src = in_aton(text->src),
		.dst = in_aton(text->dst),
		.sport = htons(text->sport),
		.dport = htons(text->dport),
		.proto = IPPROTO_UDP,
	};
}

static int flow_inject_as(struct flow_world *f, const struct flow_text *text,
			  const struct alkaid_group *group)
{
	struct alkaid_flow_cfg cfg = {
		.key = flow_key(text),
		.instance = in_aton(text->instance ?: text->dst),
		.mac = { 2, 0, 0, 0, 2, 9 },
		.node = in_aton(text->node ?: "10.0.0.9"),
		.timeout = text->timeout ?: 30,
		.subnet = f->subnet,
		.group = group,
		.gateway = &f->gateway,
	};
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = alkaid_flow_inject(&f->w->t, f->vpc, &cfg);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int flow_inject(struct flow_world *f, const struct flow_text *text)
{
	return flow_inject_as(f, text, f->group);
}

/* Valid until it ends, as nothing is freed behind the test's back. */
static struct alkaid_flow *flow_match_kept(struct flow_world *f, const char *src,
					   const char *dst, u16 sport,
					   u16 dport, bool *kept)
{
	const struct flow_text text = {
		.src = src, .dst = dst, .sport = sport, .dport = dport,
	};
	const struct alkaid_flow_key key = flow_key(&text);
	struct alkaid_flow *flow;

	rcu_read_lock();
	flow = alkaid_flow_match(&f->w->t, f->vpc, f->group, &key, kept);
	rcu_read_unlock();
	return flow;
}

static struct alkaid_flow *flow_match(struct flow_world *f, const char *src,
				      const char *dst, u16 sport, u16 dport)
{
	bool kept;

	return flow_match_kept(f, src, dst, sport, dport, &kept);
}

static void flow_age(struct alkaid_flow *flow, u32 seconds)
{
	flow->used -= seconds;
	flow->placed = flow->used;
}

static void flow_touch(struct flow_world *f, struct alkaid_flow *flow)
{
	local_bh_disable();
	alkaid_flow_touch(&f->w->t, flow);
	alkaid_flow_count_packet(flow);
	local_bh_enable();
}

static void flow_expire(struct flow_world *f)
{
	/* As if the wheel had stood still for as long as it takes to turn. */
	spin_lock_bh(&f->w->t.flows.lock);
	f->w->t.flows.turned -= ALKAID_FLOW_TURN;
	spin_unlock_bh(&f->w->t.flows.lock);
	mod_delayed_work(system_unbound_wq, &f->w->t.flows.expire, 0);
	flush_delayed_work(&f->w->t.flows.expire);
}

#define A	"192.168.1.1"
#define B	"192.168.1.2"
#define X	"192.168.2.9"
#define Y	"192.168.2.10"

#endif /* _ALKAID_KUNIT_FLOW_WORLD_H */
