// SPDX-License-Identifier: GPL-2.0
/* One call of a caller, from its first byte to its status. */
#include "call.h"

#include <grpc/byte_buffer_reader.h>
#include <grpc/support/alloc.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

/* Log lines in a second that callers can cause. */
#define TELL_MAX 10

static void call_free(struct call *call);

static const struct method *method_of(const struct call *call)
{
	return &call->rx->methods[call->method];
}

static struct receive_counters *counters(const struct call *call)
{
	/* Behind those of the methods is one for what is none of them. */
	return &call->rx->counters[call->method];
}

static void move(struct call *call, enum call_state state)
{
	struct receiver *rx = call->rx;

	g_queue_unlink(&rx->calls[call->state], &call->link);
	call->state = state;
	call->since = g_get_monotonic_time();
	g_queue_push_tail_link(&rx->calls[state], &call->link);
}

void call_expect(struct call *call, size_t bytes)
{
	call->rx->memory += bytes - call->reserved;
	call->reserved = bytes;
}

static void drop_message(struct call *call)
{
	if (call->message)
		grpc_byte_buffer_destroy(call->message);
	call->message = NULL;
	call_expect(call, 0);
}

static bool start(struct call *call, enum call_op op, const grpc_op *ops, size_t n)
{
	grpc_call_error err = grpc_call_start_batch(call->call, ops, n, &call->tags[op], NULL);

	if (err == GRPC_CALL_OK)
		call->pending |= 1u << op;
	else
		log_error("grpc: operation %d failed: %s", op, grpc_call_error_to_string(err));
	return err == GRPC_CALL_OK;
}

void call_accept(struct receiver *rx)
{
	struct call *call = xcalloc(1, sizeof(*call));
	grpc_call_error err;
	size_t i;

	call->rx = rx;
	call->link.data = call;
	for (i = 0; i < OPS; i++)
		call->tags[i] = (struct call_tag){ .call = call, .op = i };
	call->method = rx->n_methods;
	g_queue_push_tail_link(&rx->calls[CALL_ACCEPTS], &call->link);
	grpc_call_details_init(&call->details);
	grpc_metadata_array_init(&call->metadata);
	call->pending = 1u << OP_ACCEPT;
	err = grpc_server_request_call(rx->server, &call->call, &call->details, &call->metadata,
				       rx->queue, rx->queue, &call->tags[OP_ACCEPT]);
	if (err != GRPC_CALL_OK) {
		log_error("grpc: cannot wait for calls: %s", grpc_call_error_to_string(err));
		call->pending = 0;
		call_free(call);
	}
}

static void call_free(struct call *call)
{
	drop_message(call);
	g_queue_unlink(&call->rx->calls[call->state], &call->link);
	if (call->state != CALL_ACCEPTS)
		counters(call)->open--;
	grpc_call_details_destroy(&call->details);
	grpc_metadata_array_destroy(&call->metadata);
	if (call->call)
		grpc_call_unref(call->call);
	free(call);
}

/* Frees it if nobody can come back to it. */
static void retire(struct call *call)
{
	if (call->state == CALL_ENDS && call->closed && !call->pending) {
		struct receiver *rx = call->rx;

		call_free(call);
		call_feed(rx);
	}
}

static void receive(struct call *call, size_t expect)
{
	grpc_op op = {
		.op = GRPC_OP_RECV_MESSAGE,
		.data.recv_message.recv_message = &call->incoming,
	};

	call_expect(call, expect);
	if (!start(call, OP_RECEIVE, &op, 1))
		call->half_closed = true;
}

static bool has_memory(const struct receiver *rx, size_t bytes)
{
	return !rx->memory || rx->memory + bytes <= rx->options.max_memory;
}

void call_feed(struct receiver *rx)
{
	while (!rx->stops && rx->calls[CALL_STARVES].head && has_memory(rx, rx->typical)) {
		struct call *call = rx->calls[CALL_STARVES].head->data;

		move(call, call->received ? CALL_IDLES : CALL_RECEIVES);
		receive(call, rx->typical);
	}
}

void call_end(struct call *call, grpc_status_code status, const char *text)
{
	grpc_slice details = grpc_slice_from_copied_string(text);
	grpc_op ops[2] = {};
	size_t n = 0;

	drop_message(call);
	move(call, CALL_ENDS);
	if (!call->headers)
		ops[n++].op = GRPC_OP_SEND_INITIAL_METADATA;
	ops[n].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
	ops[n].data.send_status_from_server.status = status;
	ops[n++].data.send_status_from_server.status_details = &details;
	if (!call->closed)
		start(call, OP_SEND, ops, n);
	grpc_slice_unref(details);
}

