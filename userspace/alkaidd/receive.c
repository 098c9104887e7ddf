// SPDX-License-Identifier: GPL-2.0
/* The gRPC server: its threads, its limits, its time-outs. */
#include "receive.h"

#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "alloc.h"
#include "call.h"
#include "log.h"
#include "tls.h"

/* Decoding goes on beside the one push that the agent works at. */
#define WORKERS 4
/* Callers that can come at once; more wait a moment in gRPC. */
#define ACCEPTS 16
#define CALLS_MAX 1024
#define STREAMS_PER_CONNECTION 128
/* Decoding can take this times the memory of the message. */
#define HANDLED_SHARE 16
/* What gRPC may use, connections with all they need included, of max_memory. */
#define QUOTA_SHARES 4
/* A socket for each connection, of which there can be many that say nothing. */
#define FILES_MAX (1 << 18)

#define MESSAGE_SECONDS 15
/* A sender that is slower is not worth its memory. */
#define MESSAGE_BYTES_PER_SECOND (4 << 20)
#define IDLE_SECONDS 600
#define REPLY_SECONDS 60
#define HANDSHAKE_SECONDS 15
#define KEEPALIVE_SECONDS 60
#define KEEPALIVE_WAIT_SECONDS 20
/* Callers that ping oftener are sent away. */
#define PING_SECONDS 5
/* When stopping, for callers who have not said all yet, and for all. */
#define STOP_SAY_SECONDS 2
#define STOP_SECONDS 10
#define STOP_CONNECTIONS_MS 200

/* Since it came into its state. */
static bool older(const struct call *call, gint64 now, size_t seconds)
{
	return call && now - call->since > (gint64)seconds * G_USEC_PER_SEC;
}

static struct call *first(const struct receiver *rx, enum call_state state)
{
	return rx->calls[state].head ? rx->calls[state].head->data : NULL;
}

/* For a second it may be a message as others are; then it is somebody who says nothing. */
static void expect_less(struct receiver *rx, enum call_state state, gint64 now)
{
	GList *link;

	for (link = rx->calls[state].head; link && older(link->data, now, 1); link = link->next) {
		struct call *call = link->data;

		if (call->reserved > RECEIVE_WINDOW)
			call_expect(call, RECEIVE_WINDOW);
	}
}

static void cancel_old(struct receiver *rx, enum call_state state, gint64 now)
{
	GList *link;

	for (link = rx->calls[state].head; link && older(link->data, now, REPLY_SECONDS);
	     link = link->next) {
		struct call *call = link->data;

		grpc_call_cancel(call->call, NULL);
	}
}

static void stop_calls(struct receiver *rx, gint64 now)
{
	struct call *call;

	while ((call = first(rx, CALL_IDLES)))
		call_end(call, GRPC_STATUS_OK, "");
	if (now - rx->stops < STOP_SAY_SECONDS * G_USEC_PER_SEC)
		return;
	while ((call = first(rx, CALL_RECEIVES)) || (call = first(rx, CALL_STARVES)))
		call_refuse(call, GRPC_STATUS_UNAVAILABLE, "the agent stops");
}

static void look_at_time(struct receiver *rx)
{
	size_t seconds = MESSAGE_SECONDS + rx->options.max_message / MESSAGE_BYTES_PER_SECOND;
	gint64 now = g_get_monotonic_time();
	struct call *call;

	while (older(call = first(rx, CALL_RECEIVES), now, seconds))
		call_refuse(call, GRPC_STATUS_DEADLINE_EXCEEDED, "its message did not come in time");
	while (older(call = first(rx, CALL_IDLES), now, IDLE_SECONDS))
		call_end(call, GRPC_STATUS_OK, "");
	cancel_old(rx, CALL_SENDS, now);
	cancel_old(rx, CALL_ENDS, now);
	/* While there is work, nobody gains by more messages that wait for it. */
	if (!rx->calls[CALL_READY].head && !rx->calls[CALL_HANDLED].head) {
		expect_less(rx, CALL_RECEIVES, now);
		expect_less(rx, CALL_IDLES, now);
	}
	call_feed(rx);
	if (rx->stops)
		stop_calls(rx, now);
	if (rx->untold)
		log_warning("grpc: %u more lines about callers are not shown", rx->untold);
	rx->told = rx->untold = 0;
}

static bool all_ended(const struct receiver *rx, enum call_state from)
{
	size_t state;

	for (state = from; state < CALL_STATES; state++)
		if (rx->calls[state].length)
			return false;
	return true;
}

