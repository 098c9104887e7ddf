// SPDX-License-Identifier: GPL-2.0
/* Gateway groups over netlink. */
#include <linux/rtnetlink.h>

#include "../compat.h"
#include "../device.h"
#include "../liveness.h"
#include "../path/oam.h"
#include "../table/addr.h"
#include "../table/counters.h"
#include "../table/group.h"
#include "family.h"
#include "gateway.h"
#include "news.h"

/* What a parser makes of a request. */
struct alkaid_nl_gateway {
	struct alkaid_group_cfg cfg;
	u16 n;
	struct alkaid_gateway_cfg members[ALKAID_GATEWAYS_MAX];
};

static int alkaid_nl_gateway_parse_member(const struct nlattr *nla,
					  struct alkaid_gateway_cfg *member,
					  bool mac_needed,
					  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ALKAID_A_GATEWAY_MEMBER_MAX + 1], *attr;
	int err;

	err = nla_parse_nested(tb, ALKAID_A_GATEWAY_MEMBER_MAX, nla,
			       alkaid_gateway_member_nl_policy, extack);
	if (err)
		return err;
	if (!tb[ALKAID_A_GATEWAY_MEMBER_IP]) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "a member needs an ip");
		return -EINVAL;
	}
	err = alkaid_nl_addr(tb[ALKAID_A_GATEWAY_MEMBER_IP], &member->addr,
			     extack);
	if (err)
		return err;
	if (!tb[ALKAID_A_GATEWAY_MEMBER_MAC] && mac_needed) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "a member needs a mac");
		return -EINVAL;
	}
	if (tb[ALKAID_A_GATEWAY_MEMBER_MAC])
		ether_addr_copy(member->mac,
				nla_data(tb[ALKAID_A_GATEWAY_MEMBER_MAC]));
	attr = tb[ALKAID_A_GATEWAY_MEMBER_WEIGHT];
	if (attr && nla_get_u32(attr) > U16_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "weight is 65535 at most");
		return -ERANGE;
	}
	member->weight = attr ? nla_get_u32(attr) : 1;
	member->has_state = tb[ALKAID_A_GATEWAY_MEMBER_STATE];
	if (member->has_state)
		member->state = nla_get_u32(tb[ALKAID_A_GATEWAY_MEMBER_STATE]);
	return 0;
}

static int alkaid_nl_gateway_parse_members(struct genl_info *info,
					   struct alkaid_nl_gateway *req)
{
	bool mac_needed = info->genlhdr->cmd == ALKAID_CMD_GATEWAY_NEW;
	const struct nlattr *nla;
	int rem, err = 0;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != ALKAID_A_GATEWAY_MEMBER)
			continue;
		if (req->n == ALKAID_GATEWAYS_MAX) {
			alkaid_extack_fmt(info->extack,
					  "a group has %u members at most",
					  ALKAID_GATEWAYS_MAX);
			return -ENOSPC;
		}
		err = alkaid_nl_gateway_parse_member(nla,
						     &req->members[req->n++],
						     mac_needed, info->extack);
		if (err)
			return err;
	}
	return 0;
}

