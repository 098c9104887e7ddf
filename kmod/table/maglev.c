// SPDX-License-Identifier: GPL-2.0
/* Maglev tables: which member of a gateway group a flow goes to. */
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "maglev.h"

/*
 * In Maglev as it was published, members take slots in turns, each the next free
 * one of its own preference. When one leaves, the others find a slot of their
 * preference free that was not; they are ahead by a turn from then on, and take
 * slots that were others': with hundreds of members that moves more slots than
 * the one that left had. Here a turn is a try, and a member whose slot is taken
 * has lost that turn. So when a slot is asked for follows from the member
 * alone, and who stops once it has its share disturbs few others. That takes
 * as long as there is slack in the shares; the few slots that are left over
 * are given away one by one.
 */

/* Tries of the heaviest member in a round, or half as many. */
#define ALKAID_MAGLEV_TRIES	16

/* Tries after which a member looks elsewhere: two may have the same stride. */
#define ALKAID_MAGLEV_STRIDES	64

/* Questions after which a slot that is left over is given to anybody. */
#define ALKAID_MAGLEV_ASKS	4096

/* Marks a slot that was left over; no number of a member has this bit. */
#define ALKAID_MAGLEV_EXTRA	0x8000

/**
 * struct alkaid_maglev_turn - a member while a table is made
 * @id: from the configuration
 * @weight: likewise
 * @number: likewise, its place there
 * @takes: likewise
 * @credit: what is left of its weight from rounds before
 * @state: of the generator of its preferences
 * @slot: to try next
 * @stride: to the one after that
 * @strides: how many more before @slot and @stride are drawn anew
 * @slots: how many it has
 * @least: how many it must have
 * @most: how many it may have
 */
struct alkaid_maglev_turn {
	u64 id;
	u32 weight;
	u16 number;
	bool takes;
	u32 credit;
	u64 state;
	u32 slot;
	u32 stride;
	u32 strides;
	u32 slots;
	u32 least;
	u32 most;
};

/**
 * struct alkaid_maglev_making - a table while it is made
 * @slots: its slots; the values are places in @turns
 * @free: how many of them nobody has
 * @n: number of members
 * @active: places in @turns of those that need more slots
 * @n_active: how many
 * @turns: members, in the order of their ids
 */
struct alkaid_maglev_making {
	u16 *slots;
	u32 free;
	u32 n;
	u16 *active;
	u32 n_active;
	struct alkaid_maglev_turn turns[];
};

