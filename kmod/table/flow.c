// SPDX-License-Identifier: GPL-2.0
/* Flows: direct paths past the gateway, as OAM datagrams teach them. */
#include <linux/etherdevice.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "addr.h"
#include "flow.h"
#include "gateway.h"
#include "hash.h"
#include "subnet.h"
#include "tables.h"
#include "vpc.h"
#include "vtep.h"

/* How many misplaced ones are put in their place before a quota is a refusal. */
#define ALKAID_FLOW_EVICT_TRIES	16

unsigned int alkaid_flows_max = ALKAID_FLOWS_MAX;
module_param_named(flows, alkaid_flows_max, uint, 0644);
MODULE_PARM_DESC(flows, "most direct paths of a device");

unsigned int alkaid_flows_max_vpc = ALKAID_VPC_FLOWS_MAX;
module_param_named(vpc_flows, alkaid_flows_max_vpc, uint, 0644);
MODULE_PARM_DESC(vpc_flows, "most direct paths of a VPC");

/* A key is a number and two words, each of which is taken at once. */
#define ALKAID_FLOW_ADDRESSES	offsetof(struct alkaid_flow_key, src)
#define ALKAID_FLOW_PORTS	offsetof(struct alkaid_flow_key, sport)

static __always_inline u64 alkaid_flow_word(const struct alkaid_flow_key *key,
					    size_t offset)
{
	BUILD_BUG_ON(ALKAID_FLOW_PORTS - ALKAID_FLOW_ADDRESSES != sizeof(u64));
	BUILD_BUG_ON(sizeof(*key) - ALKAID_FLOW_PORTS != sizeof(u64));
	return get_unaligned((const u64 *)((const u8 *)key + offset));
}

static u32 alkaid_flow_hash(const void *data, u32 len, u32 seed)
{
	const struct alkaid_flow_key *key = data;

	return alkaid_hash_long(key->id, seed,
				alkaid_flow_word(key, ALKAID_FLOW_ADDRESSES),
				alkaid_flow_word(key, ALKAID_FLOW_PORTS));
}

static int alkaid_flow_compare(struct rhashtable_compare_arg *arg,
			       const void *obj)
{
	const struct alkaid_flow_key *a = &((const struct alkaid_flow *)obj)->key;
	const struct alkaid_flow_key *b = arg->key;

	return alkaid_flow_word(a, ALKAID_FLOW_PORTS) !=
	       alkaid_flow_word(b, ALKAID_FLOW_PORTS) ||
	       alkaid_flow_word(a, ALKAID_FLOW_ADDRESSES) !=
	       alkaid_flow_word(b, ALKAID_FLOW_ADDRESSES) || a->id != b->id;
}

const struct rhashtable_params alkaid_flow_params = {
	.key_offset = offsetof(struct alkaid_flow, key),
	.key_len = sizeof(struct alkaid_flow_key),
	.head_offset = offsetof(struct alkaid_flow, node),
	.hashfn = alkaid_flow_hash,
	.obj_cmpfn = alkaid_flow_compare,
	.automatic_shrinking = true,
};

/**
 * alkaid_flow_now() - the clock of direct paths, in seconds
 */
u32 alkaid_flow_now(void)
{
	return ktime_get_seconds();
}

/* What @kind looks at in @packet. */
static struct alkaid_flow_key
alkaid_flow_narrow(const struct alkaid_vpc *vpc,
		   const struct alkaid_flow_key *packet,
		   enum alkaid_flow_kind kind)
{
	struct alkaid_flow_key key = *packet;

	switch (kind) {
	case ALKAID_FLOW_SPORT:
		key.dport = 0;
		break;
	case ALKAID_FLOW_DPORT:
		key.sport = 0;
		break;
	case ALKAID_FLOW_ADDRS:
		key.sport = 0;
		key.dport = 0;
		break;
	case ALKAID_FLOW_DESTINATION:
		key = (struct alkaid_flow_key) {
			.id = vpc->id,
			.dst = packet->dst,
			.destination = true,
		};
		break;
	default:
		break;
	}
	return key;
}

