// SPDX-License-Identifier: GPL-2.0
/* Gateway groups out of netlink messages. Attributes of a later kernel are passed over. */
#include "internal.h"

#include <errno.h>
#include <string.h>

const char *const alk_gateway_types[] = {
	[ALKAID_GATEWAY_TYPE_ZETA] = "zeta",
	[ALKAID_GATEWAY_TYPE_ARION] = "arion",
	[ALKAID_GATEWAY_TYPE_IGW] = "igw",
	[ALKAID_GATEWAY_TYPE_NGW] = "ngw",
	[ALKAID_GATEWAY_TYPE_TGW] = "tgw",
	NULL
};

const char *const alk_direct_names[] = {
	[ALKAID_DIRECT_FLOW] = "flow",
	[ALKAID_DIRECT_DESTINATION] = "destination",
	NULL
};

static int get_u8(const struct nlattr *attr, uint8_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u8(attr);
	return 0;
}

static int get_u16(const struct nlattr *attr, uint16_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u16(attr);
	return 0;
}

static int member_attr(const struct nlattr *attr, struct alk_member *out)
{
	uint32_t value = 0;
	int err;

	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_GATEWAY_MEMBER_IP:
		return alk_addr_decode(attr, &out->ip);
	case ALKAID_A_GATEWAY_MEMBER_MAC:
		return alk_attr_mac(attr, &out->mac);
	case ALKAID_A_GATEWAY_MEMBER_WEIGHT:
		err = alk_attr_u32(attr, &value);
		out->weight = value;
		return err;
	case ALKAID_A_GATEWAY_MEMBER_STATE:
		err = alk_attr_u32(attr, &value);
		out->state = value;
		out->has_state = true;
		return err;
	case ALKAID_A_GATEWAY_MEMBER_EFFECTIVE:
		err = alk_attr_u32(attr, &value);
		out->effective = value;
		return err;
	case ALKAID_A_GATEWAY_MEMBER_BFD:
		err = alk_attr_u32(attr, &value);
		out->bfd = value;
		out->has_bfd = true;
		return err;
	case ALKAID_A_GATEWAY_MEMBER_PACKETS:
		if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
			return -EBADMSG;
		out->packets = mnl_attr_get_u64(attr);
		return 0;
	}
	return 0;
}

static int member_decode(const struct nlattr *nest, struct alk_gateway *out)
{
	const struct nlattr *attr;
	struct alk_member *member;
	int err;

	if (out->n_members == ALK_MEMBERS_MAX)
		return -EBADMSG;
	member = &out->members[out->n_members++];
	mnl_attr_for_each_nested(attr, nest) {
		err = member_attr(attr, member);
		if (err)
			return err;
	}
	return 0;
}

static int gateway_attr(const struct nlattr *attr, struct alk_gateway *out)
{
	uint32_t value = 0;
	int err;

	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_GATEWAY_IFINDEX:
		return alk_attr_u32(attr, &out->ifindex);
	case ALKAID_A_GATEWAY_ID:
		return alk_attr_u32(attr, &out->id);
	case ALKAID_A_GATEWAY_TYPE:
		err = alk_attr_u32(attr, &value);
		out->type = value;
		return err;
	case ALKAID_A_GATEWAY_OAM_PORT:
		return get_u16(attr, &out->oam_port);
	case ALKAID_A_GATEWAY_OAM_KEY_SET:
		out->has_key = true;
		return 0;
	case ALKAID_A_GATEWAY_DIRECT:
		err = alk_attr_u32(attr, &value);
		out->direct = value;
		return err;
	case ALKAID_A_GATEWAY_BFD_INTERVAL:
		return alk_attr_u32(attr, &out->bfd_interval);
	case ALKAID_A_GATEWAY_BFD_MULTIPLIER:
		return get_u8(attr, &out->bfd_multiplier);
	case ALKAID_A_GATEWAY_MEMBER:
		return member_decode(attr, out);
	case ALKAID_A_GATEWAY_USERS:
		return alk_attr_u32(attr, &out->users);
	}
	return 0;
}

int alk_gateway_decode(const struct nlmsghdr *nlh, struct alk_gateway *out)
{
	const struct nlattr *attr;
	int err;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		err = gateway_attr(attr, out);
		if (err)
			return err;
	}
	return 0;
}
