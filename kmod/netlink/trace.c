// SPDX-License-Identifier: GPL-2.0
/* Traces over netlink: of a frame that is given, and of real ones. */
#include <linux/notifier.h>
#include <linux/rtnetlink.h>

#include "../attach.h"
#include "../device.h"
#include "../path/pipeline.h"
#include "../path/watch.h"
#include "../table/port.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "family.h"

/* A record with as many steps as there may be, each with all it can have. */
#define ALKAID_NL_RECORD_SIZE	6144

static const char *const alkaid_nl_verdicts[] = {
	[ALKAID_DO_DROP] = "drop",
	[ALKAID_DO_DELIVER] = "deliver",
	[ALKAID_DO_ENCAP] = "encap",
	[ALKAID_DO_FLOOD] = "flood",
	[ALKAID_DO_ARP_REPLY] = "arp_reply",
	[ALKAID_DO_ND_REPLY] = "nd_reply",
	[ALKAID_DO_RA_REPLY] = "ra_reply",
	[ALKAID_DO_ECHO_REPLY] = "echo_reply",
};

static const char *const alkaid_nl_tells[] = {
	[ALKAID_TELL_TTL] = "time-exceeded",
	[ALKAID_TELL_NET] = "net-unreachable",
	[ALKAID_TELL_HOST] = "host-unreachable",
	[ALKAID_TELL_PORT] = "port-unreachable",
	[ALKAID_TELL_TOO_BIG] = "too-big",
};

/* What is zero is left out of a record. */
static int alkaid_nl_put_some_u32(struct sk_buff *skb, int type, u32 value)
{
	return value ? nla_put_u32(skb, type, value) : 0;
}

static int alkaid_nl_put_some_mac(struct sk_buff *skb, int type, const u8 *mac)
{
	return is_zero_ether_addr(mac) ? 0 : nla_put(skb, type, ETH_ALEN, mac);
}

static int alkaid_nl_put_some_addr(struct sk_buff *skb, int type,
				   const struct in6_addr *addr)
{
	return ipv6_addr_any(addr) ? 0 : alkaid_nl_put_addr(skb, type, addr);
}

static int alkaid_nl_put_port(struct sk_buff *skb, int type, struct net *net,
			      int ifindex)
{
	const struct net_device *dev = ifindex ?
		dev_get_by_index_rcu(net, ifindex) : NULL;

	return dev ? nla_put_string(skb, type, dev->name) : 0;
}

static int alkaid_nl_trace_put_prefix(struct sk_buff *skb,
				      const struct alkaid_trace_step *step)
{
	if (step->kind != ALKAID_STEP_ROUTE || !step->found)
		return 0;
	return alkaid_nl_put_prefix(skb, ALKAID_A_STEP_PREFIX, &step->route,
				    NULL);
}

static int alkaid_nl_trace_fill_step(struct sk_buff *skb, struct net *net,
				     const struct alkaid_trace_step *step)
{
	struct nlattr *nest = nla_nest_start(skb, ALKAID_A_TRACE_STEP);

	if (!nest ||
	    nla_put_u32(skb, ALKAID_A_STEP_KIND, step->kind) ||
	    nla_put_u8(skb, ALKAID_A_STEP_FOUND, step->found) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_VPC, step->vpc) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_SUBNET, step->subnet) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_VNI, step->vni) ||
	    alkaid_nl_put_some_addr(skb, ALKAID_A_STEP_IP, &step->addr) ||
	    alkaid_nl_trace_put_prefix(skb, step) ||
	    alkaid_nl_put_some_addr(skb, ALKAID_A_STEP_VIA, &step->via) ||
	    alkaid_nl_put_some_mac(skb, ALKAID_A_STEP_MAC, step->mac) ||
	    alkaid_nl_put_port(skb, ALKAID_A_STEP_PORT, net, step->port) ||
	    alkaid_nl_put_some_addr(skb, ALKAID_A_STEP_HOST, &step->host) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_MTU, step->mtu) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_LEN, step->len) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_STEP_GATEWAY_GROUP,
				   step->group))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static enum alkaid_action alkaid_nl_trace_action(const struct alkaid_trace *trace)
{
	return trace->dropped ? ALKAID_DO_DROP : trace->verdict.action;
}

/* What is encapsulated says why it goes where it goes. */
static const char *alkaid_nl_trace_verdict(const struct alkaid_trace *trace)
{
	enum alkaid_action action = alkaid_nl_trace_action(trace);
	const struct alkaid_verdict *v = &trace->verdict;

	if (action == ALKAID_DO_ENCAP && v->relayed)
		return "relay";
	if (action == ALKAID_DO_ENCAP && v->flow)
		return "direct";
	if (action == ALKAID_DO_ENCAP && v->gateway)
		return "steer";
	return alkaid_nl_verdicts[action];
}

