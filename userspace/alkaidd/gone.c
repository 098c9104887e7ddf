// SPDX-License-Identifier: GPL-2.0
/* The keys of kernel objects that are to go, as rows of the database. */
#include "gone.h"

#include <stdio.h>
#include <string.h>

const char gone_insert[] =
	"INSERT INTO gone (kind, number, subnet, addr, ifname) VALUES (?, ?, ?, ?, ?)";
const char gone_select[] = "SELECT kind, number, subnet, addr, ifname FROM gone";

/* Numbers that a kernel object is found by; the second one is a subnet. */
static void change_numbers(const struct alk_change *change, uint32_t numbers[2])
{
	switch (change->kind) {
	case ALK_VPC:
		numbers[0] = change->vpc->id;
		break;
	case ALK_SUBNET:
		numbers[0] = change->subnet->id;
		break;
	case ALK_PORT:
		numbers[0] = change->port->ifindex;
		break;
	case ALK_NEIGH:
		numbers[0] = change->neigh->subnet;
		break;
	case ALK_ROUTE:
		numbers[0] = change->route->vpc;
		numbers[1] = change->route->subnet;
		break;
	case ALK_GATEWAY:
		numbers[0] = change->gateway->id;
		break;
	}
}

void gone_bind(sqlite3_stmt *insert, const struct alk_change *change)
{
	const struct alk_addr *addr = NULL;
	const char *ifname = NULL;
	uint32_t numbers[2] = {};

	if (change->kind == ALK_NEIGH)
		addr = &change->neigh->ip;
	else if (change->kind == ALK_ROUTE)
		addr = &change->route->prefix;
	else if (change->kind == ALK_PORT)
		ifname = change->port->ifname;
	change_numbers(change, numbers);

	sqlite3_bind_int(insert, 1, change->kind);
	sqlite3_bind_int64(insert, 2, numbers[0]);
	sqlite3_bind_int64(insert, 3, numbers[1]);
	sqlite3_bind_blob(insert, 4, addr, addr ? sizeof(*addr) : 0, SQLITE_STATIC);
	sqlite3_bind_text(insert, 5, ifname, -1, SQLITE_STATIC);
}

bool gone_read(sqlite3_stmt *select, struct gone *gone, struct alk_change *change)
{
	const char *ifname = (const char *)sqlite3_column_text(select, 4);
	const uint32_t number = sqlite3_column_int64(select, 1);
	const void *blob = sqlite3_column_blob(select, 3);
	struct alk_addr addr = {};

	*change = (struct alk_change){ .verb = ALK_DEL, .kind = sqlite3_column_int(select, 0) };
	if (sqlite3_column_bytes(select, 3) == sizeof(addr))
		memcpy(&addr, blob, sizeof(addr));
	switch (change->kind) {
	case ALK_VPC:
		gone->vpc.id = number;
		change->vpc = &gone->vpc;
		return true;
	case ALK_SUBNET:
		gone->subnet.id = number;
		change->subnet = &gone->subnet;
		return true;
	case ALK_PORT:
		gone->port.ifindex = number;
		snprintf(gone->port.ifname, IFNAMSIZ, "%s", ifname ? ifname : "");
		change->port = &gone->port;
		return true;
	case ALK_NEIGH:
		gone->neigh.subnet = number;
		gone->neigh.ip = addr;
		change->neigh = &gone->neigh;
		return addr.family;
	case ALK_ROUTE:
		gone->route.vpc = number;
		gone->route.subnet = sqlite3_column_int64(select, 2);
		gone->route.prefix = addr;
		change->route = &gone->route;
		return addr.family;
	case ALK_GATEWAY:
		gone->gateway.id = number;
		change->gateway = &gone->gateway;
		return true;
	}
	return false;
}
