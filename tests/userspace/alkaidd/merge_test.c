// SPDX-License-Identifier: GPL-2.0
/* Tests of merging: what a resource has, what a message says, what becomes of it. */
#include "goal.h"

#include <stdlib.h>
#include <string.h>

#include "merge.h"

struct row {
	const char *old, *new, *wanted;
};

static void check_rows(const ProtobufCMessageDescriptor *type, const struct row *rows, size_t n)
{
	size_t i, len, wanted_len;
	ProtobufCMessage *old, *new, *got;
	uint8_t *wanted, *bytes;

	for (i = 0; i < n; i++) {
		old = message_of(type, rows[i].old);
		new = message_of(type, rows[i].new);
		got = merge(old, new);
		/* It stands by itself. */
		protobuf_c_message_free_unpacked(old, NULL);
		protobuf_c_message_free_unpacked(new, NULL);
		assert_non_null(got);
		assert_ptr_equal(got->descriptor, type);
		wanted = bytes_of(type, rows[i].wanted, &wanted_len);
		len = protobuf_c_message_get_packed_size(got);
		bytes = malloc(len + 1);
		assert_non_null(bytes);
		protobuf_c_message_pack(got, bytes);
		if (len != wanted_len || memcmp(bytes, wanted, len))
			fail_msg("%s\n  and %s\n  is not %s", rows[i].old, rows[i].new,
				 rows[i].wanted);
		free(bytes);
		free(wanted);
		protobuf_c_message_free_unpacked(got, NULL);
	}
}

#define CHECK_ROWS(type, rows) \
	check_rows(&alcor__schema__##type##configuration__descriptor, rows, \
		   sizeof(rows) / sizeof((rows)[0]))

static void port_fields(void **state)
{
#define OLD "'id': 'p', 'revision_number': 3, 'vpc_id': 'v', 'mac_address': 'm', " \
	    "'device_id': 'd', 'device_owner': 'o', 'admin_state_up': true, " \
	    "'fixed_ips': [{'subnet_id': 's', 'ip_address': '1'}, {'subnet_id': 's', 'ip_address': '2'}]," \
	    "'allow_address_pairs': [{'ip_address': '9'}]"
	static const struct row rows[] = {
		/* Numbers, booleans and what says "unplugged" are of the new one. */
		{ "{" OLD "}", "{'id': 'p'}",
		  "{'id': 'p', 'vpc_id': 'v', 'mac_address': 'm',"
		  "'fixed_ips': [{'subnet_id': 's', 'ip_address': '1'}, {'subnet_id': 's', 'ip_address': '2'}],"
		  "'allow_address_pairs': [{'ip_address': '9'}]}" },
		/* A list is replaced as a whole. */
		{ "{" OLD "}",
		  "{'id': 'p', 'revision_number': 4, 'mac_address': 'n', 'device_id': 'e', 'admin_state_up': true,"
		  "'fixed_ips': [{'subnet_id': 't', 'ip_address': '3'}]}",
		  "{'id': 'p', 'revision_number': 4, 'vpc_id': 'v', 'mac_address': 'n', 'device_id': 'e',"
		  "'admin_state_up': true, 'fixed_ips': [{'subnet_id': 't', 'ip_address': '3'}],"
		  "'allow_address_pairs': [{'ip_address': '9'}]}" },
		{ "{'id': 'p', 'host_info': {'ip_address': 'a'}}", "{'id': 'p'}",
		  "{'id': 'p', 'host_info': {'ip_address': 'a'}}" },
		{ "{'id': 'p'}", "{" OLD "}", "{" OLD "}" },
	};
#undef OLD

	(void)state;
	CHECK_ROWS(port_, rows);
}

static void neighbor_fields(void **state)
{
	static const struct row rows[] = {
		{ "{'id': 'n', 'mac_address': 'm', 'host_ip_address': 'h', 'fixed_ips': [{'ip_address': '1'}]}",
		  "{'id': 'n', 'host_ip_address': 'i'}",
		  "{'id': 'n', 'mac_address': 'm', 'host_ip_address': 'i', 'fixed_ips': [{'ip_address': '1'}]}" },
		{ "{'id': 'n', 'mac_address': 'm', 'fixed_ips': [{'ip_address': '1'}]}",
		  "{'id': 'n', 'fixed_ips': [{'neighbor_type': 'L3', 'ip_address': '2'}]}",
		  "{'id': 'n', 'mac_address': 'm', 'fixed_ips': [{'neighbor_type': 'L3', 'ip_address': '2'}]}" },
	};

	(void)state;
	CHECK_ROWS(neighbor_, rows);
}

static void vpc_and_subnet_fields(void **state)
{
	static const struct row vpcs[] = {
		{ "{'id': 'v', 'name': 'x', 'tunnel_id': 5, 'gateway_ids': ['a', 'b']}",
		  "{'id': 'v', 'revision_number': 2}",
		  "{'id': 'v', 'revision_number': 2, 'name': 'x', 'tunnel_id': 5, 'gateway_ids': ['a', 'b']}" },
		{ "{'id': 'v', 'tunnel_id': 5, 'gateway_ids': ['a', 'b']}",
		  "{'id': 'v', 'tunnel_id': 6, 'gateway_ids': ['c']}",
		  "{'id': 'v', 'tunnel_id': 6, 'gateway_ids': ['c']}" },
	};
	static const struct row subnets[] = {
		{ "{'id': 's', 'vpc_id': 'v', 'cidr': 'c', 'tunnel_id': '7', 'network_type': 'GENEVE',"
		  "'gateway': {'ip_address': 'g', 'mac_address': 'm'}, 'dhcp_enable': true}",
		  "{'id': 's'}",
		  "{'id': 's', 'vpc_id': 'v', 'cidr': 'c', 'tunnel_id': '7',"
		  "'gateway': {'ip_address': 'g', 'mac_address': 'm'}}" },
		/* A message within is there, or not. */
		{ "{'id': 's', 'gateway': {'ip_address': 'g', 'mac_address': 'm'}}",
		  "{'id': 's', 'tunnel_id': '4294967296', 'gateway': {'ip_address': 'h'}}",
		  "{'id': 's', 'tunnel_id': '4294967296', 'gateway': {'ip_address': 'h'}}" },
	};

	(void)state;
	CHECK_ROWS(vpc_, vpcs);
	CHECK_ROWS(subnet_, subnets);
}

