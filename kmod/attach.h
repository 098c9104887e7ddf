/* SPDX-License-Identifier: GPL-2.0 */
/* Attachment: which netdevs are ports of a device. */
#ifndef _ALKAID_ATTACH_H
#define _ALKAID_ATTACH_H

#include <linux/netdevice.h>

struct alkaid_dev;
struct alkaid_port;

int alkaid_attach(struct alkaid_dev *ad, struct net_device *dev,
		  bool auto_attached, struct netlink_ext_ack *extack);
void alkaid_detach(struct alkaid_port *port);
void alkaid_detach_all(struct alkaid_dev *ad);
void alkaid_attach_sync(struct alkaid_dev *ad);
struct alkaid_port *alkaid_attached(struct alkaid_dev *ad,
				    struct net_device *dev);

int alkaid_attach_init(void);
void alkaid_attach_exit(void);

#endif /* _ALKAID_ATTACH_H */
