/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the kernels that the module builds for. */
#ifndef _ALKAID_COMPAT_H
#define _ALKAID_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/ip.h>
/* skb_gso_segment() moved there from linux/netdevice.h in 6.6. */
#ifdef ALKAID_HAVE_NET_GSO_H
#include <net/gso.h>
#endif
/* asm/unaligned.h moved there in 6.12. */
#ifdef ALKAID_HAVE_LINUX_UNALIGNED_H
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* Formatted texts came with 6.2; see alkaid_extack_printf() for older ones. */
#ifdef NL_SET_ERR_MSG_FMT
#define alkaid_extack_fmt(extack, fmt, args...) \
	NL_SET_ERR_MSG_FMT(extack, fmt, ##args)
#else
__printf(2, 3)
void alkaid_extack_printf(struct netlink_ext_ack *extack, const char *fmt, ...);
#define alkaid_extack_fmt(extack, fmt, args...) \
	alkaid_extack_printf(extack, fmt, ##args)
#endif

/* 6.12 turned these two features into members, and 6.15 renamed the second. */
static inline void alkaid_compat_lltx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

static inline void alkaid_compat_netns_local(struct net_device *dev)
{
#if defined(NETIF_F_NETNS_LOCAL)
	dev->features |= NETIF_F_NETNS_LOCAL;
#elif defined(ALKAID_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#else
	dev->netns_local = true;
#endif
}

/* genl_info_dump() came with 6.7. */
static inline struct nlattr **alkaid_compat_dump_attrs(struct netlink_callback *cb)
{
#ifdef ALKAID_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* Datagrams that were asked for are counted apart from those that went since 6.8. */
static inline void alkaid_compat_ip_requests(struct net *net)
{
#ifdef ALKAID_HAVE_IPSTATS_OUTREQUESTS
	IP_INC_STATS(net, IPSTATS_MIB_OUTREQUESTS);
#endif
}

/* hrtimer_setup() came with 6.13, and hrtimer_init() went with 6.15. */
static inline void
alkaid_compat_hrtimer_setup(struct hrtimer *timer,
			    enum hrtimer_restart (*function)(struct hrtimer *),
			    enum hrtimer_mode mode)
{
#ifdef ALKAID_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#endif
}

#endif /* _ALKAID_COMPAT_H */
