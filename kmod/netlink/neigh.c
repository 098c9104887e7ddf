// SPDX-License-Identifier: GPL-2.0
/* Neighbors over netlink. */
#include <uapi/alkaid_entry.h>

#include "../compat.h"
#include "../device.h"
#include "../table/endpoint.h"
#include "../table/neigh.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "family.h"
#include "news.h"

static int alkaid_nl_neigh_parse(struct genl_info *info,
				 struct alkaid_neigh_cfg *cfg)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(cfg, 0, sizeof(*cfg));
	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_NEIGH_SUBNET) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_NEIGH_IP)) {
		NL_SET_ERR_MSG(info->extack, "subnet and ip are required");
		return -EINVAL;
	}
	cfg->subnet = nla_get_u32(attrs[ALKAID_A_NEIGH_SUBNET]);
	err = alkaid_nl_addr(attrs[ALKAID_A_NEIGH_IP], &cfg->addr,
			     info->extack);
	if (err || info->genlhdr->cmd != ALKAID_CMD_NEIGH_NEW)
		return err;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_NEIGH_MAC) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_NEIGH_HOST)) {
		NL_SET_ERR_MSG(info->extack, "mac and host are required");
		return -EINVAL;
	}
	ether_addr_copy(cfg->mac, nla_data(attrs[ALKAID_A_NEIGH_MAC]));
	return alkaid_nl_addr(attrs[ALKAID_A_NEIGH_HOST], &cfg->host,
			      info->extack);
}

static int alkaid_nl_neigh_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				const void *obj)
{
	const struct alkaid_endpoint *ep = obj;

	if (nla_put_u32(skb, ALKAID_A_NEIGH_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_NEIGH_SUBNET, ep->subnet->id) ||
	    alkaid_nl_put_addr(skb, ALKAID_A_NEIGH_IP, &ep->ip) ||
	    nla_put(skb, ALKAID_A_NEIGH_MAC, ETH_ALEN, ep->mac) ||
	    alkaid_nl_put_addr(skb, ALKAID_A_NEIGH_HOST,
			       &alkaid_endpoint_vtep(ep)->addr) ||
	    nla_put_u32(skb, ALKAID_A_NEIGH_VPC, ep->subnet->vpc->id) ||
	    nla_put_u32(skb, ALKAID_A_NEIGH_VNI, ep->subnet->vni))
		return -EMSGSIZE;
	return 0;
}

/* Whether this host can send to the neighbor's. */
static int alkaid_nl_neigh_check(const struct alkaid_dev *ad,
				 const struct alkaid_neigh_cfg *cfg,
				 struct netlink_ext_ack *extack)
{
	bool v4 = alkaid_addr_is_v4(&cfg->host);
	const struct in6_addr *local = v4 ? &ad->local : &ad->local6;
	char text[ALKAID_ADDR_TEXT];

	if (ipv6_addr_any(local)) {
		alkaid_extack_fmt(extack, "host %s: %s has no %s",
				  alkaid_addr_text(&cfg->host, text),
				  ad->dev->name, v4 ? "local" : "local6");
		return -EAFNOSUPPORT;
	}
	if (ipv6_addr_equal(&cfg->host, local)) {
		alkaid_extack_fmt(extack,
				  "host %s is this one: bind a port instead",
				  alkaid_addr_text(&cfg->host, text));
		return -EINVAL;
	}
	return 0;
}

/**
 * typedef alkaid_nl_neigh_change_t - change a neighbor
 * @ad: device
 * @subnet: that of @cfg in the next generation, or NULL if there is none
 * @cfg: what the neighbor is to be
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * Context: between alkaid_txn_enter() and alkaid_txn_leave().
 * Return: 0 or a negative errno.
 */
typedef int (*alkaid_nl_neigh_change_t)(struct alkaid_dev *ad,
					struct alkaid_subnet *subnet,
					const struct alkaid_neigh_cfg *cfg,
					enum alkaid_new mode,
					struct netlink_ext_ack *extack);

