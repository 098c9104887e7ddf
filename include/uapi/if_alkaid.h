/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* rtnetlink attributes of an alkaid link (IFLA_INFO_DATA). */
#ifndef _UAPI_LINUX_IF_ALKAID_H
#define _UAPI_LINUX_IF_ALKAID_H

/**
 * enum - attributes of ``ip link add type alkaid``
 * @IFLA_ALKAID_UNSPEC: unused
 * @IFLA_ALKAID_LOCAL: __be32, underlay IPv4 address of this host
 * @IFLA_ALKAID_DSTPORT: __be16, VXLAN UDP port; 4789 if absent
 * @IFLA_ALKAID_LOCAL6: struct in6_addr, underlay IPv6 address of this host; one
 *	of the two is required
 * @IFLA_ALKAID_GENEVE_PORT: __be16, Geneve UDP port; 6081 if absent
 * @IFLA_ALKAID_DVR_MAC: 6 bytes, source MAC of what is routed to other hosts;
 *	fe:16:11:00:00:00 if absent
 * @IFLA_ALKAID_FRAGMENT: u8, 1: IPv4 that is too big, and may be fragmented, is;
 *	0 if absent; can be changed
 * @IFLA_ALKAID_ROLE: u8, ALKAID_ROLE_* bits; ALKAID_ROLE_HOST if absent; can be
 *	changed
 * @IFLA_ALKAID_RELAY_TIME: u32, seconds for which frames for an address that moved
 *	to another host are relayed there; 10 if absent; can be changed
 * @IFLA_ALKAID_UNDERLAY: u8, enum alkaid_underlay_mode; ALKAID_UNDERLAY_FAST if
 *	absent; can be changed
 */
enum {
	IFLA_ALKAID_UNSPEC,
	IFLA_ALKAID_LOCAL,
	IFLA_ALKAID_DSTPORT,
	IFLA_ALKAID_LOCAL6,
	IFLA_ALKAID_GENEVE_PORT,
	IFLA_ALKAID_DVR_MAC,
	IFLA_ALKAID_FRAGMENT,
	IFLA_ALKAID_ROLE,
	IFLA_ALKAID_RELAY_TIME,
	IFLA_ALKAID_UNDERLAY,

	__IFLA_ALKAID_MAX
};

#define IFLA_ALKAID_MAX (__IFLA_ALKAID_MAX - 1)

/* A compute host: it has ports. */
#define ALKAID_ROLE_HOST	1
/* A gateway: it relays frames from the tunnel to where their endpoint is. */
#define ALKAID_ROLE_GATEWAY	2

/**
 * enum alkaid_underlay_mode - how the tunnel goes through the host's IP stack
 * @ALKAID_UNDERLAY_FAST: past it, where it would do nothing with a packet but
 *	forward it: where filters, policies, a next hop that is not resolved or
 *	anything else demands the stack, the packet goes through it
 * @ALKAID_UNDERLAY_STACK: through it, always
 */
enum alkaid_underlay_mode {
	ALKAID_UNDERLAY_FAST,
	ALKAID_UNDERLAY_STACK,
};

#endif /* _UAPI_LINUX_IF_ALKAID_H */
