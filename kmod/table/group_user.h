/* SPDX-License-Identifier: GPL-2.0 */
/* Who leads to a gateway group: VPCs and routes. */
#ifndef _ALKAID_TABLE_GROUP_USER_H
#define _ALKAID_TABLE_GROUP_USER_H

#include <linux/netlink.h>

struct alkaid_tables;

void alkaid_group_tell_users(struct alkaid_tables *t, const void *obj,
			     struct netlink_ext_ack *extack);

#endif /* _ALKAID_TABLE_GROUP_USER_H */
