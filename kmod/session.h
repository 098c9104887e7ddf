/* SPDX-License-Identifier: GPL-2.0 */
/* BFD sessions: one for each neighbor of a device, with its timers. */
#ifndef _ALKAID_SESSION_H
#define _ALKAID_SESSION_H

#include <linux/hrtimer.h>
#include <linux/in6.h>
#include <linux/spinlock.h>

#include "path/bfd_state.h"

struct alkaid_dev;
struct sk_buff;
struct sock;

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
	ktime_t trial;
	ktime_t sent;
	u32 tx_interval;
	struct hrtimer tx;
	struct hrtimer detect;
	struct rcu_head rcu;
};

struct alkaid_bfd *alkaid_session_find(struct alkaid_dev *ad,
				       const struct in6_addr *addr);
struct alkaid_bfd *alkaid_session_create(struct alkaid_dev *ad,
					 const struct in6_addr *addr,
					 u32 interval, u8 mult);
void alkaid_session_configure(struct alkaid_bfd *session, u32 interval,
			      u8 mult);
void alkaid_session_unlink(struct alkaid_bfd *session);
void alkaid_session_destroy(struct alkaid_bfd *session);
int alkaid_session_rcv(struct sock *sk, struct sk_buff *skb);

#endif /* _ALKAID_SESSION_H */
