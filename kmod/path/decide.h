/* SPDX-License-Identifier: GPL-2.0 */
/* The decision: from tables and key to a verdict. */
#ifndef _ALKAID_PATH_DECIDE_H
#define _ALKAID_PATH_DECIDE_H

#include "key.h"
#include "verdict.h"

struct alkaid_steps;
struct alkaid_tables;

void alkaid_decide(struct alkaid_tables *t, const struct alkaid_key *key,
		   struct alkaid_verdict *v, struct alkaid_steps *steps);

#endif /* _ALKAID_PATH_DECIDE_H */