/* The one with a key. A VNI or an id may have been another VPC's a moment ago. */
static __always_inline struct alkaid_flow *
alkaid_flow_get(struct alkaid_tables *t, const struct alkaid_vpc *vpc,
		const struct alkaid_flow_key *key)
{
	struct alkaid_flow *flow = rhashtable_lookup(&t->flows.table, key,
						     alkaid_flow_params);

	return flow && flow->vpc == vpc ? flow : NULL;
}

/* The one of a kind. */
static struct alkaid_flow *__flatten
alkaid_flow_find(struct alkaid_tables *t, const struct alkaid_vpc *vpc,
		 const struct alkaid_flow_key *packet,
		 enum alkaid_flow_kind kind)
{
	struct alkaid_flow_key key;

	if (kind < ALKAID_FLOW_ADDRS && !packet->sport && !packet->dport)
		return NULL;
	key = alkaid_flow_narrow(vpc, packet, kind);
	return alkaid_flow_get(t, vpc, &key);
}

/**
 * alkaid_flow_is_void() - whether no packet takes a direct path any more
 * @flow: path
 * @now: alkaid_flow_now()
 *
 * It was idle too long, or its node could not be reached since it was taught.
 *
 * Context: RCU read side.
 */
bool alkaid_flow_is_void(const struct alkaid_flow *flow, u32 now)
{
	/* A second may have begun, and a packet come, since @now was read. */
	s32 idle = now - READ_ONCE(flow->used);

	return idle >= READ_ONCE(flow->timeout) ||
	       READ_ONCE(flow->epoch) != READ_ONCE(flow->vtep->epoch);
}

/* Whether packets on their way to a group take a direct path, if there is one. */
static bool alkaid_flow_takes(const struct alkaid_flow *flow,
			      const struct alkaid_group *group, bool *kept)
{
	u32 now;

	if (!flow || flow->group != group)
		return false;
	now = alkaid_flow_now();
	*kept = READ_ONCE(flow->used) == now;
	return !alkaid_flow_is_void(flow, now);
}

static noinline struct alkaid_flow *
alkaid_flow_match_kinds(struct alkaid_tables *t, const struct alkaid_vpc *vpc,
			const struct alkaid_group *group,
			const struct alkaid_flow_key *packet,
			unsigned long kinds, bool *kept)
{
	struct alkaid_flow *flow;

	for (; kinds; kinds &= kinds - 1) {
		flow = alkaid_flow_find(t, vpc, packet, __ffs(kinds));
		if (alkaid_flow_takes(flow, group, kept))
			return flow;
	}
	return NULL;
}

/**
 * alkaid_flow_match() - the direct path that a packet takes
 * @t: tables
 * @vpc: VPC of its sender
 * @group: gateway group that it would be steered to
 * @packet: an exact key; of a part of a datagram, and of a protocol without
 *	ports, with zero ports
 * @kept: whether the path has noted that in this second; if not, whoever sends the
 *	packet tells alkaid_flow_touch(). Of no path it says nothing
 *
 * Context: RCU read side.
 * Return: NULL if there is none, or it was idle too long, or its node could not
 * be reached, or another group has taught it.
 */
struct alkaid_flow *alkaid_flow_match(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_group *group,
				      const struct alkaid_flow_key *packet,
				      bool *kept)
{
	unsigned long kinds = READ_ONCE(vpc->flow_kinds);
	struct alkaid_flow *flow;

	/* Of these are nearly all, and the packet's key is theirs as it is. */
	if (kinds & BIT(ALKAID_FLOW_EXACT) && packet->sport && packet->dport) {
		flow = alkaid_flow_get(t, vpc, packet);
		if (likely(alkaid_flow_takes(flow, group, kept)))
			return flow;
		kinds &= ~BIT(ALKAID_FLOW_EXACT);
	}
	return kinds ? alkaid_flow_match_kinds(t, vpc, group, packet, kinds,
					       kept) : NULL;
}

