// SPDX-License-Identifier: GPL-2.0
/* At start: what the state has kept is made so again. */
#include "restore.h"

#include <errno.h>
#include <stdlib.h>

#include "configuration.h"
#include "gateways.h"
#include "log.h"
#include "route.h"
#include "validate.h"

static int add_saved(const struct saved *saved, void *arg)
{
	struct push *push = arg;
	ProtobufCMessage *config = protobuf_c_message_unpack(config_type(saved->type), NULL,
							     saved->len, saved->config);
	struct result *r;

	if (!config) {
		log_error("state: %s %s: cannot be decoded", type_name(saved->type),
			  PLAIN(saved->id));
		return 0;
	}
	r = push_add(push);
	r->type = saved->type;
	r->op = saved->type == RESOURCE(PORT) ? OPERATION(CREATE) : OPERATION(INFO);
	r->config = r->owned = config;
	r->id = config_id(config);
	r->revision = saved->revision;
	r->number = saved->number;
	r->idle = saved->idle;
	r->silent = true;
	return 0;
}

static bool wanted(const struct store *store, const struct alk_change *change)
{
	const struct object *o, *subnet;
	char name[IFNAMSIZ];

	switch (change->kind) {
	case ALK_VPC:
		o = store_numbered(store, RESOURCE(VPC), change->vpc->id);
		return o && !object_idle(o);
	case ALK_SUBNET:
		o = store_numbered(store, RESOURCE(SUBNET), change->subnet->id);
		return o && !object_idle(o);
	case ALK_GATEWAY:
		return store_numbered(store, RESOURCE(GATEWAY), change->gateway->id);
	case ALK_PORT:
		return if_indextoname(change->port->ifindex, name) &&
		       store_port(store, name);
	case ALK_NEIGH:
		subnet = store_numbered(store, RESOURCE(SUBNET), change->neigh->subnet);
		return subnet && store_owner(store, ((const struct subnet *)subnet)->k.vpc,
					     &change->neigh->ip);
	case ALK_ROUTE:
		return store_has_route(store, change->route);
	}
	return true;
}

static int take_away(const struct alk_change *gone, void *arg)
{
	struct alk_change change = *gone;
	struct target *target = arg;

	if (!wanted(&target->store, &change))
		alk_apply(target->alk, &change, 1, ALK_EACH);
	return 0;
}

int restore(struct target *target)
{
	struct push push = {};
	size_t i, n_refused = 0;
	int err;

	err = state_load(target->persist.state, add_saved, &push);
	if (err) {
		log_error("state: cannot read: %s", state_error(target->persist.state));
		push_free(&push);
		return err;
	}
	validate(&push);
	gateways_push(&push, &target->store, &target->host);
	apply(target, &push);
	for (i = 0; i < push.n_results; i++) {
		const struct result *r = &push.results[i];

		if (!refused(r))
			continue;
		n_refused++;
		log_error("restore: %s %s: %s", type_name(r->type), PLAIN(r->id), r->text);
	}
	log_info("restore: %zu resources of an earlier run, %zu refused", push.n_results,
		 n_refused);
	push_free(&push);
	state_each_gone(target->persist.state, take_away, target);
	return 0;
}
