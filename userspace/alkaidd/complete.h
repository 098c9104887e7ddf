/* SPDX-License-Identifier: GPL-2.0 */
/* Messages that say only what changes, completed by what is kept. */
#ifndef ALKAIDD_COMPLETE_H
#define ALKAIDD_COMPLETE_H

#include "push.h"
#include "state.h"

/** complete() - give each DELTA of a push the rest of its configuration */
void complete(struct push *push, const struct store *store, struct state *state);

/**
 * complete_waiting() - add who waits for what a push brings
 *
 * As silent results, from what is kept of them.
 */
void complete_waiting(struct push *push, const struct store *store, struct state *state);

#endif
