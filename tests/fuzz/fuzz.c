// SPDX-License-Identifier: GPL-2.0
/* What must hold of any bytes: parser, decision and Geneve options, under libFuzzer. */
#include <uapi/if_alkaid.h>

#include "../../kmod/path/decide.h"
#include "../../kmod/path/geneve.h"
#include "../../kmod/path/parse.h"
#include "../../kmod/path/steps.h"
#include "world.h"

/**
 * struct input - the first bytes of an input; a frame is behind them
 * @door: which port it comes from, or in which VNI; or Geneve options, and no frame
 * @flags: see FLAG_*
 * @head: how many bytes of the frame are in the head of the skb
 * @gso_size: hundreds of bytes, with FLAG_GSO
 */
struct input {
	u8 door;
	u8 flags;
	u8 head;
	u8 gso_size;
};

#define FLAG_FRAGMENT	1
#define FLAG_GSO	2
#define FLAG_VLAN	4
#define FLAG_TUNNEL	8
#define FLAG_TCP	16
#define FLAG_SCTP	32
#define FLAG_GATEWAY	64

#define DOORS		10
#define DOOR_GENEVE	9
static const u32 vnis[DOORS - WORLD_PORTS - 1] = { 7001, 7002, 8001, 4095 };

#define must(condition) do {							\
	if (!(condition)) {							\
		fprintf(stderr, "fuzz.c:%d: not so: %s\n", __LINE__, #condition); \
		abort();							\
	}									\
} while (0)

/* Each part in memory of just its size, so that a read beyond its end is seen. */
static struct sk_buff skb_of(const struct input *in, const u8 *frame, size_t len, size_t head)
{
	struct sk_buff skb = {
		.headlen = head,
		.len = len,
		.head = malloc(head),
		.page = malloc(len - head),
		.vlan = in->flags & FLAG_VLAN,
		.encapsulation = in->flags & FLAG_TUNNEL,
		.inner_transport = min(in->head, len),
	};

	if (in->flags & FLAG_GSO)
		skb.shinfo.gso_size = in->gso_size * 100 + 1;
	if (in->flags & FLAG_TCP)
		skb.shinfo.gso_type = SKB_GSO_TCPV4;
	else if (in->flags & FLAG_SCTP)
		skb.shinfo.gso_type = SKB_GSO_SCTP;
	memcpy(skb.head, frame, head);
	memcpy(skb.page, frame + head, len - head);
	return skb;
}

static enum alkaid_drop parse(const struct input *in, const u8 *frame, size_t len, size_t head,
			      struct alkaid_key *key)
{
	struct sk_buff skb = skb_of(in, frame, len, head);
	enum alkaid_drop reason;

	memset(key, 0xa5, sizeof(*key));
	key->port = in->door % DOORS < WORLD_PORTS ? &world_ports[in->door % DOORS] : NULL;
	key->vni = key->port ? 0 : vnis[in->door % DOORS - WORLD_PORTS];
	reason = alkaid_parse(&skb, key);
	free(skb.head);
	free(skb.page);
	return reason;
}

/* What parsing went well promises. */
static void check_key(const struct alkaid_key *key, size_t len)
{
	must(is_valid_ether_addr(key->smac));
	must(key->l3 == ALKAID_L3_ARP || key->l3 == ALKAID_L3_IP4 || key->l3 == ALKAID_L3_IP6);
	must(key->l4_offset <= len);
	must(key->len <= len - ETH_HLEN);
	if (key->l3 == ALKAID_L3_IP6) {
		must(key->l4_offset >= ETH_HLEN + sizeof(struct ipv6hdr));
		must(!ipv6_addr_v4mapped(&key->saddr) && !ipv6_addr_v4mapped(&key->daddr));
	} else {
		must(ipv6_addr_v4mapped(&key->saddr) && ipv6_addr_v4mapped(&key->daddr));
		must(key->l3 == ALKAID_L3_ARP || key->l4_offset >= ETH_HLEN + sizeof(struct iphdr));
		must(!key->nd_type);
	}
	alkaid_key_hash(key);
}

/* A port with anti-spoofing sends from its own addresses only, whatever it sends. */
static void check_source(const struct alkaid_key *key, const struct alkaid_verdict *v)
{
	const struct alkaid_binding *b = key->port ? alkaid_port_binding(key->port, v->gen) : NULL;
	int i;

	if (!b || !b->antispoof || v->action == ALKAID_DO_DROP)
		return;
	must(ether_addr_equal(key->smac, b->mac));
	if (ipv6_addr_any(&key->saddr) || key->l3 == ALKAID_L3_ARP ||
	    ipv6_addr_type(&key->saddr) & IPV6_ADDR_LINKLOCAL)
		return;
	for (i = 0; i < b->n_sources; i++)
		if (alkaid_prefix_contains(&b->sources[i].prefix, &key->saddr))
			return;
	must(alkaid_addr_is_v4(&key->saddr) && !alkaid_addr_v4(&key->saddr));
}

