// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams that come: to a socket for each port that a group has. */
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <net/udp_tunnel.h>

#include "../compat.h"
#include "../device.h"
#include "../table/endpoint.h"
#include "../table/flow.h"
#include "../table/group.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "decision.h"
#include "oam.h"
#include "rate.h"

/* Gateways send one for each packet that they relay; ours one for each flow. */
#define ALKAID_OAM_RATE		1000000

static unsigned int alkaid_oam_rate = ALKAID_OAM_RATE;
module_param_named(oam_rate, alkaid_oam_rate, uint, 0644);
MODULE_PARM_DESC(oam_rate,
		 "OAM datagrams taken from one sender in a second, 0 for any number");

/**
 * struct alkaid_oam_sock - an OAM port
 * @list: in alkaid_dev.oam_socks
 * @sock: socket
 * @port: UDP port, host byte order
 * @wanted: a group has it; for alkaid_oam_sync()
 */
struct alkaid_oam_sock {
	struct list_head list;
	struct socket *sock;
	u16 port;
	bool wanted;
};

/**
 * struct alkaid_oam_datagram - an OAM datagram on its way
 * @ad: device
 * @data: what follows the UDP header
 * @len: bytes of it
 * @port: UDP port that it came to, host byte order
 * @sender: underlay address that it came from
 * @vtep: VTEP of @sender, or NULL
 * @oam: what it says
 * @gen: generation that all lookups keep to
 * @subnet: subnet of the flow's sender
 * @group: gateway group that serves the flow
 * @cfg: contents of @group
 * @gateway: member of @group that sent it, or NULL
 * @flow: direct path that a delete is for, or NULL
 */
struct alkaid_oam_datagram {
	struct alkaid_dev *ad;
	const u8 *data;
	unsigned int len;
	u16 port;
	struct in6_addr sender;
	struct alkaid_vtep *vtep;
	struct alkaid_oam oam;
	u32 gen;
	struct alkaid_subnet *subnet;
	const struct alkaid_group *group;
	const struct alkaid_group_cfg *cfg;
	struct alkaid_gateway *gateway;
	struct alkaid_flow *flow;
};

/* Who has no VTEP is nobody here, and is refused after a few lookups. */
static bool alkaid_oam_allow(const struct alkaid_oam_datagram *d)
{
	u32 rate = READ_ONCE(alkaid_oam_rate);

	if (!d->vtep || !rate)
		return true;
	return alkaid_rate_take(&d->vtep->oam_rate, ktime_get_ns(),
				max_t(u64, 1, NSEC_PER_SEC / rate), rate);
}

/*
 * Subnets of a VPC may share a VNI: the sender's is the one of its address, if
 * this host has it. An allowed pair's may be behind any.
 */
static void alkaid_oam_find_subnet(struct alkaid_oam_datagram *d)
{
	struct alkaid_tables *t = &d->ad->tables;
	const struct in6_addr src = alkaid_addr_from_v4(d->oam.src);
	const struct alkaid_endpoint *ep;

	d->subnet = alkaid_subnet_lookup_vni(t, d->oam.vni, d->gen);
	if (!d->subnet)
		return;
	ep = alkaid_endpoint_by_ip(t, d->subnet->vpc->id, &src, d->gen);
	if (ep && ep->subnet->vni == d->oam.vni)
		d->subnet = ep->subnet;
}

static struct alkaid_flow_key
alkaid_oam_key(const struct alkaid_oam_datagram *d)
{
	const struct alkaid_oam *oam = &d->oam;

	if (oam->op == ALKAID_OAM_INJECT && oam->dst == oam->instance &&
	    d->cfg->direct == ALKAID_DIRECT_DESTINATION)
		return (struct alkaid_flow_key) {
			.id = d->subnet->vpc->id,
			.dst = oam->dst,
			.destination = true,
		};
	return (struct alkaid_flow_key) {
		.id = oam->vni,
		.src = oam->src,
		.dst = oam->dst,
		.sport = oam->sport,
		.dport = oam->dport,
		.proto = oam->proto,
	};
}

/* Who may say so: a member of the group, or of a delete the flow's node. */
static bool alkaid_oam_may(struct alkaid_oam_datagram *d)
{
	struct alkaid_tables *t = &d->ad->tables;
	struct alkaid_flow_key key;

	d->gateway = alkaid_gateway_of_group(t, d->group, &d->sender, d->gen);
	if (d->oam.op == ALKAID_OAM_INJECT)
		return d->gateway;
	key = alkaid_oam_key(d);
	d->flow = alkaid_flow_cover(t, d->subnet->vpc, &key);
	return d->gateway || (d->flow && d->flow->vtep == d->vtep);
}

static enum alkaid_drop alkaid_oam_place(struct alkaid_oam_datagram *d)
{
	const struct in6_addr dst = alkaid_addr_from_v4(d->oam.dst);

