// SPDX-License-Identifier: GPL-2.0
/* Each resource by itself: is it well formed, and what does it ask for? */
#include "validate.h"

#include <string.h>

#include "fields.h"

/* Routing updates have such, and mean what they say of it. */
static bool is_routed_neighbor(const struct result *r)
{
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;
	size_t i;

	if (r->type != RESOURCE(NEIGHBOR) || !c->n_fixed_ips)
		return false;
	for (i = 0; i < c->n_fixed_ips; i++)
		if (c->fixed_ips[i]->neighbor_type != ALCOR__SCHEMA__NEIGHBOR_TYPE__L3)
			return false;
	return true;
}

static enum action action_of(struct result *r)
{
	const Alcor__Schema__PortConfiguration *port = (const void *)r->config;

	switch ((int)r->op) {
	case OPERATION(INFO):
		if (r->type != RESOURCE(PORT))
			return ACTION_SET;
		unsupported(r, "operation_type: INFO says nothing to do with a port");
		return ACTION_NONE;
	case OPERATION(CREATE):
		return ACTION_SET;
	case OPERATION(UPDATE):
		/* So does a controller say that the port was unplugged. */
		if (r->type == RESOURCE(PORT) && !*port->device_id && !*port->device_owner) {
			remark(r, "device_id, device_owner: both empty, so it is taken as unplugged");
			return ACTION_UNSET;
		}
		return ACTION_SET;
	case OPERATION(DELETE):
		return ACTION_UNSET;
	case OPERATION(GET):
		if (is_routed_neighbor(r))
			return ACTION_SET;
		unsupported(r, "operation_type: GET is not supported");
		return ACTION_NONE;
	default:
		invalid(r, "operation_type: %d is none", (int)r->op);
		return ACTION_NONE;
	}
}

/* What is kept until it can be enforced. */
static void validate_plain(struct result *r)
{
	char key[ALK_MAC_STRLEN];

	r->object = plain_new(r->type, plain_key(r, key));
}

static void validate_one(struct result *r)
{
	static void (*const validators[TYPES])(struct result *r) = {
		[RESOURCE(VPC)] = validate_vpc,
		[RESOURCE(SUBNET)] = validate_subnet,
		[RESOURCE(PORT)] = validate_port,
		[RESOURCE(NEIGHBOR)] = validate_neigh,
		[RESOURCE(ROUTER)] = validate_router,
		[RESOURCE(GATEWAY)] = validate_gateway,
		[RESOURCE(SECURITYGROUP)] = validate_plain,
		[RESOURCE(DHCP)] = validate_plain,
	};
	char name[IFNAMSIZ], key[ALK_MAC_STRLEN];

	if (!r->config) {
		invalid(r, "configuration: missing");
		return;
	}
	if (!id_valid(r, plain_key(r, key), "id"))
		return;
	r->action = action_of(r);
	if (r->action == ACTION_SET)
		validators[r->type](r);
	else if (r->action == ACTION_UNSET && r->type == RESOURCE(PORT))
		port_name_valid(r, name);
}

static guint result_hash(gconstpointer p)
{
	const struct result *r = p;

	return g_str_hash(r->id) + r->type;
}

static gboolean result_equal(gconstpointer p, gconstpointer q)
{
	const struct result *a = p, *b = q;

	return a->type == b->type && !strcmp(a->id, b->id);
}

/* Which of two states of one resource is meant, nobody can tell: the first one counts. */
static void refuse_doubles(struct push *push)
{
	GHashTable *seen = g_hash_table_new(result_hash, result_equal);
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		struct result *r = &push->results[i];

		if (!*r->id || r->same_as)
			continue;
		if (g_hash_table_contains(seen, r))
			invalid(r, "id: is in this message already");
		else
			g_hash_table_add(seen, r);
	}
	g_hash_table_destroy(seen);
}

void validate(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		if (!push->results[i].same_as)
			validate_one(&push->results[i]);
	refuse_doubles(push);
}
