// SPDX-License-Identifier: GPL-2.0
/*
 * A gRPC server that takes goal states as alkaidd does, by the same code, and
 * answers each without looking at it: what the transport alone costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "receive.h"

#define SERVICE "/alcor.schema.GoalStateProvisioner/"
#define MAX_MESSAGE (512u << 20)

static bool nothing(void *arg, const uint8_t *data, size_t len, uint8_t **reply,
		    size_t *reply_len)
{
	(void)arg;
	(void)data;
	(void)len;
	*reply = malloc(1);
	*reply_len = 0;
	return *reply;
}

int main(int argc, char **argv)
{
	static const struct method methods[] = {
		{ .path = SERVICE "PushNetworkResourceStates", .handler = nothing },
		{ .path = SERVICE "PushGoalStatesStream", .stream = true, .handler = nothing },
	};
	const struct receive_options options = {
		.listen = argc == 2 ? argv[1] : "127.0.0.1:50009",
		.max_message = MAX_MESSAGE,
		.max_memory = MAX_MESSAGE,
	};

	if (!receive_start(&options, methods, sizeof(methods) / sizeof(methods[0]), NULL))
		return 1;
	puts("serving");
	fflush(stdout);
	for (;;)
		pause();
}
