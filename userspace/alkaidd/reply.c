// SPDX-License-Identifier: GPL-2.0
/* What became of a push, as the bytes of its reply. */
#include "reply.h"

#include <stdlib.h>

#include "alloc.h"

typedef Alcor__Schema__GoalStateOperationReply reply_t;
typedef Alcor__Schema__GoalStateOperationReply__GoalStateOperationStatus status_t;

static void fill(status_t *status, const struct result *r, const struct timing *timing)
{
	*status = (status_t)
		ALCOR__SCHEMA__GOAL_STATE_OPERATION_REPLY__GOAL_STATE_OPERATION_STATUS__INIT;
	status->resource_id = (char *)r->id;
	status->resource_type = r->type;
	status->operation_type = r->op;
	status->operation_status = r->status;
	/* One transaction: what took the whole took each of its parts. */
	status->network_configuration_time = timing->configure;
	status->dataplane_programming_time = r->programmed ? timing->program : 0;
	status->state_elapse_time =
		status->network_configuration_time + status->dataplane_programming_time;
}

uint8_t *reply_pack(const struct push *push, uint32_t format_version,
		    const struct timing *timing, size_t *len)
{
	reply_t reply = ALCOR__SCHEMA__GOAL_STATE_OPERATION_REPLY__INIT;
	status_t *statuses = xcalloc(push->n_results, sizeof(*statuses));
	status_t **list = xcalloc(push->n_results, sizeof(*list));
	uint8_t *bytes;
	size_t i, n = 0;

	for (i = 0; i < push->n_results; i++) {
		if (push->results[i].silent)
			continue;
		fill(&statuses[n], &push->results[i], timing);
		list[n] = &statuses[n];
		n++;
	}
	reply.format_version = format_version;
	reply.operation_statuses = list;
	reply.n_operation_statuses = n;
	reply.message_total_operation_time = timing->configure + timing->program;

	*len = alcor__schema__goal_state_operation_reply__get_packed_size(&reply);
	bytes = xcalloc(*len, 1);
	alcor__schema__goal_state_operation_reply__pack(&reply, bytes);
	free(list);
	free(statuses);
	return bytes;
}

uint8_t *reply_undecodable(size_t *len)
{
	struct result result = { .id = "", .status = STATUS(FAILURE) };
	struct push push = { .results = &result, .n_results = 1 };

	return reply_pack(&push, 0, &(struct timing){}, len);
}