	alkaid_oam_find_subnet(d);
	if (!d->subnet)
		return ALKAID_DROP_OAM_VNI;
	d->group = alkaid_steer_serving(d->subnet, &dst, d->gen);
	if (!d->group)
		return ALKAID_DROP_OAM_PORT;
	d->cfg = &alkaid_group_config(d->group, d->gen)->cfg;
	if (d->cfg->oam_port != d->port)
		return ALKAID_DROP_OAM_PORT;
	if (!alkaid_oam_may(d))
		return ALKAID_DROP_OAM_SENDER;
	return ALKAID_DROP_NONE;
}

/* Whoever may speak has a VTEP, a gateway its own. */
static enum alkaid_drop alkaid_oam_authenticate(struct alkaid_oam_datagram *d)
{
	struct alkaid_vtep *vtep = d->gateway ? d->gateway->vtep : d->vtep;
	bool fresh;

	if (!d->cfg->has_key)
		return d->oam.sealed ? ALKAID_DROP_OAM_LENGTH :
				       ALKAID_DROP_NONE;
	if (!d->oam.sealed || !alkaid_oam_check(d->data, d->len, &d->cfg->key))
		return ALKAID_DROP_OAM_AUTH;
	spin_lock(&d->ad->tables.flows.lock);
	fresh = alkaid_oam_advance(&vtep->oam_seq, &vtep->oam_seen,
				   d->oam.seq);
	spin_unlock(&d->ad->tables.flows.lock);
	return fresh ? ALKAID_DROP_NONE : ALKAID_DROP_OAM_REPLAY;
}

static enum alkaid_drop alkaid_oam_inject(struct alkaid_oam_datagram *d)
{
	const struct alkaid_oam *oam = &d->oam;
	struct alkaid_flow_cfg cfg = {
		.key = alkaid_oam_key(d),
		.instance = oam->instance,
		.node = oam->node,
		.timeout = oam->timeout,
		.subnet = d->subnet,
		.group = d->group,
		.gateway = d->gateway,
	};

	/* A tunnel to this host would lead nowhere. */
	if (oam->node == alkaid_addr_v4(&d->ad->local))
		return ALKAID_DROP_OAM_ADDRESS;
	ether_addr_copy(cfg.mac, oam->mac);
	switch (alkaid_flow_inject(&d->ad->tables, d->subnet->vpc, &cfg)) {
	case 0:
		return ALKAID_DROP_NONE;
	case -ENOSPC:
		return ALKAID_DROP_OAM_QUOTA;
	default:
		return ALKAID_DROP_NO_MEMORY;
	}
}

static enum alkaid_drop alkaid_oam_handle(struct alkaid_oam_datagram *d)
{
	enum alkaid_drop reason;

	if (!netif_running(d->ad->dev))
		return ALKAID_DROP_DEVICE_DOWN;
	if (!alkaid_oam_allow(d))
		return ALKAID_DROP_OAM_RATE;
	if (!d->data)
		return ALKAID_DROP_OAM_LENGTH;
	reason = alkaid_oam_parse(d->data, d->len, &d->oam);
	if (!reason)
		reason = alkaid_oam_place(d);
	if (!reason)
		reason = alkaid_oam_authenticate(d);
	if (reason)
		return reason;
	if (d->oam.op == ALKAID_OAM_INJECT)
		return alkaid_oam_inject(d);
	/* Who deletes what is not there has what it wants. */
	if (d->flow)
		alkaid_flow_end(&d->ad->tables, d->flow);
	return ALKAID_DROP_NONE;
}

/*
 * A datagram came to an OAM port; the UDP header is at skb->data.
 *
 * The core has verified the checksum, if there is one: zero is none, and a
 * source port of zero is as good as any.
 *
 * Context: softirq, RCU read side.
 */
static int alkaid_oam_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct alkaid_dev *ad = rcu_dereference_sk_user_data(sk);
	struct alkaid_frame frame = { .ad = ad };
	struct alkaid_oam_datagram d = { .ad = ad };
	u8 buf[ALKAID_OAM_LEN_MAX];
	enum alkaid_drop reason;

	/* The port is being closed. */
	if (unlikely(!ad)) {
		kfree_skb(skb);
		return 0;
	}
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_RX);
	d.len = skb->len - sizeof(struct udphdr);
	if (d.len <= sizeof(buf))
		d.data = skb_header_pointer(skb, sizeof(struct udphdr), d.len,
					    buf);
	d.port = ntohs(udp_hdr(skb)->dest);
	d.sender = alkaid_addr_from_v4(ip_hdr(skb)->saddr);
	d.vtep = alkaid_vtep_lookup(&ad->tables, &d.sender);
	d.gen = alkaid_tables_gen(&ad->tables);
	reason = alkaid_oam_handle(&d);
	if (reason) {
		alkaid_drop(&frame, skb, reason);
		return 0;
	}
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_CONSUMED);
	consume_skb(skb);
	return 0;
}

