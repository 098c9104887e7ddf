// SPDX-License-Identifier: GPL-2.0
/* Tests of the decoder: bytes that are a goal state and bytes that are not. */
#include "goal.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"

#define SAMPLE "{'format_version': 1, 'vpc_states': [{'configuration': {'id': 'v1'}}],"		\
	"'port_states': [{'operation_type': 'CREATE', 'configuration': {'id': 'p1',"		\
	"'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.1'}]}}]}"

static void good_bytes(void **state)
{
	const Alcor__Schema__PortConfiguration *port;
	struct goal goal;
	size_t len;
	uint8_t *bytes = bytes_of(&alcor__schema__goal_state__descriptor, SAMPLE, &len);

	(void)state;
	assert_true(decode_v1(bytes, len, &goal));
	assert_int_equal(goal.n_resources, 2);
	assert_string_equal(goal.resources[0].id, "v1");
	port = (const void *)goal.resources[1].config;
	assert_string_equal(port->fixed_ips[0]->ip_address,
			    "10.0.0.1");
	/* What is not there is empty, not NULL. */
	assert_string_equal(port->mac_address, "");
	goal_clear(&goal);
	free(bytes);
}

static void empty_message(void **state)
{
	struct goal goal;

	(void)state;
	assert_true(decode_v1((const uint8_t *)"", 0, &goal));
	assert_int_equal(goal.n_resources, 0);
	goal_clear(&goal);
}

static void fields_of_a_newer_schema(void **state)
{
	static const uint8_t bytes[] = { 0x08, 0x05, 0xa2, 0x06, 0x03, 'x', 'y', 'z' };
	struct goal goal;

	(void)state;
	assert_true(decode_v1(bytes, sizeof(bytes), &goal));
	assert_int_equal(goal.format_version, 5);
	goal_clear(&goal);
}

/* Cut off anywhere, it is refused or is a shorter goal state, and no memory is lost. */
static void truncated_anywhere(void **state)
{
	struct goal goal;
	size_t len, cut, refused = 0;
	uint8_t *bytes = bytes_of(&alcor__schema__goal_state__descriptor, SAMPLE, &len);

	(void)state;
	for (cut = 0; cut < len; cut++) {
		/* An allocation of just this size shows a read behind the end. */
		uint8_t *part = malloc(cut ? cut : 1);

		memcpy(part, bytes, cut);
		if (decode_v1(part, cut, &goal))
			goal_clear(&goal);
		else
			refused++;
		free(part);
	}
	assert_in_range(refused, len - 3, len);
	free(bytes);
}

