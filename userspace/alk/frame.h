/* SPDX-License-Identifier: GPL-2.0 */
/* Frames as a VM would send them, for a trace; and a frame in words. */
#ifndef ALK_FRAME_H
#define ALK_FRAME_H

#include <libalkaid.h>

#define FRAME_TEXT 256

/**
 * struct frame - a frame being built
 * @data: from its Ethernet header on
 * @len: bytes in @data
 */
struct frame {
	uint8_t data[ALK_FRAME_MAX];
	size_t len;
};

/**
 * struct frame_spec - what an IP datagram is to be
 * @src: address; @dst is of the same family
 * @proto: IANA number
 * @sport: of TCP and UDP, as @dport
 * @ttl: or hop limit
 * @df: IPv4 that must not be fragmented
 * @len: of the datagram, or 0 for headers alone
 */
struct frame_spec {
	struct alk_mac src_mac, dst_mac;
	struct alk_addr src, dst;
	uint8_t proto;
	uint16_t sport, dport;
	uint8_t ttl;
	bool df;
	uint32_t len;
};

/* Bytes that the headers of a datagram take. */
size_t frame_headers(const struct frame_spec *spec);
/* @spec->len, if given, is no less than its headers. */
void frame_datagram(struct frame *frame, const struct frame_spec *spec);
/* The question for the MAC of @spec->dst: an ARP request, or a neighbor solicitation. */
void frame_question(struct frame *frame, const struct frame_spec *spec);
/* False if @s, whole, is not an even number of hexadecimal digits, or too many. */
bool frame_parse_hex(struct frame *frame, const char *s);

/* The MAC of a broadcast or multicast address; false if @dst is neither. */
bool frame_group_mac(const struct alk_addr *dst, struct alk_mac *out);
/* The address that a MAC makes (RFC 4291, appendix A). */
struct alk_addr frame_link_local(const struct alk_mac *mac);

/* What the first @n bytes of a frame of @len say. */
const char *frame_text(const uint8_t *data, size_t n, uint32_t len, char buf[FRAME_TEXT]);

#endif /* ALK_FRAME_H */
