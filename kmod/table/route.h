/* SPDX-License-Identifier: GPL-2.0 */
/* Routes: where a prefix of a VPC leads. */
#ifndef _ALKAID_TABLE_ROUTE_H
#define _ALKAID_TABLE_ROUTE_H

#include "addr.h"
#include "tables.h"
#include "trie.h"

struct alkaid_group;
struct alkaid_subnet;
struct alkaid_vpc;

/**
 * enum alkaid_route_type - where a route leads
 * @ALKAID_ROUTE_SUBNET: to the addresses of a subnet; made with the subnet
 * @ALKAID_ROUTE_VIA: to a next hop
 * @ALKAID_ROUTE_BLACKHOLE: nowhere
 * @ALKAID_ROUTE_GROUP: to a gateway group
 */
enum alkaid_route_type {
	ALKAID_ROUTE_SUBNET,
	ALKAID_ROUTE_VIA,
	ALKAID_ROUTE_BLACKHOLE,
	ALKAID_ROUTE_GROUP,
};

/**
 * struct alkaid_route_key - what a route is known by
 * @vpc: id of its VPC
 * @subnet: id of the subnet whose frames it is for, or 0 for all of the VPC
 * @addr: prefix
 * @len: bits of @addr that count; 96 more than an IPv4 length
 */
struct alkaid_route_key {
	u32 vpc;
	u32 subnet;
	struct in6_addr addr;
	u32 len;
};

/**
 * struct alkaid_route_cfg - what a route is to be
 * @key: key
 * @type: any but ALKAID_ROUTE_SUBNET
 * @via: next hop
 * @group_id: id of the gateway group
 */
struct alkaid_route_cfg {
	struct alkaid_route_key key;
	enum alkaid_route_type type;
	struct in6_addr via;
	u32 group_id;
};

/**
 * struct alkaid_route - a prefix, and where it leads
 * @trie_next: the next one of the same prefix, as generations change
 * @gen: generations in which it is there
 * @type: where it leads
 * @key: key
 * @via: next hop
 * @group: gateway group, or NULL
 * @vpc: its VPC
 * @subnet: whose frames it is for, or NULL; of ALKAID_ROUTE_SUBNET the subnet
 *	that it leads to
 * @node: in alkaid_tables.routes
 *
 * Immutable but for @gen: a change puts a new one beside it.
 */
struct alkaid_route {
	struct alkaid_route __rcu *trie_next;
	struct alkaid_gen gen;
	enum alkaid_route_type type;
	struct alkaid_route_key key;
	struct in6_addr via;
	struct alkaid_group *group;
	struct alkaid_vpc *vpc;
	struct alkaid_subnet *subnet;
	struct rhlist_head node;
};

extern const struct alkaid_kind alkaid_route_kind;
extern const struct rhashtable_params alkaid_route_params;

const struct alkaid_route *alkaid_route_select(const struct alkaid_subnet *subnet,
					       const struct in6_addr *addr,
					       u32 gen);
struct alkaid_route *alkaid_route_lookup(struct alkaid_tables *t,
					 const struct alkaid_route_key *key,
					 u32 gen);
int alkaid_route_new(struct alkaid_tables *t,
		     const struct alkaid_route_cfg *cfg, enum alkaid_new mode,
		     struct netlink_ext_ack *extack);
int alkaid_route_del(struct alkaid_tables *t,
		     const struct alkaid_route_key *key,
		     struct netlink_ext_ack *extack);

int alkaid_route_check_prefix(struct alkaid_vpc *vpc, u32 subnet,
			      const struct alkaid_prefix *prefix, u32 gen,
			      struct netlink_ext_ack *extack);
int alkaid_route_add_prefix(struct alkaid_tables *t,
			    struct alkaid_subnet *subnet,
			    const struct alkaid_prefix *prefix,
			    struct netlink_ext_ack *extack);
int alkaid_route_del_prefix(struct alkaid_tables *t,
			    struct alkaid_subnet *subnet,
			    const struct alkaid_prefix *prefix,
			    struct netlink_ext_ack *extack);
void alkaid_route_destroy(void *ptr, void *arg);

#endif /* _ALKAID_TABLE_ROUTE_H */
