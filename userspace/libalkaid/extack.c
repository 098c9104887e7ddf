// SPDX-License-Identifier: GPL-2.0
/* Why the kernel refused: extended acknowledgements as text. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct attr_names {
	const char *const *names;
	size_t n;
};

static const char *const address_names[] = {
	[ALKAID_A_ADDRESS_IP4] = "ip4",
	[ALKAID_A_ADDRESS_IP6] = "ip6",
	[ALKAID_A_ADDRESS_LEN] = "len",
	[ALKAID_A_ADDRESS_MAC] = "mac",
};

static const char *const vpc_names[] = {
	[ALKAID_A_VPC_IFINDEX] = "ifindex",
	[ALKAID_A_VPC_ID] = "id",
	[ALKAID_A_VPC_NAME] = "name",
	[ALKAID_A_VPC_MISS] = "miss",
	[ALKAID_A_VPC_GATEWAY_GROUP] = "gateway-group",
};

static const char *const subnet_names[] = {
	[ALKAID_A_SUBNET_IFINDEX] = "ifindex",
	[ALKAID_A_SUBNET_ID] = "id",
	[ALKAID_A_SUBNET_VPC] = "vpc",
	[ALKAID_A_SUBNET_VNI] = "vni",
	[ALKAID_A_SUBNET_ENCAP] = "encap",
	[ALKAID_A_SUBNET_PREFIX] = "prefix",
	[ALKAID_A_SUBNET_GATEWAY_IP] = "gateway-ip",
	[ALKAID_A_SUBNET_GATEWAY_MAC] = "gateway-mac",
	[ALKAID_A_SUBNET_FLOOD] = "flood",
};

static const char *const port_names[] = {
	[ALKAID_A_PORT_IFINDEX] = "ifindex",
	[ALKAID_A_PORT_PORT_IFINDEX] = "port-ifindex",
	[ALKAID_A_PORT_SUBNET] = "subnet",
	[ALKAID_A_PORT_MAC] = "mac",
	[ALKAID_A_PORT_IP] = "ip",
	[ALKAID_A_PORT_ALLOW] = "allow",
	[ALKAID_A_PORT_ANTISPOOF] = "antispoof",
};

static const char *const neigh_names[] = {
	[ALKAID_A_NEIGH_IFINDEX] = "ifindex",
	[ALKAID_A_NEIGH_SUBNET] = "subnet",
	[ALKAID_A_NEIGH_IP] = "ip",
	[ALKAID_A_NEIGH_MAC] = "mac",
	[ALKAID_A_NEIGH_HOST] = "host",
};

static const char *const route_names[] = {
	[ALKAID_A_ROUTE_IFINDEX] = "ifindex",
	[ALKAID_A_ROUTE_VPC] = "vpc",
	[ALKAID_A_ROUTE_SUBNET] = "subnet",
	[ALKAID_A_ROUTE_PREFIX] = "prefix",
	[ALKAID_A_ROUTE_VIA] = "via",
	[ALKAID_A_ROUTE_BLACKHOLE] = "blackhole",
	[ALKAID_A_ROUTE_GATEWAY_GROUP] = "gateway-group",
};

static const char *const gateway_names[] = {
	[ALKAID_A_GATEWAY_IFINDEX] = "ifindex",
	[ALKAID_A_GATEWAY_ID] = "id",
	[ALKAID_A_GATEWAY_TYPE] = "type",
	[ALKAID_A_GATEWAY_OAM_PORT] = "oam-port",
	[ALKAID_A_GATEWAY_OAM_KEY] = "oam-key",
	[ALKAID_A_GATEWAY_DIRECT] = "direct",
	[ALKAID_A_GATEWAY_BFD_INTERVAL] = "bfd-interval",
	[ALKAID_A_GATEWAY_BFD_MULTIPLIER] = "bfd-multiplier",
	[ALKAID_A_GATEWAY_MEMBER] = "member",
};

static const char *const member_names[] = {
	[ALKAID_A_GATEWAY_MEMBER_IP] = "ip",
	[ALKAID_A_GATEWAY_MEMBER_MAC] = "mac",
	[ALKAID_A_GATEWAY_MEMBER_WEIGHT] = "weight",
	[ALKAID_A_GATEWAY_MEMBER_STATE] = "state",
};

static const char *const flow_names[] = {
	[ALKAID_A_FLOW_IFINDEX] = "ifindex",
	[ALKAID_A_FLOW_VPC] = "vpc",
	[ALKAID_A_FLOW_VNI] = "vni",
	[ALKAID_A_FLOW_SRC] = "src",
	[ALKAID_A_FLOW_DST] = "dst",
	[ALKAID_A_FLOW_PROTO] = "proto",
	[ALKAID_A_FLOW_SPORT] = "sport",
	[ALKAID_A_FLOW_DPORT] = "dport",
};

/* Of txn, drops and stats a request carries only the device. */
static const char *const device_names[] = {
	[ALKAID_A_TXN_IFINDEX] = "ifindex",
};

#define NAMES(a) ((struct attr_names){ (a), sizeof(a) / sizeof((a)[0]) })

