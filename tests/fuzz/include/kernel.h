/* SPDX-License-Identifier: GPL-2.0 */
/* What parser and decision need of the kernel's headers, for userspace: included first. */
#ifndef _ALKAID_FUZZ_KERNEL_H
#define _ALKAID_FUZZ_KERNEL_H

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>

/* kmod/compat.h is between versions of the kernel. */
#define _ALKAID_COMPAT_H
#define alkaid_extack_fmt(extack, ...)	((extack)->_msg = #__VA_ARGS__)

/* --- the language --- */

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s32 s32;
typedef __s64 s64;
typedef unsigned int gfp_t;

#define __force
#define __rcu
#define __percpu
#undef __counted_by
#define __counted_by(n)
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define __packed		__attribute__((packed))
#define __uninitialized
#define OPTIMIZER_HIDE_VAR(x)	__asm__("" : "+r"(x))
#define likely(x)		(x)
#define unlikely(x)		(x)
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, v)	((x) = (v))
#define smp_load_acquire(p)	(*(p))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define max3(a, b, c)		max_t(int, max_t(int, a, b), c)
#define min3(a, b, c)		min(min(a, b), c)
#define min_t(t, a, b)		((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define max_t(t, a, b)		((t)(a) > (t)(b) ? (t)(a) : (t)(b))
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (63 - (h))))
#define BUILD_BUG_ON(x)		_Static_assert(!(x), #x)
#define WARN_ON_ONCE(x)		({ if (x) abort(); 0; })
#define cpu_to_be16		htobe16
#define cpu_to_be32		htobe32
#define be16_to_cpu		be16toh
#define be32_to_cpu		be32toh
#define memset_startat(obj, v, member) \
	memset((char *)(obj) + offsetof(typeof(*(obj)), member), v, \
	       sizeof(*(obj)) - offsetof(typeof(*(obj)), member))

/* --- memory; nobody reads while it changes --- */

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define GFP_ATOMIC		0
#define kzalloc(n, gfp)		calloc(1, n)
#define kfree			free
#define kfree_rcu(p, member)	free(p)
#define rcu_dereference(p)	(p)
#define rcu_dereference_check(p, c)	(p)
#define prefetch(p)		((void)(p))
#define __ffs64(x)		((unsigned long)__builtin_ctzll(x))
#define rcu_dereference_protected(p, c)	(p)
#define rcu_access_pointer(p)	(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define RCU_INIT_POINTER(p, v)	((p) = (v))
#define lockdep_assert_held(l)	((void)(l))

struct rcu_head { void *next; };
struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };
struct rhash_head { void *next; };
struct rhashtable { void *buckets; };
struct rhlist_head { void *next; };
struct rhltable { void *buckets; };
struct rhashtable_params { size_t key_len; };
struct mutex { int held; };
struct work_struct { void *function; };
struct delayed_work { struct work_struct work; };
typedef struct { int held; } spinlock_t;
typedef struct { int counter; } atomic_t;
typedef struct { atomic_t refs; } refcount_t;
#define DECLARE_BITMAP(name, bits)	unsigned long name[((bits) + 63) / 64]
#define ktime_get_seconds()		0
struct netlink_ext_ack { const char *_msg; };
#define NL_SET_ERR_MSG(extack, msg)		((extack)->_msg = (msg))
typedef struct { s64 counter; } atomic64_t;

/* --- static keys: off, as where nobody traces --- */

struct static_key_false { bool on; };
#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name
#define static_branch_unlikely(key)	((key)->on)

/* --- counters: nobody counts --- */

typedef struct { u64 v; } u64_stats_t;
struct u64_stats_sync { int seq; };
#define u64_stats_update_begin(s)	((void)(s))
#define u64_stats_update_end(s)		((void)(s))
#define u64_stats_inc(s)		((s)->v++)
#define u64_stats_add(s, n)		((s)->v += (n))
#define this_cpu_ptr(p)			(p)

/* --- netdevs --- */

#define IFNAMSIZ		16
#define ETH_P_8021AD		0x88A8

enum skb_drop_reason { SKB_DROP_REASON_NOT_SPECIFIED };
typedef struct { int none; } netdevice_tracker;
struct dst_cache { void *cache; };
struct net_device { int ifindex; unsigned int mtu; };

static inline bool netif_running(const struct net_device *dev) { return dev; }
static inline bool netif_carrier_ok(const struct net_device *dev) { return dev; }

/* --- frames: a head, and the rest in a page; each of exactly its length --- */

#define SKB_GSO_TCPV4		BIT(0)
#define SKB_GSO_TCPV6		BIT(4)
#define SKB_GSO_SCTP		BIT(14)
#define GSO_BY_FRAGS		0xFFFF

