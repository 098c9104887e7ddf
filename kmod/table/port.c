// SPDX-License-Identifier: GPL-2.0
/* Ports: netdevs behind which a VM is. */
#include <linux/slab.h>

#include "port.h"

/**
 * alkaid_port_create() - a port that is not bound
 * @ad: device
 * @dev: netdev; the caller attaches it
 *
 * Return: one reference, to be given back with alkaid_port_put(); or NULL.
 */
struct alkaid_port *alkaid_port_create(struct alkaid_dev *ad,
				       struct net_device *dev)
{
	struct alkaid_port *port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);

	if (!port)
		return NULL;
	port->counters = alkaid_counters_alloc();
	if (!port->counters) {
		kfree(port);
		return NULL;
	}
	INIT_LIST_HEAD(&port->list);
	port->dev = dev;
	port->ad = ad;
	port->refs = 1;
	if (dev)
		strscpy(port->name, dev->name, sizeof(port->name));
	return port;
}

/**
 * alkaid_port_hold() - take a reference
 * @t: tables, locked
 * @port: port
 */
void alkaid_port_hold(struct alkaid_tables *t, struct alkaid_port *port)
{
	lockdep_assert_held(&t->lock);
	port->refs++;
}

/**
 * alkaid_port_put() - give back a reference
 * @t: tables, locked
 * @port: port, which no frame can reach if this was the last
 */
void alkaid_port_put(struct alkaid_tables *t, struct alkaid_port *port)
{
	lockdep_assert_held(&t->lock);
	if (--port->refs)
		return;
	free_percpu(port->counters);
	kfree(port);
}
