// SPDX-License-Identifier: GPL-2.0
/* Tests of traces: the steps of a decision, and who is told of frames. */
#include "../../kmod/device.h"
#include "../../kmod/path/decide.h"
#include "../../kmod/path/watch.h"
#include "../../kmod/table/port.h"
#include "cloud.h"

/* --- steps --- */

/**
 * struct steps_row - a frame from vm0, and what is looked up for it
 * @name: what it is
 * @dmac: destination MAC
 * @daddr: destination address
 * @kinds: the steps
 * @n: how many
 * @found: bits of the steps that found something
 */
struct steps_row {
	const char *name;
	const char *dmac;
	const char *daddr;
	enum alkaid_step kinds[6];
	u8 n;
	u8 found;
};

static const struct steps_row steps_rows[] = {
	{ "within the segment, path not known", REMOTE1, "192.168.1.2",
	  { ALKAID_STEP_PORT, ALKAID_STEP_MAC }, 2, 0x03 },
	{ "to nobody", NOBODY, "192.168.1.2",
	  { ALKAID_STEP_PORT, ALKAID_STEP_MAC }, 2, 0x01 },
	{ "to a port of another subnet", GW1, "192.168.2.1",
	  { ALKAID_STEP_PORT, ALKAID_STEP_GATEWAY, ALKAID_STEP_IP,
	    ALKAID_STEP_MTU }, 4, 0x0d },
	{ "to the gateway", GW1, "192.168.1.254",
	  { ALKAID_STEP_PORT, ALKAID_STEP_GATEWAY }, 2, 0x03 },
	{ "by a route", GW1, "10.9.1.1",
	  { ALKAID_STEP_PORT, ALKAID_STEP_GATEWAY, ALKAID_STEP_IP,
	    ALKAID_STEP_ROUTE, ALKAID_STEP_NEXT_HOP, ALKAID_STEP_MTU },
	  6, 0x39 },
	{ "by a route without next hop", GW1, "10.8.1.1",
	  { ALKAID_STEP_PORT, ALKAID_STEP_GATEWAY, ALKAID_STEP_IP,
	    ALKAID_STEP_ROUTE, ALKAID_STEP_NEXT_HOP }, 5, 0x09 },
	{ "without a route", GW1, "8.8.8.8",
	  { ALKAID_STEP_PORT, ALKAID_STEP_GATEWAY, ALKAID_STEP_IP,
	    ALKAID_STEP_ROUTE }, 4, 0x01 },
};

static void steps_row_desc(const struct steps_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(steps, steps_rows, steps_row_desc);

static void key_from_vm0(struct world *w, struct alkaid_key *key,
			 const char *dmac, const char *daddr)
{
	*key = (struct alkaid_key){
		.port = w->ports[0],
		.ethertype = ETH_P_IP,
		.l3 = ALKAID_L3_IP4,
		.proto = IPPROTO_UDP,
		.ttl = 64,
		.len = 100,
		.sport = htons(1000),
		.dport = htons(53),
		.saddr = ip_of("192.168.1.1"),
		.daddr = ip_of(daddr),
	};
	mac_of(VM0, key->smac);
	mac_of(dmac, key->dmac);
}

static void alkaid_steps_test(struct kunit *test)
{
	const struct steps_row *row = test->param_value;
	struct world *w = test->priv;
	struct alkaid_steps *steps =
		kunit_kzalloc(test, sizeof(*steps), GFP_KERNEL);
	struct alkaid_verdict v;
	struct alkaid_key key;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, steps);
	key_from_vm0(w, &key, row->dmac, row->daddr);
	static_branch_inc(&alkaid_steps_key);
	rcu_read_lock();
	alkaid_decide(&w->t, &key, &v, steps);
	rcu_read_unlock();
	static_branch_dec(&alkaid_steps_key);

	KUNIT_ASSERT_EQ(test, steps->n, row->n);
	for (i = 0; i < row->n; i++) {
		KUNIT_EXPECT_EQ(test, steps->step[i].kind, row->kinds[i]);
		KUNIT_EXPECT_EQ(test, steps->step[i].found,
				!!(row->found & BIT(i)));
	}
}

