// SPDX-License-Identifier: GPL-2.0
/* Tests of translation: pushes, one after the other, to changes of the tables. */
#include "pushes.h"

#include <string.h>

static void whole_goal_state(void **state)
{
	(void)state;
	strcpy(netdevs, "a");
	push("{'port_states': [{'operation_type': 'CREATE', 'configuration': {'id': 'a',"
	     "'vpc_id': 'v1', 'admin_state_up': true, 'mac_address': '2:0:0:0:0:1',"
	     "'fixed_ips': [{'subnet_id': 's1', 'ip_address': '10.0.0.5'},"
	     "{'subnet_id': 's1', 'ip_address': '10.0.0.6'}],"
	     "'allow_address_pairs': [{'ip_address': '10.0.0.128/25'}]}}],"
	     LIST("neighbor_states", NEIGH("INFO", "n", "172.16.0.2", "s1", "10.0.0.7")) ","
	     "'vpc_states': [{'configuration': {'id': 'v1'}}],"
	     "'subnet_states': [{'configuration': {'id': 's1', 'vpc_id': 'v1', 'tunnel_id': '7001',"
	     "'cidr': '10.0.0.9/24', 'gateway': {'ip_address': '10.0.0.1',"
	     "'mac_address': '02-00-00-00-00-FE'}}}]}",
	     "replace vpc 1 v1\n"
	     "replace subnet 1 vpc 1 vni 7001 10.0.0.0/24 gw 10.0.0.1 02:00:00:00:00:fe\n"
	     "replace port 10 subnet 1 02:00:00:00:00:01 10.0.0.5 10.0.0.6 allow 10.0.0.128/25\n"
	     NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
}

static void side_data_is_remembered(void **state)
{
	(void)state;
	strcpy(netdevs, "a");
	push("{" SIDE "}", SIDE_CHANGES);
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     PORT_CHANGE("10", "1", "10.0.0.5"));
	/* Repeated, it is asked for again under the same numbers. */
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"));
	push("{" LIST("subnet_states", SUBNET("INFO", "s2", "v1", "7002", "10.0.1.0/24")) ","
	     LIST("vpc_states", VPC("INFO", "v2")) "}",
	     "replace vpc 2 v2\nreplace subnet 2 vpc 1 vni 7002 10.0.1.0/24\n");
}

static void unknown_references(void **state)
{
	(void)state;
	push("{" LIST("subnet_states", SUBNET("INFO", "s1", "v1", "7001", "10.0.0.0/24")) ","
	     LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) ","
	     LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.2", "s9", "10.0.0.5")) "}",
	     "subnet s1 FAILURE: vpc_id: unknown VPC \"v1\"\n"
	     "port a FAILURE: fixed_ips[0].subnet_id: unknown subnet \"s1\"\n"
	     "neighbor n FAILURE: fixed_ips[0].subnet_id: unknown subnet \"s9\"\n");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.1.5")) "}",
	     "port a INVALID_ARG: fixed_ips[0].ip_address: 10.0.1.5 is not in 10.0.0.0/24 of subnet s1\n"
	     SIDE_CHANGES);
	push("{" LIST("vpc_states", VPC("INFO", "v2")) ","
	     LIST("subnet_states", SUBNET("INFO", "s1", "v2", "7001", "10.0.0.0/24")) "}",
	     "subnet s1 FAILURE: vpc_id: the subnet belongs to another VPC\nreplace vpc 2 v2\n");
	push("{'neighbor_states': [{'configuration': {'id': 'n', 'vpc_id': 'v2',"
	     "'mac_address': '2:0:0:0:0:2', 'host_ip_address': '172.16.0.2',"
	     "'fixed_ips': [" IP("s1", "10.0.0.7") "]}}]}",
	     "neighbor n INVALID_ARG: vpc_id: \"v2\" is not the VPC of subnet \"s1\"\n");
}

