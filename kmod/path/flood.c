// SPDX-License-Identifier: GPL-2.0
/* Replication of a frame to all of its subnet. */
#include <linux/rculist.h>

#include "../device.h"
#include "../table/binding.h"
#include "../table/member.h"
#include "../table/subnet.h"
#include "flood.h"
#include "port.h"
#include "rate.h"
#include "tunnel.h"

/**
 * struct alkaid_flooding - a replication under way
 * @frame: whose the frame is
 * @key: of the frame
 * @verdict: of the frame
 * @skb: the frame
 * @next: where the frame goes to next; there may be no other
 */
struct alkaid_flooding {
	struct alkaid_frame frame;
	const struct alkaid_key *key;
	const struct alkaid_verdict *verdict;
	struct sk_buff *skb;
	struct alkaid_verdict next;
};

static void alkaid_flood_send(struct alkaid_flooding *f, struct sk_buff *skb)
{
	if (f->next.action == ALKAID_DO_ENCAP)
		alkaid_tunnel_xmit(&f->frame, f->key, &f->next, skb);
	else if (unlikely(!alkaid_port_is_up(f->next.port)))
		alkaid_drop(&f->frame, skb, ALKAID_DROP_PORT_DOWN);
	else if (f->key->len > READ_ONCE(f->next.port->dev->mtu))
		alkaid_drop(&f->frame, skb, ALKAID_DROP_PORT_MTU);
	else
		alkaid_port_deliver(&f->frame, f->next.port, skb);
}

/* One more place: where it was to go before, a copy goes. */
static void alkaid_flood_to(struct alkaid_flooding *f,
			    const struct alkaid_verdict *next)
{
	struct sk_buff *copy;

	if (f->next.action != ALKAID_DO_DROP) {
		/* Headers are written, and a clone shares them. */
		copy = skb_copy(f->skb, GFP_ATOMIC);
		f->frame.copy = true;
		if (likely(copy))
			alkaid_flood_send(f, copy);
		f->frame.copy = false;
	}
	f->next = *next;
}

static void alkaid_flood_local(struct alkaid_flooding *f)
{
	const struct alkaid_verdict *v = f->verdict;
	struct alkaid_verdict next = { .action = ALKAID_DO_DELIVER };
	const struct alkaid_binding *binding;

	hlist_for_each_entry_rcu(binding, &v->subnet->bindings, subnet_node) {
		if (!alkaid_gen_visible(&binding->rev.gen, v->gen) ||
		    binding->port == f->key->port)
			continue;
		next.port = binding->port;
		alkaid_flood_to(f, &next);
	}
}

static void alkaid_flood_remote(struct alkaid_flooding *f)
{
	const struct alkaid_verdict *v = f->verdict;
	struct alkaid_verdict next = {
		.action = ALKAID_DO_ENCAP,
		.encap = v->cfg->encap,
		.vni = v->subnet->vni,
	};
	const struct alkaid_member *member;

	hlist_for_each_entry_rcu(member, &v->subnet->members, list) {
		if (!alkaid_gen_visible(&member->gen, v->gen))
			continue;
		next.vtep = member->vtep;
		alkaid_flood_to(f, &next);
	}
}

/* Announcements are replicated unasked: a port may make so many a second. */
static bool alkaid_flood_allowed(const struct alkaid_key *key,
				 const struct alkaid_verdict *v)
{
	return v->cfg->flood || !key->port ||
	       alkaid_rate_allow(&key->port->announce_rate);
}

/**
 * alkaid_flood() - replicate a frame to all of its subnet
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: the subnet
 * @skb: frame, skb->data at its Ethernet header; consumed
 *
 * From a port it goes to the other local ports and to each VTEP once, from the
 * tunnel to the local ports: whoever sent it there has reached the others. The
 * frame itself goes to the last of them, and copies, which are counted as
 * generated, to the rest.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_flood(const struct alkaid_frame *frame,
		  const struct alkaid_key *key, const struct alkaid_verdict *v,
		  struct sk_buff *skb)
{
	struct alkaid_flooding f = {
		.frame = *frame,
		.key = key,
		.verdict = v,
		.skb = skb,
	};

	if (unlikely(!alkaid_flood_allowed(key, v))) {
		alkaid_drop(frame, skb, ALKAID_DROP_RATE);
		return;
	}
	alkaid_flood_local(&f);
	if (key->port)
		alkaid_flood_remote(&f);
	if (f.next.action == ALKAID_DO_DROP)
		alkaid_drop(frame, skb, v->reason);
	else
		alkaid_flood_send(&f, skb);
}

/**
 * alkaid_flood_reaches() - whether a frame would be replicated to anybody
 * @key: of the frame
 * @v: verdict: the subnet
 *
 * Context: BH disabled, RCU read side.
 */
bool alkaid_flood_reaches(const struct alkaid_key *key,
			  const struct alkaid_verdict *v)
{
	const struct alkaid_binding *binding;
	const struct alkaid_member *member;

	hlist_for_each_entry_rcu(binding, &v->subnet->bindings, subnet_node)
		if (alkaid_gen_visible(&binding->rev.gen, v->gen) &&
		    binding->port != key->port)
			return true;
	if (!key->port)
		return false;
	hlist_for_each_entry_rcu(member, &v->subnet->members, list)
		if (alkaid_gen_visible(&member->gen, v->gen))
			return true;
	return false;
}
