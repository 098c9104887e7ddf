/* SPDX-License-Identifier: GPL-2.0 */
/* At start: what the kernel's tables hold from an earlier run. */
#ifndef ALKAIDD_ADOPT_H
#define ALKAIDD_ADOPT_H

#include "store.h"

/**
 * adopt() - fill an empty store from the kernel's tables
 *
 * A VPC has its Alcor id as name there. A subnet is known again by its content,
 * a port by its netdev, a neighbor by its address, once a controller names
 * them; until then they stay as they are.
 *
 * Return: 0, or a negative errno; alk_error() has the text.
 */
int adopt(struct alk *alk, struct store *store);

/** adopt_gateways() - the gateway groups, also before what is kept is restored */
int adopt_gateways(struct alk *alk, struct store *store);

#endif
