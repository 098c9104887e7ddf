// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	docs/netlink/specs/alkaid.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "gen.h"

#include <uapi/alkaid.h>

/* Common nested types */
const struct nla_policy alkaid_address_nl_policy[ALKAID_A_ADDRESS_MAC + 1] = {
	[ALKAID_A_ADDRESS_IP4] = { .type = NLA_U32, },
	[ALKAID_A_ADDRESS_IP6] = NLA_POLICY_EXACT_LEN(16),
	[ALKAID_A_ADDRESS_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[ALKAID_A_ADDRESS_MAC] = NLA_POLICY_EXACT_LEN(6),
};

const struct nla_policy alkaid_gateway_member_nl_policy[ALKAID_A_GATEWAY_MEMBER_PACKETS + 1] = {
	[ALKAID_A_GATEWAY_MEMBER_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_GATEWAY_MEMBER_MAC] = NLA_POLICY_EXACT_LEN(6),
	[ALKAID_A_GATEWAY_MEMBER_WEIGHT] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_MEMBER_STATE] = NLA_POLICY_MAX(NLA_U32, 2),
	[ALKAID_A_GATEWAY_MEMBER_EFFECTIVE] = NLA_POLICY_MAX(NLA_U32, 2),
	[ALKAID_A_GATEWAY_MEMBER_BFD] = NLA_POLICY_MAX(NLA_U32, 3),
	[ALKAID_A_GATEWAY_MEMBER_PACKETS] = { .type = NLA_U64, },
};

/* ALKAID_CMD_VPC_NEW - do */
const struct nla_policy alkaid_vpc_new_nl_policy[ALKAID_A_VPC_GATEWAY_GROUP + 1] = {
	[ALKAID_A_VPC_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_VPC_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_VPC_NAME] = { .type = NLA_NUL_STRING, .len = ALKAID_NAME_MAX, },
	[ALKAID_A_VPC_MISS] = NLA_POLICY_MAX(NLA_U32, 2),
	[ALKAID_A_VPC_GATEWAY_GROUP] = { .type = NLA_U32, },
};

