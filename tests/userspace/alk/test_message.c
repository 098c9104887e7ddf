// SPDX-License-Identifier: GPL-2.0
/* Objects to netlink messages and back. */
#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct nlmsghdr *encode(uint32_t ifindex, struct alk_change change)
{
	struct nlmsghdr *nlh = message();
	char text[160];

	assert_int_equal(alk_change_encode(nlh, ifindex, &change, 1, text, sizeof(text)), 0);
	return nlh;
}

static void vpc_round_trip(void **state)
{
	struct alk_vpc in = { .id = 7, .name = "blue", .miss = ALKAID_MISS_PUNT,
			      .gateway_group = 3 };
	struct alk_vpc out;

	(void)state;
	assert_int_equal(alk_vpc_decode(encode(0, (struct alk_change){
		.kind = ALK_VPC, .vpc = &in }), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void vpc_longest_name(void **state)
{
	struct alk_vpc in = { .id = 1 }, out;

	(void)state;
	memset(in.name, 'n', ALKAID_NAME_MAX);
	assert_int_equal(alk_vpc_decode(encode(0, (struct alk_change){
		.kind = ALK_VPC, .vpc = &in }), &out), 0);
	assert_string_equal(in.name, out.name);
}

static void subnet_round_trip(void **state)
{
	struct alk_subnet in = {
		.id = 71, .vpc = 7, .vni = 7001, .encap = ALKAID_ENCAP_GENEVE,
		.prefixes = { addr_of("192.168.1.0/24"), addr_of("fd00:1::/64"),
			      addr_of("10.0.0.1/32") },
		.n_prefixes = 3,
		.gateway_ips = { addr_of("192.168.1.1"), addr_of("fd00:1::1") },
		.n_gateway_ips = 2,
		.gateway_mac = mac_of("fe:16:11:00:00:01"),
		.flood = true,
	};
	struct alk_subnet out;

	(void)state;
	assert_int_equal(alk_subnet_decode(encode(0, (struct alk_change){
		.kind = ALK_SUBNET, .subnet = &in }), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void port_round_trip(void **state)
{
	struct alk_port in = {
		.ifindex = 12, .subnet = 71, .mac = mac_of("52:54:00:00:00:01"),
		.ips = { addr_of("192.168.1.10"), addr_of("fd00:1::a") }, .n_ips = 2,
		.allow = { { .addr = addr_of("10.9.0.0/16") },
			   { .addr = addr_of("fd00:9::1"), .has_mac = true,
			     .mac = mac_of("52:54:00:00:00:02") } },
		.n_allow = 2,
	};
	struct alk_port out;

	(void)state;
	assert_int_equal(alk_port_decode(encode(0, (struct alk_change){
		.kind = ALK_PORT, .port = &in }), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));

	in.antispoof = true;
	assert_int_equal(alk_port_decode(encode(0, (struct alk_change){
		.kind = ALK_PORT, .port = &in }), &out), 0);
	assert_true(out.antispoof);
}

static void neigh_round_trip(void **state)
{
	struct alk_neigh in = {
		.subnet = 71, .ip = addr_of("fd00:1::14"), .mac = mac_of("52:54:00:00:00:03"),
		.host = addr_of("10.0.0.2"),
	};
	struct alk_neigh out;

	(void)state;
	assert_int_equal(alk_neigh_decode(encode(0, (struct alk_change){
		.kind = ALK_NEIGH, .neigh = &in }), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void route_round_trip(void **state)
{
	struct alk_route rows[] = {
		{ .vpc = 7, .prefix = addr_of("10.9.0.0/16"), .via = addr_of("192.168.1.5") },
		{ .vpc = 7, .subnet = 71, .prefix = addr_of("fd00:9::/32"),
		  .via = addr_of("fd00:1::5") },
		{ .vpc = 7, .prefix = addr_of("10.8.0.0/16"), .gateway_group = 2 },
		{ .vpc = 7, .prefix = addr_of("0.0.0.0/0"), .blackhole = true },
		{ .vpc = 7, .prefix = addr_of("::/0"), .blackhole = true },
		{ .vpc = 7, .prefix = addr_of("fd00::1/128"), .blackhole = true },
	};
	struct alk_route out;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(alk_route_decode(encode(0, (struct alk_change){
			.kind = ALK_ROUTE, .route = &rows[i] }), &out), 0);
		assert_memory_equal(&rows[i], &out, sizeof(out));
	}
}

static void route_key(void **state)
{
	struct alk_route route = { .vpc = 7, .subnet = 71, .prefix = addr_of("10.9.0.0/16"),
				   .via = addr_of("192.168.1.5") };
	struct nlmsghdr *nlh = encode(0, (struct alk_change){
		.verb = ALK_DEL, .kind = ALK_ROUTE, .route = &route });

	(void)state;
	assert_int_equal(command(nlh), ALKAID_CMD_ROUTE_DEL);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_VPC), 1);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_SUBNET), 1);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_PREFIX), 1);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_VIA), 0);

	route.subnet = 0;
	nlh = encode(0, (struct alk_change){
		.verb = ALK_ADD, .kind = ALK_ROUTE, .route = &route });
	assert_int_equal(command(nlh), ALKAID_CMD_ROUTE_NEW);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_SUBNET), 0);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_VIA), 1);
	assert_int_equal(count(nlh, ALKAID_A_ROUTE_BLACKHOLE), 0);
}

