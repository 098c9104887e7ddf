// SPDX-License-Identifier: GPL-2.0
/* From the tunnel: outer headers are checked and taken off. */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_vlan.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/udp_tunnel.h>

#include "../device.h"
#include "../table/addr.h"
#include "../table/vtep.h"
#include "geneve.h"
#include "ingress.h"
#include "pipeline.h"
#include "tunnel.h"
#include "vxlan.h"

/**
 * struct alkaid_outer - what a tunnel header says
 * @vni: virtual network
 * @hlen: bytes from the UDP header to the inner frame
 */
struct alkaid_outer {
	u32 vni;
	unsigned int hlen;
};

/* The header of either format begins behind that of UDP, and has 8 bytes. */
#define ALKAID_TUNNEL_HLEN	(sizeof(struct udphdr) + 8)

static enum alkaid_drop alkaid_tunnel_vxlan(struct sk_buff *skb,
					    struct alkaid_outer *outer)
{
	const struct alkaid_vxlan_hdr *hdr = (const void *)(udp_hdr(skb) + 1);

	BUILD_BUG_ON(sizeof(*hdr) + sizeof(struct udphdr) !=
		     ALKAID_TUNNEL_HLEN);
	if (unlikely(!alkaid_vxlan_is_valid(hdr)))
		return ALKAID_DROP_VXLAN_FLAGS;
	outer->vni = alkaid_vxlan_vni(hdr);
	outer->hlen = ALKAID_TUNNEL_HLEN;
	return ALKAID_DROP_NONE;
}

static enum alkaid_drop alkaid_tunnel_geneve(struct sk_buff *skb,
					     struct alkaid_outer *outer)
{
	const struct alkaid_geneve_hdr *hdr = (const void *)(udp_hdr(skb) + 1);

	BUILD_BUG_ON(sizeof(*hdr) + sizeof(struct udphdr) !=
		     ALKAID_TUNNEL_HLEN);
	if (unlikely(!alkaid_geneve_is_valid(hdr)))
		return ALKAID_DROP_GENEVE_HEADER;
	outer->vni = alkaid_geneve_vni(hdr);
	outer->hlen = sizeof(struct udphdr) + alkaid_geneve_hlen(hdr);
	if (likely(outer->hlen == ALKAID_TUNNEL_HLEN))
		return ALKAID_DROP_NONE;
	if (!pskb_may_pull(skb, outer->hlen))
		return ALKAID_DROP_TUNNEL_TRUNCATED;
	return alkaid_geneve_check_options((const void *)(udp_hdr(skb) + 1));
}

static struct in6_addr alkaid_tunnel_saddr(const struct sk_buff *skb)
{
	return ip_hdr(skb)->version == 4 ?
	       alkaid_addr_from_v4(ip_hdr(skb)->saddr) : ipv6_hdr(skb)->saddr;
}

static u8 alkaid_tunnel_tos(const struct sk_buff *skb)
{
	return ip_hdr(skb)->version == 4 ? ip_hdr(skb)->tos :
					   ipv6_get_dsfield(ipv6_hdr(skb));
}

/* The datagram becomes the frame that it carries, of which a NIC knew little. */
static int alkaid_tunnel_pull(struct sk_buff *skb, unsigned int hlen)
{
	const void *outer = skb->data;
	__be16 type;

	__skb_pull(skb, hlen);
	skb_postpull_rcsum(skb, outer, hlen);
	type = ((const struct ethhdr *)skb->data)->h_proto;
	skb->protocol = eth_proto_is_802_3(type) ? type : htons(ETH_P_802_2);
	skb_clear_hash_if_not_l4(skb);
	skb_set_queue_mapping(skb, 0);
	return iptunnel_pull_offloads(skb);
}

/**
 * alkaid_tunnel_take() - a datagram came to the tunnel
 * @ad: device
 * @encap: format of the port that it was sent to, whatever its subnet sends in
 * @skb: datagram, skb->data at its UDP header, and of the stack's nothing
 *	attached to it; consumed
 *
 * Context: softirq, RCU read side.
 */
