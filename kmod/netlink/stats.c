// SPDX-License-Identifier: GPL-2.0
/* Drops and totals of a device over netlink. */
#include "../device.h"
#include "family.h"

static const void *alkaid_nl_stats_find(struct alkaid_dev *ad, const void *sum)
{
	alkaid_totals_sum(ad->totals, (struct alkaid_totals_sum *)sum);
	return sum;
}

static int alkaid_nl_stats_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				const void *obj)
{
	const struct alkaid_totals_sum *sum = obj;

	if (nla_put_u32(skb, ALKAID_A_STATS_IFINDEX, ad->dev->ifindex) ||
	    nla_put_u64_64bit(skb, ALKAID_A_STATS_RX_PACKETS,
			      sum->counts[ALKAID_TOTAL_RX], 0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_STATS_TX_PACKETS,
			      sum->counts[ALKAID_TOTAL_TX], 0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_STATS_CONSUMED_PACKETS,
			      sum->counts[ALKAID_TOTAL_CONSUMED], 0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_STATS_GENERATED_PACKETS,
			      sum->counts[ALKAID_TOTAL_GENERATED], 0) ||
	    nla_put_u64_64bit(skb, ALKAID_A_STATS_DROPPED_PACKETS,
			      sum->dropped, 0))
		return -EMSGSIZE;
	return 0;
}

static int alkaid_nl_drops_fill(struct sk_buff *skb, struct alkaid_dev *ad,
				const void *obj)
{
	const struct alkaid_totals_sum *sum = obj;
	struct nlattr *nest;
	int i;

	if (nla_put_u32(skb, ALKAID_A_DROPS_IFINDEX, ad->dev->ifindex))
		return -EMSGSIZE;
	for (i = ALKAID_DROP_NONE + 1; i < ALKAID_DROP_COUNT; i++) {
		nest = nla_nest_start(skb, ALKAID_A_DROPS_DROP);
		if (!nest ||
		    nla_put_u32(skb, ALKAID_A_DROP_REASON, i) ||
		    nla_put_string(skb, ALKAID_A_DROP_NAME,
				   alkaid_drop_name(i)) ||
		    nla_put_string(skb, ALKAID_A_DROP_TEXT,
				   alkaid_drop_text(i)) ||
		    nla_put_u64_64bit(skb, ALKAID_A_DROP_COUNT, sum->drops[i],
				      0))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int alkaid_nl_totals_show(struct genl_info *info, alkaid_nl_fill_t fill)
{
	struct alkaid_totals_sum *sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	int err;

	if (!sum)
		return -ENOMEM;
	err = alkaid_nl_show(info, alkaid_nl_stats_find, fill, sum);
	kfree(sum);
	return err;
}

int alkaid_nl_drops_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_totals_show(info, alkaid_nl_drops_fill);
}

int alkaid_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return alkaid_nl_totals_show(info, alkaid_nl_stats_fill);
}