static int alkaid_nl_neigh_set(struct alkaid_dev *ad,
			       struct alkaid_subnet *subnet,
			       const struct alkaid_neigh_cfg *cfg,
			       enum alkaid_new mode,
			       struct netlink_ext_ack *extack)
{
	int err = alkaid_nl_neigh_check(ad, cfg, extack);

	return err ?: alkaid_neigh_new(&ad->tables, subnet, cfg, mode, extack);
}

static int alkaid_nl_neigh_unset(struct alkaid_dev *ad,
				 struct alkaid_subnet *subnet,
				 const struct alkaid_neigh_cfg *cfg,
				 enum alkaid_new mode,
				 struct netlink_ext_ack *extack)
{
	return alkaid_neigh_del(&ad->tables, cfg->subnet, &cfg->addr, extack);
}

static const void *alkaid_nl_neigh_find(struct alkaid_dev *ad, const void *obj)
{
	const struct alkaid_neigh_cfg *cfg = obj;

	return alkaid_neigh_lookup(&ad->tables, cfg->subnet, &cfg->addr,
				   ad->tables.gen);
}

static bool alkaid_nl_neigh_pick(const void *obj, u32 gen)
{
	const struct alkaid_endpoint *ep = obj;

	return alkaid_endpoint_vtep(ep) && alkaid_gen_visible(&ep->gen, gen);
}

static int alkaid_nl_neigh_dump(struct sk_buff *skb,
				struct netlink_callback *cb,
				struct alkaid_dev *ad)
{
	return alkaid_nl_dump_index(skb, cb, ad, &ad->tables.endpoints_by_ip,
				    ALKAID_CMD_NEIGH_GET, alkaid_nl_neigh_pick,
				    alkaid_nl_neigh_fill);
}

/* The addresses of a port are told with it. */
static const void *alkaid_nl_neigh_subject(struct alkaid_dev *ad,
					   const void *obj, bool dies)
{
	const struct alkaid_endpoint *ep = obj;

	if (!alkaid_endpoint_vtep(ep))
		return NULL;
	return dies && alkaid_neigh_lookup(&ad->tables, ep->subnet->id,
					   &ep->ip, ad->tables.gen) ?
	       NULL : ep;
}

const struct alkaid_nl_news alkaid_nl_neigh_news = {
	.kind = &alkaid_endpoint_kind,
	.cmd_new = ALKAID_CMD_NEIGH_NEW_NTF,
	.cmd_del = ALKAID_CMD_NEIGH_DEL_NTF,
	.attr = ALKAID_A_NEIGH_COMMIT,
	.subject = alkaid_nl_neigh_subject,
	.fill = alkaid_nl_neigh_fill,
};

/**
 * struct alkaid_nl_neighs - the neighbors of a message
 * @cfg: what they have in common; if the message has one alone, all of it
 * @n: how many entries
 * @entries: they
 * @change: makes the change of one
 */
struct alkaid_nl_neighs {
	struct alkaid_neigh_cfg cfg;
	u32 n;
	const struct alkaid_neigh_entry *entries;
	alkaid_nl_neigh_change_t change;
};

static int alkaid_nl_entries_parse(struct genl_info *info,
				   struct alkaid_nl_neighs *neighs)
{
	struct nlattr **attrs = info->attrs;
	const struct nlattr *nla = attrs[ALKAID_A_NEIGH_ENTRIES];

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_NEIGH_SUBNET)) {
		NL_SET_ERR_MSG(info->extack, "subnet is required");
		return -EINVAL;
	}
	if (attrs[ALKAID_A_NEIGH_IP] ||
	    (info->genlhdr->cmd == ALKAID_CMD_NEIGH_NEW &&
	     (attrs[ALKAID_A_NEIGH_MAC] || attrs[ALKAID_A_NEIGH_HOST]))) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "entries exclude ip, mac and host");
		return -EINVAL;
	}
	if (nla_len(nla) % sizeof(struct alkaid_neigh_entry) || !nla_len(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "entries must be whole, and one at least");
		return -EINVAL;
	}
	neighs->cfg.subnet = nla_get_u32(attrs[ALKAID_A_NEIGH_SUBNET]);
	neighs->n = nla_len(nla) / sizeof(struct alkaid_neigh_entry);
	neighs->entries = nla_data(nla);
	return 0;
}

