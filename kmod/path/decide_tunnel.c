// SPDX-License-Identifier: GPL-2.0
/* The decision about what comes from the tunnel: delivered, or relayed. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <net/ndisc.h>

#include "../table/endpoint.h"
#include "../table/gateway.h"
#include "../table/moved.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "decision.h"

/* Every host's MAC for what it has routed begins with this. */
static bool alkaid_mac_is_dvr(const u8 *mac)
{
	return mac[0] == 0xfe && mac[1] == 0x16 && mac[2] == 0x11;
}

static bool alkaid_key_is_ip(const struct alkaid_key *key)
{
	return key->l3 == ALKAID_L3_IP4 || key->l3 == ALKAID_L3_IP6;
}

static struct alkaid_endpoint *alkaid_arrival_by_ip(struct alkaid_decision *d)
{
	struct alkaid_endpoint *ep;

	if (!alkaid_key_is_ip(d->key))
		return NULL;
	ep = alkaid_endpoint_by_ip(d->t, d->v->vpc->id, &d->key->daddr, d->gen);
	alkaid_note(ip, d, &d->key->daddr, ALKAID_STEP_IP, ep);
	return ep;
}

/*
 * What a frame is addressed to, @ep having the MAC. One that took a direct path
 * has the VNI of its sender's subnet, which need not be that of its destination:
 * there the MAC is another's, or nobody's, and that of what has the address in
 * the VPC counts. If nothing is returned, @by_ip has the address.
 */
static const struct alkaid_endpoint *
alkaid_arrival(struct alkaid_decision *d, const struct alkaid_endpoint *ep,
	       const struct alkaid_endpoint **by_ip)
{
	const struct alkaid_key *key = d->key;
	const struct alkaid_endpoint *other;

	alkaid_note(mac, d, key->dmac, key->vni, ep);
	if (likely(ep && (ipv6_addr_equal(&ep->ip, &key->daddr) ||
			  (alkaid_endpoint_port(ep) &&
			   !alkaid_mac_is_dvr(key->smac)))))
		return ep;
	other = alkaid_arrival_by_ip(d);
	*by_ip = other;
	return other && ether_addr_equal(other->mac, key->dmac) ? other :
								       ep;
}

/*
 * What an ARP packet or a neighbor message says of its sender, the port that it is
 * sent to believes: not if the tables know better.
 */
static bool alkaid_arrival_lies(struct alkaid_decision *d,
				const struct alkaid_endpoint *to)
{
	const struct alkaid_key *key = d->key;
	const struct alkaid_subnet_cfg *cfg =
		alkaid_subnet_config(to->subnet, d->gen);
	const struct in6_addr *addr = &key->saddr;
	const u8 *mac = key->arp_sha;
	struct alkaid_endpoint *ep;

	if (key->nd_type) {
		mac = key->nd_has_lladdr ? key->nd_lladdr : key->smac;
		if (key->nd_type == NDISC_NEIGHBOUR_ADVERTISEMENT)
			addr = &key->nd_target;
	}
	if (alkaid_subnet_is_router(cfg, addr))
		return !ether_addr_equal(mac, cfg->gateway_mac);
	ep = alkaid_endpoint_by_ip(d->t, d->v->vpc->id, addr, d->gen);
	alkaid_note(ip, d, addr, ALKAID_STEP_IP, ep);
	return ep && !ether_addr_equal(ep->mac, mac);
}

/* The VM is to see its own gateway, whichever host has routed. */
static void alkaid_arrival_deliver(struct alkaid_decision *d,
				   const struct alkaid_endpoint *ep)
{
	const struct alkaid_subnet_cfg *cfg;

	if (unlikely(d->key->l3 == ALKAID_L3_ARP || d->key->nd_type) &&
	    alkaid_arrival_lies(d, ep)) {
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
		return;
	}
	alkaid_decide_forward(d, ep);
	if (unlikely(alkaid_mac_is_dvr(d->key->smac))) {
		cfg = alkaid_subnet_config(ep->subnet, d->gen);
		d->v->restored = cfg->n_gateway_ips;
		ether_addr_copy(d->v->smac, cfg->gateway_mac);
	}
}

/**
 * alkaid_decide_relay() - a frame from the tunnel goes back into it
 * @d: decision
 * @ep: remote endpoint that it is for
 *
 * Within its segment it does not go back to where it came from, where it would
 * be taken for what it is already; routed it may.
 *
 * Return: false if it is dropped instead.
 */
