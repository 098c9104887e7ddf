// SPDX-License-Identifier: GPL-2.0
/* Tests of validation: each field bad, one at a time, and what is said of it. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate.h"

struct row {
	const char *fields;	/* of the configuration, after the good ones */
	const char *status;
	const char *text;	/* part of the reason, or NULL for none */
};

#define FINE(fields) { fields, "SUCCESS", NULL }

/* Every row is one state: the good fields of its type with the row's in their place. */
static void check_rows(const char *list, const char *op, const char *const *good,
		       const struct row *rows, size_t n)
{
	size_t i, j, n_good = 0;

	while (good[n_good])
		n_good++;
	for (i = 0; i < n; i++) {
		char json[2048];
		struct goal goal;
		struct push push;
		struct result *r;
		int len;

		len = snprintf(json, sizeof(json), "{'%s': [{'operation_type': '%s', 'configuration': {",
			       list, op);
		for (j = 0; j < n_good; j++) {
			/* A row's field replaces the good one of the same name. */
			size_t name = strchr(good[j], ':') - good[j];

			if (!strncmp(good[j], rows[i].fields, name + 1))
				continue;
			len += snprintf(json + len, sizeof(json) - len, "%s, ", good[j]);
		}
		snprintf(json + len, sizeof(json) - len, "%s}}]}",
			 *rows[i].fields ? rows[i].fields : "'revision_number': 1");
		goal = goal_of(json);
		push_init(&push, &goal);
		validate(&push);
		r = &push.results[0];
		if (strcmp(status_name(r->status), rows[i].status))
			fail_msg("%s: %s, not %s: %s", rows[i].fields, status_name(r->status),
				 rows[i].status, r->text ? r->text : "");
		if (rows[i].text && (!r->text || !strstr(r->text, rows[i].text)))
			fail_msg("%s: \"%s\" is not in \"%s\"", rows[i].fields, rows[i].text,
				 r->text ? r->text : "");
		push_free(&push);
		goal_clear(&goal);
	}
}

#define CHECK_ROWS(list, op, good, rows) \
	check_rows(list, op, good, rows, sizeof(rows) / sizeof((rows)[0]))

#define LONG16 "aaaaaaaaaaaaaaaa"
#define LONG256 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 \
		LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16

static void vpc_fields(void **state)
{
	static const char *const good[] = { "'id': 'v1'", NULL };
	static const struct row rows[] = {
		FINE(""),
		{ "'id': ''", "INVALID_ARG", "id: empty" },
		{ "'id': 'a b'", "INVALID_ARG", "id: not printable: \"a b\"" },
		{ "'id': 'a\\nb'", "INVALID_ARG", "id: not printable: \"a\\x0ab\"" },
		{ "'id': '" LONG256 "'", "INVALID_ARG", "id: longer than 255" },
		{ "'tunnel_id': 16777216", "INVALID_ARG", "tunnel_id: 16777216" },
		FINE("'tunnel_id': 16777215"),
		FINE("'gateway_ids': ['a', 'b']"),
		{ "'gateway_ids': ['a', '']", "INVALID_ARG", "gateway_ids: empty" },
	};

	(void)state;
	CHECK_ROWS("vpc_states", "INFO", good, rows);
}

