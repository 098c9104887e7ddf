/* SPDX-License-Identifier: GPL-2.0 */
/* Goal states for tests, written as JSON. */
#ifndef TEST_GOAL_H
#define TEST_GOAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "goalstate.pb-c.h"

/** goal() - ' stands for "; freed with goal_free() */
Alcor__Schema__GoalState *goal(const char *json);
void goal_free(Alcor__Schema__GoalState *msg);

#endif
