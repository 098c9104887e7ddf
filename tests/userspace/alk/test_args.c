// SPDX-License-Identifier: GPL-2.0
/* Arguments of each object: what comes out of them, and what is said of bad ones. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "line.h"
#include "object.h"

static char line[4096];
static char *words[512];

static struct args args_of(const char *text)
{
	struct args args = { .argv = words };
	const char *error;

	snprintf(line, sizeof(line), "%s", text);
	args.argc = line_split(line, words, ARRAY_SIZE(words), &error);
	assert_true(args.argc >= 0);
	return args;
}

static struct args parse(const struct object *object, enum fields_mode mode, const char *text,
			 void *obj, uint32_t *given)
{
	struct args args = args_of(text);
	uint32_t ignored;

	memset(obj, 0, object->size);
	if (object->init)
		object->init(obj);
	if (fields_parse(&object->fields, &args, mode, obj, given ? given : &ignored))
		assert_int_not_equal(args.error[0], 0);
	else
		assert_string_equal(args.error, "");
	return args;
}

static struct args set(const struct object *object, const char *text, void *obj)
{
	struct args args = parse(object, FIELDS_SET, text, obj, NULL);

	assert_string_equal(args.error, "");
	return args;
}

static void vpc(void **state)
{
	struct alk_vpc got;

	(void)state;
	set(&object_vpc, "7", &got);
	assert_int_equal(got.id, 7);
	assert_string_equal(got.name, "");
	assert_int_equal(got.miss, ALKAID_MISS_DROP);

	set(&object_vpc, "4294967295 gateway-group 2 name 'two words' miss gateway", &got);
	assert_int_equal(got.id, 4294967295);
	assert_string_equal(got.name, "two words");
	assert_int_equal(got.miss, ALKAID_MISS_GATEWAY);
	assert_int_equal(got.gateway_group, 2);

	set(&object_vpc, "name blue id 0x10", &got);
	assert_int_equal(got.id, 16);
}

static void subnet(void **state)
{
	struct alk_subnet got;
	struct args args;

	(void)state;
	args = set(&object_subnet,
		   "71 dev alk0 vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 "
		   "gateway-ip 192.168.1.1 gateway-ip fd00:1::1 "
		   "gateway-mac fe:16:11:00:00:01 encap geneve", &got);
	assert_string_equal(args.dev, "alk0");
	assert_int_equal(got.id, 71);
	assert_int_equal(got.vpc, 7);
	assert_int_equal(got.vni, 7001);
	assert_int_equal(got.encap, ALKAID_ENCAP_GENEVE);
	assert_int_equal(got.n_prefixes, 2);
	assert_int_equal(got.prefixes[0].len, 24);
	assert_int_equal(got.prefixes[1].family, AF_INET6);
	assert_int_equal(got.n_gateway_ips, 2);
	assert_int_equal(got.gateway_mac.octet[0], 0xfe);
	assert_false(got.flood);

	set(&object_subnet, "71 vpc 7 vni 7001 prefix 192.168.1.0/24 flood on", &got);
	assert_true(got.flood);
}

static void port(void **state)
{
	struct alk_port got;

	(void)state;
	set(&object_port, "vm1 subnet 71 mac 52:54:00:00:00:01 ip 192.168.1.10", &got);
	assert_string_equal(got.ifname, "vm1");
	assert_int_equal(got.n_ips, 1);
	assert_true(got.antispoof);

	set(&object_port,
	    "vm1 subnet 71 mac 52:54:00:00:00:01 ip 192.168.1.10 ip fd00::a allow 10.9.0.0/16 "
	    "allow 10.8.0.1,52:54:00:00:00:02 antispoof off state up", &got);
	assert_int_equal(got.n_ips, 2);
	assert_int_equal(got.n_allow, 2);
	assert_int_equal(got.allow[0].addr.len, 16);
	assert_false(got.allow[0].has_mac);
	assert_int_equal(got.allow[1].addr.len, 32);
	assert_true(got.allow[1].has_mac);
	assert_int_equal(got.allow[1].mac.octet[5], 2);
	assert_false(got.antispoof);
}

static void neigh(void **state)
{
	struct alk_neigh got;

	(void)state;
	set(&object_neigh, "192.168.1.20 subnet 71 mac 52:54:00:00:00:03 host 10.0.0.2", &got);
	assert_int_equal(got.subnet, 71);
	assert_int_equal(got.ip.len, 32);
	assert_int_equal(got.mac.octet[5], 3);
	assert_int_equal(got.host.family, AF_INET);
}

static void route(void **state)
{
	struct alk_route got;

	(void)state;
	set(&object_route, "10.9.0.0/16 vpc 7 via 192.168.1.5", &got);
	assert_int_equal(got.vpc, 7);
	assert_int_equal(got.subnet, 0);
	assert_int_equal(got.prefix.len, 16);
	assert_int_equal(got.via.family, AF_INET);
	assert_false(got.blackhole);

	set(&object_route, "vpc 7 subnet 71 blackhole prefix fd00:9::1/128", &got);
	assert_int_equal(got.subnet, 71);
	assert_int_equal(got.prefix.len, 128);
	assert_int_equal(got.via.family, 0);
	assert_true(got.blackhole);
}

/* It is of the next hop's family. */
static void default_route(void **state)
{
	static const struct {
		const char *in;
		uint8_t family;
	} rows[] = {
		{ "default vpc 7 via 192.168.1.5", AF_INET },
		{ "default vpc 7 via fd00:1::5", AF_INET6 },
		{ "default vpc 7 blackhole", AF_INET },
		{ "0.0.0.0/0 vpc 7 via fd00:1::5", AF_INET },
		{ "::/0 vpc 7 blackhole", AF_INET6 },
	};
	struct alk_route got;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		set(&object_route, rows[i].in, &got);
		assert_int_equal(object_route.resolve(&got), 0);
		assert_int_equal(got.prefix.family, rows[i].family);
		assert_int_equal(got.prefix.len, 0);
	}
}

