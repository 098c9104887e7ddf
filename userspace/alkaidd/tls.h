/* SPDX-License-Identifier: GPL-2.0 */
/* The server's certificate, which may change while it serves. */
#ifndef ALKAIDD_TLS_H
#define ALKAIDD_TLS_H

#include <grpc/grpc_security.h>
#include <stdbool.h>

struct tls;

/**
 * tls_open() - read PEM files
 * @ca: callers must have a certificate of it; or NULL
 *
 * Return: NULL if one cannot be used; it is logged why.
 */
struct tls *tls_open(const char *cert, const char *key, const char *ca);
void tls_close(struct tls *tls);

/** tls_reload() - the same files again, for handshakes from now on; false if they cannot be used */
bool tls_reload(struct tls *tls);

/** tls_credentials() - for a server that ends before tls_close() */
grpc_server_credentials *tls_credentials(struct tls *tls);

#endif
