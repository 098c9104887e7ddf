/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the daemon knows: each resource by its Alcor id, beside the kernel objects
 * that it stands for; which of them an address of a VPC leads to, which subnets
 * are used, and who waits for what.
 */
#ifndef ALKAIDD_STORE_H
#define ALKAIDD_STORE_H

#include <glib.h>
#include <libalkaid.h>

#include "goalstateprovisioner.pb-c.h"

#define STATUS(name) ALCOR__SCHEMA__OPERATION_STATUS__##name
#define OPERATION(name) ALCOR__SCHEMA__OPERATION_TYPE__##name
#define RESOURCE(name) ALCOR__SCHEMA__RESOURCE_TYPE__##name
#define TYPES (RESOURCE(GATEWAY) + 1)

typedef Alcor__Schema__ResourceType resource_t;

struct object;

/**
 * struct address - an address of a VPC, and what it leads to
 * @vpc: number in the kernel; 0 if the address leads nowhere: its subnet is not
 *	there yet, or it is on this host, or another one got it
 * @subnet: number of the subnet that is used, or 0
 */
struct address {
	struct object *owner;
	uint32_t vpc, subnet;
	struct alk_addr ip;
};

/** struct want - a resource that another one waits for */
struct want {
	struct want *next;
	resource_t type;
	char id[];
};

/**
 * struct object - head of everything in the store
 * @type: which of the structures below it heads
 * @adopted: found in the kernel at start, named by no resource since
 * @fresh: part of the push under way, not yet of the past
 * @revision: of the message that it is from
 * @n_addrs: how many addresses lead to it
 * @addrs: they; owned by the object
 * @wants: what it waits for; it is PENDING while there is any
 * @key: what it is found by: the Alcor id, but a port by its netdev's name
 * @id: Alcor id; NULL if @adopted and not known; may be @key itself
 */
struct object {
	uint8_t type;
	bool adopted, fresh;
	uint16_t n_addrs;
	uint32_t revision;
	struct address *addrs;
	struct want *wants;
	char *key, *id;
};

/**
 * struct vpc - a VPC
 * @idle: known, but not in the kernel since nothing uses it any more
 * @gateways: ids of those that it names, NULL-terminated; or NULL
 */
struct vpc {
	struct object o;
	bool idle;
	struct alk_vpc k;
	char **gateways;
};

/* @idle: as of a VPC. */
struct subnet {
	struct object o;
	bool idle;
	struct alk_subnet k;
};

/* k.ifindex is 0 while the port is not bound, and then it has no addresses. */
struct port {
	struct object o;
	bool admin_up;
	struct alk_port k;
};

/* One kernel neighbor per address that leads somewhere. */
struct neigh {
	struct object o;
	bool trimmed;		/* a copy that lost addresses to others */
	struct alk_mac mac;
	struct alk_addr host;
	struct address a[];
};

/**
 * struct held - a route that waits for the subnet of its next hop, or for a group
 * @k: without group
 * @vpc_gw: it leads to the group of the VPC, unless @k has a next hop
 */
struct held {
	struct alk_route k;
	bool vpc_gw;
};

/**
 * struct router - a router
 * @subnets: numbers of those that it has rules for, or next hops in, each once
 * @routes: in the kernel, sorted by route_compare()
 */
struct router {
	struct object o;
	size_t n_subnets, n_routes, n_held;
	uint32_t *subnets;
	struct alk_route *routes;
	struct held *held;
};

/**
 * struct gateway - a gateway group; without members nothing is steered to it, and
 *	the kernel is not told of it
 * @vni: VNI that an ARION gateway is for, or 0
 * @vpc: Alcor id of the VPC that it is for, or NULL
 * @subnet: Alcor id of its subnet, or NULL
 */
struct gateway {
	struct object o;
	struct alk_gateway k;
	uint32_t vni;
	char *vpc, *subnet;
};