static void route_filters(void **state)
{
	static const struct {
		const char *in;
		bool match[3];
	} rows[] = {
		{ "", { true, true, true } },
		{ "10.9.0.0/16", { true, false, false } },
		{ "10.9.0.0/17", { false, false, false } },
		{ "default", { false, true, true } },
		{ "::/0", { false, false, true } },
		{ "vpc 7", { true, true, true } },
		{ "subnet 71", { false, true, false } },
		{ "blackhole", { false, false, true } },
		{ "via 192.168.1.5", { true, true, false } },
		{ "via 192.168.1.6", { false, false, false } },
	};
	struct alk_route have[3], want;
	uint32_t given;
	size_t i, j;

	(void)state;
	set(&object_route, "10.9.0.0/16 vpc 7 via 192.168.1.5", &have[0]);
	set(&object_route, "0.0.0.0/0 vpc 7 subnet 71 via 192.168.1.5", &have[1]);
	set(&object_route, "::/0 vpc 7 blackhole", &have[2]);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		parse(&object_route, FIELDS_FILTER, rows[i].in, &want, &given);
		for (j = 0; j < ARRAY_SIZE(have); j++)
			assert_int_equal(fields_match(&object_route.fields, given, &want, &have[j]),
					 rows[i].match[j]);
	}
}

static void keys(void **state)
{
	struct alk_route r;
	struct alk_neigh n;
	struct alk_port p;

	(void)state;
	assert_string_equal(parse(&object_neigh, FIELDS_KEY, "10.0.0.1 subnet 71", &n,
				  NULL).error, "");
	assert_int_equal(n.subnet, 71);
	assert_string_equal(parse(&object_route, FIELDS_KEY, "10.0.0.0/8 vpc 7", &r,
				  NULL).error, "");
	assert_string_equal(parse(&object_route, FIELDS_KEY, "10.0.0.0/8 vpc 7 subnet 71", &r,
				  NULL).error, "");
	assert_int_equal(r.subnet, 71);
	assert_string_equal(parse(&object_port, FIELDS_KEY, "vm1 dev alk0", &p, NULL).dev, "alk0");
}

struct error_case {
	const struct object *object;
	enum fields_mode mode;
	const char *in;
	const char *error;
};

#define A13 "ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 " \
	    "ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 ip 10.0.0.1 "
