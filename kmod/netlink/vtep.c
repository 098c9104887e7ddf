// SPDX-License-Identifier: GPL-2.0
/* VTEPs over netlink. They come and go with neighbors, and are only shown. */
#include "../device.h"
#include "../table/vtep.h"
#include "family.h"

static int alkaid_nl_vtep_fill(struct sk_buff *skb, struct alkaid_dev *ad,
			       const void *obj)
{
	const struct alkaid_vtep *vtep = obj;
	u32 mtu = READ_ONCE(vtep->mtu);

	if (nla_put_u32(skb, ALKAID_A_VTEP_IFINDEX, ad->dev->ifindex) ||
	    alkaid_nl_put_addr(skb, ALKAID_A_VTEP_HOST, &vtep->addr) ||
	    (mtu && nla_put_u32(skb, ALKAID_A_VTEP_MTU, mtu)) ||
	    nla_put_u32(skb, ALKAID_A_VTEP_USERS, vtep->users) ||
	    alkaid_nl_put_counters(skb, ALKAID_A_VTEP_COUNTERS, vtep->counters))
		return -EMSGSIZE;
	return 0;
}

/* One with users stays while the tables' lock is held; others come and go. */
static const void *alkaid_nl_vtep_find(struct alkaid_dev *ad, const void *addr)
{
	struct alkaid_vtep *vtep;

	rcu_read_lock();
	vtep = alkaid_vtep_lookup(&ad->tables, addr);
	if (vtep && !vtep->users)
		vtep = NULL;
	rcu_read_unlock();
	return vtep;
}

static const void *alkaid_nl_vtep_pick(struct rhlist_head *node, u32 gen)
{
	struct alkaid_vtep *vtep = container_of(node, struct alkaid_vtep, node);

	return vtep->users ? vtep : NULL;
}

static int alkaid_nl_vtep_dump(struct sk_buff *skb, struct netlink_callback *cb,
			       struct alkaid_dev *ad)
{
	return alkaid_nl_dump_table(skb, cb, ad, &ad->tables.vteps,
				    ALKAID_CMD_VTEP_GET, alkaid_nl_vtep_pick,
				    alkaid_nl_vtep_fill);
}

int alkaid_nl_vtep_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct in6_addr addr;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, ALKAID_A_VTEP_HOST)) {
		NL_SET_ERR_MSG(info->extack, "host is required");
		return -EINVAL;
	}
	err = alkaid_nl_addr(info->attrs[ALKAID_A_VTEP_HOST], &addr,
			     info->extack);
	return err ?: alkaid_nl_show(info, alkaid_nl_vtep_find,
				     alkaid_nl_vtep_fill, &addr);
}

int alkaid_nl_vtep_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return alkaid_nl_dump(skb, cb, alkaid_nl_vtep_dump);
}
