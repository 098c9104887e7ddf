// SPDX-License-Identifier: GPL-2.0
/* Subnets over netlink. */
#include "../device.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "family.h"
#include "news.h"

/* The attributes that may come more than once. */
static int alkaid_nl_subnet_parse_addrs(struct genl_info *info,
					struct alkaid_subnet_cfg *cfg)
{
	struct nlattr *nla;
	int rem, err;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		bool prefix = nla_type(nla) == ALKAID_A_SUBNET_PREFIX;
		u8 *n = prefix ? &cfg->n_prefixes : &cfg->n_gateway_ips;

		if (!prefix && nla_type(nla) != ALKAID_A_SUBNET_GATEWAY_IP)
			continue;
		if (*n == ALKAID_SUBNET_ADDRS_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla,
					    "a subnet has 8 of them at most");
			return -E2BIG;
		}
		err = prefix ? alkaid_nl_prefix(nla, &cfg->prefixes[*n],
						info->extack) :
			       alkaid_nl_addr(nla, &cfg->gateway_ips[*n],
					      info->extack);
		if (err)
			return err;
		++*n;
	}
	return 0;
}

static int alkaid_nl_subnet_parse(struct genl_info *info,
				  struct alkaid_subnet_cfg *cfg)
{
	struct nlattr **attrs = info->attrs;

	memset(cfg, 0, sizeof(*cfg));
	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_SUBNET_ID)) {
		NL_SET_ERR_MSG(info->extack, "id is required");
		return -EINVAL;
	}
	cfg->id = nla_get_u32(attrs[ALKAID_A_SUBNET_ID]);
	if (info->genlhdr->cmd != ALKAID_CMD_SUBNET_NEW)
		return 0;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_SUBNET_VPC) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_SUBNET_VNI) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_SUBNET_PREFIX)) {
		NL_SET_ERR_MSG(info->extack,
			       "vpc, vni and prefix are required");
		return -EINVAL;
	}
	cfg->vpc = nla_get_u32(attrs[ALKAID_A_SUBNET_VPC]);
	cfg->vni = nla_get_u32(attrs[ALKAID_A_SUBNET_VNI]);
	if (attrs[ALKAID_A_SUBNET_ENCAP])
		cfg->encap = nla_get_u32(attrs[ALKAID_A_SUBNET_ENCAP]);
	if (attrs[ALKAID_A_SUBNET_FLOOD])
		cfg->flood = nla_get_u8(attrs[ALKAID_A_SUBNET_FLOOD]);
	if (attrs[ALKAID_A_SUBNET_GATEWAY_MAC])
		ether_addr_copy(cfg->gateway_mac,
				nla_data(attrs[ALKAID_A_SUBNET_GATEWAY_MAC]));
	return alkaid_nl_subnet_parse_addrs(info, cfg);
}

static int alkaid_nl_subnet_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				 const void *obj)
{
	const struct alkaid_subnet *subnet = obj;
	const struct alkaid_subnet_cfg *cfg =
		alkaid_subnet_config(subnet, ad->tables.gen);
	int i;

	if (nla_put_u32(skb, ALKAID_A_SUBNET_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_SUBNET_ID, subnet->id) ||
	    nla_put_u32(skb, ALKAID_A_SUBNET_VPC, subnet->vpc->id) ||
	    nla_put_u32(skb, ALKAID_A_SUBNET_VNI, subnet->vni) ||
	    nla_put_u32(skb, ALKAID_A_SUBNET_ENCAP, cfg->encap) ||
	    nla_put_u8(skb, ALKAID_A_SUBNET_FLOOD, cfg->flood))
		return -EMSGSIZE;
	for (i = 0; i < cfg->n_prefixes; i++)
		if (alkaid_nl_put_prefix(skb, ALKAID_A_SUBNET_PREFIX,
					 &cfg->prefixes[i], NULL))
			return -EMSGSIZE;
	for (i = 0; i < cfg->n_gateway_ips; i++)
		if (alkaid_nl_put_addr(skb, ALKAID_A_SUBNET_GATEWAY_IP,
				       &cfg->gateway_ips[i]))
			return -EMSGSIZE;
	if (!is_zero_ether_addr(cfg->gateway_mac) &&
	    nla_put(skb, ALKAID_A_SUBNET_GATEWAY_MAC, ETH_ALEN,
		    cfg->gateway_mac))
		return -EMSGSIZE;
	return 0;
}