static const struct error_case errors[] = {
	{ &object_vpc, FIELDS_SET, "", "\"id\" is required" },
	{ &object_vpc, FIELDS_SET, "0",
	  "bad id \"0\": a number from 1 to 4294967295 is expected" },
	{ &object_vpc, FIELDS_SET, "4294967296",
	  "bad id \"4294967296\": a number from 1 to 4294967295 is expected" },
	{ &object_vpc, FIELDS_SET, "-7",
	  "bad id \"-7\": a number from 1 to 4294967295 is expected" },
	{ &object_vpc, FIELDS_SET, "7x",
	  "bad id \"7x\": a number from 1 to 4294967295 is expected" },
	{ &object_vpc, FIELDS_SET, "99999999999999999999999",
	  "bad id \"99999999999999999999999\": a number from 1 to 4294967295 is expected" },
	{ &object_vpc, FIELDS_SET, "7 8", "\"8\" is unexpected" },
	{ &object_vpc, FIELDS_SET, "7 name", "\"name\" needs a value" },
	{ &object_vpc, FIELDS_SET, "7 name a name b", "\"name\" is given twice" },
	{ &object_vpc, FIELDS_SET, "7 name ''",
	  "bad name \"\": a text of 1 to 63 bytes is expected" },
	{ &object_vpc, FIELDS_SET,
	  "7 name 0123456789012345678901234567890123456789012345678901234567890123",
	  "bad name \"0123456789012345678901234567890123456789012345678901234567890123\": "
	  "a text of 1 to 63 bytes is expected" },
	{ &object_vpc, FIELDS_SET, "7 miss fly",
	  "bad miss \"fly\": drop, gateway or punt is expected" },
	{ &object_vpc, FIELDS_SET, "7 dev", "\"dev\" needs a value" },
	{ &object_vpc, FIELDS_SET, "7 dev a dev b", "\"dev\" is given twice" },
	{ &object_vpc, FIELDS_SET, "7 dev 0123456789abcdef",
	  "bad dev \"0123456789abcdef\": a device name is expected" },
	{ &object_vpc, FIELDS_KEY, "7 name a", "\"name\" is unexpected: the key is enough" },
	{ &object_subnet, FIELDS_SET, "71 vpc 7 vni 7001", "\"prefix\" is required" },
	{ &object_subnet, FIELDS_SET, "71 vni 7001 prefix 10.0.0.0/8", "\"vpc\" is required" },
	{ &object_subnet, FIELDS_SET, "71 vpc 7 vni 16777216",
	  "bad vni \"16777216\": a number from 1 to 16777215 is expected" },
	{ &object_subnet, FIELDS_SET, "71 prefix 10.0.0.0",
	  "bad prefix \"10.0.0.0\": a prefix such as 192.168.1.0/24 is expected" },
	{ &object_subnet, FIELDS_SET, "71 gateway-ip 10.0.0.0/24",
	  "bad gateway-ip \"10.0.0.0/24\": an IP address is expected" },
	{ &object_subnet, FIELDS_SET, "71 gateway-mac x",
	  "bad gateway-mac \"x\": a MAC such as 52:54:00:12:34:56 is expected" },
	{ &object_subnet, FIELDS_SET, "71 encap gre",
	  "bad encap \"gre\": vxlan or geneve is expected" },
	{ &object_port, FIELDS_SET, "subnet 71", "\"ifname\" is required" },
	{ &object_port, FIELDS_SET, "0123456789abcdef",
	  "bad ifname \"0123456789abcdef\": a device name is expected" },
	{ &object_port, FIELDS_SET, "vm1 vpc 7", "\"vpc\" cannot be set" },
	{ &object_port, FIELDS_SET, "vm1 antispoof yes",
	  "bad antispoof \"yes\": off or on is expected" },
	{ &object_port, FIELDS_SET, "vm1 allow 10.0.0.1,", "bad allow \"10.0.0.1,\": "
	  "IP[/LEN][,MAC] is expected" },
	{ &object_port, FIELDS_SET, "vm1 " A13 A13 A13 A13 A13,
	  "\"ip\" is given more than 64 times" },
	{ &object_neigh, FIELDS_SET, "10.0.0.1 mac 2:0:0:0:0:1 host 10.0.0.2",
	  "\"subnet\" is required" },
	{ &object_neigh, FIELDS_SET, "10.0.0.1 subnet 71 mac 2:0:0:0:0:1", "\"host\" is required" },
	{ &object_neigh, FIELDS_SET, "10.0.0.1/24 subnet 71",
	  "bad ip \"10.0.0.1/24\": an IP address is expected" },
	{ &object_neigh, FIELDS_KEY, "10.0.0.1", "\"subnet\" is required" },
	{ &object_route, FIELDS_SET, "vpc 7 via 10.0.0.1", "\"prefix\" is required" },
	{ &object_route, FIELDS_SET, "10.0.0.0/8 via 10.0.0.1", "\"vpc\" is required" },
	{ &object_route, FIELDS_SET, "10.0.0.0 vpc 7",
	  "bad prefix \"10.0.0.0\": a prefix such as 192.168.1.0/24 is expected" },
	{ &object_route, FIELDS_SET, "10.0.0.0/8 vpc 7 via 10.0.0.0/8",
	  "bad via \"10.0.0.0/8\": an IP address is expected" },
	{ &object_route, FIELDS_SET, "10.0.0.0/8 vpc 7 blackhole blackhole",
	  "\"blackhole\" is given twice" },
	{ &object_route, FIELDS_SET, "10.0.0.0/8 vpc 7 blackhole on", "\"on\" is unexpected" },
	{ &object_route, FIELDS_SET, "10.0.0.0/8 vpc 7 gateway-group 0",
	  "bad gateway-group \"0\": a number from 1 to 4294967295 is expected" },
	{ &object_gateway, FIELDS_SET, "type igw", "\"id\" is required" },
	{ &object_gateway, FIELDS_SET, "1 type vpn",
	  "bad type \"vpn\": zeta, arion, igw, ngw or tgw is expected" },
	{ &object_gateway, FIELDS_SET, "1 oam-port 0",
	  "bad oam-port \"0\": a number from 1 to 65535 is expected" },
	{ &object_gateway, FIELDS_SET, "1 oam-key 00",
	  "bad oam-key: 32 hexadecimal digits are expected" },
	{ &object_gateway, FIELDS_SET, "1 oam-key 0x0102030405060708090a0b0c0d0e0f",
	  "bad oam-key: 32 hexadecimal digits are expected" },
	{ &object_gateway, FIELDS_SET, "1 oam-key-set", "\"oam-key-set\" cannot be set" },
	{ &object_gateway, FIELDS_SET, "1 bfd 10",
	  "bad bfd \"10\": an interval such as 100ms, or off, is expected" },
	{ &object_gateway, FIELDS_SET, "1 bfd 0ms",
	  "bad bfd \"0ms\": an interval such as 100ms, or off, is expected" },
	{ &object_gateway, FIELDS_SET, "1 bfd 4295s",
	  "bad bfd \"4295s\": an interval such as 100ms, or off, is expected" },
	{ &object_gateway, FIELDS_SET, "1 bfd-multiplier 0",
	  "bad bfd-multiplier \"0\": a number from 1 to 255 is expected" },
	{ &object_gateway, FIELDS_SET, "1 bfd-multiplier 256",
	  "bad bfd-multiplier \"256\": a number from 1 to 255 is expected" },
	{ &object_gateway, FIELDS_SET, "1 member x",
	  "bad member \"x\": an IP address is expected" },
	{ &object_gateway, FIELDS_SET, "1 member 10.0.0.1 mac x",
	  "bad mac \"x\": a MAC such as 52:54:00:12:34:56 is expected" },
	{ &object_gateway, FIELDS_SET, "1 member 10.0.0.1 mac", "\"mac\" needs a value" },
	{ &object_gateway, FIELDS_SET, "1 member 10.0.0.1 weight 65536",
	  "bad weight \"65536\": a number from 1 to 65535 is expected" },
	{ &object_gateway, FIELDS_SET, "1 member 10.0.0.1 weight 1 weight 2",
	  "\"weight\" of a member is given twice" },
	{ &object_gateway, FIELDS_SET, "1 member 10.0.0.1 state gone",
	  "bad state \"gone\": up, down or drain is expected" },
	{ &object_gateway, FIELDS_SET, "1 mac 2:0:0:0:0:1", "\"mac\" is unexpected" },
	{ &object_route, FIELDS_KEY, "10.0.0.0/8", "\"vpc\" is required" },
	{ &object_route, FIELDS_KEY, "10.0.0.0/8 vpc 7 blackhole",
	  "\"blackhole\" is unexpected: the key is enough" },
};

