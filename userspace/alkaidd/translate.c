// SPDX-License-Identifier: GPL-2.0
/* What a push means for the store: references resolved, addresses given out. */
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fields.h"
#include "log.h"
#include "translation.h"

bool host_is_local(const struct host *host, const struct alk_addr *addr)
{
	size_t i;

	for (i = 0; i < host->n_locals; i++)
		if (alk_addr_equal(&host->locals[i], addr))
			return true;
	return false;
}

struct edit *edit_add(struct translation *t, struct object *before,
		      struct object *after, size_t cause, bool side)
{
	struct push *push = t->push;

	if (push->n_edits == push->max_edits) {
		push->max_edits = push->max_edits ? push->max_edits * 2 : 64;
		push->edits = xrealloc(push->edits, push->max_edits, sizeof(*push->edits));
	}
	if (before) {
		store_release_all(t->store, before);
		store_remove(t->store, before);
	}
	if (after) {
		after->fresh = true;
		store_insert(t->store, after);
	}
	push->edits[push->n_edits] = (struct edit){ before, after, cause, side };
	return &push->edits[push->n_edits++];
}

bool out_of_order(struct result *r, const struct object *before)
{
	if (!before || !r->revision || r->revision >= before->revision)
		return false;
	refuse(r, STATUS(OUT_OF_ORDER), "revision_number: %u, but %u is here already",
	       r->revision, before->revision);
	return true;
}

void edit_set(struct translation *t, size_t cause, struct object *before)
{
	struct result *r = &t->push->results[cause];

	r->object->revision = r->revision;
	if (before && before->revision > r->revision)
		r->object->revision = before->revision;
	edit_add(t, before, r->object, cause, false);
}

void edit_unset(struct translation *t, size_t cause, struct object *before)
{
	if (before && !out_of_order(&t->push->results[cause], before))
		edit_add(t, before, NULL, cause, false);
}

void wait_for(struct result *r, resource_t type, const char *id)
{
	char *text;

	object_want(r->object, type, id);
	r->status = STATUS(PENDING);
	text = xasprintf("waits for %s %s", type_name(type), PLAIN(id));
	remark(r, text);
	free(text);
}

/* What is kept and nothing more. */
static void set_plain(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	struct object *before = store_find(t->store, r->type, r->object->key);

	if (!out_of_order(r, before))
		edit_set(t, cause, before);
}

static void unset_plain(struct translation *t, size_t cause)
{
	struct result *r = &t->push->results[cause];
	char key[ALK_MAC_STRLEN];

	edit_unset(t, cause, store_find(t->store, r->type, plain_key(r, key)));
}

/* Addresses. */

static void neigh_drop(struct object *neigh, uint32_t vpc, const struct alk_addr *ip)
{
	size_t i;

	for (i = 0; i < neigh->n_addrs; i++)
		if (neigh->addrs[i].vpc == vpc && alk_addr_equal(&neigh->addrs[i].ip, ip))
			neigh->addrs[i].vpc = neigh->addrs[i].subnet = 0;
}

/*
 * An address that a neighbor of an earlier push has is taken from it: its
 * workload went, and the message that says so is late or was lost.
 */
static void evict(struct translation *t, struct object *owner, const struct address *address,
		  size_t cause)
{
	struct object *copy = object_copy(owner);

	neigh_drop(copy, address->vpc, &address->ip);
	((struct neigh *)copy)->trimmed = true;
	edit_add(t, owner, copy, cause, true);
	store_claim_all(t->store, copy);
}

