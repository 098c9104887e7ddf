// SPDX-License-Identifier: GPL-2.0
/*
 * Into the tunnel, past the host's IP stack: where the stack would do nothing
 * but put headers in front, that is done here, and the netdev gets the frame.
 */
#include <linux/netfilter_ipv4.h>
#include <net/arp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_fib.h>
#include <net/ip_tunnels.h>
#include <net/ndisc.h>
#include <net/neighbour.h>
#include <net/route.h>
#include <net/udp.h>
#include <uapi/if_alkaid.h>

#include "../compat.h"
#include "../table/addr.h"
#include "../table/hop.h"
#include "sending.h"

#ifdef CONFIG_NETFILTER
/*
 * Whether nobody there wants to see the packet. AppArmor waits in every
 * namespace behind routing, for what has a security mark and for nothing else.
 */
static bool alkaid_fast_no_hook(const struct nf_hook_entries *entries,
				const struct sk_buff *skb)
{
	const struct nf_hook_ops *ops;

	if (likely(!entries))
		return true;
	if (entries->num_hook_entries != 1)
		return false;
	ops = READ_ONCE(*nf_hook_entries_get_hook_ops(entries));
#ifdef CONFIG_NETWORK_SECMARK
	if (skb->secmark)
		return false;
#endif
	return ops->hook_ops_type == NF_HOOK_OP_UNDEFINED &&
	       ops->hooknum == NF_INET_POST_ROUTING &&
	       ops->priority == NF_IP_PRI_SELINUX_FIRST;
}

static bool alkaid_fast_unfiltered(struct nf_hook_entries __rcu *const *hooks,
				   const struct sk_buff *skb)
{
	return likely(!rcu_access_pointer(hooks[NF_INET_LOCAL_OUT])) &&
	       alkaid_fast_no_hook(rcu_dereference(hooks[NF_INET_POST_ROUTING]),
				   skb);
}
#else
#define alkaid_fast_unfiltered(hooks, skb)	true
#endif

/* The netdev does not ask for the route; and it is not a VRF's, which would. */
static bool alkaid_fast_is_plain(const struct net_device *dev)
{
	return (dev->priv_flags & (IFF_XMIT_DST_RELEASE | IFF_L3MDEV_SLAVE)) ==
	       IFF_XMIT_DST_RELEASE;
}

/* It goes as it is: too much for the path, or for IP, is the stack's to tell. */
static bool alkaid_fast_fits(const struct alkaid_sending *s, u32 mtu,
			     u32 overhead, const struct sk_buff *skb)
{
	if (s->key->len + overhead > mtu || skb->len + overhead > IP_MAX_MTU)
		return false;
	alkaid_sending_learn_mtu(s, mtu);
	return true;
}

/* Otherwise its state has to be told that something was sent. */
static bool alkaid_fast_is_connected(const struct neighbour *neigh)
{
	return likely(neigh) && READ_ONCE(neigh->nud_state) & NUD_CONNECTED &&
	       READ_ONCE(neigh->hh.hh_len);
}

/* What udp_set_csum() does, with the pseudo header's sum at hand. */
static __always_inline bool
alkaid_fast_defer_csum(const struct alkaid_hop *hop, struct udphdr *uh,
		       struct sk_buff *skb)
{
	if (skb_is_gso(skb) || skb->ip_summed == CHECKSUM_PARTIAL)
		return false;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	uh->check = ~csum_fold(csum_add(hop->pseudo,
					(__force __wsum)uh->len));
	return true;
}

static __always_inline struct udphdr *
alkaid_fast_push_udp(const struct alkaid_sending *s, struct sk_buff *skb)
{
	struct udphdr *uh = __skb_push(skb, sizeof(*uh));
	u32 hash = alkaid_sending_hash(s);

	skb_reset_transport_header(skb);
	uh->source = alkaid_sending_sport(s, hash);
	uh->dest = s->ad->ports[s->v->encap];
	uh->len = htons(skb->len);
	/* Whoever has to choose a queue need not take the packet apart. */
	__skb_set_sw_hash(skb, hash, true);
	return uh;
}

