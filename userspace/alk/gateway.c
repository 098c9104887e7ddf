// SPDX-License-Identifier: GPL-2.0
/* The gateway object: a group of gateways, among whose members flows are spread. */
#include "object.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "member.h"

OBJECT_DUMP(gateway)

static int gateway_get(struct alk *alk, const void *key, void *out)
{
	return alk_gateway_get(alk, ((const struct alk_gateway *)key)->id, out);
}

static int twice(const struct field *f, struct args *args)
{
	return args_error(args, "\"%s\" is given twice", f->word);
}

static int key_parse(const struct field *f, struct args *args, const char *s, void *obj, bool again)
{
	struct alk_gateway *gateway = obj;
	size_t i;

	if (again)
		return twice(f, args);
	if (strlen(s) != 2 * ALK_KEY_LEN || strspn(s, "0123456789abcdefABCDEF") != strlen(s))
		return args_error(args, "bad %s: %d hexadecimal digits are expected", f->word,
				  2 * ALK_KEY_LEN);
	for (i = 0; i < ALK_KEY_LEN; i++) {
		const char octet[] = { s[2 * i], s[2 * i + 1], '\0' };

		gateway->oam_key[i] = strtoul(octet, NULL, 16);
	}
	gateway->has_key = true;
	return 0;
}

/* Nobody tells what it is, so there is nothing to compare but whether there is one. */
static bool key_match(const void *want, const void *have)
{
	(void)want;
	return ((const struct alk_gateway *)have)->has_key;
}

static void key_print(const struct field *f, const void *obj, struct out *out)
{
	(void)f;
	(void)obj;
	(void)out;
}

static const struct field_own key_own = {
	.parse = key_parse,
	.match = key_match,
	.print = key_print,
};

static const struct {
	const char *name;
	uint32_t us;
} units[] = {
	{ "s", 1000000 },
	{ "ms", 1000 },
	{ "us", 1 },
};

static bool parse_interval(const char *s, uint32_t *out)
{
	unsigned long long value;
	char *end;
	size_t i;

	*out = 0;
	if (!strcmp(s, "off"))
		return true;
	if (!isdigit((unsigned char)s[0]))
		return false;
	errno = 0;
	value = strtoull(s, &end, 10);
	for (i = 0; !errno && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name) || !value || value > UINT32_MAX / units[i].us)
			continue;
		*out = value * units[i].us;
		return true;
	}
	return false;
}

static int bfd_parse(const struct field *f, struct args *args, const char *s, void *obj, bool again)
{
	struct alk_gateway *gateway = obj;

	if (again)
		return twice(f, args);
	if (!parse_interval(s, &gateway->bfd_interval))
		return args_error(args, "bad %s \"%s\": an interval such as 100ms, or off, is expected",
				  f->word, s);
	return 0;
}

static bool bfd_match(const void *want, const void *have)
{
	const struct alk_gateway *a = want, *b = have;

	return a->bfd_interval == b->bfd_interval;
}

/* JSON has microseconds; text the largest unit of which it is a whole number. */
static void bfd_print(const struct field *f, const void *obj, struct out *out)
{
	uint32_t us = ((const struct alk_gateway *)obj)->bfd_interval;
	char text[24];
	size_t i = 0;

	if (!us)
		return;
	if (out->json) {
		out_uint(out, NULL, f->key, us);
		return;
	}
	while (us % units[i].us)
		i++;
	snprintf(text, sizeof(text), "%u%s", us / units[i].us, units[i].name);
	out_string(out, f->word, NULL, text);
}

static const struct field_own bfd_own = {
	.parse = bfd_parse,
	.match = bfd_match,
	.print = bfd_print,
};

#define AT(member) .offset = offsetof(struct alk_gateway, member)

