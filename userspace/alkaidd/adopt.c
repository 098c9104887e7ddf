// SPDX-License-Identifier: GPL-2.0
/* At start: what the kernel's tables hold from an earlier run. */
#include "adopt.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "gateways.h"

/* Alcor ids have no spaces, so these keys are nobody's id. */
#define KEY "kernel "

static int keep(struct store *store, struct object *o)
{
	o->adopted = true;
	store_insert(store, o);
	store_claim_all(store, o);
	return 0;
}

static int adopt_vpc(const struct alk_vpc *k, void *arg)
{
	struct store *store = arg;
	struct vpc *vpc;
	char *key;

	if (*k->name && !strchr(k->name, ' ') && !store_vpc(store, k->name))
		key = xstrdup(k->name);
	else
		key = xasprintf(KEY "%u", k->id);
	vpc = vpc_new(key);
	free(key);
	vpc->k = *k;
	if (k->id > store->last_vpc)
		store->last_vpc = k->id;
	return keep(store, &vpc->o);
}

static int adopt_subnet(const struct alk_subnet *k, void *arg)
{
	char *key = xasprintf(KEY "%u", k->id);
	struct subnet *subnet = subnet_new(key);
	struct store *store = arg;

	free(key);
	subnet->k = *k;
	if (k->id > store->last_subnet)
		store->last_subnet = k->id;
	return keep(store, &subnet->o);
}

/*
 * A netdev that somebody else bound and that has not the name of a port is let
 * be, but not bound again if it comes back.
 */
static int adopt_port(const struct alk_port *k, void *arg)
{
	struct port *port;

	if (!k->subnet)
		return 0;
	port = port_new(k->ifname, NULL);
	port->k = *k;
	port_claims(port);
	port->admin_up = !strncmp(k->ifname, "tap", 3);
	return keep(arg, &port->o);
}

static int adopt_neigh(const struct alk_neigh *k, void *arg)
{
	char addr[ALK_ADDR_STRLEN];
	char *key = xasprintf(KEY "%u %s", k->subnet, alk_addr_print(&k->ip, addr));
	struct neigh *neigh = neigh_new(key, 1);

	free(key);
	neigh->mac = k->mac;
	neigh->host = k->host;
	neigh->a[0].ip = k->ip;
	neigh->a[0].subnet = k->subnet;
	neigh->a[0].vpc = k->vpc;
	return keep(arg, &neigh->o);
}

/*
 * Groups that somebody else has made are let be, and their numbers not given out;
 * those of an older configuration file may have to go.
 */
static int adopt_gateway(const struct alk_gateway *k, void *arg)
{
	struct store *store = arg;
	struct gateway *gateway;
	char *key;

	if (!gateway_is_configured(k->id)) {
		if (k->id > store->last_gateway)
			store->last_gateway = k->id;
		return 0;
	}
	key = gateways_key(k->id);
	gateway = gateway_new(key);
	free(key);
	gateway->k.id = k->id;
	return keep(store, &gateway->o);
}

int adopt_gateways(struct alk *alk, struct store *store)
{
	return alk_gateway_dump(alk, adopt_gateway, store);
}

int adopt(struct alk *alk, struct store *store)
{
	int err;

	err = alk_vpc_dump(alk, adopt_vpc, store);
	if (!err)
		err = alk_subnet_dump(alk, adopt_subnet, store);
	if (!err)
		err = alk_port_dump(alk, adopt_port, store);
	if (!err)
		err = alk_neigh_dump(alk, adopt_neigh, store);
	return err;
}
