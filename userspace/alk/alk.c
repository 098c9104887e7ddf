// SPDX-License-Identifier: GPL-2.0
/* alk: show and change the tables of an alkaid device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "object.h"

static const char usage[] =
"Usage: alk [ OPTIONS ] OBJECT { COMMAND | help }\n"
"       alk [ OPTIONS ] [ -force ] -batch FILE\n"
"       alk [ OPTIONS ] -file FILE [ -check ]\n"
"where  OBJECT := { link | vpc | subnet | port | neigh | route | gateway | flow |\n"
"                    vtep | stats | drops | trace | monitor }\n"
"       COMMAND := { add | replace | change | del | show | flush }\n"
"       OPTIONS := { -V[ersion] | -h[elp] | -j[son] | -p[retty] | -s[tats] |\n"
"                    -d[etails] | -n[etns] NETNS }\n";

enum id { LINK, VPC, SUBNET, PORT, NEIGH, ROUTE, GATEWAY, FLOW, VTEP, STATS, DROPS, TRACE, MONITOR, HELP };

static const struct word objects[] = {
	{ "link", LINK },
	{ "vpc", VPC },
	{ "subnet", SUBNET },
	{ "port", PORT },
	{ "neigh", NEIGH },
	{ "neighbor", NEIGH },
	{ "neighbour", NEIGH },
	{ "route", ROUTE },
	{ "vtep", VTEP },
	{ "stats", STATS },
	{ "drops", DROPS },
	{ "help", HELP },
	{ "gateway", GATEWAY },
	{ "flow", FLOW },
	{ "trace", TRACE },
	{ "monitor", MONITOR },
};

int cli_command(struct cli *cli, int argc, char **argv)
{
	struct args args = { .argc = argc, .argv = argv };
	const char *word = args_next(&args);
	int id = word_find(objects, sizeof(objects) / sizeof(objects[0]), word);

	switch (id) {
	case LINK:
		return link_run(cli, &args);
	case VPC:
		return object_run(cli, &object_vpc, &args);
	case SUBNET:
		return object_run(cli, &object_subnet, &args);
	case PORT:
		return object_run(cli, &object_port, &args);
	case NEIGH:
		return object_run(cli, &object_neigh, &args);
	case ROUTE:
		return object_run(cli, &object_route, &args);
	case GATEWAY:
		return gateway_run(cli, &args);
	case FLOW:
		return flow_run(cli, &args);
	case VTEP:
		return vtep_run(cli, &args);
	case STATS:
		return stats_run(cli, &args);
	case DROPS:
		return drops_run(cli, &args);
	case TRACE:
		return trace_run(cli, &args);
	case MONITOR:
		return monitor_run(cli, &args);
	case HELP:
		fputs(usage, stdout);
		return CLI_OK;
	default:
		fprintf(stderr, "alk: object \"%s\" is %s; see 'alk help'\n", word,
			id == -2 ? "ambiguous" : "unknown");
		return CLI_USAGE;
	}
}

struct options {
	const char *netns, *batch, *file;
};

enum option { JSON, PRETTY, STATISTICS, DETAILS, NETNS, BATCH, TXN_FILE, FORCE, CHECK,
	      VERSION, USAGE };

/* Any beginning will do; among several, the first is meant, as with ip. */
static const struct word option_words[] = {
	{ "json", JSON },
	{ "pretty", PRETTY },
	{ "stats", STATISTICS },
	{ "statistics", STATISTICS },
	{ "details", DETAILS },
	{ "netns", NETNS },
	{ "batch", BATCH },
	{ "file", TXN_FILE },
	{ "force", FORCE },
	{ "check", CHECK },
	{ "Version", VERSION },
	{ "help", USAGE },
};

static int option_find(const char *arg)
{
	size_t i;

	arg += arg[1] == '-' ? 2 : 1;
	for (i = 0; *arg && i < sizeof(option_words) / sizeof(option_words[0]); i++)
		if (!strncmp(option_words[i].name, arg, strlen(arg)))
			return option_words[i].id;
	return -1;
}

static int option_value(struct args *args, const char *option, const char **out)
{
	if (*out) {
		fprintf(stderr, "alk: option \"%s\" is given twice\n", option);
		return CLI_USAGE;
	}
	*out = args_next(args);
	if (*out)
		return CLI_OK;
	fprintf(stderr, "alk: option \"%s\" needs a value\n", option);
	return CLI_USAGE;
}

/* Return: an exit code, or -1 to go on. */
static int option_one(struct args *args, struct cli *cli, struct options *options)
{
	const char *arg = args_next(args);
	const char **value = NULL;

	switch (option_find(arg)) {
	case JSON:
		cli->json = true;
		break;
	case PRETTY:
		cli->pretty = true;
		break;
	case STATISTICS:
		cli->stats = true;
		break;
	case DETAILS:
		cli->details = true;
		break;
	case FORCE:
		cli->force = true;
		break;
	case CHECK:
		cli->check = true;
		break;
	case NETNS:
		value = &options->netns;
		break;
	case BATCH:
		value = &options->batch;
		break;
	case TXN_FILE:
		value = &options->file;
		break;
	case VERSION:
		printf("alk, alkaid %s\n", ALK_VERSION);
		return CLI_OK;
	case USAGE:
		fputs(usage, stdout);
		return CLI_OK;
	default:
		fprintf(stderr, "alk: option \"%s\" is unknown; see 'alk help'\n", arg);
		return CLI_USAGE;
	}
	if (value && option_value(args, arg, value))
		return CLI_USAGE;
	return -1;
}

static int usage_error(const char *text)
{
	fprintf(stderr, "alk: %s\n%s", text, usage);
	return CLI_USAGE;
}

static int run(struct cli *cli, const struct options *options, struct args *args)
{
	int ret;

	if (options->batch && options->file)
		return usage_error("-batch and -file exclude each other");
	if (cli->check && !options->file)
		return usage_error("-check needs -file");
	if ((options->batch || options->file) && args->argc)
		return usage_error("commands come from the file");
	if (!options->batch && !options->file && !args->argc)
		return usage_error("an object is missing");

	if (options->netns) {
		ret = cli_netns(options->netns);
		if (ret)
			return ret;
	}
	if (options->batch)
		return batch_run(cli, options->batch, false);
	if (options->file)
		return batch_run(cli, options->file, true);
	return cli_command(cli, args->argc, args->argv);
}

int main(int argc, char **argv)
{
	struct args args = { .argc = argc - 1, .argv = argv + 1 };
	struct options options = {};
	struct cli cli = {};
	int ret;

	while (args_peek(&args) && args_peek(&args)[0] == '-') {
		ret = option_one(&args, &cli, &options);
		if (ret >= 0)
			return ret;
	}
	ret = run(&cli, &options, &args);
	cli_close(&cli);

	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "alk: cannot write: %s\n", strerror(errno));
		return CLI_REFUSED;
	}
	return ret;
}
