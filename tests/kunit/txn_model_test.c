// SPDX-License-Identifier: GPL-2.0
/* Random transactions against a model that is two arrays. */
#include <linux/prandom.h>

#include "world.h"

#define OPERATIONS	100000
#define IPS		12
#define PORTS		3

/* One seed, so that a failure can be repeated. */
#define SEED		20260202

/* Who has an address: nobody, a neighbor with one of these MACs, or a port. */
#define NOBODY		0
#define NEIGH_MACS	3
#define PORT(p)		(100 + (p))

/**
 * struct model - what the tables ought to be
 * @w: the tables
 * @rnd: source of the operations
 * @bind: request for a port, large
 * @open: a transaction is open
 * @now: who has which address in this generation
 * @next: and in the next
 */
struct model {
	struct world *w;
	struct rnd_state rnd;
	struct alkaid_binding_cfg bind;
	bool open;
	u8 now[IPS];
	u8 next[IPS];
};

static struct in6_addr nth_ip(u32 n)
{
	return alkaid_addr_from_v4(htonl(0xc0a80101 + n));
}

static void nth_mac(u8 mac[ETH_ALEN], u8 n)
{
	const u8 bytes[ETH_ALEN] = { 2, 0, 0, 0, 0, n };

	ether_addr_copy(mac, bytes);
}

static u32 pick(struct model *m, u32 n)
{
	return (prandom_u32_state(&m->rnd) >> 8) % n;
}

static bool has_any(const u8 *owners, u8 owner)
{
	return memchr(owners, owner, IPS);
}

static void take_all(u8 *owners, u8 owner)
{
	int i;

	for (i = 0; i < IPS; i++)
		if (owners[i] == owner)
			owners[i] = NOBODY;
}

/* Each of these does one operation. Return: whether the answer was right. */
static bool do_neigh_new(struct model *m)
{
	u32 ip = pick(m, IPS);
	u8 mac = 1 + pick(m, NEIGH_MACS);
	struct alkaid_neigh_cfg cfg = {
		.subnet = 71,
		.addr = nth_ip(ip),
		.host = alkaid_addr_from_v4(htonl(0x0a000000 + mac)),
	};
	int err;

	nth_mac(cfg.mac, mac);
	err = world_neigh_cfg(m->w, &cfg, ALKAID_NEW_REPLACE);
	if (m->next[ip] >= PORT(0))
		return err == -EEXIST;
	m->next[ip] = mac;
	return !err;
}

static bool do_neigh_del(struct model *m)
{
	u32 ip = pick(m, IPS);
	struct in6_addr addr = nth_ip(ip);
	int err = world_neigh_del_addr(m->w, 71, &addr);

	if (m->next[ip] == NOBODY || m->next[ip] >= PORT(0))
		return err == -ENOENT;
	m->next[ip] = NOBODY;
	return !err;
}

static bool do_bind(struct model *m)
{
	u32 port = pick(m, PORTS), ip = pick(m, IPS);
	int err;

	m->bind.subnet = 71;
	m->bind.n_ips = 1;
	m->bind.n_sources = 1;
	m->bind.sources[0].prefix.addr = nth_ip(ip);
	nth_mac(m->bind.mac, PORT(port));
	err = world_bind_cfg(m->w, port, &m->bind, ALKAID_NEW_REPLACE);
	if (m->next[ip] != NOBODY && m->next[ip] != PORT(port))
		return err == -EEXIST;
	take_all(m->next, PORT(port));
	m->next[ip] = PORT(port);
	return !err;
}

static bool do_unbind(struct model *m)
{
	u32 port = pick(m, PORTS);
	int err = world_unbind(m->w, port);

	if (!has_any(m->next, PORT(port)))
		return err == -ENOENT;
	take_all(m->next, PORT(port));
	return !err;
}

static bool do_forget(struct model *m)
{
	u32 port = pick(m, PORTS);

	world_forget(m->w, port);
	take_all(m->now, PORT(port));
	take_all(m->next, PORT(port));
	return true;
}

static bool do_begin(struct model *m)
{
	bool right = world_begin(m->w) == (m->open ? -EBUSY : 0);

	m->open = true;
	return right;
}

static bool do_commit(struct model *m)
{
	bool right = world_commit(m->w) == (m->open ? 0 : -ENOENT);

	m->open = false;
	return right;
}

