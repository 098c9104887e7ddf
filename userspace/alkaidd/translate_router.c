// SPDX-License-Identifier: GPL-2.0
/* Routers: the routes of subnets, and what they wait for. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fields.h"
#include "log.h"
#include "route.h"
#include "translation.h"

typedef Alcor__Schema__RouterConfiguration router_t;
typedef Alcor__Schema__RouterConfiguration__RoutingRule rule_t;
typedef Alcor__Schema__RouterConfiguration__SubnetRoutingTable table_t;

/* A rule of a subnet that is there. */
struct candidate {
	struct held held;
	const rule_t *rule;
};

/* By subnet and destination; of one destination the rule that counts comes first. */
static int compare_candidates(const void *p, const void *q)
{
	const struct candidate *a = p, *b = q;
	int order = route_compare(&a->held.k, &b->held.k);

	if (order)
		return order;
	if (a->rule->priority != b->rule->priority)
		return a->rule->priority > b->rule->priority ? -1 : 1;
	return strcmp(a->rule->id, b->rule->id);
}

static struct held held_of(const rule_t *rule, const struct subnet *subnet)
{
	const Alcor__Schema__RouterConfiguration__RoutingRuleExtraInfo *extra =
		rule->routing_rule_extra_info;
	struct held held = { .k = { .vpc = subnet->k.vpc, .subnet = subnet->k.id } };
	const struct alk_addr none = {};

	if (!alk_addr_parse(rule->destination, &held.k.prefix))
		alk_prefix_parse(rule->destination, &held.k.prefix);
	mask_prefix(&held.k.prefix);
	held.vpc_gw = extra &&
		      extra->destination_type == ALCOR__SCHEMA__DESTINATION_TYPE__VPC_GW;
	if (!alk_addr_parse(rule->next_hop_ip, &held.k.via) ||
	    !strcmp(rule->next_hop_ip, "0.0.0.0") || !strcmp(rule->next_hop_ip, "::"))
		held.k.via = none;
	return held;
}

static void add_subnet(struct router *router, uint32_t number)
{
	size_t i;

	for (i = 0; i < router->n_subnets; i++)
		if (router->subnets[i] == number)
			return;
	router->subnets = xrealloc(router->subnets, router->n_subnets + 1, sizeof(number));
	router->subnets[router->n_subnets++] = number;
}

static size_t count_rules(const router_t *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n_subnet_routing_tables; i++)
		n += c->subnet_routing_tables[i]->n_routing_rules;
	return n;
}

/* Rules of subnets that are there, the others wait. */
static size_t find_candidates(struct translation *t, struct result *r, struct router *router,
			      struct candidate *candidates)
{
	const router_t *c = (const void *)r->config;
	size_t i, j, n = 0;

	for (i = 0; i < c->n_subnet_routing_tables; i++) {
		const table_t *table = c->subnet_routing_tables[i];
		const struct subnet *subnet = store_subnet(t->store, table->subnet_id);
		const size_t before = n;

		for (j = 0; j < table->n_routing_rules; j++) {
			const rule_t *rule = table->routing_rules[j];

			if (rule->operation_type == ALCOR__SCHEMA__OPERATION_TYPE__DELETE)
				continue;
			if (!subnet) {
				wait_for(r, RESOURCE(SUBNET), table->subnet_id);
				break;
			}
			candidates[n].held = held_of(rule, subnet);
			candidates[n++].rule = rule;
		}
		if (n > before)
			add_subnet(router, subnet->k.id);
	}
	return n;
}

/* What is to be routed, of each destination what counts; where to is not known yet. */
static void hold_rules(struct translation *t, struct result *r, struct router *router)
{
	const size_t max = count_rules((const void *)r->config);
	struct candidate *candidates = xcalloc(max, sizeof(*candidates));
	size_t i, n = find_candidates(t, r, router, candidates);

	qsort(candidates, n, sizeof(*candidates), compare_candidates);
	router->held = xcalloc(n, sizeof(*router->held));
	for (i = 0; i < n; i++) {
		if (i && !route_compare(&candidates[i].held.k, &candidates[i - 1].held.k))
			continue;
		router->held[router->n_held++] = candidates[i].held;
	}
	free(candidates);
}

/* Where to. */

/**
 * struct settling - held routes become routes
 * @vpc: whose subnets are in @subnets, or 0
 */
struct settling {
	struct translation *t;
	struct router *router;
	uint32_t vpc;
	GPtrArray *subnets;
};

static bool covers(const struct subnet *subnet, const struct alk_addr *ip)
{
	size_t i;

	for (i = 0; i < subnet->k.n_prefixes; i++)
		if (prefix_has(&subnet->k.prefixes[i], ip))
			return true;
	return false;
}

static bool is_gateway(const struct subnet *subnet, const struct alk_addr *ip)
{
	size_t i;

	for (i = 0; i < subnet->k.n_gateway_ips; i++)
		if (alk_addr_equal(&subnet->k.gateway_ips[i], ip))
			return true;
	return false;
}

