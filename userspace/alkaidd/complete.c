// SPDX-License-Identifier: GPL-2.0
/* Messages that say only what changes, completed by what is kept. */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "configuration.h"
#include "merge.h"

static ProtobufCMessage *kept(struct state *state, resource_t type, const char *id)
{
	size_t len;
	uint8_t *bytes = state_config(state, type, id, &len);
	ProtobufCMessage *config = NULL;

	if (bytes)
		config = protobuf_c_message_unpack(config_type(type), NULL, len, bytes);
	free(bytes);
	return config;
}

/* Most are of neighbors, and say all that there is to say. */
static bool is_whole(const struct result *r)
{
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;

	return r->type == RESOURCE(NEIGHBOR) && *c->mac_address && *c->host_ip_address &&
	       c->n_fixed_ips;
}

static bool is_known(const struct result *r, const struct store *store)
{
	char name[IFNAMSIZ];
	struct object *o;

	if (r->type != RESOURCE(PORT))
		return store_find(store, r->type, r->id);
	port_ifname(r->id, name);
	o = store_find(store, r->type, name);
	return o && o->id && !strcmp(o->id, r->id);
}

void complete(struct push *push, const struct store *store, struct state *state)
{
	ProtobufCMessage *old;
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		struct result *r = &push->results[i];

		if (!r->config || r->op == OPERATION(DELETE) || is_whole(r) ||
		    !config_is_delta(r->type, r->config) || !is_known(r, store))
			continue;
		old = kept(state, r->type, r->id);
		if (!old)
			continue;
		r->owned = merge(old, r->config);
		r->config = r->owned;
		protobuf_c_message_free_unpacked(old, NULL);
	}
}

struct waiting {
	struct push *push;
	struct state *state;
};

/* One that is in the push itself, or comes twice, is refused as a double of it. */
static void add_waiting(struct object *o, void *arg)
{
	struct waiting *waiting = arg;
	ProtobufCMessage *config;
	struct result *r;

	config = kept(waiting->state, o->type, o->id);
	if (!config)
		return;
	r = push_add(waiting->push);
	r->type = o->type;
	r->op = OPERATION(INFO);
	r->id = config_id(config);
	r->config = r->owned = config;
	r->revision = o->revision;
	r->silent = true;
}

void complete_waiting(struct push *push, const struct store *store, struct state *state)
{
	struct waiting waiting = { .push = push, .state = state };
	const size_t n = push->n_results;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct result *r = &push->results[i];

		if (r->op != OPERATION(DELETE) && *r->id)
			store_each_waiting(store, r->type, r->id, add_waiting, &waiting);
	}
}
