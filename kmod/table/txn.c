// SPDX-License-Identifier: GPL-2.0
/* Transactions over the tables: generations and change records. */
#include <linux/rcupdate.h>

#include "../compat.h"
#include "tables.h"
#include "txn.h"

static void alkaid_kind_hold(struct alkaid_tables *t,
			     const struct alkaid_kind *kind, void *obj)
{
	if (kind->hold)
		kind->hold(t, obj);
}

static void alkaid_kind_release(struct alkaid_tables *t,
				const struct alkaid_kind *kind, void *obj)
{
	if (kind->release)
		kind->release(t, obj);
}

static u32 alkaid_kind_users(const struct alkaid_kind *kind, const void *obj)
{
	return kind->users ? *(const u32 *)(obj + kind->users) : 0;
}

/**
 * alkaid_txn_init() - no transaction is open, nothing is unsettled
 * @t: tables
 */
void alkaid_txn_init(struct alkaid_tables *t)
{
	INIT_LIST_HEAD(&t->txn.changes);
	INIT_LIST_HEAD(&t->txn.killed);
	INIT_LIST_HEAD(&t->txn.committed);
	INIT_WORK(&t->txn.settle, alkaid_txn_settle);
	t->gen = 1;
}

/**
 * alkaid_txn_destroy() - abort what is open, and wait until all is settled
 * @t: tables, which nobody changes any more
 *
 * Context: may sleep for grace periods; the tables' lock is not held.
 */
void alkaid_txn_destroy(struct alkaid_tables *t)
{
	mutex_lock(&t->lock);
	alkaid_txn_rollback(t, 0);
	t->txn.owner = 0;
	mutex_unlock(&t->lock);
	flush_work(&t->txn.settle);
	alkaid_change_exit(t);
}

/* Move a record whose object no reader may find from now on to the reclaim. */
static void alkaid_change_commit(struct alkaid_tables *t,
				 struct alkaid_change *change)
{
	list_move_tail(&change->list, &t->txn.committed);
	t->txn.n_committed++;
	queue_work(system_unbound_wq, &t->txn.settle);
}

static size_t alkaid_change_size(const struct alkaid_kind *kind, bool dies)
{
	return sizeof(struct alkaid_change) + (dies ? 0 : kind->size);
}

static void alkaid_change_count(struct alkaid_tables *t,
				const struct alkaid_change *change, int n)
{
	t->txn.n_changes += n;
	t->txn.n_bytes += n * (s64)alkaid_change_size(change->kind,
						      change->dies);
	if (change->kind->derived)
		t->txn.n_derived += n;
}

static void alkaid_change_undo(struct alkaid_tables *t,
			       struct alkaid_change *change)
{
	struct alkaid_gen *gen = alkaid_change_gen(change);

	alkaid_change_count(t, change, -1);
	if (change->dies) {
		WRITE_ONCE(gen->died, 0);
		alkaid_kind_hold(t, change->kind, change->obj);
		list_del(&change->list);
		alkaid_change_destroy(t, change);
		return;
	}
	/* Born ahead of every generation that there was: nobody saw it. */
	WRITE_ONCE(gen->died, gen->born);
	alkaid_kind_release(t, change->kind, change->obj);
	change->dies = true;
	alkaid_change_commit(t, change);
}

/**
 * alkaid_txn_mark() - where the transaction stands, for alkaid_txn_rollback()
 * @t: tables, locked
 */
u32 alkaid_txn_mark(const struct alkaid_tables *t)
{
	lockdep_assert_held(&t->lock);
	return t->txn.n_changes;
}

/**
 * alkaid_txn_rollback() - undo the changes prepared since @mark
 * @t: tables, locked
 * @mark: from alkaid_txn_mark()
 */
void alkaid_txn_rollback(struct alkaid_tables *t, u32 mark)
{
	lockdep_assert_held(&t->lock);
	while (t->txn.n_changes > mark) {
		alkaid_change_undo(t, list_last_entry(&t->txn.changes,
						      struct alkaid_change,
						      list));
		cond_resched();
	}
}

/* Tell others of a commit, before anything of it can be settled. */
static void alkaid_txn_tell(struct alkaid_tables *t, struct alkaid_commit *commit)
{
	t->seq++;
	commit->number = ++t->txn.commits;
	if (t->txn.tell)
		t->txn.tell(t, commit);
}

