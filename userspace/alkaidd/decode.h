/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes from the wire to a goal state, in memory bounded by their number. */
#ifndef ALKAIDD_DECODE_H
#define ALKAIDD_DECODE_H

#include <libalkaid.h>

#include "goalstateprovisioner.pb-c.h"

struct arena;

/**
 * struct resource - one resource of a goal state, of either version
 * @type: of it, and so of @config
 * @op: what the controller asks for; may be any number
 * @id: Alcor id, from the configuration; if it has none, what version 2 calls
 *	it, or empty
 * @config: its configuration, or NULL; strings in it are never NULL,
 *	enumerations may have any value
 */
struct resource {
	Alcor__Schema__ResourceType type;
	Alcor__Schema__OperationType op;
	const char *id;
	const ProtobufCMessage *config;
};

/**
 * struct goal - a goal state and the memory that it lives in
 * @filtered: resources that were not for this host, and are not in @resources
 */
struct goal {
	uint32_t format_version;
	struct resource *resources;
	size_t n_resources;
	size_t filtered;
	struct arena *arena;
};

/**
 * decode() - any message
 * @arena: what it is put into, and goes with
 *
 * Return: NULL if it is none, or @arena has no room.
 */
void *decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
	     const uint8_t *data, size_t len);

/** decode_v1() - a GoalState; false if it is none, or blows up beyond measure */
bool decode_v1(const uint8_t *data, size_t len, struct goal *out);

/**
 * decode_v2() - a GoalStateV2
 * @hosts: addresses of this host; of a message that has host_resources, what they
 *	name for one of them is taken, and nothing else
 */
bool decode_v2(const uint8_t *data, size_t len, const struct alk_addr *hosts, size_t n_hosts,
	       struct goal *out);
void goal_clear(struct goal *goal);

#endif