/* The MACs of what leaves: the frame, or the answer to it. */
static int alkaid_nl_trace_fill_macs(struct sk_buff *skb,
				     const struct alkaid_trace *trace)
{
	const struct alkaid_verdict *v = &trace->verdict;
	const u8 *src = trace->key.smac, *dst = trace->key.dmac;

	switch (v->action) {
	case ALKAID_DO_ARP_REPLY:
	case ALKAID_DO_ND_REPLY:
	case ALKAID_DO_RA_REPLY:
		src = v->smac;
		dst = trace->key.smac;
		break;
	case ALKAID_DO_ECHO_REPLY:
		src = trace->key.dmac;
		dst = trace->key.smac;
		break;
	default:
		if (v->routed || v->redirected)
			dst = v->dmac;
		if (v->routed || v->restored)
			src = v->smac;
		break;
	}
	return nla_put(skb, ALKAID_A_OUT_SRC_MAC, ETH_ALEN, src) ?:
	       nla_put(skb, ALKAID_A_OUT_DST_MAC, ETH_ALEN, dst);
}

static int alkaid_nl_trace_fill_sent(struct sk_buff *skb,
				     const struct alkaid_trace *trace)
{
	const struct alkaid_verdict *v = &trace->verdict;
	const struct alkaid_port *port = v->port ?: trace->key.port;

	if (v->action == ALKAID_DO_ENCAP) {
		if (nla_put_u32(skb, ALKAID_A_OUT_VNI, v->vni) ||
		    nla_put_u32(skb, ALKAID_A_OUT_ENCAP, v->encap) ||
		    alkaid_nl_put_addr(skb, ALKAID_A_OUT_HOST, &v->vtep->addr))
			return -EMSGSIZE;
	} else if (v->action != ALKAID_DO_FLOOD) {
		if (port && nla_put_string(skb, ALKAID_A_OUT_PORT,
					   port->dev->name))
			return -EMSGSIZE;
	}
	if (v->routed && nla_put_u8(skb, ALKAID_A_OUT_TTL, trace->key.ttl - 1))
		return -EMSGSIZE;
	return alkaid_nl_trace_fill_macs(skb, trace);
}

static int alkaid_nl_trace_fill_out(struct sk_buff *skb,
				    const struct alkaid_trace *trace)
{
	const struct alkaid_verdict *v = &trace->verdict;
	struct nlattr *nest = nla_nest_start(skb, ALKAID_A_TRACE_OUT);

	if (!nest ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_OUT_MTU,
				   v->mtu ?: v->fragment) ||
	    (alkaid_nl_trace_action(trace) != ALKAID_DO_DROP &&
	     alkaid_nl_trace_fill_sent(skb, trace)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int alkaid_nl_trace_fill_verdict(struct sk_buff *skb,
					const struct alkaid_trace *trace)
{
	enum alkaid_tell tell = trace->verdict.tell;

	if (nla_put_string(skb, ALKAID_A_TRACE_VERDICT,
			   alkaid_nl_trace_verdict(trace)) ||
	    (trace->dropped &&
	     nla_put_string(skb, ALKAID_A_TRACE_REASON,
			    alkaid_drop_name(trace->dropped))) ||
	    (tell && nla_put_string(skb, ALKAID_A_TRACE_TELL,
				    alkaid_nl_tells[tell])))
		return -EMSGSIZE;
	return alkaid_nl_trace_fill_out(skb, trace);
}

/* Context: the RCU read side of the decision. */
static int alkaid_nl_trace_fill(struct sk_buff *skb,
				const struct alkaid_trace *trace)
{
	const struct alkaid_dev *ad = trace->ad;
	int i;

	if (nla_put_u32(skb, ALKAID_A_TRACE_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u32(skb, ALKAID_A_TRACE_LEN, trace->len) ||
	    nla_put(skb, ALKAID_A_TRACE_FRAME, trace->n_head, trace->head) ||
	    (trace->key.port ?
	     nla_put_string(skb, ALKAID_A_TRACE_PORT,
			    trace->key.port->dev->name) :
	     nla_put_u32(skb, ALKAID_A_TRACE_VNI, trace->key.vni)))
		return -EMSGSIZE;
	for (i = 0; i < trace->steps.n; i++)
		if (alkaid_nl_trace_fill_step(skb, ad->net,
					      &trace->steps.step[i]))
			return -EMSGSIZE;
	return alkaid_nl_trace_fill_verdict(skb, trace);
}

/**
 * struct alkaid_nl_trace - a request to trace a frame
 * @trace: the result
 * @frame: the frame
 */
struct alkaid_nl_trace {
	struct alkaid_trace *trace;
	struct sk_buff *frame;
};

/* What is decided is written down before the tables may change. */
static int alkaid_nl_trace_answer(struct sk_buff *skb, struct alkaid_dev *ad,
				  const void *obj)
{
	const struct alkaid_nl_trace *req = obj;
	int err;

	rcu_read_lock_bh();
	rcu_read_lock();
	alkaid_pipeline_foresee(req->trace, req->frame);
	err = alkaid_nl_trace_fill(skb, req->trace);
	rcu_read_unlock();
	rcu_read_unlock_bh();
	return err;
}

static int alkaid_nl_trace_port(struct genl_info *info, struct alkaid_dev *ad,
				struct alkaid_port **out)
{
	const struct nlattr *nla = info->attrs[ALKAID_A_TRACE_PORT_IFINDEX];
	struct net_device *dev = __dev_get_by_index(ad->net, nla_get_u32(nla));

	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "no such netdev");
		return -ENODEV;
	}
	*out = alkaid_attached(ad, dev);
	if (*out)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "netdev is not a port of the device");
	return -EINVAL;
}

