// SPDX-License-Identifier: GPL-2.0
/* Direct paths over netlink. They are taught by OAM, shown, and deleted. */
#include "../compat.h"
#include "../device.h"
#include "../table/flow.h"
#include "../table/group.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "family.h"

/**
 * struct alkaid_nl_flow - a direct path as it was a moment ago
 * @key: key
 * @vpc: id
 * @group: id
 * @instance: see struct alkaid_flow_cfg
 * @mac: see there
 * @host: address of the node
 * @timeout: see there
 * @idle: for how many seconds it was idle
 * @packets: that used it
 *
 * They come and go in softirq, without the tables' lock.
 */
struct alkaid_nl_flow {
	struct alkaid_flow_key key;
	u32 vpc;
	u32 group;
	__be32 instance;
	u8 mac[ETH_ALEN];
	struct in6_addr host;
	u16 timeout;
	u32 idle;
	u64 packets;
};

/* Context: RCU read side. */
static void alkaid_nl_flow_copy(const struct alkaid_flow *flow, u32 now,
				struct alkaid_nl_flow *copy)
{
	copy->key = flow->key;
	copy->vpc = flow->vpc->id;
	copy->group = flow->group->id;
	copy->instance = flow->instance;
	ether_addr_copy(copy->mac, flow->mac);
	copy->host = flow->vtep->addr;
	copy->timeout = READ_ONCE(flow->timeout);
	copy->idle = now - READ_ONCE(flow->used);
	copy->packets = READ_ONCE(flow->packets);
}

static int alkaid_nl_put_addr4(struct sk_buff *skb, int type, __be32 v4)
{
	const struct in6_addr addr = alkaid_addr_from_v4(v4);

	return alkaid_nl_put_addr(skb, type, &addr);
}

static int alkaid_nl_flow_fill_key(struct sk_buff *skb,
				   const struct alkaid_flow_key *key)
{
	if (alkaid_nl_put_addr4(skb, ALKAID_A_FLOW_DST, key->dst))
		return -EMSGSIZE;
	if (key->destination)
		return 0;
	if (nla_put_u32(skb, ALKAID_A_FLOW_VNI, key->id) ||
	    alkaid_nl_put_addr4(skb, ALKAID_A_FLOW_SRC, key->src) ||
	    nla_put_u8(skb, ALKAID_A_FLOW_PROTO, key->proto) ||
	    nla_put_u16(skb, ALKAID_A_FLOW_SPORT, ntohs(key->sport)) ||
	    nla_put_u16(skb, ALKAID_A_FLOW_DPORT, ntohs(key->dport)))
		return -EMSGSIZE;
	return 0;
}

static int alkaid_nl_flow_fill(struct sk_buff *skb, struct alkaid_dev *ad,
			       const void *obj)
{
	const struct alkaid_nl_flow *flow = obj;

	if (nla_put_u32(skb, ALKAID_A_FLOW_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_FLOW_VPC, flow->vpc) ||
	    alkaid_nl_flow_fill_key(skb, &flow->key) ||
	    alkaid_nl_put_addr4(skb, ALKAID_A_FLOW_INSTANCE_IP,
				flow->instance) ||
	    nla_put(skb, ALKAID_A_FLOW_INSTANCE_MAC, ETH_ALEN, flow->mac) ||
	    alkaid_nl_put_addr(skb, ALKAID_A_FLOW_HOST, &flow->host) ||
	    nla_put_u32(skb, ALKAID_A_FLOW_GATEWAY_GROUP, flow->group) ||
	    nla_put_u32(skb, ALKAID_A_FLOW_IDLE_TIMEOUT, flow->timeout) ||
	    nla_put_u32(skb, ALKAID_A_FLOW_IDLE, flow->idle) ||
	    nla_put_u64_64bit(skb, ALKAID_A_FLOW_PACKETS, flow->packets, 0))
		return -EMSGSIZE;
	return 0;
}

/* Where a dump goes on: behind a direct path, which may have ended. */
struct alkaid_nl_flow_pos {
	u64 serial;
	u32 list;
};

/*
 * Without the lock of the direct paths. In a list the newest is first, so that
 * who was there from beginning to end is shown once, whoever else came or went:
 * a dump need not be marked as interrupted.
 */
static int alkaid_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb,
			       struct alkaid_dev *ad)
{
	struct alkaid_nl_flow_pos *pos = (struct alkaid_nl_flow_pos *)cb->ctx;
	struct alkaid_flows *flows = &ad->tables.flows;
	const u32 now = alkaid_flow_now();
	const struct alkaid_flow *flow;
	struct alkaid_nl_flow copy;

	BUILD_BUG_ON(sizeof(*pos) > sizeof(cb->ctx));

	rcu_read_lock();
	for (; pos->list < ALKAID_FLOW_LISTS; pos->list++, pos->serial = 0) {
		alkaid_flow_for_each(flow, flows, pos->list) {
			if (pos->serial && flow->serial >= pos->serial)
				continue;
			if (alkaid_flow_is_void(flow, now))
				continue;
			alkaid_nl_flow_copy(flow, now, &copy);
			if (alkaid_nl_dump_put(skb, cb, ad, ALKAID_CMD_FLOW_GET,
					       alkaid_nl_flow_fill, &copy))
				goto full;
			pos->serial = flow->serial;
		}
	}
full:
	rcu_read_unlock();
	return skb->len;
}

static int alkaid_nl_addr4(const struct nlattr *nla, __be32 *v4,
			   struct netlink_ext_ack *extack)
{
	struct in6_addr addr;
	int err = alkaid_nl_addr(nla, &addr, extack);

