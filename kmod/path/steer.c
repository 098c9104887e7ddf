// SPDX-License-Identifier: GPL-2.0
/* The decision about what this host does not know: to a gateway, or past it. */
#include <linux/etherdevice.h>

#include "../table/flow.h"
#include "../table/group.h"
#include "../table/route.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "decide.h"
#include "decision.h"
#include "parse.h"

/* What OAM datagrams, which know IPv4 only, may have taught a path for. */
static struct alkaid_flow *alkaid_steer_flow(struct alkaid_decision *d,
					     const struct alkaid_group *group)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_flow_key packet = {
		.id = d->v->subnet->vni,
		.src = alkaid_addr_v4(&key->saddr),
		.dst = alkaid_addr_v4(&key->daddr),
		.proto = key->proto,
	};

	if (alkaid_key_has_ports(key)) {
		packet.sport = key->sport;
		packet.dport = key->dport;
	}
	return alkaid_flow_match(d->t, d->v->vpc, group, &packet, &d->v->kept);
}

/* Past the gateway: what it would do on the way is done here. */
static void alkaid_steer_direct(struct alkaid_decision *d,
				struct alkaid_flow *flow)
{
	struct alkaid_verdict *v = d->v;

	if (alkaid_decide_is_routed(d)) {
		if (unlikely(d->key->ttl <= 1)) {
			alkaid_decide_refuse(d, ALKAID_DROP_TTL_EXCEEDED,
					     ALKAID_TELL_TTL);
			return;
		}
		v->routed = true;
		ether_addr_copy(v->smac, d->t->dvr_mac);
	}
	v->redirected = true;
	ether_addr_copy(v->dmac, flow->mac);
	v->translated = flow->instance != flow->key.dst;
	v->flow = flow;
	alkaid_decide_tunnel(d, flow->vtep, v->subnet->vni, v->cfg->encap);
}

/**
 * alkaid_decide_steer() - a frame goes to a gateway group
 * @d: decision
 * @group: gateway group
 *
 * It keeps its time to live and its source MAC: the gateway routes it.
 */
void alkaid_decide_steer(struct alkaid_decision *d,
			 const struct alkaid_group *group)
{
	struct alkaid_verdict *v = d->v;
	struct alkaid_gateway *gateway;
	struct alkaid_flow *flow;

	flow = d->key->l3 == ALKAID_L3_IP4 && READ_ONCE(v->vpc->flow_kinds) ?
	       alkaid_steer_flow(d, group) : NULL;
	alkaid_note(flow, d, flow);
	if (flow) {
		alkaid_steer_direct(d, flow);
		return;
	}
	v->hash = alkaid_key_hash(d->key);
	gateway = alkaid_group_select(group, v->hash, d->gen, &v->kept);
	alkaid_note(group, d, group, gateway);
	if (unlikely(!gateway)) {
		alkaid_decide_drop(d, ALKAID_DROP_GROUP_DOWN);
		return;
	}
	v->group = group;
	v->gateway = gateway;
	v->redirected = true;
	ether_addr_copy(v->dmac, gateway->mac);
	alkaid_decide_tunnel(d, gateway->vtep, v->subnet->vni, v->cfg->encap);
}

/**
 * alkaid_decide_miss() - this host knows nothing that has the destination
 * @d: decision
 * @reason: why it is dropped, unless the VPC has it steered
 * @tell: what its sender is told then
 *
 * What came from the tunnel is not steered: it has been.
 */
void alkaid_decide_miss(struct alkaid_decision *d, enum alkaid_drop reason,
			enum alkaid_tell tell)
{
	const struct alkaid_vpc_rev *vpc = alkaid_vpc_config(d->v->vpc, d->gen);

	if (unlikely(!d->key->port))
		alkaid_decide_refuse(d, ALKAID_DROP_GATEWAY_MISS, tell);
	else if (vpc->cfg.miss == ALKAID_MISS_GATEWAY)
		alkaid_decide_steer(d, vpc->group);
	else
		alkaid_decide_refuse(d, reason, tell);
}

/**
 * alkaid_steer_serving() - the gateway group that serves a destination
 * @subnet: subnet of the sender
 * @daddr: destination
 * @gen: generation
 *
 * Context: RCU read side.
 * Return: that of the longest prefix, else that of the VPC, else NULL.
 */
const struct alkaid_group *
alkaid_steer_serving(const struct alkaid_subnet *subnet,
		     const struct in6_addr *daddr, u32 gen)
{
	const struct alkaid_route *route = alkaid_route_select(subnet, daddr,
							       gen);

	if (route && route->type == ALKAID_ROUTE_GROUP)
		return route->group;
	return alkaid_vpc_config(subnet->vpc, gen)->group;
}