static void subnet_fields(void **state)
{
	static const char *const good[] = {
		"'id': 's1'", "'vpc_id': 'v1'", "'tunnel_id': 7001",
		"'cidr': '10.0.0.0/24'", NULL };
	static const struct row rows[] = {
		FINE(""),
		{ "'id': ''", "INVALID_ARG", "id: empty" },
		{ "'vpc_id': ''", "INVALID_ARG", "vpc_id: empty" },
		{ "'tunnel_id': 0", "INVALID_ARG", "tunnel_id: 0 is not in 1..16777215" },
		{ "'tunnel_id': 16777216", "INVALID_ARG", "tunnel_id: 16777216" },
		{ "'tunnel_id': '4294967297'", "INVALID_ARG", "tunnel_id: 4294967297" },
		FINE("'tunnel_id': 16777215"),
		{ "'cidr': ''", "INVALID_ARG", "cidr: not an address and a prefix length: \"\"" },
		{ "'cidr': '10.0.0.0'", "INVALID_ARG", "cidr: " },
		{ "'cidr': '10.0.0.0/33'", "INVALID_ARG", "cidr: " },
		{ "'cidr': '10.0.0/24'", "INVALID_ARG", "cidr: " },
		{ "'cidr': '10.0.0.256/24'", "INVALID_ARG", "cidr: " },
		{ "'cidr': '10.0.0.0/ 24'", "INVALID_ARG", "cidr: " },
		FINE("'cidr': '10.0.0.9/24'"),
		FINE("'cidr': 'fd00::/64'"),
		FINE("'network_type': 'GENEVE'"),
		{ "'network_type': 'VLAN'", "INVALID_ARG", "network_type: VLAN" },
		{ "'network_type': 99", "INVALID_ARG", "network_type: " },
		FINE("'gateway': {}"),
		FINE("'gateway': {'ip_address': '0.0.0.0', 'mac_address': 'x'}"),
		FINE("'gateway': {'ip_address': '10.0.0.1', 'mac_address': '2:0:0:0:0:1'}"),
		FINE("'gateway': {'ip_address': '10.0.0.1'}"),
		{ "'gateway': {'ip_address': '10.0.0'}", "INVALID_ARG", "gateway.ip_address: not an IP" },
		{ "'gateway': {'ip_address': '10.0.1.1', 'mac_address': '2:0:0:0:0:1'}",
		  "INVALID_ARG", "gateway.ip_address: \"10.0.1.1\" is not in the cidr" },
		{ "'gateway': {'ip_address': 'fd00::1', 'mac_address': '2:0:0:0:0:1'}",
		  "INVALID_ARG", "gateway.ip_address: " },
		{ "'gateway': {'ip_address': '10.0.0.1', 'mac_address': '2:0:0:0:0'}",
		  "INVALID_ARG", "gateway.mac_address: not a MAC" },
		{ "'gateway': {'ip_address': '10.0.0.1', 'mac_address': '01:00:00:00:00:01'}",
		  "INVALID_ARG", "gateway.mac_address: not a unicast MAC" },
	};

	(void)state;
	CHECK_ROWS("subnet_states", "INFO", good, rows);
}

#define PORT_GOOD								\
	"'id': 'p1'", "'mac_address': '02:00:00:00:00:01'",			\
	"'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'}]", NULL

