// SPDX-License-Identifier: GPL-2.0
/* Allocation that does not fail. */
#include "alloc.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

void alloc_failed(void)
{
	log_error("out of memory");
	abort();
}

/*
 * What one worker allocates for good is between what it frees with each push; with a
 * heap for each of them, the holes together are as much as what is kept.
 */
#define ARENAS 1

void alloc_init(void)
{
	mallopt(M_ARENA_MAX, ARENAS);
}

static void *checked(void *p)
{
	if (!p)
		alloc_failed();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return checked(reallocarray(p, n ? n : 1, size));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	return checked(text);
}