bool alkaid_decide_relay(struct alkaid_decision *d,
			 const struct alkaid_endpoint *ep)
{
	if (unlikely(!d->v->routed &&
		     ipv6_addr_equal(&alkaid_endpoint_vtep(ep)->addr,
				     &d->key->outer))) {
		alkaid_decide_drop(d, ALKAID_DROP_RELAY_LOOP);
		return false;
	}
	d->v->relayed = true;
	d->v->target = ep;
	return true;
}

static void alkaid_relay_steer(struct alkaid_decision *d,
			       const struct alkaid_group *group)
{
	alkaid_decide_steer(d, group);
	if (d->v->action == ALKAID_DO_ENCAP &&
	    ipv6_addr_equal(&d->v->vtep->addr, &d->key->outer))
		alkaid_decide_drop(d, ALKAID_DROP_RELAY_LOOP);
}

/**
 * alkaid_decide_relay_to_group() - a route of a gateway leads to gateways
 * @d: decision about a frame from the tunnel
 * @group: gateway group
 *
 * Unlike a host's, it is a hop: so what gateways send one another in a circle
 * comes to an end.
 */
void alkaid_decide_relay_to_group(struct alkaid_decision *d,
				  const struct alkaid_group *group)
{
	struct alkaid_verdict *v = d->v;

	if (unlikely(d->key->ttl <= 1)) {
		alkaid_decide_refuse(d, ALKAID_DROP_TTL_EXCEEDED,
				     ALKAID_TELL_TTL);
		return;
	}
	alkaid_relay_steer(d, group);
	v->routed = true;
	ether_addr_copy(v->smac, d->t->dvr_mac);
}

/* Subnets may share the VNI: whose the frame is, its sender says, if it is known. */
static struct alkaid_endpoint *alkaid_arrival_sender(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_mac(d->t, key->vni, key->smac, d->gen);
	alkaid_note(mac, d, key->smac, key->vni, ep);
	if (ep)
		alkaid_decide_enter(d, ep->subnet);
	return ep;
}

/*
 * A frame that was steered has a gateway's MAC, and that of a host without
 * steering may have the MAC of its subnet's gateway: the address says where it
 * goes, which @ep has.
 */
static void alkaid_arrival_by_gateway(struct alkaid_decision *d,
				      const struct alkaid_endpoint *ep)
{
	if (unlikely(alkaid_subnet_shares_vni(d->v->subnet)))
		alkaid_arrival_sender(d);
	if (alkaid_decide_is_routed(d)) {
		alkaid_decide_routed(d);
		return;
	}
	if (!alkaid_key_is_ip(d->key)) {
		alkaid_decide_drop(d, ALKAID_DROP_GATEWAY_MISS);
		return;
	}
	if (!ep || ep->subnet != d->v->subnet) {
		alkaid_decide_routed(d);
		return;
	}
	d->v->redirected = true;
	ether_addr_copy(d->v->dmac, ep->mac);
	alkaid_decide_forward(d, ep);
}

static bool alkaid_arrival_left(struct alkaid_decision *d,
				const struct in6_addr *addr)
{
	bool moved = alkaid_moved_recently(d->t, d->v->vpc->id, addr);

	alkaid_note(moved, d, addr, moved);
	return moved;
}

/*
 * Where an address went this host need not know: a gateway does. One that sends
 * it here does not know yet, and gets nothing back.
 */
static void alkaid_arrival_astray(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	const struct alkaid_group *group =
		alkaid_steer_serving(d->v->subnet, &key->daddr, d->gen);

	alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_NOT_LOCAL);
	if (!group || alkaid_gateway_of_group(d->t, NULL, &key->outer, d->gen))
		return;
	d->v->moved = true;
	d->v->relayed = true;
	alkaid_relay_steer(d, group);
}

/* A VM that has moved is known by any of its addresses. */
static void alkaid_arrival_by_host(struct alkaid_decision *d,
				   const struct alkaid_endpoint *ep)
{
	bool ip = alkaid_key_is_ip(d->key);

	if (unlikely(ep && (alkaid_arrival_left(d, &ep->ip) ||
			    (ip && alkaid_arrival_left(d, &d->key->daddr))))) {
		d->v->moved = true;
		alkaid_decide_forward(d, ep);
	} else if (!ep && ip && alkaid_arrival_left(d, &d->key->daddr)) {
		alkaid_arrival_astray(d);
	} else {
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_NOT_LOCAL);
	}
}

/* Whose host is sent an answer, and who need not have the address it asks from. */
static bool alkaid_arrival_asker(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_mac(d->t, key->vni, key->smac, d->gen);
	alkaid_note(mac, d, key->smac, key->vni, ep);
	if (!ep || !alkaid_endpoint_vtep(ep)) {
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
		return false;
	}
	alkaid_decide_enter(d, ep->subnet);
	d->v->back = alkaid_endpoint_vtep(ep);
	return true;
}

