/* SPDX-License-Identifier: GPL-2.0 */
/* One unary gRPC call. */
#ifndef ALKAIDCTL_CALL_H
#define ALKAIDCTL_CALL_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct call_reply - what came back
 * @status: gRPC status code
 * @text: what the other end says to it
 * @bytes: the message, or NULL
 */
struct call_reply {
	int status;
	char *text;
	uint8_t *bytes;
	size_t len;
};

/** call() - call @method of @target with a message, and wait for the reply */
void call(const char *target, const char *method, const uint8_t *bytes, size_t len,
	  struct call_reply *reply);
void call_reply_free(struct call_reply *reply);

#endif
