// SPDX-License-Identifier: GPL-2.0
/* The decision's third layer: what is sent to the gateway is routed. */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "../table/endpoint.h"
#include "../table/route.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "decision.h"

static bool alkaid_key_is_echo_request(const struct alkaid_key *key)
{
	if (key->frag != ALKAID_FRAG_NONE || key->dport)
		return false;
	return (key->proto == IPPROTO_ICMP &&
		key->sport == htons(ICMP_ECHO)) ||
	       (key->proto == IPPROTO_ICMPV6 &&
		key->sport == htons(ICMPV6_ECHO_REQUEST));
}

/* For the gateway itself: it answers ping, and ends a traceroute. */
static void alkaid_route_local(struct alkaid_decision *d)
{
	if (alkaid_key_is_echo_request(d->key))
		d->v->action = ALKAID_DO_ECHO_REPLY;
	else
		alkaid_decide_refuse(d, ALKAID_DROP_GATEWAY_LOCAL,
				     d->key->proto == IPPROTO_UDP ?
				     ALKAID_TELL_PORT : ALKAID_TELL_NOTHING);
}

static bool alkaid_route_is_possible(const struct alkaid_key *key)
{
	switch (key->l3) {
	case ALKAID_L3_IP4:
		return alkaid_addr_is_host(&key->daddr);
	case ALKAID_L3_IP6:
		return alkaid_addr_is_host(&key->daddr) &&
		       !(ipv6_addr_type(&key->daddr) & IPV6_ADDR_LINKLOCAL) &&
		       !(ipv6_addr_type(&key->saddr) & IPV6_ADDR_LINKLOCAL);
	default:
		return false;
	}
}

/* Into the endpoint's segment: a hop further, with MACs that are known there. */
static void alkaid_route_forward(struct alkaid_decision *d,
				 const struct alkaid_endpoint *ep)
{
	const struct alkaid_subnet_cfg *cfg =
		alkaid_subnet_config(ep->subnet, d->gen);
	struct alkaid_verdict *v = d->v;

	if (unlikely(d->key->ttl <= 1)) {
		alkaid_decide_refuse(d, ALKAID_DROP_TTL_EXCEEDED,
				     ALKAID_TELL_TTL);
		return;
	}
	v->routed = true;
	ether_addr_copy(v->dmac, ep->mac);
	if (alkaid_endpoint_port(ep) && cfg->n_gateway_ips)
		ether_addr_copy(v->smac, cfg->gateway_mac);
	else
		ether_addr_copy(v->smac, d->t->dvr_mac);
	alkaid_decide_forward(d, ep);
}

static struct alkaid_endpoint *alkaid_route_endpoint(struct alkaid_decision *d,
						     const struct in6_addr *addr,
						     enum alkaid_step kind)
{
	struct alkaid_endpoint *ep =
		alkaid_endpoint_by_ip(d->t, d->v->vpc->id, addr, d->gen);

	alkaid_note(ip, d, addr, kind, ep);
	return ep;
}

static void alkaid_route_via(struct alkaid_decision *d,
			     const struct alkaid_route *route)
{
	struct alkaid_endpoint *ep =
		alkaid_route_endpoint(d, &route->via, ALKAID_STEP_NEXT_HOP);

	if (likely(ep))
		alkaid_route_forward(d, ep);
	else
		alkaid_decide_refuse(d, ALKAID_DROP_NEXT_HOP, ALKAID_TELL_HOST);
}

/* Within the prefix of a subnet where no endpoint has the address. */
static void alkaid_route_subnet(struct alkaid_decision *d,
				const struct alkaid_route *route)
{
	const struct alkaid_subnet_cfg *cfg =
		alkaid_subnet_config(route->subnet, d->gen);

	if (alkaid_subnet_is_gateway(cfg, &d->key->daddr))
		alkaid_route_local(d);
	else
		alkaid_decide_miss(d, ALKAID_DROP_NO_NEIGHBOR,
				   ALKAID_TELL_HOST);
}

static void alkaid_route_prefix(struct alkaid_decision *d)
{
	const struct in6_addr *daddr = &d->key->daddr;
	const struct alkaid_route *route =
		alkaid_route_select(d->v->subnet, daddr, d->gen);

	alkaid_note(route, d, daddr, route);
	d->v->route = route;
	if (!route) {
		alkaid_decide_miss(d, ALKAID_DROP_NO_ROUTE, ALKAID_TELL_NET);
		return;
	}
	switch (route->type) {
	case ALKAID_ROUTE_SUBNET:
		alkaid_route_subnet(d, route);
		break;
	case ALKAID_ROUTE_VIA:
		alkaid_route_via(d, route);
		break;
	case ALKAID_ROUTE_BLACKHOLE:
		alkaid_decide_drop(d, ALKAID_DROP_BLACKHOLE);
		break;
	case ALKAID_ROUTE_GROUP:
		if (d->key->port)
			alkaid_decide_steer(d, route->group);
		else
			alkaid_decide_relay_to_group(d, route->group);
		break;
	}
}

/**
 * alkaid_decide_routed() - a frame is for the gateway of its subnet
 * @d: decision
 *
 * The endpoint that has the address comes before any prefix: it is the longest.
 */
void alkaid_decide_routed(struct alkaid_decision *d)
{
	const struct in6_addr *daddr = &d->key->daddr;
	struct alkaid_endpoint *ep;
	bool local;

	local = alkaid_subnet_is_router(d->v->cfg, daddr);
	alkaid_note(gateway, d, daddr, local);
	if (unlikely(local)) {
		alkaid_route_local(d);
		return;
	}
	if (unlikely(!alkaid_route_is_possible(d->key))) {
		alkaid_decide_drop(d, ALKAID_DROP_NOT_ROUTABLE);
		return;
	}
	ep = alkaid_route_endpoint(d, daddr, ALKAID_STEP_IP);
	if (likely(ep))
		alkaid_route_forward(d, ep);
	else
		alkaid_route_prefix(d);
}
