// SPDX-License-Identifier: GPL-2.0
/* The sockets of the tunnel: one for each format and family. */
#include <net/udp_tunnel.h>

#include "../device.h"
#include "../table/addr.h"
#include "gro.h"
#include "tunnel.h"

/**
 * struct alkaid_tunnel_format - what tells the formats apart
 * @rcv: takes in what comes
 * @gro_receive: merges it before
 * @gro_complete: finishes what was merged
 * @nic_type: what a NIC is told of the port
 */
struct alkaid_tunnel_format {
	udp_tunnel_encap_rcv_t rcv;
	udp_tunnel_gro_receive_t gro_receive;
	udp_tunnel_gro_complete_t gro_complete;
	unsigned short nic_type;
};

static const struct alkaid_tunnel_format
alkaid_tunnel_formats[ALKAID_ENCAP_COUNT] = {
	[ALKAID_ENCAP_VXLAN] = {
		.rcv = alkaid_tunnel_vxlan_rcv,
		.gro_receive = alkaid_vxlan_gro_receive,
		.gro_complete = alkaid_vxlan_gro_complete,
		.nic_type = UDP_TUNNEL_TYPE_VXLAN,
	},
	[ALKAID_ENCAP_GENEVE] = {
		.rcv = alkaid_tunnel_geneve_rcv,
		.gro_receive = alkaid_geneve_gro_receive,
		.gro_complete = alkaid_geneve_gro_complete,
		.nic_type = UDP_TUNNEL_TYPE_GENEVE,
	},
};

static int alkaid_tunnel_open_one(struct alkaid_dev *ad, int encap,
				  enum alkaid_family family)
{
	const struct alkaid_tunnel_format *format =
		&alkaid_tunnel_formats[encap];
	/* UDP over IPv6 must come with a checksum, as vxlan.ko has it too. */
	struct udp_port_cfg port = {
		.family = family == ALKAID_FAMILY_IP6 ? AF_INET6 : AF_INET,
		.local_udp_port = ad->ports[encap],
		.use_udp_checksums = true,
		.use_udp6_tx_checksums = true,
		.use_udp6_rx_checksums = true,
		.ipv6_v6only = true,
	};
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = ad,
		.encap_type = 1,
		.encap_rcv = format->rcv,
		/* Without it no ICMP error would reach the route's MTU. */
		.encap_err_lookup = alkaid_tunnel_err_lookup,
		.gro_receive = format->gro_receive,
		.gro_complete = format->gro_complete,
	};
	struct socket *sock;
	int err;

	err = udp_sock_create(ad->net, &port, &sock);
	if (err)
		return err;
	setup_udp_tunnel_sock(ad->net, sock, &cfg);
	udp_tunnel_notify_add_rx_port(sock, format->nic_type);
	rcu_assign_pointer(ad->socks[encap][family], sock);
	return 0;
}

/**
 * alkaid_tunnel_open() - open the tunnel's sockets
 * @ad: device
 *
 * Context: RTNL.
 * Return: 0 or a negative errno, -EADDRINUSE if somebody has a port.
 */
int alkaid_tunnel_open(struct alkaid_dev *ad)
{
	int encap, err = 0;

	for (encap = 0; !err && encap < ALKAID_ENCAP_COUNT; encap++) {
		if (!ipv6_addr_any(&ad->local))
			err = alkaid_tunnel_open_one(ad, encap,
						     ALKAID_FAMILY_IP4);
		if (!err && !ipv6_addr_any(&ad->local6))
			err = alkaid_tunnel_open_one(ad, encap,
						     ALKAID_FAMILY_IP6);
	}
	if (err)
		alkaid_tunnel_close(ad);
	return err;
}

/**
 * alkaid_tunnel_close() - close the tunnel's sockets
 * @ad: device
 *
 * Context: RTNL; waits until no frame is in them.
 */
void alkaid_tunnel_close(struct alkaid_dev *ad)
{
	struct socket *socks[ALKAID_ENCAP_COUNT][ALKAID_FAMILY_COUNT];
	int encap, family;

	for (encap = 0; encap < ALKAID_ENCAP_COUNT; encap++) {
		for (family = 0; family < ALKAID_FAMILY_COUNT; family++) {
			socks[encap][family] =
				rtnl_dereference(ad->socks[encap][family]);
			RCU_INIT_POINTER(ad->socks[encap][family], NULL);
		}
	}
	synchronize_net();
	for (encap = 0; encap < ALKAID_ENCAP_COUNT; encap++) {
		unsigned short type = alkaid_tunnel_formats[encap].nic_type;

		for (family = 0; family < ALKAID_FAMILY_COUNT; family++) {
			struct socket *sock = socks[encap][family];

			if (!sock)
				continue;
			udp_tunnel_notify_del_rx_port(sock, type);
			udp_tunnel_sock_release(sock);
		}
	}
}

/**
 * alkaid_tunnel_offer() - tell a NIC the tunnel's ports, for its offloads
 * @ad: device
 * @nic: netdev that asks
 * @on: whether it is to know them or to forget them
 *
 * Context: RTNL.
 */
void alkaid_tunnel_offer(struct alkaid_dev *ad, struct net_device *nic,
			 bool on)
{
	int encap, family;

	for (encap = 0; encap < ALKAID_ENCAP_COUNT; encap++) {
		unsigned short type = alkaid_tunnel_formats[encap].nic_type;

		for (family = 0; family < ALKAID_FAMILY_COUNT; family++) {
			struct socket *sock =
				rtnl_dereference(ad->socks[encap][family]);

			if (sock && on)
				udp_tunnel_push_rx_port(nic, sock, type);
			else if (sock)
				udp_tunnel_drop_rx_port(nic, sock, type);
		}
	}
}