static void refusals(void **state)
{
	void *obj = malloc(sizeof(struct alk_gateway));
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		struct args args = parse(errors[i].object, errors[i].mode, errors[i].in, obj, NULL);

		assert_string_equal(args.error, errors[i].error);
	}
	free(obj);
}

static void gateway(void **state)
{
	struct alk_gateway got;

	(void)state;
	set(&object_gateway, "1", &got);
	assert_int_equal(got.id, 1);
	assert_int_equal(got.type, ALKAID_GATEWAY_TYPE_ZETA);
	assert_false(got.has_key);
	assert_int_equal(got.n_members, 0);

	set(&object_gateway,
	    "2 type tgw oam-port 9000 oam-key 000102030405060708090a0B0c0d0e0f direct destination "
	    "bfd 10ms bfd-multiplier 5 member 10.0.0.1 mac 2:0:0:0:0:1 "
	    "member fd00::1 state drain weight 7 mac 2:0:0:0:0:2", &got);
	assert_int_equal(got.type, ALKAID_GATEWAY_TYPE_TGW);
	assert_int_equal(got.oam_port, 9000);
	assert_true(got.has_key);
	assert_int_equal(got.oam_key[11], 0x0b);
	assert_int_equal(got.direct, ALKAID_DIRECT_DESTINATION);
	assert_int_equal(got.bfd_interval, 10000);
	assert_int_equal(got.bfd_multiplier, 5);
	assert_int_equal(got.n_members, 2);
	assert_int_equal(got.members[0].mac.octet[5], 1);
	assert_int_equal(got.members[0].weight, 0);
	assert_false(got.members[0].has_state);
	assert_int_equal(got.members[1].ip.family, AF_INET6);
	assert_int_equal(got.members[1].weight, 7);
	assert_true(got.members[1].has_state);
	assert_int_equal(got.members[1].state, ALKAID_GATEWAY_STATE_DRAIN);

	/* Behind a member, "bfd" may be what is shown of it, or the group's. */
	set(&object_gateway, "1 member 10.0.0.1 mac 2:0:0:0:0:1 state down bfd down packets 7 "
	    "member 10.0.0.2 mac 2:0:0:0:0:1 state down bfd up bfd 2s", &got);
	assert_false(got.members[0].has_state);
	assert_true(got.members[1].has_state);
	assert_int_equal(got.bfd_interval, 2000000);
	set(&object_gateway, "1 member 10.0.0.1 mac 2:0:0:0:0:1 bfd off", &got);
	assert_int_equal(got.bfd_interval, 0);
}