static int alkaid_oam_open(struct alkaid_dev *ad, u16 port)
{
	struct udp_port_cfg cfg = {
		.family = AF_INET,
		.local_udp_port = htons(port),
	};
	struct udp_tunnel_sock_cfg tunnel = {
		.sk_user_data = ad,
		.encap_type = 1,
		.encap_rcv = alkaid_oam_rcv,
	};
	struct alkaid_oam_sock *os = kzalloc(sizeof(*os), GFP_KERNEL_ACCOUNT);
	int err;

	if (!os)
		return -ENOMEM;
	os->port = port;
	err = udp_sock_create(ad->net, &cfg, &os->sock);
	if (err) {
		kfree(os);
		return err;
	}
	setup_udp_tunnel_sock(ad->net, os->sock, &tunnel);
	list_add_tail(&os->list, &ad->oam_socks);
	return 0;
}

/**
 * alkaid_oam_listen() - make sure that a port's datagrams are heard
 * @ad: device
 * @port: UDP port, host byte order
 * @extack: reason of a refusal
 *
 * A port that no group has in the end is closed by alkaid_oam_sync(). Datagrams
 * name nodes by IPv4 addresses: a device that has none itself hears none.
 *
 * Context: RTNL.
 * Return: 0, -EADDRINUSE if somebody else has the port, or another errno.
 */
int alkaid_oam_listen(struct alkaid_dev *ad, u16 port,
		      struct netlink_ext_ack *extack)
{
	struct alkaid_oam_sock *os;
	int err;

	ASSERT_RTNL();
	if (ipv6_addr_any(&ad->local) || !port)
		return 0;
	list_for_each_entry(os, &ad->oam_socks, list)
		if (os->port == port)
			return 0;
	err = alkaid_oam_open(ad, port);
	if (err == -EADDRINUSE)
		alkaid_extack_fmt(extack, "oam-port %u is in use", port);
	else if (err)
		alkaid_extack_fmt(extack, "oam-port %u cannot be opened", port);
	return err;
}

static void alkaid_oam_want(struct alkaid_dev *ad, u16 port)
{
	struct alkaid_oam_sock *os;

	list_for_each_entry(os, &ad->oam_socks, list)
		if (os->port == port)
			os->wanted = true;
}

static void alkaid_oam_want_group(struct alkaid_dev *ad,
				  const struct alkaid_group *group, u32 gen)
{
	if (alkaid_gen_visible(&group->gen, gen))
		alkaid_oam_want(ad,
				alkaid_group_config(group, gen)->cfg.oam_port);
}

/* What an open transaction has prepared is wanted as well. */
static void alkaid_oam_want_groups(struct alkaid_dev *ad)
{
	struct alkaid_tables *t = &ad->tables;
	struct alkaid_group *group;
	struct rhashtable_iter iter;

	mutex_lock(&t->lock);
	rhltable_walk_enter(&t->groups, &iter);
	rhashtable_walk_start(&iter);
	while ((group = rhashtable_walk_next(&iter))) {
		/* A resize makes the walk begin again. */
		if (IS_ERR(group))
			continue;
		alkaid_oam_want_group(ad, group, t->gen);
		alkaid_oam_want_group(ad, group, alkaid_tables_next(t));
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	mutex_unlock(&t->lock);
}

static void alkaid_oam_shut(struct alkaid_oam_sock *os)
{
	list_del(&os->list);
	udp_tunnel_sock_release(os->sock);
	kfree(os);
}

/**
 * alkaid_oam_sync() - close the ports that no group has any more
 * @ad: device
 *
 * Context: RTNL, after a commit or an abort.
 */
void alkaid_oam_sync(struct alkaid_dev *ad)
{
	struct alkaid_oam_sock *os, *tmp;

	ASSERT_RTNL();
	if (list_empty(&ad->oam_socks))
		return;
	list_for_each_entry(os, &ad->oam_socks, list)
		os->wanted = false;
	alkaid_oam_want_groups(ad);
	list_for_each_entry_safe(os, tmp, &ad->oam_socks, list)
		if (!os->wanted)
			alkaid_oam_shut(os);
}

/**
 * alkaid_oam_close() - close all ports
 * @ad: device that goes away
 *
 * Context: RTNL; waits until no datagram is in them.
 */
void alkaid_oam_close(struct alkaid_dev *ad)
{
	struct alkaid_oam_sock *os, *tmp;

	list_for_each_entry_safe(os, tmp, &ad->oam_socks, list)
		alkaid_oam_shut(os);
	synchronize_net();
}
