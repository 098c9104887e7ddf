// SPDX-License-Identifier: GPL-2.0
/* Gateway groups, and which VPC steers to which. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "gateways.h"
#include "log.h"
#include "translation.h"

/* Nothing is steered to a group without members, and the kernel is not told of it. */
static bool steers(const struct gateway *gateway)
{
	return gateway && gateway->k.n_members;
}

/* Numbers are dense, but for those that others have given away. */
static uint32_t new_number(struct translation *t, uint32_t wanted)
{
	struct object *o = wanted ? store_numbered(t->store, RESOURCE(GATEWAY), wanted) : NULL;

	if (wanted && (!o || o->adopted))
		return wanted;
	do {
		t->store->last_gateway++;
	} while (store_numbered(t->store, RESOURCE(GATEWAY), t->store->last_gateway));
	return t->store->last_gateway;
}

void set_gateway(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct gateway *gateway = (struct gateway *)r->object;
	struct gateway *before = store_gateway(t->store, gateway->o.key);

	if (out_of_order(r, (struct object *)before))
		return;
	if (before && before->k.id && steers(gateway))
		gateway->k.id = before->k.id;
	else if (!gateway->k.id && steers(gateway))
		gateway->k.id = new_number(t, r->number);
	if (!before && gateway->k.id)
		before = (struct gateway *)store_numbered(t->store, RESOURCE(GATEWAY),
							  gateway->k.id);
	if (gateway->k.id > t->store->last_gateway && !gateway_is_configured(gateway->k.id))
		t->store->last_gateway = gateway->k.id;
	edit_set(t, cause, (struct object *)before);
}

void unset_gateway(struct translation *t, size_t cause)
{
	edit_unset(t, cause, (struct object *)store_gateway(t->store, t->push->results[cause].id));
}

/* Which VPC steers to which group. */

/**
 * struct steering - what is found out once for all VPCs of a push
 * @arion: the first ARION gateway by id of each VPC, by the VPC's number
 * @vpcs: those that are looked at
 * @cause: result that had the VPCs of earlier pushes looked at
 * @by_subnet: some ARION gateway does not say its VPC outright
 */
struct steering {
	struct translation *t;
	GHashTable *arion;
	GPtrArray *vpcs;
	size_t cause;
	bool by_subnet;
};

struct by_vni {
	uint32_t vni, vpc;
};

static bool has_vni(struct object *o, void *arg)
{
	const struct subnet *subnet = (struct subnet *)o;
	struct by_vni *by = arg;

	if (subnet->k.vni == by->vni)
		by->vpc = subnet->k.vpc;
	return by->vpc;
}

/* The VPC that an ARION gateway is for: said outright, or by a subnet or its VNI. */
static uint32_t vpc_served(const struct store *store, const struct gateway *gateway)
{
	struct by_vni by = { .vni = gateway->vni };
	const struct subnet *subnet;
	const struct vpc *vpc;

	if (gateway->vpc) {
		vpc = store_vpc(store, gateway->vpc);
		return vpc ? vpc->k.id : 0;
	}
	subnet = gateway->subnet ? store_subnet(store, gateway->subnet) : NULL;
	if (subnet)
		return subnet->k.vpc;
	if (gateway->vni)
		store_each(store, RESOURCE(SUBNET), has_vni, &by);
	return by.vpc;
}

static bool note_arion(struct object *o, void *arg)
{
	struct gateway *gateway = (struct gateway *)o, *first;
	struct steering *s = arg;
	gpointer vpc;

	if (!steers(gateway) || (!gateway->vpc && !gateway->subnet && !gateway->vni))
		return false;
	if (!gateway->vpc)
		s->by_subnet = true;
	vpc = GUINT_TO_POINTER(vpc_served(s->t->store, gateway));
	first = g_hash_table_lookup(s->arion, vpc);
	if (vpc && (!first || strcmp(o->key, first->o.key) < 0))
		g_hash_table_insert(s->arion, vpc, gateway);
	return false;
}

static bool note_vpc(struct object *o, void *arg)
{
	/* What somebody else has made, no goal state steers. */
	if (!o->adopted)
		g_ptr_array_add(((struct steering *)arg)->vpcs, o);
	return false;
}

static bool is_live(const struct result *r, resource_t type)
{
	return r->type == type && r->action != ACTION_NONE && !refused(r);
}

/*
 * Which VPCs may be steered elsewhere now: those of the push, or all if gateways
 * changed, or what leads to them.
 */
