// SPDX-License-Identifier: GPL-2.0
/* The decision table: one row a rule, for frames from ports and the tunnel. */
#include <linux/if_arp.h>

#include "../../kmod/path/decide.h"
#include "world.h"

/*
 * VPC 7: subnet 71 (VNI 7001, gateway 192.168.1.254)
 *          vm0 192.168.1.1, vm1 192.168.1.11, 192.168.1.2 and .3 behind 10.0.0.2
 *        subnet 72 (VNI 7002)
 *          192.168.2.2 behind 10.0.0.3
 * VPC 8: subnet 81 (VNI 8001), with the addresses and MACs of subnet 71
 *          vm2 192.168.1.1, 192.168.1.2 behind 10.0.0.4
 * vm3 is not bound.
 */
#define VM0	"02:00:00:00:00:01"
#define VM1	"02:00:00:00:00:11"
#define REMOTE	"02:00:00:00:00:02"
#define REMOTE2	"02:00:00:00:00:22"
#define REMOTE3	"02:00:00:00:00:03"
#define GW	"02:aa:00:00:00:01"
#define NOBODY	"02:00:00:00:00:99"
#define ALL	"ff:ff:ff:ff:ff:ff"
#define GROUP	"33:33:00:00:00:01"

#define TUNNEL	(-1)

static int decide_init(struct kunit *test)
{
	struct alkaid_subnet_cfg cfg = {
		.id = 71,
		.vpc = 7,
		.vni = 7001,
		.n_prefixes = 1,
		.n_gateway_ips = 1,
	};
	int err = world_init(test);
	struct world *w = test->priv;

	if (err)
		return err;
	cfg.prefixes[0] = prefix_of("192.168.1.0/24");
	cfg.gateway_ips[0] = ip_of("192.168.1.254");
	mac_of(GW, cfg.gateway_mac);
	err = world_begin(w) ?:
	      world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	      world_vpc_new(w, 8, ALKAID_NEW_ADD) ?:
	      world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD) ?:
	      world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
			       ALKAID_NEW_ADD) ?:
	      world_subnet_new(w, 81, 8, 8001, "192.168.1.0/24",
			       ALKAID_NEW_ADD) ?:
	      world_bind_ip(w, 0, 71, VM0, "192.168.1.1", ALKAID_NEW_ADD) ?:
	      world_bind_ip(w, 1, 71, VM1, "192.168.1.11", ALKAID_NEW_ADD) ?:
	      world_bind_ip(w, 2, 81, VM0, "192.168.1.1", ALKAID_NEW_ADD) ?:
	      world_neigh_new(w, 71, "192.168.1.2", REMOTE, "10.0.0.2",
			      ALKAID_NEW_ADD) ?:
	      world_neigh_new(w, 71, "192.168.1.3", REMOTE3, "10.0.0.2",
			      ALKAID_NEW_ADD) ?:
	      world_neigh_new(w, 72, "192.168.2.2", REMOTE2, "10.0.0.3",
			      ALKAID_NEW_ADD) ?:
	      world_neigh_new(w, 81, "192.168.1.2", REMOTE, "10.0.0.4",
			      ALKAID_NEW_ADD);
	return err ?: world_commit(w);
}

enum l3 { IP, ASK, REPLY };

/**
 * struct decide_row - a frame, and its verdict
 * @name: what it is
 * @from: port, or TUNNEL
 * @vni: of a frame from the tunnel
 * @smac: source MAC, also inside ARP
 * @saddr: source address, or ARP's sender
 * @dmac: destination MAC
 * @l3: IP, or an ARP operation
 * @daddr: destination address, or ARP's target
 * @action: verdict
 * @reason: of a drop
 * @vpc: whose account; 0: nobody's
 * @port: where it is delivered
 * @vtep: where it is tunnelled to
 * @out_vni: and in which VNI
 * @mac: what is answered
 */
