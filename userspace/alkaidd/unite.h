/* SPDX-License-Identifier: GPL-2.0 */
/* One neighbor that a push has twice: as L2, and as L3. */
#ifndef ALKAIDD_UNITE_H
#define ALKAIDD_UNITE_H

#include "push.h"

/**
 * unite() - make one of two neighbors with one id
 *
 * Controllers send a neighbor under one id for its own subnet and again for those
 * that are routed to it. If MAC and host are the same, the first gets the
 * addresses of both, and the other is left out.
 */
void unite(struct push *push);

/** unite_answer() - what was left out is answered as the one that has its addresses */
void unite_answer(struct push *push);

#endif
