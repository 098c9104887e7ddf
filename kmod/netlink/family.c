// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family, and what its objects share. */
#include <linux/module.h>

#include "../compat.h"
#include "../device.h"
#include "../table/counters.h"
#include "family.h"

static const struct genl_multicast_group alkaid_nl_groups[] = {
	[ALKAID_NLGRP_CONFIG] = { .name = ALKAID_MCGRP_CONFIG, },
	[ALKAID_NLGRP_COMMIT] = { .name = ALKAID_MCGRP_COMMIT, },
};

struct genl_family alkaid_nl_family __ro_after_init = {
	.name		= ALKAID_GENL_NAME,
	.version	= ALKAID_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= alkaid_nl_ops,
	.n_ops		= ARRAY_SIZE(alkaid_nl_ops),
	.mcgrps		= alkaid_nl_groups,
	.n_mcgrps	= ARRAY_SIZE(alkaid_nl_groups),
	/*
	 * From this command on the core would refuse NLM_F_CREATE, _EXCL and
	 * _REPLACE, which say here what they say in rtnetlink.
	 */
	.resv_start_op	= __ALKAID_CMD_MAX,
};

/**
 * alkaid_nl_dev_get() - find the device that a request is for
 * @nd: result, to be given back with alkaid_nl_dev_put()
 * @net: namespace of the request
 * @ifindex: attribute, or NULL for the only device
 * @extack: reason of a refusal
 *
 * Return: 0, -ENODEV, -EINVAL or -ENOTUNIQ.
 */
int alkaid_nl_dev_get(struct alkaid_nl_dev *nd, struct net *net,
		      const struct nlattr *ifindex,
		      struct netlink_ext_ack *extack)
{
	int err;

	nd->ad = alkaid_dev_get(net, ifindex ? nla_get_u32(ifindex) : 0,
				&nd->tracker, &err);
	if (nd->ad)
		return 0;
	if (ifindex && err == -EINVAL)
		NL_SET_ERR_MSG_ATTR(extack, ifindex,
				    "netdev is not an alkaid device");
	else if (ifindex)
		NL_SET_ERR_MSG_ATTR(extack, ifindex, "no such netdev");
	else if (err == -ENOTUNIQ)
		NL_SET_ERR_MSG(extack,
			       "there are several alkaid devices: name one");
	else
		NL_SET_ERR_MSG(extack, "there is no alkaid device");
	return err;
}

/**
 * alkaid_nl_dev_put() - give back a device
 * @nd: from alkaid_nl_dev_get()
 */
void alkaid_nl_dev_put(struct alkaid_nl_dev *nd)
{
	netdev_put(nd->ad->dev, &nd->tracker);
}

/**
 * alkaid_nl_mode() - what a request to set an object may do
 * @info: request
 */
enum alkaid_new alkaid_nl_mode(const struct genl_info *info)
{
	if (!(info->nlhdr->nlmsg_flags & NLM_F_CREATE))
		return ALKAID_NEW_CHANGE;
	return info->nlhdr->nlmsg_flags & NLM_F_EXCL ? ALKAID_NEW_ADD :
						       ALKAID_NEW_REPLACE;
}

/**
 * alkaid_nl_lock() - hold the tables still
 * @ad: device
 * @extack: reason of a refusal
 *
 * Return: 0 with the tables locked, -ENODEV unlocked.
 */
int alkaid_nl_lock(struct alkaid_dev *ad, struct netlink_ext_ack *extack)
{
	mutex_lock(&ad->tables.lock);
	if (!ad->tables.dead)
		return 0;
	mutex_unlock(&ad->tables.lock);
	NL_SET_ERR_MSG(extack, "device is being deleted");
	return -ENODEV;
}

/**
 * alkaid_nl_change_dev() - carry out a request to change a device's tables
 * @info: request
 * @ad: device
 * @change: changes a table
 * @cfg: for @change
 *
 * Return: 0 or a negative errno, and nothing was changed.
 */
int alkaid_nl_change_dev(struct genl_info *info, struct alkaid_dev *ad,
			 alkaid_nl_change_t change, const void *cfg)
{
	u32 mark;
	int err;

	err = alkaid_txn_enter(&ad->tables, info->snd_portid, info->extack);
	if (err)
		return err;
	mark = alkaid_txn_mark(&ad->tables);
	err = change(ad, cfg, alkaid_nl_mode(info), info->extack);
	return alkaid_txn_leave(&ad->tables, mark, err);
}

