/* SPDX-License-Identifier: GPL-2.0 */
/* The gRPC server: calls in, bytes to the handler, its reply out. */
#ifndef ALKAIDD_RECEIVE_H
#define ALKAIDD_RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * receive_fn - handle the message of one call
 * @reply: out: bytes, to be freed by the caller
 *
 * Return: false if the message cannot be decoded.
 */
typedef bool receive_fn(void *arg, const uint8_t *data, size_t len,
			uint8_t **reply, size_t *reply_len);

struct receiver;

/**
 * receive_start() - listen, and serve in a thread of its own, call after call
 * @listen: HOST:PORT
 * @max_message: most bytes of a message
 *
 * Return: NULL if it cannot listen there.
 */
struct receiver *receive_start(const char *listen, size_t max_message,
			       receive_fn *handler, void *arg);

/** receive_stop() - let the call under way end, and drop the others */
void receive_stop(struct receiver *receiver);

/** receive_is_loopback() - whether nobody outside can reach @listen */
bool receive_is_loopback(const char *listen);

#endif
