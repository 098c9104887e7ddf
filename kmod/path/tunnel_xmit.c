// SPDX-License-Identifier: GPL-2.0
/* Into the tunnel: frames are encapsulated and sent. */
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/udp_tunnel.h>

#include "../compat.h"
#include "../device.h"
#include "../table/addr.h"
#include "../table/counters.h"
#include "../table/gateway.h"
#include "../table/pin.h"
#include "../table/vtep.h"
#include "decide.h"
#include "fragment.h"
#include "geneve.h"
#include "icmp.h"
#include "parse.h"
#include "tunnel.h"
#include "vxlan.h"

#define ALKAID_OUTER_TTL	64

/* Least that IPv4 asks of a link (RFC 791), to keep what is left above zero. */
#define ALKAID_ROOM_MIN		68

/**
 * struct alkaid_sending - one packet on its way into the tunnel
 * @ad: device
 * @key: of the frame that it is, or is a part of
 * @v: verdict
 * @sk: socket to send it from
 * @fits: the biggest datagram that may be sent there
 * @whole: the underlay must not fragment it
 */
struct alkaid_sending {
	struct alkaid_dev *ad;
	const struct alkaid_key *key;
	const struct alkaid_verdict *v;
	struct sock *sk;
	u32 fits;
	bool whole;
};

static enum alkaid_drop alkaid_tunnel_no_route(long err)
{
	return err == -ELOOP ? ALKAID_DROP_UNDERLAY_LOOP :
			       ALKAID_DROP_UNDERLAY_ROUTE;
}

/* It is not in the cache: apart, for the flow's key to cost nothing else. */
static noinline struct rtable *
alkaid_tunnel_lookup4(const struct alkaid_dev *ad, struct alkaid_vtep *vtep,
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
alkaid_tunnel_lookup6(const struct alkaid_sending *s, struct in6_addr *saddr)
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

static struct rtable *alkaid_tunnel_route4(const struct alkaid_dev *ad,
					   struct alkaid_vtep *vtep,
					   __be32 *saddr)
{
	struct rtable *rt = dst_cache_get_ip4(&vtep->dst_cache, saddr);

	return likely(rt) ? rt : alkaid_tunnel_lookup4(ad, vtep, saddr);
}

static struct dst_entry *alkaid_tunnel_route6(const struct alkaid_sending *s,
					      struct in6_addr *saddr)
{
	struct dst_entry *dst = dst_cache_get_ip6(&s->v->vtep->dst_cache,
						  saddr);

	return likely(dst) ? dst : alkaid_tunnel_lookup6(s, saddr);
}

/* Spread flows over the underlay's paths (RFC 7348, 5; RFC 8926, 3.3). */
static __be16 alkaid_tunnel_sport(const struct alkaid_sending *s)
{
	u32 hash = s->v->gateway ? s->v->hash : alkaid_key_hash(s->key);
	const struct alkaid_dev *ad = s->ad;
	u32 range = ad->sport_max - ad->sport_min + 1;

	return htons(ad->sport_min + (((u64)hash * range) >> 32));
}

/*
 * The route knows best what fits, and may just have learned it from an ICMP
 * error; the VTEP keeps it for decisions to come.
 */
static bool alkaid_tunnel_fits(struct alkaid_sending *s,
			       const struct dst_entry *dst)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	u32 overhead = alkaid_vtep_overhead(vtep);
	u32 mtu = max_t(u32, dst_mtu(dst), overhead + ALKAID_ROOM_MIN);

	if (unlikely(mtu != READ_ONCE(vtep->mtu)))
		WRITE_ONCE(vtep->mtu, mtu);
	s->fits = alkaid_vtep_fits(vtep, mtu, s->key->l3 == ALKAID_L3_IP6);
	s->whole = likely(s->key->len <= mtu - overhead);
	return s->key->len <= s->fits;
}

/* Whether what is steered needs the host to be told the gateway's MAC. */
static bool alkaid_tunnel_needs_pin(const struct alkaid_verdict *v)
{
	return v->gateway && unlikely(!alkaid_pin_holds(v->vtep,
							v->gateway->mac));
}

/* All but the headers of UDP and IP. */
static __always_inline enum alkaid_drop
alkaid_tunnel_encap(struct alkaid_sending *s, const struct dst_entry *dst,
		    unsigned int ip_hlen, struct sk_buff *skb)
{
	if (unlikely(!alkaid_tunnel_fits(s, dst)))
		return ALKAID_DROP_TOO_BIG;
	/* Inner headers are those of this frame, not of a tunnel inside it. */
	skb->encapsulation = 0;
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(dst->dev) +
				  dst->header_len + ip_hlen +
				  sizeof(struct udphdr) +
				  sizeof(struct alkaid_vxlan_hdr)) ||
		     udp_tunnel_handle_offloads(skb, true)))
		return ALKAID_DROP_NO_MEMORY;
	if (s->v->encap == ALKAID_ENCAP_VXLAN)
		alkaid_vxlan_push(skb, s->v->vni);
	else
		alkaid_geneve_push(skb, s->v->vni);
	skb_set_inner_protocol(skb, htons(ETH_P_TEB));
	skb->dev = s->ad->dev;
	return ALKAID_DROP_NONE;
}

