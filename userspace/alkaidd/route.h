/* SPDX-License-Identifier: GPL-2.0 */
/* The routes of a router, in order of subnet and destination. */
#ifndef ALKAIDD_ROUTE_H
#define ALKAIDD_ROUTE_H

#include "store.h"

/** route_compare() - by subnet and destination, for qsort() */
int route_compare(const void *a, const void *b);

/** router_route() - the route of a router that has the subnet and destination of @k, or NULL */
const struct alk_route *router_route(const struct router *router, const struct alk_route *k);

/** route_equal() - whether two lead to the same place */
bool route_equal(const struct alk_route *a, const struct alk_route *b);

#endif