/* The finalizer of MurmurHash3, public domain. */
static u64 alkaid_maglev_mix(u64 x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static u32 alkaid_maglev_scale(u32 random, u32 range)
{
	return ((u64)random * range) >> 32;
}

/* Its next preferences; all hosts draw the same. */
static void alkaid_maglev_draw(struct alkaid_maglev_turn *turn)
{
	turn->state = alkaid_maglev_mix(turn->state + 0x9e3779b97f4a7c15ULL);
	turn->slot = alkaid_maglev_scale(turn->state, ALKAID_MAGLEV_SLOTS);
	turn->stride = 1 + alkaid_maglev_scale(turn->state >> 32,
					       ALKAID_MAGLEV_SLOTS - 1);
	turn->strides = ALKAID_MAGLEV_STRIDES;
}

static int alkaid_maglev_compare(const void *a, const void *b)
{
	const struct alkaid_maglev_turn *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->number - y->number;
}

static struct alkaid_maglev_making *
alkaid_maglev_begin(const struct alkaid_maglev_member *members, unsigned int n,
		    u16 *slots)
{
	struct alkaid_maglev_making *m;
	unsigned int i;

	m = kvzalloc(struct_size(m, turns, n) + n * sizeof(*m->active),
		     GFP_KERNEL);
	if (!m)
		return NULL;
	m->slots = slots;
	m->free = ALKAID_MAGLEV_SLOTS;
	m->n = n;
	m->active = (u16 *)&m->turns[n];
	for (i = 0; i < n; i++) {
		m->turns[i].id = members[i].id;
		m->turns[i].weight = members[i].weight;
		m->turns[i].takes = members[i].takes;
		m->turns[i].number = i;
	}
	sort(m->turns, n, sizeof(*m->turns), alkaid_maglev_compare, NULL);
	memset(slots, 0xff, ALKAID_MAGLEV_SLOTS * sizeof(*slots));
	return m;
}

static u64 alkaid_maglev_weight(const struct alkaid_maglev_making *m, bool all)
{
	u64 weight = 0;
	u32 i;

	for (i = 0; i < m->n; i++)
		if (all || m->turns[i].takes)
			weight += m->turns[i].weight;
	return weight;
}

/* Who takes part, and with what share. */
static void alkaid_maglev_share(struct alkaid_maglev_making *m, bool all)
{
	u64 total = alkaid_maglev_weight(m, all);
	u32 i, share, slack;

	m->n_active = 0;
	for (i = 0; i < m->n; i++) {
		struct alkaid_maglev_turn *turn = &m->turns[i];

		turn->least = 0;
		turn->most = 0;
		if (!all && !turn->takes)
			continue;
		share = div64_u64((u64)turn->weight * ALKAID_MAGLEV_SLOTS +
				  total / 2, total);
		slack = max_t(u32, share / ALKAID_MAGLEV_SLACK, 1);
		turn->least = share > slack ? share - slack : 1;
		turn->most = share + slack;
		turn->state = turn->id;
		turn->strides = 0;
		/* Whoever has a small weight is to have one slot at least. */
		turn->credit = U32_MAX;
		if (turn->slots < turn->least)
			m->active[m->n_active++] = i;
	}
}

/* A slot and a stride that need not be drawn anew: the bulk of the work. */
static void alkaid_maglev_stride(struct alkaid_maglev_making *m, u16 place,
				 u32 tries)
{
	struct alkaid_maglev_turn *turn = &m->turns[place];
	u32 wanted = min(turn->least - turn->slots, m->free);
	u32 slot = turn->slot, stride = turn->stride;
	u16 *slots = m->slots;
	u32 got = 0;

	turn->strides -= tries;
	while (tries-- && got < wanted) {
		if (slots[slot] == ALKAID_MAGLEV_NONE) {
			slots[slot] = place;
			got++;
		}
		slot += stride;
		if (slot >= ALKAID_MAGLEV_SLOTS)
			slot -= ALKAID_MAGLEV_SLOTS;
	}
	turn->slot = slot;
	turn->slots += got;
	m->free -= got;
}

static void alkaid_maglev_try(struct alkaid_maglev_making *m, u16 place,
			      u32 tries)
{
	struct alkaid_maglev_turn *turn = &m->turns[place];
	u32 some;

	while (tries) {
		if (!turn->strides)
			alkaid_maglev_draw(turn);
		some = min(tries, turn->strides);
		alkaid_maglev_stride(m, place, some);
		tries -= some;
	}
}

/* Each gets tries by its weight: 1 for each 2^@shift, over all rounds. */
static void alkaid_maglev_round(struct alkaid_maglev_making *m, u32 shift)
{
	u32 i, kept = 0;

	for (i = 0; i < m->n_active; i++) {
		u16 place = m->active[i];
		struct alkaid_maglev_turn *turn = &m->turns[place];

		turn->credit &= (1U << shift) - 1;
		turn->credit += turn->weight * ALKAID_MAGLEV_TRIES;
		alkaid_maglev_try(m, place, turn->credit >> shift);
		m->active[kept] = place;
		kept += turn->slots < turn->least;
	}
	m->n_active = kept;
}

static u32 alkaid_maglev_shift(const struct alkaid_maglev_making *m)
{
	u32 i, heaviest = 1;

	for (i = 0; i < m->n_active; i++)
		heaviest = max(heaviest, m->turns[m->active[i]].weight);
	return fls(heaviest - 1);
}

/*
 * A slot that is left over asks, at places that are its own, who has those; so
 * it finds members by their weight, and mostly the same ones.
 */
static u16 alkaid_maglev_ask(struct alkaid_maglev_making *m, u32 slot)
{
	u64 state = slot;
	u32 asks = 0;

	for (;;) {
		struct alkaid_maglev_turn *turn;
		u16 place;

		state = alkaid_maglev_mix(state + 0x9e3779b97f4a7c15ULL);
		place = m->slots[alkaid_maglev_scale(state,
						     ALKAID_MAGLEV_SLOTS)];
		if (place & ALKAID_MAGLEV_EXTRA)
			continue;
		turn = &m->turns[place];
		if (turn->slots < turn->most || ++asks > ALKAID_MAGLEV_ASKS) {
			turn->slots++;
			return place;
		}
	}
}

/* Give away all slots that nobody has. */
static void alkaid_maglev_fill(struct alkaid_maglev_making *m, bool all)
{
	u32 slot, shift;

	alkaid_maglev_share(m, all);
	shift = alkaid_maglev_shift(m);
	while (m->n_active && m->free) {
		alkaid_maglev_round(m, shift);
		cond_resched();
	}
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++)
		if (m->slots[slot] == ALKAID_MAGLEV_NONE)
			m->slots[slot] = alkaid_maglev_ask(m, slot) |
					 ALKAID_MAGLEV_EXTRA;
	m->free = 0;
}

