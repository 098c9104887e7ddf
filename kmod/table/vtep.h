/* SPDX-License-Identifier: GPL-2.0 */
/* VTEPs: remote tunnel ends. */
#ifndef _ALKAID_TABLE_VTEP_H
#define _ALKAID_TABLE_VTEP_H

#include <linux/rhashtable.h>
#include <net/dst_cache.h>

struct alkaid_tables;

/**
 * struct alkaid_vtep - a remote tunnel end, shared by all endpoints behind it
 * @addr: underlay address, v4-mapped if IPv4; key
 * @dst_cache: underlay route
 * @node: in alkaid_tables.vteps
 * @refs: endpoints that are not yet freed
 */
struct alkaid_vtep {
	struct in6_addr addr;
	struct dst_cache dst_cache;

	struct rhash_head node;
	u32 refs;
};

extern const struct rhashtable_params alkaid_vtep_params;

struct alkaid_vtep *alkaid_vtep_get(struct alkaid_tables *t,
				    const struct in6_addr *addr);
void alkaid_vtep_put(struct alkaid_tables *t, struct alkaid_vtep *vtep);

#endif /* _ALKAID_TABLE_VTEP_H */
