/* SPDX-License-Identifier: GPL-2.0 */
/* Objects of the kernel's tables, beside what is asked for. */
#ifndef ALKAIDD_COMPARE_H
#define ALKAIDD_COMPARE_H

#include <glib.h>
#include <libalkaid.h>

/**
 * struct table_key - what an object of the tables is found by
 * @number: its own, or that of the subnet of a neighbor, of the VPC of a route
 */
struct table_key {
	uint32_t kind, number, subnet;
	uint8_t family, len;
	uint8_t addr[16];
};

/** table_key_of() - of the object of a change; padding is zero */
struct table_key table_key_of(const struct alk_change *change);

/* For hash tables by it. */
guint table_key_hash(gconstpointer key);
gboolean table_key_equal(gconstpointer a, gconstpointer b);

/** table_text() - name of the object of a change */
void table_text(const struct alk_change *change, char *buf, size_t size);

/**
 * differs() - whether an object has to be replaced
 * @want: a change whose object is asked for
 * @have: a change whose object, of the same key, is in the kernel
 *
 * What controllers have no words for does not count: it is set by others, and stays
 * as they set it.
 *
 * Return: the first field that differs, or NULL.
 */
const char *differs(const struct alk_change *want, const struct alk_change *have);

/** neigh_differs() - the same of neighbors, of which there are many */
const char *neigh_differs(const struct alk_neigh *want, const struct alk_neigh *have);

#endif
