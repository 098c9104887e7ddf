/* SPDX-License-Identifier: GPL-2.0 */
/* From edits of the store to changes of the kernel's tables. */
#ifndef ALKAIDD_DIFF_H
#define ALKAIDD_DIFF_H

#include "push.h"

/**
 * diff() - list the changes that the edits of @push come to
 *
 * The order is one that the kernel can take in one transaction. What did not
 * change is asked for again, so that a repeated push repairs the tables.
 */
void diff(struct push *push);

#endif