static void alkaid_txn_flip(struct alkaid_tables *t)
{
	struct alkaid_commit commit = {
		.portid = t->txn.writer,
		.n_changes = t->txn.n_changes - t->txn.n_derived,
		.changes = &t->txn.changes,
	};

	if (!t->txn.n_changes)
		return;

	/* The commit: pairs with smp_load_acquire() in alkaid_tables_gen(). */
	smp_store_release(&t->gen, alkaid_gen_next(t->gen));
	alkaid_txn_tell(t, &commit);
	list_splice_tail_init(&t->txn.changes, &t->txn.committed);
	t->txn.n_committed += t->txn.n_changes;
	t->txn.n_changes = 0;
	t->txn.n_derived = 0;
	t->txn.n_bytes = 0;
	queue_work(system_unbound_wq, &t->txn.settle);
}

/* Take the lock; nothing is open for others to be disturbed by. */
static int alkaid_txn_lock(struct alkaid_tables *t, u32 owner,
			   struct netlink_ext_ack *extack)
{
	mutex_lock(&t->lock);
	while (t->txn.n_committed > ALKAID_TXN_COMMITTED_MAX) {
		mutex_unlock(&t->lock);
		flush_work(&t->txn.settle);
		mutex_lock(&t->lock);
	}
	if (t->dead) {
		mutex_unlock(&t->lock);
		NL_SET_ERR_MSG(extack, "device is being deleted");
		return -ENODEV;
	}
	if (t->txn.owner && t->txn.owner != owner) {
		mutex_unlock(&t->lock);
		NL_SET_ERR_MSG(extack,
			       "another socket has a transaction open");
		return -EBUSY;
	}
	t->txn.writer = owner;
	return 0;
}

/**
 * alkaid_txn_begin() - open a transaction
 * @t: tables
 * @owner: netlink portid
 * @extack: reason of a refusal
 *
 * Return: 0, -EBUSY if one is open, -ENODEV if the tables go away.
 */
int alkaid_txn_begin(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_lock(t, owner, extack);

	if (err)
		return err;
	if (t->txn.owner) {
		NL_SET_ERR_MSG(extack, "this socket has a transaction open");
		err = -EBUSY;
	} else {
		t->txn.owner = owner;
		t->txn.in_use = false;
	}
	mutex_unlock(&t->lock);
	return err;
}

static int alkaid_txn_lock_open(struct alkaid_tables *t, u32 owner,
				struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_lock(t, owner, extack);

	if (err)
		return err;
	if (t->txn.owner)
		return 0;
	mutex_unlock(&t->lock);
	NL_SET_ERR_MSG(extack, "this socket has no transaction open");
	return -ENOENT;
}

/* Whether what ends has no users left: only then nothing points to it. */
static int alkaid_txn_check_users(struct alkaid_tables *t,
				  struct netlink_ext_ack *extack)
{
	const struct alkaid_change *change;

	if (!t->txn.in_use)
		return 0;
	list_for_each_entry(change, &t->txn.changes, list) {
		cond_resched();
		if (!change->dies ||
		    !alkaid_kind_users(change->kind, change->obj))
			continue;
		change->kind->tell_users(t, change->obj, extack);
		return -EBUSY;
	}
	return 0;
}

/**
 * alkaid_txn_check() - whether a commit would be refused
 * @t: tables
 * @owner: netlink portid that opened the transaction
 * @extack: reason of a refusal
 *
 * Return: 0, -EBUSY if what ends is in use, or what alkaid_txn_commit() returns.
 */
int alkaid_txn_check(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_lock_open(t, owner, extack);

	if (err)
		return err;
	err = alkaid_txn_check_users(t, extack);
	mutex_unlock(&t->lock);
	return err;
}

/**
 * alkaid_txn_commit() - make all prepared changes active by one store
 * @t: tables
 * @owner: netlink portid that opened it
 * @commit: its number, and how many changes there were; without any there is
 *	no commit, and the number is that of the one before
 * @extack: reason of a refusal
 *
 * A refused transaction stays open, to be mended or aborted.
 *
 * Return: 0, -ENOENT if none is open, -EBUSY if it is another socket's or ends
 * what is in use.
 */
int alkaid_txn_commit(struct alkaid_tables *t, u32 owner,
		      struct alkaid_commit *commit,
		      struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_lock_open(t, owner, extack);

	if (err)
		return err;
	err = alkaid_txn_check_users(t, extack);
	if (err) {
		mutex_unlock(&t->lock);
		return err;
	}
	*commit = (struct alkaid_commit) {
		.portid = owner,
		.n_changes = t->txn.n_changes - t->txn.n_derived,
	};
	alkaid_txn_flip(t);
	commit->number = t->txn.commits;
	t->txn.owner = 0;
	mutex_unlock(&t->lock);
	return 0;
}

