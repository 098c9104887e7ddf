/* SPDX-License-Identifier: GPL-2.0 */
/* What listeners are told of a commit. */
#ifndef _ALKAID_NETLINK_NEWS_H
#define _ALKAID_NETLINK_NEWS_H

#include "../device.h"
#include "family.h"

/**
 * struct alkaid_nl_news - how changes of one kind are told
 * @kind: of the tables
 * @cmd_new: the object is there, new or as it was replaced
 * @cmd_del: it is there no more
 * @attr: for the number of the commit
 * @subject: what @fill gets; NULL if the change is not told by itself: a death
 *	that the object outlives, a birth that another change tells
 * @fill: puts the object
 */
struct alkaid_nl_news {
	const struct alkaid_kind *kind;
	u8 cmd_new;
	u8 cmd_del;
	int attr;
	const void *(*subject)(struct alkaid_dev *ad, const void *obj,
			       bool dies);
	alkaid_nl_fill_t fill;
};

extern const struct alkaid_nl_news alkaid_nl_vpc_news;
extern const struct alkaid_nl_news alkaid_nl_vpc_rev_news;
extern const struct alkaid_nl_news alkaid_nl_subnet_news;
extern const struct alkaid_nl_news alkaid_nl_subnet_rev_news;
extern const struct alkaid_nl_news alkaid_nl_port_news;
extern const struct alkaid_nl_news alkaid_nl_neigh_news;
extern const struct alkaid_nl_news alkaid_nl_route_news;
extern const struct alkaid_nl_news alkaid_nl_gateway_news;
extern const struct alkaid_nl_news alkaid_nl_gateway_rev_news;

/*
 * Whether a change of a revision is told: the end of one is not, since either
 * another one follows or its object ends, and neither is the birth of one if
 * its object is born, or has died, in the same commit.
 */
static inline bool alkaid_nl_rev_is_news(const struct alkaid_dev *ad,
					 const struct alkaid_gen *whose,
					 bool dies)
{
	return !dies && whose->born != ad->tables.gen &&
	       alkaid_gen_visible(whose, ad->tables.gen);
}

#endif /* _ALKAID_NETLINK_NEWS_H */
