/* SPDX-License-Identifier: GPL-2.0 */
/* Neighbors: endpoints behind a VTEP, as userspace sets them. */
#ifndef _ALKAID_TABLE_NEIGH_H
#define _ALKAID_TABLE_NEIGH_H

#include "addr.h"
#include "tables.h"

struct alkaid_endpoint;
struct alkaid_subnet;

/**
 * struct alkaid_neigh_cfg - what a neighbor is to be
 * @subnet: id of its subnet; key with @addr
 * @addr: address
 * @mac: MAC
 * @host: underlay address of its VTEP
 */
struct alkaid_neigh_cfg {
	u32 subnet;
	struct in6_addr addr;
	u8 mac[ETH_ALEN];
	struct in6_addr host;
};

int alkaid_neigh_new(struct alkaid_tables *t, struct alkaid_subnet *subnet,
		     const struct alkaid_neigh_cfg *cfg,
		     enum alkaid_new mode, struct netlink_ext_ack *extack);
int alkaid_neigh_del(struct alkaid_tables *t, u32 subnet,
		     const struct in6_addr *addr,
		     struct netlink_ext_ack *extack);
struct alkaid_endpoint *alkaid_neigh_lookup(struct alkaid_tables *t, u32 subnet,
					    const struct in6_addr *addr,
					    u32 gen);

#endif /* _ALKAID_TABLE_NEIGH_H */
