// SPDX-License-Identifier: GPL-2.0
/* Prefix trie: routes by longest prefix, for readers under RCU. */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "route.h"
#include "trie.h"

#define ALKAID_TRIE_BITS	128

/**
 * struct alkaid_trie_node - a prefix
 * @child: of the prefixes that go on with bit 0, and with bit 1
 * @routes: of this prefix, in any generation; a fork has none
 * @addr: prefix
 * @len: bits of @addr that count
 * @rcu: readers may be in it when it goes
 *
 * @addr and @len never change.
 */
struct alkaid_trie_node {
	struct alkaid_trie_node __rcu *child[2];
	struct alkaid_route __rcu *routes;
	struct in6_addr addr;
	u8 len;
	struct rcu_head rcu;
};

static struct alkaid_trie_node *
alkaid_trie_deref(struct alkaid_trie_node __rcu *const *link)
{
	/* Writers hold the tables' lock. */
	return rcu_dereference_protected(*link, 1);
}

static bool alkaid_trie_bit(const struct in6_addr *addr, u8 at)
{
	return addr->s6_addr[at / 8] & (0x80 >> at % 8);
}

static bool alkaid_trie_covers(const struct alkaid_trie_node *node,
			       const struct in6_addr *addr)
{
	return ipv6_prefix_equal(&node->addr, addr, node->len);
}

/* A writer's way down. */
static struct alkaid_trie_node *
alkaid_trie_step(const struct alkaid_trie_node *node,
		 const struct in6_addr *addr)
{
	return alkaid_trie_deref(&node->child[alkaid_trie_bit(addr,
							      node->len)]);
}

/* How many bits two prefixes have in common. */
static u8 alkaid_trie_common(const struct alkaid_trie_node *node,
			     const struct in6_addr *addr, u8 len)
{
	return min3((int)node->len, (int)len,
		    ipv6_addr_diff(&node->addr, addr));
}

static struct alkaid_trie_node __rcu **
alkaid_trie_root(struct alkaid_trie *trie, const struct in6_addr *addr)
{
	return alkaid_addr_is_v4(addr) ? &trie->root4 : &trie->root6;
}

static struct alkaid_route *
alkaid_trie_visible(const struct alkaid_trie_node *node, u32 gen)
{
	struct alkaid_route *route = rcu_dereference_check(node->routes, 1);

	while (route && unlikely(!alkaid_gen_visible(&route->gen, gen)))
		route = rcu_dereference_check(route->trie_next, 1);
	return route;
}

/**
 * alkaid_trie_lookup() - the route of the longest prefix
 * @trie: trie
 * @addr: address
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none; valid while the caller holds either.
 */
struct alkaid_route *alkaid_trie_lookup(const struct alkaid_trie *trie,
					const struct in6_addr *addr, u32 gen)
{
	struct alkaid_route *route, *best = NULL;
	struct alkaid_trie_node *node;

	node = rcu_dereference_check(*alkaid_trie_root((struct alkaid_trie *)trie,
						       addr), 1);
	while (node && alkaid_trie_covers(node, addr)) {
		route = alkaid_trie_visible(node, gen);
		if (route)
			best = route;
		if (node->len == ALKAID_TRIE_BITS)
			break;
		node = rcu_dereference_check(node->child[alkaid_trie_bit(addr, node->len)],
					     1);
	}
	return best;
}

static struct alkaid_route *
alkaid_trie_match(const struct alkaid_trie_node *node,
		  bool (*match)(const struct alkaid_route *route,
				const void *arg),
		  const void *arg)
{
	struct alkaid_route *route = rcu_dereference_protected(node->routes, 1);

	while (route && !match(route, arg))
		route = rcu_dereference_protected(route->trie_next, 1);
	return route;
}

/* The node after @node within the subtree of @top, parents first. */
static struct alkaid_trie_node *
alkaid_trie_next(struct alkaid_trie_node *top, struct alkaid_trie_node *node)
{
	struct alkaid_trie_node *turn = NULL, *at = top, *one;

	if (alkaid_trie_deref(&node->child[0]))
		return alkaid_trie_deref(&node->child[0]);
	if (alkaid_trie_deref(&node->child[1]))
		return alkaid_trie_deref(&node->child[1]);
	/* There are no parent pointers: the last left turn on the way down. */
	while (at != node) {
		bool bit = alkaid_trie_bit(&node->addr, at->len);

		one = alkaid_trie_deref(&at->child[1]);
		if (!bit && one)
			turn = one;
		at = alkaid_trie_deref(&at->child[bit]);
	}
	return turn;
}

/**
 * alkaid_trie_overlap() - find a route whose prefix has addresses of another
 * @trie: trie
 * @prefix: the other
 * @match: whether a route counts
 * @arg: for @match
 *
 * Context: the tables' lock; as long as there are longer prefixes in @prefix.
 * Return: any one, or NULL.
 */
struct alkaid_route *alkaid_trie_overlap(const struct alkaid_trie *trie,
					 const struct alkaid_prefix *prefix,
					 bool (*match)(const struct alkaid_route *route,
						       const void *arg),
					 const void *arg)
{
	struct alkaid_trie_node *node, *at;
	struct alkaid_route *route;

	node = alkaid_trie_deref(alkaid_trie_root((struct alkaid_trie *)trie,
						  &prefix->addr));
	for (; node && node->len < prefix->len &&
	     alkaid_trie_covers(node, &prefix->addr);
	     node = alkaid_trie_step(node, &prefix->addr)) {
		route = alkaid_trie_match(node, match, arg);
		if (route)
			return route;
	}
	if (!node || !ipv6_prefix_equal(&node->addr, &prefix->addr,
					min(node->len, prefix->len)))
		return NULL;
	for (at = node; at; at = alkaid_trie_next(node, at)) {
		route = alkaid_trie_match(at, match, arg);
		if (route)
			return route;
	}
	return NULL;
}

