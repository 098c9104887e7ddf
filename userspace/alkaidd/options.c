// SPDX-License-Identifier: GPL-2.0
/* The command line, which wins over the file. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

static const char usage[] =
	"Usage: alkaidd [OPTION]...\n"
	"Serve alcor.schema goal states over gRPC, and write them into the tables of an\n"
	"alkaid device.\n"
	"\n"
	"  --config FILE        options (" CONFIG_FILE " if it is there);\n"
	"                       those of the command line win\n"
	"  --check              check options and file, and exit\n"
	"  --netns NAME         network namespace to work and to listen in\n"
	"  --dev NAME           alkaid device; may be left out where there is only one\n"
	"  --listen HOST:PORT   where to listen (127.0.0.1:50001)\n"
	"  --state-dir DIR      where goal states are kept (in memory alone)\n"
	"  --durable            have each on the disk before it is answered\n"
	"  --tls-cert FILE      certificate to show to callers, and\n"
	"  --tls-key FILE       its key: calls are encrypted\n"
	"  --tls-ca FILE        callers must have a certificate signed by one of these\n"
	"  --insecure           allow --listen without TLS where others can reach it\n"
	"  --max-message MB     refuse larger messages (64)\n"
	"  --max-memory MB      for messages under way; senders of more wait\n"
	"  --debug              log more\n"
	"  --help, --version\n"
	"\n"
	"SIGHUP reads the file again; SIGTERM ends, when calls under way are answered.\n";

/* A path may be relative here, but not in the file. */
enum kind { TEXT, FLAG, PATH };

/* An option that is a key of the file as well. */
struct option_key {
	const char *name, *section, *key;
	enum kind kind;
};

static const struct option_key keys[] = {
	{ "netns", "alkaidd", "netns", TEXT },
	{ "dev", "alkaidd", "dev", TEXT },
	{ "listen", "alkaidd", "listen", TEXT },
	{ "insecure", "alkaidd", "insecure", FLAG },
	{ "max-message", "alkaidd", "max-message", TEXT },
	{ "max-memory", "alkaidd", "max-memory", TEXT },
	{ "debug", "alkaidd", "debug", FLAG },
	{ "state-dir", "state", "dir", PATH },
	{ "durable", "state", "durable", FLAG },
	{ "tls-cert", "tls", "cert", PATH },
	{ "tls-key", "tls", "key", PATH },
	{ "tls-ca", "tls", "ca", PATH },
};

#define KEYS G_N_ELEMENTS(keys)

enum { OPT_CONFIG = KEYS + 1, OPT_CHECK, OPT_HELP, OPT_VERSION, OPTS };

static void __attribute__((noreturn, format(printf, 1, 2))) usage_error(const char *fmt, ...)
{
	va_list args;

	fputs("alkaidd: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("\nTry 'alkaidd --help'.\n", stderr);
	exit(1);
}

static void long_options(struct option *out)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		*out++ = (struct option){
			.name = keys[i].name,
			.has_arg = keys[i].kind == FLAG ? no_argument : required_argument,
			.val = i + 1,
		};
	*out++ = (struct option){ "config", required_argument, NULL, OPT_CONFIG };
	*out++ = (struct option){ "check", no_argument, NULL, OPT_CHECK };
	*out++ = (struct option){ "help", no_argument, NULL, OPT_HELP };
	*out++ = (struct option){ "version", no_argument, NULL, OPT_VERSION };
	*out = (struct option){};
}

static void give(struct options *options, const struct option_key *key, const char *value)
{
	if (options->n == OPTIONS_MAX)
		usage_error("too many options");
	options->given[options->n].key = key;
	options->given[options->n].value = key->kind == PATH && *value ?
		g_canonicalize_filename(value, NULL) : g_strdup(value);
	options->n++;
}

void options_parse(int argc, char **argv, struct options *options)
{
	struct option list[OPTS];
	int opt;

	memset(options, 0, sizeof(*options));
	long_options(list);
	while ((opt = getopt_long(argc, argv, "", list, NULL)) != -1) {
		switch (opt) {
		case 1 ... KEYS:
			give(options, &keys[opt - 1], keys[opt - 1].kind == FLAG ? "true" : optarg);
			break;
		case OPT_CONFIG:
			options->file = optarg;
			break;
		case OPT_CHECK:
			options->check = true;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			exit(0);
		case OPT_VERSION:
			puts("alkaidd " ALK_VERSION);
			exit(0);
		default:
			fputs("Try 'alkaidd --help'.\n", stderr);
			exit(1);
		}
	}
	if (optind < argc)
		usage_error("what is \"%s\"?", argv[optind]);
}

void options_free(struct options *options)
{
	size_t i;

	for (i = 0; i < options->n; i++)
		g_free(options->given[i].value);
}

const char *options_file(const struct options *options)
{
	if (options->file)
		return options->file;
	return access(CONFIG_FILE, F_OK) ? NULL : CONFIG_FILE;
}

int options_load(const struct options *options, struct config *config, char *text, size_t size)
{
	const char *file = options_file(options);
	char reason[512];
	size_t i;
	int err;

	config_init(config);
	if (file) {
		err = config_load(config, file, text, size);
		if (err)
			return err;
	}
	for (i = 0; i < options->n; i++) {
		const struct option_key *key = options->given[i].key;

		err = config_set(config, key->section, key->key, options->given[i].value, reason,
				 sizeof(reason));
		if (err) {
			snprintf(text, size, "--%s: %s", key->name, reason);
			return err;
		}
	}
	return config_check(config, text, size);
}
