// SPDX-License-Identifier: GPL-2.0
/* The decision table of what is for many: solicitations, announcements, flood. */
#include <linux/if_arp.h>
#include <net/ndisc.h>

#include "../../kmod/path/decide.h"
#include "cloud.h"

enum message { NS, NA, RS, RA, ASK, REPLY, IP };

/**
 * struct nd_row - a frame, and its verdict
 * @name: what it is
 * @from: port, or TUNNEL
 * @vni: of a frame from the tunnel
 * @smac: source MAC, also inside ARP
 * @dmac: destination MAC
 * @saddr: source address, or ARP's sender
 * @message: what it is
 * @target: its target, or the destination of IP
 * @lladdr: link-layer address in an option; NULL: there is none
 * @action: verdict
 * @reason: of a drop
 * @mac: what is answered
 * @router: the answer is a router's
 * @subnet: where it is flooded, or whose router answers
 * @port: where it is delivered
 */
struct nd_row {
	const char *name;
	int from;
	u32 vni;
	const char *smac;
	const char *dmac;
	const char *saddr;
	enum message message;
	const char *target;
	const char *lladdr;
	enum alkaid_action action;
	enum alkaid_drop reason;
	const char *mac;
	bool router;
	u32 subnet;
	int port;
};

#define FROM_VM0(_dmac, _message, _target)				\
	0, 0, VM0, _dmac, "fd00:1::1", _message, _target
#define FROM_VM2(_dmac, _message, _target)				\
	2, 0, VM2, _dmac, "fd00:3::1", _message, _target
#define FROM_VM3(_dmac, _message, _target)				\
	3, 0, VM0, _dmac, "fd00:1::1", _message, _target
#define FROM_REMOTE1(_dmac, _message, _target)				\
	TUNNEL, 7001, REMOTE1, _dmac, "fd00:1::2", _message, _target
#define FROM_REMOTE3(_dmac, _message, _target)				\
	TUNNEL, 7003, REMOTE3, _dmac, "fd00:3::2", _message, _target

#define ANSWERED(_mac)							\
	.action = ALKAID_DO_ND_REPLY, .mac = _mac
#define ANSWERED_ARP(_mac)						\
	.action = ALKAID_DO_ARP_REPLY, .mac = _mac
#define ADVERTISED(_subnet, _mac)					\
	.action = ALKAID_DO_RA_REPLY, .subnet = _subnet, .mac = _mac
#define DROPPED(_reason)						\
	.action = ALKAID_DO_DROP, .reason = ALKAID_DROP_##_reason
#define FLOODED(_subnet, _reason)					\
	.action = ALKAID_DO_FLOOD, .subnet = _subnet,			\
	.reason = ALKAID_DROP_##_reason
#define DELIVERED(_port)						\
	.action = ALKAID_DO_DELIVER, .port = _port

