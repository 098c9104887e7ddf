/* SPDX-License-Identifier: GPL-2.0 */
/* Gateway groups over netlink: what others may tell of them. */
#ifndef _ALKAID_NETLINK_GATEWAY_H
#define _ALKAID_NETLINK_GATEWAY_H

struct alkaid_dev;
struct alkaid_group;

void alkaid_nl_gateway_notify(struct alkaid_dev *ad,
			      const struct alkaid_group *group);
void alkaid_nl_gateway_sync(struct alkaid_dev *ad);

#endif /* _ALKAID_NETLINK_GATEWAY_H */
