/* SPDX-License-Identifier: GPL-2.0 */
/* All tables of one device, and how a reader enters them. */
#ifndef _ALKAID_TABLE_TABLES_H
#define _ALKAID_TABLE_TABLES_H

#include <linux/if_ether.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>

#include "flow.h"
#include "index.h"
#include "moved.h"
#include "txn.h"

/**
 * struct alkaid_tables - all tables of one device
 * @gen: the active generation; see DOC: Generations
 * @subnets_by_vni: struct alkaid_subnet, for frames from the tunnel
 * @endpoints_by_mac: struct alkaid_endpoint by (VNI, MAC)
 * @endpoints_by_ip: struct alkaid_endpoint by (VPC, IP)
 * @gateways: struct alkaid_gateway by address
 * @flows: direct paths past the gateways
 * @moved: addresses that have left this host
 * @role: what the device is, ALKAID_ROLE_*
 * @relay_time: how long frames for an address that moved are relayed, in seconds
 * @dvr_mac: source MAC of what is routed to another host
 * @fragment: IPv4 that is too big, and may be fragmented, is
 * @lock: serializes writers
 * @dead: the device is being deleted; no change any more
 * @seq: counts every change, also those without a commit
 * @txn: the transaction
 * @vpcs: struct alkaid_vpc by id
 * @subnets: struct alkaid_subnet by id
 * @routes: struct alkaid_route by VPC, subnet and prefix
 * @members: struct alkaid_member by subnet and host
 * @member: the one of @members that was looked up last, or NULL
 * @groups: struct alkaid_group by id
 * @vteps: struct alkaid_vtep by address
 * @vteps_lock: serializes changes of @vteps, innermost
 * @ports: struct alkaid_port, all that are attached
 * @n_vpcs: in the next generation, as the other counts
 * @n_subnets: count
 * @n_endpoints: count
 * @n_routes: count
 * @n_groups: count
 * @groups_changed: members may have another state than listeners know
 *
 * Everything but @gen and the hash tables belongs to writers.
 */
struct alkaid_tables {
	/* Needed in the packet path. */
	u32 gen;
	struct rhltable subnets_by_vni;
	struct alkaid_index endpoints_by_mac;
	struct alkaid_index endpoints_by_ip;
	struct rhltable gateways;
	struct alkaid_flows flows;
	struct alkaid_moved moved;
	u8 role;
	u32 relay_time;
	u8 dvr_mac[ETH_ALEN];
	bool fragment;

	/* Needed by writers. */
	struct mutex lock;
	bool dead;
	u32 seq;
	struct alkaid_txn txn;
	struct rhltable vpcs;
	struct rhltable subnets;
	struct rhltable routes;
	struct rhltable members;
	struct alkaid_member *member;
	struct rhltable groups;
	struct rhltable vteps;
	spinlock_t vteps_lock;	/* see above */
	struct list_head ports;
	u32 n_vpcs;
	u32 n_subnets;
	u32 n_endpoints;
	u32 n_routes;
	u32 n_groups;
	bool groups_changed;
};

#define ALKAID_VPCS_MAX		65536
#define ALKAID_SUBNETS_MAX	262144
#define ALKAID_ENDPOINTS_MAX	4194304
#define ALKAID_ROUTES_MAX	4194304
/* Each has tables of some 700 KiB. */
#define ALKAID_GROUPS_MAX	256

/* How long frames for an address that moved are relayed, unless told otherwise. */
#define ALKAID_RELAY_TIME	10
#define ALKAID_RELAY_TIME_MAX	3600

/* Most addresses that one port may have, and pairs that it may be allowed. */
#define ALKAID_PORT_ADDRS_MAX	64

/* Most prefixes, and gateway addresses, of one subnet. */
#define ALKAID_SUBNET_ADDRS_MAX	8

/**
 * enum alkaid_new - what a request to set an object may do
 * @ALKAID_NEW_ADD: it must not exist
 * @ALKAID_NEW_CHANGE: it must exist
 * @ALKAID_NEW_REPLACE: either
 */
enum alkaid_new {
	ALKAID_NEW_ADD,
	ALKAID_NEW_CHANGE,
	ALKAID_NEW_REPLACE,
};

/**
 * alkaid_tables_gen() - the generation that a reader keeps to
 * @t: tables
 *
 * Context: RCU read side, once for all of the reader's lookups.
 */
static inline u32 alkaid_tables_gen(const struct alkaid_tables *t)
{
	/* Pairs with the store in alkaid_txn_flip(). */
	return smp_load_acquire(&t->gen);
}

/* The generation that a writer works on: what was prepared is there. */
static inline u32 alkaid_tables_next(const struct alkaid_tables *t)
{
	lockdep_assert_held(&t->lock);
	return alkaid_gen_next(t->gen);
}

int alkaid_tables_init(struct alkaid_tables *t);
void alkaid_tables_kill(struct alkaid_tables *t);
void alkaid_tables_destroy(struct alkaid_tables *t);

int alkaid_tables_insert(struct rhltable *table, struct rhlist_head *node,
			 const struct rhashtable_params params);
int alkaid_new_check(enum alkaid_new mode, const char *what, bool exists,
		     struct netlink_ext_ack *extack);

#endif /* _ALKAID_TABLE_TABLES_H */