static void find_vpcs(struct steering *s)
{
	const struct push *push = s->t->push;
	const struct vpc *vpc;
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		const struct result *r = &push->results[i];

		if (!is_live(r, RESOURCE(GATEWAY)) &&
		    !(is_live(r, RESOURCE(SUBNET)) && s->by_subnet))
			continue;
		s->cause = i;
		store_each(s->t->store, RESOURCE(VPC), note_vpc, s);
		return;
	}
	for (i = 0; i < push->n_results; i++) {
		vpc = is_live(&push->results[i], RESOURCE(VPC)) ?
			      store_vpc(s->t->store, push->results[i].id) : NULL;
		if (vpc)
			g_ptr_array_add(s->vpcs, (void *)vpc);
	}
}

/* Return: whether the VPC names any. @missing: the first that is not there, or NULL. */
static bool named_group(const struct store *store, const struct vpc *vpc, uint32_t *group,
			const char **missing)
{
	char **id;

	for (id = vpc->gateways; id && *id; id++) {
		const struct gateway *gateway = store_gateway(store, *id);

		if (!gateway && !*missing)
			*missing = *id;
		if (steers(gateway) && !*group)
			*group = gateway->k.id;
	}
	return vpc->gateways && *vpc->gateways;
}

static uint32_t group_of(struct steering *s, const struct vpc *vpc, const char **missing)
{
	const struct gateway *arion;
	uint32_t group = 0;

	if (named_group(s->t->store, vpc, &group, missing))
		return group;
	arion = g_hash_table_lookup(s->arion, GUINT_TO_POINTER(vpc->k.id));
	return arion ? arion->k.id : gateways_group(s->t->store, s->t->host, vpc->o.key);
}

/* A group that is of no goal state, and of none that goes with this push, is set by hand. */
static bool is_foreign(const struct translation *t, uint32_t group)
{
	size_t i;

	if (!group || store_numbered(t->store, RESOURCE(GATEWAY), group))
		return false;
	for (i = 0; i < t->push->n_edits; i++) {
		const struct object *before = t->push->edits[i].before;

		if (before && before->type == RESOURCE(GATEWAY) && object_number(before) == group)
			return false;
	}
	return true;
}

static bool wants(const struct vpc *vpc, const char *id)
{
	const struct want *want = vpc->o.wants;

	return id ? want && !strcmp(want->id, id) : !want;
}

static void set_group(struct vpc *vpc, uint32_t group, const char *missing)
{
	if (vpc->k.gateway_group != group)
		vpc->k.miss = group ? ALKAID_MISS_GATEWAY : ALKAID_MISS_DROP;
	vpc->k.gateway_group = group;
	object_unwant(&vpc->o);
	if (missing)
		object_want(&vpc->o, RESOURCE(GATEWAY), missing);
}

static void steer(struct steering *s, struct vpc *vpc)
{
	const char *missing = NULL;
	uint32_t group = group_of(s, vpc, &missing);
	struct vpc *copy;

	if (!group && is_foreign(s->t, vpc->k.gateway_group))
		group = vpc->k.gateway_group;
	if (vpc->k.gateway_group == group && wants(vpc, missing))
		return;
	if (vpc->o.fresh) {
		/* Of this push, and so it needs no copy. */
		store_remove(s->t->store, &vpc->o);
		set_group(vpc, group, missing);
		store_insert(s->t->store, &vpc->o);
	} else {
		copy = (struct vpc *)object_copy(&vpc->o);
		set_group(copy, group, missing);
		edit_add(s->t, &vpc->o, &copy->o, s->cause, true);
	}
}

/* What the VPCs of the push wait for. */
static void tell(struct translation *t)
{
	const struct vpc *vpc;
	char *text;
	size_t i;

	for (i = 0; i < t->push->n_results; i++) {
		struct result *r = &t->push->results[i];

		if (!is_live(r, RESOURCE(VPC)) || r->action != ACTION_SET)
			continue;
		vpc = store_vpc(t->store, r->id);
		r->status = STATUS(SUCCESS);
		if (!vpc || !vpc->o.wants)
			continue;
		r->status = STATUS(PENDING);
		text = xasprintf("waits for gateway %s", PLAIN(vpc->o.wants->id));
		remark(r, text);
		free(text);
	}
}

void steer_vpcs(struct translation *t)
{
	struct steering s = {
		.t = t,
		.arion = g_hash_table_new(NULL, NULL),
		.vpcs = g_ptr_array_new(),
	};
	guint i;

	store_each(t->store, RESOURCE(GATEWAY), note_arion, &s);
	find_vpcs(&s);
	for (i = 0; i < s.vpcs->len; i++)
		steer(&s, s.vpcs->pdata[i]);
	tell(t);
	g_ptr_array_free(s.vpcs, TRUE);
	g_hash_table_destroy(s.arion);
}
