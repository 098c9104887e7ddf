/* SPDX-License-Identifier: GPL-2.0 */
/* The gRPC server: messages in, bytes to the handler, its replies out. */
#ifndef ALKAIDD_RECEIVE_H
#define ALKAIDD_RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * receive_fn - handle one message of a call
 * @reply: out: bytes, to be freed by the caller
 *
 * Context: one of the receiver's threads; messages of one stream come one after
 * the other, those of several calls may come at once.
 *
 * Return: false if the message cannot be decoded.
 */
typedef bool receive_fn(void *arg, const uint8_t *data, size_t len,
			uint8_t **reply, size_t *reply_len);

/**
 * struct method - what is served
 * @path: "/package.Service/Method"
 * @stream: messages until the caller half-closes, a reply to each as it is done
 */
struct method {
	const char *path;
	bool stream;
	receive_fn *handler;
};

/**
 * struct receive_options - where and for whom
 * @listen: HOST:PORT
 * @max_message: most bytes of a message
 * @max_memory: most bytes of messages under way; more wait in their senders
 * @tls_cert, @tls_key: PEM files, or NULL for no TLS
 * @tls_ca: callers must have a certificate of it; or NULL
 *
 * The texts need not outlive the call of receive_start().
 */
struct receive_options {
	const char *listen;
	size_t max_message, max_memory;
	const char *tls_cert, *tls_key, *tls_ca;
};

/**
 * struct receive_counters - what came for one method since the start
 * @calls: calls of it
 * @messages, @bytes: messages that were handed to the handler
 * @refused: messages that could not be decoded, and calls that were ended because
 *	of what they sent, or did not send
 * @open: calls of it right now
 */
struct receive_counters {
	uint64_t calls, messages, bytes, refused, open;
};

struct receiver;

/**
 * receive_start() - listen, and serve in threads of its own
 * @methods: what is served; must outlive the receiver
 * @arg: of the handlers
 *
 * Return: NULL if it cannot; it is logged why.
 */
struct receiver *receive_start(const struct receive_options *options,
			       const struct method *methods, size_t n_methods, void *arg);

/** receive_stop() - take no more, let messages that have come be answered, end */
void receive_stop(struct receiver *receiver);

/**
 * receive_reload() - read the TLS files again, for callers that come from now on
 *
 * Return: false if it cannot; it is logged why, and the old ones stay in use.
 */
bool receive_reload(struct receiver *receiver);

/** receive_counters() - one for each of the methods that are served, in their order */
void receive_counters(struct receiver *receiver, struct receive_counters *out);

#endif
