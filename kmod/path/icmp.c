// SPDX-License-Identifier: GPL-2.0
/* ICMP and ICMPv6 of the gateway: errors, and answers to ping. */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ndisc.h>

#include "../device.h"
#include "../table/addr.h"
#include "../table/port.h"
#include "../table/subnet.h"
#include "../table/vtep.h"
#include "icmp.h"
#include "reply.h"
#include "trace.h"

/* The biggest errors, from the IP header on (RFC 1812, 4.3.2.3; RFC 4443, 2.4). */
#define ALKAID_ICMP4_MAX	576
#define ALKAID_ICMP6_MAX	IPV6_MIN_MTU

/* What to tell, in either family's numbers. */
static const struct {
	u8 type4;
	u8 code4;
	u8 type6;
	u8 code6;
} alkaid_tells[] = {
	[ALKAID_TELL_TTL] = {
		ICMP_TIME_EXCEEDED, ICMP_EXC_TTL,
		ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT,
	},
	[ALKAID_TELL_NET] = {
		ICMP_DEST_UNREACH, ICMP_NET_UNREACH,
		ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE,
	},
	[ALKAID_TELL_HOST] = {
		ICMP_DEST_UNREACH, ICMP_HOST_UNREACH,
		ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH,
	},
	[ALKAID_TELL_PORT] = {
		ICMP_DEST_UNREACH, ICMP_PORT_UNREACH,
		ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH,
	},
	[ALKAID_TELL_TOO_BIG] = {
		ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
		ICMPV6_PKT_TOOBIG, 0,
	},
};

static void alkaid_echo_swap_ip4(struct iphdr *ip)
{
	swap(ip->saddr, ip->daddr);
	ip->ttl = ALKAID_REPLY_TTL;
	ip_send_check(ip);
}

static void alkaid_echo_swap_ip6(struct ipv6hdr *ip)
{
	swap(ip->saddr, ip->daddr);
	ip->hop_limit = ALKAID_REPLY_HOPS;
}

/* Type and checksum (RFC 1624) are at one place in both families. */
static void alkaid_echo_answer(struct sk_buff *skb, struct icmphdr *icmp,
			       u8 type)
{
	__be16 was = htons(icmp->type << 8);

	icmp->type = type;
	/* A checksum that is yet to be made is made of what is there then. */
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	csum_replace2(&icmp->checksum, was, htons(type << 8));
	skb->ip_summed = CHECKSUM_NONE;
}

/**
 * alkaid_echo_reply() - turn a ping for a gateway address into its answer
 * @frame: whose it is
 * @key: of the request, which is no fragment
 * @v: verdict
 * @skb: the request; consumed
 *
 * However big it is, only its headers are touched.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_echo_reply(const struct alkaid_frame *frame,
		       const struct alkaid_key *key,
		       const struct alkaid_verdict *v, struct sk_buff *skb)
{
	bool v4 = key->l3 == ALKAID_L3_IP4;
	u8 type = v4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;
	struct ethhdr *eth;

	if (unlikely(skb_ensure_writable(skb, key->l4_offset +
					 sizeof(struct icmphdr)))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	eth = (struct ethhdr *)skb->data;
	/* A frame that was steered was not sent to the gateway's MAC. */
	ether_addr_copy(eth->h_source,
			key->port ? key->dmac : v->cfg->gateway_mac);
	ether_addr_copy(eth->h_dest, key->smac);
	if (v4)
		alkaid_echo_swap_ip4((struct iphdr *)(eth + 1));
	else
		alkaid_echo_swap_ip6((struct ipv6hdr *)(eth + 1));
	alkaid_echo_answer(skb, (struct icmphdr *)(skb->data + key->l4_offset),
			   type);
	trace_alkaid_icmp(frame->ad->dev, type, 0, &key->daddr, &key->saddr);
	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_CONSUMED);
	alkaid_reply_send(frame, key, v, skb);
}

static bool alkaid_icmp_is_error(const struct alkaid_key *key)
{
	u8 type = ntohs(key->sport);

	if (key->proto == IPPROTO_ICMP)
		return type == ICMP_DEST_UNREACH ||
		       type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
		       type == ICMP_TIME_EXCEEDED ||
		       type == ICMP_PARAMETERPROB;
	return key->proto == IPPROTO_ICMPV6 &&
	       (!(type & ICMPV6_INFOMSG_MASK) || type == NDISC_REDIRECT);
}

/* What no error may be about (RFC 1122, 3.2.2; RFC 4443, 2.4(e)). */
static bool alkaid_icmp_may_tell(const struct alkaid_key *key)
{
	return (key->l3 == ALKAID_L3_IP4 || key->l3 == ALKAID_L3_IP6) &&
	       key->frag != ALKAID_FRAG_LATER &&
	       !is_multicast_ether_addr(key->dmac) &&
	       alkaid_addr_is_host(&key->saddr) &&
	       alkaid_addr_is_host(&key->daddr) && !alkaid_icmp_is_error(key);
}

