/* SPDX-License-Identifier: GPL-2.0 */
/* The verdict: what is to become of a frame. */
#ifndef _ALKAID_PATH_VERDICT_H
#define _ALKAID_PATH_VERDICT_H

#include "drop.h"

struct alkaid_endpoint;
struct alkaid_flow;
struct alkaid_gateway;
struct alkaid_group;
struct alkaid_port;
struct alkaid_route;
struct alkaid_subnet;
struct alkaid_subnet_cfg;
struct alkaid_vpc;
struct alkaid_vtep;

/**
 * enum alkaid_action - what to do
 * @ALKAID_DO_DROP: drop it for @reason, and say @tell to its sender
 * @ALKAID_DO_DELIVER: hand it to @port
 * @ALKAID_DO_ENCAP: send it to @vtep in @vni
 * @ALKAID_DO_FLOOD: replicate it to all of @subnet
 * @ALKAID_DO_ARP_REPLY: answer the ARP request with @smac
 * @ALKAID_DO_ND_REPLY: answer the neighbor solicitation with @smac
 * @ALKAID_DO_RA_REPLY: answer the router solicitation for @cfg
 * @ALKAID_DO_ECHO_REPLY: answer the ping for a gateway address
 */
enum alkaid_action {
	ALKAID_DO_DROP,
	ALKAID_DO_DELIVER,
	ALKAID_DO_ENCAP,
	ALKAID_DO_FLOOD,
	ALKAID_DO_ARP_REPLY,
	ALKAID_DO_ND_REPLY,
	ALKAID_DO_RA_REPLY,
	ALKAID_DO_ECHO_REPLY,
};

/**
 * enum alkaid_tell - the ICMP error that the sender of a dropped frame is sent
 * @ALKAID_TELL_NOTHING: none
 * @ALKAID_TELL_TTL: time exceeded in transit
 * @ALKAID_TELL_NET: network unreachable; IPv6: no route to destination
 * @ALKAID_TELL_HOST: host unreachable; IPv6: address unreachable
 * @ALKAID_TELL_PORT: port unreachable
 * @ALKAID_TELL_TOO_BIG: fragmentation needed; IPv6: packet too big
 */
enum alkaid_tell {
	ALKAID_TELL_NOTHING,
	ALKAID_TELL_TTL,
	ALKAID_TELL_NET,
	ALKAID_TELL_HOST,
	ALKAID_TELL_PORT,
	ALKAID_TELL_TOO_BIG,
};

/**
 * struct alkaid_verdict - what is to become of a frame
 * @action: which of the following counts
 * @reason: why it is dropped
 * @tell: what its sender is told
 * @gen: generation that it was decided in
 * @mtu: with @tell too big: the biggest datagram that fits
 * @fragment: if not 0, cut the IPv4 datagram into parts no bigger than this
 * @routed: set both MACs, and count down the time to live
 * @restored: set the source MAC
 * @redirected: set the destination MAC
 * @translated: set the destination address to that of @flow's instance
 * @relayed: from the tunnel back into it
 * @kept: that it goes to @gateway, or takes @flow, was noted in this second
 * @moved: because the endpoint has left this host: its sender must be told
 * @from_router: a neighbor advertisement is a router's
 * @encap: tunnel format
 * @vni: VNI to tunnel it in
 * @dmac: destination MAC to set
 * @smac: source MAC to set; the answer to an ARP request or a solicitation
 * @vpc: its VPC, once that is known; for the accounts
 * @subnet: its subnet, once that is known
 * @cfg: contents of @subnet
 * @route: longest prefix of its destination, if that was looked for
 * @port: where to deliver it
 * @vtep: where to tunnel it
 * @back: where who sent it into the tunnel is answered, or told
 * @group: gateway group that it is steered to; or that serves a relayed frame
 * @gateway: member of @group that it is steered to
 * @hash: with @gateway: of the flow
 * @flow: direct path that it takes
 * @target: endpoint that it is relayed to, if this host knows it
 *
 * Pointers are valid in the RCU read side of the decision.
 */
struct alkaid_verdict {
	enum alkaid_action action;
	enum alkaid_drop reason;
	enum alkaid_tell tell;
	u32 gen;
	u32 mtu;
	u32 fragment;
	bool routed;
	bool restored;
	bool redirected;
	bool translated;
	bool relayed;
	bool moved;
	bool kept;
	bool from_router;
	u8 encap;
	u32 vni;
	u8 dmac[ETH_ALEN];
	u8 smac[ETH_ALEN];
	struct alkaid_vpc *vpc;
	const struct alkaid_subnet *subnet;
	const struct alkaid_subnet_cfg *cfg;
	const struct alkaid_route *route;
	struct alkaid_port *port;
	struct alkaid_vtep *vtep;
	struct alkaid_vtep *back;
	const struct alkaid_group *group;
	struct alkaid_gateway *gateway;
	u32 hash;
	struct alkaid_flow *flow;
	const struct alkaid_endpoint *target;
};

#endif /* _ALKAID_PATH_VERDICT_H */
