// SPDX-License-Identifier: GPL-2.0
/* The server's certificate, which may change while it serves. */
#include "tls.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

#define FILE_MAX (1 << 20)

/* Contents of the files; no @ca if callers need no certificate. */
struct pem {
	char *cert, *key, *ca;
};

struct tls {
	char *cert, *key, *ca;
	pthread_mutex_t lock;	/* of all below */
	struct pem pem;
	bool changed;		/* since gRPC was given them */
};

static void pem_free(struct pem *pem)
{
	free(pem->cert);
	if (pem->key)
		explicit_bzero(pem->key, strlen(pem->key));
	free(pem->key);
	free(pem->ca);
	memset(pem, 0, sizeof(*pem));
}

/* gRPC does not say which file it could not use, so the usual mix-ups are found here. */
static char *read_pem(const char *option, const char *path, const char *begin)
{
	char *text = xcalloc(1, FILE_MAX + 1);
	FILE *file = fopen(path, "re");
	size_t len;
	bool failed;

	if (!file) {
		log_error("%s: cannot open %s: %s", option, path, strerror(errno));
		free(text);
		return NULL;
	}
	len = fread(text, 1, FILE_MAX + 1, file);
	failed = ferror(file);
	if (failed)
		log_error("%s: cannot read %s: %s", option, path, strerror(errno));
	fclose(file);
	if (!failed && len > FILE_MAX) {
		log_error("%s: %s is too long for a PEM file", option, path);
		failed = true;
	}
	if (!failed && !strstr(text, begin)) {
		log_error("%s: %s has no \"%s\" in it", option, path, begin);
		failed = true;
	}
	if (failed) {
		explicit_bzero(text, FILE_MAX);
		free(text);
		return NULL;
	}
	return text;
}

static bool pem_read(const struct tls *tls, struct pem *pem)
{
	memset(pem, 0, sizeof(*pem));
	pem->cert = read_pem("tls-cert", tls->cert, "-----BEGIN CERTIFICATE-----");
	pem->key = read_pem("tls-key", tls->key, "PRIVATE KEY-----");
	if (tls->ca)
		pem->ca = read_pem("tls-ca", tls->ca, "-----BEGIN CERTIFICATE-----");
	if (pem->cert && pem->key && (pem->ca || !tls->ca))
		return true;
	pem_free(pem);
	return false;
}

struct tls *tls_open(const char *cert, const char *key, const char *ca)
{
	struct tls *tls = xcalloc(1, sizeof(*tls));

	tls->cert = xstrdup(cert);
	tls->key = xstrdup(key);
	tls->ca = ca ? xstrdup(ca) : NULL;
	pthread_mutex_init(&tls->lock, NULL);
	if (!pem_read(tls, &tls->pem)) {
		tls_close(tls);
		return NULL;
	}
	tls->changed = true;
	return tls;
}

void tls_close(struct tls *tls)
{
	pem_free(&tls->pem);
	pthread_mutex_destroy(&tls->lock);
	free(tls->cert);
	free(tls->key);
	free(tls->ca);
	free(tls);
}

bool tls_reload(struct tls *tls)
{
	struct pem pem, old;

	if (!pem_read(tls, &pem))
		return false;
	pthread_mutex_lock(&tls->lock);
	old = tls->pem;
	tls->pem = pem;
	tls->changed = true;
	pthread_mutex_unlock(&tls->lock);
	pem_free(&old);
	return true;
}

/* gRPC asks at the start of each handshake; what it cannot use it logs, and keeps the old. */
static grpc_ssl_certificate_config_reload_status fetch(void *arg,
						       grpc_ssl_server_certificate_config **out)
{
	struct tls *tls = arg;
	grpc_ssl_pem_key_cert_pair pair;
	bool changed;

	pthread_mutex_lock(&tls->lock);
	changed = tls->changed;
	tls->changed = false;
	if (changed) {
		pair.private_key = tls->pem.key;
		pair.cert_chain = tls->pem.cert;
		/* gRPC wants an authority even where it asks for no certificate. */
		*out = grpc_ssl_server_certificate_config_create(tls->pem.ca ?: tls->pem.cert,
								 &pair, 1);
	}
	pthread_mutex_unlock(&tls->lock);
	return changed ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW :
			 GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
}

grpc_server_credentials *tls_credentials(struct tls *tls)
{
	grpc_ssl_client_certificate_request_type ask = tls->ca ?
		GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY :
		GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
	grpc_ssl_server_credentials_options *options =
		grpc_ssl_server_credentials_create_options_using_config_fetcher(ask, fetch, tls);

	return grpc_ssl_server_credentials_create_with_options(options);
}
