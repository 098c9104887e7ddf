/* SPDX-License-Identifier: GPL-2.0 */
/* The world that table and decision tests run in, and the list of suites. */
#ifndef _ALKAID_KUNIT_WORLD_H
#define _ALKAID_KUNIT_WORLD_H

#include <kunit/test.h>

#include "../../kmod/table/endpoint.h"
#include "../../kmod/table/group.h"
#include "../../kmod/table/neigh.h"
#include "../../kmod/table/binding.h"
#include "../../kmod/table/route.h"
#include "../../kmod/table/subnet.h"
#include "../../kmod/table/vpc.h"
#include "../../kmod/table/vtep.h"

/* Netlink portids: whose the changes are, and somebody else. */
#define OWNER	1
#define OTHER	2

#define WORLD_PORTS	4

/* Where neighbors are if the test does not care. */
#define HOST_B	"10.0.0.2"

/**
 * struct world - tables, and some ports that are attached to them
 * @t: tables
 * @extack: of the last request
 * @ports: named vm0, vm1, ...; not bound
 */
struct world {
	struct alkaid_tables t;
	struct netlink_ext_ack extack;
	struct alkaid_port *ports[WORLD_PORTS];
};

/* An init and an exit for suites: test->priv is a struct world. */
int world_init(struct kunit *test);
void world_exit(struct kunit *test);

/* Texts to values; a wrong text is a zero value. */
struct in6_addr ip_of(const char *text);
struct alkaid_prefix prefix_of(const char *text);
const u8 *mac_of(const char *text, u8 mac[ETH_ALEN]);

/**
 * struct port_row - a binding in texts
 * @port: number of the port
 * @subnet: id
 * @mac: MAC
 * @ips: addresses, at most three
 * @allow: allowed pairs: PREFIX or PREFIX,MAC
 * @antispoof: drop what has another source
 */
struct port_row {
	int port;
	u32 subnet;
	const char *mac;
	const char *ips[3];
	const char *allow[3];
	bool antispoof;
};

/**
 * struct route_text - a route in texts
 * @vpc: id of its VPC
 * @subnet: id of the subnet whose frames it is for, or 0
 * @prefix: prefix
 * @via: next hop; NULL: a blackhole
 */
struct route_text {
	u32 vpc;
	u32 subnet;
	const char *prefix;
	const char *via;
};

/**
 * struct member_text - a member of a gateway group in texts
 * @ip: underlay address; NULL ends a list
 * @mac: MAC
 * @weight: share; 0: 1
 * @state: "up", "down" or "drain"; NULL: the request does not say
 */
struct member_text {
	const char *ip;
	const char *mac;
	u16 weight;
	const char *state;
};

/* Most members of a list. */
#define WORLD_MEMBERS	8

struct alkaid_gateway_cfg member_of(const struct member_text *text);
struct alkaid_route_cfg route_of(const struct route_text *text);

/*
 * Requests, as netlink makes them: each is a transaction of one if OWNER has
 * none open. They return what the request returned.
 */
int world_vpc_new(struct world *w, u32 id, enum alkaid_new mode);
int world_vpc_cfg(struct world *w, const struct alkaid_vpc_cfg *cfg,
		  enum alkaid_new mode);
int world_vpc_del(struct world *w, u32 id);
int world_subnet_new(struct world *w, u32 id, u32 vpc, u32 vni,
		     const char *prefix, enum alkaid_new mode);
int world_subnet_cfg(struct world *w, const struct alkaid_subnet_cfg *cfg,
		     enum alkaid_new mode);
int world_subnet_del(struct world *w, u32 id);
int world_neigh_new(struct world *w, u32 subnet, const char *ip,
		    const char *mac, const char *host, enum alkaid_new mode);
int world_neigh_cfg(struct world *w, const struct alkaid_neigh_cfg *cfg,
		    enum alkaid_new mode);
int world_neigh_del(struct world *w, u32 subnet, const char *ip);
int world_neigh_del_addr(struct world *w, u32 subnet,
			 const struct in6_addr *addr);
int world_route_cfg(struct world *w, const struct alkaid_route_cfg *cfg,
		    enum alkaid_new mode);
int world_route_new(struct world *w, const struct route_text *text,
		    enum alkaid_new mode);
int world_route_del_key(struct world *w, const struct alkaid_route_key *key);
int world_route_del(struct world *w, const struct route_text *text);
int world_group_cfg(struct world *w, const struct alkaid_group_cfg *cfg,
		    const struct alkaid_gateway_cfg *members, u16 n,
		    enum alkaid_new mode);
