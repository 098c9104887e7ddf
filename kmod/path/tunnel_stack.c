// SPDX-License-Identifier: GPL-2.0
/* Into the tunnel, through the host's IP stack. */
#include <net/ip6_fib.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/udp_tunnel.h>

#include "../table/addr.h"
#include "../table/hop.h"
#include "sending.h"

/* Least that IPv4 asks of a link (RFC 791), to keep what is left above zero. */
#define ALKAID_ROOM_MIN		68

static enum alkaid_drop alkaid_stack_no_route(long err)
{
	return err == -ELOOP ? ALKAID_DROP_UNDERLAY_LOOP :
			       ALKAID_DROP_UNDERLAY_ROUTE;
}

/* It is not in the cache: apart, for the flow's key to cost nothing else. */
static noinline struct rtable *
alkaid_stack_lookup4(const struct alkaid_dev *ad, struct alkaid_vtep *vtep,
		     __be32 *saddr)
{
	struct flowi4 fl4 = {
		.daddr = alkaid_addr_v4(&vtep->addr),
		.saddr = alkaid_addr_v4(&ad->local),
		.flowi4_proto = IPPROTO_UDP,
	};
	struct rtable *rt;

	rt = ip_route_output_flow(ad->net, &fl4, NULL);
	if (IS_ERR(rt))
		return rt;
	if (rt->dst.dev == ad->dev) {
		ip_rt_put(rt);
		return ERR_PTR(-ELOOP);
	}
	dst_cache_set_ip4(&vtep->dst_cache, &rt->dst, fl4.saddr);
	alkaid_pin_expire(vtep);
	*saddr = fl4.saddr;
	return rt;
}

static noinline struct dst_entry *
alkaid_stack_lookup6(const struct alkaid_sending *s, struct in6_addr *saddr)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_dev *ad = s->ad;
	struct flowi6 fl6 = {
		.daddr = vtep->addr,
		.saddr = ad->local6,
		.flowi6_proto = IPPROTO_UDP,
	};
	struct dst_entry *dst;

	/* Unlike that of IPv4, the lookup takes any source. */
	if (!ipv6_chk_addr(ad->net, &ad->local6, NULL, 0))
		return ERR_PTR(-EADDRNOTAVAIL);
	dst = ipv6_stub->ipv6_dst_lookup_flow(ad->net, s->sk, &fl6, NULL);
	if (IS_ERR(dst))
		return dst;
	if (dst->dev == ad->dev) {
		dst_release(dst);
		return ERR_PTR(-ELOOP);
	}
	dst_cache_set_ip6(&vtep->dst_cache, dst, &fl6.saddr);
	alkaid_pin_expire(vtep);
	*saddr = fl6.saddr;
	return dst;
}

static struct rtable *alkaid_stack_route4(const struct alkaid_dev *ad,
					  struct alkaid_vtep *vtep,
					  __be32 *saddr)
{
	struct rtable *rt = dst_cache_get_ip4(&vtep->dst_cache, saddr);

	return likely(rt) ? rt : alkaid_stack_lookup4(ad, vtep, saddr);
}

static struct dst_entry *alkaid_stack_route6(const struct alkaid_sending *s,
					     struct in6_addr *saddr)
{
	struct dst_entry *dst = dst_cache_get_ip6(&s->v->vtep->dst_cache,
						  saddr);

	return likely(dst) ? dst : alkaid_stack_lookup6(s, saddr);
}

static bool alkaid_stack_fits(struct alkaid_sending *s,
			      const struct dst_entry *dst)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	u32 overhead = alkaid_vtep_overhead(vtep);
	u32 mtu = max_t(u32, dst_mtu(dst), overhead + ALKAID_ROOM_MIN);

	alkaid_sending_learn_mtu(s, mtu);
	s->fits = alkaid_vtep_fits(vtep, mtu, s->key->l3 == ALKAID_L3_IP6);
	s->whole = likely(s->key->len <= mtu - overhead);
	return s->key->len <= s->fits;
}

static enum alkaid_drop alkaid_stack_encap(struct alkaid_sending *s,
					   const struct dst_entry *dst,
					   unsigned int ip_hlen,
					   struct sk_buff *skb)
{
	if (unlikely(!alkaid_stack_fits(s, dst)))
		return ALKAID_DROP_TOO_BIG;
	skb->dev = s->ad->dev;
	return alkaid_sending_encap(s, LL_RESERVED_SPACE(dst->dev) +
				    dst->header_len + ip_hlen, skb) ?
	       ALKAID_DROP_NONE : ALKAID_DROP_NO_MEMORY;
}

static void alkaid_stack_teach4(const struct alkaid_sending *s,
				struct rtable *rt, __be32 saddr)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		/* Of what is never fragmented, nobody looks at @id (RFC 6864). */
		.frag_off = htons(IP_DF),
		.ttl = ALKAID_OUTER_TTL,
		.protocol = IPPROTO_UDP,
		.saddr = saddr,
		.daddr = alkaid_addr_v4(&vtep->addr),
	};

	alkaid_hop_learn4(vtep, &rt->dst, &ip);
}

