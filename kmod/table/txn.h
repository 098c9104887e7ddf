/* SPDX-License-Identifier: GPL-2.0 */
/* Transactions over the tables: generations, change records, reclaim. */
#ifndef _ALKAID_TABLE_TXN_H
#define _ALKAID_TABLE_TXN_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct alkaid_change_page;
struct alkaid_tables;

/**
 * DOC: Generations
 *
 * The tables have one generation number, and a commit is one store to it. Every
 * object says in which generations it is there: from @born up to, and not in,
 * @died. A change is prepared by putting a new object into the tables with
 * @born one ahead, or by setting @died one ahead: no reader sees it before the
 * commit's store, and then sees all of it. A frame reads the number once and
 * keeps to it in all of its lookups.
 *
 * Zero means "always" in @born and "never" in @died. A grace period after its
 * commit, when no reader can hold an older number, a change is settled: @born
 * becomes zero, what died is unlinked, and after one more grace period freed.
 * So nearly every object that a frame meets has two zeros, and numbers are only
 * compared while they are a few steps apart: that they wrap does not matter.
 *
 * nf_tables keeps two bits for this and waits for a grace period within each
 * commit. Numbers let commits follow one another without waiting, and leave no
 * moment in which a frame that began before the commit sees what came with it.
 */

/**
 * struct alkaid_gen - the generations in which an object is there
 * @born: first one; 0: since ever
 * @died: first one without it; 0: it has not died
 */
struct alkaid_gen {
	u32 born;
	u32 died;
};

/**
 * alkaid_gen_next() - the generation after @gen; never 0
 * @gen: generation
 */
static inline u32 alkaid_gen_next(u32 gen)
{
	return gen + 1 ?: 1;
}

/**
 * alkaid_gen_visible() - whether an object is there
 * @obj: its generations
 * @gen: the reader's generation
 */
static inline bool alkaid_gen_visible(const struct alkaid_gen *obj, u32 gen)
{
	u32 born = READ_ONCE(obj->born);
	u32 died = READ_ONCE(obj->died);

	if (likely(!(born | died)))
		return true;
	return (!born || (s32)(gen - born) >= 0) &&
	       (!died || (s32)(gen - died) < 0);
}

/**
 * struct alkaid_kind - what the transaction must know of a kind of object
 * @name: for messages
 * @gen: offset of the object's struct alkaid_gen
 * @size: most bytes that an object takes, with what it owns
 * @derived: it follows from other objects, and nobody asks for it by itself
 * @users: offset of a u32, how many objects of the next generation use it: it
 *	cannot end before them; 0 if nothing uses it
 * @tell_users: put into an extack who they are; goes with @users
 * @hold: the object joins the next generation: count it and what it uses;
 *	may be NULL
 * @release: it leaves it again; may be NULL
 * @settled: it was born, and no reader misses it any more; may be NULL
 * @unlink: take it out of the tables; readers may still hold it
 * @free: no reader holds it
 *
 * Context: all with the tables' lock held.
 */
struct alkaid_kind {
	const char *name;
	size_t gen;
	size_t size;
	bool derived;
	size_t users;
	void (*tell_users)(struct alkaid_tables *t, const void *obj,
			   struct netlink_ext_ack *extack);
	void (*hold)(struct alkaid_tables *t, void *obj);
	void (*release)(struct alkaid_tables *t, void *obj);
	void (*settled)(struct alkaid_tables *t, void *obj);
	void (*unlink)(struct alkaid_tables *t, void *obj);
	void (*free)(struct alkaid_tables *t, void *obj);
};

/**
 * struct alkaid_change - one prepared or not yet settled change
 * @list: in the transaction, then among the committed
 * @kind: of @obj
 * @obj: what is born or dies
 * @dies: @obj dies; otherwise it is born
 */
struct alkaid_change {
	struct list_head list;
	const struct alkaid_kind *kind;
	void *obj;
	bool dies;
};

/** alkaid_change_gen() - the generations of a change's object */
static inline struct alkaid_gen *
alkaid_change_gen(const struct alkaid_change *change)
{
	return change->obj + change->kind->gen;
}