static void bad_ones_leave_the_good(void **state)
{
	(void)state;
	strcpy(netdevs, "ab");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.300")
			       "," PORT("CREATE", "b", "s1", "10.0.0.6")) ","
	     LIST("router_states", "{'configuration': {'id': 'r', 'host_dvr_mac_address': 'x'}}") "}",
	     "port a INVALID_ARG: fixed_ips[0].ip_address: not an IP address: \"10.0.0.300\"\n"
	     "router r INVALID_ARG: host_dvr_mac_address: not a MAC address: \"x\"\n"
	     SIDE_CHANGES PORT_CHANGE("11", "1", "10.0.0.6"));
}

static void port_without_netdev(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     "port a PENDING: \n" SIDE_CHANGES);
	strcpy(netdevs, "a");
	push("{" LIST("port_states", PORT("UPDATE", "a", "s1", "10.0.0.5")) "}",
	     PORT_CHANGE("10", "1", "10.0.0.5"));
	/* Another netdev of the same name. */
	store_port(&store, "tapa")->k.ifindex = 99;
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     "del port 99\n" PORT_CHANGE("10", "1", "10.0.0.5"));
	netdevs[0] = '\0';
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     "port a PENDING: \ndel port 10\n");
	push("{" LIST("port_states", PORT("DELETE", "a", "", "")) "}", SIDE_GONE);
}

static void port_deleted_and_unplugged(void **state)
{
	(void)state;
	strcpy(netdevs, "a");
	push("{" LIST("port_states", PORT("DELETE", "a", "s1", "10.0.0.5")) "}", "");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"));
	push("{'port_states': [{'operation_type': 'UPDATE', 'configuration': {'id': 'a',"
	     "'mac_address': 'x'}}]}", "del port 10\n" SIDE_GONE);
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"));
	push("{" LIST("port_states", PORT("DELETE", "a", "", "")) "}", "del port 10\n" SIDE_GONE);
	push("{" LIST("port_states", PORT("DELETE", "a", "", "")) "}", "");
}

static void port_administratively_down(void **state)
{
	static const char down[] =
		"{'port_states': [{'operation_type': 'CREATE', 'configuration': {'id': 'a',"
		"'mac_address': '2:0:0:0:0:1', 'fixed_ips': [" IP("s1", "10.0.0.5") "]}}]}";

	(void)state;
	strcpy(netdevs, "a");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5"));
	push(down, "del port 10\n");
	push(down, "");
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     PORT_CHANGE("10", "1", "10.0.0.5"));
}

static void ports_of_one_netdev(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "12345678901-x", "s1", "10.0.0.5")
			       "," PORT("CREATE", "12345678901-y", "s1", "10.0.0.6")) "}",
	     "port 12345678901-x PENDING: \n"
	     "port 12345678901-y FAILURE: id: netdev tap12345678901 belongs to port 12345678901-x\n"
	     SIDE_CHANGES);
	/* Its delete does not hit the other. */
	push("{" LIST("port_states", PORT("DELETE", "12345678901-y", "", "")) "}", "");
	assert_non_null(store_port(&store, "tap12345678901"));
}

static void neighbor_moves_and_changes(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.2", "s1", "10.0.0.7")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push("{" LIST("neighbor_states", NEIGH("UPDATE", "n", "172.16.0.3", "s1", "10.0.0.7")) "}",
	     NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3"));
	push("{" LIST("neighbor_states", NEIGH_IPS("UPDATE", "n", "172.16.0.3",
						   IP("s1", "10.0.0.8") "," IP("s1", "10.0.0.9"))) "}",
	     "del neigh 1 10.0.0.7\n"
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.3") NEIGH_CHANGE("1", "10.0.0.9", "172.16.0.3"));
	/* To this host, where its port is what counts, and away again. */
	push("{" LIST("neighbor_states", NEIGH("UPDATE", "n", "172.16.0.1", "s1", "10.0.0.8")) "}",
	     "del neigh 1 10.0.0.8\ndel neigh 1 10.0.0.9\n");
	push("{" LIST("neighbor_states", NEIGH("UPDATE", "n", "172.16.0.2", "s1", "10.0.0.8")) "}",
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.2"));
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "", "")) "}",
	     "del neigh 1 10.0.0.8\n" SIDE_GONE);
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "", "")) "}", "");
}

