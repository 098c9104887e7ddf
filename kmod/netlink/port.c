// SPDX-License-Identifier: GPL-2.0
/* Ports over netlink. */
#include <linux/rtnetlink.h>

#include "../attach.h"
#include "../compat.h"
#include "../device.h"
#include "../table/binding.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "family.h"
#include "news.h"

/**
 * struct alkaid_nl_port - a request for a port
 * @port: the port, once it is attached
 * @ifindex: of its netdev
 * @cfg: what it is to be
 */
struct alkaid_nl_port {
	struct alkaid_port *port;
	u32 ifindex;
	struct alkaid_binding_cfg cfg;
};

/*
 * The attributes that may come more than once: the addresses first, so that they
 * are the first sources, then the allowed pairs.
 */
static int alkaid_nl_port_parse_sources(struct genl_info *info, int type,
					struct alkaid_binding_cfg *cfg)
{
	struct alkaid_source *source;
	struct nlattr *nla;
	int rem, err, n = 0;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != type)
			continue;
		if (n++ == ALKAID_PORT_ADDRS_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla,
					    "a port has 64 of them at most");
			return -E2BIG;
		}
		source = &cfg->sources[cfg->n_sources];
		ether_addr_copy(source->mac, cfg->mac);
		if (type == ALKAID_A_PORT_ALLOW) {
			err = alkaid_nl_pair(nla, &source->prefix, source->mac,
					     info->extack);
		} else {
			source->prefix.len = 128;
			err = alkaid_nl_addr(nla, &source->prefix.addr,
					     info->extack);
		}
		if (err)
			return err;
		cfg->n_sources++;
	}
	return 0;
}

static int alkaid_nl_port_parse(struct genl_info *info,
				struct alkaid_nl_port *req)
{
	struct alkaid_binding_cfg *cfg = &req->cfg;
	struct nlattr **attrs = info->attrs;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_PORT_PORT_IFINDEX)) {
		NL_SET_ERR_MSG(info->extack, "port-ifindex is required");
		return -EINVAL;
	}
	req->ifindex = nla_get_u32(attrs[ALKAID_A_PORT_PORT_IFINDEX]);
	if (info->genlhdr->cmd != ALKAID_CMD_PORT_NEW)
		return 0;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_PORT_SUBNET) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_PORT_MAC) ||
	    GENL_REQ_ATTR_CHECK(info, ALKAID_A_PORT_IP)) {
		NL_SET_ERR_MSG(info->extack, "subnet, mac and ip are required");
		return -EINVAL;
	}
	cfg->subnet = nla_get_u32(attrs[ALKAID_A_PORT_SUBNET]);
	ether_addr_copy(cfg->mac, nla_data(attrs[ALKAID_A_PORT_MAC]));
	cfg->antispoof = !attrs[ALKAID_A_PORT_ANTISPOOF] ||
			 nla_get_u8(attrs[ALKAID_A_PORT_ANTISPOOF]);
	err = alkaid_nl_port_parse_sources(info, ALKAID_A_PORT_IP, cfg);
	cfg->n_ips = cfg->n_sources;
	return err ?: alkaid_nl_port_parse_sources(info, ALKAID_A_PORT_ALLOW,
						   cfg);
}

static int alkaid_nl_port_fill_binding(struct sk_buff *skb,
				       const struct alkaid_binding *binding)
{
	const struct alkaid_source *source;
	const u8 *mac;
	int i;

	if (nla_put_u32(skb, ALKAID_A_PORT_SUBNET, binding->subnet->id) ||
	    nla_put_u32(skb, ALKAID_A_PORT_VPC, binding->subnet->vpc->id) ||
	    nla_put_u32(skb, ALKAID_A_PORT_VNI, binding->subnet->vni) ||
	    nla_put(skb, ALKAID_A_PORT_MAC, ETH_ALEN, binding->mac) ||
	    nla_put_u8(skb, ALKAID_A_PORT_ANTISPOOF, binding->antispoof))
		return -EMSGSIZE;
	for (i = 0; i < binding->n_sources; i++) {
		source = &binding->sources[i];
		mac = ether_addr_equal(source->mac, binding->mac) ? NULL :
								     source->mac;
		if (alkaid_nl_put_prefix(skb, i < binding->n_ips ?
					 ALKAID_A_PORT_IP : ALKAID_A_PORT_ALLOW,
					 &source->prefix, mac))
			return -EMSGSIZE;
	}
	return 0;
}

