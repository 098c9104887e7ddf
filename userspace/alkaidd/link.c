// SPDX-License-Identifier: GPL-2.0
/* Which netdevs come, go and change, as rtnetlink tells it. */
#include "link.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "log.h"

/* A storm of a few thousand netdevs should not overflow it. */
#define RECV_BUFFER (4 << 20)

static int link_event(struct nl_msg *msg, void *arg)
{
	const struct link_events *events = arg;
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	const struct ifinfomsg *info;
	const struct nlattr *name;

	if (nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK)
		return NL_OK;
	if (!nlmsg_valid_hdr(nlh, sizeof(*info)))
		return NL_SKIP;
	info = nlmsg_data(nlh);
	/* A bridge tells of its ports with the same messages. */
	if (info->ifi_family != AF_UNSPEC)
		return NL_OK;

	if (nlh->nlmsg_type == RTM_DELLINK) {
		events->gone(info->ifi_index, events->arg);
		return NL_OK;
	}
	name = nlmsg_find_attr(nlh, sizeof(*info), IFLA_IFNAME);
	if (name && nla_len(name) > 0 && nla_len(name) <= IFNAMSIZ)
		events->changed(nla_get_string(name), info->ifi_index, events->arg);
	return NL_OK;
}

struct nl_sock *link_open(const struct link_events *events)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err;

	if (!sk)
		return NULL;
	nl_socket_disable_seq_check(sk);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, link_event, (void *)events);
	err = nl_connect(sk, NETLINK_ROUTE);
	if (!err)
		err = nl_socket_set_nonblocking(sk);
	if (!err)
		err = nl_socket_set_buffer_size(sk, RECV_BUFFER, 0);
	if (!err)
		err = nl_socket_add_membership(sk, RTNLGRP_LINK);
	if (err) {
		log_error("cannot follow link events: %s", nl_geterror(err));
		nl_socket_free(sk);
		return NULL;
	}
	return sk;
}

void link_close(struct nl_sock *sk)
{
	nl_socket_free(sk);
}

int link_fd(struct nl_sock *sk)
{
	return nl_socket_get_fd(sk);
}

void link_read(struct nl_sock *sk, const struct link_events *events)
{
	int err;

	do {
		err = nl_recvmsgs_default(sk);
	} while (err >= 0);

	/* libnl has no code of its own for ENOBUFS. */
	if (err == -NLE_NOMEM)
		events->lost(events->arg);
	else if (err != -NLE_AGAIN)
		log_warning("link events: %s", nl_geterror(err));
}
