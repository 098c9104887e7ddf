// SPDX-License-Identifier: GPL-2.0
/* The alkaid netdev: link operations, and the namespace's list of devices. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>
#include <net/udp_tunnel.h>
#include <uapi/if_alkaid.h>

#include "attach.h"
#include "compat.h"
#include "device.h"
#include "liveness.h"
#include "netlink/gateway.h"
#include "netlink/txn.h"
#include "path/oam.h"
#include "path/ingress.h"
#include "path/told.h"
#include "path/port.h"
#include "path/ra.h"
#include "path/tunnel.h"
#include "table/addr.h"
#include "table/binding.h"
#include "table/vtep.h"
#include "underlay.h"

#define ALKAID_VXLAN_PORT	4789
#define ALKAID_GENEVE_PORT	6081

/* Outer headers of either family, and the link's below them. */
#define ALKAID_HEADROOM		(LL_MAX_HEADER + ALKAID_OVERHEAD6 - ETH_HLEN)

/* What Alcor's hosts send with, unless they are told otherwise. */
static const u8 alkaid_dvr_mac[ETH_ALEN] = { 0xfe, 0x16, 0x11 };

/**
 * struct alkaid_net - the devices of a namespace
 * @devs: struct alkaid_dev; changed under RTNL, read under RCU
 */
struct alkaid_net {
	struct list_head devs;
};

static unsigned int alkaid_net_id;

static int __net_init alkaid_net_init(struct net *net)
{
	struct alkaid_net *an = net_generic(net, alkaid_net_id);

	INIT_LIST_HEAD(&an->devs);
	return 0;
}

static struct pernet_operations alkaid_net_ops = {
	.init = alkaid_net_init,
	.id = &alkaid_net_id,
	.size = sizeof(struct alkaid_net),
};

/**
 * alkaid_dev_next() - walk the devices of a namespace
 * @net: namespace
 * @ad: the one before, or NULL
 *
 * Context: RCU read side, or RTNL.
 * Return: NULL at the end.
 */
struct alkaid_dev *alkaid_dev_next(struct net *net, struct alkaid_dev *ad)
{
	struct alkaid_net *an = net_generic(net, alkaid_net_id);
	struct list_head *next;

	next = rcu_dereference_rtnl(list_next_rcu(ad ? &ad->list : &an->devs));
	return next == &an->devs ? NULL :
				   list_entry(next, struct alkaid_dev, list);
}

/**
 * alkaid_dev_get() - find a device
 * @net: namespace
 * @ifindex: its number, or 0 for the only one
 * @tracker: of the reference
 * @err: -ENODEV: no such device; -EINVAL: not an alkaid device;
 *	-ENOTUNIQ: there are several
 *
 * Return: with a reference to ad->dev, to be given back with netdev_put(); or
 * NULL.
 */
struct alkaid_dev *alkaid_dev_get(struct net *net, u32 ifindex,
				  netdevice_tracker *tracker, int *err)
{
	struct alkaid_dev *ad = NULL;
	struct net_device *dev;

	rcu_read_lock();
	*err = -ENODEV;
	if (ifindex) {
		dev = dev_get_by_index_rcu(net, ifindex);
		if (dev && alkaid_dev_is(dev))
			ad = netdev_priv(dev);
		else if (dev)
			*err = -EINVAL;
	} else {
		ad = alkaid_dev_next(net, NULL);
		if (ad && alkaid_dev_next(net, ad)) {
			*err = -ENOTUNIQ;
			ad = NULL;
		}
	}
	if (ad)
		netdev_hold(ad->dev, tracker, GFP_ATOMIC);
	rcu_read_unlock();
	return ad;
}

/**
 * alkaid_dev_sync() - bring what is beside the tables in line with them
 * @ad: device
 *
 * Which netdevs are ports, which sockets are open, which gateways are watched:
 * that cannot follow a commit's store in the same instant, and follows here.
 *
 * Context: RTNL, after a commit or an abort.
 */
void alkaid_dev_sync(struct alkaid_dev *ad)
{
	alkaid_attach_sync(ad);
	alkaid_oam_sync(ad);
	alkaid_liveness_sync(ad);
	alkaid_nl_gateway_sync(ad);
}