static void port_fields(void **state)
{
	static const char *const good[] = { PORT_GOOD };
	static const struct row rows[] = {
		FINE(""),
		{ "'id': ''", "INVALID_ARG", "id: empty" },
		{ "'id': 'a/b'", "INVALID_ARG", "id: \"a/b\" makes no name of a netdev" },
		{ "'vpc_id': 'a b'", "INVALID_ARG", "vpc_id: not printable" },
		{ "'mac_address': ''", "INVALID_ARG", "mac_address: not a MAC address: \"\"" },
		FINE("'mac_address': '2:0:0:0:0:40'"),
		FINE("'mac_address': '02-00-00-00-00-40'"),
		{ "'mac_address': '02:00:00:00:00:1x'", "INVALID_ARG", "mac_address: " },
		{ "'mac_address': '02:00:00:00:00:001'", "INVALID_ARG", "mac_address: " },
		{ "'mac_address': '02:00:00:00:00:01:02'", "INVALID_ARG", "mac_address: " },
		{ "'mac_address': '00:00:00:00:00:00'", "INVALID_ARG", "mac_address: not a unicast" },
		{ "'mac_address': 'ff:ff:ff:ff:ff:ff'", "INVALID_ARG", "mac_address: not a unicast" },
		{ "'fixed_ips': []", "INVALID_ARG", "fixed_ips: empty" },
		{ "'fixed_ips': [{'ip_address': '10.0.0.5'}]", "INVALID_ARG",
		  "fixed_ips[0].subnet_id: empty" },
		{ "'fixed_ips': [{'subnet_id': 's1'}]", "INVALID_ARG",
		  "fixed_ips[0].ip_address: not an IP address: \"\"" },
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5/24'}]", "INVALID_ARG",
		  "fixed_ips[0].ip_address: not an IP address" },
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '224.0.0.1'}]", "INVALID_ARG",
		  "fixed_ips[0].ip_address: not a unicast address" },
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '0.0.0.0'}]", "INVALID_ARG",
		  "fixed_ips[0].ip_address: not a unicast address" },
		FINE("'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
		  "{'subnet_id': 's1', 'ip_address': '10.0.0.6'}]"),
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
		  "{'subnet_id': 's2', 'ip_address': '10.0.0.6'}]", "INVALID_ARG",
		  "fixed_ips[1].subnet_id: \"s2\" is not the subnet of fixed_ips[0]" },
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
		  "{'subnet_id': 's1', 'ip_address': '10.0.0.5'}]", "INVALID_ARG",
		  "fixed_ips[1].ip_address: \"10.0.0.5\" is there twice" },
		FINE("'allow_address_pairs': [{'ip_address': '10.0.0.9'}]"),
		FINE("'allow_address_pairs': [{'ip_address': '10.0.0.0/28', 'mac_address': '2:0:0:0:0:9'}]"),
		{ "'allow_address_pairs': [{'ip_address': 'x'}]", "INVALID_ARG",
		  "allow_address_pairs[0].ip_address: not an IP address or prefix: \"x\"" },
		{ "'allow_address_pairs': [{'ip_address': '10.0.0.9', 'mac_address': 'x'}]",
		  "INVALID_ARG", "allow_address_pairs[0].mac_address: not a MAC" },
	};

	(void)state;
	CHECK_ROWS("port_states", "CREATE", good, rows);
}

static void port_operations(void **state)
{
	static const char *const good[] = { PORT_GOOD };
	static const struct row fine[] = { FINE("") };
	static const struct row none[] = { { "", "FAILURE", "operation_type: " } };
	/* Only the id counts. */
	static const struct row id_only[] = {
		FINE("'mac_address': 'x', 'fixed_ips': []"),
		{ "'id': ''", "INVALID_ARG", "id: empty" },
		{ "'id': 'a:b'", "INVALID_ARG", "id: \"a:b\"" },
	};

	(void)state;
	CHECK_ROWS("port_states", "UPDATE", good, fine);
	CHECK_ROWS("port_states", "INFO", good, none);
	CHECK_ROWS("port_states", "GET", good, none);
	CHECK_ROWS("port_states", "DELETE", good, id_only);
}

