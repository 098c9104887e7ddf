// SPDX-License-Identifier: GPL-2.0
/* What the configurations of all resource types have in common. */
#include "configuration.h"

/* Every configuration begins alike, and all but that of a gateway say their update type next. */
typedef Alcor__Schema__VpcConfiguration any_t;

#define BEGINS_ALIKE(type)									\
	_Static_assert(offsetof(Alcor__Schema__##type##Configuration, id) ==			\
			       offsetof(any_t, id) &&						\
		       offsetof(Alcor__Schema__##type##Configuration, revision_number) ==	\
			       offsetof(any_t, revision_number), #type)

BEGINS_ALIKE(Subnet);
BEGINS_ALIKE(Port);
BEGINS_ALIKE(Neighbor);
BEGINS_ALIKE(SecurityGroup);
BEGINS_ALIKE(DHCP);
BEGINS_ALIKE(Router);
BEGINS_ALIKE(Gateway);

#define UPDATES_ALIKE(type)									\
	_Static_assert(offsetof(Alcor__Schema__##type##Configuration, update_type) ==		\
			       offsetof(any_t, update_type), #type)

UPDATES_ALIKE(Subnet);
UPDATES_ALIKE(Port);
UPDATES_ALIKE(Neighbor);
UPDATES_ALIKE(SecurityGroup);
UPDATES_ALIKE(DHCP);
UPDATES_ALIKE(Router);

const ProtobufCMessageDescriptor *config_type(resource_t type)
{
	static const ProtobufCMessageDescriptor *const types[TYPES] = {
		[RESOURCE(VPC)] = &alcor__schema__vpc_configuration__descriptor,
		[RESOURCE(SUBNET)] = &alcor__schema__subnet_configuration__descriptor,
		[RESOURCE(PORT)] = &alcor__schema__port_configuration__descriptor,
		[RESOURCE(NEIGHBOR)] = &alcor__schema__neighbor_configuration__descriptor,
		[RESOURCE(SECURITYGROUP)] =
			&alcor__schema__security_group_configuration__descriptor,
		[RESOURCE(DHCP)] = &alcor__schema__dhcpconfiguration__descriptor,
		[RESOURCE(ROUTER)] = &alcor__schema__router_configuration__descriptor,
		[RESOURCE(GATEWAY)] = &alcor__schema__gateway_configuration__descriptor,
	};

	return types[type];
}

const char *config_id(const ProtobufCMessage *config)
{
	return config ? ((const any_t *)config)->id : "";
}

uint32_t config_revision(const ProtobufCMessage *config)
{
	return config ? ((const any_t *)config)->revision_number : 0;
}

bool config_is_delta(resource_t type, const ProtobufCMessage *config)
{
	if (type == RESOURCE(GATEWAY))
		return true;
	return ((const any_t *)config)->update_type == ALCOR__SCHEMA__UPDATE_TYPE__DELTA;
}
