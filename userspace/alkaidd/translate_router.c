// SPDX-License-Identifier: GPL-2.0
/* Routers: the routes of subnets. */
#include "translation.h"

void set_router(struct translation *t, size_t cause)
{
	edit_set(t, cause, store_find(t->store, RESOURCE(ROUTER), t->push->results[cause].id));
}

void unset_router(struct translation *t, size_t cause)
{
	edit_unset(t, cause, store_find(t->store, RESOURCE(ROUTER), t->push->results[cause].id));
}
