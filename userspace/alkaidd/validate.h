/* SPDX-License-Identifier: GPL-2.0 */
/* Each resource by itself: is it well formed, and what does it ask for? */
#ifndef ALKAIDD_VALIDATE_H
#define ALKAIDD_VALIDATE_H

#include "push.h"

/**
 * validate() - give every result of @push an action, or refuse it
 *
 * Nothing outside the message is looked at: what an object refers to (VPC,
 * subnet, netdev) is left for translate().
 */
void validate(struct push *push);

#endif
