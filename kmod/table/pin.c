// SPDX-License-Identifier: GPL-2.0
/* Pins: MACs of gateways in the host's neighbor tables. */
#include <linux/if_arp.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/ipv6_stubs.h>
#include <net/neighbour.h>

#include "addr.h"
#include "pin.h"

static struct neigh_table *alkaid_pin_table(const struct alkaid_vtep *vtep)
{
	return alkaid_addr_is_v4(&vtep->addr) ? &arp_tbl : ipv6_stub->nd_tbl;
}

static const void *alkaid_pin_key(const struct alkaid_vtep *vtep)
{
	return alkaid_addr_is_v4(&vtep->addr) ?
	       (const void *)&vtep->addr.s6_addr32[3] : &vtep->addr;
}

/* Only a permanent entry with this MAC is ours, whoever else may have made it. */
static void alkaid_pin_remove(const struct alkaid_vtep *vtep,
			      struct net_device *dev, const u8 *mac)
{
	struct neigh_table *table = alkaid_pin_table(vtep);
	struct neighbour *neigh;
	u8 ha[ETH_ALEN];

	neigh = table ? neigh_lookup(table, alkaid_pin_key(vtep), dev) : NULL;
	if (!neigh)
		return;
	read_lock_bh(&neigh->lock);
	ether_addr_copy(ha, neigh->ha);
	read_unlock_bh(&neigh->lock);
	if (READ_ONCE(neigh->nud_state) == NUD_PERMANENT &&
	    ether_addr_equal(ha, mac))
		neigh_update(neigh, NULL, NUD_FAILED,
			     NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_ADMIN, 0);
	neigh_release(neigh);
}

static int alkaid_pin_insert(const struct alkaid_vtep *vtep,
			     struct net_device *dev, const u8 *mac)
{
	struct neigh_table *table = alkaid_pin_table(vtep);
	struct neighbour *neigh;
	int err;

	if (!table)
		return -EAFNOSUPPORT;
	neigh = __neigh_lookup_errno(table, alkaid_pin_key(vtep), dev);
	if (IS_ERR(neigh))
		return PTR_ERR(neigh);
	err = neigh_update(neigh, mac, NUD_PERMANENT,
			   NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_ADMIN, 0);
	neigh_release(neigh);
	return err;
}

/**
 * alkaid_pin_set() - tell the host the MAC of a gateway
 * @vtep: of the gateway
 * @dst: route to it
 * @on_link: no router is between; else the router's MAC is right
 * @mac: of the gateway
 *
 * Nobody is to call it while alkaid_pin_holds(). If there is no memory, or the
 * neighbor table is full, the next frame tries again.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_pin_set(struct alkaid_vtep *vtep, const struct dst_entry *dst,
		    bool on_link, const u8 *mac)
{
	u64 pin = ether_addr_to_u64(mac);
	struct net_device *dev = dst->dev;

	/* Two CPUs may both have found it missing. */
	if (xchg(&vtep->pinned, pin) == pin)
		return;
	if (!on_link || dev->type != ARPHRD_ETHER || dev->flags & IFF_NOARP)
		return;
	WRITE_ONCE(vtep->pin_ifindex, dev->ifindex);
	WRITE_ONCE(vtep->pin_net, dev_net(dev));
	WRITE_ONCE(vtep->pin_mac, pin);
	if (alkaid_pin_insert(vtep, dev, mac))
		cmpxchg(&vtep->pinned, pin, 0);
}

/**
 * alkaid_pin_clear() - the VTEP has no gateway any more
 * @vtep: VTEP
 *
 * Context: process, and no frame can be steered there; the network namespace of
 * the device is still there.
 */
void alkaid_pin_clear(struct alkaid_vtep *vtep)
{
	struct net_device *dev;
	u8 mac[ETH_ALEN];

	vtep->pinned = 0;
	if (!vtep->pin_ifindex)
		return;
	dev = dev_get_by_index(vtep->pin_net, vtep->pin_ifindex);
	vtep->pin_ifindex = 0;
	if (!dev)
		return;
	u64_to_ether_addr(vtep->pin_mac, mac);
	alkaid_pin_remove(vtep, dev, mac);
	dev_put(dev);
}
