// SPDX-License-Identifier: GPL-2.0
/* What carries the tunnel, as far as the device depends on it. */
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>

#include "device.h"
#include "path/ingress.h"
#include "path/tunnel.h"
#include "table/addr.h"
#include "table/vtep.h"
#include "underlay.h"

/*
 * MTU of the netdev that has an underlay address. The loopback device may have
 * it, and says nothing of the way.
 */
static u32 alkaid_underlay_mtu_of(const struct net_device *dev)
{
	return dev && !(dev->flags & IFF_LOOPBACK) ? READ_ONCE(dev->mtu) :
						     ETH_DATA_LEN;
}

/**
 * alkaid_underlay_mtu() - what fits through the tunnel
 * @ad: device
 *
 * Paths to some hosts may be narrower; that is found out as they are used.
 *
 * Context: RTNL.
 * Return: bytes of the biggest datagram.
 */
u32 alkaid_underlay_mtu(const struct alkaid_dev *ad)
{
	u32 mtu = IP_MAX_MTU;
	struct net_device *dev;

	rcu_read_lock();
	if (!ipv6_addr_any(&ad->local)) {
		dev = __ip_dev_find(ad->net, alkaid_addr_v4(&ad->local), false);
		mtu = min(mtu, alkaid_underlay_mtu_of(dev) - ALKAID_OVERHEAD4);
	}
	if (!ipv6_addr_any(&ad->local6)) {
		dev = ipv6_dev_find(ad->net, &ad->local6, NULL);
		mtu = min(mtu, alkaid_underlay_mtu_of(dev) - ALKAID_OVERHEAD6);
	}
	rcu_read_unlock();
	/* An underlay narrower than the overhead gives a huge number. */
	return mtu > ETH_MAX_MTU ? ETH_MIN_MTU : max_t(u32, mtu, ETH_MIN_MTU);
}

/**
 * alkaid_underlay_follow() - give a device the MTU that fits, unless the user
 *	gave it one
 * @ad: device
 *
 * Context: RTNL.
 */
void alkaid_underlay_follow(struct alkaid_dev *ad)
{
	u32 mtu;

	ASSERT_RTNL();
	if (ad->mtu_is_users)
		return;
	mtu = alkaid_underlay_mtu(ad);
	if (mtu != ad->dev->mtu)
		dev_set_mtu(ad->dev, mtu);
}

static void alkaid_underlay_changed(struct alkaid_dev *ad)
{
	alkaid_underlay_follow(ad);
	alkaid_vtep_forget_mtus(&ad->tables);
}

static int alkaid_underlay_event(struct notifier_block *nb,
				 unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct net *net = dev_net(dev);
	struct alkaid_dev *ad = NULL;

	if (alkaid_dev_is(dev))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UP:
	case NETDEV_CHANGEMTU:
		while ((ad = alkaid_dev_next(net, ad)))
			alkaid_underlay_changed(ad);
		break;
	case NETDEV_UNREGISTER:
		while ((ad = alkaid_dev_next(net, ad)))
			alkaid_ingress_forget(ad, dev);
		break;
	case NETDEV_UDP_TUNNEL_PUSH_INFO:
	case NETDEV_UDP_TUNNEL_DROP_INFO:
		while ((ad = alkaid_dev_next(net, ad)))
			alkaid_tunnel_offer(ad, dev, event ==
					    NETDEV_UDP_TUNNEL_PUSH_INFO);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block alkaid_underlay_notifier = {
	.notifier_call = alkaid_underlay_event,
};

/**
 * alkaid_underlay_init() - watch netdevs change
 *
 * Return: 0 or a negative errno.
 */
int alkaid_underlay_init(void)
{
	return register_netdevice_notifier(&alkaid_underlay_notifier);
}

/**
 * alkaid_underlay_exit() - stop watching
 */
void alkaid_underlay_exit(void)
{
	unregister_netdevice_notifier(&alkaid_underlay_notifier);
	alkaid_ingress_exit();
}