static void gateway_filters(void **state)
{
	static const struct {
		const char *in;
		bool match;
	} rows[] = {
		{ "type igw", true }, { "type tgw", false }, { "bfd 10ms", true },
		{ "bfd 10000us", true }, { "bfd off", false }, { "member 10.0.0.1", true },
		{ "member 10.0.0.2 member 10.0.0.1", true }, { "member 10.0.0.3", false },
		{ "member 10.0.0.1 mac 2:0:0:0:0:1", true },
		{ "member 10.0.0.2 mac 2:0:0:0:0:1", false },
		{ "member 10.0.0.2 state drain", true }, { "member 10.0.0.1 state drain", false },
		{ "member 10.0.0.1 weight 3", true }, { "member 10.0.0.1 weight 1", false },
		{ "direct flow", true }, { "oam-key 000102030405060708090a0b0c0d0e0f", false },
	};
	struct alk_gateway have, want;
	uint32_t given;
	size_t i;

	(void)state;
	set(&object_gateway, "1 type igw bfd 10ms member 10.0.0.1 mac 2:0:0:0:0:1 weight 3 "
	    "member 10.0.0.2 mac 2:0:0:0:0:2 state drain", &have);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct args args = parse(&object_gateway, FIELDS_FILTER, rows[i].in, &want, &given);

		assert_string_equal(args.error, "");
		assert_int_equal(fields_match(&object_gateway.fields, given, &want, &have),
				 rows[i].match);
	}
}

