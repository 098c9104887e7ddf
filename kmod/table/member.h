/* SPDX-License-Identifier: GPL-2.0 */
/* Members: the VTEPs behind which a subnet has neighbors. */
#ifndef _ALKAID_TABLE_MEMBER_H
#define _ALKAID_TABLE_MEMBER_H

#include "tables.h"

struct alkaid_subnet;
struct alkaid_vtep;

/**
 * struct alkaid_member_key - what a member is known by
 * @subnet: subnet
 * @host: underlay address
 */
struct alkaid_member_key {
	struct alkaid_subnet *subnet;
	struct in6_addr host;
};

/**
 * struct alkaid_member - a subnet reaches to a VTEP
 * @list: in alkaid_subnet.members
 * @gen: generations in which it is there
 * @users: the subnet's neighbors behind the VTEP, in the next generation
 * @key: key
 * @vtep: the VTEP at the host, a reference
 * @node: in alkaid_tables.members
 *
 * So what is sent to all of a subnet is sent to each VTEP once, without a look
 * at its neighbors.
 */
struct alkaid_member {
	struct hlist_node list;
	struct alkaid_gen gen;
	u32 users;
	struct alkaid_member_key key;
	struct alkaid_vtep *vtep;
	struct rhlist_head node;
};

extern const struct alkaid_kind alkaid_member_kind;
extern const struct rhashtable_params alkaid_member_params;

struct alkaid_vtep *alkaid_member_join(struct alkaid_tables *t,
				       struct alkaid_subnet *subnet,
				       const struct in6_addr *host,
				       struct netlink_ext_ack *extack);
int alkaid_member_leave(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			struct alkaid_vtep *vtep,
			struct netlink_ext_ack *extack);
void alkaid_member_users(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			 struct alkaid_vtep *vtep, int n);
void alkaid_member_destroy(void *ptr, void *arg);

#endif /* _ALKAID_TABLE_MEMBER_H */
