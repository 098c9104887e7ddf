// SPDX-License-Identifier: GPL-2.0
/* A push into the kernel: one transaction, less what the kernel refuses. */
#include "apply.h"

#include <errno.h>

#include "diff.h"

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
	struct alk_subnet have;
	size_t i;

	for (i = 0; i < push->n_edits; i++) {
		struct subnet *subnet = (struct subnet *)push->edits[i].after;

		if (!subnet || subnet->o.kind != ALK_SUBNET ||
		    alk_subnet_get(alk, subnet->k.id, &have))
			continue;
		subnet->k.encap = have.encap;
		subnet->k.flood = have.flood;
	}
}

static void refuse_rest(struct push *push, const char *text)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		if (push->results[i].action != ACTION_NONE)
			refuse(&push->results[i], STATUS(FAILURE), "%s", text);
}

/*
 * Return: 0 if the changes were made; -EAGAIN if the push has to be translated
 * anew, without the resources that were refused here.
 */
static int make_changes(struct alk *alk, struct push *push)
{
	size_t i, n_gone, n_refused;
	int err;

	do {
		n_gone = n_refused = 0;
		err = alk_apply(alk, push->changes, push->n_changes, ALK_ATOMIC);
		if (!err)
			break;
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
	} while (n_gone);

	for (i = 0; i < push->n_changes; i++)
		push->results[push->causes[i]].programmed = true;
	return 0;
}

void apply(struct alk *alk, struct store *store, const struct host *host, struct push *push)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		if (translate(store, host, push)) {
			keep_settings(alk, push);
			diff(push);
			if (!make_changes(alk, push)) {
				translate_keep(push);
				return;
			}
		}
		translate_undo(store, push);
	}
	refuse_rest(push, "given up: the other resources of the message make it impossible");
}
