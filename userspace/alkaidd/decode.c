// SPDX-License-Identifier: GPL-2.0
/* Bytes from the wire to a goal state, in memory bounded by their number. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "arena.h"

/*
 * An empty resource takes two bytes on the wire and twenty times that here. A
 * message of nothing else is not worth its memory; one of real resources needs
 * about four times its length, one of bare ids eight times.
 */
#define ARENA_FACTOR 16
#define ARENA_FLOOR (1 << 20)
/* With so many bytes a message takes much memory. */
#define LARGE (256 << 10)

static void *take(void *arena, size_t size)
{
	return arena_alloc(arena, size);
}

/* All of it goes at once, with the arena. */
static void leave(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

void *decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
	     const uint8_t *data, size_t len)
{
	ProtobufCAllocator allocator = {
		.alloc = take,
		.free = leave,
		.allocator_data = arena,
	};

	return protobuf_c_message_unpack(descriptor, &allocator, len, data);
}

static void *unpack(const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t len,
		    struct goal *out)
{
	struct arena *arena = arena_new(len * ARENA_FACTOR + ARENA_FLOOR, len >= LARGE);
	void *msg = decode(arena, descriptor, data, len);

	if (!msg) {
		arena_free(arena);
		return NULL;
	}
	*out = (struct goal){ .arena = arena };
	return msg;
}

static void add(struct goal *goal, Alcor__Schema__ResourceType type,
		Alcor__Schema__OperationType op, const void *config, const char *id)
{
	goal->resources[goal->n_resources++] = (struct resource){
		.type = type,
		.op = op,
		.id = id,
		.config = config,
	};
}

/*
 * Every state message is {operation, configuration}, and every configuration
 * has its id in a place of its own.
 */
