// SPDX-License-Identifier: GPL-2.0
/* One line on stderr per event, and text from the wire made fit to print. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>

atomic_bool log_debugging;

static bool in_journal;

void log_init(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	/* The variable is inherited; what it names need not be our stderr. */
	in_journal = stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
		     !fstat(2, &st) && st.st_dev == dev && st.st_ino == ino;
	setvbuf(stderr, NULL, _IOLBF, 0);
}

static void log_line(int priority, const char *level, const char *fmt, va_list args)
{
	char line[1024], *p;

	vsnprintf(line, sizeof(line), fmt, args);
	/* Libraries' texts may have line ends; an event has one line. */
	for (p = line; *p; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
	/* One call, so that lines of two threads do not mix. */
	if (in_journal)
		fprintf(stderr, "<%d>%s\n", priority, line);
	else
		fprintf(stderr, "%s %s\n", level, line);
}

#define LOG_FUNCTION(name, priority, level)			\
	void name(const char *fmt, ...)				\
	{							\
		va_list args;					\
								\
		va_start(args, fmt);				\
		log_line(priority, level, fmt, args);		\
		va_end(args);					\
	}

LOG_FUNCTION(log_error, LOG_ERR, "error")
LOG_FUNCTION(log_warning, LOG_WARNING, "warning")
LOG_FUNCTION(log_info, LOG_INFO, "info")
LOG_FUNCTION(log_debug_line, LOG_DEBUG, "debug")

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
