/* SPDX-License-Identifier: GPL-2.0 */
/* Tables that somebody else changes: seen, told, and repaired or kept. */
#ifndef ALKAIDD_WATCH_H
#define ALKAIDD_WATCH_H

#include <stdint.h>

struct agent;
struct watch;

/**
 * watch_open() - notice commits from here on
 * @ifindex: of the device
 *
 * Return: 0 or a negative errno, logged.
 */
int watch_open(uint32_t ifindex, struct watch **out);

/**
 * watch_start() - look at what others change, in a thread of its own
 *
 * Changes that come together are looked at once. Nothing needs to be done for
 * what the kernel did by itself: link events tell of it.
 */
void watch_start(struct watch *watch, struct agent *agent);

/** watch_close() - NULL is fine; waits for a look that is under way */
void watch_close(struct watch *watch);

#endif
