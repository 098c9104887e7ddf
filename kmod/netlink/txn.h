/* SPDX-License-Identifier: GPL-2.0 */
/* Transactions over netlink. */
#ifndef _ALKAID_NETLINK_TXN_H
#define _ALKAID_NETLINK_TXN_H

struct alkaid_commit;
struct alkaid_dev;
struct alkaid_tables;
struct sk_buff;

int alkaid_nl_txn_fill(struct sk_buff *skb, struct alkaid_dev *ad,
		       const void *obj);
void alkaid_nl_committed(struct alkaid_tables *t,
			 const struct alkaid_commit *commit);

#endif /* _ALKAID_NETLINK_TXN_H */
