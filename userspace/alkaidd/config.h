/* SPDX-License-Identifier: GPL-2.0 */
/* The options of the daemon, from its file and its command line. */
#ifndef ALKAIDD_CONFIG_H
#define ALKAIDD_CONFIG_H

#include <glib.h>
#include <libalkaid.h>

/* What becomes of tables that somebody else has changed. */
enum external {
	EXTERNAL_REPAIR,	/* what goal states ask for is put back */
	EXTERNAL_KEEP,		/* it is logged, and stays */
};

/**
 * struct config_gateway - a gateway group for VPCs whose goal state names none
 * @name: of its section in the file
 * @group: all but its number
 * @vpcs: Alcor ids of the VPCs it serves, NULL-terminated; NULL for every VPC
 */
struct config_gateway {
	char *name;
	struct alk_gateway group;
	char **vpcs;
};

/**
 * struct config - all options
 * @state_dir: as given, or NULL
 * @durable: each push is on the disk before it is answered
 * @strict: a push is all or nothing, not what is valid in it
 * @max_memory: 0 for the default, which depends on @max_message
 */
struct config {
	char *netns, *dev, *listen, *state_dir;
	char *tls_cert, *tls_key, *tls_ca;
	bool insecure, durable, strict, debug;
	uint64_t max_message, max_memory;	/* bytes */
	enum external external;
	struct config_gateway *gateways;
	size_t n_gateways;
};

/* Read at start if it is there and no other is named. */
#define CONFIG_FILE "/etc/alkaid/alkaidd.conf"

/** config_init() - the defaults */
void config_init(struct config *config);
void config_free(struct config *config);

/**
 * config_load() - what the file @path says
 * @text: reason of a failure: the file, the section and the key
 *
 * Unknown sections and keys are errors, and so are those that are there twice.
 *
 * Return: 0, -EINVAL, or the error of reading the file.
 */
int config_load(struct config *config, const char *path, char *text, size_t size);

/**
 * config_set() - one option, as the key @key of [@section] would
 * @text: reason of a failure, of the value alone
 *
 * Return: 0, or -EINVAL if the value is wrong or there is no such key.
 */
int config_set(struct config *config, const char *section, const char *key, const char *value,
	       char *text, size_t size);

/** config_check() - what is true of file and command line together */
int config_check(const struct config *config, char *text, size_t size);

/**
 * config_fixed() - the options that differ and cannot change while the daemon runs
 *
 * Return: their names, "section.key", for g_ptr_array_unref().
 */
GPtrArray *config_fixed(const struct config *now, const struct config *next);

/** config_keep_fixed() - @next takes these from @now, and @now what @next had */
void config_keep_fixed(struct config *next, struct config *now);

/**
 * config_state_dir() - where the state is to be
 *
 * Two daemons that were told nothing must not meet in one directory, so there is
 * none by default.
 *
 * Return: to be freed; NULL: in memory alone.
 */
char *config_state_dir(const struct config *config);

/*
 * Of config_gateway.c: a section [gateway NAME], a key at a time. Each returns
 * NULL, or the reason of a failure, to be freed.
 */
char *config_gateway_set(struct config_gateway *gateway, const char *key, const char *value);
char *config_gateway_check(const struct config_gateway *gateway);

#endif