static void garbage(void **state)
{
	static const uint8_t endless_varint[] = { 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
						  0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t long_length[] = { 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f };
	static const uint8_t wrong_type[] = { 0x10, 0x01 };	/* vpc_states as a number */
	static const uint8_t text[] = "GET / HTTP/1.1\r\n\r\n";
	struct goal goal;

	(void)state;
	assert_false(decode_v1(endless_varint, sizeof(endless_varint), &goal));
	assert_false(decode_v1(long_length, sizeof(long_length), &goal));
	assert_false(decode_v1(text, sizeof(text) - 1, &goal));
	if (decode_v1(wrong_type, sizeof(wrong_type), &goal)) {
		assert_int_equal(goal.n_resources, 0);
		goal_clear(&goal);
	}
}

static void random_bytes(void **state)
{
	struct goal goal;
	uint8_t bytes[64];
	unsigned int i, j;

	(void)state;
	srandom(1);
	for (i = 0; i < 20000; i++) {
		size_t len = random() % sizeof(bytes);

		for (j = 0; j < len; j++)
			bytes[j] = random();
		/* Most begin with a field that exists, or little is tried. */
		if (len && i % 4)
			bytes[0] = (random() % 9 + 1) << 3 | 2;
		if (decode_v1(bytes, len, &goal))
			goal_clear(&goal);
		if (decode_v2(bytes, len, NULL, 0, &goal))
			goal_clear(&goal);
	}
}

/* Two bytes each, forty in memory: not worth it. */
static void empty_resources_without_end(void **state)
{
	size_t len = 4 << 20, i;
	uint8_t *bytes = malloc(len);
	struct goal goal;

	(void)state;
	for (i = 0; i < len; i += 2) {
		bytes[i] = 5 << 3 | 2;
		bytes[i + 1] = 0;
	}
	assert_false(decode_v1(bytes, len, &goal));
	assert_true(decode_v1(bytes, 2000, &goal));
	assert_int_equal(goal.n_resources, 1000);
	goal_clear(&goal);
	free(bytes);
}

/* What version 2 says of two hosts; neighbors go by more than their ids. */
#define ENTRY(key, value) "{'key': '" key "', 'value': " value "}"
#define STATE(id) "{'operation_type': 'CREATE', 'configuration': {" id "}}"
#define RESOURCES									\
	"'vpc_states': [" ENTRY("v1", STATE("'id': 'v1'")) ","				\
		ENTRY("v2", STATE("'id': 'v2'")) "],"					\
	"'neighbor_states': [" ENTRY("L2/n1", STATE("'id': 'n1'")) ","			\
		ENTRY("L3/n1", STATE("'id': 'n1'")) "],"				\
	"'router_states': [" ENTRY("10.0.0.1/r1", STATE("'id': 'r1'")) "],"		\
	"'dhcp_states': [" ENTRY("d1", STATE("")) "]"
#define NAME(type, id) "{'type': '" type "', 'id': '" id "'}"
#define NAMES(list) "{'resources': [" list "]}"

static const Alcor__Schema__ResourceType VPC = ALCOR__SCHEMA__RESOURCE_TYPE__VPC;
static const Alcor__Schema__ResourceType NEIGHBOR = ALCOR__SCHEMA__RESOURCE_TYPE__NEIGHBOR;
static const Alcor__Schema__ResourceType DHCP = ALCOR__SCHEMA__RESOURCE_TYPE__DHCP;
static const Alcor__Schema__ResourceType ROUTER = ALCOR__SCHEMA__RESOURCE_TYPE__ROUTER;

/* The goal state for a host that has 10.0.0.1 and fd00::1. */
static struct goal goal_v2_of(const char *json)
{
	struct alk_addr hosts[2];
	struct goal goal;
	size_t len;
	uint8_t *bytes = bytes_of(&alcor__schema__goal_state_v2__descriptor, json, &len);

	assert_true(alk_addr_parse("10.0.0.1", &hosts[0]));
	assert_true(alk_addr_parse("fd00::1", &hosts[1]));
	assert_true(decode_v2(bytes, len, hosts, 2, &goal));
	free(bytes);
	return goal;
}

static void assert_resource(const struct goal *goal, size_t i, Alcor__Schema__ResourceType type,
			    const char *id)
{
	assert_in_range(i + 1, 1, goal->n_resources);
	assert_int_equal(goal->resources[i].type, type);
	assert_string_equal(goal->resources[i].id, id);
}

static void version_2(void **state)
{
	struct goal goal = goal_v2_of("{'format_version': 102, " RESOURCES "}");

	(void)state;
	assert_int_equal(goal.format_version, 102);
	assert_int_equal(goal.n_resources, 6);
	assert_int_equal(goal.filtered, 0);
	assert_resource(&goal, 0, VPC, "v1");
	assert_resource(&goal, 1, VPC, "v2");
	assert_resource(&goal, 2, NEIGHBOR, "n1");
	assert_resource(&goal, 3, NEIGHBOR, "n1");
	assert_int_equal(goal.resources[3].op, ALCOR__SCHEMA__OPERATION_TYPE__CREATE);
	/* What has no id of its own goes by its name in the map. */
	assert_resource(&goal, 4, DHCP, "d1");
	assert_resource(&goal, 5, ROUTER, "r1");
	goal_clear(&goal);

	goal = goal_v2_of("{}");
	assert_int_equal(goal.n_resources, 0);
	goal_clear(&goal);
}

static void for_this_host(void **state)
{
	struct goal goal;

	(void)state;
	/* By key, by id, by either of our addresses; of its type alone. */
	goal = goal_v2_of("{'host_resources': ["
			  ENTRY("10.0.0.1", NAMES(NAME("NEIGHBOR", "L3/n1") ","
						  NAME("ROUTER", "r1") ","
						  NAME("SUBNET", "v1") ","
						  NAME("PORT", "nowhere"))) ","
			  ENTRY("10.0.0.2", NAMES(NAME("VPC", "v1"))) ","
			  ENTRY("fd00:0::1", NAMES(NAME("VPC", "v2") "," NAME("VPC", "v2"))) ","
			  ENTRY("no address", NAMES(NAME("DHCP", "d1"))) "], " RESOURCES "}");
	assert_int_equal(goal.n_resources, 3);
	assert_int_equal(goal.filtered, 3);
	assert_resource(&goal, 0, VPC, "v2");
	assert_resource(&goal, 1, NEIGHBOR, "n1");
	assert_resource(&goal, 2, ROUTER, "r1");
	goal_clear(&goal);

	goal = goal_v2_of("{'host_resources': [" ENTRY("10.0.0.2", "{}") "], " RESOURCES "}");
	assert_int_equal(goal.n_resources, 0);
	assert_int_equal(goal.filtered, 6);
	goal_clear(&goal);
}

/* Map entries without key, without value, twice; and a state without configuration. */
static void odd_maps(void **state)
{
	static const uint8_t bytes[] = {
		3 << 3 | 2, 0,					/* vpc_states: {"": nothing} */
		3 << 3 | 2, 3, 1 << 3 | 2, 1, 'a',		/* {"a": nothing} */
		3 << 3 | 2, 5, 1 << 3 | 2, 1, 'a', 2 << 3 | 2, 0,	/* {"a": {}} */
		2 << 3 | 2, 10, 1 << 3 | 2, 8, '1', '0', '.', '0', '.', '0', '.', '1',
	};
	struct alk_addr host;
	struct goal goal;

	(void)state;
	assert_true(alk_addr_parse("10.0.0.1", &host));
	assert_true(decode_v2(bytes, 14, &host, 1, &goal));
	assert_int_equal(goal.n_resources, 3);
	assert_resource(&goal, 0, VPC, "");
	assert_null(goal.resources[0].config);
	assert_resource(&goal, 1, VPC, "a");
	assert_resource(&goal, 2, VPC, "a");
	assert_null(goal.resources[2].config);
	goal_clear(&goal);
	/* This host is named, and nothing for it. */
	assert_true(decode_v2(bytes, sizeof(bytes), &host, 1, &goal));
	assert_int_equal(goal.n_resources, 0);
	goal_clear(&goal);
	assert_false(decode_v2(bytes, sizeof(bytes) - 1, &host, 1, &goal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_bytes),
		cmocka_unit_test(empty_message),
		cmocka_unit_test(fields_of_a_newer_schema),
		cmocka_unit_test(truncated_anywhere),
		cmocka_unit_test(garbage),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(empty_resources_without_end),
		cmocka_unit_test(version_2),
		cmocka_unit_test(for_this_host),
		cmocka_unit_test(odd_maps),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
