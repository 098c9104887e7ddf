// SPDX-License-Identifier: GPL-2.0
/* Changes as netlink requests. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * What is zero is left out: the kernel then says that it is missing, or takes
 * its default.
 */
static void put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t value)
{
	if (value)
		mnl_attr_put_u32(nlh, type, value);
}

static void put_mac(struct nlmsghdr *nlh, uint16_t type, const struct alk_mac *mac)
{
	static const struct alk_mac none;

	if (memcmp(mac, &none, sizeof(none)))
		mnl_attr_put(nlh, type, sizeof(mac->octet), mac->octet);
}

static void put_addr(struct nlmsghdr *nlh, const struct alk_addr *addr, bool prefix)
{
	if (addr->family == AF_INET)
		mnl_attr_put(nlh, ALKAID_A_ADDRESS_IP4, sizeof(addr->v4), &addr->v4);
	else
		mnl_attr_put(nlh, ALKAID_A_ADDRESS_IP6, sizeof(addr->v6), &addr->v6);
	if (prefix || addr->len != alk_family_len(addr->family))
		mnl_attr_put_u8(nlh, ALKAID_A_ADDRESS_LEN, addr->len);
}

void alk_addr_encode(struct nlmsghdr *nlh, uint16_t type, const struct alk_addr *addr)
{
	struct nlattr *nest;

	if (!addr->family)
		return;
	nest = mnl_attr_nest_start(nlh, type);
	put_addr(nlh, addr, false);
	mnl_attr_nest_end(nlh, nest);
}

static void prefix_encode(struct nlmsghdr *nlh, uint16_t type, const struct alk_addr *addr)
{
	struct nlattr *nest;

	if (!addr->family)
		return;
	nest = mnl_attr_nest_start(nlh, type);
	put_addr(nlh, addr, true);
	mnl_attr_nest_end(nlh, nest);
}

static void allow_encode(struct nlmsghdr *nlh, const struct alk_allow *allow)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ALKAID_A_PORT_ALLOW);

	put_addr(nlh, &allow->addr, false);
	if (allow->has_mac)
		mnl_attr_put(nlh, ALKAID_A_ADDRESS_MAC, sizeof(allow->mac.octet),
			     allow->mac.octet);
	mnl_attr_nest_end(nlh, nest);
}

static void vpc_encode(struct nlmsghdr *nlh, const struct alk_vpc *vpc)
{
	if (vpc->name[0])
		mnl_attr_put_strz(nlh, ALKAID_A_VPC_NAME, vpc->name);
	mnl_attr_put_u32(nlh, ALKAID_A_VPC_MISS, vpc->miss);
	put_u32(nlh, ALKAID_A_VPC_GATEWAY_GROUP, vpc->gateway_group);
}

static void subnet_encode(struct nlmsghdr *nlh, const struct alk_subnet *subnet)
{
	size_t i;

	put_u32(nlh, ALKAID_A_SUBNET_VPC, subnet->vpc);
	put_u32(nlh, ALKAID_A_SUBNET_VNI, subnet->vni);
	mnl_attr_put_u32(nlh, ALKAID_A_SUBNET_ENCAP, subnet->encap);
	for (i = 0; i < subnet->n_prefixes; i++)
		prefix_encode(nlh, ALKAID_A_SUBNET_PREFIX, &subnet->prefixes[i]);
	for (i = 0; i < subnet->n_gateway_ips; i++)
		alk_addr_encode(nlh, ALKAID_A_SUBNET_GATEWAY_IP, &subnet->gateway_ips[i]);
	put_mac(nlh, ALKAID_A_SUBNET_GATEWAY_MAC, &subnet->gateway_mac);
	mnl_attr_put_u8(nlh, ALKAID_A_SUBNET_FLOOD, subnet->flood);
}

