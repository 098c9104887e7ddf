// SPDX-License-Identifier: GPL-2.0
/* Flows, once more: how direct paths end. */
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "addr.h"
#include "flow.h"
#include "gateway.h"
#include "subnet.h"
#include "tables.h"
#include "vpc.h"
#include "vtep.h"

/* So many are ended or looked at before somebody else may have the lock. */
#define ALKAID_FLOW_CHUNK	128

/**
 * alkaid_flow_end_locked() - end a direct path
 * @t: tables, their direct paths locked
 * @flow: path that has not ended; packets that have found it may finish
 */
void alkaid_flow_end_locked(struct alkaid_tables *t, struct alkaid_flow *flow)
{
	int tie;

	lockdep_assert_held(&t->flows.lock);
	rhashtable_remove_fast(&t->flows.table, &flow->node,
			       alkaid_flow_params);
	list_del_init(&flow->lru);
	list_del(&flow->vpc_lru);
	hlist_del(&flow->turn);
	for (tie = 0; tie < ALKAID_FLOW_TIES; tie++)
		hlist_del_init_rcu(&flow->by[tie]);
	t->flows.n--;
	alkaid_flow_number(flow, -1);
	alkaid_vtep_put(t, flow->vtep);
	kfree_rcu(flow, rcu);
}

/**
 * alkaid_flow_end() - end a direct path, if it has not ended yet
 * @t: tables
 * @flow: path that was found in this RCU read side
 *
 * Context: RCU read side.
 * Return: whether it was there.
 */
bool alkaid_flow_end(struct alkaid_tables *t, struct alkaid_flow *flow)
{
	bool there;

	spin_lock_bh(&t->flows.lock);
	there = !list_empty(&flow->lru);
	if (there)
		alkaid_flow_end_locked(t, flow);
	spin_unlock_bh(&t->flows.lock);
	return there;
}

/* Let others have the lock now and then. */
static bool alkaid_flows_breathe(struct alkaid_flows *flows, unsigned int done)
{
	if (done % ALKAID_FLOW_CHUNK)
		return false;
	spin_unlock_bh(&flows->lock);
	cond_resched();
	spin_lock_bh(&flows->lock);
	return true;
}

static struct alkaid_flow *alkaid_flow_of_tie(struct hlist_node *node,
					      enum alkaid_flow_tie tie)
{
	return container_of(node - tie, struct alkaid_flow, by[0]);
}

/* All in a list of a tie, to which nobody adds any more. */
static void alkaid_flows_end_list(struct alkaid_tables *t,
				  struct hlist_head *head,
				  enum alkaid_flow_tie tie)
{
	unsigned int done = 0;

	if (hlist_empty(head))
		return;
	spin_lock_bh(&t->flows.lock);
	while (!hlist_empty(head)) {
		alkaid_flow_end_locked(t, alkaid_flow_of_tie(head->first, tie));
		alkaid_flows_breathe(&t->flows, ++done);
	}
	spin_unlock_bh(&t->flows.lock);
}

/**
 * alkaid_flows_end_vpc() - end the direct paths of a VPC
 * @t: tables
 * @vpc: VPC that has died; no reader of an older generation is left
 *
 * Context: may sleep.
 */
void alkaid_flows_end_vpc(struct alkaid_tables *t, struct alkaid_vpc *vpc)
{
	unsigned int done = 0;

	if (list_empty(&vpc->flows))
		return;
	spin_lock_bh(&t->flows.lock);
	while (!list_empty(&vpc->flows)) {
		alkaid_flow_end_locked(t, list_first_entry(&vpc->flows,
							   struct alkaid_flow,
							   vpc_lru));
		alkaid_flows_breathe(&t->flows, ++done);
	}
	spin_unlock_bh(&t->flows.lock);
}

/**
 * alkaid_flows_end_subnet() - end the direct paths of a subnet's senders
 * @t: tables
 * @subnet: subnet that has died; no reader of an older generation is left
 *
 * Context: may sleep.
 */
