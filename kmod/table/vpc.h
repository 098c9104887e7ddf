/* SPDX-License-Identifier: GPL-2.0 */
/* VPCs: routing domains. */
#ifndef _ALKAID_TABLE_VPC_H
#define _ALKAID_TABLE_VPC_H

#include <linux/rhashtable.h>
#include <uapi/alkaid.h>

#include "counters.h"
#include "rev.h"
#include "tables.h"
#include "trie.h"

/**
 * struct alkaid_vpc_cfg - what a VPC is to be
 * @id: key
 * @name: text for people
 * @miss: what to do with an unknown destination
 * @group_id: id of its gateway group, or 0
 */
struct alkaid_vpc_cfg {
	u32 id;
	char name[ALKAID_NAME_MAX + 1];
	enum alkaid_miss miss;
	u32 group_id;
};

/**
 * struct alkaid_vpc_rev - one revision of a VPC
 * @rev: generations
 * @vpc: whose
 * @group: its gateway group, or NULL
 * @cfg: contents
 */
struct alkaid_vpc_rev {
	struct alkaid_rev rev;
	struct alkaid_vpc *vpc;
	struct alkaid_group *group;
	struct alkaid_vpc_cfg cfg;
};

/**
 * struct alkaid_vpc - a routing domain
 * @gen: generations in which it is there
 * @id: key
 * @rev: newest revision, a struct alkaid_vpc_rev
 * @counters: of frames in this VPC
 * @routes: its routes, and the prefixes of its subnets
 * @n_flows: its direct paths by kind; see kmod/table/flow.c
 * @flow_kinds: bits of the kinds that it has any of
 * @flows: they, the one that was idle longest first; these change under
 *	alkaid_flows.lock
 * @node: in alkaid_tables.vpcs
 * @users: subnets and routes in the next generation
 *
 * Subnets point to it, and are freed before it.
 */
struct alkaid_vpc {
	struct alkaid_gen gen;
	u32 id;
	struct alkaid_rev __rcu *rev;
	struct alkaid_counters __percpu *counters;
	struct alkaid_trie routes;
	u32 n_flows[ALKAID_FLOW_KINDS];
	unsigned long flow_kinds;
	struct list_head flows;

	struct rhlist_head node;
	u32 users;
};

extern const struct alkaid_kind alkaid_vpc_kind;
extern const struct alkaid_kind alkaid_vpc_rev_kind;
extern const struct rhashtable_params alkaid_vpc_params;

/**
 * alkaid_vpc_config() - contents of a VPC
 * @vpc: VPC that is there in @gen
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 */
static inline const struct alkaid_vpc_rev *
alkaid_vpc_config(const struct alkaid_vpc *vpc, u32 gen)
{
	return container_of(alkaid_rev_visible(&vpc->rev, gen),
			    struct alkaid_vpc_rev, rev);
}

int alkaid_vpc_new(struct alkaid_tables *t, const struct alkaid_vpc_cfg *cfg,
		   enum alkaid_new mode, struct netlink_ext_ack *extack);
int alkaid_vpc_del(struct alkaid_tables *t, u32 id,
		   struct netlink_ext_ack *extack);
struct alkaid_vpc *alkaid_vpc_lookup(struct alkaid_tables *t, u32 id, u32 gen);
void alkaid_vpc_destroy(void *ptr, void *arg);

#endif /* _ALKAID_TABLE_VPC_H */
