// SPDX-License-Identifier: GPL-2.0
/* Drop reasons, and the accounts: every frame is counted, and once. */
#include <linux/prandom.h>

#include "../../kmod/device.h"
#include "world.h"

/* A device of which there is nothing but its counters. */
static int drop_init(struct kunit *test)
{
	struct alkaid_dev *ad = kunit_kzalloc(test, sizeof(*ad), GFP_KERNEL);

	if (!ad)
		return -ENOMEM;
	ad->totals = alkaid_totals_alloc();
	test->priv = ad;
	return ad->totals ? 0 : -ENOMEM;
}

static void drop_exit(struct kunit *test)
{
	struct alkaid_dev *ad = test->priv;

	if (ad)
		free_percpu(ad->totals);
}

static void alkaid_drop_names_test(struct kunit *test)
{
	int a, b;

	for (a = ALKAID_DROP_NONE + 1; a < ALKAID_DROP_COUNT; a++) {
		KUNIT_ASSERT_NOT_NULL(test, alkaid_drop_name(a));
		KUNIT_ASSERT_NOT_NULL(test, alkaid_drop_text(a));
		KUNIT_EXPECT_GT(test, strlen(alkaid_drop_text(a)), 0);
		for (b = ALKAID_DROP_NONE + 1; b < a; b++) {
			KUNIT_EXPECT_STRNEQ(test, alkaid_drop_name(a),
					    alkaid_drop_name(b));
			KUNIT_EXPECT_STRNEQ(test, alkaid_drop_text(a),
					    alkaid_drop_text(b));
		}
	}
}

/* Dropwatch shows a frame as dropped only if its core reason says so. */
static void alkaid_drop_core_test(struct kunit *test)
{
	int i;

	for (i = ALKAID_DROP_NONE + 1; i < ALKAID_DROP_COUNT; i++) {
		KUNIT_EXPECT_GT_MSG(test, alkaid_drop_core(i),
				    SKB_DROP_REASON_NOT_SPECIFIED, "%s",
				    alkaid_drop_name(i));
		KUNIT_EXPECT_LT_MSG(test, alkaid_drop_core(i),
				    SKB_DROP_REASON_MAX, "%s",
				    alkaid_drop_name(i));
	}
}

/* Names are what scripts read: these have been, and will be. */
static void alkaid_drop_stable_names_test(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, alkaid_drop_name(ALKAID_DROP_PORT_UNBOUND),
			   "PORT_UNBOUND");
	KUNIT_EXPECT_STREQ(test, alkaid_drop_name(ALKAID_DROP_SPOOFED_IP),
			   "SPOOFED_IP");
	KUNIT_EXPECT_STREQ(test, alkaid_drop_name(ALKAID_DROP_UNKNOWN_VNI),
			   "UNKNOWN_VNI");
	KUNIT_EXPECT_STREQ(test, alkaid_drop_name(ALKAID_DROP_MISS), "MISS");
}

static void drop_one(struct kunit *test, const struct alkaid_frame *frame,
		     enum alkaid_drop reason)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	local_bh_disable();
	alkaid_drop(frame, skb, reason);
	local_bh_enable();
}

static u64 drops_of(struct alkaid_counters __percpu *counters)
{
	struct alkaid_counts counts;

	alkaid_counters_sum(counters, &counts);
	return counts.drops;
}

/* Of the device always, of the port and the VPC as far as they are known. */
static void alkaid_drop_accounts_test(struct kunit *test)
{
	struct alkaid_frame frame = { .ad = test->priv };
	struct alkaid_totals_sum sum;
	struct alkaid_port port = {};
	struct alkaid_vpc vpc = {};

	port.counters = alkaid_counters_alloc();
	vpc.counters = alkaid_counters_alloc();
	KUNIT_EXPECT_NOT_NULL(test, (void __force *)port.counters);
	KUNIT_EXPECT_NOT_NULL(test, (void __force *)vpc.counters);

	drop_one(test, &frame, ALKAID_DROP_UNKNOWN_VNI);
	frame.port = &port;
	drop_one(test, &frame, ALKAID_DROP_ETHERTYPE);
	frame.vpc = &vpc;
	drop_one(test, &frame, ALKAID_DROP_MISS);
	frame.port = NULL;
	drop_one(test, &frame, ALKAID_DROP_MISS);

	KUNIT_EXPECT_EQ(test, drops_of(port.counters), 2);
	KUNIT_EXPECT_EQ(test, drops_of(vpc.counters), 2);
	alkaid_totals_sum(frame.ad->totals, &sum);
	KUNIT_EXPECT_EQ(test, sum.dropped, 4);
	KUNIT_EXPECT_EQ(test, sum.drops[ALKAID_DROP_UNKNOWN_VNI], 1);
	KUNIT_EXPECT_EQ(test, sum.drops[ALKAID_DROP_ETHERTYPE], 1);
	KUNIT_EXPECT_EQ(test, sum.drops[ALKAID_DROP_MISS], 2);
	KUNIT_EXPECT_EQ(test, sum.drops[ALKAID_DROP_NO_MEMORY], 0);
	free_percpu(port.counters);
	free_percpu(vpc.counters);
}

