// SPDX-License-Identifier: GPL-2.0
/* Tests of what stays known, for how long, and of what waits. */
#include "pushes.h"

#include <string.h>

/* With its last user a subnet goes, and with its last subnet a VPC; both are remembered. */
static void side_data_goes_with_its_last_user(void **state)
{
	(void)state;
	strcpy(netdevs, "a");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) ","
	     LIST("neighbor_states", NEIGH("INFO", "n", "172.16.0.2", "s1", "10.0.0.7")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5") NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push("{" LIST("port_states", PORT("DELETE", "a", "", "")) "}", "del port 10\n");
	push("{" SIDE "," LIST("neighbor_states", NEIGH("DELETE", "n", "", "s1", "10.0.0.7")) "}",
	     "del neigh 1 10.0.0.7\n" SIDE_CHANGES SIDE_GONE);
	/* That they are mentioned brings them not back, that they are used does. */
	push("{" SIDE "," LIST("neighbor_states", NEIGH("DELETE", "n", "", "s1", "10.0.0.7")) "}", "");
	push_as("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
		SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"), false);
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"));
}

/* A VPC is not in use by subnets that are only remembered, and takes them along. */
static void vpc_is_deleted_with_what_is_remembered(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("INFO", "n", "172.16.0.2", "s1", "10.0.0.7")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push("{" LIST("vpc_states", VPC("DELETE", "v1")) "}",
	     "vpc v1 FAILURE: id: in use by subnet s1\n");
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "", "")) "}",
	     "del neigh 1 10.0.0.7\n" SIDE_GONE);
	push_as("{" LIST("vpc_states", VPC("DELETE", "v1")) "}", "", false);
	assert_non_null(store_subnet(&store, "s1"));
	push("{" LIST("vpc_states", VPC("DELETE", "v1")) "}", "");
	assert_null(store_subnet(&store, "s1"));
	assert_null(store_vpc(&store, "v1"));
}

/* Its messages have no id, or a new one each. */
static void dhcp_is_known_by_its_mac(void **state)
{
	(void)state;
	push("{'dhcp_states': [{'configuration': {'id': 'x', 'mac_address': '2:0:0:0:0:1'}}]}", "");
	push("{'dhcp_states': [{'configuration': {'mac_address': '02:00:00:00:00:01'}}]}", "");
	assert_int_equal(store_count(&store, RESOURCE(DHCP)), 1);
	push("{'dhcp_states': [{'operation_type': 'DELETE', 'configuration': {'id': 'y',"
	     "'mac_address': '02:00:00:00:00:01'}}]}", "");
	assert_int_equal(store_count(&store, RESOURCE(DHCP)), 0);
}

static void local_neighbor_uses_its_subnet(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("INFO", "n", "172.16.0.2", "s1", "10.0.0.7")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push("{" LIST("neighbor_states", NEIGH("INFO", "n", "172.16.0.1", "s1", "10.0.0.7")) "}",
	     "del neigh 1 10.0.0.7\n");
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "", "")) "}", SIDE_GONE);
}

#define REVISED(op, revision, host)								\
	"{" LIST("neighbor_states",								\
		 "{'operation_type': '" op "', 'configuration': {'revision_number': " revision	\
		 ", 'id': 'n', 'mac_address': '02:00:00:00:00:02', 'host_ip_address': '" host	\
		 "', 'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.7'}]}}") "}"

static void older_revisions(void **state)
{
	(void)state;
	push("{" SIDE "}", SIDE_CHANGES);
	push(REVISED("INFO", "5", "172.16.0.2"), NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push(REVISED("INFO", "4", "172.16.0.3"),
	     "neighbor n OUT_OF_ORDER: revision_number: 4, but 5 is here already\n");
	push(REVISED("DELETE", "4", ""),
	     "neighbor n OUT_OF_ORDER: revision_number: 4, but 5 is here already\n");
	push(REVISED("INFO", "5", "172.16.0.3"), NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3"));
	/* None is always the newest, and does not make an older one so. */
	push(REVISED("INFO", "0", "172.16.0.4"), NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.4"));
	push(REVISED("INFO", "4", "172.16.0.3"),
	     "neighbor n OUT_OF_ORDER: revision_number: 4, but 5 is here already\n");
	push(REVISED("DELETE", "6", ""), "del neigh 1 10.0.0.7\n" SIDE_GONE);
	push(REVISED("CREATE", "1", "172.16.0.2"),
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
}

static void note_waiting(struct object *o, void *arg)
{
	*(struct object **)arg = o;
}

static void l3_neighbor_waits_for_its_subnet(void **state)
{
	static const char both[] =
		"{" LIST("neighbor_states",
			 "{'operation_type': 'INFO', 'configuration': {'id': 'n', 'mac_address':"
			 "'02:00:00:00:00:02', 'host_ip_address': '172.16.0.2', 'fixed_ips': ["
			 "{'subnet_id': 's1', 'ip_address': '10.0.0.7', 'neighbor_type': 'L3'},"
			 "{'subnet_id': 's9', 'ip_address': '10.9.0.7', 'neighbor_type': 'L3'}]}}") "}";
	struct object *waiting = NULL;

	(void)state;
	push("{" SIDE "}", SIDE_CHANGES);
	push(both, "neighbor n PENDING: waits for subnet s9\n"
	     NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	store_each_waiting(&store, RESOURCE(SUBNET), "s9", note_waiting, &waiting);
	assert_ptr_equal(waiting, store_neigh(&store, "n"));

	push("{" LIST("subnet_states", SUBNET("INFO", "s9", "v1", "7009", "10.9.0.0/24")) "}",
	     "replace subnet 2 vpc 1 vni 7009 10.9.0.0/24\n");
	push(both, NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2")
	     NEIGH_CHANGE("2", "10.9.0.7", "172.16.0.2"));
	waiting = NULL;
	store_each_waiting(&store, RESOURCE(SUBNET), "s9", note_waiting, &waiting);
	assert_null(waiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(side_data_goes_with_its_last_user),
		TEST(vpc_is_deleted_with_what_is_remembered),
		TEST(dhcp_is_known_by_its_mac),
		TEST(local_neighbor_uses_its_subnet),
		TEST(older_revisions),
		TEST(l3_neighbor_waits_for_its_subnet),
	};

	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
