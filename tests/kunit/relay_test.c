// SPDX-License-Identifier: GPL-2.0
/* The decision table of relays: what a gateway does with frames from the tunnel. */
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <net/ndisc.h>
#include <uapi/if_alkaid.h>

#include "../../kmod/path/decide.h"
#include "../../kmod/table/group.h"
#include "cloud.h"

#define MEMBER	"02:cc:00:00:00:01"

enum what { DATA, PING, ASK, GRATUITOUS, REPLY, SOLICIT, SOLICIT_ROUTER };

/**
 * struct relay_row - a frame from the tunnel, and its verdict
 * @name: what it is
 * @vni: virtual network
 * @smac: source MAC
 * @dmac: destination MAC
 * @saddr: source address, or ARP's sender
 * @daddr: destination address, or who is asked for
 * @what: what it is
 * @outer: where it came from; HOST_B if absent
 * @role: of the device; a gateway if 0
 * @ttl: time to live; 0: 64
 * @len: of the datagram; 0: 100
 * @action: verdict
 * @reason: of a drop
 * @tell: what the sender is told
 * @routed: both MACs are set, and the time to live counted down
 * @out_smac: source MAC that is set, or the answer; NULL: it stays
 * @out_dmac: destination MAC that is set; NULL: it stays
 * @port: where it is delivered
 * @vtep: where it is relayed to
 * @out_vni: and in which VNI
 * @encap: and how
 * @back: where the sender is answered, or told
 */
struct relay_row {
	const char *name;
	u32 vni;
	const char *smac;
	const char *dmac;
	const char *saddr;
	const char *daddr;
	enum what what;
	const char *outer;
	u8 role;
	u8 ttl;
	u32 len;
	enum alkaid_action action;
	enum alkaid_drop reason;
	enum alkaid_tell tell;
	bool routed;
	const char *out_smac;
	const char *out_dmac;
	int port;
	const char *vtep;
	u32 out_vni;
	enum alkaid_encap encap;
	const char *back;
};

#define FROM1(_dmac, _daddr)						\
	.vni = 7001, .smac = REMOTE1, .saddr = "192.168.1.2",		\
	.dmac = _dmac, .daddr = _daddr
#define FROM1_6(_dmac, _daddr)						\
	.vni = 7001, .smac = REMOTE1, .saddr = "fd00:1::2",		\
	.dmac = _dmac, .daddr = _daddr
#define BOTH .role = ALKAID_ROLE_HOST | ALKAID_ROLE_GATEWAY
#define HOST .role = ALKAID_ROLE_HOST

#define DROPPED(_reason)						\
	.action = ALKAID_DO_DROP, .reason = ALKAID_DROP_##_reason
#define REFUSED(_reason, _tell)						\
	DROPPED(_reason), .tell = ALKAID_TELL_##_tell, .back = HOST_B
#define DELIVERED(_port) .action = ALKAID_DO_DELIVER, .port = _port
#define RELAYED(_vtep, _vni)						\
	.action = ALKAID_DO_ENCAP, .vtep = _vtep, .out_vni = _vni
#define ROUTED(_vtep, _vni, _dmac)					\
	RELAYED(_vtep, _vni), .routed = true, .out_smac = DVR,		\
	.out_dmac = _dmac
#define ANSWERED(_how, _mac)						\
	.action = ALKAID_DO_##_how##_REPLY, .out_smac = _mac,		\
	.back = HOST_B
#define ECHOED .action = ALKAID_DO_ECHO_REPLY, .back = HOST_B

