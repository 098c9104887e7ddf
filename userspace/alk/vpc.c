// SPDX-License-Identifier: GPL-2.0
/* The vpc object. */
#include "object.h"

OBJECT_DUMP(vpc)

static int vpc_get(struct alk *alk, const void *key, void *out)
{
	const struct alk_vpc *vpc = key;

	return alk_vpc_get(alk, vpc->id, out);
}

static const char *const misses[] = {
	[ALKAID_MISS_DROP] = "drop",
	[ALKAID_MISS_GATEWAY] = "gateway",
	[ALKAID_MISS_PUNT] = "punt",
	NULL
};

#define AT(member) .offset = offsetof(struct alk_vpc, member)

static const struct field fields[] = {
	{ .word = "id", .key = "id", .type = FIELD_U32, .max = UINT32_MAX, AT(id),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "name", .key = "name", .type = FIELD_TEXT, .max = ALKAID_NAME_MAX, AT(name) },
	{ .word = "miss", .key = "miss", .type = FIELD_ENUM, .names = misses, AT(miss) },
	{ .word = "gateway-group", .key = "gateway_group", .type = FIELD_U32, .max = UINT32_MAX,
	  AT(gateway_group) },
};

static const char usage[] =
"Usage: alk vpc { add | replace | change } ID [ name TEXT ]\n"
"                                             [ miss { gateway | punt | drop } ]\n"
"                                             [ gateway-group ID ] [ dev NAME ]\n"
"       alk vpc del ID [ dev NAME ]\n"
"       alk vpc { show | flush } [ ID ] [ FILTER ] [ dev NAME ]\n"
"FILTER := [ name TEXT ] [ miss MISS ] [ gateway-group ID ]\n";

const struct object object_vpc = {
	.name = "vpc",
	.usage = usage,
	.kind = ALK_VPC,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_vpc),
	.counters = offsetof(struct alk_vpc, counters),
	.get = vpc_get,
	.dump = vpc_dump,
};
