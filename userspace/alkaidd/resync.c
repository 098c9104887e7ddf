// SPDX-License-Identifier: GPL-2.0
/* The kernel's tables beside what goal states ask for. */
#include "resync.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "compare.h"
#include "diff.h"
#include "gateways.h"
#include "leaving.h"
#include "log.h"

/* Each round leaves out what the kernel refused in the one before. */
#define ROUNDS 16

/* Lines that one look can put into the log. */
#define LOG_MAX 100

/**
 * struct item - an object that is asked for; all but neighbors have one
 * @change: of the list of wanted changes
 * @owner: resource that asks for it
 * @seen: it is in the kernel
 * @differs: field in which it is not as it should be, or NULL
 * @anew: it has to be taken away first, since others may wait for its addresses
 */
struct item {
	struct table_key key;
	struct alk_change *change;
	const struct object *owner;
	bool seen, anew;
	const char *differs;
};

/* A neighbor to be put back. */
struct lost_neigh {
	const struct object *owner;
	const char *differs;	/* NULL: it is missing */
	struct alk_neigh k;
};

/**
 * struct survey - one comparison under way
 * @wanted: changes that would make all but the neighbors from nothing
 * @items: one for each of them
 * @by_key: the same
 * @leaving: what is to go, by key
 * @seen: addresses of neighbors that are in the kernel
 */
struct survey {
	struct target *target;
	struct resync *r;
	struct push wanted;
	struct item *items;
	GHashTable *by_key, *leaving;
	const struct address **seen;
	size_t n_seen, max_seen;
	struct lost_neigh *neighs;
	size_t n_neighs, max_neighs;
	struct alk_change *changes;
	size_t n_changes;
};

static int leave_gone(const struct alk_change *change, void *arg)
{
	leaving_add(((struct survey *)arg)->leaving, change);
	return 0;
}

/* What is asked for: everything in the store, as if nothing were in the kernel. */

static bool want(struct object *o, void *arg)
{
	struct push *push = arg;

	if (o->adopted)
		return false;
	if (push->n_edits == push->max_edits) {
		push->max_edits = push->max_edits ? push->max_edits * 2 : 64;
		push->edits = xrealloc(push->edits, push->max_edits, sizeof(*push->edits));
	}
	push->edits[push->n_edits] = (struct edit){ .after = o, .cause = push->n_edits };
	push->n_edits++;
	return false;
}

static void list_wanted(struct survey *s)
{
	struct item *other;
	resource_t type;
	size_t i;

	for (type = 0; type < TYPES; type++)
		if (type != RESOURCE(NEIGHBOR))
			store_each(&s->target->store, type, want, &s->wanted);
	diff(&s->wanted);

	s->items = xcalloc(s->wanted.n_changes, sizeof(*s->items));
	for (i = 0; i < s->wanted.n_changes; i++) {
		struct item *item = &s->items[i];

		item->change = &s->wanted.changes[i];
		item->owner = s->wanted.edits[s->wanted.causes[i]].after;
		item->key = table_key_of(item->change);
		/* Two routers may have a route to one prefix: the last one counts. */
		other = g_hash_table_lookup(s->by_key, &item->key);
		if (other)
			other->seen = true;
		g_hash_table_replace(s->by_key, &item->key, item);
	}
}

/* Whether something that nobody asks for keeps something else from being there. */
static bool in_the_way(const struct survey *s, const struct alk_change *have)
{
	size_t i;

	/* A group of a configuration file that was changed since. */
	if (have->kind == ALK_GATEWAY)
		return gateway_is_configured(have->gateway->id);
	if (have->kind == ALK_NEIGH)
		return store_owner(&s->target->store, have->neigh->vpc, &have->neigh->ip);
	for (i = 0; have->kind == ALK_PORT && i < have->port->n_ips; i++)
		if (store_owner(&s->target->store, have->port->vpc, &have->port->ips[i]))
			return true;
	return false;
}

static void see_foreign(struct survey *s, const struct alk_change *have)
{
	const struct table_key key = table_key_of(have);
	struct leaving *leaving = g_hash_table_lookup(s->leaving, &key);

	if (!leaving && in_the_way(s, have))
		leaving = leaving_add(s->leaving, have);
	if (leaving)
		leaving->seen = true;
	else
		s->r->foreign++;
}