	if (err)
		return err;
	if (!alkaid_addr_is_v4(&addr)) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "a flow has IPv4 addresses");
		return -EINVAL;
	}
	*v4 = alkaid_addr_v4(&addr);
	return 0;
}

/**
 * struct alkaid_nl_flow_req - which direct paths are meant
 * @key: key; of what is not given it is zero
 * @vpc: id
 * @has_vpc: it is given, as the others with their names
 * @has_vni: as it says
 * @has_src: as it says
 * @has_dst: as it says
 * @has_proto: as it says
 * @has_sport: as it says
 * @has_dport: as it says
 */
struct alkaid_nl_flow_req {
	struct alkaid_flow_key key;
	u32 vpc;
	bool has_vpc;
	bool has_vni;
	bool has_src;
	bool has_dst;
	bool has_proto;
	bool has_sport;
	bool has_dport;
};

static int alkaid_nl_flow_parse(struct genl_info *info,
				struct alkaid_nl_flow_req *req)
{
	struct nlattr **attrs = info->attrs;
	struct alkaid_flow_key *key = &req->key;
	int err = 0;

	memset(req, 0, sizeof(*req));
	req->has_vpc = attrs[ALKAID_A_FLOW_VPC];
	req->has_vni = attrs[ALKAID_A_FLOW_VNI];
	req->has_src = attrs[ALKAID_A_FLOW_SRC];
	req->has_dst = attrs[ALKAID_A_FLOW_DST];
	req->has_proto = attrs[ALKAID_A_FLOW_PROTO];
	req->has_sport = attrs[ALKAID_A_FLOW_SPORT];
	req->has_dport = attrs[ALKAID_A_FLOW_DPORT];
	if (req->has_vpc)
		req->vpc = nla_get_u32(attrs[ALKAID_A_FLOW_VPC]);
	if (req->has_vni)
		key->id = nla_get_u32(attrs[ALKAID_A_FLOW_VNI]);
	if (req->has_src)
		err = alkaid_nl_addr4(attrs[ALKAID_A_FLOW_SRC], &key->src,
				      info->extack);
	if (!err && req->has_dst)
		err = alkaid_nl_addr4(attrs[ALKAID_A_FLOW_DST], &key->dst,
				      info->extack);
	if (req->has_proto)
		key->proto = nla_get_u8(attrs[ALKAID_A_FLOW_PROTO]);
	if (req->has_sport)
		key->sport = htons(nla_get_u16(attrs[ALKAID_A_FLOW_SPORT]));
	if (req->has_dport)
		key->dport = htons(nla_get_u16(attrs[ALKAID_A_FLOW_DPORT]));
	return err;
}

static bool alkaid_nl_flow_match(const struct alkaid_flow *flow,
				 const void *arg)
{
	const struct alkaid_nl_flow_req *req = arg;
	const struct alkaid_flow_key *want = &req->key, *have = &flow->key;

	if (req->has_vpc && req->vpc != flow->vpc->id)
		return false;
	if (req->has_dst && want->dst != have->dst)
		return false;
	/* A destination has none of these. */
	if (have->destination)
		return !req->has_vni && !req->has_src && !req->has_proto &&
		       !req->has_sport && !req->has_dport;
	return (!req->has_vni || want->id == have->id) &&
	       (!req->has_src || want->src == have->src) &&
	       (!req->has_proto || want->proto == have->proto) &&
	       (!req->has_sport || want->sport == have->sport) &&
	       (!req->has_dport || want->dport == have->dport);
}

int alkaid_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_flow_req req;
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_flow_parse(info, &req);
	if (!err)
		err = alkaid_nl_dev_get(&nd, genl_info_net(info),
					info->attrs[ALKAID_NL_IFINDEX],
					info->extack);
	if (err)
		return err;
	err = alkaid_nl_lock(nd.ad, info->extack);
	if (err)
		goto out;
	if (!alkaid_flows_purge(&nd.ad->tables, alkaid_nl_flow_match, &req)) {
		NL_SET_ERR_MSG(info->extack, "no such flow");
		err = -ENOENT;
	}
	mutex_unlock(&nd.ad->tables.lock);
out:
	alkaid_nl_dev_put(&nd);
	return err;
}

/* What alkaid_nl_show() asks for, and is given. */
struct alkaid_nl_flow_get {
	struct alkaid_nl_flow_req req;
	struct alkaid_nl_flow copy;
};

static const void *alkaid_nl_flow_find(struct alkaid_dev *ad, const void *cfg)
{
	struct alkaid_nl_flow_get *get = (void *)cfg;
	const struct alkaid_flow *flow;
	bool found;

	rcu_read_lock();
	flow = rhashtable_lookup(&ad->tables.flows.table, &get->req.key,
				 alkaid_flow_params);
	found = flow && !alkaid_flow_is_void(flow, alkaid_flow_now());
	if (found)
		alkaid_nl_flow_copy(flow, alkaid_flow_now(), &get->copy);
	rcu_read_unlock();
	return found ? &get->copy : NULL;
}

int alkaid_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_flow_get get;
	int err;

	err = alkaid_nl_flow_parse(info, &get.req);
	if (err)
		return err;
	if (!get.req.has_dst) {
		NL_SET_ERR_MSG(info->extack, "dst is required");
		return -EINVAL;
	}
	if (!get.req.has_src) {
		if (!get.req.has_vpc) {
			NL_SET_ERR_MSG(info->extack,
				       "either vpc, or vni and src are required");
			return -EINVAL;
		}
		get.req.key = (struct alkaid_flow_key) {
			.id = get.req.vpc,
			.dst = get.req.key.dst,
			.destination = true,
		};
	}
	return alkaid_nl_show(info, alkaid_nl_flow_find, alkaid_nl_flow_fill,
			      &get);
}

int alkaid_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_flow_dump);
}