struct decide_row {
	const char *name;
	int from;
	u32 vni;
	const char *smac;
	const char *saddr;
	const char *dmac;
	enum l3 l3;
	const char *daddr;
	enum alkaid_action action;
	enum alkaid_drop reason;
	u32 vpc;
	int port;
	const char *vtep;
	u32 out_vni;
	const char *mac;
};

/* What VM 0 of VPC 7 sends, and the frame's two ends in the tunnel. */
#define FROM_VM0(dmac, l3, daddr)					\
	0, 0, VM0, "192.168.1.1", dmac, l3, daddr
#define FROM_TUNNEL(vni, dmac, l3, daddr)				\
	TUNNEL, vni, REMOTE, "192.168.1.2", dmac, l3, daddr
#define DROPPED(reason, vpc)						\
	ALKAID_DO_DROP, ALKAID_DROP_##reason, vpc
#define FLOODED(reason, vpc)						\
	ALKAID_DO_FLOOD, ALKAID_DROP_##reason, vpc
#define DELIVERED(vpc, port)						\
	ALKAID_DO_DELIVER, 0, vpc, port
#define TUNNELLED(vpc, host, vni)					\
	ALKAID_DO_ENCAP, 0, vpc, 0, host, vni
#define ANSWERED(vpc, mac)						\
	ALKAID_DO_ARP_REPLY, 0, vpc, 0, NULL, 0, mac

