/* SPDX-License-Identifier: GPL-2.0 */
/* Gateways: the members of gateway groups. */
#ifndef _ALKAID_TABLE_GATEWAY_H
#define _ALKAID_TABLE_GATEWAY_H

#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/rhashtable.h>

#include "tables.h"

/* A gateway that is new. */
#define ALKAID_GATEWAY_UNTOLD	U8_MAX

struct alkaid_bfd;
struct alkaid_counters;
struct alkaid_group;
struct alkaid_vtep;

/**
 * struct alkaid_gateway - a member of a gateway group
 * @addr: underlay address; key, which members of other groups may share
 * @mac: destination MAC of what is steered to it
 * @place: number that tells it from all others of its group, for stickiness
 * @alive: BFD says so, or is not asked
 * @group: its group
 * @told: effective state that listeners of netlink know, or ALKAID_GATEWAY_UNTOLD
 * @vtep: its tunnel end; a reference
 * @counters: of what is steered to it
 * @flows: direct paths that it taught last, under alkaid_flows.lock
 * @node: in alkaid_tables.gateways
 * @bfd: session that watches it, or NULL; written under the tables' lock and the
 *	session's, see kmod/liveness.c
 * @changed: @alive was written, and what follows from that was not done yet
 * @refs: revisions of the group that have it
 * @rcu: frees it
 *
 * It stays when its group is replaced by a revision that has it too, with the
 * same address and MAC. What may change with a revision is in struct
 * alkaid_group_member.
 */
struct alkaid_gateway {
	struct in6_addr addr;
	u8 mac[ETH_ALEN];
	u16 place;
	bool alive;
	u8 told;
	struct alkaid_group *group;
	struct alkaid_vtep *vtep;
	struct alkaid_counters __percpu *counters;

	struct hlist_head flows;
	struct rhlist_head node;
	struct alkaid_bfd *bfd;
	atomic_t changed;
	u32 refs;
	struct rcu_head rcu;
};

extern const struct rhashtable_params alkaid_gateway_params;

struct alkaid_gateway *alkaid_gateway_get(struct alkaid_tables *t,
					  struct alkaid_group *group,
					  const struct in6_addr *addr,
					  const u8 *mac);
const struct alkaid_gateway *
alkaid_gateway_conflict(struct alkaid_tables *t,
			const struct alkaid_group *group,
			const struct in6_addr *addr, const u8 *mac, u32 gen);
void alkaid_gateway_put(struct alkaid_tables *t, struct alkaid_gateway *gw);
bool alkaid_gateway_is_member(const struct alkaid_gateway *gw, u32 gen);
struct alkaid_gateway *alkaid_gateway_of_group(struct alkaid_tables *t,
					       const struct alkaid_group *group,
					       const struct in6_addr *addr,
					       u32 gen);

#endif /* _ALKAID_TABLE_GATEWAY_H */