#define ADD_ALL(goal, msg, list, TYPE)							\
	do {										\
		for (size_t i_ = 0; i_ < (msg)->n_##list; i_++)				\
			add(goal, ALCOR__SCHEMA__RESOURCE_TYPE__##TYPE,			\
			    (msg)->list[i_]->operation_type,				\
			    (msg)->list[i_]->configuration,				\
			    (msg)->list[i_]->configuration ?				\
				    (msg)->list[i_]->configuration->id : "");		\
	} while (0)

bool decode_v1(const uint8_t *data, size_t len, struct goal *out)
{
	const Alcor__Schema__GoalState *msg =
		unpack(&alcor__schema__goal_state__descriptor, data, len, out);
	size_t n;

	if (!msg)
		return false;
	n = msg->n_vpc_states + msg->n_subnet_states + msg->n_port_states +
	    msg->n_neighbor_states + msg->n_security_group_states + msg->n_dhcp_states +
	    msg->n_router_states + msg->n_gateway_states;
	out->format_version = msg->format_version;
	out->resources = xcalloc(n, sizeof(*out->resources));
	ADD_ALL(out, msg, vpc_states, VPC);
	ADD_ALL(out, msg, subnet_states, SUBNET);
	ADD_ALL(out, msg, port_states, PORT);
	ADD_ALL(out, msg, neighbor_states, NEIGHBOR);
	ADD_ALL(out, msg, security_group_states, SECURITYGROUP);
	ADD_ALL(out, msg, dhcp_states, DHCP);
	ADD_ALL(out, msg, router_states, ROUTER);
	ADD_ALL(out, msg, gateway_states, GATEWAY);
	return true;
}

typedef Alcor__Schema__ResourceIdType name_t;

/* What host_resources name for this host, in the order of compare_names(). */
struct names {
	const name_t **list;
	size_t n;
	bool all;	/* there are no host_resources */
};

static int compare_names(const void *va, const void *vb)
{
	const name_t *a = *(const name_t *const *)va, *b = *(const name_t *const *)vb;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return strcmp(a->id, b->id);
}

static bool is_here(const char *host, const struct alk_addr *hosts, size_t n_hosts)
{
	struct alk_addr addr;
	size_t i;

	if (!alk_addr_parse(host, &addr))
		return false;
	for (i = 0; i < n_hosts; i++)
		if (alk_addr_equal(&addr, &hosts[i]))
			return true;
	return false;
}

static void list_names(struct names *names, const Alcor__Schema__GoalStateV2 *msg,
		       const struct alk_addr *hosts, size_t n_hosts)
{
	size_t i, j, n = 0;

	*names = (struct names){ .all = !msg->n_host_resources };
	for (i = 0; i < msg->n_host_resources; i++)
		n += msg->host_resources[i]->value ? msg->host_resources[i]->value->n_resources : 0;
	names->list = xcalloc(n, sizeof(*names->list));
	for (i = 0; i < msg->n_host_resources; i++) {
		const Alcor__Schema__HostResources *value = msg->host_resources[i]->value;

		if (!value || !is_here(msg->host_resources[i]->key, hosts, n_hosts))
			continue;
		for (j = 0; j < value->n_resources; j++)
			names->list[names->n++] = value->resources[j];
	}
	if (names->n)
		qsort(names->list, names->n, sizeof(*names->list), compare_names);
}

static bool has_name(const struct names *names, Alcor__Schema__ResourceType type, const char *id)
{
	const name_t want = { .type = type, .id = (char *)id }, *p = &want;

	return names->n && bsearch(&p, names->list, names->n, sizeof(*names->list), compare_names);
}

/*
 * Controllers do not agree with themselves: what host_resources names may be the key
 * or the id, and a key may be more than the id, as "L2/ID", "L3/ID" or "HOST/ID" are.
 */
static void add_v2(struct goal *goal, const struct names *names, Alcor__Schema__ResourceType type,
		   const char *key, Alcor__Schema__OperationType op, const void *config,
		   const char *id)
{
	if (!*id)
		id = key;
	if (names->all || has_name(names, type, key) || has_name(names, type, id))
		add(goal, type, op, config, id);
	else
		goal->filtered++;
}

#define ADD_ALL_V2(goal, names, msg, list, TYPE)					\
	do {										\
		for (size_t i_ = 0; i_ < (msg)->n_##list; i_++) {			\
			const typeof(*(msg)->list[i_]) *e_ = (msg)->list[i_];		\
			const typeof(*e_->value->configuration) *c_ =			\
				e_->value ? e_->value->configuration : NULL;		\
											\
			add_v2(goal, names, ALCOR__SCHEMA__RESOURCE_TYPE__##TYPE, e_->key, \
			       e_->value ? e_->value->operation_type :			\
					   ALCOR__SCHEMA__OPERATION_TYPE__INFO,		\
			       c_, c_ ? c_->id : "");					\
		}									\
	} while (0)

bool decode_v2(const uint8_t *data, size_t len, const struct alk_addr *hosts, size_t n_hosts,
	       struct goal *out)
{
	const Alcor__Schema__GoalStateV2 *msg =
		unpack(&alcor__schema__goal_state_v2__descriptor, data, len, out);
	struct names names;
	size_t n;

	if (!msg)
		return false;
	n = msg->n_vpc_states + msg->n_subnet_states + msg->n_port_states +
	    msg->n_neighbor_states + msg->n_security_group_states + msg->n_dhcp_states +
	    msg->n_router_states + msg->n_gateway_states;
	out->format_version = msg->format_version;
	out->resources = xcalloc(n, sizeof(*out->resources));
	list_names(&names, msg, hosts, n_hosts);
	ADD_ALL_V2(out, &names, msg, vpc_states, VPC);
	ADD_ALL_V2(out, &names, msg, subnet_states, SUBNET);
	ADD_ALL_V2(out, &names, msg, port_states, PORT);
	ADD_ALL_V2(out, &names, msg, neighbor_states, NEIGHBOR);
	ADD_ALL_V2(out, &names, msg, security_group_states, SECURITYGROUP);
	ADD_ALL_V2(out, &names, msg, dhcp_states, DHCP);
	ADD_ALL_V2(out, &names, msg, router_states, ROUTER);
	ADD_ALL_V2(out, &names, msg, gateway_states, GATEWAY);
	free(names.list);
	return true;
}

void goal_clear(struct goal *goal)
{
	arena_free(goal->arena);
	free(goal->resources);
	memset(goal, 0, sizeof(*goal));
}