static const struct relay_row relay_rows[] = {
	{ "steered, within its subnet", FROM1(MEMBER, "192.168.1.3"),
	  RELAYED(HOST_C, 7001), .out_dmac = NOBODY },
	{ "steered, within its subnet, TTL 1", FROM1(MEMBER, "192.168.1.3"),
	  .ttl = 1, RELAYED(HOST_C, 7001), .out_dmac = NOBODY },
	{ "to the endpoint's own MAC", FROM1(NOBODY, "192.168.1.3"),
	  RELAYED(HOST_C, 7001) },
	{ "to the endpoint's own MAC, and another address",
	  FROM1(NOBODY, "10.9.9.9"), RELAYED(HOST_C, 7001) },
	{ "ARP reply to the endpoint's own MAC", FROM1(NOBODY, "192.168.1.3"),
	  .what = REPLY, RELAYED(HOST_C, 7001) },
	{ "steered, to another subnet", FROM1(MEMBER, "192.168.2.2"),
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "steered, IPv6, to another subnet", FROM1_6(MEMBER, "fd00:2::2"),
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "to the subnet's gateway", FROM1(GW1, "192.168.2.2"),
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "to a subnet of another tunnel format", FROM1(GW1, "192.168.3.2"),
	  ROUTED(HOST_C, 7003, REMOTE3), .encap = ALKAID_ENCAP_GENEVE },
	{ "by a direct path that ends here",
	  .vni = 7001, .smac = "fe:16:11:00:00:02", .saddr = "192.168.1.2",
	  .dmac = REMOTE2, .daddr = "192.168.2.2", RELAYED(HOST_C, 7002) },
	{ "by a next hop", FROM1(MEMBER, "10.9.0.1"),
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "by a next hop of nobody", FROM1(MEMBER, "10.8.0.1"),
	  REFUSED(NEXT_HOP, HOST) },
	{ "by a blackhole", FROM1(MEMBER, "10.7.0.1"), DROPPED(BLACKHOLE) },
	{ "routed, TTL 2", FROM1(MEMBER, "192.168.2.2"), .ttl = 2,
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "routed, TTL 1", FROM1(MEMBER, "192.168.2.2"), .ttl = 1,
	  REFUSED(TTL_EXCEEDED, TTL) },
	{ "routed, TTL 1, from an unknown sender",
	  .vni = 7001, .smac = REMOTE1, .saddr = "192.168.1.77",
	  .dmac = MEMBER, .daddr = "192.168.2.2", .ttl = 1,
	  DROPPED(TTL_EXCEEDED) },
	{ "routed, TTL 1, from another's address",
	  .vni = 7001, .smac = REMOTE1, .saddr = "192.168.1.3",
	  .dmac = MEMBER, .daddr = "192.168.2.2", .ttl = 1,
	  DROPPED(TTL_EXCEEDED) },
	{ "routed back to its own host",
	  FROM1(MEMBER, "192.168.2.2"), .outer = HOST_C,
	  ROUTED(HOST_C, 7002, REMOTE2) },
	{ "bridged back to its own host",
	  FROM1(NOBODY, "192.168.1.3"), .outer = HOST_C, DROPPED(RELAY_LOOP) },
	{ "steered back to its own host",
	  FROM1(MEMBER, "192.168.1.3"), .outer = HOST_C, DROPPED(RELAY_LOOP) },
	{ "to an address of nobody", FROM1(MEMBER, "192.168.2.77"),
	  REFUSED(GATEWAY_MISS, HOST) },
	{ "to an address of nobody in its subnet",
	  FROM1(MEMBER, "192.168.1.77"), REFUSED(GATEWAY_MISS, HOST) },
	{ "to no prefix", FROM1(MEMBER, "8.8.8.8"),
	  REFUSED(GATEWAY_MISS, NET) },
	{ "ARP reply to a MAC of nobody", FROM1(MEMBER, "192.168.1.77"),
	  .what = REPLY, DROPPED(GATEWAY_MISS) },
	{ "the same address in another VPC", .vni = 8001, .smac = NOBODY,
	  .saddr = "192.168.1.3", .dmac = MEMBER, .daddr = "192.168.1.2",
	  DROPPED(GATEWAY_MISS) },
	{ "a MAC of another VPC", .vni = 8001, .smac = NOBODY,
	  .saddr = "192.168.1.3", .dmac = REMOTE1, .daddr = "192.168.1.2",
	  DROPPED(GATEWAY_MISS) },
	{ "from an unknown sender",
	  .vni = 7001, .smac = "02:00:00:00:00:77", .saddr = "192.168.1.77",
	  .dmac = MEMBER, .daddr = "192.168.1.3", RELAYED(HOST_C, 7001),
	  .out_dmac = NOBODY },
	{ "as big as the tunnel takes", FROM1(MEMBER, "192.168.1.3"),
	  .len = 1450, RELAYED(HOST_C, 7001), .out_dmac = NOBODY },
	{ "bigger than the tunnel takes", FROM1(NOBODY, "192.168.1.3"),
	  .len = 1451, REFUSED(TOO_BIG, TOO_BIG) },
	{ "to a VNI of nobody", .vni = 9001, .smac = REMOTE1,
	  .saddr = "192.168.1.2", .dmac = MEMBER, .daddr = "192.168.1.3",
	  DROPPED(UNKNOWN_VNI) },

	{ "ping of the gateway", FROM1(GW1, "192.168.1.254"), .what = PING,
	  ECHOED },
	{ "steered ping of another subnet's gateway",
	  FROM1(MEMBER, "192.168.2.254"), .what = PING, ECHOED },
	{ "ping of the gateway from an unknown sender",
	  .vni = 7001, .smac = REMOTE1, .saddr = "192.168.1.77", .dmac = GW1,
	  .daddr = "192.168.1.254", .what = PING, DROPPED(GATEWAY_LOCAL) },
	{ "ping of the gateway from a local port's address",
	  .vni = 7001, .smac = VM0, .saddr = "192.168.1.1", .dmac = GW1,
	  .daddr = "192.168.1.254", .what = PING, DROPPED(GATEWAY_LOCAL) },
	{ "UDP to the gateway", FROM1(GW1, "192.168.1.254"),
	  REFUSED(GATEWAY_LOCAL, PORT) },

	{ "ARP for an endpoint", FROM1(ALL, "192.168.1.3"), .what = ASK,
	  ANSWERED(ARP, NOBODY) },
	{ "ARP for an endpoint, steered", FROM1(MEMBER, "192.168.1.3"),
	  .what = ASK, ANSWERED(ARP, NOBODY) },
	{ "ARP for a local endpoint", FROM1(ALL, "192.168.1.1"), .what = ASK,
	  BOTH, ANSWERED(ARP, VM0) },
	{ "ARP for the gateway", FROM1(ALL, "192.168.1.254"), .what = ASK,
	  ANSWERED(ARP, GW1) },
	{ "ARP for an address of nobody", FROM1(ALL, "192.168.1.77"),
	  .what = ASK, DROPPED(ARP_UNKNOWN), .back = HOST_B },
	{ "ARP for an address of another subnet", FROM1(ALL, "192.168.2.2"),
	  .what = ASK, DROPPED(ARP_UNKNOWN), .back = HOST_B },
	{ "ARP for its own address", FROM1(ALL, "192.168.1.2"),
	  .what = GRATUITOUS, .action = ALKAID_DO_FLOOD,
	  .reason = ALKAID_DROP_ARP_ANNOUNCEMENT },
	{ "ARP that probes its own address", FROM1(ALL, "192.168.1.2"),
	  .saddr = "0.0.0.0", .what = ASK, DROPPED(ARP_ANNOUNCEMENT),
	  .back = HOST_B },
	{ "ARP from an unknown sender", FROM1(ALL, "192.168.1.3"),
	  .smac = "02:00:00:00:00:77", .what = ASK,
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "ARP from a local port's MAC", FROM1(ALL, "192.168.1.3"),
	  .smac = VM0, .what = ASK, DROPPED(TUNNEL_ARP_SENDER) },
	{ "ARP from another segment's MAC", FROM1(ALL, "192.168.1.3"),
	  .smac = REMOTE2, .what = ASK, DROPPED(TUNNEL_ARP_SENDER) },
	{ "solicitation of an endpoint", FROM1_6(ALL6, "fd00:1::1"),
	  .what = SOLICIT, ANSWERED(ND, VM0) },
	{ "solicitation of the gateway", FROM1_6(MEMBER, "fd00:1::fe"),
	  .what = SOLICIT, ANSWERED(ND, GW1) },
	{ "solicitation of nobody", FROM1_6(ALL6, "fd00:1::77"),
	  .what = SOLICIT, DROPPED(ND_UNKNOWN), .back = HOST_B },
	{ "test of its own address", FROM1_6(ALL6, "fd00:1::2"), .saddr = "::",
	  .what = SOLICIT, DROPPED(ND_ANNOUNCEMENT), .back = HOST_B },
	{ "test of another's address", FROM1_6(ALL6, "fd00:1::1"),
	  .saddr = "::", .what = SOLICIT, ANSWERED(ND, VM0) },
	{ "solicitation of a router", FROM1_6(ALL6, "ff02::2"),
	  .what = SOLICIT_ROUTER, ANSWERED(RA, GW1) },
	{ "other broadcast", FROM1(ALL, "255.255.255.255"),
	  DROPPED(BROADCAST) },
	{ "other multicast", FROM1_6(ALL6, "ff02::1"), DROPPED(MULTICAST) },

	{ "gateway and host: to a port", FROM1(VM0, "192.168.1.1"), BOTH,
	  DELIVERED(0) },
	{ "gateway and host: steered, to a port",
	  FROM1(MEMBER, "192.168.1.1"), BOTH, DELIVERED(0), .out_dmac = VM0 },
	{ "gateway and host: steered, to a port of another subnet",
	  FROM1(MEMBER, "192.168.2.1"), BOTH, DELIVERED(1), .routed = true,
	  .out_smac = GW2, .out_dmac = VM1 },
	{ "gateway and host: steered, to an endpoint",
	  FROM1(MEMBER, "192.168.1.3"), BOTH, RELAYED(HOST_C, 7001),
	  .out_dmac = NOBODY },
	{ "gateway and host: bigger than the port takes",
	  FROM1(GW1, "192.168.2.1"), BOTH, .len = 1401,
	  DROPPED(PORT_MTU), .routed = true, .out_smac = GW2,
	  .out_dmac = VM1 },

	{ "host: steered", FROM1(MEMBER, "192.168.1.3"), HOST,
	  DROPPED(TUNNEL_NOT_LOCAL) },
	{ "host: to an endpoint elsewhere", FROM1(NOBODY, "192.168.1.3"), HOST,
	  DROPPED(TUNNEL_NOT_LOCAL) },
	{ "host: to the subnet's gateway", FROM1(GW1, "192.168.2.2"), HOST,
	  DROPPED(TUNNEL_NOT_LOCAL) },
	{ "host: ARP for an endpoint elsewhere", FROM1(ALL, "192.168.1.3"),
	  HOST, .what = ASK, DROPPED(ARP_UNKNOWN) },
	{ "host: solicitation of a router", FROM1_6(ALL6, "ff02::2"), HOST,
	  .what = SOLICIT_ROUTER, DROPPED(MULTICAST) },
	{ "host: a direct path to a port of another subnet",
	  .vni = 7001, .smac = "fe:16:11:00:00:02", .saddr = "192.168.1.2",
	  .dmac = VM1, .daddr = "192.168.2.1", HOST, DELIVERED(1),
	  .out_smac = GW2 },
};

