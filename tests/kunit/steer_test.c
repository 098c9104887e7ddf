// SPDX-License-Identifier: GPL-2.0
/* What is steered to a gateway group, to whom, and how it looks then. */
#include <linux/if_arp.h>
#include <net/ndisc.h>

#include "../../kmod/path/decide.h"
#include "../../kmod/path/decision.h"
#include "../../kmod/path/parse.h"
#include "../../kmod/table/group.h"
#include "cloud.h"

#define GATEWAYS	4

/* Of group 1: 10.1.0.1 to .4; of group 2: 10.2.0.1. */
static struct alkaid_gateway_cfg gateway_of(int group, int i)
{
	struct alkaid_gateway_cfg cfg = {
		.addr = ip_of("10.0.0.0"),
		.mac = { 0x02, 0, 0, 0xbb, group, i },
		.weight = 1,
		.state = ALKAID_GATEWAY_STATE_UP,
	};

	cfg.addr.s6_addr[13] = group;
	cfg.addr.s6_addr[15] = i;
	return cfg;
}

static int group_new(struct world *w, u32 id, int n)
{
	const struct alkaid_group_cfg cfg = {
		.id = id,
		.oam_port = ALKAID_OAM_PORT,
		.bfd_multiplier = ALKAID_BFD_MULTIPLIER,
	};
	struct alkaid_gateway_cfg members[GATEWAYS];
	int i;

	for (i = 0; i < n; i++)
		members[i] = gateway_of(id, i + 1);
	return world_group_cfg(w, &cfg, members, n, ALKAID_NEW_ADD);
}

static int group_state(struct world *w, int i, enum alkaid_gateway_state state)
{
	char addr[ALKAID_ADDR_TEXT];

	snprintf(addr, sizeof(addr), "10.1.0.%d", i);
	return world_group_state(w, 1, addr, state);
}

/* VPC 7 has misses steered to group 1, and 10.20.0.0/16 to group 2. */
static int steer_init(struct kunit *test)
{
	const struct alkaid_vpc_cfg vpc = {
		.id = 7,
		.miss = ALKAID_MISS_GATEWAY,
		.group_id = 1,
	};
	struct alkaid_route_cfg route = {
		.key = { .vpc = 7 },
		.type = ALKAID_ROUTE_GROUP,
		.group_id = 2,
	};
	int err = cloud_init(test);
	struct world *w = test->priv;
	struct alkaid_prefix prefix = prefix_of("10.20.0.0/16");

	route.key.addr = prefix.addr;
	route.key.len = prefix.len;
	return err ?:
	       group_new(w, 1, GATEWAYS) ?:
	       group_new(w, 2, 1) ?:
	       world_vpc_cfg(w, &vpc, ALKAID_NEW_CHANGE) ?:
	       world_route_cfg(w, &route, ALKAID_NEW_ADD);
}

enum what { UDP, ARP, NS, ICMP, PART };

/**
 * struct steer_row - a frame, and where it goes
 * @name: what it is
 * @from: port, or TUNNEL
 * @dmac: destination MAC
 * @what: what it is
 * @daddr: destination, or what is asked for
 * @group: group that it is steered to; 0: it is not
 * @action: what becomes of it else
 * @reason: of a drop
 */
struct steer_row {
	const char *name;
	int from;
	const char *dmac;
	enum what what;
	const char *daddr;
	u32 group;
	enum alkaid_action action;
	enum alkaid_drop reason;
};