static int alkaid_nl_gateway_parse(struct genl_info *info,
				   struct alkaid_nl_gateway *req)
{
	struct alkaid_group_cfg *cfg = &req->cfg;
	struct nlattr **attrs = info->attrs;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_GATEWAY_ID)) {
		NL_SET_ERR_MSG(info->extack, "id is required");
		return -EINVAL;
	}
	cfg->id = nla_get_u32(attrs[ALKAID_A_GATEWAY_ID]);
	if (info->genlhdr->cmd == ALKAID_CMD_GATEWAY_GET ||
	    info->genlhdr->cmd == ALKAID_CMD_GATEWAY_DEL)
		return 0;
	if (info->genlhdr->cmd == ALKAID_CMD_GATEWAY_MEMBER_SET)
		return alkaid_nl_gateway_parse_members(info, req);
	cfg->oam_port = ALKAID_OAM_PORT;
	cfg->bfd_multiplier = ALKAID_BFD_MULTIPLIER;
	if (attrs[ALKAID_A_GATEWAY_TYPE])
		cfg->type = nla_get_u32(attrs[ALKAID_A_GATEWAY_TYPE]);
	if (attrs[ALKAID_A_GATEWAY_OAM_PORT])
		cfg->oam_port = nla_get_u16(attrs[ALKAID_A_GATEWAY_OAM_PORT]);
	if (attrs[ALKAID_A_GATEWAY_OAM_KEY]) {
		const u8 *key = nla_data(attrs[ALKAID_A_GATEWAY_OAM_KEY]);

		cfg->has_key = true;
		cfg->key.key[0] = get_unaligned_le64(key);
		cfg->key.key[1] = get_unaligned_le64(key + 8);
	}
	if (attrs[ALKAID_A_GATEWAY_DIRECT])
		cfg->direct = nla_get_u32(attrs[ALKAID_A_GATEWAY_DIRECT]);
	if (attrs[ALKAID_A_GATEWAY_BFD_INTERVAL])
		cfg->bfd_interval =
			nla_get_u32(attrs[ALKAID_A_GATEWAY_BFD_INTERVAL]);
	if (attrs[ALKAID_A_GATEWAY_BFD_MULTIPLIER])
		cfg->bfd_multiplier =
			nla_get_u8(attrs[ALKAID_A_GATEWAY_BFD_MULTIPLIER]);
	return alkaid_nl_gateway_parse_members(info, req);
}

static int alkaid_nl_gateway_fill_member(struct sk_buff *skb,
					 const struct alkaid_group_member *member)
{
	const struct alkaid_gateway *gw = member->gateway;
	struct nlattr *nest = nla_nest_start(skb, ALKAID_A_GATEWAY_MEMBER);
	struct alkaid_counts sum;

	if (!nest)
		return -EMSGSIZE;
	alkaid_counters_sum(gw->counters, &sum);
	if (alkaid_nl_put_addr(skb, ALKAID_A_GATEWAY_MEMBER_IP, &gw->addr) ||
	    nla_put(skb, ALKAID_A_GATEWAY_MEMBER_MAC, ETH_ALEN, gw->mac) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_MEMBER_WEIGHT, member->weight) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_MEMBER_STATE, member->state) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_MEMBER_EFFECTIVE,
			alkaid_group_effective(member)) ||
	    (gw->bfd && nla_put_u32(skb, ALKAID_A_GATEWAY_MEMBER_BFD,
				    alkaid_liveness_state(gw))) ||
	    nla_put_u64_64bit(skb, ALKAID_A_GATEWAY_MEMBER_PACKETS,
			      sum.tx_packets, 0)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int alkaid_nl_gateway_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				  const void *obj)
{
	const struct alkaid_group *group = obj;
	const struct alkaid_group_rev *rev =
		alkaid_group_config(group, ad->tables.gen);
	const struct alkaid_group_cfg *cfg = &rev->cfg;
	int i, err = 0;

	if (nla_put_u32(skb, ALKAID_A_GATEWAY_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_ID, group->id) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_TYPE, cfg->type) ||
	    nla_put_u16(skb, ALKAID_A_GATEWAY_OAM_PORT, cfg->oam_port) ||
	    (cfg->has_key && nla_put_flag(skb, ALKAID_A_GATEWAY_OAM_KEY_SET)) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_DIRECT, cfg->direct) ||
	    (cfg->bfd_interval &&
	     (nla_put_u32(skb, ALKAID_A_GATEWAY_BFD_INTERVAL,
			  cfg->bfd_interval) ||
	      nla_put_u8(skb, ALKAID_A_GATEWAY_BFD_MULTIPLIER,
			 cfg->bfd_multiplier))) ||
	    nla_put_u32(skb, ALKAID_A_GATEWAY_USERS, group->users))
		return -EMSGSIZE;
	for (i = 0; !err && i < rev->n_members; i++)
		err = alkaid_nl_gateway_fill_member(skb, &rev->members[i]);
	return err;
}

/* Bring what listeners know up to date. Return: whether they have to be told. */
static bool alkaid_nl_gateway_is_news(const struct alkaid_group_rev *rev)
{
	bool news = false;
	int i;

	for (i = 0; i < rev->n_members; i++) {
		struct alkaid_gateway *gw = rev->members[i].gateway;
		u8 state = alkaid_group_effective(&rev->members[i]);

		news |= gw->told != state && gw->told != ALKAID_GATEWAY_UNTOLD;
		gw->told = state;
	}
	return news;
}