static void alkaid_fast_push_ip(const struct alkaid_sending *s,
				const struct alkaid_hop *hop,
				struct sk_buff *skb)
{
	struct iphdr *ip = __skb_push(skb, sizeof(*ip));
	u8 tos = alkaid_sending_tos(s);

	skb_reset_network_header(skb);
	*ip = hop->ip;
	ip->tos = tos;
	ip->tot_len = htons(skb->len);
	ip->check = csum_fold(csum_add(csum_add(hop->sum,
						(__force __wsum)ip->tot_len),
				       (__force __wsum)htons(tos)));
	skb->protocol = htons(ETH_P_IP);
}

static void alkaid_fast_push_ip6(const struct alkaid_sending *s,
				 const struct alkaid_hop *hop,
				 struct sk_buff *skb)
{
	__be16 len = htons(skb->len);
	struct ipv6hdr *ip6 = __skb_push(skb, sizeof(*ip6));

	skb_reset_network_header(skb);
	*ip6 = hop->ip6;
	ip6_flow_hdr(ip6, alkaid_sending_tos(s), 0);
	ip6->payload_len = len;
	skb->protocol = htons(ETH_P_IPV6);
}

/* @len: what the device's statistics know of it. */
static void alkaid_fast_output(const struct alkaid_sending *s,
			       struct net_device *dev,
			       const struct neighbour *neigh, int len,
			       struct sk_buff *skb)
{
	int err;

	/* Whoever is next takes it for zero, as the stack leaves it. */
	memset(skb->cb, 0, sizeof(struct inet6_skb_parm));
	skb_scrub_packet(skb, true);
	skb->dev = dev;
	err = neigh_hh_output(&neigh->hh, skb);
	iptunnel_xmit_stats(s->ad->dev, unlikely(net_xmit_eval(err)) ? 0 : len);
}

/* The route that the hop is of, if it is valid still. */
static struct rtable *alkaid_fast_route4(const struct alkaid_hop *hop,
					 const struct net *net)
{
	struct rtable *rt = container_of(hop->dst, struct rtable, dst);

	/* ipv4_dst_check(), without the indirect call. */
	return likely(READ_ONCE(rt->dst.obsolete) == DST_OBSOLETE_FORCE_CHK &&
		      rt->rt_genid == rt_genid_ipv4(net)) ? rt : NULL;
}

static u32 alkaid_fast_mtu4(const struct alkaid_hop *hop,
			    const struct rtable *rt,
			    const struct net_device *dev)
{
	if (unlikely(rt->rt_pmtu))
		return dst_mtu(&rt->dst);
	return hop->mtu ? : min_t(u32, READ_ONCE(dev->mtu), IP_MAX_MTU);
}

static bool alkaid_fast_send4(struct alkaid_sending *s,
			      const struct alkaid_hop *hop,
			      struct sk_buff *skb)
{
	struct net *net = s->ad->net;
	struct rtable *rt = alkaid_fast_route4(hop, net);
	struct neighbour *neigh;
	struct net_device *dev;
	struct udphdr *uh;
	__be32 nexthop;
	int len;

