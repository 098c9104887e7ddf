/* SPDX-License-Identifier: GPL-2.0 */
/* The one straight line: parse, decide, act. */
#ifndef _ALKAID_PATH_PIPELINE_H
#define _ALKAID_PATH_PIPELINE_H

#include <linux/types.h>

#include "ahead.h"

struct alkaid_dev;
struct alkaid_port;
struct alkaid_trace;
struct sk_buff;

void alkaid_pipeline_port_rcv(struct alkaid_port *port, struct sk_buff *skb,
			      struct alkaid_ahead ahead);
void alkaid_pipeline_tunnel_rcv(struct alkaid_dev *ad, u32 vni,
				const struct in6_addr *outer, u8 tos,
				struct sk_buff *skb);
void alkaid_pipeline_foresee(struct alkaid_trace *trace,
			     const struct sk_buff *skb);

#endif /* _ALKAID_PATH_PIPELINE_H */
