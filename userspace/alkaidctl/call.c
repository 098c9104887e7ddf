// SPDX-License-Identifier: GPL-2.0
/* One unary gRPC call. */
#include "call.h"

#include <errno.h>
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_SECONDS 300	/* as long as a controller waits */

/* Returns NULL, with the reason in @reply. */
static char *read_file(const char *path, struct call_reply *reply)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");

	/* To the end: PEM has no zero bytes. */
	if (!file || getdelim(&text, &size, 0, file) < 0) {
		free(text);
		text = NULL;
		reply->status = CALL_BAD_FILE;
		if (asprintf(&reply->text, "%s: %s", path, file && !errno ? "is empty" :
			     strerror(errno)) < 0)
			reply->text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}

static grpc_channel_credentials *credentials_new(const struct target *target,
						 struct call_reply *reply)
{
	grpc_channel_credentials *credentials = NULL;
	grpc_ssl_pem_key_cert_pair pair = {};
	char *ca, *cert = NULL, *key = NULL;

	if (!target->tls_ca)
		return grpc_insecure_credentials_create();
	errno = 0;
	ca = read_file(target->tls_ca, reply);
	if (ca && target->tls_cert) {
		cert = read_file(target->tls_cert, reply);
		key = cert ? read_file(target->tls_key, reply) : NULL;
		pair = (grpc_ssl_pem_key_cert_pair){ .cert_chain = cert, .private_key = key };
	}
	if (ca && (!target->tls_cert || key))
		credentials = grpc_ssl_credentials_create_ex(ca, key ? &pair : NULL, NULL, NULL);
	free(ca);
	free(cert);
	free(key);
	return credentials;
}

static grpc_channel *channel_new(const struct target *target, struct call_reply *reply)
{
	grpc_arg list[] = {
		{
			/* The reply has a status for each resource, however many. */
			.type = GRPC_ARG_INTEGER,
			.key = GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
			.value.integer = INT_MAX,
		}, {
			/* A host is asked itself, whatever the environment says. */
			.type = GRPC_ARG_INTEGER,
			.key = GRPC_ARG_ENABLE_HTTP_PROXY,
			.value.integer = 0,
		},
	};
	grpc_channel_args args = { .num_args = 2, .args = list };
	grpc_channel_credentials *credentials = credentials_new(target, reply);
	grpc_channel *channel;

	if (!credentials)
		return NULL;
	channel = grpc_channel_create(target->address, credentials, &args);
	grpc_channel_credentials_release(credentials);
	return channel;
}

static void take_message(grpc_byte_buffer *message, struct call_reply *reply)
{
	grpc_byte_buffer_reader reader;
	grpc_slice slice;

	if (!message || !grpc_byte_buffer_reader_init(&reader, message))
		return;
	slice = grpc_byte_buffer_reader_readall(&reader);
	reply->len = GRPC_SLICE_LENGTH(slice);
	reply->bytes = malloc(reply->len ? reply->len : 1);
	if (reply->bytes)
		memcpy(reply->bytes, GRPC_SLICE_START_PTR(slice), reply->len);
	grpc_slice_unref(slice);
	grpc_byte_buffer_reader_destroy(&reader);
}

static void exchange(grpc_call *grpc, grpc_completion_queue *queue, const uint8_t *bytes,
		     size_t len, struct call_reply *reply)
{
	grpc_slice slice = grpc_slice_from_copied_buffer((const char *)bytes, len);
	grpc_byte_buffer *out = grpc_raw_byte_buffer_create(&slice, 1), *in = NULL;
	grpc_status_code status = GRPC_STATUS_INTERNAL;
	grpc_slice text = grpc_empty_slice();
	grpc_metadata_array initial, trailing;
	char *copy;
	grpc_op ops[6] = {
		{ .op = GRPC_OP_SEND_INITIAL_METADATA },
		{ .op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = out },
		{ .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT },
		{ .op = GRPC_OP_RECV_INITIAL_METADATA,
		  .data.recv_initial_metadata.recv_initial_metadata = &initial },
		{ .op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &in },
		{ .op = GRPC_OP_RECV_STATUS_ON_CLIENT,
		  .data.recv_status_on_client = {
			  .trailing_metadata = &trailing,
			  .status = &status,
			  .status_details = &text,
		  } },
	};

	grpc_metadata_array_init(&initial);
	grpc_metadata_array_init(&trailing);
	if (grpc_call_start_batch(grpc, ops, 6, grpc, NULL) == GRPC_CALL_OK)
		grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);

	copy = grpc_slice_to_c_string(text);
	reply->status = status;
	reply->text = strdup(copy);
	gpr_free(copy);
	if (status == GRPC_STATUS_OK)
		take_message(in, reply);

	if (in)
		grpc_byte_buffer_destroy(in);
	grpc_byte_buffer_destroy(out);
	grpc_slice_unref(slice);
	grpc_slice_unref(text);
	grpc_metadata_array_destroy(&initial);
	grpc_metadata_array_destroy(&trailing);
}

void call(const struct target *target, const char *method, const uint8_t *bytes, size_t len,
	  struct call_reply *reply)
{
	gpr_timespec deadline = gpr_time_add(gpr_now(GPR_CLOCK_REALTIME),
					     gpr_time_from_seconds(DEADLINE_SECONDS, GPR_TIMESPAN));
	grpc_completion_queue *queue;
	grpc_channel *channel;
	grpc_call *grpc;

	memset(reply, 0, sizeof(*reply));
	grpc_init();
	channel = channel_new(target, reply);
	if (!channel) {
		grpc_shutdown();
		return;
	}
	queue = grpc_completion_queue_create_for_next(NULL);
	grpc = grpc_channel_create_call(channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue,
					grpc_slice_from_static_string(method), NULL, deadline,
					NULL);
	exchange(grpc, queue, bytes, len, reply);

	grpc_call_unref(grpc);
	grpc_channel_destroy(channel);
	grpc_completion_queue_shutdown(queue);
	grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
	grpc_completion_queue_destroy(queue);
	grpc_shutdown();
}

void call_reply_free(struct call_reply *reply)
{
	free(reply->text);
	free(reply->bytes);
}
