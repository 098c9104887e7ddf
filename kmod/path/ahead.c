// SPDX-License-Identifier: GPL-2.0
/* Ahead of a decision: memory that it will read is fetched while the frame is made ready. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

#include "../table/binding.h"
#include "../table/endpoint.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "ahead.h"

static struct alkaid_ahead alkaid_ahead_bucket(const struct alkaid_index *x,
					       u32 hash)
{
	struct alkaid_ahead ahead = { alkaid_index_bucket(x, hash), hash };

	prefetch(ahead.bucket);
	return ahead;
}

static struct alkaid_ahead alkaid_ahead_ip(const struct alkaid_tables *t,
					   u32 vpc, const struct sk_buff *skb)
{
	struct in6_addr daddr;

	if (skb->protocol == htons(ETH_P_IP) &&
	    skb_headlen(skb) >= sizeof(struct iphdr))
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, &daddr);
	else if (skb->protocol == htons(ETH_P_IPV6) &&
		 skb_headlen(skb) >= sizeof(struct ipv6hdr))
		daddr = ipv6_hdr(skb)->daddr;
	else
		return (struct alkaid_ahead){ };
	return alkaid_ahead_bucket(&t->endpoints_by_ip,
				   alkaid_endpoint_ip_hash(t, vpc, &daddr));
}

/**
 * alkaid_ahead_fetch() - fetch where the destination of a frame is looked up
 * @t: tables
 * @port: where it came from
 * @skb: frame, skb->data at its network header; neither checked nor parsed
 *
 * Context: softirq, RCU read side.
 */
struct alkaid_ahead alkaid_ahead_fetch(const struct alkaid_tables *t,
				       const struct alkaid_port *port,
				       const struct sk_buff *skb)
{
	const u8 *dmac = eth_hdr(skb)->h_dest;
	u32 gen = alkaid_tables_gen(t);
	const struct alkaid_binding *binding = alkaid_port_binding(port, gen);
	const struct alkaid_subnet *subnet;

	if (!binding)
		return (struct alkaid_ahead){ };
	subnet = binding->subnet;
	if (alkaid_subnet_routes(alkaid_subnet_config(subnet, gen), dmac))
		return alkaid_ahead_ip(t, subnet->vpc->id, skb);
	return alkaid_ahead_bucket(&t->endpoints_by_mac,
				   alkaid_endpoint_mac_hash(t, subnet->vni,
							    dmac));
}
