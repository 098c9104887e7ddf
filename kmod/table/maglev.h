/* SPDX-License-Identifier: GPL-2.0 */
/* Maglev tables: which member of a gateway group a flow goes to. */
#ifndef _ALKAID_TABLE_MAGLEV_H
#define _ALKAID_TABLE_MAGLEV_H

#include <linux/types.h>

/* A prime (Eisenbud et al., "Maglev", NSDI 2016, section 3.4). */
#define ALKAID_MAGLEV_SLOTS	65537

/* A slot that nobody has. */
#define ALKAID_MAGLEV_NONE	U16_MAX

/* Most members of one table. */
#define ALKAID_MAGLEV_MEMBERS	0x7fff

/*
 * A member has its share of the slots but for one of so many, or for one slot
 * if that is more.
 */
#define ALKAID_MAGLEV_SLACK	200

/**
 * struct alkaid_maglev_member - a member as the table sees it
 * @id: what its preferences follow from: the same on every host
 * @weight: share, not 0, 65,535 at most
 * @takes: whether it takes flows now
 */
struct alkaid_maglev_member {
	u64 id;
	u32 weight;
	bool takes;
};

/**
 * struct alkaid_maglev - a lookup table
 * @rcu: frees it; kvfree_rcu() wants it near the start
 * @slots: number of a member, or ALKAID_MAGLEV_NONE if no member takes flows
 *
 * It depends on nothing but the members, their weights, and who of them takes
 * flows; so all hosts have the same. If all take flows and one stops to, it gives
 * away its own slots and no others, and gets the same ones back.
 */
struct alkaid_maglev {
	struct rcu_head rcu;
	u16 slots[ALKAID_MAGLEV_SLOTS];
};

struct alkaid_maglev *alkaid_maglev_build(const struct alkaid_maglev_member *members,
					  unsigned int n);
void alkaid_maglev_free(struct alkaid_maglev *maglev);

/* The slot that a flow's hash leads to. */
static inline u32 alkaid_maglev_slot(u32 hash)
{
	return ((u64)hash * ALKAID_MAGLEV_SLOTS) >> 32;
}

#endif /* _ALKAID_TABLE_MAGLEV_H */
