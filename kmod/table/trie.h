/* SPDX-License-Identifier: GPL-2.0 */
/* Prefix trie: routes by longest prefix, for readers under RCU. */
#ifndef _ALKAID_TABLE_TRIE_H
#define _ALKAID_TABLE_TRIE_H

#include <linux/types.h>

#include "addr.h"

struct alkaid_route;
struct alkaid_trie_node;

/**
 * struct alkaid_trie - the routes of one table
 * @root4: of IPv4 prefixes
 * @root6: of IPv6 prefixes
 *
 * A binary trie with path compression: a node is either a prefix that has
 * routes, or a fork. All zeros is empty.
 */
struct alkaid_trie {
	struct alkaid_trie_node __rcu *root4;
	struct alkaid_trie_node __rcu *root6;
};

struct alkaid_route *alkaid_trie_lookup(const struct alkaid_trie *trie,
					const struct in6_addr *addr, u32 gen);
struct alkaid_route *alkaid_trie_overlap(const struct alkaid_trie *trie,
					 const struct alkaid_prefix *prefix,
					 bool (*match)(const struct alkaid_route *route,
						       const void *arg),
					 const void *arg);
int alkaid_trie_insert(struct alkaid_trie *trie, struct alkaid_route *route);
void alkaid_trie_remove(struct alkaid_trie *trie, struct alkaid_route *route);
void alkaid_trie_destroy(struct alkaid_trie *trie);

#endif /* _ALKAID_TABLE_TRIE_H */