/* Whichever CPU counted. */
static void alkaid_totals_sum_test(struct kunit *test)
{
	struct alkaid_dev *ad = test->priv;
	struct alkaid_totals_sum sum;
	struct alkaid_totals *totals;
	u64 n = 0, want = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		totals = per_cpu_ptr(ad->totals, cpu);
		u64_stats_add(&totals->counts[ALKAID_TOTAL_RX], ++n);
		u64_stats_add(&totals->drops[ALKAID_DROP_MISS], n);
		u64_stats_add(&totals->drops[ALKAID_DROP_HAIRPIN], 1);
		want += n;
	}
	alkaid_totals_sum(ad->totals, &sum);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_RX], want);
	KUNIT_EXPECT_EQ(test, sum.drops[ALKAID_DROP_MISS], want);
	KUNIT_EXPECT_EQ(test, sum.dropped, want + n);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_TX], 0);
}

/* rx = tx + consumed + dropped, and what the device makes is apart from it. */
static void alkaid_totals_conserve_test(struct kunit *test)
{
	struct alkaid_frame frame = { .ad = test->priv };
	struct alkaid_totals __percpu *totals = frame.ad->totals;
	struct alkaid_totals_sum sum;
	struct rnd_state rnd;
	u32 i, r;

	prandom_seed_state(&rnd, 7);
	for (i = 0; i < 1000; i++) {
		r = prandom_u32_state(&rnd) >> 4;
		local_bh_disable();
		alkaid_total_inc(totals, ALKAID_TOTAL_RX);
		if (r % 3 == 0)
			alkaid_total_inc(totals, ALKAID_TOTAL_TX);
		if (r % 3 == 1) {
			alkaid_total_inc(totals, ALKAID_TOTAL_CONSUMED);
			alkaid_total_inc(totals, ALKAID_TOTAL_GENERATED);
		}
		local_bh_enable();
		if (r % 3 == 2)
			drop_one(test, &frame,
				 1 + r % (ALKAID_DROP_COUNT - 1));
	}
	alkaid_totals_sum(totals, &sum);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_RX], 1000);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_RX],
			sum.counts[ALKAID_TOTAL_TX] +
			sum.counts[ALKAID_TOTAL_CONSUMED] + sum.dropped);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_GENERATED],
			sum.counts[ALKAID_TOTAL_CONSUMED]);
	KUNIT_EXPECT_GT(test, sum.dropped, 0);
}

static void alkaid_counters_test(struct kunit *test)
{
	struct alkaid_counters __percpu *counters = alkaid_counters_alloc();
	struct alkaid_counts counts;

	KUNIT_ASSERT_NOT_NULL(test, (void __force *)counters);
	local_bh_disable();
	alkaid_count_rx(counters, 60);
	alkaid_count_rx(counters, 1514);
	alkaid_count_tx(counters, 98);
	alkaid_count_drop(counters);
	local_bh_enable();
	alkaid_counters_sum(counters, &counts);
	free_percpu(counters);
	KUNIT_EXPECT_EQ(test, counts.rx_packets, 2);
	KUNIT_EXPECT_EQ(test, counts.rx_bytes, 1574);
	KUNIT_EXPECT_EQ(test, counts.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, counts.tx_bytes, 98);
	KUNIT_EXPECT_EQ(test, counts.drops, 1);
}

static struct kunit_case alkaid_drop_cases[] = {
	KUNIT_CASE(alkaid_drop_names_test),
	KUNIT_CASE(alkaid_drop_core_test),
	KUNIT_CASE(alkaid_drop_stable_names_test),
	KUNIT_CASE(alkaid_drop_accounts_test),
	KUNIT_CASE(alkaid_totals_sum_test),
	KUNIT_CASE(alkaid_totals_conserve_test),
	KUNIT_CASE(alkaid_counters_test),
	{}
};

struct kunit_suite alkaid_drop_suite = {
	.name = "alkaid_drop",
	.init = drop_init,
	.exit = drop_exit,
	.test_cases = alkaid_drop_cases,
};
