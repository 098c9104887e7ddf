/* SPDX-License-Identifier: GPL-2.0 */
/* Drop reasons, and the counters that account for every frame. */
#ifndef _ALKAID_PATH_DROP_H
#define _ALKAID_PATH_DROP_H

#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>
#include <net/dropreason.h>

struct alkaid_dev;
struct alkaid_counters;
struct alkaid_trace;

/*
 * X(NAME, nearest core reason, text). Names are what `alk drops show` prints:
 * append, and do not rename. A module cannot own core drop reasons, so dropwatch
 * sees the nearest one, and the tracepoint alkaid:alkaid_drop this one.
 */
#define ALKAID_DROP_REASONS(X)						\
	X(PORT_UNBOUND, DEV_READY,					\
	  "port is not bound to a subnet")				\
	X(DEVICE_DOWN, DEV_READY,					\
	  "alkaid device is down")					\
	X(ETH_TRUNCATED, PKT_TOO_SMALL,					\
	  "frame is shorter than an Ethernet header")			\
	X(ETH_SOURCE, OTHERHOST,					\
	  "source MAC is zero or multicast")				\
	X(VLAN_TAG, UNHANDLED_PROTO,					\
	  "frame has a VLAN tag")					\
	X(ETHERTYPE, UNHANDLED_PROTO,					\
	  "neither ARP, IPv4 nor IPv6")					\
	X(ARP_HEADER, HDR_TRUNC,					\
	  "ARP is truncated, or not for IPv4 over Ethernet")		\
	X(IP4_HEADER, IP_INHDR,						\
	  "IPv4 header is truncated or invalid")			\
	X(IP4_LENGTH, PKT_TOO_SMALL,					\
	  "IPv4 total length is beyond the frame")			\
	X(IP6_HEADER, IP_INHDR,						\
	  "IPv6 header is truncated or invalid")			\
	X(IP6_LENGTH, PKT_TOO_SMALL,					\
	  "IPv6 payload length is beyond the frame")			\
	X(IP6_EXTENSION, IP_INHDR,					\
	  "IPv6 extension headers are truncated or too many")		\
	X(IP6_ADDRESS, IP_INHDR,					\
	  "IPv6 address is v4-mapped, or a multicast source")		\
	X(L4_HEADER, HDR_TRUNC,						\
	  "transport header is truncated")				\
	X(SPOOFED_MAC, OTHERHOST,					\
	  "source MAC is not the port's")				\
	X(SPOOFED_IP, IP_RPFILTER,					\
	  "source IP is not the port's")				\
	X(SPOOFED_ARP, OTHERHOST,					\
	  "sender in ARP is not the port's")				\
	X(BROADCAST, UNICAST_IN_L2_MULTICAST,				\
	  "broadcast that nothing here answers")			\
	X(MULTICAST, UNICAST_IN_L2_MULTICAST,				\
	  "multicast that nothing here answers")			\
	X(ARP_ANNOUNCEMENT, UNHANDLED_PROTO,				\
	  "ARP announcement or probe for the port's own address")	\
	X(ARP_UNKNOWN, NEIGH_FAILED,					\
	  "ARP for an address that nothing has")			\
	X(ARP_OPERATION, UNHANDLED_PROTO,				\
	  "ARP broadcast that is not a request")			\
	X(MISS, IP_OUTNOROUTES,						\
	  "destination MAC is unknown, and the VPC drops misses")	\
	X(NO_ROUTE, IP_OUTNOROUTES,					\
	  "to the gateway, and no route to the destination")		\
	X(HAIRPIN, OTHERHOST,						\
	  "destination is behind the port it came from")		\
	X(TUNNEL_TRUNCATED, HDR_TRUNC,					\
	  "tunnel header is truncated")					\
	X(VXLAN_FLAGS, UNHANDLED_PROTO,					\
	  "VXLAN header has no valid VNI flag")				\
	X(UNKNOWN_VNI, UNHANDLED_PROTO,					\
	  "no subnet has the VNI")					\
	X(TUNNEL_ECN, IP_INHDR,						\
	  "congestion mark on a tunnel whose payload cannot bear it")	\
	X(TUNNEL_NOT_LOCAL, OTHERHOST,					\
	  "destination of a frame from the tunnel is not here")		\
	X(TUNNEL_ARP_SENDER, OTHERHOST,					\
	  "sender in ARP or ND from the tunnel is not what tables know")	\
	X(UNDERLAY_ROUTE, IP_OUTNOROUTES,				\
	  "no underlay route to the VTEP")				\
	X(UNDERLAY_LOOP, IP_OUTNOROUTES,				\
	  "underlay route leads back into the device")			\
	X(PORT_DOWN, DEV_READY,						\
	  "destination port is down")					\
	X(PORT_MTU, PKT_TOO_BIG,					\
	  "frame is bigger than the destination port's MTU")		\
	X(SEGMENTATION, SKB_GSO_SEG,					\
	  "GSO packet of a VM's own tunnel could not be cut")		\
	X(NO_MEMORY, NOMEM,						\
	  "out of memory")						\
	X(ND_HEADER, IP_INHDR,						\
	  "neighbor discovery message is invalid")			\
	X(SPOOFED_ND, OTHERHOST,					\
	  "sender or target in neighbor discovery is not the port's")	\
	X(ND_ROUTER, UNHANDLED_PROTO,					\
	  "router advertisement or redirect from a port")		\
	X(ND_ANNOUNCEMENT, UNHANDLED_PROTO,				\
	  "duplicate address detection of the port's own address")	\
	X(ND_UNKNOWN, NEIGH_FAILED,					\
	  "neighbor solicitation for an address that nothing has")	\
	X(ND_NO_ROUTER, UNHANDLED_PROTO,				\
	  "router solicitation in a subnet without an IPv6 gateway")	\
	X(NOT_ROUTABLE, UNHANDLED_PROTO,				\
	  "to the gateway, and not a unicast IP datagram")		\
	X(GATEWAY_LOCAL, UNHANDLED_PROTO,				\
	  "to a gateway address, and nothing that it answers")		\
	X(TTL_EXCEEDED, IP_INHDR,					\
	  "time to live or hop limit ended at the gateway")		\
	X(BLACKHOLE, IP_OUTNOROUTES,					\
	  "route is a blackhole")					\
	X(NO_NEIGHBOR, NEIGH_FAILED,					\
	  "nothing has the destination address in its subnet")		\
	X(NEXT_HOP, NEIGH_FAILED,					\
	  "nothing has the address of the route's next hop")		\
	X(TOO_BIG, PKT_TOO_BIG,						\
	  "datagram is bigger than its path can carry")			\
	X(FRAGMENTATION, PKT_TOO_BIG,					\
	  "datagram could not be fragmented")				\
	X(GENEVE_HEADER, UNHANDLED_PROTO,				\
	  "Geneve header has another version or payload")		\
	X(GENEVE_OPTION, UNHANDLED_PROTO,				\
	  "Geneve option is critical and not known, or truncated")	\
	X(RATE, NOMEM,							\
	  "more announcements than a port may send")			\
	X(GROUP_DOWN, NEIGH_FAILED,					\
	  "no member of the gateway group takes flows")			\
	X(GATEWAY_MISS, NEIGH_FAILED,					\
	  "nothing that this gateway knows has the destination")	\
	X(RELAY_LOOP, OTHERHOST,					\
	  "relay would lead back to the host that it came from")	\
	X(OAM_LENGTH, PKT_TOO_SMALL,					\
	  "OAM datagram has not the length of its operation")		\
	X(OAM_OPERATION, UNHANDLED_PROTO,				\
	  "OAM operation is not known")					\
	X(OAM_RESERVED, UNHANDLED_PROTO,				\
	  "OAM reserved field is not zero")				\
	X(OAM_ADDRESS, UNHANDLED_PROTO,					\
	  "OAM address or MAC is not one of a host")			\
	X(OAM_VNI, UNHANDLED_PROTO,					\
	  "OAM for a VNI that no subnet has")				\
	X(OAM_PORT, UNHANDLED_PROTO,					\
	  "OAM port is not that of the VNI's gateway group")		\
	X(OAM_SENDER, OTHERHOST,					\
	  "OAM sender is no member of the VNI's gateway group")		\
	X(OAM_AUTH, UNHANDLED_PROTO,					\
	  "OAM authentication is wrong or missing")			\
	X(OAM_REPLAY, UNHANDLED_PROTO,					\
	  "OAM datagram came before")					\
	X(OAM_RATE, NOMEM,						\
	  "more OAM datagrams than a gateway may send")			\
	X(OAM_QUOTA, NOMEM,						\
	  "VPC or device has its most direct paths, and none is idle")	\
	X(BFD_PACKET, UNHANDLED_PROTO,					\
	  "BFD control packet is invalid")				\
	X(BFD_SESSION, OTHERHOST,					\
	  "BFD control packet is of no session here")