static void alkaid_steps_off_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_steps *steps =
		kunit_kzalloc(test, sizeof(*steps), GFP_KERNEL);
	struct alkaid_verdict v;
	struct alkaid_key key;

	KUNIT_ASSERT_NOT_NULL(test, steps);
	key_from_vm0(w, &key, REMOTE1, "192.168.1.2");
	rcu_read_lock();
	alkaid_decide(&w->t, &key, &v, steps);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, steps->n, 0);
}

/* --- watches --- */

static int told;
static u32 told_lost;
static int answer;

static int record(const struct alkaid_watch *watch,
		  const struct alkaid_trace *trace, u32 lost)
{
	if (!answer) {
		told++;
		told_lost += lost;
	}
	return answer;
}

static const struct alkaid_watch_cfg any = {
	.record = record,
	.proto = ALKAID_WATCH_ANY,
	.sport = ALKAID_WATCH_ANY,
	.dport = ALKAID_WATCH_ANY,
};

static struct alkaid_dev *watched_dev(struct kunit *test)
{
	struct alkaid_dev *ad = kunit_kzalloc(test, sizeof(*ad), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ad);
	alkaid_watches_init(&ad->watches);
	told = 0;
	told_lost = 0;
	answer = 0;
	return ad;
}

/* Return: whether somebody looked at the frame. */
static bool pass(struct kunit *test, struct alkaid_dev *ad,
		 const struct alkaid_key *key)
{
	struct sk_buff *skb = alloc_skb(60, GFP_KERNEL);
	struct alkaid_trace *trace;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, 60);
	local_bh_disable();
	rcu_read_lock();
	trace = alkaid_watch_begin(ad, key, skb);
	if (trace)
		alkaid_watch_end(trace);
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
	return trace;
}

static bool watches(struct alkaid_dev *ad, u32 portid)
{
	bool exists;

	rcu_read_lock();
	exists = alkaid_watch_exists(&ad->watches, portid);
	rcu_read_unlock();
	return exists;
}

/* What is on is on once more for each watcher, and off after the last. */
static void alkaid_watch_key_test(struct kunit *test)
{
	struct alkaid_dev *ad = watched_dev(test);
	struct alkaid_watch_cfg cfg = any;
	struct netlink_ext_ack extack = {};
	u32 i;

	KUNIT_EXPECT_FALSE(test, static_key_enabled(&alkaid_steps_key));
	for (i = 1; i <= ALKAID_WATCHES_MAX; i++) {
		cfg.portid = i;
		EXPECT_OK(test, alkaid_watch_add(&ad->watches, &cfg, &extack));
	}
	KUNIT_EXPECT_EQ(test, static_key_count(&alkaid_steps_key.key),
			ALKAID_WATCHES_MAX);
	KUNIT_EXPECT_EQ(test, alkaid_watch_add(&ad->watches, &cfg, &extack),
			-EEXIST);
	cfg.portid = i;
	KUNIT_EXPECT_EQ(test, alkaid_watch_add(&ad->watches, &cfg, &extack),
			-EBUSY);
	alkaid_watch_del(&ad->watches, 1);
	KUNIT_EXPECT_FALSE(test, watches(ad, 1));
	KUNIT_EXPECT_TRUE(test, watches(ad, 2));
	EXPECT_OK(test, alkaid_watch_add(&ad->watches, &cfg, &extack));
	alkaid_watches_kill(&ad->watches);
	KUNIT_EXPECT_FALSE(test, static_key_enabled(&alkaid_steps_key));
	KUNIT_EXPECT_EQ(test, alkaid_watch_add(&ad->watches, &cfg, &extack),
			-ENODEV);
}