static int alkaid_dev_ndo_init(struct net_device *dev)
{
	struct alkaid_net *an = net_generic(dev_net(dev), alkaid_net_id);
	struct alkaid_dev *ad = netdev_priv(dev);
	int err = -ENOMEM;

	INIT_LIST_HEAD(&ad->oam_socks);
	INIT_LIST_HEAD(&ad->ingresses);
	ad->totals = alkaid_totals_alloc();
	if (!ad->totals)
		return err;
	atomic64_set(&ad->oam_seq, ktime_get_real_ns());
	ad->told = alkaid_told_alloc();
	if (!ad->told)
		goto err_totals;
	ad->self = alkaid_port_create(ad, dev);
	if (!ad->self)
		goto err_told;
	err = alkaid_tables_init(&ad->tables);
	if (err)
		goto err_self;
	ad->tables.txn.tell = alkaid_nl_committed;
	alkaid_watches_init(&ad->watches);
	alkaid_liveness_init(ad);
	/*
	 * The core allocates dev->tstats from pcpu_stat_type, for the encapsulated
	 * and the decapsulated frames.
	 */
	list_add_tail(&ad->self->list, &ad->tables.ports);
	list_add_tail_rcu(&ad->list, &an->devs);
	alkaid_ra_start(ad);
	return 0;

err_self:
	free_percpu(ad->self->counters);
	kfree(ad->self);
err_told:
	alkaid_told_free(ad->told);
err_totals:
	free_percpu(ad->totals);
	return err;
}

static void alkaid_dev_ndo_uninit(struct net_device *dev)
{
	struct alkaid_dev *ad = netdev_priv(dev);

	alkaid_ra_stop(ad);
	alkaid_liveness_stop(ad);
	alkaid_oam_close(ad);
	list_del_rcu(&ad->list);
	/* Requests that found the device before are refused from here on. */
	alkaid_tables_kill(&ad->tables);
	alkaid_detach_all(ad);
	mutex_lock(&ad->tables.lock);
	alkaid_port_forget(&ad->tables, ad->self);
	mutex_unlock(&ad->tables.lock);
	/* Frames that the host sent through the device are through. */
	synchronize_net();
	alkaid_watches_kill(&ad->watches);
	alkaid_tables_destroy(&ad->tables);
	mutex_lock(&ad->tables.lock);
	alkaid_port_put(&ad->tables, ad->self);
	mutex_unlock(&ad->tables.lock);
	alkaid_told_free(ad->told);
	free_percpu(ad->totals);
}

static int alkaid_dev_ndo_open(struct net_device *dev)
{
	struct alkaid_dev *ad = netdev_priv(dev);

	/* The underlay may have got its address only now. */
	alkaid_underlay_follow(ad);
	return alkaid_tunnel_open(ad);
}

static int alkaid_dev_ndo_stop(struct net_device *dev)
{
	alkaid_ingress_forget(netdev_priv(dev), NULL);
	alkaid_tunnel_close(netdev_priv(dev));
	return 0;
}

/* What is the underlay's is nobody's wish, and goes on following it. */
static int alkaid_dev_ndo_change_mtu(struct net_device *dev, int mtu)
{
	struct alkaid_dev *ad = netdev_priv(dev);

	ad->mtu_is_users = mtu != alkaid_underlay_mtu(ad);
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static int alkaid_dev_ndo_add_slave(struct net_device *dev,
				    struct net_device *slave,
				    struct netlink_ext_ack *extack)
{
	return alkaid_attach(netdev_priv(dev), slave, false, extack);
}

static int alkaid_dev_ndo_del_slave(struct net_device *dev,
				    struct net_device *slave)
{
	struct alkaid_port *port = alkaid_attached(netdev_priv(dev), slave);

	if (!port || slave == dev)
		return -EINVAL;
	alkaid_detach(port);
	return 0;
}

static const struct net_device_ops alkaid_netdev_ops = {
	.ndo_init		= alkaid_dev_ndo_init,
	.ndo_uninit		= alkaid_dev_ndo_uninit,
	.ndo_open		= alkaid_dev_ndo_open,
	.ndo_stop		= alkaid_dev_ndo_stop,
	.ndo_start_xmit		= alkaid_port_self_xmit,
	.ndo_add_slave		= alkaid_dev_ndo_add_slave,
	.ndo_del_slave		= alkaid_dev_ndo_del_slave,
	.ndo_get_stats64	= dev_get_tstats64,
	.ndo_change_mtu		= alkaid_dev_ndo_change_mtu,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

/**
 * alkaid_dev_is() - whether a netdev is an alkaid device
 * @dev: netdev
 */
bool alkaid_dev_is(const struct net_device *dev)
{
	return dev->netdev_ops == &alkaid_netdev_ops;
}

static void alkaid_dev_setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &alkaid_netdev_ops;
	dev->ethtool_ops = &alkaid_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |
			NETIF_F_GSO_SOFTWARE;
	dev->hw_features = dev->features;
	alkaid_compat_lltx(dev);
	/* Sockets, ports and tables belong to the namespace of the underlay. */
	alkaid_compat_netns_local(dev);
	dev->mtu = ETH_DATA_LEN - ALKAID_OVERHEAD4;
	dev->needed_headroom = ALKAID_HEADROOM;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	netif_carrier_off(dev);
}

static const struct nla_policy alkaid_dev_policy[IFLA_ALKAID_MAX + 1] = {
	[IFLA_ALKAID_LOCAL]	  = { .type = NLA_U32 },
	[IFLA_ALKAID_DSTPORT]	  = { .type = NLA_U16 },
	[IFLA_ALKAID_LOCAL6]	  = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[IFLA_ALKAID_GENEVE_PORT] = { .type = NLA_U16 },
	[IFLA_ALKAID_DVR_MAC]	  = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[IFLA_ALKAID_FRAGMENT]	  = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_ALKAID_ROLE]	  = { .type = NLA_U8 },
	[IFLA_ALKAID_RELAY_TIME]  = { .type = NLA_U32 },
	[IFLA_ALKAID_UNDERLAY]	  = NLA_POLICY_MAX(NLA_U8, ALKAID_UNDERLAY_STACK),
};

