/* SPDX-License-Identifier: GPL-2.0 */
/* Hops: routes to VTEPs that frames take past the host's IP stack. */
#ifndef _ALKAID_TABLE_HOP_H
#define _ALKAID_TABLE_HOP_H

#include <net/dst.h>

#include "vtep.h"

/**
 * struct alkaid_hop - the route to a VTEP, without the turns that the stack knows
 * @dst: unicast, of nobody but the IP output: no IPsec, no other tunnel
 * @cookie: of IPv6, when it was valid
 * @rcu: frees it; the reference to @dst was given back before
 */
struct alkaid_hop {
	struct dst_entry *dst;
	u32 cookie;
	struct rcu_head rcu;
};

/*
 * NULL: there is none, or it is not valid any more: addresses, routes, policies
 * or the netdev have changed. A reference to a route keeps no netdev from going:
 * the route is given another, and is void. Context: RCU read side.
 */
static inline struct dst_entry *alkaid_hop_dst(const struct alkaid_vtep *vtep)
{
	const struct alkaid_hop *hop = rcu_dereference(vtep->hop);

	return likely(hop) ? dst_check(hop->dst, hop->cookie) : NULL;
}

void alkaid_hop_learn4(struct alkaid_vtep *vtep, struct dst_entry *dst);
void alkaid_hop_learn6(struct alkaid_vtep *vtep, struct dst_entry *dst);
void alkaid_hop_forget(struct alkaid_vtep *vtep);

#endif /* _ALKAID_TABLE_HOP_H */
