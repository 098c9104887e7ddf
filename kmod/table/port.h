/* SPDX-License-Identifier: GPL-2.0 */
/* Ports: netdevs behind which a VM is. */
#ifndef _ALKAID_TABLE_PORT_H
#define _ALKAID_TABLE_PORT_H

#include <linux/netdevice.h>

#include "../path/rate.h"
#include "counters.h"
#include "rev.h"
#include "tables.h"

struct alkaid_dev;

/**
 * struct alkaid_port - an attached netdev
 * @dev: the netdev; the alkaid device itself may be one
 * @ad: whose port
 * @binding: newest revision of its binding, a struct alkaid_binding
 * @counters: of its frames
 * @icmp_rate: of the ICMP errors that it is told
 * @announce_rate: of the announcements that it may make
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
	struct alkaid_rate icmp_rate;
	struct alkaid_rate announce_rate;

	/* Needed by writers. */
	char name[IFNAMSIZ];
	netdevice_tracker tracker;
	struct list_head list;
	u32 refs;
	bool auto_attached;
};

/* Whether its VM can be reached. */
static inline bool alkaid_port_is_up(const struct alkaid_port *port)
{
	return netif_running(port->dev) && netif_carrier_ok(port->dev);
}

struct alkaid_port *alkaid_port_create(struct alkaid_dev *ad,
				       struct net_device *dev);
void alkaid_port_hold(struct alkaid_tables *t, struct alkaid_port *port);
void alkaid_port_put(struct alkaid_tables *t, struct alkaid_port *port);

#endif /* _ALKAID_TABLE_PORT_H */