/* What can change while the device is there. */
static const bool alkaid_dev_changeable[IFLA_ALKAID_MAX + 1] = {
	[IFLA_ALKAID_FRAGMENT]	  = true,
	[IFLA_ALKAID_ROLE]	  = true,
	[IFLA_ALKAID_RELAY_TIME]  = true,
	[IFLA_ALKAID_UNDERLAY]	  = true,
};

static int alkaid_dev_refuse(struct netlink_ext_ack *extack,
			     const struct nlattr *attr, const char *text,
			     int err)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = text;
	return err;
}

static int alkaid_dev_validate_local(struct nlattr *data[],
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = data[IFLA_ALKAID_LOCAL];
	struct in6_addr addr;

	if (attr) {
		addr = alkaid_addr_from_v4(nla_get_be32(attr));
		if (!alkaid_addr_is_host(&addr))
			return alkaid_dev_refuse(extack, attr,
				"local must be a unicast address", -EINVAL);
	}
	attr = data[IFLA_ALKAID_LOCAL6];
	if (!attr)
		return 0;
	addr = nla_get_in6_addr(attr);
	if (alkaid_addr_is_v4(&addr) || !alkaid_addr_is_host(&addr) ||
	    ipv6_addr_type(&addr) & IPV6_ADDR_LINKLOCAL)
		return alkaid_dev_refuse(extack, attr,
			"local6 must be a unicast address of more than one link",
			-EINVAL);
	return 0;
}

static __be16 alkaid_dev_port(const struct nlattr *attr, u16 otherwise)
{
	return attr ? nla_get_be16(attr) : htons(otherwise);
}

static int alkaid_dev_validate_ports(struct nlattr *data[],
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *geneve = data[IFLA_ALKAID_GENEVE_PORT];
	const struct nlattr *vxlan = data[IFLA_ALKAID_DSTPORT];

	if (vxlan && !nla_get_be16(vxlan))
		return alkaid_dev_refuse(extack, vxlan,
					 "dstport must not be 0", -ERANGE);
	if (geneve && !nla_get_be16(geneve))
		return alkaid_dev_refuse(extack, geneve,
					 "geneve-port must not be 0", -ERANGE);
	if (alkaid_dev_port(vxlan, ALKAID_VXLAN_PORT) ==
	    alkaid_dev_port(geneve, ALKAID_GENEVE_PORT))
		return alkaid_dev_refuse(extack, geneve ?: vxlan,
			"dstport and geneve-port must differ", -EINVAL);
	return 0;
}

static int alkaid_dev_validate_role(struct nlattr *data[],
				    struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = data[IFLA_ALKAID_ROLE];

	if (attr && (!nla_get_u8(attr) ||
		     nla_get_u8(attr) & ~(ALKAID_ROLE_HOST | ALKAID_ROLE_GATEWAY)))
		return alkaid_dev_refuse(extack, attr,
			"role must be host, gateway or both", -EINVAL);
	attr = data[IFLA_ALKAID_RELAY_TIME];
	if (attr && nla_get_u32(attr) > ALKAID_RELAY_TIME_MAX)
		return alkaid_dev_refuse(extack, attr,
			"relay-time is 3600 seconds at most", -ERANGE);
	return 0;
}

static int alkaid_dev_validate(struct nlattr *tb[], struct nlattr *data[],
			       struct netlink_ext_ack *extack)
{
	const struct nlattr *mac;
	int err;

