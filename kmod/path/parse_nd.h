/* SPDX-License-Identifier: GPL-2.0 */
/* From the bytes of a neighbor discovery message to a key. */
#ifndef _ALKAID_PATH_PARSE_ND_H
#define _ALKAID_PATH_PARSE_ND_H

#include "drop.h"
#include "key.h"

/* Options that a message may have, so that no message takes long to read. */
#define ALKAID_ND_OPTIONS_MAX	32

bool alkaid_is_nd(const struct alkaid_key *key);
enum alkaid_drop alkaid_parse_nd(const struct sk_buff *skb, int offset, int end,
				 struct alkaid_key *key);

#endif /* _ALKAID_PATH_PARSE_ND_H */
