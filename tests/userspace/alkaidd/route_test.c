// SPDX-License-Identifier: GPL-2.0
/* Tests of routers and gateways: pushes, one after the other, to changes of the tables. */
#include "goal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "diff.h"
#include "gateways.h"
#include "persist.h"
#include "translate.h"
#include "unite.h"
#include "validate.h"

static struct persist kept;
static struct store store;
static struct host host;

static uint32_t no_netdev(const char *name)
{
	(void)name;
	return 0;
}

static int setup(void **state)
{
	struct state *db;

	(void)state;
	memset(&host, 0, sizeof(host));
	store_init(&store);
	if (state_open(NULL, false, &db))
		return -1;
	persist_open(&kept, db);
	alk_addr_parse("172.16.0.1", &host.locals[0]);
	host.n_locals = 1;
	host.netdev = no_netdev;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	persist_close(&kept);
	store_free(&store);
	return 0;
}

static void print_route(FILE *out, const struct alk_route *k, bool whole)
{
	char addr[ALK_ADDR_STRLEN];

	fprintf(out, "route %s subnet %u", alk_addr_print(&k->prefix, addr), k->subnet);
	if (whole && k->via.family)
		fprintf(out, " via %s", alk_addr_print(&k->via, addr));
	else if (whole)
		fprintf(out, " group %u", k->gateway_group);
}

static void print_gateway(FILE *out, const struct alk_gateway *k, bool whole)
{
	char addr[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN];
	size_t i;

	fprintf(out, "gateway %u", k->id);
	if (!whole)
		return;
	fprintf(out, " type %d port %u", k->type, k->oam_port);
	for (i = 0; i < k->n_members; i++)
		fprintf(out, " %s %s", alk_addr_print(&k->members[i].ip, addr),
			alk_mac_print(&k->members[i].mac, mac));
}

static void print_change(FILE *out, const struct alk_change *c)
{
	char addr[ALK_ADDR_STRLEN];
	bool whole = c->verb != ALK_DEL;

	fputs(whole ? "set " : "del ", out);
	switch (c->kind) {
	case ALK_VPC:
		fprintf(out, "vpc %u", c->vpc->id);
		if (whole && c->vpc->gateway_group)
			fprintf(out, " miss %d group %u", c->vpc->miss, c->vpc->gateway_group);
		break;
	case ALK_SUBNET:
		fprintf(out, "subnet %u", c->subnet->id);
		break;
	case ALK_NEIGH:
		fprintf(out, "neigh %s subnet %u", alk_addr_print(&c->neigh->ip, addr),
			c->neigh->subnet);
		break;
	case ALK_ROUTE:
		print_route(out, c->route, whole);
		break;
	case ALK_GATEWAY:
		print_gateway(out, c->gateway, whole);
		break;
	case ALK_PORT:
		fputs("port", out);
		break;
	}
	fputs("\n", out);
}

static char *outcome(const struct push *push)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < push->n_results; i++)
		if (push->results[i].status != STATUS(SUCCESS))
			fprintf(out, "%s %s %s: %s\n", type_name(push->results[i].type),
				push->results[i].id, status_name(push->results[i].status),
				push->results[i].text ? push->results[i].text : "");
	for (i = 0; i < push->n_changes; i++)
		print_change(out, &push->changes[i]);
	fclose(out);
	return text;
}

/* What becomes of a push, which the kernel takes if @keep. */
static char *done(struct push *push, bool keep)
{
	char *text;

	while (!translate(&store, &host, push))
		translate_undo(&store, push);
	diff(push);
	unite_answer(push);
	text = outcome(push);
	if (keep) {
		persist(&kept, push, &store);
		translate_keep(push);
	} else {
		translate_undo(&store, push);
	}
	return text;
}

static void push_as(const char *json, const char *wanted, bool keep)
{
	struct goal goal = goal_of(json);
	struct push push;
	char *text;

	push_init(&push, &goal);
	unite(&push);
	complete(&push, &store, kept.state);
	complete_waiting(&push, &store, kept.state);
	validate(&push);
	text = done(&push, keep);
	if (strcmp(text, wanted))
		fail_msg("%s\n--- got:\n%s--- wanted:\n%s", json, text, wanted);
	free(text);
	push_free(&push);
	goal_clear(&goal);
}

