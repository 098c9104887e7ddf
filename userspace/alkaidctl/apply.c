// SPDX-License-Identifier: GPL-2.0
/* alkaidctl apply: send a goal state from a file, and show what became of it. */
#include "ctl.h"

#include <errno.h>
#include <json-c/json_object.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "goalstateprovisioner.pb-c.h"
#include "message.h"

#define PUSH_METHOD "/alcor.schema.GoalStateProvisioner/PushNetworkResourceStates"

typedef Alcor__Schema__GoalStateOperationReply reply_t;
typedef Alcor__Schema__GoalStateOperationReply__GoalStateOperationStatus status_t;

static char *read_all(FILE *file, size_t *len)
{
	size_t size = 1 << 16, n;
	char *text = malloc(size), *more;

	*len = 0;
	while (text) {
		n = fread(text + *len, 1, size - *len, file);
		*len += n;
		if (!n)
			break;
		if (*len < size)
			continue;
		size *= 2;
		more = realloc(text, size);
		if (!more)
			free(text);
		text = more;
	}
	return text;
}

static ProtobufCMessage *read_goal_state(const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	ProtobufCMessage *message = NULL;
	struct json_object *json = NULL;
	char error[512], *text = NULL;
	size_t len;

	if (!file) {
		fprintf(stderr, "alkaidctl: %s: %s\n", name, strerror(errno));
		return NULL;
	}
	text = read_all(file, &len);
	if (!text || ferror(file)) {
		fprintf(stderr, "alkaidctl: %s: cannot read it\n", name);
		goto out;
	}
	json = json_parse(text, len, error, sizeof(error));
	if (json)
		message = json_to_message(&alcor__schema__goal_state__descriptor, json, error,
					  sizeof(error));
	if (!message)
		fprintf(stderr, "alkaidctl: %s: %s\n", name, error);
out:
	json_object_put(json);
	free(text);
	if (file != stdin)
		fclose(file);
	return message;
}

static const char *enum_name(const ProtobufCEnumDescriptor *descriptor, int value)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);

	return found ? found->name : "UNKNOWN";
}

static bool done(const status_t *status)
{
	return status->operation_status == ALCOR__SCHEMA__OPERATION_STATUS__SUCCESS ||
	       status->operation_status == ALCOR__SCHEMA__OPERATION_STATUS__PENDING;
}

static void print_text(const reply_t *reply)
{
	size_t i;

	for (i = 0; i < reply->n_operation_statuses; i++) {
		const status_t *s = reply->operation_statuses[i];

		printf("%s %s %s %s\n",
		       enum_name(&alcor__schema__resource_type__descriptor, s->resource_type),
		       *s->resource_id ? s->resource_id : "-",
		       enum_name(&alcor__schema__operation_type__descriptor, s->operation_type),
		       enum_name(&alcor__schema__operation_status__descriptor,
				 s->operation_status));
	}
}

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint32_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

/* Keys are the field names of the schema. */
static void print_json(const reply_t *reply, bool pretty)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < reply->n_operation_statuses; i++) {
		const status_t *s = reply->operation_statuses[i];
		struct json_object *o = json_object_new_object();

		add_string(o, "resource_id", s->resource_id);
		add_string(o, "resource_type",
			   enum_name(&alcor__schema__resource_type__descriptor,
				     s->resource_type));
		add_string(o, "operation_type",
			   enum_name(&alcor__schema__operation_type__descriptor,
				     s->operation_type));
		add_string(o, "operation_status",
			   enum_name(&alcor__schema__operation_status__descriptor,
				     s->operation_status));
		add_number(o, "dataplane_programming_time", s->dataplane_programming_time);
		add_number(o, "network_configuration_time", s->network_configuration_time);
		add_number(o, "state_elapse_time", s->state_elapse_time);
		json_object_array_add(list, o);
	}
	add_number(root, "format_version", reply->format_version);
	json_object_object_add(root, "operation_statuses", list);
	add_number(root, "message_total_operation_time", reply->message_total_operation_time);
	puts(json_object_to_json_string_ext(root, pretty ? JSON_C_TO_STRING_PRETTY :
							      JSON_C_TO_STRING_PLAIN));
	json_object_put(root);
}

static int show(const struct options *o, const struct call_reply *r)
{
	reply_t *reply = r->bytes ? alcor__schema__goal_state_operation_reply__unpack(
					    NULL, r->len, r->bytes) : NULL;
	int status = EXIT_DONE;
	size_t i;

	if (!reply) {
		fprintf(stderr, "alkaidctl: %s: the reply cannot be decoded\n", o->to.address);
		return EXIT_UNREACHABLE;
	}
	if (o->json)
		print_json(reply, o->pretty);
	else
		print_text(reply);
	for (i = 0; i < reply->n_operation_statuses; i++)
		if (!done(reply->operation_statuses[i]))
			status = EXIT_REFUSED;
	alcor__schema__goal_state_operation_reply__free_unpacked(reply, NULL);
	return status;
}

int apply(const struct options *o, const char *file)
{
	ProtobufCMessage *message = read_goal_state(file);
	struct call_reply reply;
	uint8_t *bytes;
	size_t len;
	int status;

	if (!message)
		return EXIT_USAGE;
	len = protobuf_c_message_get_packed_size(message);
	bytes = malloc(len ? len : 1);
	if (!bytes) {
		fputs("alkaidctl: out of memory\n", stderr);
		exit(EXIT_USAGE);
	}
	protobuf_c_message_pack(message, bytes);
	protobuf_c_message_free_unpacked(message, NULL);

	status = ctl_call(o, PUSH_METHOD, bytes, len, &reply);
	free(bytes);
	if (status == EXIT_DONE)
		status = show(o, &reply);
	call_reply_free(&reply);
	return status;
}