struct filter_case {
	const char *in;
	bool match;
};

static const struct filter_case port_filters[] = {
	{ "", true },
	{ "vm1", true },
	{ "vm2", false },
	{ "subnet 71", true },
	{ "subnet 72", false },
	{ "vpc 7", true },
	{ "vni 7001 state up", true },
	{ "state down", false },
	{ "mac 52:54:00:00:00:01", true },
	{ "mac 52:54:00:00:00:02", false },
	{ "ip 192.168.1.10", true },
	{ "ip fd00::a ip 192.168.1.10", true },
	{ "ip 192.168.1.11", false },
	{ "ip 192.168.1.10 ip 192.168.1.11", false },
	{ "allow 10.9.0.0/16", true },
	{ "allow 10.9.0.0/16,52:54:00:00:00:02", false },
	{ "antispoof on", true },
	{ "antispoof off", false },
};

static void filters(void **state)
{
	struct alk_port have, want;
	uint32_t given;
	size_t i;

	(void)state;
	set(&object_port, "vm1 subnet 71 mac 52:54:00:00:00:01 ip 192.168.1.10 ip fd00::a "
	    "allow 10.9.0.0/16", &have);
	have.vpc = 7;
	have.vni = 7001;
	have.state = ALKAID_PORT_STATE_UP;

	for (i = 0; i < ARRAY_SIZE(port_filters); i++) {
		struct args args = parse(&object_port, FIELDS_FILTER, port_filters[i].in, &want,
					 &given);

		assert_string_equal(args.error, "");
		assert_int_equal(fields_match(&object_port.fields, given, &want, &have),
				 port_filters[i].match);
	}
}

static void abbreviations(void **state)
{
	static const struct word list[] = {
		{ "show", 1 }, { "stats", 2 }, { "neigh", 3 }, { "neighbor", 3 }, { "del", 4 },
		{ "delete", 5 },
	};

	(void)state;
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "show"), 1);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "sh"), 1);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "s"), -2);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "n"), 3);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "del"), 4);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), "shows"), -1);
	assert_int_equal(word_find(list, ARRAY_SIZE(list), ""), -1);
}

static void labels(void **state)
{
	struct alk_neigh n;
	struct alk_route r;
	struct alk_vpc v;
	char buf[80];

	(void)state;
	set(&object_neigh, "10.0.0.1 subnet 71 mac 2:0:0:0:0:1 host 10.9.9.9", &n);
	object_label(&object_neigh, &n, buf, sizeof(buf));
	assert_string_equal(buf, "neigh 10.0.0.1 subnet 71");
	set(&object_vpc, "7 name x", &v);
	object_label(&object_vpc, &v, buf, sizeof(buf));
	assert_string_equal(buf, "vpc 7");
	set(&object_route, "fd00::1/128 vpc 7 subnet 71 blackhole", &r);
	object_label(&object_route, &r, buf, sizeof(buf));
	assert_string_equal(buf, "route fd00::1/128 vpc 7 subnet 71");
	set(&object_route, "10.0.0.0/8 vpc 7 blackhole", &r);
	object_label(&object_route, &r, buf, sizeof(buf));
	assert_string_equal(buf, "route 10.0.0.0/8 vpc 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vpc),
		cmocka_unit_test(subnet),
		cmocka_unit_test(port),
		cmocka_unit_test(neigh),
		cmocka_unit_test(route),
		cmocka_unit_test(gateway),
		cmocka_unit_test(gateway_filters),
		cmocka_unit_test(default_route),
		cmocka_unit_test(route_filters),
		cmocka_unit_test(keys),
		cmocka_unit_test(refusals),
		cmocka_unit_test(filters),
		cmocka_unit_test(abbreviations),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
