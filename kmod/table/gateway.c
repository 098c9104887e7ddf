// SPDX-License-Identifier: GPL-2.0
/* Gateways: the members of gateway groups. */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include "counters.h"
#include "flow.h"
#include "group.h"
#include "pin.h"
#include "vtep.h"

const struct rhashtable_params alkaid_gateway_params = {
	.key_offset = offsetof(struct alkaid_gateway, addr),
	.key_len = sizeof_field(struct alkaid_gateway, addr),
	.head_offset = offsetof(struct alkaid_gateway, node),
	.automatic_shrinking = true,
};

static struct alkaid_gateway *alkaid_gateway_find(struct alkaid_tables *t,
						  struct alkaid_group *group,
						  const struct in6_addr *addr,
						  const u8 *mac)
{
	struct alkaid_gateway *gw, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->gateways, addr, alkaid_gateway_params);
	rhl_for_each_entry_rcu(gw, pos, list, node) {
		if (gw->group == group && ether_addr_equal(gw->mac, mac)) {
			found = gw;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static struct alkaid_gateway *alkaid_gateway_alloc(struct alkaid_tables *t,
						   struct alkaid_group *group,
						   const struct in6_addr *addr,
						   const u8 *mac)
{
	struct alkaid_gateway *gw = kzalloc(sizeof(*gw), GFP_KERNEL_ACCOUNT);

	if (!gw)
		return NULL;
	gw->addr = *addr;
	ether_addr_copy(gw->mac, mac);
	gw->group = group;
	gw->alive = true;
	gw->told = ALKAID_GATEWAY_UNTOLD;
	gw->refs = 1;
	gw->counters = alkaid_counters_alloc();
	if (!gw->counters)
		goto err_free;
	gw->vtep = alkaid_vtep_get(t, addr);
	if (!gw->vtep)
		goto err_counters;
	return gw;

err_counters:
	free_percpu(gw->counters);
err_free:
	kfree(gw);
	return NULL;
}

/**
 * alkaid_gateway_get() - find or make a gateway
 * @t: tables, locked
 * @group: its group
 * @addr: underlay address
 * @mac: MAC
 *
 * Return: a reference, to be given back with alkaid_gateway_put(); ERR_PTR() of
 * -ENOMEM, or of -EAGAIN while those that left the group have all places.
 */
struct alkaid_gateway *alkaid_gateway_get(struct alkaid_tables *t,
					  struct alkaid_group *group,
					  const struct in6_addr *addr,
					  const u8 *mac)
{
	struct alkaid_gateway *gw = alkaid_gateway_find(t, group, addr, mac);
	unsigned int place;

	lockdep_assert_held(&t->lock);
	if (gw) {
		gw->refs++;
		return gw;
	}
	place = find_first_zero_bit(group->places, ALKAID_PLACES);
	if (place == ALKAID_PLACES)
		return ERR_PTR(-EAGAIN);
	gw = alkaid_gateway_alloc(t, group, addr, mac);
	if (!gw)
		return ERR_PTR(-ENOMEM);
	if (alkaid_tables_insert(&t->gateways, &gw->node,
				 alkaid_gateway_params)) {
		alkaid_vtep_put(t, gw->vtep);
		free_percpu(gw->counters);
		kfree(gw);
		return ERR_PTR(-ENOMEM);
	}
	gw->place = place;
	__set_bit(place, group->places);
	return gw;
}

/* Whether a group has a member there. */
static bool alkaid_gateway_is_at(struct alkaid_tables *t,
				 const struct in6_addr *addr)
{
	bool is;

	rcu_read_lock();
	is = rhltable_lookup(&t->gateways, addr, alkaid_gateway_params);
	rcu_read_unlock();
	return is;
}

/**
 * alkaid_gateway_put() - give back a reference
 * @t: tables, locked
 * @gw: gateway, which no frame can be steered to if this was the last
 *
 * Readers of the table by address may still see its key and its group.
 */
void alkaid_gateway_put(struct alkaid_tables *t, struct alkaid_gateway *gw)
{
	lockdep_assert_held(&t->lock);
	if (--gw->refs)
		return;
	rhltable_remove(&t->gateways, &gw->node, alkaid_gateway_params);
	alkaid_flows_end_gateway(t, gw);
	__clear_bit(gw->place, gw->group->places);
	if (!alkaid_gateway_is_at(t, &gw->addr))
		alkaid_pin_clear(gw->vtep);
	alkaid_vtep_put(t, gw->vtep);
	free_percpu(gw->counters);
	kfree_rcu(gw, rcu);
}

/**
 * alkaid_gateway_is_member() - whether a gateway is one of its group
 * @gw: gateway
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 */
bool alkaid_gateway_is_member(const struct alkaid_gateway *gw, u32 gen)
{
	const struct alkaid_group_rev *rev;
	u16 number;

	if (!alkaid_gen_visible(&gw->group->gen, gen))
		return false;
	rev = alkaid_group_config(gw->group, gen);
	number = rev->by_place[gw->place];
	return number != ALKAID_MAGLEV_NONE &&
	       rev->members[number].gateway == gw;
}

/**
 * alkaid_gateway_conflict() - find a member of another group with another MAC
 * @t: tables
 * @group: group that it is not of, or NULL
 * @addr: underlay address
 * @mac: MAC that it has not
 * @gen: generation
 *
 * The underlay knows one MAC for an address.
 *
 * Context: the tables' lock.
 * Return: NULL if there is none.
 */
const struct alkaid_gateway *
alkaid_gateway_conflict(struct alkaid_tables *t,
			const struct alkaid_group *group,
			const struct in6_addr *addr, const u8 *mac, u32 gen)
{
	const struct alkaid_gateway *found = NULL;
	struct rhlist_head *pos, *list;
	struct alkaid_gateway *gw;

	lockdep_assert_held(&t->lock);
	rcu_read_lock();
	list = rhltable_lookup(&t->gateways, addr, alkaid_gateway_params);
	rhl_for_each_entry_rcu(gw, pos, list, node) {
		if (gw->group != group && !ether_addr_equal(gw->mac, mac) &&
		    alkaid_gateway_is_member(gw, gen)) {
			found = gw;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_gateway_of_group() - find a member of a group
 * @t: tables
 * @group: group, or NULL for any
 * @addr: underlay address
 * @gen: generation
 *
 * Context: RCU read side.
 * Return: NULL if there is none.
 */
struct alkaid_gateway *alkaid_gateway_of_group(struct alkaid_tables *t,
					       const struct alkaid_group *group,
					       const struct in6_addr *addr,
					       u32 gen)
{
	struct rhlist_head *pos, *list;
	struct alkaid_gateway *gw;

	list = rhltable_lookup(&t->gateways, addr, alkaid_gateway_params);
	rhl_for_each_entry_rcu(gw, pos, list, node)
		if ((!group || gw->group == group) &&
		    alkaid_gateway_is_member(gw, gen))
			return gw;
	return NULL;
}
