// SPDX-License-Identifier: GPL-2.0
/* VPCs and subnets: their numbers, and who uses them. */
#include <string.h>

#include "log.h"
#include "translation.h"

/* That it is mentioned does not bring one back that nothing uses. */
static bool stays_idle(const struct result *r, const struct object *before)
{
	return before && !before->adopted ? r->op == OPERATION(INFO) && object_idle(before) :
					    r->idle;
}

void set_vpc(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct vpc *vpc = (struct vpc *)r->object;
	struct vpc *before = store_vpc(t->store, vpc->o.key);

	if (out_of_order(r, (struct object *)before))
		return;
	/* The kernel may have kept less of a long id than there is. */
	if (!before) {
		before = store_vpc(t->store, vpc->k.name);
		if (before && !before->o.adopted)
			before = NULL;
	}
	/* Kept over rounds, so that the numbers stay dense. */
	if (before)
		vpc->k.id = before->k.id;
	else if (!vpc->k.id)
		vpc->k.id = r->number ? r->number : ++t->store->last_vpc;
	if (vpc->k.id > t->store->last_vpc)
		t->store->last_vpc = vpc->k.id;
	/* Where it steers to is found out when gateways and subnets are there. */
	vpc->k.miss = before ? before->k.miss : ALKAID_MISS_DROP;
	vpc->k.gateway_group = before ? before->k.gateway_group : 0;
	vpc->idle = stays_idle(r, (struct object *)before);
	edit_set(t, cause, (struct object *)before);
}

struct user {
	uint32_t id;		/* of the VPC or the subnet in question */
	const struct object *o;
};

static bool subnet_uses_vpc(struct object *o, void *arg)
{
	const struct subnet *subnet = (struct subnet *)o;
	struct user *user = arg;

	if (subnet->k.vpc != user->id || subnet->idle)
		return false;
	user->o = o;
	return true;
}

static bool subnet_is_of_vpc(struct object *o, void *arg)
{
	struct user *user = arg;

	if (((struct subnet *)o)->k.vpc == user->id)
		user->o = o;
	return user->o;
}

/* What is only remembered of a VPC is forgotten with it. */
static void forget_subnets(struct translation *t, uint32_t vpc, size_t cause)
{
	struct user user = { .id = vpc };

	for (;;) {
		user.o = NULL;
		store_each(t->store, RESOURCE(SUBNET), subnet_is_of_vpc, &user);
		if (!user.o)
			return;
		edit_add(t, (struct object *)user.o, NULL, cause, true);
	}
}

static bool port_uses_subnet(struct object *o, void *arg)
{
	struct user *user = arg;

	if (((struct port *)o)->k.subnet != user->id)
		return false;
	user->o = o;
	return true;
}

static bool neigh_uses_subnet(struct object *o, void *arg)
{
	struct user *user = arg;
	size_t i;

	for (i = 0; i < o->n_addrs; i++) {
		if (o->addrs[i].subnet == user->id) {
			user->o = o;
			return true;
		}
	}
	return false;
}

static bool router_uses_subnet(struct object *o, void *arg)
{
	const struct router *router = (struct router *)o;
	struct user *user = arg;
	size_t i;

	for (i = 0; i < router->n_subnets; i++) {
		if (router->subnets[i] == user->id) {
			user->o = o;
			return true;
		}
	}
	return false;
}

static void refuse_used(struct result *r, const struct object *user)
{
	refuse(r, STATUS(FAILURE), "id: in use by %s %s", type_name(user->type),
	       PLAIN(user->id ? user->id : user->key));
}

void unset_vpc(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct vpc *vpc = store_vpc(t->store, r->id);
	struct user user = {};

	if (!vpc || out_of_order(r, &vpc->o))
		return;
	user.id = vpc->k.id;
	store_each(t->store, RESOURCE(SUBNET), subnet_uses_vpc, &user);
	if (user.o) {
		refuse_used(r, user.o);
		return;
	}
	edit_unset(t, cause, &vpc->o);
	if (!refused(r))
		forget_subnets(t, user.id, cause);
}

struct twin {
	const struct alk_subnet *k;
	struct subnet *found;
};

static bool is_twin(struct object *o, void *arg)
{
	struct subnet *subnet = (struct subnet *)o;
	struct twin *twin = arg;

	if (!o->adopted || subnet->k.vpc != twin->k->vpc || subnet->k.vni != twin->k->vni ||
	    !subnet->k.n_prefixes ||
	    !alk_addr_equal(&subnet->k.prefixes[0], &twin->k->prefixes[0]))
		return false;
	twin->found = subnet;
	return true;
}

/* The kernel does not keep a subnet's Alcor id: an adopted one is known by its content. */
static struct subnet *adopted_twin(struct translation *t, const struct alk_subnet *k)
{
	struct twin twin = { .k = k };

	store_each(t->store, RESOURCE(SUBNET), is_twin, &twin);
	return twin.found;
}

void set_subnet(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	const Alcor__Schema__SubnetConfiguration *c = (const void *)r->config;
	struct subnet *subnet = (struct subnet *)r->object, *before;
	struct vpc *vpc = store_vpc(t->store, c->vpc_id);

	before = store_subnet(t->store, r->id);
	if (out_of_order(r, (struct object *)before))
		return;
	if (!vpc) {
		refuse(r, STATUS(FAILURE), "vpc_id: unknown VPC %s", QUOTE(c->vpc_id));
		return;
	}
	if (before && before->k.vpc != vpc->k.id) {
		refuse(r, STATUS(FAILURE), "vpc_id: the subnet belongs to another VPC");
		return;
	}
	subnet->k.vpc = vpc->k.id;
	if (!before)
		before = adopted_twin(t, &subnet->k);
	if (before)
		subnet->k.id = before->k.id;
	else if (!subnet->k.id)
		subnet->k.id = r->number ? r->number : ++t->store->last_subnet;
	if (subnet->k.id > t->store->last_subnet)
		t->store->last_subnet = subnet->k.id;
	subnet->idle = stays_idle(r, (struct object *)before);
	edit_set(t, cause, (struct object *)before);
	if (!subnet->idle)
		use_vpc(t, vpc->k.id, cause);
}

void unset_subnet(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct subnet *subnet = store_subnet(t->store, r->id);
	struct user user = {};

	if (!subnet || out_of_order(r, &subnet->o))
		return;
	user.id = subnet->k.id;
	if (store_users(t->store, user.id)) {
		store_each(t->store, RESOURCE(PORT), port_uses_subnet, &user);
		if (!user.o)
			store_each(t->store, RESOURCE(NEIGHBOR), neigh_uses_subnet, &user);
		if (!user.o)
			store_each(t->store, RESOURCE(ROUTER), router_uses_subnet, &user);
	}
	if (user.o)
		refuse_used(r, user.o);
	else
		edit_unset(t, cause, &subnet->o);
}
