/* SPDX-License-Identifier: GPL-2.0 */
/* Rewriting the headers of what is routed. */
#ifndef _ALKAID_PATH_REWRITE_H
#define _ALKAID_PATH_REWRITE_H

#include "key.h"
#include "verdict.h"

bool alkaid_rewrite(const struct alkaid_verdict *v,
		    const struct alkaid_key *key, struct sk_buff *skb);

#endif /* _ALKAID_PATH_REWRITE_H */
