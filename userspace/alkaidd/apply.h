/* SPDX-License-Identifier: GPL-2.0 */
/* A push into the kernel: one transaction, less what the kernel refuses. */
#ifndef ALKAIDD_APPLY_H
#define ALKAIDD_APPLY_H

#include "translate.h"

/**
 * apply() - translate a validated push and make it so, in kernel and store
 *
 * What is left of the push after refusals goes into one transaction. If the
 * kernel refuses part of it, the resources concerned are refused with its text
 * and the rest is tried again without them.
 */
void apply(struct alk *alk, struct store *store, const struct host *host, struct push *push);

#endif