/**
 * alkaid_txn_abort() - undo all prepared changes
 * @t: tables
 * @owner: netlink portid that opened it
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT if none is open, -EBUSY if it is another socket's.
 */
int alkaid_txn_abort(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack)
{
	int err = alkaid_txn_lock_open(t, owner, extack);

	if (err)
		return err;
	alkaid_txn_rollback(t, 0);
	t->txn.owner = 0;
	mutex_unlock(&t->lock);
	return 0;
}

/**
 * alkaid_txn_enter() - begin one message's changes
 * @t: tables
 * @owner: netlink portid of the message
 * @extack: reason of a refusal
 *
 * Within a transaction of @owner the changes join it; outside they are one of
 * their own. Ended by alkaid_txn_leave().
 *
 * Return: 0 with the tables locked; -EBUSY, -ENODEV unlocked.
 */
int alkaid_txn_enter(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack)
{
	return alkaid_txn_lock(t, owner, extack);
}

/**
 * alkaid_txn_leave() - end one message's changes, and unlock
 * @t: tables
 * @mark: from alkaid_txn_mark() after alkaid_txn_enter()
 * @err: if not 0, undo them; otherwise commit them if no transaction is open
 *
 * Return: @err
 */
int alkaid_txn_leave(struct alkaid_tables *t, u32 mark, int err)
{
	if (err)
		alkaid_txn_rollback(t, mark);
	else if (!t->txn.owner)
		alkaid_txn_flip(t);
	mutex_unlock(&t->lock);
	return err;
}

static struct alkaid_change *alkaid_change_alloc(struct alkaid_tables *t,
						 const struct alkaid_kind *kind,
						 void *obj, bool dies,
						 struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&t->lock);
	if (t->txn.n_changes >= ALKAID_TXN_CHANGES_MAX) {
		NL_SET_ERR_MSG(extack, "too many changes in one transaction");
		return NULL;
	}
	if (t->txn.n_bytes + alkaid_change_size(kind, dies) >
	    ALKAID_TXN_BYTES_MAX) {
		NL_SET_ERR_MSG(extack, "too much memory in one transaction");
		return NULL;
	}
	return alkaid_change_create(t, kind, obj, dies, GFP_KERNEL);
}

static void alkaid_change_prepare(struct alkaid_tables *t,
				  struct alkaid_change *change)
{
	list_add_tail(&change->list, &t->txn.changes);
	alkaid_change_count(t, change, 1);
}

/**
 * alkaid_txn_born() - prepare the birth of @obj
 * @t: tables, locked
 * @kind: of @obj
 * @obj: not yet in the tables
 * @extack: reason of a refusal
 *
 * The caller puts @obj into the tables after this: then no reader sees it. If
 * that fails, the rollback that follows frees it.
 *
 * Return: 0, and the transaction owns @obj; or -ENOMEM.
 */
int alkaid_txn_born(struct alkaid_tables *t, const struct alkaid_kind *kind,
		    void *obj, struct netlink_ext_ack *extack)
{
	struct alkaid_gen *gen = obj + kind->gen;
	struct alkaid_change *change;

	change = alkaid_change_alloc(t, kind, obj, false, extack);
	if (!change)
		return -ENOMEM;
	gen->born = alkaid_gen_next(t->gen);
	gen->died = 0;
	alkaid_kind_hold(t, kind, obj);
	alkaid_change_prepare(t, change);
	return 0;
}

/*
 * In a transaction the users may end as well, later: that is looked at before
 * the commit.
 */
static int alkaid_txn_may_die(struct alkaid_tables *t,
			      const struct alkaid_kind *kind, const void *obj,
			      struct netlink_ext_ack *extack)
{
	if (!alkaid_kind_users(kind, obj))
		return 0;
	if (t->txn.owner) {
		t->txn.in_use = true;
		return 0;
	}
	kind->tell_users(t, obj, extack);
	return -EBUSY;
}

/**
 * alkaid_txn_dies() - prepare the death of @obj
 * @t: tables, locked
 * @kind: of @obj
 * @obj: in the tables, visible in the next generation
 * @extack: reason of a refusal
 *
 * Return: 0, -EBUSY if it is in use and no transaction is open, -ENOMEM.
 */