KUNIT_ARRAY_PARAM_DESC(relay, relay_rows, name);

static void key_what(struct alkaid_key *key, const struct relay_row *row)
{
	bool v4 = alkaid_addr_is_v4(&key->daddr);

	key->l3 = v4 ? ALKAID_L3_IP4 : ALKAID_L3_IP6;
	switch (row->what) {
	case DATA:
		key->proto = IPPROTO_UDP;
		key->sport = htons(1024);
		key->dport = htons(80);
		break;
	case PING:
		key->proto = IPPROTO_ICMP;
		key->sport = htons(ICMP_ECHO);
		break;
	case ASK:
	case GRATUITOUS:
	case REPLY:
		key->l3 = ALKAID_L3_ARP;
		key->arp_op = row->what == REPLY ? ARPOP_REPLY : ARPOP_REQUEST;
		mac_of(row->smac, key->arp_sha);
		break;
	case SOLICIT:
	case SOLICIT_ROUTER:
		key->proto = IPPROTO_ICMPV6;
		key->nd_type = row->what == SOLICIT ?
			       NDISC_NEIGHBOUR_SOLICITATION :
			       NDISC_ROUTER_SOLICITATION;
		key->nd_target = key->daddr;
		break;
	}
}

static void relay_decide(struct world *w, const struct relay_row *row,
			 struct alkaid_verdict *v)
{
	struct alkaid_key key = {
		.vni = row->vni,
		.outer = ip_of(row->outer ?: HOST_B),
		.ttl = row->ttl ?: 64,
		.len = row->len ?: 100,
	};

