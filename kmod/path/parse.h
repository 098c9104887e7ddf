/* SPDX-License-Identifier: GPL-2.0 */
/* From bytes to a key. */
#ifndef _ALKAID_PATH_PARSE_H
#define _ALKAID_PATH_PARSE_H

#include "drop.h"
#include "key.h"

/* More extension headers than any sender has use for. */
#define ALKAID_IP6_EXTENSIONS_MAX	8

enum alkaid_drop alkaid_parse(const struct sk_buff *skb,
			      struct alkaid_key *key);
u32 alkaid_parse_gso(const struct sk_buff *skb, int l4);
u32 alkaid_key_hash(const struct alkaid_key *key);

#endif /* _ALKAID_PATH_PARSE_H */
