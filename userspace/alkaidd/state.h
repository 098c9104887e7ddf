/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What survives the daemon: the last configuration of each resource, in an
 * SQLite database. Each push is a transaction of it, which is committed when the
 * kernel has taken all changes of the push and before they are made active there.
 * So the kernel is never ahead of it, and what it is behind is repaired at start.
 */
#ifndef ALKAIDD_STATE_H
#define ALKAIDD_STATE_H

#include <libalkaid.h>

#include "goalstateprovisioner.pb-c.h"

struct state;

/**
 * struct saved - a resource as it is kept
 * @number: of the VPC, subnet or gateway group in the kernel, else 0
 * @idle: a VPC or subnet that is known but not in the kernel, for want of users; a
 *	neighbor of which others have all addresses
 * @config: packed configuration message of @type, merged and complete
 */
struct saved {
	Alcor__Schema__ResourceType type;
	const char *id;
	uint32_t revision, number;
	bool idle;
	const void *config;
	size_t len;
};

/**
 * state_open() - open or make the database
 * @dir: where it is; NULL: in memory, for this run only
 * @durable: each push is on the disk before it is answered
 *
 * One that is corrupt, or not ours, is set aside under another name, and
 * logged. One that another daemon has open is not opened.
 *
 * Return: 0 or a negative errno, logged: -EBUSY, -EROFS, -ENOSPC...
 */
int state_open(const char *dir, bool durable, struct state **out);
void state_close(struct state *state);

/** state_is_new() - whether there was nothing to load */
bool state_is_new(const struct state *state);

/** state_load() - hand over all that is kept: VPCs, subnets, gateways, then the rest */
int state_load(struct state *state, int (*cb)(const struct saved *saved, void *arg), void *arg);

/** state_config() - the configuration of one resource, to be freed; or NULL */
uint8_t *state_config(struct state *state, Alcor__Schema__ResourceType type, const char *id,
		      size_t *len);

/* What a push changes, between state_begin() and state_commit() or state_rollback(). */
int state_begin(struct state *state);
int state_put(struct state *state, const struct saved *saved);
int state_idle(struct state *state, Alcor__Schema__ResourceType type, const char *id, bool idle);
int state_delete(struct state *state, Alcor__Schema__ResourceType type, const char *id);

/**
 * state_gone() - remember that an object is to leave the kernel
 *
 * Should the daemon die before it has, the next start takes it away: it is told
 * apart thus from what somebody else has put there. Forgotten with the next
 * push.
 */
int state_gone(struct state *state, const struct alk_change *change);
/** state_each_gone() - the @change handed over is an ALK_DEL, valid during the call */
int state_each_gone(struct state *state, int (*cb)(const struct alk_change *change, void *arg),
		    void *arg);

/** state_commit() - on failure all of it is rolled back */
int state_commit(struct state *state);
void state_rollback(struct state *state);

/** state_error() - of the last failure */
const char *state_error(const struct state *state);

/** state_bytes() - size of the database, for the status */
uint64_t state_bytes(const struct state *state);

#endif
