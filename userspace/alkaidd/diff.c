// SPDX-License-Identifier: GPL-2.0
/* From edits of the store to changes of the kernel's tables. */
#include "diff.h"

#include <stdlib.h>

#include "alloc.h"
#include "route.h"

static struct alk_change *change_add(struct push *push, enum alk_verb verb, enum alk_kind kind,
				     size_t cause)
{
	struct alk_change *change;

	if (push->n_changes == push->max_changes) {
		push->max_changes = push->max_changes ? push->max_changes * 2 : 64;
		push->changes = xrealloc(push->changes, push->max_changes, sizeof(*push->changes));
		push->causes = xrealloc(push->causes, push->max_changes, sizeof(*push->causes));
	}
	push->causes[push->n_changes] = cause;
	change = &push->changes[push->n_changes++];
	change->verb = verb;
	change->kind = kind;
	change->error = 0;
	change->text = "";
	return change;
}

/* Neighbors, one for each address. */

static void neigh_add(struct push *push, enum alk_verb verb, const struct neigh *neigh,
		      const struct address *address, size_t cause)
{
	struct alk_neigh *k = &push->neighs[push->n_neighs++];

	*k = (struct alk_neigh){
		.subnet = address->subnet,
		.ip = address->ip,
		.mac = neigh->mac,
		.host = neigh->host,
	};
	change_add(push, verb, ALK_NEIGH, cause)->neigh = k;
}

static bool keeps(const struct object *after, const struct address *address)
{
	size_t i;

	for (i = 0; after && i < after->n_addrs; i++)
		if (after->addrs[i].vpc && after->addrs[i].subnet == address->subnet &&
		    alk_addr_equal(&after->addrs[i].ip, &address->ip))
			return true;
	return false;
}

static void unset_neighs(struct push *push, const struct edit *edit)
{
	const struct object *before = edit->before;
	size_t i;

	for (i = 0; before && i < before->n_addrs; i++)
		if (before->addrs[i].vpc && !keeps(edit->after, &before->addrs[i]))
			neigh_add(push, ALK_DEL, (const struct neigh *)before, &before->addrs[i],
				  edit->cause);
}

static void set_neighs(struct push *push, const struct edit *edit)
{
	const struct object *after = edit->after;
	size_t i;

	/* What a copy still has is in the kernel as it was. */
	if (!after || edit->side)
		return;
	for (i = 0; i < after->n_addrs; i++)
		if (after->addrs[i].vpc)
			neigh_add(push, ALK_REPLACE, (const struct neigh *)after, &after->addrs[i],
				  edit->cause);
}

static void size_neighs(struct push *push)
{
	size_t i, n = 0;

	for (i = 0; i < push->n_edits; i++) {
		const struct edit *edit = &push->edits[i];

		if (edit->before && edit->before->type == RESOURCE(NEIGHBOR))
			n += edit->before->n_addrs;
		if (edit->after && edit->after->type == RESOURCE(NEIGHBOR))
			n += edit->after->n_addrs;
	}
	free(push->neighs);
	push->neighs = n ? xcalloc(n, sizeof(*push->neighs)) : NULL;
	push->n_neighs = 0;
}

/* Ports. */

static uint32_t bound(const struct object *port)
{
	return port ? ((const struct port *)port)->k.ifindex : 0;
}

static void port_add(struct push *push, enum alk_verb verb, const struct object *port,
		     size_t cause)
{
	change_add(push, verb, ALK_PORT, cause)->port = &((const struct port *)port)->k;
}

/* What it gives up may be for another port of this push, which gives up something for it. */
static bool port_gives_up(const struct edit *edit)
{
	size_t i;

	for (i = 0; i < edit->before->n_addrs; i++)
		if (!keeps(edit->after, &edit->before->addrs[i]))
			return true;
	return false;
}

static void unset_port(struct push *push, const struct edit *edit)
{
	if (bound(edit->before) &&
	    (bound(edit->before) != bound(edit->after) || port_gives_up(edit)))
		port_add(push, ALK_DEL, edit->before, edit->cause);
}

static void set_port(struct push *push, const struct edit *edit)
{
	if (bound(edit->after))
		port_add(push, ALK_REPLACE, edit->after, edit->cause);
}

