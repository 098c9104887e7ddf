/* SPDX-License-Identifier: GPL-2.0 */
/* At start: what the state has kept is made so again. */
#ifndef ALKAIDD_RESTORE_H
#define ALKAIDD_RESTORE_H

#include "apply.h"

/**
 * restore() - all resources of the state, as one push
 * @target: its store is empty; its state has something to load
 *
 * The tables may hold what an earlier run has put there: what is so already is
 * not disturbed. What the last push of that run was about to delete is deleted.
 *
 * Return: 0, or a negative errno, logged.
 */
int restore(struct target *target);

#endif
