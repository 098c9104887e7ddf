/* SPDX-License-Identifier: GPL-2.0 */
/* Replication of a frame to all of its subnet. */
#ifndef _ALKAID_PATH_FLOOD_H
#define _ALKAID_PATH_FLOOD_H

#include "key.h"
#include "verdict.h"

void alkaid_flood(const struct alkaid_frame *frame,
		  const struct alkaid_key *key, const struct alkaid_verdict *v,
		  struct sk_buff *skb);
bool alkaid_flood_reaches(const struct alkaid_key *key,
			  const struct alkaid_verdict *v);

#endif /* _ALKAID_PATH_FLOOD_H */