static void push(const char *json, const char *wanted)
{
	push_as(json, wanted, true);
}

#define LIST(name, states) "'" name "': [" states "]"
#define STATE(op, config) "{'operation_type': '" op "', 'configuration': {" config "}}"
#define VPC(gateways) STATE("INFO", "'id': 'v', 'update_type': 'FULL', 'gateway_ids': [" gateways "]")
#define SUBNET(id, vni, cidr, gateway)								\
	STATE("INFO", "'id': '" id "', 'vpc_id': 'v', 'tunnel_id': " vni ", 'cidr': '" cidr "',"	\
	      "'gateway': {'ip_address': '" gateway "', 'mac_address': '02:00:00:00:00:fe'}")
#define S1 SUBNET("s1", "71", "10.0.1.0/24", "10.0.1.1")
#define S2 SUBNET("s2", "72", "10.0.2.0/24", "10.0.2.1")
#define SIDE LIST("vpc_states", VPC("")) "," LIST("subnet_states", S1 "," S2)
#define SIDE_CHANGES "set vpc 1\nset subnet 1\nset subnet 2\n"

#define ROUTERS(op, fields) LIST("router_states", STATE(op, "'id': 'r'," fields))
#define ROUTER(tables) ROUTERS("INFO", "'subnet_routing_tables': [" tables "]")
#define FULL_ROUTER(tables) \
	ROUTERS("INFO", "'update_type': 'FULL', 'subnet_routing_tables': [" tables "]")
#define TABLE(subnet, rules) "{'subnet_id': '" subnet "', 'routing_rules': [" rules "]}"
#define RULE(id, to, via) \
	"{'id': '" id "', 'destination': '" to "', 'next_hop_ip': '" via "'}"
#define RANKED(id, priority, to, via) \
	"{'id': '" id "', 'priority': " priority ", 'destination': '" to "', 'next_hop_ip': '" via "'}"
#define GONE(id) "{'operation_type': 'DELETE', 'id': '" id "'}"
#define OUTWARD(id, to, via)									\
	"{'id': '" id "', 'destination': '" to "', 'next_hop_ip': '" via "',"			\
	"'routing_rule_extra_info': {'destination_type': 'VPC_GW'}}"

#define GATEWAYS(op, config) LIST("gateway_states", STATE(op, config))
#define ZETA(id, ip) "'id': '" id "', 'gateway_type': 'ZETA'," \
		     "'destinations': [{'ip_address': '" ip "', 'mac_address': '02:00:00:00:00:01'}]"
#define ARION(id, ip, info) "'id': '" id "', 'gateway_type': 'ARION', 'arion_info': {" info "}," \
		     "'destinations': [{'ip_address': '" ip "', 'mac_address': '02:00:00:00:00:01'}]"
#define GATEWAY_CHANGE(number, type, ip) \
	"set gateway " number " type " type " port 0 " ip " 02:00:00:00:00:01\n"

/* Routers. */

static void rules_become_routes(void **state)
{
	static const char rules[] =
		"{" ROUTER(TABLE("s1", RULE("1", "192.168.0.0/16", "10.0.1.9") ","
				 RULE("2", "192.168.7.7", "10.0.2.9") ","
				 RULE("3", "10.9.9.9/8", "10.0.1.9")) ","
			   TABLE("s2", RULE("1", "192.168.0.0/16", "10.0.1.9"))) "}";
	static const char routes[] =
		"set route 10.0.0.0/8 subnet 1 via 10.0.1.9\n"
		"set route 192.168.0.0/16 subnet 1 via 10.0.1.9\n"
		"set route 192.168.7.7 subnet 1 via 10.0.2.9\n"
		"set route 192.168.0.0/16 subnet 2 via 10.0.1.9\n";

	(void)state;
	push("{" SIDE "}", SIDE_CHANGES);
	push_as(rules, routes, false);
	push(rules, routes);
	/* Repeated, it is asked for again. */
	push(rules, routes);
	push("{" ROUTERS("DELETE", "'revision_number': 1") "}",
	     "del route 10.0.0.0/8 subnet 1\ndel route 192.168.0.0/16 subnet 1\n"
	     "del route 192.168.7.7 subnet 1\ndel route 192.168.0.0/16 subnet 2\n"
	     "del subnet 1\ndel subnet 2\ndel vpc 1\n");
	push("{" ROUTERS("DELETE", "'revision_number': 1") "}", "");
}

