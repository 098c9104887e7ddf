/* SPDX-License-Identifier: GPL-2.0 */
/* Router advertisements of IPv6 gateways (RFC 4861). */
#ifndef _ALKAID_PATH_RA_H
#define _ALKAID_PATH_RA_H

#include "key.h"
#include "verdict.h"

struct alkaid_dev;

void alkaid_ra_reply(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v, struct sk_buff *skb);
void alkaid_ra_start(struct alkaid_dev *ad);
void alkaid_ra_stop(struct alkaid_dev *ad);

#endif /* _ALKAID_PATH_RA_H */
