/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the daemon knows: VPCs, subnets, ports and neighbors by their Alcor
 * ids, each beside the kernel object that it stands for, and which of them an
 * address of a VPC leads to.
 */
#ifndef ALKAIDD_STORE_H
#define ALKAIDD_STORE_H

#include <libalkaid.h>

#define KINDS (ALK_NEIGH + 1)

/**
 * struct object - head of everything in the store
 * @kind: which of the structures below it heads
 * @key: what it is found by: the Alcor id, but a port by its netdev's name
 * @id: Alcor id; NULL if @adopted and not known
 * @adopted: found in the kernel at start, not named by a controller since
 * @fresh: part of the push under way, not yet of the past
 */
struct object {
	enum alk_kind kind;
	char *key;
	char *id;
	bool adopted;
	bool fresh;
};

struct vpc {
	struct object o;
	struct alk_vpc k;
};

struct subnet {
	struct object o;
	struct alk_subnet k;
};

/* k.ifindex is 0 while the port is not bound, k.ifname is always set. */
struct port {
	struct object o;
	bool admin_up;
	struct alk_port k;
};

/* One kernel neighbor per address; none if the neighbor is on this host. */
struct neigh {
	struct object o;
	bool trimmed;		/* a copy that lost addresses to others */
	size_t n;
	struct alk_neigh k[];
};

struct store {
	void *objects[KINDS];	/* trees of struct object by key */
	void *endpoints;	/* tree of struct endpoint by (VPC, address) */
	uint32_t last_vpc, last_subnet;
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
struct neigh *neigh_copy(const struct neigh *from);
struct port *port_copy(const struct port *from);
void object_free(struct object *o);

struct object *store_find(const struct store *store, enum alk_kind kind, const char *key);
struct vpc *store_vpc(const struct store *store, const char *id);
struct subnet *store_subnet(const struct store *store, const char *id);
struct port *store_port(const struct store *store, const char *ifname);
struct neigh *store_neigh(const struct store *store, const char *id);

/** store_insert() - @o must have a key that is not there yet */
void store_insert(struct store *store, struct object *o);
/** store_remove() - forget @o, but do not free it */
void store_remove(struct store *store, struct object *o);

/** store_each() - until @cb returns true; @cb must not change the store */
void store_each(const struct store *store, enum alk_kind kind,
		bool (*cb)(struct object *o, void *arg), void *arg);

/*
 * Endpoints. The kernel demands that an address is unique in its VPC, so each
 * has one owner: a bound port or a neighbor behind a VTEP.
 */
struct object *store_owner(const struct store *store, uint32_t vpc,
			   const struct alk_addr *ip);
/** store_claim() - of an address that has no owner */
void store_claim(struct store *store, uint32_t vpc, const struct alk_addr *ip,
		 struct object *owner);
/** store_claim_all() - those addresses of @o that have no owner */
void store_claim_all(struct store *store, struct object *o);
/** store_release_all() - every address that @o owns */
void store_release_all(struct store *store, struct object *o);

/** object_addrs() - how many addresses @o claims, and the @i-th of them */
size_t object_addrs(const struct object *o);
const struct alk_addr *object_addr(const struct object *o, size_t i, uint32_t *vpc);

/** prefix_has() - whether @prefix covers @addr */
bool prefix_has(const struct alk_addr *prefix, const struct alk_addr *addr);

#endif