static const struct nd_row nd_rows[] = {
	{ "NS for the gateway", FROM_VM0(ALL6, NS, "fd00:1::fe"),
	  ANSWERED(GW1), .router = true },
	{ "NS for the gateway, sent to it", FROM_VM0(GW1, NS, "fd00:1::fe"),
	  ANSWERED(GW1), .router = true },
	{ "NS for the gateway's link-local address",
	  FROM_VM0(ALL6, NS, "fe80::aa:ff:fe00:1"), ANSWERED(GW1),
	  .router = true },
	{ "NS for a neighbor", FROM_VM0(ALL6, NS, "fd00:1::2"),
	  ANSWERED(REMOTE1) },
	{ "NS for a neighbor, sent to it", FROM_VM0(REMOTE1, NS, "fd00:1::2"),
	  ANSWERED(REMOTE1) },
	{ "NS for a neighbor's link-local address",
	  FROM_VM0(ALL6, NS, "fe80::ff:fe00:102"), ANSWERED(REMOTE1) },
	{ "NS for a link-local address of another segment",
	  FROM_VM0(ALL6, NS, "fe80::ff:fe00:202"), DROPPED(ND_UNKNOWN) },
	{ "NS for a link-local address that no MAC makes",
	  FROM_VM0(ALL6, NS, "fe80::ff:ee00:102"), DROPPED(ND_UNKNOWN) },
	{ "NS for an endpoint of another segment",
	  FROM_VM0(ALL6, NS, "fd00:2::2"), DROPPED(ND_UNKNOWN) },
	{ "NS for an address of nobody", FROM_VM0(ALL6, NS, "fd00:1::77"),
	  DROPPED(ND_UNKNOWN) },
	{ "NS for another subnet's gateway", FROM_VM0(ALL6, NS, "fd00:2::fe"),
	  DROPPED(ND_UNKNOWN) },
	{ "DAD of the own address",
	  0, 0, VM0, ALL6, "::", NS, "fd00:1::1", DROPPED(ND_ANNOUNCEMENT) },
	{ "DAD of the own link-local address",
	  0, 0, VM0, ALL6, "::", NS, "fe80::ff:fe00:101",
	  DROPPED(ND_ANNOUNCEMENT) },
	{ "DAD of an address that is taken",
	  0, 0, VM0, ALL6, "::", NS, "fd00:1::2", ANSWERED(REMOTE1) },
	{ "DAD of the gateway's address",
	  0, 0, VM0, ALL6, "::", NS, "fd00:1::fe", ANSWERED(GW1),
	  .router = true },
	{ "NS in a VPC whose gateway is IPv4's",
	  FROM_VM3(ALL6, NS, "fd00:1::fe"), DROPPED(ND_UNKNOWN) },
	{ "NS for a link-local address of a gateway that is IPv4's",
	  FROM_VM3(ALL6, NS, "fe80::aa:ff:fe00:1"), DROPPED(ND_UNKNOWN) },

	{ "RS", FROM_VM0(ALL6, RS, "ff02::2"), ADVERTISED(71, GW1) },
	{ "RS of a host without an address",
	  0, 0, VM0, ALL6, "::", RS, "ff02::2", ADVERTISED(71, GW1) },
	{ "RS where the gateway is IPv4's", FROM_VM3(ALL6, RS, "ff02::2"),
	  DROPPED(ND_NO_ROUTER) },
	{ "RS where there is no gateway", FROM_VM2(ALL6, RS, "ff02::2"),
	  DROPPED(ND_NO_ROUTER) },

	{ "unsolicited NA", FROM_VM0(ALL6, NA, "fd00:1::1"),
	  FLOODED(71, MULTICAST) },
	{ "NA to a neighbor's port", 1, 0, VM1, VM1, "fd00:2::1", NA,
	  "fd00:2::1", DROPPED(HAIRPIN) },
	{ "gratuitous ARP request",
	  0, 0, VM0, ALL, "192.168.1.1", ASK, "192.168.1.1",
	  FLOODED(71, ARP_ANNOUNCEMENT) },
	{ "gratuitous ARP reply",
	  0, 0, VM0, ALL, "192.168.1.1", REPLY, "192.168.1.1",
	  FLOODED(71, ARP_OPERATION) },
	{ "ARP reply to all that announces nothing",
	  0, 0, VM0, ALL, "192.168.1.1", REPLY, "192.168.1.2",
	  DROPPED(ARP_OPERATION) },
	{ "multicast", FROM_VM0(ALL6, IP, "ff02::5"), DROPPED(MULTICAST) },
	{ "broadcast", FROM_VM0(ALL, IP, "255.255.255.255"),
	  DROPPED(BROADCAST) },

	{ "flood: multicast", FROM_VM2(ALL6, IP, "ff02::5"),
	  FLOODED(73, MULTICAST) },
	{ "flood: broadcast", FROM_VM2(ALL, IP, "255.255.255.255"),
	  FLOODED(73, BROADCAST) },
	{ "flood: ARP reply to all",
	  2, 0, VM2, ALL, "192.168.3.1", REPLY, "192.168.3.2",
	  FLOODED(73, ARP_OPERATION) },
	{ "flood: what is answered is not flooded",
	  FROM_VM2(ALL6, NS, "fd00:3::2"), ANSWERED(REMOTE3) },
	{ "flood: NS for an address of nobody",
	  FROM_VM2(ALL6, NS, "fd00:3::77"), FLOODED(73, ND_UNKNOWN) },
	{ "flood: NS for an address of nobody, sent to one",
	  FROM_VM2(REMOTE3, NS, "fd00:3::77"), DROPPED(ND_UNKNOWN) },
	{ "flood: DAD of the own address",
	  2, 0, VM2, ALL6, "::", NS, "fd00:3::1", DROPPED(ND_ANNOUNCEMENT) },
	{ "flood: ARP for an address of nobody",
	  2, 0, VM2, ALL, "192.168.3.1", ASK, "192.168.3.77",
	  FLOODED(73, ARP_UNKNOWN) },
	{ "flood: ARP for an address that is known",
	  2, 0, VM2, ALL, "192.168.3.1", ASK, "192.168.3.2",
	  ANSWERED_ARP(REMOTE3) },

	{ "tunnel: NS for a port", FROM_REMOTE1(ALL6, NS, "fd00:1::1"),
	  DELIVERED(0) },
	{ "tunnel: NS for a port's link-local address",
	  FROM_REMOTE1(ALL6, NS, "fe80::ff:fe00:101"), DELIVERED(0) },
	{ "tunnel: DAD of a port's address",
	  TUNNEL, 7001, REMOTE1, ALL6, "::", NS, "fd00:1::1", DELIVERED(0) },
	{ "tunnel: NS for a neighbor", FROM_REMOTE1(ALL6, NS, "fd00:1::2"),
	  DROPPED(ND_UNKNOWN) },
	{ "tunnel: NS for an address of nobody",
	  FROM_REMOTE1(ALL6, NS, "fd00:1::77"), DROPPED(ND_UNKNOWN) },
	{ "tunnel: NS from an unknown MAC",
	  TUNNEL, 7001, NOBODY, ALL6, "fd00:1::2", NS, "fd00:1::1",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: NS that names an unknown MAC",
	  FROM_REMOTE1(ALL6, NS, "fd00:1::1"), .lladdr = NOBODY,
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: NS sent to a port", FROM_REMOTE1(VM0, NS, "fd00:1::1"),
	  DELIVERED(0) },
	{ "tunnel: NA sent to a port", FROM_REMOTE1(VM0, NA, "fd00:1::2"),
	  DELIVERED(0) },
	{ "tunnel: NA sent to a port, for another's address",
	  TUNNEL, 7001, NOBODY, VM0, "fd00:1::2", NA, "fd00:1::2",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: NA sent to a port, for the gateway",
	  FROM_REMOTE1(VM0, NA, "fd00:1::fe"), DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: RS", FROM_REMOTE1(ALL6, RS, "ff02::2"),
	  DROPPED(MULTICAST) },
	{ "tunnel: RA to all", FROM_REMOTE1(ALL6, RA, "ff02::1"),
	  DROPPED(MULTICAST) },
	{ "tunnel: unsolicited NA", FROM_REMOTE1(ALL6, NA, "fd00:1::2"),
	  FLOODED(71, MULTICAST) },
	{ "tunnel: unsolicited NA from an unknown MAC",
	  TUNNEL, 7001, NOBODY, ALL6, "fd00:1::2", NA, "fd00:1::2",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: unsolicited NA for the gateway",
	  FROM_REMOTE1(ALL6, NA, "fd00:1::fe"), DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: unsolicited NA for the gateway's link-local address",
	  FROM_REMOTE1(ALL6, NA, "fe80::aa:ff:fe00:1"),
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: gratuitous ARP request",
	  TUNNEL, 7001, REMOTE1, ALL, "192.168.1.2", ASK, "192.168.1.2",
	  FLOODED(71, ARP_ANNOUNCEMENT) },
	{ "tunnel: gratuitous ARP request for an allowed pair's address",
	  TUNNEL, 7001, REMOTE1, ALL, "192.168.1.77", ASK, "192.168.1.77",
	  FLOODED(71, ARP_ANNOUNCEMENT) },
	{ "tunnel: gratuitous ARP request from an unknown MAC",
	  TUNNEL, 7001, NOBODY, ALL, "192.168.1.2", ASK, "192.168.1.2",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: gratuitous ARP request for the gateway",
	  TUNNEL, 7001, REMOTE1, ALL, "192.168.1.254", ASK, "192.168.1.254",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: gratuitous ARP reply",
	  TUNNEL, 7001, REMOTE1, ALL, "192.168.1.2", REPLY, "192.168.1.2",
	  FLOODED(71, ARP_OPERATION) },
	{ "tunnel: gratuitous ARP reply for the gateway",
	  TUNNEL, 7001, REMOTE1, ALL, "192.168.1.254", REPLY, "192.168.1.254",
	  DROPPED(TUNNEL_ARP_SENDER) },
	{ "tunnel: multicast", FROM_REMOTE1(ALL6, IP, "ff02::5"),
	  DROPPED(MULTICAST) },
	{ "tunnel: flood: multicast", FROM_REMOTE3(ALL6, IP, "ff02::5"),
	  FLOODED(73, MULTICAST) },
	{ "tunnel: flood: multicast of an unknown MAC",
	  TUNNEL, 7003, NOBODY, ALL6, "fd00:3::9", IP, "ff02::5",
	  FLOODED(73, MULTICAST) },
	{ "tunnel: flood: NS for an address of nobody",
	  FROM_REMOTE3(ALL6, NS, "fd00:3::77"), FLOODED(73, ND_UNKNOWN) },
	{ "tunnel: flood: NS for a neighbor",
	  FROM_REMOTE3(ALL6, NS, "fd00:3::2"), DROPPED(ND_UNKNOWN) },
	{ "tunnel: flood: ARP for an address of nobody",
	  TUNNEL, 7003, REMOTE3, ALL, "192.168.3.2", ASK, "192.168.3.77",
	  FLOODED(73, ARP_UNKNOWN) },
};

