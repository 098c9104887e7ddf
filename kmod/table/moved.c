// SPDX-License-Identifier: GPL-2.0
/* Addresses that have left this host, for what still arrives for them. */
#include <linux/slab.h>

#include "endpoint.h"
#include "moved.h"
#include "tables.h"

/**
 * struct alkaid_moving - an address that leaves this host, or has left it
 * @node: in alkaid_moved.table
 * @key: key
 * @left: when its end was settled, in seconds; 0 until then
 * @list: in alkaid_moved.list
 * @rcu: frees it
 */
struct alkaid_moving {
	struct rhash_head node;
	struct alkaid_ip_key key;
	time64_t left;
	struct list_head list;
	struct rcu_head rcu;
};

static const struct rhashtable_params alkaid_moved_params = {
	.key_offset = offsetof(struct alkaid_moving, key),
	.key_len = sizeof_field(struct alkaid_moving, key),
	.head_offset = offsetof(struct alkaid_moving, node),
	.automatic_shrinking = true,
};

/**
 * alkaid_moved_init() - nothing has left
 * @t: tables
 *
 * Return: 0 or -ENOMEM; alkaid_moved_destroy() undoes it.
 */
int alkaid_moved_init(struct alkaid_tables *t)
{
	INIT_LIST_HEAD(&t->moved.list);
	t->moved.n = 0;
	return rhashtable_init(&t->moved.table, &alkaid_moved_params);
}

static void alkaid_moved_forget(struct alkaid_tables *t,
				struct alkaid_moving *moving)
{
	rhashtable_remove_fast(&t->moved.table, &moving->node,
			       alkaid_moved_params);
	list_del(&moving->list);
	t->moved.n--;
	kfree_rcu(moving, rcu);
}

/**
 * alkaid_moved_destroy() - forget all
 * @t: tables that nobody reads any more, locked
 */
void alkaid_moved_destroy(struct alkaid_tables *t)
{
	struct alkaid_moving *moving, *tmp;

	list_for_each_entry_safe(moving, tmp, &t->moved.list, list)
		alkaid_moved_forget(t, moving);
	rhashtable_destroy(&t->moved.table);
}

static struct alkaid_moving *alkaid_moved_lookup(struct alkaid_tables *t,
						 u32 vpc,
						 const struct in6_addr *addr)
{
	const struct alkaid_ip_key key = { .vpc = vpc, .addr = *addr };

	return rhashtable_lookup_fast(&t->moved.table, &key,
				      alkaid_moved_params);
}

/* Whether it counts no more: it left longer ago than frames are relayed. */
static bool alkaid_moving_is_over(const struct alkaid_tables *t,
				  const struct alkaid_moving *moving)
{
	time64_t left = READ_ONCE(moving->left);

	return left && ktime_get_seconds() - left >= READ_ONCE(t->relay_time);
}

/* Make room; each that comes takes away at most two. */
static void alkaid_moved_trim(struct alkaid_tables *t)
{
	struct alkaid_moving *oldest;
	int i;

	for (i = 0; i < 2; i++) {
		oldest = list_first_entry_or_null(&t->moved.list,
						  struct alkaid_moving, list);
		if (!oldest || (t->moved.n < ALKAID_MOVED_MAX &&
				!alkaid_moving_is_over(t, oldest)))
			return;
		alkaid_moved_forget(t, oldest);
	}
}

/**
 * alkaid_moved_leaves() - an address is about to leave this host
 * @t: tables, locked
 * @vpc: id of its VPC
 * @addr: address
 *
 * It counts as moved from now on, since a frame may meet the commit before its
 * end is settled. Without memory it is not remembered.
 *
 * Context: may sleep.
 */
void alkaid_moved_leaves(struct alkaid_tables *t, u32 vpc,
			 const struct in6_addr *addr)
{
	struct alkaid_moving *moving;

	lockdep_assert_held(&t->lock);
	moving = alkaid_moved_lookup(t, vpc, addr);
	if (moving) {
		WRITE_ONCE(moving->left, 0);
		list_move_tail(&moving->list, &t->moved.list);
		return;
	}
	alkaid_moved_trim(t);
	moving = kzalloc(sizeof(*moving), GFP_KERNEL_ACCOUNT);
	if (!moving)
		return;
	moving->key.vpc = vpc;
	moving->key.addr = *addr;
	if (rhashtable_insert_fast(&t->moved.table, &moving->node,
				   alkaid_moved_params)) {
		kfree(moving);
		return;
	}
	list_add_tail(&moving->list, &t->moved.list);
	t->moved.n++;
}

/**
 * alkaid_moved_left() - an address has left: the relay's time runs from now on
 * @t: tables, locked
 * @vpc: id of its VPC
 * @addr: address
 */
void alkaid_moved_left(struct alkaid_tables *t, u32 vpc,
		       const struct in6_addr *addr)
{
	struct alkaid_moving *moving;

	lockdep_assert_held(&t->lock);
	moving = alkaid_moved_lookup(t, vpc, addr);
	if (!moving)
		return;
	/* Zero would say that it is still to leave. */
	WRITE_ONCE(moving->left, max_t(time64_t, ktime_get_seconds(), 1));
	list_move_tail(&moving->list, &t->moved.list);
}

/**
 * alkaid_moved_stays() - an address is this host's, or is again
 * @t: tables, locked
 * @vpc: id of its VPC
 * @addr: address
 */
void alkaid_moved_stays(struct alkaid_tables *t, u32 vpc,
			const struct in6_addr *addr)
{
	struct alkaid_moving *moving;

	lockdep_assert_held(&t->lock);
	moving = alkaid_moved_lookup(t, vpc, addr);
	if (moving)
		alkaid_moved_forget(t, moving);
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
	const struct alkaid_moving *moving = alkaid_moved_lookup(t, vpc, addr);

	return moving && READ_ONCE(t->relay_time) &&
	       !alkaid_moving_is_over(t, moving);
}
