// SPDX-License-Identifier: GPL-2.0
/* What ethtool asks the device. */
#include <linux/ethtool.h>
#include <linux/slab.h>

#include "device.h"

/* What is nobody's account, but tells which way frames take. */
static const struct {
	char name[ETH_GSTRING_LEN];
	enum alkaid_total total;
} alkaid_ethtool_stats[] = {
	{ "rx_fast_packets", ALKAID_TOTAL_RX_FAST },
};

static void alkaid_ethtool_get_drvinfo(struct net_device *dev,
				       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "alkaid", sizeof(info->driver));
}

static int alkaid_ethtool_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? ARRAY_SIZE(alkaid_ethtool_stats) :
				      -EOPNOTSUPP;
}

static void alkaid_ethtool_get_strings(struct net_device *dev, u32 sset,
				       u8 *data)
{
	int i;

	for (i = 0; sset == ETH_SS_STATS &&
	     i < ARRAY_SIZE(alkaid_ethtool_stats); i++)
		memcpy(data + i * ETH_GSTRING_LEN, alkaid_ethtool_stats[i].name,
		       ETH_GSTRING_LEN);
}

static void alkaid_ethtool_get_stats(struct net_device *dev,
				     struct ethtool_stats *stats, u64 *data)
{
	struct alkaid_dev *ad = netdev_priv(dev);
	struct alkaid_totals_sum *sum;
	int i;

	memset(data, 0, sizeof(*data) * ARRAY_SIZE(alkaid_ethtool_stats));
	sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return;
	alkaid_totals_sum(ad->totals, sum);
	for (i = 0; i < ARRAY_SIZE(alkaid_ethtool_stats); i++)
		data[i] = sum->counts[alkaid_ethtool_stats[i].total];
	kfree(sum);
}

const struct ethtool_ops alkaid_ethtool_ops = {
	.get_drvinfo		= alkaid_ethtool_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_sset_count		= alkaid_ethtool_get_sset_count,
	.get_strings		= alkaid_ethtool_get_strings,
	.get_ethtool_stats	= alkaid_ethtool_get_stats,
};
