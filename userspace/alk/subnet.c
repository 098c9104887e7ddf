// SPDX-License-Identifier: GPL-2.0
/* The subnet object. */
#include "object.h"

OBJECT_DUMP(subnet)

static int subnet_get(struct alk *alk, const void *key, void *out)
{
	const struct alk_subnet *subnet = key;

	return alk_subnet_get(alk, subnet->id, out);
}

static const char *const encaps[] = {
	[ALKAID_ENCAP_VXLAN] = "vxlan",
	[ALKAID_ENCAP_GENEVE] = "geneve",
	NULL
};

#define AT(member) .offset = offsetof(struct alk_subnet, member)
#define COUNT(member) .count = offsetof(struct alk_subnet, member)

static const struct field fields[] = {
	{ .word = "id", .key = "id", .type = FIELD_U32, .max = UINT32_MAX, AT(id),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "vpc", .key = "vpc", .type = FIELD_U32, .max = UINT32_MAX, AT(vpc),
	  .flags = FIELD_REQUIRED },
	{ .word = "vni", .key = "vni", .type = FIELD_U32, .max = ALKAID_VNI_MAX, AT(vni),
	  .flags = FIELD_REQUIRED },
	{ .word = "encap", .key = "encap", .type = FIELD_ENUM, .names = encaps, AT(encap) },
	{ .word = "prefix", .key = "prefixes", .type = FIELD_PREFIXES, AT(prefixes),
	  COUNT(n_prefixes), .flags = FIELD_REQUIRED },
	{ .word = "gateway-ip", .key = "gateway_ips", .type = FIELD_ADDRS, AT(gateway_ips),
	  COUNT(n_gateway_ips) },
	{ .word = "gateway-mac", .key = "gateway_mac", .type = FIELD_MAC, AT(gateway_mac) },
	{ .word = "flood", .key = "flood", .type = FIELD_BOOL, AT(flood) },
};

static const char usage[] =
"Usage: alk subnet { add | replace | change } ID vpc ID vni VNI prefix PREFIX...\n"
"                                                [ gateway-ip IP ]... [ gateway-mac MAC ]\n"
"                                                [ encap { vxlan | geneve } ]\n"
"                                                [ flood { on | off } ] [ dev NAME ]\n"
"       alk subnet del ID [ dev NAME ]\n"
"       alk subnet { show | flush } [ ID ] [ FILTER ] [ dev NAME ]\n"
"FILTER := [ vpc ID ] [ vni VNI ] [ encap ENCAP ] [ prefix PREFIX ]...\n"
"          [ gateway-ip IP ]... [ gateway-mac MAC ] [ flood { on | off } ]\n";

const struct object object_subnet = {
	.name = "subnet",
	.usage = usage,
	.kind = ALK_SUBNET,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_subnet),
	.get = subnet_get,
	.dump = subnet_dump,
};
