// SPDX-License-Identifier: GPL-2.0
/* Text and JSON from the same calls. Objects are written one at a time. */
#include "out.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *must(struct json_object *value)
{
	if (!value) {
		fprintf(stderr, "alk: no memory for the output\n");
		exit(2);
	}
	return value;
}

static void add(struct out *out, const char *key, struct json_object *value)
{
	if (json_object_object_add(out->nest ? out->nest : out->object, key, value))
		must(NULL);
}

void out_end(struct out *out)
{
	if (!out->json)
		return;
	if (!out->objects)
		fputc('[', out->file);
	fputs(out->pretty && out->objects ? "\n]\n" : "]\n", out->file);
}

void out_object_begin(struct out *out)
{
	if (out->json)
		out->object = must(json_object_new_object());
}

static void put_json(struct out *out)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *s, *end;

	if (out->pretty && !out->lines)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	s = json_object_to_json_string_ext(out->object, flags);
	if (!s)
		must(NULL);
	if (!out->lines)
		fputc(out->objects ? ',' : '[', out->file);
	if (out->lines || !out->pretty) {
		fputs(s, out->file);
		if (out->lines)
			fputc('\n', out->file);
		return;
	}
	/* Strings hold no raw line end, so every one may be indented. */
	for (; *s; s = end) {
		end = strchr(s, '\n');
		end = end ? end + 1 : s + strlen(s);
		if (s[0] == '\n')
			continue;
		fprintf(out->file, "\n  %.*s", (int)(end - s - (end[-1] == '\n')), s);
	}
}

void out_object_end(struct out *out)
{
	if (out->json) {
		put_json(out);
		json_object_put(out->object);
		out->object = NULL;
	} else if (out->midline) {
		fputc('\n', out->file);
		out->midline = false;
	}
	out->objects++;
}

void out_object(struct out *out, struct json_object *object)
{
	out->object = object;
	out_object_end(out);
}

/* A word that the splitter of command files takes as one again. */
static void put_word(struct out *out, const char *value)
{
	const char *c;

	if (out->midline)
		fputc(' ', out->file);
	out->midline = true;

	if (*value && *value != '#' && !strpbrk(value, " \t\r\n\"'\\")) {
		fputs(value, out->file);
		return;
	}
	fputc('"', out->file);
	for (c = value; *c; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', out->file);
		fputc(*c, out->file);
	}
	fputc('"', out->file);
}

void out_string(struct out *out, const char *word, const char *key, const char *value)
{
	if (out->json) {
		add(out, key, must(json_object_new_string(value)));
		return;
	}
	if (word)
		put_word(out, word);
	put_word(out, value);
}

void out_uint(struct out *out, const char *word, const char *key, uint64_t value)
{
	char buf[24];

	if (out->json) {
		add(out, key, must(json_object_new_uint64(value)));
		return;
	}
	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)value);
	out_string(out, word, key, buf);
}

void out_bool(struct out *out, const char *word, const char *key, bool value)
{
	if (out->json)
		add(out, key, must(json_object_new_boolean(value)));
	else
		out_string(out, word, key, value ? "on" : "off");
}

void out_flag(struct out *out, const char *word, const char *key)
{
	if (out->json)
		add(out, key, must(json_object_new_boolean(true)));
	else
		put_word(out, word);
}

void out_none(struct out *out, const char *key)
{
	if (out->json)
		add(out, key, NULL);
}

void out_list_begin(struct out *out, const char *word, const char *key)
{
	out->word = word;
	if (!out->json)
		return;
	out->list = must(json_object_new_array());
	add(out, key, out->list);
}

void out_list_item(struct out *out, const char *value)
{
	if (!out->json)
		out_string(out, out->word, NULL, value);
	else if (json_object_array_add(out->list, must(json_object_new_string(value))))
		must(NULL);
}

void out_list_end(struct out *out)
{
	out->list = NULL;
	out->word = NULL;
}

void out_item_begin(struct out *out)
{
	if (!out->json) {
		put_word(out, out->word);
		return;
	}
	out->nest = must(json_object_new_object());
	if (json_object_array_add(out->list, out->nest))
		must(NULL);
}

void out_item_end(struct out *out)
{
	out->nest = NULL;
}

void out_nest_begin(struct out *out, const char *key)
{
	struct json_object *nest;

	if (!out->json) {
		fputs("\n   ", out->file);
		return;
	}
	nest = must(json_object_new_object());
	add(out, key, nest);
	out->nest = nest;
}

void out_nest_end(struct out *out)
{
	out->nest = NULL;
}
