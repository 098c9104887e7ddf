// SPDX-License-Identifier: GPL-2.0
/* The decision about ARP requests and solicitations: who answers what. */
#include <linux/etherdevice.h>
#include <net/ndisc.h>

#include "../table/binding.h"
#include "../table/endpoint.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "decision.h"

/* Who asks has the address itself. */
static bool alkaid_answer_is_own(const struct alkaid_decision *d,
				 const struct alkaid_endpoint *ep)
{
	const struct alkaid_key *key = d->key;

	return key->port ? alkaid_endpoint_port(ep) == key->port :
			   ether_addr_equal(ep->mac, key->smac);
}

/* What has the address; a link-local address says the MAC itself. */
static struct alkaid_endpoint *alkaid_answer_target(struct alkaid_decision *d,
						    const struct in6_addr *addr)
{
	struct alkaid_endpoint *ep;
	struct in6_addr own;
	u8 mac[ETH_ALEN];

	if (!alkaid_addr_is_v4(addr) &&
	    ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL) {
		memcpy(mac, addr->s6_addr + 8, 3);
		memcpy(mac + 3, addr->s6_addr + 13, 3);
		mac[0] ^= 2;
		own = alkaid_addr_link_local(mac);
		if (!ipv6_addr_equal(addr, &own))
			return NULL;
		ep = alkaid_endpoint_by_mac(d->t, d->v->subnet->vni, mac,
					    d->gen);
		alkaid_note(mac, d, mac, d->v->subnet->vni, ep);
		return ep;
	}
	ep = alkaid_endpoint_by_ip(d->t, d->v->vpc->id, addr, d->gen);
	alkaid_note(ip, d, addr, ALKAID_STEP_IP, ep);
	return ep && ep->subnet->vni == d->v->subnet->vni ? ep : NULL;
}

static void alkaid_answer_with(struct alkaid_decision *d,
			       enum alkaid_action action, const u8 *mac)
{
	d->v->action = action;
	ether_addr_copy(d->v->smac, mac);
}

/* A link-local address is of the segment; no gateway knows whose it is. */
static bool alkaid_answer_is_link_local(const struct alkaid_key *key)
{
	return key->nd_type == NDISC_NEIGHBOUR_SOLICITATION &&
	       ipv6_addr_type(&key->nd_target) & IPV6_ADDR_LINKLOCAL;
}

/*
 * Who is in no table may be there all the same, as an allowed pair is; or the
 * VPC's gateway knows it.
 */
static void alkaid_answer_nothing(struct alkaid_decision *d,
				  enum alkaid_drop reason)
{
	if (d->key->port && !alkaid_answer_is_link_local(d->key))
		alkaid_decide_miss(d, reason, ALKAID_TELL_NOTHING);
	else
		alkaid_decide_drop(d, reason);
	if (d->v->action == ALKAID_DO_DROP && d->v->cfg->flood &&
	    is_multicast_ether_addr(d->key->dmac))
		d->v->action = ALKAID_DO_FLOOD;
}

/* To everybody; sent to one MAC, it is no news for the whole segment. */
static void alkaid_answer_announcement(struct alkaid_decision *d)
{
	alkaid_decide_drop(d, ALKAID_DROP_ARP_ANNOUNCEMENT);
	if (is_multicast_ether_addr(d->key->dmac))
		d->v->action = ALKAID_DO_FLOOD;
}

/**
 * alkaid_decide_arp_request() - an ARP request is to be answered
 * @d: decision
 *
 * A request for a gateway or a known endpoint is answered here, whomever it is
 * sent to: it reaches nobody else.
 */
void alkaid_decide_arp_request(struct alkaid_decision *d)
{
	const struct in6_addr *target = &d->key->daddr;
	const struct alkaid_subnet_cfg *cfg = d->v->cfg;
	struct alkaid_endpoint *ep;
	bool gateway;

	if (ipv6_addr_equal(&d->key->saddr, target)) {
		alkaid_answer_announcement(d);
		return;
	}
	gateway = alkaid_subnet_is_gateway(cfg, target);
	alkaid_note(gateway, d, target, gateway);
	if (gateway) {
		alkaid_answer_with(d, ALKAID_DO_ARP_REPLY, cfg->gateway_mac);
		return;
	}
	ep = alkaid_answer_target(d, target);
	if (!ep)
		alkaid_answer_nothing(d, ALKAID_DROP_ARP_UNKNOWN);
	else if (alkaid_answer_is_own(d, ep))
		alkaid_decide_drop(d, ALKAID_DROP_ARP_ANNOUNCEMENT);
	else
		alkaid_answer_with(d, ALKAID_DO_ARP_REPLY, ep->mac);
}