/* A router routes between the subnets of its VPC, whether or not it is told. */
static void rules_that_say_nothing(void **state)
{
	(void)state;
	push("{" SIDE "," ROUTER(TABLE("s1", RULE("1", "10.0.2.0/24", "10.0.2.1") ","
				       RULE("2", "10.0.0.0/8", "") ","
				       RULE("3", "11.0.0.0/8", "0.0.0.0") ","
				       RULE("4", "0.0.0.0/0", "10.0.1.1"))) "}",
	     SIDE_CHANGES);
}

/* The greater number, of one number the lesser id, whatever the order in the message. */
static void best_priority_of_a_destination(void **state)
{
	(void)state;
	push("{" SIDE "," ROUTER(TABLE("s1", RANKED("a", "5", "12.0.0.0/8", "10.0.1.5") ","
				       RANKED("b", "7", "12.0.0.0/8", "10.0.1.7") ","
				       RANKED("c", "6", "12.0.0.0/8", "10.0.1.6") ","
				       RANKED("z", "1", "13.0.0.0/8", "10.0.1.5") ","
				       RANKED("y", "1", "13.0.0.0/8", "10.0.1.6"))) "}",
	     SIDE_CHANGES "set route 12.0.0.0/8 subnet 1 via 10.0.1.7\n"
	     "set route 13.0.0.0/8 subnet 1 via 10.0.1.6\n");
	/* Without it the next one counts. */
	push("{" ROUTER(TABLE("s1", GONE("b"))) "}",
	     "set route 12.0.0.0/8 subnet 1 via 10.0.1.6\n"
	     "set route 13.0.0.0/8 subnet 1 via 10.0.1.6\n");
	/* One that says nothing counts too. */
	push("{" ROUTER(TABLE("s1", RANKED("d", "9", "12.0.0.0/8", ""))) "}",
	     "del route 12.0.0.0/8 subnet 1\nset route 13.0.0.0/8 subnet 1 via 10.0.1.6\n");
}

static void delta_merges_and_full_replaces(void **state)
{
	(void)state;
	push("{" SIDE "," ROUTER(TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.5"))) "}",
	     SIDE_CHANGES "set route 12.0.0.0/8 subnet 1 via 10.0.1.5\n");
	push("{" ROUTER(TABLE("s2", RULE("1", "13.0.0.0/8", "10.0.2.5"))) "}",
	     "set route 12.0.0.0/8 subnet 1 via 10.0.1.5\n"
	     "set route 13.0.0.0/8 subnet 2 via 10.0.2.5\n");
	push("{" ROUTER(TABLE("s1", RULE("1", "14.0.0.0/8", "10.0.1.5"))) "}",
	     "del route 12.0.0.0/8 subnet 1\n"
	     "set route 14.0.0.0/8 subnet 1 via 10.0.1.5\n"
	     "set route 13.0.0.0/8 subnet 2 via 10.0.2.5\n");
	push("{" FULL_ROUTER(TABLE("s2", RULE("7", "15.0.0.0/8", "10.0.2.5") "," GONE("1"))) "}",
	     "del route 14.0.0.0/8 subnet 1\ndel route 13.0.0.0/8 subnet 2\n"
	     "set route 15.0.0.0/8 subnet 2 via 10.0.2.5\ndel subnet 1\n");
}

