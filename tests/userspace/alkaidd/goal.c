// SPDX-License-Identifier: GPL-2.0
/* Goal states for tests, written as JSON. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

Alcor__Schema__GoalState *goal(const char *json)
{
	char *text = strdup(json), *p, error[512] = "";
	struct json_object *object;
	ProtobufCMessage *message;

	assert_non_null(text);
	for (p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	object = json_parse(text, strlen(text), error, sizeof(error));
	if (!object)
		fail_msg("%s: %s", error, text);
	message = json_to_message(&alcor__schema__goal_state__descriptor, object, error,
				  sizeof(error));
	if (!message)
		fail_msg("%s: %s", error, text);
	json_object_put(object);
	free(text);
	return (Alcor__Schema__GoalState *)message;
}

void goal_free(Alcor__Schema__GoalState *msg)
{
	alcor__schema__goal_state__free_unpacked(msg, NULL);
}
