/* SPDX-License-Identifier: GPL-2.0 */
/* A translation under way, for the files that each translate one type. */
#ifndef ALKAIDD_TRANSLATION_H
#define ALKAIDD_TRANSLATION_H

#include "translate.h"

/**
 * struct translation - from a push to edits of the store
 * @again: a resource was refused that others counted on
 */
struct translation {
	struct store *store;
	const struct host *host;
	struct push *push;
	bool again;
};

/**
 * edit_add() - replace @before by @after in the store, and note it
 * @before: object in the store, or NULL; its addresses are released
 * @after: object that comes, or NULL; its addresses are claimed later
 * @cause: index of the result that asked for it
 * @side: @after is not the result's object but a copy made by the way
 */
struct edit *edit_add(struct translation *t, struct object *before,
		      struct object *after, size_t cause, bool side);

/**
 * edit_set() - the object of a result becomes what the store has of its key
 *
 * The revision is taken over; out_of_order() must have been asked before, and
 * what it waits for been said.
 */
void edit_set(struct translation *t, size_t cause, struct object *before);

/** edit_unset() - @before goes, unless the result is older than it; NULL: it is gone already */
void edit_unset(struct translation *t, size_t cause, struct object *before);

/** out_of_order() - refuse a result that is older than what the store has */
bool out_of_order(struct result *r, const struct object *before);

/**
 * wait_for() - the object of a result waits for a resource that is not there
 *
 * The result is PENDING, and said to wait.
 */
void wait_for(struct result *r, resource_t type, const char *id);

/** use_subnet() - put a subnet, and its VPC, into the kernel if it is idle; 0 is none */
void use_subnet(struct translation *t, uint32_t number, size_t cause);
/** use_vpc() - the same of a VPC alone */
void use_vpc(struct translation *t, uint32_t number, size_t cause);

/*
 * One type each, called in this order for results that are live: first those
 * that others refer to, and deletions of users before what they use.
 */
void set_gateway(struct translation *t, size_t cause);
void unset_gateway(struct translation *t, size_t cause);
void set_vpc(struct translation *t, size_t cause);
void set_subnet(struct translation *t, size_t cause);
void unset_neigh(struct translation *t, size_t cause);
void unset_port(struct translation *t, size_t cause);
void unset_router(struct translation *t, size_t cause);
void set_port(struct translation *t, size_t cause);
void set_neigh(struct translation *t, size_t cause);
void set_router(struct translation *t, size_t cause);
void unset_subnet(struct translation *t, size_t cause);
void unset_vpc(struct translation *t, size_t cause);

/** steer_vpcs() - miss policy and group of the VPCs that a push concerns, or what they wait for */
void steer_vpcs(struct translation *t);
/** settle_routers() - routes of earlier pushes that can be made now, or lead elsewhere */
void settle_routers(struct translation *t);

#endif
