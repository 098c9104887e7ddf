/* SPDX-License-Identifier: GPL-2.0 */
/* What the configurations of all resource types have in common. */
#ifndef ALKAIDD_CONFIGURATION_H
#define ALKAIDD_CONFIGURATION_H

#include "store.h"

/** config_type() - message of the configuration of a resource type */
const ProtobufCMessageDescriptor *config_type(resource_t type);
/** config_id() - Alcor id in a configuration of any type */
const char *config_id(const ProtobufCMessage *config);
/** config_revision() - revision_number of a configuration of any type, or of NULL: 0 */
uint32_t config_revision(const ProtobufCMessage *config);

/** config_is_delta() - whether it says only what changes */
bool config_is_delta(resource_t type, const ProtobufCMessage *config);

#endif
