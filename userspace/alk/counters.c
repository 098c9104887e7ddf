// SPDX-License-Identifier: GPL-2.0
/* The stats and drops objects: counters of the whole device. */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

enum command { CMD_SHOW, CMD_HELP };

static const struct word commands[] = {
	{ "show", CMD_SHOW },
	{ "list", CMD_SHOW },
	{ "lst", CMD_SHOW },
	{ "help", CMD_HELP },
};

static int stats_show(const struct cli *cli, struct alk *alk)
{
	struct out out = cli_out(cli);
	struct alk_stats s;

	if (alk_stats_get(alk, &s))
		return cli_refused("stats: %s", alk_error(alk));

	out_object_begin(&out);
	out_uint(&out, "rx_packets", "rx_packets", s.rx_packets);
	out_uint(&out, "tx_packets", "tx_packets", s.tx_packets);
	out_uint(&out, "consumed_packets", "consumed_packets", s.consumed_packets);
	out_uint(&out, "generated_packets", "generated_packets", s.generated_packets);
	out_uint(&out, "dropped_packets", "dropped_packets", s.dropped_packets);
	out_object_end(&out);
	out_end(&out);
	return CLI_OK;
}

struct drops {
	const struct cli *cli;
	struct out out;
};

static int drop_one(const char *name, const char *text, uint64_t count, void *arg)
{
	struct drops *drops = arg;

	if (drops->out.json)
		out_uint(&drops->out, NULL, name, count);
	else if (count || drops->cli->details)
		printf("%-24s %12" PRIu64 "  %s\n", name, count, text);
	return 0;
}

static int drops_show(const struct cli *cli, struct alk *alk)
{
	struct drops drops = { cli, cli_out(cli) };

	out_object_begin(&drops.out);
	if (alk_drops_get(alk, drop_one, &drops))
		return cli_refused("drops: %s", alk_error(alk));
	out_object_end(&drops.out);
	out_end(&drops.out);
	return CLI_OK;
}

static int run(struct cli *cli, struct args *args, const char *object,
	       int (*show)(const struct cli *cli, struct alk *alk))
{
	const char *word = args_next(args);
	int command = word ? word_find(commands, sizeof(commands) / sizeof(commands[0]), word)
			   : CMD_SHOW;
	struct alk *alk;
	int ret;

	if (command == CMD_HELP || (args_peek(args) && !strcmp(args_peek(args), "help"))) {
		printf("Usage: alk %s [ show ] [ dev NAME ]\n", object);
		return CLI_OK;
	}
	if (command < 0) {
		args_error(args, "command \"%s\" is unknown", word);
		return cli_usage_error(object, args);
	}
	if (cli->txn) {
		args_error(args, "only changes of tables may be made in a transaction");
		return cli_usage_error(object, args);
	}
	if (args_end(args))
		return cli_usage_error(object, args);
	ret = cli_open(cli, args->dev, &alk);
	return ret ? ret : show(cli, alk);
}

int stats_run(struct cli *cli, struct args *args)
{
	return run(cli, args, "stats", stats_show);
}

int drops_run(struct cli *cli, struct args *args)
{
	return run(cli, args, "drops", drops_show);
}
