// SPDX-License-Identifier: GPL-2.0
/* Tests of translation: pushes, one after the other, to changes of the tables. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "translate.h"
#include "validate.h"

static struct store store;
static struct host host;

/* The netdevs of the test: "tapa" has ifindex 10, and so on, once it is there. */
static char netdevs[8];

static uint32_t fake_netdev(const char *name)
{
	return !strncmp(name, "tap", 3) && strchr(netdevs, name[3]) && strlen(name) == 4 ?
		       10u + name[3] - 'a' : 0;
}

static int setup(void **state)
{
	(void)state;
	store_init(&store);
	alk_addr_parse("172.16.0.1", &host.locals[0]);
	host.n_locals = 1;
	host.netdev = fake_netdev;
	netdevs[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	store_free(&store);
	return 0;
}

static void print_change(FILE *out, const struct alk_change *c)
{
	static const char *const verbs[] = { "add", "replace", "change", "del" };
	char addr[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN];
	bool whole = c->verb != ALK_DEL;
	size_t i;

	fprintf(out, "%s ", verbs[c->verb]);
	switch (c->kind) {
	case ALK_VPC:
		fprintf(out, "vpc %u", c->vpc->id);
		if (whole)
			fprintf(out, " %s", c->vpc->name);
		break;
	case ALK_SUBNET:
		fprintf(out, "subnet %u", c->subnet->id);
		if (whole)
			fprintf(out, " vpc %u vni %u %s", c->subnet->vpc, c->subnet->vni,
				alk_addr_print(&c->subnet->prefixes[0], addr));
		if (whole && c->subnet->n_gateway_ips)
			fprintf(out, " gw %s %s", alk_addr_print(&c->subnet->gateway_ips[0], addr),
				alk_mac_print(&c->subnet->gateway_mac, mac));
		break;
	case ALK_PORT:
		fprintf(out, "port %u", c->port->ifindex);
		if (!whole)
			break;
		fprintf(out, " subnet %u %s", c->port->subnet, alk_mac_print(&c->port->mac, mac));
		for (i = 0; i < c->port->n_ips; i++)
			fprintf(out, " %s", alk_addr_print(&c->port->ips[i], addr));
		for (i = 0; i < c->port->n_allow; i++)
			fprintf(out, " allow %s", alk_addr_print(&c->port->allow[i].addr, addr));
		break;
	case ALK_NEIGH:
		fprintf(out, "neigh %u %s", c->neigh->subnet, alk_addr_print(&c->neigh->ip, addr));
		if (whole)
			fprintf(out, " %s", alk_mac_print(&c->neigh->mac, mac));
		if (whole)
			fprintf(out, " host %s", alk_addr_print(&c->neigh->host, addr));
		break;
	case ALK_ROUTE:
	case ALK_GATEWAY:
		/* No goal state leads to one yet, and none is expected. */
		fputs("route or gateway", out);
		break;
	}
	fputs("\n", out);
}

/*
 * Pushes @json: what does not succeed, and then the changes, must read as
 * @wanted. With @keep false it is undone, as if the kernel had refused it.
 */
static void push_as(const char *json, const char *wanted, bool keep)
{
	struct goal goal = goal_of(json);
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);
	struct push push;

	push_init(&push, &goal);
	validate(&push);
	while (!translate(&store, &host, &push))
		translate_undo(&store, &push);
	diff(&push);
	for (i = 0; i < push.n_results; i++)
		if (push.results[i].status != STATUS(SUCCESS))
			fprintf(out, "%s %s %s: %s\n", type_name(push.results[i].type),
				push.results[i].id, status_name(push.results[i].status),
				push.results[i].text ? push.results[i].text : "");
	for (i = 0; i < push.n_changes; i++)
		print_change(out, &push.changes[i]);
	fclose(out);
	if (strcmp(text, wanted))
		fail_msg("%s\n--- got:\n%s--- wanted:\n%s", json, text, wanted);
	free(text);
	if (keep)
		translate_keep(&push);
	else
		translate_undo(&store, &push);
	push_free(&push);
	goal_clear(&goal);
}

static void push(const char *json, const char *wanted)
{
	push_as(json, wanted, true);
}

#define LIST(name, states) "'" name "': [" states "]"
#define VPC(op, id) "{'operation_type': '" op "', 'configuration': {'id': '" id "'}}"
#define SUBNET(op, id, vpc, vni, cidr)								\
	"{'operation_type': '" op "', 'configuration': {'id': '" id "', 'vpc_id': '" vpc "',"	\
	"'tunnel_id': " vni ", 'cidr': '" cidr "'}}"
#define PORT(op, id, subnet, ip)								\
	"{'operation_type': '" op "', 'configuration': {'id': '" id "', 'admin_state_up': true,"	\
	"'device_id': 'd', 'device_owner': 'o',"						\
	"'mac_address': '02:00:00:00:00:01',"							\
	"'fixed_ips': [{'subnet_id': '" subnet "', 'ip_address': '" ip "'}]}}"
#define NEIGH_IPS(op, id, hostip, ips)								\
	"{'operation_type': '" op "', 'configuration': {'id': '" id "',"			\
	"'mac_address': '02:00:00:00:00:02', 'host_ip_address': '" hostip "',"			\
	"'fixed_ips': [" ips "]}}"
#define IP(subnet, ip) "{'subnet_id': '" subnet "', 'ip_address': '" ip "'}"
#define NEIGH(op, id, hostip, subnet, ip) NEIGH_IPS(op, id, hostip, IP(subnet, ip))
#define SIDE LIST("vpc_states", VPC("INFO", "v1")) ","						\
	LIST("subnet_states", SUBNET("INFO", "s1", "v1", "7001", "10.0.0.0/24"))
#define SIDE_GONE "del subnet 1\ndel vpc 1\n"
#define SIDE_CHANGES "replace vpc 1 v1\nreplace subnet 1 vpc 1 vni 7001 10.0.0.0/24\n"
#define NEIGH_CHANGE(subnet, ip, hostip) \
	"replace neigh " subnet " " ip " 02:00:00:00:00:02 host " hostip "\n"
#define PORT_CHANGE(index, subnet, ip) \
	"replace port " index " subnet " subnet " 02:00:00:00:00:01 " ip "\n"

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
		TEST(side_data_goes_with_its_last_user),
		TEST(vpc_is_deleted_with_what_is_remembered),
		TEST(dhcp_is_known_by_its_mac),
		TEST(local_neighbor_uses_its_subnet),
		TEST(older_revisions),
		TEST(l3_neighbor_waits_for_its_subnet),
		TEST(neighbor_moves_and_changes),
		TEST(neighbor_takes_address_over),
		TEST(neighbor_loses_one_of_two),
		TEST(edges_of_a_prefix),
		TEST(addresses_swap_in_one_push),
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
