// SPDX-License-Identifier: GPL-2.0
/* Addresses that have left this host, for what still arrives for them. */
#include <linux/slab.h>

#include "moved.h"
#include "tables.h"

/**
 * alkaid_moved_init() - nothing has left
 * @t: tables
 *
 * Return: 0 or -ENOMEM; alkaid_moved_destroy() undoes it.
 */
int alkaid_moved_init(struct alkaid_tables *t)
{
	return 0;
}

/**
 * alkaid_moved_destroy() - forget all
 * @t: tables that nobody reads or changes any more
 */
void alkaid_moved_destroy(struct alkaid_tables *t)
{
}

/**
 * alkaid_moved_add() - an address has left this host
 * @t: tables, locked
 * @vpc: id of its VPC
 * @addr: address
 */
void alkaid_moved_add(struct alkaid_tables *t, u32 vpc,
		      const struct in6_addr *addr)
{
}

/**
 * alkaid_moved_recently() - whether an address has left this host a short while ago
 * @t: tables
 * @vpc: id of its VPC
 * @addr: address
 *
 * Context: RCU read side.
 */
bool alkaid_moved_recently(struct alkaid_tables *t, u32 vpc,
			   const struct in6_addr *addr)
{
	return false;
}