static const struct decide_row decide_rows[] = {
	{ "port that is not bound",
	  3, 0, VM0, "192.168.1.1", REMOTE, IP, "192.168.1.2",
	  DROPPED(PORT_UNBOUND, 0) },
	{ "spoofed source, before all else",
	  0, 0, NOBODY, "192.168.1.1", ALL, ASK, "192.168.1.254",
	  DROPPED(SPOOFED_MAC, 7) },

	{ "ARP for the gateway",
	  FROM_VM0(ALL, ASK, "192.168.1.254"), ANSWERED(7, GW) },
	{ "ARP for the gateway, sent to it",
	  FROM_VM0(GW, ASK, "192.168.1.254"), ANSWERED(7, GW) },
	{ "ARP for a remote endpoint",
	  FROM_VM0(ALL, ASK, "192.168.1.2"), ANSWERED(7, REMOTE) },
	{ "ARP for a remote endpoint, sent to it",
	  FROM_VM0(REMOTE, ASK, "192.168.1.2"), ANSWERED(7, REMOTE) },
	{ "ARP for a local endpoint",
	  FROM_VM0(ALL, ASK, "192.168.1.11"), ANSWERED(7, VM1) },
	{ "ARP for the own address",
	  FROM_VM0(ALL, ASK, "192.168.1.1"), FLOODED(ARP_ANNOUNCEMENT, 7) },
	{ "ARP probe for the own address",
	  0, 0, VM0, "0.0.0.0", ALL, ASK, "192.168.1.1",
	  DROPPED(ARP_ANNOUNCEMENT, 7) },
	{ "ARP probe for an address that is taken",
	  0, 0, VM0, "0.0.0.0", ALL, ASK, "192.168.1.2",
	  ANSWERED(7, REMOTE) },
	{ "ARP for an address of nobody",
	  FROM_VM0(ALL, ASK, "192.168.1.77"), DROPPED(ARP_UNKNOWN, 7) },
	{ "ARP for an endpoint of the VPC in another segment",
	  FROM_VM0(ALL, ASK, "192.168.2.2"), DROPPED(ARP_UNKNOWN, 7) },
	{ "ARP reply to a remote endpoint",
	  FROM_VM0(REMOTE, REPLY, "192.168.1.2"),
	  TUNNELLED(7, "10.0.0.2", 7001) },
	{ "ARP reply to a local endpoint",
	  FROM_VM0(VM1, REPLY, "192.168.1.11"), DELIVERED(7, 1) },
	{ "ARP reply to all",
	  FROM_VM0(ALL, REPLY, "192.168.1.1"), FLOODED(ARP_OPERATION, 7) },

	{ "broadcast", FROM_VM0(ALL, IP, "255.255.255.255"),
	  DROPPED(BROADCAST, 7) },
	{ "multicast", FROM_VM0(GROUP, IP, "224.0.0.1"),
	  DROPPED(MULTICAST, 7) },
	{ "to the gateway's MAC, and to nowhere", FROM_VM0(GW, IP, "8.8.8.8"),
	  DROPPED(NO_ROUTE, 7) },
	{ "to the gateway's MAC, and to nobody", FROM_VM0(GW, IP, "192.168.2.3"),
	  DROPPED(NO_NEIGHBOR, 7) },
	{ "to a MAC of nobody", FROM_VM0(NOBODY, IP, "192.168.1.2"),
	  DROPPED(MISS, 7) },
	{ "to a MAC of another segment", FROM_VM0(REMOTE2, IP, "192.168.2.2"),
	  DROPPED(MISS, 7) },
	{ "to a local endpoint", FROM_VM0(VM1, IP, "192.168.1.11"),
	  DELIVERED(7, 1) },
	{ "to a remote endpoint", FROM_VM0(REMOTE, IP, "192.168.1.2"),
	  TUNNELLED(7, "10.0.0.2", 7001) },
	{ "to a remote endpoint, by MAC and not by address",
	  FROM_VM0(REMOTE, IP, "8.8.8.8"), TUNNELLED(7, "10.0.0.2", 7001) },
	{ "to itself", FROM_VM0(VM0, IP, "192.168.1.1"), DROPPED(HAIRPIN, 7) },

	{ "the same in the other VPC: remote",
	  2, 0, VM0, "192.168.1.1", REMOTE, IP, "192.168.1.2",
	  TUNNELLED(8, "10.0.0.4", 8001) },
	{ "the same in the other VPC: ARP",
	  2, 0, VM0, "192.168.1.1", ALL, ASK, "192.168.1.2",
	  ANSWERED(8, REMOTE) },
	{ "the other VPC has no VM 1",
	  2, 0, VM0, "192.168.1.1", VM1, IP, "192.168.1.11",
	  DROPPED(MISS, 8) },
	{ "the other VPC has no gateway's MAC, which is no MAC of zeros",
	  2, 0, VM0, "192.168.1.1", "00:00:00:00:00:00", IP, "192.168.2.2",
	  DROPPED(MISS, 8) },
	{ "the other VPC has no gateway",
	  2, 0, VM0, "192.168.1.1", ALL, ASK, "192.168.1.254",
	  DROPPED(ARP_UNKNOWN, 8) },

	{ "tunnel: VNI of nobody", FROM_TUNNEL(9001, VM0, IP, "192.168.1.1"),
	  DROPPED(UNKNOWN_VNI, 0) },
	{ "tunnel: VNI 0", FROM_TUNNEL(0, VM0, IP, "192.168.1.1"),
	  DROPPED(UNKNOWN_VNI, 0) },
	{ "tunnel: to a local endpoint",
	  FROM_TUNNEL(7001, VM0, IP, "192.168.1.1"), DELIVERED(7, 0) },
	{ "tunnel: the same MAC in the other VPC",
	  FROM_TUNNEL(8001, VM0, IP, "192.168.1.1"), DELIVERED(8, 2) },
	{ "tunnel: to a port of another segment, by a direct path",
	  FROM_TUNNEL(7002, VM0, IP, "192.168.1.1"), DELIVERED(7, 0) },
	{ "tunnel: to a MAC of another segment, and another's address",
	  FROM_TUNNEL(7002, VM0, IP, "192.168.1.11"),
	  DROPPED(TUNNEL_NOT_LOCAL, 7) },
	{ "tunnel: to a MAC of another segment, and nobody's address",
	  FROM_TUNNEL(7002, VM0, IP, "192.168.1.77"),
	  DROPPED(TUNNEL_NOT_LOCAL, 7) },
	{ "tunnel: to a MAC of another VPC's segment",
	  FROM_TUNNEL(8001, VM1, IP, "192.168.1.11"),
	  DROPPED(TUNNEL_NOT_LOCAL, 8) },
	{ "tunnel: to a remote endpoint",
	  FROM_TUNNEL(7001, REMOTE, IP, "192.168.1.2"),
	  DROPPED(TUNNEL_NOT_LOCAL, 7) },
	{ "tunnel: to a MAC of nobody",
	  FROM_TUNNEL(7001, NOBODY, IP, "192.168.1.1"),
	  DROPPED(TUNNEL_NOT_LOCAL, 7) },
	{ "tunnel: to the gateway's MAC",
	  FROM_TUNNEL(7001, GW, IP, "192.168.1.254"),
	  DROPPED(TUNNEL_NOT_LOCAL, 7) },
	{ "tunnel: broadcast", FROM_TUNNEL(7001, ALL, IP, "255.255.255.255"),
	  DROPPED(BROADCAST, 7) },
	{ "tunnel: multicast", FROM_TUNNEL(7001, GROUP, IP, "224.0.0.1"),
	  DROPPED(MULTICAST, 7) },
	{ "tunnel: ARP for a local endpoint, from a known one",
	  FROM_TUNNEL(7001, ALL, ASK, "192.168.1.1"), DELIVERED(7, 0) },
	{ "tunnel: the same in the other VPC",
	  FROM_TUNNEL(8001, ALL, ASK, "192.168.1.1"), DELIVERED(8, 2) },
	{ "tunnel: ARP for a local endpoint, sent to it",
	  FROM_TUNNEL(7001, VM0, ASK, "192.168.1.1"), DELIVERED(7, 0) },
	{ "tunnel: ARP reply to a local endpoint",
	  FROM_TUNNEL(7001, VM0, REPLY, "192.168.1.1"), DELIVERED(7, 0) },
	{ "tunnel: ARP reply sent to a port, with another's address",
	  TUNNEL, 7001, NOBODY, "192.168.1.2", VM0, REPLY, "192.168.1.1",
	  DROPPED(TUNNEL_ARP_SENDER, 7) },
	{ "tunnel: ARP reply sent to a port, with the gateway's address",
	  TUNNEL, 7001, REMOTE, "192.168.1.254", VM0, REPLY, "192.168.1.1",
	  DROPPED(TUNNEL_ARP_SENDER, 7) },
	{ "tunnel: ARP reply sent to a port, from an address of nobody",
	  TUNNEL, 7001, NOBODY, "192.168.1.77", VM0, REPLY, "192.168.1.1",
	  DELIVERED(7, 0) },
	{ "tunnel: ARP from an address of nobody",
	  TUNNEL, 7001, REMOTE, "192.168.1.77", ALL, ASK, "192.168.1.1",
	  DROPPED(TUNNEL_ARP_SENDER, 7) },
	{ "tunnel: ARP from a known address with another MAC",
	  TUNNEL, 7001, NOBODY, "192.168.1.2", ALL, ASK, "192.168.1.1",
	  DROPPED(TUNNEL_ARP_SENDER, 7) },
	{ "tunnel: ARP probe",
	  TUNNEL, 7001, REMOTE, "0.0.0.0", ALL, ASK, "192.168.1.1",
	  DROPPED(TUNNEL_ARP_SENDER, 7) },
	{ "tunnel: ARP for a remote endpoint",
	  FROM_TUNNEL(7001, ALL, ASK, "192.168.1.3"),
	  DROPPED(ARP_UNKNOWN, 7) },
	{ "tunnel: ARP for an address of nobody",
	  FROM_TUNNEL(7001, ALL, ASK, "192.168.1.77"),
	  DROPPED(ARP_UNKNOWN, 7) },
	{ "tunnel: ARP for the gateway",
	  FROM_TUNNEL(7001, ALL, ASK, "192.168.1.254"),
	  DROPPED(ARP_UNKNOWN, 7) },
	{ "tunnel: ARP for an endpoint of another segment",
	  FROM_TUNNEL(7002, ALL, ASK, "192.168.1.1"),
	  DROPPED(ARP_UNKNOWN, 7) },
	{ "tunnel: ARP reply to all",
	  FROM_TUNNEL(7001, ALL, REPLY, "192.168.1.77"),
	  DROPPED(ARP_OPERATION, 7) },
};

