// SPDX-License-Identifier: GPL-2.0
/* alkaidctl: its command line. */
#include <getopt.h>
#include <grpc/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

static const char usage[] =
	"Usage: alkaidctl [OPTION]... COMMAND\n"
	"  apply FILE.json      send the goal state in FILE (\"-\": standard input), and\n"
	"                       print a line for each of its resources\n"
	"  status               what alkaidd does, and how it is\n"
	"  dump                 each resource that it knows, and what became of it\n"
	"  resync               compare the kernel's tables with them, and repair\n"
	"\n"
	"  --target HOST:PORT   where alkaidd listens (127.0.0.1:50001)\n"
	"  --tls-ca FILE        it has a certificate signed by one of these\n"
	"  --tls-cert FILE      certificate to show to it, and\n"
	"  --tls-key FILE       its key\n"
	"  -j, --json           print JSON\n"
	"  -p, --pretty         print JSON over several lines, with -j\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0 all done or pending, 1 usage or bad file, 2 something was\n"
	"refused, 3 alkaidd cannot be reached.\n";

enum { OPT_TARGET = 256, OPT_CA, OPT_CERT, OPT_KEY, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "tls-ca", required_argument, NULL, OPT_CA },
	{ "tls-cert", required_argument, NULL, OPT_CERT },
	{ "tls-key", required_argument, NULL, OPT_KEY },
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{}
};

static void __attribute__((noreturn)) usage_error(const char *text)
{
	fprintf(stderr, "alkaidctl: %s\nTry 'alkaidctl --help'.\n", text);
	exit(EXIT_USAGE);
}

static void parse_options(int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "jp", long_options, NULL)) != -1) {
		switch (opt) {
		case OPT_TARGET:
			o->to.address = optarg;
			break;
		case OPT_CA:
			o->to.tls_ca = optarg;
			break;
		case OPT_CERT:
			o->to.tls_cert = optarg;
			break;
		case OPT_KEY:
			o->to.tls_key = optarg;
			break;
		case 'j':
			o->json = true;
			break;
		case 'p':
			o->pretty = true;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			exit(EXIT_DONE);
		case OPT_VERSION:
			puts("alkaidctl " ALK_VERSION);
			exit(EXIT_DONE);
		default:
			fputs("Try 'alkaidctl --help'.\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (!o->to.tls_cert != !o->to.tls_key)
		usage_error("--tls-cert and --tls-key belong together");
	if (o->to.tls_cert && !o->to.tls_ca)
		usage_error("--tls-cert is nothing without --tls-ca");
}

int ctl_call(const struct options *o, const char *method, const uint8_t *bytes, size_t len,
	     struct call_reply *reply)
{
	call(&o->to, method, bytes, len, reply);
	if (reply->status == GRPC_STATUS_OK)
		return EXIT_DONE;
	if (reply->status == GRPC_STATUS_UNAVAILABLE) {
		fprintf(stderr, "alkaidctl: alkaidd cannot be reached at %s: %s\n", o->to.address,
			reply->text);
		return EXIT_UNREACHABLE;
	}
	if (reply->status == CALL_BAD_FILE) {
		fprintf(stderr, "alkaidctl: %s\n", reply->text);
		return EXIT_USAGE;
	}
	fprintf(stderr, "alkaidctl: %s: %s\n", o->to.address, reply->text);
	return reply->status == GRPC_STATUS_DEADLINE_EXCEEDED ? EXIT_UNREACHABLE : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	struct options o = { .to.address = "127.0.0.1:50001" };
	static const struct {
		const char *name, *method;
	} reports[] = {
		{ "status", "/alkaid.Agent/Status" },
		{ "dump", "/alkaid.Agent/Dump" },
		{ "resync", "/alkaid.Agent/Resync" },
	};
	size_t i;

	parse_options(argc, argv, &o);
	argc -= optind;
	argv += optind;
	if (argc == 2 && !strcmp(argv[0], "apply"))
		return apply(&o, argv[1]);
	for (i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
		if (argc == 1 && !strcmp(argv[0], reports[i].name))
			return report(&o, reports[i].method);
	usage_error("apply FILE, status, dump or resync is expected");
}
