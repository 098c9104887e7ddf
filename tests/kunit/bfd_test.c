// SPDX-License-Identifier: GPL-2.0
/* BFD: bytes of control packets, and the state machine against the RFC's text. */
#include "../../kmod/path/bfd_state.h"
#include "world.h"

#define ADMIN	ALKAID_BFD_STATE_ADMIN_DOWN
#define DOWN	ALKAID_BFD_STATE_DOWN
#define INIT	ALKAID_BFD_STATE_INIT
#define UP	ALKAID_BFD_STATE_UP

#define MS	1000
#define SECOND	1000000

/* A packet as FRR's bfdd sends it: Up, no echo, 300 ms, multiplier 3. */
static const u8 bfd_bytes[ALKAID_BFD_LEN] = {
	0x20, 0xc0, 0x03, 0x18,
	0x12, 0x34, 0x56, 0x78,
	0x9a, 0xbc, 0xde, 0xf0,
	0x00, 0x04, 0x93, 0xe0,
	0x00, 0x04, 0x93, 0xe1,
	0x00, 0x00, 0xc3, 0x50,
};

static void alkaid_bfd_parse_test(struct kunit *test)
{
	struct alkaid_bfd_packet p;

	KUNIT_ASSERT_EQ(test, alkaid_bfd_parse(bfd_bytes, ALKAID_BFD_LEN, &p),
			ALKAID_DROP_NONE);
	KUNIT_EXPECT_EQ(test, p.diag, 0);
	KUNIT_EXPECT_EQ(test, p.state, UP);
	KUNIT_EXPECT_FALSE(test, p.poll);
	KUNIT_EXPECT_FALSE(test, p.final);
	KUNIT_EXPECT_FALSE(test, p.independent);
	KUNIT_EXPECT_FALSE(test, p.demand);
	KUNIT_EXPECT_EQ(test, p.mult, 3);
	KUNIT_EXPECT_EQ(test, p.mine, 0x12345678);
	KUNIT_EXPECT_EQ(test, p.yours, 0x9abcdef0);
	KUNIT_EXPECT_EQ(test, p.min_tx, 300000);
	KUNIT_EXPECT_EQ(test, p.min_rx, 300001);
	KUNIT_EXPECT_EQ(test, p.min_echo, 50000);
}

/* What is written is what was read, whatever the flags are. */
static void alkaid_bfd_write_test(struct kunit *test)
{
	u8 bytes[ALKAID_BFD_LEN], out[ALKAID_BFD_LEN];
	struct alkaid_bfd_packet p;
	int flags;

	for (flags = 0; flags < 0x100; flags++) {
		memcpy(bytes, bfd_bytes, sizeof(bytes));
		bytes[0] = 0x20 | (flags & 0x1f);
		bytes[1] = flags;
		if (alkaid_bfd_parse(bytes, sizeof(bytes), &p)) {
			/* Authentication and multipoint. */
			KUNIT_EXPECT_NE(test, flags & 0x05, 0);
			continue;
		}
		KUNIT_EXPECT_EQ(test, flags & 0x05, 0);
		alkaid_bfd_write(out, &p);
		KUNIT_EXPECT_MEMEQ(test, out, bytes, sizeof(out));
	}
}

struct bfd_refusal {
	const char *what;
	u8 at;
	u8 byte;
	u8 len;
};

static const struct bfd_refusal bfd_refusals[] = {
	{ "version 0", 0, 0x00, ALKAID_BFD_LEN },
	{ "version 2", 0, 0x40, ALKAID_BFD_LEN },
	{ "authentication", 1, 0xc4, 26 },
	{ "multipoint", 1, 0xc1, ALKAID_BFD_LEN },
	{ "multiplier 0", 2, 0, ALKAID_BFD_LEN },
	{ "length below the header's", 3, 23, ALKAID_BFD_LEN },
	{ "length beyond the datagram's", 3, 25, ALKAID_BFD_LEN },
	{ "length 255", 3, 255, ALKAID_BFD_LEN },
};

