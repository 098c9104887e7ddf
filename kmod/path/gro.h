/* SPDX-License-Identifier: GPL-2.0 */
/* Merging what comes from the tunnel before it is taken in. */
#ifndef _ALKAID_PATH_GRO_H
#define _ALKAID_PATH_GRO_H

#include <linux/skbuff.h>

struct sock;

struct sk_buff *alkaid_vxlan_gro_receive(struct sock *sk,
					 struct list_head *head,
					 struct sk_buff *skb);
int alkaid_vxlan_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff);
struct sk_buff *alkaid_geneve_gro_receive(struct sock *sk,
					  struct list_head *head,
					  struct sk_buff *skb);
int alkaid_geneve_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff);

#endif /* _ALKAID_PATH_GRO_H */
