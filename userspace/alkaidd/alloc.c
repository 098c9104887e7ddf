// SPDX-License-Identifier: GPL-2.0
/* Allocation that does not fail. */
#include "alloc.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

#define BIG (256 << 10)

static void *checked(void *p)
{
	if (!p)
		alloc_failed();
	return p;
}

/* What is big is filled: to have its pages at once is cheaper than a fault for each. */
static void *populated(void *p, size_t size)
{
	const uintptr_t within = getpagesize() - 1;
	uintptr_t start = ((uintptr_t)p + within) & ~within;
	uintptr_t end = ((uintptr_t)p + size) & ~within;

	/* Kernels before 5.14 do not know it, and nothing is lost. */
	if (size >= BIG)
		madvise((void *)start, end - start, MADV_POPULATE_WRITE);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return populated(checked(calloc(n ? n : 1, size)), n * size);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return populated(checked(reallocarray(p, n ? n : 1, size)), n * size);
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