/* Take the slots of those that do not take flows. */
static void alkaid_maglev_vacate(struct alkaid_maglev_making *m)
{
	u32 slot;

	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++) {
		u16 place = m->slots[slot] & ~ALKAID_MAGLEV_EXTRA;

		if (m->turns[place].takes)
			continue;
		m->slots[slot] = ALKAID_MAGLEV_NONE;
		m->free++;
	}
}

static void alkaid_maglev_make(struct alkaid_maglev_making *m)
{
	u32 slot;

	/* First as if all took flows: who does not keeps a claim to its slots. */
	alkaid_maglev_fill(m, true);
	if (alkaid_maglev_weight(m, false) < alkaid_maglev_weight(m, true)) {
		alkaid_maglev_vacate(m);
		alkaid_maglev_fill(m, false);
	}
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++) {
		u16 place = m->slots[slot] & ~ALKAID_MAGLEV_EXTRA;

		m->slots[slot] = m->turns[place].number;
	}
}

static bool alkaid_maglev_any(const struct alkaid_maglev_member *members,
			      unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (members[i].takes)
			return true;
	return false;
}

/**
 * alkaid_maglev_build() - make a table
 * @members: members, in any order
 * @n: how many, ALKAID_MAGLEV_MEMBERS at most
 *
 * Context: may sleep.
 * Return: to be freed with alkaid_maglev_free(), or NULL.
 */
struct alkaid_maglev *alkaid_maglev_build(const struct alkaid_maglev_member *members,
					  unsigned int n)
{
	struct alkaid_maglev_making *making;
	struct alkaid_maglev *maglev;

	maglev = kvmalloc(sizeof(*maglev), GFP_KERNEL_ACCOUNT);
	if (!maglev)
		return NULL;
	if (!alkaid_maglev_any(members, n)) {
		memset(maglev, 0xff, sizeof(*maglev));
		return maglev;
	}
	making = alkaid_maglev_begin(members, n, maglev->slots);
	if (!making) {
		kvfree(maglev);
		return NULL;
	}
	alkaid_maglev_make(making);
	kvfree(making);
	return maglev;
}

/**
 * alkaid_maglev_free() - free a table
 * @maglev: table that no reader holds, or NULL
 */
void alkaid_maglev_free(struct alkaid_maglev *maglev)
{
	kvfree(maglev);
}
