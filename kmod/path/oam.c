// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams, as bytes. */
#include <linux/etherdevice.h>

#include "../compat.h"
#include "../table/addr.h"
#include "oam.h"

/* Sequence numbers below the highest one of which it is known who came. */
#define ALKAID_OAM_WINDOW	64

static bool alkaid_oam_is_host(__be32 v4)
{
	const struct in6_addr addr = alkaid_addr_from_v4(v4);

	return alkaid_addr_is_host(&addr);
}

static enum alkaid_drop alkaid_oam_parse_inject(const u8 *data,
						struct alkaid_oam *oam)
{
	memcpy(&oam->instance, data + 20, 4);
	memcpy(&oam->node, data + 24, 4);
	ether_addr_copy(oam->mac, data + 28);
	/* Zero would be "never": nobody else takes away what a gateway forgets. */
	oam->timeout = get_unaligned_be16(data + 40) ?: ALKAID_OAM_IDLE;
	if (get_unaligned_be16(data + 42))
		return ALKAID_DROP_OAM_RESERVED;
	return is_valid_ether_addr(oam->mac) &&
	       alkaid_oam_is_host(oam->instance) &&
	       alkaid_oam_is_host(oam->node) ? ALKAID_DROP_NONE :
					       ALKAID_DROP_OAM_ADDRESS;
}

static enum alkaid_drop alkaid_oam_parse_flow(const u8 *data,
					      struct alkaid_oam *oam)
{
	u32 word = get_unaligned_be32(data + 16);

	memcpy(&oam->src, data + 4, 4);
	memcpy(&oam->dst, data + 8, 4);
	memcpy(&oam->sport, data + 12, 2);
	memcpy(&oam->dport, data + 14, 2);
	oam->proto = word >> 24;
	oam->vni = word & 0xffffff;
	/* What has no ports in packets has none here. */
	if (oam->proto == IPPROTO_ICMP) {
		oam->sport = 0;
		oam->dport = 0;
	}
	return alkaid_oam_is_host(oam->src) && alkaid_oam_is_host(oam->dst) ?
	       ALKAID_DROP_NONE : ALKAID_DROP_OAM_ADDRESS;
}

/**
 * alkaid_oam_parse() - read an OAM datagram
 * @data: what follows the UDP header, no alignment asked
 * @len: bytes of it
 * @oam: what it says; undefined if that is a refusal
 *
 * A trailer is read, but what it holds is alkaid_oam_check()'s to judge.
 *
 * Context: any.
 * Return: ALKAID_DROP_NONE, or the first of OAM_LENGTH, OAM_OPERATION,
 * OAM_RESERVED and OAM_ADDRESS that fits.
 */
enum alkaid_drop alkaid_oam_parse(const u8 *data, unsigned int len,
				  struct alkaid_oam *oam)
{
	enum alkaid_drop address, reason = ALKAID_DROP_NONE;
	unsigned int want;
	u32 op;

	memset(oam, 0, sizeof(*oam));
	if (len < ALKAID_OAM_DELETE_LEN)
		return ALKAID_DROP_OAM_LENGTH;
	op = get_unaligned_be32(data);
	if (op != ALKAID_OAM_INJECT && op != ALKAID_OAM_DELETE)
		return ALKAID_DROP_OAM_OPERATION;
	oam->op = op;
	want = op == ALKAID_OAM_INJECT ? ALKAID_OAM_INJECT_LEN :
					 ALKAID_OAM_DELETE_LEN;
	oam->sealed = len == want + ALKAID_OAM_TRAILER_LEN;
	if (len != want && !oam->sealed)
		return ALKAID_DROP_OAM_LENGTH;
	if (oam->sealed) {
		oam->seq = get_unaligned_be64(data + want);
		oam->tag = get_unaligned_be64(data + want + 8);
	}
	address = alkaid_oam_parse_flow(data, oam);
	if (op == ALKAID_OAM_INJECT)
		reason = alkaid_oam_parse_inject(data, oam);
	return reason ?: address;
}

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
	put_unaligned_be32((u32)oam->proto << 24 | oam->vni, data + 16);
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

/**
 * alkaid_oam_check() - whether a trailer was made with a key
 * @data: datagram
 * @len: bytes of it, the trailer's among them
 * @key: of the gateway group
 *
 * Takes as long for any wrong trailer: a word is compared at once.
 *
 * Context: any.
 */
bool alkaid_oam_check(const u8 *data, unsigned int len,
		      const siphash_key_t *key)
{
	return siphash(data, len - 8, key) == get_unaligned_be64(data + len - 8);
}

/**
 * alkaid_oam_advance() - whether a sequence number has not come before
 * @top: highest one that has come
 * @seen: bit n: @top - n has come; zero: none has
 * @seq: sequence number; is noted if it is new
 *
 * What is too old for the window counts as having come (RFC 4303, 3.4.3).
 *
 * Context: whatever protects @top and @seen.
 */
bool alkaid_oam_advance(u64 *top, u64 *seen, u64 seq)
{
	u64 ahead = seq - *top, behind = *top - seq;

	if (!*seen || seq > *top) {
		*seen = *seen && ahead < ALKAID_OAM_WINDOW ?
			*seen << ahead | 1 : 1;
		*top = seq;
		return true;
	}
	if (behind >= ALKAID_OAM_WINDOW || *seen & BIT_ULL(behind))
		return false;
	*seen |= BIT_ULL(behind);
	return true;
}
