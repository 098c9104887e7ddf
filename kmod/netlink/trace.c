// SPDX-License-Identifier: GPL-2.0
/* Traces over netlink. */
#include "family.h"

int alkaid_nl_trace_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int alkaid_nl_trace_live_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}
