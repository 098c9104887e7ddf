/* SPDX-License-Identifier: GPL-2.0 */
/* Watches: who wants to be told what becomes of which frames. */
#ifndef _ALKAID_PATH_WATCH_H
#define _ALKAID_PATH_WATCH_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "key.h"
#include "steps.h"
#include "verdict.h"

struct alkaid_dev;
struct netlink_ext_ack;
struct sk_buff;

#define ALKAID_WATCHES_MAX	8

/* What a record shows of a frame: all headers, with some options. */
#define ALKAID_TRACE_HEAD	128

/**
 * struct alkaid_trace - what became, or would become, of one frame
 * @ad: device
 * @key: of the frame
 * @verdict: of the frame; all zero if it was dropped before the decision
 * @dropped: why it was dropped in the end, whatever the verdict
 * @steps: of the decision
 * @len: of the frame in bytes
 * @n_head: how many of @head count
 * @head: the frame's first bytes, before it was changed
 *
 * Pointers are valid in the RCU read side of the decision.
 */
struct alkaid_trace {
	struct alkaid_dev *ad;
	struct alkaid_key key;
	struct alkaid_verdict verdict;
	enum alkaid_drop dropped;
	struct alkaid_steps steps;
	u32 len;
	u32 n_head;
	u8 head[ALKAID_TRACE_HEAD];
};

/* A value that a watch does not care about. */
#define ALKAID_WATCH_ANY	(-1)

struct alkaid_watch;

/**
 * typedef alkaid_watch_record_t - tell a watcher of a frame
 * @watch: watch that the frame matches
 * @trace: of the frame
 * @lost: records that could not be sent before
 *
 * Context: BH disabled, the RCU read side of the decision.
 * Return: 0; -EAGAIN, and it is lost; or -ECONNREFUSED, and the watcher is gone.
 */
typedef int (*alkaid_watch_record_t)(const struct alkaid_watch *watch,
				     const struct alkaid_trace *trace,
				     u32 lost);

/**
 * struct alkaid_watch_cfg - what a watcher asks for
 * @portid: netlink socket of the watcher
 * @record: tells it
 * @port: number of the netdev that a frame comes from or goes to, or 0
 * @vpc: id, or 0
 * @has_src: @src counts
 * @has_dst: @dst counts
 * @src: prefix of the source
 * @dst: prefix of the destination
 * @proto: IANA number, or ALKAID_WATCH_ANY
 * @sport: TCP or UDP, host byte order, or ALKAID_WATCH_ANY
 * @dport: TCP or UDP, host byte order, or ALKAID_WATCH_ANY
 * @count: records to send, or 0 for no end
 */
struct alkaid_watch_cfg {
	u32 portid;
	alkaid_watch_record_t record;
	u32 port;
	u32 vpc;
	bool has_src;
	bool has_dst;
	struct alkaid_prefix src;
	struct alkaid_prefix dst;
	int proto;
	int sport;
	int dport;
	u32 count;
};

/**
 * struct alkaid_watch - a watcher
 * @cfg: what it asked for
 * @begun: records that are sent or about to be
 * @sent: records that were sent
 * @lost: records that could not be, and that it was not yet told of
 * @done: it had all its records, or is gone
 * @rcu: for its end
 */
struct alkaid_watch {
	struct alkaid_watch_cfg cfg;
	atomic_t begun;
	atomic_t sent;
	atomic_t lost;
	bool done;
	struct rcu_head rcu;
};

/**
 * struct alkaid_watches - the watchers of a device
 * @slots: they; read under RCU, changed under @lock
 * @lock: serializes changes; taken last
 * @dead: the device is being deleted; no change any more
 * @reap: takes away those that are done
 */
struct alkaid_watches {
	struct alkaid_watch __rcu *slots[ALKAID_WATCHES_MAX];
	struct mutex lock;	/* see above */
	bool dead;
	struct work_struct reap;
};

void alkaid_watches_init(struct alkaid_watches *watches);
void alkaid_watches_kill(struct alkaid_watches *watches);

int alkaid_watch_add(struct alkaid_watches *watches,
		     const struct alkaid_watch_cfg *cfg,
		     struct netlink_ext_ack *extack);
void alkaid_watch_del(struct alkaid_watches *watches, u32 portid);
bool alkaid_watch_exists(const struct alkaid_watches *watches, u32 portid);

struct alkaid_trace *alkaid_watch_begin(struct alkaid_dev *ad,
					const struct alkaid_key *key,
					const struct sk_buff *skb);
void alkaid_watch_end(struct alkaid_trace *trace);

#endif /* _ALKAID_PATH_WATCH_H */
