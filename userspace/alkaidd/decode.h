/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes from the wire to a goal state, in memory bounded by their number. */
#ifndef ALKAIDD_DECODE_H
#define ALKAIDD_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "goalstate.pb-c.h"

struct arena;

/**
 * struct decoded - a goal state and the memory it lives in
 * @msg: strings in it are never NULL; enumerations may have any value
 */
struct decoded {
	const Alcor__Schema__GoalState *msg;
	struct arena *arena;
};

/** decode() - false if the bytes are no goal state, or blow up beyond measure */
bool decode(const uint8_t *data, size_t len, struct decoded *out);
void decoded_free(struct decoded *decoded);

#endif
