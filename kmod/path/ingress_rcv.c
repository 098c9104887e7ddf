// SPDX-License-Identifier: GPL-2.0
/*
 * The short way in, packet by packet.
 *
 * What the stack does with a datagram on its way to a tunnel's socket is the same
 * for the next one of that source: a route is found, the source is validated, a
 * socket is found, of which there is one, for nobody else can bind its port. So the
 * stack is asked until it has said so twice within one generation of its routes;
 * from then on the hook takes what is plainly alike. All else goes through the
 * stack as ever: what is fragmented or has options or is wrong in any way, and
 * everything while somebody else wants to see what comes in.
 *
 * Of a pair of findings the first may have been of routes older than the
 * generation that was noted with it. The second one was looked for when that had
 * been noted.
 */
#include <linux/hash.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <net/dsfield.h>
#include <net/dst.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/route.h>
#include <net/udp.h>
#include <net/xfrm.h>

#include "../device.h"
#include "../table/addr.h"
#include "ingress.h"
#include "tunnel.h"

/*
 * A word of what the stack has found: the generation of the routes, and in the
 * upper half what it was found for. The source is there without the bits that are
 * the set's number.
 */
#define ALKAID_PATH_THERE	BIT_ULL(63 - ALKAID_PATH_SOURCE_BITS)
#define ALKAID_PATH_SURE	BIT_ULL(62 - ALKAID_PATH_SOURCE_BITS)
#define ALKAID_PATH_RPF_SHIFT	38
#define ALKAID_PATH_DSCP_SHIFT	32
#define ALKAID_PATH_SOURCE_BITS	(32 - ALKAID_INGRESS_SET_BITS)

/**
 * struct alkaid_path - where a finding is, and what it is
 * @set: the two words that it may be in
 * @word: the finding, without whether it is sure
 */
struct alkaid_path {
	u64 *set;
	u64 word;
};

/* False: the netdev takes no IPv4. */
static inline bool alkaid_ingress_path4(struct alkaid_ingress *in,
					const struct iphdr *iph,
					struct alkaid_path *path)
{
	struct in_device *in_dev = __in_dev_get_rcu(in->dev);
	u32 source = (__force u32)iph->saddr * GOLDEN_RATIO_32;

	if (unlikely(!in_dev))
		return false;
	path->set = in->paths[source >> ALKAID_PATH_SOURCE_BITS];
	path->word = (u64)(source << ALKAID_INGRESS_SET_BITS) << 32 |
		     ALKAID_PATH_THERE |
		     (u64)(IN_DEV_RPFILTER(in_dev) & 15) << ALKAID_PATH_RPF_SHIFT |
		     (u64)(iph->tos >> 2) << ALKAID_PATH_DSCP_SHIFT |
		     (u32)rt_genid_ipv4(in->ad->net);
	return true;
}

static u64 alkaid_ingress_path6(const struct alkaid_ingress *in)
{
	return ALKAID_PATH_THERE | (u32)rt_genid_ipv6(in->ad->net);
}

static bool alkaid_path_is_sure(const struct alkaid_path *path)
{
	u64 word = path->word | ALKAID_PATH_SURE;

	return READ_ONCE(path->set[0]) == word ||
	       READ_ONCE(path->set[1]) == word;
}

/* The older one of two makes room. */
static void alkaid_path_note(const struct alkaid_path *path)
{
	int i;

	for (i = 0; i < 2; i++) {
		u64 old = READ_ONCE(path->set[i]);

		if ((old | ALKAID_PATH_SURE) !=
		    (path->word | ALKAID_PATH_SURE))
			continue;
		if (!(old & ALKAID_PATH_SURE))
			WRITE_ONCE(path->set[i], old | ALKAID_PATH_SURE);
		return;
	}
	WRITE_ONCE(path->set[1], READ_ONCE(path->set[0]));
	WRITE_ONCE(path->set[0], path->word);
}

static bool alkaid_ingress_is_local4(const struct alkaid_dev *ad,
				     const struct iphdr *iph)
{
	return iph->daddr == alkaid_addr_v4(&ad->local) &&
	       alkaid_addr_is_v4(&ad->local);
}

