// SPDX-License-Identifier: GPL-2.0
/* All tables of one device. */
#include <linux/delay.h>
#include <uapi/if_alkaid.h>

#include "../compat.h"
#include "endpoint.h"
#include "group.h"
#include "member.h"
#include "route.h"
#include "subnet.h"
#include "tables.h"
#include "vpc.h"
#include "vtep.h"

/* A resize that lags behind refuses inserts; it is done in milliseconds. */
#define ALKAID_INSERT_TRIES	1000

/**
 * alkaid_tables_insert() - put an object into one of its tables
 * @table: which
 * @node: its node there
 * @params: of @table
 *
 * Several objects of one key live side by side while generations change.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int alkaid_tables_insert(struct rhltable *table, struct rhlist_head *node,
			 const struct rhashtable_params params)
{
	int tries = 0;
	int err;

	while ((err = rhltable_insert(table, node, params)) == -EBUSY &&
	       tries++ < ALKAID_INSERT_TRIES)
		usleep_range(100, 1000);
	return err ? -ENOMEM : 0;
}

/**
 * alkaid_new_check() - whether a request fits what there is
 * @mode: what the request allows
 * @what: kind of object, for the text
 * @exists: whether it exists
 * @extack: reason of a refusal
 *
 * Return: 0, -EEXIST or -ENOENT.
 */
int alkaid_new_check(enum alkaid_new mode, const char *what, bool exists,
		     struct netlink_ext_ack *extack)
{
	if (exists && mode == ALKAID_NEW_ADD) {
		alkaid_extack_fmt(extack, "%s exists already", what);
		return -EEXIST;
	}
	if (!exists && mode == ALKAID_NEW_CHANGE) {
		alkaid_extack_fmt(extack, "no such %s", what);
		return -ENOENT;
	}
	return 0;
}

/**
 * alkaid_tables_init() - empty tables
 * @t: tables
 *
 * Return: 0 or -ENOMEM; alkaid_tables_destroy() undoes it.
 */
int alkaid_tables_init(struct alkaid_tables *t)
{
	int err;

	mutex_init(&t->lock);
	spin_lock_init(&t->vteps_lock);
	INIT_LIST_HEAD(&t->ports);
	t->role = ALKAID_ROLE_HOST;
	t->relay_time = ALKAID_RELAY_TIME;
	alkaid_txn_init(t);

	err = rhltable_init(&t->vpcs, &alkaid_vpc_params);
	if (err)
		return err;
	err = rhltable_init(&t->subnets, &alkaid_subnet_params);
	if (err)
		goto err_vpcs;
	err = rhltable_init(&t->subnets_by_vni, &alkaid_subnet_vni_params);
	if (err)
		goto err_subnets;
	err = alkaid_index_init(&t->endpoints_by_mac, &alkaid_endpoint_mac_index);
	if (err)
		goto err_vnis;
	err = alkaid_index_init(&t->endpoints_by_ip, &alkaid_endpoint_ip_index);
	if (err)
		goto err_macs;
	err = rhltable_init(&t->routes, &alkaid_route_params);
	if (err)
		goto err_ips;
	err = rhltable_init(&t->members, &alkaid_member_params);
	if (err)
		goto err_routes;
	err = rhltable_init(&t->vteps, &alkaid_vtep_params);
	if (err)
		goto err_members;
	err = rhltable_init(&t->groups, &alkaid_group_params);
	if (err)
		goto err_vteps;
	err = rhltable_init(&t->gateways, &alkaid_gateway_params);
	if (err)
		goto err_groups;
	err = alkaid_flows_init(t);
	if (err)
		goto err_gateways;
	err = alkaid_moved_init(t);
	if (err)
		goto err_flows;
	return 0;

err_flows:
	alkaid_flows_destroy(t);
err_gateways:
	rhltable_destroy(&t->gateways);
err_groups:
	rhltable_destroy(&t->groups);
err_vteps:
	rhltable_destroy(&t->vteps);
err_members:
	rhltable_destroy(&t->members);
err_routes:
	rhltable_destroy(&t->routes);
err_ips:
	alkaid_index_destroy(&t->endpoints_by_ip, NULL, NULL);
err_macs:
	alkaid_index_destroy(&t->endpoints_by_mac, NULL, NULL);
err_vnis:
	rhltable_destroy(&t->subnets_by_vni);
err_subnets:
	rhltable_destroy(&t->subnets);
err_vpcs:
	rhltable_destroy(&t->vpcs);
	return err;
}

/**
 * alkaid_tables_kill() - refuse changes from now on
 * @t: tables
 */
void alkaid_tables_kill(struct alkaid_tables *t)
{
	mutex_lock(&t->lock);
	t->dead = true;
	mutex_unlock(&t->lock);
}

/**
 * alkaid_tables_destroy() - free all objects and tables
 * @t: tables after alkaid_tables_kill(), with no port attached and no reader
 *
 * Context: may sleep for grace periods.
 */
void alkaid_tables_destroy(struct alkaid_tables *t)
{
	alkaid_txn_destroy(t);
	alkaid_flows_destroy(t);
	mutex_lock(&t->lock);
	alkaid_moved_destroy(t);
	/* Users before what they use. An endpoint is in two tables. */
	alkaid_index_destroy(&t->endpoints_by_mac, NULL, NULL);
	alkaid_index_destroy(&t->endpoints_by_ip, alkaid_endpoint_destroy, t);
	rhltable_free_and_destroy(&t->members, alkaid_member_destroy, t);
	rhltable_free_and_destroy(&t->routes, alkaid_route_destroy, t);
	rhltable_destroy(&t->subnets_by_vni);
	rhltable_free_and_destroy(&t->subnets, alkaid_subnet_destroy, t);
	rhltable_free_and_destroy(&t->vpcs, alkaid_vpc_destroy, t);
	rhltable_free_and_destroy(&t->groups, alkaid_group_destroy, t);
	rhltable_destroy(&t->gateways);
	rhltable_destroy(&t->vteps);
	mutex_unlock(&t->lock);
}
