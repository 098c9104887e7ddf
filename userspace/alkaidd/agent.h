/* SPDX-License-Identifier: GPL-2.0 */
/* The agent: pushes and link events, one at a time, to one device. */
#ifndef ALKAIDD_AGENT_H
#define ALKAIDD_AGENT_H

#include <pthread.h>

#include "apply.h"
#include "watch.h"

/* What became of a push; @us: microseconds that it took. */
struct push_counts {
	size_t done, pending, refused;
	uint32_t us;
};

/**
 * struct agent - all that the daemon works with
 * @lock: of all below: pushes, events and questions come in several threads
 * @device: name of the alkaid device
 * @watch: of what others do to its tables
 * @external: what becomes of that
 * @n_pushes, @n_refused: pushes, and refused resources in them, since the start
 * @last: what became of the last push
 * @last_push: when the last one ended, in seconds of the wall clock; 0 if none
 */
struct agent {
	pthread_mutex_t lock;
	struct target target;
	char device[IFNAMSIZ];
	struct watch *watch;
	enum external external;
	uint64_t n_pushes, n_refused;
	struct push_counts last;
	time_t last_push;
};

/**
 * agent_open() - find the device, and make its tables say what is kept
 * @config: must outlive the agent, or be replaced by agent_configure()
 * @state: opened; the agent's from here on
 *
 * Return: 0 or a negative errno, logged.
 */
int agent_open(struct agent *agent, const struct config *config, struct state *state);
void agent_close(struct agent *agent);

/** agent_resync() - compare the tables with what is asked for, and mend them; the lock is taken */
struct resync;
int agent_resync(struct agent *agent, struct resync *r);

/** agent_configure() - take over what can change while it runs */
void agent_configure(struct agent *agent, const struct config *config);

/**
 * agent_push_v1() - do what a GoalState says; a receive_fn
 * @agent: struct agent
 * @data: the message
 * @reply: out: the reply's bytes, to be freed
 *
 * Return: false, and no reply, if the message cannot be decoded.
 */
bool agent_push_v1(void *agent, const uint8_t *data, size_t len,
		   uint8_t **reply, size_t *reply_len);
/**
 * agent_push_v2() - the same for a GoalStateV2
 *
 * Its controllers wait for minutes after any status of a call but OK, so one that
 * cannot be decoded is answered with a FAILURE of nothing in particular.
 */
bool agent_push_v2(void *agent, const uint8_t *data, size_t len,
		   uint8_t **reply, size_t *reply_len);

/* What struct link_events wants. */
void agent_link_changed(const char *name, uint32_t ifindex, void *agent);
void agent_link_gone(uint32_t ifindex, void *agent);
void agent_link_lost(void *agent);

#endif
