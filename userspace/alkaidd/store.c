// SPDX-License-Identifier: GPL-2.0
/* The trees of what the daemon knows, and who owns an address. */
#include "store.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

struct endpoint {
	uint32_t vpc;
	struct alk_addr ip;
	struct object *owner;
};

static int object_cmp(const void *a, const void *b)
{
	return strcmp(((const struct object *)a)->key, ((const struct object *)b)->key);
}

static int endpoint_cmp(const void *a, const void *b)
{
	const struct endpoint *x = a, *y = b;

	if (x->vpc != y->vpc)
		return x->vpc < y->vpc ? -1 : 1;
	if (x->ip.family != y->ip.family)
		return x->ip.family < y->ip.family ? -1 : 1;
	if (x->ip.family == AF_INET6)
		return memcmp(&x->ip.v6, &y->ip.v6, sizeof(x->ip.v6));
	return memcmp(&x->ip.v4, &y->ip.v4, sizeof(x->ip.v4));
}

static void *object_alloc(enum alk_kind kind, size_t size, const char *key, const char *id)
{
	struct object *o = xcalloc(1, size);

	o->kind = kind;
	o->key = xstrdup(key);
	o->id = id ? xstrdup(id) : NULL;
	return o;
}

void port_ifname(const char *id, char name[IFNAMSIZ])
{
	snprintf(name, IFNAMSIZ, "tap%.11s", id);
}

struct vpc *vpc_new(const char *id)
{
	return object_alloc(ALK_VPC, sizeof(struct vpc), id, id);
}

struct subnet *subnet_new(const char *id)
{
	return object_alloc(ALK_SUBNET, sizeof(struct subnet), id, id);
}

struct port *port_new(const char *ifname, const char *id)
{
	struct port *port = object_alloc(ALK_PORT, sizeof(*port), ifname, id);

	strncpy(port->k.ifname, ifname, sizeof(port->k.ifname) - 1);
	return port;
}

struct neigh *neigh_new(const char *id, size_t n)
{
	struct neigh *neigh = object_alloc(ALK_NEIGH, sizeof(*neigh) + n * sizeof(neigh->k[0]),
					   id, id);

	neigh->n = n;
	return neigh;
}

struct neigh *neigh_copy(const struct neigh *from)
{
	struct neigh *neigh = neigh_new(from->o.key, from->n);

	neigh->o.adopted = from->o.adopted;
	memcpy(neigh->k, from->k, from->n * sizeof(from->k[0]));
	return neigh;
}

struct port *port_copy(const struct port *from)
{
	struct port *port = port_new(from->o.key, from->o.id);

	port->o.adopted = from->o.adopted;
	port->admin_up = from->admin_up;
	port->k = from->k;
	return port;
}

void object_free(struct object *o)
{
	if (!o)
		return;
	free(o->key);
	free(o->id);
	free(o);
}

void store_init(struct store *store)
{
	memset(store, 0, sizeof(*store));
}

static void free_object(void *o)
{
	object_free(o);
}

void store_free(struct store *store)
{
	int kind;

	tdestroy(store->endpoints, free);
	for (kind = 0; kind < KINDS; kind++)
		tdestroy(store->objects[kind], free_object);
	store_init(store);
}

struct object *store_find(const struct store *store, enum alk_kind kind, const char *key)
{
	struct object probe = { .key = (char *)key };
	void *node = tfind(&probe, (void *const *)&store->objects[kind], object_cmp);

	return node ? *(struct object **)node : NULL;
}

struct vpc *store_vpc(const struct store *store, const char *id)
{
	return (struct vpc *)store_find(store, ALK_VPC, id);
}

struct subnet *store_subnet(const struct store *store, const char *id)
{
	return (struct subnet *)store_find(store, ALK_SUBNET, id);
}

struct port *store_port(const struct store *store, const char *ifname)
{
	return (struct port *)store_find(store, ALK_PORT, ifname);
}

struct neigh *store_neigh(const struct store *store, const char *id)
{
	return (struct neigh *)store_find(store, ALK_NEIGH, id);
}