/* Connections without calls take no hint that we want to go. */
static bool shall_cancel(const struct receiver *rx, gint64 now)
{
	if (all_ended(rx, CALL_STARVES))
		return now - rx->stops > STOP_CONNECTIONS_MS * 1000;
	return now - rx->stops > STOP_SECONDS * G_USEC_PER_SEC;
}

static void *serve(void *arg)
{
	struct receiver *rx = arg;
	bool stopping = false, down = false, over = false, cancelled = false;
	gint64 looked = 0, now;

	for (;;) {
		gpr_timespec until = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
						  gpr_time_from_millis(stopping ? 50 : 1000,
								       GPR_TIMESPAN));
		grpc_event event = grpc_completion_queue_next(rx->queue, until, NULL);

		if (event.type == GRPC_QUEUE_SHUTDOWN)
			return NULL;
		pthread_mutex_lock(&rx->lock);
		if (event.type == GRPC_OP_COMPLETE && event.tag == rx)
			down = true;
		else if (event.type == GRPC_OP_COMPLETE)
			call_event(event.tag, event.success);

		stopping = rx->stops;
		now = g_get_monotonic_time();
		if (now - looked > G_USEC_PER_SEC || stopping) {
			looked = now;
			look_at_time(rx);
		}
		if (stopping && !cancelled && shall_cancel(rx, now)) {
			grpc_server_cancel_all_calls(rx->server);
			cancelled = true;
		}
		/* Workers start operations, so the queue stays while one has a call. */
		if (down && !over && all_ended(rx, CALL_ACCEPTS)) {
			over = true;
			grpc_completion_queue_shutdown(rx->queue);
		}
		pthread_mutex_unlock(&rx->lock);
	}
}

/* A message that blows up when decoded does so beside small ones alone. */
static struct call *next_work(const struct receiver *rx)
{
	struct call *call = first(rx, CALL_READY);

	if (call && (!rx->handled ||
		     rx->handled + call->reserved <= rx->options.max_memory / HANDLED_SHARE))
		return call;
	return NULL;
}

static void *work(void *arg)
{
	struct receiver *rx = arg;
	struct call *call;

	pthread_mutex_lock(&rx->lock);
	while (!rx->quit) {
		call = next_work(rx);
		if (call)
			call_work(call);
		else
			pthread_cond_wait(&rx->work, &rx->lock);
	}
	pthread_mutex_unlock(&rx->lock);
	return NULL;
}

/* Strangers can cause these lines, so there are only so many of them. */
static void grpc_log(gpr_log_func_args *args)
{
	static _Atomic gint64 second;
	static _Atomic unsigned int n;
	gint64 now = g_get_monotonic_time() / G_USEC_PER_SEC;

	if (now != second) {
		second = now;
		n = 0;
	}
	if (n++ < 10)
		log_error("grpc: %s", args->message);
}

static grpc_arg integer(const char *key, int value)
{
	return (grpc_arg){
		.type = GRPC_ARG_INTEGER,
		.key = (char *)key,
		.value.integer = value,
	};
}

