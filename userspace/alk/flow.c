// SPDX-License-Identifier: GPL-2.0
/* The flow object: direct paths, which gateways teach; they are shown and deleted. */
#include "object.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

OBJECT_DUMP(flow)

static const struct {
	const char *name;
	uint8_t number;
} protos[] = {
	{ "icmp", IPPROTO_ICMP },
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
};

static int proto_parse(const struct field *f, struct args *args, const char *s, void *obj,
		       bool again)
{
	struct alk_flow *flow = obj;
	unsigned long number;
	char *end;
	size_t i;

	if (again)
		return args_error(args, "\"%s\" is given twice", f->word);
	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		if (!strcmp(s, protos[i].name)) {
			flow->proto = protos[i].number;
			return 0;
		}
	}
	number = strtoul(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || number > UINT8_MAX)
		return args_error(args, "bad %s \"%s\": tcp, udp, icmp, or a number from 0 to 255 is expected",
				  f->word, s);
	flow->proto = number;
	return 0;
}

static bool proto_match(const void *want, const void *have)
{
	const struct alk_flow *a = want, *b = have;

	return !b->destination && a->proto == b->proto;
}

static void proto_print(const struct field *f, const void *obj, struct out *out)
{
	const struct alk_flow *flow = obj;
	size_t i;

	if (flow->destination) {
		out_none(out, f->key);
		return;
	}
	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		if (flow->proto == protos[i].number) {
			out_string(out, f->word, f->key, protos[i].name);
			return;
		}
	}
	out_uint(out, f->word, f->key, flow->proto);
}

static const struct field_own proto_own = {
	.parse = proto_parse,
	.match = proto_match,
	.print = proto_print,
};

static int packets_parse(const struct field *f, struct args *args, const char *s, void *obj,
			 bool again)
{
	struct alk_flow *flow = obj;
	char *end;

	if (again)
		return args_error(args, "\"%s\" is given twice", f->word);
	errno = 0;
	flow->packets = strtoull(s, &end, 10);
	if (errno || *s < '0' || *s > '9' || *end)
		return args_error(args, "bad %s \"%s\": a number is expected", f->word, s);
	return 0;
}

static bool packets_match(const void *want, const void *have)
{
	const struct alk_flow *a = want, *b = have;

	return a->packets == b->packets;
}

static void packets_print(const struct field *f, const void *obj, struct out *out)
{
	out_uint(out, f->word, f->key, ((const struct alk_flow *)obj)->packets);
}

static const struct field_own packets_own = {
	.parse = packets_parse,
	.match = packets_match,
	.print = packets_print,
};

enum { VPC, VNI, SRC, DST, PROTO, SPORT, DPORT };

#define AT(member) .offset = offsetof(struct alk_flow, member)

static const struct field fields[] = {
	[VPC] = { .word = "vpc", .key = "vpc", .type = FIELD_U32, .max = UINT32_MAX, AT(vpc) },
	[VNI] = { .word = "vni", .key = "vni", .type = FIELD_U32, .max = ALKAID_VNI_MAX, AT(vni),
		  .flags = FIELD_DERIVED },
	[SRC] = { .word = "src", .key = "src", .type = FIELD_ADDR, AT(src) },
	[DST] = { .word = "dst", .key = "dst", .type = FIELD_ADDR, AT(dst) },
	[PROTO] = { .word = "proto", .key = "proto", .type = FIELD_OWN, .own = &proto_own },
	[SPORT] = { .word = "sport", .key = "sport", .type = FIELD_U16, .max = UINT16_MAX,
		    AT(sport), .flags = FIELD_ZERO },
	[DPORT] = { .word = "dport", .key = "dport", .type = FIELD_U16, .max = UINT16_MAX,
		    AT(dport), .flags = FIELD_ZERO },
	{ .word = "instance-ip", .key = "instance_ip", .type = FIELD_ADDR, AT(instance_ip) },
	{ .word = "instance-mac", .key = "instance_mac", .type = FIELD_MAC, AT(instance_mac) },
	{ .word = "host", .key = "host", .type = FIELD_ADDR, AT(host) },
	{ .word = "gateway-group", .key = "gateway_group", .type = FIELD_U32, .max = UINT32_MAX,
	  AT(gateway_group), .flags = FIELD_DETAIL },
	{ .word = "idle-timeout", .key = "idle_timeout", .type = FIELD_U32, .max = UINT16_MAX,
	  AT(idle_timeout) },
	{ .word = "idle", .key = "idle", .type = FIELD_U32, .max = UINT32_MAX, AT(idle),
	  .flags = FIELD_ZERO },
	{ .word = "packets", .key = "packets", .type = FIELD_OWN, .own = &packets_own },
};

