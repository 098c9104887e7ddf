// SPDX-License-Identifier: GPL-2.0
/* The monitor object: what changes by itself, as it happens. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

static const char usage[] =
"Usage: alk monitor [ config ] [ dev NAME ]\n"
"Shows each gateway group of which a member's state changes.\n";

static int parse(struct args *args)
{
	const char *word;
	int ret;

	while (args_peek(args)) {
		ret = args_dev(args);
		if (ret < 0)
			return ret;
		if (ret)
			continue;
		word = args_next(args);
		if (!strcmp(word, "miss") || !strcmp(word, "flow"))
			return args_error(args, "\"%s\" is not supported by this version", word);
		if (strcmp(word, "config"))
			return args_error(args, "\"%s\" is unexpected", word);
	}
	return 0;
}

static void show(struct out *out, const struct alk_gateway *gateway)
{
	out_object_begin(out);
	/* There may be others one day. */
	out_string(out, NULL, "object", object_gateway.name);
	fields_print(&object_gateway.fields, ~0u, gateway, out);
	out_object_end(out);
	fflush(out->file);
}

static int watch(struct cli *cli, struct alk *alk)
{
	struct alk_gateway *gateway = malloc(sizeof(*gateway));
	struct out out = cli_out(cli);
	int err;

	if (!gateway)
		return cli_refused("%s", strerror(ENOMEM));
	out.lines = true;
	do {
		err = alk_monitor_next(alk, gateway);
		if (!err)
			show(&out, gateway);
		else
			cli_refused("monitor: %s", err == -ENOBUFS ? "some changes were lost" :
				    alk_error(alk));
	} while (!err || err == -ENOBUFS);
	free(gateway);
	return CLI_REFUSED;
}

int monitor_run(struct cli *cli, struct args *args)
{
	struct alk_stats ignored;
	struct alk *alk;
	int ret;

	if (args_peek(args) && !strcmp(args_peek(args), "help")) {
		fputs(usage, stdout);
		return CLI_OK;
	}
	if (cli->txn)
		args_error(args, "only changes may be made in a transaction");
	if (cli->txn || parse(args))
		return cli_usage_error("monitor", args);
	ret = cli_open(cli, args->dev, &alk);
	if (ret)
		return ret;
	/* It has to be there, and the only one if it has no name. */
	if (alk_stats_get(alk, &ignored) || alk_monitor(alk))
		ret = cli_refused("monitor: %s", alk_error(alk));
	else
		ret = watch(cli, alk);
	/* The socket takes notifications, and so nothing else. */
	cli_close(cli);
	return ret;
}