static void neighbor_takes_address_over(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states",
			       NEIGH_IPS("CREATE", "old", "172.16.0.2",
					 IP("s1", "10.0.0.7") "," IP("s1", "10.0.0.8"))) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2")
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.2"));
	/* Two others, at once, get both addresses of the first. */
	push("{" LIST("neighbor_states", NEIGH("CREATE", "new", "172.16.0.3", "s1", "10.0.0.7")
		      "," NEIGH("CREATE", "newer", "172.16.0.4", "s1", "10.0.0.8")) "}",
	     "del neigh 1 10.0.0.7\ndel neigh 1 10.0.0.8\n"
	     NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3") NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.4"));
	/* The late delete of the first takes nothing from them. */
	push("{" LIST("neighbor_states", NEIGH("DELETE", "old", "", "", "")) "}", "");
	push("{" LIST("neighbor_states", NEIGH("DELETE", "new", "", "", "")) "}",
	     "del neigh 1 10.0.0.7\n");
}

/* What the first keeps is not touched. */
static void neighbor_loses_one_of_two(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states",
			       NEIGH_IPS("CREATE", "old", "172.16.0.2",
					 IP("s1", "10.0.0.7") "," IP("s1", "10.0.0.8"))) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2")
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.2"));
	push("{" LIST("neighbor_states", NEIGH("CREATE", "new", "172.16.0.3", "s1", "10.0.0.7")) "}",
	     "del neigh 1 10.0.0.7\n" NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3"));
	push("{" LIST("neighbor_states", NEIGH("DELETE", "old", "", "", "")) "}",
	     "del neigh 1 10.0.0.8\n");
}

static void edges_of_a_prefix(void **state)
{
	(void)state;
	push("{" LIST("vpc_states", VPC("INFO", "v1")) ","
	     LIST("subnet_states", SUBNET("INFO", "s1", "v1", "7001", "10.0.0.16/28") ","
		  SUBNET("INFO", "s2", "v1", "7002", "fd00:0:0:8::/61")) ","
	     LIST("neighbor_states", NEIGH("CREATE", "a", "172.16.0.2", "s1", "10.0.0.17") ","
		  NEIGH("CREATE", "b", "172.16.0.2", "s1", "10.0.0.30") ","
		  NEIGH("CREATE", "c", "172.16.0.2", "s1", "10.0.0.32") ","
		  NEIGH("CREATE", "d", "172.16.0.2", "s1", "10.0.0.15") ","
		  NEIGH("CREATE", "e", "172.16.0.2", "s1", "fd00::1") ","
		  NEIGH("CREATE", "f", "172.16.0.2", "s2", "fd00:0:0:f::1") ","
		  NEIGH("CREATE", "g", "172.16.0.2", "s2", "fd00:0:0:10::1")) "}",
	     "neighbor c INVALID_ARG: fixed_ips[0].ip_address: 10.0.0.32 is not in 10.0.0.16/28 of subnet s1\n"
	     "neighbor d INVALID_ARG: fixed_ips[0].ip_address: 10.0.0.15 is not in 10.0.0.16/28 of subnet s1\n"
	     "neighbor e INVALID_ARG: fixed_ips[0].ip_address: fd00::1 is not in 10.0.0.16/28 of subnet s1\n"
	     "neighbor g INVALID_ARG: fixed_ips[0].ip_address: fd00:0:0:10::1 is not in fd00:0:0:8::/61 of subnet s2\n"
	     "replace vpc 1 v1\n"
	     "replace subnet 1 vpc 1 vni 7001 10.0.0.16/28\n"
	     "replace subnet 2 vpc 1 vni 7002 fd00:0:0:8::/61\n"
	     NEIGH_CHANGE("1", "10.0.0.17", "172.16.0.2") NEIGH_CHANGE("1", "10.0.0.30", "172.16.0.2")
	     NEIGH_CHANGE("2", "fd00:0:0:f::1", "172.16.0.2"));
}