static int alkaid_nl_subnet_set(struct alkaid_dev *ad, const void *cfg,
				enum alkaid_new mode,
				struct netlink_ext_ack *extack)
{
	return alkaid_subnet_new(&ad->tables, cfg, mode, extack);
}

static int alkaid_nl_subnet_unset(struct alkaid_dev *ad, const void *cfg,
				  enum alkaid_new mode,
				  struct netlink_ext_ack *extack)
{
	return alkaid_subnet_del(&ad->tables,
				 ((const struct alkaid_subnet_cfg *)cfg)->id,
				 extack);
}

static const void *alkaid_nl_subnet_find(struct alkaid_dev *ad, const void *cfg)
{
	return alkaid_subnet_lookup(&ad->tables,
				    ((const struct alkaid_subnet_cfg *)cfg)->id,
				    ad->tables.gen);
}

static const void *alkaid_nl_subnet_pick(struct rhlist_head *node, u32 gen)
{
	struct alkaid_subnet *subnet =
		container_of(node, struct alkaid_subnet, node);

	return alkaid_gen_visible(&subnet->gen, gen) ? subnet : NULL;
}

static int alkaid_nl_subnet_dump(struct sk_buff *skb,
				 struct netlink_callback *cb,
				 struct alkaid_dev *ad)
{
	return alkaid_nl_dump_table(skb, cb, ad, &ad->tables.subnets,
				    ALKAID_CMD_SUBNET_GET,
				    alkaid_nl_subnet_pick,
				    alkaid_nl_subnet_fill);
}

static const void *alkaid_nl_subnet_subject(struct alkaid_dev *ad,
					    const void *obj, bool dies)
{
	const struct alkaid_subnet *subnet = obj;

	return dies && alkaid_subnet_lookup(&ad->tables, subnet->id,
					    ad->tables.gen) ? NULL : subnet;
}

const struct alkaid_nl_news alkaid_nl_subnet_news = {
	.kind = &alkaid_subnet_kind,
	.cmd_new = ALKAID_CMD_SUBNET_NEW_NTF,
	.cmd_del = ALKAID_CMD_SUBNET_DEL_NTF,
	.attr = ALKAID_A_SUBNET_COMMIT,
	.subject = alkaid_nl_subnet_subject,
	.fill = alkaid_nl_subnet_fill,
};

static const void *alkaid_nl_subnet_rev_subject(struct alkaid_dev *ad,
						const void *obj, bool dies)
{
	const struct alkaid_subnet_rev *rev = obj;

	return alkaid_nl_rev_is_news(ad, &rev->subnet->gen, dies) ?
	       rev->subnet : NULL;
}

const struct alkaid_nl_news alkaid_nl_subnet_rev_news = {
	.kind = &alkaid_subnet_rev_kind,
	.cmd_new = ALKAID_CMD_SUBNET_NEW_NTF,
	.cmd_del = ALKAID_CMD_SUBNET_DEL_NTF,
	.attr = ALKAID_A_SUBNET_COMMIT,
	.subject = alkaid_nl_subnet_rev_subject,
	.fill = alkaid_nl_subnet_fill,
};

int alkaid_nl_subnet_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_subnet_cfg cfg;
	int err = alkaid_nl_subnet_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_subnet_set, &cfg);
}

int alkaid_nl_subnet_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_subnet_cfg cfg;
	int err = alkaid_nl_subnet_parse(info, &cfg);

	return err ?: alkaid_nl_change(info, alkaid_nl_subnet_unset, &cfg);
}

int alkaid_nl_subnet_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_subnet_cfg cfg;
	int err = alkaid_nl_subnet_parse(info, &cfg);

	return err ?: alkaid_nl_show(info, alkaid_nl_subnet_find,
				     alkaid_nl_subnet_fill, &cfg);
}

int alkaid_nl_subnet_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_subnet_dump);
}
