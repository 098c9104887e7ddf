/* SPDX-License-Identifier: GPL-2.0 */
/* What became of a push, as the bytes of its reply. */
#ifndef ALKAIDD_REPLY_H
#define ALKAIDD_REPLY_H

#include "push.h"

/**
 * struct timing - where the time of a push went, in microseconds
 * @configure: until the kernel was asked
 * @program: until the kernel had answered
 */
struct timing {
	uint32_t configure, program;
};

/** reply_pack() - the reply as bytes, to be freed; @len is set */
uint8_t *reply_pack(const struct push *push, uint32_t format_version,
		    const struct timing *timing, size_t *len);

/** reply_undecodable() - the reply to what is no goal state: one FAILURE, of nothing with an id */
uint8_t *reply_undecodable(size_t *len);

#endif
