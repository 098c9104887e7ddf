// SPDX-License-Identifier: GPL-2.0
/* The port object. */
#include "object.h"

OBJECT_DUMP(port)

static int port_get(struct alk *alk, const void *key, void *out)
{
	const struct alk_port *port = key;

	return alk_port_get(alk, port->ifindex, out);
}

static void port_init(void *obj)
{
	struct alk_port *port = obj;

	port->antispoof = true;
}

static int port_resolve(void *obj)
{
	struct alk_port *port = obj;

	port->ifindex = if_nametoindex(port->ifname);
	if (!port->ifindex)
		return cli_refused("port %s: cannot find device \"%s\"", port->ifname,
				   port->ifname);
	return CLI_OK;
}

static const char *const states[] = {
	[ALKAID_PORT_STATE_UNBOUND] = "unbound",
	[ALKAID_PORT_STATE_DOWN] = "down",
	[ALKAID_PORT_STATE_UP] = "up",
	NULL
};

#define AT(member) .offset = offsetof(struct alk_port, member)
#define COUNT(member) .count = offsetof(struct alk_port, member)

static const struct field fields[] = {
	{ .word = "ifname", .key = "ifname", .type = FIELD_IFNAME, AT(ifname),
	  .flags = FIELD_POSITIONAL | FIELD_KEY },
	{ .word = "subnet", .key = "subnet", .type = FIELD_U32, .max = UINT32_MAX, AT(subnet),
	  .flags = FIELD_REQUIRED },
	{ .word = "vpc", .key = "vpc", .type = FIELD_U32, .max = UINT32_MAX, AT(vpc),
	  .flags = FIELD_DERIVED | FIELD_DETAIL },
	{ .word = "vni", .key = "vni", .type = FIELD_U32, .max = ALKAID_VNI_MAX, AT(vni),
	  .flags = FIELD_DERIVED | FIELD_DETAIL },
	{ .word = "mac", .key = "mac", .type = FIELD_MAC, AT(mac), .flags = FIELD_REQUIRED },
	{ .word = "ip", .key = "ips", .type = FIELD_ADDRS, AT(ips), COUNT(n_ips),
	  .flags = FIELD_REQUIRED },
	{ .word = "allow", .key = "allow", .type = FIELD_ALLOWS, AT(allow), COUNT(n_allow) },
	{ .word = "antispoof", .key = "antispoof", .type = FIELD_BOOL, AT(antispoof) },
	{ .word = "state", .key = "state", .type = FIELD_ENUM, .names = states, AT(state),
	  .flags = FIELD_STATE },
};

static const char usage[] =
"Usage: alk port { add | replace | change } IFNAME subnet ID mac MAC ip IP [ ip IP ]...\n"
"                                                  [ allow IP[/LEN][,MAC] ]...\n"
"                                                  [ antispoof { on | off } ] [ dev NAME ]\n"
"       alk port del IFNAME [ dev NAME ]\n"
"       alk port { show | flush } [ IFNAME ] [ FILTER ] [ dev NAME ]\n"
"FILTER := [ subnet ID ] [ vpc ID ] [ vni VNI ] [ mac MAC ] [ ip IP ]...\n"
"          [ allow IP[/LEN][,MAC] ]... [ antispoof { on | off } ]\n"
"          [ state { unbound | down | up } ]\n";

const struct object object_port = {
	.name = "port",
	.usage = usage,
	.kind = ALK_PORT,
	.fields = { fields, sizeof(fields) / sizeof(fields[0]) },
	.size = sizeof(struct alk_port),
	.counters = offsetof(struct alk_port, counters),
	.init = port_init,
	.resolve = port_resolve,
	.get = port_get,
	.dump = port_dump,
};