/**
 * struct alkaid_commit - a commit, for who tells others of it
 * @number: counts the commits of the tables
 * @portid: netlink portid of who made it; 0: the machine itself
 * @n_changes: how many changes, but for those of derived kinds
 * @changes: they and those of derived kinds, struct alkaid_change in order
 * @killed: they are deaths of the present generation, from alkaid_txn_kill()
 */
struct alkaid_commit {
	u32 number;
	u32 portid;
	u32 n_changes;
	const struct list_head *changes;
	bool killed;
};

/**
 * struct alkaid_txn - the transaction, the only one of its tables
 * @changes: prepared, in order
 * @n_changes: how many
 * @n_derived: how many of them are of derived kinds
 * @n_bytes: how much memory they and what is born take, at most
 * @owner: netlink portid that opened it; 0 if none is open
 * @in_use: the open transaction ends what was in use then
 * @writer: netlink portid of who has the tables' lock for changes
 * @killed: deaths outside a transaction that are not told yet
 * @commits: how many there were
 * @tell: tells others of a commit that was just made, with the tables' lock
 *	held; may be NULL
 * @committed: not yet settled
 * @n_committed: how many
 * @settle: settles and frees
 * @page: which records of changes are taken from; see table/change.c
 */
struct alkaid_txn {
	struct list_head changes;
	u32 n_changes;
	u32 n_derived;
	u64 n_bytes;
	u32 owner;
	bool in_use;
	u32 writer;
	struct list_head killed;
	u32 commits;
	void (*tell)(struct alkaid_tables *t,
		     const struct alkaid_commit *commit);
	struct list_head committed;
	u32 n_committed;
	struct work_struct settle;
	struct alkaid_change_page *page;
};

/* A transaction is bounded: so many changes, and so much memory. */
#define ALKAID_TXN_CHANGES_MAX	4194304
#define ALKAID_TXN_BYTES_MAX	(4ULL << 30)

/* Past this many unsettled changes a writer waits for a grace period. */
#define ALKAID_TXN_COMMITTED_MAX	262144

/* So many changes are settled before writers are let in. */
#define ALKAID_TXN_SETTLE_STRETCH	4096

struct alkaid_change *alkaid_change_create(struct alkaid_tables *t,
					   const struct alkaid_kind *kind,
					   void *obj, bool dies, gfp_t gfp);
void alkaid_change_destroy(struct alkaid_tables *t,
			   struct alkaid_change *change);
void alkaid_change_exit(struct alkaid_tables *t);

void alkaid_txn_init(struct alkaid_tables *t);
void alkaid_txn_settle(struct work_struct *work);
void alkaid_txn_destroy(struct alkaid_tables *t);

int alkaid_txn_begin(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack);
int alkaid_txn_check(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack);
int alkaid_txn_commit(struct alkaid_tables *t, u32 owner,
		      struct alkaid_commit *commit,
		      struct netlink_ext_ack *extack);
int alkaid_txn_abort(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack);

int alkaid_txn_enter(struct alkaid_tables *t, u32 owner,
		     struct netlink_ext_ack *extack);
int alkaid_txn_leave(struct alkaid_tables *t, u32 mark, int err);
u32 alkaid_txn_mark(const struct alkaid_tables *t);
void alkaid_txn_rollback(struct alkaid_tables *t, u32 mark);

int alkaid_txn_born(struct alkaid_tables *t, const struct alkaid_kind *kind,
		    void *obj, struct netlink_ext_ack *extack);
int alkaid_txn_dies(struct alkaid_tables *t, const struct alkaid_kind *kind,
		    void *obj, struct netlink_ext_ack *extack);
void alkaid_txn_forget(struct alkaid_tables *t,
		       bool (*match)(const struct alkaid_kind *kind,
				     const void *obj, const void *arg),
		       const void *arg);
void alkaid_txn_kill(struct alkaid_tables *t, const struct alkaid_kind *kind,
		     void *obj);
void alkaid_txn_killed(struct alkaid_tables *t);

bool alkaid_commit_shows(const struct alkaid_tables *t,
			 const struct alkaid_commit *commit,
			 const struct alkaid_change *change);

#endif /* _ALKAID_TABLE_TXN_H */
