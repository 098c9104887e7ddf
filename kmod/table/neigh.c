// SPDX-License-Identifier: GPL-2.0
/* Neighbors: endpoints behind a VTEP, as userspace sets them. */
#include "../compat.h"
#include "endpoint.h"
#include "member.h"
#include "neigh.h"
#include "subnet.h"
#include "vpc.h"
#include "vtep.h"

/**
 * alkaid_neigh_lookup() - find a neighbor
 * @t: tables
 * @subnet: id of its subnet
 * @addr: address
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_endpoint *alkaid_neigh_lookup(struct alkaid_tables *t, u32 subnet,
					    const struct in6_addr *addr,
					    u32 gen)
{
	struct alkaid_subnet *s = alkaid_subnet_lookup(t, subnet, gen);
	struct alkaid_endpoint *ep;

	if (!s)
		return NULL;
	ep = alkaid_endpoint_by_ip(t, s->vpc->id, addr, gen);
	return ep && ep->subnet == s && alkaid_endpoint_vtep(ep) ? ep : NULL;
}

/*
 * The neighbor of the next generation, also of a subnet that the open transaction
 * ends: it has to end as well, or another one of the same id takes it over.
 */
static struct alkaid_endpoint *alkaid_neigh_prepared(struct alkaid_tables *t,
						     u32 subnet,
						     const struct in6_addr *addr)
{
	struct alkaid_endpoint *ep, *found = NULL;
	u32 next = alkaid_tables_next(t);
	struct rhlist_head *pos, *list;
	struct alkaid_subnet *s;

	rcu_read_lock();
	list = rhltable_lookup(&t->subnets, &subnet, alkaid_subnet_params);
	rhl_for_each_entry_rcu(s, pos, list, node) {
		if (!alkaid_gen_visible(&s->gen, next) && s->gen.died != next)
			continue;
		ep = alkaid_endpoint_by_ip(t, s->vpc->id, addr, next);
		if (ep && ep->subnet == s && alkaid_endpoint_vtep(ep)) {
			found = ep;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static int alkaid_neigh_check(const struct alkaid_subnet *subnet, u32 gen,
			      const struct alkaid_neigh_cfg *cfg,
			      struct netlink_ext_ack *extack)
{
	char text[ALKAID_ADDR_TEXT];

	if (!is_valid_ether_addr(cfg->mac)) {
		alkaid_extack_fmt(extack, "mac %pM is not a unicast MAC",
				  cfg->mac);
		return -EINVAL;
	}
	if (!alkaid_addr_is_host(&cfg->host)) {
		alkaid_extack_fmt(extack, "host %s is not a unicast address",
				  alkaid_addr_text(&cfg->host, text));
		return -EINVAL;
	}
	/* It would need an interface beside it. */
	if (ipv6_addr_type(&cfg->host) & IPV6_ADDR_LINKLOCAL) {
		alkaid_extack_fmt(extack, "host %s is a link-local address",
				  alkaid_addr_text(&cfg->host, text));
		return -EINVAL;
	}
	return alkaid_subnet_check_host(subnet, gen, &cfg->addr, extack);
}

static int alkaid_neigh_dies(struct alkaid_tables *t,
			     struct alkaid_endpoint *ep,
			     struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_dies(t, &alkaid_endpoint_kind, ep, extack);

	return err ?: alkaid_member_leave(t, ep->subnet,
					  alkaid_endpoint_vtep(ep), extack);
}

/**
 * alkaid_neigh_new() - prepare a neighbor or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @subnet: that of @cfg in the next generation, or NULL if there is none
 * @cfg: what it is to be
 * @mode: whether it may exist
 * @extack: reason of a refusal
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback.
 */
int alkaid_neigh_new(struct alkaid_tables *t, struct alkaid_subnet *subnet,
		     const struct alkaid_neigh_cfg *cfg,
		     enum alkaid_new mode, struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_endpoint *old;
	struct alkaid_vtep *vtep;
	char text[ALKAID_ADDR_TEXT];
	int err;

	if (!subnet) {
		alkaid_extack_fmt(extack, "subnet %u does not exist",
				  cfg->subnet);
		return -ENOENT;
	}
	err = alkaid_neigh_check(subnet, next, cfg, extack);
	if (err)
		return err;
	old = alkaid_endpoint_by_ip(t, subnet->vpc->id, &cfg->addr, next);
	if (old && (old->subnet->id != subnet->id || alkaid_endpoint_port(old))) {
		alkaid_extack_fmt(extack, "%s is %s's in subnet %u",
				  alkaid_addr_text(&cfg->addr, text),
				  alkaid_endpoint_name(old),
				  old->subnet->id);
		return -EEXIST;
	}
	if (!old && t->txn.in_use)
		old = alkaid_neigh_prepared(t, cfg->subnet, &cfg->addr);
	err = alkaid_new_check(mode, "neigh", old, extack);
	if (err)
		return err;
	if (old) {
		err = alkaid_neigh_dies(t, old, extack);
		if (err)
			return err;
	}
	vtep = alkaid_member_join(t, subnet, &cfg->host, extack);
	if (IS_ERR(vtep))
		return PTR_ERR(vtep);
	return alkaid_endpoint_add(t, subnet, &cfg->addr, cfg->mac, NULL, vtep,
				   extack);
}

/**
 * alkaid_neigh_del() - prepare the deletion of a neighbor
 * @t: tables, locked by alkaid_txn_enter()
 * @subnet: id of its subnet
 * @addr: address
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int alkaid_neigh_del(struct alkaid_tables *t, u32 subnet,
		     const struct in6_addr *addr,
		     struct netlink_ext_ack *extack)
{
	struct alkaid_endpoint *ep = alkaid_neigh_prepared(t, subnet, addr);

	if (!ep) {
		NL_SET_ERR_MSG(extack, "no such neigh");
		return -ENOENT;
	}
	return alkaid_neigh_dies(t, ep, extack);
}
