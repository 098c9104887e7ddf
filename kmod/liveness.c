// SPDX-License-Identifier: GPL-2.0
/* Liveness: which gateways answer (BFD, RFC 5880), and what follows from it. */
#include <linux/rtnetlink.h>
#include <net/sock.h>
#include <net/udp_tunnel.h>
#include <uapi/if_alkaid.h>

#include "compat.h"
#include "liveness.h"
#include "netlink/gateway.h"
#include "session.h"
#include "table/addr.h"
#include "table/group.h"

typedef void (*alkaid_liveness_visit_t)(struct alkaid_dev *ad,
					struct alkaid_group *group);

/* All groups there are, of any generation; the tables' lock keeps them. */
static void alkaid_liveness_walk(struct alkaid_dev *ad,
				 alkaid_liveness_visit_t visit)
{
	struct rhashtable_iter iter;
	struct alkaid_group *group;

	lockdep_assert_held(&ad->tables.lock);
	rhltable_walk_enter(&ad->tables.groups, &iter);
	rhashtable_walk_start(&iter);
	while ((group = rhashtable_walk_next(&iter))) {
		/* A resize makes the walk begin again. */
		if (IS_ERR(group))
			continue;
		rhashtable_walk_stop(&iter);
		visit(ad, group);
		rhashtable_walk_start(&iter);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

#define alkaid_liveness_each_rev(pos, group)				\
	for ((pos) = rcu_dereference_protected((group)->rev, 1); (pos);	\
	     (pos) = rcu_dereference_protected((pos)->older, 1))

static struct alkaid_group_rev *alkaid_liveness_rev(struct alkaid_rev *pos)
{
	return container_of(pos, struct alkaid_group_rev, rev);
}

/* A gateway of the group died or came back: the others take over, or give back. */
static void alkaid_liveness_follow(struct alkaid_dev *ad,
				   struct alkaid_group *group)
{
	struct alkaid_group_rev *rev;
	struct alkaid_rev *pos;
	bool changed = false;
	int i;

	alkaid_liveness_each_rev(pos, group) {
		rev = alkaid_liveness_rev(pos);
		for (i = 0; i < rev->n_members; i++)
			if (atomic_xchg(&rev->members[i].gateway->changed, 0))
				changed = true;
	}
	if (!changed)
		return;
	alkaid_group_rebuild(&ad->tables, group);
	if (alkaid_gen_visible(&group->gen, ad->tables.gen))
		alkaid_nl_gateway_notify(ad, group);
}

static void alkaid_liveness_work(struct work_struct *work)
{
	struct alkaid_dev *ad = container_of(work, struct alkaid_dev, bfd_work);

	mutex_lock(&ad->tables.lock);
	if (!ad->tables.dead)
		alkaid_liveness_walk(ad, alkaid_liveness_follow);
	mutex_unlock(&ad->tables.lock);
}

/* A neighbor may have a session that no group asks for. */
static bool alkaid_liveness_keeps(const struct alkaid_bfd *session)
{
	return session->vars.passive && session->ad->bfd_passive.interval &&
	       !alkaid_session_is_idle(session);
}

static void alkaid_liveness_sweep(struct alkaid_dev *ad,
				  struct hlist_head *ended)
{
	struct alkaid_bfd *session;
	struct hlist_node *tmp;
	int bucket;

	hash_for_each_safe(ad->bfd_sessions, bucket, tmp, session, node) {
		if (!session->vars.passive || alkaid_liveness_keeps(session))
			continue;
		alkaid_session_unlink(session);
		hlist_add_head(&session->ending, ended);
	}
}

static void alkaid_liveness_end(struct hlist_head *ended)
{
	struct alkaid_bfd *session;
	struct hlist_node *tmp;

	hlist_for_each_entry_safe(session, tmp, ended, ending)
		alkaid_session_destroy(session);
}

/* What more is asked for in the meantime has queued the work again. */
static void alkaid_liveness_admit(struct work_struct *work)
{
	struct alkaid_dev *ad = container_of(work, struct alkaid_dev,
					     bfd_passive.work);
	struct alkaid_bfd_passive *passive = &ad->bfd_passive;
	struct in6_addr addr;
	HLIST_HEAD(ended);
	int i;

	mutex_lock(&ad->tables.lock);
	alkaid_liveness_sweep(ad, &ended);
	for (i = 0; i < ALKAID_SESSION_ASKS; i++) {
		if (!alkaid_session_asked(ad, &addr))
			break;
		if (passive->interval &&
		    passive->n < ALKAID_SESSION_PASSIVE_MAX &&
		    !alkaid_session_find(ad, &addr))
			alkaid_session_create(ad, &addr, passive->interval,
					      passive->mult, true);
	}
	mutex_unlock(&ad->tables.lock);
	alkaid_liveness_end(&ended);
}

/**
 * alkaid_liveness_init() - no gateway is watched
 * @ad: device
 */
void alkaid_liveness_init(struct alkaid_dev *ad)
{
	hash_init(ad->bfd_sessions);
	INIT_WORK(&ad->bfd_work, alkaid_liveness_work);
	spin_lock_init(&ad->bfd_passive.lock);
	INIT_WORK(&ad->bfd_passive.work, alkaid_liveness_admit);
}

/**
 * alkaid_liveness_listen() - make sure that BFD control packets are heard
 * @ad: device
 * @family: of the gateways
 * @extack: reason of a refusal
 *
 * If no group uses BFD in the end, alkaid_liveness_sync() closes the port.
 *
 * Context: RTNL.
 * Return: 0, -EADDRINUSE if somebody else has the port, or another errno.
 */
int alkaid_liveness_listen(struct alkaid_dev *ad, enum alkaid_family family,
			   struct netlink_ext_ack *extack)
{
	struct udp_port_cfg port = {
		.family = family == ALKAID_FAMILY_IP6 ? AF_INET6 : AF_INET,
		.local_udp_port = htons(ALKAID_BFD_PORT),
		.use_udp_checksums = true,
		.use_udp6_tx_checksums = true,
		.use_udp6_rx_checksums = true,
		.ipv6_v6only = true,
	};
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = ad,
		.encap_type = 1,
		.encap_rcv = alkaid_session_rcv,
	};
	struct socket *sock;
	int err;

	ASSERT_RTNL();
	if (rtnl_dereference(ad->bfd_socks[family]) || ad->tables.dead)
		return 0;
	err = udp_sock_create(ad->net, &port, &sock);
	if (err == -EADDRINUSE)
		alkaid_extack_fmt(extack, "UDP port %u is in use: another BFD daemon?",
				  ALKAID_BFD_PORT);
	else if (err)
		alkaid_extack_fmt(extack, "UDP port %u for BFD cannot be opened",
				  ALKAID_BFD_PORT);
	if (err)
		return err;
	setup_udp_tunnel_sock(ad->net, sock, &cfg);
	rcu_assign_pointer(ad->bfd_socks[family], sock);
	return 0;
}

static void alkaid_liveness_close(struct alkaid_dev *ad,
				  enum alkaid_family family)
{
	struct socket *sock = rtnl_dereference(ad->bfd_socks[family]);

	if (!sock)
		return;
	RCU_INIT_POINTER(ad->bfd_socks[family], NULL);
	synchronize_net();
	udp_tunnel_sock_release(sock);
}

/* From here on @session, or nobody if it is NULL, says whether @gw is alive. */
static void alkaid_liveness_watch(struct alkaid_gateway *gw,
				  struct alkaid_bfd *session)
{
	struct alkaid_bfd *teller = session ?: gw->bfd;
	bool alive;

	if (gw->bfd == session)
		return;
	spin_lock_bh(&teller->lock);
	WRITE_ONCE(gw->bfd, session);
	alive = session ? session->alive : true;
	if (gw->alive != alive) {
		WRITE_ONCE(gw->alive, alive);
		atomic_set(&gw->changed, 1);
	}
	spin_unlock_bh(&teller->lock);
}

/* Of several groups with one gateway, the one in the greatest hurry counts. */
static void alkaid_liveness_want(struct alkaid_dev *ad,
				 struct alkaid_gateway *gw,
				 const struct alkaid_group_cfg *cfg)
{
	struct alkaid_bfd *session = alkaid_session_find(ad, &gw->addr);

	if (!session)
		session = alkaid_session_create(ad, &gw->addr,
						cfg->bfd_interval,
						cfg->bfd_multiplier, false);
	if (!session)
		return;
	alkaid_session_activate(session);
	if (!session->wanted_interval ||
	    cfg->bfd_interval < session->wanted_interval) {
		session->wanted_interval = cfg->bfd_interval;
		session->wanted_mult = cfg->bfd_multiplier;
	}
	alkaid_liveness_watch(gw, session);
}

static void alkaid_liveness_offer(struct alkaid_dev *ad,
				  const struct alkaid_group_cfg *cfg)
{
	struct alkaid_bfd_passive *passive = &ad->bfd_passive;

	if (!(ad->tables.role & ALKAID_ROLE_GATEWAY) || !cfg->bfd_interval)
		return;
	if (!passive->wanted_interval ||
	    cfg->bfd_interval < passive->wanted_interval) {
		passive->wanted_interval = cfg->bfd_interval;
		passive->wanted_mult = cfg->bfd_multiplier;
	}
}

static void alkaid_liveness_plan(struct alkaid_dev *ad,
				 struct alkaid_group *group)
{
	const struct alkaid_group_rev *rev;
	int i;

	if (!alkaid_gen_visible(&group->gen, ad->tables.gen))
		return;
	rev = alkaid_group_config(group, ad->tables.gen);
	alkaid_liveness_offer(ad, &rev->cfg);
	for (i = 0; i < rev->n_members; i++) {
		struct alkaid_gateway *gw = rev->members[i].gateway;

		/* Gateway nodes are in their own group. */
		if (rev->cfg.bfd_interval &&
		    !alkaid_session_is_self(ad, &gw->addr))
			alkaid_liveness_want(ad, gw, &rev->cfg);
		else
			alkaid_liveness_watch(gw, NULL);
	}
}

/* Gateways of revisions to come, and of those that go, may lead to a session. */
static void alkaid_liveness_leave(struct alkaid_bfd *session)
{
	struct alkaid_tables *t = &session->ad->tables;
	struct rhlist_head *pos, *list;
	struct alkaid_gateway *gw;

	rcu_read_lock();
	list = rhltable_lookup(&t->gateways, &session->addr,
			       alkaid_gateway_params);
	rhl_for_each_entry_rcu(gw, pos, list, node)
		if (gw->bfd == session)
			alkaid_liveness_watch(gw, NULL);
	rcu_read_unlock();
}

/* Sessions that nobody wants any more go to @ended. */
static void alkaid_liveness_settle(struct alkaid_dev *ad,
				   struct hlist_head *ended)
{
	struct alkaid_bfd_passive *passive = &ad->bfd_passive;
	struct alkaid_bfd *session;
	struct hlist_node *tmp;
	int bucket;

	WRITE_ONCE(passive->interval, passive->wanted_interval);
	passive->mult = passive->wanted_mult;
	passive->wanted_interval = 0;
	hash_for_each_safe(ad->bfd_sessions, bucket, tmp, session, node) {
		if (!session->wanted_interval &&
		    alkaid_liveness_keeps(session)) {
			session->wanted_interval = passive->interval;
			session->wanted_mult = passive->mult;
		}
		if (session->wanted_interval) {
			alkaid_session_configure(session,
						 session->wanted_interval,
						 session->wanted_mult);
			session->wanted_interval = 0;
			continue;
		}
		alkaid_liveness_leave(session);
		alkaid_session_unlink(session);
		hlist_add_head(&session->ending, ended);
	}
}

static bool alkaid_liveness_asks(const struct alkaid_gateway *gw, u32 gen)
{
	return alkaid_gateway_is_member(gw, gen) &&
	       alkaid_group_config(gw->group, gen)->cfg.bfd_interval;
}

/* Also what a transaction has prepared needs the port. */
static bool alkaid_liveness_needs(struct alkaid_dev *ad,
				  enum alkaid_family family)
{
	struct alkaid_tables *t = &ad->tables;
	struct rhashtable_iter iter;
	struct alkaid_gateway *gw;
	bool found = false;

	rhltable_walk_enter(&t->gateways, &iter);
	rhashtable_walk_start(&iter);
	while (!found && (gw = rhashtable_walk_next(&iter)))
		found = !IS_ERR(gw) &&
			alkaid_addr_is_v4(&gw->addr) ==
				(family == ALKAID_FAMILY_IP4) &&
			(alkaid_liveness_asks(gw, t->gen) ||
			 alkaid_liveness_asks(gw, alkaid_gen_next(t->gen)));
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

/**
 * alkaid_liveness_sync() - give each gateway the BFD session that its group asks for
 * @ad: device
 *
 * A session goes on while any group asks for it, whatever revision its gateways
 * are of, and whatever state the user gave them.
 *
 * Context: RTNL, after a commit or an abort.
 */
void alkaid_liveness_sync(struct alkaid_dev *ad)
{
	bool needed[ALKAID_FAMILY_COUNT];
	HLIST_HEAD(ended);
	int family;

	ASSERT_RTNL();
	mutex_lock(&ad->tables.lock);
	if (ad->tables.dead) {
		mutex_unlock(&ad->tables.lock);
		return;
	}
	alkaid_liveness_walk(ad, alkaid_liveness_plan);
	alkaid_liveness_settle(ad, &ended);
	alkaid_liveness_walk(ad, alkaid_liveness_follow);
	for (family = 0; family < ALKAID_FAMILY_COUNT; family++)
		needed[family] = rtnl_dereference(ad->bfd_socks[family]) &&
				 alkaid_liveness_needs(ad, family);
	mutex_unlock(&ad->tables.lock);

	alkaid_liveness_end(&ended);
	for (family = 0; family < ALKAID_FAMILY_COUNT; family++)
		if (!needed[family])
			alkaid_liveness_close(ad, family);
}

/**
 * alkaid_liveness_stop() - end all sessions
 * @ad: device that goes away
 *
 * Context: RTNL.
 */
void alkaid_liveness_stop(struct alkaid_dev *ad)
{
	HLIST_HEAD(ended);
	int family;

	mutex_lock(&ad->tables.lock);
	alkaid_liveness_settle(ad, &ended);
	mutex_unlock(&ad->tables.lock);
	alkaid_liveness_end(&ended);
	for (family = 0; family < ALKAID_FAMILY_COUNT; family++)
		alkaid_liveness_close(ad, family);
	/* No timer and no packet queues them any more. */
	cancel_work_sync(&ad->bfd_passive.work);
	cancel_work_sync(&ad->bfd_work);
}

/**
 * alkaid_liveness_state() - state of a gateway's session
 * @gw: gateway
 *
 * Context: the tables' lock.
 * Return: AdminDown if it has none.
 */
enum alkaid_bfd_state alkaid_liveness_state(const struct alkaid_gateway *gw)
{
	return gw->bfd ? READ_ONCE(gw->bfd->vars.state) :
			 ALKAID_BFD_STATE_ADMIN_DOWN;
}
