/* SPDX-License-Identifier: GPL-2.0 */
/* The verdict: what is to become of a frame. */
#ifndef _ALKAID_PATH_VERDICT_H
#define _ALKAID_PATH_VERDICT_H

#include "drop.h"

struct alkaid_port;
struct alkaid_vpc;
struct alkaid_vtep;

/**
 * enum alkaid_action - what to do
 * @ALKAID_DO_DROP: drop it for @reason
 * @ALKAID_DO_DELIVER: hand it to @port
 * @ALKAID_DO_ENCAP: send it to @vtep in @vni
 * @ALKAID_DO_ARP_REPLY: answer the ARP request with @mac
 */
enum alkaid_action {
	ALKAID_DO_DROP,
	ALKAID_DO_DELIVER,
	ALKAID_DO_ENCAP,
	ALKAID_DO_ARP_REPLY,
};

/**
 * struct alkaid_verdict - what is to become of a frame
 * @action: which of the following counts
 * @reason: why it is dropped
 * @vpc: its VPC, once that is known; for the accounts
 * @port: where to deliver it
 * @vtep: where to tunnel it
 * @vni: VXLAN network identifier to tunnel it in
 * @mac: the answer
 *
 * Pointers are valid in the RCU read side of the decision.
 */
struct alkaid_verdict {
	enum alkaid_action action;
	enum alkaid_drop reason;
	struct alkaid_vpc *vpc;
	struct alkaid_port *port;
	struct alkaid_vtep *vtep;
	u32 vni;
	u8 mac[ETH_ALEN];
};

#endif /* _ALKAID_PATH_VERDICT_H */
