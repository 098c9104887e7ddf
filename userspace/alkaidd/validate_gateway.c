// SPDX-License-Identifier: GPL-2.0
/* A gateway by itself. */
#include <glib.h>

#include "alloc.h"
#include "fields.h"
#include "log.h"

/* Which of the kernel's types it is; false: nothing is to be steered to it. */
static bool gateway_type(struct result *r, int type, enum alkaid_gateway_type *out)
{
	switch (type) {
	case ALCOR__SCHEMA__GATEWAY_TYPE__ZETA:
		*out = ALKAID_GATEWAY_TYPE_ZETA;
		return true;
	case ALCOR__SCHEMA__GATEWAY_TYPE__ARION:
		*out = ALKAID_GATEWAY_TYPE_ARION;
		return true;
	case ALCOR__SCHEMA__GATEWAY_TYPE__TGW:
		*out = ALKAID_GATEWAY_TYPE_TGW;
		return true;
	case ALCOR__SCHEMA__GATEWAY_TYPE__IGW:
		*out = ALKAID_GATEWAY_TYPE_IGW;
		return true;
	case ALCOR__SCHEMA__GATEWAY_TYPE__NGW:
		*out = ALKAID_GATEWAY_TYPE_NGW;
		return true;
	case ALCOR__SCHEMA__GATEWAY_TYPE__DEFAULT:
		remark(r, "gateway_type: DEFAULT, so that nothing is steered to it");
		return false;
	default:
		unsupported(r, "gateway_type: %d is not known to this version", type);
		return false;
	}
}

static void validate_members(struct result *r, struct alk_gateway *k)
{
	const Alcor__Schema__GatewayConfiguration *c = (const void *)r->config;
	GHashTable *seen;
	size_t i;

	if (!c->n_destinations) {
		invalid(r, "destinations: empty");
		return;
	}
	if (c->n_destinations > ALK_MEMBERS_MAX) {
		invalid(r, "destinations: more than %d", ALK_MEMBERS_MAX);
		return;
	}
	seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (i = 0; i < c->n_destinations && !refused(r); i++) {
		const Alcor__Schema__GatewayConfiguration__Destination *to = c->destinations[i];

		if (!addr_valid(r, to->ip_address, &k->members[i].ip, "destinations[%zu].ip_address",
				i))
			break;
		if (!g_hash_table_add(seen, to->ip_address))
			invalid(r, "destinations[%zu].ip_address: %s is there twice", i,
				QUOTE(to->ip_address));
		mac_valid(r, to->mac_address, &k->members[i].mac, "destinations[%zu].mac_address", i);
		k->n_members = i + 1;
	}
	g_hash_table_destroy(seen);
}

static void validate_oam_port(struct result *r, const char *field, uint32_t port,
			      struct alk_gateway *k)
{
	if (port > UINT16_MAX)
		invalid(r, "%s.port_inband_operation: %u is above %u", field, port, UINT16_MAX);
	k->oam_port = port;
}

static void validate_arion(struct result *r, struct gateway *gateway)
{
	const Alcor__Schema__GatewayConfiguration *c = (const void *)r->config;
	const Alcor__Schema__GatewayConfiguration__Arion *arion = c->arion_info;

	if (*arion->vpc_id && id_valid(r, arion->vpc_id, "arion_info.vpc_id"))
		gateway->vpc = xstrdup(arion->vpc_id);
	if (*arion->subnet_id && id_valid(r, arion->subnet_id, "arion_info.subnet_id"))
		gateway->subnet = xstrdup(arion->subnet_id);
	if (arion->vni > ALKAID_VNI_MAX)
		invalid(r, "arion_info.vni: %u is above %u", arion->vni, ALKAID_VNI_MAX);
	gateway->vni = arion->vni;
	validate_oam_port(r, "arion_info", arion->port_inband_operation, &gateway->k);
}

void validate_gateway(struct result *r)
{
	const Alcor__Schema__GatewayConfiguration *c = (const void *)r->config;
	struct gateway *gateway = gateway_new(c->id);

	r->object = &gateway->o;
	if (!gateway_type(r, c->gateway_type, &gateway->k.type))
		return;
	validate_members(r, &gateway->k);
	if (c->extra_info_case == ALCOR__SCHEMA__GATEWAY_CONFIGURATION__EXTRA_INFO_ZETA_INFO)
		validate_oam_port(r, "zeta_info", c->zeta_info->port_inband_operation,
				  &gateway->k);
	else if (c->extra_info_case == ALCOR__SCHEMA__GATEWAY_CONFIGURATION__EXTRA_INFO_ARION_INFO)
		validate_arion(r, gateway);
}