	mac_of(row->smac, key.smac);
	mac_of(row->dmac, key.dmac);
	key.saddr = ip_of(row->saddr);
	key.daddr = ip_of(row->daddr);
	key_what(&key, row);
	w->t.role = row->role ?: ALKAID_ROLE_GATEWAY;
	rcu_read_lock();
	alkaid_decide(&w->t, &key, v, NULL);
	rcu_read_unlock();
}

/* The cloud, and 192.168.1.3 with the MAC of NOBODY behind HOST_C. */
static int relay_init(struct kunit *test)
{
	int err = cloud_init(test);
	struct world *w = test->priv;

	return err ?: world_neigh_new(w, 71, "192.168.1.3", NOBODY, HOST_C,
				      ALKAID_NEW_ADD);
}

static void expect_mac(struct kunit *test, const u8 *mac, const char *text)
{
	u8 wanted[ETH_ALEN];

	KUNIT_EXPECT_MEMEQ(test, mac, mac_of(text, wanted), ETH_ALEN);
}

static void expect_vtep(struct kunit *test, const struct alkaid_vtep *vtep,
			const char *text)
{
	struct in6_addr addr = ip_of(text);

	KUNIT_ASSERT_NOT_NULL(test, vtep);
	KUNIT_EXPECT_MEMEQ(test, &vtep->addr, &addr, sizeof(addr));
}

