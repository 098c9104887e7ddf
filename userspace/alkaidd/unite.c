// SPDX-License-Identifier: GPL-2.0
/* One neighbor that a push has twice: as L2, and as L3. */
#include "unite.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "merge.h"

typedef Alcor__Schema__NeighborConfiguration neigh_t;
typedef Alcor__Schema__NeighborConfiguration__FixedIp fixed_t;

/* More than a neighbor can have: validation says so. */
#define ADDRS_MAX (4 * ALK_ADDRS_MAX)

static const neigh_t *config(const struct result *r)
{
	return (const void *)r->config;
}

static bool same(const struct result *a, const struct result *b)
{
	if ((a->op == OPERATION(DELETE)) != (b->op == OPERATION(DELETE)))
		return false;
	if (a->op == OPERATION(DELETE))
		return true;
	return *config(a)->mac_address && *config(a)->host_ip_address &&
	       !strcmp(config(a)->mac_address, config(b)->mac_address) &&
	       !strcmp(config(a)->host_ip_address, config(b)->host_ip_address) &&
	       !strcmp(config(a)->vpc_id, config(b)->vpc_id) &&
	       config(a)->n_fixed_ips + config(b)->n_fixed_ips <= ADDRS_MAX;
}

static bool same_address(const fixed_t *a, const fixed_t *b)
{
	return !strcmp(a->subnet_id, b->subnet_id) && !strcmp(a->ip_address, b->ip_address);
}

/* An address that is sent as both waits for its subnet, as L3 does. */
static void add_addresses(fixed_t *all, size_t *n, const neigh_t *c)
{
	size_t i, j;

	for (i = 0; i < c->n_fixed_ips; i++) {
		for (j = 0; j < *n && !same_address(&all[j], c->fixed_ips[i]); j++)
			;
		if (j == *n)
			all[(*n)++] = *c->fixed_ips[i];
		else if (c->fixed_ips[i]->neighbor_type == ALCOR__SCHEMA__NEIGHBOR_TYPE__L3)
			all[j].neighbor_type = ALCOR__SCHEMA__NEIGHBOR_TYPE__L3;
	}
}

static void add_to(struct result *first, const struct result *r)
{
	fixed_t all[ADDRS_MAX], *pointers[ADDRS_MAX];
	neigh_t united = *config(first);
	ProtobufCMessage *owned;
	size_t i, n = 0;

	add_addresses(all, &n, config(first));
	add_addresses(all, &n, config(r));
	for (i = 0; i < n; i++)
		pointers[i] = &all[i];
	united.fixed_ips = pointers;
	united.n_fixed_ips = n;
	owned = message_copy(&united.base);
	if (first->owned)
		protobuf_c_message_free_unpacked(first->owned, NULL);
	first->config = first->owned = owned;
}

void unite(struct push *push)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		struct result *r = &push->results[i], *first;

		if (r->type != RESOURCE(NEIGHBOR) || !r->config || !*r->id)
			continue;
		first = g_hash_table_lookup(seen, r->id);
		if (!first) {
			g_hash_table_insert(seen, (void *)r->id, r);
			continue;
		}
		if (!same(first, r))
			continue;
		r->same_as = first - push->results + 1;
		if (r->op != OPERATION(DELETE))
			add_to(first, r);
	}
	g_hash_table_destroy(seen);
}

void unite_answer(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		struct result *r = &push->results[i];
		const struct result *first;

		if (!r->same_as)
			continue;
		first = &push->results[r->same_as - 1];
		r->status = first->status;
		r->programmed = first->programmed;
		if (first->text)
			remark(r, first->text);
	}
}