/**
 * alkaid_nl_gateway_notify() - tell listeners if a member's effective state changed
 * @ad: device
 * @group: group that is there in the current generation
 *
 * Context: the tables' lock; may sleep.
 */
void alkaid_nl_gateway_notify(struct alkaid_dev *ad,
			      const struct alkaid_group *group)
{
	lockdep_assert_held(&ad->tables.lock);
	if (alkaid_nl_gateway_is_news(alkaid_group_config(group,
							  ad->tables.gen)))
		alkaid_nl_tell(ad, ALKAID_NLGRP_CONFIG, ALKAID_CMD_GATEWAY_NTF,
			       alkaid_nl_gateway_fill, group);
}

static void alkaid_nl_gateway_notify_all(struct alkaid_dev *ad)
{
	struct alkaid_tables *t = &ad->tables;
	struct rhashtable_iter iter;
	struct alkaid_group *group;

	rhltable_walk_enter(&t->groups, &iter);
	rhashtable_walk_start(&iter);
	while ((group = rhashtable_walk_next(&iter))) {
		/* A resize: a group may come twice, and is no news then. */
		if (IS_ERR(group) || !alkaid_gen_visible(&group->gen, t->gen))
			continue;
		rhashtable_walk_stop(&iter);
		alkaid_nl_gateway_notify(ad, group);
		rhashtable_walk_start(&iter);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/**
 * alkaid_nl_gateway_sync() - tell listeners what a commit did to members' states
 * @ad: device
 *
 * Context: process, after a commit or an abort; the tables' lock is not held.
 */
void alkaid_nl_gateway_sync(struct alkaid_dev *ad)
{
	struct alkaid_tables *t = &ad->tables;

	mutex_lock(&t->lock);
	/* What an open transaction has prepared is told when it is committed. */
	if (t->groups_changed && !t->txn.owner) {
		t->groups_changed = false;
		alkaid_nl_gateway_notify_all(ad);
	}
	mutex_unlock(&t->lock);
}

static int alkaid_nl_gateway_set(struct alkaid_dev *ad, const void *cfg,
				 enum alkaid_new mode,
				 struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_gateway *req = cfg;

	return alkaid_group_new(&ad->tables, &req->cfg, req->members, req->n,
				mode, extack);
}

static int alkaid_nl_gateway_set_state(struct alkaid_dev *ad, const void *cfg,
				       enum alkaid_new mode,
				       struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_gateway *req = cfg;

	if (req->n != 1 || !req->members[0].has_state) {
		NL_SET_ERR_MSG(extack, "one member with a state is required");
		return -EINVAL;
	}
	return alkaid_group_set_state(&ad->tables, req->cfg.id,
				      &req->members[0].addr,
				      req->members[0].state, extack);
}

static int alkaid_nl_gateway_unset(struct alkaid_dev *ad, const void *cfg,
				   enum alkaid_new mode,
				   struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_gateway *req = cfg;

	return alkaid_group_del(&ad->tables, req->cfg.id, extack);
}

static const void *alkaid_nl_gateway_find(struct alkaid_dev *ad,
					  const void *cfg)
{
	const struct alkaid_nl_gateway *req = cfg;

	return alkaid_group_lookup(&ad->tables, req->cfg.id, ad->tables.gen);
}

static const void *alkaid_nl_gateway_pick(struct rhlist_head *node, u32 gen)
{
	struct alkaid_group *group =
		container_of(node, struct alkaid_group, node);

	return alkaid_gen_visible(&group->gen, gen) ? group : NULL;
}

static int alkaid_nl_gateway_dump(struct sk_buff *skb,
				  struct netlink_callback *cb,
				  struct alkaid_dev *ad)
{
	return alkaid_nl_dump_table(skb, cb, ad, &ad->tables.groups,
				    ALKAID_CMD_GATEWAY_GET,
				    alkaid_nl_gateway_pick,
				    alkaid_nl_gateway_fill);
}

static const void *alkaid_nl_gateway_subject(struct alkaid_dev *ad,
					     const void *obj, bool dies)
{
	const struct alkaid_group *group = obj;

	return dies && alkaid_group_lookup(&ad->tables, group->id,
					   ad->tables.gen) ? NULL : group;
}

const struct alkaid_nl_news alkaid_nl_gateway_news = {
	.kind = &alkaid_group_kind,
	.cmd_new = ALKAID_CMD_GATEWAY_NEW_NTF,
	.cmd_del = ALKAID_CMD_GATEWAY_DEL_NTF,
	.attr = ALKAID_A_GATEWAY_COMMIT,
	.subject = alkaid_nl_gateway_subject,
	.fill = alkaid_nl_gateway_fill,
};

static const void *alkaid_nl_gateway_rev_subject(struct alkaid_dev *ad,
						 const void *obj, bool dies)
{
	const struct alkaid_group_rev *rev = obj;

	return alkaid_nl_rev_is_news(ad, &rev->group->gen, dies) ?
	       rev->group : NULL;
}

const struct alkaid_nl_news alkaid_nl_gateway_rev_news = {
	.kind = &alkaid_group_rev_kind,
	.cmd_new = ALKAID_CMD_GATEWAY_NEW_NTF,
	.cmd_del = ALKAID_CMD_GATEWAY_DEL_NTF,
	.attr = ALKAID_A_GATEWAY_COMMIT,
	.subject = alkaid_nl_gateway_rev_subject,
	.fill = alkaid_nl_gateway_fill,
};

/* Ports that the group needs are opened while it can still be refused. */
static int alkaid_nl_gateway_listen(struct alkaid_dev *ad,
				    const struct alkaid_nl_gateway *req,
				    struct netlink_ext_ack *extack)
{
	int err = alkaid_oam_listen(ad, req->cfg.oam_port, extack);
	enum alkaid_family family;
	u16 i;

	for (i = 0; !err && req->cfg.bfd_interval && i < req->n; i++) {
		family = alkaid_addr_is_v4(&req->members[i].addr) ?
			 ALKAID_FAMILY_IP4 : ALKAID_FAMILY_IP6;
		err = alkaid_liveness_listen(ad, family, extack);
	}
	return err;
}

static int alkaid_nl_gateway_try(struct genl_info *info, struct alkaid_dev *ad,
				 alkaid_nl_change_t change,
				 const struct alkaid_nl_gateway *req)
{
	int err = alkaid_nl_change_dev(info, ad, change, req);

	if (err != -EAGAIN)
		return err;
	/* Members that left a short while ago are in the way. */
	flush_work(&ad->tables.txn.settle);
	if (info->extack)
		info->extack->_msg = NULL;
	return alkaid_nl_change_dev(info, ad, change, req);
}

static int alkaid_nl_gateway_change(struct genl_info *info,
				    alkaid_nl_change_t change)
{
	struct alkaid_nl_gateway *req;
	struct alkaid_nl_dev nd;
	int err;

	req = kvzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	err = alkaid_nl_gateway_parse(info, req);
	if (err)
		goto out_free;
	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		goto out_free;
	rtnl_lock();
	if (info->genlhdr->cmd == ALKAID_CMD_GATEWAY_NEW)
		err = alkaid_nl_gateway_listen(nd.ad, req, info->extack);
	if (!err)
		err = alkaid_nl_gateway_try(info, nd.ad, change, req);
	alkaid_dev_sync(nd.ad);
	rtnl_unlock();
	alkaid_nl_dev_put(&nd);
out_free:
	kvfree(req);
	return err;
}

int alkaid_nl_gateway_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_gateway_change(info, alkaid_nl_gateway_set);
}

int alkaid_nl_gateway_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_gateway_change(info, alkaid_nl_gateway_unset);
}

int alkaid_nl_gateway_member_set_doit(struct sk_buff *skb,
				      struct genl_info *info)
{
	return alkaid_nl_gateway_change(info, alkaid_nl_gateway_set_state);
}

int alkaid_nl_gateway_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_gateway *req = kvzalloc(sizeof(*req), GFP_KERNEL);
	int err;

	if (!req)
		return -ENOMEM;
	err = alkaid_nl_gateway_parse(info, req);
	if (!err)
		err = alkaid_nl_show(info, alkaid_nl_gateway_find,
				     alkaid_nl_gateway_fill, req);
	kvfree(req);
	return err;
}

int alkaid_nl_gateway_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_gateway_dump);
}
