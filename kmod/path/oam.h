/* SPDX-License-Identifier: GPL-2.0 */
/* OAM datagrams: a gateway teaches a host direct paths, in band. */
#ifndef _ALKAID_PATH_OAM_H
#define _ALKAID_PATH_OAM_H

#include <linux/if_ether.h>
#include <linux/siphash.h>
#include <linux/types.h>

#include "drop.h"
#include "key.h"
#include "verdict.h"

struct alkaid_dev;
struct netlink_ext_ack;

enum alkaid_oam_op {
	ALKAID_OAM_INJECT,
	ALKAID_OAM_DELETE,
};

/*
 * An OAM datagram, after the UDP header; all big-endian.
 * See docs/oam.md.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           Operation                           |
 * |                      Inner source address                     |
 * |                   Inner destination address                   |
 * |       Inner source port       |     Inner destination port    |
 * | Inner protocol|       Virtual Network Identifier (VNI)        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Instance address                       |
 * |                          Node address                         |
 * |                          Instance MAC                         |
 * |                               |            Node MAC           |
 * |                                                               |
 * |      Idle timeout (s)         |            Reserved           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * A delete ends after the VNI. If the group has a key, a trailer follows.
 */
#define ALKAID_OAM_DELETE_LEN	20
#define ALKAID_OAM_INJECT_LEN	44

/*
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence number                        |
 * |                                                               |
 * |        SipHash-2-4 of the datagram and the sequence number    |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
#define ALKAID_OAM_TRAILER_LEN	16

/* Seconds after which what this gateway teaches ends if it is idle. */
#define ALKAID_OAM_IDLE		30

/**
 * struct alkaid_oam - what an OAM datagram says
 * @op: operation
 * @src: inner source
 * @dst: inner destination
 * @sport: inner source port, or 0 for any
 * @dport: inner destination port, or 0 for any
 * @proto: inner protocol
 * @vni: of the sender's subnet, host byte order
 * @instance: address of the instance
 * @node: underlay address of the host that has it
 * @mac: of the instance
 * @timeout: idle timeout in seconds, host byte order; never 0
 * @sealed: it has a trailer
 * @seq: sequence number in the trailer
 * @tag: SipHash in the trailer
 */
struct alkaid_oam {
	enum alkaid_oam_op op;
	__be32 src;
	__be32 dst;
	__be16 sport;
	__be16 dport;
	u8 proto;
	u32 vni;
	__be32 instance;
	__be32 node;
	u8 mac[ETH_ALEN];
	u16 timeout;
	bool sealed;
	u64 seq;
	u64 tag;
};

/* The longest datagram. */
#define ALKAID_OAM_LEN_MAX	(ALKAID_OAM_INJECT_LEN + ALKAID_OAM_TRAILER_LEN)

/* path/oam.c: bytes */
enum alkaid_drop alkaid_oam_parse(const u8 *data, unsigned int len,
				  struct alkaid_oam *oam);
unsigned int alkaid_oam_write(u8 *data, const struct alkaid_oam *oam);
unsigned int alkaid_oam_sign(u8 *data, unsigned int len, u64 seq,
			     const siphash_key_t *key);
bool alkaid_oam_check(const u8 *data, unsigned int len,
		      const siphash_key_t *key);
bool alkaid_oam_advance(u64 *top, u64 *seen, u64 seq);

/* path/oam_rcv.c: sockets, and what comes to them */
int alkaid_oam_listen(struct alkaid_dev *ad, u16 port,
		      struct netlink_ext_ack *extack);
void alkaid_oam_sync(struct alkaid_dev *ad);
void alkaid_oam_close(struct alkaid_dev *ad);

/* path/oam_xmit.c: what a gateway, or an old host, says */
void alkaid_oam_tell(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v);

#endif /* _ALKAID_PATH_OAM_H */
