// SPDX-License-Identifier: GPL-2.0
/* Objects out of netlink messages. Attributes of a later kernel are passed over. */
#include "internal.h"

#include <errno.h>
#include <string.h>

int alk_attr_u32(const struct nlattr *attr, uint32_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u32(attr);
	return 0;
}

static int get_u64(const struct nlattr *attr, uint64_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u64(attr);
	return 0;
}

static int get_bool(const struct nlattr *attr, bool *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u8(attr);
	return 0;
}

int alk_attr_str(const struct nlattr *attr, char *out, size_t size)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0 ||
	    strlen(mnl_attr_get_str(attr)) >= size)
		return -EBADMSG;
	strcpy(out, mnl_attr_get_str(attr));
	return 0;
}

int alk_attr_mac(const struct nlattr *attr, struct alk_mac *out)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(out->octet))
		return -EBADMSG;
	memcpy(out->octet, mnl_attr_get_payload(attr), sizeof(out->octet));
	return 0;
}

/* An enum is as wide as an int; a value of a later kernel is kept. */
#define get_enum(attr, out)				\
({							\
	uint32_t __v = 0;				\
	int __err = alk_attr_u32(attr, &__v);		\
							\
	if (!__err)					\
		*(out) = (typeof(*(out)))__v;		\
	__err;						\
})

/* The address nest is a pair's too: its MAC is the caller's to take or not. */
static int get_pair(const struct nlattr *nest, struct alk_allow *out)
{
	const struct nlattr *attr;
	bool has_len = false;
	uint8_t len = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each_nested(attr, nest) {
		const void *payload = mnl_attr_get_payload(attr);
		size_t size = mnl_attr_get_payload_len(attr);

		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_ADDRESS_IP4:
			if (size != sizeof(out->addr.v4))
				return -EBADMSG;
			out->addr.family = AF_INET;
			memcpy(&out->addr.v4, payload, size);
			break;
		case ALKAID_A_ADDRESS_IP6:
			if (size != sizeof(out->addr.v6))
				return -EBADMSG;
			out->addr.family = AF_INET6;
			memcpy(&out->addr.v6, payload, size);
			break;
		case ALKAID_A_ADDRESS_LEN:
			if (size != sizeof(len))
				return -EBADMSG;
			len = mnl_attr_get_u8(attr);
			has_len = true;
			break;
		case ALKAID_A_ADDRESS_MAC:
			if (alk_attr_mac(attr, &out->mac))
				return -EBADMSG;
			out->has_mac = true;
			break;
		}
	}
	if (!out->addr.family)
		return -EBADMSG;
	out->addr.len = has_len ? len : alk_family_len(out->addr.family);
	return out->addr.len <= alk_family_len(out->addr.family) ? 0 : -EBADMSG;
}

int alk_addr_decode(const struct nlattr *nest, struct alk_addr *out)
{
	struct alk_allow pair;
	int err = get_pair(nest, &pair);

	if (!err)
		*out = pair.addr;
	return err;
}

static int add_addr(const struct nlattr *nest, struct alk_addr *list, size_t *n)
{
	if (*n == ALK_ADDRS_MAX)
		return -EBADMSG;
	return alk_addr_decode(nest, &list[(*n)++]);
}

static int add_allow(const struct nlattr *nest, struct alk_allow *list, size_t *n)
{
	if (*n == ALK_ADDRS_MAX)
		return -EBADMSG;
	return get_pair(nest, &list[(*n)++]);
}