void alkaid_flows_end_subnet(struct alkaid_tables *t,
			     struct alkaid_subnet *subnet)
{
	alkaid_flows_end_list(t, &subnet->flows, ALKAID_FLOW_BY_SUBNET);
}

/**
 * alkaid_flows_end_gateway() - end the direct paths that a gateway taught last
 * @t: tables
 * @gateway: gateway that is no member of any visible revision of its group; no
 *	reader of an older generation is left
 *
 * Context: may sleep.
 */
void alkaid_flows_end_gateway(struct alkaid_tables *t,
			      struct alkaid_gateway *gateway)
{
	alkaid_flows_end_list(t, &gateway->flows, ALKAID_FLOW_BY_GATEWAY);
}

static __be32 alkaid_flow_addr(const struct alkaid_flow *flow,
			       enum alkaid_flow_tie tie)
{
	switch (tie) {
	case ALKAID_FLOW_BY_SRC:
		return flow->key.src;
	case ALKAID_FLOW_BY_DST:
		return flow->key.dst;
	default:
		return flow->instance;
	}
}

static void alkaid_flows_end_tied(struct alkaid_tables *t,
				  struct alkaid_vpc *vpc, __be32 addr,
				  enum alkaid_flow_tie tie)
{
	struct hlist_head *head = alkaid_flow_list(&t->flows, vpc, addr, tie);
	struct hlist_node *node, *next;
	unsigned int done = 0;

	spin_lock_bh(&t->flows.lock);
	for (node = head->first; node; node = next) {
		struct alkaid_flow *flow = alkaid_flow_of_tie(node, tie);

		next = node->next;
		if (flow->vpc != vpc || alkaid_flow_addr(flow, tie) != addr)
			continue;
		alkaid_flow_end_locked(t, flow);
		/* What was next may have gone meanwhile. */
		if (alkaid_flows_breathe(&t->flows, ++done))
			next = head->first;
	}
	spin_unlock_bh(&t->flows.lock);
}

/**
 * alkaid_flows_end_addr() - end the direct paths from and to an address
 * @t: tables
 * @vpc: VPC of the address
 * @addr: address that has got an endpoint, or has lost it; no reader of an older
 *	generation is left
 *
 * Context: may sleep.
 */
void alkaid_flows_end_addr(struct alkaid_tables *t, struct alkaid_vpc *vpc,
			   const struct in6_addr *addr)
{
	int tie;

	/* An endpoint is one of many, and few VPCs have direct paths. */
	if (likely(list_empty(&vpc->flows)) || !alkaid_addr_is_v4(addr))
		return;
	for (tie = 0; tie < ALKAID_FLOW_ADDR_TIES; tie++)
		alkaid_flows_end_tied(t, vpc, alkaid_addr_v4(addr), tie);
}

/**
 * alkaid_flows_purge() - end the direct paths that somebody picks
 * @t: tables
 * @match: whether it is to end; called in an RCU read side
 * @arg: for @match
 *
 * What is taught meanwhile may stay.
 *
 * Context: may sleep.
 * Return: how many have ended.
 */
u32 alkaid_flows_purge(struct alkaid_tables *t,
		       bool (*match)(const struct alkaid_flow *flow,
				     const void *arg),
		       const void *arg)
{
	struct rhashtable_iter iter;
	struct alkaid_flow *flow;
	unsigned int seen = 0;
	u32 ended = 0;

	rhashtable_walk_enter(&t->flows.table, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = rhashtable_walk_next(&iter))) {
		if (!(++seen % ALKAID_FLOW_CHUNK)) {
			/* Where an object was that is gone, a walk does not go on. */
			rhashtable_walk_stop(&iter);
			cond_resched();
			rhashtable_walk_start(&iter);
			flow = rhashtable_walk_peek(&iter);
		}
		/* A resize makes the walk begin again. */
		if (!IS_ERR_OR_NULL(flow) && match(flow, arg))
			ended += alkaid_flow_end(t, flow);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return ended;
}