static void router_before_subnet(void **state)
{
	(void)state;
	push("{" LIST("vpc_states", VPC("")) "," LIST("subnet_states", S1) ","
	     ROUTER(TABLE("s2", RULE("1", "12.0.0.0/8", "10.0.2.5")) ","
		    TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.5"))) "}",
	     "router r PENDING: waits for subnet s2\n"
	     "set vpc 1\nset subnet 1\nset route 12.0.0.0/8 subnet 1 via 10.0.1.5\n");
	push("{" LIST("subnet_states", S2) "}",
	     "set subnet 2\nset route 12.0.0.0/8 subnet 1 via 10.0.1.5\n"
	     "set route 12.0.0.0/8 subnet 2 via 10.0.2.5\n");
}

static void rule_before_next_hop(void **state)
{
	(void)state;
	push("{" LIST("vpc_states", VPC("")) "," LIST("subnet_states", S1) ","
	     ROUTER(TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.2.5"))) "}",
	     "router r PENDING: route to 12.0.0.0/8 waits for a subnet with 10.0.2.5\n"
	     "set vpc 1\nset subnet 1\n");
	push("{" LIST("subnet_states", S2) "}",
	     "set subnet 2\nset route 12.0.0.0/8 subnet 1 via 10.0.2.5\n");
	push("{" LIST("subnet_states", S2) "}", "set subnet 2\n");
	/* The subnet of a next hop is used. */
	push("{" LIST("subnet_states", STATE("DELETE", "'id': 's2'")) "}",
	     "subnet s2 FAILURE: id: in use by router r\n");
}

static void two_routers_of_one_subnet(void **state)
{
#define OTHER(op, rules) \
	LIST("router_states", STATE(op, "'id': 'q', 'subnet_routing_tables': [" rules "]"))
	(void)state;
	push("{" SIDE "," ROUTER(TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.5") ","
				       RULE("2", "13.0.0.0/8", "10.0.1.5"))) "}",
	     SIDE_CHANGES "set route 12.0.0.0/8 subnet 1 via 10.0.1.5\n"
	     "set route 13.0.0.0/8 subnet 1 via 10.0.1.5\n");
	/* The newer one has the last word, and a late delete takes nothing away. */
	push("{" OTHER("INFO", TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.6"))) "}",
	     "del route 12.0.0.0/8 subnet 1\nset route 12.0.0.0/8 subnet 1 via 10.0.1.6\n");
	push("{" ROUTERS("DELETE", "'revision_number': 1") "}", "del route 13.0.0.0/8 subnet 1\n");
	push("{" OTHER("DELETE", "") "}", "del route 12.0.0.0/8 subnet 1\ndel subnet 1\n");
	push("{'router_states': ["
	     STATE("INFO", "'id': 'a', 'subnet_routing_tables': ["
		   TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.6")) "]") ","
	     STATE("INFO", "'id': 'b', 'subnet_routing_tables': ["
		   TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.7")) "]") "]}",
	     "router b FAILURE: destination: 12.0.0.0/8 belongs to router a\n"
	     "set subnet 1\nset route 12.0.0.0/8 subnet 1 via 10.0.1.6\n");
#undef OTHER
}

static void old_revision_of_a_router(void **state)
{
	(void)state;
	push("{" SIDE "," ROUTERS("INFO", "'revision_number': 5, 'subnet_routing_tables': ["
				  TABLE("s1", RULE("1", "12.0.0.0/8", "10.0.1.5")) "]") "}",
	     SIDE_CHANGES "set route 12.0.0.0/8 subnet 1 via 10.0.1.5\n");
	push("{" ROUTERS("INFO", "'revision_number': 4, 'update_type': 'FULL'") "}",
	     "router r OUT_OF_ORDER: revision_number: 4, but 5 is here already\n");
}

/* Neighbors that are sent as L2 and as L3. */

#define NEIGH(op, fields, type, subnet, ip)							\
	STATE(op, "'id': 'n', 'host_ip_address': '172.16.0.5'," fields				\
	      "'fixed_ips': [{'neighbor_type': '" type "', 'subnet_id': '" subnet "',"		\
	      "'ip_address': '" ip "'}]")
