/* SPDX-License-Identifier: GPL-2.0 */
/* Objects that are to leave the kernel's tables. */
#ifndef ALKAIDD_LEAVING_H
#define ALKAIDD_LEAVING_H

#include "compare.h"

/**
 * struct leaving - an object that was to go when an earlier run ended, or is in the way
 * @key: of @change
 * @change: that takes it away; what it points to is below
 * @seen: it is in the kernel
 */
struct leaving {
	struct table_key key;
	struct alk_change change;
	bool seen;
	union {
		struct alk_vpc vpc;
		struct alk_subnet subnet;
		struct alk_neigh neigh;
		struct alk_route route;
		struct alk_port *port;
		struct alk_gateway *gateway;
	};
};

/** leaving_new() - a table of them by their keys */
GHashTable *leaving_new(void);
/** leaving_add() - what @change is of goes, too; it is copied */
struct leaving *leaving_add(GHashTable *leaving, const struct alk_change *change);

#endif