static const struct steer_row steer_rows[] = {
	{ "to an unknown MAC", 0, NOBODY, UDP, "192.168.1.77", 1 },
	{ "IPv6 to an unknown MAC", 0, NOBODY, UDP, "fd00:1::77", 1 },
	{ "ICMP to an unknown MAC", 0, NOBODY, ICMP, "192.168.1.77", 1 },
	{ "a part to an unknown MAC", 0, NOBODY, PART, "192.168.1.77", 1 },
	{ "to a known MAC", 0, REMOTE1, UDP, "192.168.1.2",
	  .action = ALKAID_DO_ENCAP },
	{ "routed, nobody has it", 0, GW1, UDP, "192.168.2.77", 1 },
	{ "routed, a neighbor", 0, GW1, UDP, "192.168.2.2",
	  .action = ALKAID_DO_ENCAP },
	{ "routed, no route", 0, GW1, UDP, "8.8.8.8", 1 },
	{ "routed, no IPv6 route", 0, GW1, UDP, "2001:db8::1", 1 },
	{ "routed, a route to a group", 0, GW1, UDP, "10.20.1.1", 2 },
	{ "routed, a blackhole", 0, GW1, UDP, "10.7.1.1",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_BLACKHOLE },
	{ "routed, a next hop that nobody has", 0, GW1, UDP, "10.8.1.1",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_NEXT_HOP },
	{ "routed, nowhere", 0, GW1, UDP, "127.0.0.1",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_NOT_ROUTABLE },
	{ "from a VPC that drops misses", 3, NOBODY, UDP, "192.168.1.77",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_MISS },
	{ "ARP for the unknown", 0, ALL, ARP, "192.168.1.77", 1 },
	{ "ARP for the unknown, sent to one", 0, NOBODY, ARP, "192.168.1.77", 1 },
	{ "ARP for the gateway", 0, ALL, ARP, "192.168.1.254",
	  .action = ALKAID_DO_ARP_REPLY },
	{ "ARP for a neighbor", 0, ALL, ARP, "192.168.1.2",
	  .action = ALKAID_DO_ARP_REPLY },
	{ "an announcement", 0, ALL, ARP, "192.168.1.1",
	  .action = ALKAID_DO_FLOOD, .reason = ALKAID_DROP_ARP_ANNOUNCEMENT },
	{ "NS for the unknown", 0, ALL6, NS, "fd00:1::77", 1 },
	{ "NS for an unknown link-local address", 0, ALL6, NS, "fe80::77",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_ND_UNKNOWN },
	{ "NS for a neighbor", 0, ALL6, NS, "fd00:1::2",
	  .action = ALKAID_DO_ND_REPLY },
	{ "broadcast", 0, ALL, UDP, "255.255.255.255",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_BROADCAST },
	{ "multicast", 0, ALL6, UDP, "ff02::5",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_MULTICAST },
	{ "from the tunnel, unknown", TUNNEL, NOBODY, UDP, "192.168.1.77",
	  .action = ALKAID_DO_DROP, .reason = ALKAID_DROP_TUNNEL_NOT_LOCAL },
};

KUNIT_ARRAY_PARAM_DESC(steer, steer_rows, name);

static void key_of(struct world *w, const struct steer_row *row,
		   struct alkaid_key *key)
{
	*key = (struct alkaid_key) {
		.port = row->from == TUNNEL ? NULL : w->ports[row->from],
		.vni = 7001,
		.ttl = 64,
		.len = 100,
		.sport = htons(1000),
		.dport = htons(9),
		.proto = IPPROTO_UDP,
	};
	mac_of(row->from == TUNNEL ? REMOTE1 : VM0, key->smac);
	mac_of(row->dmac, key->dmac);
	key->daddr = ip_of(row->daddr);
	key->l3 = alkaid_addr_is_v4(&key->daddr) ? ALKAID_L3_IP4 :
						   ALKAID_L3_IP6;
	key->saddr = ip_of(key->l3 == ALKAID_L3_IP4 ? "192.168.1.1" :
						      "fd00:1::1");
	switch (row->what) {
	case ARP:
		key->l3 = ALKAID_L3_ARP;
		key->arp_op = ARPOP_REQUEST;
		memcpy(key->arp_sha, key->smac, ETH_ALEN);
		break;
	case NS:
		key->proto = IPPROTO_ICMPV6;
		key->nd_type = NDISC_NEIGHBOUR_SOLICITATION;
		key->nd_target = key->daddr;
		break;
	case ICMP:
		key->proto = IPPROTO_ICMP;
		break;
	case PART:
		key->frag = ALKAID_FRAG_LATER;
		break;
	case UDP:
		break;
	}
}

/* Carried out as far as stickiness goes, for what is steered. */
static struct alkaid_gateway *steered(struct world *w,
				      const struct alkaid_key *key)
{
	struct alkaid_verdict v;

	alkaid_decide(&w->t, key, &v, NULL);
	if (v.gateway && !v.kept)
		alkaid_stick_touch(v.group->sticks, alkaid_key_hash(key),
				   v.gateway->place, ktime_get_seconds());
	return v.gateway;
}

static void alkaid_steer_row_test(struct kunit *test)
{
	const struct steer_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;
	struct alkaid_key key;

	key_of(w, row, &key);
	rcu_read_lock();
	alkaid_decide(&w->t, &key, &v, NULL);
	if (row->group) {
		KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_ENCAP);
		KUNIT_EXPECT_EQ(test, v.group ? v.group->id : 0, row->group);
		KUNIT_EXPECT_EQ(test, v.vni, 7001);
		KUNIT_EXPECT_TRUE(test, v.redirected);
		KUNIT_EXPECT_FALSE(test, v.routed);
		KUNIT_EXPECT_FALSE(test, v.restored);
		if (v.gateway) {
			KUNIT_EXPECT_MEMEQ(test, v.dmac, v.gateway->mac,
					   ETH_ALEN);
			KUNIT_EXPECT_PTR_EQ(test, v.vtep, v.gateway->vtep);
		}
	} else {
		KUNIT_EXPECT_EQ(test, v.action, row->action);
		KUNIT_EXPECT_EQ(test, v.reason, row->reason);
		KUNIT_EXPECT_FALSE(test, v.redirected);
	}
	KUNIT_EXPECT_EQ(test, !!v.gateway, !!row->group);
	rcu_read_unlock();
}

