// SPDX-License-Identifier: GPL-2.0
/* The decision table of routing: one row a rule, for both families. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "../../kmod/path/decide.h"
#include "cloud.h"

enum payload { TCP, UDP, PING, PONG, PING_PART };

/**
 * struct routed_row - a frame, and its verdict
 * @name: what it is
 * @from: port, or TUNNEL
 * @vni: of a frame from the tunnel
 * @smac: source MAC
 * @dmac: destination MAC
 * @saddr: source address
 * @daddr: destination address
 * @payload: what it carries
 * @ttl: time to live; 0: 64
 * @len: of the datagram; 0: 100
 * @df: it must not be fragmented
 * @gso: it is a GSO packet, of segments of @len
 * @fragment: the device fragments
 * @action: verdict
 * @reason: of a drop
 * @tell: what the sender is told
 * @vpc: whose account
 * @mtu: that the sender is told
 * @parts: largest fragment
 * @routed: both MACs are set, and the time to live counted down
 * @restored: the source MAC is set
 * @out_smac: to this
 * @out_dmac: and the destination MAC to this
 * @port: where it is delivered
 * @vtep: where it is tunnelled to
 * @out_vni: and in which VNI
 * @encap: and how
 */
struct routed_row {
	const char *name;
	int from;
	u32 vni;
	const char *smac;
	const char *dmac;
	const char *saddr;
	const char *daddr;
	enum payload payload;
	u8 ttl;
	u32 len;
	bool df;
	bool gso;
	bool fragment;
	enum alkaid_action action;
	enum alkaid_drop reason;
	enum alkaid_tell tell;
	u32 vpc;
	u32 mtu;
	u32 parts;
	bool routed;
	bool restored;
	const char *out_smac;
	const char *out_dmac;
	int port;
	const char *vtep;
	u32 out_vni;
	enum alkaid_encap encap;
};

#define FROM_VM0(_dmac, _daddr)						\
	.from = 0, .smac = VM0, .saddr = "192.168.1.1",			\
	.dmac = _dmac, .daddr = _daddr, .vpc = 7
#define FROM_VM0_6(_dmac, _daddr)					\
	.from = 0, .smac = VM0, .saddr = "fd00:1::1",			\
	.dmac = _dmac, .daddr = _daddr, .vpc = 7
#define FROM_VM1(_dmac, _daddr)						\
	.from = 1, .smac = VM1, .saddr = "192.168.2.1",			\
	.dmac = _dmac, .daddr = _daddr, .vpc = 7
#define FROM_VM3(_dmac, _daddr)						\
	.from = 3, .smac = VM0, .saddr = "192.168.1.1",			\
	.dmac = _dmac, .daddr = _daddr, .vpc = 8
#define FROM_TUNNEL(_vni, _smac, _dmac, _daddr)				\
	.from = TUNNEL, .vni = _vni, .smac = _smac,			\
	.saddr = "192.168.2.2", .dmac = _dmac, .daddr = _daddr, .vpc = 7

#define DROPPED(_reason, _tell)						\
	.action = ALKAID_DO_DROP, .reason = ALKAID_DROP_##_reason,	\
	.tell = ALKAID_TELL_##_tell
#define DELIVERED(_port)						\
	.action = ALKAID_DO_DELIVER, .port = _port
#define ROUTED_TO(_port, _smac, _dmac)					\
	DELIVERED(_port), .routed = true, .out_smac = _smac,		\
	.out_dmac = _dmac
#define TUNNELLED(_vtep, _vni)						\
	.action = ALKAID_DO_ENCAP, .vtep = _vtep, .out_vni = _vni
#define ROUTED_OUT(_vtep, _vni, _dmac)					\
	TUNNELLED(_vtep, _vni), .routed = true, .out_smac = DVR,	\
	.out_dmac = _dmac
#define ECHOED .action = ALKAID_DO_ECHO_REPLY