static grpc_server *server_new(const struct receive_options *options,
			       grpc_server_credentials *credentials)
{
	grpc_resource_quota *quota = grpc_resource_quota_create("alkaidd");
	grpc_arg list[] = {
		integer(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, options->max_message),
		/* Or a second daemon would get every other connection. */
		integer(GRPC_ARG_ALLOW_REUSEPORT, 0),
		integer(GRPC_ARG_MAX_CONCURRENT_STREAMS, STREAMS_PER_CONNECTION),
		integer(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, RECEIVE_WINDOW),
		integer(GRPC_ARG_HTTP2_BDP_PROBE, 0),
		integer(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, HANDSHAKE_SECONDS * 1000),
		integer(GRPC_ARG_MAX_CONNECTION_IDLE_MS, IDLE_SECONDS * 1000),
		integer(GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_SECONDS * 1000),
		integer(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_WAIT_SECONDS * 1000),
		integer(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
		integer(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, PING_SECONDS * 1000),
		integer(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
		integer(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1),
		{
			.type = GRPC_ARG_POINTER,
			.key = GRPC_ARG_RESOURCE_QUOTA,
			.value.pointer = {
				.p = quota,
				.vtable = grpc_resource_quota_arg_vtable(),
			},
		},
	};
	grpc_channel_args args = { .num_args = sizeof(list) / sizeof(list[0]), .args = list };
	grpc_server *server;
	int port;

	/*
	 * Where the guesses of call.c fail, as with many who send the first half of a
	 * large message, gRPC ends calls before this is passed.
	 */
	grpc_resource_quota_resize(quota, QUOTA_SHARES * options->max_memory);
	server = grpc_server_create(&args, NULL);
	grpc_resource_quota_unref(quota);
	port = grpc_server_add_http2_port(server, options->listen, credentials);
	if (!port) {
		grpc_server_destroy(server);
		return NULL;
	}
	return server;
}

static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= FILES_MAX)
		return;
	limit.rlim_cur = MIN(limit.rlim_max, FILES_MAX);
	setrlimit(RLIMIT_NOFILE, &limit);
	/* More than that is for the privileged. */
	limit.rlim_cur = FILES_MAX;
	limit.rlim_max = MAX(limit.rlim_max, FILES_MAX);
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool listen_on(struct receiver *rx)
{
	const struct receive_options *o = &rx->options;
	grpc_server_credentials *credentials;

	if (o->tls_cert) {
		rx->tls = tls_open(o->tls_cert, o->tls_key, o->tls_ca);
		if (!rx->tls)
			return false;
		credentials = tls_credentials(rx->tls);
	} else {
		credentials = grpc_insecure_server_credentials_create();
	}
	rx->server = server_new(o, credentials);
	grpc_server_credentials_release(credentials);
	if (rx->server)
		return true;
	if (rx->tls) {
		log_error("cannot listen on %s, or use %s with %s", o->listen, o->tls_cert,
			  o->tls_key);
		tls_close(rx->tls);
	} else {
		log_error("cannot listen on %s", o->listen);
	}
	return false;
}

static void start_threads(struct receiver *rx)
{
	size_t i;

	rx->workers = xcalloc(WORKERS, sizeof(*rx->workers));
	for (i = 0; i < WORKERS; i++)
		if (pthread_create(&rx->workers[i], NULL, work, rx))
			alloc_failed();
	if (pthread_create(&rx->thread, NULL, serve, rx))
		alloc_failed();
}

struct receiver *receive_start(const struct receive_options *options,
			       const struct method *methods, size_t n_methods, void *arg)
{
	struct receiver *rx = xcalloc(1, sizeof(*rx));
	size_t i;

	gpr_set_log_function(grpc_log);
	allow_files();
	grpc_init();
	rx->options = *options;
	rx->options.max_memory = MAX(options->max_memory, options->max_message);
	rx->methods = methods;
	rx->n_methods = n_methods;
	rx->arg = arg;
	rx->counters = xcalloc(n_methods + 1, sizeof(*rx->counters));
	/* Nothing is known yet, so the worst is expected. */
	rx->typical = MAX(options->max_message, RECEIVE_WINDOW);
	/* Those who say nothing leave half of the memory to others. */
	rx->calls_max = MAX(MIN(CALLS_MAX, rx->options.max_memory / 2 / RECEIVE_WINDOW), ACCEPTS);
	pthread_mutex_init(&rx->lock, NULL);
	pthread_cond_init(&rx->work, NULL);
	if (!listen_on(rx)) {
		free(rx->counters);
		free(rx);
		grpc_shutdown();
		return NULL;
	}
	rx->queue = grpc_completion_queue_create_for_next(NULL);
	grpc_server_register_completion_queue(rx->server, rx->queue, NULL);
	grpc_server_start(rx->server);
	for (i = 0; i < ACCEPTS; i++)
		call_accept(rx);
	start_threads(rx);
	return rx;
}

void receive_stop(struct receiver *rx)
{
	size_t i;

	pthread_mutex_lock(&rx->lock);
	rx->stops = g_get_monotonic_time();
	pthread_mutex_unlock(&rx->lock);
	grpc_server_shutdown_and_notify(rx->server, rx->queue, rx);
	pthread_join(rx->thread, NULL);

	pthread_mutex_lock(&rx->lock);
	rx->quit = true;
	pthread_cond_broadcast(&rx->work);
	pthread_mutex_unlock(&rx->lock);
	for (i = 0; i < WORKERS; i++)
		pthread_join(rx->workers[i], NULL);

	grpc_server_destroy(rx->server);
	grpc_completion_queue_destroy(rx->queue);
	if (rx->tls)
		tls_close(rx->tls);
	grpc_shutdown();
	pthread_cond_destroy(&rx->work);
	pthread_mutex_destroy(&rx->lock);
	free(rx->workers);
	free(rx->counters);
	free(rx);
}

bool receive_reload(struct receiver *rx)
{
	return !rx->tls || tls_reload(rx->tls);
}

void receive_counters(struct receiver *rx, struct receive_counters *out)
{
	pthread_mutex_lock(&rx->lock);
	memcpy(out, rx->counters, rx->n_methods * sizeof(*out));
	pthread_mutex_unlock(&rx->lock);
}
