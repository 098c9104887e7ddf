// SPDX-License-Identifier: GPL-2.0
/* The vtep object: made by neighbors, and only shown. */
#include "object.h"

#include <string.h>

OBJECT_DUMP(vtep)

static int vtep_get(struct alk *alk, const void *key, void *out)
{
	return alk_vtep_get(alk, &((const struct alk_vtep *)key)->host, out);
}

#define AT(member) .offset = offsetof(struct alk_vtep, member)

static const struct field fields[] = {
	{ .word = "host", .key = "host", .type = FIELD_ADDR, AT(host),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "mtu", .key = "mtu", .type = FIELD_U32, .max = UINT32_MAX, AT(mtu),
	  .flags = FIELD_DERIVED },
	{ .word = "users", .key = "users", .type = FIELD_U32, .max = UINT32_MAX, AT(users),
	  .flags = FIELD_DERIVED },
};

static const char usage[] =
"Usage: alk vtep show [ HOST ] [ FILTER ] [ dev NAME ]\n"
"FILTER := [ mtu MTU ] [ users N ]\n";

static const struct object object_vtep = {
	.name = "vtep",
	.usage = usage,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_vtep),
	.counters = offsetof(struct alk_vtep, counters),
	.sent_only = true,
	.get = vtep_get,
	.dump = vtep_dump,
};

int vtep_run(struct cli *cli, struct args *args)
{
	static const struct word commands[] = {
		{ "show", 0 }, { "list", 0 }, { "lst", 0 }, { "help", 0 },
	};
	const char *word = args_peek(args);

	if (word && word_find(commands, sizeof(commands) / sizeof(commands[0]), word) < 0) {
		args_error(args, "command \"%s\" is unknown: neighbors make VTEPs", word);
		return cli_usage_error("vtep", args);
	}
	return object_run(cli, &object_vtep, args);
}
