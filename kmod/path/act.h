/* SPDX-License-Identifier: GPL-2.0 */
/* Carrying out a verdict. */
#ifndef _ALKAID_PATH_ACT_H
#define _ALKAID_PATH_ACT_H

#include "drop.h"
#include "key.h"
#include "verdict.h"

void alkaid_act(const struct alkaid_frame *frame, const struct alkaid_key *key,
		const struct alkaid_verdict *v, struct sk_buff *skb);
enum alkaid_drop alkaid_act_foresee(struct alkaid_dev *ad,
				    const struct alkaid_key *key,
				    const struct alkaid_verdict *v);

#endif /* _ALKAID_PATH_ACT_H */
