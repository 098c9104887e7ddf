/* SPDX-License-Identifier: GPL-2.0 */
/* Revisions: the contents of an object that others point to. */
#ifndef _ALKAID_TABLE_REV_H
#define _ALKAID_TABLE_REV_H

#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "txn.h"

/**
 * struct alkaid_rev - one revision of an object's contents
 * @gen: the generations in which it is the one; must come first
 * @older: the one before it, while a reader may need it
 *
 * An object that others point to (a VPC, a subnet, a port) stays where it is
 * when it is replaced; only a new revision of its contents is put in front.
 */
struct alkaid_rev {
	struct alkaid_gen gen;
	struct alkaid_rev __rcu *older;
};

/**
 * alkaid_rev_visible() - the revision of a generation
 * @head: newest revision
 * @gen: generation
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if the object has no contents then.
 */
static inline struct alkaid_rev *
alkaid_rev_visible(struct alkaid_rev __rcu *const *head, u32 gen)
{
	struct alkaid_rev *rev = rcu_dereference_check(*head, 1);

	while (rev && unlikely(!alkaid_gen_visible(&rev->gen, gen)))
		rev = rcu_dereference_check(rev->older, 1);
	return rev;
}

/**
 * alkaid_rev_push() - put a revision in front
 * @head: newest revision
 * @rev: the new one, its @gen set
 *
 * Context: the tables' lock.
 */
static inline void alkaid_rev_push(struct alkaid_rev __rcu **head,
				   struct alkaid_rev *rev)
{
	RCU_INIT_POINTER(rev->older, rcu_dereference_protected(*head, 1));
	rcu_assign_pointer(*head, rev);
}

/**
 * alkaid_rev_unlink() - take a revision out
 * @head: newest revision
 * @rev: one of them; readers may still hold it
 *
 * Context: the tables' lock.
 */
static inline void alkaid_rev_unlink(struct alkaid_rev __rcu **head,
				     struct alkaid_rev *rev)
{
	struct alkaid_rev *cur;

	while ((cur = rcu_dereference_protected(*head, 1)) && cur != rev)
		head = &cur->older;
	if (cur)
		rcu_assign_pointer(*head,
				   rcu_dereference_protected(rev->older, 1));
}

/* A kind's free function where the revision is the start of its object. */
static inline void alkaid_rev_free(struct alkaid_tables *t, void *obj)
{
	kfree(obj);
}

#endif /* _ALKAID_TABLE_REV_H */
