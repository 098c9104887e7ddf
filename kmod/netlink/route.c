// SPDX-License-Identifier: GPL-2.0
/* Routes over netlink. */
#include "../device.h"
#include "../table/group.h"
#include "../table/route.h"
#include "family.h"
#include "news.h"

static int alkaid_nl_route_parse_key(struct genl_info *info,
				     struct alkaid_route_key *key)
{
	struct nlattr **attrs = info->attrs;
	struct alkaid_prefix prefix;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_ROUTE_VPC) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_ROUTE_PREFIX)) {
		NL_SET_ERR_MSG(info->extack, "vpc and prefix are required");
		return -EINVAL;
	}
	err = alkaid_nl_prefix(attrs[ALKAID_A_ROUTE_PREFIX], &prefix,
			       info->extack);
	if (err)
		return err;
	key->vpc = nla_get_u32(attrs[ALKAID_A_ROUTE_VPC]);
	if (attrs[ALKAID_A_ROUTE_SUBNET])
		key->subnet = nla_get_u32(attrs[ALKAID_A_ROUTE_SUBNET]);
	key->addr = prefix.addr;
	key->len = prefix.len;
	return 0;
}

static int alkaid_nl_route_parse(struct genl_info *info,
				 struct alkaid_route_cfg *cfg)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(cfg, 0, sizeof(*cfg));
	err = alkaid_nl_route_parse_key(info, &cfg->key);
	if (err || info->genlhdr->cmd != ALKAID_CMD_ROUTE_NEW)
		return err;

	if (!!attrs[ALKAID_A_ROUTE_VIA] + !!attrs[ALKAID_A_ROUTE_BLACKHOLE] +
	    !!attrs[ALKAID_A_ROUTE_GATEWAY_GROUP] != 1) {
		NL_SET_ERR_MSG(info->extack,
			       "one of via, gateway-group and blackhole is required");
		return -EINVAL;
	}
	cfg->type = ALKAID_ROUTE_BLACKHOLE;
	if (attrs[ALKAID_A_ROUTE_BLACKHOLE])
		return 0;
	if (attrs[ALKAID_A_ROUTE_GATEWAY_GROUP]) {
		cfg->type = ALKAID_ROUTE_GROUP;
		cfg->group_id =
			nla_get_u32(attrs[ALKAID_A_ROUTE_GATEWAY_GROUP]);
		return 0;
	}
	cfg->type = ALKAID_ROUTE_VIA;
	return alkaid_nl_addr(attrs[ALKAID_A_ROUTE_VIA], &cfg->via,
			      info->extack);
}

static int alkaid_nl_route_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				const void *obj)
{
	const struct alkaid_route *route = obj;
	const struct alkaid_prefix prefix = {
		.addr = route->key.addr,
		.len = route->key.len,
	};

	if (nla_put_u32(skb, ALKAID_A_ROUTE_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_ROUTE_VPC, route->key.vpc) ||
	    (route->key.subnet &&
	     nla_put_u32(skb, ALKAID_A_ROUTE_SUBNET, route->key.subnet)) ||
	    alkaid_nl_put_prefix(skb, ALKAID_A_ROUTE_PREFIX, &prefix, NULL))
		return -EMSGSIZE;
	if (route->type == ALKAID_ROUTE_BLACKHOLE)
		return nla_put_flag(skb, ALKAID_A_ROUTE_BLACKHOLE);
	if (route->type == ALKAID_ROUTE_GROUP)
		return nla_put_u32(skb, ALKAID_A_ROUTE_GATEWAY_GROUP,
				   route->group->id);
	return alkaid_nl_put_addr(skb, ALKAID_A_ROUTE_VIA, &route->via);
}

static int alkaid_nl_route_set(struct alkaid_dev *ad, const void *cfg,
			       enum alkaid_new mode,
			       struct netlink_ext_ack *extack)
{
	return alkaid_route_new(&ad->tables, cfg, mode, extack);
}

static int alkaid_nl_route_unset(struct alkaid_dev *ad, const void *obj,
				 enum alkaid_new mode,
				 struct netlink_ext_ack *extack)
{
	const struct alkaid_route_cfg *cfg = obj;

	return alkaid_route_del(&ad->tables, &cfg->key, extack);
}

static const void *alkaid_nl_route_find(struct alkaid_dev *ad, const void *obj)
{
	const struct alkaid_route_cfg *cfg = obj;

	return alkaid_route_lookup(&ad->tables, &cfg->key, ad->tables.gen);
}

static const void *alkaid_nl_route_pick(struct rhlist_head *node, u32 gen)
{
	struct alkaid_route *route =
		container_of(node, struct alkaid_route, node);

	return route->type != ALKAID_ROUTE_SUBNET &&
	       alkaid_gen_visible(&route->gen, gen) ? route : NULL;
}

static int alkaid_nl_route_dump(struct sk_buff *skb,
				struct netlink_callback *cb,
				struct alkaid_dev *ad)
{
	return alkaid_nl_dump_table(skb, cb, ad, &ad->tables.routes,
				    ALKAID_CMD_ROUTE_GET, alkaid_nl_route_pick,
				    alkaid_nl_route_fill);
}

static const void *alkaid_nl_route_subject(struct alkaid_dev *ad,
					   const void *obj, bool dies)
{
	const struct alkaid_route *route = obj;

	return dies && alkaid_route_lookup(&ad->tables, &route->key,
					   ad->tables.gen) ? NULL : route;
}

const struct alkaid_nl_news alkaid_nl_route_news = {
	.kind = &alkaid_route_kind,
	.cmd_new = ALKAID_CMD_ROUTE_NEW_NTF,
	.cmd_del = ALKAID_CMD_ROUTE_DEL_NTF,
	.attr = ALKAID_A_ROUTE_COMMIT,
	.subject = alkaid_nl_route_subject,
	.fill = alkaid_nl_route_fill,
};

int alkaid_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_route_cfg cfg;
	int err = alkaid_nl_route_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_route_set, &cfg);
}

int alkaid_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_route_cfg cfg;
	int err = alkaid_nl_route_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_route_unset, &cfg);
}

int alkaid_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_route_cfg cfg;
	int err = alkaid_nl_route_parse(info, &cfg);

	return err ?: alkaid_nl_show(info, alkaid_nl_route_find,
				     alkaid_nl_route_fill, &cfg);
}

int alkaid_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_route_dump);
}
