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

/* Of a table's key, beside which an address or a MAC is. */
static u32 alkaid_endpoint_vpc(const struct alkaid_endpoint *ep)
{
	return ep->subnet->vpc->id;
}

static u32 alkaid_mac_hash(const struct alkaid_mac_key *key, u32 seed)
{
	return alkaid_hash_mix(alkaid_hash_begin(key->vni, seed) ^
			       alkaid_hash_mac(key->addr));
}

static bool alkaid_mac_equal(const void *obj, const void *data)
{
	const struct alkaid_endpoint *ep = obj;
	const struct alkaid_mac_key *key = data;

	return ether_addr_equal(ep->mac, key->addr) &&
	       ep->subnet->vni == key->vni;
}

static u32 alkaid_ip_hash(const struct alkaid_ip_key *key, u32 seed)
{
	return alkaid_hash_addr(key->vpc, seed, &key->addr);
}

static bool alkaid_ip_equal(const void *obj, const void *data)
{
	const struct alkaid_endpoint *ep = obj;
	const struct alkaid_ip_key *key = data;

	return ipv6_addr_equal(&ep->ip, &key->addr) &&
	       alkaid_endpoint_vpc(ep) == key->vpc;
}

static u32 alkaid_endpoint_hash_mac(const void *obj, u32 seed)
{
	const struct alkaid_endpoint *ep = obj;
	struct alkaid_mac_key key = { .vni = ep->subnet->vni };

	ether_addr_copy(key.addr, ep->mac);
	return alkaid_mac_hash(&key, seed);
}

static bool alkaid_endpoint_equal_mac(const void *a, const void *b)
{
	const struct alkaid_endpoint *ep = b;
	struct alkaid_mac_key key = { .vni = ep->subnet->vni };

	ether_addr_copy(key.addr, ep->mac);
	return alkaid_mac_equal(a, &key);
}

static u32 alkaid_endpoint_hash_ip(const void *obj, u32 seed)
{
	const struct alkaid_endpoint *ep = obj;
	const struct alkaid_ip_key key = {
		.vpc = alkaid_endpoint_vpc(ep),
		.addr = ep->ip,
	};

	return alkaid_ip_hash(&key, seed);
}

static bool alkaid_endpoint_equal_ip(const void *a, const void *b)
{
	const struct alkaid_endpoint *ep = b;
	const struct alkaid_ip_key key = {
		.vpc = alkaid_endpoint_vpc(ep),
		.addr = ep->ip,
	};

	return alkaid_ip_equal(a, &key);
}

const struct alkaid_index_kind alkaid_endpoint_mac_index = {
	.same = offsetof(struct alkaid_endpoint, same_mac),
	.hash = alkaid_endpoint_hash_mac,
	.equal = alkaid_endpoint_equal_mac,
};

/* Those of one address are of different generations. */
const struct alkaid_index_kind alkaid_endpoint_ip_index = {
	.same = offsetof(struct alkaid_endpoint, same_ip),
	.hash = alkaid_endpoint_hash_ip,
	.equal = alkaid_endpoint_equal_ip,
};

/**
 * alkaid_endpoint_cache_init() - make the slab
 *
 * Return: 0 or -ENOMEM.
 */
int alkaid_endpoint_cache_init(void)
{
	alkaid_endpoint_cache = KMEM_CACHE(alkaid_endpoint,
					   SLAB_ACCOUNT | SLAB_HWCACHE_ALIGN);
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
		alkaid_moved_stays(t, alkaid_endpoint_vpc(ep), &ep->ip);
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
		alkaid_moved_leaves(t, alkaid_endpoint_vpc(ep), &ep->ip);
}

/* What was taught about the address was so of another state of things. */
static void alkaid_endpoint_settled(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	alkaid_flows_end_addr(t, ep->subnet->vpc, &ep->ip);
}