static void alkaid_answer_neighbor(struct alkaid_decision *d)
{
	const struct in6_addr *target = &d->key->nd_target;
	const struct alkaid_subnet_cfg *cfg = d->v->cfg;
	struct alkaid_endpoint *ep;
	bool gateway;

	gateway = alkaid_subnet_is_router(cfg, target);
	alkaid_note(gateway, d, target, gateway);
	if (gateway) {
		d->v->from_router = true;
		alkaid_answer_with(d, ALKAID_DO_ND_REPLY, cfg->gateway_mac);
		return;
	}
	ep = alkaid_answer_target(d, target);
	if (!ep)
		alkaid_answer_nothing(d, ALKAID_DROP_ND_UNKNOWN);
	else if (alkaid_answer_is_own(d, ep))
		alkaid_decide_drop(d, ALKAID_DROP_ND_ANNOUNCEMENT);
	else
		alkaid_answer_with(d, ALKAID_DO_ND_REPLY, ep->mac);
}

/**
 * alkaid_decide_solicitation() - a neighbor or router solicitation is to be
 *	answered
 * @d: decision
 *
 * RFC 4861, 7.2.4 and 6.2.6.
 */
void alkaid_decide_solicitation(struct alkaid_decision *d)
{
	if (d->key->nd_type == NDISC_NEIGHBOUR_SOLICITATION)
		alkaid_answer_neighbor(d);
	else if (alkaid_subnet_has_router(d->v->cfg))
		alkaid_answer_with(d, ALKAID_DO_RA_REPLY,
				   d->v->cfg->gateway_mac);
	else
		alkaid_decide_drop(d, ALKAID_DROP_ND_NO_ROUTER);
}

/* To the one port that has the target, which answers by itself. */
static void alkaid_answer_by_port(struct alkaid_decision *d,
				  const struct in6_addr *target,
				  enum alkaid_drop unknown)
{
	struct alkaid_endpoint *ep = alkaid_answer_target(d, target);

	if (!ep)
		alkaid_answer_nothing(d, unknown);
	else if (!alkaid_endpoint_port(ep))
		alkaid_decide_drop(d, unknown);
	else
		alkaid_decide_forward(d, ep);
}

/**
 * alkaid_decide_arp_from_tunnel() - an ARP request came from the tunnel
 * @d: decision
 *
 * A host that does not answer ARP by itself broadcasts it into the tunnel. A
 * sender that is not known, or not by this MAC, would poison the table of the
 * port that is asked; so would one that announces the gateway's address.
 */
void alkaid_decide_arp_from_tunnel(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	struct alkaid_endpoint *ep;

	/* An allowed pair has no endpoint of its own, but its port has this MAC. */
	if (ipv6_addr_equal(&key->saddr, &key->daddr)) {
		ep = alkaid_endpoint_by_mac(d->t, key->vni, key->arp_sha,
					    d->gen);
		alkaid_note(mac, d, key->arp_sha, key->vni, ep);
		if (ep)
			alkaid_decide_enter(d, ep->subnet);
		if (!ep || alkaid_subnet_is_gateway(d->v->cfg, &key->saddr)) {
			alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
			return;
		}
		alkaid_answer_announcement(d);
		return;
	}
	ep = alkaid_endpoint_by_ip(d->t, d->v->vpc->id, &key->saddr, d->gen);
	alkaid_note(ip, d, &key->saddr, ALKAID_STEP_IP, ep);
	if (!ep || !ether_addr_equal(ep->mac, key->arp_sha)) {
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
		return;
	}
	if (ep->subnet->vni == key->vni)
		alkaid_decide_enter(d, ep->subnet);
	alkaid_answer_by_port(d, &key->daddr, ALKAID_DROP_ARP_UNKNOWN);
}

/**
 * alkaid_decide_nd_from_tunnel() - a neighbor solicitation for many came from
 *	the tunnel
 * @d: decision
 *
 * As with ARP; and who tests an address (RFC 4862, 5.4) has none yet.
 */
void alkaid_decide_nd_from_tunnel(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	const u8 *mac = key->nd_has_lladdr ? key->nd_lladdr : key->smac;
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_mac(d->t, key->vni, mac, d->gen);
	alkaid_note(mac, d, mac, key->vni, ep);
	if (!ep) {
		alkaid_decide_drop(d, ALKAID_DROP_TUNNEL_ARP_SENDER);
		return;
	}
	alkaid_decide_enter(d, ep->subnet);
	alkaid_answer_by_port(d, &key->nd_target, ALKAID_DROP_ND_UNKNOWN);
}
