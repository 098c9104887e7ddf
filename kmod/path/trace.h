/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints, for perf, ftrace and bpftrace. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM alkaid

#if !defined(_ALKAID_PATH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _ALKAID_PATH_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "../table/route.h"
#include "../table/subnet.h"
#include "../table/vpc.h"
#include "../table/vtep.h"
#include "drop.h"
#include "key.h"
#include "verdict.h"

/* 6.10 took the source from the field's declaration. */
#ifdef ALKAID_HAVE_ASSIGN_STR_ONE
#define alkaid_trace_assign_str(dst, src) __assign_str(dst)
#else
#define alkaid_trace_assign_str(dst, src) __assign_str(dst, src)
#endif

/* An ICMP error, or the answer to a ping, between the two; IPv4 is v4-mapped. */
TRACE_EVENT(alkaid_icmp,

	TP_PROTO(const struct net_device *dev, u8 type, u8 code,
		 const struct in6_addr *src, const struct in6_addr *dst),

	TP_ARGS(dev, type, code, src, dst),

	TP_STRUCT__entry(
		__string(dev, dev->name)
		__field(u8, type)
		__field(u8, code)
		__array(u8, src, 16)
		__array(u8, dst, 16)
	),

	TP_fast_assign(
		alkaid_trace_assign_str(dev, dev->name);
		__entry->type = type;
		__entry->code = code;
		memcpy(__entry->src, src, 16);
		memcpy(__entry->dst, dst, 16);
	),

	TP_printk("dev=%s type=%u code=%u src=%pI6c dst=%pI6c", __get_str(dev),
		  __entry->type, __entry->code, __entry->src, __entry->dst)
);

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

/*
 * A frame was routed: by @prefix, or if that is zero because an endpoint has the
 * very address. IPv4 is v4-mapped in all of them.
 */
TRACE_EVENT(alkaid_route,

	TP_PROTO(const struct net_device *dev, const struct alkaid_key *key,
		 const struct alkaid_verdict *v),

	TP_ARGS(dev, key, v),

	TP_STRUCT__entry(
		__string(dev, dev->name)
		__field(u32, vpc)
		__field(u32, vni)
		__field(u8, prefix_len)
		__array(u8, src, 16)
		__array(u8, dst, 16)
		__array(u8, prefix, 16)
		__array(u8, via, 16)
		__array(u8, host, 16)
	),

	TP_fast_assign(
		static const struct in6_addr none;

		alkaid_trace_assign_str(dev, dev->name);
		__entry->vpc = v->vpc->id;
		__entry->vni = v->vni;
		__entry->prefix_len = v->route ? v->route->key.len : 0;
		memcpy(__entry->src, &key->saddr, 16);
		memcpy(__entry->dst, &key->daddr, 16);
		memcpy(__entry->prefix, v->route ? &v->route->key.addr : &none,
		       16);
		memcpy(__entry->via, v->route ? &v->route->via : &none, 16);
		memcpy(__entry->host, v->vtep ? &v->vtep->addr : &none, 16);
	),

	TP_printk("dev=%s vpc=%u vni=%u src=%pI6c dst=%pI6c prefix=%pI6c/%u via=%pI6c host=%pI6c",
		  __get_str(dev), __entry->vpc, __entry->vni, __entry->src,
		  __entry->dst, __entry->prefix, __entry->prefix_len,
		  __entry->via, __entry->host)
);

/* A next hop, or a neighbor that was asked for, has no endpoint. */
TRACE_EVENT(alkaid_resolve_failure,

	TP_PROTO(const struct net_device *dev, const struct alkaid_verdict *v,
		 const struct in6_addr *addr),

	TP_ARGS(dev, v, addr),

	TP_STRUCT__entry(
		__string(dev, dev->name)
		__field(u32, vpc)
		__field(u32, vni)
		__field(u32, reason)
		__array(u8, addr, 16)
	),

	TP_fast_assign(
		alkaid_trace_assign_str(dev, dev->name);
		__entry->vpc = v->vpc->id;
		__entry->vni = v->subnet->vni;
		__entry->reason = v->reason;
		memcpy(__entry->addr, addr, 16);
	),

	TP_printk("dev=%s vpc=%u vni=%u addr=%pI6c reason=%s", __get_str(dev),
		  __entry->vpc, __entry->vni, __entry->addr,
		  __print_symbolic(__entry->reason,
				   { ALKAID_DROP_NEXT_HOP, "NEXT_HOP" },
				   { ALKAID_DROP_NO_NEIGHBOR, "NO_NEIGHBOR" },
				   { ALKAID_DROP_ARP_UNKNOWN, "ARP_UNKNOWN" },
				   { ALKAID_DROP_ND_UNKNOWN, "ND_UNKNOWN" }))
);

#endif /* _ALKAID_PATH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