static void tell(const struct call *call, const char *text)
{
	char *peer;

	if (call->rx->told++ >= TELL_MAX) {
		call->rx->untold++;
		return;
	}
	peer = grpc_call_get_peer(call->call);
	log_warning("grpc: %s: %s", peer, text);
	gpr_free(peer);
}

void call_refuse(struct call *call, grpc_status_code status, const char *text)
{
	counters(call)->refused++;
	tell(call, text);
	call_end(call, status, text);
}

/* Whoever waits for another message is worth less than one with a first. */
static bool make_room(struct receiver *rx)
{
	if (rx->calls[CALL_IDLES].head) {
		call_end(rx->calls[CALL_IDLES].head->data, GRPC_STATUS_OK, "");
		return true;
	}
	if (rx->calls[CALL_RECEIVES].head) {
		call_refuse(rx->calls[CALL_RECEIVES].head->data, GRPC_STATUS_RESOURCE_EXHAUSTED,
			    "too many calls, and this one is the slowest");
		return true;
	}
	return false;
}

static size_t live_calls(const struct receiver *rx)
{
	size_t n = 0, state;

	for (state = CALL_STARVES; state < CALL_ENDS; state++)
		n += rx->calls[state].length;
	return n;
}

static void accepted(struct call *call)
{
	grpc_op op = {
		.op = GRPC_OP_RECV_CLOSE_ON_SERVER,
		.data.recv_close_on_server.cancelled = &call->cancelled,
	};
	struct receiver *rx = call->rx;
	bool room = live_calls(rx) < rx->calls_max || make_room(rx);

	for (call->method = 0; call->method < rx->n_methods; call->method++)
		if (!grpc_slice_str_cmp(call->details.method, method_of(call)->path))
			break;
	counters(call)->calls++;
	counters(call)->open++;
	move(call, CALL_STARVES);
	if (!start(call, OP_CLOSE, &op, 1))
		call->closed = true;
	if (!rx->stops)
		call_accept(rx);

	if (call->method == rx->n_methods)
		call_end(call, GRPC_STATUS_UNIMPLEMENTED, "no such method here");
	else if (rx->stops)
		call_end(call, GRPC_STATUS_UNAVAILABLE, "stopping");
	else if (!room)
		call_refuse(call, GRPC_STATUS_RESOURCE_EXHAUSTED, "too many calls");
	else
		call_feed(rx);
}

/* The caller has half-closed, or gone away, or sent what gRPC itself refuses. */
static void no_message(struct call *call)
{
	bool failed = grpc_call_failed_before_recv_message(call->call);

	call->half_closed = true;
	call_expect(call, 0);
	if (call->state != CALL_RECEIVES && call->state != CALL_IDLES)
		return;
	if (failed && !call->received)
		call_refuse(call, GRPC_STATUS_CANCELLED,
			    "went away with its message, or sent one above the limit");
	else if (!call->received && !method_of(call)->stream)
		call_refuse(call, GRPC_STATUS_INVALID_ARGUMENT, "no message");
	else
		call_end(call, GRPC_STATUS_OK, "");
}

/* However small messages were of late, another can be large. */
static size_t typical_least(const struct receiver *rx)
{
	return MAX(RECEIVE_WINDOW, rx->options.max_message / 16);
}

static void received(struct call *call)
{
	struct receiver *rx = call->rx;
	size_t len;

	call->message = call->incoming;
	call->incoming = NULL;
	if (!call->message) {
		no_message(call);
	} else if (call->state == CALL_ENDS) {
		drop_message(call);
	} else if (call->message->data.raw.compression != GRPC_COMPRESS_NONE) {
		/* A few bytes could be gigabytes. */
		drop_message(call);
		call->half_closed = true;
		if (call->state != CALL_HANDLED && call->state != CALL_SENDS)
			call_refuse(call, GRPC_STATUS_UNIMPLEMENTED, "compressed message");
	} else {
		len = grpc_byte_buffer_length(call->message);
		call->received++;
		call_expect(call, len);
		rx->typical -= rx->typical / 16;
		rx->typical = MAX(MAX(rx->typical, len), typical_least(rx));
		if (call->state == CALL_RECEIVES || call->state == CALL_IDLES) {
			move(call, CALL_READY);
			pthread_cond_signal(&rx->work);
		}
	}
	call_feed(rx);
}

