// SPDX-License-Identifier: GPL-2.0
/* The prefix trie: random operations against a list. */
#include <linux/prandom.h>

#include "../../kmod/table/route.h"
#include "world.h"

#define OPERATIONS	1000000
/* KASAN makes each of them ten times as slow. */
#define OPERATIONS_KASAN	50000
#define SLOTS		192

/* One seed, so that a failure can be repeated. */
#define SEED		20260303

/* Lookups are made in these two generations. */
#define GEN_OLD		10
#define GEN_NEW		11

/**
 * struct trie_model - a trie, and the list that it must agree with
 * @trie: trie
 * @rnd: source of the operations
 * @routes: some of which are in it
 * @in: which
 */
struct trie_model {
	struct alkaid_trie trie;
	struct rnd_state rnd;
	struct alkaid_route routes[SLOTS];
	bool in[SLOTS];
};

static u32 pick(struct trie_model *m, u32 n)
{
	return (prandom_u32_state(&m->rnd) >> 8) % n;
}

/* Few values a byte, so that prefixes nest and addresses are within them. */
static u8 pick_byte(struct trie_model *m)
{
	static const u8 bytes[] = { 0, 0, 0, 1, 0x7f, 0x80, 0xfe, 0xff };

	return bytes[pick(m, ARRAY_SIZE(bytes))];
}

static struct in6_addr pick_addr(struct trie_model *m)
{
	struct in6_addr addr = {};
	int i, first;

	if (pick(m, 2)) {
		ipv6_addr_set_v4mapped(0, &addr);
		addr.s6_addr[12] = 10 + pick(m, 2);
		first = 13;
	} else {
		addr.s6_addr[0] = 0xfd;
		first = pick(m, 16);
	}
	for (i = first; i < 16; i++)
		addr.s6_addr[i] = pick_byte(m);
	return addr;
}

static struct alkaid_prefix pick_prefix(struct trie_model *m)
{
	struct in6_addr addr = pick_addr(m);
	struct alkaid_prefix prefix;

	prefix.len = alkaid_addr_is_v4(&addr) ? 96 + pick(m, 33) :
						pick(m, 129);
	ipv6_addr_prefix(&prefix.addr, &addr, prefix.len);
	return prefix;
}

static bool same_family(const struct in6_addr *a, const struct in6_addr *b)
{
	return alkaid_addr_is_v4(a) == alkaid_addr_is_v4(b);
}

static bool is_there(const struct trie_model *m, int i, u32 gen)
{
	return m->in[i] && alkaid_gen_visible(&m->routes[i].gen, gen);
}

static int insert(struct trie_model *m, int i)
{
	static const struct alkaid_gen gens[] = {
		{}, {}, { .born = GEN_NEW }, { .died = GEN_NEW },
	};
	struct alkaid_route *route = &m->routes[i];
	struct alkaid_prefix prefix = pick_prefix(m);

	memset(route, 0, sizeof(*route));
	route->type = pick(m, 4) ? ALKAID_ROUTE_VIA : ALKAID_ROUTE_SUBNET;
	route->gen = gens[pick(m, ARRAY_SIZE(gens))];
	route->key.addr = prefix.addr;
	route->key.len = prefix.len;
	m->in[i] = true;
	return alkaid_trie_insert(&m->trie, route);
}

static void remove(struct trie_model *m, int i)
{
	alkaid_trie_remove(&m->trie, &m->routes[i]);
	m->in[i] = false;
}

/* The list's answer: the longest, and of those what is set before a subnet's. */
static bool is_better(const struct alkaid_route *a, const struct alkaid_route *b)
{
	if (!b || a->key.len != b->key.len)
		return !b || a->key.len > b->key.len;
	return a->type != ALKAID_ROUTE_SUBNET && b->type == ALKAID_ROUTE_SUBNET;
}

static bool lookup_agrees(struct trie_model *m, u32 gen)
{
	const struct alkaid_route *got, *best = NULL;
	struct in6_addr addr = pick_addr(m);
	int i;

	for (i = 0; i < SLOTS; i++) {
		const struct alkaid_route *route = &m->routes[i];

		if (is_there(m, i, gen) &&
		    same_family(&route->key.addr, &addr) &&
		    ipv6_prefix_equal(&route->key.addr, &addr,
				      route->key.len) &&
		    is_better(route, best))
			best = route;
	}
	got = alkaid_trie_lookup(&m->trie, &addr, gen);
	if (!got || !best)
		return !got && !best;
	/* There may be several of one prefix; one that is there will do. */
	return is_there(m, got - m->routes, gen) &&
	       ipv6_addr_equal(&got->key.addr, &best->key.addr) &&
	       !is_better(best, got) && !is_better(got, best);
}

static bool is_visible(const struct alkaid_route *route, const void *gen)
{
	return alkaid_gen_visible(&route->gen, *(const u32 *)gen);
}

static bool overlap(const struct alkaid_route *route,
		    const struct alkaid_prefix *prefix)
{
	return same_family(&route->key.addr, &prefix->addr) &&
	       ipv6_prefix_equal(&route->key.addr, &prefix->addr,
				 min_t(u32, route->key.len, prefix->len));
}

