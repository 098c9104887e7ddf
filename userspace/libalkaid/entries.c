// SPDX-License-Identifier: GPL-2.0
/* Neighbors of one subnet, many in one request. */
#include "internal.h"

#include <alkaid_entry.h>
#include <assert.h>
#include <string.h>

/* What fits into a request beside its other attributes. */
#define ENTRIES_MAX 1600

static_assert(ENTRIES_MAX * sizeof(struct alkaid_neigh_entry) + 256 <= ALK_MSG_MAX,
	      "a request has room for its entries");

/* One address that the kernel takes; which it says itself of all else. */
static bool is_plain(const struct alk_addr *addr)
{
	if (addr->family == AF_INET)
		return addr->len == 32;
	return addr->family == AF_INET6 && addr->len == 128 &&
	       !IN6_IS_ADDR_V4MAPPED(&addr->v6);
}

static bool may_share(const struct alk_change *c)
{
	return c->kind == ALK_NEIGH && c->neigh->subnet && is_plain(&c->neigh->ip) &&
	       (c->verb == ALK_DEL || is_plain(&c->neigh->host));
}

size_t alk_entries_run(const struct alk_change *changes, size_t n)
{
	size_t run;

	if (!may_share(changes))
		return 1;
	for (run = 1; run < n && run < ENTRIES_MAX; run++)
		if (changes[run].verb != changes->verb || !may_share(&changes[run]) ||
		    changes[run].neigh->subnet != changes->neigh->subnet)
			break;
	return run;
}

static void addr_fill(uint8_t out[16], const struct alk_addr *addr)
{
	static const uint8_t v4mapped[12] = { [10] = 0xff, 0xff };

	if (addr->family == AF_INET6) {
		memcpy(out, &addr->v6, 16);
		return;
	}
	memcpy(out, v4mapped, sizeof(v4mapped));
	memcpy(out + sizeof(v4mapped), &addr->v4, sizeof(addr->v4));
}

void alk_entries_put(struct nlmsghdr *nlh, const struct alk_change *changes, size_t n)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);
	struct alkaid_neigh_entry *entries = mnl_attr_get_payload(attr);
	size_t i;

	attr->nla_type = ALKAID_A_NEIGH_ENTRIES;
	attr->nla_len = MNL_ATTR_HDRLEN + n * sizeof(*entries);
	memset(entries, 0, n * sizeof(*entries));
	for (i = 0; i < n; i++) {
		const struct alk_neigh *neigh = changes[i].neigh;

		addr_fill(entries[i].ip, &neigh->ip);
		if (changes[i].verb == ALK_DEL)
			continue;
		addr_fill(entries[i].host, &neigh->host);
		memcpy(entries[i].mac, neigh->mac.octet, sizeof(entries[i].mac));
	}
	nlh->nlmsg_len += MNL_ALIGN(attr->nla_len);
}
