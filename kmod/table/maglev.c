// SPDX-License-Identifier: GPL-2.0
/* Maglev tables: which member of a gateway group a flow goes to. */
#include <linux/slab.h>

#include "maglev.h"

/**
 * alkaid_maglev_build() - make a table
 * @members: members, in any order
 * @n: how many, fewer than ALKAID_MAGLEV_NONE
 *
 * Context: may sleep.
 * Return: to be freed with alkaid_maglev_free(), or NULL.
 */
struct alkaid_maglev *alkaid_maglev_build(const struct alkaid_maglev_member *members,
					  unsigned int n)
{
	struct alkaid_maglev *maglev;
	unsigned int i, slot;

	maglev = kvmalloc(sizeof(*maglev), GFP_KERNEL_ACCOUNT);
	if (!maglev)
		return NULL;
	for (slot = 0; slot < ALKAID_MAGLEV_SLOTS; slot++) {
		maglev->slots[slot] = ALKAID_MAGLEV_NONE;
		for (i = 0; i < n; i++)
			if (members[(slot + i) % n].takes)
				break;
		if (i < n)
			maglev->slots[slot] = (slot + i) % n;
	}
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
