// SPDX-License-Identifier: GPL-2.0
/* The decision: from tables and key to a verdict. It sees no frame. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <net/ndisc.h>

#include "../table/binding.h"
#include "../table/endpoint.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "clear.h"
#include "decide.h"
#include "decision.h"

static void alkaid_decide_too_big(struct alkaid_decision *d, u32 mtu)
{
	const struct alkaid_key *key = d->key;

	if (!key->port && d->v->port) {
		alkaid_decide_drop(d, ALKAID_DROP_PORT_MTU);
	} else if (alkaid_may_fragment(d->t, key)) {
		d->v->fragment = mtu;
	} else {
		alkaid_decide_refuse(d, ALKAID_DROP_TOO_BIG,
				     ALKAID_TELL_TOO_BIG);
		d->v->mtu = mtu;
	}
}

static void alkaid_decide_fit(struct alkaid_decision *d, u32 mtu)
{
	alkaid_note(mtu, d, mtu);
	if (unlikely(d->key->len > mtu))
		alkaid_decide_too_big(d, mtu);
}

/**
 * alkaid_decide_tunnel() - a frame goes into the tunnel
 * @d: decision
 * @vtep: where to
 * @vni: in this segment
 * @encap: in this format
 */
void alkaid_decide_tunnel(struct alkaid_decision *d, struct alkaid_vtep *vtep,
			  u32 vni, u8 encap)
{
	struct alkaid_verdict *v = d->v;
	u32 mtu;

	v->action = ALKAID_DO_ENCAP;
	v->vtep = vtep;
	v->vni = vni;
	v->encap = encap;
	/* The first frame to a VTEP finds out, in alkaid_tunnel_xmit(). */
	mtu = READ_ONCE(v->vtep->mtu);
	if (likely(mtu))
		alkaid_decide_fit(d, alkaid_vtep_fits(v->vtep, mtu,
						      d->key->l3 ==
						      ALKAID_L3_IP6));
}

static void alkaid_decide_encap(struct alkaid_decision *d,
				const struct alkaid_endpoint *ep)
{
	u8 encap = likely(ep->subnet == d->v->subnet) ?
		   d->v->cfg->encap :
		   alkaid_subnet_config(ep->subnet, d->gen)->encap;

	if (unlikely(!d->key->port) && !alkaid_decide_relay(d, ep))
		return;
	alkaid_decide_tunnel(d, alkaid_endpoint_vtep(ep), ep->subnet->vni, encap);
}

/**
 * alkaid_decide_forward() - a frame goes to an endpoint
 * @d: decision
 * @ep: endpoint
 */
void alkaid_decide_forward(struct alkaid_decision *d,
			   const struct alkaid_endpoint *ep)
{
	struct alkaid_verdict *v = d->v;

	v->port = alkaid_endpoint_port(ep);
	if (!v->port) {
		alkaid_decide_encap(d, ep);
	} else if (unlikely(v->port == d->key->port)) {
		alkaid_decide_drop(d, ALKAID_DROP_HAIRPIN);
	} else if (unlikely(!alkaid_port_is_up(v->port))) {
		alkaid_decide_drop(d, ALKAID_DROP_PORT_DOWN);
	} else {
		v->action = ALKAID_DO_DELIVER;
		alkaid_decide_fit(d, READ_ONCE(v->port->dev->mtu));
	}
}

/* By destination MAC, within the segment. */
static void alkaid_decide_bridged(struct alkaid_decision *d)
{
	u32 vni = d->v->subnet->vni;
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_mac(d->t, vni, d->key->dmac, d->gen);
	alkaid_note(mac, d, d->key->dmac, vni, ep);
	if (likely(ep))
		alkaid_decide_forward(d, ep);
	else
		alkaid_decide_miss(d, ALKAID_DROP_MISS, ALKAID_TELL_NOTHING);
}

/**
 * alkaid_key_is_announcement() - whether a frame says whose an address is
 * @key: of a frame to many
 *
 * That an address has moved to another MAC is news for the whole segment, and
 * no table knows it: announcements (RFC 5944, 4.6; RFC 4861, 7.2.6) are passed
 * on although other broadcast is not.
 */
bool alkaid_key_is_announcement(const struct alkaid_key *key)
{
	if (key->l3 == ALKAID_L3_ARP)
		return ipv6_addr_equal(&key->saddr, &key->daddr);
	return key->nd_type == NDISC_NEIGHBOUR_ADVERTISEMENT;
}

/**
 * alkaid_decide_group() - a frame is for many
 * @d: decision
 *
 * The verdict's reason is that of a drop if it reaches nobody.
 */
void alkaid_decide_group(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;

	if (key->l3 == ALKAID_L3_ARP)
		alkaid_decide_drop(d, ALKAID_DROP_ARP_OPERATION);
	else if (is_broadcast_ether_addr(key->dmac))
		alkaid_decide_drop(d, ALKAID_DROP_BROADCAST);
	else
		alkaid_decide_drop(d, ALKAID_DROP_MULTICAST);
	if (d->v->cfg->flood || alkaid_key_is_announcement(key))
		d->v->action = ALKAID_DO_FLOOD;
}

/**
 * alkaid_decide_enter() - a frame is of a subnet
 * @d: decision
 * @subnet: subnet
 */
void alkaid_decide_enter(struct alkaid_decision *d,
			 const struct alkaid_subnet *subnet)
{
	d->v->subnet = subnet;
	d->v->cfg = alkaid_subnet_config(subnet, d->gen);
	d->v->vpc = subnet->vpc;
}

static void alkaid_decide_from_port(struct alkaid_decision *d)
{
	const struct alkaid_key *key = d->key;
	const struct alkaid_binding *binding;
	enum alkaid_drop reason;

	binding = alkaid_port_binding(key->port, d->gen);
	alkaid_note(port, d, binding);
	if (unlikely(!binding)) {
		alkaid_decide_drop(d, ALKAID_DROP_PORT_UNBOUND);
		return;
	}
	alkaid_decide_enter(d, binding->subnet);

	if (binding->antispoof) {
		reason = alkaid_antispoof(binding, key);
		alkaid_note(antispoof, d, !reason);
		if (unlikely(reason)) {
			alkaid_decide_drop(d, reason);
			return;
		}
	}
	if (key->l3 == ALKAID_L3_ARP && key->arp_op == ARPOP_REQUEST)
		alkaid_decide_arp_request(d);
	else if (key->nd_type == NDISC_NEIGHBOUR_SOLICITATION ||
		 key->nd_type == NDISC_ROUTER_SOLICITATION)
		alkaid_decide_solicitation(d);
	else if (is_multicast_ether_addr(key->dmac))
		alkaid_decide_group(d);
	else if (alkaid_decide_is_routed(d))
		alkaid_decide_routed(d);
	else
		alkaid_decide_bridged(d);
}

/**
 * alkaid_decide() - from tables and key to a verdict
 * @t: tables
 * @key: of the frame
 * @v: the verdict
 * @steps: where to note the steps, or NULL
 *
 * Context: RCU read side, which must last until the verdict is carried out.
 */
void alkaid_decide(struct alkaid_tables *t, const struct alkaid_key *key,
		   struct alkaid_verdict *v, struct alkaid_steps *steps)
{
	struct alkaid_decision d = {
		.t = t,
		.key = key,
		.v = v,
		.steps = steps,
		.gen = alkaid_tables_gen(t),
	};

	alkaid_clear_from(v, action);
	v->gen = d.gen;
	if (key->port)
		alkaid_decide_from_port(&d);
	else
		alkaid_decide_from_tunnel(&d);
}