static bool is_of_goals(const struct survey *s, uint32_t group)
{
	return gateway_is_configured(group) ||
	       store_numbered(&s->target->store, RESOURCE(GATEWAY), group);
}

/* What controllers have no words for is taken over, so that it outlives a repair. */
static void take_settings(const struct survey *s, const struct item *item,
			  const struct alk_change *have)
{
	struct object *o = (struct object *)item->owner;
	struct vpc *vpc = (struct vpc *)o;

	if (have->kind == ALK_SUBNET && o->type == RESOURCE(SUBNET))
		((struct subnet *)o)->k.flood = have->subnet->flood;
	if (have->kind == ALK_VPC && o->type == RESOURCE(VPC) &&
	    !is_of_goals(s, vpc->k.gateway_group) && !gateway_is_configured(have->vpc->gateway_group)) {
		vpc->k.miss = have->vpc->miss;
		vpc->k.gateway_group = have->vpc->gateway_group;
	}
}

static void see(struct survey *s, const struct alk_change *have)
{
	const struct table_key key = table_key_of(have);
	struct item *item = g_hash_table_lookup(s->by_key, &key);

	if (!item) {
		see_foreign(s, have);
		return;
	}
	item->seen = true;
	take_settings(s, item, have);
	item->differs = differs(item->change, have);
	if (!item->differs)
		return;
	item->anew = have->kind == ALK_PORT &&
		     (have->port->subnet != item->change->port->subnet || have->port->n_ips);
}

static int see_vpc(const struct alk_vpc *k, void *arg)
{
	struct survey *s = arg;

	if (k->id > s->target->store.last_vpc)
		s->target->store.last_vpc = k->id;
	see(s, &(struct alk_change){ .kind = ALK_VPC, .vpc = k });
	return 0;
}

static int see_subnet(const struct alk_subnet *k, void *arg)
{
	struct survey *s = arg;

	if (k->id > s->target->store.last_subnet)
		s->target->store.last_subnet = k->id;
	see(s, &(struct alk_change){ .kind = ALK_SUBNET, .subnet = k });
	return 0;
}

static int see_gateway(const struct alk_gateway *k, void *arg)
{
	struct survey *s = arg;

	if (k->id > s->target->store.last_gateway && !gateway_is_configured(k->id))
		s->target->store.last_gateway = k->id;
	see(s, &(struct alk_change){ .kind = ALK_GATEWAY, .gateway = k });
	return 0;
}

static int see_port(const struct alk_port *k, void *arg)
{
	if (k->subnet)
		see(arg, &(struct alk_change){ .kind = ALK_PORT, .port = k });
	return 0;
}

static int see_route(const struct alk_route *k, void *arg)
{
	see(arg, &(struct alk_change){ .kind = ALK_ROUTE, .route = k });
	return 0;
}

/* Neighbors, of which there are so many that they are looked up in the store itself. */

static struct lost_neigh *lose(struct survey *s, const struct address *address,
			       const char *field)
{
	const struct neigh *neigh = (const struct neigh *)address->owner;
	struct lost_neigh *lost;

	if (s->n_neighs == s->max_neighs) {
		s->max_neighs = s->max_neighs ? s->max_neighs * 2 : 64;
		s->neighs = xrealloc(s->neighs, s->max_neighs, sizeof(*s->neighs));
	}
	lost = &s->neighs[s->n_neighs++];
	*lost = (struct lost_neigh){
		.owner = address->owner,
		.differs = field,
		.k = {
			.subnet = address->subnet,
			.ip = address->ip,
			.mac = neigh->mac,
			.host = neigh->host,
			.vpc = address->vpc,
		},
	};
	return lost;
}

static const struct address *find_neigh(const struct survey *s, const struct alk_neigh *k)
{
	const struct object *o = store_owner(&s->target->store, k->vpc, &k->ip);
	size_t i;

	if (!o || o->type != RESOURCE(NEIGHBOR) || o->adopted)
		return NULL;
	for (i = 0; i < o->n_addrs; i++)
		if (o->addrs[i].vpc && o->addrs[i].subnet == k->subnet &&
		    alk_addr_equal(&o->addrs[i].ip, &k->ip))
			return &o->addrs[i];
	return NULL;
}