enum alkaid_drop {
	ALKAID_DROP_NONE,
#define X(name, core, text) ALKAID_DROP_##name,
	ALKAID_DROP_REASONS(X)
#undef X
	ALKAID_DROP_COUNT
};

/**
 * enum alkaid_total - what became of a frame
 * @ALKAID_TOTAL_RX: it entered
 * @ALKAID_TOTAL_TX: it was forwarded to a port or into the tunnel
 * @ALKAID_TOTAL_CONSUMED: an answer ended it
 * @ALKAID_TOTAL_GENERATED: the device made it; it is in none of the others
 * @ALKAID_TOTAL_RX_FAST: it came from the tunnel by the short way, or in a
 *	datagram that did, whose checksum was wrong; beside the others
 * @ALKAID_TOTAL_COUNT: how many there are
 */
enum alkaid_total {
	ALKAID_TOTAL_RX,
	ALKAID_TOTAL_TX,
	ALKAID_TOTAL_CONSUMED,
	ALKAID_TOTAL_GENERATED,
	ALKAID_TOTAL_RX_FAST,
	ALKAID_TOTAL_COUNT
};

/**
 * struct alkaid_totals - what became of the frames, on one CPU
 * @counts: by enum alkaid_total
 * @drops: by enum alkaid_drop
 * @syncp: consistency on 32-bit machines
 *
 * That frames entered is counted where they do, and the rest where they end, by
 * other code: that rx = tx + consumed + drops is a check and not a definition.
 */
