/* SPDX-License-Identifier: GPL-2.0 */
/* The members of a gateway group, in commands and in output. */
#ifndef ALK_MEMBER_H
#define ALK_MEMBER_H

#include "field.h"

/* The words of enum alkaid_gateway_state. */
extern const char *const member_states[];

/* Of struct alk_gateway: the list of its members. */
extern const struct field_own member_own;

#endif /* ALK_MEMBER_H */
