// SPDX-License-Identifier: GPL-2.0
/* Per-CPU packet counters of a port or a VPC. */
#include <linux/slab.h>

#include "counters.h"

/**
 * alkaid_counters_alloc_gfp() - counters at zero
 * @gfp: how to allocate
 *
 * Context: as @gfp says.
 * Return: to be freed with free_percpu(), or NULL.
 */
struct alkaid_counters __percpu *alkaid_counters_alloc_gfp(gfp_t gfp)
{
	struct alkaid_counters __percpu *counters;
	int cpu;

	counters = alloc_percpu_gfp(struct alkaid_counters, gfp);
	if (!counters)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counters, cpu)->syncp);
	return counters;
}

/**
 * alkaid_counters_alloc() - counters at zero
 *
 * Context: may sleep.
 * Return: to be freed with free_percpu(), or NULL.
 */
struct alkaid_counters __percpu *alkaid_counters_alloc(void)
{
	return alkaid_counters_alloc_gfp(GFP_KERNEL_ACCOUNT);
}

/**
 * alkaid_counters_sum() - add up all CPUs
 * @counters: counters
 * @sum: the result
 */
void alkaid_counters_sum(struct alkaid_counters __percpu *counters,
			 struct alkaid_counts *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct alkaid_counters *c = per_cpu_ptr(counters, cpu);
		struct alkaid_counts one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.rx_packets = u64_stats_read(&c->rx_packets);
			one.rx_bytes = u64_stats_read(&c->rx_bytes);
			one.tx_packets = u64_stats_read(&c->tx_packets);
			one.tx_bytes = u64_stats_read(&c->tx_bytes);
			one.drops = u64_stats_read(&c->drops);
		} while (u64_stats_fetch_retry(&c->syncp, start));
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->drops += one.drops;
	}
}
