/* SPDX-License-Identifier: GPL-2.0 */
/* BFD control packets (RFC 5880, 4.1): bytes, and the way out. */
#ifndef _ALKAID_PATH_BFD_H
#define _ALKAID_PATH_BFD_H

#include <linux/in6.h>
#include <linux/types.h>

#include "drop.h"

struct alkaid_dev;
struct sock;

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
 * |                       My Discriminator                        |
 * |                      Your Discriminator                       |
 * |                    Desired Min TX Interval                    |
 * |                   Required Min RX Interval                    |
 * |                 Required Min Echo RX Interval                 |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * All big-endian, intervals in microseconds. An authentication section may
 * follow, which nobody here takes.
 */
#define ALKAID_BFD_LEN		24
#define ALKAID_BFD_VERSION	1

/* UDP port of control packets, and those they may come from (RFC 5881, 4). */
#define ALKAID_BFD_PORT		3784
#define ALKAID_BFD_SPORT_MIN	49152
#define ALKAID_BFD_SPORTS	(65536 - ALKAID_BFD_SPORT_MIN)

/* Who sent it is on this link: no router has counted it down (RFC 5881, 5). */
#define ALKAID_BFD_TTL		255

/**
 * enum alkaid_bfd_diag - why a session changed its state (RFC 5880, 4.1)
 * @ALKAID_BFD_DIAG_NONE: it did not, or for the better
 * @ALKAID_BFD_DIAG_EXPIRED: nothing came for the detection time
 * @ALKAID_BFD_DIAG_NEIGHBOR: the neighbor said that it is down
 * @ALKAID_BFD_DIAG_ADMIN: the user ended it
 */
enum alkaid_bfd_diag {
	ALKAID_BFD_DIAG_NONE = 0,
	ALKAID_BFD_DIAG_EXPIRED = 1,
	ALKAID_BFD_DIAG_NEIGHBOR = 3,
	ALKAID_BFD_DIAG_ADMIN = 7,
};

/**
 * struct alkaid_bfd_packet - what a control packet says
 * @diag: an enum alkaid_bfd_diag, or another value that is only passed on
 * @state: of the sender, an enum alkaid_bfd_state
 * @poll: the sender waits for an answer
 * @final: this is the answer
 * @independent: the sender's forwarding shares no fate with its BFD (bit C)
 * @demand: the sender does not need packets at intervals
 * @mult: detection time of what the sender sends, in intervals; not 0
 * @mine: discriminator of the sender, not 0
 * @yours: discriminator of the receiver, or 0 if the sender does not know it
 * @min_tx: shortest interval that the sender would send at, microseconds
 * @min_rx: shortest one that it takes, microseconds; 0: it wants no packets
 * @min_echo: shortest one of echo packets that it takes; 0: none
 *
 * Numbers are in host byte order.
 */
struct alkaid_bfd_packet {
	u8 diag;
	u8 state;
	bool poll;
	bool final;
	bool independent;
	bool demand;
	u8 mult;
	u32 mine;
	u32 yours;
	u32 min_tx;
	u32 min_rx;
	u32 min_echo;
};

/* path/bfd.c: bytes */
enum alkaid_drop alkaid_bfd_parse(const u8 *data, unsigned int len,
				  struct alkaid_bfd_packet *packet);
void alkaid_bfd_write(u8 *data, const struct alkaid_bfd_packet *packet);

/* path/bfd_xmit.c: the way out */
void alkaid_bfd_xmit(struct alkaid_dev *ad, struct sock *sk,
		     const struct in6_addr *addr, u16 sport,
		     const struct alkaid_bfd_packet *packet);

#endif /* _ALKAID_PATH_BFD_H */
