/* SPDX-License-Identifier: GPL-2.0 */
/* The alkaid netdev. */
#ifndef _ALKAID_DEVICE_H
#define _ALKAID_DEVICE_H

#include <linux/ethtool.h>
#include <linux/hashtable.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include <uapi/alkaid.h>

#include "path/drop.h"
#include "path/watch.h"
#include "session.h"
#include "table/tables.h"

struct alkaid_port;
struct alkaid_told;
struct socket;

/* Formats of the tunnel, by enum alkaid_encap. */
#define ALKAID_ENCAP_COUNT	(ALKAID_ENCAP_GENEVE + 1)

/* Address families of the underlay. */
enum alkaid_family {
	ALKAID_FAMILY_IP4,
	ALKAID_FAMILY_IP6,
	ALKAID_FAMILY_COUNT
};

/**
 * struct alkaid_dev - private part of an alkaid netdev
 * @tables: everything that decides
 * @totals: what became of its frames
 * @socks: the tunnel's sockets, by format and family, while the device is up
 * @dev: the netdev
 * @net: namespace of device and underlay
 * @local: IPv4 underlay address of this host, v4-mapped; or ::
 * @local6: IPv6 underlay address of this host, or ::
 * @ports: UDP port of each format, network byte order
 * @underlay: enum alkaid_underlay_mode; changes while frames read it
 * @sport_min: lowest source port of the tunnel, host byte order
 * @sport_max: highest one
 * @self: the device as a port of its own
 * @told: what hosts were told by OAM a short while ago
 * @oam_seq: sequence number of the last OAM datagram that was signed; begins with
 *	the time in nanoseconds, so that a device that is made anew goes on
 * @watches: who watches its frames
 * @mtu_is_users: the user set the MTU, and it does not follow the underlay's
 * @list: in the namespace's list of devices
 * @ingresses: struct alkaid_ingress, the netdevs with the short way in; changed
 *	under RTNL, read under RCU
 * @ingress_wanted: number of a netdev that is to become one, or 0
 * @oam_socks: struct alkaid_oam_sock, the OAM ports; under RTNL
 * @ra_work: the next router advertisements
 * @bfd_socks: sockets of BFD, by family, while a gateway group uses it
 * @bfd_sessions: struct alkaid_bfd by address; written under the tables' lock,
 *	read under RCU
 * @bfd_work: what follows when a gateway dies or comes back
 * @bfd_passive: sessions that neighbors begin
 */
struct alkaid_dev {
	/* Needed in the packet path. */
	struct alkaid_tables tables;
	struct alkaid_totals __percpu *totals;
	struct socket __rcu *socks[ALKAID_ENCAP_COUNT][ALKAID_FAMILY_COUNT];
	struct net_device *dev;
	struct net *net;
	struct in6_addr local;
	struct in6_addr local6;
	__be16 ports[ALKAID_ENCAP_COUNT];
	u16 sport_min;
	u16 sport_max;
	u8 underlay;
	struct alkaid_port *self;
	struct alkaid_told *told;
	atomic64_t oam_seq;
	struct alkaid_watches watches;

	/* Needed by writers. */
	bool mtu_is_users;
	struct list_head list;
	struct list_head ingresses;
	int ingress_wanted;
	struct list_head oam_socks;
	struct delayed_work ra_work;
	struct socket __rcu *bfd_socks[ALKAID_FAMILY_COUNT];
	DECLARE_HASHTABLE(bfd_sessions, 10);
	struct work_struct bfd_work;
	struct alkaid_bfd_passive bfd_passive;
};

/**
 * DOC: Locking
 *
 * The order is RTNL, then alkaid_tables.lock. RTNL protects attachment (which
 * netdev is a port) and the device's life; the tables' lock protects what is
 * in the tables. Frames take neither: they read under RCU, and the tables keep
 * what they read until a grace period has passed. See docs/locking.md.
 */

bool alkaid_dev_is(const struct net_device *dev);
struct alkaid_dev *alkaid_dev_get(struct net *net, u32 ifindex,
				  netdevice_tracker *tracker, int *err);
struct alkaid_dev *alkaid_dev_next(struct net *net, struct alkaid_dev *ad);

void alkaid_dev_sync(struct alkaid_dev *ad);

extern const struct ethtool_ops alkaid_ethtool_ops;

int alkaid_dev_init(void);
void alkaid_dev_exit(void);

#endif /* _ALKAID_DEVICE_H */
