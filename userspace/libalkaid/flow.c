// SPDX-License-Identifier: GPL-2.0
/* Direct paths out of netlink messages, and requests to end them. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static int get_u16(const struct nlattr *attr, uint16_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u16(attr);
	return 0;
}

static int flow_attr(const struct nlattr *attr, struct alk_flow *out)
{
	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_FLOW_VPC:
		return alk_attr_u32(attr, &out->vpc);
	case ALKAID_A_FLOW_VNI:
		out->destination = false;
		return alk_attr_u32(attr, &out->vni);
	case ALKAID_A_FLOW_SRC:
		return alk_addr_decode(attr, &out->src);
	case ALKAID_A_FLOW_DST:
		return alk_addr_decode(attr, &out->dst);
	case ALKAID_A_FLOW_PROTO:
		if (mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
			return -EBADMSG;
		out->proto = mnl_attr_get_u8(attr);
		return 0;
	case ALKAID_A_FLOW_SPORT:
		return get_u16(attr, &out->sport);
	case ALKAID_A_FLOW_DPORT:
		return get_u16(attr, &out->dport);
	case ALKAID_A_FLOW_INSTANCE_IP:
		return alk_addr_decode(attr, &out->instance_ip);
	case ALKAID_A_FLOW_INSTANCE_MAC:
		return alk_attr_mac(attr, &out->instance_mac);
	case ALKAID_A_FLOW_HOST:
		return alk_addr_decode(attr, &out->host);
	case ALKAID_A_FLOW_GATEWAY_GROUP:
		return alk_attr_u32(attr, &out->gateway_group);
	case ALKAID_A_FLOW_IDLE_TIMEOUT:
		return alk_attr_u32(attr, &out->idle_timeout);
	case ALKAID_A_FLOW_IDLE:
		return alk_attr_u32(attr, &out->idle);
	case ALKAID_A_FLOW_PACKETS:
		if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
			return -EBADMSG;
		out->packets = mnl_attr_get_u64(attr);
		return 0;
	}
	return 0;
}

int alk_flow_decode(const struct nlmsghdr *nlh, struct alk_flow *out)
{
	const struct nlattr *attr;
	int err;

	memset(out, 0, sizeof(*out));
	out->destination = true;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		err = flow_attr(attr, out);
		if (err)
			return err;
	}
	return 0;
}

void alk_flow_encode(struct nlmsghdr *nlh, const struct alk_flow *want)
{
	if (want->given & ALK_FLOW_VPC)
		mnl_attr_put_u32(nlh, ALKAID_A_FLOW_VPC, want->vpc);
	if (want->given & ALK_FLOW_VNI)
		mnl_attr_put_u32(nlh, ALKAID_A_FLOW_VNI, want->vni);
	if (want->given & ALK_FLOW_SRC)
		alk_addr_encode(nlh, ALKAID_A_FLOW_SRC, &want->src);
	if (want->given & ALK_FLOW_DST)
		alk_addr_encode(nlh, ALKAID_A_FLOW_DST, &want->dst);
	if (want->given & ALK_FLOW_PROTO)
		mnl_attr_put_u8(nlh, ALKAID_A_FLOW_PROTO, want->proto);
	if (want->given & ALK_FLOW_SPORT)
		mnl_attr_put_u16(nlh, ALKAID_A_FLOW_SPORT, want->sport);
	if (want->given & ALK_FLOW_DPORT)
		mnl_attr_put_u16(nlh, ALKAID_A_FLOW_DPORT, want->dport);
}
