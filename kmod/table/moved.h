/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that have left this host, for what still arrives for them. */
#ifndef _ALKAID_TABLE_MOVED_H
#define _ALKAID_TABLE_MOVED_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/types.h>

struct alkaid_tables;

/* Most addresses that are remembered; the oldest go first. */
#define ALKAID_MOVED_MAX	65536

/**
 * struct alkaid_moved - the addresses that have left a host
 * @table: they, by VPC and address
 * @list: they, in the order in which they left
 * @n: how many
 *
 * Changed under the tables' lock, read under RCU. What was remembered too long
 * is taken away when something else leaves.
 */
struct alkaid_moved {
	struct rhashtable table;
	struct list_head list;
	u32 n;
};

int alkaid_moved_init(struct alkaid_tables *t);
void alkaid_moved_destroy(struct alkaid_tables *t);
void alkaid_moved_leaves(struct alkaid_tables *t, u32 vpc,
			 const struct in6_addr *addr);
void alkaid_moved_left(struct alkaid_tables *t, u32 vpc,
		       const struct in6_addr *addr);
void alkaid_moved_stays(struct alkaid_tables *t, u32 vpc,
			const struct in6_addr *addr);
bool alkaid_moved_recently(struct alkaid_tables *t, u32 vpc,
			   const struct in6_addr *addr);

#endif /* _ALKAID_TABLE_MOVED_H */
