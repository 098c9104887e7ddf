/* SPDX-License-Identifier: GPL-2.0 */
/* Subnets: L2 segments of a VPC. */
#ifndef _ALKAID_TABLE_SUBNET_H
#define _ALKAID_TABLE_SUBNET_H

#include <uapi/alkaid.h>

#include "addr.h"
#include "rev.h"
#include "tables.h"
#include "trie.h"

/**
 * struct alkaid_subnet_cfg - what a subnet is to be
 * @id: key
 * @vpc: id of its VPC; does not change
 * @vni: VXLAN network identifier; does not change
 * @encap: tunnel format
 * @gateway_mac: MAC that the gateway addresses have; zero if there is none
 * @flood: broadcast and multicast reach the whole subnet
 * @n_prefixes: how many
 * @n_gateway_ips: how many
 * @prefixes: address ranges
 * @gateway_ips: addresses of the gateway
 */
struct alkaid_subnet_cfg {
	u32 id;
	u32 vpc;
	u32 vni;
	enum alkaid_encap encap;
	u8 gateway_mac[ETH_ALEN];
	bool flood;
	u8 n_prefixes;
	u8 n_gateway_ips;
	struct alkaid_prefix prefixes[ALKAID_SUBNET_ADDRS_MAX];
	struct in6_addr gateway_ips[ALKAID_SUBNET_ADDRS_MAX];
};

/**
 * struct alkaid_subnet_rev - one revision of a subnet
 * @rev: generations
 * @subnet: whose
 * @cfg: contents
 */
struct alkaid_subnet_rev {
	struct alkaid_rev rev;
	struct alkaid_subnet *subnet;
	struct alkaid_subnet_cfg cfg;
};

/**
 * struct alkaid_subnet - an L2 segment of a VPC
 * @gen: generations in which it is there
 * @vni: VXLAN network identifier
 * @id: key
 * @vpc: its VPC
 * @rev: newest revision, a struct alkaid_subnet_rev
 * @routes: routes for frames of this subnet only
 * @bindings: struct alkaid_binding, its local ports in any generation
 * @members: struct alkaid_member, where its neighbors are in any generation
 * @flows: direct paths of its senders, under alkaid_flows.lock
 * @vni_node: in alkaid_tables.subnets_by_vni
 * @node: in alkaid_tables.subnets
 * @users: ports, neighbors and routes in the next generation
 *
 * Endpoints and bindings point to it, and are freed before it.
 */
struct alkaid_subnet {
	struct alkaid_gen gen;
	u32 vni;
	u32 id;
	struct alkaid_vpc *vpc;
	struct alkaid_rev __rcu *rev;
	struct alkaid_trie routes;
	struct hlist_head bindings;
	struct hlist_head members;
	struct hlist_head flows;
	struct rhlist_head vni_node;

	struct rhlist_head node;
	u32 users;
};

extern const struct alkaid_kind alkaid_subnet_kind;
extern const struct alkaid_kind alkaid_subnet_rev_kind;
extern const struct rhashtable_params alkaid_subnet_params;
extern const struct rhashtable_params alkaid_subnet_vni_params;

/**
 * alkaid_subnet_config() - contents of a subnet
 * @subnet: subnet that is there in @gen
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 */
static inline const struct alkaid_subnet_cfg *
alkaid_subnet_config(const struct alkaid_subnet *subnet, u32 gen)
{
	return &container_of(alkaid_rev_visible(&subnet->rev, gen),
			     struct alkaid_subnet_rev, rev)->cfg;
}

/**
 * alkaid_subnet_shares_vni() - whether others may have a subnet's VNI too
 * @subnet: what alkaid_subnet_lookup_vni() has found: those before it in the list
 *	are not visible in that generation
 *
 * Context: RCU read side of the lookup.
 */
static inline bool alkaid_subnet_shares_vni(const struct alkaid_subnet *subnet)
{
	return rcu_access_pointer(subnet->vni_node.next);
}

/* Whether what is sent to a MAC is for the subnet's gateway. */
static inline bool alkaid_subnet_routes(const struct alkaid_subnet_cfg *cfg,
					const u8 *dmac)
{
	/* A subnet without a gateway has no MAC for it, not one of zeros. */
	return cfg->n_gateway_ips && ether_addr_equal(dmac, cfg->gateway_mac);
}

int alkaid_subnet_new(struct alkaid_tables *t,
		      const struct alkaid_subnet_cfg *cfg,
		      enum alkaid_new mode, struct netlink_ext_ack *extack);
int alkaid_subnet_del(struct alkaid_tables *t, u32 id,
		      struct netlink_ext_ack *extack);
struct alkaid_subnet *alkaid_subnet_lookup(struct alkaid_tables *t, u32 id,
					   u32 gen);
struct alkaid_subnet *alkaid_subnet_lookup_vni(struct alkaid_tables *t, u32 vni,
					       u32 gen);
bool alkaid_subnet_contains(const struct alkaid_subnet_cfg *cfg,
			    const struct in6_addr *addr);
bool alkaid_subnet_is_gateway(const struct alkaid_subnet_cfg *cfg,
			      const struct in6_addr *addr);
bool alkaid_subnet_has_router(const struct alkaid_subnet_cfg *cfg);
bool alkaid_subnet_is_router(const struct alkaid_subnet_cfg *cfg,
			     const struct in6_addr *addr);
bool alkaid_subnet_covers(const struct alkaid_subnet_cfg *cfg,
			  const struct alkaid_prefix *prefix);
bool alkaid_subnet_has_prefix(const struct alkaid_subnet_cfg *cfg,
			      const struct alkaid_prefix *prefix);
int alkaid_subnet_check_addrs(const struct alkaid_subnet_cfg *cfg,
			      struct netlink_ext_ack *extack);
int alkaid_subnet_check_host(const struct alkaid_subnet *subnet, u32 gen,
			     const struct in6_addr *addr,
			     struct netlink_ext_ack *extack);
void alkaid_subnet_destroy(void *ptr, void *arg);

#endif /* _ALKAID_TABLE_SUBNET_H */
