// SPDX-License-Identifier: GPL-2.0
/* Rewriting the headers of what is routed. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "rewrite.h"

static int alkaid_rewrite_hlen(const struct alkaid_key *key)
{
	if (key->l3 == ALKAID_L3_IP4)
		return ETH_HLEN + sizeof(struct iphdr);
	if (key->l3 == ALKAID_L3_IP6)
		return ETH_HLEN + sizeof(struct ipv6hdr);
	return ETH_HLEN;
}

/**
 * alkaid_rewrite() - set MACs, and count down the time to live
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

	if (unlikely(skb_ensure_writable(skb, alkaid_rewrite_hlen(key))))
		return false;
	/* A sum over all of the frame, as a NIC gives it, holds no more. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	eth = (struct ethhdr *)skb->data;
	if (v->routed || v->restored)
		ether_addr_copy(eth->h_source, v->smac);
	if (v->routed || v->redirected)
		ether_addr_copy(eth->h_dest, v->dmac);
	if (!v->routed)
		return true;
	if (key->l3 == ALKAID_L3_IP4)
		ip_decrease_ttl((struct iphdr *)(eth + 1));
	else
		((struct ipv6hdr *)(eth + 1))->hop_limit--;
	return true;
}
