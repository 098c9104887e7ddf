// SPDX-License-Identifier: GPL-2.0
/* After a commit: what was born is so for good, what died is freed. */
#include <linux/rcupdate.h>

#include "tables.h"
#include "txn.h"

/* Let others go first now and then. */
static void alkaid_txn_settle_pause(struct alkaid_tables *t, u32 n)
{
	if (n % ALKAID_TXN_SETTLE_STRETCH)
		return;
	mutex_unlock(&t->lock);
	cond_resched();
	mutex_lock(&t->lock);
}

/**
 * alkaid_txn_settle() - make commits final, and free what died
 * @work: settle of struct alkaid_txn
 *
 * Commits are settled in the order in which they were made, so an object that
 * was born and died since the last time passes here twice, in that order.
 *
 * Context: process; sleeps for grace periods and takes the tables' lock.
 */
void alkaid_txn_settle(struct work_struct *work)
{
	struct alkaid_tables *t =
		container_of(work, struct alkaid_tables, txn.settle);
	struct alkaid_change *change, *tmp;
	LIST_HEAD(settled);
	LIST_HEAD(dead);
	u32 n = 0;

	mutex_lock(&t->lock);
	list_splice_init(&t->txn.committed, &settled);
	t->txn.n_committed = 0;
	mutex_unlock(&t->lock);

	synchronize_rcu();

	mutex_lock(&t->lock);
	list_for_each_entry_safe(change, tmp, &settled, list) {
		alkaid_txn_settle_pause(t, ++n);
		if (change->dies) {
			change->kind->unlink(t, change->obj);
			list_move_tail(&change->list, &dead);
		} else {
			WRITE_ONCE(alkaid_change_gen(change)->born, 0);
			if (change->kind->settled)
				change->kind->settled(t, change->obj);
			list_del(&change->list);
			alkaid_change_destroy(t, change);
		}
	}
	mutex_unlock(&t->lock);

	if (list_empty(&dead))
		return;
	synchronize_rcu();
	mutex_lock(&t->lock);
	list_for_each_entry_safe(change, tmp, &dead, list) {
		alkaid_txn_settle_pause(t, ++n);
		change->kind->free(t, change->obj);
		alkaid_change_destroy(t, change);
	}
	mutex_unlock(&t->lock);
}