static void addresses_swap_in_one_push(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("CREATE", "m", "172.16.0.2", "s1", "10.0.0.7")
			       "," NEIGH("CREATE", "n", "172.16.0.3", "s1", "10.0.0.8")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2")
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.3"));
	push("{" LIST("neighbor_states", NEIGH("UPDATE", "m", "172.16.0.2", "s1", "10.0.0.8")
		      "," NEIGH("UPDATE", "n", "172.16.0.3", "s1", "10.0.0.7")) "}",
	     "del neigh 1 10.0.0.7\ndel neigh 1 10.0.0.8\n"
	     NEIGH_CHANGE("1", "10.0.0.8", "172.16.0.2") NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3"));
}

static void ports_swap_addresses_in_one_push(void **state)
{
	(void)state;
	strcpy(netdevs, "ab");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5") ","
			       PORT("CREATE", "b", "s1", "10.0.0.6")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5") PORT_CHANGE("11", "1", "10.0.0.6"));
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.6") ","
		      PORT("CREATE", "b", "s1", "10.0.0.5")) "}",
	     "del port 10\ndel port 11\n"
	     PORT_CHANGE("10", "1", "10.0.0.6") PORT_CHANGE("11", "1", "10.0.0.5"));
}

static void one_address_twice_in_one_push(void **state)
{
	(void)state;
	strcpy(netdevs, "ab");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")
			       "," PORT("CREATE", "b", "s1", "10.0.0.5")) ","
	     LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.2", "s1", "10.0.0.5")
		  "," NEIGH("CREATE", "m", "172.16.0.2", "s1", "10.0.0.6") ","
		  NEIGH("CREATE", "o", "172.16.0.3", "s1", "10.0.0.6")) "}",
	     "port b FAILURE: fixed_ips[0].ip_address: 10.0.0.5 belongs to port a\n"
	     "neighbor n FAILURE: fixed_ips[0].ip_address: 10.0.0.5 belongs to port a\n"
	     "neighbor o FAILURE: fixed_ips[0].ip_address: 10.0.0.6 belongs to neighbor m\n"
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5")
	     NEIGH_CHANGE("1", "10.0.0.6", "172.16.0.2"));
}

static void refusal_gives_addresses_back(void **state)
{
	(void)state;
	strcpy(netdevs, "ab");
	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")
			       "," PORT("CREATE", "b", "s1", "10.0.0.6")) "}",
	     SIDE_CHANGES PORT_CHANGE("10", "1", "10.0.0.5") PORT_CHANGE("11", "1", "10.0.0.6"));
	/* a cannot have b's address, so it keeps its own, which n cannot have then. */
	push("{" LIST("port_states", PORT("UPDATE", "a", "s1", "10.0.0.6")) ","
	     LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.2", "s1", "10.0.0.5")) "}",
	     "port a FAILURE: fixed_ips[0].ip_address: 10.0.0.6 belongs to port b\n"
	     "neighbor n FAILURE: fixed_ips[0].ip_address: 10.0.0.5 belongs to port a\n");
}

static void neighbor_becomes_port_and_back(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("CREATE", "a", "172.16.0.2", "s1", "10.0.0.5")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.5", "172.16.0.2"));
	/* While the port waits, its workload is still on the other host. */
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     "port a PENDING: \n");
	strcpy(netdevs, "a");
	push("{" LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}",
	     "del neigh 1 10.0.0.5\n" PORT_CHANGE("10", "1", "10.0.0.5"));
	push("{" LIST("neighbor_states", NEIGH("CREATE", "a", "172.16.0.2", "s1", "10.0.0.5")) "}",
	     "neighbor a FAILURE: fixed_ips[0].ip_address: 10.0.0.5 belongs to port a\n");
	push("{" LIST("neighbor_states", NEIGH("CREATE", "a", "172.16.0.2", "s1", "10.0.0.5")) ","
	     LIST("port_states", PORT("DELETE", "a", "", "")) "}",
	     "del port 10\n" NEIGH_CHANGE("1", "10.0.0.5", "172.16.0.2"));
}