static void port_encode(struct nlmsghdr *nlh, const struct alk_port *port)
{
	size_t i;

	put_u32(nlh, ALKAID_A_PORT_SUBNET, port->subnet);
	put_mac(nlh, ALKAID_A_PORT_MAC, &port->mac);
	for (i = 0; i < port->n_ips; i++)
		alk_addr_encode(nlh, ALKAID_A_PORT_IP, &port->ips[i]);
	for (i = 0; i < port->n_allow; i++)
		allow_encode(nlh, &port->allow[i]);
	mnl_attr_put_u8(nlh, ALKAID_A_PORT_ANTISPOOF, port->antispoof);
}

static void neigh_encode(struct nlmsghdr *nlh, const struct alk_neigh *neigh)
{
	put_mac(nlh, ALKAID_A_NEIGH_MAC, &neigh->mac);
	alk_addr_encode(nlh, ALKAID_A_NEIGH_HOST, &neigh->host);
}

void alk_route_encode_key(struct nlmsghdr *nlh, const struct alk_route *route)
{
	put_u32(nlh, ALKAID_A_ROUTE_VPC, route->vpc);
	put_u32(nlh, ALKAID_A_ROUTE_SUBNET, route->subnet);
	prefix_encode(nlh, ALKAID_A_ROUTE_PREFIX, &route->prefix);
}

static void route_encode(struct nlmsghdr *nlh, const struct alk_route *route)
{
	alk_addr_encode(nlh, ALKAID_A_ROUTE_VIA, &route->via);
	put_u32(nlh, ALKAID_A_ROUTE_GATEWAY_GROUP, route->gateway_group);
	if (route->blackhole)
		mnl_attr_put(nlh, ALKAID_A_ROUTE_BLACKHOLE, 0, NULL);
}

static void member_encode(struct nlmsghdr *nlh, const struct alk_member *member)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ALKAID_A_GATEWAY_MEMBER);

	alk_addr_encode(nlh, ALKAID_A_GATEWAY_MEMBER_IP, &member->ip);
	put_mac(nlh, ALKAID_A_GATEWAY_MEMBER_MAC, &member->mac);
	put_u32(nlh, ALKAID_A_GATEWAY_MEMBER_WEIGHT, member->weight);
	if (member->has_state)
		mnl_attr_put_u32(nlh, ALKAID_A_GATEWAY_MEMBER_STATE, member->state);
	mnl_attr_nest_end(nlh, nest);
}

static void members_encode(struct nlmsghdr *nlh, const struct alk_gateway *gateway)
{
	size_t i;

	for (i = 0; i < gateway->n_members; i++)
		member_encode(nlh, &gateway->members[i]);
}

static void gateway_encode(struct nlmsghdr *nlh, const struct alk_gateway *gateway)
{
	mnl_attr_put_u32(nlh, ALKAID_A_GATEWAY_TYPE, gateway->type);
	if (gateway->oam_port)
		mnl_attr_put_u16(nlh, ALKAID_A_GATEWAY_OAM_PORT, gateway->oam_port);
	if (gateway->has_key)
		mnl_attr_put(nlh, ALKAID_A_GATEWAY_OAM_KEY, sizeof(gateway->oam_key),
			     gateway->oam_key);
	mnl_attr_put_u32(nlh, ALKAID_A_GATEWAY_DIRECT, gateway->direct);
	put_u32(nlh, ALKAID_A_GATEWAY_BFD_INTERVAL, gateway->bfd_interval);
	if (gateway->bfd_multiplier)
		mnl_attr_put_u8(nlh, ALKAID_A_GATEWAY_BFD_MULTIPLIER, gateway->bfd_multiplier);
	members_encode(nlh, gateway);
}

static bool fits(const struct alk_change *c)
{
	switch (c->kind) {
	case ALK_GATEWAY:
		return c->gateway->n_members <= ALK_MEMBERS_MAX;
	case ALK_SUBNET:
		return c->subnet->n_prefixes <= ALK_ADDRS_MAX &&
		       c->subnet->n_gateway_ips <= ALK_ADDRS_MAX;
	case ALK_PORT:
		return c->port->n_ips <= ALK_ADDRS_MAX && c->port->n_allow <= ALK_ADDRS_MAX;
	default:
		return true;
	}
}

