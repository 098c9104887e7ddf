// SPDX-License-Identifier: GPL-2.0
/* What the daemon knows, by id, by number, by address, and by what it waits for. */
#include "store.h"

#include <string.h>

/* Who waits for one resource. */
struct wanted {
	resource_t type;
	char *id;
	GHashTable *objects;
};

static guint object_hash(gconstpointer o)
{
	return g_str_hash(((const struct object *)o)->key);
}

static gboolean object_equal(gconstpointer a, gconstpointer b)
{
	return !strcmp(((const struct object *)a)->key, ((const struct object *)b)->key);
}

/* FNV-1a by words; the bits of an address that differ are its last. */
static guint address_hash(gconstpointer p)
{
	const struct address *a = p;
	uint32_t words[4] = {}, hash = 2166136261u ^ a->vpc;
	size_t i, n = a->ip.family == AF_INET ? 1 : 4;

	memcpy(words, &a->ip.v6, n * sizeof(words[0]));
	for (i = 0; i < n; i++)
		hash = (hash ^ ntohl(words[i])) * 16777619u;
	return hash ^ hash >> 15;
}

static gboolean address_equal(gconstpointer p, gconstpointer q)
{
	const struct address *a = p, *b = q;

	if (a->vpc != b->vpc || a->ip.family != b->ip.family)
		return false;
	if (a->ip.family == AF_INET6)
		return !memcmp(&a->ip.v6, &b->ip.v6, sizeof(a->ip.v6));
	return a->ip.v4.s_addr == b->ip.v4.s_addr;
}

static guint wanted_hash(gconstpointer p)
{
	const struct wanted *wanted = p;

	return g_str_hash(wanted->id) + wanted->type;
}

static gboolean wanted_equal(gconstpointer p, gconstpointer q)
{
	const struct wanted *a = p, *b = q;

	return a->type == b->type && !strcmp(a->id, b->id);
}

static void wanted_free(gpointer p)
{
	struct wanted *wanted = p;

	g_hash_table_destroy(wanted->objects);
	g_free(wanted->id);
	g_free(wanted);
}

static void free_object(gpointer o)
{
	object_free(o);
}

void store_init(struct store *store)
{
	int type;

	memset(store, 0, sizeof(*store));
	for (type = 0; type < TYPES; type++) {
		store->objects[type] = g_hash_table_new(object_hash, object_equal);
		store->numbered[type] = g_hash_table_new(NULL, NULL);
	}
	store->endpoints = g_hash_table_new(address_hash, address_equal);
	store->users = g_hash_table_new(NULL, NULL);
	store->wanted = g_hash_table_new_full(wanted_hash, wanted_equal, wanted_free, NULL);
}

void store_free(struct store *store)
{
	GHashTableIter iter;
	gpointer o;
	int type;

	g_hash_table_destroy(store->wanted);
	g_hash_table_destroy(store->endpoints);
	g_hash_table_destroy(store->users);
	for (type = 0; type < TYPES; type++) {
		g_hash_table_iter_init(&iter, store->objects[type]);
		while (g_hash_table_iter_next(&iter, &o, NULL))
			free_object(o);
		g_hash_table_destroy(store->objects[type]);
		g_hash_table_destroy(store->numbered[type]);
	}
	memset(store, 0, sizeof(*store));
}

struct object *store_find(const struct store *store, resource_t type, const char *key)
{
	struct object probe = { .key = (char *)key };

	return g_hash_table_lookup(store->objects[type], &probe);
}

struct object *store_numbered(const struct store *store, resource_t type, uint32_t number)
{
	return g_hash_table_lookup(store->numbered[type], GUINT_TO_POINTER(number));
}

struct vpc *store_vpc(const struct store *store, const char *id)
{
	return (struct vpc *)store_find(store, RESOURCE(VPC), id);
}

struct subnet *store_subnet(const struct store *store, const char *id)
{
	return (struct subnet *)store_find(store, RESOURCE(SUBNET), id);
}

struct port *store_port(const struct store *store, const char *ifname)
{
	return (struct port *)store_find(store, RESOURCE(PORT), ifname);
}

struct neigh *store_neigh(const struct store *store, const char *id)
{
	return (struct neigh *)store_find(store, RESOURCE(NEIGHBOR), id);
}

struct router *store_router(const struct store *store, const char *id)
{
	return (struct router *)store_find(store, RESOURCE(ROUTER), id);
}

struct gateway *store_gateway(const struct store *store, const char *id)
{
	return (struct gateway *)store_find(store, RESOURCE(GATEWAY), id);
}

static void use_subnet(struct store *store, uint32_t subnet, int by)
{
	gpointer number = GUINT_TO_POINTER(subnet);
	size_t users;

	if (!subnet)
		return;
	users = GPOINTER_TO_SIZE(g_hash_table_lookup(store->users, number)) + by;
	if (users)
		g_hash_table_insert(store->users, number, GSIZE_TO_POINTER(users));
	else
		g_hash_table_remove(store->users, number);
}