static int alkaid_nl_entry_parse(const struct alkaid_neigh_entry *entry,
				 struct alkaid_neigh_cfg *cfg,
				 struct netlink_ext_ack *extack)
{
	if (memchr_inv(entry->reserved, 0, sizeof(entry->reserved))) {
		NL_SET_ERR_MSG(extack, "reserved must be zero");
		return -EINVAL;
	}
	memcpy(&cfg->addr, entry->ip, sizeof(cfg->addr));
	memcpy(&cfg->host, entry->host, sizeof(cfg->host));
	ether_addr_copy(cfg->mac, entry->mac);
	return 0;
}

/* So many entries ahead of the one that is put into the tables. */
#define ALKAID_NL_ENTRIES_AHEAD	8

static void alkaid_nl_entry_prefetch(const struct alkaid_tables *t,
				     const struct alkaid_subnet *subnet,
				     const struct alkaid_neigh_entry *entry)
{
	struct in6_addr addr;

	memcpy(&addr, entry->ip, sizeof(addr));
	alkaid_endpoint_prefetch(t, subnet, &addr, entry->mac);
}

static int alkaid_nl_entries_change(struct alkaid_dev *ad,
				    struct alkaid_subnet *subnet,
				    const struct alkaid_nl_neighs *neighs,
				    enum alkaid_new mode,
				    struct netlink_ext_ack *extack)
{
	const struct alkaid_neigh_entry *entry = neighs->entries;
	const struct alkaid_neigh_entry *end = entry + neighs->n;
	struct alkaid_neigh_cfg cfg = neighs->cfg;
	int err = 0;

	for (; entry < end && !err; entry++) {
		if (subnet && end - entry > ALKAID_NL_ENTRIES_AHEAD)
			alkaid_nl_entry_prefetch(&ad->tables, subnet,
						 entry + ALKAID_NL_ENTRIES_AHEAD);
		err = alkaid_nl_entry_parse(entry, &cfg, extack);
		err = err ?: neighs->change(ad, subnet, &cfg, mode, extack);
		if (err)
			NL_SET_BAD_ATTR(extack, (const void *)entry);
	}
	return err;
}

static int alkaid_nl_neighs_change(struct alkaid_dev *ad, const void *obj,
				   enum alkaid_new mode,
				   struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_neighs *neighs = obj;
	struct alkaid_subnet *subnet;

	subnet = alkaid_subnet_lookup(&ad->tables, neighs->cfg.subnet,
				      alkaid_tables_next(&ad->tables));
	if (neighs->entries)
		return alkaid_nl_entries_change(ad, subnet, neighs, mode,
						extack);
	return neighs->change(ad, subnet, &neighs->cfg, mode, extack);
}

static int alkaid_nl_neigh_doit(struct genl_info *info,
				alkaid_nl_neigh_change_t change)
{
	struct alkaid_nl_neighs neighs = { .change = change };
	int err;

	if (info->attrs[ALKAID_A_NEIGH_ENTRIES])
		err = alkaid_nl_entries_parse(info, &neighs);
	else
		err = alkaid_nl_neigh_parse(info, &neighs.cfg);
	return err ?: alkaid_nl_change(info, alkaid_nl_neighs_change, &neighs);
}

int alkaid_nl_neigh_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_neigh_doit(info, alkaid_nl_neigh_set);
}

int alkaid_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_neigh_doit(info, alkaid_nl_neigh_unset);
}

int alkaid_nl_neigh_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_neigh_cfg cfg;
	int err = alkaid_nl_neigh_parse(info, &cfg);

	return err ?: alkaid_nl_show(info, alkaid_nl_neigh_find,
				     alkaid_nl_neigh_fill, &cfg);
}

int alkaid_nl_neigh_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_neigh_dump);
}