static bool note_subnet(struct object *o, void *arg)
{
	struct settling *s = arg;

	if (((struct subnet *)o)->k.vpc == s->vpc)
		g_ptr_array_add(s->subnets, o);
	return false;
}

/* The subnet of the VPC that has a next hop; mostly it is that of the rule. */
static const struct subnet *subnet_of(struct settling *s, const struct alk_route *k)
{
	const struct subnet *own =
		(struct subnet *)store_numbered(s->t->store, RESOURCE(SUBNET), k->subnet);
	guint i;

	if (own && covers(own, &k->via))
		return own;
	if (s->vpc != k->vpc) {
		s->vpc = k->vpc;
		g_ptr_array_set_size(s->subnets, 0);
		store_each(s->t->store, RESOURCE(SUBNET), note_subnet, s);
	}
	for (i = 0; i < s->subnets->len; i++)
		if (covers(s->subnets->pdata[i], &k->via))
			return s->subnets->pdata[i];
	return NULL;
}

static uint32_t group_of(const struct store *store, uint32_t number)
{
	const struct object *vpc = store_numbered(store, RESOURCE(VPC), number);

	return vpc ? ((const struct vpc *)vpc)->k.gateway_group : 0;
}

enum fate { PROGRAM, HOLD, NOTHING };

/*
 * A gateway address is the router itself, which routes between the subnets of a
 * VPC anyway: there is nothing to be programmed then, and without next hop.
 */
static enum fate settle_one(struct settling *s, struct held *held)
{
	const struct alk_addr none = {};
	const struct subnet *subnet;

	if (held->k.via.family) {
		subnet = subnet_of(s, &held->k);
		if (!subnet)
			return HOLD;
		if (!is_gateway(subnet, &held->k.via)) {
			add_subnet(s->router, subnet->k.id);
			return PROGRAM;
		}
		held->k.via = none;
	}
	if (!held->vpc_gw)
		return NOTHING;
	held->k.gateway_group = group_of(s->t->store, held->k.vpc);
	return held->k.gateway_group ? PROGRAM : HOLD;
}

static void want_vpc(struct translation *t, struct router *router, const struct alk_route *k)
{
	const struct object *vpc = store_numbered(t->store, RESOURCE(VPC), k->vpc);

	object_want(&router->o, RESOURCE(VPC), vpc->key);
}

static void settle(struct translation *t, struct router *router)
{
	struct settling s = { .t = t, .router = router, .subnets = g_ptr_array_new() };
	const size_t n = router->n_held;
	size_t i;

	router->routes = xrealloc(router->routes, router->n_routes + n + 1,
				  sizeof(*router->routes));
	router->n_held = 0;
	for (i = 0; i < n; i++) {
		struct held held = router->held[i];

		switch (settle_one(&s, &held)) {
		case PROGRAM:
			router->routes[router->n_routes++] = held.k;
			break;
		case HOLD:
			want_vpc(t, router, &held.k);
			router->held[router->n_held++] = held;
			break;
		case NOTHING:
			break;
		}
	}
	g_ptr_array_free(s.subnets, TRUE);
	qsort(router->routes, router->n_routes, sizeof(*router->routes), route_compare);
}

/* Destinations that another router has. */

static bool shares_subnet(const struct router *a, const struct router *b)
{
	size_t i, j;

	for (i = 0; i < a->n_subnets; i++)
		for (j = 0; j < b->n_subnets; j++)
			if (a->subnets[i] == b->subnets[j])
				return true;
	return false;
}

struct rivals {
	struct router *router;
	GPtrArray *list;
};

static bool note_rival(struct object *o, void *arg)
{
	struct rivals *rivals = arg;

	if (strcmp(o->key, rivals->router->o.key) &&
	    shares_subnet((struct router *)o, rivals->router))
		g_ptr_array_add(rivals->list, o);
	return false;
}

static const struct alk_route *common_route(const struct router *a, const struct router *b)
{
	size_t i;

	for (i = 0; i < a->n_routes; i++)
		if (router_route(b, &a->routes[i]))
			return &a->routes[i];
	return NULL;
}

/* A router of an earlier push gives up what this one routes: it is the newer word. */
static void evict(struct translation *t, struct router *rival, const struct router *router,
		  size_t cause)
{
	struct router *copy = (struct router *)object_copy(&rival->o);
	size_t i, n = 0;

	for (i = 0; i < copy->n_routes; i++)
		if (!router_route(router, &copy->routes[i]))
			copy->routes[n++] = copy->routes[i];
	copy->n_routes = n;
	edit_add(t, &rival->o, &copy->o, cause, true);
}