static int alkaid_nl_trace_from(struct genl_info *info,
				struct alkaid_trace *trace)
{
	const struct nlattr *vni = info->attrs[ALKAID_A_TRACE_VNI];

	if (!vni)
		return alkaid_nl_trace_port(info, trace->ad, &trace->key.port);
	trace->key.vni = nla_get_u32(vni);
	if (trace->key.vni <= ALKAID_VNI_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, vni, "vni is 16777215 at most");
	return -ERANGE;
}

/* The trace is of what the key says at the time of the answer. */
static int alkaid_nl_trace_run(struct genl_info *info, struct alkaid_dev *ad,
			       const struct alkaid_nl_trace *req)
{
	int err;

	req->trace->ad = ad;
	/* A port stays one while this is held. */
	rtnl_lock();
	err = alkaid_nl_trace_from(info, req->trace);
	if (!err)
		err = alkaid_nl_reply(info, ad, alkaid_nl_trace_answer, req);
	rtnl_unlock();
	return err;
}

static int alkaid_nl_trace_check(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;

	if (!attrs[ALKAID_A_TRACE_PORT_IFINDEX] == !attrs[ALKAID_A_TRACE_VNI]) {
		NL_SET_ERR_MSG(info->extack,
			       "either port-ifindex or vni is required");
		return -EINVAL;
	}
	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_TRACE_FRAME)) {
		NL_SET_ERR_MSG(info->extack, "frame is required");
		return -EINVAL;
	}
	return 0;
}

static int alkaid_nl_trace_alloc(struct alkaid_nl_trace *req,
				 const struct nlattr *frame)
{
	u32 len = nla_len(frame);

	req->trace = kzalloc(sizeof(*req->trace), GFP_KERNEL);
	req->frame = alloc_skb(len, GFP_KERNEL);
	if (!req->trace || !req->frame)
		return -ENOMEM;
	skb_put_data(req->frame, nla_data(frame), len);
	req->trace->len = len;
	req->trace->n_head = min_t(u32, len, ALKAID_TRACE_HEAD);
	memcpy(req->trace->head, nla_data(frame), req->trace->n_head);
	return 0;
}

int alkaid_nl_trace_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_nl_trace req;
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_trace_check(info);
	if (err)
		return err;
	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_nl_trace_alloc(&req, info->attrs[ALKAID_A_TRACE_FRAME]);
	if (!err) {
		static_branch_inc(&alkaid_steps_key);
		err = alkaid_nl_trace_run(info, nd.ad, &req);
		static_branch_dec(&alkaid_steps_key);
	}
	kfree(req.trace);
	kfree_skb(req.frame);
	alkaid_nl_dev_put(&nd);
	return err;
}

