// SPDX-License-Identifier: GPL-2.0
/* What the show commands print, as text and as JSON. */
#include "test.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "line.h"
#include "object.h"

static char *printed(const struct object *object, const void *obj, bool json, bool pretty)
{
	struct out out = { .json = json, .pretty = pretty };
	size_t size;
	char *buf;

	out.file = open_memstream(&buf, &size);
	assert_non_null(out.file);
	if (obj) {
		out_object_begin(&out);
		fields_print(&object->fields, ~0u, obj, &out);
		out_object_end(&out);
	}
	out_end(&out);
	fclose(out.file);
	return buf;
}

static void expect(const struct object *object, const void *obj, const char *text,
		   const char *json)
{
	char *got;

	got = printed(object, obj, false, false);
	assert_string_equal(got, text);
	free(got);
	got = printed(object, obj, true, false);
	assert_string_equal(got, json);
	free(got);
}

static struct alk_port some_port(void)
{
	return (struct alk_port){
		.ifindex = 12, .ifname = "vm1", .subnet = 71, .vpc = 7, .vni = 7001,
		.mac = mac_of("52:54:00:00:00:01"),
		.ips = { addr_of("192.168.1.10"), addr_of("fd00:1::a") }, .n_ips = 2,
		.allow = { { .addr = addr_of("10.9.0.0/16") },
			   { .addr = addr_of("10.8.0.1"), .has_mac = true,
			     .mac = mac_of("52:54:00:00:00:02") } },
		.n_allow = 2, .antispoof = true, .state = ALKAID_PORT_STATE_UP,
	};
}

static void vpc(void **state)
{
	struct alk_vpc full = { .id = 7, .name = "two \"words\"", .miss = ALKAID_MISS_GATEWAY,
				.gateway_group = 1 };
	struct alk_vpc bare = { .id = 8 };

	(void)state;
	expect(&object_vpc, &full,
	       "7 name \"two \\\"words\\\"\" miss gateway gateway-group 1\n",
	       "[{\"id\":7,\"name\":\"two \\\"words\\\"\",\"miss\":\"gateway\","
	       "\"gateway_group\":1}]\n");
	expect(&object_vpc, &bare, "8 miss drop\n",
	       "[{\"id\":8,\"name\":null,\"miss\":\"drop\",\"gateway_group\":null}]\n");
}

static void gateway(void **state)
{
	static struct alk_gateway full = {
		.id = 1, .type = ALKAID_GATEWAY_TYPE_IGW, .oam_port = 8300, .has_key = true,
		.direct = ALKAID_DIRECT_DESTINATION, .bfd_interval = 1500000, .bfd_multiplier = 3,
		.n_members = 2,
	};
	static struct alk_gateway bare = { .id = 2, .oam_port = 8300 };

	(void)state;
	full.members[0] = (struct alk_member){
		.ip = addr_of("10.0.0.11"), .mac = mac_of("52:54:00:00:00:01"), .weight = 1,
		.state = ALKAID_GATEWAY_STATE_DRAIN, .effective = ALKAID_GATEWAY_STATE_DRAIN,
		.packets = 5000000000,
	};
	full.members[1] = (struct alk_member){
		.ip = addr_of("fd00::11"), .mac = mac_of("52:54:00:00:00:02"), .weight = 2,
		.effective = ALKAID_GATEWAY_STATE_DOWN, .has_bfd = true,
		.bfd = ALKAID_BFD_STATE_INIT,
	};
	expect(&object_gateway, &full,
	       "1 type igw oam-port 8300 oam-key-set direct destination bfd 1500ms "
	       "bfd-multiplier 3 "
	       "member 10.0.0.11 mac 52:54:00:00:00:01 weight 1 state drain packets 5000000000 "
	       "member fd00::11 mac 52:54:00:00:00:02 weight 2 state down bfd init packets 0\n",
	       "[{\"id\":1,\"type\":\"igw\",\"oam_port\":8300,\"oam_key_set\":true,"
	       "\"direct\":\"destination\",\"bfd_interval\":1500000,\"bfd_multiplier\":3,"
	       "\"members\":[{\"ip\":\"10.0.0.11\",\"mac\":\"52:54:00:00:00:01\",\"weight\":1,"
	       "\"state\":\"drain\",\"packets\":5000000000},"
	       "{\"ip\":\"fd00::11\",\"mac\":\"52:54:00:00:00:02\",\"weight\":2,"
	       "\"state\":\"down\",\"bfd\":\"init\",\"packets\":0}]}]\n");
	expect(&object_gateway, &bare, "2 type zeta oam-port 8300\n",
	       "[{\"id\":2,\"type\":\"zeta\",\"oam_port\":8300,\"members\":[]}]\n");
}