static const struct routed_row routed_rows[] = {
	{ "to a port of another subnet",
	  FROM_VM0(GW1, "192.168.2.1"), ROUTED_TO(1, GW2, VM1) },
	{ "IPv6 to a port of another subnet",
	  FROM_VM0_6(GW1, "fd00:2::1"), ROUTED_TO(1, GW2, VM1) },
	{ "to a port of a subnet without a gateway",
	  FROM_VM0(GW1, "192.168.3.1"), ROUTED_TO(2, DVR, VM2) },
	{ "to a neighbor of another subnet",
	  FROM_VM0(GW1, "192.168.2.2"), ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "IPv6 to a neighbor of another subnet",
	  FROM_VM0_6(GW1, "fd00:2::2"), ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "to a neighbor of a subnet with another tunnel format",
	  FROM_VM0(GW1, "192.168.3.2"), ROUTED_OUT(HOST_C, 7003, REMOTE3),
	  .encap = ALKAID_ENCAP_GENEVE },
	{ "to a neighbor of its own subnet by way of the gateway",
	  FROM_VM0(GW1, "192.168.1.2"), ROUTED_OUT(HOST_B, 7001, REMOTE1) },
	{ "to itself by way of the gateway",
	  FROM_VM0(GW1, "192.168.1.1"), DROPPED(HAIRPIN, NOTHING),
	  .routed = true, .out_smac = GW1, .out_dmac = VM0 },
	{ "in its own subnet, not routed",
	  FROM_VM0(REMOTE1, "192.168.1.2"), TUNNELLED(HOST_B, 7001) },
	{ "to another subnet's gateway MAC",
	  FROM_VM0(GW2, "192.168.2.1"), DROPPED(MISS, NOTHING) },
	{ "to another subnet's endpoint MAC",
	  FROM_VM0(VM1, "192.168.2.1"), DROPPED(MISS, NOTHING) },
	{ "to another VPC's address",
	  FROM_VM3(GW1, "192.168.2.1"), DROPPED(NO_ROUTE, NET) },
	{ "to the same address in another VPC",
	  FROM_VM3(GW1, "192.168.1.2"), DROPPED(NO_NEIGHBOR, HOST) },

	{ "TTL 2", FROM_VM0(GW1, "192.168.2.1"), .ttl = 2,
	  ROUTED_TO(1, GW2, VM1) },
	{ "TTL 1", FROM_VM0(GW1, "192.168.2.1"), .ttl = 1,
	  DROPPED(TTL_EXCEEDED, TTL) },
	{ "TTL 1 to a neighbor", FROM_VM0(GW1, "192.168.2.2"), .ttl = 1,
	  DROPPED(TTL_EXCEEDED, TTL) },
	{ "hop limit 1", FROM_VM0_6(GW1, "fd00:2::1"), .ttl = 1,
	  DROPPED(TTL_EXCEEDED, TTL) },
	{ "TTL 1 by a next hop", FROM_VM0(GW1, "10.9.0.1"), .ttl = 1,
	  DROPPED(TTL_EXCEEDED, TTL) },
	{ "TTL 1 in its own subnet", FROM_VM0(REMOTE1, "192.168.1.2"),
	  .ttl = 1, TUNNELLED(HOST_B, 7001) },
	{ "TTL 1 to the gateway", FROM_VM0(GW1, "192.168.1.254"), .ttl = 1,
	  .payload = PING, ECHOED },
	{ "TTL 1 to nowhere", FROM_VM0(GW1, "8.8.8.8"), .ttl = 1,
	  DROPPED(NO_ROUTE, NET) },

	{ "ping of the gateway", FROM_VM0(GW1, "192.168.1.254"),
	  .payload = PING, ECHOED },
	{ "IPv6 ping of the gateway", FROM_VM0_6(GW1, "fd00:1::fe"),
	  .payload = PING, ECHOED },
	{ "IPv6 ping of the gateway's link-local address",
	  FROM_VM0_6(GW1, "fe80::aa:ff:fe00:1"), .payload = PING, ECHOED },
	{ "ping of another subnet's gateway", FROM_VM0(GW1, "192.168.2.254"),
	  .payload = PING, ECHOED },
	{ "IPv6 ping of another subnet's gateway",
	  FROM_VM0_6(GW1, "fd00:2::fe"), .payload = PING, ECHOED },
	{ "ping of another subnet's gateway, from there",
	  FROM_VM1(GW2, "192.168.1.254"), .payload = PING, ECHOED },
	{ "ping of the gateway of a VPC without it",
	  FROM_VM3(GW1, "fd00:1::fe"), .saddr = "fd00:1::1",
	  .payload = PING, DROPPED(NO_NEIGHBOR, HOST) },
	{ "a ping's reply to the gateway", FROM_VM0(GW1, "192.168.1.254"),
	  .payload = PONG, DROPPED(GATEWAY_LOCAL, NOTHING) },
	{ "part of a ping of the gateway", FROM_VM0(GW1, "192.168.1.254"),
	  .payload = PING_PART, DROPPED(GATEWAY_LOCAL, NOTHING) },
	{ "UDP to the gateway", FROM_VM0(GW1, "192.168.1.254"),
	  .payload = UDP, DROPPED(GATEWAY_LOCAL, PORT) },
	{ "IPv6 UDP to the gateway", FROM_VM0_6(GW1, "fd00:1::fe"),
	  .payload = UDP, DROPPED(GATEWAY_LOCAL, PORT) },
	{ "TCP to the gateway", FROM_VM0(GW1, "192.168.1.254"),
	  DROPPED(GATEWAY_LOCAL, NOTHING) },

	{ "to a multicast address", FROM_VM0(GW1, "224.0.0.5"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to the broadcast address", FROM_VM0(GW1, "255.255.255.255"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to loopback", FROM_VM0(GW1, "127.0.0.1"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to this network", FROM_VM0(GW1, "0.0.0.0"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to an IPv6 multicast address", FROM_VM0_6(GW1, "ff02::5"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to IPv6 loopback", FROM_VM0_6(GW1, "::1"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "to a link-local address", FROM_VM0_6(GW1, "fe80::1"),
	  DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "from a link-local address", FROM_VM0_6(GW1, "fd00:2::1"),
	  .saddr = "fe80::1ff:fe00:101", DROPPED(NOT_ROUTABLE, NOTHING) },
	{ "neither IPv4 nor IPv6", FROM_VM0(GW1, NULL),
	  DROPPED(NOT_ROUTABLE, NOTHING) },

	{ "to an address of nobody", FROM_VM0(GW1, "192.168.2.77"),
	  DROPPED(NO_NEIGHBOR, HOST) },
	{ "to an IPv6 address of nobody", FROM_VM0_6(GW1, "fd00:2::77"),
	  DROPPED(NO_NEIGHBOR, HOST) },
	{ "to an address of nobody in its own subnet",
	  FROM_VM0(GW1, "192.168.1.77"), DROPPED(NO_NEIGHBOR, HOST) },
	{ "to no prefix", FROM_VM0(GW1, "8.8.8.8"), DROPPED(NO_ROUTE, NET) },
	{ "to no IPv6 prefix", FROM_VM0_6(GW1, "2001:db8::1"),
	  DROPPED(NO_ROUTE, NET) },
	{ "by a next hop", FROM_VM0(GW1, "10.9.0.1"),
	  ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "IPv6 by a next hop", FROM_VM0_6(GW1, "fd09::1"),
	  ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "by the next hop of the longest prefix", FROM_VM0(GW1, "10.9.1.1"),
	  ROUTED_TO(1, GW2, VM1) },
	{ "by a next hop that is itself", FROM_VM1(GW2, "10.9.1.1"),
	  DROPPED(HAIRPIN, NOTHING), .routed = true, .out_smac = GW2,
	  .out_dmac = VM1 },
	{ "by a next hop of nobody", FROM_VM0(GW1, "10.8.0.1"),
	  DROPPED(NEXT_HOP, HOST) },
	{ "blackhole", FROM_VM0(GW1, "10.7.0.1"), DROPPED(BLACKHOLE, NOTHING) },
	{ "IPv6 blackhole", FROM_VM0_6(GW1, "fd07::1"),
	  DROPPED(BLACKHOLE, NOTHING) },
	{ "the subnet's route before the VPC's", FROM_VM0(GW1, "10.6.0.1"),
	  ROUTED_TO(1, GW2, VM1) },
	{ "the VPC's route in another subnet", FROM_VM1(GW2, "10.6.0.1"),
	  ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "another subnet's route", FROM_VM0(GW1, "10.5.0.1"),
	  DROPPED(NO_ROUTE, NET) },
	{ "its own route", FROM_VM1(GW2, "10.5.0.1"),
	  ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "a longer prefix within a subnet's", FROM_VM0(GW1, "192.168.2.170"),
	  DROPPED(BLACKHOLE, NOTHING) },

	{ "as big as a port takes", FROM_VM0(GW1, "192.168.2.1"), .len = 1400,
	  ROUTED_TO(1, GW2, VM1) },
	{ "bigger than a port takes", FROM_VM0(GW1, "192.168.2.1"),
	  .len = 1401, DROPPED(TOO_BIG, TOO_BIG), .mtu = 1400,
	  .routed = true, .out_smac = GW2, .out_dmac = VM1 },
	{ "as big as the tunnel takes", FROM_VM0(GW1, "192.168.2.2"),
	  .len = 1450, ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "bigger than the tunnel takes", FROM_VM0(GW1, "192.168.2.2"),
	  .len = 1451, DROPPED(TOO_BIG, TOO_BIG), .mtu = 1450,
	  .routed = true, .out_smac = DVR, .out_dmac = REMOTE2 },
	{ "IPv6 bigger than the tunnel takes", FROM_VM0_6(GW1, "fd00:2::2"),
	  .len = 1451, DROPPED(TOO_BIG, TOO_BIG), .mtu = 1450,
	  .routed = true, .out_smac = DVR, .out_dmac = REMOTE2 },
	{ "bigger than the tunnel takes, not routed",
	  FROM_VM1(REMOTE2, "192.168.2.2"), .len = 1451,
	  DROPPED(TOO_BIG, TOO_BIG), .mtu = 1450 },
	{ "big where the path is not known", FROM_VM0(REMOTE1, "192.168.1.2"),
	  .len = 9000, TUNNELLED(HOST_B, 7001) },
	{ "too big, and fragmented", FROM_VM0(GW1, "192.168.2.2"),
	  .len = 1451, .fragment = true, .parts = 1450,
	  ROUTED_OUT(HOST_C, 7002, REMOTE2) },
	{ "too big, and not to be fragmented", FROM_VM0(GW1, "192.168.2.2"),
	  .len = 1451, .fragment = true, .df = true,
	  DROPPED(TOO_BIG, TOO_BIG), .mtu = 1450,
	  .routed = true, .out_smac = DVR, .out_dmac = REMOTE2 },
	{ "IPv6 too big is never fragmented", FROM_VM0_6(GW1, "fd00:2::2"),
	  .len = 1451, .fragment = true, DROPPED(TOO_BIG, TOO_BIG),
	  .mtu = 1450, .routed = true, .out_smac = DVR,
	  .out_dmac = REMOTE2 },
	{ "GSO too big is never fragmented", FROM_VM0(GW1, "192.168.2.2"),
	  .len = 1451, .gso = true, .fragment = true,
	  DROPPED(TOO_BIG, TOO_BIG), .mtu = 1450, .routed = true,
	  .out_smac = DVR, .out_dmac = REMOTE2 },

	{ "tunnel: routed elsewhere, from the gateway here",
	  FROM_TUNNEL(7001, "fe:16:11:00:00:02", VM0, "192.168.1.1"),
	  DELIVERED(0), .restored = true, .out_smac = GW1 },
	{ "tunnel: routed elsewhere, to a subnet without a gateway",
	  FROM_TUNNEL(7003, "fe:16:11:00:00:02", VM2, "192.168.3.1"),
	  DELIVERED(2) },
	{ "tunnel: not routed",
	  FROM_TUNNEL(7002, REMOTE2, VM1, "192.168.2.1"), DELIVERED(1) },
	{ "tunnel: TTL 1", FROM_TUNNEL(7002, REMOTE2, VM1, "192.168.2.1"),
	  .ttl = 1, DELIVERED(1) },
	{ "tunnel: to the gateway, which is every host's own",
	  FROM_TUNNEL(7001, REMOTE1, GW1, "192.168.2.1"),
	  DROPPED(TUNNEL_NOT_LOCAL, NOTHING) },
	{ "tunnel: bigger than the port takes",
	  FROM_TUNNEL(7002, REMOTE2, VM1, "192.168.2.1"), .len = 1401,
	  DROPPED(PORT_MTU, NOTHING) },
	{ "tunnel: bigger than the port takes is not fragmented",
	  FROM_TUNNEL(7002, REMOTE2, VM1, "192.168.2.1"), .len = 1401,
	  .fragment = true, DROPPED(PORT_MTU, NOTHING) },
};

KUNIT_ARRAY_PARAM_DESC(routed, routed_rows, name);

static void key_payload(struct alkaid_key *key, enum payload payload)
{
	bool v6 = key->l3 == ALKAID_L3_IP6;

	switch (payload) {
	case TCP:
		key->proto = IPPROTO_TCP;
		key->sport = htons(1024);
		key->dport = htons(80);
		break;
	case UDP:
		key->proto = IPPROTO_UDP;
		key->sport = htons(1024);
		key->dport = htons(33434);
		break;
	case PING_PART:
		key->frag = ALKAID_FRAG_FIRST;
		fallthrough;
	case PING:
		key->proto = v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		key->sport = htons(v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO);
		break;
	case PONG:
		key->proto = v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		key->sport = htons(v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY);
		break;
	}
}

static void routed_decide(struct world *w, const struct routed_row *row,
			  struct alkaid_verdict *v)
{
	struct alkaid_key key = {
		.port = row->from == TUNNEL ? NULL : w->ports[row->from],
		.vni = row->vni,
		.ttl = row->ttl ?: 64,
		.len = row->len ?: 100,
		.df = row->df,
		.gso = row->gso,
	};

	mac_of(row->smac, key.smac);
	mac_of(row->dmac, key.dmac);
	if (row->daddr) {
		key.saddr = ip_of(row->saddr);
		key.daddr = ip_of(row->daddr);
		key.l3 = alkaid_addr_is_v4(&key.daddr) ? ALKAID_L3_IP4 :
							 ALKAID_L3_IP6;
		key_payload(&key, row->payload);
	}
	w->t.fragment = row->fragment;
	rcu_read_lock();
	alkaid_decide(&w->t, &key, v, NULL);
	rcu_read_unlock();
}

static void alkaid_decide_route_test(struct kunit *test)
{
	const struct routed_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;
	struct in6_addr host;
	u8 mac[ETH_ALEN];

	routed_decide(w, row, &v);
	KUNIT_ASSERT_EQ(test, v.action, row->action);
	KUNIT_ASSERT_NOT_NULL(test, v.vpc);
	KUNIT_EXPECT_EQ(test, v.vpc->id, row->vpc);
	KUNIT_EXPECT_EQ(test, v.reason, row->reason);
	KUNIT_EXPECT_EQ(test, v.tell, row->tell);
	KUNIT_EXPECT_EQ(test, v.mtu, row->mtu);
	KUNIT_EXPECT_EQ(test, v.fragment, row->parts);
	KUNIT_ASSERT_EQ(test, v.routed, row->routed);
	KUNIT_ASSERT_EQ(test, v.restored, row->restored);
	if (v.routed)
		KUNIT_EXPECT_MEMEQ(test, v.dmac, mac_of(row->out_dmac, mac),
				   ETH_ALEN);
	if (v.routed || v.restored)
		KUNIT_EXPECT_MEMEQ(test, v.smac, mac_of(row->out_smac, mac),
				   ETH_ALEN);
	if (row->action == ALKAID_DO_DELIVER)
		KUNIT_EXPECT_PTR_EQ(test, v.port, w->ports[row->port]);
	if (row->action != ALKAID_DO_ENCAP)
		return;
	host = ip_of(row->vtep);
	KUNIT_ASSERT_NOT_NULL(test, v.vtep);
	KUNIT_EXPECT_MEMEQ(test, &v.vtep->addr, &host, sizeof(host));
	KUNIT_EXPECT_EQ(test, v.vni, row->out_vni);
	KUNIT_EXPECT_EQ(test, v.encap, row->encap);
}

static void alkaid_decide_route_port_down_test(struct kunit *test)
{
	const struct routed_row row = {
		FROM_VM0(GW1, "192.168.2.1"), DROPPED(PORT_DOWN, NOTHING),
	};
	struct world *w = test->priv;
	struct alkaid_verdict v;

	clear_bit(__LINK_STATE_START, &w->ports[1]->dev->state);
	routed_decide(w, &row, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_DROP);
	KUNIT_EXPECT_EQ(test, v.reason, ALKAID_DROP_PORT_DOWN);
}

static struct kunit_case alkaid_decide_route_cases[] = {
	KUNIT_CASE_PARAM(alkaid_decide_route_test, routed_gen_params),
	KUNIT_CASE(alkaid_decide_route_port_down_test),
	{}
};

struct kunit_suite alkaid_decide_route_suite = {
	.name = "alkaid_decide_route",
	.init = cloud_init,
	.exit = world_exit,
	.test_cases = alkaid_decide_route_cases,
};