/**
 * alkaid_nl_change() - find the device, and carry out a request to change it
 * @info: request
 * @change: changes a table
 * @cfg: for @change
 *
 * Return: 0 or a negative errno, and nothing was changed.
 */
int alkaid_nl_change(struct genl_info *info, alkaid_nl_change_t change,
		     const void *cfg)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_nl_change_dev(info, nd.ad, change, cfg);
	alkaid_nl_dev_put(&nd);
	return err;
}

/**
 * alkaid_nl_show() - answer a request for one object
 * @info: request
 * @find: finds the object
 * @fill: puts it
 * @cfg: for @find
 *
 * Return: 0, -ENOENT, or another negative errno.
 */
int alkaid_nl_show(struct genl_info *info, alkaid_nl_find_t find,
		   alkaid_nl_fill_t fill, const void *cfg)
{
	struct alkaid_nl_dev nd;
	const void *obj;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_nl_lock(nd.ad, info->extack);
	if (err)
		goto out;
	obj = find(nd.ad, cfg);
	if (obj) {
		err = alkaid_nl_reply(info, nd.ad, fill, obj);
	} else {
		NL_SET_ERR_MSG(info->extack, "no such object");
		err = -ENOENT;
	}
	mutex_unlock(&nd.ad->tables.lock);
out:
	alkaid_nl_dev_put(&nd);
	return err;
}

/**
 * alkaid_nl_dump() - find the device, and dump one kind of its objects
 * @skb: message
 * @cb: dump
 * @dump: dumps them
 *
 * The device is found anew for each message, so that a dump that is not read on
 * holds nothing.
 *
 * Return: what the dumpit handler is to return.
 */
int alkaid_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   alkaid_nl_dump_t dump)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, sock_net(cb->skb->sk),
				alkaid_compat_dump_attrs(cb)[ALKAID_NL_IFINDEX],
				cb->extack);
	if (err)
		return err;
	err = alkaid_nl_lock(nd.ad, cb->extack);
	if (!err) {
		err = dump(skb, cb, nd.ad);
		mutex_unlock(&nd.ad->tables.lock);
	}
	alkaid_nl_dev_put(&nd);
	return err;
}

/**
 * alkaid_nl_pair() - read an address, prefix or allowed pair
 * @nla: nest
 * @prefix: result; without a length it is one address
 * @mac: MAC, left alone if there is none; NULL: there must be none
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int alkaid_nl_pair(const struct nlattr *nla, struct alkaid_prefix *prefix,
		   u8 *mac, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ALKAID_A_ADDRESS_MAX + 1];
	u8 max, len;
	int err;

	err = nla_parse_nested(tb, ALKAID_A_ADDRESS_MAX, nla,
			       alkaid_address_nl_policy, extack);
	if (err)
		return err;
	if (!tb[ALKAID_A_ADDRESS_IP4] == !tb[ALKAID_A_ADDRESS_IP6]) {
		NL_SET_ERR_MSG_ATTR(extack, nla,
				    "address needs either ip4 or ip6");
		return -EINVAL;
	}
	if (tb[ALKAID_A_ADDRESS_MAC] && !mac) {
		NL_SET_ERR_MSG_ATTR(extack, tb[ALKAID_A_ADDRESS_MAC],
				    "address has no mac here");
		return -EINVAL;
	}
	max = tb[ALKAID_A_ADDRESS_IP4] ? 32 : 128;
	len = tb[ALKAID_A_ADDRESS_LEN] ?
	      nla_get_u8(tb[ALKAID_A_ADDRESS_LEN]) : max;
	if (len > max) {
		NL_SET_ERR_MSG_ATTR(extack, tb[ALKAID_A_ADDRESS_LEN],
				    "an IPv4 length is 32 at most");
		return -EINVAL;
	}
	prefix->len = 128 - max + len;
	if (tb[ALKAID_A_ADDRESS_IP4])
		prefix->addr = alkaid_addr_from_v4(nla_get_be32(tb[ALKAID_A_ADDRESS_IP4]));
	else
		prefix->addr = nla_get_in6_addr(tb[ALKAID_A_ADDRESS_IP6]);
	if (tb[ALKAID_A_ADDRESS_IP6] && alkaid_addr_is_v4(&prefix->addr)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[ALKAID_A_ADDRESS_IP6],
				    "ip6 must not be v4-mapped: use ip4");
		return -EINVAL;
	}
	if (tb[ALKAID_A_ADDRESS_MAC])
		ether_addr_copy(mac, nla_data(tb[ALKAID_A_ADDRESS_MAC]));
	return 0;
}

/**
 * alkaid_nl_prefix() - read a prefix
 * @nla: nest
 * @prefix: result
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int alkaid_nl_prefix(const struct nlattr *nla, struct alkaid_prefix *prefix,
		     struct netlink_ext_ack *extack)
{
	return alkaid_nl_pair(nla, prefix, NULL, extack);
}

/**
 * alkaid_nl_addr() - read one address
 * @nla: nest
 * @addr: result
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int alkaid_nl_addr(const struct nlattr *nla, struct in6_addr *addr,
		   struct netlink_ext_ack *extack)
{
	struct alkaid_prefix prefix;
	int err = alkaid_nl_pair(nla, &prefix, NULL, extack);

	if (err)
		return err;
	if (prefix.len != 128) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "must be one address");
		return -EINVAL;
	}
	*addr = prefix.addr;
	return 0;
}

/**
 * alkaid_nl_put_prefix() - write an address, prefix or allowed pair
 * @skb: message
 * @type: of the nest
 * @prefix: the length is written unless it is full
 * @mac: or NULL
 *
 * Return: 0 or -EMSGSIZE.
 */