/* tsearch() returns NULL only without memory. */
static void tree_insert(void **root, void *item, int (*cmp)(const void *, const void *))
{
	if (!tsearch(item, root, cmp))
		alloc_failed();
}

void store_insert(struct store *store, struct object *o)
{
	tree_insert(&store->objects[o->kind], o, object_cmp);
}

void store_remove(struct store *store, struct object *o)
{
	tdelete(o, &store->objects[o->kind], object_cmp);
}

struct walk {
	bool (*cb)(struct object *o, void *arg);
	void *arg;
	bool done;
};

static void walk_node(const void *node, VISIT which, void *closure)
{
	struct walk *walk = closure;

	if (!walk->done && (which == postorder || which == leaf))
		walk->done = walk->cb(*(struct object *const *)node, walk->arg);
}

void store_each(const struct store *store, enum alk_kind kind,
		bool (*cb)(struct object *o, void *arg), void *arg)
{
	struct walk walk = { .cb = cb, .arg = arg };

	twalk_r(store->objects[kind], walk_node, &walk);
}

static struct endpoint *endpoint_find(const struct store *store, uint32_t vpc,
				      const struct alk_addr *ip)
{
	struct endpoint probe = { .vpc = vpc, .ip = *ip };
	void *node = tfind(&probe, (void *const *)&store->endpoints, endpoint_cmp);

	return node ? *(struct endpoint **)node : NULL;
}

struct object *store_owner(const struct store *store, uint32_t vpc, const struct alk_addr *ip)
{
	struct endpoint *endpoint = endpoint_find(store, vpc, ip);

	return endpoint ? endpoint->owner : NULL;
}

void store_claim(struct store *store, uint32_t vpc, const struct alk_addr *ip,
		 struct object *owner)
{
	struct endpoint *endpoint = xcalloc(1, sizeof(*endpoint));

	*endpoint = (struct endpoint){ .vpc = vpc, .ip = *ip, .owner = owner };
	tree_insert(&store->endpoints, endpoint, endpoint_cmp);
}

size_t object_addrs(const struct object *o)
{
	const struct port *port = (const struct port *)o;

	if (o->kind == ALK_NEIGH)
		return ((const struct neigh *)o)->n;
	if (o->kind == ALK_PORT && port->k.ifindex)
		return port->k.n_ips;
	return 0;
}

const struct alk_addr *object_addr(const struct object *o, size_t i, uint32_t *vpc)
{
	if (o->kind == ALK_NEIGH) {
		const struct neigh *neigh = (const struct neigh *)o;

		*vpc = neigh->k[i].vpc;
		return &neigh->k[i].ip;
	} else {
		const struct port *port = (const struct port *)o;

		*vpc = port->k.vpc;
		return &port->k.ips[i];
	}
}

void store_claim_all(struct store *store, struct object *o)
{
	uint32_t vpc;
	size_t i;

	for (i = 0; i < object_addrs(o); i++) {
		const struct alk_addr *ip = object_addr(o, i, &vpc);

		if (!store_owner(store, vpc, ip))
			store_claim(store, vpc, ip, o);
	}
}

void store_release_all(struct store *store, struct object *o)
{
	uint32_t vpc;
	size_t i;

	for (i = 0; i < object_addrs(o); i++) {
		const struct alk_addr *ip = object_addr(o, i, &vpc);
		struct endpoint *endpoint = endpoint_find(store, vpc, ip);

		if (endpoint && endpoint->owner == o) {
			tdelete(endpoint, &store->endpoints, endpoint_cmp);
			free(endpoint);
		}
	}
}

bool prefix_has(const struct alk_addr *prefix, const struct alk_addr *addr)
{
	const uint8_t *a = (const uint8_t *)&prefix->v6, *b = (const uint8_t *)&addr->v6;
	unsigned int bytes = prefix->len / 8, bits = prefix->len % 8;

	if (prefix->family != addr->family || memcmp(a, b, bytes))
		return false;
	return !bits || !((a[bytes] ^ b[bytes]) >> (8 - bits));
}
