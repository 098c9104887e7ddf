/* SPDX-License-Identifier: GPL-2.0 */
/* Goal states for tests, written as JSON. */
#ifndef TEST_GOAL_H
#define TEST_GOAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode.h"

/** message_of() - a message of @type; in @json ' stands for " */
void *message_of(const ProtobufCMessageDescriptor *type, const char *json);

/** bytes_of() - the same as bytes, to be freed */
uint8_t *bytes_of(const ProtobufCMessageDescriptor *type, const char *json, size_t *len);

/** goal_of() - a GoalState, decoded, for goal_clear() */
struct goal goal_of(const char *json);

#endif
