/* SPDX-License-Identifier: GPL-2.0 */
/* Frames, byte by byte, and the skbs that may hold them. */
#ifndef _ALKAID_KUNIT_FRAME_H
#define _ALKAID_KUNIT_FRAME_H

#include <kunit/test.h>
#include <linux/skbuff.h>

#define FRAME_MAX	512

/* In every built frame: VM1 to VM2. */
#define VM1_MAC	"02:00:00:00:00:01"
#define VM2_MAC	"02:00:00:00:00:02"
#define VM1_IP4	"192.168.1.1"
#define VM2_IP4	"192.168.1.2"
#define VM1_IP6	"fd00:1::1"
#define VM2_IP6	"fd00:1::2"
#define SPORT	0x1234
#define DPORT	0x5678
#define PAYLOAD	12

/**
 * struct frame - bytes from the Ethernet header on
 * @len: how many
 * @bytes: the bytes
 */
struct frame {
	int len;
	u8 bytes[FRAME_MAX];
};

void frame_add(struct frame *f, const void *bytes, int len);
void frame_eth(struct frame *f, u16 ethertype);
/* @optlen: bytes of options; @frag_off: as in the header */
void frame_ip4(struct frame *f, u8 proto, int optlen, u16 frag_off);
void frame_ip6(struct frame *f, u8 nexthdr);
/* An extension header; @units: length in its own unit */
void frame_ext(struct frame *f, u8 type, u8 nexthdr, u8 units);
void frame_frag6(struct frame *f, u8 nexthdr, u16 frag_off);
/* TCP, UDP, ICMP or ICMPv6 header; of others, nothing */
void frame_l4(struct frame *f, u8 proto);
void frame_payload(struct frame *f);
/* Set the length of the IP header to what follows it. */
void frame_ip_len(struct frame *f);

void frame_arp(struct frame *f);
void frame_tcp4(struct frame *f);
void frame_udp4(struct frame *f);
void frame_icmp4(struct frame *f);
void frame_tcp6(struct frame *f);
void frame_udp6(struct frame *f);
void frame_icmp6(struct frame *f);

/* All bytes in the head. Freed with the test, as the two below. */
struct sk_buff *frame_skb(struct kunit *test, const struct frame *f, int len);
/* @head bytes in the head, the others in page fragments of odd sizes. */
struct sk_buff *frame_skb_paged(struct kunit *test, const struct frame *f,
				int head);
/* @head bytes in the head, the others in a list of skbs. */
struct sk_buff *frame_skb_list(struct kunit *test, const struct frame *f,
			       int head);

#endif /* _ALKAID_KUNIT_FRAME_H */