struct skb_shared_info {
	unsigned int gso_type;
	u16 gso_size;
};

struct sk_buff {
	u8 *head;
	u8 *page;
	unsigned int headlen, len;
	bool vlan, encapsulation;
	int inner_transport;
	struct skb_shared_info shinfo;
};

#define skb_shinfo(skb)		(&(skb)->shinfo)
#define skb_headlen(skb)	((skb)->headlen)
#define skb_walk_frags(skb, part)	for ((part) = NULL; (part); (part) = NULL)
#define skb_inner_transport_offset(skb)	((skb)->inner_transport)

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buf)
{
	unsigned int i, at = offset;

	if (offset < 0)
		abort();
	if (at + len <= skb->headlen)
		return skb->head + at;
	if (at + len > skb->len)
		return NULL;
	for (i = 0; i < (unsigned int)len; i++, at++)
		((u8 *)buf)[i] = at < skb->headlen ? skb->head[at] : skb->page[at - skb->headlen];
	return buf;
}

static inline void *__skb_push(struct sk_buff *skb, unsigned int len)
{
	(void)skb;
	(void)len;
	abort();
}

static inline bool skb_is_gso(const struct sk_buff *skb) { return skb->shinfo.gso_size; }
static inline bool skb_vlan_tag_present(const struct sk_buff *skb) { return skb->vlan; }

/* --- Ethernet --- */

static inline void ether_addr_copy(u8 *to, const u8 *from) { memcpy(to, from, ETH_ALEN); }
static inline bool ether_addr_equal(const u8 *a, const u8 *b) { return !memcmp(a, b, ETH_ALEN); }
static inline bool is_multicast_ether_addr(const u8 *mac) { return mac[0] & 1; }

static inline bool is_zero_ether_addr(const u8 *mac)
{
	return ether_addr_equal(mac, (const u8 *)"\0\0\0\0\0\0");
}

static inline bool is_broadcast_ether_addr(const u8 *mac)
{
	return ether_addr_equal(mac, (const u8 *)"\xff\xff\xff\xff\xff\xff");
}

static inline bool is_valid_ether_addr(const u8 *mac)
{
	return !is_multicast_ether_addr(mac) && !is_zero_ether_addr(mac);
}

static inline bool eth_type_vlan(__be16 type)
{
	return type == htons(ETH_P_8021Q) || type == htons(ETH_P_8021AD);
}

/* --- IP --- */

#define IP_DF			0x4000
#define IP_MF			0x2000
#define IP_OFFSET		0x1FFF
#define IP6_MF			0x0001
#define IP6_OFFSET		0xFFF8
#define NEXTHDR_HOP		0
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_AUTH		51
#define NEXTHDR_DEST		60
#define IPV6_MIN_MTU		1280
#define ipv6_optlen(p)		(((p)->hdrlen + 1) << 3)
#define ipv6_authlen(p)		(((p)->hdrlen + 2) << 2)

struct sctphdr {
	__be16 source, dest;
	__be32 vtag, checksum;
};

