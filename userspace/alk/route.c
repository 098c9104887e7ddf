// SPDX-License-Identifier: GPL-2.0
/* The route object. */
#include "object.h"

OBJECT_DUMP(route)

static int route_get(struct alk *alk, const void *key, void *out)
{
	return alk_route_get(alk, key, out);
}

/* "default" is of its next hop's family; without one it is IPv4's, as with ip. */
static int route_resolve(void *obj)
{
	struct alk_route *route = obj;

	if (!route->prefix.family)
		route->prefix.family = route->via.family ? route->via.family : AF_INET;
	return CLI_OK;
}

#define AT(member) .offset = offsetof(struct alk_route, member)

static const struct field fields[] = {
	{ .word = "prefix", .key = "prefix", .type = FIELD_PREFIX, AT(prefix),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "vpc", .key = "vpc", .type = FIELD_U32, .max = UINT32_MAX, AT(vpc),
	  .flags = FIELD_KEY },
	{ .word = "subnet", .key = "subnet", .type = FIELD_U32, .max = UINT32_MAX, AT(subnet),
	  .flags = FIELD_KEY | FIELD_OPTIONAL },
	{ .word = "via", .key = "via", .type = FIELD_ADDR, AT(via) },
	{ .word = "blackhole", .key = "blackhole", .type = FIELD_FLAG, AT(blackhole) },
	{ .word = "gateway-group", .key = "gateway_group", .type = FIELD_U32, .max = UINT32_MAX,
	  AT(gateway_group), .flags = FIELD_SPARSE },
};

static const char usage[] =
"Usage: alk route { add | replace | change } PREFIX vpc ID [ subnet ID ]\n"
"                                            { via IP | gateway-group ID | blackhole }\n"
"                                            [ dev NAME ]\n"
"       alk route del PREFIX vpc ID [ subnet ID ] [ dev NAME ]\n"
"       alk route { show | flush } [ PREFIX ] [ FILTER ] [ dev NAME ]\n"
"PREFIX := { IP/LEN | default }\n"
"FILTER := [ vpc ID ] [ subnet ID ] [ via IP ] [ gateway-group ID ] [ blackhole ]\n";

const struct object object_route = {
	.name = "route",
	.usage = usage,
	.kind = ALK_ROUTE,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_route),
	.resolve = route_resolve,
	.get = route_get,
	.dump = route_dump,
};
