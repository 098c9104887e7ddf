// SPDX-License-Identifier: GPL-2.0
/* Which netdevs have the short way in: those that datagrams came in by. */
#include <linux/if_arp.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <uapi/if_alkaid.h>

#include "../device.h"
#include "ingress.h"

static void alkaid_ingress_add(struct alkaid_dev *ad, struct net_device *dev)
{
	struct alkaid_ingress *in;

	in = kvzalloc(sizeof(*in), GFP_KERNEL);
	if (!in)
		return;
	in->ad = ad;
	in->dev = dev;
	in->ops = (struct nf_hook_ops) {
		.hook = alkaid_ingress_rcv,
		.priv = in,
		.dev = dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		/* Whoever filters there has seen what is taken. */
		.priority = INT_MAX,
	};
	if (nf_register_net_hook(ad->net, &in->ops)) {
		kvfree(in);
		return;
	}
	list_add_tail_rcu(&in->list, &ad->ingresses);
}

static struct alkaid_ingress *alkaid_ingress_find(struct alkaid_dev *ad,
						  const struct net_device *dev)
{
	struct alkaid_ingress *in;

	list_for_each_entry_rcu(in, &ad->ingresses, list,
				lockdep_rtnl_is_held())
		if (in->dev == dev)
			return in;
	return NULL;
}

/*
 * Where a frame has an Ethernet header, and an address of the host's own is no
 * reason to let it in.
 */
static bool alkaid_ingress_suits(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && !(dev->flags & IFF_LOOPBACK) &&
	       !netif_is_l3_master(dev) && !alkaid_dev_is(dev);
}

static void alkaid_ingress_serve(struct alkaid_dev *ad)
{
	struct net_device *dev;
	int ifindex;

	ifindex = xchg(&ad->ingress_wanted, 0);
	if (!ifindex || !netif_running(ad->dev) ||
	    ad->underlay != ALKAID_UNDERLAY_FAST)
		return;
	dev = __dev_get_by_index(ad->net, ifindex);
	if (dev && dev->reg_state == NETREG_REGISTERED &&
	    alkaid_ingress_suits(dev) && !alkaid_ingress_find(ad, dev))
		alkaid_ingress_add(ad, dev);
}

/* Hooks are set where one may sleep. */
static void alkaid_ingress_work(struct work_struct *work)
{
	struct alkaid_dev *ad = NULL;
	struct net *net;

	rtnl_lock();
	down_read(&net_rwsem);
	for_each_net(net)
		while ((ad = alkaid_dev_next(net, ad)))
			alkaid_ingress_serve(ad);
	up_read(&net_rwsem);
	rtnl_unlock();
}

static DECLARE_WORK(alkaid_ingress_worker, alkaid_ingress_work);

/**
 * alkaid_ingress_learn() - a datagram came through the stack
 * @ad: device that it is for
 * @skb: datagram, with the route that the stack has found for it
 *
 * Context: softirq, RCU read side.
 */
void alkaid_ingress_learn(struct alkaid_dev *ad, const struct sk_buff *skb)
{
	struct alkaid_ingress *in;

	if (READ_ONCE(ad->underlay) != ALKAID_UNDERLAY_FAST)
		return;
	in = alkaid_ingress_find(ad, skb->dev);
	if (likely(in)) {
		alkaid_ingress_learn_at(in, skb);
	} else if (alkaid_ingress_suits(skb->dev)) {
		WRITE_ONCE(ad->ingress_wanted, skb->dev->ifindex);
		schedule_work(&alkaid_ingress_worker);
	}
}

/**
 * alkaid_ingress_forget() - take the short way in away
 * @ad: device
 * @dev: netdev, or NULL for every one
 *
 * Context: RTNL. A frame may be under way in it for one more grace period.
 */
void alkaid_ingress_forget(struct alkaid_dev *ad, const struct net_device *dev)
{
	struct alkaid_ingress *in, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(in, next, &ad->ingresses, list) {
		if (dev && in->dev != dev)
			continue;
		list_del_rcu(&in->list);
		nf_unregister_net_hook(ad->net, &in->ops);
		kvfree_rcu(in, rcu);
	}
}

/**
 * alkaid_ingress_exit() - nobody asks for a hook any more
 */
void alkaid_ingress_exit(void)
{
	cancel_work_sync(&alkaid_ingress_worker);
}