static void overlapping_addresses_of_two_vpcs(void **state)
{
	(void)state;
	strcpy(netdevs, "ab");
	push("{" LIST("vpc_states", VPC("INFO", "v1") "," VPC("INFO", "v2")) ","
	     LIST("subnet_states", SUBNET("INFO", "s1", "v1", "7001", "10.0.0.0/24") ","
		  SUBNET("INFO", "s2", "v2", "7002", "10.0.0.0/24")) ","
	     LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5") ","
		  PORT("CREATE", "b", "s2", "10.0.0.5")) "}",
	     "replace vpc 1 v1\nreplace vpc 2 v2\n"
	     "replace subnet 1 vpc 1 vni 7001 10.0.0.0/24\n"
	     "replace subnet 2 vpc 2 vni 7002 10.0.0.0/24\n"
	     PORT_CHANGE("10", "1", "10.0.0.5") PORT_CHANGE("11", "2", "10.0.0.5"));
}

static void delete_of_what_is_in_use(void **state)
{
	(void)state;
	push("{" SIDE "," LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.2", "s1", "10.0.0.7")) "}",
	     SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push("{" LIST("vpc_states", VPC("DELETE", "v1")) ","
	     LIST("subnet_states", SUBNET("DELETE", "s1", "", "0", "")) "}",
	     "vpc v1 FAILURE: id: in use by subnet s1\n"
	     "subnet s1 FAILURE: id: in use by neighbor n\n");
	/* With its users, in one push, it can go. */
	push("{" LIST("vpc_states", VPC("DELETE", "v1")) ","
	     LIST("subnet_states", SUBNET("DELETE", "s1", "", "0", "")) ","
	     LIST("neighbor_states", NEIGH("DELETE", "n", "", "", "")) "}",
	     "del neigh 1 10.0.0.7\ndel subnet 1\ndel vpc 1\n");
	push("{" LIST("vpc_states", VPC("DELETE", "v1")) "}", "");
}

/* What the kernel refuses leaves the store as it was. */
static void undone_push_leaves_no_mark(void **state)
{
	static const char first[] =
		"{" SIDE "," LIST("neighbor_states",
				  NEIGH("CREATE", "n", "172.16.0.2", "s1", "10.0.0.7")) "}";
	static const char second[] =
		"{" LIST("subnet_states", SUBNET("INFO", "s1", "v1", "7009", "10.0.0.0/24")) ","
		LIST("neighbor_states", NEIGH("CREATE", "m", "172.16.0.3", "s1", "10.0.0.7") ","
		     NEIGH("UPDATE", "n", "172.16.0.4", "s1", "10.0.0.9")) ","
		LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) "}";
	static const char changes[] =
		"del neigh 1 10.0.0.7\n"
		"replace subnet 1 vpc 1 vni 7009 10.0.0.0/24\n"
		PORT_CHANGE("10", "1", "10.0.0.5")
		NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.3") NEIGH_CHANGE("1", "10.0.0.9", "172.16.0.4");
	struct alk_addr ip;

	(void)state;
	strcpy(netdevs, "a");
	push(first, SIDE_CHANGES NEIGH_CHANGE("1", "10.0.0.7", "172.16.0.2"));
	push_as(second, changes, false);
	assert_int_equal(store_subnet(&store, "s1")->k.vni, 7001);
	assert_null(store_neigh(&store, "m"));
	assert_null(store_port(&store, "tapa"));
	alk_addr_parse("10.0.0.7", &ip);
	assert_ptr_equal(store_owner(&store, 1, &ip), store_neigh(&store, "n"));
	alk_addr_parse("10.0.0.9", &ip);
	assert_null(store_owner(&store, 1, &ip));
	push(second, changes);
}

