// SPDX-License-Identifier: GPL-2.0
/* BFD control packets on their way out, over the underlay as it is. */
#include <linux/pkt_sched.h>
#include <net/ip.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/udp_tunnel.h>

#include "../device.h"
#include "../table/addr.h"
#include "bfd.h"

/* Internetwork control (RFC 791): before what it is to vouch for, not behind. */
#define ALKAID_BFD_TOS		0xc0

static struct sk_buff *alkaid_bfd_skb(const struct alkaid_bfd_packet *packet)
{
	unsigned int headroom = LL_MAX_HEADER + sizeof(struct ipv6hdr) +
				sizeof(struct udphdr);
	struct sk_buff *skb = alloc_skb(headroom + ALKAID_BFD_LEN, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	alkaid_bfd_write(skb_put(skb, ALKAID_BFD_LEN), packet);
	skb->priority = TC_PRIO_CONTROL;
	return skb;
}

static bool alkaid_bfd_xmit4(const struct alkaid_dev *ad, struct sock *sk,
			     __be32 addr, u16 sport, struct sk_buff *skb)
{
	struct flowi4 fl4 = {
		.daddr = addr,
		.saddr = alkaid_addr_v4(&ad->local),
		.flowi4_proto = IPPROTO_UDP,
		.fl4_sport = htons(sport),
		.fl4_dport = htons(ALKAID_BFD_PORT),
	};
	struct rtable *rt = ip_route_output_flow(ad->net, &fl4, sk);

	if (IS_ERR(rt))
		return false;
	if (rt->dst.dev == ad->dev) {
		ip_rt_put(rt);
		return false;
	}
	udp_tunnel_xmit_skb(rt, sk, skb, fl4.saddr, addr, ALKAID_BFD_TOS,
			    ALKAID_BFD_TTL, htons(IP_DF), htons(sport),
			    htons(ALKAID_BFD_PORT), false, false);
	return true;
}

static bool alkaid_bfd_xmit6(const struct alkaid_dev *ad, struct sock *sk,
			     const struct in6_addr *addr, u16 sport,
			     struct sk_buff *skb)
{
	struct flowi6 fl6 = {
		.daddr = *addr,
		.saddr = ad->local6,
		.flowi6_proto = IPPROTO_UDP,
		.fl6_sport = htons(sport),
		.fl6_dport = htons(ALKAID_BFD_PORT),
	};
	struct in6_addr daddr = *addr;
	struct dst_entry *dst;

	/* Unlike that of IPv4, the lookup takes any source. */
	if (!ipv6_chk_addr(ad->net, &ad->local6, NULL, 0))
		return false;
	dst = ipv6_stub->ipv6_dst_lookup_flow(ad->net, sk, &fl6, NULL);
	if (IS_ERR(dst))
		return false;
	if (dst->dev == ad->dev) {
		dst_release(dst);
		return false;
	}
	udp_tunnel6_xmit_skb(dst, sk, skb, NULL, &fl6.saddr, &daddr,
			     ALKAID_BFD_TOS, ALKAID_BFD_TTL, 0, htons(sport),
			     htons(ALKAID_BFD_PORT), false);
	return true;
}

/**
 * alkaid_bfd_xmit() - send a control packet (RFC 5881, 4 and 5)
 * @ad: device
 * @sk: socket that the neighbor's packets come to
 * @addr: neighbor
 * @sport: UDP source port, host byte order
 * @packet: what it says
 *
 * What cannot be sent is lost, as it may be on the way.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_bfd_xmit(struct alkaid_dev *ad, struct sock *sk,
		     const struct in6_addr *addr, u16 sport,
		     const struct alkaid_bfd_packet *packet)
{
	struct sk_buff *skb = alkaid_bfd_skb(packet);
	bool sent;

	if (!skb)
		return;
	sent = alkaid_addr_is_v4(addr) ?
	       alkaid_bfd_xmit4(ad, sk, alkaid_addr_v4(addr), sport, skb) :
	       alkaid_bfd_xmit6(ad, sk, addr, sport, skb);
	if (sent)
		alkaid_total_inc(ad->totals, ALKAID_TOTAL_GENERATED);
	else
		kfree_skb(skb);
}
