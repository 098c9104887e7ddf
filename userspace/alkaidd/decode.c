// SPDX-License-Identifier: GPL-2.0
/* Bytes from the wire to a goal state, in memory bounded by their number. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/*
 * An empty resource takes two bytes on the wire and twenty times that here. A
 * message of nothing else is not worth its memory; one of real resources needs
 * about four times its length, one of bare ids eight times.
 */
#define ARENA_FACTOR 16
#define ARENA_FLOOR (1 << 20)
#define CHUNK (256 << 10)
#define ALIGN 16

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(ALIGN) uint8_t data[];
};

struct arena {
	struct chunk *chunks;
	size_t left;
};

static void *arena_alloc(void *data, size_t size)
{
	struct arena *arena = data;
	struct chunk *chunk = arena->chunks;
	size_t want;
	void *p;

	if (size > arena->left)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	arena->left -= size < arena->left ? size : arena->left;

	if (!chunk || chunk->size - chunk->used < size) {
		want = size > CHUNK ? size : CHUNK;
		chunk = malloc(sizeof(*chunk) + want);
		if (!chunk)
			return NULL;
		chunk->size = want;
		chunk->used = 0;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += size;
	return p;
}

/* All of it goes at once, in arena_free(). */
static void arena_free_one(void *data, void *p)
{
	(void)data;
	(void)p;
}

static void arena_free(struct arena *arena)
{
	struct chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
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
			    (const ProtobufCMessage *)(msg)->list[i_]->configuration,	\
			    (msg)->list[i_]->configuration ?				\
				    (msg)->list[i_]->configuration->id : "");		\
	} while (0)

static void add(struct goal *goal, Alcor__Schema__ResourceType type,
		Alcor__Schema__OperationType op, const ProtobufCMessage *config, const char *id)
{
	goal->resources[goal->n_resources++] = (struct resource){
		.type = type,
		.op = op,
		.id = id,
		.config = config,
	};
}

static void *unpack(const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t len,
		    struct goal *out)
{
	struct arena *arena = xcalloc(1, sizeof(*arena));
	ProtobufCAllocator allocator = {
		.alloc = arena_alloc,
		.free = arena_free_one,
		.allocator_data = arena,
	};
	ProtobufCMessage *msg;

	arena->left = len * ARENA_FACTOR + ARENA_FLOOR;
	msg = protobuf_c_message_unpack(descriptor, &allocator, len, data);
	if (!msg) {
		arena_free(arena);
		return NULL;
	}
	*out = (struct goal){ .arena = arena };
	return msg;
}

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

void goal_clear(struct goal *goal)
{
	if (goal->arena)
		arena_free(goal->arena);
	free(goal->resources);
	memset(goal, 0, sizeof(*goal));
}
