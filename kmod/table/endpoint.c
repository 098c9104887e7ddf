// SPDX-License-Identifier: GPL-2.0
/* Endpoints: what an address leads to. */
#include <linux/slab.h>

#include "../compat.h"
#include "endpoint.h"
#include "hash.h"
#include "member.h"
#include "moved.h"
#include "port.h"
#include "subnet.h"
#include "vpc.h"
#include "vtep.h"

static struct kmem_cache *alkaid_endpoint_cache;

static u32 alkaid_mac_hash(const void *data, u32 len, u32 seed)
{
	const struct alkaid_mac_key *key = data;

	return alkaid_hash_mix(alkaid_hash_begin(key->vni, seed) ^
			       alkaid_hash_mac(key->addr));
}

static int alkaid_mac_compare(struct rhashtable_compare_arg *arg,
			      const void *obj)
{
	const struct alkaid_endpoint *ep = obj;
	const struct alkaid_mac_key *key = arg->key;

	return ep->mac.vni != key->vni ||
	       !ether_addr_equal(ep->mac.addr, key->addr);
}

static u32 alkaid_ip_hash(const void *data, u32 len, u32 seed)
{
	const struct alkaid_ip_key *key = data;
	u64 high = get_unaligned((const u64 *)&key->addr.s6_addr32[0]);
	u64 low = get_unaligned((const u64 *)&key->addr.s6_addr32[2]);

	return alkaid_hash_long(key->vpc, seed, high, low);
}

static int alkaid_ip_compare(struct rhashtable_compare_arg *arg,
			     const void *obj)
{
	const struct alkaid_endpoint *ep = obj;
	const struct alkaid_ip_key *key = arg->key;

	return ep->ip.vpc != key->vpc ||
	       !ipv6_addr_equal(&ep->ip.addr, &key->addr);
}

const struct rhashtable_params alkaid_endpoint_mac_params = {
	.key_offset = offsetof(struct alkaid_endpoint, mac),
	.key_len = sizeof(struct alkaid_mac_key),
	.head_offset = offsetof(struct alkaid_endpoint, mac_node),
	.hashfn = alkaid_mac_hash,
	.obj_cmpfn = alkaid_mac_compare,
	.automatic_shrinking = true,
};

const struct rhashtable_params alkaid_endpoint_ip_params = {
	.key_offset = offsetof(struct alkaid_endpoint, ip),
	.key_len = sizeof(struct alkaid_ip_key),
	.head_offset = offsetof(struct alkaid_endpoint, ip_node),
	.hashfn = alkaid_ip_hash,
	.obj_cmpfn = alkaid_ip_compare,
	.automatic_shrinking = true,
};

/**
 * alkaid_endpoint_cache_init() - make the slab
 *
 * Return: 0 or -ENOMEM.
 */
int alkaid_endpoint_cache_init(void)
{
	alkaid_endpoint_cache = KMEM_CACHE(alkaid_endpoint, SLAB_ACCOUNT);
	return alkaid_endpoint_cache ? 0 : -ENOMEM;
}

/**
 * alkaid_endpoint_cache_exit() - give back the slab, when no device is left
 */
void alkaid_endpoint_cache_exit(void)
{
	kmem_cache_destroy(alkaid_endpoint_cache);
}

static void alkaid_endpoint_users(struct alkaid_tables *t,
				  struct alkaid_endpoint *ep, int n)
{
	struct alkaid_vtep *vtep = alkaid_endpoint_vtep(ep);

	t->n_endpoints += n;
	/* The addresses of a port are counted once, by its binding. */
	if (!vtep)
		return;
	ep->subnet->users += n;
	alkaid_member_users(t, ep->subnet, vtep, n);
}

static void alkaid_endpoint_hold(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	alkaid_endpoint_users(t, ep, 1);
	if (alkaid_endpoint_port(ep))
		alkaid_moved_stays(t, ep->ip.vpc, &ep->ip.addr);
}

/* A port's, and not only prepared: that is born a generation ahead. */
static bool alkaid_endpoint_was_here(struct alkaid_tables *t,
				     const struct alkaid_endpoint *ep)
{
	return alkaid_endpoint_port(ep) &&
	       ep->gen.born != alkaid_tables_next(t);
}

static void alkaid_endpoint_release(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	alkaid_endpoint_users(t, ep, -1);
	if (alkaid_endpoint_was_here(t, ep))
		alkaid_moved_leaves(t, ep->ip.vpc, &ep->ip.addr);
}

/* What was taught about the address was so of another state of things. */
static void alkaid_endpoint_settled(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	alkaid_flows_end_addr(t, ep->subnet->vpc, &ep->ip.addr);
}

static void alkaid_endpoint_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	if (alkaid_endpoint_port(ep))
		alkaid_moved_left(t, ep->ip.vpc, &ep->ip.addr);
	rhltable_remove(&t->endpoints_by_ip, &ep->ip_node,
			alkaid_endpoint_ip_params);
	rhltable_remove(&t->endpoints_by_mac, &ep->mac_node,
			alkaid_endpoint_mac_params);
	alkaid_endpoint_settled(t, ep);
}

static void alkaid_endpoint_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	if (alkaid_endpoint_port(ep))
		alkaid_port_put(t, alkaid_endpoint_port(ep));
	else
		alkaid_vtep_put(t, alkaid_endpoint_vtep(ep));
	kmem_cache_free(alkaid_endpoint_cache, ep);
}

const struct alkaid_kind alkaid_endpoint_kind = {
	.name = "neigh",
	.gen = offsetof(struct alkaid_endpoint, gen),
	.size = sizeof(struct alkaid_endpoint),
	.hold = alkaid_endpoint_hold,
	.release = alkaid_endpoint_release,
	.settled = alkaid_endpoint_settled,
	.unlink = alkaid_endpoint_unlink,
	.free = alkaid_endpoint_free,
};

