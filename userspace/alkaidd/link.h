/* SPDX-License-Identifier: GPL-2.0 */
/* Which netdevs come, go and change, as rtnetlink tells it. */
#ifndef ALKAIDD_LINK_H
#define ALKAIDD_LINK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct link_events - what to call
 * @changed: a netdev is there, new or not, under this name
 * @gone: a netdev is there no more
 * @lost: events were lost: look at every netdev that matters
 */
struct link_events {
	void (*changed)(const char *name, uint32_t ifindex, void *arg);
	void (*gone)(uint32_t ifindex, void *arg);
	void (*lost)(void *arg);
	void *arg;
};

struct nl_sock;

/** link_open() - a socket that gets link events, or NULL; @events must outlive it */
struct nl_sock *link_open(const struct link_events *events);
void link_close(struct nl_sock *sk);
int link_fd(struct nl_sock *sk);

/** link_read() - handle what has come */
void link_read(struct nl_sock *sk, const struct link_events *events);

#endif