static void gateway_round_trip(void **state)
{
	static struct alk_gateway in = {
		.id = 1, .type = ALKAID_GATEWAY_TYPE_NGW, .oam_port = 8300,
		.direct = ALKAID_DIRECT_DESTINATION, .bfd_interval = 10000, .bfd_multiplier = 3,
		.n_members = 2,
	};
	static struct alk_gateway out;

	(void)state;
	in.members[0] = (struct alk_member){
		.ip = addr_of("10.0.0.11"), .mac = mac_of("52:54:00:00:00:01"), .weight = 3,
		.has_state = true, .state = ALKAID_GATEWAY_STATE_DRAIN,
	};
	in.members[1] = (struct alk_member){
		.ip = addr_of("fd00::11"), .mac = mac_of("52:54:00:00:00:02"),
	};
	assert_int_equal(alk_gateway_decode(encode(0, (struct alk_change){
		.kind = ALK_GATEWAY, .gateway = &in }), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void gateway_commands(void **state)
{
	static struct alk_gateway gateway = { .id = 1, .has_key = true, .n_members = 1 };
	struct alk_change change = { .kind = ALK_GATEWAY, .gateway = &gateway };
	struct nlmsghdr *nlh;

	(void)state;
	gateway.members[0] = (struct alk_member){ .ip = addr_of("10.0.0.11"), .has_state = true };
	change.verb = ALK_ADD;
	nlh = encode(0, change);
	assert_int_equal(command(nlh), ALKAID_CMD_GATEWAY_NEW);
	assert_int_equal(count(nlh, ALKAID_A_GATEWAY_OAM_KEY), 1);
	change.verb = ALK_STATE;
	nlh = encode(0, change);
	assert_int_equal(command(nlh), ALKAID_CMD_GATEWAY_MEMBER_SET);
	assert_int_equal(count(nlh, ALKAID_A_GATEWAY_ID), 1);
	assert_int_equal(count(nlh, ALKAID_A_GATEWAY_MEMBER), 1);
	assert_int_equal(count(nlh, ALKAID_A_GATEWAY_OAM_KEY), 0);
	change.verb = ALK_DEL;
	nlh = encode(0, change);
	assert_int_equal(command(nlh), ALKAID_CMD_GATEWAY_DEL);
	assert_int_equal(count(nlh, ALKAID_A_GATEWAY_MEMBER), 0);
}

/* It is the largest request of all. */
static void full_gateway_fits(void **state)
{
	static struct alk_gateway gateway = {
		.id = 1, .type = ALKAID_GATEWAY_TYPE_TGW, .oam_port = 1, .has_key = true,
		.direct = ALKAID_DIRECT_DESTINATION, .bfd_interval = 10000, .bfd_multiplier = 3,
	};
	struct alk_change change = {
		.kind = ALK_GATEWAY, .verb = ALK_REPLACE, .gateway = &gateway,
	};
	char text[80];
	size_t i;

	(void)state;
	gateway.n_members = ALK_MEMBERS_MAX;
	for (i = 0; i < ALK_MEMBERS_MAX; i++)
		gateway.members[i] = (struct alk_member){
			.ip = addr_of("fd00::11"), .mac = mac_of("52:54:00:00:00:01"),
			.weight = 2, .has_state = true, .state = ALKAID_GATEWAY_STATE_DOWN,
		};
	assert_true(encode(0xffffffff, change)->nlmsg_len <= ALK_MSG_MAX);
	gateway.n_members++;
	assert_int_equal(alk_change_encode(encode(0, (struct alk_change){
		.kind = ALK_VPC, .vpc = &(struct alk_vpc){ .id = 1 } }), 0, &change, 1, text,
					   sizeof(text)), -EINVAL);
	assert_string_equal(text, "more than 1024 members");
}

/* The largest request must fit the room that the batches leave for one. */
static void full_port_fits(void **state)
{
	struct alk_port in = { .ifindex = 1, .n_ips = ALK_ADDRS_MAX, .n_allow = ALK_ADDRS_MAX };
	struct alk_port out;
	struct nlmsghdr *nlh;
	size_t i;

	(void)state;
	for (i = 0; i < ALK_ADDRS_MAX; i++) {
		in.ips[i] = addr_of("fd00::1");
		in.allow[i] = (struct alk_allow){ .addr = addr_of("fd00::/64"), .has_mac = true,
						  .mac = mac_of("2:0:0:0:0:1") };
	}
	nlh = encode(2, (struct alk_change){ .kind = ALK_PORT, .port = &in });
	assert_true(nlh->nlmsg_len <= ALK_MSG_MAX);
	assert_int_equal(alk_port_decode(nlh, &out), 0);
	assert_int_equal(out.n_ips, ALK_ADDRS_MAX);
	assert_int_equal(out.n_allow, ALK_ADDRS_MAX);
}

static void too_many_addresses(void **state)
{
	struct alk_subnet subnet = { .id = 1, .n_prefixes = ALK_ADDRS_MAX + 1 };
	struct alk_port port = { .ifindex = 1, .n_allow = ALK_ADDRS_MAX + 1 };
	struct alk_change changes[] = {
		{ .kind = ALK_SUBNET, .subnet = &subnet },
		{ .kind = ALK_PORT, .port = &port },
	};
	char text[160];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		assert_int_equal(alk_change_encode(message(), 0, &changes[i], 1, text,
						   sizeof(text)), -EINVAL);
		assert_string_equal(text, "more than 64 addresses");
	}
}

/* Each lives on when others come, and the same one takes no more memory. */
static void reasons_of_refusals(void **state)
{
	char text[] = "neigh exists already";
	struct alk alk = {};
	const char *first, *second;

	(void)state;
	first = alk_reason(&alk, text);
	text[0] = 'N';
	assert_string_equal(first, "neigh exists already");
	assert_ptr_equal(alk_reason(&alk, "neigh exists already"), first);
	second = alk_reason(&alk, text);
	assert_string_equal(second, "Neigh exists already");
	assert_string_equal(first, "neigh exists already");
	alk_reasons_free(&alk);
	assert_null(alk.reasons);
	alk_reasons_free(&alk);
}

static void verbs(void **state)
{
	struct alk_neigh neigh = { .subnet = 71, .ip = addr_of("10.0.0.1"),
				   .mac = mac_of("2:0:0:0:0:1"), .host = addr_of("10.9.9.9") };
	struct nlmsghdr *nlh;

	(void)state;
	nlh = encode(0, (struct alk_change){
		.verb = ALK_ADD, .kind = ALK_NEIGH, .neigh = &neigh });
	assert_int_equal(command(nlh), ALKAID_CMD_NEIGH_NEW);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);

	nlh = encode(0, (struct alk_change){
		.verb = ALK_REPLACE, .kind = ALK_NEIGH, .neigh = &neigh });
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE);

	nlh = encode(0, (struct alk_change){
		.verb = ALK_CHANGE, .kind = ALK_NEIGH, .neigh = &neigh });
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_REPLACE);

	nlh = encode(5, (struct alk_change){
		.verb = ALK_DEL, .kind = ALK_NEIGH, .neigh = &neigh });
	assert_int_equal(command(nlh), ALKAID_CMD_NEIGH_DEL);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_IFINDEX), 1);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_IP), 1);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_SUBNET), 1);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_MAC), 0);
	assert_int_equal(count(nlh, ALKAID_A_NEIGH_HOST), 0);
}