/**
 * alkaid_flow_cover() - the direct path that is for a key
 * @t: tables
 * @vpc: its VPC
 * @key: key; ports that are zero are any
 *
 * That is the one with the very key; else the one that its packets would take.
 *
 * Context: RCU read side.
 * Return: NULL if there is none.
 */
struct alkaid_flow *alkaid_flow_cover(struct alkaid_tables *t,
				      const struct alkaid_vpc *vpc,
				      const struct alkaid_flow_key *key)
{
	/* A key is its own narrowing to its kind, which comes before wider ones. */
	unsigned long kinds = READ_ONCE(vpc->flow_kinds) &
			      -BIT(alkaid_flow_kind(key));
	struct alkaid_flow *flow = NULL;

	for (; !flow && kinds; kinds &= kinds - 1)
		flow = alkaid_flow_find(t, vpc, key, __ffs(kinds));
	return flow;
}

static void alkaid_flow_place(struct alkaid_flows *flows,
			      struct alkaid_flow *flow)
{
	flow->placed = READ_ONCE(flow->used);
	list_move_tail(&flow->lru, &flows->lru);
	list_move_tail(&flow->vpc_lru, &flow->vpc->flows);
}

/**
 * alkaid_flow_touch() - a packet takes a direct path, the first one in a second
 * @t: tables
 * @flow: the path
 *
 * It is put in its place among the others, unless these are being changed:
 * alkaid_flow_evict() looks again.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_flow_touch(struct alkaid_tables *t, struct alkaid_flow *flow)
{
	u32 now = alkaid_flow_now();

	if (READ_ONCE(flow->used) == now)
		return;
	WRITE_ONCE(flow->used, now);
	if (!spin_trylock(&t->flows.lock))
		return;
	if (!list_empty(&flow->lru))
		alkaid_flow_place(&t->flows, flow);
	spin_unlock(&t->flows.lock);
}

/**
 * alkaid_flow_list() - the list of an address, and of others with its hash
 * @flows: direct paths
 * @vpc: VPC of the address
 * @addr: address
 * @tie: one of those to an endpoint
 */
struct hlist_head *alkaid_flow_list(struct alkaid_flows *flows,
				    const struct alkaid_vpc *vpc, __be32 addr,
				    enum alkaid_flow_tie tie)
{
	u32 hash = jhash_2words(vpc->id, (__force u32)addr, flows->seed);

	return &flows->by_addr[tie * ALKAID_FLOW_LISTS +
			       hash % ALKAID_FLOW_LISTS];
}

/**
 * alkaid_flow_arm() - set when a direct path is to be looked at
 * @flows: direct paths, locked
 * @flow: one that is not armed
 * @now: alkaid_flow_now()
 *
 * That is when it would end; what is used meanwhile is armed once more then. So
 * is what takes longer than a turn of the wheel.
 */
void alkaid_flow_arm(struct alkaid_flows *flows, struct alkaid_flow *flow,
		     u32 now)
{
	s32 left = READ_ONCE(flow->used) + flow->timeout - now;

	left = clamp(left, 1, ALKAID_FLOW_TURN - 1);
	hlist_add_head(&flow->turn,
		       &flows->wheel[(now + left) % ALKAID_FLOW_TURN]);
}

/**
 * alkaid_flow_number() - one more, or one less of a kind
 * @flow: direct path that begins or ends, the direct paths being locked
 * @by: 1 or -1
 */
void alkaid_flow_number(const struct alkaid_flow *flow, int by)
{
	enum alkaid_flow_kind kind = alkaid_flow_kind(&flow->key);
	struct alkaid_vpc *vpc = flow->vpc;
	unsigned long kinds = vpc->flow_kinds & ~BIT(kind);

	vpc->n_flows[kind] += by;
	if (vpc->n_flows[kind])
		kinds |= BIT(kind);
	if (kinds != vpc->flow_kinds)
		WRITE_ONCE(vpc->flow_kinds, kinds);
}

