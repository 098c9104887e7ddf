// SPDX-License-Identifier: GPL-2.0
/* The decision: from tables and key to a verdict. It sees no frame. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/udp.h>
#include <net/addrconf.h>

#include "../table/binding.h"
#include "../table/endpoint.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "decide.h"

static void alkaid_decide_drop(struct alkaid_verdict *v,
			       enum alkaid_drop reason)
{
	v->action = ALKAID_DO_DROP;
	v->reason = reason;
}

static enum alkaid_drop alkaid_decide_group(const struct alkaid_key *key)
{
	return is_broadcast_ether_addr(key->dmac) ? ALKAID_DROP_BROADCAST :
						    ALKAID_DROP_MULTICAST;
}

/* Whether the port may send with this MAC and this address. */
static bool alkaid_source_check(const struct alkaid_binding *binding,
				const u8 *mac, const struct in6_addr *addr)
{
	int i;

	for (i = 0; i < binding->n_sources; i++) {
		const struct alkaid_source *source = &binding->sources[i];

		if (alkaid_prefix_contains(&source->prefix, addr) &&
		    ether_addr_equal(source->mac, mac))
			return true;
	}
	return false;
}

static bool alkaid_source_mac_check(const struct alkaid_binding *binding,
				    const u8 *mac)
{
	int i;

	if (likely(ether_addr_equal(binding->mac, mac)))
		return true;
	for (i = binding->n_ips; i < binding->n_sources; i++)
		if (ether_addr_equal(binding->sources[i].mac, mac))
			return true;
	return false;
}

/* A host that has no address yet asks for one by DHCP (RFC 2131, 4.1). */
static bool alkaid_key_is_dhcp_request(const struct alkaid_key *key)
{
	return key->l3 == ALKAID_L3_IP4 && key->proto == IPPROTO_UDP &&
	       !alkaid_addr_v4(&key->saddr) &&
	       ipv4_is_lbcast(alkaid_addr_v4(&key->daddr)) &&
	       key->sport == htons(68) && key->dport == htons(67);
}

/* The link-local address that stateless configuration makes of a MAC. */
static bool alkaid_addr_is_link_local_of(const struct in6_addr *addr,
					 const u8 *mac)
{
	struct in6_addr own = { .s6_addr = { 0xfe, 0x80 } };

	addrconf_addr_eui48(own.s6_addr + 8, (const char *)mac);
	return ipv6_addr_equal(addr, &own);
}

static enum alkaid_drop alkaid_antispoof(const struct alkaid_binding *binding,
					 const struct alkaid_key *key)
{
	if (!alkaid_source_mac_check(binding, key->smac))
		return ALKAID_DROP_SPOOFED_MAC;

	switch (key->l3) {
	case ALKAID_L3_ARP:
		if (!ether_addr_equal(key->arp_sha, key->smac))
			return ALKAID_DROP_SPOOFED_ARP;
		/* A probe has no sender address (RFC 5227, 2.1.1). */
		if (!alkaid_addr_v4(&key->saddr) ||
		    alkaid_source_check(binding, key->smac, &key->saddr))
			return ALKAID_DROP_NONE;
		return ALKAID_DROP_SPOOFED_ARP;
	case ALKAID_L3_IP6:
		if (alkaid_addr_is_link_local_of(&key->saddr, key->smac))
			return ALKAID_DROP_NONE;
		fallthrough;
	default:
		if (likely(alkaid_source_check(binding, key->smac,
					       &key->saddr)) ||
		    alkaid_key_is_dhcp_request(key))
			return ALKAID_DROP_NONE;
		return ALKAID_DROP_SPOOFED_IP;
	}
}

static void alkaid_decide_arp_reply(struct alkaid_verdict *v, const u8 *mac)
{
	v->action = ALKAID_DO_ARP_REPLY;
	ether_addr_copy(v->mac, mac);
}

/*
 * A request for a gateway or a known endpoint is answered here, whomever it is
 * sent to: it reaches nobody else. Replies are for those they are sent to.
 */
static void alkaid_decide_arp_request(struct alkaid_tables *t,
				      const struct alkaid_key *key,
				      const struct alkaid_subnet *subnet,
				      u32 gen, struct alkaid_verdict *v)
{
	const struct alkaid_subnet_cfg *cfg = alkaid_subnet_config(subnet, gen);
	struct alkaid_endpoint *ep;

	if (alkaid_subnet_is_gateway(cfg, &key->daddr)) {
		alkaid_decide_arp_reply(v, cfg->gateway_mac);
		return;
	}
	ep = alkaid_endpoint_by_ip(t, subnet->vpc->id, &key->daddr, gen);
	if (!ep || ep->mac.vni != subnet->vni)
		alkaid_decide_drop(v, ALKAID_DROP_ARP_UNKNOWN);
	else if (alkaid_endpoint_port(ep) == key->port)
		alkaid_decide_drop(v, ALKAID_DROP_ARP_ANNOUNCEMENT);
	else
		alkaid_decide_arp_reply(v, ep->mac.addr);
}

