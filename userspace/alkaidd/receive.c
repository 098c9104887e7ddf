// SPDX-License-Identifier: GPL-2.0
/* The gRPC server: calls in, bytes to the handler, its reply out. */
#include "receive.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

/*
 * Calls under way at once. With the time-out for a message that does not come,
 * and the limit of a message, they bound what callers can make us hold.
 */
#define CALLS 16
#define MESSAGE_SECONDS 30
#define STOP_SECONDS 2

enum call_state {
	CALL_FREE,
	CALL_WAITS,	/* for somebody to call */
	CALL_RECEIVES,	/* its message */
	CALL_ENDS,	/* its reply is on the way */
};

struct call {
	enum call_state state;
	const struct method *method;
	grpc_call *call;
	grpc_call_details details;
	grpc_metadata_array metadata;
	grpc_byte_buffer *message;
	gpr_timespec since;
	int cancelled;
};

struct receiver {
	grpc_server *server;
	grpc_completion_queue *queue;
	pthread_t thread;
	const struct method *methods;
	size_t n_methods;
	void *arg;
	atomic_bool stopping;
	struct call calls[CALLS];
};

static void call_wait(struct receiver *rx, struct call *call)
{
	grpc_call_error err;

	memset(call, 0, sizeof(*call));
	if (rx->stopping)
		return;
	grpc_call_details_init(&call->details);
	grpc_metadata_array_init(&call->metadata);
	err = grpc_server_request_call(rx->server, &call->call, &call->details, &call->metadata,
				       rx->queue, rx->queue, call);
	if (err != GRPC_CALL_OK)
		log_error("grpc: cannot wait for calls: %s", grpc_call_error_to_string(err));
	else
		call->state = CALL_WAITS;
}

static void call_free(struct call *call)
{
	if (call->message)
		grpc_byte_buffer_destroy(call->message);
	grpc_call_details_destroy(&call->details);
	grpc_metadata_array_destroy(&call->metadata);
	if (call->call)
		grpc_call_unref(call->call);
	memset(call, 0, sizeof(*call));
}

/* Ends the call with @status; @bytes is taken, and NULL if there is no reply. */
static void call_end(struct receiver *rx, struct call *call, grpc_status_code status,
		     const char *text, uint8_t *bytes, size_t len)
{
	grpc_slice details = grpc_slice_from_copied_string(text);
	grpc_byte_buffer *reply = NULL;
	grpc_op ops[4] = {};
	grpc_op *op = ops;
	grpc_call_error err;

	op->op = GRPC_OP_SEND_INITIAL_METADATA;
	op++;
	if (bytes) {
		grpc_slice slice = grpc_slice_new(bytes, len, free);

		reply = grpc_raw_byte_buffer_create(&slice, 1);
		grpc_slice_unref(slice);
		op->op = GRPC_OP_SEND_MESSAGE;
		op->data.send_message.send_message = reply;
		op++;
	}
	op->op = GRPC_OP_SEND_STATUS_FROM_SERVER;
	op->data.send_status_from_server.status = status;
	op->data.send_status_from_server.status_details = &details;
	op++;
	op->op = GRPC_OP_RECV_CLOSE_ON_SERVER;
	op->data.recv_close_on_server.cancelled = &call->cancelled;
	op++;

	err = grpc_call_start_batch(call->call, ops, op - ops, call, NULL);
	if (reply)
		grpc_byte_buffer_destroy(reply);
	grpc_slice_unref(details);
	if (err == GRPC_CALL_OK) {
		call->state = CALL_ENDS;
		return;
	}
	log_error("grpc: cannot reply: %s", grpc_call_error_to_string(err));
	call_free(call);
	call_wait(rx, call);
}

static const struct method *method_of(const struct receiver *rx, const struct call *call)
{
	size_t i;

	for (i = 0; i < rx->n_methods; i++)
		if (!grpc_slice_str_cmp(call->details.method, rx->methods[i].path))
			return &rx->methods[i];
	return NULL;
}

static void call_came(struct receiver *rx, struct call *call)
{
	grpc_op op = {
		.op = GRPC_OP_RECV_MESSAGE,
		.data.recv_message.recv_message = &call->message,
	};

	call->method = method_of(rx, call);
	if (!call->method) {
		call_end(rx, call, GRPC_STATUS_UNIMPLEMENTED, "no such method here", NULL, 0);
		return;
	}
	call->state = CALL_RECEIVES;
	call->since = gpr_now(GPR_CLOCK_MONOTONIC);
	if (grpc_call_start_batch(call->call, &op, 1, call, NULL) != GRPC_CALL_OK)
		call_end(rx, call, GRPC_STATUS_INTERNAL, "cannot receive", NULL, 0);
}