static void alkaid_endpoint_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_endpoint *ep = obj;

	if (alkaid_endpoint_port(ep))
		alkaid_moved_left(t, alkaid_endpoint_vpc(ep), &ep->ip);
	alkaid_index_remove(&t->endpoints_by_ip, ep);
	alkaid_index_remove(&t->endpoints_by_mac, ep);
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
	struct alkaid_endpoint *ep;

	ep = alkaid_index_find(&t->endpoints_by_ip,
			       alkaid_ip_hash(&key, t->endpoints_by_ip.seed),
			       &key, alkaid_ip_equal);
	while (ep && unlikely(!alkaid_gen_visible(&ep->gen, gen)))
		ep = rcu_dereference_check(ep->same_ip, 1);
	return ep;
}

/* The first of those that have a MAC. */
static __always_inline struct alkaid_endpoint *
alkaid_endpoint_first(struct alkaid_tables *t, u32 vni, const u8 *mac)
{
	struct alkaid_mac_key key = { .vni = vni };

	ether_addr_copy(key.addr, mac);
	return alkaid_index_find(&t->endpoints_by_mac,
				 alkaid_mac_hash(&key, t->endpoints_by_mac.seed),
				 &key, alkaid_mac_equal);
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
	struct alkaid_endpoint *ep = alkaid_endpoint_first(t, vni, mac);

	while (ep && unlikely(!alkaid_gen_visible(&ep->gen, gen)))
		ep = rcu_dereference_check(ep->same_mac, 1);
	return ep;
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
	struct alkaid_endpoint *ep = alkaid_endpoint_first(t, vni, mac);

	while (ep && !(alkaid_endpoint_port(ep) &&
		       alkaid_gen_visible(&ep->gen, gen)))
		ep = rcu_dereference_check(ep->same_mac, 1);
	return ep;
}

/**
 * alkaid_endpoint_ip_hash() - hash in alkaid_tables.endpoints_by_ip
 * @t: tables
 * @vpc: id of the VPC
 * @addr: address
 */
u32 alkaid_endpoint_ip_hash(const struct alkaid_tables *t, u32 vpc,
			    const struct in6_addr *addr)
{
	const struct alkaid_ip_key key = { .vpc = vpc, .addr = *addr };

	return alkaid_ip_hash(&key, t->endpoints_by_ip.seed);
}

/**
 * alkaid_endpoint_mac_hash() - hash in alkaid_tables.endpoints_by_mac
 * @t: tables
 * @vni: VXLAN network identifier
 * @mac: MAC, six bytes
 */
u32 alkaid_endpoint_mac_hash(const struct alkaid_tables *t, u32 vni,
			     const u8 *mac)
{
	struct alkaid_mac_key key = { .vni = vni };

	ether_addr_copy(key.addr, mac);
	return alkaid_mac_hash(&key, t->endpoints_by_mac.seed);
}

/**
 * alkaid_endpoint_prefetch() - have at hand where an endpoint will be put
 * @t: tables
 * @subnet: its subnet
 * @addr: address
 * @mac: MAC, six bytes
 *
 * Context: the tables' lock.
 */
void alkaid_endpoint_prefetch(const struct alkaid_tables *t,
			      const struct alkaid_subnet *subnet,
			      const struct in6_addr *addr, const u8 *mac)
{
	prefetch(alkaid_index_bucket(&t->endpoints_by_ip,
				     alkaid_endpoint_ip_hash(t, subnet->vpc->id,
							     addr)));
	prefetch(alkaid_index_bucket(&t->endpoints_by_mac,
				     alkaid_endpoint_mac_hash(t, subnet->vni,
							      mac)));
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
	/* Each member is set below, at its birth, or by the indexes. */
	ep = kmem_cache_alloc(alkaid_endpoint_cache, GFP_KERNEL);
	if (!ep)
		goto err_vtep;
	ep->ip = *addr;
	ether_addr_copy(ep->mac, mac);
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
	err = alkaid_index_insert(&t->endpoints_by_ip, ep);
	return err ?: alkaid_index_insert(&t->endpoints_by_mac, ep);

err_vtep:
	if (vtep)
		alkaid_vtep_put(t, vtep);
	return err;
}

/**
 * alkaid_endpoint_destroy() - free an endpoint with its table
 * @ptr: the endpoint
 * @arg: the tables; alkaid_index_destroy() calls this
 */
void alkaid_endpoint_destroy(void *ptr, void *arg)
{
	alkaid_endpoint_free(arg, ptr);
}
