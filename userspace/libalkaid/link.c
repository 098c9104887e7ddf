// SPDX-License-Identifier: GPL-2.0
/* The alkaid netdev itself, over rtnetlink. */
#include "internal.h"

#include <errno.h>
#include <if_alkaid.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND "alkaid"
#define DUMP_TRIES 100

/* Why the last request failed; libnl itself keeps only a code of its own. */
struct failure {
	int err;
	char text[ALK_TEXT_MAX];
};

static int failure_cb(struct sockaddr_nl *addr __attribute__((unused)),
		      struct nlmsgerr *ack, void *arg)
{
	const struct nlmsghdr *nlh = (const void *)((char *)ack - NLMSG_HDRLEN);
	struct failure *failure = arg;

	failure->err = alk_answer(nlh, NULL, failure->text, sizeof(failure->text));
	return NL_STOP;
}

static struct nl_sock *link_socket(struct failure *failure)
{
	struct nl_sock *sk = nl_socket_alloc();
	int on = 1;

	if (!sk)
		return NULL;
	if (nl_connect(sk, NETLINK_ROUTE)) {	/* sets SOCK_CLOEXEC */
		nl_socket_free(sk);
		return NULL;
	}
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_modify_err_cb(sk, NL_CB_CUSTOM, failure_cb, failure);
	return sk;
}

static int report(int err, const char *reason, char *text, size_t size)
{
	if (text)
		snprintf(text, size, "%s", reason);
	return err;
}

/* Sends @msg, consumes it, and waits for the acknowledgement. */
static int request(struct nl_msg *msg, char *text, size_t size)
{
	struct failure failure = {};
	struct nl_sock *sk = link_socket(&failure);
	int err = -ENOMEM;
	int ret;

	if (!sk) {
		nlmsg_free(msg);
		return report(err, "cannot open a netlink socket", text, size);
	}
	ret = nl_send_sync(sk, msg);
	nl_socket_free(sk);
	if (ret >= 0)
		return 0;
	if (failure.err)
		return report(failure.err, failure.text, text, size);
	return report(-EIO, nl_geterror(ret), text, size);
}

static struct nl_msg *link_msg(int type, int flags, const char *ifname,
			       unsigned int iff, unsigned int iff_mask)
{
	struct ifinfomsg ifi = { .ifi_flags = iff, .ifi_change = iff_mask };
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (!msg)
		return NULL;
	if (nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO) ||
	    (ifname && nla_put_string(msg, IFLA_IFNAME, ifname))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static bool put_changeable(struct nl_msg *msg, const struct alk_link *link, unsigned int what)
{
	if (what & ALK_LINK_FRAGMENT &&
	    nla_put_u8(msg, IFLA_ALKAID_FRAGMENT, link->fragment))
		return false;
	if (what & ALK_LINK_ROLE && nla_put_u8(msg, IFLA_ALKAID_ROLE, link->role))
		return false;
	if (what & ALK_LINK_UNDERLAY &&
	    nla_put_u8(msg, IFLA_ALKAID_UNDERLAY,
		       link->stack ? ALKAID_UNDERLAY_STACK : ALKAID_UNDERLAY_FAST))
		return false;
	return !(what & ALK_LINK_RELAY_TIME) ||
	       !nla_put_u32(msg, IFLA_ALKAID_RELAY_TIME, link->relay_time);
}

static bool put_data(struct nl_msg *msg, const struct alk_link *link, unsigned int what)
{
	static const struct alk_mac no_mac;

	if (link->local.family &&
	    nla_put(msg, IFLA_ALKAID_LOCAL, sizeof(link->local.v4), &link->local.v4))
		return false;
	if (link->local6.family &&
	    nla_put(msg, IFLA_ALKAID_LOCAL6, sizeof(link->local6.v6), &link->local6.v6))
		return false;
	if (link->dstport && nla_put_u16(msg, IFLA_ALKAID_DSTPORT, htons(link->dstport)))
		return false;
	if (link->geneve_port &&
	    nla_put_u16(msg, IFLA_ALKAID_GENEVE_PORT, htons(link->geneve_port)))
		return false;
	if (memcmp(&link->dvr_mac, &no_mac, sizeof(no_mac)) &&
	    nla_put(msg, IFLA_ALKAID_DVR_MAC, sizeof(no_mac), &link->dvr_mac))
		return false;
	return put_changeable(msg, link, what);
}

static bool put_info(struct nl_msg *msg, const struct alk_link *link, unsigned int what)
{
	struct nlattr *info, *data;

	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, KIND))
		return false;
	if (link) {
		data = nla_nest_start(msg, IFLA_INFO_DATA);
		if (!data || !put_data(msg, link, what))
			return false;
		nla_nest_end(msg, data);
	}
	nla_nest_end(msg, info);
	return true;
}

