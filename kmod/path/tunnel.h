/* SPDX-License-Identifier: GPL-2.0 */
/* The door to the underlay. */
#ifndef _ALKAID_PATH_TUNNEL_H
#define _ALKAID_PATH_TUNNEL_H

#include "drop.h"
#include "key.h"
#include "verdict.h"

int alkaid_tunnel_open(struct alkaid_dev *ad);
void alkaid_tunnel_close(struct alkaid_dev *ad);
void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb);

#endif /* _ALKAID_PATH_TUNNEL_H */