static void subnet(void **state)
{
	struct alk_subnet s = {
		.id = 71, .vpc = 7, .vni = 7001,
		.prefixes = { addr_of("192.168.1.0/24"), addr_of("10.0.0.1/32") }, .n_prefixes = 2,
		.gateway_ips = { addr_of("192.168.1.1") }, .n_gateway_ips = 1,
		.gateway_mac = mac_of("fe:16:11:00:00:01"),
	};

	(void)state;
	expect(&object_subnet, &s,
	       "71 vpc 7 vni 7001 encap vxlan prefix 192.168.1.0/24 prefix 10.0.0.1/32 "
	       "gateway-ip 192.168.1.1 gateway-mac fe:16:11:00:00:01 flood off\n",
	       "[{\"id\":71,\"vpc\":7,\"vni\":7001,\"encap\":\"vxlan\","
	       "\"prefixes\":[\"192.168.1.0/24\",\"10.0.0.1/32\"],"
	       "\"gateway_ips\":[\"192.168.1.1\"],\"gateway_mac\":\"fe:16:11:00:00:01\","
	       "\"flood\":false}]\n");
}

static void port(void **state)
{
	struct alk_port bound = some_port();
	struct alk_port unbound = { .ifname = "vm2", .antispoof = true };

	(void)state;
	expect(&object_port, &bound,
	       "vm1 subnet 71 vpc 7 vni 7001 mac 52:54:00:00:00:01 ip 192.168.1.10 ip fd00:1::a "
	       "allow 10.9.0.0/16 allow 10.8.0.1,52:54:00:00:00:02 antispoof on state up\n",
	       "[{\"ifname\":\"vm1\",\"subnet\":71,\"vpc\":7,\"vni\":7001,"
	       "\"mac\":\"52:54:00:00:00:01\",\"ips\":[\"192.168.1.10\",\"fd00:1::a\"],"
	       "\"allow\":[\"10.9.0.0/16\",\"10.8.0.1,52:54:00:00:00:02\"],"
	       "\"antispoof\":true,\"state\":\"up\"}]\n");
	expect(&object_port, &unbound, "vm2 antispoof on state unbound\n",
	       "[{\"ifname\":\"vm2\",\"subnet\":null,\"vpc\":null,\"vni\":null,\"mac\":null,"
	       "\"ips\":[],\"allow\":[],\"antispoof\":true,\"state\":\"unbound\"}]\n");
}

static void neigh(void **state)
{
	struct alk_neigh n = {
		.subnet = 71, .ip = addr_of("192.168.1.20"), .mac = mac_of("52:54:00:00:00:03"),
		.host = addr_of("10.0.0.2"), .vpc = 7, .vni = 7001,
	};

	(void)state;
	expect(&object_neigh, &n,
	       "192.168.1.20 subnet 71 mac 52:54:00:00:00:03 host 10.0.0.2 vpc 7 vni 7001\n",
	       "[{\"ip\":\"192.168.1.20\",\"subnet\":71,\"mac\":\"52:54:00:00:00:03\","
	       "\"host\":\"10.0.0.2\",\"vpc\":7,\"vni\":7001}]\n");
}