/* What the kernel deletes by, as bits of the fields. */
#define DELETES ((1u << VPC) | (1u << VNI) | (1u << SRC) | (1u << DST) | (1u << PROTO) | \
		 (1u << SPORT) | (1u << DPORT))

static const char usage[] =
"Usage: alk flow show [ FILTER ] [ idle SECONDS ] [ dev NAME ]\n"
"                     [ instance-ip IP ] [ instance-mac MAC ] [ host IP ]\n"
"       alk flow del FILTER [ dev NAME ]\n"
"       alk flow flush [ FILTER ] [ dev NAME ]\n"
"FILTER := [ vpc ID ] [ vni VNI ] [ src IP ] [ dst IP ] [ proto PROTO ]\n"
"          [ sport PORT ] [ dport PORT ]\n"
"PROTO := { tcp | udp | icmp | NUMBER }\n";

static const struct object object_flow = {
	.name = "flow",
	.usage = usage,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_flow),
	.dump = flow_dump,
};

enum command { CMD_SHOW, CMD_DEL, CMD_FLUSH };

static const struct word commands[] = {
	{ "delete", CMD_DEL },
	{ "show", CMD_SHOW },
	{ "list", CMD_SHOW },
	{ "lst", CMD_SHOW },
	{ "flush", CMD_FLUSH },
	{ "help", CMD_SHOW },
};

static int flow_end(struct cli *cli, enum command command, struct args *args)
{
	struct alk_flow want = {};
	uint32_t given;
	struct alk *alk;
	int ret, err;

	if (fields_parse(&object_flow.fields, args, FIELDS_FILTER, &want, &given))
		return cli_usage_error("flow", args);
	if (given & ~DELETES) {
		args_error(args, "what a flow leads to is no filter here");
		return cli_usage_error("flow", args);
	}
	if (command == CMD_DEL && !given) {
		args_error(args, "which flow? all of them are for \"flush\"");
		return cli_usage_error("flow", args);
	}
	if (cli->txn) {
		args_error(args, "flows are no part of transactions");
		return cli_usage_error("flow", args);
	}
	ret = cli_open(cli, args->dev, &alk);
	if (ret)
		return ret;
	want.given = (given & 1u << VPC ? ALK_FLOW_VPC : 0) |
		     (given & 1u << VNI ? ALK_FLOW_VNI : 0) |
		     (given & 1u << SRC ? ALK_FLOW_SRC : 0) |
		     (given & 1u << DST ? ALK_FLOW_DST : 0) |
		     (given & 1u << PROTO ? ALK_FLOW_PROTO : 0) |
		     (given & 1u << SPORT ? ALK_FLOW_SPORT : 0) |
		     (given & 1u << DPORT ? ALK_FLOW_DPORT : 0);
	err = alk_flow_del(alk, &want);
	if (err && !(command == CMD_FLUSH && err == -ENOENT))
		return cli_refused("%s", alk_error(alk));
	return CLI_OK;
}

int flow_run(struct cli *cli, struct args *args)
{
	const char *word = args_peek(args);
	int command = word ? word_find(commands, sizeof(commands) / sizeof(commands[0]), word) :
			     CMD_SHOW;

	switch (command) {
	case CMD_DEL:
	case CMD_FLUSH:
		args_next(args);
		if (args_peek(args) && !strcmp(args_peek(args), "help")) {
			fputs(usage, stdout);
			return CLI_OK;
		}
		return flow_end(cli, command, args);
	case CMD_SHOW:
		return object_run(cli, &object_flow, args);
	default:
		args_error(args, "command \"%s\" is %s: gateways teach flows", word,
			   command == -2 ? "ambiguous" : "unknown");
		return cli_usage_error("flow", args);
	}
}