static u32 alkaid_flow_count(const struct alkaid_vpc *vpc)
{
	u32 sum = 0;
	int kind;

	for (kind = 0; kind < ALKAID_FLOW_KINDS; kind++)
		sum += vpc->n_flows[kind];
	return sum;
}

/*
 * Make room: what was idle longest goes. @flow says who comes first, as its
 * place may be one of a second ago.
 */
static int alkaid_flow_evict(struct alkaid_tables *t, struct alkaid_vpc *vpc)
{
	u32 now = alkaid_flow_now();
	struct alkaid_flow *flow;
	int tries;

	for (tries = 0; tries < ALKAID_FLOW_EVICT_TRIES; tries++) {
		flow = vpc ? list_first_entry_or_null(&vpc->flows,
						      struct alkaid_flow,
						      vpc_lru) :
			     list_first_entry_or_null(&t->flows.lru,
						      struct alkaid_flow, lru);
		if (!flow)
			break;
		if (READ_ONCE(flow->used) != flow->placed) {
			alkaid_flow_place(&t->flows, flow);
			continue;
		}
		if (flow->used == now)
			break;
		alkaid_flow_end_locked(t, flow);
		return 0;
	}
	return -ENOSPC;
}

static int alkaid_flow_room(struct alkaid_tables *t, struct alkaid_vpc *vpc)
{
	int err = 0;

	if (alkaid_flow_count(vpc) >= READ_ONCE(alkaid_flows_max_vpc))
		err = alkaid_flow_evict(t, vpc);
	if (!err && t->flows.n >= READ_ONCE(alkaid_flows_max))
		err = alkaid_flow_evict(t, NULL);
	return err;
}

static bool alkaid_flow_is_same(const struct alkaid_flow *flow,
				const struct alkaid_vpc *vpc,
				const struct alkaid_flow_cfg *cfg)
{
	return flow->vpc == vpc && flow->group == cfg->group &&
	       flow->instance == cfg->instance &&
	       ether_addr_equal(flow->mac, cfg->mac) &&
	       alkaid_addr_v4(&flow->vtep->addr) == cfg->node;
}

static void alkaid_flow_tie(struct alkaid_flow *flow, enum alkaid_flow_tie tie,
			    struct hlist_head *head)
{
	/* Some look through the lists of destinations, where it stays. */
	hlist_del_init_rcu(&flow->by[tie]);
	hlist_add_head_rcu(&flow->by[tie], head);
}

/* Taught again: it begins to be idle anew. */
static void alkaid_flow_refresh(struct alkaid_flows *flows,
				struct alkaid_flow *flow,
				const struct alkaid_flow_cfg *cfg)
{
	u32 now = alkaid_flow_now();

	WRITE_ONCE(flow->used, now);
	WRITE_ONCE(flow->epoch, READ_ONCE(flow->vtep->epoch));
	if (flow->timeout != cfg->timeout) {
		WRITE_ONCE(flow->timeout, cfg->timeout);
		hlist_del(&flow->turn);
		alkaid_flow_arm(flows, flow, now);
	}
	alkaid_flow_place(flows, flow);
	alkaid_flow_tie(flow, ALKAID_FLOW_BY_SUBNET, &cfg->subnet->flows);
	alkaid_flow_tie(flow, ALKAID_FLOW_BY_GATEWAY, &cfg->gateway->flows);
}

