// SPDX-License-Identifier: GPL-2.0
/* The world that table and decision tests run in. */
#include <linux/inet.h>

#include "world.h"

int world_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct net_device *dev;
	int err, i;

	if (!w)
		return -ENOMEM;
	err = alkaid_tables_init(&w->t);
	if (err)
		return err;
	test->priv = w;
	for (i = 0; i < WORLD_PORTS; i++) {
		/* All that a decision reads of it. */
		dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);
		if (!dev)
			return -ENOMEM;
		dev->mtu = ETH_DATA_LEN;
		set_bit(__LINK_STATE_START, &dev->state);
		w->ports[i] = alkaid_port_create(NULL, dev);
		if (!w->ports[i])
			return -ENOMEM;
		snprintf(w->ports[i]->name, sizeof(w->ports[i]->name), "vm%d",
			 i);
	}
	return 0;
}

/* In the order in which a device is deleted; a transaction may be open. */
void world_exit(struct kunit *test)
{
	struct world *w = test->priv;
	int i;

	if (!w)
		return;
	alkaid_tables_kill(&w->t);
	for (i = 0; i < WORLD_PORTS; i++)
		if (w->ports[i])
			world_forget(w, i);
	alkaid_tables_destroy(&w->t);
	mutex_lock(&w->t.lock);
	for (i = 0; i < WORLD_PORTS; i++) {
		if (!w->ports[i])
			continue;
		/* Bindings and endpoints have given back theirs. */
		KUNIT_EXPECT_EQ(test, w->ports[i]->refs, 1);
		alkaid_port_put(&w->t, w->ports[i]);
	}
	mutex_unlock(&w->t.lock);
}

struct in6_addr ip_of(const char *text)
{
	struct in6_addr addr = {};
	__be32 v4;

	if (in4_pton(text, -1, (u8 *)&v4, '/', NULL))
		return alkaid_addr_from_v4(v4);
	in6_pton(text, -1, addr.s6_addr, '/', NULL);
	return addr;
}

struct alkaid_prefix prefix_of(const char *text)
{
	struct alkaid_prefix prefix = { .addr = ip_of(text), .len = 128 };
	const char *slash = strchr(text, '/');
	unsigned int len = 0;

	if (!slash)
		return prefix;
	while (isdigit(*++slash))
		len = len * 10 + *slash - '0';
	prefix.len = len + (alkaid_addr_is_v4(&prefix.addr) ? 96 : 0);
	return prefix;
}

const u8 *mac_of(const char *text, u8 mac[ETH_ALEN])
{
	if (!mac_pton(text, mac))
		eth_zero_addr(mac);
	return mac;
}

#define world_request(w, call) ({					\
	u32 __mark;							\
	int __err;							\
									\
	memset(&(w)->extack, 0, sizeof((w)->extack));			\
	__err = alkaid_txn_enter(&(w)->t, OWNER, &(w)->extack);		\
	if (!__err) {							\
		__mark = alkaid_txn_mark(&(w)->t);			\
		__err = alkaid_txn_leave(&(w)->t, __mark, call);	\
	}								\
	__err;								\
})

int world_vpc_cfg(struct world *w, const struct alkaid_vpc_cfg *cfg,
		  enum alkaid_new mode)
{
	return world_request(w, alkaid_vpc_new(&w->t, cfg, mode, &w->extack));
}

int world_vpc_new(struct world *w, u32 id, enum alkaid_new mode)
{
	const struct alkaid_vpc_cfg cfg = { .id = id };

	return world_vpc_cfg(w, &cfg, mode);
}

int world_vpc_del(struct world *w, u32 id)
{
	return world_request(w, alkaid_vpc_del(&w->t, id, &w->extack));
}

int world_subnet_cfg(struct world *w, const struct alkaid_subnet_cfg *cfg,
		     enum alkaid_new mode)
{
	return world_request(w, alkaid_subnet_new(&w->t, cfg, mode,
						  &w->extack));
}

int world_subnet_new(struct world *w, u32 id, u32 vpc, u32 vni,
		     const char *prefix, enum alkaid_new mode)
{
	struct alkaid_subnet_cfg cfg = {
		.id = id,
		.vpc = vpc,
		.vni = vni,
		.n_prefixes = 1,
	};

	cfg.prefixes[0] = prefix_of(prefix);
	return world_subnet_cfg(w, &cfg, mode);
}

