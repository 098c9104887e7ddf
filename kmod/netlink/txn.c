// SPDX-License-Identifier: GPL-2.0
/* Transactions over netlink. */
#include <linux/notifier.h>
#include <linux/rtnetlink.h>

#include "../attach.h"
#include "../device.h"
#include "family.h"
#include "txn.h"

int alkaid_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_txn_begin(&nd.ad->tables, info->snd_portid, info->extack);
	alkaid_nl_dev_put(&nd);
	return err;
}

/**
 * alkaid_nl_txn_fill() - put a commit into a message
 * @skb: message
 * @ad: device
 * @obj: struct alkaid_commit
 *
 * Return: 0, or -EMSGSIZE if there is no room.
 */
int alkaid_nl_txn_fill(struct sk_buff *skb, struct alkaid_dev *ad,
		       const void *obj)
{
	const struct alkaid_commit *commit = obj;

	if (nla_put_u32(skb, ALKAID_A_TXN_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_TXN_COMMIT, commit->number) ||
	    nla_put_u32(skb, ALKAID_A_TXN_CHANGES, commit->n_changes) ||
	    nla_put_u32(skb, ALKAID_A_TXN_PORTID, commit->portid))
		return -EMSGSIZE;
	return 0;
}

int alkaid_nl_txn_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_commit commit = {};
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_nl_lock(nd.ad, info->extack);
	if (err)
		goto out;
	commit.number = nd.ad->tables.txn.commits;
	commit.n_changes = nd.ad->tables.txn.n_changes -
			   nd.ad->tables.txn.n_derived;
	commit.portid = nd.ad->tables.txn.owner;
	mutex_unlock(&nd.ad->tables.lock);
	err = alkaid_nl_reply(info, nd.ad, alkaid_nl_txn_fill, &commit);
out:
	alkaid_nl_dev_put(&nd);
	return err;
}

int alkaid_nl_txn_check_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_txn_check(&nd.ad->tables, info->snd_portid, info->extack);
	alkaid_nl_dev_put(&nd);
	return err;
}

int alkaid_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_commit commit;
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	rtnl_lock();
	err = alkaid_txn_commit(&nd.ad->tables, info->snd_portid, &commit,
				info->extack);
	if (!err)
		alkaid_dev_sync(nd.ad);
	rtnl_unlock();
	if (!err)
		err = alkaid_nl_reply(info, nd.ad, alkaid_nl_txn_fill,
				      &commit);
	alkaid_nl_dev_put(&nd);
	return err;
}

int alkaid_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	rtnl_lock();
	err = alkaid_txn_abort(&nd.ad->tables, info->snd_portid, info->extack);
	if (!err)
		alkaid_dev_sync(nd.ad);
	rtnl_unlock();
	alkaid_nl_dev_put(&nd);
	return err;
}

/* A device on which a socket that is closed has a transaction open. */
static struct alkaid_dev *alkaid_nl_txn_owned(struct net *net, u32 portid,
					      netdevice_tracker *tracker)
{
	struct alkaid_dev *ad;

	rcu_read_lock();
	for (ad = alkaid_dev_next(net, NULL); ad; ad = alkaid_dev_next(net, ad))
		if (READ_ONCE(ad->tables.txn.owner) == portid)
			break;
	if (ad)
		netdev_hold(ad->dev, tracker, GFP_ATOMIC);
	rcu_read_unlock();
	return ad;
}

static int alkaid_nl_txn_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct netlink_notify *n = ptr;
	struct alkaid_nl_dev nd;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	while ((nd.ad = alkaid_nl_txn_owned(n->net, n->portid, &nd.tracker))) {
		int err;

		rtnl_lock();
		err = alkaid_txn_abort(&nd.ad->tables, n->portid, NULL);
		if (!err)
			alkaid_dev_sync(nd.ad);
		rtnl_unlock();
		alkaid_nl_dev_put(&nd);
		/* The device is being deleted, which aborts as well. */
		if (err)
			break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block alkaid_nl_txn_notifier = {
	.notifier_call = alkaid_nl_txn_event,
};

/**
 * alkaid_nl_txn_init() - watch sockets close
 *
 * Return: 0 or a negative errno.
 */
int alkaid_nl_txn_init(void)
{
	return netlink_register_notifier(&alkaid_nl_txn_notifier);
}

/**
 * alkaid_nl_txn_exit() - stop watching
 */
void alkaid_nl_txn_exit(void)
{
	netlink_unregister_notifier(&alkaid_nl_txn_notifier);
}
