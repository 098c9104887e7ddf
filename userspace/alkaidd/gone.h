/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of kernel objects that are to go, as rows of the database. */
#ifndef ALKAIDD_GONE_H
#define ALKAIDD_GONE_H

#include <libalkaid.h>
#include <sqlite3.h>

extern const char gone_insert[], gone_select[];

/* Room for an object of any kind that has but its key. */
struct gone {
	struct alk_vpc vpc;
	struct alk_subnet subnet;
	struct alk_port port;
	struct alk_neigh neigh;
	struct alk_route route;
	struct alk_gateway gateway;
};

/** gone_bind() - to the parameters of gone_insert; @change must live until it has run */
void gone_bind(sqlite3_stmt *insert, const struct alk_change *change);

/** gone_read() - from a row of gone_select; false if it makes no sense */
bool gone_read(sqlite3_stmt *select, struct gone *gone, struct alk_change *change);

#endif