static struct attr_names names_of(uint8_t cmd)
{
	switch (cmd) {
	case ALKAID_CMD_VPC_NEW ... ALKAID_CMD_VPC_GET:
		return NAMES(vpc_names);
	case ALKAID_CMD_SUBNET_NEW ... ALKAID_CMD_SUBNET_GET:
		return NAMES(subnet_names);
	case ALKAID_CMD_PORT_NEW ... ALKAID_CMD_PORT_GET:
		return NAMES(port_names);
	case ALKAID_CMD_NEIGH_NEW ... ALKAID_CMD_NEIGH_GET:
		return NAMES(neigh_names);
	case ALKAID_CMD_ROUTE_NEW ... ALKAID_CMD_ROUTE_GET:
		return NAMES(route_names);
	case ALKAID_CMD_GATEWAY_NEW ... ALKAID_CMD_GATEWAY_MEMBER_SET:
		return NAMES(gateway_names);
	case ALKAID_CMD_FLOW_DEL ... ALKAID_CMD_FLOW_GET:
		return NAMES(flow_names);
	default:
		return NAMES(device_names);
	}
}

static const char *name_in(struct attr_names set, unsigned int type)
{
	return type < set.n && set.names[type] ? set.names[type] : "?";
}

/* What the attributes in a nest are called: all but one are addresses. */
static struct attr_names nested_in(struct attr_names set, unsigned int type)
{
	if (set.names == gateway_names && type == ALKAID_A_GATEWAY_MEMBER)
		return NAMES(member_names);
	return NAMES(address_names);
}

static void add_name(char *buf, size_t size, const char *name)
{
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s%s", used ? "." : "", name);
}

/*
 * Name of the attribute at @offset in @request, "prefix.len" for one in a nest;
 * with @missing, of the attribute of that type missing there.
 */
static void attr_name(const struct nlmsghdr *request, uint32_t offset, uint32_t missing,
		      char *buf, size_t size)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const char *end = (const char *)request + request->nlmsg_len;
	const struct nlattr *attr = mnl_nlmsg_get_payload_offset(request, GENL_HDRLEN);
	const char *wanted = (const char *)request + offset;
	struct attr_names set = names_of(genl->cmd);

	buf[0] = '\0';
	while (offset && mnl_attr_ok(attr, end - (const char *)attr)) {
		const char *next = (const char *)mnl_attr_next(attr);

		if (wanted < (const char *)attr)
			break;
		if (wanted >= next) {
			attr = (const void *)next;
			continue;
		}
		add_name(buf, size, name_in(set, mnl_attr_get_type(attr)));
		if (wanted == (const char *)attr && !missing)
			return;
		set = nested_in(set, mnl_attr_get_type(attr));
		if (wanted == (const char *)attr)
			break;
		end = next;
		attr = mnl_attr_get_payload(attr);
	}
	if (missing)
		add_name(buf, size, name_in(set, missing));
}

struct extack {
	const char *msg;
	uint32_t offset;
	uint32_t miss_type;
	uint32_t miss_nest;
};

static int extack_cb(const struct nlattr *attr, void *arg)
{
	struct extack *ext = arg;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			ext->msg = mnl_attr_get_str(attr);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			ext->offset = mnl_attr_get_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_TYPE:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			ext->miss_type = mnl_attr_get_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_NEST:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			ext->miss_nest = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

static void extack_text(const struct extack *ext, const struct nlmsghdr *request, int err,
			char *text, size_t size)
{
	const char *msg = ext->msg ? ext->msg : strerror(-err);
	char name[64] = "";

	if (request && ext->miss_type)
		attr_name(request, ext->miss_nest, ext->miss_type, name, sizeof(name));
	else if (request && ext->offset)
		attr_name(request, ext->offset, 0, name, sizeof(name));

	if (!name[0])
		snprintf(text, size, "%s", msg);
	else if (ext->miss_type)
		snprintf(text, size, "%s (attribute '%s' is missing)", msg, name);
	else if (strcasestr(msg, name))	/* the text speaks of it already */
		snprintf(text, size, "%s", msg);
	else
		snprintf(text, size, "%s (attribute '%s')", msg, name);
}

int alk_answer(const struct nlmsghdr *nlh, const struct nlmsghdr *request,
	       char *text, size_t size)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const char *payload = mnl_nlmsg_get_payload(nlh);
	struct extack ext = {};
	size_t tlvs = sizeof(int);
	int err;

	text[0] = '\0';
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *ack = (const void *)payload;

		if (len < sizeof(*ack)) {
			snprintf(text, size, "truncated answer from the kernel");
			return -EBADMSG;
		}
		tlvs = sizeof(*ack);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			tlvs += ack->msg.nlmsg_len - sizeof(ack->msg);
	} else if (len < sizeof(int)) {
		return 0;	/* a dump's end without a status */
	}

	memcpy(&err, payload, sizeof(err));
	if (!err)
		return 0;
	if ((nlh->nlmsg_flags & NLM_F_ACK_TLVS) && tlvs < len)
		mnl_attr_parse_payload(payload + tlvs, len - tlvs, extack_cb, &ext);
	extack_text(&ext, request, err, text, size);
	return err < 0 ? err : -EPROTO;
}
