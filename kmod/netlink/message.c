// SPDX-License-Identifier: GPL-2.0
/* Objects in messages: replies, notifications and dumps. */
#include "../device.h"
#include "family.h"

static struct sk_buff *alkaid_nl_build(size_t size, u32 portid, u32 seq, u8 cmd,
				       struct alkaid_dev *ad,
				       alkaid_nl_fill_t fill, const void *obj)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);
	void *hdr;

	if (!skb)
		return ERR_PTR(-ENOMEM);
	hdr = genlmsg_put(skb, portid, seq, &alkaid_nl_family, 0, cmd);
	if (!hdr || fill(skb, ad, obj)) {
		nlmsg_free(skb);
		return ERR_PTR(-EMSGSIZE);
	}
	genlmsg_end(skb, hdr);
	return skb;
}

/* A message of one object, as big as it needs: most fit into two pages. */
static struct sk_buff *alkaid_nl_msg(u32 portid, u32 seq, u8 cmd,
				     struct alkaid_dev *ad,
				     alkaid_nl_fill_t fill, const void *obj)
{
	struct sk_buff *skb;
	size_t size;

	for (size = 2 * PAGE_SIZE; size <= ALKAID_NL_MSG_MAX; size *= 2) {
		skb = alkaid_nl_build(size, portid, seq, cmd, ad, fill, obj);
		if (!IS_ERR(skb) || PTR_ERR(skb) != -EMSGSIZE)
			return skb;
	}
	return ERR_PTR(-EMSGSIZE);
}

/**
 * alkaid_nl_reply() - answer a request with one object
 * @info: request
 * @ad: device
 * @fill: puts the object; called again with more room if that did not suffice
 * @obj: for @fill
 *
 * Return: 0 or a negative errno.
 */
int alkaid_nl_reply(struct genl_info *info, struct alkaid_dev *ad,
		    alkaid_nl_fill_t fill, const void *obj)
{
	struct sk_buff *skb = alkaid_nl_msg(info->snd_portid, info->snd_seq,
					    info->genlhdr->cmd, ad, fill, obj);

	return IS_ERR(skb) ? PTR_ERR(skb) : genlmsg_reply(skb, info);
}

/**
 * alkaid_nl_tell() - tell a multicast group of one object
 * @ad: device
 * @group: ALKAID_NLGRP_*
 * @cmd: of the notification
 * @fill: puts the object
 * @obj: for @fill
 *
 * Only the device's namespace is told. Who listens and has no room gets -ENOBUFS
 * from its socket, as all do for whom there was no memory; nobody else loses.
 */
void alkaid_nl_tell(struct alkaid_dev *ad, unsigned int group, u8 cmd,
		    alkaid_nl_fill_t fill, const void *obj)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&alkaid_nl_family, ad->net, group))
		return;
	skb = alkaid_nl_msg(0, 0, cmd, ad, fill, obj);
	if (IS_ERR(skb))
		genl_set_err(&alkaid_nl_family, ad->net, 0, group, -ENOBUFS);
	else
		genlmsg_multicast_netns(&alkaid_nl_family, ad->net, skb, 0,
					group, GFP_KERNEL);
}

/**
 * alkaid_nl_dump_put() - add one object to a dump
 * @skb: message
 * @cb: dump
 * @ad: device
 * @cmd: of the object
 * @fill: puts the object
 * @obj: for @fill
 *
 * Return: 0, or -EMSGSIZE if there is no room.
 */
