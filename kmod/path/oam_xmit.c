// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams that go: a gateway teaches a host, and an old host unteaches it. */
#include <linux/udp.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/udp_tunnel.h>

#include "../device.h"
#include "../table/addr.h"
#include "../table/endpoint.h"
#include "../table/gateway.h"
#include "../table/group.h"
#include "../table/subnet.h"
#include "../table/vtep.h"
#include "decision.h"
#include "oam.h"
#include "told.h"

#define ALKAID_OAM_TTL	64

/* The words by which it is known what a host was told of. */
#define ALKAID_TOLD_WORDS	6

/*
 * That nobody can make flows that hide one another. A hash that is universal will
 * do, since nobody sees it: Multilinear-HM (Lemire and Kaser, Strongly Universal
 * String Hashing Is Fast, 2014), twice, of 32 bits each.
 */
static u64 alkaid_told_keys[2][ALKAID_TOLD_WORDS + 1] __read_mostly;

/* What is to be said about a frame that is relayed to an IPv4 VTEP. */
static void alkaid_oam_describe(const struct alkaid_key *key,
				const struct alkaid_verdict *v,
				struct alkaid_oam *oam)
{
	bool ports = alkaid_key_has_ports(key);

	*oam = (struct alkaid_oam) {
		.op = v->moved ? ALKAID_OAM_DELETE : ALKAID_OAM_INJECT,
		.src = alkaid_addr_v4(&key->saddr),
		.dst = alkaid_addr_v4(&key->daddr),
		.sport = ports ? key->sport : 0,
		.dport = ports ? key->dport : 0,
		.proto = key->proto,
		.vni = key->vni,
		/* An appliance has the MAC, and not the address. */
		.instance = alkaid_addr_v4(&key->daddr),
		.node = alkaid_addr_v4(&v->vtep->addr),
		.timeout = ALKAID_OAM_IDLE,
	};
	/* A delete has none, nor knows a host that relays by a gateway any. */
	if (v->target)
		ether_addr_copy(oam->mac, v->target->mac);
}

static u64 alkaid_oam_hash_half(const u32 *words, const u64 *keys)
{
	u64 sum = keys[ALKAID_TOLD_WORDS];
	int i;

	for (i = 0; i < ALKAID_TOLD_WORDS; i += 2)
		sum += (keys[i] + words[i]) * (keys[i + 1] + words[i + 1]);
	return sum >> 32;
}

/* Of a flow, and to a host: by what the datagram says but for where it leads. */
static u64 alkaid_oam_hash(const struct alkaid_key *key,
			   const struct alkaid_verdict *v, bool arrives)
{
	const u32 words[ALKAID_TOLD_WORDS] = {
		(__force u32)alkaid_addr_v4(&key->outer),
		(__force u32)alkaid_addr_v4(&key->saddr),
		(__force u32)alkaid_addr_v4(&key->daddr),
		alkaid_key_has_ports(key) ? (__force u32)key->sport << 16 |
					    (__force u32)key->dport : 0,
		key->vni << 8 | key->proto,
		v->moved << 1 | arrives,
	};

	net_get_random_once(alkaid_told_keys, sizeof(alkaid_told_keys));
	return alkaid_oam_hash_half(words, alkaid_told_keys[0]) << 32 |
	       alkaid_oam_hash_half(words, alkaid_told_keys[1]);
}

static struct rtable *alkaid_oam_route(const struct alkaid_dev *ad, __be32 host)
{
	struct flowi4 fl4 = {
		.daddr = host,
		.saddr = alkaid_addr_v4(&ad->local),
		.flowi4_proto = IPPROTO_UDP,
	};
	struct rtable *rt = ip_route_output_flow(ad->net, &fl4, NULL);

	if (!IS_ERR(rt) && rt->dst.dev == ad->dev) {
		ip_rt_put(rt);
		return ERR_PTR(-ELOOP);
	}
	return rt;
}