static void route(void **state)
{
	struct alk_route via = { .vpc = 7, .prefix = addr_of("10.9.0.0/16"),
				 .via = addr_of("192.168.1.5") };
	struct alk_route blackhole = { .vpc = 7, .subnet = 71, .prefix = addr_of("fd00::1/128"),
				       .blackhole = true };

	(void)state;
	expect(&object_route, &via, "10.9.0.0/16 vpc 7 via 192.168.1.5\n",
	       "[{\"prefix\":\"10.9.0.0/16\",\"vpc\":7,\"subnet\":null,"
	       "\"via\":\"192.168.1.5\"}]\n");
	expect(&object_route, &blackhole, "fd00::1/128 vpc 7 subnet 71 blackhole\n",
	       "[{\"prefix\":\"fd00::1/128\",\"vpc\":7,\"subnet\":71,\"via\":null,"
	       "\"blackhole\":true}]\n");
}

static void nothing(void **state)
{
	(void)state;
	expect(&object_vpc, NULL, "", "[]\n");
}

static void values_of_a_later_kernel(void **state)
{
	struct alk_vpc v = { .id = 7, .miss = 9 };

	(void)state;
	expect(&object_vpc, &v, "7 miss 9\n",
	       "[{\"id\":7,\"name\":null,\"miss\":9,\"gateway_group\":null}]\n");
}

static void pretty_says_the_same(void **state)
{
	struct alk_port p = some_port();
	char *plain = printed(&object_port, &p, true, false);
	char *pretty = printed(&object_port, &p, true, true);
	struct json_object *a = json_tokener_parse(plain), *b = json_tokener_parse(pretty);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_true(json_object_equal(a, b));
	assert_non_null(strstr(pretty, "\n  "));
	json_object_put(a);
	json_object_put(b);
	free(plain);
	free(pretty);
}

static void several_objects(void **state)
{
	struct out out = { .json = true };
	size_t size, i;
	char *buf;

	(void)state;
	out.file = open_memstream(&buf, &size);
	for (i = 1; i <= 2; i++) {
		out_object_begin(&out);
		out_uint(&out, NULL, "n", i);
		out_nest_begin(&out, "stats");
		out_uint(&out, NULL, "big", UINT64_MAX);
		out_nest_end(&out);
		out_object_end(&out);
	}
	out_end(&out);
	fclose(out.file);
	assert_string_equal(buf, "[{\"n\":1,\"stats\":{\"big\":18446744073709551615}},"
			    "{\"n\":2,\"stats\":{\"big\":18446744073709551615}}]\n");
	free(buf);
}

/* A shown line is the arguments of add, but for what the kernel derives. */
static void shown_line_can_be_fed_back(void **state)
{
	struct alk_port in = some_port(), back;
	uint32_t derived = fields_with(&object_port.fields, FIELD_DETAIL);
	struct out out = {};
	struct args args;
	char *words[64];
	const char *error;
	size_t size;
	uint32_t given;
	char *buf;

	(void)state;
	out.file = open_memstream(&buf, &size);
	out_object_begin(&out);
	fields_print(&object_port.fields, ~derived, &in, &out);
	out_object_end(&out);
	fclose(out.file);

	args = (struct args){ .argv = words };
	args.argc = line_split(buf, words, 64, &error);
	memset(&back, 0, sizeof(back));
	assert_int_equal(fields_parse(&object_port.fields, &args, FIELDS_SET, &back, &given), 0);
	assert_true(fields_match(&object_port.fields, ~derived & given, &in, &back));
	assert_true(fields_match(&object_port.fields, ~derived & given, &back, &in));
	free(buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vpc),
		cmocka_unit_test(subnet),
		cmocka_unit_test(gateway),
		cmocka_unit_test(port),
		cmocka_unit_test(neigh),
		cmocka_unit_test(route),
		cmocka_unit_test(nothing),
		cmocka_unit_test(values_of_a_later_kernel),
		cmocka_unit_test(pretty_says_the_same),
		cmocka_unit_test(several_objects),
		cmocka_unit_test(shown_line_can_be_fed_back),
	};

	return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
