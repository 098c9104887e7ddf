// SPDX-License-Identifier: GPL-2.0
/* What listeners are told of a commit. */
#include "../device.h"
#include "../table/txn.h"
#include "family.h"
#include "news.h"
#include "txn.h"

static const struct alkaid_nl_news *const alkaid_nl_news[] = {
	&alkaid_nl_neigh_news,
	&alkaid_nl_port_news,
	&alkaid_nl_route_news,
	&alkaid_nl_subnet_news,
	&alkaid_nl_subnet_rev_news,
	&alkaid_nl_vpc_news,
	&alkaid_nl_vpc_rev_news,
	&alkaid_nl_gateway_news,
	&alkaid_nl_gateway_rev_news,
};

static const struct alkaid_nl_news *
alkaid_nl_news_of(const struct alkaid_kind *kind)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(alkaid_nl_news); i++)
		if (alkaid_nl_news[i]->kind == kind)
			return alkaid_nl_news[i];
	return NULL;
}

/**
 * struct alkaid_nl_paper - a datagram of news that is being written
 * @ad: device
 * @skb: messages so far, or NULL
 * @err: nobody gets the rest, so that it need not be written
 */
struct alkaid_nl_paper {
	struct alkaid_dev *ad;
	struct sk_buff *skb;
	int err;
};

/*
 * -ESRCH says that every listener has lost something and knows it: to go on
 * would only keep writers waiting.
 */
static void alkaid_nl_paper_send(struct alkaid_nl_paper *paper)
{
	int err;

	if (!paper->skb)
		return;
	err = genlmsg_multicast_netns(&alkaid_nl_family, paper->ad->net,
				      paper->skb, 0, ALKAID_NLGRP_CONFIG,
				      GFP_KERNEL);
	paper->skb = NULL;
	if (err == -ESRCH)
		paper->err = err;
}

static int alkaid_nl_paper_put(struct alkaid_nl_paper *paper, u8 cmd,
			       const struct alkaid_nl_news *news,
			       const void *subject, u32 commit)
{
	void *hdr = genlmsg_put(paper->skb, 0, 0, &alkaid_nl_family, 0, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (news->fill(paper->skb, paper->ad, subject) ||
	    nla_put_u32(paper->skb, news->attr, commit)) {
		genlmsg_cancel(paper->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(paper->skb, hdr);
	return 0;
}

/* Write one object, on a new page if there is no room, and as big as it needs. */
static void alkaid_nl_paper_write(struct alkaid_nl_paper *paper, u8 cmd,
				  const struct alkaid_nl_news *news,
				  const void *subject, u32 commit)
{
	size_t size;

	if (paper->skb &&
	    !alkaid_nl_paper_put(paper, cmd, news, subject, commit))
		return;
	alkaid_nl_paper_send(paper);
	for (size = GENLMSG_DEFAULT_SIZE; size <= ALKAID_NL_MSG_MAX; size *= 2) {
		if (paper->err)
			return;
		paper->skb = genlmsg_new(size, GFP_KERNEL);
		if (!paper->skb)
			break;
		if (!alkaid_nl_paper_put(paper, cmd, news, subject, commit))
			return;
		nlmsg_free(paper->skb);
		paper->skb = NULL;
	}
	genl_set_err(&alkaid_nl_family, paper->ad->net, 0, ALKAID_NLGRP_CONFIG,
		     -ENOBUFS);
}

static void alkaid_nl_tell_changes(struct alkaid_dev *ad,
				   const struct alkaid_commit *commit)
{
	struct alkaid_nl_paper paper = { .ad = ad };
	const struct alkaid_nl_news *news;
	const struct alkaid_change *change;
	const void *subject;

	list_for_each_entry(change, commit->changes, list) {
		cond_resched();
		news = alkaid_nl_news_of(change->kind);
		if (!news || !alkaid_commit_shows(&ad->tables, commit, change))
			continue;
		subject = news->subject(ad, change->obj, change->dies);
		if (!subject)
			continue;
		alkaid_nl_paper_write(&paper, change->dies ? news->cmd_del :
							     news->cmd_new,
				      news, subject, commit->number);
		if (paper.err)
			return;
	}
	alkaid_nl_paper_send(&paper);
}

/**
 * alkaid_nl_committed() - tell listeners of a commit
 * @t: tables of a device
 * @commit: what was committed just now
 *
 * Group config gets each object that is another one now, in the order in which
 * they were changed, and then the commit; group commit gets that alone. An object
 * that was changed several times is told once, as it is.
 *
 * Context: the tables' lock; may sleep.
 */
void alkaid_nl_committed(struct alkaid_tables *t,
			 const struct alkaid_commit *commit)
{
	struct alkaid_dev *ad = container_of(t, struct alkaid_dev, tables);

	lockdep_assert_held(&t->lock);
	if (genl_has_listeners(&alkaid_nl_family, ad->net, ALKAID_NLGRP_CONFIG))
		alkaid_nl_tell_changes(ad, commit);
	alkaid_nl_tell(ad, ALKAID_NLGRP_CONFIG, ALKAID_CMD_TXN_NTF,
		       alkaid_nl_txn_fill, commit);
	alkaid_nl_tell(ad, ALKAID_NLGRP_COMMIT, ALKAID_CMD_TXN_NTF,
		       alkaid_nl_txn_fill, commit);
}