void alkaid_tunnel_take(struct alkaid_dev *ad, int encap, struct sk_buff *skb)
{
	struct alkaid_frame frame = { .ad = ad };
	struct alkaid_outer outer;
	enum alkaid_drop reason;
	struct in6_addr saddr;
	u8 tos;

	alkaid_total_inc(ad->totals, ALKAID_TOTAL_RX);

	reason = ALKAID_DROP_TUNNEL_TRUNCATED;
	if (unlikely(!pskb_may_pull(skb, ALKAID_TUNNEL_HLEN)))
		goto drop;
	reason = encap == ALKAID_ENCAP_VXLAN ?
		 alkaid_tunnel_vxlan(skb, &outer) :
		 alkaid_tunnel_geneve(skb, &outer);
	if (unlikely(reason))
		goto drop;
	tos = alkaid_tunnel_tos(skb);
	saddr = alkaid_tunnel_saddr(skb);

	reason = ALKAID_DROP_ETH_TRUNCATED;
	if (unlikely(skb->len < outer.hlen + ETH_HLEN))
		goto drop;
	reason = ALKAID_DROP_NO_MEMORY;
	if (unlikely(!pskb_may_pull(skb, outer.hlen + ETH_HLEN) ||
		     alkaid_tunnel_pull(skb, outer.hlen)))
		goto drop;
	skb->dev = ad->dev;
	dev_sw_netstats_rx_add(ad->dev, skb->len);
	alkaid_pipeline_tunnel_rcv(ad, outer.vni, &saddr, tos, skb);
	return;

drop:
	alkaid_drop(&frame, skb, reason);
}

static int alkaid_tunnel_rcv(struct sock *sk, int encap, struct sk_buff *skb)
{
	struct alkaid_dev *ad = rcu_dereference_sk_user_data(sk);

	/* The device is going down. */
	if (unlikely(!ad)) {
		kfree_skb(skb);
		return 0;
	}
	alkaid_ingress_learn(ad, skb);
	__vlan_hwaccel_clear_tag(skb);
	skb_scrub_packet(skb, true);
	alkaid_tunnel_take(ad, encap, skb);
	return 0;
}

/**
 * alkaid_tunnel_vxlan_rcv() - the stack gives a VXLAN socket a datagram
 * @sk: socket
 * @skb: datagram, skb->data at its UDP header; consumed
 *
 * Context: softirq, RCU read side.
 * Return: 0.
 */
int alkaid_tunnel_vxlan_rcv(struct sock *sk, struct sk_buff *skb)
{
	return alkaid_tunnel_rcv(sk, ALKAID_ENCAP_VXLAN, skb);
}

/**
 * alkaid_tunnel_geneve_rcv() - the stack gives a Geneve socket a datagram
 * @sk: socket
 * @skb: datagram, skb->data at its UDP header; consumed
 *
 * Context: softirq, RCU read side.
 * Return: 0.
 */
int alkaid_tunnel_geneve_rcv(struct sock *sk, struct sk_buff *skb)
{
	return alkaid_tunnel_rcv(sk, ALKAID_ENCAP_GENEVE, skb);
}

/*
 * Whether an ICMP error says that nobody takes what is sent there. Its header is
 * right before the packet that it quotes, where the core has pulled it.
 */
static bool alkaid_tunnel_is_unreachable(const struct sk_buff *skb)
{
	const struct icmphdr *icmp =
		(const void *)(skb_network_header(skb) - sizeof(*icmp));

	return icmp->type == ICMP_DEST_UNREACH &&
	       icmp->code != ICMP_FRAG_NEEDED;
}

/**
 * alkaid_tunnel_err_lookup() - whether an ICMP error is about a tunnel's packet
 * @sk: tunnel socket
 * @skb: error, its network header that of the packet it quotes
 *
 * It need not quote more than the UDP header (RFC 792): that it went to a known
 * VTEP has to do. If that cannot be reached, direct paths to it are void: who
 * forges an error sends flows back to their gateway, and no more than that.
 *
 * Context: softirq, RCU read side.
 * Return: 0, or -ENOENT.
 */
int alkaid_tunnel_err_lookup(struct sock *sk, struct sk_buff *skb)
{
	struct alkaid_dev *ad = rcu_dereference_sk_user_data(sk);
	struct alkaid_vtep *vtep;
	struct in6_addr addr;

	if (!ad)
		return -ENOENT;
	if (sk->sk_family == AF_INET6)
		addr = ipv6_hdr(skb)->daddr;
	else
		addr = alkaid_addr_from_v4(ip_hdr(skb)->daddr);
	vtep = alkaid_vtep_lookup(&ad->tables, &addr);
	if (!vtep)
		return -ENOENT;
	/* Direct paths lead to IPv4 nodes only. */
	if (sk->sk_family == AF_INET && alkaid_tunnel_is_unreachable(skb) &&
	    ip_hdr(skb)->saddr == alkaid_addr_v4(&ad->local))
		alkaid_vtep_unreachable(vtep);
	return 0;
}
