/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocation that does not fail. What is allocated is bounded by the size of a
 * message; a machine that cannot give that much ends the daemon, which traffic
 * does not notice, and the next start adopts what the kernel holds.
 */
#ifndef ALKAIDD_ALLOC_H
#define ALKAIDD_ALLOC_H

#include <stddef.h>

/** alloc_init() - before any thread is started */
void alloc_init(void);

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void alloc_failed(void) __attribute__((noreturn));

#endif