static void alkaid_watch_count_test(struct kunit *test)
{
	struct alkaid_dev *ad = watched_dev(test);
	struct alkaid_watch_cfg cfg = any;
	struct netlink_ext_ack extack = {};
	struct alkaid_key key;
	int i;

	key_from_vm0(test->priv, &key, REMOTE1, "192.168.1.2");
	cfg.portid = 1;
	cfg.count = 3;
	EXPECT_OK(test, alkaid_watch_add(&ad->watches, &cfg, &extack));
	/* What could not be sent does not count, and is told of. */
	answer = -EAGAIN;
	pass(test, ad, &key);
	pass(test, ad, &key);
	answer = 0;
	for (i = 0; i < 10; i++)
		pass(test, ad, &key);
	KUNIT_EXPECT_EQ(test, told, 3);
	KUNIT_EXPECT_EQ(test, told_lost, 2);
	flush_work(&ad->watches.reap);
	KUNIT_EXPECT_FALSE(test, static_key_enabled(&alkaid_steps_key));
	KUNIT_EXPECT_FALSE(test, pass(test, ad, &key));
	alkaid_watches_kill(&ad->watches);
}

static void alkaid_watch_gone_test(struct kunit *test)
{
	struct alkaid_dev *ad = watched_dev(test);
	struct alkaid_watch_cfg cfg = any;
	struct netlink_ext_ack extack = {};
	struct alkaid_key key;

	key_from_vm0(test->priv, &key, REMOTE1, "192.168.1.2");
	cfg.portid = 1;
	EXPECT_OK(test, alkaid_watch_add(&ad->watches, &cfg, &extack));
	answer = -ECONNREFUSED;
	pass(test, ad, &key);
	flush_work(&ad->watches.reap);
	KUNIT_EXPECT_FALSE(test, watches(ad, 1));
	alkaid_watches_kill(&ad->watches);
}

static void alkaid_watch_filter_test(struct kunit *test)
{
	static const struct {
		const char *src, *dst;
		int proto, sport, dport;
		bool wanted;
	} rows[] = {
		{ NULL, NULL, -1, -1, -1, true },
		{ "192.168.1.0/24", NULL, -1, -1, -1, true },
		{ "192.168.1.2/32", NULL, -1, -1, -1, false },
		{ NULL, "192.168.1.2", 17, -1, -1, true },
		{ NULL, "0.0.0.0/0", -1, -1, -1, true },
		{ NULL, "::/0", -1, -1, -1, false },
		{ NULL, NULL, 6, -1, -1, false },
		{ NULL, NULL, -1, 1000, 53, true },
		{ NULL, NULL, -1, 1000, 54, false },
		{ NULL, NULL, 17, 0, -1, false },
	};
	struct netlink_ext_ack extack = {};
	struct alkaid_key key;
	int i;

	key_from_vm0(test->priv, &key, REMOTE1, "192.168.1.2");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct alkaid_dev *ad = watched_dev(test);
		struct alkaid_watch_cfg cfg = any;

		cfg.has_src = rows[i].src;
		cfg.has_dst = rows[i].dst;
		if (rows[i].src)
			cfg.src = prefix_of(rows[i].src);
		if (rows[i].dst)
			cfg.dst = prefix_of(rows[i].dst);
		cfg.proto = rows[i].proto;
		cfg.sport = rows[i].sport;
		cfg.dport = rows[i].dport;
		EXPECT_OK(test, alkaid_watch_add(&ad->watches, &cfg, &extack));
		KUNIT_EXPECT_EQ_MSG(test, pass(test, ad, &key), rows[i].wanted,
				    "row %d", i);
		KUNIT_EXPECT_EQ_MSG(test, told, rows[i].wanted, "row %d", i);
		alkaid_watches_kill(&ad->watches);
	}
}

static struct kunit_case alkaid_trace_cases[] = {
	KUNIT_CASE_PARAM(alkaid_steps_test, steps_gen_params),
	KUNIT_CASE(alkaid_steps_off_test),
	KUNIT_CASE(alkaid_watch_key_test),
	KUNIT_CASE(alkaid_watch_count_test),
	KUNIT_CASE(alkaid_watch_gone_test),
	KUNIT_CASE(alkaid_watch_filter_test),
	{}
};

struct kunit_suite alkaid_trace_suite = {
	.name = "alkaid_trace",
	.init = cloud_init,
	.exit = world_exit,
	.test_cases = alkaid_trace_cases,
};
