// SPDX-License-Identifier: GPL-2.0
/* Notifications: commits, and what changed with them. */
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

int alk_monitor(struct alk *alk)
{
	return alk_join(alk, alk->mcast_config, ALKAID_MCGRP_CONFIG);
}

/**
 * struct event_kind - what a notification is
 * @type: of the event
 * @kind: of the object
 * @commit: attribute with the number of the commit
 * @decode: reads the object
 */
struct event_kind {
	enum alk_event_type type;
	enum alk_kind kind;
	uint16_t commit;
	int (*decode)(const struct nlmsghdr *nlh, struct alk_event *out);
};

#define DECODE(name)									\
static int name##_event(const struct nlmsghdr *nlh, struct alk_event *out)		\
{											\
	return alk_##name##_decode(nlh, &out->name);					\
}

DECODE(vpc)
DECODE(subnet)
DECODE(port)
DECODE(neigh)
DECODE(route)
DECODE(gateway)

static int commit_event(const struct nlmsghdr *nlh, struct alk_event *out)
{
	return alk_commit_decode(nlh, &out->end);
}

#define OBJECT_EVENTS(NAME, name)							\
	[ALKAID_CMD_##NAME##_NEW_NTF] = { ALK_EVENT_NEW, ALK_##NAME,			\
					  ALKAID_A_##NAME##_COMMIT, name##_event },	\
	[ALKAID_CMD_##NAME##_DEL_NTF] = { ALK_EVENT_DEL, ALK_##NAME,			\
					  ALKAID_A_##NAME##_COMMIT, name##_event }

static const struct event_kind event_kinds[] = {
	OBJECT_EVENTS(VPC, vpc),
	OBJECT_EVENTS(SUBNET, subnet),
	OBJECT_EVENTS(PORT, port),
	OBJECT_EVENTS(NEIGH, neigh),
	OBJECT_EVENTS(ROUTE, route),
	OBJECT_EVENTS(GATEWAY, gateway),
	[ALKAID_CMD_GATEWAY_NTF] = { ALK_EVENT_STATE, ALK_GATEWAY, ALKAID_A_GATEWAY_COMMIT,
				     gateway_event },
	[ALKAID_CMD_TXN_NTF] = { ALK_EVENT_COMMIT, ALK_VPC, ALKAID_A_TXN_COMMIT, commit_event },
};

/* Return: 1 if it is an event for this handle, 0 if not, or -EBADMSG. */
static int event_decode(struct alk *alk, const struct nlmsghdr *nlh, struct alk_event *out)
{
	const struct event_kind *kind;
	const struct genlmsghdr *genl;
	const struct nlattr *attr;
	int err = 0;

	if (nlh->nlmsg_type != alk->family || mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN)
		return 0;
	genl = mnl_nlmsg_get_payload(nlh);
	if (genl->cmd >= sizeof(event_kinds) / sizeof(event_kinds[0]) ||
	    !event_kinds[genl->cmd].decode)
		return 0;
	kind = &event_kinds[genl->cmd];
	out->type = kind->type;
	out->kind = kind->kind;
	out->ifindex = 0;
	out->commit = 0;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		/* The device is the first attribute of every set. */
		if (mnl_attr_get_type(attr) == ALKAID_A_TXN_IFINDEX)
			err = alk_attr_u32(attr, &out->ifindex);
		else if (mnl_attr_get_type(attr) == kind->commit)
			err = alk_attr_u32(attr, &out->commit);
		if (err)
			return err;
	}
	if (alk->ifindex && out->ifindex != alk->ifindex)
		return 0;
	err = kind->decode(nlh, out);
	return err ? err : 1;
}

int alk_monitor_next(struct alk *alk, struct alk_event *out)
{
	const struct nlmsghdr *nlh;
	ssize_t len;
	int left, ret;

	for (;;) {
		nlh = (const void *)(alk->rcvbuf + alk->unread);
		left = alk->unread_len - alk->unread;
		if (!mnl_nlmsg_ok(nlh, left)) {
			alk->unread = 0;
			alk->unread_len = 0;
			len = alk_recv(alk, alk->rcvbuf, ALK_RECV_MAX);
			if (len < 0)
				return len;
			alk->unread_len = len;
			continue;
		}
		alk->unread += MNL_ALIGN(nlh->nlmsg_len);
		ret = event_decode(alk, nlh, out);
		if (ret < 0)
			return alk_fail(alk, ret, "malformed notification from the kernel");
		if (ret)
			return 0;
	}
}