static struct alkaid_flow *alkaid_flow_alloc(struct alkaid_tables *t,
					     struct alkaid_vpc *vpc,
					     const struct alkaid_flow_cfg *cfg)
{
	const struct in6_addr node = alkaid_addr_from_v4(cfg->node);
	struct alkaid_flow *flow = kzalloc(sizeof(*flow),
					   GFP_ATOMIC | __GFP_NOWARN);

	if (!flow)
		return NULL;
	flow->vtep = alkaid_vtep_get_atomic(t, &node);
	if (!flow->vtep) {
		kfree(flow);
		return NULL;
	}
	flow->key = cfg->key;
	flow->instance = cfg->instance;
	ether_addr_copy(flow->mac, cfg->mac);
	flow->timeout = cfg->timeout;
	flow->epoch = READ_ONCE(flow->vtep->epoch);
	flow->used = alkaid_flow_now();
	flow->placed = flow->used;
	flow->vpc = vpc;
	flow->group = cfg->group;
	return flow;
}

static void alkaid_flow_link(struct alkaid_flows *flows,
			     struct alkaid_flow *flow,
			     const struct alkaid_flow_cfg *cfg)
{
	struct alkaid_vpc *vpc = flow->vpc;

	flow->serial = ++flows->serials;
	list_add_tail(&flow->lru, &flows->lru);
	list_add_tail(&flow->vpc_lru, &vpc->flows);
	if (!flow->key.destination)
		alkaid_flow_tie(flow, ALKAID_FLOW_BY_SRC,
				alkaid_flow_list(flows, vpc, flow->key.src,
						 ALKAID_FLOW_BY_SRC));
	alkaid_flow_tie(flow, ALKAID_FLOW_BY_DST,
			alkaid_flow_list(flows, vpc, flow->key.dst,
					 ALKAID_FLOW_BY_DST));
	if (flow->instance != flow->key.dst)
		alkaid_flow_tie(flow, ALKAID_FLOW_BY_INSTANCE,
				alkaid_flow_list(flows, vpc, flow->instance,
						 ALKAID_FLOW_BY_INSTANCE));
	alkaid_flow_tie(flow, ALKAID_FLOW_BY_SUBNET, &cfg->subnet->flows);
	alkaid_flow_tie(flow, ALKAID_FLOW_BY_GATEWAY, &cfg->gateway->flows);
	if (!flows->n++)
		flows->turned = flow->used;
	alkaid_flow_number(flow, 1);
	alkaid_flow_arm(flows, flow, flow->used);
}

static int alkaid_flow_add(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			   const struct alkaid_flow_cfg *cfg)
{
	struct alkaid_flow *flow;
	int err;

	err = alkaid_flow_room(t, vpc);
	if (err)
		return err;
	flow = alkaid_flow_alloc(t, vpc, cfg);
	if (!flow)
		return -ENOMEM;
	if (rhashtable_insert_fast(&t->flows.table, &flow->node,
				   alkaid_flow_params)) {
		alkaid_vtep_put(t, flow->vtep);
		kfree(flow);
		return -ENOMEM;
	}
	alkaid_flow_link(&t->flows, flow, cfg);
	queue_delayed_work(system_unbound_wq, &t->flows.expire, HZ);
	return 0;
}

/**
 * alkaid_flow_inject() - teach a direct path, or teach it again
 * @t: tables
 * @vpc: its VPC
 * @cfg: what it is to be
 *
 * One that leads elsewhere is replaced; for a moment packets may find neither,
 * and go to the gateway.
 *
 * Context: BH disabled, and the RCU read side in which @cfg was looked up.
 * Return: 0; -ENOSPC if a quota is used up and nothing was idle for a second;
 * -ENOMEM.
 */
int alkaid_flow_inject(struct alkaid_tables *t, struct alkaid_vpc *vpc,
		       const struct alkaid_flow_cfg *cfg)
{
	struct alkaid_flow *flow;
	int err = 0;

	spin_lock(&t->flows.lock);
	flow = rhashtable_lookup(&t->flows.table, &cfg->key,
				 alkaid_flow_params);
	if (flow && alkaid_flow_is_same(flow, vpc, cfg)) {
		alkaid_flow_refresh(&t->flows, flow, cfg);
	} else {
		if (flow)
			alkaid_flow_end_locked(t, flow);
		err = alkaid_flow_add(t, vpc, cfg);
	}
	spin_unlock(&t->flows.lock);
	return err;
}
