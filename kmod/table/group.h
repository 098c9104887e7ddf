/* SPDX-License-Identifier: GPL-2.0 */
/* Gateway groups: among whose members flows are spread. */
#ifndef _ALKAID_TABLE_GROUP_H
#define _ALKAID_TABLE_GROUP_H

#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <uapi/alkaid.h>

#include "gateway.h"
#include "maglev.h"
#include "rev.h"
#include "stick.h"
#include "tables.h"

/* Most members of one group. */
#define ALKAID_GATEWAYS_MAX	1024

/* Numbers for them: several revisions may be there, with members of their own. */
#define ALKAID_PLACES		(4 * ALKAID_GATEWAYS_MAX)

#define ALKAID_OAM_PORT		8300
#define ALKAID_OAM_KEY_LEN	16

/* Shortest and longest interval of BFD control packets, in microseconds. */
#define ALKAID_BFD_INTERVAL_MIN	10000
#define ALKAID_BFD_INTERVAL_MAX	60000000
#define ALKAID_BFD_MULTIPLIER	3

/**
 * struct alkaid_gateway_cfg - what a member of a group is to be
 * @addr: underlay address
 * @mac: destination MAC of what is steered to it
 * @weight: share of the flows, not 0
 * @has_state: @state counts; otherwise it keeps the state that it has, or is up
 * @state: as the user set it
 */
struct alkaid_gateway_cfg {
	struct in6_addr addr;
	u8 mac[ETH_ALEN];
	u16 weight;
	bool has_state;
	enum alkaid_gateway_state state;
};

/**
 * struct alkaid_group_cfg - what a gateway group is to be
 * @id: key
 * @type: what it is for
 * @oam_port: UDP port of OAM datagrams, host byte order
 * @has_key: they are authenticated
 * @key: with this
 * @direct: what an inject makes a direct path for
 * @bfd_interval: microseconds; 0: no BFD
 * @bfd_multiplier: detection time in intervals
 */
struct alkaid_group_cfg {
	u32 id;
	enum alkaid_gateway_type type;
	u16 oam_port;
	bool has_key;
	siphash_key_t key;
	enum alkaid_direct direct;
	u32 bfd_interval;
	u8 bfd_multiplier;
};

/**
 * struct alkaid_group_member - a gateway in a revision of its group
 * @gateway: the gateway; a reference
 * @weight: share of the flows
 * @state: as the user set it
 */
struct alkaid_group_member {
	struct alkaid_gateway *gateway;
	u16 weight;
	u8 state;
};

/**
 * struct alkaid_group_rev - one revision of a gateway group
 * @rev: generations
 * @group: whose
 * @cfg: contents
 * @maglev: who takes which flow; replaced when a gateway dies or comes back
 * @by_place: number in @members by alkaid_gateway.place, or ALKAID_MAGLEV_NONE
 * @n_members: how many
 * @members: in the order in which the user gave them
 */
struct alkaid_group_rev {
	struct alkaid_rev rev;
	struct alkaid_group *group;
	struct alkaid_group_cfg cfg;
	struct alkaid_maglev __rcu *maglev;
	u16 by_place[ALKAID_PLACES];
	u16 n_members;
	struct alkaid_group_member members[] __counted_by(n_members);
};

/**
 * struct alkaid_group - a gateway group
 * @gen: generations in which it is there
 * @id: key
 * @rev: newest revision, a struct alkaid_group_rev
 * @sticks: which member a flow went to before
 * @node: in alkaid_tables.groups
 * @places: which alkaid_gateway.place are in use
 * @users: VPCs and routes that lead to it, in the next generation
 * @rcu: frees it
 */
struct alkaid_group {
	struct alkaid_gen gen;
	u32 id;
	struct alkaid_rev __rcu *rev;
	struct alkaid_sticks *sticks;

	struct rhlist_head node;
	DECLARE_BITMAP(places, ALKAID_PLACES);
	u32 users;
	struct rcu_head rcu;
};

extern const struct alkaid_kind alkaid_group_kind;
extern const struct alkaid_kind alkaid_group_rev_kind;
extern const struct rhashtable_params alkaid_group_params;

/**
 * alkaid_group_config() - a group as it is in a generation
 * @group: group that is there in @gen
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 */
static inline const struct alkaid_group_rev *
alkaid_group_config(const struct alkaid_group *group, u32 gen)
{
	return container_of(alkaid_rev_visible(&group->rev, gen),
			    struct alkaid_group_rev, rev);
}

struct alkaid_group *alkaid_group_lookup(struct alkaid_tables *t, u32 id,
					 u32 gen);
enum alkaid_gateway_state
alkaid_group_effective(const struct alkaid_group_member *member);
struct alkaid_gateway *alkaid_group_select(const struct alkaid_group *group,
					   u32 hash, u32 gen, bool *kept);
int alkaid_group_check(struct alkaid_tables *t,
		       const struct alkaid_group *group,
		       const struct alkaid_group_cfg *cfg,
		       const struct alkaid_gateway_cfg *members, u16 n,
		       struct netlink_ext_ack *extack);
int alkaid_group_new(struct alkaid_tables *t,
		     const struct alkaid_group_cfg *cfg,
		     const struct alkaid_gateway_cfg *members, u16 n,
		     enum alkaid_new mode, struct netlink_ext_ack *extack);
int alkaid_group_del(struct alkaid_tables *t, u32 id,
		     struct netlink_ext_ack *extack);
int alkaid_group_set_state(struct alkaid_tables *t, u32 id,
			   const struct in6_addr *addr,
			   enum alkaid_gateway_state state,
			   struct netlink_ext_ack *extack);
void alkaid_group_rebuild(struct alkaid_tables *t, struct alkaid_group *group);
void alkaid_group_destroy(void *ptr, void *arg);

#endif /* _ALKAID_TABLE_GROUP_H */