int world_subnet_del(struct world *w, u32 id)
{
	return world_request(w, alkaid_subnet_del(&w->t, id, &w->extack));
}

int world_neigh_cfg(struct world *w, const struct alkaid_neigh_cfg *cfg,
		    enum alkaid_new mode)
{
	struct alkaid_subnet *subnet;

	subnet = alkaid_subnet_lookup(&w->t, cfg->subnet,
				      alkaid_gen_next(w->t.gen));
	return world_request(w, alkaid_neigh_new(&w->t, subnet, cfg, mode,
						 &w->extack));
}

int world_neigh_new(struct world *w, u32 subnet, const char *ip,
		    const char *mac, const char *host, enum alkaid_new mode)
{
	struct alkaid_neigh_cfg cfg = {
		.subnet = subnet,
		.addr = ip_of(ip),
		.host = ip_of(host),
	};

	mac_of(mac, cfg.mac);
	return world_neigh_cfg(w, &cfg, mode);
}

int world_neigh_del_addr(struct world *w, u32 subnet,
			 const struct in6_addr *addr)
{
	return world_request(w, alkaid_neigh_del(&w->t, subnet, addr,
						 &w->extack));
}

int world_neigh_del(struct world *w, u32 subnet, const char *ip)
{
	struct in6_addr addr = ip_of(ip);

	return world_neigh_del_addr(w, subnet, &addr);
}

struct alkaid_route_cfg route_of(const struct route_text *text)
{
	struct alkaid_prefix prefix = prefix_of(text->prefix);
	struct alkaid_route_cfg cfg = {
		.key = {
			.vpc = text->vpc,
			.subnet = text->subnet,
			.addr = prefix.addr,
			.len = prefix.len,
		},
		.type = text->via ? ALKAID_ROUTE_VIA : ALKAID_ROUTE_BLACKHOLE,
	};

	if (text->via)
		cfg.via = ip_of(text->via);
	return cfg;
}

int world_route_cfg(struct world *w, const struct alkaid_route_cfg *cfg,
		    enum alkaid_new mode)
{
	return world_request(w, alkaid_route_new(&w->t, cfg, mode,
						 &w->extack));
}

int world_route_new(struct world *w, const struct route_text *text,
		    enum alkaid_new mode)
{
	const struct alkaid_route_cfg cfg = route_of(text);

	return world_route_cfg(w, &cfg, mode);
}

int world_route_del_key(struct world *w, const struct alkaid_route_key *key)
{
	return world_request(w, alkaid_route_del(&w->t, key, &w->extack));
}

int world_route_del(struct world *w, const struct route_text *text)
{
	const struct alkaid_route_cfg cfg = route_of(text);

	return world_route_del_key(w, &cfg.key);
}

struct alkaid_gateway_cfg member_of(const struct member_text *text)
{
	struct alkaid_gateway_cfg cfg = {
		.addr = ip_of(text->ip),
		.weight = text->weight ?: 1,
		.has_state = text->state,
	};

	mac_of(text->mac, cfg.mac);
	if (text->state && !strcmp(text->state, "down"))
		cfg.state = ALKAID_GATEWAY_STATE_DOWN;
	if (text->state && !strcmp(text->state, "drain"))
		cfg.state = ALKAID_GATEWAY_STATE_DRAIN;
	return cfg;
}

int world_group_cfg(struct world *w, const struct alkaid_group_cfg *cfg,
		    const struct alkaid_gateway_cfg *members, u16 n,
		    enum alkaid_new mode)
{
	return world_request(w, alkaid_group_new(&w->t, cfg, members, n, mode,
						 &w->extack));
}

int world_group_new(struct world *w, u32 id, const struct member_text *members,
		    enum alkaid_new mode)
{
	const struct alkaid_group_cfg cfg = {
		.id = id,
		.oam_port = ALKAID_OAM_PORT,
		.bfd_multiplier = ALKAID_BFD_MULTIPLIER,
	};
	struct alkaid_gateway_cfg list[WORLD_MEMBERS];
	u16 n;

	for (n = 0; n < WORLD_MEMBERS && members[n].ip; n++)
		list[n] = member_of(&members[n]);
	return world_group_cfg(w, &cfg, list, n, mode);
}

int world_group_del(struct world *w, u32 id)
{
	return world_request(w, alkaid_group_del(&w->t, id, &w->extack));
}

