// SPDX-License-Identifier: GPL-2.0
/* alkaidctl status, dump and resync: show the JSON that alkaidd answers with. */
#include "ctl.h"

#include <json-c/json_object.h>
#include <json-c/linkhash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alkaid.pb-c.h"
#include "message.h"

static void print_value(struct json_object *value)
{
	size_t i;

	if (!json_object_is_type(value, json_type_array)) {
		fputs(value ? json_object_get_string(value) : "-", stdout);
		return;
	}
	if (!json_object_array_length(value))
		putchar('-');
	for (i = 0; i < json_object_array_length(value); i++) {
		if (i)
			putchar(',');
		print_value(json_object_array_get_idx(value, i));
	}
}

/* Whether it has texts of more than a word. */
static bool has_sentences(struct json_object *value)
{
	return json_object_is_type(value, json_type_array) && json_object_array_length(value) &&
	       strchr(json_object_get_string(json_object_array_get_idx(value, 0)), ' ');
}

static void print_lines(struct json_object *list, int depth)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++)
		printf("%*s%s\n", 2 * depth, "",
		       json_object_get_string(json_object_array_get_idx(list, i)));
}

/* "KEY VALUE" a line; what is inside an object is indented below its key. */
static void print_tree(struct json_object *o, int depth)
{
	json_object_object_foreach(o, key, value) {
		printf("%*s%s", 2 * depth, "", key);
		if (json_object_is_type(value, json_type_object)) {
			putchar('\n');
			print_tree(value, depth + 1);
			continue;
		}
		if (has_sentences(value)) {
			putchar('\n');
			print_lines(value, depth + 1);
			continue;
		}
		putchar(' ');
		print_value(value);
		putchar('\n');
	}
}

/* An object a line: its type and id, then keys and values. */
static void print_row(struct json_object *o)
{
	bool first = true;

	json_object_object_foreach(o, key, value) {
		printf("%s", first ? "" : " ");
		if (strcmp(key, "type") && strcmp(key, "id"))
			printf("%s ", key);
		print_value(value);
		first = false;
	}
	putchar('\n');
}

static void print_text(struct json_object *json)
{
	size_t i;

	if (!json_object_is_type(json, json_type_array)) {
		print_tree(json, 0);
		return;
	}
	for (i = 0; i < json_object_array_length(json); i++)
		print_row(json_object_array_get_idx(json, i));
}

static int show(const struct options *o, const char *text)
{
	struct json_object *json, *failed = NULL;
	char error[512];
	int status;

	/* A dump may be large, and is not looked into. */
	if (o->json && !o->pretty && *text == '[') {
		puts(text);
		return EXIT_DONE;
	}
	json = json_parse(text, strlen(text), error, sizeof(error));
	if (!json) {
		fprintf(stderr, "alkaidctl: %s: the reply is no JSON: %s\n", o->to.address, error);
		return EXIT_UNREACHABLE;
	}
	if (o->json)
		puts(json_object_to_json_string_ext(json, o->pretty ? JSON_C_TO_STRING_PRETTY :
						    JSON_C_TO_STRING_PLAIN));
	else
		print_text(json);
	if (json_object_is_type(json, json_type_object))
		json_object_object_get_ex(json, "error", &failed);
	status = failed ? EXIT_REFUSED : EXIT_DONE;
	json_object_put(json);
	return status;
}

int report(const struct options *o, const char *method)
{
	struct call_reply reply;
	Alkaid__Report *message;
	int status = ctl_call(o, method, (const uint8_t *)"", 0, &reply);

	if (status == EXIT_DONE) {
		message = reply.bytes ? alkaid__report__unpack(NULL, reply.len, reply.bytes) : NULL;
		if (message) {
			status = show(o, message->json);
			alkaid__report__free_unpacked(message, NULL);
		} else {
			fprintf(stderr, "alkaidctl: %s: the reply cannot be decoded\n",
				o->to.address);
			status = EXIT_UNREACHABLE;
		}
	}
	call_reply_free(&reply);
	return status;
}
