// SPDX-License-Identifier: GPL-2.0
/* A router by itself. */
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "log.h"

/* Each is looked for and may be waited for. */
#define TABLES_MAX 4096

typedef Alcor__Schema__RouterConfiguration__RoutingRule rule_t;
typedef Alcor__Schema__RouterConfiguration__SubnetRoutingTable table_t;

static bool operation_valid(struct result *r, const char *rule, int op)
{
	switch (op) {
	case OPERATION(INFO):
	case OPERATION(CREATE):
	case OPERATION(UPDATE):
	case OPERATION(DELETE):
		return true;
	default:
		invalid(r, "%s.operation_type: %d is not one that a rule can have", rule, op);
		return false;
	}
}

/* So some say that there is none. */
static bool is_unspecified(const char *text)
{
	return !strcmp(text, "0.0.0.0") || !strcmp(text, "::");
}

static bool next_hop_valid(struct result *r, const char *rule, const char *text,
			   const struct alk_addr *destination)
{
	struct alk_addr via;
	char field[128];

	snprintf(field, sizeof(field), "%s.next_hop_ip", rule);
	if (!*text || is_unspecified(text))
		return true;
	if (!addr_valid(r, field, text, &via))
		return false;
	if (via.family == destination->family)
		return true;
	invalid(r, "%s: %s is not of the destination's address family", field, QUOTE(text));
	return false;
}

static bool rule_valid(struct result *r, const char *rule, const rule_t *c)
{
	struct alk_addr destination;
	char field[128];
	int type;

	snprintf(field, sizeof(field), "%s.id", rule);
	if (!id_valid(r, field, c->id) || !operation_valid(r, rule, c->operation_type))
		return false;
	/* For that one the id is enough. */
	if (c->operation_type == ALCOR__SCHEMA__OPERATION_TYPE__DELETE)
		return true;
	snprintf(field, sizeof(field), "%s.destination", rule);
	if (!prefix_valid(r, field, c->destination, &destination) ||
	    !next_hop_valid(r, rule, c->next_hop_ip, &destination))
		return false;
	type = c->routing_rule_extra_info ? (int)c->routing_rule_extra_info->destination_type : 0;
	if (type == ALCOR__SCHEMA__DESTINATION_TYPE__INTERNET ||
	    type == ALCOR__SCHEMA__DESTINATION_TYPE__VPC_GW)
		return true;
	invalid(r, "%s.routing_rule_extra_info.destination_type: %d is none", rule, type);
	return false;
}

static bool table_valid(struct result *r, size_t i, const table_t *table)
{
	char name[96];
	size_t j;

	snprintf(name, sizeof(name), "subnet_routing_tables[%zu].subnet_id", i);
	if (!id_valid(r, name, table->subnet_id))
		return false;
	for (j = 0; j < table->n_routing_rules; j++) {
		snprintf(name, sizeof(name), "subnet_routing_tables[%zu].routing_rules[%zu]", i, j);
		if (!rule_valid(r, name, table->routing_rules[j]))
			return false;
	}
	return true;
}

void validate_router(struct result *r)
{
	const Alcor__Schema__RouterConfiguration *c = (const void *)r->config;
	struct alk_mac mac;
	size_t i;

	if (*c->host_dvr_mac_address &&
	    !mac_valid(r, "host_dvr_mac_address", c->host_dvr_mac_address, &mac))
		return;
	if (c->n_subnet_routing_tables > TABLES_MAX) {
		invalid(r, "subnet_routing_tables: more than %d", TABLES_MAX);
		return;
	}
	for (i = 0; i < c->n_subnet_routing_tables; i++)
		if (!table_valid(r, i, c->subnet_routing_tables[i]))
			return;
	r->object = &router_new(c->id)->o;
}
