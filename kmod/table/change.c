// SPDX-License-Identifier: GPL-2.0
/* Change records: the memory that they take. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "tables.h"
#include "txn.h"

/**
 * struct alkaid_change_page - a page of records
 * @used: records that were taken from it
 * @live: of these, records that are not yet given back
 * @changes: records
 *
 * Records live a short while, and those that were made one after the other end so:
 * a page is handed out from its beginning to its end, and freed when all that it
 * holds have come back. What is born with them stays, and has no holes between.
 */
struct alkaid_change_page {
	u32 used;
	u32 live;
	struct alkaid_change changes[];
};

#define ALKAID_CHANGES_PER_PAGE	((PAGE_SIZE - sizeof(struct alkaid_change_page)) / \
				 sizeof(struct alkaid_change))

/* What kmalloc() gives is aligned to its size, if that is a power of two. */
static struct alkaid_change_page *
alkaid_change_page(const struct alkaid_change *change)
{
	return (void *)((unsigned long)change & PAGE_MASK);
}

/* The page that has room, or a fresh one in its place. */
static struct alkaid_change_page *alkaid_change_room(struct alkaid_tables *t,
						     gfp_t gfp)
{
	struct alkaid_change_page *page = t->txn.page;

	if (page && page->used < ALKAID_CHANGES_PER_PAGE)
		return page;
	page = kmalloc(PAGE_SIZE, gfp | __GFP_ACCOUNT);
	if (!page)
		return NULL;
	page->used = 0;
	page->live = 0;
	t->txn.page = page;
	return page;
}

/**
 * alkaid_change_create() - make a record, which is in no list yet
 * @t: tables, locked
 * @kind: of @obj
 * @obj: what is born or dies
 * @dies: it dies
 * @gfp: how to allocate
 *
 * Return: NULL without memory.
 */
struct alkaid_change *alkaid_change_create(struct alkaid_tables *t,
					   const struct alkaid_kind *kind,
					   void *obj, bool dies, gfp_t gfp)
{
	struct alkaid_change_page *page = alkaid_change_room(t, gfp);
	struct alkaid_change *change;

	if (!page)
		return NULL;
	change = &page->changes[page->used++];
	page->live++;
	change->kind = kind;
	change->obj = obj;
	change->dies = dies;
	return change;
}

/**
 * alkaid_change_destroy() - give back a record
 * @t: tables, locked
 * @change: record, in no list any more
 */
void alkaid_change_destroy(struct alkaid_tables *t,
			   struct alkaid_change *change)
{
	struct alkaid_change_page *page = alkaid_change_page(change);

	if (--page->live)
		return;
	/* The one that is handed out is kept, for the next message's change. */
	if (page == t->txn.page)
		page->used = 0;
	else
		kfree(page);
}

/**
 * alkaid_change_exit() - free the page that is handed out
 * @t: tables, of whose changes none is left
 */
void alkaid_change_exit(struct alkaid_tables *t)
{
	kfree(t->txn.page);
	t->txn.page = NULL;
}
