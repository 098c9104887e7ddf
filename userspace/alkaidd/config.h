/* SPDX-License-Identifier: GPL-2.0 */
/* The options of the daemon, from its file and its command line. */
#ifndef ALKAIDD_CONFIG_H
#define ALKAIDD_CONFIG_H

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
 * @state_dir: as given, or NULL for the default of the namespace and device
 * @durable: each push is on the disk before it is answered
 * @strict: a push is all or nothing, not what is valid in it
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

/** config_init() - the defaults */
void config_init(struct config *config);
void config_free(struct config *config);

/**
 * config_load() - what the file @path says
 * @text: reason of a failure: the file, the section and the key
 *
 * Unknown sections and keys are errors, and so is what does not go together.
 */
int config_load(struct config *config, const char *path, char *text, size_t size);

/** config_check() - what is true of file and command line together */
int config_check(const struct config *config, char *text, size_t size);

#endif
