// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams, as bytes. */
#include <linux/etherdevice.h>

#include "../compat.h"
#include "oam.h"

/**
 * alkaid_oam_write() - the bytes of an OAM datagram, without a trailer
 * @data: place for ALKAID_OAM_INJECT_LEN bytes
 * @oam: what it says
 *
 * Return: how many bytes it has.
 */
unsigned int alkaid_oam_write(u8 *data, const struct alkaid_oam *oam)
{
	memset(data, 0, ALKAID_OAM_INJECT_LEN);
	put_unaligned_be32(oam->op, data);
	memcpy(data + 4, &oam->src, 4);
	memcpy(data + 8, &oam->dst, 4);
	memcpy(data + 12, &oam->sport, 2);
	memcpy(data + 14, &oam->dport, 2);
	put_unaligned_be32(oam->proto << 24 | oam->vni, data + 16);
	if (oam->op == ALKAID_OAM_DELETE)
		return ALKAID_OAM_DELETE_LEN;
	memcpy(data + 20, &oam->instance, 4);
	memcpy(data + 24, &oam->node, 4);
	ether_addr_copy(data + 28, oam->mac);
	put_unaligned_be16(oam->timeout, data + 40);
	return ALKAID_OAM_INJECT_LEN;
}

/**
 * alkaid_oam_sign() - put the trailer behind an OAM datagram
 * @data: the datagram, with place for ALKAID_OAM_TRAILER_LEN bytes behind it
 * @len: bytes of the datagram
 * @seq: its sequence number, greater than any before
 * @key: of the gateway group
 *
 * Return: how many bytes both have.
 */
unsigned int alkaid_oam_sign(u8 *data, unsigned int len, u64 seq,
			     const siphash_key_t *key)
{
	put_unaligned_be64(seq, data + len);
	put_unaligned_be64(siphash(data, len + sizeof(seq), key),
			   data + len + sizeof(seq));
	return len + ALKAID_OAM_TRAILER_LEN;
}
