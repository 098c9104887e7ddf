// SPDX-License-Identifier: GPL-2.0
/* Gateway groups of the configuration file, for VPCs whose goal state names none. */
#include "gateways.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* More than the kernel has groups. */
#define GATEWAYS_MAX 4096

bool gateway_is_configured(uint32_t number)
{
	return number >= GATEWAYS_FIRST && number < GATEWAYS_FIRST + GATEWAYS_MAX;
}

char *gateways_key(uint32_t number)
{
	return xasprintf("configured %u", number - GATEWAYS_FIRST + 1);
}

static bool is_for(const struct config_gateway *gateway, const char *vpc)
{
	char **id;

	for (id = gateway->vpcs; *id; id++)
		if (!strcmp(*id, vpc))
			return true;
	return false;
}

/* One that names the VPC comes before one that is for all. */
uint32_t gateways_group(const struct store *store, const struct host *host, const char *vpc)
{
	uint32_t found = 0;
	size_t i;

	for (i = 0; i < host->n_gateways; i++) {
		const struct config_gateway *gateway = &host->gateways[i];
		const uint32_t number = GATEWAYS_FIRST + i;

		/* The kernel may have refused it. */
		if (!store_numbered(store, RESOURCE(GATEWAY), number))
			continue;
		if (gateway->vpcs && is_for(gateway, vpc))
			return number;
		if (!gateway->vpcs && !found)
			found = number;
	}
	return found;
}

static void add(struct push *push, enum action action, struct gateway *gateway)
{
	struct result *r = push_add(push);

	r->type = RESOURCE(GATEWAY);
	r->op = action == ACTION_SET ? OPERATION(INFO) : OPERATION(DELETE);
	r->object = &gateway->o;
	r->id = gateway->o.key;
	r->action = action;
	r->number = gateway->k.id;
	r->silent = true;
}

static struct gateway *gateway_of_number(uint32_t number)
{
	char *key = gateways_key(number);
	struct gateway *gateway = gateway_new(key);

	free(key);
	gateway->k.id = number;
	return gateway;
}

static void set_one(struct push *push, const struct config_gateway *config, uint32_t number)
{
	struct gateway *gateway = gateway_of_number(number);

	gateway->k = config->group;
	gateway->k.id = number;
	add(push, ACTION_SET, gateway);
}

struct leftover {
	struct push *push;
	size_t n_gateways;
};

static bool note_leftover(struct object *o, void *arg)
{
	const uint32_t number = object_number(o);
	struct leftover *leftover = arg;

	if (gateway_is_configured(number) && number - GATEWAYS_FIRST >= leftover->n_gateways)
		add(leftover->push, ACTION_UNSET, gateway_of_number(number));
	return false;
}

void gateways_push(struct push *push, const struct store *store, const struct host *host)
{
	struct leftover leftover = { .push = push, .n_gateways = host->n_gateways };
	size_t i;

	for (i = 0; i < host->n_gateways && i < GATEWAYS_MAX; i++)
		set_one(push, &host->gateways[i], GATEWAYS_FIRST + i);
	store_each(store, RESOURCE(GATEWAY), note_leftover, &leftover);
}
