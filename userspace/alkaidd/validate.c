// SPDX-License-Identifier: GPL-2.0
/* Each resource by itself: is it well formed, and what does it ask for? */
#include "validate.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

#define ID_MAX 255

#define invalid(result, ...) refuse(result, STATUS(INVALID_ARG), __VA_ARGS__)
#define unsupported(result, ...) refuse(result, STATUS(FAILURE), __VA_ARGS__)

static bool id_valid(struct result *r, const char *field, const char *id)
{
	const char *p;

	if (!*id) {
		invalid(r, "%s: empty", field);
		return false;
	}
	if (strlen(id) > ID_MAX) {
		invalid(r, "%s: longer than %d characters", field, ID_MAX);
		return false;
	}
	for (p = id; *p; p++) {
		if (!isgraph((unsigned char)*p)) {
			invalid(r, "%s: not printable: %s", field, QUOTE(id));
			return false;
		}
	}
	return true;
}

/* An address that one interface can have. */
static bool addr_unicast(const struct alk_addr *addr)
{
	uint32_t v4 = ntohl(addr->v4.s_addr);

	if (addr->family == AF_INET)
		return !IN_MULTICAST(v4) && !IN_BADCLASS(v4) && v4 >> 24 != IN_LOOPBACKNET &&
		       v4 >> 24 != 0;
	return !IN6_IS_ADDR_MULTICAST(&addr->v6) && !IN6_IS_ADDR_LOOPBACK(&addr->v6) &&
	       !IN6_IS_ADDR_UNSPECIFIED(&addr->v6);
}

static bool addr_valid(struct result *r, const char *field, const char *s, struct alk_addr *out)
{
	if (!alk_addr_parse(s, out)) {
		invalid(r, "%s: not an IP address: %s", field, QUOTE(s));
		return false;
	}
	if (!addr_unicast(out)) {
		invalid(r, "%s: not a unicast address: %s", field, QUOTE(s));
		return false;
	}
	return true;
}

static bool mac_valid(struct result *r, const char *field, const char *s, struct alk_mac *out)
{
	static const struct alk_mac zero;

	if (!alk_mac_parse(s, out)) {
		invalid(r, "%s: not a MAC address: %s", field, QUOTE(s));
		return false;
	}
	if (out->octet[0] & 1 || !memcmp(out, &zero, sizeof(zero))) {
		invalid(r, "%s: not a unicast MAC address: %s", field, QUOTE(s));
		return false;
	}
	return true;
}

static void mask_prefix(struct alk_addr *prefix)
{
	unsigned int bits = prefix->family == AF_INET ? 32 : 128, i;
	uint8_t *octets = (uint8_t *)&prefix->v6;

	for (i = prefix->len; i < bits; i++)
		octets[i / 8] &= ~(0x80 >> i % 8);
}

static void validate_vpc(struct result *r)
{
	const Alcor__Schema__VpcConfiguration *c = r->config;
	struct vpc *vpc;

	if (c->tunnel_id > ALKAID_VNI_MAX) {
		invalid(r, "tunnel_id: %u is above %u", c->tunnel_id, ALKAID_VNI_MAX);
		return;
	}
	vpc = vpc_new(c->id);
	strncpy(vpc->k.name, c->id, sizeof(vpc->k.name) - 1);
	r->object = &vpc->o;
}

/*
 * Without an address, or with 0.0.0.0, a subnet has no gateway. One without a
 * MAC cannot be answered for either, but that must not cost the subnet.
 */