static void alkaid_bfd_refuse_test(struct kunit *test)
{
	u8 bytes[64] = {};
	struct alkaid_bfd_packet p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bfd_refusals); i++) {
		const struct bfd_refusal *r = &bfd_refusals[i];

		memcpy(bytes, bfd_bytes, sizeof(bfd_bytes));
		bytes[r->at] = r->byte;
		KUNIT_EXPECT_EQ_MSG(test, alkaid_bfd_parse(bytes, r->len, &p),
				    ALKAID_DROP_BFD_PACKET, "%s", r->what);
	}
	for (i = 0; i < ALKAID_BFD_LEN; i++)
		KUNIT_EXPECT_EQ(test, alkaid_bfd_parse(bfd_bytes, i, &p),
				ALKAID_DROP_BFD_PACKET);
	/* A longer datagram than the packet says is fine. */
	memcpy(bytes, bfd_bytes, sizeof(bfd_bytes));
	KUNIT_EXPECT_EQ(test, alkaid_bfd_parse(bytes, sizeof(bytes), &p),
			ALKAID_DROP_NONE);
}

/* Your discriminator may be 0 in Down and AdminDown; mine may never. */
static void alkaid_bfd_discriminators_test(struct kunit *test)
{
	u8 bytes[ALKAID_BFD_LEN];
	struct alkaid_bfd_packet p;
	int state;

	for (state = ADMIN; state <= UP; state++) {
		memcpy(bytes, bfd_bytes, sizeof(bytes));
		bytes[1] = state << 6;
		memset(bytes + 8, 0, 4);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_parse(bytes, sizeof(bytes), &p),
				state <= DOWN ? ALKAID_DROP_NONE :
						ALKAID_DROP_BFD_PACKET);
		memcpy(bytes, bfd_bytes, sizeof(bytes));
		bytes[1] = state << 6;
		memset(bytes + 4, 0, 4);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_parse(bytes, sizeof(bytes), &p),
				ALKAID_DROP_BFD_PACKET);
	}
}

/* RFC 5880, 6.8.6, in its own words. */
static u8 bfd_rfc_next(u8 session, u8 received, u8 *diag)
{
	if (session == ADMIN)
		return ADMIN;
	if (received == ADMIN) {
		if (session != DOWN) {
			*diag = ALKAID_BFD_DIAG_NEIGHBOR;
			return DOWN;
		}
		return session;
	}
	if (session == DOWN) {
		if (received == DOWN)
			return INIT;
		if (received == INIT)
			return UP;
		return session;
	}
	if (session == INIT) {
		if (received == INIT || received == UP)
			return UP;
		return session;
	}
	if (received == DOWN) {
		*diag = ALKAID_BFD_DIAG_NEIGHBOR;
		return DOWN;
	}
	return session;
}

static struct alkaid_bfd_packet bfd_packet(u8 state)
{
	return (struct alkaid_bfd_packet) {
		.state = state, .mult = 3, .mine = 7, .yours = 1,
		.min_tx = 50 * MS, .min_rx = 20 * MS,
	};
}

static void bfd_enter(struct kunit *test, struct alkaid_bfd_vars *vars,
		      u8 state)
{
	struct alkaid_bfd_packet p;

	alkaid_bfd_start(vars, 1, 10 * MS, 3);
	if (state == ADMIN)
		alkaid_bfd_stop(vars);
	p = bfd_packet(DOWN);
	if (state >= INIT)
		alkaid_bfd_receive(vars, &p);
	p.state = UP;
	if (state == UP)
		alkaid_bfd_receive(vars, &p);
	KUNIT_ASSERT_EQ(test, vars->state, state);
}

/* All states by all that can be received. */
static void alkaid_bfd_table_test(struct kunit *test)
{
	struct alkaid_bfd_packet p;
	struct alkaid_bfd_vars vars;
	u8 session, received, wanted, diag;
	enum alkaid_bfd_news news;

	for (session = ADMIN; session <= UP; session++) {
		for (received = ADMIN; received <= UP; received++) {
			bfd_enter(test, &vars, session);
			diag = vars.diag;
			wanted = bfd_rfc_next(session, received, &diag);
			if (wanted == UP && session != UP)
				diag = ALKAID_BFD_DIAG_NONE;
			p = bfd_packet(received);
			news = alkaid_bfd_receive(&vars, &p);
			KUNIT_EXPECT_EQ_MSG(test, vars.state, wanted,
					    "%u received in %u", received,
					    session);
			KUNIT_EXPECT_EQ(test, vars.diag, diag);
			KUNIT_EXPECT_EQ(test, vars.remote_state, received);
			KUNIT_EXPECT_EQ(test, news == ALKAID_BFD_CAME_UP,
					wanted == UP && session != UP);
			KUNIT_EXPECT_EQ(test, news == ALKAID_BFD_FAILED,
					received == ADMIN ||
					(session == UP && wanted == DOWN));
		}
	}
}

