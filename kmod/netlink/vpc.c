// SPDX-License-Identifier: GPL-2.0
/* VPCs over netlink. */
#include "../device.h"
#include "../table/vpc.h"
#include "family.h"
#include "news.h"

static int alkaid_nl_vpc_parse(struct genl_info *info,
			       struct alkaid_vpc_cfg *cfg)
{
	struct nlattr **attrs = info->attrs;

	memset(cfg, 0, sizeof(*cfg));
	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_VPC_ID)) {
		NL_SET_ERR_MSG(info->extack, "id is required");
		return -EINVAL;
	}
	cfg->id = nla_get_u32(attrs[ALKAID_A_VPC_ID]);
	if (info->genlhdr->cmd != ALKAID_CMD_VPC_NEW)
		return 0;

	if (attrs[ALKAID_A_VPC_NAME])
		nla_strscpy(cfg->name, attrs[ALKAID_A_VPC_NAME],
			    sizeof(cfg->name));
	if (attrs[ALKAID_A_VPC_MISS])
		cfg->miss = nla_get_u32(attrs[ALKAID_A_VPC_MISS]);
	if (attrs[ALKAID_A_VPC_GATEWAY_GROUP])
		cfg->group_id = nla_get_u32(attrs[ALKAID_A_VPC_GATEWAY_GROUP]);
	return 0;
}

static int alkaid_nl_vpc_fill(struct sk_buff *skb, struct alkaid_dev *ad,
			      const void *obj)
{
	const struct alkaid_vpc *vpc = obj;
	const struct alkaid_vpc_cfg *cfg =
		&alkaid_vpc_config(vpc, ad->tables.gen)->cfg;

	if (nla_put_u32(skb, ALKAID_A_VPC_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_VPC_ID, vpc->id) ||
	    nla_put_string(skb, ALKAID_A_VPC_NAME, cfg->name) ||
	    nla_put_u32(skb, ALKAID_A_VPC_MISS, cfg->miss) ||
	    (cfg->group_id && nla_put_u32(skb, ALKAID_A_VPC_GATEWAY_GROUP,
					  cfg->group_id)) ||
	    alkaid_nl_put_counters(skb, ALKAID_A_VPC_COUNTERS, vpc->counters))
		return -EMSGSIZE;
	return 0;
}

static int alkaid_nl_vpc_set(struct alkaid_dev *ad, const void *cfg,
			     enum alkaid_new mode,
			     struct netlink_ext_ack *extack)
{
	return alkaid_vpc_new(&ad->tables, cfg, mode, extack);
}

static int alkaid_nl_vpc_unset(struct alkaid_dev *ad, const void *cfg,
			       enum alkaid_new mode,
			       struct netlink_ext_ack *extack)
{
	return alkaid_vpc_del(&ad->tables,
			      ((const struct alkaid_vpc_cfg *)cfg)->id, extack);
}

static const void *alkaid_nl_vpc_find(struct alkaid_dev *ad, const void *cfg)
{
	return alkaid_vpc_lookup(&ad->tables,
				 ((const struct alkaid_vpc_cfg *)cfg)->id,
				 ad->tables.gen);
}

static const void *alkaid_nl_vpc_pick(struct rhlist_head *node, u32 gen)
{
	struct alkaid_vpc *vpc = container_of(node, struct alkaid_vpc, node);

	return alkaid_gen_visible(&vpc->gen, gen) ? vpc : NULL;
}

static int alkaid_nl_vpc_dump(struct sk_buff *skb, struct netlink_callback *cb,
			      struct alkaid_dev *ad)
{
	return alkaid_nl_dump_table(skb, cb, ad, &ad->tables.vpcs,
				    ALKAID_CMD_VPC_GET, alkaid_nl_vpc_pick,
				    alkaid_nl_vpc_fill);
}

static const void *alkaid_nl_vpc_subject(struct alkaid_dev *ad,
					 const void *obj, bool dies)
{
	const struct alkaid_vpc *vpc = obj;

	return dies && alkaid_vpc_lookup(&ad->tables, vpc->id,
					 ad->tables.gen) ? NULL : vpc;
}

const struct alkaid_nl_news alkaid_nl_vpc_news = {
	.kind = &alkaid_vpc_kind,
	.cmd_new = ALKAID_CMD_VPC_NEW_NTF,
	.cmd_del = ALKAID_CMD_VPC_DEL_NTF,
	.attr = ALKAID_A_VPC_COMMIT,
	.subject = alkaid_nl_vpc_subject,
	.fill = alkaid_nl_vpc_fill,
};

static const void *alkaid_nl_vpc_rev_subject(struct alkaid_dev *ad,
					     const void *obj, bool dies)
{
	const struct alkaid_vpc_rev *rev = obj;

	return alkaid_nl_rev_is_news(ad, &rev->vpc->gen, dies) ?
	       rev->vpc : NULL;
}

const struct alkaid_nl_news alkaid_nl_vpc_rev_news = {
	.kind = &alkaid_vpc_rev_kind,
	.cmd_new = ALKAID_CMD_VPC_NEW_NTF,
	.cmd_del = ALKAID_CMD_VPC_DEL_NTF,
	.attr = ALKAID_A_VPC_COMMIT,
	.subject = alkaid_nl_vpc_rev_subject,
	.fill = alkaid_nl_vpc_fill,
};

int alkaid_nl_vpc_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_vpc_cfg cfg;
	int err = alkaid_nl_vpc_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_vpc_set, &cfg);
}

int alkaid_nl_vpc_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_vpc_cfg cfg;
	int err = alkaid_nl_vpc_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_vpc_unset, &cfg);
}

int alkaid_nl_vpc_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_vpc_cfg cfg;
	int err = alkaid_nl_vpc_parse(info, &cfg);

	return err ?: alkaid_nl_show(info, alkaid_nl_vpc_find,
				     alkaid_nl_vpc_fill, &cfg);
}

int alkaid_nl_vpc_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_vpc_dump);
}
