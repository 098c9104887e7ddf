// SPDX-License-Identifier: GPL-2.0
/* What a gateway group may be. */
#include <linux/etherdevice.h>

#include "../compat.h"
#include "addr.h"
#include "group.h"

static int alkaid_group_check_member(const struct alkaid_gateway_cfg *members,
				     u16 i, struct netlink_ext_ack *extack)
{
	const struct alkaid_gateway_cfg *member = &members[i];
	char text[ALKAID_ADDR_TEXT];
	u16 j;

	if (!alkaid_addr_is_host(&member->addr) ||
	    ipv6_addr_type(&member->addr) & IPV6_ADDR_LINKLOCAL) {
		alkaid_extack_fmt(extack, "member %s is not a unicast address",
				  alkaid_addr_text(&member->addr, text));
		return -EINVAL;
	}
	if (!is_valid_ether_addr(member->mac)) {
		alkaid_extack_fmt(extack, "mac %pM is not a unicast MAC",
				  member->mac);
		return -EINVAL;
	}
	for (j = 0; j < i; j++) {
		if (!ipv6_addr_equal(&members[j].addr, &member->addr))
			continue;
		alkaid_extack_fmt(extack, "member %s is given twice",
				  alkaid_addr_text(&member->addr, text));
		return -EINVAL;
	}
	return 0;
}

static int alkaid_group_check_cfg(const struct alkaid_group_cfg *cfg, u16 n,
				  struct netlink_ext_ack *extack)
{
	if (!cfg->oam_port) {
		NL_SET_ERR_MSG(extack, "oam-port must not be 0");
		return -EINVAL;
	}
	if (cfg->bfd_interval &&
	    (cfg->bfd_interval < ALKAID_BFD_INTERVAL_MIN ||
	     cfg->bfd_interval > ALKAID_BFD_INTERVAL_MAX)) {
		alkaid_extack_fmt(extack,
				  "bfd-interval is %u to %u microseconds",
				  ALKAID_BFD_INTERVAL_MIN,
				  ALKAID_BFD_INTERVAL_MAX);
		return -ERANGE;
	}
	if (!cfg->bfd_multiplier) {
		NL_SET_ERR_MSG(extack, "bfd-multiplier must not be 0");
		return -ERANGE;
	}
	if (n > ALKAID_GATEWAYS_MAX) {
		alkaid_extack_fmt(extack, "a group has %u members at most",
				  ALKAID_GATEWAYS_MAX);
		return -ENOSPC;
	}
	return 0;
}

/* Texts of 80 characters: an IPv6 address and two MACs do not fit. */
static void alkaid_group_tell_conflict(const struct alkaid_gateway_cfg *member,
				       const struct alkaid_gateway *other,
				       struct netlink_ext_ack *extack)
{
	char text[ALKAID_ADDR_TEXT];

	if (alkaid_addr_is_v4(&member->addr) && other->group->id < 1000000)
		alkaid_extack_fmt(extack, "%s: mac %pM, but %pM in gateway %u",
				  alkaid_addr_text(&member->addr, text),
				  member->mac, other->mac, other->group->id);
	else
		alkaid_extack_fmt(extack,
				  "mac %pM, but %pM of this ip in gateway %u",
				  member->mac, other->mac, other->group->id);
}

static int alkaid_group_check_macs(struct alkaid_tables *t,
				   const struct alkaid_group *group,
				   const struct alkaid_gateway_cfg *members,
				   u16 n, struct netlink_ext_ack *extack)
{
	const struct alkaid_gateway *other;
	u16 i;

	for (i = 0; i < n; i++) {
		other = alkaid_gateway_conflict(t, group, &members[i].addr,
						members[i].mac,
						alkaid_tables_next(t));
		if (!other)
			continue;
		alkaid_group_tell_conflict(&members[i], other, extack);
		return -EINVAL;
	}
	return 0;
}

/**
 * alkaid_group_check() - whether a gateway group may be so
 * @t: tables, locked
 * @group: what it is now, or NULL
 * @cfg: what it is to be
 * @members: its members
 * @n: how many
 * @extack: reason of a refusal
 *
 * Return: 0, -EINVAL, -ERANGE or -ENOSPC.
 */
int alkaid_group_check(struct alkaid_tables *t,
		       const struct alkaid_group *group,
		       const struct alkaid_group_cfg *cfg,
		       const struct alkaid_gateway_cfg *members, u16 n,
		       struct netlink_ext_ack *extack)
{
	int err = alkaid_group_check_cfg(cfg, n, extack);
	u16 i;

	for (i = 0; !err && i < n; i++)
		err = alkaid_group_check_member(members, i, extack);
	return err ?: alkaid_group_check_macs(t, group, members, n, extack);
}