	if (unlikely(!rt)) {
		s->learn = true;
		return false;
	}
	dev = READ_ONCE(rt->dst.dev);
	/* Without DF, it would need an identification. */
	if (unlikely(rt->rt_mtu_locked || !alkaid_fast_is_plain(dev) ||
		     !alkaid_fast_fits(s, alkaid_fast_mtu4(hop, rt, dev),
				       ALKAID_OVERHEAD4, skb) ||
		     !alkaid_fast_unfiltered(net->nf.hooks_ipv4, skb)))
		return false;
	nexthop = rt->rt_gw_family ? rt->rt_gw4 : hop->ip.daddr;
	neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop);
	if (unlikely(!alkaid_fast_is_connected(neigh)))
		return false;
	len = skb->len - skb_network_offset(skb);
	if (unlikely(!alkaid_sending_encap(s, LL_RESERVED_SPACE(dev) +
					   sizeof(struct iphdr), skb)))
		return false;
	uh = alkaid_fast_push_udp(s, skb);
	if (!alkaid_fast_defer_csum(hop, uh, skb))
		udp_set_csum(false, skb, hop->ip.saddr, hop->ip.daddr,
			     skb->len);
	alkaid_fast_push_ip(s, hop, skb);
	alkaid_compat_ip_requests(net);
	IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
	alkaid_fast_output(s, dev, neigh, len, skb);
	return true;
}

static struct neighbour *alkaid_fast_neigh6(const struct alkaid_hop *hop,
					    struct net_device *dev)
{
	const struct rt6_info *rt = container_of(hop->dst, struct rt6_info,
						 dst);

	return __ipv6_neigh_lookup_noref_stub(dev, rt6_nexthop(rt,
							       &hop->ip6.daddr));
}

static noinline bool alkaid_fast_send6(struct alkaid_sending *s,
				       const struct alkaid_hop *hop,
				       struct sk_buff *skb)
{
	struct dst_entry *dst = dst_check(hop->dst, hop->cookie);
	struct net *net = s->ad->net;
	struct neighbour *neigh;
	struct net_device *dev;
	struct udphdr *uh;
	int len;

	if (unlikely(!dst)) {
		s->learn = true;
		return false;
	}
	dev = READ_ONCE(dst->dev);
	if (unlikely(!alkaid_fast_is_plain(dev) ||
		     !alkaid_fast_fits(s, dst_mtu(dst), ALKAID_OVERHEAD6, skb) ||
		     !alkaid_fast_unfiltered(net->nf.hooks_ipv6, skb)))
		return false;
	neigh = alkaid_fast_neigh6(hop, dev);
	if (unlikely(!alkaid_fast_is_connected(neigh)))
		return false;
	len = skb->len - skb_network_offset(skb);
	if (unlikely(!alkaid_sending_encap(s, LL_RESERVED_SPACE(dev) +
					   sizeof(struct ipv6hdr), skb)))
		return false;
	uh = alkaid_fast_push_udp(s, skb);
	if (!alkaid_fast_defer_csum(hop, uh, skb))
		udp6_set_csum(false, skb, &hop->ip6.saddr, &hop->ip6.daddr,
			      skb->len);
	alkaid_fast_push_ip6(s, hop, skb);
	IP6_UPD_PO_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_OUT, skb->len);
	alkaid_fast_output(s, dev, neigh, len, skb);
	return true;
}

/**
 * alkaid_fast_send() - encapsulate a packet, and give it to the netdev
 * @s: packet; whether its VTEP may learn a hop is noted there
 * @skb: its frame; consumed if it was sent
 *
 * Whether it may go past the stack is asked for each packet: nothing has to be
 * told here when filters come, neighbors move, or routes change.
 *
 * Context: BH disabled, RCU read side.
 * Return: false if it has to go through the stack.
 */
bool alkaid_fast_send(struct alkaid_sending *s, struct sk_buff *skb)
{
	const struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_hop *hop;

	s->learn = false;
	if (unlikely(READ_ONCE(s->ad->underlay) != ALKAID_UNDERLAY_FAST ||
		     alkaid_sending_needs_pin(s)))
		return false;
	hop = rcu_dereference(vtep->hop);
	if (unlikely(!hop)) {
		s->learn = true;
		return false;
	}
	return likely(alkaid_addr_is_v4(&vtep->addr)) ?
	       alkaid_fast_send4(s, hop, skb) : alkaid_fast_send6(s, hop, skb);
}
