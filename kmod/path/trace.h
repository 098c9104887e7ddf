/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints, for perf, ftrace and bpftrace. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM alkaid

#if !defined(_ALKAID_PATH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _ALKAID_PATH_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "drop.h"

/* 6.10 took the source from the field's declaration. */
#ifdef ALKAID_HAVE_ASSIGN_STR_ONE
#define alkaid_trace_assign_str(dst, src) __assign_str(dst)
#else
#define alkaid_trace_assign_str(dst, src) __assign_str(dst, src)
#endif

#define X(name, core, text) TRACE_DEFINE_ENUM(ALKAID_DROP_##name);
ALKAID_DROP_REASONS(X)
#undef X

#define X(name, core, text) { ALKAID_DROP_##name, #name },

TRACE_EVENT(alkaid_drop,

	TP_PROTO(const struct net_device *dev, const struct sk_buff *skb,
		 enum alkaid_drop reason),

	TP_ARGS(dev, skb, reason),

	TP_STRUCT__entry(
		__string(dev, dev->name)
		__field(const void *, skb)
		__field(unsigned int, len)
		__field(enum alkaid_drop, reason)
	),

	TP_fast_assign(
		alkaid_trace_assign_str(dev, dev->name);
		__entry->skb = skb;
		__entry->len = skb->len;
		__entry->reason = reason;
	),

	TP_printk("dev=%s skb=%p len=%u reason=%s", __get_str(dev),
		  __entry->skb, __entry->len,
		  __print_symbolic(__entry->reason,
				   ALKAID_DROP_REASONS(X) { 0, "NONE" }))
);

#undef X

#endif /* _ALKAID_PATH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
