/* SPDX-License-Identifier: GPL-2.0 */
/* One unary gRPC call. */
#ifndef ALKAIDCTL_CALL_H
#define ALKAIDCTL_CALL_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct target - whom to call
 * @address: HOST:PORT
 * @tls_ca: PEM file of who signed the other's certificate; NULL for no TLS
 * @tls_cert, @tls_key: PEM files to show to it, or NULL
 */
struct target {
	const char *address;
	const char *tls_ca, *tls_cert, *tls_key;
};

/* No gRPC status: nobody was called. */
#define CALL_BAD_FILE (-1)

/**
 * struct call_reply - what came back
 * @status: gRPC status code, or CALL_BAD_FILE
 * @text: what the other end says to it
 * @bytes: the message, or NULL
 */
struct call_reply {
	int status;
	char *text;
	uint8_t *bytes;
	size_t len;
};

/**
 * call() - call @method of @target with a message, and wait for the reply
 *
 * A file of @target that cannot be read is told as CALL_BAD_FILE.
 */
void call(const struct target *target, const char *method, const uint8_t *bytes, size_t len,
	  struct call_reply *reply);
void call_reply_free(struct call_reply *reply);

#endif