/* Look at what is due in one second; what was used meanwhile goes on. */
static void alkaid_flows_turn(struct alkaid_tables *t, u32 now)
{
	struct alkaid_flows *flows = &t->flows;
	struct alkaid_flow *flow;
	unsigned int done = 0;

	hlist_move_list(&flows->wheel[flows->turned % ALKAID_FLOW_TURN],
			&flows->due);
	while (!hlist_empty(&flows->due)) {
		flow = hlist_entry(flows->due.first, struct alkaid_flow, turn);
		if (alkaid_flow_is_void(flow, now)) {
			alkaid_flow_end_locked(t, flow);
		} else {
			hlist_del(&flow->turn);
			alkaid_flow_arm(flows, flow, now);
		}
		alkaid_flows_breathe(flows, ++done);
	}
}

static void alkaid_flows_expire(struct work_struct *work)
{
	struct alkaid_tables *t =
		container_of(to_delayed_work(work), struct alkaid_tables,
			     flows.expire);
	struct alkaid_flows *flows = &t->flows;
	u32 now = alkaid_flow_now();
	bool again;

	spin_lock_bh(&flows->lock);
	/* The machine may have slept for more than a turn. */
	if (now - flows->turned > ALKAID_FLOW_TURN &&
	    (s32)(now - flows->turned) > 0)
		flows->turned = now - ALKAID_FLOW_TURN;
	while ((s32)(now - flows->turned) > 0) {
		flows->turned++;
		alkaid_flows_turn(t, now);
	}
	again = flows->n;
	spin_unlock_bh(&flows->lock);
	if (again)
		queue_delayed_work(system_unbound_wq, &flows->expire, HZ);
}

/**
 * alkaid_flows_init() - no direct paths
 * @t: tables
 *
 * Return: 0 or -ENOMEM; alkaid_flows_destroy() undoes it.
 */
int alkaid_flows_init(struct alkaid_tables *t)
{
	struct alkaid_flows *flows = &t->flows;
	int err = -ENOMEM;

	spin_lock_init(&flows->lock);
	INIT_LIST_HEAD(&flows->lru);
	INIT_HLIST_HEAD(&flows->due);
	INIT_DELAYED_WORK(&flows->expire, alkaid_flows_expire);
	flows->n = 0;
	flows->seed = get_random_u32();
	flows->by_addr = kvcalloc(ALKAID_FLOW_ADDR_TIES * ALKAID_FLOW_LISTS,
				  sizeof(*flows->by_addr), GFP_KERNEL_ACCOUNT);
	if (!flows->by_addr)
		return err;
	flows->wheel = kvcalloc(ALKAID_FLOW_TURN, sizeof(*flows->wheel),
				GFP_KERNEL_ACCOUNT);
	if (!flows->wheel)
		goto err_by_addr;
	err = rhashtable_init(&flows->table, &alkaid_flow_params);
	if (!err)
		return 0;
	kvfree(flows->wheel);
err_by_addr:
	kvfree(flows->by_addr);
	return err;
}

static bool alkaid_flow_any(const struct alkaid_flow *flow, const void *arg)
{
	return true;
}

/**
 * alkaid_flows_destroy() - free all direct paths
 * @t: tables that nobody reads or changes any more
 *
 * Context: may sleep.
 */
void alkaid_flows_destroy(struct alkaid_tables *t)
{
	struct alkaid_flows *flows = &t->flows;

	alkaid_flows_purge(t, alkaid_flow_any, NULL);
	/* It does not begin again when there are none. */
	cancel_delayed_work_sync(&flows->expire);
	rhashtable_destroy(&flows->table);
	kvfree(flows->wheel);
	kvfree(flows->by_addr);
}
