/* SPDX-License-Identifier: GPL-2.0 */
/* The command line, which wins over the file. */
#ifndef ALKAIDD_OPTIONS_H
#define ALKAIDD_OPTIONS_H

#include "config.h"

#define OPTIONS_MAX 32

/**
 * struct options - what the command line says
 * @file: of the configuration, or NULL
 * @check: look at it and exit
 * @given: the keys that are set, in their order
 */
struct options {
	const char *file;
	bool check;
	struct {
		const struct option_key *key;
		char *value;
	} given[OPTIONS_MAX];
	size_t n;
};

/** options_parse() - exits if there is nothing more to do, or something is wrong */
void options_parse(int argc, char **argv, struct options *options);
void options_free(struct options *options);

/**
 * options_load() - file and command line together
 * @config: out: to be freed also after a failure
 * @text: reason of a failure
 */
int options_load(const struct options *options, struct config *config, char *text, size_t size);

/** options_file() - the file that options_load() reads, or NULL */
const char *options_file(const struct options *options);

#endif
