// SPDX-License-Identifier: GPL-2.0
/* The door to the underlay: frames are encapsulated and sent, and come in. */
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/udp_tunnel.h>

#include "../compat.h"
#include "../device.h"
#include "../table/addr.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "parse.h"
#include "pipeline.h"
#include "tunnel.h"
#include "vxlan.h"

#define ALKAID_OUTER_TTL	64

/* What stands before the inner frame, without the underlay's link header. */
#define ALKAID_VXLAN4_HLEN	(sizeof(struct iphdr) +			\
				 sizeof(struct udphdr) +		\
				 sizeof(struct alkaid_vxlan_hdr))

static int alkaid_tunnel_rcv(struct sock *sk, struct sk_buff *skb)
{
	const unsigned int hlen = sizeof(struct udphdr) +
				  sizeof(struct alkaid_vxlan_hdr);
	struct alkaid_dev *ad = rcu_dereference_sk_user_data(sk);
	struct alkaid_frame frame = { .ad = ad };
	const struct alkaid_vxlan_hdr *hdr;
	enum alkaid_drop reason;
	u32 vni;
	u8 tos;

	/* The device is going down. */
	if (unlikely(!ad)) {
		kfree_skb(skb);
		return 0;
	}
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_RX);

	reason = ALKAID_DROP_TUNNEL_TRUNCATED;
	if (unlikely(!pskb_may_pull(skb, hlen)))
		goto drop;
	hdr = (const struct alkaid_vxlan_hdr *)(udp_hdr(skb) + 1);
	reason = ALKAID_DROP_VXLAN_FLAGS;
	if (unlikely(!alkaid_vxlan_is_valid(hdr)))
		goto drop;
	vni = alkaid_vxlan_vni(hdr);
	tos = ip_hdr(skb)->tos;

	reason = ALKAID_DROP_ETH_TRUNCATED;
	if (unlikely(skb->len < hlen + ETH_HLEN))
		goto drop;
	reason = ALKAID_DROP_NO_MEMORY;
	if (unlikely(iptunnel_pull_header(skb, hlen, htons(ETH_P_TEB), true)))
		goto drop;
	skb->dev = ad->dev;
	dev_sw_netstats_rx_add(ad->dev, skb->len);
	alkaid_pipeline_tunnel_rcv(ad, vni, tos, skb);
	return 0;

drop:
	alkaid_drop(&frame, skb, reason);
	return 0;
}

/**
 * alkaid_tunnel_open() - open the tunnel's socket
 * @ad: device
 *
 * Context: RTNL.
 * Return: 0 or a negative errno, -EADDRINUSE if somebody has the port.
 */
int alkaid_tunnel_open(struct alkaid_dev *ad)
{
	struct udp_port_cfg port = {
		.family = AF_INET,
		.local_udp_port = ad->dstport,
		.use_udp_checksums = true,
	};
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = ad,
		.encap_type = 1,
		.encap_rcv = alkaid_tunnel_rcv,
	};
	struct socket *sock;
	int err;

	err = udp_sock_create(ad->net, &port, &sock);
	if (err)
		return err;
	setup_udp_tunnel_sock(ad->net, sock, &cfg);
	rcu_assign_pointer(ad->sock4, sock);
	return 0;
}

/**
 * alkaid_tunnel_close() - close the tunnel's socket
 * @ad: device
 *
 * Context: RTNL; waits until no frame is in it.
 */
void alkaid_tunnel_close(struct alkaid_dev *ad)
{
	struct socket *sock = rtnl_dereference(ad->sock4);

	RCU_INIT_POINTER(ad->sock4, NULL);
	synchronize_net();
	udp_tunnel_sock_release(sock);
}

