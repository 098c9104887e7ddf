// SPDX-License-Identifier: GPL-2.0
/* The objects of the store: made, copied, freed. */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static void *object_alloc(resource_t type, size_t size, const char *key, const char *id)
{
	struct object *o = xcalloc(1, size);

	o->type = type;
	o->key = xstrdup(key);
	if (id)
		o->id = strcmp(key, id) ? xstrdup(id) : o->key;
	return o;
}

void port_ifname(const char *id, char name[IFNAMSIZ])
{
	snprintf(name, IFNAMSIZ, "tap%.11s", id);
}

struct vpc *vpc_new(const char *id)
{
	return object_alloc(RESOURCE(VPC), sizeof(struct vpc), id, id);
}

struct subnet *subnet_new(const char *id)
{
	return object_alloc(RESOURCE(SUBNET), sizeof(struct subnet), id, id);
}

static void set_addrs(struct object *o, struct address *addrs, size_t n)
{
	size_t i;

	o->addrs = addrs;
	o->n_addrs = n;
	for (i = 0; i < n; i++)
		addrs[i].owner = o;
}

struct port *port_new(const char *ifname, const char *id)
{
	struct port *port = object_alloc(RESOURCE(PORT), sizeof(*port), ifname, id);

	strncpy(port->k.ifname, ifname, sizeof(port->k.ifname) - 1);
	return port;
}

struct neigh *neigh_new(const char *id, size_t n)
{
	struct neigh *neigh = object_alloc(RESOURCE(NEIGHBOR),
					   sizeof(*neigh) + n * sizeof(neigh->a[0]), id, id);

	set_addrs(&neigh->o, neigh->a, n);
	return neigh;
}

struct router *router_new(const char *id)
{
	return object_alloc(RESOURCE(ROUTER), sizeof(struct router), id, id);
}

struct gateway *gateway_new(const char *id)
{
	return object_alloc(RESOURCE(GATEWAY), sizeof(struct gateway), id, id);
}

struct object *plain_new(resource_t type, const char *id)
{
	return object_alloc(type, sizeof(struct object), id, id);
}

void port_claims(struct port *port)
{
	size_t i, n = port->k.ifindex ? port->k.n_ips : 0;
	struct address *addrs = n ? xcalloc(n, sizeof(*addrs)) : NULL;

	for (i = 0; i < n; i++) {
		addrs[i].vpc = port->k.vpc;
		addrs[i].subnet = port->k.subnet;
		addrs[i].ip = port->k.ips[i];
	}
	free(port->o.addrs);
	set_addrs(&port->o, addrs, n);
}

static void *duplicate(const void *from, size_t n, size_t size)
{
	return n ? memcpy(xcalloc(n, size), from, n * size) : NULL;
}

static size_t object_size(const struct object *o)
{
	switch (o->type) {
	case RESOURCE(VPC):
		return sizeof(struct vpc);
	case RESOURCE(SUBNET):
		return sizeof(struct subnet);
	case RESOURCE(PORT):
		return sizeof(struct port);
	case RESOURCE(NEIGHBOR):
		return sizeof(struct neigh) + o->n_addrs * sizeof(struct address);
	case RESOURCE(ROUTER):
		return sizeof(struct router);
	case RESOURCE(GATEWAY):
		return sizeof(struct gateway);
	}
	return sizeof(struct object);
}

struct object *object_copy(const struct object *from)
{
	struct object *o = duplicate(from, 1, object_size(from));
	struct gateway *gateway = (struct gateway *)o;
	struct router *router = (struct router *)o;
	struct neigh *neigh = (struct neigh *)o;
	struct vpc *vpc = (struct vpc *)o;
	const struct want *want;

	o->key = xstrdup(from->key);
	o->id = from->id == from->key ? o->key : from->id ? xstrdup(from->id) : NULL;
	o->wants = NULL;
	for (want = from->wants; want; want = want->next)
		object_want(o, want->type, want->id);
	switch (from->type) {
	case RESOURCE(VPC):
		vpc->gateways = g_strdupv(vpc->gateways);
		break;
	case RESOURCE(PORT):
		o->addrs = NULL;
		port_claims((struct port *)o);
		break;
	case RESOURCE(NEIGHBOR):
		set_addrs(o, neigh->a, from->n_addrs);
		break;
	case RESOURCE(ROUTER):
		router->subnets = duplicate(router->subnets, router->n_subnets,
					    sizeof(*router->subnets));
		router->routes = duplicate(router->routes, router->n_routes,
					   sizeof(*router->routes));
		router->held = duplicate(router->held, router->n_held, sizeof(*router->held));
		break;
	case RESOURCE(GATEWAY):
		gateway->vpc = gateway->vpc ? xstrdup(gateway->vpc) : NULL;
		gateway->subnet = gateway->subnet ? xstrdup(gateway->subnet) : NULL;
		break;
	}
	return o;
}

void object_free(struct object *o)
{
	if (!o)
		return;
	switch (o->type) {
	case RESOURCE(VPC):
		g_strfreev(((struct vpc *)o)->gateways);
		break;
	case RESOURCE(PORT):
		free(o->addrs);
		break;
	case RESOURCE(ROUTER):
		free(((struct router *)o)->subnets);
		free(((struct router *)o)->routes);
		free(((struct router *)o)->held);
		break;
	case RESOURCE(GATEWAY):
		free(((struct gateway *)o)->vpc);
		free(((struct gateway *)o)->subnet);
		break;
	}
	object_unwant(o);
	if (o->id != o->key)
		free(o->id);
	free(o->key);
	free(o);
}

uint32_t object_number(const struct object *o)
{
	switch (o->type) {
	case RESOURCE(VPC):
		return ((const struct vpc *)o)->k.id;
	case RESOURCE(SUBNET):
		return ((const struct subnet *)o)->k.id;
	case RESOURCE(GATEWAY):
		return ((const struct gateway *)o)->k.id;
	}
	return 0;
}

bool object_idle(const struct object *o)
{
	switch (o->type) {
	case RESOURCE(VPC):
		return ((const struct vpc *)o)->idle;
	case RESOURCE(SUBNET):
		return ((const struct subnet *)o)->idle;
	}
	return false;
}

void object_want(struct object *o, resource_t type, const char *id)
{
	struct want *want;

	for (want = o->wants; want; want = want->next)
		if (want->type == type && !strcmp(want->id, id))
			return;
	want = xcalloc(1, sizeof(*want) + strlen(id) + 1);
	want->type = type;
	strcpy(want->id, id);
	want->next = o->wants;
	o->wants = want;
}

void object_unwant(struct object *o)
{
	struct want *want, *next;

	for (want = o->wants; want; want = next) {
		next = want->next;
		free(want);
	}
	o->wants = NULL;
}
