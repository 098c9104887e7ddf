// SPDX-License-Identifier: GPL-2.0
/* Who leads to a gateway group: VPCs and routes. */
#include "../compat.h"
#include "addr.h"
#include "group.h"
#include "group_user.h"
#include "route.h"
#include "vpc.h"

typedef bool (*alkaid_group_user_t)(const void *obj,
				    const struct alkaid_group *group, u32 gen);

/*
 * The first in a table that is a user: groups do not know theirs, since a
 * refusal is the only time at which they are looked for.
 */
static const void *alkaid_group_user(struct rhltable *table,
				     alkaid_group_user_t is_user,
				     const struct alkaid_group *group, u32 gen)
{
	const void *obj, *found = NULL;
	struct rhashtable_iter iter;

	rhltable_walk_enter(table, &iter);
	rhashtable_walk_start(&iter);
	while (!found && (obj = rhashtable_walk_next(&iter))) {
		/* A resize: objects may come twice, but none is left out. */
		if (!IS_ERR(obj) && is_user(obj, group, gen))
			found = obj;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

static bool alkaid_group_user_vpc(const void *obj,
				  const struct alkaid_group *group, u32 gen)
{
	const struct alkaid_vpc *vpc = obj;

	return alkaid_gen_visible(&vpc->gen, gen) &&
	       alkaid_vpc_config(vpc, gen)->group == group;
}

static bool alkaid_group_user_route(const void *obj,
				    const struct alkaid_group *group, u32 gen)
{
	const struct alkaid_route *route = obj;

	return route->type == ALKAID_ROUTE_GROUP && route->group == group &&
	       alkaid_gen_visible(&route->gen, gen);
}

static void alkaid_group_tell_route(const struct alkaid_group *group,
				    const struct alkaid_route *route,
				    struct netlink_ext_ack *extack)
{
	const struct alkaid_prefix prefix = {
		.addr = route->key.addr,
		.len = route->key.len,
	};
	char text[ALKAID_PREFIX_TEXT];

	alkaid_prefix_text(&prefix, text);
	if (group->users == 1)
		alkaid_extack_fmt(extack, "gateway %u is used by route %s of vpc %u",
				  group->id, text, route->key.vpc);
	else
		alkaid_extack_fmt(extack, "gateway %u is used by route %s and %u more",
				  group->id, text, group->users - 1);
}

/**
 * alkaid_group_tell_users() - name one of those who lead to a gateway group
 * @t: tables, locked
 * @obj: group that has users in the next generation
 * @extack: gets the text
 *
 * VPCs are named before routes, as there are fewer of them.
 */
void alkaid_group_tell_users(struct alkaid_tables *t, const void *obj,
			     struct netlink_ext_ack *extack)
{
	const struct alkaid_group *group = obj;
	u32 next = alkaid_tables_next(t);
	const struct alkaid_route *route;
	const struct alkaid_vpc *vpc;

	lockdep_assert_held(&t->lock);
	vpc = alkaid_group_user(&t->vpcs, alkaid_group_user_vpc, group, next);
	if (vpc && group->users == 1) {
		alkaid_extack_fmt(extack, "gateway %u is used by vpc %u",
				  group->id, vpc->id);
		return;
	}
	if (vpc) {
		alkaid_extack_fmt(extack,
				  "gateway %u is used by vpc %u and %u more",
				  group->id, vpc->id, group->users - 1);
		return;
	}
	route = alkaid_group_user(&t->routes, alkaid_group_user_route, group,
				  next);
	if (route)
		alkaid_group_tell_route(group, route, extack);
}