static int get_counters(const struct nlattr *nest, struct alk_counters *out)
{
	const struct nlattr *attr;
	int err = 0;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_COUNTERS_RX_PACKETS:
			err = get_u64(attr, &out->rx_packets);
			break;
		case ALKAID_A_COUNTERS_RX_BYTES:
			err = get_u64(attr, &out->rx_bytes);
			break;
		case ALKAID_A_COUNTERS_TX_PACKETS:
			err = get_u64(attr, &out->tx_packets);
			break;
		case ALKAID_A_COUNTERS_TX_BYTES:
			err = get_u64(attr, &out->tx_bytes);
			break;
		case ALKAID_A_COUNTERS_DROPS:
			err = get_u64(attr, &out->drops);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_vpc_decode(const struct nlmsghdr *nlh, struct alk_vpc *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_VPC_ID:
			err = alk_attr_u32(attr, &out->id);
			break;
		case ALKAID_A_VPC_NAME:
			err = alk_attr_str(attr, out->name, sizeof(out->name));
			break;
		case ALKAID_A_VPC_MISS:
			err = get_enum(attr, &out->miss);
			break;
		case ALKAID_A_VPC_GATEWAY_GROUP:
			err = alk_attr_u32(attr, &out->gateway_group);
			break;
		case ALKAID_A_VPC_COUNTERS:
			err = get_counters(attr, &out->counters);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_subnet_decode(const struct nlmsghdr *nlh, struct alk_subnet *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_SUBNET_ID:
			err = alk_attr_u32(attr, &out->id);
			break;
		case ALKAID_A_SUBNET_VPC:
			err = alk_attr_u32(attr, &out->vpc);
			break;
		case ALKAID_A_SUBNET_VNI:
			err = alk_attr_u32(attr, &out->vni);
			break;
		case ALKAID_A_SUBNET_ENCAP:
			err = get_enum(attr, &out->encap);
			break;
		case ALKAID_A_SUBNET_PREFIX:
			err = add_addr(attr, out->prefixes, &out->n_prefixes);
			break;
		case ALKAID_A_SUBNET_GATEWAY_IP:
			err = add_addr(attr, out->gateway_ips, &out->n_gateway_ips);
			break;
		case ALKAID_A_SUBNET_GATEWAY_MAC:
			err = alk_attr_mac(attr, &out->gateway_mac);
			break;
		case ALKAID_A_SUBNET_FLOOD:
			err = get_bool(attr, &out->flood);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_port_decode(const struct nlmsghdr *nlh, struct alk_port *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	out->antispoof = true;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_PORT_PORT_IFINDEX:
			err = alk_attr_u32(attr, &out->ifindex);
			break;
		case ALKAID_A_PORT_IFNAME:
			err = alk_attr_str(attr, out->ifname, sizeof(out->ifname));
			break;
		case ALKAID_A_PORT_SUBNET:
			err = alk_attr_u32(attr, &out->subnet);
			break;
		case ALKAID_A_PORT_VPC:
			err = alk_attr_u32(attr, &out->vpc);
			break;
		case ALKAID_A_PORT_VNI:
			err = alk_attr_u32(attr, &out->vni);
			break;
		case ALKAID_A_PORT_MAC:
			err = alk_attr_mac(attr, &out->mac);
			break;
		case ALKAID_A_PORT_IP:
			err = add_addr(attr, out->ips, &out->n_ips);
			break;
		case ALKAID_A_PORT_ALLOW:
			err = add_allow(attr, out->allow, &out->n_allow);
			break;
		case ALKAID_A_PORT_ANTISPOOF:
			err = get_bool(attr, &out->antispoof);
			break;
		case ALKAID_A_PORT_STATE:
			err = get_enum(attr, &out->state);
			break;
		case ALKAID_A_PORT_COUNTERS:
			err = get_counters(attr, &out->counters);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_neigh_decode(const struct nlmsghdr *nlh, struct alk_neigh *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_NEIGH_SUBNET:
			err = alk_attr_u32(attr, &out->subnet);
			break;
		case ALKAID_A_NEIGH_IP:
			err = alk_addr_decode(attr, &out->ip);
			break;
		case ALKAID_A_NEIGH_MAC:
			err = alk_attr_mac(attr, &out->mac);
			break;
		case ALKAID_A_NEIGH_HOST:
			err = alk_addr_decode(attr, &out->host);
			break;
		case ALKAID_A_NEIGH_VPC:
			err = alk_attr_u32(attr, &out->vpc);
			break;
		case ALKAID_A_NEIGH_VNI:
			err = alk_attr_u32(attr, &out->vni);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_route_decode(const struct nlmsghdr *nlh, struct alk_route *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_ROUTE_VPC:
			err = alk_attr_u32(attr, &out->vpc);
			break;
		case ALKAID_A_ROUTE_SUBNET:
			err = alk_attr_u32(attr, &out->subnet);
			break;
		case ALKAID_A_ROUTE_PREFIX:
			err = alk_addr_decode(attr, &out->prefix);
			break;
		case ALKAID_A_ROUTE_VIA:
			err = alk_addr_decode(attr, &out->via);
			break;
		case ALKAID_A_ROUTE_GATEWAY_GROUP:
			err = alk_attr_u32(attr, &out->gateway_group);
			break;
		case ALKAID_A_ROUTE_BLACKHOLE:
			out->blackhole = true;
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_vtep_decode(const struct nlmsghdr *nlh, struct alk_vtep *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_VTEP_HOST:
			err = alk_addr_decode(attr, &out->host);
			break;
		case ALKAID_A_VTEP_MTU:
			err = alk_attr_u32(attr, &out->mtu);
			break;
		case ALKAID_A_VTEP_USERS:
			err = alk_attr_u32(attr, &out->users);
			break;
		case ALKAID_A_VTEP_COUNTERS:
			err = get_counters(attr, &out->counters);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int alk_stats_decode(const struct nlmsghdr *nlh, struct alk_stats *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_STATS_RX_PACKETS:
			err = get_u64(attr, &out->rx_packets);
			break;
		case ALKAID_A_STATS_TX_PACKETS:
			err = get_u64(attr, &out->tx_packets);
			break;
		case ALKAID_A_STATS_CONSUMED_PACKETS:
			err = get_u64(attr, &out->consumed_packets);
			break;
		case ALKAID_A_STATS_GENERATED_PACKETS:
			err = get_u64(attr, &out->generated_packets);
			break;
		case ALKAID_A_STATS_DROPPED_PACKETS:
			err = get_u64(attr, &out->dropped_packets);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}
