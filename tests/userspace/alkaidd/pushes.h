/* SPDX-License-Identifier: GPL-2.0 */
/* Pushes, one after the other, to a store and to changes of the tables. */
#ifndef TEST_PUSHES_H
#define TEST_PUSHES_H

#include "goal.h"
#include "store.h"

extern struct store store;

/* The netdevs of the test: "tapa" has ifindex 10, and so on, once it is there. */
extern char netdevs[8];

int setup(void **state);
int teardown(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/*
 * Pushes @json: what does not succeed, and then the changes, must read as
 * @wanted. With @keep false it is undone, as if the kernel had refused it.
 */
void push_as(const char *json, const char *wanted, bool keep);
/* The same, and kept. */
void push(const char *json, const char *wanted);

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

#endif
