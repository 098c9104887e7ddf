// SPDX-License-Identifier: GPL-2.0
/* Answers that the device gives by itself. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>

#include "../device.h"
#include "../table/port.h"
#include "port.h"
#include "reply.h"

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
 * alkaid_arp_reply() - turn an ARP request into its answer
 * @frame: whose it is; it came from a port
 * @key: of the request
 * @mac: the answer
 * @skb: the request; consumed
 *
 * The frame goes back to its port: nothing is allocated.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_arp_reply(const struct alkaid_frame *frame,
		      const struct alkaid_key *key, const u8 *mac,
		      struct sk_buff *skb)
{
	struct alkaid_arp_frame *reply;

	if (unlikely(skb_ensure_writable(skb, sizeof(*reply)) ||
		     pskb_trim(skb, sizeof(*reply)))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	reply = (struct alkaid_arp_frame *)skb->data;
	ether_addr_copy(reply->eth.h_dest, key->smac);
	ether_addr_copy(reply->eth.h_source, mac);
	reply->arp.ar_op = htons(ARPOP_REPLY);
	ether_addr_copy(reply->tha, reply->sha);
	ether_addr_copy(reply->sha, mac);
	swap(reply->spa, reply->tpa);
	skb->ip_summed = CHECKSUM_NONE;
	skb_scrub_packet(skb, true);

	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_CONSUMED);
	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_GENERATED);
	alkaid_port_send(frame->port, skb);
}