static void alkaid_relay_test(struct kunit *test)
{
	const struct relay_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;

	relay_decide(w, row, &v);
	KUNIT_ASSERT_EQ(test, v.action, row->action);
	KUNIT_EXPECT_EQ(test, v.reason, row->reason);
	KUNIT_EXPECT_EQ(test, v.tell, row->tell);
	KUNIT_EXPECT_EQ(test, v.routed, row->routed);
	KUNIT_EXPECT_FALSE(test, v.moved);
	KUNIT_EXPECT_EQ(test, v.relayed, row->action == ALKAID_DO_ENCAP ||
			row->reason == ALKAID_DROP_TOO_BIG);
	if (row->out_dmac) {
		KUNIT_EXPECT_TRUE(test, v.routed || v.redirected);
		expect_mac(test, v.dmac, row->out_dmac);
	} else {
		KUNIT_EXPECT_FALSE(test, v.redirected &&
				   v.action != ALKAID_DO_DROP);
	}
	if (row->out_smac)
		expect_mac(test, v.smac, row->out_smac);
	if (row->back)
		expect_vtep(test, v.back, row->back);
	else
		KUNIT_EXPECT_NULL(test, v.back);
	if (row->action == ALKAID_DO_DELIVER)
		KUNIT_EXPECT_PTR_EQ(test, v.port, w->ports[row->port]);
	if (row->action != ALKAID_DO_ENCAP)
		return;
	expect_vtep(test, v.vtep, row->vtep);
	KUNIT_EXPECT_EQ(test, v.vni, row->out_vni);
	KUNIT_EXPECT_EQ(test, v.encap, row->encap);
	KUNIT_EXPECT_NOT_NULL(test, v.target);
}

