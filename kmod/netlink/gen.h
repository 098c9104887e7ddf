/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	docs/netlink/specs/alkaid.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_ALKAID_GEN_H
#define _LINUX_ALKAID_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/alkaid.h>

/* Common nested types */
extern const struct nla_policy alkaid_address_nl_policy[ALKAID_A_ADDRESS_MAC + 1];
extern const struct nla_policy alkaid_gateway_member_nl_policy[ALKAID_A_GATEWAY_MEMBER_PACKETS + 1];

extern const struct nla_policy alkaid_vpc_new_nl_policy[ALKAID_A_VPC_GATEWAY_GROUP + 1];

extern const struct nla_policy alkaid_vpc_del_nl_policy[ALKAID_A_VPC_ID + 1];

extern const struct nla_policy alkaid_vpc_get_nl_policy[ALKAID_A_VPC_ID + 1];

extern const struct nla_policy alkaid_subnet_new_nl_policy[ALKAID_A_SUBNET_FLOOD + 1];

extern const struct nla_policy alkaid_subnet_del_nl_policy[ALKAID_A_SUBNET_ID + 1];

extern const struct nla_policy alkaid_subnet_get_nl_policy[ALKAID_A_SUBNET_ID + 1];

extern const struct nla_policy alkaid_port_new_nl_policy[ALKAID_A_PORT_ANTISPOOF + 1];

extern const struct nla_policy alkaid_port_del_nl_policy[ALKAID_A_PORT_PORT_IFINDEX + 1];

extern const struct nla_policy alkaid_port_get_nl_policy[ALKAID_A_PORT_PORT_IFINDEX + 1];

extern const struct nla_policy alkaid_neigh_new_nl_policy[ALKAID_A_NEIGH_ENTRIES + 1];

extern const struct nla_policy alkaid_neigh_del_nl_policy[ALKAID_A_NEIGH_ENTRIES + 1];

extern const struct nla_policy alkaid_neigh_get_nl_policy[ALKAID_A_NEIGH_IP + 1];

extern const struct nla_policy alkaid_txn_begin_nl_policy[ALKAID_A_TXN_IFINDEX + 1];

extern const struct nla_policy alkaid_txn_commit_nl_policy[ALKAID_A_TXN_IFINDEX + 1];

extern const struct nla_policy alkaid_txn_abort_nl_policy[ALKAID_A_TXN_IFINDEX + 1];

extern const struct nla_policy alkaid_drops_get_nl_policy[ALKAID_A_DROPS_IFINDEX + 1];

extern const struct nla_policy alkaid_stats_get_nl_policy[ALKAID_A_STATS_IFINDEX + 1];

extern const struct nla_policy alkaid_route_new_nl_policy[ALKAID_A_ROUTE_GATEWAY_GROUP + 1];

extern const struct nla_policy alkaid_route_del_nl_policy[ALKAID_A_ROUTE_PREFIX + 1];

extern const struct nla_policy alkaid_route_get_nl_policy[ALKAID_A_ROUTE_PREFIX + 1];

extern const struct nla_policy alkaid_vtep_get_nl_policy[ALKAID_A_VTEP_HOST + 1];

extern const struct nla_policy alkaid_trace_nl_policy[ALKAID_A_TRACE_FRAME + 1];

extern const struct nla_policy alkaid_trace_live_nl_policy[ALKAID_A_TRACE_COUNT + 1];

extern const struct nla_policy alkaid_gateway_new_nl_policy[ALKAID_A_GATEWAY_MEMBER + 1];

extern const struct nla_policy alkaid_gateway_del_nl_policy[ALKAID_A_GATEWAY_ID + 1];

extern const struct nla_policy alkaid_gateway_get_nl_policy[ALKAID_A_GATEWAY_ID + 1];

extern const struct nla_policy alkaid_gateway_member_set_nl_policy[ALKAID_A_GATEWAY_MEMBER + 1];

extern const struct nla_policy alkaid_flow_del_nl_policy[ALKAID_A_FLOW_DPORT + 1];

extern const struct nla_policy alkaid_flow_get_nl_policy[ALKAID_A_FLOW_DPORT + 1];

extern const struct nla_policy alkaid_txn_get_nl_policy[ALKAID_A_TXN_IFINDEX + 1];

extern const struct nla_policy alkaid_txn_check_nl_policy[ALKAID_A_TXN_IFINDEX + 1];

/* Ops table for alkaid */
extern const struct genl_ops alkaid_nl_ops[31];

int alkaid_nl_vpc_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_vpc_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_vpc_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_vpc_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int alkaid_nl_subnet_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_subnet_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_subnet_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_subnet_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int alkaid_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int alkaid_nl_neigh_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_neigh_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_neigh_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int alkaid_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_drops_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_route_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int alkaid_nl_vtep_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_vtep_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int alkaid_nl_trace_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_trace_live_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_gateway_new_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_gateway_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_gateway_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_gateway_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int alkaid_nl_gateway_member_set_doit(struct sk_buff *skb,
				      struct genl_info *info);
int alkaid_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int alkaid_nl_txn_get_doit(struct sk_buff *skb, struct genl_info *info);
int alkaid_nl_txn_check_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	ALKAID_NLGRP_CONFIG,
	ALKAID_NLGRP_COMMIT,
};

#endif /* _LINUX_ALKAID_GEN_H */