/* By destination MAC, within the segment. */
static void alkaid_decide_bridged(struct alkaid_tables *t,
				  const struct alkaid_key *key,
				  const struct alkaid_subnet *subnet, u32 gen,
				  struct alkaid_verdict *v)
{
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_mac(t, subnet->vni, key->dmac, gen);
	if (unlikely(!ep)) {
		alkaid_decide_drop(v, ALKAID_DROP_MISS);
		return;
	}
	v->port = alkaid_endpoint_port(ep);
	if (!v->port) {
		v->action = ALKAID_DO_ENCAP;
		v->vtep = alkaid_endpoint_vtep(ep);
		v->vni = subnet->vni;
	} else if (likely(v->port != key->port)) {
		v->action = ALKAID_DO_DELIVER;
	} else {
		alkaid_decide_drop(v, ALKAID_DROP_HAIRPIN);
	}
}

/* A subnet without a gateway has no MAC for it, not one of zeros. */
static bool alkaid_decide_is_routed(const struct alkaid_key *key,
				    const struct alkaid_subnet_cfg *cfg)
{
	return cfg->n_gateway_ips &&
	       ether_addr_equal(key->dmac, cfg->gateway_mac);
}

static void alkaid_decide_from_port(struct alkaid_tables *t,
				    const struct alkaid_key *key, u32 gen,
				    struct alkaid_verdict *v)
{
	const struct alkaid_binding *binding;
	const struct alkaid_subnet *subnet;
	enum alkaid_drop reason;

	binding = alkaid_port_binding(key->port, gen);
	if (unlikely(!binding)) {
		alkaid_decide_drop(v, ALKAID_DROP_PORT_UNBOUND);
		return;
	}
	subnet = binding->subnet;
	v->vpc = subnet->vpc;

	if (binding->antispoof) {
		reason = alkaid_antispoof(binding, key);
		if (unlikely(reason)) {
			alkaid_decide_drop(v, reason);
			return;
		}
	}
	if (key->l3 == ALKAID_L3_ARP && key->arp_op == ARPOP_REQUEST)
		alkaid_decide_arp_request(t, key, subnet, gen, v);
	else if (is_multicast_ether_addr(key->dmac))
		alkaid_decide_drop(v, key->l3 == ALKAID_L3_ARP ?
				   ALKAID_DROP_ARP_OPERATION :
				   alkaid_decide_group(key));
	else if (alkaid_decide_is_routed(key, alkaid_subnet_config(subnet, gen)))
		alkaid_decide_drop(v, ALKAID_DROP_NO_ROUTE);
	else
		alkaid_decide_bridged(t, key, subnet, gen, v);
}

/*
 * A host that does not answer ARP by itself broadcasts it into the tunnel: the
 * request is handed to the one port it asks for, which answers. A sender that
 * is not known, or not by this MAC, would poison that port's table.
 */
static void alkaid_decide_arp_from_tunnel(struct alkaid_tables *t,
					  const struct alkaid_key *key,
					  const struct alkaid_subnet *subnet,
					  u32 gen, struct alkaid_verdict *v)
{
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_ip(t, subnet->vpc->id, &key->saddr, gen);
	if (!ep || !ether_addr_equal(ep->mac.addr, key->arp_sha)) {
		alkaid_decide_drop(v, ALKAID_DROP_TUNNEL_ARP_SENDER);
		return;
	}
	ep = alkaid_endpoint_by_ip(t, subnet->vpc->id, &key->daddr, gen);
	if (!ep || ep->mac.vni != key->vni || !alkaid_endpoint_port(ep)) {
		alkaid_decide_drop(v, ALKAID_DROP_ARP_UNKNOWN);
		return;
	}
	v->action = ALKAID_DO_DELIVER;
	v->port = alkaid_endpoint_port(ep);
}

static void alkaid_decide_from_tunnel(struct alkaid_tables *t,
				      const struct alkaid_key *key, u32 gen,
				      struct alkaid_verdict *v)
{
	const struct alkaid_subnet *subnet;
	struct alkaid_endpoint *ep;

	subnet = alkaid_subnet_lookup_vni(t, key->vni, gen);
	if (unlikely(!subnet)) {
		alkaid_decide_drop(v, ALKAID_DROP_UNKNOWN_VNI);
		return;
	}
	v->vpc = subnet->vpc;

	if (is_multicast_ether_addr(key->dmac)) {
		if (key->l3 == ALKAID_L3_ARP && key->arp_op == ARPOP_REQUEST)
			alkaid_decide_arp_from_tunnel(t, key, subnet, gen, v);
		else
			alkaid_decide_drop(v, alkaid_decide_group(key));
		return;
	}
	ep = alkaid_endpoint_by_mac(t, key->vni, key->dmac, gen);
	if (unlikely(!ep || !alkaid_endpoint_port(ep))) {
		alkaid_decide_drop(v, ALKAID_DROP_TUNNEL_NOT_LOCAL);
		return;
	}
	v->action = ALKAID_DO_DELIVER;
	v->port = alkaid_endpoint_port(ep);
}

/**
 * alkaid_decide() - from tables and key to a verdict
 * @t: tables
 * @key: of the frame
 * @v: the verdict
 *
 * Context: RCU read side, which must last until the verdict is carried out.
 */
void alkaid_decide(struct alkaid_tables *t, const struct alkaid_key *key,
		   struct alkaid_verdict *v)
{
	u32 gen = alkaid_tables_gen(t);

	memset(v, 0, sizeof(*v));
	if (key->port)
		alkaid_decide_from_port(t, key, gen, v);
	else
		alkaid_decide_from_tunnel(t, key, gen, v);
}