static int alkaid_nl_trace_record(const struct alkaid_watch *watch,
				  const struct alkaid_trace *trace, u32 lost)
{
	u32 portid = watch->cfg.portid;
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(ALKAID_NL_RECORD_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return -EAGAIN;
	hdr = genlmsg_put(skb, portid, 0, &alkaid_nl_family, 0,
			  ALKAID_CMD_TRACE_NTF);
	if (!hdr || alkaid_nl_trace_fill(skb, trace) ||
	    alkaid_nl_put_some_u32(skb, ALKAID_A_TRACE_LOST, lost)) {
		nlmsg_free(skb);
		return -EAGAIN;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_unicast(trace->ad->net, skb, portid);
}

static int alkaid_nl_trace_parse(struct genl_info *info, struct alkaid_dev *ad,
				 struct alkaid_watch_cfg *cfg)
{
	struct nlattr **attrs = info->attrs;
	struct alkaid_port *port;
	int err = 0;

	cfg->portid = info->snd_portid;
	cfg->record = alkaid_nl_trace_record;
	cfg->has_src = attrs[ALKAID_A_TRACE_SRC];
	cfg->has_dst = attrs[ALKAID_A_TRACE_DST];
	if (attrs[ALKAID_A_TRACE_PORT_IFINDEX]) {
		rtnl_lock();
		err = alkaid_nl_trace_port(info, ad, &port);
		rtnl_unlock();
		cfg->port = nla_get_u32(attrs[ALKAID_A_TRACE_PORT_IFINDEX]);
	}
	if (!err && attrs[ALKAID_A_TRACE_SRC])
		err = alkaid_nl_prefix(attrs[ALKAID_A_TRACE_SRC], &cfg->src,
				       info->extack);
	if (!err && attrs[ALKAID_A_TRACE_DST])
		err = alkaid_nl_prefix(attrs[ALKAID_A_TRACE_DST], &cfg->dst,
				       info->extack);
	if (attrs[ALKAID_A_TRACE_VPC])
		cfg->vpc = nla_get_u32(attrs[ALKAID_A_TRACE_VPC]);
	if (attrs[ALKAID_A_TRACE_PROTO])
		cfg->proto = nla_get_u8(attrs[ALKAID_A_TRACE_PROTO]);
	if (attrs[ALKAID_A_TRACE_SPORT])
		cfg->sport = nla_get_u16(attrs[ALKAID_A_TRACE_SPORT]);
	if (attrs[ALKAID_A_TRACE_DPORT])
		cfg->dport = nla_get_u16(attrs[ALKAID_A_TRACE_DPORT]);
	if (attrs[ALKAID_A_TRACE_COUNT])
		cfg->count = nla_get_u32(attrs[ALKAID_A_TRACE_COUNT]);
	return err;
}

int alkaid_nl_trace_live_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct alkaid_watch_cfg cfg = {
		.proto = ALKAID_WATCH_ANY,
		.sport = ALKAID_WATCH_ANY,
		.dport = ALKAID_WATCH_ANY,
	};
	struct alkaid_nl_dev nd;
	int err;

	err = alkaid_nl_dev_get(&nd, genl_info_net(info),
				info->attrs[ALKAID_NL_IFINDEX], info->extack);
	if (err)
		return err;
	err = alkaid_nl_trace_parse(info, nd.ad, &cfg);
	if (!err)
		err = alkaid_watch_add(&nd.ad->watches, &cfg, info->extack);
	alkaid_nl_dev_put(&nd);
	return err;
}

/* A device that a socket which is closed watches. */
static struct alkaid_dev *alkaid_nl_trace_watched(struct net *net, u32 portid,
						  netdevice_tracker *tracker)
{
	struct alkaid_dev *ad;

	rcu_read_lock();
	for (ad = alkaid_dev_next(net, NULL); ad; ad = alkaid_dev_next(net, ad))
		if (alkaid_watch_exists(&ad->watches, portid))
			break;
	if (ad)
		netdev_hold(ad->dev, tracker, GFP_ATOMIC);
	rcu_read_unlock();
	return ad;
}

static int alkaid_nl_trace_event(struct notifier_block *nb,
				 unsigned long event, void *ptr)
{
	struct netlink_notify *n = ptr;
	struct alkaid_nl_dev nd;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	while ((nd.ad = alkaid_nl_trace_watched(n->net, n->portid,
						&nd.tracker))) {
		alkaid_watch_del(&nd.ad->watches, n->portid);
		alkaid_nl_dev_put(&nd);
	}
	return NOTIFY_DONE;
}

static struct notifier_block alkaid_nl_trace_notifier = {
	.notifier_call = alkaid_nl_trace_event,
};

/**
 * alkaid_nl_trace_init() - watch sockets close
 *
 * Return: 0 or a negative errno.
 */
int alkaid_nl_trace_init(void)
{
	return netlink_register_notifier(&alkaid_nl_trace_notifier);
}

/**
 * alkaid_nl_trace_exit() - stop watching
 */
void alkaid_nl_trace_exit(void)
{
	netlink_unregister_notifier(&alkaid_nl_trace_notifier);
}
