// SPDX-License-Identifier: GPL-2.0
/* The link object: the alkaid device itself. */
#include "cli.h"
#include "field.h"

#include <string.h>

/* A link, and its role as the number of a word: one less than its bits. */
struct link_args {
	struct alk_link link;
	int role;
};

static const char *const states[] = { "down", "up", NULL };
static const char *const modes[] = { "fast", "stack", NULL };
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
	{ .word = "role", .key = "role", .type = FIELD_ENUM, .names = roles,
	  .offset = offsetof(struct link_args, role) },
	{ .word = "relay-time", .key = "relay_time", .type = FIELD_U32, .max = UINT32_MAX,
	  AT(relay_time), .flags = FIELD_ZERO },
	{ .word = "underlay", .key = "underlay", .type = FIELD_BOOL, .names = modes, AT(stack) },
	{ .word = "mtu", .key = "mtu", .type = FIELD_U32, .max = UINT16_MAX, AT(mtu) },
	{ .word = "state", .key = "state", .type = FIELD_BOOL, .names = states, AT(up),
	  .flags = FIELD_STATE },
};

static const struct fields fields = { field, sizeof(field) / sizeof(field[0]) };

static const char usage[] =
"Usage: alk link add NAME { local IP | local6 IP6 } [ role ROLE ] [ dstport PORT ]\n"
"                [ geneve-port PORT ] [ dvr-mac MAC ] [ fragment { on | off } ]\n"
"                [ relay-time SECONDS ] [ underlay MODE ] [ mtu MTU ]\n"
"       alk link set NAME [ fragment { on | off } ] [ role ROLE ] [ relay-time SECONDS ]\n"
"                [ underlay MODE ]\n"
"       alk link del NAME\n"
"       alk link show [ NAME ] [ FILTER ]\n"
"FILTER := [ local IP ] [ local6 IP6 ] [ dstport PORT ] [ geneve-port PORT ] [ dvr-mac MAC ]\n"
"          [ fragment { on | off } ] [ role ROLE ] [ relay-time SECONDS ] [ underlay MODE ]\n"
"          [ mtu MTU ] [ state { up | down } ]\n"
"ROLE := { host | gateway | both }\n"
"MODE := { fast | stack }\n";

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
	return CLI_OK;
}

/* What of a link can change, by the words of the fields. */
static const struct {
	const char *word;
	unsigned int what;
} changeable[] = {
	{ "fragment", ALK_LINK_FRAGMENT },
	{ "role", ALK_LINK_ROLE },
	{ "relay-time", ALK_LINK_RELAY_TIME },
	{ "underlay", ALK_LINK_UNDERLAY },
};

/* ALK_LINK_* of what is given; the bits of its fields in @bits. */
static unsigned int given_changes(uint32_t given, uint32_t *bits)
{
	unsigned int what = 0;
	size_t i, j;

	*bits = 0;
	for (i = 0; i < fields.n; i++) {
		for (j = 0; j < sizeof(changeable) / sizeof(changeable[0]); j++) {
			if (!(given & 1u << i) || strcmp(field[i].word, changeable[j].word))
				continue;
			what |= changeable[j].what;
			*bits |= 1u << i;
		}
	}
	return what;
}

/* A device that is down is of no use: it is made and set up in one go. */
static int link_add(struct args *args)
{
	struct link_args new = {};
	const char *name = new.link.ifname;
	char text[200], ignored[200];
	uint32_t given, bits;
	int ret;

	ret = parse(args, FIELDS_SET, &new, &given);
	if (ret)
		return ret;
	new.link.role = new.role + 1;
	new.link.has_relay_time = given_changes(given, &bits) & ALK_LINK_RELAY_TIME;
	if (alk_link_add(&new.link, text, sizeof(text)))
		return cli_refused("link %s: %s", name, text);
	if (!alk_link_set_up(name, true, text, sizeof(text)))
		return CLI_OK;
	alk_link_del(name, ignored, sizeof(ignored));
	return cli_refused("link %s: cannot be set up: %s", name, text);
}

static int link_set(struct args *args)
{
	struct link_args new = {};
	uint32_t given, bits, key = fields_with(&fields, FIELD_KEY);
	unsigned int what;
	char text[200];
	int ret;

	ret = parse(args, FIELDS_FILTER, &new, &given);
	if (ret)
		return ret;
	what = given_changes(given, &bits);
	if (!what || given != (key | bits)) {
		args_error(args, "only \"fragment\", \"role\", \"relay-time\" and \"underlay\" can be set");
		return cli_usage_error("link", args);
	}
	new.link.role = new.role + 1;
	if (alk_link_set(&new.link, what, text, sizeof(text)))
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
	struct link_args have = { .link = *link, .role = link->role - 1 };
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
