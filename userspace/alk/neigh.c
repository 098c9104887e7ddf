// SPDX-License-Identifier: GPL-2.0
/* The neigh object. */
#include "object.h"

OBJECT_DUMP(neigh)

static int neigh_get(struct alk *alk, const void *key, void *out)
{
	const struct alk_neigh *neigh = key;

	return alk_neigh_get(alk, neigh->subnet, &neigh->ip, out);
}

#define AT(member) .offset = offsetof(struct alk_neigh, member)

static const struct field fields[] = {
	{ .word = "ip", .key = "ip", .type = FIELD_ADDR, AT(ip),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "subnet", .key = "subnet", .type = FIELD_U32, .max = UINT32_MAX, AT(subnet),
	  .flags = FIELD_KEY },
	{ .word = "mac", .key = "mac", .type = FIELD_MAC, AT(mac), .flags = FIELD_REQUIRED },
	{ .word = "host", .key = "host", .type = FIELD_ADDR, AT(host), .flags = FIELD_REQUIRED },
	{ .word = "vpc", .key = "vpc", .type = FIELD_U32, .max = UINT32_MAX, AT(vpc),
	  .flags = FIELD_DERIVED | FIELD_DETAIL },
	{ .word = "vni", .key = "vni", .type = FIELD_U32, .max = ALKAID_VNI_MAX, AT(vni),
	  .flags = FIELD_DERIVED | FIELD_DETAIL },
};

static const char usage[] =
"Usage: alk neigh { add | replace | change } IP subnet ID mac MAC host IP [ dev NAME ]\n"
"       alk neigh del IP subnet ID [ dev NAME ]\n"
"       alk neigh { show | flush } [ IP ] [ FILTER ] [ dev NAME ]\n"
"FILTER := [ subnet ID ] [ vpc ID ] [ vni VNI ] [ mac MAC ] [ host IP ]\n";

const struct object object_neigh = {
	.name = "neigh",
	.usage = usage,
	.kind = ALK_NEIGH,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_neigh),
	.get = neigh_get,
	.dump = neigh_dump,
};