static enum alkaid_drop alkaid_tunnel_send4(struct alkaid_sending *s,
					    struct sk_buff *skb)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_dev *ad = s->ad;
	enum alkaid_drop reason;
	struct rtable *rt;
	__be32 saddr;

	rt = alkaid_tunnel_route4(ad, vtep, &saddr);
	if (IS_ERR(rt))
		return alkaid_tunnel_no_route(PTR_ERR(rt));
	reason = alkaid_tunnel_encap(s, &rt->dst, sizeof(struct iphdr), skb);
	if (unlikely(reason)) {
		ip_rt_put(rt);
		return reason;
	}
	if (alkaid_tunnel_needs_pin(s->v))
		alkaid_pin_set(vtep, &rt->dst, !rt->rt_gw_family,
			       s->v->gateway->mac);
	udp_tunnel_xmit_skb(rt, s->sk, skb, saddr, alkaid_addr_v4(&vtep->addr),
			    INET_ECN_encapsulate(0, s->key->tos),
			    ALKAID_OUTER_TTL,
			    likely(s->whole) ? htons(IP_DF) : 0,
			    alkaid_tunnel_sport(s),
			    ad->ports[s->v->encap], true, false);
	return ALKAID_DROP_NONE;
}

static noinline enum alkaid_drop alkaid_tunnel_send6(struct alkaid_sending *s,
						     struct sk_buff *skb)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	const struct alkaid_dev *ad = s->ad;
	struct dst_entry *dst;
	enum alkaid_drop reason;
	struct in6_addr saddr;

	dst = alkaid_tunnel_route6(s, &saddr);
	if (IS_ERR(dst))
		return alkaid_tunnel_no_route(PTR_ERR(dst));
	reason = alkaid_tunnel_encap(s, dst, sizeof(struct ipv6hdr), skb);
	if (unlikely(reason)) {
		dst_release(dst);
		return reason;
	}
	/* What its brother for IPv4 does by itself. */
	skb_scrub_packet(skb, true);
	skb->ignore_df = !s->whole;
	if (alkaid_tunnel_needs_pin(s->v))
		alkaid_pin_set(vtep, dst, !(container_of(dst, struct rt6_info,
							 dst)->rt6i_flags &
					    RTF_GATEWAY), s->v->gateway->mac);
	udp_tunnel6_xmit_skb(dst, s->sk, skb, ad->dev, &saddr, &vtep->addr,
			     INET_ECN_encapsulate(0, s->key->tos),
			     ALKAID_OUTER_TTL, 0,
			     alkaid_tunnel_sport(s),
			     ad->ports[s->v->encap], false);
	return ALKAID_DROP_NONE;
}

static struct socket *alkaid_tunnel_sock(const struct alkaid_dev *ad,
					 const struct alkaid_verdict *v)
{
	enum alkaid_family family = alkaid_addr_is_v4(&v->vtep->addr) ?
				    ALKAID_FAMILY_IP4 : ALKAID_FAMILY_IP6;

	return rcu_dereference(ad->socks[v->encap][family]);
}

/*
 * Encapsulate one packet and send it.
 * Return: ALKAID_DROP_NONE, and @skb is consumed; else why not, and it is not.
 */
static enum alkaid_drop alkaid_tunnel_send(struct alkaid_sending *s,
					   struct sk_buff *skb)
{
	struct alkaid_vtep *vtep = s->v->vtep;
	struct socket *sock = alkaid_tunnel_sock(s->ad, s->v);
	unsigned int len = skb->len;
	enum alkaid_drop reason;

	if (unlikely(!sock))
		return ALKAID_DROP_DEVICE_DOWN;
	s->sk = sock->sk;
	reason = likely(alkaid_addr_is_v4(&vtep->addr)) ?
		 alkaid_tunnel_send4(s, skb) : alkaid_tunnel_send6(s, skb);
	if (likely(!reason))
		alkaid_count_tx(vtep->counters, len);
	return reason;
}

/* All that a segment needs of the stack below it. */
#define ALKAID_SEGMENT_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM)

/*
 * A VM may run a tunnel of its own. GSO knows one level of encapsulation, and
 * that is ours: cut the packet at the VM's.
 * Return: the first segment, the others behind it; or NULL, and @skb is as it was.
 */