/* ALKAID_CMD_VPC_DEL - do */
const struct nla_policy alkaid_vpc_del_nl_policy[ALKAID_A_VPC_ID + 1] = {
	[ALKAID_A_VPC_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_VPC_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_VPC_GET - do */
const struct nla_policy alkaid_vpc_get_nl_policy[ALKAID_A_VPC_ID + 1] = {
	[ALKAID_A_VPC_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_VPC_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_SUBNET_NEW - do */
const struct nla_policy alkaid_subnet_new_nl_policy[ALKAID_A_SUBNET_FLOOD + 1] = {
	[ALKAID_A_SUBNET_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_SUBNET_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_SUBNET_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_SUBNET_VNI] = { .type = NLA_U32, },
	[ALKAID_A_SUBNET_ENCAP] = NLA_POLICY_MAX(NLA_U32, 1),
	[ALKAID_A_SUBNET_PREFIX] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_SUBNET_GATEWAY_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_SUBNET_GATEWAY_MAC] = NLA_POLICY_EXACT_LEN(6),
	[ALKAID_A_SUBNET_FLOOD] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* ALKAID_CMD_SUBNET_DEL - do */
const struct nla_policy alkaid_subnet_del_nl_policy[ALKAID_A_SUBNET_ID + 1] = {
	[ALKAID_A_SUBNET_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_SUBNET_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_SUBNET_GET - do */
const struct nla_policy alkaid_subnet_get_nl_policy[ALKAID_A_SUBNET_ID + 1] = {
	[ALKAID_A_SUBNET_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_SUBNET_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_PORT_NEW - do */
const struct nla_policy alkaid_port_new_nl_policy[ALKAID_A_PORT_ANTISPOOF + 1] = {
	[ALKAID_A_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_PORT_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_PORT_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_PORT_MAC] = NLA_POLICY_EXACT_LEN(6),
	[ALKAID_A_PORT_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_PORT_ALLOW] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_PORT_ANTISPOOF] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* ALKAID_CMD_PORT_DEL - do */
const struct nla_policy alkaid_port_del_nl_policy[ALKAID_A_PORT_PORT_IFINDEX + 1] = {
	[ALKAID_A_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_PORT_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_PORT_GET - do */
const struct nla_policy alkaid_port_get_nl_policy[ALKAID_A_PORT_PORT_IFINDEX + 1] = {
	[ALKAID_A_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_PORT_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_NEIGH_NEW - do */
const struct nla_policy alkaid_neigh_new_nl_policy[ALKAID_A_NEIGH_ENTRIES + 1] = {
	[ALKAID_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_NEIGH_MAC] = NLA_POLICY_EXACT_LEN(6),
	[ALKAID_A_NEIGH_HOST] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_NEIGH_ENTRIES] = { .type = NLA_BINARY, },
};

/* ALKAID_CMD_NEIGH_DEL - do */
const struct nla_policy alkaid_neigh_del_nl_policy[ALKAID_A_NEIGH_ENTRIES + 1] = {
	[ALKAID_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_NEIGH_ENTRIES] = { .type = NLA_BINARY, },
};

/* ALKAID_CMD_NEIGH_GET - do */
const struct nla_policy alkaid_neigh_get_nl_policy[ALKAID_A_NEIGH_IP + 1] = {
	[ALKAID_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_NEIGH_IP] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
};

/* ALKAID_CMD_TXN_BEGIN - do */
const struct nla_policy alkaid_txn_begin_nl_policy[ALKAID_A_TXN_IFINDEX + 1] = {
	[ALKAID_A_TXN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_TXN_COMMIT - do */
const struct nla_policy alkaid_txn_commit_nl_policy[ALKAID_A_TXN_IFINDEX + 1] = {
	[ALKAID_A_TXN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_TXN_ABORT - do */
const struct nla_policy alkaid_txn_abort_nl_policy[ALKAID_A_TXN_IFINDEX + 1] = {
	[ALKAID_A_TXN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_DROPS_GET - do */
const struct nla_policy alkaid_drops_get_nl_policy[ALKAID_A_DROPS_IFINDEX + 1] = {
	[ALKAID_A_DROPS_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_STATS_GET - do */
const struct nla_policy alkaid_stats_get_nl_policy[ALKAID_A_STATS_IFINDEX + 1] = {
	[ALKAID_A_STATS_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_ROUTE_NEW - do */
const struct nla_policy alkaid_route_new_nl_policy[ALKAID_A_ROUTE_GATEWAY_GROUP + 1] = {
	[ALKAID_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_PREFIX] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_ROUTE_VIA] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_ROUTE_BLACKHOLE] = { .type = NLA_FLAG, },
	[ALKAID_A_ROUTE_GATEWAY_GROUP] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_ROUTE_DEL - do */
const struct nla_policy alkaid_route_del_nl_policy[ALKAID_A_ROUTE_PREFIX + 1] = {
	[ALKAID_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_PREFIX] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
};

/* ALKAID_CMD_ROUTE_GET - do */
const struct nla_policy alkaid_route_get_nl_policy[ALKAID_A_ROUTE_PREFIX + 1] = {
	[ALKAID_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_SUBNET] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_ROUTE_PREFIX] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
};

/* ALKAID_CMD_VTEP_GET - do */
const struct nla_policy alkaid_vtep_get_nl_policy[ALKAID_A_VTEP_HOST + 1] = {
	[ALKAID_A_VTEP_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_VTEP_HOST] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
};

/* ALKAID_CMD_TRACE - do */
const struct nla_policy alkaid_trace_nl_policy[ALKAID_A_TRACE_FRAME + 1] = {
	[ALKAID_A_TRACE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_TRACE_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_TRACE_VNI] = { .type = NLA_U32, },
	[ALKAID_A_TRACE_FRAME] = { .type = NLA_BINARY, },
};

/* ALKAID_CMD_TRACE_LIVE - do */
const struct nla_policy alkaid_trace_live_nl_policy[ALKAID_A_TRACE_COUNT + 1] = {
	[ALKAID_A_TRACE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_TRACE_PORT_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_TRACE_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_TRACE_SRC] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_TRACE_DST] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_TRACE_PROTO] = { .type = NLA_U8, },
	[ALKAID_A_TRACE_SPORT] = { .type = NLA_U16, },
	[ALKAID_A_TRACE_DPORT] = { .type = NLA_U16, },
	[ALKAID_A_TRACE_COUNT] = { .type = NLA_U32, },
};

/* ALKAID_CMD_GATEWAY_NEW - do */
const struct nla_policy alkaid_gateway_new_nl_policy[ALKAID_A_GATEWAY_MEMBER + 1] = {
	[ALKAID_A_GATEWAY_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_TYPE] = NLA_POLICY_MAX(NLA_U32, 4),
	[ALKAID_A_GATEWAY_OAM_PORT] = { .type = NLA_U16, },
	[ALKAID_A_GATEWAY_OAM_KEY] = NLA_POLICY_EXACT_LEN(16),
	[ALKAID_A_GATEWAY_DIRECT] = NLA_POLICY_MAX(NLA_U32, 1),
	[ALKAID_A_GATEWAY_BFD_INTERVAL] = { .type = NLA_U32, },
	[ALKAID_A_GATEWAY_BFD_MULTIPLIER] = { .type = NLA_U8, },
	[ALKAID_A_GATEWAY_MEMBER] = NLA_POLICY_NESTED(alkaid_gateway_member_nl_policy),
};

/* ALKAID_CMD_GATEWAY_DEL - do */
const struct nla_policy alkaid_gateway_del_nl_policy[ALKAID_A_GATEWAY_ID + 1] = {
	[ALKAID_A_GATEWAY_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_GATEWAY_GET - do */
const struct nla_policy alkaid_gateway_get_nl_policy[ALKAID_A_GATEWAY_ID + 1] = {
	[ALKAID_A_GATEWAY_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_GATEWAY_MEMBER_SET - do */
const struct nla_policy alkaid_gateway_member_set_nl_policy[ALKAID_A_GATEWAY_MEMBER + 1] = {
	[ALKAID_A_GATEWAY_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_GATEWAY_MEMBER] = NLA_POLICY_NESTED(alkaid_gateway_member_nl_policy),
};

/* ALKAID_CMD_FLOW_DEL - do */
const struct nla_policy alkaid_flow_del_nl_policy[ALKAID_A_FLOW_DPORT + 1] = {
	[ALKAID_A_FLOW_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_FLOW_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_FLOW_VNI] = { .type = NLA_U32, },
	[ALKAID_A_FLOW_SRC] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_FLOW_DST] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_FLOW_PROTO] = { .type = NLA_U8, },
	[ALKAID_A_FLOW_SPORT] = { .type = NLA_U16, },
	[ALKAID_A_FLOW_DPORT] = { .type = NLA_U16, },
};

/* ALKAID_CMD_FLOW_GET - do */
const struct nla_policy alkaid_flow_get_nl_policy[ALKAID_A_FLOW_DPORT + 1] = {
	[ALKAID_A_FLOW_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_FLOW_VPC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ALKAID_A_FLOW_VNI] = { .type = NLA_U32, },
	[ALKAID_A_FLOW_SRC] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_FLOW_DST] = NLA_POLICY_NESTED(alkaid_address_nl_policy),
	[ALKAID_A_FLOW_PROTO] = { .type = NLA_U8, },
	[ALKAID_A_FLOW_SPORT] = { .type = NLA_U16, },
	[ALKAID_A_FLOW_DPORT] = { .type = NLA_U16, },
};

/* ALKAID_CMD_TXN_GET - do */
const struct nla_policy alkaid_txn_get_nl_policy[ALKAID_A_TXN_IFINDEX + 1] = {
	[ALKAID_A_TXN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* ALKAID_CMD_TXN_CHECK - do */
const struct nla_policy alkaid_txn_check_nl_policy[ALKAID_A_TXN_IFINDEX + 1] = {
	[ALKAID_A_TXN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* Ops table for alkaid */
const struct genl_ops alkaid_nl_ops[31] = {
	{
		.cmd		= ALKAID_CMD_VPC_NEW,
		.doit		= alkaid_nl_vpc_new_doit,
		.policy		= alkaid_vpc_new_nl_policy,
		.maxattr	= ALKAID_A_VPC_GATEWAY_GROUP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_VPC_DEL,
		.doit		= alkaid_nl_vpc_del_doit,
		.policy		= alkaid_vpc_del_nl_policy,
		.maxattr	= ALKAID_A_VPC_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_VPC_GET,
		.doit		= alkaid_nl_vpc_get_doit,
		.dumpit		= alkaid_nl_vpc_get_dumpit,
		.policy		= alkaid_vpc_get_nl_policy,
		.maxattr	= ALKAID_A_VPC_ID,
	},
	{
		.cmd		= ALKAID_CMD_SUBNET_NEW,
		.doit		= alkaid_nl_subnet_new_doit,
		.policy		= alkaid_subnet_new_nl_policy,
		.maxattr	= ALKAID_A_SUBNET_FLOOD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_SUBNET_DEL,
		.doit		= alkaid_nl_subnet_del_doit,
		.policy		= alkaid_subnet_del_nl_policy,
		.maxattr	= ALKAID_A_SUBNET_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_SUBNET_GET,
		.doit		= alkaid_nl_subnet_get_doit,
		.dumpit		= alkaid_nl_subnet_get_dumpit,
		.policy		= alkaid_subnet_get_nl_policy,
		.maxattr	= ALKAID_A_SUBNET_ID,
	},
	{
		.cmd		= ALKAID_CMD_PORT_NEW,
		.doit		= alkaid_nl_port_new_doit,
		.policy		= alkaid_port_new_nl_policy,
		.maxattr	= ALKAID_A_PORT_ANTISPOOF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_PORT_DEL,
		.doit		= alkaid_nl_port_del_doit,
		.policy		= alkaid_port_del_nl_policy,
		.maxattr	= ALKAID_A_PORT_PORT_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_PORT_GET,
		.doit		= alkaid_nl_port_get_doit,
		.dumpit		= alkaid_nl_port_get_dumpit,
		.policy		= alkaid_port_get_nl_policy,
		.maxattr	= ALKAID_A_PORT_PORT_IFINDEX,
	},
	{
		.cmd		= ALKAID_CMD_NEIGH_NEW,
		.doit		= alkaid_nl_neigh_new_doit,
		.policy		= alkaid_neigh_new_nl_policy,
		.maxattr	= ALKAID_A_NEIGH_ENTRIES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_NEIGH_DEL,
		.doit		= alkaid_nl_neigh_del_doit,
		.policy		= alkaid_neigh_del_nl_policy,
		.maxattr	= ALKAID_A_NEIGH_ENTRIES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_NEIGH_GET,
		.doit		= alkaid_nl_neigh_get_doit,
		.dumpit		= alkaid_nl_neigh_get_dumpit,
		.policy		= alkaid_neigh_get_nl_policy,
		.maxattr	= ALKAID_A_NEIGH_IP,
	},
	{
		.cmd		= ALKAID_CMD_TXN_BEGIN,
		.doit		= alkaid_nl_txn_begin_doit,
		.policy		= alkaid_txn_begin_nl_policy,
		.maxattr	= ALKAID_A_TXN_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_TXN_COMMIT,
		.doit		= alkaid_nl_txn_commit_doit,
		.policy		= alkaid_txn_commit_nl_policy,
		.maxattr	= ALKAID_A_TXN_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_TXN_ABORT,
		.doit		= alkaid_nl_txn_abort_doit,
		.policy		= alkaid_txn_abort_nl_policy,
		.maxattr	= ALKAID_A_TXN_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_DROPS_GET,
		.doit		= alkaid_nl_drops_get_doit,
		.policy		= alkaid_drops_get_nl_policy,
		.maxattr	= ALKAID_A_DROPS_IFINDEX,
	},
	{
		.cmd		= ALKAID_CMD_STATS_GET,
		.doit		= alkaid_nl_stats_get_doit,
		.policy		= alkaid_stats_get_nl_policy,
		.maxattr	= ALKAID_A_STATS_IFINDEX,
	},
	{
		.cmd		= ALKAID_CMD_ROUTE_NEW,
		.doit		= alkaid_nl_route_new_doit,
		.policy		= alkaid_route_new_nl_policy,
		.maxattr	= ALKAID_A_ROUTE_GATEWAY_GROUP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_ROUTE_DEL,
		.doit		= alkaid_nl_route_del_doit,
		.policy		= alkaid_route_del_nl_policy,
		.maxattr	= ALKAID_A_ROUTE_PREFIX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_ROUTE_GET,
		.doit		= alkaid_nl_route_get_doit,
		.dumpit		= alkaid_nl_route_get_dumpit,
		.policy		= alkaid_route_get_nl_policy,
		.maxattr	= ALKAID_A_ROUTE_PREFIX,
	},
	{
		.cmd		= ALKAID_CMD_VTEP_GET,
		.doit		= alkaid_nl_vtep_get_doit,
		.dumpit		= alkaid_nl_vtep_get_dumpit,
		.policy		= alkaid_vtep_get_nl_policy,
		.maxattr	= ALKAID_A_VTEP_HOST,
	},
	{
		.cmd		= ALKAID_CMD_TRACE,
		.doit		= alkaid_nl_trace_doit,
		.policy		= alkaid_trace_nl_policy,
		.maxattr	= ALKAID_A_TRACE_FRAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_TRACE_LIVE,
		.doit		= alkaid_nl_trace_live_doit,
		.policy		= alkaid_trace_live_nl_policy,
		.maxattr	= ALKAID_A_TRACE_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_GATEWAY_NEW,
		.doit		= alkaid_nl_gateway_new_doit,
		.policy		= alkaid_gateway_new_nl_policy,
		.maxattr	= ALKAID_A_GATEWAY_MEMBER,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_GATEWAY_DEL,
		.doit		= alkaid_nl_gateway_del_doit,
		.policy		= alkaid_gateway_del_nl_policy,
		.maxattr	= ALKAID_A_GATEWAY_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_GATEWAY_GET,
		.doit		= alkaid_nl_gateway_get_doit,
		.dumpit		= alkaid_nl_gateway_get_dumpit,
		.policy		= alkaid_gateway_get_nl_policy,
		.maxattr	= ALKAID_A_GATEWAY_ID,
	},
	{
		.cmd		= ALKAID_CMD_GATEWAY_MEMBER_SET,
		.doit		= alkaid_nl_gateway_member_set_doit,
		.policy		= alkaid_gateway_member_set_nl_policy,
		.maxattr	= ALKAID_A_GATEWAY_MEMBER,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_FLOW_DEL,
		.doit		= alkaid_nl_flow_del_doit,
		.policy		= alkaid_flow_del_nl_policy,
		.maxattr	= ALKAID_A_FLOW_DPORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= ALKAID_CMD_FLOW_GET,
		.doit		= alkaid_nl_flow_get_doit,
		.dumpit		= alkaid_nl_flow_get_dumpit,
		.policy		= alkaid_flow_get_nl_policy,
		.maxattr	= ALKAID_A_FLOW_DPORT,
	},
	{
		.cmd		= ALKAID_CMD_TXN_GET,
		.doit		= alkaid_nl_txn_get_doit,
		.policy		= alkaid_txn_get_nl_policy,
		.maxattr	= ALKAID_A_TXN_IFINDEX,
	},
	{
		.cmd		= ALKAID_CMD_TXN_CHECK,
		.doit		= alkaid_nl_txn_check_doit,
		.policy		= alkaid_txn_check_nl_policy,
		.maxattr	= ALKAID_A_TXN_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

static const struct genl_multicast_group alkaid_nl_mcgrps[] = {
	[ALKAID_NLGRP_CONFIG] = { "config", },
	[ALKAID_NLGRP_COMMIT] = { "commit", },
};