static void adopted_objects_are_known_again(void **state)
{
	struct subnet *subnet = subnet_new("kernel 41");
	struct neigh *neigh = neigh_new("kernel 41 10.0.0.7", 1);
	struct port *port = port_new("tapa", NULL);
	struct vpc *vpc = vpc_new("v1");

	(void)state;
	strcpy(netdevs, "a");
	vpc->k.id = 4;
	strcpy(vpc->k.name, "v1");
	subnet->k = (struct alk_subnet){ .id = 41, .vpc = 4, .vni = 7001, .n_prefixes = 1 };
	alk_prefix_parse("10.0.0.0/24", &subnet->k.prefixes[0]);
	neigh->a[0].subnet = 41;
	neigh->a[0].vpc = 4;
	alk_addr_parse("10.0.0.7", &neigh->a[0].ip);
	port->k.ifindex = 10;
	port->k.subnet = 41;
	port->k.vpc = 4;
	port->k.n_ips = 1;
	alk_addr_parse("10.0.0.5", &port->k.ips[0]);
	port_claims(port);
	vpc->o.adopted = subnet->o.adopted = neigh->o.adopted = port->o.adopted = true;
	store_insert(&store, &vpc->o);
	store_insert(&store, &subnet->o);
	store_insert(&store, &neigh->o);
	store_insert(&store, &port->o);
	store_claim_all(&store, &neigh->o);
	store_claim_all(&store, &port->o);
	store.last_vpc = 4;
	store.last_subnet = 41;

	push("{" SIDE "," LIST("port_states", PORT("CREATE", "a", "s1", "10.0.0.5")) ","
	     LIST("neighbor_states", NEIGH("CREATE", "n", "172.16.0.3", "s1", "10.0.0.7")) "}",
	     "del neigh 41 10.0.0.7\n"
	     "replace vpc 4 v1\nreplace subnet 41 vpc 4 vni 7001 10.0.0.0/24\n"
	     PORT_CHANGE("10", "41", "10.0.0.5") NEIGH_CHANGE("41", "10.0.0.7", "172.16.0.3"));
	push("{" LIST("vpc_states", VPC("INFO", "v2")) ","
	     LIST("subnet_states", SUBNET("INFO", "s2", "v2", "7001", "10.0.0.0/24")) "}",
	     "replace vpc 5 v2\nreplace subnet 42 vpc 5 vni 7001 10.0.0.0/24\n");
}

static void adopted_neighbor_is_deleted_by_address(void **state)
{
	struct neigh *neigh = neigh_new("kernel 1 10.0.0.7", 1);

	(void)state;
	push("{" SIDE "}", SIDE_CHANGES);
	neigh->a[0].subnet = 1;
	neigh->a[0].vpc = 1;
	alk_addr_parse("10.0.0.7", &neigh->a[0].ip);
	neigh->o.adopted = true;
	store_insert(&store, &neigh->o);
	store_claim_all(&store, &neigh->o);
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "s1", "10.0.0.8")) "}", "");
	push("{" LIST("neighbor_states", NEIGH("DELETE", "n", "", "s1", "10.0.0.7")) "}",
	     "del neigh 1 10.0.0.7\n" SIDE_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_goal_state),
		TEST(side_data_is_remembered),
		TEST(unknown_references),
		TEST(bad_ones_leave_the_good),
		TEST(port_without_netdev),
		TEST(port_deleted_and_unplugged),
		TEST(port_administratively_down),
		TEST(ports_of_one_netdev),
		TEST(neighbor_moves_and_changes),
		TEST(neighbor_takes_address_over),
		TEST(neighbor_loses_one_of_two),
		TEST(edges_of_a_prefix),
		TEST(addresses_swap_in_one_push),
		TEST(ports_swap_addresses_in_one_push),
		TEST(one_address_twice_in_one_push),
		TEST(refusal_gives_addresses_back),
		TEST(neighbor_becomes_port_and_back),
		TEST(overlapping_addresses_of_two_vpcs),
		TEST(delete_of_what_is_in_use),
		TEST(undone_push_leaves_no_mark),
		TEST(adopted_objects_are_known_again),
		TEST(adopted_neighbor_is_deleted_by_address),
	};

	return cmocka_run_group_tests_name("translate", tests, NULL, NULL);
}
