/* SPDX-License-Identifier: GPL-2.0 */
/* The short way in: datagrams are taken where their netdev hands them up. */
#ifndef _ALKAID_PATH_INGRESS_H
#define _ALKAID_PATH_INGRESS_H

#include <linux/bits.h>
#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct alkaid_dev;
struct net_device;
struct sk_buff;

#ifdef CONFIG_NETFILTER_INGRESS

/* Sources are remembered in sets of two. */
#define ALKAID_INGRESS_SET_BITS	12
#define ALKAID_INGRESS_SETS	BIT(ALKAID_INGRESS_SET_BITS)

/**
 * struct alkaid_ingress - a netdev that tunnel datagrams come in by
 * @ad: device that they are for
 * @dev: the netdev; the hook is gone before it is
 * @ops: the hook
 * @list: in alkaid_dev.ingresses; changed under RTNL, read under RCU
 * @rcu: frees it
 * @path6: what the stack has found of the IPv6 address, one word
 * @paths: what it has found of IPv4 sources, one word each
 */
struct alkaid_ingress {
	struct alkaid_dev *ad;
	struct net_device *dev;
	struct nf_hook_ops ops;
	struct list_head list;
	struct rcu_head rcu;
	u64 path6;
	u64 paths[ALKAID_INGRESS_SETS][2];
};

unsigned int alkaid_ingress_rcv(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
void alkaid_ingress_learn(struct alkaid_dev *ad, const struct sk_buff *skb);
void alkaid_ingress_learn_at(struct alkaid_ingress *in,
			     const struct sk_buff *skb);

void alkaid_ingress_forget(struct alkaid_dev *ad, const struct net_device *dev);
void alkaid_ingress_exit(void);

#else /* CONFIG_NETFILTER_INGRESS */

static inline void alkaid_ingress_learn(struct alkaid_dev *ad,
					const struct sk_buff *skb)
{
}

static inline void alkaid_ingress_forget(struct alkaid_dev *ad,
					 const struct net_device *dev)
{
}

static inline void alkaid_ingress_exit(void)
{
}

#endif /* CONFIG_NETFILTER_INGRESS */

#endif /* _ALKAID_PATH_INGRESS_H */