/* What acting on a verdict relies on. */
static void check_verdict(const struct alkaid_key *key, const struct alkaid_verdict *v)
{
	must(v->gen == world.gen);
	must(!v->tell || v->action == ALKAID_DO_DROP);
	must(!v->routed || v->action == ALKAID_DO_DROP || key->ttl > 1);
	must(!v->fragment || (key->l3 == ALKAID_L3_IP4 && !key->df && !key->gso));
	must(v->action == ALKAID_DO_DROP || (v->vpc && v->subnet && v->cfg));
	must(v->action == ALKAID_DO_DROP || !v->subnet || v->subnet->vpc == v->vpc);
	if (key->port && v->vpc)
		must(world_port_is_in(key->port, v->vpc));

	switch (v->action) {
	case ALKAID_DO_DROP:
		must(v->reason > ALKAID_DROP_NONE && v->reason < ALKAID_DROP_COUNT);
		break;
	case ALKAID_DO_DELIVER:
		must(v->port && v->port != key->port && world_port_is_in(v->port, v->vpc));
		break;
	case ALKAID_DO_ENCAP:
		must(key->port || v->relayed || v->redirected);
		must(v->redirected && !v->target ? world_is_steered(v) :
		     v->vtep && world_vtep_is_in(v->vtep, v->vpc, v->vni));
		must(!v->translated || (v->flow && key->l3 == ALKAID_L3_IP4));
		must(v->encap == ALKAID_ENCAP_VXLAN || v->encap == ALKAID_ENCAP_GENEVE);
		break;
	case ALKAID_DO_FLOOD:
		must(is_multicast_ether_addr(key->dmac));
		break;
	case ALKAID_DO_ARP_REPLY:
		must(key->l3 == ALKAID_L3_ARP && is_valid_ether_addr(v->smac));
		break;
	case ALKAID_DO_ND_REPLY:
		must(key->nd_type == NDISC_NEIGHBOUR_SOLICITATION && is_valid_ether_addr(v->smac));
		break;
	case ALKAID_DO_RA_REPLY:
		must(key->nd_type == NDISC_ROUTER_SOLICITATION && v->cfg->n_gateway_ips);
		break;
	case ALKAID_DO_ECHO_REPLY:
		must(key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6);
		must(key->frag == ALKAID_FRAG_NONE);
		break;
	}
}

/* A trace must say what the real frame meets. */
static void check_decision(const struct alkaid_key *key)
{
	struct alkaid_verdict v, traced;
	struct alkaid_steps *steps = calloc(1, sizeof(*steps));

	alkaid_decide(&world, key, &v, NULL);
	check_verdict(key, &v);
	check_source(key, &v);

	alkaid_steps_key.on = true;
	alkaid_decide(&world, key, &traced, steps);
	alkaid_steps_key.on = false;
	must(!memcmp(&v, &traced, sizeof(v)));
	must(steps->n > 0 && steps->n <= ALKAID_STEPS_MAX);
	free(steps);
}

/* Where an skb keeps its bytes changes nothing. */
static void check_frame(const struct input *in, const u8 *frame, size_t len)
{
	struct alkaid_key key, paged;
	enum alkaid_drop reason = parse(in, frame, len, len, &key);

	must(parse(in, frame, len, min(in->head, len), &paged) == reason);
	must(reason < ALKAID_DROP_COUNT);
	if (reason)
		return;
	must(!memcmp(&key, &paged, sizeof(key)));
	check_key(&key, len);
	world.fragment = in->flags & FLAG_FRAGMENT;
	world.role = in->flags & FLAG_GATEWAY ? ALKAID_ROLE_HOST | ALKAID_ROLE_GATEWAY :
		     ALKAID_ROLE_HOST;
	check_decision(&key);
}

/* The caller of the option walk has made sure that all options are there. */
static void check_geneve(const u8 *bytes, size_t len)
{
	const struct alkaid_geneve_hdr *hdr = (const void *)bytes;
	enum alkaid_drop reason;
	u8 *exact;

	if (len < sizeof(*hdr) || len < alkaid_geneve_hlen(hdr))
		return;
	exact = malloc(alkaid_geneve_hlen(hdr));
	memcpy(exact, bytes, alkaid_geneve_hlen(hdr));
	hdr = (const void *)exact;
	must(alkaid_geneve_vni(hdr) < 1 << 24);
	if (alkaid_geneve_is_valid(hdr)) {
		reason = alkaid_geneve_check_options(hdr);
		must(reason == ALKAID_DROP_NONE || reason == ALKAID_DROP_GENEVE_OPTION);
	}
	free(exact);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	struct input in;

	if (size < sizeof(in))
		return 0;
	memcpy(&in, bytes, sizeof(in));
	bytes += sizeof(in);
	size -= sizeof(in);
	if (in.door % DOORS == DOOR_GENEVE)
		check_geneve(bytes, size);
	else
		check_frame(&in, bytes, size);
	return 0;
}
