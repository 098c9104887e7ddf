// SPDX-License-Identifier: GPL-2.0
/* One line on stderr per event, and text from the wire made fit to print. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

static void log_line(const char *level, const char *fmt, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, args);
	/* One call, so that lines of two threads do not mix. */
	fprintf(stderr, "%s %s\n", level, line);
}

void log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("error", fmt, args);
	va_end(args);
}

void log_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("warning", fmt, args);
	va_end(args);
}

void log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("info", fmt, args);
	va_end(args);
}

const char *plain(char buf[QUOTE_LEN], const char *s)
{
	char *p = buf;
	size_t i;

	for (i = 0; i < QUOTE_CHARS && s[i]; i++) {
		unsigned char c = s[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			p += sprintf(p, "\\x%02x", c);
		else
			*p++ = c;
	}
	sprintf(p, "%s", s[i] ? "..." : "");
	return buf;
}

const char *quote(char buf[QUOTE_LEN], const char *s)
{
	char text[QUOTE_LEN];

	sprintf(buf, "\"%.*s\"", (int)QUOTE_LEN - 3, plain(text, s));
	return buf;
}
