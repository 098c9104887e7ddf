/* SPDX-License-Identifier: GPL-2.0 */
/* proto3's JSON mapping, read into any protobuf-c message by its descriptor. */
#ifndef ALKAIDCTL_MESSAGE_H
#define ALKAIDCTL_MESSAGE_H

#include <json-c/json_object.h>
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/**
 * json_to_message() - build a message from a JSON object
 * @descriptor: of the message
 * @json: fields by their name in the .proto file or in lowerCamelCase
 * @error: where to put what is wrong, and at which field
 * @size: of @error
 *
 * Kinds of fields that alcor.schema does not use (bytes, floating point, maps)
 * are refused.
 *
 * Return: for protobuf_c_message_free_unpacked(), or NULL.
 */
ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *descriptor,
				  struct json_object *json, char *error, size_t size);

/**
 * json_parse() - read a whole text that is one JSON value
 *
 * Return: for json_object_put(), or NULL with @error.
 */
struct json_object *json_parse(const char *text, size_t len, char *error, size_t size);

#endif
