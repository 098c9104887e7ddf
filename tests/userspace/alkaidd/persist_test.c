// SPDX-License-Identifier: GPL-2.0
/* Tests of what is kept of a push: a restart must come to the same store. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "persist.h"
#include "translate.h"
#include "validate.h"

static char dir[] = "/tmp/alkaidd-persist-XXXXXX";
static struct persist keeper;
static struct store store;
static struct host host;

static uint32_t no_netdev(const char *name)
{
	(void)name;
	return 0;
}

static void open_state(void)
{
	struct state *state;

	assert_int_equal(state_open(dir, false, &state), 0);
	persist_open(&keeper, state);
	store_init(&store);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/alkaidd-persist-XXXXXX");
	assert_non_null(mkdtemp(dir));
	alk_addr_parse("172.16.0.1", &host.locals[0]);
	host.n_locals = 1;
	host.netdev = no_netdev;
	open_state();
	return 0;
}

static int teardown(void **state)
{
	static const char *const files[] = { "state.db", "state.db-wal", "state.db-shm", "lock" };
	char path[sizeof(dir) + 16];
	size_t i;

	(void)state;
	store_free(&store);
	persist_close(&keeper);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
	return 0;
}

static void run(struct push *push)
{
	size_t i;

	validate(push);
	while (!translate(&store, &host, push))
		translate_undo(&store, push);
	for (i = 0; i < push->n_results; i++)
		if (refused(&push->results[i]))
			fail_msg("%s: %s", push->results[i].id, push->results[i].text);
}

static void push(const char *json)
{
	struct goal goal = goal_of(json);
	struct push push;

	push_init(&push, &goal);
	run(&push);
	persist(&keeper, &push, &store);
	translate_keep(&push);
	push_free(&push);
	goal_clear(&goal);
	assert_null(persist_text(&keeper));
}

static int add_saved(const struct saved *saved, void *arg)
{
	struct result *r = push_add(arg);

	r->type = saved->type;
	r->owned = protobuf_c_message_unpack(config_type(saved->type), NULL, saved->len,
					     saved->config);
	assert_non_null(r->owned);
	r->config = r->owned;
	r->id = config_id(r->config);
	r->revision = saved->revision;
	r->number = saved->number;
	r->idle = saved->idle;
	r->silent = true;
	return 0;
}

static void restart(void)
{
	struct push push = {};

	store_free(&store);
	persist_close(&keeper);
	open_state();
	assert_int_equal(state_load(keeper.state, add_saved, &push), 0);
	run(&push);
	translate_keep(&push);
	push_free(&push);
}

static const char *owner(const char *ip)
{
	struct alk_addr addr;
	struct object *o;

	assert_true(alk_addr_parse(ip, &addr));
	o = store_owner(&store, 1, &addr);
	return o ? o->id : "nobody";
}

#define SIDE "'vpc_states': [{'configuration': {'id': 'v1'}}], 'subnet_states': [{'configuration':" \
	"{'id': 's1', 'vpc_id': 'v1', 'tunnel_id': '7001', 'cidr': '10.0.0.0/24'}}]"
#define IP(ip) "{'subnet_id': 's1', 'ip_address': '" ip "'}"
#define NEIGH(id, ips) "{'neighbor_states': [{'configuration': {'revision_number': 3, 'id': '" id	\
	"', 'mac_address': '02:00:00:00:00:02', 'host_ip_address': '172.16.0.2',"		\
	"'fixed_ips': [" ips "]}}]}"

/* Updated last, n1 has its row before that of n2: the order of rows says nothing. */
static void taken_addresses_stay_taken(void **state)
{
	(void)state;
	push("{" SIDE "}");
	push(NEIGH("n1", IP("10.0.0.7") "," IP("10.0.0.8")));
	push(NEIGH("n2", IP("10.0.0.9")));
	push(NEIGH("n2", IP("10.0.0.7")));
	assert_string_equal(owner("10.0.0.7"), "n2");
	restart();
	assert_string_equal(owner("10.0.0.7"), "n2");
	assert_string_equal(owner("10.0.0.8"), "n1");
	assert_string_equal(owner("10.0.0.9"), "nobody");

	push(NEIGH("n1", IP("10.0.0.7")));
	restart();
	assert_string_equal(owner("10.0.0.7"), "n1");
	/* With nothing left, it is known all the same. */
	assert_non_null(store_neigh(&store, "n2"));
	assert_int_equal(store_neigh(&store, "n2")->o.revision, 3);
	assert_int_equal(store_users(&store, 1), 1);

	push(NEIGH("n2", IP("10.0.0.8")));
	restart();
	assert_string_equal(owner("10.0.0.8"), "n2");
}

static void numbers_and_idleness(void **state)
{
	(void)state;
	push("{'vpc_states': [{'configuration': {'id': 'v0'}}]}");
	push("{" SIDE "}");
	push("{'neighbor_states': [{'configuration': {'id': 'n1', 'mac_address': '2:0:0:0:0:2',"
	     "'host_ip_address': '172.16.0.2', 'fixed_ips': [" IP("10.0.0.7") "]}}]}");
	push("{'neighbor_states': [{'operation_type': 'DELETE', 'configuration': {'id': 'n1'}}]}");
	restart();
	assert_int_equal(store_vpc(&store, "v1")->k.id, 2);
	assert_true(store_vpc(&store, "v1")->idle);
	assert_true(store_subnet(&store, "s1")->idle);
	assert_false(store_vpc(&store, "v0")->idle);
	push("{'vpc_states': [{'operation_type': 'DELETE', 'configuration': {'id': 'v1'}}]}");
	restart();
	assert_null(store_subnet(&store, "s1"));
}

static void subnet_beside_the_deletion_of_its_vpc(void **state)
{
	(void)state;
	push("{" SIDE "}");
	push(NEIGH("n1", IP("10.0.0.7")));
	push("{'neighbor_states': [{'operation_type': 'DELETE', 'configuration': {'revision_number': 3,"
	     "'id': 'n1'}}]}");
	push("{'subnet_states': [{'configuration': {'id': 's1', 'vpc_id': 'v1', 'tunnel_id': '7001',"
	     "'cidr': '10.0.0.0/24'}}], 'vpc_states': [{'operation_type': 'DELETE', 'configuration':"
	     "{'id': 'v1'}}]}");
	assert_null(store_subnet(&store, "s1"));
	restart();
	assert_null(store_subnet(&store, "s1"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(taken_addresses_stay_taken),
		TEST(numbers_and_idleness),
		TEST(subnet_beside_the_deletion_of_its_vpc),
	};

	return cmocka_run_group_tests_name("persist", tests, NULL, NULL);
}
