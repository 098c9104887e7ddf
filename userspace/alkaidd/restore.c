// SPDX-License-Identifier: GPL-2.0
/* At start: what the state has kept is made so again. */
#include "restore.h"

#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "configuration.h"
#include "gateways.h"
#include "log.h"
#include "resync.h"
#include "validate.h"

/* Each round leaves out what the one before refused; nothing that was kept needs this many. */
#define ROUNDS 16
#define LOG_MAX 1000

static int add_saved(const struct saved *saved, void *arg)
{
	struct push *push = arg;
	const ProtobufCMessage *config = decode(push->arena, config_type(saved->type),
						saved->config, saved->len);
	struct result *r;

	if (!config) {
		log_error("state: %s %s: cannot be decoded", type_name(saved->type),
			  PLAIN(saved->id));
		return 0;
	}
	r = push_add(push);
	r->type = saved->type;
	r->op = saved->type == RESOURCE(PORT) ? OPERATION(CREATE) : OPERATION(INFO);
	r->config = config;
	r->id = config_id(config);
	r->revision = saved->revision;
	r->number = saved->number;
	r->idle = saved->idle;
	r->silent = true;
	return 0;
}

/* The store becomes what it was; the kernel is not asked yet. */
static void translate_all(struct target *target, struct push *push)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		if (translate(&target->store, &target->host, push))
			break;
		translate_undo(&target->store, push);
	}
	translate_keep(push);
}

static void log_refused(const struct push *push)
{
	size_t i, n = 0;

	for (i = 0; i < push->n_results; i++) {
		const struct result *r = &push->results[i];

		if (refused(r) && n++ < LOG_MAX)
			log_error("restore: %s %s: %s", type_name(r->type), PLAIN(r->id), r->text);
	}
	if (n > LOG_MAX)
		log_error("restore: %zu more resources were refused", n - LOG_MAX);
}

/* What was to go is gone now: it is not to be looked for another time. */
static void forget_gone(struct state *state)
{
	if (!state_begin(state))
		state_commit(state);
}

int restore(struct target *target)
{
	const int64_t start = g_get_monotonic_time();
	struct resync r = { .repair = true, .start = true };
	/* As much as there is: it is what earlier pushes were allowed. */
	struct push push = { .arena = arena_new(SIZE_MAX, true) };
	size_t n;
	int err;

	err = state_load(target->persist.state, add_saved, &push);
	if (err) {
		log_error("state: cannot read: %s", state_error(target->persist.state));
		push_free(&push);
		return err;
	}
	n = push.n_results;
	validate(&push);
	gateways_push(&push, &target->store, &target->host);
	translate_all(target, &push);
	log_refused(&push);
	push_free(&push);

	err = resync(target, &r);
	if (err)
		return err;
	forget_gone(target->persist.state);
	log_info("restore: %zu resources of an earlier run; of %zu objects in the tables "
		 "%zu missing, %zu changed, %zu deleted, %zu refused; %zu of others; in %lld ms",
		 n, r.objects, r.missing, r.changed, r.deleted, r.refused, r.foreign,
		 (long long)(g_get_monotonic_time() - start) / 1000);
	return 0;
}