static const struct field fields[] = {
	{ .word = "id", .key = "id", .type = FIELD_U32, .max = UINT32_MAX, AT(id),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "type", .key = "type", .type = FIELD_ENUM, .names = alk_gateway_types, AT(type) },
	{ .word = "oam-port", .key = "oam_port", .type = FIELD_U16, .max = UINT16_MAX,
	  AT(oam_port) },
	/* Given, and never shown; all that is shown is that there is one. */
	{ .word = "oam-key", .type = FIELD_OWN, .own = &key_own },
	{ .word = "oam-key-set", .key = "oam_key_set", .type = FIELD_FLAG, AT(has_key),
	  .flags = FIELD_DERIVED },
	{ .word = "direct", .key = "direct", .type = FIELD_ENUM, .names = alk_direct_names, AT(direct),
	  .flags = FIELD_SPARSE },
	{ .word = "bfd", .key = "bfd_interval", .type = FIELD_OWN, .own = &bfd_own },
	{ .word = "bfd-multiplier", .key = "bfd_multiplier", .type = FIELD_U8, .max = UINT8_MAX,
	  AT(bfd_multiplier), .flags = FIELD_SPARSE },
	{ .word = "member", .key = "members", .type = FIELD_OWN, .own = &member_own },
};

static const char usage[] =
"Usage: alk gateway { add | replace | change } ID [ type TYPE ] [ oam-port PORT ]\n"
"                   [ oam-key HEX32 ] [ direct { flow | destination } ]\n"
"                   [ bfd { INTERVAL | off } ] [ bfd-multiplier N ] [ MEMBER ]... [ dev NAME ]\n"
"       alk gateway member set ID IP { up | down | drain } [ dev NAME ]\n"
"       alk gateway del ID [ dev NAME ]\n"
"       alk gateway { show | flush } [ ID ] [ FILTER ] [ dev NAME ]\n"
"TYPE := { zeta | arion | igw | ngw | tgw }\n"
"MEMBER := member IP mac MAC [ weight N ] [ state { up | down | drain } ]\n"
"INTERVAL := N{s|ms|us}\n"
"FILTER := [ type TYPE ] [ oam-port PORT ] [ direct DIRECT ] [ bfd INTERVAL ]\n"
"          [ member IP [ mac MAC ] [ weight N ] [ state STATE ] ]...\n";

const struct object object_gateway = {
	.name = "gateway",
	.usage = usage,
	.kind = ALK_GATEWAY,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_gateway),
	.get = gateway_get,
	.dump = gateway_dump,
};

struct member_args {
	uint32_t id;
	struct alk_addr ip;
	int state;
};

#define MEMBER_AT(member) .offset = offsetof(struct member_args, member)

static const struct field member_field[] = {
	{ .word = "id", .type = FIELD_U32, .max = UINT32_MAX, MEMBER_AT(id),
	  .flags = FIELD_POSITIONAL | FIELD_REQUIRED },
	{ .word = "ip", .type = FIELD_ADDR, MEMBER_AT(ip),
	  .flags = FIELD_POSITIONAL | FIELD_REQUIRED },
	{ .word = "state", .type = FIELD_ENUM, .names = member_states, MEMBER_AT(state),
	  .flags = FIELD_POSITIONAL | FIELD_REQUIRED },
};

static const struct fields member_fields = {
	member_field, sizeof(member_field) / sizeof(member_field[0]),
};

static int member_set(struct cli *cli, struct args *args)
{
	struct member_args set = {};
	struct alk_gateway *gateway;
	uint32_t given;

	if (fields_parse(&member_fields, args, FIELDS_SET, &set, &given))
		return cli_usage_error("gateway", args);
	gateway = calloc(1, sizeof(*gateway));
	if (!gateway)
		return cli_refused("%s", strerror(ENOMEM));
	gateway->id = set.id;
	gateway->n_members = 1;
	gateway->members[0] = (struct alk_member){
		.ip = set.ip,
		.has_state = true,
		.state = set.state,
	};
	return object_apply(cli, &object_gateway, ALK_STATE, gateway, args->dev);
}

int gateway_run(struct cli *cli, struct args *args)
{
	static const struct word member[] = { { "member", 0 } }, set[] = { { "set", 0 } };
	const char *word = args_peek(args);

	if (!word || word_find(member, 1, word))
		return object_run(cli, &object_gateway, args);
	args_next(args);
	word = args_value(args, "member");
	if (!word)
		return cli_usage_error("gateway", args);
	if (!strcmp(word, "help")) {
		fputs(usage, stdout);
		return CLI_OK;
	}
	if (word_find(set, 1, word)) {
		args_error(args, "\"set\" is expected after \"member\", not \"%s\"", word);
		return cli_usage_error("gateway", args);
	}
	return member_set(cli, args);
}