static void alkaid_stack_teach6(const struct alkaid_sending *s,
				struct dst_entry *dst,
				const struct in6_addr *saddr)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct ipv6hdr ip6 = {
		.version = 6,
		.nexthdr = IPPROTO_UDP,
		.hop_limit = ALKAID_OUTER_TTL,
		.saddr = *saddr,
		.daddr = vtep->addr,
	};

	alkaid_hop_learn6(vtep, dst, &ip6);
}

static enum alkaid_drop alkaid_stack_send4(struct alkaid_sending *s,
					   struct sk_buff *skb)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_dev *ad = s->ad;
	enum alkaid_drop reason;
	struct rtable *rt;
	__be32 saddr;

	rt = alkaid_stack_route4(ad, vtep, &saddr);
	if (IS_ERR(rt))
		return alkaid_stack_no_route(PTR_ERR(rt));
	reason = alkaid_stack_encap(s, &rt->dst, sizeof(struct iphdr), skb);
	if (unlikely(reason)) {
		ip_rt_put(rt);
		return reason;
	}
	if (alkaid_sending_needs_pin(s))
		alkaid_pin_set(vtep, &rt->dst, !rt->rt_gw_family,
			       s->v->gateway->mac);
	if (unlikely(s->learn))
		alkaid_stack_teach4(s, rt, saddr);
	udp_tunnel_xmit_skb(rt, s->sk, skb, saddr, alkaid_addr_v4(&vtep->addr),
			    alkaid_sending_tos(s), ALKAID_OUTER_TTL,
			    likely(s->whole) ? htons(IP_DF) : 0,
			    alkaid_sending_sport(s, alkaid_sending_hash(s)),
			    ad->ports[s->v->encap], true, false);
	return ALKAID_DROP_NONE;
}

static noinline enum alkaid_drop alkaid_stack_send6(struct alkaid_sending *s,
						    struct sk_buff *skb)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_dev *ad = s->ad;
	struct dst_entry *dst;
	enum alkaid_drop reason;
	struct in6_addr saddr;

	dst = alkaid_stack_route6(s, &saddr);
	if (IS_ERR(dst))
		return alkaid_stack_no_route(PTR_ERR(dst));
	reason = alkaid_stack_encap(s, dst, sizeof(struct ipv6hdr), skb);
	if (unlikely(reason)) {
		dst_release(dst);
		return reason;
	}
	/* What its brother for IPv4 does by itself. */
	skb_scrub_packet(skb, true);
	skb->ignore_df = !s->whole;
	if (alkaid_sending_needs_pin(s))
		alkaid_pin_set(vtep, dst, !(container_of(dst, struct rt6_info,
							 dst)->rt6i_flags &
					    RTF_GATEWAY), s->v->gateway->mac);
	if (unlikely(s->learn))
		alkaid_stack_teach6(s, dst, &saddr);
	udp_tunnel6_xmit_skb(dst, s->sk, skb, ad->dev, &saddr, &vtep->addr,
			     alkaid_sending_tos(s), ALKAID_OUTER_TTL, 0,
			     alkaid_sending_sport(s, alkaid_sending_hash(s)),
			     ad->ports[s->v->encap], false);
	return ALKAID_DROP_NONE;
}

/**
 * alkaid_stack_send() - encapsulate a packet, and give it to the IP stack
 * @s: packet
 * @skb: its frame; consumed if it was sent
 *
 * Context: BH disabled, RCU read side.
 * Return: ALKAID_DROP_NONE, or why not.
 */
enum alkaid_drop alkaid_stack_send(struct alkaid_sending *s,
				   struct sk_buff *skb)
{
	return alkaid_addr_is_v4(&s->v->vtep->addr) ?
	       alkaid_stack_send4(s, skb) : alkaid_stack_send6(s, skb);
}

static struct dst_entry *alkaid_stack_route(const struct alkaid_sending *s)
{
	struct in6_addr saddr6;
	struct rtable *rt;
	__be32 saddr4;

	if (!alkaid_addr_is_v4(&s->v->vtep->addr))
		return alkaid_stack_route6(s, &saddr6);
	rt = alkaid_stack_route4(s->ad, s->v->vtep, &saddr4);
	return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
}

/**
 * alkaid_stack_foresee() - for what a packet would not be sent
 * @s: packet
 *
 * The VTEP keeps the route that is found, as it does that of a frame.
 *
 * Context: BH disabled, RCU read side.
 * Return: ALKAID_DROP_NONE, or why.
 */
enum alkaid_drop alkaid_stack_foresee(struct alkaid_sending *s)
{
	struct dst_entry *dst = alkaid_stack_route(s);
	bool fits;

	if (IS_ERR(dst))
		return alkaid_stack_no_route(PTR_ERR(dst));
	fits = alkaid_stack_fits(s, dst);
	dst_release(dst);
	return fits ? ALKAID_DROP_NONE : ALKAID_DROP_TOO_BIG;
}
