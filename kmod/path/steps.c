// SPDX-License-Identifier: GPL-2.0
/* Steps: what a decision looked at, for a trace. */
#include <linux/etherdevice.h>

#include "../table/binding.h"
#include "../table/endpoint.h"
#include "../table/flow.h"
#include "../table/group.h"
#include "../table/route.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "decision.h"
#include "steps.h"

DEFINE_STATIC_KEY_FALSE(alkaid_steps_key);

/* Beyond the last one there is a place that nobody reads. */
static struct alkaid_trace_step *alkaid_step_add(struct alkaid_decision *d,
						 enum alkaid_step kind,
						 bool found)
{
	struct alkaid_steps *steps = d->steps;
	struct alkaid_trace_step *step = &steps->step[steps->n];

	if (steps->n < ALKAID_STEPS_MAX)
		steps->n++;
	memset(step, 0, sizeof(*step));
	step->kind = kind;
	step->found = found;
	if (d->v->vpc)
		step->vpc = d->v->vpc->id;
	return step;
}

static void alkaid_step_endpoint(struct alkaid_trace_step *step,
				 const struct alkaid_endpoint *ep)
{
	if (!ep)
		return;
	step->subnet = ep->subnet->id;
	step->vni = ep->subnet->vni;
	step->addr = ep->ip;
	ether_addr_copy(step->mac, ep->mac);
	if (alkaid_endpoint_port(ep))
		step->port = alkaid_endpoint_port(ep)->dev->ifindex;
	else
		step->host = alkaid_endpoint_vtep(ep)->addr;
}

/**
 * alkaid_note_port() - the port's binding was looked up
 * @d: decision
 * @binding: what was found, or NULL
 */
void alkaid_note_port(struct alkaid_decision *d,
		      const struct alkaid_binding *binding)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_PORT, binding);

	step->port = d->key->port->dev->ifindex;
	if (!binding)
		return;
	step->vpc = binding->subnet->vpc->id;
	step->subnet = binding->subnet->id;
	step->vni = binding->subnet->vni;
	ether_addr_copy(step->mac, binding->mac);
}

/**
 * alkaid_note_vni() - the VNI was looked up
 * @d: decision
 */
void alkaid_note_vni(struct alkaid_decision *d)
{
	alkaid_step_add(d, ALKAID_STEP_VNI, d->v->vpc)->vni = d->key->vni;
}

/**
 * alkaid_note_antispoof() - the source was checked
 * @d: decision
 * @passed: the port may send from it
 */
void alkaid_note_antispoof(struct alkaid_decision *d, bool passed)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_ANTISPOOF, passed);

	step->addr = d->key->saddr;
	ether_addr_copy(step->mac, d->key->smac);
}

/**
 * alkaid_note_gateway() - an address was compared with the gateway's
 * @d: decision
 * @addr: address
 * @is_gateway: it is the gateway's
 */
void alkaid_note_gateway(struct alkaid_decision *d,
			 const struct in6_addr *addr, bool is_gateway)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_GATEWAY, is_gateway);

	step->subnet = d->v->subnet->id;
	step->addr = *addr;
}

/**
 * alkaid_note_mac() - a MAC was looked up
 * @d: decision
 * @mac: MAC
 * @vni: in this segment
 * @ep: what was found, or NULL
 */
void alkaid_note_mac(struct alkaid_decision *d, const u8 *mac, u32 vni,
		     const struct alkaid_endpoint *ep)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_MAC, ep);

	alkaid_step_endpoint(step, ep);
	step->vni = vni;
	ether_addr_copy(step->mac, mac);
}

/**
 * alkaid_note_ip() - an address was looked up
 * @d: decision
 * @addr: address
 * @kind: what for
 * @ep: what was found, or NULL
 */
void alkaid_note_ip(struct alkaid_decision *d, const struct in6_addr *addr,
		    enum alkaid_step kind, const struct alkaid_endpoint *ep)
{
	struct alkaid_trace_step *step = alkaid_step_add(d, kind, ep);

	alkaid_step_endpoint(step, ep);
	step->addr = *addr;
}

/**
 * alkaid_note_route() - the longest prefix was looked for
 * @d: decision
 * @addr: address
 * @route: what was found, or NULL
 */
void alkaid_note_route(struct alkaid_decision *d, const struct in6_addr *addr,
		       const struct alkaid_route *route)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_ROUTE, route);

	step->addr = *addr;
	if (!route)
		return;
	step->route.addr = route->key.addr;
	step->route.len = route->key.len;
	if (route->subnet)
		step->subnet = route->subnet->id;
	if (route->type == ALKAID_ROUTE_VIA)
		step->via = route->via;
	if (route->type == ALKAID_ROUTE_GROUP)
		step->group = route->group->id;
}

/**
 * alkaid_note_flow() - a direct path was looked for
 * @d: decision
 * @flow: what was found, or NULL
 */
void alkaid_note_flow(struct alkaid_decision *d,
		      const struct alkaid_flow *flow)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_FLOW, flow);

	step->addr = d->key->daddr;
	if (!flow)
		return;
	ether_addr_copy(step->mac, flow->mac);
	step->host = flow->vtep->addr;
}

/**
 * alkaid_note_group() - a gateway group was asked for a member
 * @d: decision
 * @group: gateway group
 * @gateway: the member, or NULL
 */
void alkaid_note_group(struct alkaid_decision *d,
		       const struct alkaid_group *group,
		       const struct alkaid_gateway *gateway)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_GROUP, gateway);

	step->group = group->id;
	if (!gateway)
		return;
	ether_addr_copy(step->mac, gateway->mac);
	step->host = gateway->addr;
}

/**
 * alkaid_note_moved() - it was asked whether an address has left this host
 * @d: decision
 * @addr: address
 * @recent: it has, a short while ago
 */
void alkaid_note_moved(struct alkaid_decision *d,
		       const struct in6_addr *addr, bool recent)
{
	alkaid_step_add(d, ALKAID_STEP_MOVED, recent)->addr = *addr;
}

/**
 * alkaid_note_mtu() - the length was compared with what fits
 * @d: decision
 * @mtu: what fits
 */
void alkaid_note_mtu(struct alkaid_decision *d, u32 mtu)
{
	struct alkaid_trace_step *step =
		alkaid_step_add(d, ALKAID_STEP_MTU, d->key->len <= mtu);

	step->mtu = mtu;
	step->len = d->key->len;
}