KUNIT_ARRAY_PARAM_DESC(decide, decide_rows, name);

static void decide_row(struct world *w, const struct decide_row *row,
		       struct alkaid_verdict *v)
{
	struct alkaid_key key = {
		.port = row->from == TUNNEL ? NULL : w->ports[row->from],
		.vni = row->vni,
		.l3 = row->l3 == IP ? ALKAID_L3_IP4 : ALKAID_L3_ARP,
		.proto = row->l3 == IP ? IPPROTO_TCP : 0,
		.arp_op = row->l3 == ASK ? ARPOP_REQUEST : ARPOP_REPLY,
		.saddr = ip_of(row->saddr),
		.daddr = ip_of(row->daddr),
	};

	mac_of(row->dmac, key.dmac);
	mac_of(row->smac, key.smac);
	mac_of(row->smac, key.arp_sha);
	rcu_read_lock();
	alkaid_decide(&w->t, &key, v, NULL);
	rcu_read_unlock();
}

static void alkaid_decide_test(struct kunit *test)
{
	const struct decide_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_verdict v;
	struct in6_addr host;
	u8 mac[ETH_ALEN];

	decide_row(w, row, &v);
	KUNIT_ASSERT_EQ(test, v.action, row->action);
	KUNIT_EXPECT_EQ(test, v.vpc ? v.vpc->id : 0, row->vpc);
	switch (row->action) {
	case ALKAID_DO_DROP:
		KUNIT_EXPECT_EQ(test, v.reason, row->reason);
		break;
	case ALKAID_DO_DELIVER:
		KUNIT_EXPECT_PTR_EQ(test, v.port, w->ports[row->port]);
		break;
	case ALKAID_DO_ENCAP:
		host = ip_of(row->vtep);
		KUNIT_ASSERT_NOT_NULL(test, v.vtep);
		KUNIT_EXPECT_MEMEQ(test, &v.vtep->addr, &host, sizeof(host));
		KUNIT_EXPECT_EQ(test, v.vni, row->out_vni);
		break;
	case ALKAID_DO_FLOOD:
		KUNIT_EXPECT_EQ(test, v.reason, row->reason);
		break;
	case ALKAID_DO_ARP_REPLY:
		KUNIT_EXPECT_MEMEQ(test, v.smac, mac_of(row->mac, mac),
				   ETH_ALEN);
		break;
	default:
		break;
	}
}