int alkaid_nl_put_prefix(struct sk_buff *skb, int type,
			 const struct alkaid_prefix *prefix, const u8 *mac)
{
	bool v4 = alkaid_addr_is_v4(&prefix->addr) && prefix->len >= 96;
	struct nlattr *nest = nla_nest_start(skb, type);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = v4 ? nla_put_in_addr(skb, ALKAID_A_ADDRESS_IP4,
				   alkaid_addr_v4(&prefix->addr)) :
		   nla_put_in6_addr(skb, ALKAID_A_ADDRESS_IP6, &prefix->addr);
	if (err ||
	    (prefix->len != 128 &&
	     nla_put_u8(skb, ALKAID_A_ADDRESS_LEN,
			v4 ? prefix->len - 96 : prefix->len)) ||
	    (mac && nla_put(skb, ALKAID_A_ADDRESS_MAC, ETH_ALEN, mac))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * alkaid_nl_put_addr() - write one address
 * @skb: message
 * @type: of the nest
 * @addr: address
 *
 * Return: 0 or -EMSGSIZE.
 */
int alkaid_nl_put_addr(struct sk_buff *skb, int type,
		       const struct in6_addr *addr)
{
	const struct alkaid_prefix prefix = { .addr = *addr, .len = 128 };

	return alkaid_nl_put_prefix(skb, type, &prefix, NULL);
}

/**
 * alkaid_nl_put_counters() - write the counters of a port or VPC
 * @skb: message
 * @type: of the nest
 * @counters: counters
 *
 * Return: 0 or -EMSGSIZE.
 */
int alkaid_nl_put_counters(struct sk_buff *skb, int type,
			   struct alkaid_counters __percpu *counters)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	struct alkaid_counts sum;

	if (!nest)
		return -EMSGSIZE;
	alkaid_counters_sum(counters, &sum);
	if (nla_put_u64_64bit(skb, ALKAID_A_COUNTERS_RX_PACKETS, sum.rx_packets,
			      0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_COUNTERS_RX_BYTES, sum.rx_bytes,
			      0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_COUNTERS_TX_PACKETS, sum.tx_packets,
			      0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_COUNTERS_TX_BYTES, sum.tx_bytes,
			      0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_COUNTERS_DROPS, sum.drops, 0)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * alkaid_nl_init() - register the family
 *
 * Return: 0 or a negative errno.
 */
int alkaid_nl_init(void)
{
	int err;

	err = alkaid_nl_txn_init();
	if (err)
		return err;
	err = alkaid_nl_trace_init();
	if (err)
		goto err_txn;
	err = genl_register_family(&alkaid_nl_family);
	if (err)
		goto err_trace;
	return 0;

err_trace:
	alkaid_nl_trace_exit();
err_txn:
	alkaid_nl_txn_exit();
	return err;
}

/**
 * alkaid_nl_exit() - unregister the family
 */
void alkaid_nl_exit(void)
{
	genl_unregister_family(&alkaid_nl_family);
	alkaid_nl_trace_exit();
	alkaid_nl_txn_exit();
}

MODULE_ALIAS_GENL_FAMILY(ALKAID_GENL_NAME);