int alkaid_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb,
		       struct alkaid_dev *ad, u8 cmd, alkaid_nl_fill_t fill,
		       const void *obj)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &alkaid_nl_family, NLM_F_MULTI, cmd);
	if (!hdr)
		return -EMSGSIZE;
	if (fill(skb, ad, obj)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

/* Where a dump of a hash table goes on. */
struct alkaid_nl_pos {
	unsigned int bucket;
	unsigned int skip;
};

/* The buckets of a table that does not change. Return: whether there is more. */
static bool alkaid_nl_dump_buckets(struct sk_buff *skb,
				   struct netlink_callback *cb,
				   struct alkaid_dev *ad,
				   struct bucket_table *tbl, u8 cmd,
				   const void *(*pick)(struct rhlist_head *node,
						       u32 gen),
				   alkaid_nl_fill_t fill)
{
	struct alkaid_nl_pos *pos = (struct alkaid_nl_pos *)cb->ctx;
	struct rhlist_head *node;
	struct rhash_head *head;
	unsigned int nth;
	const void *obj;

	for (; pos->bucket < tbl->size; pos->bucket++, pos->skip = 0) {
		nth = 0;
		rht_for_each_rcu(head, tbl, pos->bucket) {
			node = container_of(head, struct rhlist_head, rhead);
			for (; node; node = rcu_dereference(node->next)) {
				obj = pick(node, ad->tables.gen);
				if (!obj || nth++ < pos->skip)
					continue;
				if (alkaid_nl_dump_put(skb, cb, ad, cmd, fill,
						       obj))
					return true;
				pos->skip = nth;
			}
		}
	}
	return false;
}

/* More room in a message of a dump, for an object that does not fit into it. */
static int alkaid_nl_dump_grow(struct sk_buff *skb)
{
	unsigned int room = skb_tailroom(skb);

	if (room >= ALKAID_NL_MSG_MAX)
		return -EMSGSIZE;
	return pskb_expand_head(skb, 0, room, GFP_KERNEL);
}

/**
 * alkaid_nl_dump_table() - dump a hash table, as far as there is room
 * @skb: message
 * @cb: dump
 * @ad: device, its tables locked
 * @table: hash table
 * @cmd: of the objects
 * @pick: the object of a node, or NULL if it is not one to show
 * @fill: puts an object
 *
 * With the lock held the table does not change, and once a resize that was
 * under way has ended none begins. A change or a resize between two messages
 * marks the dump as interrupted. What a transaction prepares or the reclaim
 * unlinks between them does not: so the place in a bucket is counted in objects
 * that are to be shown, whose order stays.
 *
 * Return: what the dumpit handler is to return.
 */
int alkaid_nl_dump_table(struct sk_buff *skb, struct netlink_callback *cb,
			 struct alkaid_dev *ad, struct rhltable *table, u8 cmd,
			 const void *(*pick)(struct rhlist_head *node, u32 gen),
			 alkaid_nl_fill_t fill)
{
	struct rhashtable *ht = &table->ht;
	struct bucket_table *tbl;
	int err = 0;
	bool more;

	BUILD_BUG_ON(sizeof(struct alkaid_nl_pos) > sizeof(cb->ctx));

	do {
		flush_work(&ht->run_work);
		rcu_read_lock();
		tbl = rht_dereference_rcu(ht->tbl, ht);
		if (rcu_access_pointer(tbl->future_tbl)) {
			rcu_read_unlock();
			continue;
		}
		/* Never 0, which would mean that no message was sent yet. */
		cb->seq = (ad->tables.seq + tbl->hash_rnd) << 1 | 1;
		more = alkaid_nl_dump_buckets(skb, cb, ad, tbl, cmd, pick,
					      fill);
		rcu_read_unlock();
		/* A message without an object would be the end. */
		if (!more || skb->len)
			return skb->len;
		err = alkaid_nl_dump_grow(skb);
	} while (!err);
	return err;
}

/* The buckets of an index. Return: whether there is more. */
static bool alkaid_nl_dump_slots(struct sk_buff *skb,
				 struct netlink_callback *cb,
				 struct alkaid_dev *ad,
				 const struct alkaid_index *index, u8 cmd,
				 bool (*pick)(const void *obj, u32 gen),
				 alkaid_nl_fill_t fill)
{
	const struct alkaid_index_table *tbl = alkaid_index_table(index);
	struct alkaid_nl_pos *pos = (struct alkaid_nl_pos *)cb->ctx;
	unsigned int slot, nth;
	void *obj;

	for (; pos->bucket <= tbl->mask; pos->bucket++, pos->skip = 0) {
		nth = 0;
		for (slot = 0; slot < ALKAID_INDEX_SLOTS; slot++) {
			obj = alkaid_index_at(tbl, pos->bucket, slot);
			for (; obj; obj = alkaid_index_next(index, obj)) {
				if (!pick(obj, ad->tables.gen) ||
				    nth++ < pos->skip)
					continue;
				if (alkaid_nl_dump_put(skb, cb, ad, cmd, fill,
						       obj))
					return true;
				pos->skip = nth;
			}
		}
	}
	return false;
}

/**
 * alkaid_nl_dump_index() - dump an index, as far as there is room
 * @skb: message
 * @cb: dump
 * @ad: device, its tables locked
 * @index: index
 * @cmd: of the objects
 * @pick: whether an object is one to show
 * @fill: puts an object
 *
 * As alkaid_nl_dump_table(), of the other kind of table.
 *
 * Return: what the dumpit handler is to return.
 */
int alkaid_nl_dump_index(struct sk_buff *skb, struct netlink_callback *cb,
			 struct alkaid_dev *ad,
			 const struct alkaid_index *index, u8 cmd,
			 bool (*pick)(const void *obj, u32 gen),
			 alkaid_nl_fill_t fill)
{
	int err = 0;

	/* Never 0, which would mean that no message was sent yet. */
	cb->seq = (ad->tables.seq + index->resizes) << 1 | 1;
	while (!err &&
	       alkaid_nl_dump_slots(skb, cb, ad, index, cmd, pick, fill) &&
	       !skb->len)
		err = alkaid_nl_dump_grow(skb);
	return err ?: skb->len;
}