/**
 * alkaid_ingress_learn_at() - a datagram came through the stack
 * @in: netdev that it came in by
 * @skb: datagram, with the route that the stack has found for it
 *
 * Context: softirq, RCU read side.
 */
void alkaid_ingress_learn_at(struct alkaid_ingress *in,
			     const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	struct alkaid_path path;
	u64 word;

	/* Programs, marks and the like may decide otherwise for the next one. */
	if (skb->mark || !dst || dst->lwtstate)
		return;
	if (ip_hdr(skb)->version == 4) {
		if (skb_rtable(skb)->rt_type == RTN_LOCAL &&
		    alkaid_ingress_is_local4(in->ad, ip_hdr(skb)) &&
		    alkaid_ingress_path4(in, ip_hdr(skb), &path))
			alkaid_path_note(&path);
	} else if (dst_rt6_info(dst)->rt6i_flags & RTF_LOCAL &&
		   ipv6_addr_equal(&ipv6_hdr(skb)->daddr, &in->ad->local6)) {
		word = alkaid_ingress_path6(in);
		if ((READ_ONCE(in->path6) | ALKAID_PATH_SURE) ==
		    (word | ALKAID_PATH_SURE))
			word |= ALKAID_PATH_SURE;
		if (READ_ONCE(in->path6) != word)
			WRITE_ONCE(in->path6, word);
	}
}

/* Nothing about the packet is of interest to anybody else. */
static inline bool alkaid_ingress_is_plain(struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb_vlan_tag_present(skb) &&
	       !skb_dst(skb) && !skb_sk_is_prefetched(skb) &&
	       !skb->mark && !skb_sec_path(skb) &&
	       !rcu_access_pointer(skb->dev->rx_handler) &&
	       !netif_is_l3_slave(skb->dev);
}

/* Filters, policies and programs see what comes in before a socket does. */
static bool alkaid_ingress_is_watched(const struct net *net,
				      struct nf_hook_entries __rcu *const *hooks)
{
	if (rcu_access_pointer(hooks[NF_INET_PRE_ROUTING]) ||
	    rcu_access_pointer(hooks[NF_INET_LOCAL_IN]))
		return true;
#ifdef CONFIG_XFRM
	if (net->xfrm.policy_count[XFRM_POLICY_IN] ||
	    READ_ONCE(net->xfrm.policy_default[XFRM_POLICY_IN]) !=
	    XFRM_USERPOLICY_ACCEPT)
		return true;
#endif
	return rcu_access_pointer(net->bpf.run_array[NETNS_BPF_SK_LOOKUP]);
}

/* Rules about ports may tell apart what comes from one source. */
static bool alkaid_ingress_has_rules4(const struct net *net)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	return net->ipv4.fib_rules_require_fldissect;
#else
	return false;
#endif
}

/* The source counts for nothing else. */
static bool alkaid_ingress_has_rules6(const struct net *net)
{
	return fib6_has_custom_rules(net) || fib6_routes_require_src(net);
}

/* Returns the format, or -1. */
static int alkaid_ingress_format(const struct alkaid_dev *ad,
				 enum alkaid_family family, __be16 port)
{
	int encap;

	for (encap = 0; encap < ALKAID_ENCAP_COUNT; encap++)
		if (port == ad->ports[encap] &&
		    rcu_access_pointer(ad->socks[encap][family]))
			return encap;
	return -1;
}

/* Of packets that the stack cuts before a socket sees them. */
static bool alkaid_ingress_is_cut(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type &
				  (SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST);
}