static void call_handle(struct receiver *rx, struct call *call)
{
	grpc_byte_buffer_reader reader;
	uint8_t *reply = NULL;
	size_t reply_len = 0;
	grpc_slice slice;
	bool handled;

	if (!call->message) {
		/* For one above the limit gRPC has answered already. */
		char *peer = grpc_call_get_peer(call->call);

		log_warning("grpc: %s sent no message, or one above the limit", peer);
		gpr_free(peer);
		call_end(rx, call, GRPC_STATUS_INVALID_ARGUMENT, "no message", NULL, 0);
		return;
	}
	if (!grpc_byte_buffer_reader_init(&reader, call->message)) {
		call_end(rx, call, GRPC_STATUS_INTERNAL, "cannot decompress", NULL, 0);
		return;
	}
	slice = grpc_byte_buffer_reader_readall(&reader);
	grpc_byte_buffer_reader_destroy(&reader);
	grpc_byte_buffer_destroy(call->message);
	call->message = NULL;

	handled = call->method->handler(rx->arg, GRPC_SLICE_START_PTR(slice), GRPC_SLICE_LENGTH(slice),
			      &reply, &reply_len);
	grpc_slice_unref(slice);
	if (handled)
		call_end(rx, call, GRPC_STATUS_OK, "", reply, reply_len);
	else
		call_end(rx, call, GRPC_STATUS_INVALID_ARGUMENT,
			 "the message cannot be decoded", NULL, 0);
}

static void call_event(struct receiver *rx, struct call *call, bool ok)
{
	switch (call->state) {
	case CALL_WAITS:
		if (ok)
			call_came(rx, call);
		else
			call_free(call);	/* the server stops */
		break;
	case CALL_RECEIVES:
		call_handle(rx, call);
		break;
	case CALL_ENDS:
		call_free(call);
		call_wait(rx, call);
		break;
	case CALL_FREE:
		break;
	}
}

/* Somebody who calls and then says nothing must not keep others out. */
static void drop_silent(struct receiver *rx)
{
	gpr_timespec now = gpr_now(GPR_CLOCK_MONOTONIC);
	size_t i;

	for (i = 0; i < CALLS; i++) {
		struct call *call = &rx->calls[i];

		if (call->state == CALL_RECEIVES &&
		    gpr_time_to_millis(gpr_time_sub(now, call->since)) > MESSAGE_SECONDS * 1000)
			grpc_call_cancel_with_status(call->call, GRPC_STATUS_DEADLINE_EXCEEDED,
						     "no message came", NULL);
	}
}

static gpr_timespec in_seconds(int seconds)
{
	return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
			    gpr_time_from_seconds(seconds, GPR_TIMESPAN));
}

static void *serve(void *arg)
{
	gpr_timespec give_up = gpr_inf_future(GPR_CLOCK_MONOTONIC);
	struct receiver *rx = arg;
	bool stopping = false;
	size_t i;

	for (i = 0; i < CALLS; i++)
		call_wait(rx, &rx->calls[i]);

	for (;;) {
		grpc_event event = grpc_completion_queue_next(rx->queue, in_seconds(1), NULL);

		if (event.type == GRPC_QUEUE_SHUTDOWN)
			return NULL;
		if (event.type == GRPC_QUEUE_TIMEOUT) {
			drop_silent(rx);
		} else if (event.tag == rx) {
			/* The server has stopped and every call has ended. */
			grpc_completion_queue_shutdown(rx->queue);
		} else {
			call_event(rx, event.tag, event.success);
		}

		if (rx->stopping && !stopping) {
			stopping = true;
			give_up = in_seconds(STOP_SECONDS);
		}
		if (gpr_time_cmp(gpr_now(GPR_CLOCK_MONOTONIC), give_up) > 0) {
			grpc_server_cancel_all_calls(rx->server);
			give_up = gpr_inf_future(GPR_CLOCK_MONOTONIC);
		}
	}
}

static void grpc_log(gpr_log_func_args *args)
{
	log_error("grpc: %s", args->message);
}

static grpc_server *server_new(const char *listen, size_t max_message)
{
	grpc_arg list[] = {
		{
			.type = GRPC_ARG_INTEGER,
			.key = GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
			.value.integer = max_message,
		}, {
			/* Or a second daemon would get every other connection. */
			.type = GRPC_ARG_INTEGER,
			.key = GRPC_ARG_ALLOW_REUSEPORT,
			.value.integer = 0,
		},
	};
	grpc_channel_args args = { .num_args = 2, .args = list };
	grpc_server_credentials *credentials = grpc_insecure_server_credentials_create();
	grpc_server *server = grpc_server_create(&args, NULL);
	int port = grpc_server_add_http2_port(server, listen, credentials);

	grpc_server_credentials_release(credentials);
	if (!port) {
		grpc_server_destroy(server);
		return NULL;
	}
	return server;
}

struct receiver *receive_start(const struct receive_options *options,
			       const struct method *methods, size_t n_methods, void *arg)
{
	struct receiver *rx = xcalloc(1, sizeof(*rx));

	gpr_set_log_function(grpc_log);
	grpc_init();
	rx->methods = methods;
	rx->n_methods = n_methods;
	rx->arg = arg;
	rx->server = server_new(options->listen, options->max_message);
	if (!rx->server) {
		log_error("cannot listen on %s", options->listen);
		grpc_shutdown();
		free(rx);
		return NULL;
	}
	rx->queue = grpc_completion_queue_create_for_next(NULL);
	grpc_server_register_completion_queue(rx->server, rx->queue, NULL);
	grpc_server_start(rx->server);
	if (pthread_create(&rx->thread, NULL, serve, rx))
		alloc_failed();
	return rx;
}

void receive_stop(struct receiver *rx)
{
	rx->stopping = true;
	grpc_server_shutdown_and_notify(rx->server, rx->queue, rx);
	pthread_join(rx->thread, NULL);
	grpc_server_destroy(rx->server);
	grpc_completion_queue_destroy(rx->queue);
	grpc_shutdown();
	free(rx);
}
