// SPDX-License-Identifier: GPL-2.0
/* Goal states for tests, written as JSON. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

void *message_of(const ProtobufCMessageDescriptor *type, const char *json)
{
	char *text = strdup(json), *p, error[512] = "";
	struct json_object *object;
	ProtobufCMessage *message;

	assert_non_null(text);
	for (p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	object = json_parse(text, strlen(text), error, sizeof(error));
	if (!object)
		fail_msg("%s: %s", error, text);
	message = json_to_message(type, object, error, sizeof(error));
	if (!message)
		fail_msg("%s: %s", error, text);
	json_object_put(object);
	free(text);
	return message;
}

uint8_t *bytes_of(const ProtobufCMessageDescriptor *type, const char *json, size_t *len)
{
	ProtobufCMessage *msg = message_of(type, json);
	uint8_t *bytes;

	*len = protobuf_c_message_get_packed_size(msg);
	bytes = malloc(*len + 1);
	assert_non_null(bytes);
	protobuf_c_message_pack(msg, bytes);
	protobuf_c_message_free_unpacked(msg, NULL);
	return bytes;
}

struct goal goal_of(const char *json)
{
	struct goal goal;
	size_t len;
	uint8_t *bytes = bytes_of(&alcor__schema__goal_state__descriptor, json, &len);

	assert_true(decode_v1(bytes, len, &goal));
	free(bytes);
	return goal;
}
