// SPDX-License-Identifier: GPL-2.0
/* A router by itself. */
#include <string.h>

#include "fields.h"
#include "log.h"

/* Each is looked for and may be waited for. */
#define TABLES_MAX 4096

typedef Alcor__Schema__RouterConfiguration__RoutingRule rule_t;
typedef Alcor__Schema__RouterConfiguration__SubnetRoutingTable table_t;

/* Where a rule is: the number of its table, and its own there. */
struct place {
	size_t table, rule;
};

#define RULE "subnet_routing_tables[%zu].routing_rules[%zu]."
#define RULE_ARGS(at) (at)->table, (at)->rule

static bool operation_valid(struct result *r, const struct place *at, int op)
{
	switch (op) {
	case OPERATION(INFO):
	case OPERATION(CREATE):
	case OPERATION(UPDATE):
	case OPERATION(DELETE):
		return true;
	default:
		invalid(r, RULE "operation_type: %d is not one that a rule can have",
			RULE_ARGS(at), op);
		return false;
	}
}

/* So some say that there is none. */
static bool is_unspecified(const char *text)
{
	return !strcmp(text, "0.0.0.0") || !strcmp(text, "::");
}

static bool next_hop_valid(struct result *r, const struct place *at, const char *text,
			   const struct alk_addr *destination)
{
	struct alk_addr via;

	if (!*text || is_unspecified(text))
		return true;
	if (!addr_valid(r, text, &via, RULE "next_hop_ip", RULE_ARGS(at)))
		return false;
	if (via.family == destination->family)
		return true;
	invalid(r, RULE "next_hop_ip: %s is not of the destination's address family",
		RULE_ARGS(at), QUOTE(text));
	return false;
}

static bool rule_valid(struct result *r, const struct place *at, const rule_t *c)
{
	struct alk_addr destination;
	int type;

	if (!id_valid(r, c->id, RULE "id", RULE_ARGS(at)) ||
	    !operation_valid(r, at, c->operation_type))
		return false;
	/* For that one the id is enough. */
	if (c->operation_type == ALCOR__SCHEMA__OPERATION_TYPE__DELETE)
		return true;
	if (!prefix_valid(r, c->destination, &destination, RULE "destination", RULE_ARGS(at)) ||
	    !next_hop_valid(r, at, c->next_hop_ip, &destination))
		return false;
	type = c->routing_rule_extra_info ? (int)c->routing_rule_extra_info->destination_type : 0;
	if (type == ALCOR__SCHEMA__DESTINATION_TYPE__INTERNET ||
	    type == ALCOR__SCHEMA__DESTINATION_TYPE__VPC_GW)
		return true;
	invalid(r, RULE "routing_rule_extra_info.destination_type: %d is none", RULE_ARGS(at),
		type);
	return false;
}

static bool table_valid(struct result *r, size_t i, const table_t *table)
{
	struct place at = { .table = i };

	if (!id_valid(r, table->subnet_id, "subnet_routing_tables[%zu].subnet_id", i))
		return false;
	for (at.rule = 0; at.rule < table->n_routing_rules; at.rule++)
		if (!rule_valid(r, &at, table->routing_rules[at.rule]))
			return false;
	return true;
}

void validate_router(struct result *r)
{
	const Alcor__Schema__RouterConfiguration *c = (const void *)r->config;
	struct alk_mac mac;
	size_t i;

	if (*c->host_dvr_mac_address &&
	    !mac_valid(r, c->host_dvr_mac_address, &mac, "host_dvr_mac_address"))
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
