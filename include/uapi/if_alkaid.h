/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* rtnetlink attributes of an alkaid link (IFLA_INFO_DATA). */
#ifndef _UAPI_LINUX_IF_ALKAID_H
#define _UAPI_LINUX_IF_ALKAID_H

/**
 * enum - attributes of ``ip link add type alkaid``
 * @IFLA_ALKAID_UNSPEC: unused
 * @IFLA_ALKAID_LOCAL: __be32, underlay IPv4 address of this host; required
 * @IFLA_ALKAID_DSTPORT: __be16, VXLAN UDP port; 4789 if absent
 */
enum {
	IFLA_ALKAID_UNSPEC,
	IFLA_ALKAID_LOCAL,
	IFLA_ALKAID_DSTPORT,

	__IFLA_ALKAID_MAX
};

#define IFLA_ALKAID_MAX (__IFLA_ALKAID_MAX - 1)

#endif /* _UAPI_LINUX_IF_ALKAID_H */