static bool claim(struct translation *t, struct address *address, size_t i, size_t cause)
{
	struct object *owner = store_owner(t->store, address->vpc, &address->ip);
	struct result *r = &t->push->results[cause];
	char addr[ALK_ADDR_STRLEN];

	if (owner && owner->type == RESOURCE(NEIGHBOR) && ((struct neigh *)owner)->trimmed) {
		store_release_all(t->store, owner);
		store_remove(t->store, owner);
		neigh_drop(owner, address->vpc, &address->ip);
		store_insert(t->store, owner);
		store_claim_all(t->store, owner);
	} else if (owner && owner->type == RESOURCE(NEIGHBOR) && !owner->fresh) {
		evict(t, owner, address, cause);
	} else if (owner) {
		refuse(r, STATUS(FAILURE), "fixed_ips[%zu].ip_address: %s belongs to %s %s", i,
		       alk_addr_print(&address->ip, addr), type_name(owner->type),
		       PLAIN(owner->id ? owner->id : owner->key));
		return false;
	}
	store_claim(t->store, address);
	return true;
}

static void claim_addresses(struct translation *t)
{
	const size_t n = t->push->n_edits;	/* evictions come on top */
	size_t i, j;

	for (i = 0; i < n; i++) {
		/* The array may move while an eviction is added. */
		const struct edit edit = t->push->edits[i];

		for (j = 0; edit.after && j < edit.after->n_addrs; j++) {
			if (!edit.after->addrs[j].vpc)
				continue;
			if (!claim(t, &edit.after->addrs[j], j, edit.cause)) {
				/* What it got already is free for others. */
				store_release_all(t->store, edit.after);
				t->again = true;
				break;
			}
		}
	}
}

/* Subnets and VPCs are in the kernel as long as something uses them. */

struct use {
	uint32_t vpc;
	bool found;
};

static bool uses_vpc(struct object *o, void *arg)
{
	const struct subnet *subnet = (struct subnet *)o;
	struct use *use = arg;

	use->found = !subnet->idle && subnet->k.vpc == use->vpc;
	return use->found;
}

static void idle(struct translation *t, struct object *o, size_t cause)
{
	struct object *copy = object_copy(o);

	if (o->type == RESOURCE(VPC))
		((struct vpc *)copy)->idle = true;
	else
		((struct subnet *)copy)->idle = true;
	edit_add(t, o, copy, cause, true);
}

static void drop_unused(struct translation *t, uint32_t number, size_t cause)
{
	struct subnet *subnet;
	struct object *o;
	struct use use;

	if (!number || store_users(t->store, number))
		return;
	subnet = (struct subnet *)store_numbered(t->store, RESOURCE(SUBNET), number);
	if (!subnet || subnet->idle || subnet->o.adopted)
		return;
	use = (struct use){ .vpc = subnet->k.vpc };
	idle(t, &subnet->o, cause);

	store_each(t->store, RESOURCE(SUBNET), uses_vpc, &use);
	o = store_numbered(t->store, RESOURCE(VPC), use.vpc);
	if (!use.found && o && !object_idle(o) && !o->adopted)
		idle(t, o, cause);
}

/* A subnet goes with the last of its users, not before it had one. */
static void drop_left(struct translation *t)
{
	const size_t n = t->push->n_edits;
	size_t i, j;

	for (i = 0; i < n; i++) {
		const struct object *before = t->push->edits[i].before;
		const size_t cause = t->push->edits[i].cause;
		const struct router *router = (const struct router *)before;

		if (!before)
			continue;
		switch (before->type) {
		case RESOURCE(PORT):
			drop_unused(t, ((const struct port *)before)->k.subnet, cause);
			break;
		case RESOURCE(NEIGHBOR):
			for (j = 0; j < before->n_addrs; j++)
				drop_unused(t, before->addrs[j].subnet, cause);
			break;
		case RESOURCE(ROUTER):
			for (j = 0; j < router->n_subnets; j++)
				drop_unused(t, router->subnets[j], cause);
			break;
		}
	}
}

static void wake(struct translation *t, struct object *o, size_t cause)
{
	struct object *copy;

	if (!o || !object_idle(o))
		return;
	copy = object_copy(o);
	if (o->type == RESOURCE(VPC))
		((struct vpc *)copy)->idle = false;
	else
		((struct subnet *)copy)->idle = false;
	edit_add(t, o, copy, cause, true);
}

void use_vpc(struct translation *t, uint32_t number, size_t cause)
{
	wake(t, store_numbered(t->store, RESOURCE(VPC), number), cause);
}

