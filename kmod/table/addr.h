/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of either family as one type. */
#ifndef _ALKAID_TABLE_ADDR_H
#define _ALKAID_TABLE_ADDR_H

#include <linux/etherdevice.h>
#include <net/addrconf.h>
#include <net/ipv6.h>

/*
 * Everywhere in the tables an address is a struct in6_addr, and an IPv4 address
 * is the v4-mapped one (RFC 4291, 2.5.5.2): one key, one compare. A v4-mapped
 * address in an IPv6 header would be mistaken for IPv4, so the parser drops it.
 */

static inline bool alkaid_addr_is_v4(const struct in6_addr *addr)
{
	return ipv6_addr_v4mapped(addr);
}

static inline __be32 alkaid_addr_v4(const struct in6_addr *addr)
{
	return addr->s6_addr32[3];
}

static inline struct in6_addr alkaid_addr_from_v4(__be32 v4)
{
	struct in6_addr addr;

	ipv6_addr_set_v4mapped(v4, &addr);
	return addr;
}

/**
 * struct alkaid_prefix - an address and how much of it counts
 * @addr: address; v4-mapped if IPv4
 * @len: bits of @addr that count, 0 to 128; 96 more than an IPv4 length
 */
struct alkaid_prefix {
	struct in6_addr addr;
	u8 len;
};

static inline bool alkaid_prefix_contains(const struct alkaid_prefix *prefix,
					  const struct in6_addr *addr)
{
	/* IPv4 is not within ::/0, although v4-mapped addresses are. */
	return ipv6_prefix_equal(&prefix->addr, addr, prefix->len) &&
	       (prefix->len >= 96 || !alkaid_addr_is_v4(addr));
}

/* A unicast address that a VM or a gateway can have. */
static inline bool alkaid_addr_is_host(const struct in6_addr *addr)
{
	if (alkaid_addr_is_v4(addr)) {
		__be32 v4 = alkaid_addr_v4(addr);

		return !ipv4_is_zeronet(v4) && !ipv4_is_loopback(v4) &&
		       !ipv4_is_multicast(v4) && !ipv4_is_lbcast(v4);
	}
	return !ipv6_addr_any(addr) && !ipv6_addr_loopback(addr) &&
	       !ipv6_addr_is_multicast(addr);
}

/* The address that stateless configuration makes of a MAC (RFC 4862, 5.3). */
static inline struct in6_addr alkaid_addr_link_local(const u8 *mac)
{
	struct in6_addr addr = { .s6_addr = { 0xfe, 0x80 } };

	addrconf_addr_eui48(addr.s6_addr + 8, (const char *)mac);
	return addr;
}

#define ALKAID_ADDR_TEXT	48

/* For messages: fills @text and returns it. */
static inline const char *alkaid_addr_text(const struct in6_addr *addr,
					   char text[ALKAID_ADDR_TEXT])
{
	if (alkaid_addr_is_v4(addr))
		snprintf(text, ALKAID_ADDR_TEXT, "%pI4", &addr->s6_addr32[3]);
	else
		snprintf(text, ALKAID_ADDR_TEXT, "%pI6c", addr);
	return text;
}

#define ALKAID_PREFIX_TEXT	(ALKAID_ADDR_TEXT + 4)

/* For messages: fills @text and returns it. */
static inline const char *alkaid_prefix_text(const struct alkaid_prefix *prefix,
					     char text[ALKAID_PREFIX_TEXT])
{
	char addr[ALKAID_ADDR_TEXT];

	snprintf(text, ALKAID_PREFIX_TEXT, "%s/%u",
		 alkaid_addr_text(&prefix->addr, addr),
		 alkaid_addr_is_v4(&prefix->addr) ? prefix->len - 96 :
						    prefix->len);
	return text;
}

#endif /* _ALKAID_TABLE_ADDR_H */
