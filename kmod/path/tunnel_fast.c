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

static bool alkaid_fast_unfiltered(const struct net *net, bool is_v4,
				   const struct sk_buff *skb)
{
	struct nf_hook_entries __rcu * const *hooks =
		is_v4 ? net->nf.hooks_ipv4 : net->nf.hooks_ipv6;

	return likely(!rcu_access_pointer(hooks[NF_INET_LOCAL_OUT])) &&
	       alkaid_fast_no_hook(rcu_dereference(hooks[NF_INET_POST_ROUTING]),
				   skb);
}
#else
static bool alkaid_fast_unfiltered(const struct net *net, bool is_v4,
				   const struct sk_buff *skb)
{
	return true;
}
#endif

/* Without NUD_CONNECTED, its state has to be told that something was sent. */
static bool alkaid_fast_is_connected(const struct neighbour *neigh)
{
	return READ_ONCE(neigh->nud_state) & NUD_CONNECTED &&
	       READ_ONCE(neigh->hh.hh_len);
}

static struct neighbour *alkaid_fast_neigh4(const struct alkaid_vtep *vtep,
					    const struct dst_entry *dst,
					    struct net_device *dev)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);
	__be32 nexthop = rt->rt_gw_family ? rt->rt_gw4 :
					    alkaid_addr_v4(&vtep->addr);

	/* The datagram would go out without DF, and so need an identification. */
	if (unlikely(ip_mtu_locked(dst)))
		return NULL;
	return __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop);
}

static struct neighbour *alkaid_fast_neigh6(const struct alkaid_vtep *vtep,
					    const struct dst_entry *dst,
					    struct net_device *dev)
{
	const struct rt6_info *rt = container_of(dst, struct rt6_info, dst);

	return __ipv6_neigh_lookup_noref_stub(dev, rt6_nexthop(rt,
							       &vtep->addr));
}

/* The netdev does not ask for the route; and it is not a VRF's, which would. */
static bool alkaid_fast_is_plain(const struct net_device *dev)
{
	return (dev->priv_flags & (IFF_XMIT_DST_RELEASE | IFF_L3MDEV_SLAVE)) ==
	       IFF_XMIT_DST_RELEASE;
}

/**
 * alkaid_fast_takes() - whether a packet may go past the stack
 * @s: packet; what is found out is noted there
 * @skb: its frame
 *
 * It is asked for each packet: nothing has to be told here when filters come,
 * neighbors move, or routes change.
 *
 * Context: BH disabled, RCU read side.
 */
bool alkaid_fast_takes(struct alkaid_sending *s, const struct sk_buff *skb)
{
	const struct alkaid_vtep *vtep = s->v->vtep;
	bool is_v4 = alkaid_addr_is_v4(&vtep->addr);
	struct net_device *dev;

	s->learn = false;
	if (unlikely(READ_ONCE(s->ad->underlay) != ALKAID_UNDERLAY_FAST))
		return false;
	s->dst = alkaid_hop_dst(vtep);
	if (unlikely(!s->dst)) {
		s->learn = true;
		return false;
	}
	dev = READ_ONCE(s->dst->dev);
	if (unlikely(!alkaid_fast_is_plain(dev) ||
		     !alkaid_fast_unfiltered(s->ad->net, is_v4, skb) ||
		     alkaid_sending_needs_pin(s) ||
		     !alkaid_sending_fits(s, s->dst) || !s->whole ||
		     skb->len > IP_MAX_MTU - alkaid_vtep_overhead(vtep)))
		return false;
	s->neigh = likely(is_v4) ? alkaid_fast_neigh4(vtep, s->dst, dev) :
				   alkaid_fast_neigh6(vtep, s->dst, dev);
	return likely(s->neigh) && likely(alkaid_fast_is_connected(s->neigh));
}

static void alkaid_fast_push_udp(const struct alkaid_sending *s, u32 hash,
				 struct sk_buff *skb)
{
	struct udphdr *uh = __skb_push(skb, sizeof(*uh));