#define MAC "'mac_address': '02:00:00:00:00:05',"

static void neighbor_as_l2_and_l3(void **state)
{
	static const char both[] =
		"{" LIST("neighbor_states", NEIGH("INFO", MAC, "L2", "s1", "10.0.1.5") ","
			 NEIGH("INFO", MAC, "L3", "s1", "10.0.1.5") ","
			 NEIGH("GET", MAC, "L3", "s2", "10.0.2.5")) "}";

	(void)state;
	push("{" SIDE "}", SIDE_CHANGES);
	push(both, "set neigh 10.0.1.5 subnet 1\nset neigh 10.0.2.5 subnet 2\n");
	push("{" LIST("neighbor_states", NEIGH("INFO", MAC, "L2", "s1", "10.0.1.5") ","
		      NEIGH("INFO", "'mac_address': '02:00:00:00:00:06',", "L3", "s2", "10.0.2.5")) "}",
	     "neighbor n INVALID_ARG: id: is in this message already\n"
	     "del neigh 10.0.2.5 subnet 2\nset neigh 10.0.1.5 subnet 1\ndel subnet 2\n");
	push("{" LIST("neighbor_states", NEIGH("DELETE", MAC, "L2", "s1", "10.0.1.5") ","
		      NEIGH("DELETE", MAC, "L3", "s1", "10.0.1.5")) "}",
	     "del neigh 10.0.1.5 subnet 1\ndel subnet 1\ndel vpc 1\n");
	push("{" LIST("neighbor_states", NEIGH("INFO", MAC, "L2", "s8", "10.0.1.5") ","
		      NEIGH("INFO", MAC, "L3", "s9", "10.0.1.6")) "}",
	     "neighbor n FAILURE: fixed_ips[0].subnet_id: unknown subnet \"s8\"\n"
	     "neighbor n FAILURE: fixed_ips[0].subnet_id: unknown subnet \"s8\"\n");
}

/* Gateways. */

static void gateway_before_vpc_and_after(void **state)
{
	(void)state;
	push("{" GATEWAYS("INFO", ZETA("g", "172.16.0.9")) "}", GATEWAY_CHANGE("1", "0", "172.16.0.9"));
	push("{" LIST("vpc_states", VPC("'g'")) "}", "set vpc 1 miss 1 group 1\n");
	push("{" LIST("vpc_states", VPC("'h'")) "}",
	     "vpc v PENDING: waits for gateway h\nset vpc 1\n");
	push("{" GATEWAYS("INFO", ZETA("h", "172.16.0.8")) "}",
	     GATEWAY_CHANGE("2", "0", "172.16.0.8") "set vpc 1 miss 1 group 2\n");
	/* Whatever the order in one message. */
	push("{" LIST("vpc_states", VPC("'i'")) "," GATEWAYS("INFO", ZETA("i", "172.16.0.7")) "}",
	     GATEWAY_CHANGE("3", "0", "172.16.0.7") "set vpc 1 miss 1 group 3\n");
	/* Side data that says nothing of gateways. */
	push("{" LIST("vpc_states", STATE("INFO", "'id': 'v'")) "}", "set vpc 1 miss 1 group 3\n");
	push("{" GATEWAYS("DELETE", "'id': 'i'") "}", "set vpc 1\ndel gateway 3\n");
	push("{" GATEWAYS("DELETE", "'id': 'i'") "}", "");
	push("{" LIST("vpc_states", VPC("")) "}", "set vpc 1\n");
}

