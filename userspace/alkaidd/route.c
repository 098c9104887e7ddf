// SPDX-License-Identifier: GPL-2.0
/* The routes of a router, in order of subnet and destination. */
#include "route.h"

#include <stdlib.h>
#include <string.h>

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

int route_compare(const void *p, const void *q)
{
	const struct alk_route *a = p, *b = q;
	int order = compare(a->subnet, b->subnet);

	if (!order)
		order = compare(a->prefix.family, b->prefix.family);
	if (!order)
		order = compare(a->prefix.len, b->prefix.len);
	if (order)
		return order;
	return a->prefix.family == AF_INET ?
		       memcmp(&a->prefix.v4, &b->prefix.v4, sizeof(a->prefix.v4)) :
		       memcmp(&a->prefix.v6, &b->prefix.v6, sizeof(a->prefix.v6));
}

const struct alk_route *router_route(const struct router *router, const struct alk_route *k)
{
	if (!router || !router->n_routes)
		return NULL;
	return bsearch(k, router->routes, router->n_routes, sizeof(*k), route_compare);
}

bool route_equal(const struct alk_route *a, const struct alk_route *b)
{
	if (a->gateway_group != b->gateway_group || a->via.family != b->via.family)
		return false;
	return !a->via.family || alk_addr_equal(&a->via, &b->via);
}