static struct sk_buff *alkaid_oam_build(struct alkaid_dev *ad,
					const struct alkaid_oam *oam,
					const struct alkaid_group_cfg *cfg,
					const struct dst_entry *dst)
{
	unsigned int room = LL_RESERVED_SPACE(dst->dev) + dst->header_len +
			    sizeof(struct iphdr) + sizeof(struct udphdr);
	unsigned int len;
	struct sk_buff *skb;

	skb = alloc_skb(room + ALKAID_OAM_INJECT_LEN + ALKAID_OAM_TRAILER_LEN,
			GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	len = alkaid_oam_write(skb->data, oam);
	if (cfg->has_key)
		len = alkaid_oam_sign(skb->data, len,
				      atomic64_inc_return(&ad->oam_seq),
				      &cfg->key);
	skb_put(skb, len);
	skb->dev = ad->dev;
	return skb;
}

/* From the group's port to the group's port (RFC 768 has the checksum). */
static void alkaid_oam_send(struct alkaid_dev *ad, const struct alkaid_oam *oam,
			    const struct alkaid_group_cfg *cfg, __be32 host)
{
	struct socket *sock =
		rcu_dereference(ad->socks[ALKAID_ENCAP_VXLAN]
					 [ALKAID_FAMILY_IP4]);
	__be16 port = htons(cfg->oam_port);
	struct sk_buff *skb;
	struct rtable *rt;

	if (!sock)
		return;
	rt = alkaid_oam_route(ad, host);
	if (IS_ERR(rt))
		return;
	skb = alkaid_oam_build(ad, oam, cfg, &rt->dst);
	if (!skb) {
		ip_rt_put(rt);
		return;
	}
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_GENERATED);
	udp_tunnel_xmit_skb(rt, sock->sk, skb, alkaid_addr_v4(&ad->local), host,
			    0, ALKAID_OAM_TTL, htons(IP_DF), port, port, false,
			    false);
}

/*
 * Whether the host could act on it. A path past the gateway leads to who has the
 * address, or to a MAC of the sender's segment: no other arrives.
 */
static bool alkaid_oam_may_tell(const struct alkaid_key *key,
				const struct alkaid_verdict *v)
{
	return key->l3 == ALKAID_L3_IP4 && alkaid_addr_is_v4(&key->outer) &&
	       (v->moved ||
		(alkaid_addr_is_v4(&v->vtep->addr) &&
		 (v->target->subnet->vni == key->vni ||
		  ipv6_addr_equal(&v->target->ip, &key->daddr))));
}

/*
 * Whether what takes the path would arrive. It is in the segment of the sender,
 * and a stock host looks for the destination there alone.
 */
static bool alkaid_oam_arrives(const struct alkaid_key *key,
			       const struct alkaid_verdict *v)
{
	return v->moved || v->target->subnet->vni == key->vni ||
	       READ_ONCE(v->vtep->steers);
}

/* A frame that was sent to a gateway's own MAC was steered: no stock host does. */
static void alkaid_oam_learn(struct alkaid_tables *t,
			     const struct alkaid_key *key,
			     const struct alkaid_gateway *self)
{
	struct alkaid_vtep *vtep = alkaid_vtep_lookup(t, &key->outer);

	if (vtep && !READ_ONCE(vtep->steers) &&
	    ether_addr_equal(self->mac, key->dmac))
		WRITE_ONCE(vtep->steers, true);
}

/* It is time to tell of a flow, if a gateway group serves it. */
static noinline void alkaid_oam_say(struct alkaid_dev *ad,
				    const struct alkaid_key *key,
				    const struct alkaid_verdict *v,
				    bool arrives)
{
	const struct alkaid_gateway *self;
	const struct alkaid_group *group;
	struct alkaid_oam oam;

	group = alkaid_steer_serving(v->subnet, &key->daddr, v->gen);
	if (!group || alkaid_gateway_of_group(&ad->tables, NULL, &key->outer,
					      v->gen))
		return;
	self = alkaid_gateway_of_group(&ad->tables, group, &ad->local, v->gen);
	if (self)
		alkaid_oam_learn(&ad->tables, key, self);
	if (self && !arrives)
		return;
	alkaid_oam_describe(key, v, &oam);
	alkaid_oam_send(ad, &oam, &alkaid_group_config(group, v->gen)->cfg,
			alkaid_addr_v4(&key->outer));
}

/**
 * alkaid_oam_tell() - tell the host that sent a frame of a better way for it
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: it is relayed
 *
 * A gateway teaches the direct path; a host that the endpoint has left ends it.
 * Of each flow that is said once a second. A gateway is told nothing, and
 * nobody of what no gateway group serves. A path into another segment is taught
 * when its host is known to take it in, for it has steered something itself; or
 * at once where the group does not have this gateway, which cannot know. OAM
 * datagrams know IPv4 alone, of the frame and of the underlay.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_oam_tell(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v)
{
	struct alkaid_dev *ad = frame->ad;
	bool arrives;

	if (!alkaid_oam_may_tell(key, v))
		return;
	arrives = alkaid_oam_arrives(key, v);
	if (alkaid_told_claim(ad->told, alkaid_oam_hash(key, v, arrives),
			      jiffies_to_msecs(jiffies)))
		alkaid_oam_say(ad, key, v, arrives);
}
