/* SPDX-License-Identifier: GPL-2.0 */
/* Hashes of the keys that every frame is looked up by. */
#ifndef _ALKAID_TABLE_HASH_H
#define _ALKAID_TABLE_HASH_H

#include <linux/etherdevice.h>
#include <linux/in6.h>
#include <linux/types.h>

/*
 * Keys are a number and a MAC or an address, which tenants may choose: the
 * table's seed goes in before anything of theirs is mixed, so that who does not
 * know it cannot make chains. Two multiplications let every bit of the key reach
 * the low ones of the hash, which are what tables take (this is the finalizer of
 * MurmurHash3).
 */
static inline u32 alkaid_hash_mix(u64 x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

/* Of a number, beside which a key has up to 64 bits more. */
static inline u64 alkaid_hash_begin(u32 number, u32 seed)
{
	return (number ^ seed) * 0x9e3779b97f4a7c15ULL;
}

/* Of a number, and a key of 128 bits beside it. */
static inline u32 alkaid_hash_long(u32 number, u32 seed, u64 high, u64 low)
{
	u64 x = (high ^ alkaid_hash_begin(number, seed)) *
		0x9e3779b97f4a7c15ULL;

	return alkaid_hash_mix(x ^ x >> 32 ^ low);
}

/* Of a number, and an address beside it. */
static inline u32 alkaid_hash_addr(u32 number, u32 seed,
				   const struct in6_addr *addr)
{
	return alkaid_hash_long(number, seed,
				get_unaligned((const u64 *)&addr->s6_addr32[0]),
				get_unaligned((const u64 *)&addr->s6_addr32[2]));
}

/* ether_addr_to_u64() goes byte by byte; here their order is of no matter. */
static inline u64 alkaid_hash_mac(const u8 *mac)
{
	return get_unaligned((const u32 *)mac) |
	       (u64)get_unaligned((const u16 *)(mac + 4)) << 32;
}

#endif /* _ALKAID_TABLE_HASH_H */
