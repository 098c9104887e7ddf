// SPDX-License-Identifier: GPL-2.0
/* From the bytes of a neighbor discovery message (RFC 4861) to a key. */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <net/addrconf.h>
#include <net/ndisc.h>

#include "parse_nd.h"

/* Options are counted in these. */
#define ALKAID_ND_UNIT		8

/* An option of one unit with a MAC in it (RFC 4861, 4.6.1; RFC 2464, 6). */
struct alkaid_nd_lladdr {
	struct nd_opt_hdr opt;
	u8 mac[ETH_ALEN];
} __packed;

/* What stands before the options; 0: it is no neighbor discovery. */
static int alkaid_nd_hlen(u8 type)
{
	switch (type) {
	case NDISC_ROUTER_SOLICITATION:
		return sizeof(struct rs_msg);
	case NDISC_ROUTER_ADVERTISEMENT:
		return sizeof(struct ra_msg);
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return sizeof(struct nd_msg);
	case NDISC_REDIRECT:
		return sizeof(struct rd_msg);
	default:
		return 0;
	}
}

/* The option with the MAC of the sender, or of the target. */
static u8 alkaid_nd_lladdr_type(u8 type)
{
	return type == NDISC_NEIGHBOUR_ADVERTISEMENT ||
	       type == NDISC_REDIRECT ?
	       ND_OPT_TARGET_LL_ADDR : ND_OPT_SOURCE_LL_ADDR;
}

static bool alkaid_nd_parse_lladdr(const struct sk_buff *skb, int offset,
				   struct alkaid_key *key)
{
	const struct alkaid_nd_lladdr *lladdr;
	struct alkaid_nd_lladdr buf;

	lladdr = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	/* Of two, receivers would not agree which one counts. */
	if (!lladdr || lladdr->opt.nd_opt_len != 1 || key->nd_has_lladdr)
		return false;
	key->nd_has_lladdr = true;
	ether_addr_copy(key->nd_lladdr, lladdr->mac);
	return true;
}

static bool alkaid_nd_parse_options(const struct sk_buff *skb, int offset,
				    int end, u8 type, struct alkaid_key *key)
{
	const struct nd_opt_hdr *opt;
	struct nd_opt_hdr buf;
	int i;

	for (i = 0; offset < end && i < ALKAID_ND_OPTIONS_MAX; i++) {
		if (end - offset < ALKAID_ND_UNIT)
			return false;
		opt = skb_header_pointer(skb, offset, sizeof(buf), &buf);
		if (!opt || !opt->nd_opt_len)
			return false;
		if (opt->nd_opt_type == alkaid_nd_lladdr_type(type) &&
		    !alkaid_nd_parse_lladdr(skb, offset, key))
			return false;
		offset += opt->nd_opt_len * ALKAID_ND_UNIT;
	}
	return offset == end;
}

/* The target is the first thing behind the ICMPv6 header, if there is one. */
static bool alkaid_nd_parse_target(const struct sk_buff *skb, int offset,
				   struct alkaid_key *key)
{
	const struct in6_addr *target;
	struct in6_addr buf;

	target = skb_header_pointer(skb, offset + sizeof(struct icmp6hdr),
				    sizeof(buf), &buf);
	/* In the tables a v4-mapped address is one of IPv4. */
	if (!target || ipv6_addr_is_multicast(target) ||
	    ipv6_addr_v4mapped(target))
		return false;
	key->nd_target = *target;
	return true;
}

static bool alkaid_nd_is_solicited(const struct sk_buff *skb, int offset)
{
	const struct icmp6hdr *icmp;
	struct icmp6hdr buf;

	icmp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return icmp && icmp->icmp6_solicited;
}

/* RFC 4861, 7.1.1: who has no address asks all who might have the target. */
static bool alkaid_nd_check_ns(const struct alkaid_key *key)
{
	return !ipv6_addr_any(&key->saddr) ||
	       (!key->nd_has_lladdr &&
		ipv6_addr_is_solict_mult(&key->daddr));
}

/* What depends on the sender (RFC 4861, 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1). */
static bool alkaid_nd_check(const struct sk_buff *skb, int offset, u8 type,
			    const struct alkaid_key *key)
{
	switch (type) {
	case NDISC_ROUTER_SOLICITATION:
		return !ipv6_addr_any(&key->saddr) || !key->nd_has_lladdr;
	case NDISC_NEIGHBOUR_SOLICITATION:
		return alkaid_nd_check_ns(key);
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return !ipv6_addr_is_multicast(&key->daddr) ||
		       !alkaid_nd_is_solicited(skb, offset);
	default:
		return ipv6_addr_type(&key->saddr) & IPV6_ADDR_LINKLOCAL;
	}
}

/**
 * alkaid_is_nd() - whether a message is neighbor discovery, valid or not
 * @key: of the frame, with its transport header
 */
bool alkaid_is_nd(const struct alkaid_key *key)
{
	return key->l3 == ALKAID_L3_IP6 && key->proto == IPPROTO_ICMPV6 &&
	       key->frag != ALKAID_FRAG_LATER &&
	       alkaid_nd_hlen(ntohs(key->sport));
}

/**
 * alkaid_parse_nd() - from the bytes of a neighbor discovery message to a key
 * @skb: frame
 * @offset: of the ICMPv6 header in @skb
 * @end: of the message in @skb
 * @key: its nd_* are filled
 *
 * The checksum is not verified. What is answered is answered from the tables
 * and from what anti-spoofing has checked; what is forwarded is verified by
 * whom it reaches; and a frame from a VM may have a checksum that is yet to be
 * filled in.
 *
 * Context: any; @skb is not changed.
 * Return: ALKAID_DROP_NONE or ALKAID_DROP_ND_HEADER.
 */
enum alkaid_drop alkaid_parse_nd(const struct sk_buff *skb, int offset, int end,
				 struct alkaid_key *key)
{
	u8 type = ntohs(key->sport);
	int hlen = alkaid_nd_hlen(type);

	/* A router would have counted it down; a fragment hides what it is. */
	if (key->ttl != 255 || key->dport || key->frag != ALKAID_FRAG_NONE ||
	    end - offset < hlen)
		return ALKAID_DROP_ND_HEADER;
	if (hlen >= (int)sizeof(struct nd_msg) &&
	    !alkaid_nd_parse_target(skb, offset, key))
		return ALKAID_DROP_ND_HEADER;
	if (!alkaid_nd_parse_options(skb, offset + hlen, end, type, key) ||
	    !alkaid_nd_check(skb, offset, type, key))
		return ALKAID_DROP_ND_HEADER;
	key->nd_type = type;
	return ALKAID_DROP_NONE;
}