static void validate_gateway(struct result *r, struct alk_subnet *k,
			     const Alcor__Schema__SubnetConfiguration__Gateway *gateway)
{
	struct alk_addr ip;

	if (!gateway || !*gateway->ip_address)
		return;
	if (!alk_addr_parse(gateway->ip_address, &ip)) {
		invalid(r, "gateway.ip_address: not an IP address: %s", QUOTE(gateway->ip_address));
		return;
	}
	if ((ip.family == AF_INET && !ip.v4.s_addr) ||
	    (ip.family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&ip.v6)))
		return;
	if (!prefix_has(&k->prefixes[0], &ip)) {
		invalid(r, "gateway.ip_address: %s is not in the cidr", QUOTE(gateway->ip_address));
		return;
	}
	if (!*gateway->mac_address) {
		remark(r, "gateway.mac_address: empty, so the gateway is not answered for");
		return;
	}
	if (!mac_valid(r, "gateway.mac_address", gateway->mac_address, &k->gateway_mac))
		return;
	k->gateway_ips[0] = ip;
	k->n_gateway_ips = 1;
}

static bool network_valid(struct result *r, int type)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&alcor__schema__network_type__descriptor, type);

	switch (type) {
	case ALCOR__SCHEMA__NETWORK_TYPE__VXLAN:
		return true;
	case ALCOR__SCHEMA__NETWORK_TYPE__GENEVE:
		unsupported(r, "network_type: GENEVE is not supported by this version");
		return false;
	default:
		invalid(r, "network_type: %s is not one that a subnet can have here",
			value ? value->name : "an unknown number");
		return false;
	}
}

static void validate_subnet(struct result *r)
{
	const Alcor__Schema__SubnetConfiguration *c = r->config;
	struct subnet *subnet = subnet_new(c->id);
	struct alk_subnet *k = &subnet->k;

	r->object = &subnet->o;
	if (!id_valid(r, "vpc_id", c->vpc_id) || !network_valid(r, c->network_type))
		return;
	if (c->tunnel_id < 1 || c->tunnel_id > ALKAID_VNI_MAX) {
		invalid(r, "tunnel_id: %llu is not in 1..%u", (unsigned long long)c->tunnel_id,
			ALKAID_VNI_MAX);
		return;
	}
	if (!alk_prefix_parse(c->cidr, &k->prefixes[0])) {
		invalid(r, "cidr: not an address and a prefix length: %s", QUOTE(c->cidr));
		return;
	}
	mask_prefix(&k->prefixes[0]);
	k->n_prefixes = 1;
	k->vni = c->tunnel_id;
	k->encap = ALKAID_ENCAP_VXLAN;
	validate_gateway(r, k, c->gateway);
}

static void validate_fixed_ips(struct result *r, struct alk_port *k)
{
	const Alcor__Schema__PortConfiguration *c = r->config;
	char field[64];
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

		snprintf(field, sizeof(field), "fixed_ips[%zu].subnet_id", i);
		if (!id_valid(r, field, fixed->subnet_id))
			return;
		if (strcmp(fixed->subnet_id, c->fixed_ips[0]->subnet_id)) {
			invalid(r, "%s: %s is not the subnet of fixed_ips[0]", field,
				QUOTE(fixed->subnet_id));
			return;
		}
		snprintf(field, sizeof(field), "fixed_ips[%zu].ip_address", i);
		if (!addr_valid(r, field, fixed->ip_address, &k->ips[i]))
			return;
		for (j = 0; j < i; j++) {
			if (alk_addr_equal(&k->ips[j], &k->ips[i])) {
				invalid(r, "%s: %s is there twice", field,
					QUOTE(fixed->ip_address));
				return;
			}
		}
		k->n_ips = i + 1;
	}
}