/* From the gateway; in a subnet without one, from where the frame was sent to. */
static void alkaid_icmp_from(const struct alkaid_key *key,
			     const struct alkaid_subnet_cfg *cfg,
			     struct alkaid_reply *r)
{
	bool v4 = key->l3 == ALKAID_L3_IP4;
	int i;

	r->smac = key->dmac;
	r->saddr = key->daddr;
	for (i = 0; i < cfg->n_gateway_ips; i++) {
		if (alkaid_addr_is_v4(&cfg->gateway_ips[i]) == v4) {
			r->smac = cfg->gateway_mac;
			r->saddr = cfg->gateway_ips[i];
			return;
		}
	}
}

static void alkaid_icmp_fill4(struct icmphdr *icmp,
			      const struct alkaid_verdict *v)
{
	*icmp = (struct icmphdr) {
		.type = alkaid_tells[v->tell].type4,
		.code = alkaid_tells[v->tell].code4,
	};
	if (v->tell == ALKAID_TELL_TOO_BIG)
		icmp->un.frag.mtu = htons(min_t(u32, v->mtu, U16_MAX));
}

static void alkaid_icmp_fill6(struct icmp6hdr *icmp,
			      const struct alkaid_verdict *v)
{
	*icmp = (struct icmp6hdr) {
		.icmp6_type = alkaid_tells[v->tell].type6,
		.icmp6_code = alkaid_tells[v->tell].code6,
	};
	if (v->tell == ALKAID_TELL_TOO_BIG)
		icmp->icmp6_mtu = htonl(v->mtu);
}

/* An error about @skb, which it quotes. */
static struct sk_buff *alkaid_icmp_build(const struct alkaid_key *key,
					 const struct alkaid_verdict *v,
					 const struct sk_buff *skb,
					 const struct alkaid_reply *r)
{
	bool v4 = key->l3 == ALKAID_L3_IP4;
	int hlen = alkaid_reply_hlen(r) + sizeof(struct icmphdr);
	int max = ETH_HLEN + (v4 ? ALKAID_ICMP4_MAX : ALKAID_ICMP6_MAX) - hlen;
	int quote = min_t(int, skb->len - ETH_HLEN, max);
	struct sk_buff *error;
	void *icmp;

	error = alloc_skb(NET_SKB_PAD + hlen + quote, GFP_ATOMIC);
	if (!error)
		return NULL;
	skb_reserve(error, NET_SKB_PAD);
	skb_reset_mac_header(error);
	skb_set_network_header(error, ETH_HLEN);
	skb_put(error, hlen + quote);
	if (skb_copy_bits(skb, ETH_HLEN, error->data + hlen, quote)) {
		kfree_skb(error);
		return NULL;
	}
	icmp = error->data + alkaid_reply_hlen(r);
	if (v4)
		alkaid_icmp_fill4(icmp, v);
	else
		alkaid_icmp_fill6(icmp, v);
	alkaid_reply_fill(error, r);
	return error;
}

/**
 * alkaid_icmp_tell() - tell the sender of a frame why it is dropped
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: what to tell
 * @skb: frame, skb->data at its Ethernet header; not consumed
 *
 * The frame is a drop all the same. So many a second are told each port, and
 * each host in the tunnel; see path/rate.h. What came from the tunnel is told
 * about if it is relayed: else the sender's own host has the tables to tell.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_icmp_tell(const struct alkaid_frame *frame,
		      const struct alkaid_key *key,
		      const struct alkaid_verdict *v, const struct sk_buff *skb)
{
	bool v4 = key->l3 == ALKAID_L3_IP4;
	struct alkaid_reply r = {
		.dmac = key->smac,
		.daddr = key->saddr,
	};
	struct sk_buff *error;

	if ((!frame->port && !v->back) || !alkaid_icmp_may_tell(key) ||
	    !alkaid_rate_allow(frame->port ? &frame->port->icmp_rate :
					     &v->back->icmp_rate))
		return;
	alkaid_icmp_from(key, v->cfg, &r);
	/* RFC 1812, 4.3.2.5. */
	r.tos = v4 ? IPTOS_PREC_INTERNETCONTROL : 0;
	error = alkaid_icmp_build(key, v, skb, &r);
	if (!error)
		return;
	trace_alkaid_icmp(frame->ad->dev,
			  v4 ? alkaid_tells[v->tell].type4 :
			       alkaid_tells[v->tell].type6,
			  v4 ? alkaid_tells[v->tell].code4 :
			       alkaid_tells[v->tell].code6,
			  &r.saddr, &r.daddr);
	alkaid_reply_send(frame, key, v, error);
}