int alkaid_txn_dies(struct alkaid_tables *t, const struct alkaid_kind *kind,
		    void *obj, struct netlink_ext_ack *extack)
{
	struct alkaid_gen *gen = obj + kind->gen;
	struct alkaid_change *change;
	int err;

	err = alkaid_txn_may_die(t, kind, obj, extack);
	if (err)
		return err;
	change = alkaid_change_alloc(t, kind, obj, true, extack);
	if (!change)
		return -ENOMEM;
	WRITE_ONCE(gen->died, alkaid_gen_next(t->gen));
	alkaid_kind_release(t, kind, obj);
	alkaid_change_prepare(t, change);
	return 0;
}

/**
 * alkaid_txn_kill() - take @obj away now, outside any transaction
 * @t: tables, locked
 * @kind: of @obj
 * @obj: visible in this generation and the next
 *
 * For what the machine takes away by itself, as when a port's netdev vanishes:
 * that asks nobody and cannot fail. alkaid_txn_killed() has to follow.
 */
void alkaid_txn_kill(struct alkaid_tables *t, const struct alkaid_kind *kind,
		     void *obj)
{
	struct alkaid_change *change;
	struct alkaid_gen *gen = obj + kind->gen;

	lockdep_assert_held(&t->lock);
	change = alkaid_change_create(t, kind, obj, true,
				      GFP_KERNEL | __GFP_NOFAIL);
	list_add_tail(&change->list, &t->txn.killed);
	WRITE_ONCE(gen->died, t->gen);
	alkaid_kind_release(t, kind, obj);
}

/**
 * alkaid_txn_killed() - the end of some alkaid_txn_kill() and alkaid_txn_forget()
 * @t: tables, locked
 *
 * What they took away counts as one commit, which the machine made.
 */
void alkaid_txn_killed(struct alkaid_tables *t)
{
	struct alkaid_commit commit = {
		.changes = &t->txn.killed,
		.killed = true,
	};
	struct alkaid_change *change, *tmp;

	lockdep_assert_held(&t->lock);
	if (list_empty(&t->txn.killed))
		return;
	list_for_each_entry(change, &t->txn.killed, list)
		commit.n_changes += !change->kind->derived;
	alkaid_txn_tell(t, &commit);
	list_for_each_entry_safe(change, tmp, &t->txn.killed, list)
		alkaid_change_commit(t, change);
}

/* Born in the open transaction: its birth is among the changes as well. */
static bool alkaid_change_unborn(const struct alkaid_tables *t,
				 const struct alkaid_change *change)
{
	return alkaid_change_gen(change)->born == alkaid_gen_next(t->gen);
}

/**
 * alkaid_txn_forget() - end what an open transaction does to some objects
 * @t: tables, locked
 * @match: whether the object is one of them
 * @arg: for @match
 *
 * What was to be born is undone, what was to die has died now: neither a commit
 * nor an abort touches the objects after this. alkaid_txn_killed() has to follow.
 */
void alkaid_txn_forget(struct alkaid_tables *t,
		       bool (*match)(const struct alkaid_kind *kind,
				     const void *obj, const void *arg),
		       const void *arg)
{
	struct alkaid_change *change, *tmp;

	lockdep_assert_held(&t->lock);
	/* Backwards, as a rollback goes: a death is undone before its birth. */
	list_for_each_entry_safe_reverse(change, tmp, &t->txn.changes, list) {
		if (!match(change->kind, change->obj, arg))
			continue;
		if (change->dies && !alkaid_change_unborn(t, change)) {
			WRITE_ONCE(alkaid_change_gen(change)->died, t->gen);
			alkaid_change_count(t, change, -1);
			list_move_tail(&change->list, &t->txn.killed);
		} else {
			alkaid_change_undo(t, change);
		}
	}
}

/**
 * alkaid_commit_shows() - whether a reader could notice a change by itself
 * @t: tables, locked
 * @commit: what alkaid_txn.tell was given
 * @change: one of its changes
 *
 * Not if the object was born and has died in the same commit.
 */
bool alkaid_commit_shows(const struct alkaid_tables *t,
			 const struct alkaid_commit *commit,
			 const struct alkaid_change *change)
{
	const struct alkaid_gen *gen = alkaid_change_gen(change);

	lockdep_assert_held(&t->lock);
	if (change->dies)
		return commit->killed || gen->born != t->gen;
	return alkaid_gen_visible(gen, t->gen);
}
