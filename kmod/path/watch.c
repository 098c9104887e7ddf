// SPDX-License-Identifier: GPL-2.0
/* Watches: who wants to be told what becomes of which frames. */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "../device.h"
#include "../table/port.h"
#include "../table/vpc.h"
#include "watch.h"

static bool alkaid_watch_wants_ports(const struct alkaid_watch_cfg *cfg,
				     const struct alkaid_key *key)
{
	if (cfg->sport == ALKAID_WATCH_ANY && cfg->dport == ALKAID_WATCH_ANY)
		return true;
	if (key->frag == ALKAID_FRAG_LATER ||
	    (key->proto != IPPROTO_TCP && key->proto != IPPROTO_UDP))
		return false;
	return (cfg->sport == ALKAID_WATCH_ANY ||
		cfg->sport == ntohs(key->sport)) &&
	       (cfg->dport == ALKAID_WATCH_ANY ||
		cfg->dport == ntohs(key->dport));
}

/* A solicitation is sent to a group, but is about its target. */
static bool alkaid_watch_wants_dst(const struct alkaid_watch_cfg *cfg,
				   const struct alkaid_key *key)
{
	return !cfg->has_dst ||
	       alkaid_prefix_contains(&cfg->dst, &key->daddr) ||
	       (key->nd_type &&
		alkaid_prefix_contains(&cfg->dst, &key->nd_target));
}

/* As far as the frame itself tells. */
static bool alkaid_watch_wants_key(const struct alkaid_watch *watch,
				   const struct alkaid_key *key)
{
	const struct alkaid_watch_cfg *cfg = &watch->cfg;

	if (READ_ONCE(watch->done))
		return false;
	if (cfg->proto != ALKAID_WATCH_ANY &&
	    (cfg->proto != key->proto ||
	     (key->l3 != ALKAID_L3_IP4 && key->l3 != ALKAID_L3_IP6)))
		return false;
	return (!cfg->has_src ||
		alkaid_prefix_contains(&cfg->src, &key->saddr)) &&
	       alkaid_watch_wants_dst(cfg, key) &&
	       alkaid_watch_wants_ports(cfg, key);
}

static bool alkaid_watch_port_is(u32 ifindex, const struct alkaid_port *port)
{
	return port && port->dev->ifindex == ifindex;
}

static bool alkaid_watch_wants(const struct alkaid_watch *watch,
			       const struct alkaid_trace *trace)
{
	const struct alkaid_watch_cfg *cfg = &watch->cfg;
	const struct alkaid_verdict *v = &trace->verdict;

	if (cfg->port && !alkaid_watch_port_is(cfg->port, trace->key.port) &&
	    !alkaid_watch_port_is(cfg->port, v->port))
		return false;
	if (cfg->vpc && !(v->vpc && v->vpc->id == cfg->vpc))
		return false;
	return alkaid_watch_wants_key(watch, &trace->key);
}

static void alkaid_watch_finish(struct alkaid_watches *watches,
				struct alkaid_watch *watch)
{
	WRITE_ONCE(watch->done, true);
	schedule_work(&watches->reap);
}

/* No more than @count are under way: what fails gives back its turn. */
static void alkaid_watch_send(struct alkaid_watches *watches,
			      struct alkaid_watch *watch,
			      const struct alkaid_trace *trace)
{
	u32 lost, count = watch->cfg.count;
	int err;

	if (count && !atomic_add_unless(&watch->begun, 1, count))
		return;
	lost = atomic_xchg(&watch->lost, 0);
	err = watch->cfg.record(watch, trace, lost);
	if (!err) {
		if (count && atomic_inc_return(&watch->sent) == count)
			alkaid_watch_finish(watches, watch);
		return;
	}
	atomic_add(lost + 1, &watch->lost);
	atomic_dec(&watch->begun);
	if (err == -ECONNREFUSED)
		alkaid_watch_finish(watches, watch);
}

/**
 * alkaid_watch_begin() - a frame is about to be decided on
 * @ad: device
 * @key: as far as the parser came
 * @skb: frame, skb->data at its Ethernet header; not changed
 *
 * Context: BH disabled, the RCU read side of the decision.
 * Return: what to note the decision in, to be given to alkaid_watch_end(); or
 * NULL if nobody watches such frames.
 */
struct alkaid_trace *alkaid_watch_begin(struct alkaid_dev *ad,
					const struct alkaid_key *key,
					const struct sk_buff *skb)
{
	struct alkaid_trace *trace = NULL;
	struct alkaid_watch *watch;
	int i;

	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = rcu_dereference(ad->watches.slots[i]);
		if (!watch || !alkaid_watch_wants_key(watch, key))
			continue;
		if (!trace)
			trace = kzalloc(sizeof(*trace),
					GFP_ATOMIC | __GFP_NOWARN);
		if (!trace)
			atomic_inc(&watch->lost);
	}
	if (!trace)
		return NULL;
	trace->ad = ad;
	trace->key = *key;
	trace->len = skb->len;
	trace->n_head = min_t(u32, skb->len, ALKAID_TRACE_HEAD);
	skb_copy_bits(skb, 0, trace->head, trace->n_head);
	return trace;
}

/**
 * alkaid_watch_end() - a frame has met its end
 * @trace: of the frame; freed
 *
 * Context: BH disabled, the RCU read side of the decision.
 */