	mac = tb[IFLA_ADDRESS];
	if (mac && (nla_len(mac) != ETH_ALEN ||
		    !is_valid_ether_addr(nla_data(mac))))
		return alkaid_dev_refuse(extack, mac,
			"address must be a unicast MAC", -EADDRNOTAVAIL);
	if (!data) {
		NL_SET_ERR_MSG(extack, "local underlay address is required");
		return -EINVAL;
	}
	mac = data[IFLA_ALKAID_DVR_MAC];
	if (mac && !is_valid_ether_addr(nla_data(mac)))
		return alkaid_dev_refuse(extack, mac,
			"dvr-mac must be a unicast MAC", -EADDRNOTAVAIL);
	err = alkaid_dev_validate_local(data, extack);
	if (!err)
		err = alkaid_dev_validate_role(data, extack);
	return err ?: alkaid_dev_validate_ports(data, extack);
}

/* What frames read while it changes. */
static void alkaid_dev_change(struct alkaid_dev *ad, struct nlattr *data[])
{
	struct alkaid_tables *t = &ad->tables;

	if (data[IFLA_ALKAID_FRAGMENT])
		WRITE_ONCE(t->fragment, nla_get_u8(data[IFLA_ALKAID_FRAGMENT]));
	if (data[IFLA_ALKAID_ROLE])
		WRITE_ONCE(t->role, nla_get_u8(data[IFLA_ALKAID_ROLE]));
	if (data[IFLA_ALKAID_RELAY_TIME])
		WRITE_ONCE(t->relay_time,
			   nla_get_u32(data[IFLA_ALKAID_RELAY_TIME]));
	if (data[IFLA_ALKAID_UNDERLAY]) {
		WRITE_ONCE(ad->underlay,
			   nla_get_u8(data[IFLA_ALKAID_UNDERLAY]));
		if (ad->underlay != ALKAID_UNDERLAY_FAST)
			alkaid_ingress_forget(ad, NULL);
	}
}

static void alkaid_dev_configure(struct alkaid_dev *ad, struct nlattr *data[])
{
	int min, max;

	if (data[IFLA_ALKAID_LOCAL])
		ipv6_addr_set_v4mapped(nla_get_be32(data[IFLA_ALKAID_LOCAL]),
				       &ad->local);
	if (data[IFLA_ALKAID_LOCAL6])
		ad->local6 = nla_get_in6_addr(data[IFLA_ALKAID_LOCAL6]);
	ad->ports[ALKAID_ENCAP_VXLAN] =
		alkaid_dev_port(data[IFLA_ALKAID_DSTPORT], ALKAID_VXLAN_PORT);
	ad->ports[ALKAID_ENCAP_GENEVE] =
		alkaid_dev_port(data[IFLA_ALKAID_GENEVE_PORT],
				ALKAID_GENEVE_PORT);
	ether_addr_copy(ad->tables.dvr_mac, data[IFLA_ALKAID_DVR_MAC] ?
			nla_data(data[IFLA_ALKAID_DVR_MAC]) : alkaid_dvr_mac);
	inet_get_local_port_range(ad->net, &min, &max);
	ad->sport_min = min;
	ad->sport_max = max;
}

static int alkaid_dev_newlink(struct net *src_net, struct net_device *dev,
			      struct nlattr *tb[], struct nlattr *data[],
			      struct netlink_ext_ack *extack)
{
	struct alkaid_dev *ad = netdev_priv(dev);
	int err;

	if (!net_eq(src_net, dev_net(dev))) {
		NL_SET_ERR_MSG(extack,
			       "create it in the namespace of its underlay");
		return -EINVAL;
	}
	if (!data[IFLA_ALKAID_LOCAL] && !data[IFLA_ALKAID_LOCAL6]) {
		NL_SET_ERR_MSG(extack, "local underlay address is required");
		return -EINVAL;
	}
	ad->dev = dev;
	ad->net = dev_net(dev);
	alkaid_dev_configure(ad, data);
	ad->mtu_is_users = tb[IFLA_MTU];
	if (!ad->mtu_is_users)
		dev->mtu = alkaid_underlay_mtu(ad);
	err = register_netdevice(dev);
	/* Its tables came with it. */
	if (!err)
		alkaid_dev_change(ad, data);
	return err;
}

static int alkaid_dev_changelink(struct net_device *dev, struct nlattr *tb[],
				 struct nlattr *data[],
				 struct netlink_ext_ack *extack)
{
	struct alkaid_dev *ad = netdev_priv(dev);
	int i;

