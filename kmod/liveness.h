/* SPDX-License-Identifier: GPL-2.0 */
/* Liveness: which gateways answer (BFD, RFC 5880), and what follows from it. */
#ifndef _ALKAID_LIVENESS_H
#define _ALKAID_LIVENESS_H

#include <uapi/alkaid.h>

#include "device.h"

struct alkaid_gateway;
struct netlink_ext_ack;

void alkaid_liveness_init(struct alkaid_dev *ad);
int alkaid_liveness_listen(struct alkaid_dev *ad, enum alkaid_family family,
			   struct netlink_ext_ack *extack);
void alkaid_liveness_sync(struct alkaid_dev *ad);
void alkaid_liveness_stop(struct alkaid_dev *ad);
enum alkaid_bfd_state alkaid_liveness_state(const struct alkaid_gateway *gw);

#endif /* _ALKAID_LIVENESS_H */