static void use_subnets(struct store *store, const struct object *o, int by)
{
	const struct router *router = (const struct router *)o;
	size_t i;

	switch (o->type) {
	case RESOURCE(PORT):
		use_subnet(store, ((const struct port *)o)->k.subnet, by);
		break;
	case RESOURCE(NEIGHBOR):
		for (i = 0; i < o->n_addrs; i++)
			use_subnet(store, o->addrs[i].subnet, by);
		break;
	case RESOURCE(ROUTER):
		for (i = 0; i < router->n_subnets; i++)
			use_subnet(store, router->subnets[i], by);
		break;
	}
}

static void wait_add(struct store *store, struct object *o)
{
	struct wanted probe, *wanted;
	struct want *want;

	for (want = o->wants; want; want = want->next) {
		probe.type = want->type;
		probe.id = want->id;
		wanted = g_hash_table_lookup(store->wanted, &probe);
		if (!wanted) {
			wanted = g_new(struct wanted, 1);
			wanted->type = want->type;
			wanted->id = g_strdup(want->id);
			wanted->objects = g_hash_table_new(NULL, NULL);
			g_hash_table_add(store->wanted, wanted);
		}
		g_hash_table_add(wanted->objects, o);
	}
}

static void wait_remove(struct store *store, struct object *o)
{
	struct wanted probe, *wanted;
	struct want *want;

	for (want = o->wants; want; want = want->next) {
		probe.type = want->type;
		probe.id = want->id;
		wanted = g_hash_table_lookup(store->wanted, &probe);
		if (!wanted)
			continue;
		g_hash_table_remove(wanted->objects, o);
		if (!g_hash_table_size(wanted->objects))
			g_hash_table_remove(store->wanted, wanted);
	}
}

void store_insert(struct store *store, struct object *o)
{
	uint32_t number = object_number(o);

	g_hash_table_add(store->objects[o->type], o);
	if (number)
		g_hash_table_insert(store->numbered[o->type], GUINT_TO_POINTER(number), o);
	use_subnets(store, o, 1);
	if (o->wants)
		wait_add(store, o);
}

void store_remove(struct store *store, struct object *o)
{
	uint32_t number = object_number(o);

	g_hash_table_remove(store->objects[o->type], o);
	if (number)
		g_hash_table_remove(store->numbered[o->type], GUINT_TO_POINTER(number));
	use_subnets(store, o, -1);
	if (o->wants)
		wait_remove(store, o);
}

void store_each(const struct store *store, resource_t type,
		bool (*cb)(struct object *o, void *arg), void *arg)
{
	GHashTableIter iter;
	gpointer o;

	g_hash_table_iter_init(&iter, store->objects[type]);
	while (g_hash_table_iter_next(&iter, &o, NULL))
		if (cb(o, arg))
			return;
}

size_t store_count(const struct store *store, resource_t type)
{
	return g_hash_table_size(store->objects[type]);
}

size_t store_users(const struct store *store, uint32_t subnet)
{
	return GPOINTER_TO_SIZE(g_hash_table_lookup(store->users, GUINT_TO_POINTER(subnet)));
}

void store_each_waiting(const struct store *store, resource_t type, const char *id,
			void (*cb)(struct object *o, void *arg), void *arg)
{
	struct wanted probe = { .type = type, .id = (char *)id };
	struct wanted *wanted = g_hash_table_lookup(store->wanted, &probe);
	GHashTableIter iter;
	gpointer o;

	if (!wanted)
		return;
	g_hash_table_iter_init(&iter, wanted->objects);
	while (g_hash_table_iter_next(&iter, &o, NULL))
		cb(o, arg);
}

struct object *store_owner(const struct store *store, uint32_t vpc, const struct alk_addr *ip)
{
	struct address probe = { .vpc = vpc, .ip = *ip };
	struct address *address = g_hash_table_lookup(store->endpoints, &probe);

	return address ? address->owner : NULL;
}

void store_claim(struct store *store, struct address *address)
{
	g_hash_table_add(store->endpoints, address);
}

void store_claim_all(struct store *store, struct object *o)
{
	size_t i;

	for (i = 0; i < o->n_addrs; i++)
		if (o->addrs[i].vpc &&
		    !g_hash_table_contains(store->endpoints, &o->addrs[i]))
			store_claim(store, &o->addrs[i]);
}

void store_release_all(struct store *store, struct object *o)
{
	size_t i;

	for (i = 0; i < o->n_addrs; i++)
		if (o->addrs[i].vpc &&
		    g_hash_table_lookup(store->endpoints, &o->addrs[i]) == &o->addrs[i])
			g_hash_table_remove(store->endpoints, &o->addrs[i]);
}

bool prefix_has(const struct alk_addr *prefix, const struct alk_addr *addr)
{
	const uint8_t *a = (const uint8_t *)&prefix->v6, *b = (const uint8_t *)&addr->v6;
	unsigned int bytes = prefix->len / 8, bits = prefix->len % 8;

	if (prefix->family != addr->family || memcmp(a, b, bytes))
		return false;
	return !bits || !((a[bytes] ^ b[bytes]) >> (8 - bits));
}
