// SPDX-License-Identifier: GPL-2.0
/* Flows: direct paths past the gateway, as OAM datagrams teach them. */
#include <linux/slab.h>

#include "flow.h"
#include "tables.h"
#include "vpc.h"
#include "vtep.h"

/**
 * alkaid_flows_init() - no direct paths
 * @t: tables
 *
 * Return: 0 or -ENOMEM; alkaid_flows_destroy() undoes it.
 */
int alkaid_flows_init(struct alkaid_tables *t)
{
	return 0;
}

/**
 * alkaid_flows_destroy() - free all direct paths
 * @t: tables that nobody reads or changes any more
 *
 * Context: may sleep.
 */
void alkaid_flows_destroy(struct alkaid_tables *t)
{
}

/**
 * alkaid_flow_match() - the direct path that a packet takes
 * @t: tables
 * @vpc: VPC of its sender
 * @packet: an exact key; of a part of a datagram, and of a protocol without
 *	ports, with zero ports
 *
 * Context: RCU read side.
 * Return: NULL if there is none, or it was idle too long, or its node could not
 * be reached.
 */
struct alkaid_flow *alkaid_flow_match(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_flow_key *packet)
{
	return NULL;
}

/**
 * alkaid_flow_touch() - a packet takes a direct path
 * @t: tables
 * @flow: the path
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_flow_touch(struct alkaid_tables *t, struct alkaid_flow *flow)
{
}
