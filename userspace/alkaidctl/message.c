// SPDX-License-Identifier: GPL-2.0
/* proto3's JSON mapping, read into any protobuf-c message by its descriptor. */
#include "message.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json_tokener.h>
#include <json-c/linkhash.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LEN 256

/**
 * struct reader - where we are, for the text of an error
 * @path: as "port_states[2].configuration.id"
 */
struct reader {
	char path[PATH_MAX_LEN];
	char *error;
	size_t size;
};

static bool fail(struct reader *r, const char *fmt, ...)
{
	va_list args;
	char text[256];

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(r->error, r->size, "%s%s%s", r->path, *r->path ? ": " : "", text);
	return false;
}

/* Return: the length to give to path_leave(). */
static size_t path_enter(struct reader *r, const char *name, size_t index)
{
	size_t len = strlen(r->path);

	if (name)
		snprintf(r->path + len, sizeof(r->path) - len, "%s%s", len ? "." : "", name);
	else
		snprintf(r->path + len, sizeof(r->path) - len, "[%zu]", index);
	return len;
}

static void path_leave(struct reader *r, size_t len)
{
	r->path[len] = '\0';
}

static void camel_case(const char *name, char *out, size_t size)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++) {
		if (*name == '_' && name[1])
			out[n++] = toupper((unsigned char)*++name);
		else
			out[n++] = *name;
	}
	out[n] = '\0';
}

static const ProtobufCFieldDescriptor *field_by_key(const ProtobufCMessageDescriptor *descriptor,
						    const char *key)
{
	char camel[128];
	unsigned int i;

	for (i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];

		camel_case(field->name, camel, sizeof(camel));
		if (!strcmp(key, field->name) || !strcmp(key, camel))
			return field;
	}
	return NULL;
}

/* A whole number, which may be written as 7, "7", 7.0 or 7e0. */
static bool read_integer(struct reader *r, struct json_object *json, uint64_t max, uint64_t *out)
{
	const char *s = json_object_get_string(json);
	unsigned long long value;
	double d;
	char *end;

	if (!json_object_is_type(json, json_type_int) &&
	    !json_object_is_type(json, json_type_double) &&
	    !json_object_is_type(json, json_type_string))
		return fail(r, "not a number: %.64s", s);

	errno = 0;
	value = strtoull(s, &end, 10);
	if (!isdigit((unsigned char)*s) || *end || errno) {
		d = strtod(s, &end);
		if (end == s || *end || isspace((unsigned char)*s) || d != floor(d) || isnan(d))
			return fail(r, "not a whole number: %.64s", s);
		if (d < 0 || d >= 18446744073709551616.0)
			return fail(r, "%.64s is not in 0..%llu", s, (unsigned long long)max);
		value = d;
	}
	if (value > max)
		return fail(r, "%.64s is not in 0..%llu", s, (unsigned long long)max);
	*out = value;
	return true;
}

static bool read_enum(struct reader *r, const ProtobufCEnumDescriptor *descriptor,
		      struct json_object *json, int *out)
{
	const ProtobufCEnumValue *value;
	uint64_t number;

	if (json_object_is_type(json, json_type_string)) {
		value = protobuf_c_enum_descriptor_get_value_by_name(
			descriptor, json_object_get_string(json));
		if (!value)
			return fail(r, "no value of %s: \"%.64s\"", descriptor->short_name,
				    json_object_get_string(json));
		*out = value->value;
		return true;
	}
	if (!read_integer(r, json, INT_MAX, &number))
		return false;
	*out = number;
	return true;
}

static ProtobufCMessage *read_message(struct reader *r,
				      const ProtobufCMessageDescriptor *descriptor,
				      struct json_object *json);

/* Reads one value, repeated or not, to where a field of its type lies. */
static bool read_value(struct reader *r, const ProtobufCFieldDescriptor *field,
		       struct json_object *json, void *to)
{
	ProtobufCMessage *message;
	uint64_t number;
	char *string;

	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT32:
		if (!read_integer(r, json, UINT32_MAX, &number))
			return false;
		*(uint32_t *)to = number;
		return true;
	case PROTOBUF_C_TYPE_UINT64:
		return read_integer(r, json, UINT64_MAX, to);
	case PROTOBUF_C_TYPE_ENUM:
		return read_enum(r, field->descriptor, json, to);
	case PROTOBUF_C_TYPE_BOOL:
		if (!json_object_is_type(json, json_type_boolean))
			return fail(r, "neither true nor false");
		*(protobuf_c_boolean *)to = json_object_get_boolean(json);
		return true;
	case PROTOBUF_C_TYPE_STRING:
		if (!json_object_is_type(json, json_type_string))
			return fail(r, "not a string");
		if (strlen(json_object_get_string(json)) !=
		    (size_t)json_object_get_string_len(json))
			return fail(r, "has a zero character in it");
		string = strdup(json_object_get_string(json));
		if (!string)
			return fail(r, "out of memory");
		*(char **)to = string;
		return true;
	case PROTOBUF_C_TYPE_MESSAGE:
		message = read_message(r, field->descriptor, json);
		if (!message)
			return false;
		*(ProtobufCMessage **)to = message;
		return true;
	default:
		return fail(r, "a field of this type cannot be read");
	}
}