int alk_link_add(const struct alk_link *link, char *text, size_t size)
{
	unsigned int what = ALK_LINK_FRAGMENT | ALK_LINK_UNDERLAY |
			    (link->role ? ALK_LINK_ROLE : 0) |
			    (link->has_relay_time ? ALK_LINK_RELAY_TIME : 0);
	struct nl_msg *msg;

	if (!link->local.family && !link->local6.family)
		return report(-EINVAL, "local or local6 is required", text, size);
	if (link->local.family && link->local.family != AF_INET)
		return report(-EINVAL, "local must be an IPv4 address", text, size);
	if (link->local6.family && link->local6.family != AF_INET6)
		return report(-EINVAL, "local6 must be an IPv6 address", text, size);
	msg = link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link->ifname, 0, 0);
	if (!msg)
		return report(-ENOMEM, strerror(ENOMEM), text, size);
	if ((link->mtu && nla_put_u32(msg, IFLA_MTU, link->mtu)) ||
	    !put_info(msg, link, what)) {
		nlmsg_free(msg);
		return report(-ENOMEM, strerror(ENOMEM), text, size);
	}
	return request(msg, text, size);
}

struct find_arg {
	const char *ifname;
	bool found;
};

static int find_cb(const struct alk_link *link, void *arg)
{
	struct find_arg *find = arg;

	find->found |= !strcmp(link->ifname, find->ifname);
	return 0;
}

/* Nobody wants "alk link del eth0" to work on the wrong kind of device. */
static int must_be_alkaid(const char *ifname, char *text, size_t size)
{
	struct find_arg find = { .ifname = ifname };
	int err = alk_link_dump(find_cb, &find, text, size);

	if (err || find.found)
		return err;
	if (if_nametoindex(ifname))
		return report(-EINVAL, "not an alkaid device", text, size);
	return report(-ENODEV, "no such device", text, size);
}

int alk_link_set(const struct alk_link *link, unsigned int what, char *text, size_t size)
{
	const struct alk_link change = {
		.fragment = link->fragment,
		.role = link->role,
		.relay_time = link->relay_time,
		.stack = link->stack,
	};
	int err = must_be_alkaid(link->ifname, text, size);
	struct nl_msg *msg;

	if (err)
		return err;
	msg = link_msg(RTM_NEWLINK, 0, link->ifname, 0, 0);
	if (!msg || !put_info(msg, &change, what)) {
		nlmsg_free(msg);
		return report(-ENOMEM, strerror(ENOMEM), text, size);
	}
	return request(msg, text, size);
}

int alk_link_del(const char *ifname, char *text, size_t size)
{
	int err = must_be_alkaid(ifname, text, size);
	struct nl_msg *msg;

	if (err)
		return err;
	msg = link_msg(RTM_DELLINK, 0, ifname, 0, 0);
	if (!msg)
		return report(-ENOMEM, strerror(ENOMEM), text, size);
	return request(msg, text, size);
}

int alk_link_set_up(const char *ifname, bool up, char *text, size_t size)
{
	struct nl_msg *msg;

	msg = link_msg(RTM_NEWLINK, 0, ifname, up ? IFF_UP : 0, IFF_UP);
	if (!msg)
		return report(-ENOMEM, strerror(ENOMEM), text, size);
	return request(msg, text, size);
}

struct links {
	struct alk_link *list;
	size_t n;
	bool no_memory;
};

static void addr_decode(const struct nlattr *attr, int family, struct alk_addr *out)
{
	void *to = family == AF_INET ? (void *)&out->v4 : (void *)&out->v6;
	int size = family == AF_INET ? sizeof(out->v4) : sizeof(out->v6);

	if (!attr || nla_len(attr) != size)
		return;
	out->family = family;
	out->len = alk_family_len(family);
	memcpy(to, nla_data(attr), size);
}