static int see_neigh(const struct alk_neigh *k, void *arg)
{
	struct survey *s = arg;
	const struct address *address = find_neigh(s, k);
	const struct neigh *neigh;
	const char *field;

	if (!address) {
		see_foreign(s, &(struct alk_change){ .kind = ALK_NEIGH, .neigh = k });
		return 0;
	}
	if (s->n_seen == s->max_seen) {
		s->max_seen = s->max_seen ? s->max_seen * 2 : 64;
		s->seen = xrealloc(s->seen, s->max_seen, sizeof(*s->seen));
	}
	s->seen[s->n_seen++] = address;
	neigh = (const struct neigh *)address->owner;
	field = neigh_differs(&(struct alk_neigh){ .mac = neigh->mac, .host = neigh->host }, k);
	if (field)
		lose(s, address, field);
	return 0;
}

struct missing {
	struct survey *s;
	GHashTable *seen;	/* NULL: only count */
	size_t n;
};

static bool each_address(struct object *o, void *arg)
{
	struct missing *missing = arg;
	size_t i;

	for (i = 0; !o->adopted && i < o->n_addrs; i++) {
		if (!o->addrs[i].vpc)
			continue;
		missing->n++;
		if (missing->seen && !g_hash_table_contains(missing->seen, &o->addrs[i]))
			lose(missing->s, &o->addrs[i], NULL);
	}
	return false;
}

static void find_missing_neighs(struct survey *s)
{
	struct missing missing = { .s = s };
	size_t i;

	store_each(&s->target->store, RESOURCE(NEIGHBOR), each_address, &missing);
	s->r->objects += missing.n;
	if (missing.n == s->n_seen)
		return;
	missing.seen = g_hash_table_new(NULL, NULL);
	for (i = 0; i < s->n_seen; i++)
		g_hash_table_add(missing.seen, (gpointer)s->seen[i]);
	store_each(&s->target->store, RESOURCE(NEIGHBOR), each_address, &missing);
	g_hash_table_destroy(missing.seen);
}

static int look(struct survey *s)
{
	struct alk *alk = s->target->alk;
	int err;

	err = alk_gateway_dump(alk, see_gateway, s);
	if (!err)
		err = alk_vpc_dump(alk, see_vpc, s);
	if (!err)
		err = alk_subnet_dump(alk, see_subnet, s);
	if (!err)
		err = alk_port_dump(alk, see_port, s);
	if (!err)
		err = alk_route_dump(alk, see_route, s);
	if (!err)
		err = alk_neigh_dump(alk, see_neigh, s);
	if (err)
		log_error("resync: cannot read the tables: %s", alk_error(alk));
	return err;
}

/* Telling. */

static void tell(const struct survey *s, const struct object *owner,
		 const struct alk_change *change, const char *what)
{
	char object[128], text[320];

	if (!s->r->each)
		return;
	table_text(change, object, sizeof(object));
	if (owner)
		snprintf(text, sizeof(text), "%s %s: %s %s", type_name(owner->type),
			 PLAIN(owner->id ? owner->id : owner->key), object, what);
	else
		snprintf(text, sizeof(text), "%s %s", object, what);
	s->r->each(text, s->r->arg);
}

static void tell_difference(const struct survey *s, const struct object *owner,
			    const struct alk_change *change, const char *field)
{
	char what[64] = "is missing";

	if (field)
		snprintf(what, sizeof(what), "has another %s", field);
	tell(s, owner, change, what);
}

/* From differences to changes. */

static void change_add(struct survey *s, enum alk_verb verb, const struct alk_change *of)
{
	struct alk_change *change = &s->changes[s->n_changes++];

	*change = (struct alk_change){ .verb = verb, .kind = of->kind };
	change->vpc = of->vpc;	/* whichever of the union it is */
}

static void take_away(struct survey *s, enum alk_kind kind)
{
	GHashTableIter iter;
	gpointer p;

	g_hash_table_iter_init(&iter, s->leaving);
	while (g_hash_table_iter_next(&iter, NULL, &p)) {
		const struct leaving *leaving = p;

		if (!leaving->seen || leaving->change.kind != kind)
			continue;
		change_add(s, ALK_DEL, &leaving->change);
		s->r->deleted++;
		tell(s, NULL, &leaving->change, "is not asked for");
	}
}