#define FLOWS	4000

/* Where each of many flows goes: places, or ALKAID_STICK_NONE. */
static u16 *places_of(struct kunit *test, int first)
{
	const struct steer_row row = { "", 0, NOBODY, UDP, "192.168.1.77" };
	u16 *places = kunit_kcalloc(test, FLOWS, sizeof(*places), GFP_KERNEL);
	struct world *w = test->priv;
	struct alkaid_gateway *gateway;
	struct alkaid_key key;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, places);
	key_of(w, &row, &key);
	rcu_read_lock();
	for (i = 0; i < FLOWS; i++) {
		key.sport = htons(first + i);
		gateway = steered(w, &key);
		places[i] = gateway ? gateway->place : ALKAID_STICK_NONE;
	}
	rcu_read_unlock();
	return places;
}

static int at_place(const u16 *places, u16 place)
{
	int i, n = 0;

	for (i = 0; i < FLOWS; i++)
		n += places[i] == place;
	return n;
}

/* Flows that went elsewhere, but for those of one place. */
static int flows_moved(const u16 *a, const u16 *b, int but)
{
	int i, n = 0;

	for (i = 0; i < FLOWS; i++)
		n += a[i] != but && a[i] != b[i];
	return n;
}

/* Members come in the order of their places. */
static void alkaid_steer_sticky_test(struct kunit *test)
{
	struct world *w = test->priv;
	u16 *before, *down, *back, *fresh;

	before = places_of(test, 1000);
	ASSERT_OK(test, group_state(w, 2, ALKAID_GATEWAY_STATE_DOWN));
	down = places_of(test, 1000);
	KUNIT_EXPECT_GT(test, at_place(before, 1), FLOWS / 5);
	KUNIT_EXPECT_EQ(test, at_place(down, 1), 0);
	KUNIT_EXPECT_EQ(test, flows_moved(before, down, 1), 0);
	ASSERT_OK(test, group_state(w, 2, ALKAID_GATEWAY_STATE_UP));
	back = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, flows_moved(down, back, -1), 0);
	fresh = places_of(test, 20000);
	KUNIT_EXPECT_GT(test, at_place(fresh, 1), FLOWS / 5);
}

static void alkaid_steer_drain_test(struct kunit *test)
{
	struct world *w = test->priv;
	u16 *before, *after, *fresh;

	before = places_of(test, 1000);
	ASSERT_OK(test, group_state(w, 3, ALKAID_GATEWAY_STATE_DRAIN));
	after = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, flows_moved(before, after, -1), 0);
	KUNIT_EXPECT_GT(test, at_place(after, 2), FLOWS / 5);
	fresh = places_of(test, 20000);
	KUNIT_EXPECT_EQ(test, at_place(fresh, 2), 0);
	ASSERT_OK(test, group_state(w, 3, ALKAID_GATEWAY_STATE_DOWN));
	after = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, at_place(after, 2), 0);
	KUNIT_EXPECT_EQ(test, flows_moved(before, after, 2), 0);
}

/* BFD says that it is dead, and that it is alive again. */
static void alkaid_steer_dead_test(struct kunit *test)
{
	struct alkaid_gateway_cfg member = gateway_of(1, 1);
	struct world *w = test->priv;
	struct alkaid_gateway *gateway;
	struct alkaid_group *group;
	u16 *before, *dead;

	before = places_of(test, 1000);
	mutex_lock(&w->t.lock);
	group = alkaid_group_lookup(&w->t, 1, w->t.gen);
	rcu_read_lock();
	gateway = alkaid_gateway_of_group(&w->t, group, &member.addr, w->t.gen);
	rcu_read_unlock();
	WRITE_ONCE(gateway->alive, false);
	mutex_unlock(&w->t.lock);
	/* Flows that it had go nowhere else until the table is made anew. */
	dead = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, flows_moved(before, dead, 0), 0);
	mutex_lock(&w->t.lock);
	alkaid_group_rebuild(&w->t, group);
	mutex_unlock(&w->t.lock);
	dead = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, at_place(dead, 0), 0);
	KUNIT_EXPECT_EQ(test, at_place(dead, ALKAID_STICK_NONE), 0);
	KUNIT_EXPECT_EQ(test, flows_moved(before, dead, 0), 0);
}

