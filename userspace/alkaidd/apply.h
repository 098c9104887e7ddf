/* SPDX-License-Identifier: GPL-2.0 */
/* A push into the kernel: one transaction, less what the kernel refuses. */
#ifndef ALKAIDD_APPLY_H
#define ALKAIDD_APPLY_H

#include "persist.h"
#include "translate.h"

/**
 * struct target - what a push is applied to
 * @alk: the kernel's tables
 * @strict: a push is done whole or not at all
 */
struct target {
	struct alk *alk;
	struct store store;
	struct host host;
	struct persist persist;
	bool strict;
};

/**
 * apply() - translate a validated push and make it so, in kernel, state and store
 *
 * What is left of the push after refusals goes into one transaction. If the
 * kernel refuses part of it, the resources concerned are refused with its text
 * and the rest is tried again without them. What the kernel has taken is
 * persisted before it is committed there.
 */
void apply(struct target *target, struct push *push);

#endif
