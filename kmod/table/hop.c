// SPDX-License-Identifier: GPL-2.0
/* Hops: routes to VTEPs that frames take past the host's IP stack. */
#include <linux/slab.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "hop.h"

static void alkaid_hop_put(struct alkaid_hop *hop)
{
	if (!hop)
		return;
	/* A frame that has found it may finish: the route is freed under RCU. */
	dst_release(hop->dst);
	kfree_rcu(hop, rcu);
}

/* Without memory, frames go through the stack, and the next one tries again. */
static struct alkaid_hop *alkaid_hop_alloc(struct dst_entry *dst)
{
	struct alkaid_hop *hop = kzalloc(sizeof(*hop),
					 GFP_ATOMIC | __GFP_NOWARN);

	if (!hop)
		return NULL;
	dst_hold(dst);
	hop->dst = dst;
	return hop;
}

static void alkaid_hop_set(struct alkaid_vtep *vtep, struct alkaid_hop *hop)
{
	alkaid_hop_put(unrcu_pointer(xchg(&vtep->hop, RCU_INITIALIZER(hop))));
}

/**
 * alkaid_hop_learn4() - keep an IPv4 route, if it is plain
 * @vtep: VTEP that it leads to
 * @dst: route, valid
 * @ip: header of what is sent there, without what differs
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_hop_learn4(struct alkaid_vtep *vtep, struct dst_entry *dst,
		       const struct iphdr *ip)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);
	struct alkaid_hop *hop;

	if (rt->rt_type != RTN_UNICAST || rt->rt_gw_family == AF_INET6 ||
	    dst->lwtstate || dst->output != ip_output ||
	    dst_metric_locked(dst, RTAX_MTU))
		return;
	hop = alkaid_hop_alloc(dst);
	if (!hop)
		return;
	hop->mtu = dst_metric_raw(dst, RTAX_MTU);
	hop->ip = *ip;
	hop->sum = csum_partial(ip, sizeof(*ip), 0);
	hop->pseudo = csum_tcpudp_nofold(ip->saddr, ip->daddr, 0, ip->protocol,
					 0);
	alkaid_hop_set(vtep, hop);
}

/**
 * alkaid_hop_learn6() - keep an IPv6 route, if it is plain
 * @vtep: VTEP that it leads to
 * @dst: route, valid
 * @ip6: header of what is sent there, without what differs
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_hop_learn6(struct alkaid_vtep *vtep, struct dst_entry *dst,
		       const struct ipv6hdr *ip6)
{
	const struct rt6_info *rt = container_of(dst, struct rt6_info, dst);
	struct alkaid_hop *hop;

	if (rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT) ||
	    dst->lwtstate || dst->output != ip6_output)
		return;
	hop = alkaid_hop_alloc(dst);
	if (!hop)
		return;
	hop->cookie = rt6_get_cookie(rt);
	hop->ip6 = *ip6;
	hop->pseudo = ~csum_unfold(csum_ipv6_magic(&ip6->saddr, &ip6->daddr, 0,
						   ip6->nexthdr, 0));
	alkaid_hop_set(vtep, hop);
}

/**
 * alkaid_hop_forget() - give back the route
 * @vtep: VTEP that no frame is on its way to
 *
 * Context: any but hard interrupts.
 */
void alkaid_hop_forget(struct alkaid_vtep *vtep)
{
	alkaid_hop_put(rcu_dereference_protected(vtep->hop, true));
	RCU_INIT_POINTER(vtep->hop, NULL);
}