static void list_changes(struct survey *s)
{
	size_t i;

	s->changes = xcalloc(s->wanted.n_changes * 2 + s->n_neighs +
			     g_hash_table_size(s->leaving), sizeof(*s->changes));
	/* Users leave before what they use, which others may need, goes last. */
	take_away(s, ALK_ROUTE);
	take_away(s, ALK_NEIGH);
	take_away(s, ALK_PORT);
	for (i = 0; i < s->wanted.n_changes; i++)
		if (s->items[i].anew)
			change_add(s, ALK_DEL, s->items[i].change);
	for (i = 0; i < s->wanted.n_changes; i++) {
		const struct item *item = &s->items[i];

		if (item->seen && !item->differs)
			continue;
		change_add(s, ALK_REPLACE, item->change);
		s->r->changed += item->seen;
		s->r->missing += !item->seen;
		tell_difference(s, item->owner, item->change, item->differs);
	}
	for (i = 0; i < s->n_neighs; i++) {
		const struct lost_neigh *lost = &s->neighs[i];
		const struct alk_change change = { .kind = ALK_NEIGH, .neigh = &lost->k };

		change_add(s, ALK_REPLACE, &change);
		s->r->changed += !!lost->differs;
		s->r->missing += !lost->differs;
		tell_difference(s, lost->owner, &change, lost->differs);
	}
	take_away(s, ALK_SUBNET);
	take_away(s, ALK_VPC);
	take_away(s, ALK_GATEWAY);
}

/* What went by itself needs no words: a netdev, or what was to be deleted. */
static bool went(const struct alk_change *change)
{
	return change->error == -ENODEV ||
	       (change->verb == ALK_DEL && change->error == -ENOENT);
}

/* Not what one change asks for is refused, but all of it: the device went, say. */
static bool all_refused(const struct survey *s, int err)
{
	size_t i;

	for (i = 0; i < s->n_changes; i++)
		if (s->changes[i].error != err)
			return false;
	return true;
}

static void leave_out_refused(struct survey *s)
{
	size_t i, n = 0;
	char text[128];

	for (i = 0; i < s->n_changes; i++) {
		const struct alk_change *change = &s->changes[i];

		if (!change->error || change->error == -ECANCELED) {
			s->changes[n++] = *change;
			continue;
		}
		if (went(change))
			continue;
		if (s->r->refused++ >= LOG_MAX)
			continue;
		table_text(change, text, sizeof(text));
		log_error("resync: %s: %s", text, change->text);
	}
	s->n_changes = n;
}

static int repair(struct survey *s)
{
	int round, err = 0;

	for (round = 0; s->n_changes && round < ROUNDS; round++) {
		err = alk_apply(s->target->alk, s->changes, s->n_changes, ALK_ATOMIC);
		if (!err)
			return 0;
		if (all_refused(s, err) && !went(&s->changes[0]))
			break;
		leave_out_refused(s);
	}
	if (!s->n_changes)
		return 0;
	log_error("resync: cannot repair the tables: %s", alk_error(s->target->alk));
	return err;
}

int resync(struct target *target, struct resync *r)
{
	struct survey s = { .target = target, .r = r };
	int err;

	s.by_key = g_hash_table_new(table_key_hash, table_key_equal);
	s.leaving = leaving_new();
	list_wanted(&s);
	r->objects = s.wanted.n_changes;
	r->foreign = r->missing = r->changed = r->deleted = r->refused = 0;
	err = r->start ? state_each_gone(target->persist.state, leave_gone, &s) : 0;
	if (err)
		log_error("resync: cannot read the state: %s",
			  state_error(target->persist.state));
	err = look(&s);
	if (!err) {
		find_missing_neighs(&s);
		list_changes(&s);
		if (r->repair)
			err = repair(&s);
	}
	push_free(&s.wanted);
	g_hash_table_destroy(s.by_key);
	g_hash_table_destroy(s.leaving);
	free(s.items);
	free(s.seen);
	free(s.neighs);
	free(s.changes);
	return err;
}