static size_t value_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_UINT64:
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_ENUM:
		return sizeof(int);
	default:
		return sizeof(uint32_t);
	}
}

static bool read_list(struct reader *r, const ProtobufCFieldDescriptor *field,
		      struct json_object *json, ProtobufCMessage *message)
{
	size_t *n = (size_t *)((char *)message + field->quantifier_offset);
	char **list = (char **)((char *)message + field->offset);
	size_t i, count, size = value_size(field->type), len;
	bool ok;

	if (!json_object_is_type(json, json_type_array))
		return fail(r, "not a list");
	count = json_object_array_length(json);
	if (!count)
		return true;
	*list = calloc(count, size);
	if (!*list)
		return fail(r, "out of memory");
	for (i = 0; i < count; i++) {
		len = path_enter(r, NULL, i);
		ok = read_value(r, field, json_object_array_get_idx(json, i), *list + i * size);
		if (!ok)
			return false;
		path_leave(r, len);
		/* Only what was read whole may be freed with the message. */
		*n = i + 1;
	}
	return true;
}

static bool read_field(struct reader *r, const ProtobufCFieldDescriptor *field,
		       struct json_object *json, ProtobufCMessage *message)
{
	uint32_t *member = (uint32_t *)((char *)message + field->quantifier_offset);

	/* null stands for a field that is not there. */
	if (!json)
		return true;
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return read_list(r, field, json, message);
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		if (*member)
			return fail(r, "another member of this oneof is set already");
		if (!read_value(r, field, json, (char *)message + field->offset))
			return false;
		*member = field->id;
		return true;
	}
	return read_value(r, field, json, (char *)message + field->offset);
}

static bool read_fields(struct reader *r, const ProtobufCMessageDescriptor *descriptor,
			struct json_object *json, ProtobufCMessage *message, bool *seen)
{
	json_object_object_foreach(json, key, value) {
		const ProtobufCFieldDescriptor *field = field_by_key(descriptor, key);
		size_t len = path_enter(r, key, 0);

		if (!field)
			return fail(r, "%s has no such field", descriptor->short_name);
		if (seen[field - descriptor->fields])
			return fail(r, "is there twice, as %s and in camel case", field->name);
		seen[field - descriptor->fields] = true;
		if (!read_field(r, field, value, message))
			return false;
		path_leave(r, len);
	}
	return true;
}

static ProtobufCMessage *read_message(struct reader *r,
				      const ProtobufCMessageDescriptor *descriptor,
				      struct json_object *json)
{
	ProtobufCMessage *message;
	bool *seen;
	bool ok;

	if (!json_object_is_type(json, json_type_object)) {
		fail(r, "not an object");
		return NULL;
	}
	message = malloc(descriptor->sizeof_message);
	seen = calloc(descriptor->n_fields + 1, sizeof(*seen));
	if (!message || !seen) {
		free(message);
		free(seen);
		fail(r, "out of memory");
		return NULL;
	}
	protobuf_c_message_init(descriptor, message);
	ok = read_fields(r, descriptor, json, message, seen);
	free(seen);
	if (!ok) {
		protobuf_c_message_free_unpacked(message, NULL);
		return NULL;
	}
	return message;
}

ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *descriptor,
				  struct json_object *json, char *error, size_t size)
{
	struct reader r = { .error = error, .size = size };

	return read_message(&r, descriptor, json);
}

static bool only_space(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isspace((unsigned char)text[i]))
			return false;
	return true;
}

struct json_object *json_parse(const char *text, size_t len, char *error, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *json = NULL;
	enum json_tokener_error err;
	size_t end;

	if (!tokener || len > INT_MAX) {
		snprintf(error, size, "cannot read %zu bytes", len);
		goto out;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	json = json_tokener_parse_ex(tokener, text, len);
	err = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (err != json_tokener_success) {
		snprintf(error, size, "no JSON: %s, at byte %zu",
			 err == json_tokener_continue ? "it ends too early" :
							json_tokener_error_desc(err), end);
		json = NULL;
	} else if (!json || !only_space(text + end, len - end)) {
		snprintf(error, size, "no JSON: %s", json ? "there is text behind it" :
							   "not an object");
		json_object_put(json);
		json = NULL;
	}
out:
	if (tokener)
		json_tokener_free(tokener);
	return json;
}
