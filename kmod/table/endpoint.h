/* SPDX-License-Identifier: GPL-2.0 */
/* Endpoints: what an address leads to. */
#ifndef _ALKAID_TABLE_ENDPOINT_H
#define _ALKAID_TABLE_ENDPOINT_H

#include "addr.h"
#include "tables.h"

struct alkaid_port;
struct alkaid_subnet;
struct alkaid_vtep;

/**
 * struct alkaid_ip_key - key by address
 * @vpc: id of the VPC, in which addresses are unique
 * @addr: address
 */
struct alkaid_ip_key {
	u32 vpc;
	struct in6_addr addr;
};

/**
 * struct alkaid_mac_key - key by MAC
 * @vni: VXLAN network identifier
 * @addr: MAC
 */
struct alkaid_mac_key {
	u32 vni;
	u8 addr[ETH_ALEN];
};

/**
 * struct alkaid_endpoint - one address, and where it is
 * @ip: address; with the subnet's VPC the key in alkaid_tables.endpoints_by_ip
 * @mac: MAC; with the subnet's VNI the key in alkaid_tables.endpoints_by_mac. One
 *	that has several addresses has several endpoints
 * @gen: generations in which it is there
 * @subnet: its subnet
 * @where: a struct alkaid_port if bit 0 is set, else a struct alkaid_vtep
 * @same_ip: the next one with this address, of another generation
 * @same_mac: the next one with this MAC
 *
 * Immutable but for @gen: a change puts a new one beside it. There may be
 * millions, so it is as small as it can be: one cache line.
 */
struct alkaid_endpoint {
	struct in6_addr ip;
	u8 mac[ETH_ALEN];
	struct alkaid_gen gen;
	struct alkaid_subnet *subnet;
	unsigned long where;
	struct alkaid_endpoint __rcu *same_ip;
	struct alkaid_endpoint __rcu *same_mac;
};

#define ALKAID_ENDPOINT_LOCAL	1UL

/* The port of a local endpoint, else NULL. */
static inline struct alkaid_port *
alkaid_endpoint_port(const struct alkaid_endpoint *ep)
{
	if (!(ep->where & ALKAID_ENDPOINT_LOCAL))
		return NULL;
	return (struct alkaid_port *)(ep->where & ~ALKAID_ENDPOINT_LOCAL);
}

/* The VTEP of a remote endpoint (a neighbor), else NULL. */
static inline struct alkaid_vtep *
alkaid_endpoint_vtep(const struct alkaid_endpoint *ep)
{
	if (ep->where & ALKAID_ENDPOINT_LOCAL)
		return NULL;
	return (struct alkaid_vtep *)ep->where;
}

extern const struct alkaid_kind alkaid_endpoint_kind;
extern const struct alkaid_index_kind alkaid_endpoint_mac_index;
extern const struct alkaid_index_kind alkaid_endpoint_ip_index;

struct alkaid_endpoint *alkaid_endpoint_by_ip(struct alkaid_tables *t, u32 vpc,
					      const struct in6_addr *addr,
					      u32 gen);
struct alkaid_endpoint *alkaid_endpoint_by_mac(struct alkaid_tables *t, u32 vni,
					       const u8 *mac, u32 gen);
struct alkaid_endpoint *
alkaid_endpoint_local_by_mac(struct alkaid_tables *t, u32 vni, const u8 *mac,
			     u32 gen);
u32 alkaid_endpoint_ip_hash(const struct alkaid_tables *t, u32 vpc,
			    const struct in6_addr *addr);
u32 alkaid_endpoint_mac_hash(const struct alkaid_tables *t, u32 vni,
			     const u8 *mac);
void alkaid_endpoint_prefetch(const struct alkaid_tables *t,
			      const struct alkaid_subnet *subnet,
			      const struct in6_addr *addr, const u8 *mac);
const char *alkaid_endpoint_name(const struct alkaid_endpoint *ep);
int alkaid_endpoint_add(struct alkaid_tables *t, struct alkaid_subnet *subnet,
			const struct in6_addr *addr, const u8 *mac,
			struct alkaid_port *port, struct alkaid_vtep *vtep,
			struct netlink_ext_ack *extack);
void alkaid_endpoint_destroy(void *ptr, void *arg);

int alkaid_endpoint_cache_init(void);
void alkaid_endpoint_cache_exit(void);

#endif /* _ALKAID_TABLE_ENDPOINT_H */
