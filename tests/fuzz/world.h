/* SPDX-License-Identifier: GPL-2.0 */
/* The fixed tables that frames are fuzzed against. */
#ifndef _ALKAID_FUZZ_WORLD_H
#define _ALKAID_FUZZ_WORLD_H

#include "../../kmod/table/binding.h"
#include "../../kmod/table/endpoint.h"
#include "../../kmod/path/verdict.h"
#include "../../kmod/table/flow.h"
#include "../../kmod/table/group.h"
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

/* Whether a frame that goes to a gateway, or past it, goes to one of its VPC. */
bool world_is_steered(const struct alkaid_verdict *v);

#endif /* _ALKAID_FUZZ_WORLD_H */
