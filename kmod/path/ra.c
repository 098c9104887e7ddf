// SPDX-License-Identifier: GPL-2.0
/* Router advertisements of IPv6 gateways, asked for and not (RFC 4861). */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/moduleparam.h>
#include <linux/rculist.h>
#include <net/ndisc.h>

#include "../device.h"
#include "../table/addr.h"
#include "../table/binding.h"
#include "../table/subnet.h"
#include "nd.h"
#include "ra.h"
#include "reply.h"

/* RFC 4861, 6.2.1: MaxRtrAdvInterval, AdvValid- and AdvPreferredLifetime. */
#define ALKAID_RA_INTERVAL_MAX	1800
#define ALKAID_RA_VALID		2592000
#define ALKAID_RA_PREFERRED	604800

static uint alkaid_ra_interval = 600;
module_param_named(ra_interval, alkaid_ra_interval, uint, 0644);
MODULE_PARM_DESC(ra_interval,
		 "Seconds between unsolicited router advertisements, 1 to 1800");

/* Prefix information (RFC 4861, 4.6.2). */
struct alkaid_ra_prefix {
	struct nd_opt_hdr opt;
	u8 len;
	u8 flags;
	__be32 valid;
	__be32 preferred;
	__be32 reserved;
	struct in6_addr addr;
} __packed;

#define ALKAID_RA_ON_LINK	0x80

/* A router advertisement (RFC 4861, 4.2), and all of its options. */
struct alkaid_ra {
	struct ra_msg msg;
	struct nd_opt_hdr lladdr_opt;
	u8 lladdr[ETH_ALEN];
	struct nd_opt_hdr mtu_opt;
	__be16 reserved;
	__be32 mtu;
	struct alkaid_ra_prefix prefixes[];
} __packed;

static unsigned int alkaid_ra_seconds(void)
{
	return clamp(READ_ONCE(alkaid_ra_interval), 1U,
		     (uint)ALKAID_RA_INTERVAL_MAX);
}

static int alkaid_ra_prefixes(const struct alkaid_subnet_cfg *cfg)
{
	int i, n = 0;

	for (i = 0; i < cfg->n_prefixes; i++)
		n += !alkaid_addr_is_v4(&cfg->prefixes[i].addr);
	return n;
}

static int alkaid_ra_len(const struct alkaid_subnet_cfg *cfg)
{
	return ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct alkaid_ra) +
	       alkaid_ra_prefixes(cfg) * sizeof(struct alkaid_ra_prefix);
}

/*
 * On the link, but not for a host to make itself an address of: it has what the
 * controller gave it, and would be dropped with any other.
 */
static void alkaid_ra_fill_prefix(struct alkaid_ra_prefix *info,
				  const struct alkaid_prefix *prefix)
{
	info->opt.nd_opt_type = ND_OPT_PREFIX_INFO;
	info->opt.nd_opt_len = sizeof(*info) / 8;
	info->len = prefix->len;
	info->flags = ALKAID_RA_ON_LINK;
	info->valid = htonl(ALKAID_RA_VALID);
	info->preferred = htonl(ALKAID_RA_PREFERRED);
	info->addr = prefix->addr;
}

static void alkaid_ra_fill_options(struct alkaid_ra *ra, u32 mtu,
				   const struct alkaid_subnet_cfg *cfg)
{
	int i, n = 0;

	ra->lladdr_opt.nd_opt_type = ND_OPT_SOURCE_LL_ADDR;
	ra->lladdr_opt.nd_opt_len = 1;
	ether_addr_copy(ra->lladdr, cfg->gateway_mac);
	ra->mtu_opt.nd_opt_type = ND_OPT_MTU;
	ra->mtu_opt.nd_opt_len = 1;
	ra->mtu = htonl(max_t(u32, mtu, IPV6_MIN_MTU));
	for (i = 0; i < cfg->n_prefixes; i++)
		if (!alkaid_addr_is_v4(&cfg->prefixes[i].addr))
			alkaid_ra_fill_prefix(&ra->prefixes[n++],
					      &cfg->prefixes[i]);
}

/* @skb is alkaid_ra_len() bytes, in one piece; @r says to whom. */
static void alkaid_ra_fill(struct sk_buff *skb, const struct alkaid_dev *ad,
			   const struct alkaid_subnet_cfg *cfg,
			   struct alkaid_reply *r)
{
	struct alkaid_ra *ra;

