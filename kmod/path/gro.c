// SPDX-License-Identifier: GPL-2.0
/* Merging what comes from the tunnel before it is taken in. */
#include <linux/etherdevice.h>
#include <net/gro.h>

#include "geneve.h"
#include "gro.h"
#include "vxlan.h"

/*
 * Packets are of one flow only if their tunnel headers are the same, byte by
 * byte; those that are held have theirs in the linear part. Both headers have
 * eight bytes, and the length of any options among them.
 */
static struct sk_buff *alkaid_gro_receive(struct list_head *head,
					  struct sk_buff *skb, const void *hdr,
					  unsigned int hlen)
{
	unsigned int offset = skb_gro_offset(skb);
	struct sk_buff *pos;

	list_for_each_entry(pos, head, list) {
		const u8 *other = pos->data + offset;

		if (NAPI_GRO_CB(pos)->same_flow &&
		    (memcmp(other, hdr, sizeof(struct alkaid_geneve_hdr)) ||
		     memcmp(other, hdr, hlen)))
			NAPI_GRO_CB(pos)->same_flow = 0;
	}
	skb_gro_pull(skb, hlen);
	skb_gro_postpull_rcsum(skb, hdr, hlen);
	return call_gro_receive(eth_gro_receive, head, skb);
}

/**
 * alkaid_vxlan_gro_receive() - merge a VXLAN packet with those held
 * @sk: tunnel socket
 * @head: packets that are held
 * @skb: packet, skb_gro_offset() at its VXLAN header
 *
 * Context: softirq, RCU read side.
 * Return: a held packet to be passed up, or NULL.
 */
struct sk_buff *alkaid_vxlan_gro_receive(struct sock *sk,
					 struct list_head *head,
					 struct sk_buff *skb)
{
	unsigned int offset = skb_gro_offset(skb);
	const struct alkaid_vxlan_hdr *hdr;

	hdr = skb_gro_header(skb, offset + sizeof(*hdr), offset);
	if (unlikely(!hdr)) {
		NAPI_GRO_CB(skb)->flush = 1;
		return NULL;
	}
	return alkaid_gro_receive(head, skb, hdr, sizeof(*hdr));
}

/**
 * alkaid_vxlan_gro_complete() - finish a merged packet
 * @sk: tunnel socket
 * @skb: packet
 * @nhoff: offset of its VXLAN header
 *
 * Context: softirq, RCU read side.
 * Return: 0 or a negative errno.
 */
int alkaid_vxlan_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff)
{
	/* skb->encapsulation is set, so it also notes the inner MAC header. */
	return eth_gro_complete(skb, nhoff + sizeof(struct alkaid_vxlan_hdr));
}

/**
 * alkaid_geneve_gro_receive() - merge a Geneve packet with those held
 * @sk: tunnel socket
 * @head: packets that are held
 * @skb: packet, skb_gro_offset() at its Geneve header
 *
 * What is no frame for a VM is left as it is, for the receive path to drop.
 *
 * Context: softirq, RCU read side.
 * Return: a held packet to be passed up, or NULL.
 */
struct sk_buff *alkaid_geneve_gro_receive(struct sock *sk,
					  struct list_head *head,
					  struct sk_buff *skb)
{
	unsigned int offset = skb_gro_offset(skb);
	const struct alkaid_geneve_hdr *hdr;
	unsigned int hlen;

	hdr = skb_gro_header(skb, offset + sizeof(*hdr), offset);
	if (unlikely(!hdr || !alkaid_geneve_is_valid(hdr)))
		goto flush;
	hlen = alkaid_geneve_hlen(hdr);
	hdr = skb_gro_header(skb, offset + hlen, offset);
	if (unlikely(!hdr))
		goto flush;
	return alkaid_gro_receive(head, skb, hdr, hlen);

flush:
	NAPI_GRO_CB(skb)->flush = 1;
	return NULL;
}

/**
 * alkaid_geneve_gro_complete() - finish a merged packet
 * @sk: tunnel socket
 * @skb: packet
 * @nhoff: offset of its Geneve header
 *
 * Context: softirq, RCU read side.
 * Return: 0 or a negative errno.
 */
int alkaid_geneve_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff)
{
	const struct alkaid_geneve_hdr *hdr = (const void *)(skb->data + nhoff);

	return eth_gro_complete(skb, nhoff + alkaid_geneve_hlen(hdr));
}
