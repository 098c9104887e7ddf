// SPDX-License-Identifier: GPL-2.0
/* BFD sessions: one for each neighbor of a device, with its timers. */
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/random.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "device.h"
#include "session.h"
#include "table/addr.h"
#include "table/gateway.h"
#include "table/vtep.h"

/*
 * A discriminator is a session's number, which makes it unique, and random bits
 * above it, which make it hard to guess and unlike the last one of that number.
 */
#define ALKAID_SESSION_ID_BITS	20

static DEFINE_IDA(alkaid_session_ids);

static u64 alkaid_session_ns(u64 us)
{
	return us * NSEC_PER_USEC;
}

/**
 * alkaid_session_find() - the session with a neighbor
 * @ad: device
 * @addr: neighbor
 *
 * Context: RCU read side, or the tables' lock.
 * Return: NULL if there is none.
 */
struct alkaid_bfd *alkaid_session_find(struct alkaid_dev *ad,
				       const struct in6_addr *addr)
{
	struct alkaid_bfd *session, *found = NULL;

	rcu_read_lock();
	hash_for_each_possible_rcu(ad->bfd_sessions, session, node,
				   ipv6_addr_hash(addr)) {
		if (ipv6_addr_equal(&session->addr, addr)) {
			found = session;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * alkaid_session_is_self() - whether an address is the device's own
 * @ad: device
 * @addr: address
 */
bool alkaid_session_is_self(const struct alkaid_dev *ad,
			    const struct in6_addr *addr)
{
	return ipv6_addr_equal(addr, &ad->local) ||
	       ipv6_addr_equal(addr, &ad->local6);
}

/* Packets see it at once; what takes longer follows in alkaid_liveness_work(). */
static void alkaid_session_tell(struct alkaid_bfd *session)
{
	struct alkaid_tables *t = &session->ad->tables;
	struct rhlist_head *pos, *list;
	struct alkaid_gateway *gw;

	rcu_read_lock();
	list = rhltable_lookup(&t->gateways, &session->addr,
			       alkaid_gateway_params);
	rhl_for_each_entry_rcu(gw, pos, list, node) {
		if (READ_ONCE(gw->bfd) != session)
			continue;
		WRITE_ONCE(gw->alive, session->alive);
		atomic_xchg(&gw->changed, 1);
	}
	rcu_read_unlock();
	queue_work(system_highpri_wq, &session->ad->bfd_work);
}

static void alkaid_session_judge(struct alkaid_bfd *session,
				 enum alkaid_bfd_news news)
{
	bool alive = news == ALKAID_BFD_CAME_UP;

	if (news == ALKAID_BFD_NO_NEWS)
		return;
	session->judged = true;
	if (session->vars.passive)
		return;
	/* That it is up is worth telling also where it was believed to be. */
	if (!alive && !session->alive)
		return;
	session->alive = alive;
	alkaid_session_tell(session);
}

static void alkaid_session_note(struct alkaid_bfd *session, u8 old)
{
	if (old == ALKAID_BFD_STATE_UP && session->vars.state != old)
		WRITE_ONCE(session->left, jiffies);
}

static void alkaid_session_xmit(const struct alkaid_bfd *session,
				const struct alkaid_bfd_packet *packet)
{
	struct alkaid_dev *ad = session->ad;
	struct socket *sock;

	sock = rcu_dereference(ad->bfd_socks[alkaid_addr_is_v4(&session->addr) ?
					     ALKAID_FAMILY_IP4 :
					     ALKAID_FAMILY_IP6]);
	if (sock)
		alkaid_bfd_xmit(ad, sock->sk, &session->addr, session->sport,
				packet);
}

/* Set the transmit timer, counted from the last packet that it sent. */
static void alkaid_session_pace(struct alkaid_bfd *session)
{
	u32 interval;

	session->tx_interval = alkaid_bfd_tx_interval(&session->vars);
	interval = alkaid_bfd_jitter(session->tx_interval, session->vars.mult,
				     get_random_u32());
	hrtimer_start(&session->tx,
		      ktime_add_ns(session->sent, alkaid_session_ns(interval)),
		      HRTIMER_MODE_ABS_SOFT);
}

static enum hrtimer_restart alkaid_session_tx(struct hrtimer *timer)
{
	struct alkaid_bfd *session = container_of(timer, struct alkaid_bfd, tx);
	struct alkaid_bfd_packet packet;
	bool send = false;

	rcu_read_lock();
	spin_lock(&session->lock);
	if (session->dead)
		goto out;
	session->sent = ktime_get();
	if (!session->judged && ktime_after(session->sent, session->trial))
		alkaid_session_judge(session, ALKAID_BFD_FAILED);
	send = alkaid_bfd_may_send(&session->vars);
	alkaid_bfd_fill(&session->vars, false, &packet);
	alkaid_session_pace(session);
out:
	spin_unlock(&session->lock);
	if (send)
		alkaid_session_xmit(session, &packet);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart alkaid_session_expire(struct hrtimer *timer)
{
	struct alkaid_bfd *session = container_of(timer, struct alkaid_bfd,
						  detect);
	struct alkaid_bfd_packet packet;
	bool send = false;
	u8 state;

	rcu_read_lock();
	spin_lock(&session->lock);
	if (session->dead)
		goto out;
	state = session->vars.state;
	alkaid_session_judge(session, alkaid_bfd_expire(&session->vars));
	alkaid_session_note(session, state);
	send = session->vars.state != state &&
	       alkaid_bfd_may_speak(&session->vars);
	alkaid_bfd_fill(&session->vars, false, &packet);
out:
	spin_unlock(&session->lock);
	if (send)
		alkaid_session_xmit(session, &packet);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

static void alkaid_session_timers(struct alkaid_bfd *session)
{
	alkaid_compat_hrtimer_setup(&session->tx, alkaid_session_tx,
				    HRTIMER_MODE_ABS_SOFT);
	alkaid_compat_hrtimer_setup(&session->detect, alkaid_session_expire,
				    HRTIMER_MODE_REL_SOFT);
}

/*
 * A gateway is taken for alive until its session had the chance to come up: the
 * time in which as many packets at the slow rate are lost as make a failure.
 */
static void alkaid_session_try(struct alkaid_bfd *session, ktime_t now)
{
	u32 interval = max_t(u32, session->vars.interval, ALKAID_BFD_SLOW);

	session->alive = true;
	session->judged = session->vars.state == ALKAID_BFD_STATE_UP;
	session->trial = ktime_add_ns(now, session->vars.mult *
				      alkaid_session_ns(interval));
}

static void alkaid_session_begin(struct alkaid_bfd *session, u32 interval,
				 u8 mult, bool passive)
{
	struct alkaid_bfd_vars *vars = &session->vars;
	u32 high = get_random_u32() << ALKAID_SESSION_ID_BITS;
	ktime_t now = ktime_get();

	alkaid_bfd_start(vars, high | session->id, interval, mult);
	vars->passive = passive;
	session->left = jiffies;
	alkaid_session_try(session, now);
	session->sent = now;
	session->tx_interval = vars->min_tx;
	/* Not all at once, when a group begins with many. */
	hrtimer_start(&session->tx,
		      ktime_add_ns(now, get_random_u32_below(NSEC_PER_SEC / 10)),
		      HRTIMER_MODE_ABS_SOFT);
}

/**
 * alkaid_session_create() - begin a session with a neighbor
 * @ad: device
 * @addr: neighbor that there is none with
 * @interval: of packets, microseconds
 * @mult: detection multiplier, not 0
 * @passive: it says nothing before the neighbor does (RFC 5880, 6.1), and judges
 *	no gateway
 *
 * Context: the tables' lock.
 * Return: the session, ended by alkaid_session_unlink() and
 * alkaid_session_destroy(); or NULL.
 */
struct alkaid_bfd *alkaid_session_create(struct alkaid_dev *ad,
					 const struct in6_addr *addr,
					 u32 interval, u8 mult, bool passive)
{
	struct alkaid_bfd *session;

	lockdep_assert_held(&ad->tables.lock);
	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return NULL;
	session->id = ida_alloc_range(&alkaid_session_ids, 1,
				      (1 << ALKAID_SESSION_ID_BITS) - 1,
				      GFP_KERNEL_ACCOUNT);
	if (session->id < 0) {
		kfree(session);
		return NULL;
	}
	session->ad = ad;
	session->addr = *addr;
	session->sport = ALKAID_BFD_SPORT_MIN + session->id % ALKAID_BFD_SPORTS;
	spin_lock_init(&session->lock);
	alkaid_session_timers(session);
	ad->bfd_passive.n += passive;
	hash_add_rcu(ad->bfd_sessions, &session->node, ipv6_addr_hash(addr));
	spin_lock_bh(&session->lock);
	alkaid_session_begin(session, interval, mult, passive);
	spin_unlock_bh(&session->lock);
	return session;
}

/**
 * alkaid_session_activate() - a session is to watch gateways, whoever began it
 * @session: session
 *
 * Context: the tables' lock.
 */
void alkaid_session_activate(struct alkaid_bfd *session)
{
	lockdep_assert_held(&session->ad->tables.lock);
	if (!session->vars.passive)
		return;
	session->ad->bfd_passive.n--;
	spin_lock_bh(&session->lock);
	session->vars.passive = false;
	alkaid_session_try(session, ktime_get());
	spin_unlock_bh(&session->lock);
}

/**
 * alkaid_session_is_idle() - whether a session was not Up for long
 * @session: session
 *
 * Context: the tables' lock.
 */
bool alkaid_session_is_idle(const struct alkaid_bfd *session)
{
	return READ_ONCE(session->vars.state) != ALKAID_BFD_STATE_UP &&
	       time_after(jiffies,
			  READ_ONCE(session->left) + ALKAID_SESSION_IDLE);
}

/**
 * alkaid_session_configure() - give a session the intervals that it is to have
 * @session: session
 * @interval: of packets, microseconds
 * @mult: detection multiplier, not 0
 *
 * Context: the tables' lock.
 */
void alkaid_session_configure(struct alkaid_bfd *session, u32 interval,
			      u8 mult)
{
	struct alkaid_bfd_vars *vars = &session->vars;

	/* Nobody else writes these. */
	lockdep_assert_held(&session->ad->tables.lock);
	if (vars->interval == interval && vars->mult == mult)
		return;
	spin_lock_bh(&session->lock);
	alkaid_bfd_configure(vars, interval, mult);
	if (alkaid_bfd_tx_interval(vars) != session->tx_interval)
		alkaid_session_pace(session);
	spin_unlock_bh(&session->lock);
}

/**
 * alkaid_session_unlink() - no packet finds a session any more
 * @session: session
 *
 * Context: the tables' lock.
 */
void alkaid_session_unlink(struct alkaid_bfd *session)
{
	lockdep_assert_held(&session->ad->tables.lock);
	session->ad->bfd_passive.n -= session->vars.passive;
	hash_del_rcu(&session->node);
}

/**
 * alkaid_session_destroy() - end a session, and say so to the neighbor
 * @session: session that was unlinked, and that no gateway leads to
 *
 * Context: may sleep.
 */
void alkaid_session_destroy(struct alkaid_bfd *session)
{
	struct alkaid_bfd_packet packet;
	bool send;

	spin_lock_bh(&session->lock);
	session->dead = true;
	send = alkaid_bfd_may_speak(&session->vars);
	alkaid_bfd_stop(&session->vars);
	alkaid_bfd_fill(&session->vars, false, &packet);
	spin_unlock_bh(&session->lock);

	local_bh_disable();
	rcu_read_lock();
	if (send)
		alkaid_session_xmit(session, &packet);
	rcu_read_unlock();
	local_bh_enable();

	hrtimer_cancel(&session->tx);
	hrtimer_cancel(&session->detect);
	ida_free(&alkaid_session_ids, session->id);
	kfree_rcu(session, rcu);
}

/*
 * Take in a packet. What is to be said at once, an answer to a poll or a new
 * state, goes to @reply.
 */
static enum alkaid_drop
alkaid_session_receive(struct alkaid_bfd *session,
		       const struct alkaid_bfd_packet *packet,
		       struct alkaid_bfd_packet *reply, bool *send)
{
	struct alkaid_bfd_vars *vars = &session->vars;
	enum alkaid_drop reason = ALKAID_DROP_BFD_SESSION;
	u8 state;

	spin_lock(&session->lock);
	if (session->dead || !alkaid_bfd_is_for(vars, packet))
		goto out;
	reason = ALKAID_DROP_NONE;
	state = vars->state;
	alkaid_session_judge(session, alkaid_bfd_receive(vars, packet));
	alkaid_session_note(session, state);
	hrtimer_start(&session->detect,
		      ns_to_ktime(alkaid_session_ns(alkaid_bfd_detection(vars))),
		      HRTIMER_MODE_REL_SOFT);
	if (alkaid_bfd_tx_interval(vars) != session->tx_interval)
		alkaid_session_pace(session);
	*send = packet->poll ||
		(vars->state != state && vars->remote_min_rx);
	alkaid_bfd_fill(vars, packet->poll, reply);
out:
	spin_unlock(&session->lock);
	return reason;
}

static bool alkaid_session_is_fresh(const struct sk_buff *skb)
{
	u8 ttl = ip_hdr(skb)->version == 4 ? ip_hdr(skb)->ttl :
					     ipv6_hdr(skb)->hop_limit;

	return ttl == ALKAID_BFD_TTL;
}

/* The neighbor's next packet finds the session that it is given. */
static void alkaid_session_ask(struct alkaid_dev *ad,
			       const struct in6_addr *addr)
{
	struct alkaid_bfd_passive *passive = &ad->bfd_passive;
	u16 i;

	spin_lock(&passive->lock);
	for (i = 0; i < passive->n_asked; i++)
		if (ipv6_addr_equal(&passive->asked[i], addr))
			break;
	if (i == passive->n_asked && i < ALKAID_SESSION_ASKS)
		passive->asked[passive->n_asked++] = *addr;
	spin_unlock(&passive->lock);
	queue_work(system_wq, &passive->work);
}

/**
 * alkaid_session_asked() - a neighbor that waits for a session
 * @ad: device
 * @addr: result; it waits no more
 *
 * Context: process.
 * Return: whether there is one.
 */
bool alkaid_session_asked(struct alkaid_dev *ad, struct in6_addr *addr)
{
	struct alkaid_bfd_passive *passive = &ad->bfd_passive;
	bool found;

	spin_lock_bh(&passive->lock);
	found = passive->n_asked;
	if (found)
		*addr = passive->asked[--passive->n_asked];
	spin_unlock_bh(&passive->lock);
	return found;
}

/* A host that steers to this gateway node wants to know whether it lives. */
static bool alkaid_session_may_ask(struct alkaid_dev *ad,
				   const struct in6_addr *addr,
				   const struct alkaid_bfd_packet *packet)
{
	return READ_ONCE(ad->bfd_passive.interval) && !packet->yours &&
	       packet->state == ALKAID_BFD_STATE_DOWN &&
	       !alkaid_session_is_self(ad, addr) &&
	       alkaid_vtep_lookup(&ad->tables, addr);
}

static struct alkaid_bfd *
alkaid_session_of(struct alkaid_dev *ad, const struct sk_buff *skb,
		  const struct alkaid_bfd_packet *packet)
{
	struct alkaid_bfd *session;
	const struct in6_addr *local = &ad->local6;
	struct in6_addr saddr, daddr;

	if (ip_hdr(skb)->version == 4) {
		saddr = alkaid_addr_from_v4(ip_hdr(skb)->saddr);
		daddr = alkaid_addr_from_v4(ip_hdr(skb)->daddr);
		local = &ad->local;
	} else {
		saddr = ipv6_hdr(skb)->saddr;
		daddr = ipv6_hdr(skb)->daddr;
	}
	if (!ipv6_addr_equal(&daddr, local))
		return NULL;
	session = alkaid_session_find(ad, &saddr);
	if (!session && alkaid_session_may_ask(ad, &saddr, packet))
		alkaid_session_ask(ad, &saddr);
	return session;
}

static enum alkaid_drop alkaid_session_take(struct alkaid_dev *ad,
					    struct sk_buff *skb)
{
	struct alkaid_bfd_packet packet, reply;
	struct alkaid_bfd *session;
	enum alkaid_drop reason;
	bool send = false;

	if (!alkaid_session_is_fresh(skb) ||
	    !pskb_may_pull(skb, sizeof(struct udphdr) + ALKAID_BFD_LEN))
		return ALKAID_DROP_BFD_PACKET;
	reason = alkaid_bfd_parse(skb->data + sizeof(struct udphdr),
				  skb->len - sizeof(struct udphdr), &packet);
	if (reason)
		return reason;
	session = alkaid_session_of(ad, skb, &packet);
	if (!session)
		return ALKAID_DROP_BFD_SESSION;
	reason = alkaid_session_receive(session, &packet, &reply, &send);
	if (send)
		alkaid_session_xmit(session, &reply);
	return reason;
}

/**
 * alkaid_session_rcv() - a datagram came to a BFD socket
 * @sk: socket
 * @skb: datagram, skb->data at its UDP header; consumed
 *
 * A session is found by the neighbor's address, of which there is one; what the
 * packet has for "your discriminator" must then be the session's, or nothing
 * (RFC 5880, 6.3).
 *
 * Context: softirq, RCU read side.
 * Return: 0.
 */
int alkaid_session_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct alkaid_dev *ad = rcu_dereference_sk_user_data(sk);
	struct alkaid_frame frame = { .ad = ad };
	enum alkaid_drop reason;

	/* The socket is being closed. */
	if (unlikely(!ad)) {
		kfree_skb(skb);
		return 0;
	}
	alkaid_total_inc(ad->totals, ALKAID_TOTAL_RX);
	reason = alkaid_session_take(ad, skb);
	if (reason) {
		alkaid_drop(&frame, skb, reason);
	} else {
		alkaid_total_inc(ad->totals, ALKAID_TOTAL_CONSUMED);
		consume_skb(skb);
	}
	return 0;
}
