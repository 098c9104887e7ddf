/* SPDX-License-Identifier: GPL-2.0 */
/* The VXLAN header (RFC 7348, section 5). */
#ifndef _ALKAID_PATH_VXLAN_H
#define _ALKAID_PATH_VXLAN_H

#include <linux/skbuff.h>

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R|R|R|R|I|R|R|R|            Reserved                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                VXLAN Network Identifier (VNI) |   Reserved    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
struct alkaid_vxlan_hdr {
	__be32 flags;
	__be32 vni;
};

#define ALKAID_VXLAN_VALID	cpu_to_be32(BIT(27))

/* What a sender sets in reserved bits is ignored, as the RFC says. */
static inline bool alkaid_vxlan_is_valid(const struct alkaid_vxlan_hdr *hdr)
{
	return hdr->flags & ALKAID_VXLAN_VALID;
}

static inline u32 alkaid_vxlan_vni(const struct alkaid_vxlan_hdr *hdr)
{
	return be32_to_cpu(hdr->vni) >> 8;
}

/* There is headroom for it. */
static inline void alkaid_vxlan_push(struct sk_buff *skb, u32 vni)
{
	struct alkaid_vxlan_hdr *hdr = __skb_push(skb, sizeof(*hdr));

	hdr->flags = ALKAID_VXLAN_VALID;
	hdr->vni = cpu_to_be32(vni << 8);
}

#endif /* _ALKAID_PATH_VXLAN_H */