static void first_that_steers(void **state)
{
	(void)state;
	push("{'gateway_states': [" STATE("INFO", "'id': 'd'") "," STATE("INFO", ZETA("a", "172.16.0.9"))
	     "," STATE("INFO", ZETA("b", "172.16.0.8")) "],"
	     LIST("vpc_states", VPC("'d', 'b', 'a'")) "}",
	     GATEWAY_CHANGE("1", "0", "172.16.0.9") GATEWAY_CHANGE("2", "0", "172.16.0.8")
	     "set vpc 1 miss 1 group 2\n");
	push("{" GATEWAYS("DELETE", "'id': 'b'") "}",
	     "set vpc 1 miss 1 group 1\ndel gateway 2\n");
	/* Members are replaced, and kept when a message says nothing of them. */
	push("{" GATEWAYS("UPDATE", ZETA("a", "172.16.0.7")) "}", GATEWAY_CHANGE("1", "0", "172.16.0.7"));
	push("{" GATEWAYS("UPDATE", "'id': 'a', 'zeta_info': {'port_inband_operation': 9000}") "}",
	     "set gateway 1 type 0 port 9000 172.16.0.7 02:00:00:00:00:01\n");
	/* One that is bad does not fail the VPC. */
	push("{" LIST("vpc_states", VPC("'x'")) ","
	     GATEWAYS("INFO", "'id': 'x', 'gateway_type': 'ZETA', 'destinations': [{'ip_address': '172.16.0.7'}]") "}",
	     "vpc v PENDING: waits for gateway x\n"
	     "gateway x INVALID_ARG: destinations[0].mac_address: not a MAC address: \"\"\n"
	     "set vpc 1\n");
}

static void arion_serves_its_vpc(void **state)
{
	(void)state;
	push("{" GATEWAYS("INFO", ARION("b", "172.16.0.9", "'vpc_id': 'v', 'vni': 71, 'subnet_id': 's1'")) "}",
	     GATEWAY_CHANGE("1", "1", "172.16.0.9"));
	push("{" SIDE "}", "set vpc 1 miss 1 group 1\nset subnet 1\nset subnet 2\n");
	/* The first by id, whatever came first. */
	push("{" GATEWAYS("INFO", ARION("a", "172.16.0.8", "'vpc_id': 'v', 'vni': 72, 'subnet_id': 's2'")) "}",
	     GATEWAY_CHANGE("2", "1", "172.16.0.8") "set vpc 1 miss 1 group 2\n");
	push("{" GATEWAYS("DELETE", "'id': 'a'") "}", "set vpc 1 miss 1 group 1\ndel gateway 2\n");
	/* What the VPC names comes first. */
	push("{" LIST("vpc_states", VPC("'z'")) "," GATEWAYS("INFO", ZETA("z", "172.16.0.7")) "}",
	     GATEWAY_CHANGE("3", "0", "172.16.0.7") "set vpc 1 miss 1 group 3\n");
}

static void arion_by_vni(void **state)
{
	(void)state;
	push("{" GATEWAYS("INFO", ARION("b", "172.16.0.9", "'vni': 72")) "}",
	     GATEWAY_CHANGE("1", "1", "172.16.0.9"));
	push("{" LIST("vpc_states", VPC("")) "," LIST("subnet_states", S1) "}",
	     "set vpc 1\nset subnet 1\n");
	push("{" LIST("subnet_states", S2) "}", "set vpc 1 miss 1 group 1\nset subnet 2\n");
}

