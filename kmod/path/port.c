// SPDX-License-Identifier: GPL-2.0
/* The doors to the VMs: frames come from ports, and are delivered to them. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <net/dst.h>

#include "../device.h"
#include "../table/port.h"
#include "../table/vpc.h"
#include "ahead.h"
#include "pipeline.h"
#include "port.h"

/* A frame of more bytes is cloned rather than copied. */
#define ALKAID_COPY_MAX		256

/*
 * All of a frame but what it holds on to, with room for what it may be sent
 * through: a clone's head would be copied too, into a bigger buffer.
 */
static struct sk_buff *alkaid_port_copy(const struct alkaid_port *port,
					const struct sk_buff *skb)
{
	unsigned int headroom = NET_SKB_PAD + port->ad->dev->needed_headroom +
				ETH_HLEN;
	unsigned int size = SKB_DATA_ALIGN(headroom + skb->len) +
			    SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	void *head = napi_alloc_frag(size);
	struct sk_buff *copy;

	if (unlikely(!head))
		return NULL;
	copy = build_skb(head, size);
	if (unlikely(!copy)) {
		skb_free_frag(head);
		return NULL;
	}
	skb_reserve(copy, headroom);
	memcpy(__skb_put(copy, skb->len) - ETH_HLEN, skb->data - ETH_HLEN,
	       ETH_HLEN + skb->len);
	skb_copy_header(copy, skb);
	skb_headers_offset_update(copy, skb_headroom(copy) - skb_headroom(skb));
	return copy;
}

/*
 * A tap may hold the frame too, and headers will be written.
 * Return: a frame of its own, or NULL without memory; @skb is consumed.
 */
static struct sk_buff *alkaid_port_unshare(const struct alkaid_port *port,
					   struct sk_buff *skb)
{
	struct sk_buff *copy;

	if (!skb_shared(skb))
		return skb;
	if (skb->len > ALKAID_COPY_MAX || skb_is_nonlinear(skb))
		return skb_share_check(skb, GFP_ATOMIC);
	copy = alkaid_port_copy(port, skb);
	if (likely(copy))
		consume_skb(skb);
	else
		kfree_skb(skb);
	return copy;
}

/**
 * alkaid_port_handle_frame() - a frame came from an enslaved netdev
 * @pskb: frame, skb->data behind its Ethernet header; consumed
 *
 * Context: softirq, RCU read side.
 */
rx_handler_result_t alkaid_port_handle_frame(struct sk_buff **pskb)
{
	struct alkaid_ahead ahead;
	struct sk_buff *skb = *pskb;
	struct alkaid_port *port;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	port = rcu_dereference(skb->dev->rx_handler_data);
	ahead = alkaid_ahead_begin(&port->ad->tables, port, skb);
	skb = alkaid_port_unshare(port, skb);
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;
	skb_push_rcsum(skb, ETH_HLEN);
	alkaid_pipeline_port_rcv(port, skb, ahead);
	return RX_HANDLER_CONSUMED;
}

/**
 * alkaid_port_self_xmit() - the host sends through the device itself
 * @skb: frame; consumed
 * @dev: alkaid device
 *
 * Context: BH disabled, RCU read side.
 */
netdev_tx_t alkaid_port_self_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct alkaid_dev *ad = netdev_priv(dev);

	skb_reset_mac_header(skb);
	alkaid_pipeline_port_rcv(ad->self, skb, (struct alkaid_ahead){ });
	return NETDEV_TX_OK;
}

/* To the host: the device is the port. */
static void alkaid_port_self_rcv(struct net_device *dev, struct sk_buff *skb)
{
	skb->protocol = eth_type_trans(skb, dev);
	netif_rx(skb);
}

/**
 * alkaid_port_send() - give a frame to a port's netdev
 * @port: port
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_port_send(struct alkaid_port *port, struct sk_buff *skb)
{
	struct net_device *dev = port->dev;

	alkaid_count_tx(port->counters, skb->len);
	if (dev == port->ad->dev) {
		alkaid_port_self_rcv(dev, skb);
		return;
	}
	skb->dev = dev;
	dev_queue_xmit(skb);
}

/**
 * alkaid_port_deliver() - forward a frame to a port
 * @frame: whose it is
 * @port: where to; that it is up, and the frame no bigger than it takes, was
 *	looked at when that was decided
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_port_deliver(const struct alkaid_frame *frame,
			 struct alkaid_port *port, struct sk_buff *skb)
{
	skb_scrub_packet(skb, true);
	skb_forward_csum(skb);
	alkaid_frame_sent(frame, skb->len);
	alkaid_port_send(port, skb);
}