int world_group_state(struct world *w, u32 id, const char *ip,
		      enum alkaid_gateway_state state)
{
	const struct in6_addr addr = ip_of(ip);

	return world_request(w, alkaid_group_set_state(&w->t, id, &addr, state,
						       &w->extack));
}

int world_bind_cfg(struct world *w, int port,
		   const struct alkaid_binding_cfg *cfg, enum alkaid_new mode)
{
	return world_request(w, alkaid_port_bind(&w->t, w->ports[port], cfg,
						 mode, &w->extack));
}

int world_bind(struct world *w, const struct port_row *row,
	       enum alkaid_new mode)
{
	struct alkaid_binding_cfg *cfg = kzalloc(sizeof(*cfg), GFP_KERNEL);
	struct alkaid_source *source;
	const char *comma;
	int err, i;

	if (!cfg)
		return -ENOMEM;
	cfg->subnet = row->subnet;
	cfg->antispoof = row->antispoof;
	mac_of(row->mac, cfg->mac);
	for (i = 0; i < ARRAY_SIZE(row->ips) && row->ips[i]; i++) {
		source = &cfg->sources[cfg->n_sources++];
		source->prefix = prefix_of(row->ips[i]);
		ether_addr_copy(source->mac, cfg->mac);
	}
	cfg->n_ips = i;
	for (i = 0; i < ARRAY_SIZE(row->allow) && row->allow[i]; i++) {
		source = &cfg->sources[cfg->n_sources++];
		source->prefix = prefix_of(row->allow[i]);
		ether_addr_copy(source->mac, cfg->mac);
		comma = strchr(row->allow[i], ',');
		if (comma)
			mac_of(comma + 1, source->mac);
	}
	err = world_bind_cfg(w, row->port, cfg, mode);
	kfree(cfg);
	return err;
}

int world_bind_ip(struct world *w, int port, u32 subnet, const char *mac,
		  const char *ip, enum alkaid_new mode)
{
	const struct port_row row = {
		.port = port,
		.subnet = subnet,
		.mac = mac,
		.ips = { ip },
		.antispoof = true,
	};

	return world_bind(w, &row, mode);
}

int world_unbind(struct world *w, int port)
{
	return world_request(w, alkaid_port_unbind(&w->t, w->ports[port],
						   &w->extack));
}

int world_begin(struct world *w)
{
	memset(&w->extack, 0, sizeof(w->extack));
	return alkaid_txn_begin(&w->t, OWNER, &w->extack);
}

int world_commit(struct world *w)
{
	struct alkaid_commit commit;

	memset(&w->extack, 0, sizeof(w->extack));
	return alkaid_txn_commit(&w->t, OWNER, &commit, &w->extack);
}

int world_abort(struct world *w)
{
	memset(&w->extack, 0, sizeof(w->extack));
	return alkaid_txn_abort(&w->t, OWNER, &w->extack);
}

void world_forget(struct world *w, int port)
{
	mutex_lock(&w->t.lock);
	alkaid_port_forget(&w->t, w->ports[port]);
	mutex_unlock(&w->t.lock);
}

void world_settle(struct world *w)
{
	flush_work(&w->t.txn.settle);
}

/* No RCU read side: the test is the only writer, and what is visible stays. */
struct alkaid_endpoint *world_ip(struct world *w, u32 vpc, const char *ip)
{
	struct in6_addr addr = ip_of(ip);

	return alkaid_endpoint_by_ip(&w->t, vpc, &addr,
				     alkaid_tables_gen(&w->t));
}

struct alkaid_endpoint *world_mac(struct world *w, u32 vni, const char *text)
{
	u8 mac[ETH_ALEN];

	return alkaid_endpoint_by_mac(&w->t, vni, mac_of(text, mac),
				      alkaid_tables_gen(&w->t));
}

unsigned int world_count(const struct rhltable *table)
{
	return atomic_read(&table->ht.nelems);
}

unsigned int world_indexed(const struct alkaid_index *index)
{
	const struct alkaid_index_table *table = alkaid_index_table(index);
	unsigned int slot, n = 0;
	void *obj;
	u32 i;

	for (i = 0; i <= table->mask; i++) {
		for (slot = 0; slot < ALKAID_INDEX_SLOTS; slot++) {
			obj = alkaid_index_at(table, i, slot);
			for (; obj; obj = alkaid_index_next(index, obj))
				n++;
		}
	}
	return n;
}