static void outward_rules_follow_the_gateway(void **state)
{
	(void)state;
	push("{" SIDE "," ROUTER(TABLE("s1", OUTWARD("1", "0.0.0.0/0", "") ","
				       OUTWARD("2", "12.0.0.0/8", "10.0.1.1") ","
				       OUTWARD("3", "13.0.0.0/8", "10.0.2.9"))) "}",
	     "router r PENDING: route to 0.0.0.0/0 waits for a gateway of the VPC\n"
	     SIDE_CHANGES "set route 13.0.0.0/8 subnet 1 via 10.0.2.9\n");
	push("{" LIST("vpc_states", VPC("'g'")) "," GATEWAYS("INFO", ZETA("g", "172.16.0.9")) "}",
	     GATEWAY_CHANGE("1", "0", "172.16.0.9") "set vpc 1 miss 1 group 1\n"
	     "set route 0.0.0.0/0 subnet 1 group 1\nset route 12.0.0.0/8 subnet 1 group 1\n"
	     "set route 13.0.0.0/8 subnet 1 via 10.0.2.9\n");
	push_as("{" GATEWAYS("DELETE", "'id': 'g'") "}",
		"del route 0.0.0.0/0 subnet 1\ndel route 12.0.0.0/8 subnet 1\n"
		"set vpc 1\ndel gateway 1\n", false);
	push("{" LIST("vpc_states", VPC("'h'")) "," GATEWAYS("INFO", ZETA("h", "172.16.0.8")) "}",
	     GATEWAY_CHANGE("2", "0", "172.16.0.8") "set vpc 1 miss 1 group 2\n"
	     "set route 0.0.0.0/0 subnet 1 group 2\nset route 12.0.0.0/8 subnet 1 group 2\n");
	push("{" GATEWAYS("DELETE", "'id': 'h'") "}",
	     "del route 0.0.0.0/0 subnet 1\ndel route 12.0.0.0/8 subnet 1\n"
	     "set vpc 1\ndel gateway 2\n");
	push("{" LIST("vpc_states", VPC("'g'")) "}",
	     "set vpc 1 miss 1 group 1\n"
	     "set route 0.0.0.0/0 subnet 1 group 1\nset route 12.0.0.0/8 subnet 1 group 1\n"
	     "set route 13.0.0.0/8 subnet 1 via 10.0.2.9\n");
}

/* Gateways of the configuration file. */

static void configure(size_t n, const char *wanted)
{
	struct push changed = {};
	char *text;

	host.n_gateways = n;
	gateways_push(&changed, &store, &host);
	text = done(&changed, true);
	if (strcmp(text, wanted))
		fail_msg("--- got:\n%s--- wanted:\n%s", text, wanted);
	free(text);
	push_free(&changed);
}

static void gateways_of_the_file(void **state)
{
	static char *named[] = { "w", "v", NULL };
	static struct config_gateway gateways[2];

	(void)state;
	memset(gateways, 0, sizeof(gateways));
	alk_addr_parse("172.16.0.9", &gateways[0].group.members[0].ip);
	gateways[0].group.members[0].mac.octet[0] = 2;
	gateways[0].group.n_members = 1;
	gateways[1] = gateways[0];
	gateways[1].vpcs = named;
	host.gateways = gateways;
#define FILE_CHANGE(number) "set gateway " number " type 0 port 0 172.16.0.9 02:00:00:00:00:00\n"
	configure(1, FILE_CHANGE("1073741824"));
	push("{" LIST("vpc_states", VPC("")) "}", "set vpc 1 miss 1 group 1073741824\n");
	/* One that names the VPC is for it rather than one for all. */
	configure(2, FILE_CHANGE("1073741824") FILE_CHANGE("1073741825")
		  "set vpc 1 miss 1 group 1073741825\n");
	/* What a goal state names comes first, and has numbers of its own. */
	push("{" LIST("vpc_states", VPC("'g'")) "," GATEWAYS("INFO", ZETA("g", "172.16.0.9")) "}",
	     GATEWAY_CHANGE("1", "0", "172.16.0.9") "set vpc 1 miss 1 group 1\n");
	push("{" LIST("vpc_states", VPC("")) "}", "set vpc 1 miss 1 group 1073741825\n");
	configure(1, FILE_CHANGE("1073741824") "set vpc 1 miss 1 group 1073741824\n"
		  "del gateway 1073741825\n");
	configure(0, "set vpc 1\ndel gateway 1073741824\n");
	configure(0, "");
#undef FILE_CHANGE
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_become_routes),
		TEST(rules_that_say_nothing),
		TEST(best_priority_of_a_destination),
		TEST(delta_merges_and_full_replaces),
		TEST(router_before_subnet),
		TEST(rule_before_next_hop),
		TEST(two_routers_of_one_subnet),
		TEST(old_revision_of_a_router),
		TEST(neighbor_as_l2_and_l3),
		TEST(gateway_before_vpc_and_after),
		TEST(first_that_steers),
		TEST(arion_serves_its_vpc),
		TEST(arion_by_vni),
		TEST(outward_rules_follow_the_gateway),
		TEST(gateways_of_the_file),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