/* The format, if it is a datagram that the stack would give the tunnel's socket. */
static int alkaid_ingress_match4(struct alkaid_ingress *in, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct udphdr *uh = (const void *)(iph + 1);
	struct alkaid_dev *ad = in->ad;
	struct alkaid_path path;
	int encap;

	if (unlikely(skb_headlen(skb) < sizeof(*iph) + sizeof(*uh)) ||
	    iph->protocol != IPPROTO_UDP || *(const u8 *)iph != 0x45 ||
	    !alkaid_ingress_is_local4(ad, iph))
		return -1;
	encap = alkaid_ingress_format(ad, ALKAID_FAMILY_IP4, uh->dest);
	if (encap < 0 || unlikely(ip_is_fragment(iph)) ||
	    unlikely(ip_fast_csum(iph, 5)))
		return -1;
	if (unlikely(ntohs(iph->tot_len) > skb->len ||
		     ntohs(uh->len) < sizeof(*uh) ||
		     ntohs(uh->len) + sizeof(*iph) != ntohs(iph->tot_len)) ||
	    unlikely(!alkaid_ingress_is_plain(skb) ||
		     alkaid_ingress_is_cut(skb)) ||
	    alkaid_ingress_is_watched(ad->net, ad->net->nf.hooks_ipv4) ||
	    alkaid_ingress_has_rules4(ad->net) ||
	    !alkaid_ingress_path4(in, iph, &path) || !alkaid_path_is_sure(&path))
		return -1;
	return encap;
}

static int alkaid_ingress_match6(struct alkaid_ingress *in, struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct udphdr *uh = (const void *)(ip6h + 1);
	const struct inet6_dev *idev;
	struct alkaid_dev *ad = in->ad;
	int encap;

	if (unlikely(skb_headlen(skb) < sizeof(*ip6h) + sizeof(*uh)) ||
	    ip6h->nexthdr != NEXTHDR_UDP || ip6h->version != 6 ||
	    !ipv6_addr_equal(&ip6h->daddr, &ad->local6))
		return -1;
	encap = alkaid_ingress_format(ad, ALKAID_FAMILY_IP6, uh->dest);
	if (encap < 0 || unlikely(!uh->check) ||
	    unlikely(!alkaid_addr_is_host(&ip6h->saddr)))
		return -1;
	if (unlikely(ntohs(ip6h->payload_len) + sizeof(*ip6h) > skb->len ||
		     ntohs(uh->len) < sizeof(*uh) ||
		     uh->len != ip6h->payload_len) ||
	    unlikely(!alkaid_ingress_is_plain(skb) ||
		     alkaid_ingress_is_cut(skb)) ||
	    alkaid_ingress_is_watched(ad->net, ad->net->nf.hooks_ipv6) ||
	    alkaid_ingress_has_rules6(ad->net))
		return -1;
	idev = __in6_dev_get(skb->dev);
	if (unlikely(!idev || READ_ONCE(idev->cnf.disable_ipv6)) ||
	    READ_ONCE(in->path6) != (alkaid_ingress_path6(in) | ALKAID_PATH_SURE))
		return -1;
	return encap;
}

static inline __wsum alkaid_ingress_pseudo(struct sk_buff *skb, int proto)
{
	return ip_hdr(skb)->version == 4 ? inet_compute_pseudo(skb, proto) :
					   ip6_compute_pseudo(skb, proto);
}

/*
 * The checksum, as udp_rcv() has it: what a NIC has verified of the outer header
 * is turned into what can be had of the inner one from it.
 */
static inline bool alkaid_ingress_csum_fails(struct sk_buff *skb)
{
	const struct udphdr *uh = udp_hdr(skb);

	if (skb_checksum_init_zero_check(skb, IPPROTO_UDP, uh->check,
					 alkaid_ingress_pseudo))
		return true;
	if (unlikely(skb->ip_summed == CHECKSUM_COMPLETE && !skb->csum_valid)) {
		if (skb->csum_complete_sw)
			return true;
		skb_checksum_complete_unset(skb);
	}
	if (uh->check)
		skb_checksum_try_convert(skb, IPPROTO_UDP,
					 alkaid_ingress_pseudo);
	return skb_checksum_complete(skb);
}

static void alkaid_ingress_drop(struct sk_buff *skb)
{
	kfree_skb_reason(skb, SKB_DROP_REASON_UDP_CSUM);
}

