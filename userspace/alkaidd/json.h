/* SPDX-License-Identifier: GPL-2.0 */
/* JSON, written in one go: quick for a million objects. */
#ifndef ALKAIDD_JSON_H
#define ALKAIDD_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A member of an object has a key; the elements of a list and the whole have NULL. */
void json_open(GString *json, const char *key, char bracket);
void json_close(GString *json, char bracket);
void json_number(GString *json, const char *key, uint64_t value);
void json_flag(GString *json, const char *key, bool value);

/** json_text() - @value may be NULL, and is then null */
void json_text(GString *json, const char *key, const char *value);

#endif
