/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP and ICMPv6 of the gateway: errors, and answers to ping. */
#ifndef _ALKAID_PATH_ICMP_H
#define _ALKAID_PATH_ICMP_H

#include "key.h"
#include "verdict.h"

void alkaid_echo_reply(const struct alkaid_frame *frame,
		       const struct alkaid_key *key,
		       const struct alkaid_verdict *v, struct sk_buff *skb);
void alkaid_icmp_tell(const struct alkaid_frame *frame,
		      const struct alkaid_key *key,
		      const struct alkaid_verdict *v, const struct sk_buff *skb);

#endif /* _ALKAID_PATH_ICMP_H */
