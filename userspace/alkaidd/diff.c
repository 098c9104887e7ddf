// SPDX-License-Identifier: GPL-2.0
/* From edits of the store to changes of the kernel's tables. */
#include "diff.h"

#include "alloc.h"

static void change_add(struct push *push, enum alk_verb verb, const struct object *o,
		       const struct alk_neigh *neigh, size_t cause)
{
	struct alk_change *change;

	if (push->n_changes == push->max_changes) {
		push->max_changes = push->max_changes ? push->max_changes * 2 : 64;
		push->changes = xrealloc(push->changes, push->max_changes, sizeof(*push->changes));
		push->causes = xrealloc(push->causes, push->max_changes, sizeof(*push->causes));
	}
	push->causes[push->n_changes] = cause;
	change = &push->changes[push->n_changes++];
	*change = (struct alk_change){ .verb = verb, .kind = o->kind };

	switch (o->kind) {
	case ALK_VPC:
		change->vpc = &((const struct vpc *)o)->k;
		break;
	case ALK_SUBNET:
		change->subnet = &((const struct subnet *)o)->k;
		break;
	case ALK_PORT:
		change->port = &((const struct port *)o)->k;
		break;
	case ALK_NEIGH:
		change->neigh = neigh;
		break;
	case ALK_ROUTE:
	case ALK_GATEWAY:
		break;
	}
}

static bool neigh_keeps(const struct neigh *after, const struct alk_neigh *k)
{
	size_t i;

	for (i = 0; after && i < after->n; i++)
		if (after->k[i].subnet == k->subnet && alk_addr_equal(&after->k[i].ip, &k->ip))
			return true;
	return false;
}

static void unset_neighs(struct push *push, const struct edit *edit)
{
	const struct neigh *before = (const struct neigh *)edit->before;
	size_t i;

	for (i = 0; before && i < before->n; i++)
		if (!neigh_keeps((const struct neigh *)edit->after, &before->k[i]))
			change_add(push, ALK_DEL, edit->before, &before->k[i], edit->cause);
}

static void set_neighs(struct push *push, const struct edit *edit)
{
	const struct neigh *after = (const struct neigh *)edit->after;
	size_t i;

	/* What a copy still has is in the kernel as it was. */
	if (!after || edit->side)
		return;
	for (i = 0; i < after->n; i++)
		change_add(push, ALK_REPLACE, edit->after, &after->k[i], edit->cause);
}

static uint32_t bound(const struct object *port)
{
	return port ? ((const struct port *)port)->k.ifindex : 0;
}

static void unset_port(struct push *push, const struct edit *edit)
{
	if (bound(edit->before) && bound(edit->before) != bound(edit->after))
		change_add(push, ALK_DEL, edit->before, NULL, edit->cause);
}

/* A port that was there may give up an address that a new one gets. */
static void set_old_port(struct push *push, const struct edit *edit)
{
	if (bound(edit->after) && bound(edit->before) == bound(edit->after))
		change_add(push, ALK_REPLACE, edit->after, NULL, edit->cause);
}

static void set_new_port(struct push *push, const struct edit *edit)
{
	if (bound(edit->after) && bound(edit->before) != bound(edit->after))
		change_add(push, ALK_REPLACE, edit->after, NULL, edit->cause);
}

static void set_other(struct push *push, const struct edit *edit)
{
	if (edit->after)
		change_add(push, ALK_REPLACE, edit->after, NULL, edit->cause);
}

static void unset_other(struct push *push, const struct edit *edit)
{
	if (!edit->after)
		change_add(push, ALK_DEL, edit->before, NULL, edit->cause);
}

void diff(struct push *push)
{
	/* Users go before what they use and come after it. */
	static const struct {
		enum alk_kind kind;
		void (*fn)(struct push *push, const struct edit *edit);
	} steps[] = {
		{ ALK_NEIGH, unset_neighs },
		{ ALK_PORT, unset_port },
		{ ALK_VPC, set_other },
		{ ALK_SUBNET, set_other },
		{ ALK_PORT, set_old_port },
		{ ALK_PORT, set_new_port },
		{ ALK_NEIGH, set_neighs },
		{ ALK_SUBNET, unset_other },
		{ ALK_VPC, unset_other },
	};
	size_t step, i;

	push->n_changes = 0;
	for (step = 0; step < sizeof(steps) / sizeof(steps[0]); step++) {
		for (i = 0; i < push->n_edits; i++) {
			const struct edit *edit = &push->edits[i];
			const struct object *o = edit->after ? edit->after : edit->before;

			if (o->kind == steps[step].kind)
				steps[step].fn(push, edit);
		}
	}
}