static void key_encode(struct nlmsghdr *nlh, const struct alk_change *c)
{
	switch (c->kind) {
	case ALK_VPC:
		put_u32(nlh, ALKAID_A_VPC_ID, c->vpc->id);
		break;
	case ALK_SUBNET:
		put_u32(nlh, ALKAID_A_SUBNET_ID, c->subnet->id);
		break;
	case ALK_PORT:
		put_u32(nlh, ALKAID_A_PORT_PORT_IFINDEX, c->port->ifindex);
		break;
	case ALK_NEIGH:
		put_u32(nlh, ALKAID_A_NEIGH_SUBNET, c->neigh->subnet);
		alk_addr_encode(nlh, ALKAID_A_NEIGH_IP, &c->neigh->ip);
		break;
	case ALK_ROUTE:
		alk_route_encode_key(nlh, c->route);
		break;
	case ALK_GATEWAY:
		put_u32(nlh, ALKAID_A_GATEWAY_ID, c->gateway->id);
		break;
	}
}

static void body_encode(struct nlmsghdr *nlh, const struct alk_change *c)
{
	switch (c->kind) {
	case ALK_VPC:
		vpc_encode(nlh, c->vpc);
		break;
	case ALK_SUBNET:
		subnet_encode(nlh, c->subnet);
		break;
	case ALK_PORT:
		port_encode(nlh, c->port);
		break;
	case ALK_NEIGH:
		neigh_encode(nlh, c->neigh);
		break;
	case ALK_ROUTE:
		route_encode(nlh, c->route);
		break;
	case ALK_GATEWAY:
		if (c->verb == ALK_STATE)
			members_encode(nlh, c->gateway);
		else
			gateway_encode(nlh, c->gateway);
		break;
	}
}

int alk_change_encode(struct nlmsghdr *nlh, uint32_t ifindex,
		      const struct alk_change *c, size_t n, char *text, size_t size)
{
	static const uint8_t cmds[][2] = {
		[ALK_VPC]    = { ALKAID_CMD_VPC_NEW,    ALKAID_CMD_VPC_DEL },
		[ALK_SUBNET] = { ALKAID_CMD_SUBNET_NEW, ALKAID_CMD_SUBNET_DEL },
		[ALK_PORT]   = { ALKAID_CMD_PORT_NEW,   ALKAID_CMD_PORT_DEL },
		[ALK_NEIGH]  = { ALKAID_CMD_NEIGH_NEW,  ALKAID_CMD_NEIGH_DEL },
		[ALK_ROUTE]  = { ALKAID_CMD_ROUTE_NEW,  ALKAID_CMD_ROUTE_DEL },
		[ALK_GATEWAY] = { ALKAID_CMD_GATEWAY_NEW, ALKAID_CMD_GATEWAY_DEL },
	};
	static const uint16_t flags[] = {
		[ALK_ADD]     = NLM_F_CREATE | NLM_F_EXCL,
		[ALK_REPLACE] = NLM_F_CREATE | NLM_F_REPLACE,
		[ALK_CHANGE]  = NLM_F_REPLACE,
		[ALK_DEL]     = 0,
		[ALK_STATE]   = 0,
	};
	struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	if (c->verb != ALK_DEL && !fits(c)) {
		snprintf(text, size, "more than %d %s",
			 c->kind == ALK_GATEWAY ? ALK_MEMBERS_MAX : ALK_ADDRS_MAX,
			 c->kind == ALK_GATEWAY ? "members" : "addresses");
		return -EINVAL;
	}
	genl->cmd = c->verb == ALK_STATE ? ALKAID_CMD_GATEWAY_MEMBER_SET :
		    cmds[c->kind][c->verb == ALK_DEL];
	nlh->nlmsg_flags |= flags[c->verb];

	/* IFINDEX has the same number in every set. */
	put_u32(nlh, ALKAID_A_VPC_IFINDEX, ifindex);
	if (n > 1) {
		put_u32(nlh, ALKAID_A_NEIGH_SUBNET, c->neigh->subnet);
		alk_entries_put(nlh, c, n);
		return 0;
	}
	key_encode(nlh, c);
	if (c->verb != ALK_DEL)
		body_encode(nlh, c);
	return 0;
}
