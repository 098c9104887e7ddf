// SPDX-License-Identifier: GPL-2.0
/* Objects that are to leave the kernel's tables. */
#include "leaving.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static void leaving_free(gpointer p)
{
	struct leaving *leaving = p;

	if (leaving->change.kind == ALK_PORT)
		free(leaving->port);
	else if (leaving->change.kind == ALK_GATEWAY)
		free(leaving->gateway);
	free(leaving);
}

static void *copy_of(const void *from, size_t size)
{
	return memcpy(xcalloc(1, size), from, size);
}

struct leaving *leaving_add(GHashTable *table, const struct alk_change *change)
{
	struct leaving *leaving = xcalloc(1, sizeof(*leaving));

	leaving->change = (struct alk_change){ .verb = ALK_DEL, .kind = change->kind };
	leaving->key = table_key_of(change);
	switch (change->kind) {
	case ALK_VPC:
		leaving->vpc = *change->vpc;
		leaving->change.vpc = &leaving->vpc;
		break;
	case ALK_SUBNET:
		leaving->subnet = *change->subnet;
		leaving->change.subnet = &leaving->subnet;
		break;
	case ALK_NEIGH:
		leaving->neigh = *change->neigh;
		leaving->change.neigh = &leaving->neigh;
		break;
	case ALK_ROUTE:
		leaving->route = *change->route;
		leaving->change.route = &leaving->route;
		break;
	case ALK_PORT:
		leaving->port = copy_of(change->port, sizeof(*change->port));
		leaving->change.port = leaving->port;
		break;
	case ALK_GATEWAY:
		leaving->gateway = copy_of(change->gateway, sizeof(*change->gateway));
		leaving->change.gateway = leaving->gateway;
		break;
	}
	g_hash_table_replace(table, &leaving->key, leaving);
	return leaving;
}

GHashTable *leaving_new(void)
{
	return g_hash_table_new_full(table_key_hash, table_key_equal, NULL, leaving_free);
}
