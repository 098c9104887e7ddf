// SPDX-License-Identifier: GPL-2.0
/* Hops: routes to VTEPs that frames take past the host's IP stack. */
#include <linux/slab.h>
#include <net/ip.h>
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
static void alkaid_hop_learn(struct alkaid_vtep *vtep, struct dst_entry *dst,
			     u32 cookie)
{
	struct alkaid_hop *hop = kmalloc(sizeof(*hop),
					 GFP_ATOMIC | __GFP_NOWARN);

	if (!hop)
		return;
	dst_hold(dst);
	hop->dst = dst;
	hop->cookie = cookie;
	alkaid_hop_put(unrcu_pointer(xchg(&vtep->hop, RCU_INITIALIZER(hop))));
}

/**
 * alkaid_hop_learn4() - keep an IPv4 route, if it is plain
 * @vtep: VTEP that it leads to
 * @dst: route, valid
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_hop_learn4(struct alkaid_vtep *vtep, struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	if (rt->rt_type == RTN_UNICAST && rt->rt_gw_family != AF_INET6 &&
	    !dst->lwtstate && dst->output == ip_output)
		alkaid_hop_learn(vtep, dst, 0);
}

/**
 * alkaid_hop_learn6() - keep an IPv6 route, if it is plain
 * @vtep: VTEP that it leads to
 * @dst: route, valid
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_hop_learn6(struct alkaid_vtep *vtep, struct dst_entry *dst)
{
	const struct rt6_info *rt = container_of(dst, struct rt6_info, dst);

	if (!(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT)) &&
	    !dst->lwtstate && dst->output == ip6_output)
		alkaid_hop_learn(vtep, dst, rt6_get_cookie(rt));
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
