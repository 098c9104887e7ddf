/* SPDX-License-Identifier: GPL-2.0 */
/* What a message of update type DELTA leaves of what is known already. */
#ifndef ALKAIDD_MERGE_H
#define ALKAIDD_MERGE_H

#include "goalstateprovisioner.pb-c.h"

/**
 * merge() - the whole configuration that a resource has after a DELTA
 * @old: configuration that it has; all messages of decoders, strings not NULL
 * @new: what the message says, of the same type
 *
 * What @new says nothing of keeps its value: empty strings and lists, messages
 * that are not there, a tunnel_id of 0, the DEFAULT type of a gateway. Numbers and
 * booleans are always taken from it; so are a port's device_id and device_owner,
 * since their being empty says something. A list is replaced as a whole, but a
 * router's: rules are put, replaced and removed by subnet and id, as the operation
 * of each says. Operations are not checked here.
 *
 * Return: a message for protobuf_c_message_free_unpacked(), without allocator.
 */
ProtobufCMessage *merge(const ProtobufCMessage *old, const ProtobufCMessage *new);

/** message_copy() - a message of its own, as merge() returns */
ProtobufCMessage *message_copy(const ProtobufCMessage *msg);

#endif
