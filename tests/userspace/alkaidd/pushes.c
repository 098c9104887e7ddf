// SPDX-License-Identifier: GPL-2.0
/* Pushes, one after the other, to a store and to changes of the tables. */
#include "pushes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "translate.h"
#include "validate.h"

struct store store;
static struct host host;

char netdevs[8];

static uint32_t fake_netdev(const char *name)
{
	return !strncmp(name, "tap", 3) && strchr(netdevs, name[3]) && strlen(name) == 4 ?
		       10u + name[3] - 'a' : 0;
}

int setup(void **state)
{
	(void)state;
	store_init(&store);
	alk_addr_parse("172.16.0.1", &host.locals[0]);
	host.n_locals = 1;
	host.netdev = fake_netdev;
	netdevs[0] = '\0';
	return 0;
}

int teardown(void **state)
{
	(void)state;
	store_free(&store);
	return 0;
}

static void print_change(FILE *out, const struct alk_change *c)
{
	static const char *const verbs[] = { "add", "replace", "change", "del" };
	char addr[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN];
	bool whole = c->verb != ALK_DEL;
	size_t i;

	fprintf(out, "%s ", verbs[c->verb]);
	switch (c->kind) {
	case ALK_VPC:
		fprintf(out, "vpc %u", c->vpc->id);
		if (whole)
			fprintf(out, " %s", c->vpc->name);
		break;
	case ALK_SUBNET:
		fprintf(out, "subnet %u", c->subnet->id);
		if (whole)
			fprintf(out, " vpc %u vni %u %s", c->subnet->vpc, c->subnet->vni,
				alk_addr_print(&c->subnet->prefixes[0], addr));
		if (whole && c->subnet->n_gateway_ips)
			fprintf(out, " gw %s %s", alk_addr_print(&c->subnet->gateway_ips[0], addr),
				alk_mac_print(&c->subnet->gateway_mac, mac));
		break;
	case ALK_PORT:
		fprintf(out, "port %u", c->port->ifindex);
		if (!whole)
			break;
		fprintf(out, " subnet %u %s", c->port->subnet, alk_mac_print(&c->port->mac, mac));
		for (i = 0; i < c->port->n_ips; i++)
			fprintf(out, " %s", alk_addr_print(&c->port->ips[i], addr));
		for (i = 0; i < c->port->n_allow; i++)
			fprintf(out, " allow %s", alk_addr_print(&c->port->allow[i].addr, addr));
		break;
	case ALK_NEIGH:
		fprintf(out, "neigh %u %s", c->neigh->subnet, alk_addr_print(&c->neigh->ip, addr));
		if (whole)
			fprintf(out, " %s", alk_mac_print(&c->neigh->mac, mac));
		if (whole)
			fprintf(out, " host %s", alk_addr_print(&c->neigh->host, addr));
		break;
	case ALK_ROUTE:
	case ALK_GATEWAY:
		/* No goal state leads to one yet, and none is expected. */
		fputs("route or gateway", out);
		break;
	}
	fputs("\n", out);
}

void push_as(const char *json, const char *wanted, bool keep)
{
	struct goal goal = goal_of(json);
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);
	struct push push;

	push_init(&push, &goal);
	validate(&push);
	while (!translate(&store, &host, &push))
		translate_undo(&store, &push);
	diff(&push);
	for (i = 0; i < push.n_results; i++)
		if (push.results[i].status != STATUS(SUCCESS))
			fprintf(out, "%s %s %s: %s\n", type_name(push.results[i].type),
				push.results[i].id, status_name(push.results[i].status),
				push.results[i].text ? push.results[i].text : "");
	for (i = 0; i < push.n_changes; i++)
		print_change(out, &push.changes[i]);
	fclose(out);
	if (strcmp(text, wanted))
		fail_msg("%s\n--- got:\n%s--- wanted:\n%s", json, text, wanted);
	free(text);
	if (keep)
		translate_keep(&push);
	else
		translate_undo(&store, &push);
	push_free(&push);
	goal_clear(&goal);
}

void push(const char *json, const char *wanted)
{
	push_as(json, wanted, true);
}
