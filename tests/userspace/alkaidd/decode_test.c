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
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