static void neighbor_fields(void **state)
{
	static const char *const good[] = {
		"'id': 'n1'", "'mac_address': '02:00:00:00:00:01'",
		"'host_ip_address': '172.16.0.2'",
		"'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'}]", NULL };
	static const struct row rows[] = {
		FINE(""),
		{ "'id': ''", "INVALID_ARG", "id: empty" },
		{ "'mac_address': 'zz'", "INVALID_ARG", "mac_address: not a MAC address: \"zz\"" },
		{ "'host_ip_address': ''", "INVALID_ARG", "host_ip_address: not an IP address: \"\"" },
		{ "'host_ip_address': '1.2.3'", "INVALID_ARG", "host_ip_address: not an IP address" },
		{ "'host_ip_address': '\\n\\u0001\\u000210.0.0.1'", "INVALID_ARG",
		  "host_ip_address: not an IP address: \"\\x0a\\x01\\x0210.0.0.1\"" },
		{ "'host_ip_address': '0.0.0.0'", "INVALID_ARG", "host_ip_address: not a unicast" },
		{ "'host_ip_address': '127.0.0.1'", "INVALID_ARG", "host_ip_address: not a unicast" },
		{ "'host_ip_address': '255.255.255.255'", "INVALID_ARG", "host_ip_address: " },
		FINE("'host_ip_address': 'fd00::2'"),
		{ "'fixed_ips': []", "INVALID_ARG", "fixed_ips: empty" },
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': 'x'}]", "INVALID_ARG",
		  "fixed_ips[0].ip_address: not an IP address: \"x\"" },
		{ "'fixed_ips': [{'ip_address': '10.0.0.5'}]", "INVALID_ARG",
		  "fixed_ips[0].subnet_id: empty" },
		FINE("'fixed_ips': [{'neighbor_type': 'L3', 'subnet_id': 's1', 'ip_address': '10.0.0.5'}]"),
		{ "'fixed_ips': [{'neighbor_type': 9, 'subnet_id': 's1', 'ip_address': '10.0.0.5'}]",
		  "INVALID_ARG", "fixed_ips[0].neighbor_type: 9 is none" },
		FINE("'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
		  "{'subnet_id': 's2', 'ip_address': '10.0.1.5'}]"),
		{ "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
		  "{'subnet_id': 's1', 'ip_address': '10.0.0.5'}]", "INVALID_ARG",
		  "fixed_ips[1].ip_address: \"10.0.0.5\" is there twice" },
	};
	static const struct row get[] = { { "", "FAILURE", "operation_type: GET" } };
	static const struct row deleted[] = { FINE("'mac_address': 'x'") };

	(void)state;
	CHECK_ROWS("neighbor_states", "INFO", good, rows);
	CHECK_ROWS("neighbor_states", "CREATE", good, rows);
	CHECK_ROWS("neighbor_states", "UPDATE", good, rows);
	CHECK_ROWS("neighbor_states", "GET", good, get);
	CHECK_ROWS("neighbor_states", "DELETE", good, deleted);
}

/* What becomes of them is said when they have been kept. */
static void kept_types(void **state)
{
	static const char *const good[] = { "'id': 'x'", NULL };
	static const struct row rows[] = { { "", "SUCCESS", NULL } };
	static const char *const lists[] = { "security_group_states", "dhcp_states" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		CHECK_ROWS(lists[i], "CREATE", good, rows);
		CHECK_ROWS(lists[i], "INFO", good, rows);
		CHECK_ROWS(lists[i], "DELETE", good, rows);
	}
}