/*
 * Somebody asks who has an address. A gateway knows, and answers whomever that
 * was sent to; a host lets the port that is asked answer.
 */
static bool alkaid_arrival_asks(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	bool arp = key->l3 == ALKAID_L3_ARP && key->arp_op == ARPOP_REQUEST;
	bool gateway = alkaid_decide_is_gateway(d);

	if (!arp && key->nd_type != NDISC_NEIGHBOUR_SOLICITATION &&
	    !(gateway && key->nd_type == NDISC_ROUTER_SOLICITATION))
		return false;
	if (arp && (!gateway || alkaid_key_is_announcement(key)))
		alkaid_decide_arp_from_tunnel(d);
	else if (!gateway)
		alkaid_decide_nd_from_tunnel(d);
	else if (!alkaid_arrival_asker(d))
		return true;
	else if (arp)
		alkaid_decide_arp_request(d);
	else
		alkaid_decide_solicitation(d);
	return true;
}

static void alkaid_arrival_unicast(struct alkaid_decision *d,
				   const struct alkaid_endpoint *ep)
{
	const struct alkaid_endpoint *by_ip = NULL;

	ep = alkaid_arrival(d, ep, &by_ip);
	if (likely(ep && alkaid_endpoint_port(ep))) {
		alkaid_arrival_deliver(d, ep);
	} else if (!alkaid_decide_is_gateway(d)) {
		alkaid_arrival_by_host(d, ep);
	} else if (!alkaid_arrival_asks(d)) {
		if (ep)
			alkaid_decide_forward(d, ep);
		else
			alkaid_arrival_by_gateway(d, by_ip);
	}
}

static bool alkaid_decide_is_imposture(const struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;

	return alkaid_key_is_announcement(key) &&
	       alkaid_subnet_is_router(d->v->cfg, key->l3 == ALKAID_L3_ARP ?
				       &key->saddr : &key->nd_target);
}

/*
 * It is to all of the sender's subnet. An unknown sender may not announce, which
 * would poison tables, and nobody the gateway.
 */
static void alkaid_decide_group_from_tunnel(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_endpoint *ep;

	ep = alkaid_arrival_sender(d);
	if ((ep || d->v->cfg->flood || !alkaid_key_is_announcement(key)) &&
	    !alkaid_decide_is_imposture(d))
		alkaid_decide_group(d);
	else
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
}

/*
 * Who is answered, or told why a frame was dropped, has to be an endpoint that
 * the tables know as what it says it is; its host is told.
 */
static void alkaid_arrival_back(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_verdict *v = d->v;
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_ip(d->t, v->vpc->id, &key->saddr, d->gen);
	if (ep && alkaid_endpoint_vtep(ep) && ep->subnet->vni == key->vni &&
	    ether_addr_equal(ep->mac, key->smac)) {
		v->back = alkaid_endpoint_vtep(ep);
		return;
	}
	v->tell = ALKAID_TELL_NOTHING;
	if (v->action == ALKAID_DO_ECHO_REPLY)
		alkaid_decide_drop(d, ALKAID_DROP_GATEWAY_LOCAL);
}

/**
 * alkaid_decide_from_tunnel() - a frame came from the tunnel
 * @d: decision
 */
void alkaid_decide_from_tunnel(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	bool unicast = !is_multicast_ether_addr(key->dmac);
	const struct alkaid_endpoint *ep = NULL;
	const struct alkaid_subnet *subnet;

	if (likely(unicast))
		ep = alkaid_endpoint_by_mac(d->t, key->vni, key->dmac, d->gen);
	/* The VNI is that of the endpoint's subnet, which need not be looked for. */
	subnet = likely(ep) ? ep->subnet :
		 alkaid_subnet_lookup_vni(d->t, key->vni, d->gen);
	if (unlikely(!subnet)) {
		alkaid_note(vni, d);
		alkaid_decide_drop(d, ALKAID_DROP_UNKNOWN_VNI);
		return;
	}
	alkaid_decide_enter(d, subnet);
	alkaid_note(vni, d);

	if (likely(unicast))
		alkaid_arrival_unicast(d, ep);
	else if (!alkaid_arrival_asks(d))
		alkaid_decide_group_from_tunnel(d);
	if (unlikely(d->v->tell || d->v->action == ALKAID_DO_ECHO_REPLY))
		alkaid_arrival_back(d);
}