/* So that the kernel can say that it is missing. */
static void what_is_not_given_is_not_sent(void **state)
{
	struct alk_subnet subnet = { .id = 71 };
	struct nlmsghdr *nlh = encode(0, (struct alk_change){
		.verb = ALK_ADD, .kind = ALK_SUBNET, .subnet = &subnet });

	(void)state;
	assert_int_equal(count(nlh, ALKAID_A_SUBNET_IFINDEX), 0);
	assert_int_equal(count(nlh, ALKAID_A_SUBNET_VPC), 0);
	assert_int_equal(count(nlh, ALKAID_A_SUBNET_VNI), 0);
	assert_int_equal(count(nlh, ALKAID_A_SUBNET_GATEWAY_MAC), 0);
}

static void a_prefix_always_has_a_length(void **state)
{
	struct alk_subnet subnet = { .id = 71, .prefixes = { addr_of("10.0.0.1/32") },
				     .n_prefixes = 1 };
	struct nlmsghdr *nlh = encode(0, (struct alk_change){
		.verb = ALK_ADD, .kind = ALK_SUBNET, .subnet = &subnet });
	const struct nlattr *attr, *inner;
	bool found = false;

	(void)state;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != ALKAID_A_SUBNET_PREFIX)
			continue;
		mnl_attr_for_each_nested(inner, attr)
			found |= mnl_attr_get_type(inner) == ALKAID_A_ADDRESS_LEN;
	}
	assert_true(found);
}