void alkaid_watch_end(struct alkaid_trace *trace)
{
	struct alkaid_watches *watches = &trace->ad->watches;
	struct alkaid_watch *watch;
	int i;

	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = rcu_dereference(watches->slots[i]);
		if (watch && alkaid_watch_wants(watch, trace))
			alkaid_watch_send(watches, watch, trace);
	}
	kfree(trace);
}

static struct alkaid_watch *alkaid_watch_at(struct alkaid_watches *watches,
					    int i)
{
	return rcu_dereference_protected(watches->slots[i],
					 lockdep_is_held(&watches->lock));
}

static void alkaid_watch_remove(struct alkaid_watches *watches, int i)
{
	struct alkaid_watch *watch = alkaid_watch_at(watches, i);

	RCU_INIT_POINTER(watches->slots[i], NULL);
	static_branch_dec(&alkaid_steps_key);
	kfree_rcu(watch, rcu);
}

static void alkaid_watches_reap(struct alkaid_watches *watches)
{
	struct alkaid_watch *watch;
	int i;

	lockdep_assert_held(&watches->lock);
	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = alkaid_watch_at(watches, i);
		if (watch && READ_ONCE(watch->done))
			alkaid_watch_remove(watches, i);
	}
}

static void alkaid_watches_reap_work(struct work_struct *work)
{
	struct alkaid_watches *watches =
		container_of(work, struct alkaid_watches, reap);

	mutex_lock(&watches->lock);
	alkaid_watches_reap(watches);
	mutex_unlock(&watches->lock);
}

/**
 * alkaid_watches_init() - nobody watches
 * @watches: of a new device
 */
void alkaid_watches_init(struct alkaid_watches *watches)
{
	mutex_init(&watches->lock);
	INIT_WORK(&watches->reap, alkaid_watches_reap_work);
}

/**
 * alkaid_watches_kill() - nobody watches any more
 * @watches: of a device that no frame enters any more
 *
 * Context: may sleep.
 */
void alkaid_watches_kill(struct alkaid_watches *watches)
{
	int i;

	mutex_lock(&watches->lock);
	watches->dead = true;
	for (i = 0; i < ALKAID_WATCHES_MAX; i++)
		if (alkaid_watch_at(watches, i))
			alkaid_watch_remove(watches, i);
	mutex_unlock(&watches->lock);
	cancel_work_sync(&watches->reap);
}

/* Return: a free slot, or a negative errno. */
static int alkaid_watch_slot(struct alkaid_watches *watches, u32 portid,
			     struct netlink_ext_ack *extack)
{
	struct alkaid_watch *watch;
	int i, free = -EBUSY;

	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = alkaid_watch_at(watches, i);
		if (!watch) {
			free = i;
		} else if (watch->cfg.portid == portid) {
			NL_SET_ERR_MSG(extack,
				       "this socket has a live trace already");
			return -EEXIST;
		}
	}
	if (free < 0)
		NL_SET_ERR_MSG(extack,
			       "the device has 8 live traces already");
	return free;
}

static int alkaid_watch_insert(struct alkaid_watches *watches,
			       struct alkaid_watch *watch,
			       struct netlink_ext_ack *extack)
{
	int slot;

	lockdep_assert_held(&watches->lock);
	if (watches->dead) {
		NL_SET_ERR_MSG(extack, "device is being deleted");
		return -ENODEV;
	}
	alkaid_watches_reap(watches);
	slot = alkaid_watch_slot(watches, watch->cfg.portid, extack);
	if (slot < 0)
		return slot;
	static_branch_inc(&alkaid_steps_key);
	rcu_assign_pointer(watches->slots[slot], watch);
	return 0;
}

/**
 * alkaid_watch_add() - from now on somebody watches
 * @watches: of a device
 * @cfg: who, and what
 * @extack: reason of a refusal
 *
 * Context: may sleep.
 * Return: 0, -EEXIST, -EBUSY, -ENODEV or -ENOMEM.
 */
int alkaid_watch_add(struct alkaid_watches *watches,
		     const struct alkaid_watch_cfg *cfg,
		     struct netlink_ext_ack *extack)
{
	struct alkaid_watch *watch;
	int err;

	watch = kzalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	if (!watch)
		return -ENOMEM;
	watch->cfg = *cfg;
	mutex_lock(&watches->lock);
	err = alkaid_watch_insert(watches, watch, extack);
	mutex_unlock(&watches->lock);
	if (err)
		kfree(watch);
	return err;
}

/**
 * alkaid_watch_del() - a watcher is gone
 * @watches: of a device
 * @portid: its socket
 *
 * Context: may sleep.
 */
void alkaid_watch_del(struct alkaid_watches *watches, u32 portid)
{
	struct alkaid_watch *watch;
	int i;

	mutex_lock(&watches->lock);
	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = alkaid_watch_at(watches, i);
		if (watch && watch->cfg.portid == portid)
			alkaid_watch_remove(watches, i);
	}
	mutex_unlock(&watches->lock);
}

/**
 * alkaid_watch_exists() - whether a socket watches
 * @watches: of a device
 * @portid: the socket
 *
 * Context: RCU read side.
 */
bool alkaid_watch_exists(const struct alkaid_watches *watches, u32 portid)
{
	const struct alkaid_watch *watch;
	int i;

	for (i = 0; i < ALKAID_WATCHES_MAX; i++) {
		watch = rcu_dereference(watches->slots[i]);
		if (watch && watch->cfg.portid == portid)
			return true;
	}
	return false;
}
