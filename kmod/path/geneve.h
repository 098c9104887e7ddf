/* SPDX-License-Identifier: GPL-2.0 */
/* The Geneve header (RFC 8926, section 3). */
#ifndef _ALKAID_PATH_GENEVE_H
#define _ALKAID_PATH_GENEVE_H

#include <linux/bits.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>

#include "drop.h"

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Virtual Network Identifier (VNI)       |    Reserved   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Variable-Length Options                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
struct alkaid_geneve_hdr {
	u8 ver_len;
	u8 flags;
	__be16 type;
	__be32 vni;
};

/*
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Option Class         |      Type     |R|R|R| Length  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
struct alkaid_geneve_opt {
	__be16 class;
	u8 type;
	u8 len;
};

#define ALKAID_GENEVE_VERSION	GENMASK(7, 6)
#define ALKAID_GENEVE_OPT_LEN	GENMASK(5, 0)
#define ALKAID_GENEVE_CONTROL	BIT(7)	/* O: not for a VM */
#define ALKAID_GENEVE_CRITICAL	BIT(7)	/* in the type of an option */
#define ALKAID_GENEVE_LEN	GENMASK(4, 0)

/* Bytes of header and options. */
static inline unsigned int
alkaid_geneve_hlen(const struct alkaid_geneve_hdr *hdr)
{
	return sizeof(*hdr) + (hdr->ver_len & ALKAID_GENEVE_OPT_LEN) * 4;
}

/*
 * Another version, something else than an Ethernet frame, or a control message,
 * which an endpoint must not pass on. Other flags and reserved bits are ignored.
 */
static inline bool alkaid_geneve_is_valid(const struct alkaid_geneve_hdr *hdr)
{
	return !(hdr->ver_len & ALKAID_GENEVE_VERSION) &&
	       !(hdr->flags & ALKAID_GENEVE_CONTROL) &&
	       hdr->type == cpu_to_be16(ETH_P_TEB);
}

static inline u32 alkaid_geneve_vni(const struct alkaid_geneve_hdr *hdr)
{
	return be32_to_cpu(hdr->vni) >> 8;
}

/**
 * alkaid_geneve_check_options() - whether a frame may be taken in
 * @hdr: header, with all of its options behind it
 *
 * No option is known here: those that may be skipped are, and one that is
 * critical is not known (RFC 8926, 3.5), whatever the header's C flag says.
 *
 * Context: any.
 * Return: ALKAID_DROP_NONE or ALKAID_DROP_GENEVE_OPTION.
 */
static inline enum alkaid_drop
alkaid_geneve_check_options(const struct alkaid_geneve_hdr *hdr)
{
	const u8 *pos = (const u8 *)(hdr + 1);
	const u8 *end = (const u8 *)hdr + alkaid_geneve_hlen(hdr);

	while (unlikely(pos < end)) {
		const struct alkaid_geneve_opt *opt = (const void *)pos;

		/* All lengths are of words: there is a whole option header. */
		pos += sizeof(*opt) + (opt->len & ALKAID_GENEVE_LEN) * 4;
		if (pos > end || opt->type & ALKAID_GENEVE_CRITICAL)
			return ALKAID_DROP_GENEVE_OPTION;
	}
	return ALKAID_DROP_NONE;
}

/* There is headroom for it. */
static inline void alkaid_geneve_push(struct sk_buff *skb, u32 vni)
{
	struct alkaid_geneve_hdr *hdr = __skb_push(skb, sizeof(*hdr));

	hdr->ver_len = 0;
	hdr->flags = 0;
	hdr->type = cpu_to_be16(ETH_P_TEB);
	hdr->vni = cpu_to_be32(vni << 8);
}

#endif /* _ALKAID_PATH_GENEVE_H */