/**
 * struct store - all of it
 * @last_vpc: biggest number that was given to one; as the two below
 */
struct store {
	GHashTable *objects[TYPES];	/* by key */
	GHashTable *numbered[TYPES];	/* VPCs, subnets and gateways by number */
	GHashTable *endpoints;		/* struct address by (VPC, address) */
	GHashTable *users;		/* how many objects use a subnet, by its number */
	GHashTable *wanted;		/* struct wanted by (type, id) */
	uint32_t last_vpc, last_subnet, last_gateway;
};

void store_init(struct store *store);
void store_free(struct store *store);

/** port_ifname() - netdev of a port: "tap" and the first 11 characters of its id */
void port_ifname(const char *id, char name[IFNAMSIZ]);

/* Empty objects; the names are copied. */
struct vpc *vpc_new(const char *id);
struct subnet *subnet_new(const char *id);
struct port *port_new(const char *ifname, const char *id);
struct neigh *neigh_new(const char *id, size_t n);
struct router *router_new(const char *id);
struct gateway *gateway_new(const char *id);
/** plain_new() - of a type that is only kept: SECURITYGROUP, DHCP */
struct object *plain_new(resource_t type, const char *id);
/** port_claims() - its addresses are those it has while it is bound, else none */
void port_claims(struct port *port);
/** object_copy() - all of it */
struct object *object_copy(const struct object *from);
void object_free(struct object *o);

/** object_number() - of a VPC, a subnet or a gateway group in the kernel, else 0 */
uint32_t object_number(const struct object *o);
/** object_idle() - whether it is a VPC or a subnet that is not in the kernel */
bool object_idle(const struct object *o);

/** object_want() - @o, which is not in the store, waits for a resource */
void object_want(struct object *o, resource_t type, const char *id);
/** object_unwant() - it waits for nothing any more */
void object_unwant(struct object *o);

struct object *store_find(const struct store *store, resource_t type, const char *key);
struct object *store_numbered(const struct store *store, resource_t type, uint32_t number);
struct vpc *store_vpc(const struct store *store, const char *id);
struct subnet *store_subnet(const struct store *store, const char *id);
struct port *store_port(const struct store *store, const char *ifname);
struct neigh *store_neigh(const struct store *store, const char *id);
struct router *store_router(const struct store *store, const char *id);
struct gateway *store_gateway(const struct store *store, const char *id);

/** store_insert() - @o must have a key that is not there yet; its addresses are not claimed */
void store_insert(struct store *store, struct object *o);
/** store_remove() - forget @o, but do not free it; its addresses must have been released */
void store_remove(struct store *store, struct object *o);

/** store_each() - until @cb returns true; @cb must not change the store */
void store_each(const struct store *store, resource_t type,
		bool (*cb)(struct object *o, void *arg), void *arg);
size_t store_count(const struct store *store, resource_t type);

/** store_users() - how many ports, neighbors and routers use the subnet of this number */
size_t store_users(const struct store *store, uint32_t subnet);

/** store_each_waiting() - who waits for a resource; @cb must not change the store */
void store_each_waiting(const struct store *store, resource_t type, const char *id,
			void (*cb)(struct object *o, void *arg), void *arg);

/*
 * Endpoints. The kernel demands that an address is unique in its VPC, so each
 * has one owner: a bound port or a neighbor behind a VTEP.
 */
struct object *store_owner(const struct store *store, uint32_t vpc,
			   const struct alk_addr *ip);
/** store_claim() - of an address that has no owner */
void store_claim(struct store *store, struct address *address);
/** store_claim_all() - those addresses of @o that have no owner */
void store_claim_all(struct store *store, struct object *o);
/** store_release_all() - every address that @o owns */
void store_release_all(struct store *store, struct object *o);

/** prefix_has() - whether @prefix covers @addr */
bool prefix_has(const struct alk_addr *prefix, const struct alk_addr *addr);

#endif