int world_group_new(struct world *w, u32 id, const struct member_text *members,
		    enum alkaid_new mode);
int world_group_del(struct world *w, u32 id);
int world_group_state(struct world *w, u32 id, const char *ip,
		      enum alkaid_gateway_state state);
int world_bind(struct world *w, const struct port_row *row,
	       enum alkaid_new mode);
int world_bind_ip(struct world *w, int port, u32 subnet, const char *mac,
		  const char *ip, enum alkaid_new mode);
int world_bind_cfg(struct world *w, int port,
		   const struct alkaid_binding_cfg *cfg, enum alkaid_new mode);
int world_unbind(struct world *w, int port);

int world_begin(struct world *w);
int world_commit(struct world *w);
int world_abort(struct world *w);

/* The port's netdev goes away. */
void world_forget(struct world *w, int port);

/* Until every commit and every abort is settled. */
void world_settle(struct world *w);

/* As a frame sees it now. */
struct alkaid_endpoint *world_ip(struct world *w, u32 vpc, const char *ip);
struct alkaid_endpoint *world_mac(struct world *w, u32 vni, const char *mac);

/* Nodes in a table, visible or not. */
unsigned int world_count(const struct rhltable *table);

/* Objects in an index, visible or not. */
unsigned int world_indexed(const struct alkaid_index *index);

/* What the last request was refused with; "" if it said nothing. */
static inline const char *world_text(const struct world *w)
{
	return w->extack._msg ?: "";
}

#define EXPECT_OK(test, call) KUNIT_EXPECT_EQ(test, call, 0)
#define ASSERT_OK(test, call) KUNIT_ASSERT_EQ(test, call, 0)

#define EXPECT_REFUSED(test, w, call, err, text) do {			\
	KUNIT_EXPECT_EQ(test, call, err);				\
	KUNIT_EXPECT_STREQ(test, world_text(w), text);			\
} while (0)

extern struct kunit_suite alkaid_ahead_suite;
extern struct kunit_suite alkaid_antispoof_suite;
extern struct kunit_suite alkaid_bfd_suite;
extern struct kunit_suite alkaid_decide_nd_suite;
extern struct kunit_suite alkaid_decide_route_suite;
extern struct kunit_suite alkaid_decide_suite;
extern struct kunit_suite alkaid_drop_suite;
extern struct kunit_suite alkaid_encap_suite;
extern struct kunit_suite alkaid_endpoint_suite;
extern struct kunit_suite alkaid_flow_suite;
extern struct kunit_suite alkaid_flow_purge_suite;
extern struct kunit_suite alkaid_fragment_suite;
extern struct kunit_suite alkaid_gen_suite;
extern struct kunit_suite alkaid_group_suite;
extern struct kunit_suite alkaid_icmp_suite;
extern struct kunit_suite alkaid_key_hash_suite;
extern struct kunit_suite alkaid_maglev_suite;
extern struct kunit_suite alkaid_index_suite;
extern struct kunit_suite alkaid_liveness_suite;
extern struct kunit_suite alkaid_nd_suite;
extern struct kunit_suite alkaid_change_suite;
extern struct kunit_suite alkaid_member_suite;
extern struct kunit_suite alkaid_moved_suite;
extern struct kunit_suite alkaid_oam_suite;
extern struct kunit_suite alkaid_parse_bytes_suite;
extern struct kunit_suite alkaid_parse_ip6_suite;
extern struct kunit_suite alkaid_parse_nd_suite;
extern struct kunit_suite alkaid_parse_suite;
extern struct kunit_suite alkaid_port_suite;
extern struct kunit_suite alkaid_relay_suite;
extern struct kunit_suite alkaid_route_suite;
extern struct kunit_suite alkaid_rewrite_suite;
extern struct kunit_suite alkaid_steer_suite;
extern struct kunit_suite alkaid_stick_suite;
extern struct kunit_suite alkaid_subnet_suite;
extern struct kunit_suite alkaid_told_suite;
extern struct kunit_suite alkaid_trace_suite;
extern struct kunit_suite alkaid_trie_suite;
extern struct kunit_suite alkaid_txn_forget_suite;
extern struct kunit_suite alkaid_txn_tell_suite;
extern struct kunit_suite alkaid_txn_model_suite;
extern struct kunit_suite alkaid_txn_suite;
extern struct kunit_suite alkaid_vpc_suite;

#endif /* _ALKAID_KUNIT_WORLD_H */