static void validate_pairs(struct result *r, struct alk_port *k)
{
	const Alcor__Schema__PortConfiguration *c = r->config;
	char field[64];
	size_t i;

	if (c->n_allow_address_pairs > ALK_ADDRS_MAX) {
		invalid(r, "allow_address_pairs: more than %d", ALK_ADDRS_MAX);
		return;
	}
	for (i = 0; i < c->n_allow_address_pairs; i++) {
		const Alcor__Schema__PortConfiguration__AllowAddressPair *pair =
			c->allow_address_pairs[i];
		struct alk_allow *allow = &k->allow[i];

		snprintf(field, sizeof(field), "allow_address_pairs[%zu].ip_address", i);
		if (!alk_addr_parse(pair->ip_address, &allow->addr) &&
		    !alk_prefix_parse(pair->ip_address, &allow->addr)) {
			invalid(r, "%s: not an IP address or prefix: %s", field,
				QUOTE(pair->ip_address));
			return;
		}
		mask_prefix(&allow->addr);
		snprintf(field, sizeof(field), "allow_address_pairs[%zu].mac_address", i);
		if (*pair->mac_address) {
			if (!mac_valid(r, field, pair->mac_address, &allow->mac))
				return;
			allow->has_mac = true;
		}
		k->n_allow = i + 1;
	}
}

/* What dev_valid_name() of the kernel takes, less what would not be one word. */
static bool tap_name(struct result *r, char name[IFNAMSIZ])
{
	port_ifname(r->id, name);
	if (strpbrk(name, "/:%")) {
		invalid(r, "id: %s makes no name of a netdev", QUOTE(r->id));
		return false;
	}
	return true;
}

static void validate_port(struct result *r)
{
	const Alcor__Schema__PortConfiguration *c = r->config;
	char name[IFNAMSIZ];
	struct port *port;

	if (!tap_name(r, name))
		return;
	port = port_new(name, c->id);
	r->object = &port->o;
	port->admin_up = c->admin_state_up;
	if (!port->admin_up)
		remark(r, "admin_state_up: false, so the port is kept unbound");
	port->k.antispoof = true;
	if (*c->vpc_id && !id_valid(r, "vpc_id", c->vpc_id))
		return;
	if (!mac_valid(r, "mac_address", c->mac_address, &port->k.mac))
		return;
	validate_fixed_ips(r, &port->k);
	validate_pairs(r, &port->k);
}

static bool neigh_type_valid(struct result *r, const char *field, int type)
{
	switch (type) {
	case ALCOR__SCHEMA__NEIGHBOR_TYPE__L2:
		return true;
	case ALCOR__SCHEMA__NEIGHBOR_TYPE__L3:
		unsupported(r, "%s: L3: routing is not supported by this version", field);
		return false;
	default:
		invalid(r, "%s: %d is none", field, type);
		return false;
	}
}

static void validate_neigh_ips(struct result *r, struct neigh *neigh)
{
	const Alcor__Schema__NeighborConfiguration *c = r->config;
	char field[64];
	size_t i, j;

	for (i = 0; i < c->n_fixed_ips; i++) {
		const Alcor__Schema__NeighborConfiguration__FixedIp *fixed = c->fixed_ips[i];
		struct alk_neigh *k = &neigh->k[i];

		snprintf(field, sizeof(field), "fixed_ips[%zu].subnet_id", i);
		if (!id_valid(r, field, fixed->subnet_id))
			return;
		snprintf(field, sizeof(field), "fixed_ips[%zu].ip_address", i);
		if (!addr_valid(r, field, fixed->ip_address, &k->ip))
			return;
		for (j = 0; j < i; j++) {
			if (alk_addr_equal(&neigh->k[j].ip, &k->ip)) {
				invalid(r, "%s: %s is there twice", field,
					QUOTE(fixed->ip_address));
				return;
			}
		}
	}
}

