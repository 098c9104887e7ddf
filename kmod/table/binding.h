/* SPDX-License-Identifier: GPL-2.0 */
/* Bindings: what a port is in a subnet. */
#ifndef _ALKAID_TABLE_BINDING_H
#define _ALKAID_TABLE_BINDING_H

#include "addr.h"
#include "port.h"

struct alkaid_subnet;

/**
 * struct alkaid_source - a source that a port may use
 * @prefix: addresses
 * @mac: with this MAC
 */
struct alkaid_source {
	struct alkaid_prefix prefix;
	u8 mac[ETH_ALEN];
};

/**
 * struct alkaid_binding_cfg - what a port is to be
 * @subnet: id of its subnet
 * @mac: MAC of the VM
 * @antispoof: drop what has another source
 * @n_ips: how many addresses; these come first in @sources
 * @n_sources: addresses and allowed pairs
 * @sources: addresses, with full length and @mac, then allowed pairs
 */
struct alkaid_binding_cfg {
	u32 subnet;
	u8 mac[ETH_ALEN];
	bool antispoof;
	u8 n_ips;
	u8 n_sources;
	struct alkaid_source sources[2 * ALKAID_PORT_ADDRS_MAX];
};

/**
 * struct alkaid_binding - one revision of what a port is
 * @rev: generations
 * @subnet_node: in alkaid_subnet.bindings
 * @port: whose; a reference
 * @subnet: its subnet
 * @mac: see struct alkaid_binding_cfg, as all that follows
 * @antispoof: see there
 * @n_ips: see there
 * @n_sources: see there
 * @sources: see there
 */
struct alkaid_binding {
	struct alkaid_rev rev;
	struct hlist_node subnet_node;
	struct alkaid_port *port;
	struct alkaid_subnet *subnet;
	u8 mac[ETH_ALEN];
	bool antispoof;
	u8 n_ips;
	u8 n_sources;
	struct alkaid_source sources[] __counted_by(n_sources);
};

extern const struct alkaid_kind alkaid_binding_kind;

/**
 * alkaid_port_binding() - how a port is bound
 * @port: port
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if it is not.
 */
static inline struct alkaid_binding *
alkaid_port_binding(const struct alkaid_port *port, u32 gen)
{
	struct alkaid_rev *rev = alkaid_rev_visible(&port->binding, gen);

	return container_of(rev, struct alkaid_binding, rev);
}

int alkaid_port_bind(struct alkaid_tables *t, struct alkaid_port *port,
		     const struct alkaid_binding_cfg *cfg, enum alkaid_new mode,
		     struct netlink_ext_ack *extack);
int alkaid_port_unbind(struct alkaid_tables *t, struct alkaid_port *port,
		       struct netlink_ext_ack *extack);
void alkaid_port_forget(struct alkaid_tables *t, struct alkaid_port *port);

#endif /* _ALKAID_TABLE_BINDING_H */
