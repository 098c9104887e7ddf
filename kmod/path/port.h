/* SPDX-License-Identifier: GPL-2.0 */
/* The doors to the VMs. */
#ifndef _ALKAID_PATH_PORT_H
#define _ALKAID_PATH_PORT_H

#include <linux/netdevice.h>

struct alkaid_dev;
struct alkaid_frame;
struct alkaid_port;

rx_handler_result_t alkaid_port_handle_frame(struct sk_buff **pskb);
netdev_tx_t alkaid_port_self_xmit(struct sk_buff *skb, struct net_device *dev);
void alkaid_port_deliver(const struct alkaid_frame *frame,
			 struct alkaid_port *port, struct sk_buff *skb);
void alkaid_port_send(struct alkaid_port *port, struct sk_buff *skb);

#endif /* _ALKAID_PATH_PORT_H */