static void validate_neigh(struct result *r)
{
	const Alcor__Schema__NeighborConfiguration *c = r->config;
	struct alk_addr host;
	struct neigh *neigh;
	struct alk_mac mac;
	char field[64];
	size_t i;

	if (!c->n_fixed_ips) {
		invalid(r, "fixed_ips: empty");
		return;
	}
	if (c->n_fixed_ips > ALK_ADDRS_MAX) {
		invalid(r, "fixed_ips: more than %d", ALK_ADDRS_MAX);
		return;
	}
	if (*c->vpc_id && !id_valid(r, "vpc_id", c->vpc_id))
		return;
	for (i = 0; i < c->n_fixed_ips; i++) {
		snprintf(field, sizeof(field), "fixed_ips[%zu].neighbor_type", i);
		if (!neigh_type_valid(r, field, c->fixed_ips[i]->neighbor_type))
			return;
	}
	if (!mac_valid(r, "mac_address", c->mac_address, &mac) ||
	    !addr_valid(r, "host_ip_address", c->host_ip_address, &host))
		return;
	if (host.family != AF_INET) {
		unsupported(r, "host_ip_address: an IPv6 underlay is not supported by this version");
		return;
	}
	neigh = neigh_new(c->id, c->n_fixed_ips);
	r->object = &neigh->o;
	for (i = 0; i < neigh->n; i++) {
		neigh->k[i].mac = mac;
		neigh->k[i].host = host;
	}
	validate_neigh_ips(r, neigh);
}

static enum action action_of(struct result *r)
{
	bool side_data = r->type == RESOURCE(VPC) || r->type == RESOURCE(SUBNET) ||
			 r->type == RESOURCE(NEIGHBOR);
	const Alcor__Schema__PortConfiguration *port = r->config;

	switch ((int)r->op) {
	case OPERATION(INFO):
		if (side_data)
			return ACTION_SET;
		unsupported(r, "operation_type: INFO says nothing to do with a port");
		return ACTION_NONE;
	case OPERATION(CREATE):
		return ACTION_SET;
	case OPERATION(UPDATE):
		/* So does a controller say that the port was unplugged. */
		if (r->type == RESOURCE(PORT) && !*port->device_id && !*port->device_owner) {
			remark(r, "device_id, device_owner: both empty, so it is taken as unplugged");
			return ACTION_UNSET;
		}
		return ACTION_SET;
	case OPERATION(DELETE):
		return ACTION_UNSET;
	case OPERATION(GET):
		unsupported(r, "operation_type: GET is not supported");
		return ACTION_NONE;
	default:
		invalid(r, "operation_type: %d is none", (int)r->op);
		return ACTION_NONE;
	}
}

static void validate_one(struct result *r)
{
	static void (*const validators[])(struct result *r) = {
		[RESOURCE(VPC)] = validate_vpc,
		[RESOURCE(SUBNET)] = validate_subnet,
		[RESOURCE(PORT)] = validate_port,
		[RESOURCE(NEIGHBOR)] = validate_neigh,
	};
	char name[IFNAMSIZ];

	if (r->type > RESOURCE(NEIGHBOR)) {
		unsupported(r, "a %s is not supported by this version", type_name(r->type));
		return;
	}
	if (!r->config) {
		invalid(r, "configuration: missing");
		return;
	}
	if (!id_valid(r, "id", r->id))
		return;
	r->action = action_of(r);
	if (r->action == ACTION_SET)
		validators[r->type](r);
	else if (r->action == ACTION_UNSET && r->type == RESOURCE(PORT))
		tap_name(r, name);
}

static int same_resource(const void *a, const void *b)
{
	const struct result *x = a, *y = b;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return strcmp(x->id, y->id);
}

static void keep(void *result)
{
	(void)result;
}

/*
 * Which of two states of one resource is meant, nobody can tell: the first one
 * counts. A neighbor that is refused for its type does not, since controllers
 * send one neighbor as L2 and as L3 under one id.
 */
static void refuse_doubles(struct push *push)
{
	void *seen = NULL, *node;
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		struct result *r = &push->results[i];

		if (!*r->id || (r->type == RESOURCE(NEIGHBOR) && r->status == STATUS(FAILURE)))
			continue;
		node = tsearch(r, &seen, same_resource);
		if (!node)
			alloc_failed();
		if (*(struct result **)node != r)
			invalid(r, "id: is in this message already");
	}
	tdestroy(seen, keep);
}

void validate(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		validate_one(&push->results[i]);
	refuse_doubles(push);
}
