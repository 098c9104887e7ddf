/* SPDX-License-Identifier: GPL-2.0 */
/* What a service manager is told. Without one, nothing happens. */
#ifndef ALKAIDD_NOTIFY_H
#define ALKAIDD_NOTIFY_H

#include <stdint.h>

/** notify_ready() - requests are served; also after notify_reloading() */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/** notify_status() - a line for people */
void notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** notify_interval() - milliseconds in which it wants to hear from us; 0: it does not */
uint64_t notify_interval(void);
/** notify_alive() - we are well */
void notify_alive(void);

#endif
