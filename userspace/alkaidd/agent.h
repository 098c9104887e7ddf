/* SPDX-License-Identifier: GPL-2.0 */
/* The agent: pushes and link events, one at a time, to one device. */
#ifndef ALKAIDD_AGENT_H
#define ALKAIDD_AGENT_H

#include <pthread.h>

#include "translate.h"

struct agent {
	pthread_mutex_t lock;	/* of all below: pushes and link events have a thread each */
	struct alk *alk;
	struct store store;
	struct host host;
};

/** agent_open() - of device @dev, or of the only one; says why it cannot */
int agent_open(struct agent *agent, const char *dev);
void agent_close(struct agent *agent);

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
