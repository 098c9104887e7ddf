/* SPDX-License-Identifier: GPL-2.0 */
/* Output of the show commands: one call makes the text or the JSON. */
#ifndef ALK_OUT_H
#define ALK_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

/**
 * struct out - a list of objects being printed
 * @file: where to
 * @json: an array of objects; otherwise a line of words each
 * @pretty: JSON with line breaks
 * @lines: JSON has no array, and an object a line: the list has no end
 */
struct out {
	FILE *file;
	bool json;
	bool pretty;
	bool lines;
	/* private */
	struct json_object *object, *nest, *list;
	const char *word;
	unsigned int objects;
	bool midline;
};

void out_object_begin(struct out *out);
void out_object_end(struct out *out);
/* An object that was made elsewhere, for JSON alone; it is freed. */
void out_object(struct out *out, struct json_object *object);
/* The end of the list, which may be empty. Before the first object nothing is printed. */
void out_end(struct out *out);

/* In text, @word (if any) and the value; in JSON, @key and the value. */
void out_string(struct out *out, const char *word, const char *key, const char *value);
void out_uint(struct out *out, const char *word, const char *key, uint64_t value);
void out_bool(struct out *out, const char *word, const char *key, bool value);
/* A word that stands for itself; JSON says true. */
void out_flag(struct out *out, const char *word, const char *key);
/* JSON says null, text says nothing. */
void out_none(struct out *out, const char *key);

/* @word stands before each item in text; in JSON the list has @key. */
void out_list_begin(struct out *out, const char *word, const char *key);
void out_list_item(struct out *out, const char *value);
void out_list_end(struct out *out);
/* An item that is an object: values until the end are its. */
void out_item_begin(struct out *out);
void out_item_end(struct out *out);

/* Values until the end are an object below @key; in text, an indented line. */
void out_nest_begin(struct out *out, const char *key);
void out_nest_end(struct out *out);

#endif /* ALK_OUT_H */
