/* SPDX-License-Identifier: GPL-2.0 */
/* Flows: direct paths past the gateway, as OAM datagrams teach them. */
#ifndef _ALKAID_TABLE_FLOW_H
#define _ALKAID_TABLE_FLOW_H

#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct alkaid_gateway;
struct alkaid_group;
struct alkaid_subnet;
struct alkaid_tables;
struct alkaid_vpc;
struct alkaid_vtep;

/* Most direct paths of one device, and of one VPC, unless told otherwise. */
#define ALKAID_FLOWS_MAX	262144
#define ALKAID_VPC_FLOWS_MAX	65536

/* Lists of direct paths by address: a power of two. */
#define ALKAID_FLOW_LISTS	4096

/* Seconds that a turn of the wheel of idle timeouts takes: a power of two. */
#define ALKAID_FLOW_TURN	512

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
 * enum alkaid_flow_tie - with what a direct path goes
 * @ALKAID_FLOW_BY_SRC: the endpoint that has the source
 * @ALKAID_FLOW_BY_DST: the endpoint that has the destination, or gets it
 * @ALKAID_FLOW_BY_INSTANCE: likewise the instance, if it has another address
 * @ALKAID_FLOW_BY_SUBNET: the sender's subnet
 * @ALKAID_FLOW_BY_GATEWAY: the gateway that taught it last
 * @ALKAID_FLOW_TIES: how many there are
 */
enum alkaid_flow_tie {
	ALKAID_FLOW_BY_SRC,
	ALKAID_FLOW_BY_DST,
	ALKAID_FLOW_BY_INSTANCE,
	ALKAID_FLOW_BY_SUBNET,
	ALKAID_FLOW_BY_GATEWAY,
	ALKAID_FLOW_TIES
};

#define ALKAID_FLOW_ADDR_TIES	(ALKAID_FLOW_BY_INSTANCE + 1)

/**
 * struct alkaid_flow_cfg - what a direct path is to be
 * @key: key
 * @instance: address that the packets get, or have
 * @mac: destination MAC that they get
 * @node: underlay address of the host that has the instance
 * @timeout: seconds without a packet after which it ends, not 0
 * @subnet: the sender's
 * @group: whose gateway teaches it
 * @gateway: who teaches it
 *
 * Subnet, group and gateway are visible in a generation that the caller has
 * read in the RCU read side that it is in.
 */
struct alkaid_flow_cfg {
	struct alkaid_flow_key key;
	__be32 instance;
	u8 mac[ETH_ALEN];
	__be32 node;
	u16 timeout;
	struct alkaid_subnet *subnet;
	const struct alkaid_group *group;
	struct alkaid_gateway *gateway;
};

/**
 * struct alkaid_flow - a direct path
 * @node: in alkaid_flows.table
 * @serial: number that tells it from all others, higher than those before
 * @key: key
 * @instance: see struct alkaid_flow_cfg
 * @mac: see there
 * @timeout: see there
 * @epoch: of @vtep when it was taught; it is void when that has gone on
 * @used: when it was last used, in seconds; see alkaid_flow_touch()
 * @packets: that used it; may miss some if several CPUs send at once
 * @vtep: where it leads; a reference
 * @vpc: its VPC
 * @group: whose gateway taught it
 * @placed: @used when it got its place in the next two
 * @lru: in alkaid_flows.lru; empty: it has ended
 * @vpc_lru: in alkaid_vpc.flows
 * @turn: in alkaid_flows.wheel
 * @by: in the lists of what it goes with
 * @rcu: frees it
 *
 * From @placed on it belongs to writers, under alkaid_flows.lock.
 */
struct alkaid_flow {
	struct rhash_head node;
	u64 serial;
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

	u32 placed;
	struct list_head lru;
	struct list_head vpc_lru;
	struct hlist_node turn;
	struct hlist_node by[ALKAID_FLOW_TIES];
	struct rcu_head rcu;
};