static void put_counters(struct nlmsghdr *nlh, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_u64(nlh, ALKAID_A_COUNTERS_RX_PACKETS, 1ULL << 40);
	mnl_attr_put_u64(nlh, ALKAID_A_COUNTERS_RX_BYTES, 2);
	mnl_attr_put_u64(nlh, ALKAID_A_COUNTERS_TX_PACKETS, 3);
	mnl_attr_put_u64(nlh, ALKAID_A_COUNTERS_TX_BYTES, 4);
	mnl_attr_put_u64(nlh, ALKAID_A_COUNTERS_DROPS, 5);
	mnl_attr_nest_end(nlh, nest);
}

static void port_from_the_kernel(void **state)
{
	struct nlmsghdr *nlh = message();
	struct alk_port port;

	(void)state;
	mnl_attr_put_u32(nlh, ALKAID_A_PORT_IFINDEX, 4);
	mnl_attr_put_u32(nlh, ALKAID_A_PORT_PORT_IFINDEX, 12);
	mnl_attr_put_strz(nlh, ALKAID_A_PORT_IFNAME, "tap0123456789a");
	mnl_attr_put_u32(nlh, ALKAID_A_PORT_VPC, 7);
	mnl_attr_put_u32(nlh, ALKAID_A_PORT_VNI, 7001);
	mnl_attr_put_u32(nlh, ALKAID_A_PORT_STATE, ALKAID_PORT_STATE_DOWN);
	put_counters(nlh, ALKAID_A_PORT_COUNTERS);
	mnl_attr_put_u32(nlh, 200, 1);		/* of a later kernel */

	assert_int_equal(alk_port_decode(nlh, &port), 0);
	assert_int_equal(port.ifindex, 12);
	assert_string_equal(port.ifname, "tap0123456789a");
	assert_int_equal(port.vpc, 7);
	assert_int_equal(port.vni, 7001);
	assert_int_equal(port.state, ALKAID_PORT_STATE_DOWN);
	assert_true(port.antispoof);
	assert_int_equal(port.counters.rx_packets, 1ULL << 40);
	assert_int_equal(port.counters.drops, 5);
}

static void malformed_is_refused(void **state)
{
	struct alk_subnet subnet;
	struct alk_neigh neigh;
	struct alk_vpc vpc;
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	char name[ALKAID_NAME_MAX + 2];

	(void)state;
	nlh = message();
	mnl_attr_put_u16(nlh, ALKAID_A_VPC_ID, 7);
	assert_int_equal(alk_vpc_decode(nlh, &vpc), -EBADMSG);

	nlh = message();
	memset(name, 'n', sizeof(name));
	mnl_attr_put(nlh, ALKAID_A_VPC_NAME, sizeof(name), name);
	assert_int_equal(alk_vpc_decode(nlh, &vpc), -EBADMSG);

	nlh = message();
	name[sizeof(name) - 1] = '\0';
	mnl_attr_put(nlh, ALKAID_A_VPC_NAME, sizeof(name), name);
	assert_int_equal(alk_vpc_decode(nlh, &vpc), -EBADMSG);

	nlh = message();
	mnl_attr_put(nlh, ALKAID_A_SUBNET_GATEWAY_MAC, 5, name);
	assert_int_equal(alk_subnet_decode(nlh, &subnet), -EBADMSG);

	nlh = message();
	nest = mnl_attr_nest_start(nlh, ALKAID_A_NEIGH_IP);
	mnl_attr_put_u8(nlh, ALKAID_A_ADDRESS_LEN, 24);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(alk_neigh_decode(nlh, &neigh), -EBADMSG);

	nlh = message();
	nest = mnl_attr_nest_start(nlh, ALKAID_A_NEIGH_IP);
	mnl_attr_put_u32(nlh, ALKAID_A_ADDRESS_IP4, 1);
	mnl_attr_put_u8(nlh, ALKAID_A_ADDRESS_LEN, 33);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(alk_neigh_decode(nlh, &neigh), -EBADMSG);
}

