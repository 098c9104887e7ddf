// SPDX-License-Identifier: GPL-2.0
/* VTEPs over netlink. */
#include "family.h"

int alkaid_nl_vtep_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int alkaid_nl_vtep_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return -EOPNOTSUPP;
}
