// SPDX-License-Identifier: GPL-2.0
/* The monitor object: what changes, as it happens. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

static const char usage[] =
"Usage: alk monitor [ config ] [ dev NAME ]\n"
"Shows each change of the tables, each commit after its changes, and each gateway\n"
"group of which a member's state changes.\n";

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

/* The word in front of a line, and the event in JSON. */
static const struct {
	const char *word, *event;
} types[] = {
	[ALK_EVENT_NEW] = { NULL, "new" },
	[ALK_EVENT_DEL] = { "Deleted", "deleted" },
	[ALK_EVENT_STATE] = { "State", "state" },
};

static void show_object(struct out *out, const struct alk_event *event)
{
	const struct object *object = object_of(event->kind);

	if (out->json) {
		out_string(out, NULL, "object", object->name);
		out_string(out, NULL, "event", types[event->type].event);
		if (event->commit)
			out_uint(out, NULL, "commit", event->commit);
	} else {
		out_string(out, types[event->type].word, NULL, object->name);
	}
	/* All of them start at the same place. */
	fields_print(&object->fields, ~0u, &event->vpc, out);
}

static void show_commit(struct out *out, const struct alk_commit *commit)
{
	if (out->json) {
		out_string(out, NULL, "object", "commit");
		out_string(out, NULL, "event", "commit");
	}
	out_uint(out, "commit", "commit", commit->commit);
	out_uint(out, "changes", "changes", commit->changes);
	out_uint(out, "portid", "portid", commit->portid);
}

static void show(struct out *out, const struct alk_event *event)
{
	out_object_begin(out);
	if (event->type == ALK_EVENT_COMMIT)
		show_commit(out, &event->end);
	else
		show_object(out, event);
	out_object_end(out);
	fflush(out->file);
}

/* The tables have to be read again: what follows is not all. */
static void show_lost(struct out *out)
{
	out_object_begin(out);
	out_flag(out, "lost", "lost");
	out_object_end(out);
	fflush(out->file);
}

static int watch(struct cli *cli, struct alk *alk)
{
	struct alk_event *event = calloc(1, sizeof(*event));
	struct out out = cli_out(cli);
	int err;

	if (!event)
		return cli_refused("%s", strerror(ENOMEM));
	out.lines = true;
	do {
		err = alk_monitor_next(alk, event);
		if (!err)
			show(&out, event);
		else if (err == -ENOBUFS)
			show_lost(&out);
		else
			cli_refused("monitor: %s", alk_error(alk));
	} while (!err || err == -ENOBUFS);
	free(event);
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
