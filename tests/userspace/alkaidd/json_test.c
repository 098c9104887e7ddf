// SPDX-License-Identifier: GPL-2.0
/* Tests of the JSON reader: what proto3's mapping allows, and what it does not. */
#include "goal.h"

#include <json-c/json_object.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static Alcor__Schema__GoalState *goal(const char *json)
{
	return message_of(&alcor__schema__goal_state__descriptor, json);
}

static void goal_free(Alcor__Schema__GoalState *msg)
{
	alcor__schema__goal_state__free_unpacked(msg, NULL);
}

static void names_of_both_spellings(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'formatVersion': 7, 'port_states': [{'operationType': 'CREATE', 'configuration': {"
		"'id': 'p', 'macAddress': '00:00:00:00:00:01', 'admin_state_up': true,"
		"'fixedIps': [{'subnet_id': 's', 'ipAddress': '10.0.0.1'}, {'subnetId': 't'}]}}]}");
	const Alcor__Schema__PortConfiguration *port;

	(void)state;
	assert_int_equal(msg->format_version, 7);
	assert_int_equal(msg->n_port_states, 1);
	assert_int_equal(msg->port_states[0]->operation_type, 1);
	port = msg->port_states[0]->configuration;
	assert_string_equal(port->id, "p");
	assert_string_equal(port->mac_address, "00:00:00:00:00:01");
	assert_true(port->admin_state_up);
	assert_int_equal(port->n_fixed_ips, 2);
	assert_string_equal(port->fixed_ips[0]->ip_address, "10.0.0.1");
	assert_string_equal(port->fixed_ips[1]->subnet_id, "t");
	assert_string_equal(port->name, "");
	goal_free(msg);
}

static void numbers_in_every_form(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'subnet_states': [{'configuration': {'tunnel_id': '7001'}},"
		"{'configuration': {'tunnel_id': 7002}}, {'configuration': {'tunnel_id': 7.003e3}},"
		"{'configuration': {'tunnel_id': '18446744073709551615'}},"
		"{'configuration': {'revision_number': '4294967295'}}]}");

	(void)state;
	assert_int_equal(msg->subnet_states[0]->configuration->tunnel_id, 7001);
	assert_int_equal(msg->subnet_states[1]->configuration->tunnel_id, 7002);
	assert_int_equal(msg->subnet_states[2]->configuration->tunnel_id, 7003);
	assert_true(msg->subnet_states[3]->configuration->tunnel_id == UINT64_MAX);
	assert_int_equal(msg->subnet_states[4]->configuration->revision_number, UINT32_MAX);
	goal_free(msg);
}

static void enums_by_name_and_number(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'vpc_states': [{'operation_type': 'DELETE'}, {'operation_type': 2},"
		"{'operation_type': 99}, {}]}");

	(void)state;
	assert_int_equal(msg->vpc_states[0]->operation_type, 4);
	assert_int_equal(msg->vpc_states[1]->operation_type, 2);
	assert_int_equal(msg->vpc_states[2]->operation_type, 99);
	assert_int_equal(msg->vpc_states[3]->operation_type, 0);
	goal_free(msg);
}

static void null_is_absent(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'vpc_states': null, 'port_states': [{'configuration': null}]}");

	(void)state;
	assert_int_equal(msg->n_vpc_states, 0);
	assert_null(msg->port_states[0]->configuration);
	goal_free(msg);
}

static void oneof_member(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'gateway_states': [{'configuration': {'arion_info': {'vni': 5}}}]}");
	const Alcor__Schema__GatewayConfiguration *gateway = msg->gateway_states[0]->configuration;

	(void)state;
	assert_int_equal(gateway->extra_info_case, 7);
	assert_int_equal(gateway->arion_info->vni, 5);
	goal_free(msg);
}

