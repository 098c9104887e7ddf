// SPDX-License-Identifier: GPL-2.0
/* JSON, written in one go. */
#include "json.h"

#include <inttypes.h>

static void quoted(GString *json, const char *s)
{
	g_string_append_c(json, '"');
	for (; *s; s++) {
		unsigned char c = *s;

		/* What is no ASCII is shown as its bytes: it need not be UTF-8. */
		if (c < 0x20 || c >= 0x7f)
			g_string_append_printf(json, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			g_string_append_printf(json, "\\%c", c);
		else
			g_string_append_c(json, c);
	}
	g_string_append_c(json, '"');
}

/* Whatever comes is the first inside a bracket, or stands behind a comma. */
static void begin(GString *json, const char *key)
{
	char last = json->len ? json->str[json->len - 1] : '[';

	if (last != '[' && last != '{')
		g_string_append_c(json, ',');
	if (key) {
		quoted(json, key);
		g_string_append_c(json, ':');
	}
}

void json_open(GString *json, const char *key, char bracket)
{
	begin(json, key);
	g_string_append_c(json, bracket);
}

void json_close(GString *json, char bracket)
{
	g_string_append_c(json, bracket);
}

void json_number(GString *json, const char *key, uint64_t value)
{
	begin(json, key);
	g_string_append_printf(json, "%" PRIu64, value);
}

void json_flag(GString *json, const char *key, bool value)
{
	begin(json, key);
	g_string_append(json, value ? "true" : "false");
}

void json_text(GString *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		quoted(json, value);
	else
		g_string_append(json, "null");
}