	r->smac = cfg->gateway_mac;
	r->saddr = alkaid_addr_link_local(cfg->gateway_mac);
	ra = (struct alkaid_ra *)(skb->data + alkaid_reply_hlen(r));
	memset(ra, 0, skb->len - alkaid_reply_hlen(r));
	ra->msg.icmph.icmp6_type = NDISC_ROUTER_ADVERTISEMENT;
	ra->msg.icmph.icmp6_hop_limit = ALKAID_REPLY_TTL;
	/* It outlives two advertisements that get lost. */
	ra->msg.icmph.icmp6_rt_lifetime = htons(3 * alkaid_ra_seconds());
	alkaid_ra_fill_options(ra, READ_ONCE(ad->dev->mtu), cfg);
	alkaid_reply_fill(skb, r);
}

/**
 * alkaid_ra_reply() - turn a router solicitation into the advertisement
 * @frame: whose it is
 * @key: of the solicitation
 * @v: verdict: the subnet
 * @skb: the solicitation; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_ra_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb)
{
	struct alkaid_reply r = {};

	if (unlikely(!alkaid_reply_resize(skb, alkaid_ra_len(v->cfg)))) {
		alkaid_drop(frame, skb, ALKAID_DROP_NO_MEMORY);
		return;
	}
	alkaid_nd_to(key, &r);
	alkaid_ra_fill(skb, frame->ad, v->cfg, &r);

	alkaid_total_inc(frame->ad->totals, ALKAID_TOTAL_CONSUMED);
	alkaid_reply_send(frame, key, v, skb);
}

/* To all nodes behind a port. */
static struct sk_buff *alkaid_ra_build(const struct alkaid_dev *ad,
				       const struct alkaid_subnet_cfg *cfg)
{
	struct alkaid_reply r = {};
	struct sk_buff *skb;

	skb = alloc_skb(NET_SKB_PAD + alkaid_ra_len(cfg), GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_put(skb, alkaid_ra_len(cfg));
	alkaid_nd_to_all(&r);
	alkaid_ra_fill(skb, ad, cfg, &r);
	return skb;
}

static void alkaid_ra_advertise(struct alkaid_dev *ad, struct alkaid_port *port)
{
	const struct alkaid_frame frame = { .ad = ad, .port = port };
	u32 gen = alkaid_tables_gen(&ad->tables);
	const struct alkaid_subnet_cfg *cfg;
	const struct alkaid_binding *binding;
	struct sk_buff *skb;

	binding = alkaid_port_binding(port, gen);
	if (!binding || !netif_running(ad->dev) || !alkaid_port_is_up(port))
		return;
	cfg = alkaid_subnet_config(binding->subnet, gen);
	if (!alkaid_subnet_has_router(cfg))
		return;
	skb = alkaid_ra_build(ad, cfg);
	if (!skb)
		return;
	local_bh_disable();
	alkaid_reply_send(&frame, NULL, NULL, skb);
	local_bh_enable();
}

static void alkaid_ra_again(struct alkaid_dev *ad)
{
	schedule_delayed_work(&ad->ra_work, alkaid_ra_seconds() * HZ);
}

/* Hosts do not ask again before they lose their default route. */
static void alkaid_ra_work(struct work_struct *work)
{
	struct alkaid_dev *ad = container_of(to_delayed_work(work),
					     struct alkaid_dev, ra_work);
	struct alkaid_port *port;

	rcu_read_lock();
	list_for_each_entry_rcu(port, &ad->tables.ports, list)
		alkaid_ra_advertise(ad, port);
	rcu_read_unlock();
	alkaid_ra_again(ad);
}

/**
 * alkaid_ra_start() - advertise from now on
 * @ad: device
 */
void alkaid_ra_start(struct alkaid_dev *ad)
{
	INIT_DELAYED_WORK(&ad->ra_work, alkaid_ra_work);
	alkaid_ra_again(ad);
}

/**
 * alkaid_ra_stop() - advertise no more
 * @ad: device
 *
 * Context: may sleep; waits for the one under way.
 */
void alkaid_ra_stop(struct alkaid_dev *ad)
{
	cancel_delayed_work_sync(&ad->ra_work);
}