	skb_reset_transport_header(skb);
	uh->source = alkaid_sending_sport(s, hash);
	uh->dest = s->ad->ports[s->v->encap];
	uh->len = htons(skb->len);
}

static void alkaid_fast_push_ip4(const struct alkaid_sending *s,
				 struct sk_buff *skb)
{
	struct net *net = s->ad->net;
	struct iphdr *iph;

	udp_set_csum(false, skb, alkaid_addr_v4(&s->ad->local),
		     alkaid_addr_v4(&s->v->vtep->addr), skb->len);
	iph = __skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = alkaid_sending_tos(s);
	iph->tot_len = htons(skb->len);
	/* Of what is never fragmented, nobody looks at it (RFC 6864, 4.1). */
	iph->id = 0;
	iph->frag_off = htons(IP_DF);
	iph->ttl = ALKAID_OUTER_TTL;
	iph->protocol = IPPROTO_UDP;
	iph->check = 0;
	iph->saddr = alkaid_addr_v4(&s->ad->local);
	iph->daddr = alkaid_addr_v4(&s->v->vtep->addr);
	iph->check = ip_fast_csum(iph, sizeof(*iph) / 4);
	skb->protocol = htons(ETH_P_IP);
	alkaid_compat_ip_requests(net);
	IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
}

static void alkaid_fast_push_ip6(const struct alkaid_sending *s,
				 struct sk_buff *skb)
{
	struct ipv6hdr *ip6h;
	unsigned int len = skb->len;

	udp6_set_csum(false, skb, &s->ad->local6, &s->v->vtep->addr, len);
	ip6h = __skb_push(skb, sizeof(*ip6h));
	skb_reset_network_header(skb);
	ip6_flow_hdr(ip6h, alkaid_sending_tos(s), 0);
	ip6h->payload_len = htons(len);
	ip6h->nexthdr = IPPROTO_UDP;
	ip6h->hop_limit = ALKAID_OUTER_TTL;
	ip6h->saddr = s->ad->local6;
	ip6h->daddr = s->v->vtep->addr;
	skb->protocol = htons(ETH_P_IPV6);
	IP6_UPD_PO_STATS(s->ad->net, ip6_dst_idev(s->dst), IPSTATS_MIB_OUT,
			 skb->len);
}

/**
 * alkaid_fast_send() - encapsulate a packet, and give it to the netdev
 * @s: packet, of which alkaid_fast_takes() was true
 * @skb: its frame; consumed if it was sent
 *
 * Context: BH disabled, RCU read side.
 * Return: ALKAID_DROP_NONE, or why not.
 */
enum alkaid_drop alkaid_fast_send(const struct alkaid_sending *s,
				  struct sk_buff *skb)
{
	bool is_v4 = alkaid_addr_is_v4(&s->v->vtep->addr);
	u32 hash = alkaid_sending_hash(s);
	enum alkaid_drop reason;
	int len, err;

	reason = alkaid_sending_encap(s, LL_RESERVED_SPACE(s->neigh->dev) +
				      (is_v4 ? sizeof(struct iphdr) :
					       sizeof(struct ipv6hdr)), skb);
	if (unlikely(reason))
		return reason;
	len = skb->len - skb_inner_network_offset(skb);
	skb_scrub_packet(skb, true);
	/* Whoever has to choose a queue need not take the packet apart. */
	__skb_set_sw_hash(skb, hash, true);
	alkaid_fast_push_udp(s, hash, skb);
	if (likely(is_v4))
		alkaid_fast_push_ip4(s, skb);
	else
		alkaid_fast_push_ip6(s, skb);
	memset(skb->cb, 0, sizeof(struct inet6_skb_parm));
	skb->dev = s->neigh->dev;
	err = neigh_hh_output(&s->neigh->hh, skb);
	iptunnel_xmit_stats(s->ad->dev, unlikely(net_xmit_eval(err)) ? 0 : len);
	return ALKAID_DROP_NONE;
}
