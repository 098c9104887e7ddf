/* SPDX-License-Identifier: GPL-2.0 */
/* The key: all that a decision may know of a frame. */
#ifndef _ALKAID_PATH_KEY_H
#define _ALKAID_PATH_KEY_H

#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

struct alkaid_port;

enum alkaid_l3 {
	ALKAID_L3_NONE,
	ALKAID_L3_ARP,
	ALKAID_L3_IP4,
	ALKAID_L3_IP6,
};

enum alkaid_frag {
	ALKAID_FRAG_NONE,
	ALKAID_FRAG_FIRST,
	ALKAID_FRAG_LATER,
};

/**
 * struct alkaid_key - what the parser found in a frame
 * @port: the port it came from; NULL: it came from the tunnel
 * @outer: underlay address that a frame from the tunnel came from
 * @vni: of a frame from the tunnel
 * @len: bytes from the network header on; of a GSO packet those of its biggest
 *	segment
 * @dmac: destination MAC
 * @smac: source MAC
 * @ethertype: host byte order
 * @l3: what follows the Ethernet header
 * @l4_offset: of the transport header from the Ethernet header; 0 without @l3
 * @proto: transport protocol (IANA number), after all extension headers
 * @frag: which part of a datagram; later parts have no ports
 * @tos: type of service or traffic class
 * @ttl: time to live or hop limit
 * @df: IPv4 that must not be fragmented
 * @gso: a GSO packet
 * @sport: source port, or ICMP type, network byte order; 0 if there is none
 * @dport: destination port, or ICMP code, network byte order
 * @saddr: source address, or ARP's sender; v4-mapped if IPv4
 * @daddr: destination address, or ARP's target
 * @arp_op: ARP operation, host byte order
 * @arp_sha: ARP's sender MAC
 * @nd_type: ICMPv6 type if it is neighbor discovery (RFC 4861) and its message
 *	is valid, else 0
 * @nd_has_lladdr: a source or target link-layer address option came with it
 * @nd_lladdr: the MAC in that option
 * @nd_target: target address of a solicitation or an advertisement
 *
 * It holds no pointer into the frame. What a frame does not have is zero.
 */
struct alkaid_key {
	struct alkaid_port *port;
	struct in6_addr outer;
	u32 vni;

	u32 len;
	u8 dmac[ETH_ALEN];
	u8 smac[ETH_ALEN];
	u16 ethertype;
	u8 l3;
	u8 proto;
	u8 frag;
	u8 tos;
	u8 ttl;
	bool df;
	bool gso;
	u8 nd_type;
	bool nd_has_lladdr;
	u16 l4_offset;
	__be16 sport;
	__be16 dport;
	struct in6_addr saddr;
	struct in6_addr daddr;
	union {
		struct {
			u16 arp_op;
			u8 arp_sha[ETH_ALEN];
		};
		struct {
			u8 nd_lladdr[ETH_ALEN];
			struct in6_addr nd_target;
		};
	};
};

/* Whether every packet of the flow has its ports. */
static inline bool alkaid_key_has_ports(const struct alkaid_key *key)
{
	return key->frag == ALKAID_FRAG_NONE && key->proto != IPPROTO_ICMP &&
	       key->proto != IPPROTO_ICMPV6;
}

#endif /* _ALKAID_PATH_KEY_H */
