/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One call of a caller, from its first byte to its status. Calls are in one list
 * per state, and in each the one that is there for the longest comes first.
 *
 *	ACCEPTS -> STARVES -> RECEIVES -> READY -> HANDLED -> SENDS -> ENDS
 *	                         ^                              |
 *	                         +-------- IDLES <--------------+  (streams)
 *
 * While one message of a stream is handled, the next is received already.
 */
#ifndef ALKAIDD_CALL_H
#define ALKAIDD_CALL_H

#include <glib.h>
#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <pthread.h>

#include "receive.h"

/* What gRPC takes of a message that nobody has asked for yet. */
#define RECEIVE_WINDOW (64 << 10)

enum call_state {
	CALL_ACCEPTS,	/* waits for somebody to call */
	CALL_STARVES,	/* waits for memory that its message can be received into */
	CALL_RECEIVES,	/* its first message */
	CALL_IDLES,	/* a stream that has been answered, and may say more or not */
	CALL_READY,	/* its message waits for a worker */
	CALL_HANDLED,	/* by a worker */
	CALL_SENDS,	/* a reply, and goes on */
	CALL_ENDS,	/* its status is on the way, or it was cancelled */
	CALL_STATES
};

/* The operations that a call can have under way at once. */
enum call_op { OP_ACCEPT, OP_RECEIVE, OP_SEND, OP_CLOSE, OPS };

struct call_tag {
	struct call *call;
	enum call_op op;
};

/**
 * struct call - a call
 * @link: in the list of @state
 * @since: when it came into @state
 * @method: index of its method
 * @incoming: gRPC's, until it tells that it is complete
 * @message: has come, and waits for its turn
 * @reserved: bytes of memory for @message, or what it is expected to be
 * @pending: operations under way, a bit each
 * @received: how many of its messages have come
 * @half_closed: no more messages will come
 * @closed: nothing can be sent any more
 * @headers: have been sent
 */
struct call {
	struct receiver *rx;
	enum call_state state;
	GList link;
	gint64 since;
	struct call_tag tags[OPS];
	unsigned int pending;
	grpc_call *call;
	grpc_call_details details;
	grpc_metadata_array metadata;
	size_t method;
	grpc_byte_buffer *incoming, *message;
	size_t reserved;
	uint64_t received;
	bool half_closed, closed, headers;
	int cancelled;
};

/**
 * struct receiver - the server
 * @lock: of all below it
 * @work: a call is ready, or workers shall quit
 * @memory: bytes that messages take, or are expected to
 * @handled: those of messages that workers have
 * @typical: what a message is expected to take: the largest of late
 * @counters: one for each method
 * @told: log lines about callers in this second, and @untold those left out
 */
struct receiver {
	struct receive_options options;
	const struct method *methods;
	size_t n_methods;
	void *arg;
	struct tls *tls;
	grpc_server *server;
	grpc_completion_queue *queue;
	pthread_t thread;
	pthread_t *workers;
	size_t calls_max;

	pthread_mutex_t lock;
	pthread_cond_t work;
	GQueue calls[CALL_STATES];
	size_t memory, handled, typical;
	struct receive_counters *counters;
	unsigned int told, untold;
	gint64 stops;		/* when it began to, or 0 */
	bool quit;
};

/* All of these want the lock, unless they say otherwise. */

/** call_accept() - wait for one more caller */
void call_accept(struct receiver *rx);

/** call_event() - an operation of a call has ended */
void call_event(struct call_tag *tag, bool ok);

/** call_end() - end it with a status, if it can still be told */
void call_end(struct call *call, grpc_status_code status, const char *text);

/** call_refuse() - the same because of what the caller did, which is logged */
void call_refuse(struct call *call, grpc_status_code status, const char *text);

/** call_feed() - let callers send for whose messages there is memory now */
void call_feed(struct receiver *rx);

/** call_expect() - nobody knows of what size the message is that @call waits for; guess again */
void call_expect(struct call *call, size_t bytes);

/**
 * call_work() - handle the message of a call that is ready
 *
 * The lock is let go while the handler runs.
 */
void call_work(struct call *call);

#endif
