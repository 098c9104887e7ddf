// SPDX-License-Identifier: GPL-2.0
/* A port by itself. */
#include <string.h>

#include "fields.h"
#include "log.h"

static void validate_fixed_ips(struct result *r, struct alk_port *k)
{
	const Alcor__Schema__PortConfiguration *c = (const void *)r->config;
	size_t i, j;

	if (!c->n_fixed_ips) {
		invalid(r, "fixed_ips: empty");
		return;
	}
	if (c->n_fixed_ips > ALK_ADDRS_MAX) {
		invalid(r, "fixed_ips: more than %d", ALK_ADDRS_MAX);
		return;
	}
	for (i = 0; i < c->n_fixed_ips; i++) {
		const Alcor__Schema__PortConfiguration__FixedIp *fixed = c->fixed_ips[i];

		if (!id_valid(r, fixed->subnet_id, "fixed_ips[%zu].subnet_id", i))
			return;
		if (strcmp(fixed->subnet_id, c->fixed_ips[0]->subnet_id)) {
			invalid(r, "fixed_ips[%zu].subnet_id: %s is not the subnet of fixed_ips[0]",
				i, QUOTE(fixed->subnet_id));
			return;
		}
		if (!addr_valid(r, fixed->ip_address, &k->ips[i], "fixed_ips[%zu].ip_address", i))
			return;
		for (j = 0; j < i; j++) {
			if (alk_addr_equal(&k->ips[j], &k->ips[i])) {
				invalid(r, "fixed_ips[%zu].ip_address: %s is there twice", i,
					QUOTE(fixed->ip_address));
				return;
			}
		}
		k->n_ips = i + 1;
	}
}

static void validate_pairs(struct result *r, struct alk_port *k)
{
	const Alcor__Schema__PortConfiguration *c = (const void *)r->config;
	size_t i;

	if (c->n_allow_address_pairs > ALK_ADDRS_MAX) {
		invalid(r, "allow_address_pairs: more than %d", ALK_ADDRS_MAX);
		return;
	}
	for (i = 0; i < c->n_allow_address_pairs; i++) {
		const Alcor__Schema__PortConfiguration__AllowAddressPair *pair =
			c->allow_address_pairs[i];
		struct alk_allow *allow = &k->allow[i];

		if (!prefix_valid(r, pair->ip_address, &allow->addr,
				  "allow_address_pairs[%zu].ip_address", i))
			return;
		if (*pair->mac_address) {
			if (!mac_valid(r, pair->mac_address, &allow->mac,
				       "allow_address_pairs[%zu].mac_address", i))
				return;
			allow->has_mac = true;
		}
		k->n_allow = i + 1;
	}
}

/* What dev_valid_name() of the kernel takes, less what would not be one word. */
bool port_name_valid(struct result *r, char name[IFNAMSIZ])
{
	port_ifname(r->id, name);
	if (strpbrk(name, "/:%")) {
		invalid(r, "id: %s makes no name of a netdev", QUOTE(r->id));
		return false;
	}
	return true;
}

void validate_port(struct result *r)
{
	const Alcor__Schema__PortConfiguration *c = (const void *)r->config;
	char name[IFNAMSIZ];
	struct port *port;

	if (!port_name_valid(r, name))
		return;
	port = port_new(name, c->id);
	r->object = &port->o;
	port->admin_up = c->admin_state_up;
	if (!port->admin_up)
		remark(r, "admin_state_up: false, so the port is kept unbound");
	port->k.antispoof = true;
	if (*c->vpc_id && !id_valid(r, c->vpc_id, "vpc_id"))
		return;
	if (!mac_valid(r, c->mac_address, &port->k.mac, "mac_address"))
		return;
	validate_fixed_ips(r, &port->k);
	validate_pairs(r, &port->k);
}