/* Two subnets of one VNI: which one the sender is of decides what is a hop. */
static void alkaid_relay_shared_vni_test(struct kunit *test)
{
	static const struct relay_row row = { FROM1(MEMBER, "192.168.4.2") };
	struct world *w = test->priv;
	struct alkaid_verdict v;

	ASSERT_OK(test, world_subnet_new(w, 74, 7, 7001, "192.168.4.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 74, "192.168.4.2",
					"02:00:00:00:04:02", HOST_C,
					ALKAID_NEW_ADD));
	relay_decide(w, &row, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_ENCAP);
	KUNIT_EXPECT_TRUE(test, v.routed);
	KUNIT_EXPECT_EQ(test, v.vni, 7001);
}

static const struct relay_row to_vm0 = { FROM1(VM0, "192.168.1.1"), HOST };

/* What the host at @vtep gets of a frame that is sent to vm0. */
static void expect_moved(struct kunit *test, const char *vtep, u32 vni,
			 const struct relay_row *row)
{
	struct alkaid_verdict v;

	relay_decide(test->priv, row, &v);
	KUNIT_ASSERT_EQ(test, v.action, ALKAID_DO_ENCAP);
	KUNIT_EXPECT_TRUE(test, v.moved);
	KUNIT_EXPECT_TRUE(test, v.relayed);
	KUNIT_EXPECT_FALSE(test, v.routed || v.redirected || v.restored);
	expect_vtep(test, v.vtep, vtep);
	KUNIT_EXPECT_EQ(test, v.vni, vni);
}

static void expect_not_local(struct kunit *test, const struct relay_row *row,
			     enum alkaid_drop reason)
{
	struct alkaid_verdict v;

	relay_decide(test->priv, row, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_DROP);
	KUNIT_EXPECT_EQ(test, v.reason, reason);
}

static int move_vm0(struct world *w)
{
	return world_begin(w) ?: world_unbind(w, 0) ?:
	       world_neigh_new(w, 71, "192.168.1.1", VM0, HOST_C,
			       ALKAID_NEW_ADD) ?:
	       world_commit(w);
}

static void alkaid_relay_moved_test(struct kunit *test)
{
	static const struct relay_row direct = {
		.vni = 7002, .smac = "fe:16:11:00:00:02",
		.saddr = "192.168.2.2", .dmac = VM0, .daddr = "192.168.1.1",
		HOST,
	};
	static const struct relay_row loop = {
		FROM1(VM0, "192.168.1.1"), HOST, .outer = HOST_C,
	};
	struct world *w = test->priv;

	ASSERT_OK(test, move_vm0(w));
	expect_moved(test, HOST_C, 7001, &to_vm0);
	/* In the segment of the sender it may not be known there. */
	expect_moved(test, HOST_C, 7001, &direct);
	expect_not_local(test, &loop, ALKAID_DROP_RELAY_LOOP);
	world_settle(w);
	expect_moved(test, HOST_C, 7001, &to_vm0);
	w->t.relay_time = 0;
	expect_not_local(test, &to_vm0, ALKAID_DROP_TUNNEL_NOT_LOCAL);
}

/* Nobody knows where it went. */
static void alkaid_relay_gone_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_unbind(w, 0));
	expect_not_local(test, &to_vm0, ALKAID_DROP_TUNNEL_NOT_LOCAL);
}

#define GATEWAY	"10.0.0.9"

/* Group 1, of one member, serves VPC 7. */
static int add_group(struct world *w)
{
	static const struct member_text members[] = {
		{ .ip = GATEWAY, .mac = MEMBER, .weight = 1 }, {}
	};
	const struct alkaid_vpc_cfg vpc = { .id = 7, .group_id = 1 };

	return world_group_new(w, 1, members, ALKAID_NEW_ADD) ?:
	       world_vpc_cfg(w, &vpc, ALKAID_NEW_CHANGE);
}

