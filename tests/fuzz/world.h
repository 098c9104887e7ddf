/* SPDX-License-Identifier: GPL-2.0 */
/* The fixed tables that frames are fuzzed against. */
#ifndef _ALKAID_FUZZ_WORLD_H
#define _ALKAID_FUZZ_WORLD_H

#include "../../kmod/table/binding.h"
#include "../../kmod/table/endpoint.h"
#include "../../kmod/table/route.h"
#include "../../kmod/table/subnet.h"
#include "../../kmod/table/vpc.h"
#include "../../kmod/table/vtep.h"

#define WORLD_PORTS	5

extern struct alkaid_tables world;
extern struct alkaid_port world_ports[WORLD_PORTS];

void world_init(void);

/* Whether a port belongs to a VPC. */
bool world_port_is_in(const struct alkaid_port *port, const struct alkaid_vpc *vpc);
/* Whether a VTEP has an endpoint of a VPC in a segment. */
bool world_vtep_is_in(const struct alkaid_vtep *vtep, const struct alkaid_vpc *vpc, u32 vni);

#endif /* _ALKAID_FUZZ_WORLD_H */