/* Three packets make two sessions Up, as in the RFC's figure. */
static void alkaid_bfd_handshake_test(struct kunit *test)
{
	struct alkaid_bfd_vars a, b;
	struct alkaid_bfd_packet p;

	alkaid_bfd_start(&a, 1, 10 * MS, 3);
	alkaid_bfd_start(&b, 2, 300 * MS, 5);
	alkaid_bfd_fill(&a, false, &p);
	KUNIT_EXPECT_EQ(test, p.yours, 0);
	KUNIT_EXPECT_EQ(test, p.min_tx, SECOND);
	KUNIT_EXPECT_EQ(test, p.min_rx, 10 * MS);
	alkaid_bfd_receive(&b, &p);
	KUNIT_EXPECT_EQ(test, b.state, INIT);
	alkaid_bfd_fill(&b, false, &p);
	KUNIT_EXPECT_EQ(test, p.yours, 1);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_receive(&a, &p), ALKAID_BFD_CAME_UP);
	alkaid_bfd_fill(&a, false, &p);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_receive(&b, &p), ALKAID_BFD_CAME_UP);
	KUNIT_EXPECT_TRUE(test, a.polling && b.polling && p.poll);
	/* b answers, and a then sends at the rate that b takes. */
	alkaid_bfd_fill(&b, true, &p);
	KUNIT_EXPECT_TRUE(test, p.final && !p.poll);
	alkaid_bfd_receive(&a, &p);
	KUNIT_EXPECT_FALSE(test, a.polling);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&a), 300 * MS);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&a), 5ULL * 300 * MS);
	alkaid_bfd_fill(&a, true, &p);
	alkaid_bfd_receive(&b, &p);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&b), 3ULL * 300 * MS);
}

static void alkaid_bfd_expire_test(struct kunit *test)
{
	struct alkaid_bfd_vars vars;
	struct alkaid_bfd_packet p;
	u8 state;

	for (state = DOWN; state <= UP; state++) {
		bfd_enter(test, &vars, state);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_expire(&vars),
				ALKAID_BFD_FAILED);
		KUNIT_EXPECT_EQ(test, vars.state, DOWN);
		KUNIT_EXPECT_EQ(test, vars.diag,
				state == DOWN ? ALKAID_BFD_DIAG_NONE :
						ALKAID_BFD_DIAG_EXPIRED);
		/* It has forgotten the neighbor's name, and sends slowly. */
		alkaid_bfd_fill(&vars, false, &p);
		KUNIT_EXPECT_EQ(test, p.yours, 0);
		KUNIT_EXPECT_EQ(test, p.min_tx, SECOND);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&vars), SECOND);
	}
}

/* RFC 5880, 6.8.3: what could hurt waits until the neighbor has acknowledged. */
static void alkaid_bfd_poll_test(struct kunit *test)
{
	struct alkaid_bfd_packet p = bfd_packet(UP);
	struct alkaid_bfd_vars vars;

	bfd_enter(test, &vars, UP);
	p.min_tx = 1;
	p.min_rx = 1;
	p.final = true;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_FALSE(test, vars.polling);
	p.final = false;

	/* Slower: it is sent fast, and expected slowly, until then. */
	alkaid_bfd_configure(&vars, 40 * MS, 3);
	KUNIT_EXPECT_TRUE(test, vars.polling);
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&vars), 10 * MS);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 3 * 40 * MS);
	p.final = true;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&vars), 40 * MS);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 3 * 40 * MS);

	/* Faster, and changed once more before the answer came. */
	alkaid_bfd_configure(&vars, 20 * MS, 3);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&vars), 20 * MS);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 3 * 40 * MS);
	alkaid_bfd_configure(&vars, 15 * MS, 3);
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_TRUE(test, vars.polling);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 3 * 40 * MS);
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_FALSE(test, vars.polling);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 3 * 15 * MS);

	/* The same once more asks for nothing. */
	alkaid_bfd_configure(&vars, 15 * MS, 5);
	KUNIT_EXPECT_FALSE(test, vars.polling);
}

