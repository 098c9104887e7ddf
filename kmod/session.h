/* SPDX-License-Identifier: GPL-2.0 */
/* BFD sessions: one for each neighbor of a device, with its timers. */
#ifndef _ALKAID_SESSION_H
#define _ALKAID_SESSION_H

#include <linux/hrtimer.h>
#include <linux/in6.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "path/bfd_state.h"

struct alkaid_dev;
struct sk_buff;
struct sock;

/* Most passive sessions of a device, and neighbors that wait for one to be made. */
#define ALKAID_SESSION_PASSIVE_MAX	4096
#define ALKAID_SESSION_ASKS		64

/* A passive session that was not Up for so long is over. */
#define ALKAID_SESSION_IDLE	(60 * HZ)

/**
 * struct alkaid_bfd - a BFD session
 * @ad: its device
 * @addr: the neighbor; gateways of several groups may have the address
 * @sport: UDP source port, host byte order
 * @id: number that no other session of this machine has
 * @node: in alkaid_dev.bfd_sessions
 * @ending: in a list of those that are to be destroyed
 * @wanted_interval: what the groups ask for in this pass, microseconds; 0: nobody
 *	asks for it
 * @wanted_mult: multiplier of the group that asks for that interval
 * @lock: protects what follows
 * @vars: state variables
 * @alive: what its gateways are told
 * @judged: there was reason to tell them; before that they have the benefit of
 *	the doubt
 * @dead: the session ends; its timers must not be started
 * @trial: when the doubt ends
 * @left: jiffies when it began, or was Up for the last time
 * @sent: when the last packet was sent at an interval
 * @tx_interval: by which @tx was set, microseconds
 * @tx: sends the next packet
 * @detect: the detection time is over
 * @rcu: frees it
 */
struct alkaid_bfd {
	struct alkaid_dev *ad;
	struct in6_addr addr;
	u16 sport;
	int id;
	struct hlist_node node;
	struct hlist_node ending;
	u32 wanted_interval;
	u8 wanted_mult;

	/* Of @vars and what follows: packets, timers and writers meet here. */
	spinlock_t lock;
	struct alkaid_bfd_vars vars;
	bool alive;
	bool judged;
	bool dead;
	unsigned long left;
	ktime_t trial;
	ktime_t sent;
	u32 tx_interval;
	struct hrtimer tx;
	struct hrtimer detect;
	struct rcu_head rcu;
};

/**
 * struct alkaid_bfd_passive - sessions that neighbors begin
 * @interval: of packets, microseconds; 0: neighbors may not begin one. Written
 *	under the tables' lock
 * @mult: detection multiplier
 * @wanted_interval: what the groups ask for in this pass
 * @wanted_mult: multiplier of the group that asks for that interval
 * @n: how many there are
 * @lock: protects @n_asked and @asked
 * @n_asked: how many addresses wait
 * @asked: neighbors that wait for @work to make a session
 * @work: makes them, as softirq cannot
 *
 * Everything but @interval, and what @lock protects, is under the tables' lock.
 */
struct alkaid_bfd_passive {
	u32 interval;
	u8 mult;
	u32 wanted_interval;
	u8 wanted_mult;
	u32 n;
	spinlock_t lock;	/* see above */
	u16 n_asked;
	struct in6_addr asked[ALKAID_SESSION_ASKS];
	struct work_struct work;
};

struct alkaid_bfd *alkaid_session_find(struct alkaid_dev *ad,
				       const struct in6_addr *addr);
struct alkaid_bfd *alkaid_session_create(struct alkaid_dev *ad,
					 const struct in6_addr *addr,
					 u32 interval, u8 mult, bool passive);
bool alkaid_session_is_self(const struct alkaid_dev *ad,
			    const struct in6_addr *addr);
bool alkaid_session_is_idle(const struct alkaid_bfd *session);
bool alkaid_session_asked(struct alkaid_dev *ad, struct in6_addr *addr);
void alkaid_session_activate(struct alkaid_bfd *session);
void alkaid_session_configure(struct alkaid_bfd *session, u32 interval,
			      u8 mult);
void alkaid_session_unlink(struct alkaid_bfd *session);
void alkaid_session_destroy(struct alkaid_bfd *session);
int alkaid_session_rcv(struct sock *sk, struct sk_buff *skb);

#endif /* _ALKAID_SESSION_H */
