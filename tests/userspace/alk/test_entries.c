// SPDX-License-Identifier: GPL-2.0
/* Neighbors that share a netlink message. */
#include "message.h"

#include <alkaid_entry.h>
#include <arpa/inet.h>

/* Neighbors share a request while subnet and verb stay, and no longer than it has room. */
static void entries_share(void **state)
{
	static struct alk_neigh neighs[2000];
	static struct alk_change changes[2000];
	struct alk_neigh *odd = &neighs[5];
	size_t i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		neighs[i] = (struct alk_neigh){ .subnet = 71, .ip = addr_of("10.0.0.1"),
						.host = addr_of("172.16.0.2") };
		changes[i] = (struct alk_change){
			.verb = ALK_ADD, .kind = ALK_NEIGH, .neigh = &neighs[i] };
	}
	assert_int_equal(alk_entries_run(changes, 2000), 1600);
	assert_int_equal(alk_entries_run(changes, 10), 10);

	changes[5].verb = ALK_REPLACE;
	assert_int_equal(alk_entries_run(changes, 10), 5);
	changes[5].verb = ALK_ADD;
	odd->subnet = 72;
	assert_int_equal(alk_entries_run(changes, 10), 5);
	odd->subnet = 71;
	changes[5].kind = ALK_VPC;
	assert_int_equal(alk_entries_run(changes, 10), 5);
	changes[5].kind = ALK_NEIGH;

	/* What a request of its own has refused is not to slip through. */
	odd->ip = addr_of("10.0.0.0/24");
	assert_int_equal(alk_entries_run(changes, 10), 5);
	odd->ip = (struct alk_addr){};
	assert_int_equal(alk_entries_run(changes, 10), 5);
	odd->ip = addr_of("10.0.0.1");
	odd->host = (struct alk_addr){};
	assert_int_equal(alk_entries_run(changes, 10), 5);
	odd->host = (struct alk_addr){ .family = AF_INET6, .len = 128 };
	inet_pton(AF_INET6, "::ffff:10.0.0.1", &odd->host.v6);
	assert_int_equal(alk_entries_run(changes, 10), 5);
	odd->host = addr_of("fd00::1");
	assert_int_equal(alk_entries_run(changes, 10), 10);
	assert_int_equal(alk_entries_run(&changes[9], 1), 1);
}

static void entries_encode(void **state)
{
	struct alk_neigh neighs[2] = {
		{ .subnet = 71, .ip = addr_of("10.0.0.1"), .mac = mac_of("2:0:0:0:0:1"),
		  .host = addr_of("fd00::2") },
		{ .subnet = 71, .ip = addr_of("fd00::1"), .mac = mac_of("2:0:0:0:0:2"),
		  .host = addr_of("172.16.0.2") },
	};
	struct alk_change changes[2] = {
		{ .verb = ALK_ADD, .kind = ALK_NEIGH, .neigh = &neighs[0] },
		{ .verb = ALK_ADD, .kind = ALK_NEIGH, .neigh = &neighs[1] },
	};
	static const struct alkaid_neigh_entry want[2] = {
		{ .ip = { [10] = 0xff, 0xff, 10, 0, 0, 1 }, .host = { 0xfd, [15] = 2 },
		  .mac = { 2, [5] = 1 } },
		{ .ip = { 0xfd, [15] = 1 }, .host = { [10] = 0xff, 0xff, 172, 16, 0, 2 },
		  .mac = { 2, [5] = 2 } },
	};
	struct nlmsghdr *nlh = message();
	const struct nlattr *attr, *found = NULL;
	char text[160];

	(void)state;
	assert_int_equal(alk_change_encode(nlh, 0, changes, 2, text, sizeof(text)), 0);
	assert_int_equal(command(nlh), ALKAID_CMD_NEIGH_NEW);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_SUBNET), 1);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_IP), 0);
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == ALKAID_A_NEIGH_ENTRIES)
			found = attr;
	assert_non_null(found);
	assert_int_equal(mnl_attr_get_payload_len(found), sizeof(want));
	assert_memory_equal(mnl_attr_get_payload(found), want, sizeof(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_share),
		cmocka_unit_test(entries_encode),
	};

	return cmocka_run_group_tests_name("entries", tests, NULL, NULL);
}