KUNIT_ARRAY_PARAM_DESC(nd, nd_rows, name);

static u8 nd_type(enum message message)
{
	switch (message) {
	case NS:
		return NDISC_NEIGHBOUR_SOLICITATION;
	case NA:
		return NDISC_NEIGHBOUR_ADVERTISEMENT;
	case RS:
		return NDISC_ROUTER_SOLICITATION;
	case RA:
		return NDISC_ROUTER_ADVERTISEMENT;
	default:
		return 0;
	}
}

static void nd_decide(struct world *w, const struct nd_row *row,
		      struct alkaid_verdict *v)
{
	struct alkaid_key key = {
		.port = row->from == TUNNEL ? NULL : w->ports[row->from],
		.vni = row->vni,
		.ttl = 255,
		.len = 72,
		.saddr = ip_of(row->saddr),
		.daddr = ip_of(row->target),
		.nd_type = nd_type(row->message),
	};

	mac_of(row->smac, key.smac);
	mac_of(row->dmac, key.dmac);
	if (row->message == ASK || row->message == REPLY) {
		key.l3 = ALKAID_L3_ARP;
		key.arp_op = row->message == ASK ? ARPOP_REQUEST :
						   ARPOP_REPLY;
		mac_of(row->smac, key.arp_sha);
	} else if (row->message == IP) {
		key.l3 = alkaid_addr_is_v4(&key.daddr) ? ALKAID_L3_IP4 :
							 ALKAID_L3_IP6;
		key.proto = IPPROTO_UDP;
	} else {
		key.l3 = ALKAID_L3_IP6;
		key.proto = IPPROTO_ICMPV6;
		key.nd_target = key.daddr;
		key.nd_has_lladdr = row->lladdr;
		if (row->lladdr)
			mac_of(row->lladdr, key.nd_lladdr);
	}
	rcu_read_lock();
	alkaid_decide(&w->t, &key, v, NULL);
	rcu_read_unlock();
}