	for (i = IFLA_ALKAID_UNSPEC + 1; i <= IFLA_ALKAID_MAX; i++)
		if (data[i] && !alkaid_dev_changeable[i])
			return alkaid_dev_refuse(extack, data[i],
				"only fragment, role, relay-time, underlay can change",
				-EOPNOTSUPP);
	alkaid_dev_change(ad, data);
	/* A gateway answers hosts that watch it. */
	if (data[IFLA_ALKAID_ROLE])
		alkaid_liveness_sync(ad);
	return 0;
}

static size_t alkaid_dev_get_size(const struct net_device *dev)
{
	return nla_total_size(sizeof(__be32)) +	/* IFLA_ALKAID_LOCAL */
	       nla_total_size(sizeof(__be16)) +	/* IFLA_ALKAID_DSTPORT */
	       nla_total_size(sizeof(struct in6_addr)) + /* IFLA_ALKAID_LOCAL6 */
	       nla_total_size(sizeof(__be16)) +	/* IFLA_ALKAID_GENEVE_PORT */
	       nla_total_size(ETH_ALEN) +	/* IFLA_ALKAID_DVR_MAC */
	       nla_total_size(sizeof(u8)) +	/* IFLA_ALKAID_FRAGMENT */
	       nla_total_size(sizeof(u8)) +	/* IFLA_ALKAID_ROLE */
	       nla_total_size(sizeof(u32)) +	/* IFLA_ALKAID_RELAY_TIME */
	       nla_total_size(sizeof(u8));	/* IFLA_ALKAID_UNDERLAY */
}

static int alkaid_dev_fill_info(struct sk_buff *skb,
				const struct net_device *dev)
{
	const struct alkaid_dev *ad = netdev_priv(dev);

	if (!ipv6_addr_any(&ad->local) &&
	    nla_put_be32(skb, IFLA_ALKAID_LOCAL, alkaid_addr_v4(&ad->local)))
		return -EMSGSIZE;
	if (!ipv6_addr_any(&ad->local6) &&
	    nla_put_in6_addr(skb, IFLA_ALKAID_LOCAL6, &ad->local6))
		return -EMSGSIZE;
	if (nla_put_be16(skb, IFLA_ALKAID_DSTPORT,
			 ad->ports[ALKAID_ENCAP_VXLAN]) ||
	    nla_put_be16(skb, IFLA_ALKAID_GENEVE_PORT,
			 ad->ports[ALKAID_ENCAP_GENEVE]) ||
	    nla_put(skb, IFLA_ALKAID_DVR_MAC, ETH_ALEN, ad->tables.dvr_mac) ||
	    nla_put_u8(skb, IFLA_ALKAID_FRAGMENT, ad->tables.fragment) ||
	    nla_put_u8(skb, IFLA_ALKAID_ROLE, ad->tables.role) ||
	    nla_put_u32(skb, IFLA_ALKAID_RELAY_TIME, ad->tables.relay_time) ||
	    nla_put_u8(skb, IFLA_ALKAID_UNDERLAY, ad->underlay))
		return -EMSGSIZE;
	return 0;
}

static struct rtnl_link_ops alkaid_link_ops __read_mostly = {
	.kind		= "alkaid",
	.maxtype	= IFLA_ALKAID_MAX,
	.policy		= alkaid_dev_policy,
	.priv_size	= sizeof(struct alkaid_dev),
	.setup		= alkaid_dev_setup,
	.validate	= alkaid_dev_validate,
	.newlink	= alkaid_dev_newlink,
	.changelink	= alkaid_dev_changelink,
	.get_size	= alkaid_dev_get_size,
	.fill_info	= alkaid_dev_fill_info,
};

/**
 * alkaid_dev_init() - offer the link type
 *
 * Return: 0 or a negative errno.
 */
int alkaid_dev_init(void)
{
	int err;

	err = register_pernet_device(&alkaid_net_ops);
	if (err)
		return err;
	err = alkaid_underlay_init();
	if (err)
		goto err_pernet;
	err = rtnl_link_register(&alkaid_link_ops);
	if (err)
		goto err_underlay;
	return 0;

err_underlay:
	alkaid_underlay_exit();
err_pernet:
	unregister_pernet_device(&alkaid_net_ops);
	return err;
}

/**
 * alkaid_dev_exit() - delete every device, and withdraw the link type
 */
void alkaid_dev_exit(void)
{
	rtnl_link_unregister(&alkaid_link_ops);
	alkaid_underlay_exit();
	unregister_pernet_device(&alkaid_net_ops);
}

MODULE_ALIAS_RTNL_LINK("alkaid");