struct frag_hdr {
	u8 nexthdr;
	u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

static inline u8 ipv6_get_dsfield(const struct ipv6hdr *ip)
{
	return ntohs(*(const __be16 *)ip) >> 4;
}

static inline u16 get_unaligned_be16(const void *p)
{
	__be16 v;

	memcpy(&v, p, sizeof(v));
	return ntohs(v);
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	__be16 be = htons(v);

	memcpy(p, &be, sizeof(be));
}

static inline u64 get_unaligned_be64(const void *p)
{
	__be64 v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static inline void put_unaligned_be64(u64 v, void *p)
{
	__be64 be = htobe64(v);

	memcpy(p, &be, sizeof(be));
}

static inline u32 get_unaligned_be32(const void *p)
{
	__be32 v;

	memcpy(&v, p, sizeof(v));
	return ntohl(v);
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	__be32 be = htonl(v);

	memcpy(p, &be, sizeof(be));
}

static inline bool ipv4_is_zeronet(__be32 a) { return !(a & htonl(0xff000000)); }
static inline bool ipv4_is_loopback(__be32 a) { return ntohl(a) >> 24 == 127; }
static inline bool ipv4_is_multicast(__be32 a) { return ntohl(a) >> 28 == 0xe; }
static inline bool ipv4_is_lbcast(__be32 a) { return a == htonl(0xffffffff); }

#define IPV6_ADDR_ANY		0x0000U
#define IPV6_ADDR_UNICAST	0x0001U
#define IPV6_ADDR_MULTICAST	0x0002U
#define IPV6_ADDR_LINKLOCAL	0x0020U

static inline bool ipv6_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	return ipv6_addr_equal(a, &(struct in6_addr){ 0 });
}

static inline bool ipv6_addr_loopback(const struct in6_addr *a)
{
	return ipv6_addr_equal(a, &(struct in6_addr){ .s6_addr = { [15] = 1 } });
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

static inline bool ipv6_addr_v4mapped(const struct in6_addr *a)
{
	return !memcmp(a, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
}

static inline void ipv6_addr_set_v4mapped(__be32 v4, struct in6_addr *a)
{
	memcpy(a, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
	memcpy(a->s6_addr + 12, &v4, 4);
}

static inline bool ipv6_addr_is_solict_mult(const struct in6_addr *a)
{
	return !memcmp(a, "\xff\x02\0\0\0\0\0\0\0\0\0\x01\xff", 13);
}

static inline int ipv6_addr_type(const struct in6_addr *a)
{
	if (ipv6_addr_is_multicast(a))
		return IPV6_ADDR_MULTICAST |
		       ((a->s6_addr[1] & 0xf) == 2 ? IPV6_ADDR_LINKLOCAL : 0);
	if (a->s6_addr[0] == 0xfe && (a->s6_addr[1] & 0xc0) == 0x80)
		return IPV6_ADDR_UNICAST | IPV6_ADDR_LINKLOCAL;
	return ipv6_addr_any(a) ? IPV6_ADDR_ANY : IPV6_ADDR_UNICAST;
}

static inline bool ipv6_prefix_equal(const struct in6_addr *a, const struct in6_addr *b,
				     unsigned int len)
{
	unsigned int bytes = len / 8, bits = len % 8;

	return !memcmp(a, b, bytes) &&
	       (!bits || !((a->s6_addr[bytes] ^ b->s6_addr[bytes]) >> (8 - bits)));
}

static inline int ipv6_addr_diff(const struct in6_addr *a, const struct in6_addr *b)
{
	int bit;

	for (bit = 0; bit < 128; bit++)
		if ((a->s6_addr[bit / 8] ^ b->s6_addr[bit / 8]) & 0x80 >> bit % 8)
			break;
	return bit;
}

static inline void ipv6_addr_prefix(struct in6_addr *to, const struct in6_addr *a, int len)
{
	struct in6_addr from = *a;

	memset(to, 0, sizeof(*to));
	memcpy(to, &from, len / 8);
	if (len % 8)
		to->s6_addr[len / 8] = from.s6_addr[len / 8] & 0xff00 >> len % 8;
}

static inline void addrconf_addr_eui48(u8 *eui, const char *mac)
{
	memcpy(eui, mac, 3);
	eui[3] = 0xff;
	eui[4] = 0xfe;
	memcpy(eui + 5, mac + 3, 3);
	eui[0] ^= 2;
}

/* --- neighbor discovery --- */

#define NDISC_ROUTER_SOLICITATION	133
#define NDISC_ROUTER_ADVERTISEMENT	134
#define NDISC_NEIGHBOUR_SOLICITATION	135
#define NDISC_NEIGHBOUR_ADVERTISEMENT	136
#define NDISC_REDIRECT			137

enum { ND_OPT_SOURCE_LL_ADDR = 1, ND_OPT_TARGET_LL_ADDR = 2 };

struct nd_opt_hdr { u8 nd_opt_type, nd_opt_len; } __packed;
struct nd_msg { struct icmp6hdr icmph; struct in6_addr target; u8 opt[]; };
struct rs_msg { struct icmp6hdr icmph; u8 opt[]; };
struct ra_msg { struct icmp6hdr icmph; __be32 reachable_time, retrans_timer; };
struct rd_msg { struct icmp6hdr icmph; struct in6_addr target, dest; u8 opt[]; };

/* --- a hash: any will do --- */

typedef struct { u64 key[2]; } siphash_key_t;

static inline u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	const u8 *p = data;
	u64 hash = key->key[0] ^ key->key[1];

	while (len--)
		hash = (hash ^ *p++) * 0x100000001b3;
	return hash;
}

static inline u32 jhash(const void *data, u32 len, u32 init)
{
	const u8 *p = data;
	u32 i;

	for (i = 0; i < len; i++)
		init = (init ^ p[i]) * 0x01000193;
	return init;
}

static inline u32 jhash2(const u32 *words, u32 n, u32 init)
{
	return jhash(words, n * 4, init);
}

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 init)
{
	return jhash2((const u32 [3]){ a, b, c }, 3, init);
}

#endif /* _ALKAID_FUZZ_KERNEL_H */
