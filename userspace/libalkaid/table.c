// SPDX-License-Identifier: GPL-2.0
/* Reading tables and counters. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct nlmsghdr *get_init(struct alk *alk, uint8_t cmd)
{
	struct nlmsghdr *nlh = alk_msg_init(alk, alk->sndbuf, cmd, 0);

	/* IFINDEX has the same number in every set. */
	if (alk->ifindex)
		mnl_attr_put_u32(nlh, ALKAID_A_VPC_IFINDEX, alk->ifindex);
	return nlh;
}

/* The tables differ only in the type that comes out. */
#define TABLE(name, get_cmd)							\
int alk_##name##_dump(struct alk *alk,						\
		      int (*cb)(const struct alk_##name *, void *), void *arg)	\
{										\
	struct alk_msgs msgs;							\
	struct alk_##name obj;							\
	const struct nlmsghdr *nlh;						\
	int left, err;								\
										\
	err = alk_dump(alk, get_init(alk, get_cmd), &msgs);			\
	if (err)								\
		goto out;							\
										\
	nlh = (const void *)msgs.buf;						\
	left = msgs.len;							\
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {	\
		if (nlh->nlmsg_type != alk->family)				\
			continue;						\
		err = alk_##name##_decode(nlh, &obj);				\
		if (err) {							\
			alk_fail(alk, err, #name ": malformed entry");		\
			goto out;						\
		}								\
		err = cb(&obj, arg);						\
		if (err)							\
			goto out;						\
	}									\
out:										\
	free(msgs.buf);								\
	return err;								\
}										\
										\
static int name##_cb(const struct nlmsghdr *nlh, void *arg)			\
{										\
	return alk_##name##_decode(nlh, arg);					\
}

TABLE(vpc, ALKAID_CMD_VPC_GET)
TABLE(subnet, ALKAID_CMD_SUBNET_GET)
TABLE(port, ALKAID_CMD_PORT_GET)
TABLE(neigh, ALKAID_CMD_NEIGH_GET)
TABLE(vtep, ALKAID_CMD_VTEP_GET)
TABLE(route, ALKAID_CMD_ROUTE_GET)
TABLE(gateway, ALKAID_CMD_GATEWAY_GET)
TABLE(flow, ALKAID_CMD_FLOW_GET)

int alk_vpc_get(struct alk *alk, uint32_t id, struct alk_vpc *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_VPC_GET);

	mnl_attr_put_u32(nlh, ALKAID_A_VPC_ID, id);
	return alk_transact(alk, nlh, vpc_cb, out);
}

int alk_gateway_get(struct alk *alk, uint32_t id, struct alk_gateway *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_GATEWAY_GET);

	mnl_attr_put_u32(nlh, ALKAID_A_GATEWAY_ID, id);
	return alk_transact(alk, nlh, gateway_cb, out);
}

int alk_flow_get(struct alk *alk, const struct alk_flow *key, struct alk_flow *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_FLOW_GET);

	alk_flow_encode(nlh, key);
	return alk_transact(alk, nlh, flow_cb, out);
}

int alk_flow_del(struct alk *alk, const struct alk_flow *want)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_FLOW_DEL);

	alk_flow_encode(nlh, want);
	return alk_transact(alk, nlh, NULL, NULL);
}

int alk_subnet_get(struct alk *alk, uint32_t id, struct alk_subnet *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_SUBNET_GET);

	mnl_attr_put_u32(nlh, ALKAID_A_SUBNET_ID, id);
	return alk_transact(alk, nlh, subnet_cb, out);
}

int alk_port_get(struct alk *alk, uint32_t ifindex, struct alk_port *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_PORT_GET);

	mnl_attr_put_u32(nlh, ALKAID_A_PORT_PORT_IFINDEX, ifindex);
	return alk_transact(alk, nlh, port_cb, out);
}

int alk_neigh_get(struct alk *alk, uint32_t subnet, const struct alk_addr *ip,
		  struct alk_neigh *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_NEIGH_GET);

	mnl_attr_put_u32(nlh, ALKAID_A_NEIGH_SUBNET, subnet);
	alk_addr_encode(nlh, ALKAID_A_NEIGH_IP, ip);
	return alk_transact(alk, nlh, neigh_cb, out);
}

int alk_route_get(struct alk *alk, const struct alk_route *key, struct alk_route *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_ROUTE_GET);

	alk_route_encode_key(nlh, key);
	return alk_transact(alk, nlh, route_cb, out);
}

int alk_vtep_get(struct alk *alk, const struct alk_addr *host, struct alk_vtep *out)
{
	struct nlmsghdr *nlh = get_init(alk, ALKAID_CMD_VTEP_GET);

	alk_addr_encode(nlh, ALKAID_A_VTEP_HOST, host);
	return alk_transact(alk, nlh, vtep_cb, out);
}

static int stats_cb(const struct nlmsghdr *nlh, void *arg)
{
	return alk_stats_decode(nlh, arg);
}

int alk_stats_get(struct alk *alk, struct alk_stats *out)
{
	return alk_transact(alk, get_init(alk, ALKAID_CMD_STATS_GET), stats_cb, out);
}

struct drops_arg {
	int (*cb)(const char *name, const char *text, uint64_t count, void *arg);
	void *arg;
};

static int drop_cb(const struct nlattr *nest, const struct drops_arg *drops)
{
	const char *name = NULL, *text = "";
	const struct nlattr *attr;
	uint64_t count = 0;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_DROP_NAME:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
				return -EBADMSG;
			name = mnl_attr_get_str(attr);
			break;
		case ALKAID_A_DROP_TEXT:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
				return -EBADMSG;
			text = mnl_attr_get_str(attr);
			break;
		case ALKAID_A_DROP_COUNT:
			if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
				return -EBADMSG;
			count = mnl_attr_get_u64(attr);
			break;
		}
	}
	return name ? drops->cb(name, text, count, drops->arg) : -EBADMSG;
}

static int drops_cb(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		int err;

		if (mnl_attr_get_type(attr) != ALKAID_A_DROPS_DROP)
			continue;
		err = drop_cb(attr, arg);
		if (err)
			return err;
	}
	return 0;
}

int alk_drops_get(struct alk *alk,
		  int (*cb)(const char *name, const char *text, uint64_t count, void *),
		  void *arg)
{
	struct drops_arg drops = { cb, arg };

	return alk_transact(alk, get_init(alk, ALKAID_CMD_DROPS_GET), drops_cb, &drops);
}
