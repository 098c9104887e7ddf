// SPDX-License-Identifier: GPL-2.0
/* Answers that the device gives by itself: ARP, and the headers around ICMP. */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "../device.h"
#include "../table/addr.h"
#include "../table/port.h"
#include "../table/subnet.h"
#include "parse.h"
#include "port.h"
#include "reply.h"
#include "tunnel.h"

/* An ARP frame for IPv4 over Ethernet (RFC 826). */
struct alkaid_arp_frame {
	struct ethhdr eth;
	struct arphdr arp;
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

/**
 * alkaid_reply_hlen() - what stands before an ICMP message
 * @r: between whom it goes
 *
 * Return: bytes of the Ethernet and the IP header.
 */
int alkaid_reply_hlen(const struct alkaid_reply *r)
{
	return ETH_HLEN + (alkaid_addr_is_v4(&r->saddr) ?
			   sizeof(struct iphdr) : sizeof(struct ipv6hdr));
}

/**
 * alkaid_reply_resize() - make a request as long as its answer is to be
 * @skb: request, skb->data at its Ethernet header
 * @len: bytes
 *
 * Context: BH disabled.
 * Return: whether it is so, all in one piece and nobody else's; false without
 * memory.
 */
bool alkaid_reply_resize(struct sk_buff *skb, unsigned int len)
{
	if (__skb_put_padto(skb, len, false) || pskb_trim(skb, len) ||
	    skb_ensure_writable(skb, len))
		return false;
	skb_gso_reset(skb);
	return true;
}

static void alkaid_reply_fill_ip4(struct sk_buff *skb, struct iphdr *ip,
				  const struct alkaid_reply *r)
{
	struct icmphdr *icmp = (struct icmphdr *)(ip + 1);
	int len = skb->len - ETH_HLEN;

	/* It is not fragmented again, so it needs no number (RFC 6864, 4.1). */
	*ip = (struct iphdr) {
		.version = 4,
		.ihl = sizeof(*ip) / 4,
		.tos = r->tos,
		.tot_len = htons(len),
		.frag_off = htons(IP_DF),
		.ttl = ALKAID_REPLY_TTL,
		.protocol = IPPROTO_ICMP,
		.saddr = alkaid_addr_v4(&r->saddr),
		.daddr = alkaid_addr_v4(&r->daddr),
	};
	ip_send_check(ip);
	icmp->checksum = 0;
	icmp->checksum = ip_compute_csum(icmp, len - sizeof(*ip));
}

static void alkaid_reply_fill_ip6(struct sk_buff *skb, struct ipv6hdr *ip,
				  const struct alkaid_reply *r)
{
	struct icmp6hdr *icmp = (struct icmp6hdr *)(ip + 1);
	int len = skb->len - ETH_HLEN - sizeof(*ip);

	*ip = (struct ipv6hdr) {
		.payload_len = htons(len),
		.nexthdr = IPPROTO_ICMPV6,
		.hop_limit = ALKAID_REPLY_HOPS,
		.saddr = r->saddr,
		.daddr = r->daddr,
	};
	ip6_flow_hdr(ip, r->tos, 0);
	icmp->icmp6_cksum = 0;
	icmp->icmp6_cksum = csum_ipv6_magic(&ip->saddr, &ip->daddr, len,
					    IPPROTO_ICMPV6,
					    csum_partial(icmp, len, 0));
}

/**
 * alkaid_reply_fill() - the headers and the checksum of an ICMP message
 * @skb: frame in one piece, skb->data at its Ethernet header; the message is
 *	there, from alkaid_reply_hlen() on
 * @r: between whom it goes
 */
void alkaid_reply_fill(struct sk_buff *skb, const struct alkaid_reply *r)
{
	bool v4 = alkaid_addr_is_v4(&r->saddr);
	struct ethhdr *eth = (struct ethhdr *)skb->data;

	ether_addr_copy(eth->h_dest, r->dmac);
	ether_addr_copy(eth->h_source, r->smac);
	eth->h_proto = htons(v4 ? ETH_P_IP : ETH_P_IPV6);
	if (v4)
		alkaid_reply_fill_ip4(skb, (struct iphdr *)(eth + 1), r);
	else
		alkaid_reply_fill_ip6(skb, (struct ipv6hdr *)(eth + 1), r);
	skb->ip_summed = CHECKSUM_NONE;
	skb_set_transport_header(skb, alkaid_reply_hlen(r));
}

/* To the host of who sent the frame into the tunnel, in the same segment. */
static void alkaid_reply_xmit(const struct alkaid_frame *frame,
			      const struct alkaid_key *key,
			      const struct alkaid_verdict *v,
			      struct sk_buff *skb)
{
	const struct alkaid_frame reply = {
		.ad = frame->ad,
		.vpc = frame->vpc,
		.copy = true,
	};
	const struct alkaid_verdict to = {
		.action = ALKAID_DO_ENCAP,
		.gen = v->gen,
		.vtep = v->back,
		.vni = key->vni,
		.encap = v->cfg->encap,
	};
	struct alkaid_key own = {};

	if (alkaid_parse(skb, &own))
		kfree_skb(skb);
	else
		alkaid_tunnel_xmit(&reply, &own, &to, skb);
}

/**
 * alkaid_reply_send() - send what the device says by itself
 * @frame: whose it is: the port's that is told, or of the tunnel
 * @key: of the frame that it is about; not looked at if that came from a port
 * @v: verdict about that frame; likewise
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * It is counted as generated.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_reply_send(const struct alkaid_frame *frame,
		       const struct alkaid_key *key,
		       const struct alkaid_verdict *v, struct sk_buff *skb)
{
	skb_scrub_packet(skb, true);
	/* It was the request of a socket of the host, if the port is the device. */
	skb_orphan(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	if (unlikely(!frame->port)) {
		alkaid_reply_xmit(frame, key, v, skb);
		return;
	}
	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_GENERATED);
	alkaid_port_send(frame->port, skb);
}

/**
 * alkaid_arp_reply() - turn an ARP request into its answer
 * @frame: whose it is
 * @key: of the request
 * @v: verdict: the MAC
 * @skb: the request; consumed
 *
 * The frame goes back to where it came from: nothing is allocated.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_arp_reply(const struct alkaid_frame *frame,
		      const struct alkaid_key *key,
		      const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_arp_frame *reply;

	if (unlikely(!alkaid_reply_resize(skb, sizeof(*reply)))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	reply = (struct alkaid_arp_frame *)skb->data;
	ether_addr_copy(reply->eth.h_dest, key->smac);
	ether_addr_copy(reply->eth.h_source, v->smac);
	reply->arp.ar_op = htons(ARPOP_REPLY);
	ether_addr_copy(reply->tha, reply->sha);
	ether_addr_copy(reply->sha, v->smac);
	swap(reply->spa, reply->tpa);
	skb->ip_summed = CHECKSUM_NONE;

	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_CONSUMED);
	alkaid_reply_send(frame, key, v, skb);
}