static bool take_over(struct translation *t, struct result *r, struct router *router,
		      size_t cause)
{
	struct rivals rivals = { .router = router, .list = g_ptr_array_new() };
	char prefix[ALK_ADDR_STRLEN];
	guint i;

	store_each(t->store, RESOURCE(ROUTER), note_rival, &rivals);
	for (i = 0; i < rivals.list->len && !refused(r); i++) {
		struct router *rival = rivals.list->pdata[i];
		const struct alk_route *common = common_route(rival, router);

		if (common && rival->o.fresh)
			refuse(r, STATUS(FAILURE), "destination: %s belongs to router %s",
			       alk_addr_print(&common->prefix, prefix), PLAIN(rival->o.key));
		else if (common)
			evict(t, rival, router, cause);
	}
	g_ptr_array_free(rivals.list, TRUE);
	return !refused(r);
}

static void clear(struct router *router)
{
	free(router->subnets);
	free(router->routes);
	free(router->held);
	router->subnets = NULL;
	router->routes = NULL;
	router->held = NULL;
	router->n_subnets = router->n_routes = router->n_held = 0;
}

static void say_held(struct result *r, const struct router *router)
{
	char prefix[ALK_ADDR_STRLEN], via[ALK_ADDR_STRLEN];
	const struct alk_route *k = &router->held[0].k;
	char *text;

	alk_addr_print(&k->prefix, prefix);
	if (k->via.family)
		text = xasprintf("route to %s waits for a subnet with %s", prefix,
				 alk_addr_print(&k->via, via));
	else
		text = xasprintf("route to %s waits for a gateway of the VPC", prefix);
	r->status = STATUS(PENDING);
	remark(r, text);
	free(text);
}

static void check_dvr_mac(const struct host *host, struct result *r)
{
	const router_t *c = (const void *)r->config;
	static const struct alk_mac zero;
	struct alk_mac mac;

	if (memcmp(&host->dvr_mac, &zero, sizeof(zero)) &&
	    alk_mac_parse(c->host_dvr_mac_address, &mac) &&
	    memcmp(&mac, &host->dvr_mac, sizeof(mac)))
		remark(r, "host_dvr_mac_address: not the device's dvr-mac, which is used");
}

void set_router(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct router *router = (struct router *)r->object;
	struct object *before = (struct object *)store_router(t->store, r->id);
	size_t i;

	if (out_of_order(r, before))
		return;
	clear(router);
	r->status = STATUS(SUCCESS);
	check_dvr_mac(t->host, r);
	hold_rules(t, r, router);
	settle(t, router);
	if (router->n_held)
		say_held(r, router);
	if (!take_over(t, r, router, cause))
		return;
	for (i = 0; i < router->n_subnets; i++)
		use_subnet(t, router->subnets[i], cause);
	edit_set(t, cause, before);
}

void unset_router(struct translation *t, size_t cause)
{
	edit_unset(t, cause, (struct object *)store_router(t->store, t->push->results[cause].id));
}

/* Routers of earlier pushes. */

/* What leads to a group that is the VPC's no more is held again. */
static bool unsettle(const struct store *store, struct router *router)
{
	const size_t n = router->n_routes;
	size_t i;

	router->held = xrealloc(router->held, router->n_held + n + 1, sizeof(*router->held));
	router->n_routes = 0;
	for (i = 0; i < n; i++) {
		struct alk_route *k = &router->routes[i];

		if (k->via.family || k->gateway_group == group_of(store, k->vpc)) {
			router->routes[router->n_routes++] = *k;
			continue;
		}
		k->gateway_group = 0;
		router->held[router->n_held++] = (struct held){ .k = *k, .vpc_gw = true };
	}
	return router->n_routes != n;
}

static void settle_again(struct translation *t, struct router *router, size_t cause)
{
	struct router *copy = (struct router *)object_copy(&router->o);
	bool changed = unsettle(t->store, copy);
	size_t i;

	settle(t, copy);
	if (!changed && copy->n_held == router->n_held) {
		object_free(&copy->o);
		return;
	}
	for (i = 0; i < copy->n_subnets; i++)
		use_subnet(t, copy->subnets[i], cause);
	edit_add(t, &router->o, &copy->o, cause, true);
}

static bool note_unsettled(struct object *o, void *arg)
{
	const struct router *router = (struct router *)o;
	bool has_group = false;
	size_t i;

	for (i = 0; i < router->n_routes && !has_group; i++)
		has_group = router->routes[i].gateway_group;
	if (router->n_held || has_group)
		g_ptr_array_add(arg, o);
	return false;
}

void settle_routers(struct translation *t)
{
	GPtrArray *routers = g_ptr_array_new();
	const struct push *push = t->push;
	size_t cause;
	guint j;

	for (cause = 0; cause < push->n_results; cause++) {
		const struct result *r = &push->results[cause];

		if (!refused(r) && r->action != ACTION_NONE &&
		    (r->type == RESOURCE(VPC) || r->type == RESOURCE(SUBNET) ||
		     r->type == RESOURCE(GATEWAY)))
			break;
	}
	if (cause < push->n_results)
		store_each(t->store, RESOURCE(ROUTER), note_unsettled, routers);
	for (j = 0; j < routers->len; j++)
		settle_again(t, routers->pdata[j], cause);
	g_ptr_array_free(routers, TRUE);
}
