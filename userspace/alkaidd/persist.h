/* SPDX-License-Identifier: GPL-2.0 */
/* A push into the state: what it asks for, and what it takes out of the kernel. */
#ifndef ALKAIDD_PERSIST_H
#define ALKAIDD_PERSIST_H

#include "push.h"
#include "state.h"

/**
 * struct persist - the state, and what could not be written to it
 * @state: the state
 * @owed: resources that it has yet to be told of, until a push can; NULL if none
 * @text: why, while there is any
 */
struct persist {
	struct state *state;
	GHashTable *owed;
	char text[160];
};

void persist_open(struct persist *persist, struct state *state);
void persist_close(struct persist *persist);

/**
 * persist() - keep what a push asks for
 * @push: translated; the kernel has taken all of its changes
 * @store: as it is with the push
 *
 * If it cannot be written, that is logged once, and it is written with a later
 * push: what packets need is not kept from them for want of disk.
 */
void persist(struct persist *persist, const struct push *push, const struct store *store);

/** persist_text() - why something could not be written, or NULL if all is */
const char *persist_text(const struct persist *persist);

#endif
