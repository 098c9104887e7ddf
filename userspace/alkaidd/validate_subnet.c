// SPDX-License-Identifier: GPL-2.0
/* A VPC and a subnet by themselves. */
#include <arpa/inet.h>
#include <string.h>

#include "fields.h"
#include "log.h"

/* Each may be waited for. */
#define GATEWAYS_MAX 64

void validate_vpc(struct result *r)
{
	const Alcor__Schema__VpcConfiguration *c = (const void *)r->config;
	struct vpc *vpc;
	size_t i;

	if (c->tunnel_id > ALKAID_VNI_MAX) {
		invalid(r, "tunnel_id: %u is above %u", c->tunnel_id, ALKAID_VNI_MAX);
		return;
	}
	if (c->n_gateway_ids > GATEWAYS_MAX) {
		invalid(r, "gateway_ids: more than %d", GATEWAYS_MAX);
		return;
	}
	for (i = 0; i < c->n_gateway_ids; i++)
		if (!id_valid(r, c->gateway_ids[i], "gateway_ids"))
			return;
	vpc = vpc_new(c->id);
	strncpy(vpc->k.name, c->id, sizeof(vpc->k.name) - 1);
	vpc->gateways = g_new0(char *, c->n_gateway_ids + 1);
	for (i = 0; i < c->n_gateway_ids; i++)
		vpc->gateways[i] = g_strdup(c->gateway_ids[i]);
	r->object = &vpc->o;
}

/*
 * Without an address, or with 0.0.0.0, a subnet has no gateway. One without a
 * MAC cannot be answered for either, but that must not cost the subnet.
 */
static void validate_subnet_gateway(struct result *r, struct alk_subnet *k,
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
	if (!mac_valid(r, gateway->mac_address, &k->gateway_mac, "gateway.mac_address"))
		return;
	k->gateway_ips[0] = ip;
	k->n_gateway_ips = 1;
}

static bool network_valid(struct result *r, int type, enum alkaid_encap *encap)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&alcor__schema__network_type__descriptor, type);

	switch (type) {
	case ALCOR__SCHEMA__NETWORK_TYPE__VXLAN:
		*encap = ALKAID_ENCAP_VXLAN;
		return true;
	case ALCOR__SCHEMA__NETWORK_TYPE__GENEVE:
		*encap = ALKAID_ENCAP_GENEVE;
		return true;
	default:
		invalid(r, "network_type: %s is not one that a subnet can have here",
			value ? value->name : "an unknown number");
		return false;
	}
}

void validate_subnet(struct result *r)
{
	const Alcor__Schema__SubnetConfiguration *c = (const void *)r->config;
	struct subnet *subnet = subnet_new(c->id);
	struct alk_subnet *k = &subnet->k;

	r->object = &subnet->o;
	if (!id_valid(r, c->vpc_id, "vpc_id") || !network_valid(r, c->network_type, &k->encap))
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
	validate_subnet_gateway(r, k, c->gateway);
}

