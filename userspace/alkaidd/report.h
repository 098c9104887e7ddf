/* SPDX-License-Identifier: GPL-2.0 */
/* What alkaidctl asks for: status, dump and resync, as JSON. */
#ifndef ALKAIDD_REPORT_H
#define ALKAIDD_REPORT_H

#include "agent.h"
#include "receive.h"

/**
 * struct reported - what the agent does not know itself
 * @state_dir: where the state is, or NULL if in memory alone
 * @degraded: why it is so, or NULL if that is as it should be
 * @methods: that are served
 */
struct reported {
	const char *listen;
	char *state_dir, *degraded;
	const struct method *methods;
	size_t n_methods;
};

/** report_open() - before the first question; @reported must outlive the last one */
void report_open(const struct reported *reported);

/** report_receiver() - whose counters to show, once there is one; NULL before it ends */
void report_receiver(struct receiver *receiver);

/* Of service alkaid.Agent; each is a receive_fn whose @arg is the struct agent. */
bool report_status(void *arg, const uint8_t *data, size_t len, uint8_t **reply,
		   size_t *reply_len);
bool report_dump(void *arg, const uint8_t *data, size_t len, uint8_t **reply, size_t *reply_len);
bool report_resync(void *arg, const uint8_t *data, size_t len, uint8_t **reply,
		   size_t *reply_len);

#endif
