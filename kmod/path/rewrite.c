// SPDX-License-Identifier: GPL-2.0
/* Rewriting the headers of what is routed. */
#include <linux/dccp.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "../table/flow.h"
#include "rewrite.h"

/*
 * Where the transport header's checksum is, if it covers the addresses, and if it
 * is in this frame: a first fragment may end before it.
 * Return: offset from the Ethernet header, or 0.
 */
static int alkaid_rewrite_check(const struct alkaid_key *key,
				const struct sk_buff *skb)
{
	int at;

	if (key->frag == ALKAID_FRAG_LATER || !key->l4_offset)
		return 0;
	switch (key->proto) {
	case IPPROTO_TCP:
		at = key->l4_offset + offsetof(struct tcphdr, check);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		at = key->l4_offset + offsetof(struct udphdr, check);
		break;
	case IPPROTO_DCCP:
		at = key->l4_offset + offsetof(struct dccp_hdr, dccph_checksum);
		break;
	default:
		return 0;
	}
	return at + sizeof(__sum16) <= skb->len ? at : 0;
}

/* The pseudo header's sum is there, and the rest is still to be added. */
static bool alkaid_rewrite_is_partial(const struct alkaid_key *key,
				      const struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return false;
	/* If the VM runs a tunnel, it may be that of a packet inside. */
	return skb_checksum_start_offset(skb) == key->l4_offset ||
	       (skb->encapsulation && skb_is_gso(skb) &&
		skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM);
}

/* To the instance that stands for the destination (RFC 1624 for the sums). */
static void alkaid_rewrite_daddr(const struct alkaid_key *key, __be32 to,
				 int check, struct sk_buff *skb)
{
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);
	__sum16 *sum = (__sum16 *)(skb->data + check);
	__be32 from = ip->daddr;

	csum_replace4(&ip->check, from, to);
	ip->daddr = to;
	if (!check)
		return;
	if (alkaid_rewrite_is_partial(key, skb)) {
		*sum = ~csum_fold(csum_add(csum_sub(csum_unfold(*sum),
						    (__force __wsum)from),
					   (__force __wsum)to));
	} else if (*sum || key->proto != IPPROTO_UDP) {
		csum_replace4(sum, from, to);
		if (!*sum && key->proto == IPPROTO_UDP)
			*sum = CSUM_MANGLED_0;
	}
}

static int alkaid_rewrite_hlen(const struct alkaid_key *key, int check)
{
	if (check)
		return check + sizeof(__sum16);
	if (key->l3 == ALKAID_L3_IP4)
		return ETH_HLEN + sizeof(struct iphdr);
	if (key->l3 == ALKAID_L3_IP6)
		return ETH_HLEN + sizeof(struct ipv6hdr);
	return ETH_HLEN;
}

/* Nearly all are, and need no more than this look. */
static bool alkaid_rewrite_is_writable(struct sk_buff *skb, int hlen)
{
	return (likely(!skb_cloned(skb) && hlen <= skb_headlen(skb)) ||
		!skb_ensure_writable(skb, hlen));
}

/**
 * alkaid_rewrite() - set MACs and the destination, count down the time to live
 * @v: verdict that asks for it
 * @key: of the frame
 * @skb: frame, skb->data at its Ethernet header
 *
 * Context: BH disabled.
 * Return: false without memory; @skb is then as it was.
 */
bool alkaid_rewrite(const struct alkaid_verdict *v,
		    const struct alkaid_key *key, struct sk_buff *skb)
{
	struct ethhdr *eth;
	int check = 0;

	if (unlikely(v->translated))
		check = alkaid_rewrite_check(key, skb);
	if (unlikely(!alkaid_rewrite_is_writable(skb, alkaid_rewrite_hlen(key,
									  check))))
		return false;
	/* A sum over all of the frame, as a NIC gives it, holds no more. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	eth = (struct ethhdr *)skb->data;
	if (v->routed || v->restored)
		ether_addr_copy(eth->h_source, v->smac);
	if (v->routed || v->redirected)
		ether_addr_copy(eth->h_dest, v->dmac);
	if (unlikely(v->translated))
		alkaid_rewrite_daddr(key, v->flow->instance, check, skb);
	if (!v->routed)
		return true;
	if (key->l3 == ALKAID_L3_IP4)
		ip_decrease_ttl((struct iphdr *)(eth + 1));
	else
		((struct ipv6hdr *)(eth + 1))->hop_limit--;
	return true;
}
