/* SPDX-License-Identifier: GPL-2.0 */
/* VTEPs: remote tunnel ends. */
#ifndef _ALKAID_TABLE_VTEP_H
#define _ALKAID_TABLE_VTEP_H

#include <linux/if_ether.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <net/dst_cache.h>
#include <net/ipv6.h>

#include "../path/rate.h"

struct alkaid_counters;
struct alkaid_hop;
struct alkaid_tables;

/**
 * struct alkaid_vtep - a remote tunnel end, shared by all endpoints behind it
 * @addr: underlay address, v4-mapped if IPv4; key
 * @hop: underlay route, for frames that go past the host's stack; see table/hop.h
 * @dst_cache: likewise, for those that go through it
 * @mtu: of the underlay path, outer IP header included; 0 until it was looked up
 * @counters: what was sent to it, and what of that was dropped; what comes from
 *	it is not counted, since that would be a lookup for each frame
 * @epoch: counts how often it could not be reached; direct paths that were taught
 *	before are void
 * @steers: it has steered a frame to this gateway, so it has alkaid, and takes
 *	in what comes by direct paths in another segment
 * @icmp_rate: of the ICMP errors that its endpoints are told by a gateway
 * @pinned: MAC that the host was told for @addr, as ether_addr_to_u64(); 0 if it
 *	has to be told before anything is steered there; see table/pin.h
 * @pin_ifindex: netdev for which it was told last, or 0
 * @pin_net: network namespace of that
 * @pin_mac: the MAC, as ether_addr_to_u64()
 * @oam_rate: of OAM datagrams that come from it
 * @oam_seq: highest sequence number of those, under alkaid_flows.lock
 * @oam_seen: bit n: @oam_seq - n has come; likewise
 * @node: in alkaid_tables.vteps
 * @refs: endpoints, members, gateways and direct paths that are not yet freed
 * @users: neighbors behind it, in the next generation
 * @rcu: frees it
 */
struct alkaid_vtep {
	struct in6_addr addr;
	struct alkaid_hop __rcu *hop;
	struct dst_cache dst_cache;
	u32 mtu;
	struct alkaid_counters __percpu *counters;
	u32 epoch;
	bool steers;
	struct alkaid_rate icmp_rate;
	u64 pinned;
	int pin_ifindex;
	struct net *pin_net;
	u64 pin_mac;
	struct alkaid_rate oam_rate;
	u64 oam_seq;
	u64 oam_seen;

	struct rhlist_head node;
	refcount_t refs;
	u32 users;
	struct rcu_head rcu;
};

extern const struct rhashtable_params alkaid_vtep_params;

/*
 * What a tunnel adds to a datagram: Ethernet, the tunnel header (VXLAN and
 * Geneve without options have one length), UDP and the outer IP header.
 */
#define ALKAID_OVERHEAD4	(ETH_HLEN + 8 + 8 + 20)
#define ALKAID_OVERHEAD6	(ETH_HLEN + 8 + 8 + 40)

static inline u32 alkaid_vtep_overhead(const struct alkaid_vtep *vtep)
{
	return ipv6_addr_v4mapped(&vtep->addr) ? ALKAID_OVERHEAD4 :
						 ALKAID_OVERHEAD6;
}

/**
 * alkaid_vtep_fits() - the biggest datagram that may be sent to a VTEP
 * @vtep: VTEP
 * @mtu: of the underlay path, not 0
 * @ip6: the datagram is IPv6
 *
 * IPv6 asks every link for 1,280 bytes. A path that has less room fragments
 * what it carries (RFC 2473, 7.1): nobody could be told to send less.
 */
static inline u32 alkaid_vtep_fits(const struct alkaid_vtep *vtep, u32 mtu,
				   bool ip6)
{
	u32 room = mtu - alkaid_vtep_overhead(vtep);

	return ip6 ? max_t(u32, room, IPV6_MIN_MTU) : room;
}

/* Nobody takes what is sent there: direct paths that lead to it are void. */
static inline void alkaid_vtep_unreachable(struct alkaid_vtep *vtep)
{
	WRITE_ONCE(vtep->epoch, READ_ONCE(vtep->epoch) + 1);
}

struct alkaid_vtep *alkaid_vtep_lookup(struct alkaid_tables *t,
				       const struct in6_addr *addr);
struct alkaid_vtep *alkaid_vtep_get(struct alkaid_tables *t,
				    const struct in6_addr *addr);
struct alkaid_vtep *alkaid_vtep_get_atomic(struct alkaid_tables *t,
					   const struct in6_addr *addr);
void alkaid_vtep_hold(struct alkaid_vtep *vtep);
void alkaid_vtep_put(struct alkaid_tables *t, struct alkaid_vtep *vtep);
void alkaid_vtep_forget_mtus(struct alkaid_tables *t);

#endif /* _ALKAID_TABLE_VTEP_H */