/**
 * struct alkaid_flows - the direct paths of a device
 * @n: how many
 * @serials: serial of the last one that was taught
 * @table: they
 * @lock: serializes changes; taken with BH disabled, within alkaid_tables.lock
 * @lru: they, the one that was idle longest first
 * @by_addr: they, by a hash of VPC and address, for each tie to an endpoint
 * @seed: of that hash
 * @wheel: they, by the second in which they are to be looked at
 * @due: those whose second has come
 * @turned: the second up to which that is done
 * @expire: looks at them, and takes away those that were idle too long
 */
struct alkaid_flows {
	u32 n;
	u64 serials;
	struct rhashtable table;
	spinlock_t lock;	/* see above */
	struct list_head lru;
	struct hlist_head *by_addr;
	u32 seed;
	struct hlist_head *wheel;
	struct hlist_head due;
	u32 turned;
	struct delayed_work expire;
};

static inline enum alkaid_flow_kind
alkaid_flow_kind(const struct alkaid_flow_key *key)
{
	if (key->destination)
		return ALKAID_FLOW_DESTINATION;
	if (key->sport)
		return key->dport ? ALKAID_FLOW_EXACT : ALKAID_FLOW_SPORT;
	return key->dport ? ALKAID_FLOW_DPORT : ALKAID_FLOW_ADDRS;
}

/* Several CPUs that send at once may miss some. */
static inline void alkaid_flow_count_packet(struct alkaid_flow *flow)
{
	WRITE_ONCE(flow->packets, READ_ONCE(flow->packets) + 1);
}

/* Most direct paths of a device, and of a VPC: module parameters. */
extern unsigned int alkaid_flows_max;
extern unsigned int alkaid_flows_max_vpc;

/*
 * All in one of ALKAID_FLOW_LISTS lists, each in one list, the newest first.
 * Context: RCU read side.
 */
#define alkaid_flow_for_each(flow, flows, list)				\
	hlist_for_each_entry_rcu(flow,					\
				 &(flows)->by_addr[ALKAID_FLOW_BY_DST *	\
						   ALKAID_FLOW_LISTS +	\
						   (list)],		\
				 by[ALKAID_FLOW_BY_DST])

/* table/flow.c: learning and using */
struct alkaid_flow *alkaid_flow_match(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_group *group,
				      const struct alkaid_flow_key *packet,
				      bool *kept);
struct alkaid_flow *alkaid_flow_cover(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_flow_key *key);
bool alkaid_flow_is_void(const struct alkaid_flow *flow, u32 now);
u32 alkaid_flow_now(void);
void alkaid_flow_touch(struct alkaid_tables *t, struct alkaid_flow *flow);
int alkaid_flow_inject(struct alkaid_tables *t, struct alkaid_vpc *vpc,
		       const struct alkaid_flow_cfg *cfg);
struct hlist_head *alkaid_flow_list(struct alkaid_flows *flows,
				    const struct alkaid_vpc *vpc, __be32 addr,
				    enum alkaid_flow_tie tie);
void alkaid_flow_arm(struct alkaid_flows *flows, struct alkaid_flow *flow,
		     u32 now);
void alkaid_flow_number(const struct alkaid_flow *flow, int by);
extern const struct rhashtable_params alkaid_flow_params;

/* table/flow_end.c: forgetting */
int alkaid_flows_init(struct alkaid_tables *t);
void alkaid_flows_destroy(struct alkaid_tables *t);
void alkaid_flow_end_locked(struct alkaid_tables *t, struct alkaid_flow *flow);
bool alkaid_flow_end(struct alkaid_tables *t, struct alkaid_flow *flow);
void alkaid_flows_end_vpc(struct alkaid_tables *t, struct alkaid_vpc *vpc);
void alkaid_flows_end_subnet(struct alkaid_tables *t,
			     struct alkaid_subnet *subnet);
void alkaid_flows_end_gateway(struct alkaid_tables *t,
			      struct alkaid_gateway *gateway);
void alkaid_flows_end_addr(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			   const struct in6_addr *addr);
u32 alkaid_flows_purge(struct alkaid_tables *t,
		       bool (*match)(const struct alkaid_flow *flow,
				     const void *arg),
		       const void *arg);

#endif /* _ALKAID_TABLE_FLOW_H */
