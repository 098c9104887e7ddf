// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams that come: to a socket for each port that a group has. */
#include "../device.h"
#include "oam.h"

/**
 * alkaid_oam_listen() - make sure that a port's datagrams are heard
 * @ad: device
 * @port: UDP port, host byte order
 * @extack: reason of a refusal
 *
 * A port that no group has in the end is closed by alkaid_oam_sync().
 *
 * Context: RTNL.
 * Return: 0, -EADDRINUSE if somebody else has the port, or another errno.
 */
int alkaid_oam_listen(struct alkaid_dev *ad, u16 port,
		      struct netlink_ext_ack *extack)
{
	return 0;
}

/**
 * alkaid_oam_sync() - close the ports that no group has any more
 * @ad: device
 *
 * Context: RTNL, after a commit or an abort.
 */
void alkaid_oam_sync(struct alkaid_dev *ad)
{
}

/**
 * alkaid_oam_close() - close all ports
 * @ad: device that goes away
 *
 * Context: RTNL; waits until no datagram is in them.
 */
void alkaid_oam_close(struct alkaid_dev *ad)
{
}
