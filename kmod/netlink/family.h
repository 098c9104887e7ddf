/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family, and what its objects share. */
#ifndef _ALKAID_NETLINK_FAMILY_H
#define _ALKAID_NETLINK_FAMILY_H

#include <linux/netdevice.h>
#include <net/genetlink.h>

#include "../table/addr.h"
#include "../table/tables.h"
#include "gen.h"

struct alkaid_counters;
struct alkaid_dev;
struct alkaid_index;

extern struct genl_family alkaid_nl_family;

/**
 * struct alkaid_nl_dev - the device that a request is for
 * @ad: device
 * @tracker: of the reference
 */
struct alkaid_nl_dev {
	struct alkaid_dev *ad;
	netdevice_tracker tracker;
};

int alkaid_nl_dev_get(struct alkaid_nl_dev *nd, struct net *net,
		      const struct nlattr *ifindex,
		      struct netlink_ext_ack *extack);
void alkaid_nl_dev_put(struct alkaid_nl_dev *nd);

enum alkaid_new alkaid_nl_mode(const struct genl_info *info);

int alkaid_nl_addr(const struct nlattr *nla, struct in6_addr *addr,
		   struct netlink_ext_ack *extack);
int alkaid_nl_prefix(const struct nlattr *nla, struct alkaid_prefix *prefix,
		     struct netlink_ext_ack *extack);
int alkaid_nl_pair(const struct nlattr *nla, struct alkaid_prefix *prefix,
		   u8 *mac, struct netlink_ext_ack *extack);
int alkaid_nl_put_addr(struct sk_buff *skb, int type,
		       const struct in6_addr *addr);
int alkaid_nl_put_prefix(struct sk_buff *skb, int type,
			 const struct alkaid_prefix *prefix, const u8 *mac);
int alkaid_nl_put_counters(struct sk_buff *skb, int type,
			   struct alkaid_counters __percpu *counters);

/**
 * typedef alkaid_nl_fill_t - put one object's attributes into a message
 * @skb: message
 * @ad: device
 * @obj: object
 *
 * Context: the tables' lock.
 * Return: 0, or -EMSGSIZE if there is no room.
 */
typedef int (*alkaid_nl_fill_t)(struct sk_buff *skb, struct alkaid_dev *ad,
				const void *obj);

/**
 * typedef alkaid_nl_change_t - change a table
 * @ad: device
 * @cfg: what a parser made of the request
 * @mode: whether the object may exist
 * @extack: reason of a refusal
 *
 * Context: between alkaid_txn_enter() and alkaid_txn_leave().
 * Return: 0 or a negative errno.
 */
typedef int (*alkaid_nl_change_t)(struct alkaid_dev *ad, const void *cfg,
				  enum alkaid_new mode,
				  struct netlink_ext_ack *extack);

/* The device is the first attribute of every set. */
#define ALKAID_NL_IFINDEX	ALKAID_A_VPC_IFINDEX
#define ALKAID_NL_IFINDEX_IS(attr) \
	static_assert((int)(attr) == (int)ALKAID_NL_IFINDEX)
ALKAID_NL_IFINDEX_IS(ALKAID_A_SUBNET_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_PORT_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_NEIGH_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_TXN_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_DROPS_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_STATS_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_ROUTE_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_VTEP_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_TRACE_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_GATEWAY_IFINDEX);
ALKAID_NL_IFINDEX_IS(ALKAID_A_FLOW_IFINDEX);

int alkaid_nl_change_dev(struct genl_info *info, struct alkaid_dev *ad,
			 alkaid_nl_change_t change, const void *cfg);
int alkaid_nl_change(struct genl_info *info, alkaid_nl_change_t change,
		     const void *cfg);

/**
 * typedef alkaid_nl_find_t - find the object that a request is for
 * @ad: device
 * @cfg: what a parser made of the request
 *
 * Context: the tables' lock.
 * Return: the object, or NULL.
 */
typedef const void *(*alkaid_nl_find_t)(struct alkaid_dev *ad,
					const void *cfg);

int alkaid_nl_lock(struct alkaid_dev *ad, struct netlink_ext_ack *extack);
int alkaid_nl_show(struct genl_info *info, alkaid_nl_find_t find,
		   alkaid_nl_fill_t fill, const void *cfg);

/**
 * typedef alkaid_nl_dump_t - dump one kind of object
 * @skb: message
 * @cb: dump
 * @ad: device
 *
 * Context: the tables' lock.
 * Return: what the dumpit handler is to return.
 */
typedef int (*alkaid_nl_dump_t)(struct sk_buff *skb,
				struct netlink_callback *cb,
				struct alkaid_dev *ad);

int alkaid_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   alkaid_nl_dump_t dump);

/* The largest message, which a gateway group with all its members needs. */
#define ALKAID_NL_MSG_MAX	(128 * 1024)

int alkaid_nl_reply(struct genl_info *info, struct alkaid_dev *ad,
		    alkaid_nl_fill_t fill, const void *obj);
void alkaid_nl_tell(struct alkaid_dev *ad, unsigned int group, u8 cmd,
		    alkaid_nl_fill_t fill, const void *obj);
int alkaid_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb,
		       struct alkaid_dev *ad, u8 cmd, alkaid_nl_fill_t fill,
		       const void *obj);
int alkaid_nl_dump_table(struct sk_buff *skb, struct netlink_callback *cb,
			 struct alkaid_dev *ad, struct rhltable *table,
			 u8 cmd, const void *(*pick)(struct rhlist_head *node,
						     u32 gen),
			 alkaid_nl_fill_t fill);
int alkaid_nl_dump_index(struct sk_buff *skb, struct netlink_callback *cb,
			 struct alkaid_dev *ad,
			 const struct alkaid_index *index, u8 cmd,
			 bool (*pick)(const void *obj, u32 gen),
			 alkaid_nl_fill_t fill);

int alkaid_nl_init(void);
void alkaid_nl_exit(void);
int alkaid_nl_txn_init(void);
void alkaid_nl_txn_exit(void);
int alkaid_nl_trace_init(void);
void alkaid_nl_trace_exit(void);

#endif /* _ALKAID_NETLINK_FAMILY_H */