static bool do_abort(struct model *m)
{
	bool right = world_abort(m->w) == (m->open ? 0 : -ENOENT);

	if (m->open)
		memcpy(m->next, m->now, IPS);
	m->open = false;
	return right;
}

static bool do_settle(struct model *m)
{
	/* Seldom, for it waits. */
	if (pick(m, 100) == 0)
		world_settle(m->w);
	return true;
}

static bool (*const operations[])(struct model *m) = {
	do_neigh_new, do_neigh_new, do_neigh_new, do_neigh_new, do_neigh_del,
	do_neigh_del, do_bind, do_bind, do_unbind, do_forget, do_begin,
	do_begin, do_commit, do_abort, do_settle,
};

static bool is_right(struct model *m, const struct alkaid_endpoint *ep,
		     u8 owner)
{
	u8 mac[ETH_ALEN];

	if (!ep || owner == NOBODY)
		return !ep && owner == NOBODY;
	nth_mac(mac, owner);
	if (!ether_addr_equal(ep->mac, mac))
		return false;
	return alkaid_endpoint_port(ep) ==
	       (owner >= PORT(0) ? m->w->ports[owner - PORT(0)] : NULL);
}

/* Return: an address that leads elsewhere than in the model, or -1. */
static int first_wrong(struct model *m)
{
	struct alkaid_tables *t = &m->w->t;
	u32 now = t->gen, next = alkaid_gen_next(now);
	struct in6_addr addr;
	u8 mac[ETH_ALEN];
	int i;

	for (i = 0; i < IPS; i++) {
		addr = nth_ip(i);
		if (!is_right(m, alkaid_endpoint_by_ip(t, 7, &addr, now),
			      m->now[i]) ||
		    !is_right(m, alkaid_endpoint_by_ip(t, 7, &addr, next),
			      m->next[i]))
			return i;
	}
	for (i = 0; i < PORTS; i++) {
		nth_mac(mac, PORT(i));
		if (!!alkaid_endpoint_by_mac(t, 7001, mac, now) !=
		    has_any(m->now, PORT(i)) ||
		    !!alkaid_port_binding(m->w->ports[i], now) !=
		    has_any(m->now, PORT(i)))
			return PORT(i);
	}
	return -1;
}

static void alkaid_txn_model_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct model *m;
	int i, which;

	m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	m->w = w;
	prandom_seed_state(&m->rnd, SEED);
	ASSERT_OK(test, world_vpc_new(w, 7, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
					 ALKAID_NEW_ADD));
	/* Early enough to wrap on the way. */
	world_settle(w);
	w->t.gen = U32_MAX - 1000;
	for (i = 0; i < OPERATIONS; i++) {
		which = pick(m, ARRAY_SIZE(operations));
		KUNIT_ASSERT_TRUE_MSG(test, operations[which](m),
				      "operation %d, of kind %d: %s", i, which,
				      world_text(w));
		if (!m->open)
			memcpy(m->now, m->next, IPS);
		KUNIT_ASSERT_EQ_MSG(test, first_wrong(m), -1,
				    "after operation %d, of kind %d", i,
				    which);
		cond_resched();
	}
	/* It did wrap. */
	KUNIT_EXPECT_LT(test, w->t.gen, U32_MAX / 2);

	do_abort(m);
	for (i = 0; i < PORTS; i++)
		world_forget(w, i);
	for (i = 0; i < IPS; i++) {
		struct in6_addr addr = nth_ip(i);

		world_neigh_del_addr(w, 71, &addr);
	}
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.n_endpoints, 0);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_ip), 0);
	KUNIT_EXPECT_EQ(test, world_indexed(&w->t.endpoints_by_mac), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->t.vteps.ht.nelems), 0);
	EXPECT_OK(test, world_subnet_del(w, 71));
	EXPECT_OK(test, world_vpc_del(w, 7));
}

static struct kunit_case alkaid_txn_model_cases[] = {
	KUNIT_CASE_SLOW(alkaid_txn_model_test),
	{}
};

struct kunit_suite alkaid_txn_model_suite = {
	.name = "alkaid_txn_model",
	.init = world_init,
	.exit = world_exit,
	.test_cases = alkaid_txn_model_cases,
};
