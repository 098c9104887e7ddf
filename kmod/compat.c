// SPDX-License-Identifier: GPL-2.0
/* What an older kernel lacks and needs storage for. */
#include "compat.h"

#ifndef NL_SET_ERR_MSG_FMT

#include <linux/atomic.h>
#include <linux/kernel.h>

#define ALKAID_TEXTS	64
#define ALKAID_TEXT_LEN	80

/**
 * alkaid_extack_printf() - set a formatted text, before 6.2
 * @extack: where to
 * @fmt: format, and its arguments
 *
 * The answer is built after the handler returned, so the text must outlive it:
 * it goes into one of a ring of buffers. If 64 refusals overtake one another a
 * text may be another's; it is never freed memory.
 */
void alkaid_extack_printf(struct netlink_ext_ack *extack, const char *fmt, ...)
{
	static char texts[ALKAID_TEXTS][ALKAID_TEXT_LEN];
	static atomic_t next = ATOMIC_INIT(0);
	char *text = texts[(u32)atomic_inc_return(&next) % ALKAID_TEXTS];
	va_list args;

	if (!extack)
		return;
	va_start(args, fmt);
	vscnprintf(text, ALKAID_TEXT_LEN, fmt, args);
	va_end(args);
	extack->_msg = text;
}

#endif