/* With what it is, or was, bound to, if anything. */
static int alkaid_nl_port_put(struct sk_buff *skb, struct alkaid_dev *ad,
			      const struct alkaid_port *port,
			      const struct alkaid_binding *binding)
{
	enum alkaid_port_state state = ALKAID_PORT_STATE_UNBOUND;

	if (alkaid_port_binding(port, ad->tables.gen))
		state = netif_running(port->dev) && netif_carrier_ok(port->dev) ?
			ALKAID_PORT_STATE_UP : ALKAID_PORT_STATE_DOWN;
	if (nla_put_u32(skb, ALKAID_A_PORT_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_PORT_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_string(skb, ALKAID_A_PORT_IFNAME, port->name) ||
	    nla_put_u32(skb, ALKAID_A_PORT_STATE, state) ||
	    alkaid_nl_put_counters(skb, ALKAID_A_PORT_COUNTERS,
				   port->counters))
		return -EMSGSIZE;
	return binding ? alkaid_nl_port_fill_binding(skb, binding) : 0;
}

static int alkaid_nl_port_fill(struct sk_buff *skb, struct alkaid_dev *ad,
			       const void *obj)
{
	const struct alkaid_port *port = obj;

	return alkaid_nl_port_put(skb, ad, port,
				  alkaid_port_binding(port, ad->tables.gen));
}

static int alkaid_nl_port_fill_news(struct sk_buff *skb, struct alkaid_dev *ad,
				    const void *obj)
{
	const struct alkaid_binding *binding = obj;

	return alkaid_nl_port_put(skb, ad, binding->port, binding);
}

/* Attached, and if it is the device itself, also bound. */
static bool alkaid_nl_port_shown(const struct alkaid_dev *ad,
				 const struct alkaid_port *port)
{
	return port != ad->self || alkaid_port_binding(port, ad->tables.gen);
}

static const void *alkaid_nl_port_find(struct alkaid_dev *ad, const void *cfg)
{
	const struct alkaid_nl_port *req = cfg;
	struct alkaid_port *port;

	list_for_each_entry(port, &ad->tables.ports, list)
		if (port->dev->ifindex == req->ifindex &&
		    alkaid_nl_port_shown(ad, port))
			return port;
	return NULL;
}

static int alkaid_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb,
			       struct alkaid_dev *ad)
{
	unsigned long *skip = (unsigned long *)cb->ctx;
	struct alkaid_port *port;
	unsigned long nth = 0;

	cb->seq = ad->tables.seq << 1 | 1;
	list_for_each_entry(port, &ad->tables.ports, list) {
		if (nth++ < *skip)
			continue;
		if (alkaid_nl_port_shown(ad, port) &&
		    alkaid_nl_dump_put(skb, cb, ad, ALKAID_CMD_PORT_GET,
				       alkaid_nl_port_fill, port))
			break;
		*skip = nth;
	}
	return skb->len;
}

static int alkaid_nl_port_bind(struct alkaid_dev *ad, const void *cfg,
			       enum alkaid_new mode,
			       struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_port *req = cfg;

	return alkaid_port_bind(&ad->tables, req->port, &req->cfg, mode,
				extack);
}

static int alkaid_nl_port_unbind(struct alkaid_dev *ad, const void *cfg,
				 enum alkaid_new mode,
				 struct netlink_ext_ack *extack)
{
	const struct alkaid_nl_port *req = cfg;

	return alkaid_port_unbind(&ad->tables, req->port, extack);
}

/* Find the port, or make it: RTNL is held. */
static int alkaid_nl_port_attach(struct genl_info *info, struct alkaid_dev *ad,
				 struct alkaid_nl_port *req)
{
	struct nlattr *nla = info->attrs[ALKAID_A_PORT_PORT_IFINDEX];
	struct net_device *dev;
	int err;

	/* The device's life is RTNL's: none begins to end after this. */
	if (ad->dev->reg_state != NETREG_REGISTERED) {
		NL_SET_ERR_MSG(info->extack, "device is being deleted");
		return -ENODEV;
	}
	dev = __dev_get_by_index(ad->net, req->ifindex);
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "no such netdev");
		return -ENODEV;
	}
	req->port = alkaid_attached(ad, dev);
	if (req->port)
		return 0;
	if (info->genlhdr->cmd != ALKAID_CMD_PORT_NEW) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "netdev is not a port of the device");
		return -ENOENT;
	}
	err = alkaid_attach(ad, dev, true, info->extack);
	if (!err)
		req->port = alkaid_attached(ad, dev);
	return err;
}

static int alkaid_nl_port_change(struct genl_info *info,
				 struct alkaid_nl_port *req,
				 alkaid_nl_change_t change)
{
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	rtnl_lock();
	err = alkaid_nl_port_attach(info, nd.ad, req);
	if (!err) {
		err = alkaid_nl_change_dev(info, nd.ad, change, req);
		alkaid_dev_sync(nd.ad);
	}
	rtnl_unlock();
	alkaid_nl_dev_put(&nd);
	return err;
}

static const void *alkaid_nl_port_subject(struct alkaid_dev *ad,
					  const void *obj, bool dies)
{
	const struct alkaid_binding *binding = obj;

	return dies && alkaid_port_binding(binding->port, ad->tables.gen) ?
	       NULL : binding;
}

const struct alkaid_nl_news alkaid_nl_port_news = {
	.kind = &alkaid_binding_kind,
	.cmd_new = ALKAID_CMD_PORT_NEW_NTF,
	.cmd_del = ALKAID_CMD_PORT_DEL_NTF,
	.attr = ALKAID_A_PORT_COMMIT,
	.subject = alkaid_nl_port_subject,
	.fill = alkaid_nl_port_fill_news,
};

int alkaid_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_port *req = kzalloc(sizeof(*req), GFP_KERNEL);
	int err;

	if (!req)
		return -ENOMEM;
	err = alkaid_nl_port_parse(info, req);
	if (!err)
		err = alkaid_nl_port_change(info, req, alkaid_nl_port_bind);
	kfree(req);
	return err;
}

int alkaid_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_port *req = kzalloc(sizeof(*req), GFP_KERNEL);
	int err;

	if (!req)
		return -ENOMEM;
	err = alkaid_nl_port_parse(info, req);
	if (!err)
		err = alkaid_nl_port_change(info, req, alkaid_nl_port_unbind);
	kfree(req);
	return err;
}

int alkaid_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_port *req = kzalloc(sizeof(*req), GFP_KERNEL);
	int err;

	if (!req)
		return -ENOMEM;
	err = alkaid_nl_port_parse(info, req);
	if (!err)
		err = alkaid_nl_show(info, alkaid_nl_port_find,
				     alkaid_nl_port_fill, req);
	kfree(req);
	return err;
}

int alkaid_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_port_dump);
}