/* Every rule again, with all changes to the tables prepared and none made. */
static void alkaid_decide_unmoved_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_unbind(w, 1));
	ASSERT_OK(test, world_unbind(w, 2));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.2"));
	ASSERT_OK(test, world_neigh_del(w, 71, "192.168.1.3"));
	ASSERT_OK(test, world_neigh_del(w, 72, "192.168.2.2"));
	ASSERT_OK(test, world_neigh_del(w, 81, "192.168.1.2"));
	ASSERT_OK(test, world_subnet_del(w, 71));
	ASSERT_OK(test, world_subnet_del(w, 72));
	ASSERT_OK(test, world_subnet_del(w, 81));
	ASSERT_OK(test, world_vpc_del(w, 7));
	ASSERT_OK(test, world_vpc_new(w, 9, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 91, 9, 9001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_bind_ip(w, 3, 91, VM0, "192.168.1.1",
				      ALKAID_NEW_ADD));
	alkaid_decide_test(test);
	ASSERT_OK(test, world_abort(w));
	alkaid_decide_test(test);
}

static struct kunit_case alkaid_decide_cases[] = {
	KUNIT_CASE_PARAM(alkaid_decide_test, decide_gen_params),
	KUNIT_CASE_PARAM(alkaid_decide_unmoved_test, decide_gen_params),
	{}
};

struct kunit_suite alkaid_decide_suite = {
	.name = "alkaid_decide",
	.init = decide_init,
	.exit = world_exit,
	.test_cases = alkaid_decide_cases,
};
