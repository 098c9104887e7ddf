/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU packet counters of a port or a VPC. */
#ifndef _ALKAID_TABLE_COUNTERS_H
#define _ALKAID_TABLE_COUNTERS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

/**
 * struct alkaid_counters - what passed, on one CPU
 * @rx_packets: frames that came from the VM (of a VPC: from any door)
 * @rx_bytes: their bytes, from the Ethernet header on
 * @tx_packets: frames handed to the VM (of a VPC: to any door)
 * @tx_bytes: their bytes
 * @drops: frames dropped
 * @syncp: consistency on 32-bit machines
 */
struct alkaid_counters {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t drops;
	struct u64_stats_sync syncp;
};

/**
 * struct alkaid_counts - the sum of all CPUs
 * @rx_packets: see struct alkaid_counters
 * @rx_bytes: see struct alkaid_counters
 * @tx_packets: see struct alkaid_counters
 * @tx_bytes: see struct alkaid_counters
 * @drops: see struct alkaid_counters
 */
struct alkaid_counts {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
	u64 drops;
};

/* Context of the three: BH disabled. */
static inline void alkaid_count_rx(struct alkaid_counters __percpu *counters,
				   unsigned int len)
{
	struct alkaid_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->rx_packets);
	u64_stats_add(&c->rx_bytes, len);
	u64_stats_update_end(&c->syncp);
}

static inline void alkaid_count_tx(struct alkaid_counters __percpu *counters,
				   unsigned int len)
{
	struct alkaid_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->tx_packets);
	u64_stats_add(&c->tx_bytes, len);
	u64_stats_update_end(&c->syncp);
}

static inline void alkaid_count_drop(struct alkaid_counters __percpu *counters)
{
	struct alkaid_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->drops);
	u64_stats_update_end(&c->syncp);
}

struct alkaid_counters __percpu *alkaid_counters_alloc_gfp(gfp_t gfp);
struct alkaid_counters __percpu *alkaid_counters_alloc(void);
void alkaid_counters_sum(struct alkaid_counters __percpu *counters,
			 struct alkaid_counts *sum);

#endif /* _ALKAID_TABLE_COUNTERS_H */
