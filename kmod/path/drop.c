// SPDX-License-Identifier: GPL-2.0
/* Drop reasons, and the counters that account for every frame. */
#include "../device.h"
#include "../table/counters.h"
#include "../table/port.h"
#include "../table/vpc.h"
#include "drop.h"
#include "watch.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static const struct {
	const char *name;
	const char *text;
	enum skb_drop_reason core;
} alkaid_drops[ALKAID_DROP_COUNT] = {
#define X(_name, _core, _text)				\
	[ALKAID_DROP_##_name] = {			\
		.name = #_name,				\
		.text = _text,				\
		.core = SKB_DROP_REASON_##_core,	\
	},
	ALKAID_DROP_REASONS(X)
#undef X
};

/**
 * alkaid_drop_name() - stable name of a reason
 * @reason: reason, not ALKAID_DROP_NONE
 */
const char *alkaid_drop_name(enum alkaid_drop reason)
{
	return alkaid_drops[reason].name;
}

/**
 * alkaid_drop_text() - a reason in words
 * @reason: reason, not ALKAID_DROP_NONE
 */
const char *alkaid_drop_text(enum alkaid_drop reason)
{
	return alkaid_drops[reason].text;
}

/**
 * alkaid_drop_core() - the nearest reason that dropwatch knows
 * @reason: reason, not ALKAID_DROP_NONE
 */
enum skb_drop_reason alkaid_drop_core(enum alkaid_drop reason)
{
	return alkaid_drops[reason].core;
}

/**
 * alkaid_totals_alloc() - totals at zero
 *
 * Context: may sleep.
 * Return: to be freed with free_percpu(), or NULL.
 */
struct alkaid_totals __percpu *alkaid_totals_alloc(void)
{
	struct alkaid_totals __percpu *totals;
	int cpu;

	totals = alloc_percpu_gfp(struct alkaid_totals, GFP_KERNEL_ACCOUNT);
	if (!totals)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(totals, cpu)->syncp);
	return totals;
}

static void alkaid_totals_read(const struct alkaid_totals *totals,
			       struct alkaid_totals_sum *one)
{
	unsigned int start;
	int i;

	do {
		start = u64_stats_fetch_begin(&totals->syncp);
		for (i = 0; i < ALKAID_TOTAL_COUNT; i++)
			one->counts[i] = u64_stats_read(&totals->counts[i]);
		for (i = 0; i < ALKAID_DROP_COUNT; i++)
			one->drops[i] = u64_stats_read(&totals->drops[i]);
	} while (u64_stats_fetch_retry(&totals->syncp, start));
}

/**
 * alkaid_totals_sum() - add up all CPUs
 * @totals: totals
 * @sum: the result
 */
void alkaid_totals_sum(struct alkaid_totals __percpu *totals,
		       struct alkaid_totals_sum *sum)
{
	struct alkaid_totals_sum one;
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		alkaid_totals_read(per_cpu_ptr(totals, cpu), &one);
		for (i = 0; i < ALKAID_TOTAL_COUNT; i++)
			sum->counts[i] += one.counts[i];
		for (i = 0; i < ALKAID_DROP_COUNT; i++) {
			sum->drops[i] += one.drops[i];
			sum->dropped += one.drops[i];
		}
	}
}

/**
 * alkaid_frame_sent() - count a frame that is forwarded
 * @frame: whose it is; its VPC is known
 * @len: bytes from the Ethernet header on
 *
 * Context: BH disabled.
 */
void alkaid_frame_sent(const struct alkaid_frame *frame, unsigned int len)
{
	alkaid_total_inc(frame->ad->totals, frame->copy ?
			 ALKAID_TOTAL_GENERATED : ALKAID_TOTAL_TX);
	alkaid_count_tx(frame->vpc->counters, len);
}

/**
 * alkaid_drop() - end a frame with a reason
 * @frame: whose it is
 * @skb: consumed
 * @reason: why, not ALKAID_DROP_NONE
 *
 * Context: BH disabled.
 */
void alkaid_drop(const struct alkaid_frame *frame, struct sk_buff *skb,
		 enum alkaid_drop reason)
{
	struct alkaid_totals *totals = this_cpu_ptr(frame->ad->totals);

	trace_alkaid_drop(frame->ad->dev, skb, reason);
	/* What never entered cannot be missing. */
	if (unlikely(frame->copy)) {
		kfree_skb_reason(skb, alkaid_drop_core(reason));
		return;
	}
	if (static_branch_unlikely(&alkaid_steps_key) && frame->trace)
		frame->trace->dropped = reason;
	u64_stats_update_begin(&totals->syncp);
	u64_stats_inc(&totals->drops[reason]);
	u64_stats_update_end(&totals->syncp);
	if (frame->port)
		alkaid_count_drop(frame->port->counters);
	if (frame->vpc)
		alkaid_count_drop(frame->vpc->counters);
	kfree_skb_reason(skb, alkaid_drop_core(reason));
}
