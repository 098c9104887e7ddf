/* SPDX-License-Identifier: GPL-2.0 */
/* The door to the underlay. */
#ifndef _ALKAID_PATH_TUNNEL_H
#define _ALKAID_PATH_TUNNEL_H

#include "drop.h"
#include "key.h"
#include "verdict.h"

struct net_device;
struct sock;

int alkaid_tunnel_open(struct alkaid_dev *ad);
void alkaid_tunnel_close(struct alkaid_dev *ad);
void alkaid_tunnel_offer(struct alkaid_dev *ad, struct net_device *nic,
			 bool on);

void alkaid_tunnel_take(struct alkaid_dev *ad, int encap, struct sk_buff *skb);
int alkaid_tunnel_vxlan_rcv(struct sock *sk, struct sk_buff *skb);
int alkaid_tunnel_geneve_rcv(struct sock *sk, struct sk_buff *skb);
int alkaid_tunnel_err_lookup(struct sock *sk, struct sk_buff *skb);

void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb);
enum alkaid_drop alkaid_tunnel_foresee(struct alkaid_dev *ad,
				       const struct alkaid_key *key,
				       const struct alkaid_verdict *v);

#endif /* _ALKAID_PATH_TUNNEL_H */