static noinline struct sk_buff *alkaid_tunnel_segment(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, ALKAID_SEGMENT_FEATURES);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/* It fitted when that was decided, or nobody knew; and now it does not. */
static void alkaid_tunnel_tell(const struct alkaid_frame *frame,
			       const struct alkaid_sending *s,
			       const struct sk_buff *skb)
{
	struct alkaid_verdict told = *s->v;

	told.action = ALKAID_DO_DROP;
	told.reason = ALKAID_DROP_TOO_BIG;
	told.tell = ALKAID_TELL_TOO_BIG;
	told.mtu = s->fits;
	if (s->key->port && !frame->copy)
		alkaid_icmp_tell(frame, s->key, &told, skb);
}

/* It was not sent, for @reason. */
static noinline void alkaid_tunnel_refuse(const struct alkaid_frame *frame,
					  const struct alkaid_sending *s,
					  enum alkaid_drop reason,
					  struct sk_buff *skb)
{
	if (reason == ALKAID_DROP_TOO_BIG) {
		if (alkaid_may_fragment(&s->ad->tables, s->key)) {
			alkaid_fragment(frame, s->key, s->v, s->fits, skb,
					alkaid_tunnel_xmit);
			return;
		}
		alkaid_tunnel_tell(frame, s, skb);
	}
	/* The next one goes to the gateway. */
	if (s->v->flow && (reason == ALKAID_DROP_UNDERLAY_ROUTE ||
			   reason == ALKAID_DROP_UNDERLAY_LOOP))
		alkaid_vtep_unreachable(s->v->vtep);
	alkaid_count_drop(s->v->vtep->counters);
	alkaid_drop(frame, skb, reason);
}

/**
 * alkaid_tunnel_xmit() - encapsulate a frame and send it to a VTEP
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: VTEP, format and VNI
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_sending s = { .ad = frame->ad, .key = key, .v = v };
	struct sk_buff *rest = NULL, *next;
	unsigned int len = skb->len;
	enum alkaid_drop reason;

	if (unlikely(skb->encapsulation && skb_is_gso(skb))) {
		struct sk_buff *segs = alkaid_tunnel_segment(skb);

		if (!segs) {
			alkaid_drop(frame, skb, ALKAID_DROP_SEGMENTATION);
			return;
		}
		skb = segs;
		rest = segs->next;
		skb_mark_not_on_list(skb);
	}
	reason = alkaid_tunnel_send(&s, skb);
	if (unlikely(reason)) {
		kfree_skb_list(rest);
		alkaid_tunnel_refuse(frame, &s, reason, skb);
		return;
	}
	alkaid_frame_sent(frame, len);

	/* One frame came, and is accounted for: these are more. */
	skb_list_walk_safe(rest, skb, next) {
		skb_mark_not_on_list(skb);
		if (alkaid_tunnel_send(&s, skb))
			kfree_skb(skb);
		else
			alkaid_total_inc(s.ad->totals, ALKAID_TOTAL_GENERATED);
	}
}

static struct dst_entry *alkaid_tunnel_route(const struct alkaid_sending *s)
{
	struct in6_addr saddr6;
	struct rtable *rt;
	__be32 saddr4;

	if (!alkaid_addr_is_v4(&s->v->vtep->addr))
		return alkaid_tunnel_route6(s, &saddr6);
	rt = alkaid_tunnel_route4(s->ad, s->v->vtep, &saddr4);
	return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
}

/**
 * alkaid_tunnel_foresee() - for what a frame would not be sent to a VTEP
 * @ad: device
 * @key: of the frame
 * @v: verdict: VTEP and format
 *
 * The VTEP keeps the route that is found, as it does that of a frame.
 *
 * Context: BH disabled, RCU read side.
 * Return: ALKAID_DROP_NONE, or why.
 */
enum alkaid_drop alkaid_tunnel_foresee(struct alkaid_dev *ad,
				       const struct alkaid_key *key,
				       const struct alkaid_verdict *v)
{
	struct alkaid_sending s = { .ad = ad, .key = key, .v = v };
	struct socket *sock = alkaid_tunnel_sock(ad, v);
	struct dst_entry *dst;
	bool fits;

	if (!sock)
		return ALKAID_DROP_DEVICE_DOWN;
	s.sk = sock->sk;
	dst = alkaid_tunnel_route(&s);
	if (IS_ERR(dst))
		return alkaid_tunnel_no_route(PTR_ERR(dst));
	fits = alkaid_tunnel_fits(&s, dst);
	dst_release(dst);
	return fits || alkaid_may_fragment(&ad->tables, key) ?
	       ALKAID_DROP_NONE : ALKAID_DROP_TOO_BIG;
}