static void alkaid_steer_nobody_test(struct kunit *test)
{
	const struct steer_row row = { "", 0, NOBODY, UDP, "192.168.1.77" };
	struct world *w = test->priv;
	struct alkaid_verdict v;
	struct alkaid_key key;
	int i;

	for (i = 1; i <= GATEWAYS; i++)
		ASSERT_OK(test, group_state(w, i, i % 2 ?
					    ALKAID_GATEWAY_STATE_DOWN :
					    ALKAID_GATEWAY_STATE_DRAIN));
	key_of(w, &row, &key);
	rcu_read_lock();
	alkaid_decide(&w->t, &key, &v, NULL);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_DROP);
	KUNIT_EXPECT_EQ(test, v.reason, ALKAID_DROP_GROUP_DOWN);
	KUNIT_EXPECT_NULL(test, v.gateway);
	rcu_read_unlock();
}

/* Who reads a generation sees the states of that generation. */
static void alkaid_steer_generations_test(struct kunit *test)
{
	struct world *w = test->priv;
	u16 *before, *prepared;

	before = places_of(test, 1000);
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, group_state(w, 1, ALKAID_GATEWAY_STATE_DOWN));
	prepared = places_of(test, 1000);
	KUNIT_EXPECT_EQ(test, flows_moved(before, prepared, -1), 0);
	KUNIT_EXPECT_GT(test, at_place(places_of(test, 20000), 0), 0);
	ASSERT_OK(test, world_abort(w));
	KUNIT_EXPECT_EQ(test, flows_moved(before, places_of(test, 1000), -1), 0);
}

/* All parts of a datagram, the first too, go one way. */
static void alkaid_steer_parts_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct steer_row row = { "", 0, NOBODY, PART };
	struct alkaid_gateway *first, *later;
	char daddr[ALKAID_ADDR_TEXT];
	unsigned long seen = 0;
	struct alkaid_key key;
	int i;

	rcu_read_lock();
	for (i = 1; i < 200; i++) {
		snprintf(daddr, sizeof(daddr), "192.168.9.%d", i);
		row.daddr = daddr;
		key_of(w, &row, &key);
		key.sport = 0;
		key.dport = 0;
		later = steered(w, &key);
		key.frag = ALKAID_FRAG_FIRST;
		key.sport = htons(1000 + i);
		key.dport = htons(9);
		first = steered(w, &key);
		KUNIT_EXPECT_PTR_EQ(test, first, later);
		if (first)
			__set_bit(first->place, &seen);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, seen, GENMASK(GATEWAYS - 1, 0));
}

static void alkaid_steer_serving_test(struct kunit *test)
{
	struct world *w = test->priv;
	const struct alkaid_subnet *subnet;
	const struct alkaid_group *group;
	struct in6_addr addr;

	rcu_read_lock();
	subnet = alkaid_subnet_lookup(&w->t, 71, w->t.gen);
	addr = ip_of("10.20.1.1");
	group = alkaid_steer_serving(subnet, &addr, w->t.gen);
	KUNIT_EXPECT_EQ(test, group ? group->id : 0, 2);
	addr = ip_of("192.168.1.77");
	group = alkaid_steer_serving(subnet, &addr, w->t.gen);
	KUNIT_EXPECT_EQ(test, group ? group->id : 0, 1);
	subnet = alkaid_subnet_lookup(&w->t, 81, w->t.gen);
	KUNIT_EXPECT_NULL(test, alkaid_steer_serving(subnet, &addr, w->t.gen));
	rcu_read_unlock();
}

static struct kunit_case alkaid_steer_cases[] = {
	KUNIT_CASE_PARAM(alkaid_steer_row_test, steer_gen_params),
	KUNIT_CASE(alkaid_steer_sticky_test),
	KUNIT_CASE(alkaid_steer_drain_test),
	KUNIT_CASE(alkaid_steer_dead_test),
	KUNIT_CASE(alkaid_steer_nobody_test),
	KUNIT_CASE(alkaid_steer_generations_test),
	KUNIT_CASE(alkaid_steer_parts_test),
	KUNIT_CASE(alkaid_steer_serving_test),
	{}
};

struct kunit_suite alkaid_steer_suite = {
	.name = "alkaid_steer",
	.init = steer_init,
	.exit = world_exit,
	.test_cases = alkaid_steer_cases,
};
