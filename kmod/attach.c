// SPDX-License-Identifier: GPL-2.0
/* Attachment: which netdevs are ports of a device. */
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "attach.h"
#include "device.h"
#include "path/port.h"
#include "table/binding.h"

/**
 * alkaid_attached() - the port that a netdev is
 * @ad: device
 * @dev: netdev; the device itself is its own port
 *
 * Context: RTNL.
 * Return: NULL if it is not attached to @ad.
 */
struct alkaid_port *alkaid_attached(struct alkaid_dev *ad,
				    struct net_device *dev)
{
	struct alkaid_port *port;

	ASSERT_RTNL();
	if (dev == ad->dev)
		return ad->self;
	if (rtnl_dereference(dev->rx_handler) != alkaid_port_handle_frame)
		return NULL;
	port = rtnl_dereference(dev->rx_handler_data);
	return port->ad == ad ? port : NULL;
}

static int alkaid_attach_check(const struct net_device *dev,
			       struct netlink_ext_ack *extack)
{
	if (alkaid_dev_is(dev)) {
		NL_SET_ERR_MSG(extack, "an alkaid device cannot be a port");
		return -ELOOP;
	}
	if (dev->flags & IFF_LOOPBACK || dev->type != ARPHRD_ETHER) {
		NL_SET_ERR_MSG(extack, "a port must be an Ethernet netdev");
		return -EINVAL;
	}
	if (netdev_master_upper_dev_get((struct net_device *)dev)) {
		NL_SET_ERR_MSG(extack, "netdev has another master");
		return -EBUSY;
	}
	return 0;
}

/**
 * alkaid_attach() - make a netdev a port
 * @ad: device
 * @dev: netdev
 * @auto_attached: it is to be released again when it is unbound
 * @extack: reason of a refusal
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int alkaid_attach(struct alkaid_dev *ad, struct net_device *dev,
		  bool auto_attached, struct netlink_ext_ack *extack)
{
	struct alkaid_port *port;
	int err;

	ASSERT_RTNL();
	err = alkaid_attach_check(dev, extack);
	if (err)
		return err;
	port = alkaid_port_create(ad, dev);
	if (!port)
		return -ENOMEM;
	port->auto_attached = auto_attached;
	err = netdev_master_upper_dev_link(dev, ad->dev, NULL, NULL, extack);
	if (err)
		goto err_port;
	err = netdev_rx_handler_register(dev, alkaid_port_handle_frame, port);
	if (err) {
		NL_SET_ERR_MSG(extack, "netdev has another receive handler");
		goto err_link;
	}
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto err_handler;
	/* What it merged could not be sent on as it came. */
	dev_disable_lro(dev);
	/* A sender on this machine leaves room, and no frame need be moved. */
	netdev_set_rx_headroom(dev, ad->dev->needed_headroom);
	netdev_hold(dev, &port->tracker, GFP_KERNEL);
	mutex_lock(&ad->tables.lock);
	list_add_tail_rcu(&port->list, &ad->tables.ports);
	ad->tables.seq++;
	mutex_unlock(&ad->tables.lock);
	return 0;

err_handler:
	netdev_rx_handler_unregister(dev);
err_link:
	netdev_upper_dev_unlink(dev, ad->dev);
err_port:
	mutex_lock(&ad->tables.lock);
	alkaid_port_put(&ad->tables, port);
	mutex_unlock(&ad->tables.lock);
	return err;
}

/**
 * alkaid_detach() - release a port's netdev, and end its binding
 * @port: port; not the device itself
 *
 * Context: RTNL.
 */
void alkaid_detach(struct alkaid_port *port)
{
	struct alkaid_tables *t = &port->ad->tables;
	struct net_device *dev = port->dev;

	ASSERT_RTNL();
	mutex_lock(&t->lock);
	alkaid_port_forget(t, port);
	list_del_rcu(&port->list);
	t->seq++;
	mutex_unlock(&t->lock);

	netdev_reset_rx_headroom(dev);
	dev_set_promiscuity(dev, -1);
	/* It waits: frames that found the port by an endpoint are through too. */
	netdev_rx_handler_unregister(dev);
	netdev_upper_dev_unlink(dev, port->ad->dev);
	netdev_put(dev, &port->tracker);

	mutex_lock(&t->lock);
	alkaid_port_put(t, port);
	mutex_unlock(&t->lock);
}

/**
 * alkaid_detach_all() - release every port
 * @ad: device
 *
 * Context: RTNL.
 */
void alkaid_detach_all(struct alkaid_dev *ad)
{
	struct alkaid_port *port, *tmp;

	list_for_each_entry_safe(port, tmp, &ad->tables.ports, list)
		if (port != ad->self)
			alkaid_detach(port);
}

/* Bound now, or in an open transaction. */
static bool alkaid_port_is_bound(struct alkaid_tables *t,
				 const struct alkaid_port *port)
{
	bool bound;

	mutex_lock(&t->lock);
	bound = alkaid_port_binding(port, t->gen) ||
		alkaid_port_binding(port, alkaid_tables_next(t));
	mutex_unlock(&t->lock);
	return bound;
}

/**
 * alkaid_attach_sync() - let attachment follow what was committed or undone
 * @ad: device
 *
 * A netdev that only its binding attached is released with it. The device
 * itself has a carrier while it is bound: without one the host's stack does not
 * send its own chatter to a port that leads nowhere.
 *
 * Context: RTNL.
 */
void alkaid_attach_sync(struct alkaid_dev *ad)
{
	struct alkaid_port *port, *tmp;

	ASSERT_RTNL();
	list_for_each_entry_safe(port, tmp, &ad->tables.ports, list)
		if (port->auto_attached &&
		    !alkaid_port_is_bound(&ad->tables, port))
			alkaid_detach(port);

	if (alkaid_port_is_bound(&ad->tables, ad->self))
		netif_carrier_on(ad->dev);
	else
		netif_carrier_off(ad->dev);
}

static int alkaid_attach_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct alkaid_port *port;

	if (rcu_access_pointer(dev->rx_handler) != alkaid_port_handle_frame)
		return NOTIFY_DONE;
	port = rtnl_dereference(dev->rx_handler_data);
	switch (event) {
	case NETDEV_UNREGISTER:
		alkaid_detach(port);
		break;
	case NETDEV_CHANGENAME:
		mutex_lock(&port->ad->tables.lock);
		strscpy(port->name, dev->name, sizeof(port->name));
		mutex_unlock(&port->ad->tables.lock);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		/* It stays an Ethernet netdev while it is a port. */
		return NOTIFY_BAD;
	}
	return NOTIFY_DONE;
}

static struct notifier_block alkaid_attach_notifier = {
	.notifier_call = alkaid_attach_event,
};

/**
 * alkaid_attach_init() - watch netdevs go away
 *
 * Return: 0 or a negative errno.
 */
int alkaid_attach_init(void)
{
	return register_netdevice_notifier(&alkaid_attach_notifier);
}

/**
 * alkaid_attach_exit() - stop watching, when no port is left
 */
void alkaid_attach_exit(void)
{
	unregister_netdevice_notifier(&alkaid_attach_notifier);
}
