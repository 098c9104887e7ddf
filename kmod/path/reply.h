/* SPDX-License-Identifier: GPL-2.0 */
/* Answers that the device gives by itself. */
#ifndef _ALKAID_PATH_REPLY_H
#define _ALKAID_PATH_REPLY_H

#include "drop.h"
#include "key.h"

void alkaid_arp_reply(const struct alkaid_frame *frame,
		      const struct alkaid_key *key, const u8 *mac,
		      struct sk_buff *skb);

#endif /* _ALKAID_PATH_REPLY_H */
