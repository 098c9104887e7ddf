/* SPDX-License-Identifier: GPL-2.0 */
/* Steps: what a decision looked at, for a trace. */
#ifndef _ALKAID_PATH_STEPS_H
#define _ALKAID_PATH_STEPS_H

#include <linux/if_ether.h>
#include <linux/jump_label.h>
#include <linux/types.h>
#include <uapi/alkaid.h>

#include "../table/addr.h"

struct alkaid_binding;
struct alkaid_decision;
struct alkaid_endpoint;
struct alkaid_flow;
struct alkaid_gateway;
struct alkaid_group;
struct alkaid_route;

#define ALKAID_STEPS_MAX	16

/**
 * struct alkaid_trace_step - one step; what it does not concern is zero
 * @kind: what was done
 * @found: the lookup found something, or the check passed
 * @vpc: id of the VPC that was found, or looked in
 * @subnet: id of the subnet that was found, or of what was found
 * @vni: VNI that was looked in
 * @len: bytes of the datagram
 * @mtu: what fits
 * @addr: address that was looked up
 * @mac: MAC that was looked up, or found
 * @port: number of the netdev that was found
 * @host: VTEP that was found
 * @route: prefix of the route that was found
 * @via: its next hop
 * @group: id of the gateway group that was asked
 */
struct alkaid_trace_step {
	enum alkaid_step kind;
	bool found;
	u32 vpc;
	u32 subnet;
	u32 vni;
	u32 len;
	u32 mtu;
	struct in6_addr addr;
	u8 mac[ETH_ALEN];
	int port;
	struct in6_addr host;
	struct alkaid_prefix route;
	struct in6_addr via;
	u32 group;
};

/**
 * struct alkaid_steps - the steps of one decision
 * @n: how many
 * @step: they, and a place for what is beyond the last
 */
struct alkaid_steps {
	u8 n;
	struct alkaid_trace_step step[ALKAID_STEPS_MAX + 1];
};

/* On while anybody traces; without it no step is looked at. */
DECLARE_STATIC_KEY_FALSE(alkaid_steps_key);

void alkaid_note_port(struct alkaid_decision *d,
		      const struct alkaid_binding *binding);
void alkaid_note_vni(struct alkaid_decision *d);
void alkaid_note_antispoof(struct alkaid_decision *d, bool passed);
void alkaid_note_gateway(struct alkaid_decision *d,
			 const struct in6_addr *addr, bool is_gateway);
void alkaid_note_mac(struct alkaid_decision *d, const u8 *mac, u32 vni,
		     const struct alkaid_endpoint *ep);
void alkaid_note_ip(struct alkaid_decision *d, const struct in6_addr *addr,
		    enum alkaid_step kind, const struct alkaid_endpoint *ep);
void alkaid_note_route(struct alkaid_decision *d, const struct in6_addr *addr,
		       const struct alkaid_route *route);
void alkaid_note_flow(struct alkaid_decision *d,
		      const struct alkaid_flow *flow);
void alkaid_note_group(struct alkaid_decision *d,
		       const struct alkaid_group *group,
		       const struct alkaid_gateway *gateway);
void alkaid_note_moved(struct alkaid_decision *d,
		       const struct in6_addr *addr, bool recent);
void alkaid_note_mtu(struct alkaid_decision *d, u32 mtu);

/* Note a step, if those of this decision are wanted. */
#define alkaid_note(_what, _d, ...) do {				\
	if (static_branch_unlikely(&alkaid_steps_key) && (_d)->steps)	\
		alkaid_note_##_what(_d, ##__VA_ARGS__);			\
} while (0)

#endif /* _ALKAID_PATH_STEPS_H */
