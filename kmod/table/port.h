/* SPDX-License-Identifier: GPL-2.0 */
/* Ports: netdevs behind which a VM is, and their bindings to a subnet. */
#ifndef _ALKAID_TABLE_PORT_H
#define _ALKAID_TABLE_PORT_H

#include <linux/netdevice.h>

#include "addr.h"
#include "counters.h"
#include "rev.h"
#include "tables.h"

struct alkaid_dev;
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
	struct alkaid_port *port;
	struct alkaid_subnet *subnet;
	u8 mac[ETH_ALEN];
	bool antispoof;
	u8 n_ips;
	u8 n_sources;
	struct alkaid_source sources[] __counted_by(n_sources);
};

/**
 * struct alkaid_port - an attached netdev
 * @dev: the netdev; the alkaid device itself may be one
 * @ad: whose port
 * @binding: newest revision of its binding, a struct alkaid_binding
 * @counters: of its frames
 * @name: of @dev, for messages
 * @tracker: of the reference to @dev
 * @list: in alkaid_tables.ports
 * @refs: the attachment's one, and those of bindings and endpoints
 * @auto_attached: attached because it was bound, and so released when unbound
 */
struct alkaid_port {
	/* Needed in the packet path. */
	struct net_device *dev;
	struct alkaid_dev *ad;
	struct alkaid_rev __rcu *binding;
	struct alkaid_counters __percpu *counters;

	/* Needed by writers. */
	char name[IFNAMSIZ];
	netdevice_tracker tracker;
	struct list_head list;
	u32 refs;
	bool auto_attached;
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

struct alkaid_port *alkaid_port_create(struct alkaid_dev *ad,
				       struct net_device *dev);
void alkaid_port_hold(struct alkaid_tables *t, struct alkaid_port *port);
void alkaid_port_put(struct alkaid_tables *t, struct alkaid_port *port);
int alkaid_port_bind(struct alkaid_tables *t, struct alkaid_port *port,
		     const struct alkaid_binding_cfg *cfg, enum alkaid_new mode,
		     struct netlink_ext_ack *extack);
int alkaid_port_unbind(struct alkaid_tables *t, struct alkaid_port *port,
		       struct netlink_ext_ack *extack);
void alkaid_port_forget(struct alkaid_tables *t, struct alkaid_port *port);

#endif /* _ALKAID_TABLE_PORT_H */
