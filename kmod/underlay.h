/* SPDX-License-Identifier: GPL-2.0 */
/* What carries the tunnel, as far as the device depends on it. */
#ifndef _ALKAID_UNDERLAY_H
#define _ALKAID_UNDERLAY_H

#include <linux/types.h>

struct alkaid_dev;

u32 alkaid_underlay_mtu(const struct alkaid_dev *ad);
void alkaid_underlay_follow(struct alkaid_dev *ad);

int alkaid_underlay_init(void);
void alkaid_underlay_exit(void);

#endif /* _ALKAID_UNDERLAY_H */