static void alkaid_bfd_silence_test(struct kunit *test)
{
	struct alkaid_bfd_packet p = bfd_packet(UP);
	struct alkaid_bfd_vars vars;

	bfd_enter(test, &vars, UP);
	p.final = true;
	p.demand = true;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_send(&vars));
	/* It asks, also a neighbor that is sure. */
	alkaid_bfd_configure(&vars, 20 * MS, 3);
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_may_send(&vars));
	p.demand = false;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_may_send(&vars));
	p.min_rx = 0;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_send(&vars));
}

/* RFC 5880, 6.1: the passive role says nothing to whom it does not hear. */
static void alkaid_bfd_passive_test(struct kunit *test)
{
	struct alkaid_bfd_packet p = bfd_packet(DOWN);
	struct alkaid_bfd_vars vars;

	alkaid_bfd_start(&vars, 1, 10 * MS, 3);
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_may_send(&vars));
	vars.passive = true;
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_speak(&vars));
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_send(&vars));
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_may_speak(&vars));
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_may_send(&vars));
	alkaid_bfd_expire(&vars);
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_speak(&vars));
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_may_send(&vars));
}

static void alkaid_bfd_jitter_test(struct kunit *test)
{
	static const u32 intervals[] = { 10 * MS, 333333, SECOND, U32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(intervals); i++) {
		u32 t = intervals[i];

		KUNIT_EXPECT_EQ(test, alkaid_bfd_jitter(t, 3, 0), t - t / 4);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_jitter(t, 3, U32_MAX), t);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_jitter(t, 1, 0), t - t / 4);
		KUNIT_EXPECT_EQ(test, alkaid_bfd_jitter(t, 1, U32_MAX),
				t / 10 * 9);
	}
}

/* The greatest numbers that fit into a packet do not overflow. */
static void alkaid_bfd_extremes_test(struct kunit *test)
{
	struct alkaid_bfd_packet p = bfd_packet(UP);
	struct alkaid_bfd_vars vars;

	bfd_enter(test, &vars, UP);
	p.mult = U8_MAX;
	p.min_tx = U32_MAX;
	p.min_rx = U32_MAX;
	alkaid_bfd_receive(&vars, &p);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_detection(&vars), 255ULL * U32_MAX);
	KUNIT_EXPECT_EQ(test, alkaid_bfd_tx_interval(&vars), U32_MAX);
}

static void alkaid_bfd_is_for_test(struct kunit *test)
{
	struct alkaid_bfd_packet p = bfd_packet(UP);
	struct alkaid_bfd_vars vars;

	bfd_enter(test, &vars, UP);
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_is_for(&vars, &p));
	p.yours = 2;
	KUNIT_EXPECT_FALSE(test, alkaid_bfd_is_for(&vars, &p));
	p.yours = 0;
	KUNIT_EXPECT_TRUE(test, alkaid_bfd_is_for(&vars, &p));
}

static struct kunit_case bfd_cases[] = {
	KUNIT_CASE(alkaid_bfd_parse_test),
	KUNIT_CASE(alkaid_bfd_write_test),
	KUNIT_CASE(alkaid_bfd_refuse_test),
	KUNIT_CASE(alkaid_bfd_discriminators_test),
	KUNIT_CASE(alkaid_bfd_table_test),
	KUNIT_CASE(alkaid_bfd_handshake_test),
	KUNIT_CASE(alkaid_bfd_expire_test),
	KUNIT_CASE(alkaid_bfd_poll_test),
	KUNIT_CASE(alkaid_bfd_silence_test),
	KUNIT_CASE(alkaid_bfd_passive_test),
	KUNIT_CASE(alkaid_bfd_jitter_test),
	KUNIT_CASE(alkaid_bfd_extremes_test),
	KUNIT_CASE(alkaid_bfd_is_for_test),
	{}
};

struct kunit_suite alkaid_bfd_suite = {
	.name = "alkaid_bfd",
	.test_cases = bfd_cases,
};