static void survives_the_wire(void **state)
{
	Alcor__Schema__GoalState *msg = goal(
		"{'neighbor_states': [{'configuration': {'id': 'n', 'hostIpAddress': '1.2.3.4',"
		"'fixedIps': [{'neighborType': 'L3', 'tunnelId': 3}]}}]}"), *copy;
	size_t len = alcor__schema__goal_state__get_packed_size(msg);
	uint8_t *bytes = malloc(len);

	(void)state;
	alcor__schema__goal_state__pack(msg, bytes);
	copy = alcor__schema__goal_state__unpack(NULL, len, bytes);
	assert_non_null(copy);
	assert_string_equal(copy->neighbor_states[0]->configuration->host_ip_address, "1.2.3.4");
	assert_int_equal(copy->neighbor_states[0]->configuration->fixed_ips[0]->neighbor_type, 1);
	goal_free(copy);
	goal_free(msg);
	free(bytes);
}

static void bad_text_is_named(void **state)
{
	static const struct {
		const char *json, *error;
	} rows[] = {
		{ "", "no JSON" },
		{ "{", "no JSON" },
		{ "null", "no JSON" },
		{ "{} x", "no JSON" },
		{ "{'a': 1,}", "no JSON" },
		{ "[]", "not an object" },
		{ "{'colour': 1}", "colour: GoalState has no such field" },
		{ "{'vpcStates': 1}", "vpcStates: not a list" },
		{ "{'vpcStates': [1]}", "vpcStates[0]: not an object" },
		{ "{'vpcStates': [null]}", "vpcStates[0]: not an object" },
		{ "{'vpc_states': [], 'vpcStates': []}", "vpcStates: is there twice" },
		{ "{'vpc_states': [{}, {'configuration': {'idd': 'x'}}]}",
		  "vpc_states[1].configuration.idd: VpcConfiguration has no such field" },
		{ "{'vpc_states': [{'configuration': {'id': 5}}]}",
		  "vpc_states[0].configuration.id: not a string" },
		{ "{'vpc_states': [{'configuration': {'id': 'a\\u0000b'}}]}",
		  "vpc_states[0].configuration.id: has a zero character" },
		{ "{'vpc_states': [{'configuration': {'gateway_ids': ['g', 7]}}]}",
		  "vpc_states[0].configuration.gateway_ids[1]: not a string" },
		{ "{'vpc_states': [{'operation_type': 'MAKE'}]}",
		  "vpc_states[0].operation_type: no value of OperationType: \"MAKE\"" },
		{ "{'vpc_states': [{'operation_type': -1}]}", "operation_type: -1 is not in 0.." },
		{ "{'format_version': 4294967296}", "format_version: 4294967296 is not in" },
		{ "{'format_version': -1}", "format_version: -1 is not in" },
		{ "{'format_version': 1.5}", "format_version: not a whole number: 1.5" },
		{ "{'format_version': 'x'}", "format_version: not a whole number: x" },
		{ "{'format_version': ''}", "format_version: not a whole number" },
		{ "{'format_version': true}", "format_version: not a number" },
		{ "{'subnet_states': [{'configuration': {'tunnel_id': '18446744073709551616'}}]}",
		  "tunnel_id: 18446744073709551616 is not in" },
		{ "{'port_states': [{'configuration': {'admin_state_up': 'yes'}}]}",
		  "admin_state_up: neither true nor false" },
		{ "{'gateway_states': [{'configuration': {'arion_info': {}, 'zeta_info': {}}}]}",
		  "zeta_info: another member of this oneof" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = strdup(rows[i].json), *p, error[512] = "";
		ProtobufCMessage *message = NULL;
		struct json_object *json;

		for (p = text; *p; p++)
			if (*p == '\'')
				*p = '"';
		json = json_parse(text, strlen(text), error, sizeof(error));
		if (json)
			message = json_to_message(&alcor__schema__goal_state__descriptor, json,
						  error, sizeof(error));
		assert_null(message);
		if (!strstr(error, rows[i].error))
			fail_msg("%s: \"%s\" is not in \"%s\"", text, rows[i].error, error);
		json_object_put(json);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_both_spellings),
		cmocka_unit_test(numbers_in_every_form),
		cmocka_unit_test(enums_by_name_and_number),
		cmocka_unit_test(null_is_absent),
		cmocka_unit_test(oneof_member),
		cmocka_unit_test(survives_the_wire),
		cmocka_unit_test(bad_text_is_named),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
