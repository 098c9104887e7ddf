// SPDX-License-Identifier: GPL-2.0
/* BFD control packets, as bytes. */
#include <uapi/alkaid.h>

#include "../compat.h"
#include "bfd.h"

#define ALKAID_BFD_POLL		0x20
#define ALKAID_BFD_FINAL	0x10
#define ALKAID_BFD_INDEPENDENT	0x08
#define ALKAID_BFD_AUTH		0x04
#define ALKAID_BFD_DEMAND	0x02
#define ALKAID_BFD_MULTIPOINT	0x01

static bool alkaid_bfd_is_valid(const struct alkaid_bfd_packet *packet)
{
	/* Who is Up or Init has heard the receiver, and knows its name. */
	return packet->mult && packet->mine &&
	       (packet->yours ||
		packet->state <= ALKAID_BFD_STATE_DOWN);
}

/**
 * alkaid_bfd_parse() - read a control packet
 * @data: UDP payload
 * @len: its length
 * @packet: result
 *
 * The checks of RFC 5880, 6.8.6 that need no session. No session uses
 * authentication, so a packet that has it is refused.
 *
 * Context: any.
 * Return: ALKAID_DROP_NONE, or ALKAID_DROP_BFD_PACKET, and @packet is undefined.
 */
enum alkaid_drop alkaid_bfd_parse(const u8 *data, unsigned int len,
				  struct alkaid_bfd_packet *packet)
{
	if (len < ALKAID_BFD_LEN || data[0] >> 5 != ALKAID_BFD_VERSION ||
	    data[3] < ALKAID_BFD_LEN || data[3] > len ||
	    data[1] & (ALKAID_BFD_AUTH | ALKAID_BFD_MULTIPOINT))
		return ALKAID_DROP_BFD_PACKET;
	packet->diag = data[0] & 0x1f;
	packet->state = data[1] >> 6;
	packet->poll = data[1] & ALKAID_BFD_POLL;
	packet->final = data[1] & ALKAID_BFD_FINAL;
	packet->independent = data[1] & ALKAID_BFD_INDEPENDENT;
	packet->demand = data[1] & ALKAID_BFD_DEMAND;
	packet->mult = data[2];
	packet->mine = get_unaligned_be32(data + 4);
	packet->yours = get_unaligned_be32(data + 8);
	packet->min_tx = get_unaligned_be32(data + 12);
	packet->min_rx = get_unaligned_be32(data + 16);
	packet->min_echo = get_unaligned_be32(data + 20);
	return alkaid_bfd_is_valid(packet) ? ALKAID_DROP_NONE :
					     ALKAID_DROP_BFD_PACKET;
}

/**
 * alkaid_bfd_write() - the bytes of a control packet
 * @data: place for ALKAID_BFD_LEN bytes
 * @packet: what it says
 *
 * Context: any.
 */
void alkaid_bfd_write(u8 *data, const struct alkaid_bfd_packet *packet)
{
	data[0] = ALKAID_BFD_VERSION << 5 | packet->diag;
	data[1] = packet->state << 6 |
		  (packet->poll ? ALKAID_BFD_POLL : 0) |
		  (packet->final ? ALKAID_BFD_FINAL : 0) |
		  (packet->independent ? ALKAID_BFD_INDEPENDENT : 0) |
		  (packet->demand ? ALKAID_BFD_DEMAND : 0);
	data[2] = packet->mult;
	data[3] = ALKAID_BFD_LEN;
	put_unaligned_be32(packet->mine, data + 4);
	put_unaligned_be32(packet->yours, data + 8);
	put_unaligned_be32(packet->min_tx, data + 12);
	put_unaligned_be32(packet->min_rx, data + 16);
	put_unaligned_be32(packet->min_echo, data + 20);
}