/* What the stack would have counted is counted. */
static void alkaid_ingress_take4(struct alkaid_dev *ad, int encap,
				 struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int len = ntohs(iph->tot_len);
	struct net *net = ad->net;

	__IP_UPD_PO_STATS(net, IPSTATS_MIB_IN, skb->len);
	__IP_ADD_STATS(net, IPSTATS_MIB_NOECTPKTS + (iph->tos & INET_ECN_MASK),
		       max_t(unsigned short, 1, skb_shinfo(skb)->gso_segs));
	__IP_INC_STATS(net, IPSTATS_MIB_INDELIVERS);
	if (unlikely(pskb_trim_rcsum(skb, len))) {
		__IP_INC_STATS(net, IPSTATS_MIB_INDISCARDS);
		kfree_skb(skb);
		return;
	}
	__skb_pull(skb, sizeof(*iph));
	skb_reset_transport_header(skb);
	if (unlikely(alkaid_ingress_csum_fails(skb))) {
		__UDP_INC_STATS(net, UDP_MIB_CSUMERRORS, false);
		__UDP_INC_STATS(net, UDP_MIB_INERRORS, false);
		alkaid_ingress_drop(skb);
		return;
	}
	__UDP_INC_STATS(net, UDP_MIB_INDATAGRAMS, false);
	alkaid_tunnel_take(ad, encap, skb);
}

static void alkaid_ingress_take6(struct alkaid_dev *ad, int encap,
				 struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	unsigned int len = ntohs(ip6h->payload_len) + sizeof(*ip6h);
	struct inet6_dev *idev = __in6_dev_get(skb->dev);
	struct net *net = ad->net;

	__IP6_UPD_PO_STATS(net, idev, IPSTATS_MIB_IN, skb->len);
	__IP6_ADD_STATS(net, idev, IPSTATS_MIB_NOECTPKTS +
			(ipv6_get_dsfield(ip6h) & INET_ECN_MASK),
			max_t(unsigned short, 1, skb_shinfo(skb)->gso_segs));
	__IP6_INC_STATS(net, idev, IPSTATS_MIB_INDELIVERS);
	if (unlikely(pskb_trim_rcsum(skb, len))) {
		__IP6_INC_STATS(net, idev, IPSTATS_MIB_INDISCARDS);
		kfree_skb(skb);
		return;
	}
	/* Unlike that of IPv4, the header is not nothing in a sum. */
	skb_pull_rcsum(skb, sizeof(*ip6h));
	skb_reset_transport_header(skb);
	if (unlikely(alkaid_ingress_csum_fails(skb))) {
		__UDP6_INC_STATS(net, UDP_MIB_CSUMERRORS, false);
		__UDP6_INC_STATS(net, UDP_MIB_INERRORS, false);
		alkaid_ingress_drop(skb);
		return;
	}
	__UDP6_INC_STATS(net, UDP_MIB_INDATAGRAMS, false);
	alkaid_tunnel_take(ad, encap, skb);
}

/* A tap may hold it too. */
static inline struct sk_buff *alkaid_ingress_own(struct alkaid_dev *ad,
						 struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		return NULL;
	/* Of the rest that skb_scrub_packet() takes off a plain packet has nothing. */
	skb_orphan(skb);
	skb_ext_reset(skb);
	nf_reset_ct(skb);
	skb_clear_tstamp(skb);
	skb->skb_iif = 0;
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_RX_FAST);
	return skb;
}

/**
 * alkaid_ingress_rcv() - a netdev of the underlay hands a packet up
 * @priv: struct alkaid_ingress
 * @skb: packet, skb->data at its network header; consumed, if it is taken
 * @state: where it is
 *
 * Context: softirq, RCU read side.
 * Return: NF_STOLEN if it was taken, else NF_ACCEPT.
 */
unsigned int alkaid_ingress_rcv(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct alkaid_ingress *in = priv;
	struct alkaid_dev *ad = in->ad;
	int encap;

	if (skb->protocol == htons(ETH_P_IP)) {
		encap = alkaid_ingress_match4(in, skb);
		if (encap < 0)
			return NF_ACCEPT;
		skb = alkaid_ingress_own(ad, skb);
		if (likely(skb))
			alkaid_ingress_take4(ad, encap, skb);
		return NF_STOLEN;
	}
	if (skb->protocol == htons(ETH_P_IPV6)) {
		encap = alkaid_ingress_match6(in, skb);
		if (encap < 0)
			return NF_ACCEPT;
		skb = alkaid_ingress_own(ad, skb);
		if (likely(skb))
			alkaid_ingress_take6(ad, encap, skb);
		return NF_STOLEN;
	}
	return NF_ACCEPT;
}