/* A gateway knows where it went, unless it sends it here itself. */
static void alkaid_relay_astray_test(struct kunit *test)
{
	static const struct relay_row again = {
		FROM1(VM0, "192.168.1.1"), HOST, .outer = GATEWAY,
	};
	static const struct relay_row arp = {
		FROM1(VM0, "192.168.1.1"), HOST, .what = REPLY,
	};
	struct world *w = test->priv;
	struct alkaid_verdict v;

	ASSERT_OK(test, add_group(w));
	ASSERT_OK(test, world_unbind(w, 0));
	relay_decide(w, &to_vm0, &v);
	KUNIT_ASSERT_EQ(test, v.action, ALKAID_DO_ENCAP);
	KUNIT_EXPECT_TRUE(test, v.moved && v.relayed && v.redirected);
	KUNIT_EXPECT_FALSE(test, v.routed);
	expect_mac(test, v.dmac, MEMBER);
	expect_vtep(test, v.vtep, GATEWAY);
	KUNIT_EXPECT_EQ(test, v.vni, 7001);
	expect_not_local(test, &again, ALKAID_DROP_TUNNEL_NOT_LOCAL);
	expect_not_local(test, &arp, ALKAID_DROP_TUNNEL_NOT_LOCAL);
}

/* From gateway to gateway is a hop, and none back. */
static void alkaid_relay_group_route_test(struct kunit *test)
{
	static const struct relay_row row = { FROM1(MEMBER, "10.4.0.1") };
	static const struct relay_row last = {
		FROM1(MEMBER, "10.4.0.1"), .ttl = 1,
	};
	static const struct relay_row back = {
		FROM1(MEMBER, "10.4.0.1"), .outer = GATEWAY,
	};
	struct alkaid_prefix prefix = prefix_of("10.4.0.0/16");
	const struct alkaid_route_cfg cfg = {
		.key = { .vpc = 7, .addr = prefix.addr, .len = prefix.len },
		.type = ALKAID_ROUTE_GROUP,
		.group_id = 1,
	};
	struct world *w = test->priv;
	struct alkaid_verdict v;

	ASSERT_OK(test, add_group(w));
	ASSERT_OK(test, world_route_cfg(w, &cfg, ALKAID_NEW_ADD));
	relay_decide(w, &row, &v);
	KUNIT_ASSERT_EQ(test, v.action, ALKAID_DO_ENCAP);
	KUNIT_EXPECT_TRUE(test, v.routed);
	expect_mac(test, v.smac, DVR);
	expect_mac(test, v.dmac, MEMBER);
	expect_vtep(test, v.vtep, GATEWAY);
	relay_decide(w, &last, &v);
	KUNIT_EXPECT_EQ(test, v.reason, ALKAID_DROP_TTL_EXCEEDED);
	KUNIT_EXPECT_EQ(test, v.tell, ALKAID_TELL_TTL);
	relay_decide(w, &back, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_DROP);
	KUNIT_EXPECT_EQ(test, v.reason, ALKAID_DROP_RELAY_LOOP);
}

static struct kunit_case alkaid_relay_cases[] = {
	KUNIT_CASE_PARAM(alkaid_relay_test, relay_gen_params),
	KUNIT_CASE(alkaid_relay_shared_vni_test),
	KUNIT_CASE(alkaid_relay_moved_test),
	KUNIT_CASE(alkaid_relay_gone_test),
	KUNIT_CASE(alkaid_relay_astray_test),
	KUNIT_CASE(alkaid_relay_group_route_test),
	{}
};

struct kunit_suite alkaid_relay_suite = {
	.name = "alkaid_relay",
	.init = relay_init,
	.exit = world_exit,
	.test_cases = alkaid_relay_cases,
};
