/* SPDX-License-Identifier: GPL-2.0 */
/* Flows: direct paths past the gateway, as OAM datagrams teach them. */
#ifndef _ALKAID_TABLE_FLOW_H
#define _ALKAID_TABLE_FLOW_H

#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct alkaid_gateway;
struct alkaid_group;
struct alkaid_tables;
struct alkaid_vpc;
struct alkaid_vtep;

/* Most flows of one device, and of one VPC. */
#define ALKAID_FLOWS_MAX	262144
#define ALKAID_VPC_FLOWS_MAX	65536

/**
 * enum alkaid_flow_kind - what of a packet a direct path looks at
 * @ALKAID_FLOW_EXACT: both ports
 * @ALKAID_FLOW_SPORT: the source port; any destination port
 * @ALKAID_FLOW_DPORT: the destination port; any source port
 * @ALKAID_FLOW_ADDRS: no port
 * @ALKAID_FLOW_DESTINATION: VPC and destination alone
 * @ALKAID_FLOW_KINDS: how many there are
 *
 * A packet looks each kind up that its VPC has, in this order: at most so many
 * lookups, and none in a VPC without direct paths.
 */
enum alkaid_flow_kind {
	ALKAID_FLOW_EXACT,
	ALKAID_FLOW_SPORT,
	ALKAID_FLOW_DPORT,
	ALKAID_FLOW_ADDRS,
	ALKAID_FLOW_DESTINATION,
	ALKAID_FLOW_KINDS
};

/**
 * struct alkaid_flow_key - what a direct path is for
 * @id: VNI of the sender's subnet; of a destination the id of the VPC
 * @src: source; of a destination 0
 * @dst: destination
 * @sport: source port; 0: any
 * @dport: destination port; 0: any
 * @proto: transport protocol; of a destination 0
 * @destination: it is for all that goes to @dst
 * @zero: zero, so that the key has no hole
 *
 * OAM datagrams know IPv4 only. A protocol without ports has zeros.
 */
struct alkaid_flow_key {
	u32 id;
	__be32 src;
	__be32 dst;
	__be16 sport;
	__be16 dport;
	u8 proto;
	bool destination;
	u16 zero;
};

/**
 * struct alkaid_flow_cfg - what a direct path is to be
 * @key: key
 * @instance: address that the packets get, or have
 * @mac: destination MAC that they get
 * @node: underlay address of the host that has the instance
 * @timeout: seconds without a packet after which it ends
 * @group: whose gateway taught it
 * @gateway: who taught it
 */
struct alkaid_flow_cfg {
	struct alkaid_flow_key key;
	__be32 instance;
	u8 mac[ETH_ALEN];
	__be32 node;
	u16 timeout;
	const struct alkaid_group *group;
	const struct alkaid_gateway *gateway;
};

/**
 * struct alkaid_flow - a direct path
 * @node: in alkaid_flows.table
 * @key: key
 * @instance: see struct alkaid_flow_cfg
 * @mac: see there
 * @timeout: see there
 * @epoch: of @vtep when it was taught; it is void when that has gone on
 * @used: when it was last used, in seconds; see alkaid_flow_touch()
 * @packets: that used it; may miss some if several CPUs send at once
 * @vtep: where it leads; a reference
 * @vpc: its VPC
 *
 * What follows in the structure belongs to writers, under alkaid_flows.lock.
 */
struct alkaid_flow {
	struct rhash_head node;
	struct alkaid_flow_key key;
	__be32 instance;
	u8 mac[ETH_ALEN];
	u16 timeout;
	u32 epoch;
	u32 used;
	u64 packets;
	struct alkaid_vtep *vtep;
	struct alkaid_vpc *vpc;

	const struct alkaid_group *group;
	const struct alkaid_gateway *gateway;
	struct list_head lru;
	struct list_head vpc_lru;
	struct rcu_head rcu;
};

/**
 * struct alkaid_flows - the direct paths of a device
 * @n: how many
 * @table: they
 * @lock: serializes changes; taken with BH disabled, within alkaid_tables.lock
 * @lru: they, the one that was idle longest first
 * @expire: takes away those that were idle too long
 */
struct alkaid_flows {
	u32 n;
	struct rhashtable table;
	spinlock_t lock;	/* see above */
	struct list_head lru;
	struct delayed_work expire;
};

int alkaid_flows_init(struct alkaid_tables *t);
void alkaid_flows_destroy(struct alkaid_tables *t);

struct alkaid_flow *alkaid_flow_match(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_flow_key *packet);
void alkaid_flow_touch(struct alkaid_tables *t, struct alkaid_flow *flow);
int alkaid_flow_inject(struct alkaid_tables *t, struct alkaid_vpc *vpc,
		       const struct alkaid_flow_cfg *cfg);
void alkaid_flows_purge(struct alkaid_tables *t,
			bool (*match)(const struct alkaid_flow *flow,
				      const void *arg),
			const void *arg);

#endif /* _ALKAID_TABLE_FLOW_H */
