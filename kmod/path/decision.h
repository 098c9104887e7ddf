/* SPDX-License-Identifier: GPL-2.0 */
/* A decision under way, between the files that decide. */
#ifndef _ALKAID_PATH_DECISION_H
#define _ALKAID_PATH_DECISION_H

#include <linux/etherdevice.h>
#include <uapi/if_alkaid.h>

#include "../table/subnet.h"
#include "../table/tables.h"
#include "key.h"
#include "steps.h"
#include "verdict.h"

struct alkaid_binding;
struct alkaid_endpoint;

/**
 * struct alkaid_decision - a decision under way
 * @t: tables
 * @key: of the frame
 * @v: the verdict
 * @steps: where to note steps, or NULL
 * @gen: generation that all lookups keep to
 */
struct alkaid_decision {
	struct alkaid_tables *t;
	const struct alkaid_key *key;
	struct alkaid_verdict *v;
	struct alkaid_steps *steps;
	u32 gen;
};

static inline void alkaid_decide_drop(struct alkaid_decision *d,
				      enum alkaid_drop reason)
{
	d->v->action = ALKAID_DO_DROP;
	d->v->reason = reason;
}

/* Drop it, and say so to the sender. */
static inline void alkaid_decide_refuse(struct alkaid_decision *d,
					enum alkaid_drop reason,
					enum alkaid_tell tell)
{
	alkaid_decide_drop(d, reason);
	d->v->tell = tell;
}

/* Whether it relays what comes from the tunnel for endpoints elsewhere. */
static inline bool alkaid_decide_is_gateway(const struct alkaid_decision *d)
{
	return READ_ONCE(d->t->role) & ALKAID_ROLE_GATEWAY;
}

/* Whether it is sent to its subnet's gateway. */
static inline bool alkaid_decide_is_routed(const struct alkaid_decision *d)
{
	return alkaid_subnet_routes(d->v->cfg, d->key->dmac);
}

enum alkaid_drop alkaid_antispoof(const struct alkaid_binding *binding,
				  const struct alkaid_key *key);

void alkaid_decide_enter(struct alkaid_decision *d,
			 const struct alkaid_subnet *subnet);
void alkaid_decide_forward(struct alkaid_decision *d,
			   const struct alkaid_endpoint *ep);
void alkaid_decide_tunnel(struct alkaid_decision *d, struct alkaid_vtep *vtep,
			  u32 vni, u8 encap);
void alkaid_decide_steer(struct alkaid_decision *d,
			 const struct alkaid_group *group);
void alkaid_decide_miss(struct alkaid_decision *d, enum alkaid_drop reason,
			enum alkaid_tell tell);
const struct alkaid_group *
alkaid_steer_serving(const struct alkaid_subnet *subnet,
		     const struct in6_addr *daddr, u32 gen);
bool alkaid_key_is_announcement(const struct alkaid_key *key);
void alkaid_decide_group(struct alkaid_decision *d);
void alkaid_decide_from_tunnel(struct alkaid_decision *d);
bool alkaid_decide_relay(struct alkaid_decision *d,
			 const struct alkaid_endpoint *ep);
void alkaid_decide_relay_to_group(struct alkaid_decision *d,
				  const struct alkaid_group *group);
void alkaid_decide_routed(struct alkaid_decision *d);
void alkaid_decide_arp_request(struct alkaid_decision *d);
void alkaid_decide_arp_from_tunnel(struct alkaid_decision *d);
void alkaid_decide_solicitation(struct alkaid_decision *d);
void alkaid_decide_nd_from_tunnel(struct alkaid_decision *d);

#endif /* _ALKAID_PATH_DECISION_H */