static struct rtable *alkaid_tunnel_route(const struct alkaid_dev *ad,
					  struct alkaid_vtep *vtep,
					  __be32 *saddr)
{
	struct flowi4 fl4 = {
		.daddr = alkaid_addr_v4(&vtep->addr),
		.saddr = alkaid_addr_v4(&ad->local),
		.flowi4_proto = IPPROTO_UDP,
	};
	struct rtable *rt = dst_cache_get_ip4(&vtep->dst_cache, saddr);

	if (likely(rt))
		return rt;
	rt = ip_route_output_flow(ad->net, &fl4, NULL);
	if (IS_ERR(rt))
		return rt;
	if (rt->dst.dev == ad->dev) {
		ip_rt_put(rt);
		return ERR_PTR(-ELOOP);
	}
	dst_cache_set_ip4(&vtep->dst_cache, &rt->dst, fl4.saddr);
	*saddr = fl4.saddr;
	return rt;
}

/* Spread flows over the underlay's paths (RFC 7348, section 5). */
static __be16 alkaid_tunnel_sport(const struct alkaid_dev *ad, u32 hash)
{
	u32 range = ad->sport_max - ad->sport_min + 1;

	return htons(ad->sport_min + (((u64)hash * range) >> 32));
}

/*
 * Encapsulate one packet and send it.
 * Return: ALKAID_DROP_NONE, and @skb is consumed; else why not, and it is not.
 */
static enum alkaid_drop alkaid_tunnel_send(struct alkaid_dev *ad,
					   const struct alkaid_key *key,
					   const struct alkaid_verdict *v,
					   struct sk_buff *skb)
{
	struct socket *sock = rcu_dereference(ad->sock4);
	struct rtable *rt;
	__be32 saddr;

	if (unlikely(!sock))
		return ALKAID_DROP_DEVICE_DOWN;
	rt = alkaid_tunnel_route(ad, v->vtep, &saddr);
	if (IS_ERR(rt))
		return PTR_ERR(rt) == -ELOOP ? ALKAID_DROP_UNDERLAY_LOOP :
					       ALKAID_DROP_UNDERLAY_ROUTE;
	/* Inner headers are those of this frame, not of a tunnel inside it. */
	skb->encapsulation = 0;
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(rt->dst.dev) +
				  rt->dst.header_len + ALKAID_VXLAN4_HLEN) ||
		     udp_tunnel_handle_offloads(skb, true))) {
		ip_rt_put(rt);
		return ALKAID_DROP_NO_MEMORY;
	}
	alkaid_vxlan_push(skb, v->vni);
	skb_set_inner_protocol(skb, htons(ETH_P_TEB));
	skb->dev = ad->dev;
	udp_tunnel_xmit_skb(rt, sock->sk, skb, saddr,
			    alkaid_addr_v4(&v->vtep->addr),
			    INET_ECN_encapsulate(0, key->tos),
			    ALKAID_OUTER_TTL, 0,
			    alkaid_tunnel_sport(ad, alkaid_key_hash(key)),
			    ad->dstport, true, false);
	return ALKAID_DROP_NONE;
}

/* All that a segment needs of the stack below it. */
#define ALKAID_SEGMENT_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM)

/*
 * A VM may run a tunnel of its own. GSO knows one level of encapsulation, and
 * that is ours: cut the packet at the VM's.
 * Return: the first segment, the others behind it; or NULL, and @skb is as it was.
 */
static struct sk_buff *alkaid_tunnel_segment(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, ALKAID_SEGMENT_FEATURES);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/**
 * alkaid_tunnel_xmit() - encapsulate a frame and send it to a VTEP
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: VTEP and VNI
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_dev *ad = frame->ad;
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
	reason = alkaid_tunnel_send(ad, key, v, skb);
	if (unlikely(reason)) {
		kfree_skb_list(rest);
		alkaid_drop(frame, skb, reason);
		return;
	}
	alkaid_frame_sent(frame, len);

	/* One frame came, and is accounted for: these are more. */
	skb_list_walk_safe(rest, skb, next) {
		skb_mark_not_on_list(skb);
		if (alkaid_tunnel_send(ad, key, v, skb))
			kfree_skb(skb);
		else
			alkaid_total_inc(ad->totals, ALKAID_TOTAL_GENERATED);
	}
}
