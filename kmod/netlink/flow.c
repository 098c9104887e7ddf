// SPDX-License-Identifier: GPL-2.0
/* Direct paths over netlink. */
#include "../device.h"
#include "../table/flow.h"
#include "family.h"

int alkaid_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int alkaid_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int alkaid_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return 0;
}
