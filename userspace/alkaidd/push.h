/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One push: the resources of a goal state, what became of each, and the edits
 * of the store and changes of the kernel's tables that it comes to.
 */
#ifndef ALKAIDD_PUSH_H
#define ALKAIDD_PUSH_H

#include "decode.h"
#include "store.h"

/* What a valid resource asks for. */
enum action {
	ACTION_NONE,
	ACTION_SET,	/* @object shall be there, just so */
	ACTION_UNSET,	/* whatever has this id shall be gone */
};

/**
 * struct result - one resource of a push
 * @type: of the resource
 * @op: operation that the controller asked for; may be any number
 * @id: Alcor id, from the message; empty if it has none
 * @config: its configuration, whole, or NULL
 * @owned: @config if the push owns it, and it is not of the message
 * @action: what it comes to, once validated
 * @object: with ACTION_SET; the push owns it until it is committed
 * @revision: of the message, or 0
 * @number: of the kernel object that it was before a restart, or 0
 * @idle: it was idle before a restart
 * @silent: not of the message but by the way: no status of it is replied, and
 *	it is kept already
 * @same_as: 1 + index of the result that it was united with, or 0
 * @status: SUCCESS until something else is found
 * @text: why @status is not SUCCESS, or a remark, or NULL
 * @programmed: it was part of a kernel transaction
 */
struct result {
	resource_t type;
	Alcor__Schema__OperationType op;
	const char *id;
	const ProtobufCMessage *config;
	ProtobufCMessage *owned;
	enum action action;
	struct object *object;
	uint32_t revision, number;
	bool idle, silent;
	size_t same_as;
	Alcor__Schema__OperationStatus status;
	char *text;
	bool programmed;
};

/**
 * struct edit - one change of the store
 * @before: object that goes, or NULL
 * @after: object that comes, or NULL
 * @cause: index of the result that asked for it
 * @side: @after is not the result's object but a copy made by the way
 */
struct edit {
	struct object *before, *after;
	size_t cause;
	bool side;
};

/**
 * struct push - what is on its way through the rooms
 * @results: one per resource, in the order of the message, then silent ones
 * @edits: made by translate(), in the order they were made to the store
 * @changes: made by diff(), in the order the kernel shall see them
 * @neighs: what @changes of neighbors point to
 * @causes: for each change, the index of the result that asked for it
 * @arena: what configurations live in that are neither owned nor of a message, or NULL
 */
struct push {
	struct result *results;
	size_t n_results, max_results;
	struct edit *edits;
	size_t n_edits, max_edits;
	struct alk_change *changes;
	struct alk_neigh *neighs;
	size_t n_neighs;
	size_t *causes;
	size_t n_changes, max_changes;
	struct arena *arena;
};

/** push_init() - list the resources of @goal, which must outlive the push */
void push_init(struct push *push, const struct goal *goal);
void push_free(struct push *push);

/** refuse() - settle what becomes of a resource; the first reason stays */
void refuse(struct result *result, Alcor__Schema__OperationStatus status,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** remark() - something to say of a resource that changes nothing for it */
void remark(struct result *result, const char *text);

/** push_add() - one more result; those that were there may move */
struct result *push_add(struct push *push);

/** refused() - whether @result is out: neither done nor still to be done */
bool refused(const struct result *result);

/* Names for the log. */
const char *type_name(resource_t type);
const char *status_name(Alcor__Schema__OperationStatus status);

#endif
