/* SPDX-License-Identifier: GPL-2.0 */
/* Pins: MACs of gateways in the host's neighbor tables. */
#ifndef _ALKAID_TABLE_PIN_H
#define _ALKAID_TABLE_PIN_H

#include <linux/etherdevice.h>

#include "vtep.h"

struct dst_entry;

/*
 * What is steered to a gateway goes to the MAC that was announced for it, even
 * if nobody answers for its address (ARP, ND). So the host is told that MAC, as
 * a permanent neighbor: output stays the stack's, with netfilter and all.
 */

/* Whether @mac is what the host was told, for the route that the VTEP has. */
static inline bool alkaid_pin_holds(const struct alkaid_vtep *vtep,
				    const u8 *mac)
{
	return READ_ONCE(vtep->pinned) == ether_addr_to_u64(mac);
}

/* The route is looked up anew: it may lead over another netdev. */
static inline void alkaid_pin_expire(struct alkaid_vtep *vtep)
{
	if (READ_ONCE(vtep->pinned))
		WRITE_ONCE(vtep->pinned, 0);
}

void alkaid_pin_set(struct alkaid_vtep *vtep, const struct dst_entry *dst,
		    bool on_link, const u8 *mac);
void alkaid_pin_clear(struct alkaid_vtep *vtep);

#endif /* _ALKAID_TABLE_PIN_H */
