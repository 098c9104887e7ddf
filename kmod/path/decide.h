/* SPDX-License-Identifier: GPL-2.0 */
/* The decision: from tables and key to a verdict. */
#ifndef _ALKAID_PATH_DECIDE_H
#define _ALKAID_PATH_DECIDE_H

#include "../table/tables.h"
#include "key.h"
#include "verdict.h"

struct alkaid_steps;

/* Whether a datagram that is too big may be cut into parts. */
static inline bool alkaid_may_fragment(const struct alkaid_tables *t,
				       const struct alkaid_key *key)
{
	return READ_ONCE(t->fragment) && key->l3 == ALKAID_L3_IP4 &&
	       !key->df && !key->gso;
}

void alkaid_decide(struct alkaid_tables *t, const struct alkaid_key *key,
		   struct alkaid_verdict *v, struct alkaid_steps *steps);

#endif /* _ALKAID_PATH_DECIDE_H */