static void more_addresses_than_fit(void **state)
{
	struct alk_addr addr = addr_of("10.0.0.1");
	struct nlmsghdr *nlh = message();
	struct alk_port port;
	size_t i;

	(void)state;
	for (i = 0; i <= ALK_ADDRS_MAX; i++)
		alk_addr_encode(nlh, ALKAID_A_PORT_IP, &addr);
	assert_int_equal(alk_port_decode(nlh, &port), -EBADMSG);
}

static void stats_from_the_kernel(void **state)
{
	struct nlmsghdr *nlh = message();
	struct alk_stats stats;

	(void)state;
	mnl_attr_put_u64(nlh, ALKAID_A_STATS_RX_PACKETS, 10);
	mnl_attr_put_u64(nlh, ALKAID_A_STATS_TX_PACKETS, 5);
	mnl_attr_put_u64(nlh, ALKAID_A_STATS_CONSUMED_PACKETS, 3);
	mnl_attr_put_u64(nlh, ALKAID_A_STATS_GENERATED_PACKETS, 4);
	mnl_attr_put_u64(nlh, ALKAID_A_STATS_DROPPED_PACKETS, 2);
	assert_int_equal(alk_stats_decode(nlh, &stats), 0);
	assert_int_equal(stats.rx_packets, 10);
	assert_int_equal(stats.tx_packets, 5);
	assert_int_equal(stats.consumed_packets, 3);
	assert_int_equal(stats.generated_packets, 4);
	assert_int_equal(stats.dropped_packets, 2);
}

/* Random attributes, most of them of a plausible length. */
static void garbage_is_survived(void **state)
{
	struct alk_subnet subnet;
	struct alk_stats stats;
	struct alk_neigh neigh;
	struct alk_route route;
	struct alk_port port;
	struct alk_vpc vpc;
	char text[160];
	int round;

	(void)state;
	srandom(1);
	for (round = 0; round < 20000; round++) {
		struct nlmsghdr *nlh = message();
		char *p = mnl_nlmsg_put_extra_header(nlh, random() % 256);
		size_t len = nlh->nlmsg_len - (p - (char *)nlh), i;

		for (i = 0; i < len; i++)
			p[i] = i % 4 == 1 || i % 4 == 3 ? 0 : random() % (i % 4 ? 16 : 32);

		/* Of just its size, for a sanitizer to see who reads on. */
		nlh = memcpy(malloc(nlh->nlmsg_len), nlh, nlh->nlmsg_len);
		alk_vpc_decode(nlh, &vpc);
		alk_subnet_decode(nlh, &subnet);
		alk_port_decode(nlh, &port);
		alk_neigh_decode(nlh, &neigh);
		alk_route_decode(nlh, &route);
		alk_stats_decode(nlh, &stats);
		nlh->nlmsg_type = random() % 2 ? NLMSG_ERROR : NLMSG_DONE;
		nlh->nlmsg_flags = random();
		alk_answer(nlh, nlh, text, sizeof(text));
		free(nlh);
	}
	assert_true(port.n_ips <= ALK_ADDRS_MAX && subnet.n_prefixes <= ALK_ADDRS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vpc_round_trip),
		cmocka_unit_test(vpc_longest_name),
		cmocka_unit_test(subnet_round_trip),
		cmocka_unit_test(port_round_trip),
		cmocka_unit_test(neigh_round_trip),
		cmocka_unit_test(route_round_trip),
		cmocka_unit_test(route_key),
		cmocka_unit_test(gateway_round_trip),
		cmocka_unit_test(gateway_commands),
		cmocka_unit_test(full_gateway_fits),
		cmocka_unit_test(full_port_fits),
		cmocka_unit_test(too_many_addresses),
		cmocka_unit_test(reasons_of_refusals),
		cmocka_unit_test(verbs),
		cmocka_unit_test(what_is_not_given_is_not_sent),
		cmocka_unit_test(a_prefix_always_has_a_length),
		cmocka_unit_test(port_from_the_kernel),
		cmocka_unit_test(malformed_is_refused),
		cmocka_unit_test(more_addresses_than_fit),
		cmocka_unit_test(stats_from_the_kernel),
		cmocka_unit_test(garbage_is_survived),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