static void alkaid_decide_nd_test(struct kunit *test)
{
	const struct nd_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;
	u8 mac[ETH_ALEN];

	nd_decide(w, row, &v);
	KUNIT_ASSERT_EQ(test, v.action, row->action);
	KUNIT_EXPECT_EQ(test, v.reason, row->reason);
	KUNIT_EXPECT_EQ(test, v.tell, ALKAID_TELL_NOTHING);
	KUNIT_EXPECT_EQ(test, v.from_router, row->router);
	if (row->subnet)
		KUNIT_EXPECT_EQ(test, v.subnet->id, row->subnet);
	if (row->mac)
		KUNIT_EXPECT_MEMEQ(test, v.smac, mac_of(row->mac, mac),
				   ETH_ALEN);
	if (row->action == ALKAID_DO_DELIVER)
		KUNIT_EXPECT_PTR_EQ(test, v.port, w->ports[row->port]);
}

/* Subnets that share a VNI have each its own flood: the sender's counts. */
static void alkaid_decide_shared_vni_test(struct kunit *test)
{
	struct nd_row row = {
		.from = TUNNEL, .vni = 7003, .smac = "02:00:00:00:04:02",
		.dmac = ALL6, .saddr = "fd00:4::2", .message = IP,
		.target = "ff02::5",
	};
	struct world *w = test->priv;
	struct alkaid_verdict v;

	ASSERT_OK(test, world_subnet_new(w, 74, 7, 7003, "fd00:4::/64",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 74, "fd00:4::2", row.smac, HOST_C,
					ALKAID_NEW_ADD));
	nd_decide(w, &row, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_DROP);
	KUNIT_EXPECT_EQ(test, v.subnet->id, 74);
	row.smac = REMOTE3;
	nd_decide(w, &row, &v);
	KUNIT_EXPECT_EQ(test, v.action, ALKAID_DO_FLOOD);
	KUNIT_EXPECT_EQ(test, v.subnet->id, 73);
}

static struct kunit_case alkaid_decide_nd_cases[] = {
	KUNIT_CASE_PARAM(alkaid_decide_nd_test, nd_gen_params),
	KUNIT_CASE(alkaid_decide_shared_vni_test),
	{}
};

struct kunit_suite alkaid_decide_nd_suite = {
	.name = "alkaid_decide_nd",
	.init = cloud_init,
	.exit = world_exit,
	.test_cases = alkaid_decide_nd_cases,
};
