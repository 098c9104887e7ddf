/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line on stderr per event, "LEVEL ROOM: TYPE ID: TEXT" where it is about a
 * resource, and text from the wire made fit to print.
 */
#ifndef ALKAIDD_LOG_H
#define ALKAIDD_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define LOG_FORMAT(n) __attribute__((format(printf, n, (n) + 1)))

/** log_init() - find out who reads: the journal takes levels as numbers */
void log_init(void);

/* Whether log_debug() says something; ask before work that only it needs. */
extern atomic_bool log_debugging;

void log_error(const char *fmt, ...) LOG_FORMAT(1);
void log_warning(const char *fmt, ...) LOG_FORMAT(1);
void log_info(const char *fmt, ...) LOG_FORMAT(1);
void log_debug_line(const char *fmt, ...) LOG_FORMAT(1);

/* Its arguments are not looked at while it is off. */
#define log_debug(...)									\
	do {										\
		if (atomic_load_explicit(&log_debugging, memory_order_relaxed))		\
			log_debug_line(__VA_ARGS__);					\
	} while (0)

/* Longest text that quote() shows before it cuts, and what that may need. */
#define QUOTE_CHARS 64
#define QUOTE_LEN (QUOTE_CHARS * 4 + sizeof("\"\"..."))

/**
 * quote() - put text of unknown origin between quotes
 * @buf: where to
 * @s: any bytes; what is not printable ASCII is escaped, the end cut
 */
const char *quote(char buf[QUOTE_LEN], const char *s);

/* A quoted text that lives as long as the block it is used in. */
#define QUOTE(s) quote((char[QUOTE_LEN]){0}, s)

/* The same without the quotes, for names at the head of a line. */
const char *plain(char buf[QUOTE_LEN], const char *s);
#define PLAIN(s) plain((char[QUOTE_LEN]){0}, s)

#endif
