/* SPDX-License-Identifier: GPL-2.0 */
/* Hops: routes to VTEPs that frames take past the host's IP stack. */
#ifndef _ALKAID_TABLE_HOP_H
#define _ALKAID_TABLE_HOP_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dst.h>

#include "vtep.h"

/**
 * struct alkaid_hop - a route to a VTEP that has no turns which only the stack knows
 * @dst: unicast, of nobody but the IP output: no IPsec, no other tunnel
 * @cookie: of an IPv6 route, when it was valid
 * @mtu: of an IPv4 route; 0: it is the netdev's
 * @pseudo: sum of the pseudo header, without the length
 * @sum: sum of the IPv4 header, as it is here
 * @ip: IPv4 header, without type of service, length and checksum
 * @ip6: IPv6 header, without traffic class and length
 * @rcu: frees it; the reference to @dst was given back before
 *
 * A reference to a route keeps no netdev from going: the route is given another,
 * and is void.
 */
struct alkaid_hop {
	struct dst_entry *dst;
	union {
		u32 cookie;
		u32 mtu;
	};
	__wsum pseudo;
	__wsum sum;
	union {
		struct iphdr ip;
		struct ipv6hdr ip6;
	};
	struct rcu_head rcu;
};

void alkaid_hop_learn4(struct alkaid_vtep *vtep, struct dst_entry *dst,
		       const struct iphdr *ip);
void alkaid_hop_learn6(struct alkaid_vtep *vtep, struct dst_entry *dst,
		       const struct ipv6hdr *ip6);
void alkaid_hop_forget(struct alkaid_vtep *vtep);

#endif /* _ALKAID_TABLE_HOP_H */