struct alkaid_totals {
	u64_stats_t counts[ALKAID_TOTAL_COUNT];
	u64_stats_t drops[ALKAID_DROP_COUNT];
	struct u64_stats_sync syncp;
};

/**
 * struct alkaid_totals_sum - the sum of all CPUs
 * @counts: by enum alkaid_total
 * @dropped: all of @drops
 * @drops: by enum alkaid_drop
 */
struct alkaid_totals_sum {
	u64 counts[ALKAID_TOTAL_COUNT];
	u64 dropped;
	u64 drops[ALKAID_DROP_COUNT];
};

const char *alkaid_drop_name(enum alkaid_drop reason);
const char *alkaid_drop_text(enum alkaid_drop reason);
enum skb_drop_reason alkaid_drop_core(enum alkaid_drop reason);

struct alkaid_totals __percpu *alkaid_totals_alloc(void);
void alkaid_totals_sum(struct alkaid_totals __percpu *totals,
		       struct alkaid_totals_sum *sum);

/* Context: BH disabled. */
static inline void alkaid_total_inc(struct alkaid_totals __percpu *totals,
				    enum alkaid_total total)
{
	struct alkaid_totals *t = this_cpu_ptr(totals);

	u64_stats_update_begin(&t->syncp);
	u64_stats_inc(&t->counts[total]);
	u64_stats_update_end(&t->syncp);
}

/**
 * struct alkaid_frame - whose a frame is, for the accounts
 * @ad: device
 * @port: that it came from, or NULL
 * @vpc: its VPC, or NULL if that is not known
 * @copy: a copy of a frame that is accounted for by itself: it is generated
 * @trace: who watches it is to be told, or NULL
 */
struct alkaid_frame {
	struct alkaid_dev *ad;
	struct alkaid_port *port;
	struct alkaid_vpc *vpc;
	bool copy;
	struct alkaid_trace *trace;
};

void alkaid_frame_sent(const struct alkaid_frame *frame, unsigned int len);
void alkaid_drop(const struct alkaid_frame *frame, struct sk_buff *skb,
		 enum alkaid_drop reason);

#endif /* _ALKAID_PATH_DROP_H */