static bool link_decode(struct nlmsghdr *nlh, struct alk_link *out)
{
	struct nlattr *tb[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1], *data[IFLA_ALKAID_MAX + 1];
	struct ifinfomsg *ifi = nlmsg_data(nlh);

	if (nlmsg_parse(nlh, sizeof(*ifi), tb, IFLA_MAX, NULL) ||
	    !tb[IFLA_IFNAME] || !tb[IFLA_LINKINFO] ||
	    nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL) ||
	    !info[IFLA_INFO_KIND] || nla_strcmp(info[IFLA_INFO_KIND], KIND))
		return false;

	memset(out, 0, sizeof(*out));
	out->ifindex = ifi->ifi_index;
	out->up = ifi->ifi_flags & IFF_UP;
	nla_strlcpy(out->ifname, tb[IFLA_IFNAME], sizeof(out->ifname));
	if (tb[IFLA_MTU])
		out->mtu = nla_get_u32(tb[IFLA_MTU]);

	if (!info[IFLA_INFO_DATA] ||
	    nla_parse_nested(data, IFLA_ALKAID_MAX, info[IFLA_INFO_DATA], NULL))
		return true;
	addr_decode(data[IFLA_ALKAID_LOCAL], AF_INET, &out->local);
	addr_decode(data[IFLA_ALKAID_LOCAL6], AF_INET6, &out->local6);
	if (data[IFLA_ALKAID_DSTPORT])
		out->dstport = ntohs(nla_get_u16(data[IFLA_ALKAID_DSTPORT]));
	if (data[IFLA_ALKAID_GENEVE_PORT])
		out->geneve_port = ntohs(nla_get_u16(data[IFLA_ALKAID_GENEVE_PORT]));
	if (data[IFLA_ALKAID_DVR_MAC] &&
	    nla_len(data[IFLA_ALKAID_DVR_MAC]) == sizeof(out->dvr_mac))
		memcpy(&out->dvr_mac, nla_data(data[IFLA_ALKAID_DVR_MAC]), sizeof(out->dvr_mac));
	if (data[IFLA_ALKAID_FRAGMENT])
		out->fragment = nla_get_u8(data[IFLA_ALKAID_FRAGMENT]);
	if (data[IFLA_ALKAID_ROLE])
		out->role = nla_get_u8(data[IFLA_ALKAID_ROLE]);
	if (data[IFLA_ALKAID_UNDERLAY])
		out->stack = nla_get_u8(data[IFLA_ALKAID_UNDERLAY]) == ALKAID_UNDERLAY_STACK;
	out->has_relay_time = data[IFLA_ALKAID_RELAY_TIME];
	if (out->has_relay_time)
		out->relay_time = nla_get_u32(data[IFLA_ALKAID_RELAY_TIME]);
	return true;
}

static int links_cb(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct links *links = arg;
	struct alk_link link, *list;

	if (nlh->nlmsg_type != RTM_NEWLINK || !link_decode(nlh, &link))
		return NL_OK;
	list = realloc(links->list, (links->n + 1) * sizeof(link));
	if (!list) {
		links->no_memory = true;
		return NL_STOP;
	}
	links->list = list;
	links->list[links->n++] = link;
	return NL_OK;
}

/* Return: 0 or a negative code of libnl. */
static int links_read(struct links *links, struct failure *failure)
{
	struct nl_sock *sk = link_socket(failure);
	struct nl_msg *msg = NULL;
	int ret = -NLE_NOMEM;

	if (!sk)
		return ret;
	msg = link_msg(RTM_GETLINK, NLM_F_DUMP, NULL, 0, 0);
	if (!msg || !put_info(msg, NULL, 0))
		goto out;
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, links_cb, links);
	ret = nl_send_auto(sk, msg);
	if (ret >= 0)
		ret = nl_recvmsgs_default(sk);
	if (links->no_memory)
		ret = -NLE_NOMEM;
out:
	nlmsg_free(msg);
	nl_socket_free(sk);
	return ret < 0 ? ret : 0;
}

int alk_link_dump(int (*cb)(const struct alk_link *, void *), void *arg,
		  char *text, size_t size)
{
	struct failure failure = {};
	struct links links = {};
	int tries = 0;
	int ret, err = 0;
	size_t i;

	do {
		links.n = 0;
		ret = links_read(&links, &failure);
	} while (ret == -NLE_DUMP_INTR && ++tries < DUMP_TRIES);

	if (ret == -NLE_DUMP_INTR)
		err = report(-EINTR, "links kept changing while they were read", text, size);
	else if (failure.err)
		err = report(failure.err, failure.text, text, size);
	else if (ret)
		err = report(-EIO, nl_geterror(ret), text, size);

	for (i = 0; !err && i < links.n; i++)
		err = cb(&links.list[i], arg);
	free(links.list);
	return err;
}
