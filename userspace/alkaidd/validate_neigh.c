// SPDX-License-Identifier: GPL-2.0
/* A neighbor by itself. */
#include <string.h>

#include "fields.h"
#include "log.h"

static bool neigh_type_valid(struct result *r, size_t i, int type)
{
	switch (type) {
	case ALCOR__SCHEMA__NEIGHBOR_TYPE__L2:
	case ALCOR__SCHEMA__NEIGHBOR_TYPE__L3:
		return true;
	default:
		invalid(r, "fixed_ips[%zu].neighbor_type: %d is none", i, type);
		return false;
	}
}

static void validate_neigh_ips(struct result *r, struct neigh *neigh)
{
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;
	size_t i, j;

	for (i = 0; i < c->n_fixed_ips; i++) {
		const Alcor__Schema__NeighborConfiguration__FixedIp *fixed = c->fixed_ips[i];
		struct alk_addr *ip = &neigh->a[i].ip;

		if (!id_valid(r, fixed->subnet_id, "fixed_ips[%zu].subnet_id", i) ||
		    !addr_valid(r, fixed->ip_address, ip, "fixed_ips[%zu].ip_address", i))
			return;
		for (j = 0; j < i; j++) {
			if (alk_addr_equal(&neigh->a[j].ip, ip)) {
				invalid(r, "fixed_ips[%zu].ip_address: %s is there twice", i,
					QUOTE(fixed->ip_address));
				return;
			}
		}
	}
}

void validate_neigh(struct result *r)
{
	const Alcor__Schema__NeighborConfiguration *c = (const void *)r->config;
	struct alk_addr host;
	struct neigh *neigh;
	struct alk_mac mac;
	size_t i;

	/* Before a restart, others may have taken all of them. */
	if (!c->n_fixed_ips && !r->idle) {
		invalid(r, "fixed_ips: empty");
		return;
	}
	if (c->n_fixed_ips > ALK_ADDRS_MAX) {
		invalid(r, "fixed_ips: more than %d", ALK_ADDRS_MAX);
		return;
	}
	if (*c->vpc_id && !id_valid(r, c->vpc_id, "vpc_id"))
		return;
	for (i = 0; i < c->n_fixed_ips; i++)
		if (!neigh_type_valid(r, i, c->fixed_ips[i]->neighbor_type))
			return;
	if (!mac_valid(r, c->mac_address, &mac, "mac_address") ||
	    !addr_valid(r, c->host_ip_address, &host, "host_ip_address"))
		return;
	neigh = neigh_new(c->id, c->n_fixed_ips);
	neigh->mac = mac;
	neigh->host = host;
	r->object = &neigh->o;
	validate_neigh_ips(r, neigh);
}
