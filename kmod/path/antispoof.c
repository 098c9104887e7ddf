// SPDX-License-Identifier: GPL-2.0
/* Whether a port may send from the source that a frame has. */
#include <linux/etherdevice.h>
#include <net/ndisc.h>

#include "../table/binding.h"
#include "decision.h"

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

/* The VM's first address and its MAC, which nearly all that it sends has. */
static bool alkaid_source_is_first(const struct alkaid_binding *binding,
				   const u8 *mac, const struct in6_addr *addr)
{
	return ipv6_addr_equal(&binding->sources[0].prefix.addr, addr) &&
	       ether_addr_equal(binding->mac, mac);
}

/* A host that has no address yet asks for one by DHCP (RFC 2131, 4.1). */
static bool alkaid_key_is_dhcp_request(const struct alkaid_key *key)
{
	return key->l3 == ALKAID_L3_IP4 && key->proto == IPPROTO_UDP &&
	       !alkaid_addr_v4(&key->saddr) &&
	       ipv4_is_lbcast(alkaid_addr_v4(&key->daddr)) &&
	       key->sport == htons(68) && key->dport == htons(67);
}

static bool alkaid_addr_is_link_local_of(const struct in6_addr *addr,
					 const u8 *mac)
{
	const struct in6_addr own = alkaid_addr_link_local(mac);

	return ipv6_addr_equal(addr, &own);
}

static bool alkaid_source_check_ip6(const struct alkaid_binding *binding,
				    const u8 *mac, const struct in6_addr *addr)
{
	return alkaid_addr_is_link_local_of(addr, mac) ||
	       alkaid_source_check(binding, mac, addr);
}

static enum alkaid_drop alkaid_antispoof_arp(const struct alkaid_binding *binding,
					     const struct alkaid_key *key)
{
	if (!ether_addr_equal(key->arp_sha, key->smac))
		return ALKAID_DROP_SPOOFED_ARP;
	/* A probe has no sender address (RFC 5227, 2.1.1). */
	if (!alkaid_addr_v4(&key->saddr) ||
	    alkaid_source_check(binding, key->smac, &key->saddr))
		return ALKAID_DROP_NONE;
	return ALKAID_DROP_SPOOFED_ARP;
}

/* Who sends, and for an advertisement also what it says, must be the port's. */
static enum alkaid_drop alkaid_antispoof_nd(const struct alkaid_binding *binding,
					    const struct alkaid_key *key)
{
	bool any = ipv6_addr_any(&key->saddr);

	if (key->nd_type == NDISC_ROUTER_ADVERTISEMENT ||
	    key->nd_type == NDISC_REDIRECT)
		return ALKAID_DROP_ND_ROUTER;
	if (key->nd_has_lladdr && !ether_addr_equal(key->nd_lladdr, key->smac))
		return ALKAID_DROP_SPOOFED_ND;
	/* An address under test does not send yet (RFC 4862, 5.4.2). */
	if (any ? key->nd_type == NDISC_NEIGHBOUR_ADVERTISEMENT :
		  !alkaid_source_check_ip6(binding, key->smac, &key->saddr))
		return ALKAID_DROP_SPOOFED_ND;
	if ((any && key->nd_type == NDISC_NEIGHBOUR_SOLICITATION) ||
	    key->nd_type == NDISC_NEIGHBOUR_ADVERTISEMENT)
		return alkaid_source_check_ip6(binding, key->smac,
					       &key->nd_target) ?
		       ALKAID_DROP_NONE : ALKAID_DROP_SPOOFED_ND;
	return ALKAID_DROP_NONE;
}

/**
 * alkaid_antispoof() - whether a port may send from the source of a frame
 * @binding: the port's
 * @key: of the frame
 *
 * Return: ALKAID_DROP_NONE, or why not.
 */
enum alkaid_drop alkaid_antispoof(const struct alkaid_binding *binding,
				  const struct alkaid_key *key)
{
	if (likely((key->l3 == ALKAID_L3_IP4 || key->l3 == ALKAID_L3_IP6) &&
		   !key->nd_type && binding->n_ips &&
		   alkaid_source_is_first(binding, key->smac, &key->saddr)))
		return ALKAID_DROP_NONE;
	if (!alkaid_source_mac_check(binding, key->smac))
		return ALKAID_DROP_SPOOFED_MAC;
	if (key->l3 == ALKAID_L3_ARP)
		return alkaid_antispoof_arp(binding, key);
	if (unlikely(key->nd_type))
		return alkaid_antispoof_nd(binding, key);
	if (likely(alkaid_source_check(binding, key->smac, &key->saddr)) ||
	    (key->l3 == ALKAID_L3_IP6 &&
	     alkaid_addr_is_link_local_of(&key->saddr, key->smac)) ||
	    alkaid_key_is_dhcp_request(key))
		return ALKAID_DROP_NONE;
	return ALKAID_DROP_SPOOFED_IP;
}