static struct alkaid_trie_node *alkaid_trie_node_alloc(const struct in6_addr *addr,
						       u8 len)
{
	struct alkaid_trie_node *node = kzalloc(sizeof(*node),
						GFP_KERNEL_ACCOUNT);

	if (!node)
		return NULL;
	ipv6_addr_prefix(&node->addr, addr, len);
	node->len = len;
	return node;
}

/* The node of a prefix, put in if it is not there; NULL without memory. */
static struct alkaid_trie_node *
alkaid_trie_get(struct alkaid_trie_node __rcu **link,
		const struct in6_addr *addr, u8 len)
{
	struct alkaid_trie_node *node, *new, *fork;
	u8 common;

	while ((node = alkaid_trie_deref(link)) && node->len <= len &&
	       alkaid_trie_covers(node, addr)) {
		if (node->len == len)
			return node;
		link = &node->child[alkaid_trie_bit(addr, node->len)];
	}
	new = alkaid_trie_node_alloc(addr, len);
	if (!new || !node) {
		if (new)
			rcu_assign_pointer(*link, new);
		return new;
	}
	common = alkaid_trie_common(node, addr, len);
	if (common == len) {
		RCU_INIT_POINTER(new->child[alkaid_trie_bit(&node->addr, len)],
				 node);
		rcu_assign_pointer(*link, new);
		return new;
	}
	fork = alkaid_trie_node_alloc(addr, common);
	if (!fork) {
		kfree(new);
		return NULL;
	}
	RCU_INIT_POINTER(fork->child[alkaid_trie_bit(addr, common)], new);
	RCU_INIT_POINTER(fork->child[alkaid_trie_bit(&node->addr, common)],
			 node);
	rcu_assign_pointer(*link, fork);
	return new;
}

/**
 * alkaid_trie_insert() - put a route in
 * @trie: trie
 * @route: route; of one prefix there may be several, as generations change
 *
 * Context: the tables' lock.
 * Return: 0 or -ENOMEM.
 */
int alkaid_trie_insert(struct alkaid_trie *trie, struct alkaid_route *route)
{
	struct alkaid_route __rcu **at;
	struct alkaid_trie_node *node;
	struct alkaid_route *next;

	node = alkaid_trie_get(alkaid_trie_root(trie, &route->key.addr),
			       &route->key.addr, route->key.len);
	if (!node)
		return -ENOMEM;
	/* What is set wins over what comes with a subnet, and stands before it. */
	at = &node->routes;
	while (route->type == ALKAID_ROUTE_SUBNET &&
	       (next = rcu_dereference_protected(*at, 1)))
		at = &next->trie_next;
	RCU_INIT_POINTER(route->trie_next, rcu_dereference_protected(*at, 1));
	rcu_assign_pointer(*at, route);
	return 0;
}

/* Take a node out if it is neither a prefix with routes nor a fork. */
static bool alkaid_trie_prune(struct alkaid_trie_node __rcu **link)
{
	struct alkaid_trie_node *node = alkaid_trie_deref(link);
	struct alkaid_trie_node *zero = alkaid_trie_deref(&node->child[0]);
	struct alkaid_trie_node *one = alkaid_trie_deref(&node->child[1]);

	if (rcu_access_pointer(node->routes) || (zero && one))
		return false;
	rcu_assign_pointer(*link, zero ?: one);
	kfree_rcu(node, rcu);
	return true;
}

/**
 * alkaid_trie_remove() - take a route out
 * @trie: trie
 * @route: route; readers may still hold it. Not being in is fine.
 *
 * Context: the tables' lock.
 */
void alkaid_trie_remove(struct alkaid_trie *trie, struct alkaid_route *route)
{
	struct alkaid_trie_node __rcu **link, **parent = NULL;
	struct alkaid_route __rcu **at;
	struct alkaid_trie_node *node;
	struct alkaid_route *cur;

	link = alkaid_trie_root(trie, &route->key.addr);
	while ((node = alkaid_trie_deref(link)) && node->len < route->key.len) {
		parent = link;
		link = &node->child[alkaid_trie_bit(&route->key.addr,
						    node->len)];
	}
	if (!node || node->len != route->key.len ||
	    !alkaid_trie_covers(node, &route->key.addr))
		return;
	at = &node->routes;
	while ((cur = rcu_dereference_protected(*at, 1)) && cur != route)
		at = &cur->trie_next;
	if (!cur)
		return;
	rcu_assign_pointer(*at, rcu_dereference_protected(route->trie_next, 1));
	/* Without this one its parent may be a fork no more. */
	if (alkaid_trie_prune(link) && parent)
		alkaid_trie_prune(parent);
}

static void alkaid_trie_destroy_root(struct alkaid_trie_node __rcu **root)
{
	struct alkaid_trie_node __rcu **link;
	struct alkaid_trie_node *node;
	int i;

	while (alkaid_trie_deref(root)) {
		link = root;
		for (i = 0; i < 2; i++) {
			node = alkaid_trie_deref(link);
			if (!alkaid_trie_deref(&node->child[i]))
				continue;
			link = &node->child[i];
			i = -1;
		}
		kfree(alkaid_trie_deref(link));
		RCU_INIT_POINTER(*link, NULL);
	}
}

/**
 * alkaid_trie_destroy() - free a trie; its routes are others'
 * @trie: trie without readers
 */
void alkaid_trie_destroy(struct alkaid_trie *trie)
{
	alkaid_trie_destroy_root(&trie->root4);
	alkaid_trie_destroy_root(&trie->root6);
}
