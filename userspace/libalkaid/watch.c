// SPDX-License-Identifier: GPL-2.0
/* Notifications: multicast groups, and the commits that they tell of. */
#include "internal.h"

#include <errno.h>
#include <string.h>

int alk_join(struct alk *alk, uint32_t group, const char *name)
{
	int id = group;

	if (!group)
		return alk_fail(alk, -EPROTO, "the kernel has no multicast group \"%s\"", name);
	if (mnl_socket_setsockopt(alk->nl, NETLINK_ADD_MEMBERSHIP, &id, sizeof(id)) >= 0)
		return 0;
	return alk_fail(alk, -errno, "multicast group \"%s\": %s", name, strerror(errno));
}

int alk_commit_decode(const struct nlmsghdr *nlh, struct alk_commit *out)
{
	const struct nlattr *attr;
	int err = 0;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case ALKAID_A_TXN_IFINDEX:
			err = alk_attr_u32(attr, &out->ifindex);
			break;
		case ALKAID_A_TXN_COMMIT:
			err = alk_attr_u32(attr, &out->commit);
			break;
		case ALKAID_A_TXN_CHANGES:
			err = alk_attr_u32(attr, &out->changes);
			break;
		case ALKAID_A_TXN_PORTID:
			err = alk_attr_u32(attr, &out->portid);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

static int commit_cb(const struct nlmsghdr *nlh, void *arg)
{
	return alk_commit_decode(nlh, arg);
}

int alk_commit_get(struct alk *alk, struct alk_commit *out)
{
	struct nlmsghdr *nlh = alk_msg_init(alk, alk->sndbuf, ALKAID_CMD_TXN_GET, 0);

	if (alk->ifindex)
		mnl_attr_put_u32(nlh, ALKAID_A_TXN_IFINDEX, alk->ifindex);
	return alk_transact(alk, nlh, commit_cb, out);
}

int alk_watch(struct alk *alk)
{
	return alk_join(alk, alk->mcast_commit, ALKAID_MCGRP_COMMIT);
}

int alk_watch_next(struct alk *alk, struct alk_commit *out)
{
	for (;;) {
		ssize_t len = alk_recv(alk, alk->rcvbuf, ALK_RECV_MAX);
		const struct nlmsghdr *in = (const void *)alk->rcvbuf;
		const struct genlmsghdr *genl;

		if (len < 0)
			return len;
		/* A commit is alone in its datagram. */
		if (!mnl_nlmsg_ok(in, len) || in->nlmsg_type != alk->family)
			continue;
		genl = mnl_nlmsg_get_payload(in);
		if (genl->cmd != ALKAID_CMD_TXN_NTF)
			continue;
		if (alk_commit_decode(in, out))
			return alk_fail(alk, -EBADMSG, "malformed notification from the kernel");
		if (!alk->ifindex || out->ifindex == alk->ifindex)
			return 0;
	}
}

uint32_t alk_portid(const struct alk *alk)
{
	return mnl_socket_get_portid(alk->nl);
}