/**
 * alkaid_endpoint_by_ip() - find what has an address
 * @t: tables
 * @vpc: id of the VPC
 * @addr: address
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if nothing has; valid while the caller holds either.
 */
struct alkaid_endpoint *__flatten
alkaid_endpoint_by_ip(struct alkaid_tables *t, u32 vpc,
		      const struct in6_addr *addr, u32 gen)
{
	const struct alkaid_ip_key key = { .vpc = vpc, .addr = *addr };
	struct alkaid_endpoint *ep, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = rhltable_lookup(&t->endpoints_by_ip, &key,
			       alkaid_endpoint_ip_params);
	rhl_for_each_entry_rcu(ep, pos, list, ip_node) {
		if (likely(alkaid_gen_visible(&ep->gen, gen))) {
			found = ep;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_endpoint_by_mac() - find what has a MAC
 * @t: tables
 * @vni: VXLAN network identifier
 * @mac: MAC, six bytes
 * @gen: generation
 *
 * If several have it, the one that was put there last: a VM that moves with
 * many addresses is at its new place from the first of them on.
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if nothing has; valid while the caller holds either.
 */
struct alkaid_endpoint *__flatten
alkaid_endpoint_by_mac(struct alkaid_tables *t, u32 vni, const u8 *mac, u32 gen)
{
	struct alkaid_endpoint *ep, *found = NULL;
	struct alkaid_mac_key key = { .vni = vni };
	struct rhlist_head *pos, *list;

	ether_addr_copy(key.addr, mac);
	rcu_read_lock();
	list = rhltable_lookup(&t->endpoints_by_mac, &key,
			       alkaid_endpoint_mac_params);
	rhl_for_each_entry_rcu(ep, pos, list, mac_node) {
		if (likely(alkaid_gen_visible(&ep->gen, gen))) {
			found = ep;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_endpoint_local_by_mac() - find the port's address that has a MAC
 * @t: tables
 * @vni: VXLAN network identifier
 * @mac: MAC, six bytes
 * @gen: generation
 *
 * Unlike alkaid_endpoint_by_mac() it looks behind what was put there later.
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if no port has; valid while the caller holds either.
 */
struct alkaid_endpoint *
alkaid_endpoint_local_by_mac(struct alkaid_tables *t, u32 vni, const u8 *mac,
			     u32 gen)
{
	struct alkaid_endpoint *ep, *found = NULL;
	struct alkaid_mac_key key = { .vni = vni };
	struct rhlist_head *pos, *list;

	ether_addr_copy(key.addr, mac);
	rcu_read_lock();
	list = rhltable_lookup(&t->endpoints_by_mac, &key,
			       alkaid_endpoint_mac_params);
	rhl_for_each_entry_rcu(ep, pos, list, mac_node) {
		if (alkaid_endpoint_port(ep) &&
		    alkaid_gen_visible(&ep->gen, gen)) {
			found = ep;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_endpoint_name() - whose an address is, for messages
 * @ep: endpoint
 *
 * Context: the tables' lock.
 */
const char *alkaid_endpoint_name(const struct alkaid_endpoint *ep)
{
	const struct alkaid_port *port = alkaid_endpoint_port(ep);

	return port ? port->name : "a neighbor";
}

/**
 * alkaid_endpoint_add() - prepare an endpoint
 * @t: tables, locked
 * @subnet: its subnet
 * @addr: address, unique in the VPC
 * @mac: MAC
 * @port: where it is, if local: a reference is taken
 * @vtep: where it is, if remote: the caller's reference is taken over,
 *	also on failure
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOSPC or -ENOMEM; the caller then ends with a rollback.
 */
int alkaid_endpoint_add(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			const struct in6_addr *addr, const u8 *mac,
			struct alkaid_port *port, struct alkaid_vtep *vtep,
			struct netlink_ext_ack *extack)
{
	struct alkaid_endpoint *ep;
	int err = -ENOMEM;

	if (t->n_endpoints >= ALKAID_ENDPOINTS_MAX) {
		NL_SET_ERR_MSG(extack, "the device has its most addresses");
		err = -ENOSPC;
		goto err_vtep;
	}
	ep = kmem_cache_zalloc(alkaid_endpoint_cache, GFP_KERNEL);
	if (!ep)
		goto err_vtep;
	ep->ip.vpc = subnet->vpc->id;
	ep->ip.addr = *addr;
	ep->mac.vni = subnet->vni;
	ether_addr_copy(ep->mac.addr, mac);
	ep->subnet = subnet;
	if (port) {
		alkaid_port_hold(t, port);
		ep->where = (unsigned long)port | ALKAID_ENDPOINT_LOCAL;
	} else {
		ep->where = (unsigned long)vtep;
	}
	err = alkaid_txn_born(t, &alkaid_endpoint_kind, ep, extack);
	if (err) {
		alkaid_endpoint_free(t, ep);
		return err;
	}
	err = alkaid_tables_insert(&t->endpoints_by_ip, &ep->ip_node,
				   alkaid_endpoint_ip_params);
	if (err)
		return err;
	return alkaid_tables_insert(&t->endpoints_by_mac, &ep->mac_node,
				    alkaid_endpoint_mac_params);

err_vtep:
	if (vtep)
		alkaid_vtep_put(t, vtep);
	return err;
}

/**
 * alkaid_endpoint_destroy() - free an endpoint with its table
 * @ptr: the endpoint
 * @arg: the tables; rhltable_free_and_destroy() calls this
 */
void alkaid_endpoint_destroy(void *ptr, void *arg)
{
	alkaid_endpoint_free(arg, ptr);
}
