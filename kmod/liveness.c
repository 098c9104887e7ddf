// SPDX-License-Identifier: GPL-2.0
/* Liveness: which gateways answer (BFD, RFC 5880), and what follows from it. */
#include "device.h"
#include "liveness.h"

/**
 * alkaid_liveness_sync() - give each gateway the BFD session that its group asks for
 * @ad: device
 *
 * Context: RTNL, after a commit or an abort.
 */
void alkaid_liveness_sync(struct alkaid_dev *ad)
{
}

/**
 * alkaid_liveness_stop() - end all sessions
 * @ad: device that goes away
 *
 * Context: RTNL.
 */
void alkaid_liveness_stop(struct alkaid_dev *ad)
{
}

/**
 * alkaid_liveness_state() - state of a gateway's session
 * @gw: gateway that has one
 *
 * Context: the tables' lock.
 */
enum alkaid_bfd_state alkaid_liveness_state(const struct alkaid_gateway *gw)
{
	return ALKAID_BFD_STATE_DOWN;
}
