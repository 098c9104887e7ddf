// SPDX-License-Identifier: GPL-2.0
/* Gateway groups, and which VPC steers to which. */
#include "translation.h"

void set_gateway(struct translation *t, size_t cause)
{
	edit_set(t, cause, store_find(t->store, RESOURCE(GATEWAY), t->push->results[cause].id));
}

void unset_gateway(struct translation *t, size_t cause)
{
	edit_unset(t, cause, store_find(t->store, RESOURCE(GATEWAY), t->push->results[cause].id));
}

void resolve_vpc_gateways(struct translation *t, size_t cause, struct vpc *vpc)
{
	(void)t;
	(void)cause;
	(void)vpc;
}