static void router_fields(void **state)
{
#define TABLES(subnet, rules) \
	"'subnet_routing_tables': [{'subnet_id': '" subnet "', 'routing_rules': [" rules "]}]"
#define RULE(fields) "{'id': 'x', 'destination': '1.0.0.0/8', " fields "}"
#define BAD(fields, text) \
	{ TABLES("s", RULE(fields)), "INVALID_ARG", "subnet_routing_tables[0].routing_rules[0]." text }
	static const char *const good[] = { "'id': 'r1'", NULL };
	static const struct row rows[] = {
		FINE(""),
		FINE("'host_dvr_mac_address': 'fe:16:11:0:0:0'"),
		{ "'host_dvr_mac_address': 'x'", "INVALID_ARG", "host_dvr_mac_address: not a MAC" },
		FINE(TABLES("s", "")),
		{ TABLES("", ""), "INVALID_ARG", "subnet_routing_tables[0].subnet_id: empty" },
		FINE(TABLES("s", RULE("'next_hop_ip': '10.0.0.1', 'priority': 4294967295"))),
		FINE(TABLES("s", RULE("'next_hop_ip': '0.0.0.0'"))),
		FINE(TABLES("s", RULE("'operation_type': 'UPDATE'"))),
		FINE(TABLES("s", "{'operation_type': 'DELETE', 'id': 'x'}")),
		FINE(TABLES("s", "{'id': 'x', 'destination': 'fd00::/8', 'next_hop_ip': 'fd01::1'}")),
		{ TABLES("s", "{'operation_type': 'DELETE'}"), "INVALID_ARG", ".id: empty" },
		{ TABLES("s", "{'id': 'x'}"), "INVALID_ARG", ".destination: not an IP address or prefix" },
		{ TABLES("s", "{'id': 'x', 'destination': '1.0.0.0/33'}"), "INVALID_ARG", ".destination: " },
		BAD("'operation_type': 'GET'", "operation_type: 3 is not one"),
		BAD("'next_hop_ip': '10.0.0'", "next_hop_ip: not an IP address"),
		BAD("'next_hop_ip': '224.0.0.1'", "next_hop_ip: not a unicast address"),
		BAD("'next_hop_ip': 'fd00::1'", "next_hop_ip: \"fd00::1\" is not of the destination's"),
		FINE(TABLES("s", RULE("'routing_rule_extra_info': {'destination_type': 'VPC_GW'}"))),
		BAD("'routing_rule_extra_info': {'destination_type': 7}",
		    "routing_rule_extra_info.destination_type: 7 is none"),
	};

	(void)state;
	CHECK_ROWS("router_states", "INFO", good, rows);
	CHECK_ROWS("router_states", "CREATE", good, rows);
#undef TABLES
#undef RULE
#undef BAD
}

static void gateway_fields(void **state)
{
#define TO(ip, mac) "{'ip_address': '" ip "', 'mac_address': '" mac "'}"
#define MAC "2:0:0:0:0:1"
	static const char *const good[] = {
		"'id': 'g1'", "'gateway_type': 'ZETA'", "'destinations': [" TO("10.0.0.1", MAC) "]", NULL,
	};
	static const struct row rows[] = {
		FINE(""),
		{ "'gateway_type': 'DEFAULT'", "SUCCESS", "DEFAULT, so that nothing is steered" },
		FINE("'gateway_type': 'IGW'"),
		{ "'gateway_type': 77", "FAILURE", "gateway_type: 77 is not known" },
		{ "'destinations': []", "INVALID_ARG", "destinations: empty" },
		FINE("'destinations': [" TO("10.0.0.1", MAC) "," TO("fd00::1", "2:0:0:0:0:2") "]"),
		{ "'destinations': [" TO("10.0.0.1", MAC) "," TO("10.0.0.1", MAC) "]", "INVALID_ARG",
		  "destinations[1].ip_address: \"10.0.0.1\" is there twice" },
		{ "'destinations': [" TO("0.0.0.0", MAC) "]", "INVALID_ARG",
		  "destinations[0].ip_address: not a unicast address" },
		{ "'destinations': [" TO("10.0.0.1", "") "]", "INVALID_ARG",
		  "destinations[0].mac_address: not a MAC address" },
		{ "'destinations': [" TO("10.0.0.1", "1:0:5e:0:0:1") "]", "INVALID_ARG",
		  "destinations[0].mac_address: not a unicast MAC address" },
		FINE("'zeta_info': {'port_inband_operation': 65535}"),
		{ "'zeta_info': {'port_inband_operation': 65536}", "INVALID_ARG",
		  "zeta_info.port_inband_operation: 65536 is above 65535" },
		FINE("'arion_info': {'vpc_id': 'v', 'vni': 16777215, 'subnet_id': 's'}"),
		FINE("'arion_info': {}"),
		{ "'arion_info': {'vpc_id': 'a b'}", "INVALID_ARG", "arion_info.vpc_id: not printable" },
		{ "'arion_info': {'subnet_id': 'a b'}", "INVALID_ARG",
		  "arion_info.subnet_id: not printable" },
		{ "'arion_info': {'vni': 16777216}", "INVALID_ARG", "arion_info.vni: 16777216 is above" },
		{ "'arion_info': {'port_inband_operation': 70000}", "INVALID_ARG",
		  "arion_info.port_inband_operation: 70000" },
	};

	(void)state;
	CHECK_ROWS("gateway_states", "INFO", good, rows);
	CHECK_ROWS("gateway_states", "UPDATE", good, rows);
#undef TO
#undef MAC
}