/* VPCs and subnets, which are in the kernel unless they are idle. */

static void vpc_add(struct push *push, enum alk_verb verb, const struct object *o, size_t cause)
{
	if (o->type == RESOURCE(VPC))
		change_add(push, verb, ALK_VPC, cause)->vpc = &((const struct vpc *)o)->k;
	else
		change_add(push, verb, ALK_SUBNET, cause)->subnet = &((const struct subnet *)o)->k;
}

static bool there(const struct object *o)
{
	return o && !object_idle(o);
}

static void set_vpc(struct push *push, const struct edit *edit)
{
	if (there(edit->after))
		vpc_add(push, ALK_REPLACE, edit->after, edit->cause);
}

static void unset_vpc(struct push *push, const struct edit *edit)
{
	if (there(edit->before) && !there(edit->after))
		vpc_add(push, ALK_DEL, edit->before, edit->cause);
}

/* Routers, of which the kernel knows the routes. */

static void route_add(struct push *push, enum alk_verb verb, const struct alk_route *k,
		      size_t cause)
{
	change_add(push, verb, ALK_ROUTE, cause)->route = k;
}

static void unset_routes(struct push *push, const struct edit *edit)
{
	const struct router *before = (const struct router *)edit->before;
	const struct router *after = (const struct router *)edit->after;
	size_t i;

	for (i = 0; before && i < before->n_routes; i++)
		if (!router_route(after, &before->routes[i]))
			route_add(push, ALK_DEL, &before->routes[i], edit->cause);
}

static void set_routes(struct push *push, const struct edit *edit)
{
	const struct router *before = (const struct router *)edit->before;
	const struct router *after = (const struct router *)edit->after;
	const struct alk_route *old;
	size_t i;

	for (i = 0; after && i < after->n_routes; i++) {
		/* What a copy still has is in the kernel as it was. */
		old = edit->side ? router_route(before, &after->routes[i]) : NULL;
		if (!old || !route_equal(old, &after->routes[i]))
			route_add(push, ALK_REPLACE, &after->routes[i], edit->cause);
	}
}

/* Gateway groups, which have a number if the kernel is to know them. */

static void set_gateway(struct push *push, const struct edit *edit)
{
	if (edit->after && object_number(edit->after))
		change_add(push, ALK_REPLACE, ALK_GATEWAY, edit->cause)->gateway =
			&((const struct gateway *)edit->after)->k;
}

static void unset_gateway(struct push *push, const struct edit *edit)
{
	const uint32_t number = edit->before ? object_number(edit->before) : 0;

	if (number && (!edit->after || object_number(edit->after) != number))
		change_add(push, ALK_DEL, ALK_GATEWAY, edit->cause)->gateway =
			&((const struct gateway *)edit->before)->k;
}

void diff(struct push *push)
{
	/* Users go before what they use and come after it. */
	static const struct {
		resource_t type;
		void (*fn)(struct push *push, const struct edit *edit);
	} steps[] = {
		{ RESOURCE(NEIGHBOR), unset_neighs },
		{ RESOURCE(ROUTER), unset_routes },
		{ RESOURCE(PORT), unset_port },
		{ RESOURCE(GATEWAY), set_gateway },
		{ RESOURCE(VPC), set_vpc },
		{ RESOURCE(SUBNET), set_vpc },
		{ RESOURCE(PORT), set_port },
		{ RESOURCE(NEIGHBOR), set_neighs },
		{ RESOURCE(ROUTER), set_routes },
		{ RESOURCE(SUBNET), unset_vpc },
		{ RESOURCE(VPC), unset_vpc },
		{ RESOURCE(GATEWAY), unset_gateway },
	};
	size_t step, i;

	size_neighs(push);
	push->n_changes = 0;
	for (step = 0; step < sizeof(steps) / sizeof(steps[0]); step++) {
		for (i = 0; i < push->n_edits; i++) {
			const struct edit *edit = &push->edits[i];
			const struct object *o = edit->after ? edit->after : edit->before;

			if (o->type == steps[step].type)
				steps[step].fn(push, edit);
		}
	}
}