static bool overlap_agrees(struct trie_model *m, u32 gen)
{
	const struct alkaid_prefix prefix = pick_prefix(m);
	const struct alkaid_route *got;
	int i;

	got = alkaid_trie_overlap(&m->trie, &prefix, is_visible, &gen);
	if (got)
		return is_there(m, got - m->routes, gen) &&
		       overlap(got, &prefix);
	for (i = 0; i < SLOTS; i++)
		if (is_there(m, i, gen) && overlap(&m->routes[i], &prefix))
			return false;
	return true;
}

static void alkaid_trie_random_test(struct kunit *test)
{
	u32 n = IS_ENABLED(CONFIG_KASAN) ? OPERATIONS_KASAN : OPERATIONS;
	struct trie_model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	u32 done, found = 0;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&m->rnd, SEED);
	for (done = 0; done < n; done++) {
		u32 gen = pick(m, 2) ? GEN_OLD : GEN_NEW;
		bool right = true;

		i = pick(m, SLOTS);
		switch (pick(m, 4)) {
		case 0:
			if (!m->in[i])
				right = !insert(m, i);
			break;
		case 1:
			/* Not being in is fine. */
			remove(m, i);
			break;
		case 2:
			right = lookup_agrees(m, gen);
			break;
		case 3:
			right = overlap_agrees(m, gen);
			break;
		}
		if (!right)
			KUNIT_FAIL(test, "wrong after %u operations", done);
		KUNIT_ASSERT_TRUE(test, right);
		found += m->in[i];
		cond_resched();
	}
	kunit_info(test, "%u operations, %u%% with the route in\n", n,
		   found / (n / 100));
	for (i = 0; i < SLOTS; i++)
		remove(m, i);
	/* Without routes there is no node. */
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(m->trie.root4));
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(m->trie.root6));
}

static void put(struct kunit *test, struct alkaid_trie *trie, const char *text)
{
	struct alkaid_route *route = kunit_kzalloc(test, sizeof(*route),
						   GFP_KERNEL);
	struct alkaid_prefix prefix = prefix_of(text);

	KUNIT_ASSERT_NOT_NULL(test, route);
	route->type = ALKAID_ROUTE_VIA;
	route->key.addr = prefix.addr;
	route->key.len = prefix.len;
	KUNIT_ASSERT_EQ(test, alkaid_trie_insert(trie, route), 0);
}

/**
 * struct trie_row - an address, and the prefix that it belongs to
 * @addr: address
 * @prefix: the longest; NULL: none
 */
struct trie_row {
	const char *addr;
	const char *prefix;
};

/* The edges: no bits, all bits, and the two families beside each other. */
static void alkaid_trie_edges_test(struct kunit *test)
{
	static const char *const prefixes[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9",
		"10.0.0.1/32", "10.0.0.0/31", "255.255.255.255/32",
		"::/0", "fd00::/8", "fd00::/64", "fd00::1/128",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
	};
	static const struct trie_row rows[] = {
		{ "9.0.0.0", "0.0.0.0/0" },
		{ "10.0.0.0", "10.0.0.0/31" },
		{ "10.0.0.1", "10.0.0.1/32" },
		{ "10.0.0.2", "10.0.0.0/9" },
		{ "10.127.255.255", "10.0.0.0/9" },
		{ "10.128.0.0", "10.128.0.0/9" },
		{ "11.0.0.0", "0.0.0.0/0" },
		{ "255.255.255.255", "255.255.255.255/32" },
		{ "255.255.255.254", "0.0.0.0/0" },
		{ "::", "::/0" },
		{ "fc00::", "::/0" },
		{ "fd00::", "fd00::/64" },
		{ "fd00::1", "fd00::1/128" },
		{ "fd00:0:0:1::1", "fd00::/8" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "::/0" },
	};
	struct alkaid_trie trie = {};
	struct alkaid_route *route;
	struct alkaid_prefix want;
	struct in6_addr addr;
	int i;

	addr = ip_of("10.0.0.1");
	KUNIT_EXPECT_NULL(test, alkaid_trie_lookup(&trie, &addr, 1));
	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		put(test, &trie, prefixes[i]);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		addr = ip_of(rows[i].addr);
		want = prefix_of(rows[i].prefix);
		route = alkaid_trie_lookup(&trie, &addr, 1);
		KUNIT_ASSERT_NOT_NULL_MSG(test, route, "%s", rows[i].addr);
		KUNIT_EXPECT_EQ_MSG(test, route->key.len, want.len, "%s",
				    rows[i].addr);
		KUNIT_EXPECT_MEMEQ_MSG(test, &route->key.addr, &want.addr,
				       sizeof(want.addr), "%s", rows[i].addr);
	}
	alkaid_trie_destroy(&trie);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(trie.root4));
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(trie.root6));
}

static struct kunit_case alkaid_trie_cases[] = {
	KUNIT_CASE(alkaid_trie_edges_test),
	KUNIT_CASE_SLOW(alkaid_trie_random_test),
	{}
};

struct kunit_suite alkaid_trie_suite = {
	.name = "alkaid_trie",
	.test_cases = alkaid_trie_cases,
};