static void routed_neighbors(void **state)
{
	static const char *const good[] = {
		"'id': 'n1'", "'mac_address': '2:0:0:0:0:1'", "'host_ip_address': '1.1.1.1'", NULL,
	};
	static const struct row rows[] = {
		FINE("'fixed_ips': [{'neighbor_type': 'L3', 'subnet_id': 's', 'ip_address': '10.0.0.1'}]"),
		{ "'fixed_ips': [{'neighbor_type': 'L2', 'subnet_id': 's', 'ip_address': '10.0.0.1'}]",
		  "FAILURE", "operation_type: GET is not supported" },
		{ "'fixed_ips': []", "FAILURE", "operation_type: GET is not supported" },
	};

	(void)state;
	CHECK_ROWS("neighbor_states", "GET", good, rows);
}

static void no_configuration_and_no_operation(void **state)
{
	struct goal goal = goal_of(
		"{'vpc_states': [{}], 'port_states': [{'operation_type': 77,"
		"'configuration': {'id': 'p'}}], 'router_states': [{}]}");
	struct push push;

	(void)state;
	push_init(&push, &goal);
	validate(&push);
	assert_int_equal(push.n_results, 3);
	assert_int_equal(push.results[0].status, STATUS(INVALID_ARG));
	assert_string_equal(push.results[0].text, "configuration: missing");
	assert_string_equal(push.results[0].id, "");
	assert_int_equal(push.results[1].status, STATUS(INVALID_ARG));
	assert_string_equal(push.results[1].text, "operation_type: 77 is none");
	assert_int_equal(push.results[2].status, STATUS(INVALID_ARG));
	push_free(&push);
	goal_clear(&goal);
}

static void doubles(void **state)
{
#define VPC "{'configuration': {'id': 'x'}}"
#define NEIGHBOR(type) "{'configuration': {'id': 'x', 'mac_address': '2:0:0:0:0:1',"		\
	"'host_ip_address': '1.1.1.1', 'fixed_ips': [{'neighbor_type': '" type "',"		\
	"'subnet_id': 's', 'ip_address': '10.0.0.1'}]}}"
	struct goal goal = goal_of(
		"{'vpc_states': [" VPC ", " VPC ", " VPC "],"
		"'neighbor_states': [" NEIGHBOR("L3") "," NEIGHBOR("L2") "," NEIGHBOR("L2") "]}");
	static const int wanted[] = {
		STATUS(SUCCESS), STATUS(INVALID_ARG), STATUS(INVALID_ARG),
		STATUS(SUCCESS), STATUS(INVALID_ARG), STATUS(INVALID_ARG),
	};
	struct push push;
	size_t i;

	(void)state;
	push_init(&push, &goal);
	validate(&push);
	for (i = 0; i < 6; i++)
		assert_int_equal(push.results[i].status, wanted[i]);
	assert_string_equal(push.results[1].text, "id: is in this message already");
	push_free(&push);
	goal_clear(&goal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vpc_fields),
		cmocka_unit_test(subnet_fields),
		cmocka_unit_test(port_fields),
		cmocka_unit_test(port_operations),
		cmocka_unit_test(neighbor_fields),
		cmocka_unit_test(kept_types),
		cmocka_unit_test(router_fields),
		cmocka_unit_test(gateway_fields),
		cmocka_unit_test(routed_neighbors),
		cmocka_unit_test(no_configuration_and_no_operation),
		cmocka_unit_test(doubles),
	};

	return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
