// SPDX-License-Identifier: GPL-2.0
/* A push into the kernel: one transaction, less what the kernel refuses. */
#include "apply.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc.h"
#include "diff.h"
#include "gateways.h"

/*
 * The kernel names everything it refuses in one go; more rounds are for what
 * was refused because of what others asked for. Nothing needs this many.
 */
#define ROUNDS 16

static bool gone_already(const struct alk_change *change)
{
	return change->verb == ALK_DEL &&
	       (change->error == -ENOENT || change->error == -ENODEV);
}

/* A netdev that went after it was looked up: the next look will not find it. */
static bool netdev_gone(const struct alk_change *change)
{
	return change->verb == ALK_REPLACE && change->kind == ALK_PORT &&
	       change->error == -ENODEV;
}

static void drop_gone(struct push *push)
{
	size_t i, n = 0;

	for (i = 0; i < push->n_changes; i++) {
		if (gone_already(&push->changes[i]))
			continue;
		push->changes[n] = push->changes[i];
		push->causes[n++] = push->causes[i];
	}
	push->n_changes = n;
}

/* What Alcor has no words for is set by others, and stays as they set it. */
static void keep_settings(struct alk *alk, struct push *push)
{
	struct alk_subnet *subnet = xcalloc(1, sizeof(*subnet));
	struct alk_vpc vpc;
	size_t i;

	for (i = 0; i < push->n_edits; i++) {
		struct object *after = push->edits[i].after;
		const struct vpc *before = (struct vpc *)push->edits[i].before;

		if (!after || object_idle(after))
			continue;
		if (after->type == RESOURCE(SUBNET) &&
		    !alk_subnet_get(alk, object_number(after), subnet))
			((struct subnet *)after)->k.flood = subnet->flood;
		if (after->type == RESOURCE(VPC) && !((struct vpc *)after)->k.gateway_group &&
		    (!before || !before->k.gateway_group) &&
		    !alk_vpc_get(alk, object_number(after), &vpc) &&
		    !gateway_is_configured(vpc.gateway_group)) {
			((struct vpc *)after)->k.miss = vpc.miss;
			((struct vpc *)after)->k.gateway_group = vpc.gateway_group;
		}
	}
	free(subnet);
}

static void refuse_rest(struct push *push, const char *text)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		if (push->results[i].action != ACTION_NONE)
			refuse(&push->results[i], STATUS(FAILURE), "%s", text);
}

/*
 * Return: 0 if the kernel has taken the changes, if there are any, and waits for the commit;
 * -EAGAIN if the push has to be translated anew, without the resources that were
 * refused here.
 */
static int prepare(struct alk *alk, struct push *push)
{
	size_t i, n_gone, n_refused;
	int err;

	while (push->n_changes) {
		n_gone = n_refused = 0;
		err = alk_apply(alk, push->changes, push->n_changes, ALK_PREPARE);
		if (!err)
			return 0;
		for (i = 0; i < push->n_changes; i++) {
			const struct alk_change *change = &push->changes[i];

			if (!change->error || change->error == -ECANCELED)
				continue;
			n_refused++;
			if (gone_already(change))
				n_gone++;
			else if (!netdev_gone(change))
				refuse(&push->results[push->causes[i]], STATUS(FAILURE), "%s",
				       change->text);
		}
		if (!n_refused)
			refuse_rest(push, alk_error(alk));
		if (n_gone != n_refused || !n_refused)
			return -EAGAIN;
		drop_gone(push);
	}
	return 0;
}

static bool any_refused(const struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		if (refused(&push->results[i]) && !push->results[i].silent)
			return true;
	return false;
}

static int commit(struct target *target, struct push *push)
{
	size_t i;

	persist(&target->persist, push, &target->store);
	if (push->n_changes && alk_commit(target->alk, NULL)) {
		refuse_rest(push, alk_error(target->alk));
		return -EIO;
	}
	for (i = 0; i < push->n_changes; i++)
		push->results[push->causes[i]].programmed = true;
	translate_keep(push);
	return 0;
}

/* Return: whether it is done, one way or the other. */
static bool try(struct target *target, struct push *push)
{
	if (!translate(&target->store, &target->host, push))
		return false;
	if (target->strict && any_refused(push)) {
		refuse_rest(push, "not applied: another resource of the message was refused");
		translate_undo(&target->store, push);
		return true;
	}
	keep_settings(target->alk, push);
	diff(push);
	if (prepare(target->alk, push))
		return false;
	return !commit(target, push);
}

void apply(struct target *target, struct push *push)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		if (try(target, push))
			return;
		translate_undo(&target->store, push);
	}
	refuse_rest(push, "given up: the other resources of the message make it impossible");
}
