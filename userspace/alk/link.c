// SPDX-License-Identifier: GPL-2.0
/* The link object: the alkaid device itself. */
#include "cli.h"
#include "field.h"

#include <string.h>

/* What the arguments give, more than the library needs. */
struct link_args {
	struct alk_link link;
	int role;
};

enum { ROLE_HOST };

static const char *const states[] = { "down", "up", NULL };
static const char *const roles[] = { "host", "gateway", "both", NULL };

#define AT(member) .offset = offsetof(struct link_args, link.member)

static const struct field field[] = {
	{ .word = "ifname", .key = "ifname", .type = FIELD_IFNAME, AT(ifname),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "ifindex", .key = "ifindex", .type = FIELD_U32, .max = INT32_MAX, AT(ifindex),
	  .flags = FIELD_DERIVED | FIELD_DETAIL },
	{ .word = "local", .key = "local", .type = FIELD_ADDR, AT(local) },
	{ .word = "local6", .key = "local6", .type = FIELD_ADDR, AT(local6) },
	{ .word = "dstport", .key = "dstport", .type = FIELD_U16, .max = UINT16_MAX, AT(dstport) },
	{ .word = "geneve-port", .key = "geneve_port", .type = FIELD_U16, .max = UINT16_MAX,
	  AT(geneve_port) },
	{ .word = "dvr-mac", .key = "dvr_mac", .type = FIELD_MAC, AT(dvr_mac) },
	{ .word = "fragment", .key = "fragment", .type = FIELD_BOOL, AT(fragment) },
	{ .word = "mtu", .key = "mtu", .type = FIELD_U32, .max = UINT16_MAX, AT(mtu) },
	{ .word = "state", .key = "state", .type = FIELD_BOOL, .names = states, AT(up),
	  .flags = FIELD_STATE },
	/* Only to be given: without a key they are not shown. */
	{ .word = "role", .type = FIELD_ENUM, .names = roles,
	  .offset = offsetof(struct link_args, role) },
};

static const struct fields fields = { field, sizeof(field) / sizeof(field[0]) };

static const char usage[] =
"Usage: alk link add NAME { local IP | local6 IP6 } [ role host ] [ dstport PORT ]\n"
"                [ geneve-port PORT ] [ dvr-mac MAC ] [ fragment { on | off } ] [ mtu MTU ]\n"
"       alk link set NAME fragment { on | off }\n"
"       alk link del NAME\n"
"       alk link show [ NAME ] [ FILTER ]\n"
"FILTER := [ local IP ] [ local6 IP6 ] [ dstport PORT ] [ geneve-port PORT ] [ dvr-mac MAC ]\n"
"          [ fragment { on | off } ] [ mtu MTU ] [ state { up | down } ]\n";

enum command { CMD_ADD, CMD_SET, CMD_DEL, CMD_SHOW, CMD_HELP };

static const struct word commands[] = {
	{ "add", CMD_ADD },
	{ "set", CMD_SET },
	{ "delete", CMD_DEL },
	{ "show", CMD_SHOW },
	{ "list", CMD_SHOW },
	{ "lst", CMD_SHOW },
	{ "help", CMD_HELP },
};

static int parse(struct args *args, enum fields_mode mode, struct link_args *out,
		 uint32_t *given)
{
	/* As with ip link, "dev" may stand before the name. */
	if (args_peek(args) && !strcmp(args_peek(args), "dev"))
		args_next(args);
	if (fields_parse(&fields, args, mode, out, given))
		return cli_usage_error("link", args);
	if (args->dev[0]) {
		args_error(args, "\"dev\" is unexpected");
		return cli_usage_error("link", args);
	}
	if (out->role != ROLE_HOST) {
		args_error(args, "role \"%s\" is not supported by this version",
			   roles[out->role]);
		return cli_usage_error("link", args);
	}
	return CLI_OK;
}