static void gateway_fields(void **state)
{
	static const struct row rows[] = {
		{ "{'id': 'g', 'gateway_type': 'ZETA', 'destinations': [{'ip_address': '1'}],"
		  "'zeta_info': {'port_inband_operation': 8300}}",
		  "{'id': 'g', 'destinations': [{'ip_address': '2'}, {'ip_address': '3'}]}",
		  "{'id': 'g', 'gateway_type': 'ZETA', 'destinations': [{'ip_address': '2'}, {'ip_address': '3'}],"
		  "'zeta_info': {'port_inband_operation': 8300}}" },
		/* Of two kinds of information there is one. */
		{ "{'id': 'g', 'gateway_type': 'ZETA', 'zeta_info': {'port_inband_operation': 8300}}",
		  "{'id': 'g', 'gateway_type': 'ARION', 'arion_info': {'vni': 7}}",
		  "{'id': 'g', 'gateway_type': 'ARION', 'arion_info': {'vni': 7}}" },
		{ "{'id': 'g', 'gateway_type': 'ARION', 'arion_info': {'vni': 7}}", "{'id': 'g'}",
		  "{'id': 'g', 'gateway_type': 'ARION', 'arion_info': {'vni': 7}}" },
	};

	(void)state;
	CHECK_ROWS(gateway_, rows);
}

static void other_fields(void **state)
{
	static const struct row groups[] = {
		{ "{'id': 'g', 'name': 'x', 'security_group_rules': [{'id': 'r'}]}",
		  "{'id': 'g', 'name': 'y'}",
		  "{'id': 'g', 'name': 'y', 'security_group_rules': [{'id': 'r'}]}" },
	};
	static const struct row dhcps[] = {
		{ "{'id': 'd', 'subnet_id': 's', 'ipv4_address': '4'}", "{'id': 'd', 'ipv4_address': '5'}",
		  "{'id': 'd', 'subnet_id': 's', 'ipv4_address': '5'}" },
	};

	(void)state;
	CHECK_ROWS(security_group_, groups);
	CHECK_ROWS(dhcp, dhcps);
}

#define TABLES(tables) "'subnet_routing_tables': [" tables "]"
#define TABLE(subnet, rules) "{'subnet_id': '" subnet "', 'routing_rules': [" rules "]}"
#define RULE(id, to) "{'id': '" id "', 'destination': '" to "'}"
#define RULE_OP(op, id, to) "{'operation_type': '" op "', 'id': '" id "', 'destination': '" to "'}"

static void rules_of_a_router(void **state)
{
	static const struct row rows[] = {
		{ "{'id': 'r', 'host_dvr_mac_address': 'm'," TABLES(TABLE("s", RULE("1", "a"))) "}",
		  "{'id': 'r', 'revision_number': 2}",
		  "{'id': 'r', 'revision_number': 2, 'host_dvr_mac_address': 'm',"
		  TABLES(TABLE("s", RULE("1", "a"))) "}" },
		/* One more, in a subnet that is there and in a new one; an id is of one subnet. */
		{ "{'id': 'r'," TABLES(TABLE("s", RULE("1", "a") "," RULE("2", "b"))) "}",
		  "{'id': 'r'," TABLES(TABLE("t", RULE("1", "c")) "," TABLE("s", RULE("3", "d"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE("1", "a") "," RULE("2", "b") "," RULE("3", "d"))
				       "," TABLE("t", RULE("1", "c"))) "}" },
		/* Put anew, by whatever operation. */
		{ "{'id': 'r'," TABLES(TABLE("s", RULE("1", "a") "," RULE("2", "b"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("UPDATE", "1", "c"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("UPDATE", "1", "c") "," RULE("2", "b"))) "}" },
		/* Removed, with its subnet if it was the last; one that is not there is as good. */
		{ "{'id': 'r'," TABLES(TABLE("s", RULE("1", "a") "," RULE("2", "b")) ","
				       TABLE("t", RULE("1", "c"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("DELETE", "1", "")) ","
				       TABLE("t", RULE_OP("DELETE", "1", "")) ","
				       TABLE("u", RULE_OP("DELETE", "7", ""))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE("2", "b"))) "}" },
		/* Removed and put again in one message. */
		{ "{'id': 'r'," TABLES(TABLE("s", RULE("1", "a"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("DELETE", "1", "") "," RULE("1", "b"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE("1", "b"))) "}" },
		/* What the old one should not have had; what is for validation to refuse. */
		{ "{'id': 'r'," TABLES(TABLE("s", RULE_OP("DELETE", "1", "a"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("GET", "2", "b"))) "}",
		  "{'id': 'r'," TABLES(TABLE("s", RULE_OP("GET", "2", "b"))) "}" },
	};

	(void)state;
	CHECK_ROWS(router_, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_fields),
		cmocka_unit_test(neighbor_fields),
		cmocka_unit_test(vpc_and_subnet_fields),
		cmocka_unit_test(gateway_fields),
		cmocka_unit_test(other_fields),
		cmocka_unit_test(rules_of_a_router),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
