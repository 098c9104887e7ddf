// SPDX-License-Identifier: GPL-2.0
/* Stickiness: which member of a gateway group a flow went to before. */
#include <linux/slab.h>

#include "stick.h"

/**
 * alkaid_sticks_alloc() - a memory without a flow
 *
 * Context: may sleep.
 * Return: to be freed with alkaid_sticks_free(), or NULL.
 */
struct alkaid_sticks *alkaid_sticks_alloc(void)
{
	return kvzalloc(sizeof(struct alkaid_sticks), GFP_KERNEL_ACCOUNT);
}

/**
 * alkaid_sticks_free() - free a memory
 * @sticks: memory that no reader holds, or NULL
 */
void alkaid_sticks_free(struct alkaid_sticks *sticks)
{
	kvfree(sticks);
}

/**
 * alkaid_stick_lookup() - where a flow went before
 * @sticks: memory
 * @hash: of the flow
 * @now: seconds of any clock
 *
 * Context: any.
 * Return: the place of a gateway, or ALKAID_STICK_NONE.
 */
u16 alkaid_stick_lookup(const struct alkaid_sticks *sticks, u32 hash, u16 now)
{
	return ALKAID_STICK_NONE;
}

/**
 * alkaid_stick_touch() - a packet of a flow goes to a gateway
 * @sticks: memory
 * @hash: of the flow
 * @place: of the gateway
 * @now: seconds of the same clock
 *
 * Context: any.
 */
void alkaid_stick_touch(struct alkaid_sticks *sticks, u32 hash, u16 place,
			u16 now)
{
}