/* After a reply: the next message of a stream, if there will be one. */
static void go_on(struct call *call)
{
	struct receiver *rx = call->rx;

	if (call->closed || (call->half_closed && !call->message) ||
	    (rx->stops && !call->message)) {
		call_end(call, GRPC_STATUS_OK, "");
	} else if (call->message) {
		move(call, CALL_READY);
		pthread_cond_signal(&rx->work);
	} else if (call->pending & 1u << OP_RECEIVE) {
		move(call, CALL_IDLES);
	} else {
		move(call, CALL_STARVES);
		call_feed(rx);
	}
}

static void closed(struct call *call)
{
	call->closed = true;
	if (call->state != CALL_HANDLED && call->state != CALL_SENDS && call->state != CALL_ENDS)
		call_end(call, GRPC_STATUS_CANCELLED, "");
}

void call_event(struct call_tag *tag, bool ok)
{
	struct call *call = tag->call;

	call->pending &= ~(1u << tag->op);
	switch (tag->op) {
	case OP_ACCEPT:
		if (!ok) {
			call_free(call);	/* the server stops */
			return;
		}
		accepted(call);
		break;
	case OP_RECEIVE:
		received(call);
		break;
	case OP_SEND:
		if (call->state == CALL_SENDS)
			go_on(call);
		break;
	case OP_CLOSE:
		closed(call);
		break;
	case OPS:
		break;
	}
	retire(call);
}

/* @reply is taken. */
static void answer(struct call *call, uint8_t *reply, size_t len)
{
	grpc_slice details = grpc_empty_slice();
	grpc_slice slice = grpc_slice_new(reply, len, free);
	grpc_byte_buffer *bytes = grpc_raw_byte_buffer_create(&slice, 1);
	bool last = !method_of(call)->stream || (call->half_closed && !call->message);
	grpc_op ops[3] = {};
	size_t n = 0;

	grpc_slice_unref(slice);
	if (!call->headers)
		ops[n++].op = GRPC_OP_SEND_INITIAL_METADATA;
	call->headers = true;
	ops[n].op = GRPC_OP_SEND_MESSAGE;
	ops[n++].data.send_message.send_message = bytes;
	if (last) {
		ops[n].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
		ops[n].data.send_status_from_server.status = GRPC_STATUS_OK;
		ops[n++].data.send_status_from_server.status_details = &details;
	}
	move(call, last ? CALL_ENDS : CALL_SENDS);
	if ((call->closed || !start(call, OP_SEND, ops, n)) && !last)
		go_on(call);
	grpc_byte_buffer_destroy(bytes);
}

/* Whether the handler took it; without the lock. */
static bool handle(const struct call *call, grpc_byte_buffer *message, uint8_t **reply,
		   size_t *reply_len)
{
	const struct receiver *rx = call->rx;
	grpc_byte_buffer_reader reader;
	grpc_slice slice;
	bool handled;

	if (!grpc_byte_buffer_reader_init(&reader, message)) {
		grpc_byte_buffer_destroy(message);
		return false;
	}
	slice = grpc_byte_buffer_reader_readall(&reader);
	grpc_byte_buffer_reader_destroy(&reader);
	grpc_byte_buffer_destroy(message);
	handled = method_of(call)->handler(rx->arg, GRPC_SLICE_START_PTR(slice),
					   GRPC_SLICE_LENGTH(slice), reply, reply_len);
	grpc_slice_unref(slice);
	return handled;
}

void call_work(struct call *call)
{
	struct receiver *rx = call->rx;
	grpc_byte_buffer *message = call->message;
	size_t len = call->reserved, reply_len = 0;
	uint8_t *reply = NULL;
	bool handled;

	/* The bytes are the worker's now, and still under way. */
	call->message = NULL;
	call->reserved = 0;
	rx->handled += len;
	counters(call)->messages++;
	counters(call)->bytes += len;
	move(call, CALL_HANDLED);
	if (method_of(call)->stream && !call->half_closed && !rx->stops &&
	    !rx->calls[CALL_STARVES].length && has_memory(rx, rx->typical))
		receive(call, rx->typical);

	pthread_mutex_unlock(&rx->lock);
	handled = handle(call, message, &reply, &reply_len);
	pthread_mutex_lock(&rx->lock);

	rx->handled -= len;
	rx->memory -= len;
	if (handled)
		answer(call, reply, reply_len);
	else
		call_refuse(call, GRPC_STATUS_INVALID_ARGUMENT, "the message cannot be decoded");
	retire(call);
	if (rx->calls[CALL_READY].head)
		pthread_cond_signal(&rx->work);
	call_feed(rx);
}