/* A device that is down is of no use: it is made and set up in one go. */
static int link_add(struct args *args)
{
	struct link_args new = {};
	const char *name = new.link.ifname;
	char text[200], ignored[200];
	uint32_t given;
	int ret;

	ret = parse(args, FIELDS_SET, &new, &given);
	if (ret)
		return ret;
	if (alk_link_add(&new.link, text, sizeof(text)))
		return cli_refused("link %s: %s", name, text);
	if (!alk_link_set_up(name, true, text, sizeof(text)))
		return CLI_OK;
	alk_link_del(name, ignored, sizeof(ignored));
	return cli_refused("link %s: cannot be set up: %s", name, text);
}

/* Bits of the fields that a command may change. */
static uint32_t changeable(void)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < fields.n; i++)
		if (!strcmp(field[i].word, "fragment"))
			bits |= 1u << i;
	return bits;
}

static int link_set(struct args *args)
{
	struct link_args new = {};
	uint32_t given, key = fields_with(&fields, FIELD_KEY);
	char text[200];
	int ret;

	ret = parse(args, FIELDS_FILTER, &new, &given);
	if (ret)
		return ret;
	if ((given & key) != key || given != (key | changeable())) {
		args_error(args, "only \"fragment\" of a link can be set");
		return cli_usage_error("link", args);
	}
	if (alk_link_set(&new.link, text, sizeof(text)))
		return cli_refused("link %s: %s", new.link.ifname, text);
	return CLI_OK;
}

static int link_del(struct args *args)
{
	struct link_args key = {};
	uint32_t given;
	char text[200];
	int ret;

	ret = parse(args, FIELDS_KEY, &key, &given);
	if (ret)
		return ret;
	if (alk_link_del(key.link.ifname, text, sizeof(text)))
		return cli_refused("link %s: %s", key.link.ifname, text);
	return CLI_OK;
}

struct show {
	struct link_args want;
	uint32_t given;
	uint32_t which;
	struct out out;
};

static int show_one(const struct alk_link *link, void *arg)
{
	struct link_args have = { .link = *link };
	struct show *show = arg;

	if (!fields_match(&fields, show->given, &show->want, &have))
		return 0;
	out_object_begin(&show->out);
	fields_print(&fields, show->which, &have, &show->out);
	out_object_end(&show->out);
	return 0;
}

static int link_show(const struct cli *cli, struct args *args)
{
	struct show show = { .which = ~0u, .out = cli_out(cli) };
	char text[200];
	int ret;

	ret = parse(args, FIELDS_FILTER, &show.want, &show.given);
	if (ret)
		return ret;
	if (!cli->json && !cli->details)
		show.which &= ~fields_with(&fields, FIELD_DETAIL);
	if (alk_link_dump(show_one, &show, text, sizeof(text)))
		return cli_refused("link: %s", text);
	if (!show.out.objects && show.given == fields_with(&fields, FIELD_KEY))
		return cli_refused("link %s: no such alkaid device", show.want.link.ifname);
	out_end(&show.out);
	return CLI_OK;
}

int link_run(struct cli *cli, struct args *args)
{
	const char *word = args_next(args);
	int command = word ? word_find(commands, sizeof(commands) / sizeof(commands[0]), word)
			   : CMD_SHOW;

	if (args_peek(args) && !strcmp(args_peek(args), "help"))
		command = CMD_HELP;
	if (cli->txn && command != CMD_HELP) {
		args_error(args, "only changes of tables may be made in a transaction");
		return cli_usage_error("link", args);
	}

	switch (command) {
	case CMD_ADD:
		return link_add(args);
	case CMD_SET:
		return link_set(args);
	case CMD_DEL:
		return link_del(args);
	case CMD_SHOW:
		return link_show(cli, args);
	case CMD_HELP:
		fputs(usage, stdout);
		return CLI_OK;
	default:
		args_error(args, "command \"%s\" is %s", word,
			   command == -2 ? "ambiguous" : "unknown");
		return cli_usage_error("link", args);
	}
}