void use_subnet(struct translation *t, uint32_t number, size_t cause)
{
	struct subnet *subnet =
		(struct subnet *)store_numbered(t->store, RESOURCE(SUBNET), number);
	uint32_t vpc;

	if (!subnet || !subnet->idle)
		return;
	vpc = subnet->k.vpc;
	use_vpc(t, vpc, cause);
	wake(t, &subnet->o, cause);
}

static void each(struct translation *t, enum action action, resource_t type,
		 void (*fn)(struct translation *t, size_t cause))
{
	size_t i;

	for (i = 0; i < t->push->n_results; i++) {
		const struct result *r = &t->push->results[i];

		if (r->action == action && r->type == type && !refused(r))
			fn(t, i);
	}
}

bool translate(struct store *store, const struct host *host, struct push *push)
{
	struct translation t = { .store = store, .host = host, .push = push };
	size_t i;

	push->n_edits = 0;
	/* What an earlier round found to wait for may be there in this one. */
	for (i = 0; i < push->n_results; i++)
		if (push->results[i].object)
			object_unwant(push->results[i].object);

	each(&t, ACTION_SET, RESOURCE(GATEWAY), set_gateway);
	each(&t, ACTION_UNSET, RESOURCE(GATEWAY), unset_gateway);
	each(&t, ACTION_SET, RESOURCE(VPC), set_vpc);
	each(&t, ACTION_SET, RESOURCE(SUBNET), set_subnet);
	steer_vpcs(&t);
	each(&t, ACTION_UNSET, RESOURCE(NEIGHBOR), unset_neigh);
	each(&t, ACTION_UNSET, RESOURCE(PORT), unset_port);
	each(&t, ACTION_UNSET, RESOURCE(ROUTER), unset_router);
	each(&t, ACTION_SET, RESOURCE(PORT), set_port);
	each(&t, ACTION_SET, RESOURCE(NEIGHBOR), set_neigh);
	each(&t, ACTION_SET, RESOURCE(ROUTER), set_router);
	settle_routers(&t);
	each(&t, ACTION_SET, RESOURCE(SECURITYGROUP), set_plain);
	each(&t, ACTION_SET, RESOURCE(DHCP), set_plain);
	each(&t, ACTION_UNSET, RESOURCE(SECURITYGROUP), unset_plain);
	each(&t, ACTION_UNSET, RESOURCE(DHCP), unset_plain);
	claim_addresses(&t);
	/* Who is in the way of those that follow may be gone in the next round. */
	if (t.again)
		return false;
	drop_left(&t);
	each(&t, ACTION_UNSET, RESOURCE(SUBNET), unset_subnet);
	each(&t, ACTION_UNSET, RESOURCE(VPC), unset_vpc);
	return !t.again;
}

void translate_undo(struct store *store, struct push *push)
{
	size_t i = push->n_edits;

	/* Objects first, in reverse, since a copy may have replaced a copy. */
	while (i--) {
		struct edit *edit = &push->edits[i];

		if (edit->after) {
			store_release_all(store, edit->after);
			store_remove(store, edit->after);
		}
		if (edit->before)
			store_insert(store, edit->before);
	}
	/* What is of this push is no longer in the store, whoever replaced it. */
	for (i = 0; i < push->n_edits; i++)
		if (push->edits[i].before && !push->edits[i].before->fresh)
			store_claim_all(store, push->edits[i].before);
	for (i = 0; i < push->n_edits; i++)
		if (push->edits[i].side)
			object_free(push->edits[i].after);
	push->n_edits = 0;
}

void translate_keep(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_edits; i++) {
		struct edit *edit = &push->edits[i];

		object_free(edit->before);
		if (!edit->after)
			continue;
		edit->after->fresh = false;
		if (edit->after->type == RESOURCE(NEIGHBOR))
			((struct neigh *)edit->after)->trimmed = false;
		if (!edit->side)
			push->results[edit->cause].object = NULL;
	}
	push->n_edits = 0;
}
