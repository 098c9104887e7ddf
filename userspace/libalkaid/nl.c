// SPDX-License-Identifier: GPL-2.0
/* The netlink socket of a handle: one request, or one dump, and its answer. */
#include "internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Tables that change all the time must not keep a reader forever. */
#define DUMP_TRIES 100
#define RCVBUF_WANTED (8 << 20)
/* Kernel memory that one acknowledgement with text occupies, rounded up. */
#define ANSWER_COST 2048

int alk_fail(struct alk *alk, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(alk->error, sizeof(alk->error), fmt, ap);
	va_end(ap);
	return err;
}

const char *alk_error(const struct alk *alk)
{
	return alk->error;
}

struct nlmsghdr *alk_msg_init(struct alk *alk, void *buf, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = alk->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++alk->seq;

	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = ALKAID_GENL_VERSION;
	return nlh;
}

int alk_send(struct alk *alk, const void *buf, size_t len)
{
	int err;

	if (mnl_socket_sendto(alk->nl, buf, len) >= 0)
		return 0;
	err = -errno;
	return alk_fail(alk, err, "netlink send: %s", strerror(-err));
}

ssize_t alk_recv(struct alk *alk, void *buf, size_t size)
{
	ssize_t len;
	int err;

	do {
		len = mnl_socket_recvfrom(alk->nl, buf, size);
	} while (len < 0 && errno == EINTR);
	if (len >= 0)
		return len;
	err = -errno;
	return alk_fail(alk, err, "netlink receive: %s", strerror(-err));
}

static bool is_answer(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE;
}

int alk_transact(struct alk *alk, struct nlmsghdr *nlh, mnl_cb_t cb, void *arg)
{
	uint32_t seq = nlh->nlmsg_seq;
	int bad = 0;
	int err;

	nlh->nlmsg_flags |= NLM_F_ACK;
	err = alk_send(alk, nlh, nlh->nlmsg_len);
	if (err)
		return err;

	for (;;) {
		ssize_t len = alk_recv(alk, alk->rcvbuf, ALK_RECV_MAX);
		const struct nlmsghdr *in = (void *)alk->rcvbuf;
		int left = len;

		if (len < 0)
			return len;
		for (; mnl_nlmsg_ok(in, left); in = mnl_nlmsg_next(in, &left)) {
			if (in->nlmsg_seq != seq)
				continue;
			if (is_answer(in)) {
				err = alk_answer(in, nlh, alk->error, sizeof(alk->error));
				return err ? err : bad;
			}
			if (cb && !bad)
				bad = cb(in, arg);
			if (bad == -EBADMSG)
				alk_fail(alk, bad, "malformed answer from the kernel");
		}
	}
}

/* One try. Return: 1 if a change came between. */
static int dump_once(struct alk *alk, struct nlmsghdr *nlh, struct alk_msgs *out, size_t *size)
{
	bool interrupted = false;
	int err;

	out->len = 0;
	nlh->nlmsg_seq = ++alk->seq;
	err = alk_send(alk, nlh, nlh->nlmsg_len);
	if (err)
		return err;

	for (;;) {
		struct nlmsghdr *in;
		ssize_t len;
		int left;

		if (*size - out->len < ALK_RECV_MAX) {
			size_t bigger = *size ? *size * 2 : 2 * ALK_RECV_MAX;
			char *buf = realloc(out->buf, bigger);

			if (!buf)
				return alk_fail(alk, -ENOMEM, "no memory for the dump");
			out->buf = buf;
			*size = bigger;
		}
		in = (void *)(out->buf + out->len);
		len = alk_recv(alk, in, ALK_RECV_MAX);
		if (len < 0)
			return len;
		left = len;

		/* An answer to an earlier request must not be kept. */
		if (mnl_nlmsg_ok(in, left) && in->nlmsg_seq != nlh->nlmsg_seq)
			continue;
		out->len += MNL_ALIGN(len);

		for (; mnl_nlmsg_ok(in, left); in = mnl_nlmsg_next(in, &left)) {
			interrupted |= in->nlmsg_flags & NLM_F_DUMP_INTR;
			if (!is_answer(in))
				continue;
			err = alk_answer(in, nlh, alk->error, sizeof(alk->error));
			return err ? err : interrupted;
		}
	}
}

int alk_dump(struct alk *alk, struct nlmsghdr *nlh, struct alk_msgs *out)
{
	size_t size = 0;
	int tries;

	*out = (struct alk_msgs){};
	nlh->nlmsg_flags |= NLM_F_DUMP;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		int err = dump_once(alk, nlh, out, &size);

		if (err <= 0)
			return err;
	}
	return alk_fail(alk, -EINTR, "the table kept changing while it was read");
}

static void mcast_group(struct alk *alk, const struct nlattr *nest)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			id = mnl_attr_get_u32(attr);
	}
	if (!strcmp(name, ALKAID_MCGRP_CONFIG))
		alk->mcast_config = id;
	if (!strcmp(name, ALKAID_MCGRP_COMMIT))
		alk->mcast_commit = id;
}

static int family_cb(const struct nlmsghdr *nlh, void *arg)
{
	struct alk *alk = arg;
	struct nlattr *attr, *nest;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS) {
			mnl_attr_for_each_nested(nest, attr) {
				mcast_group(alk, nest);
			}
		}
		if (mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID)
			continue;
		if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
			return -EBADMSG;
		alk->family = mnl_attr_get_u16(attr);
	}
	return 0;
}

/* The request also makes the kernel load the module, if it can be found. */
static int family_resolve(struct alk *alk)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;
	int err;

	nlh = alk_msg_init(alk, alk->sndbuf, CTRL_CMD_GETFAMILY, 0);
	nlh->nlmsg_type = GENL_ID_CTRL;
	genl = mnl_nlmsg_get_payload(nlh);
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, ALKAID_GENL_NAME);

	err = alk_transact(alk, nlh, family_cb, alk);
	if (err == -ENOENT)
		return alk_fail(alk, err, "the alkaid kernel module is not loaded");
	return err;
}

static void socket_tune(struct alk *alk)
{
	int fd = mnl_socket_get_fd(alk->nl);
	int size = RCVBUF_WANTED;
	socklen_t len = sizeof(size);
	int on = 1;

	/* Old kernels do not know them all: texts get poorer, nothing breaks. */
	mnl_socket_setsockopt(alk->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(alk->nl, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(alk->nl, NETLINK_GET_STRICT_CHK, &on, sizeof(on));

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &len))
		size = 0;
	alk->window = size / ANSWER_COST ? size / ANSWER_COST : 1;
}

int alk_open(uint32_t ifindex, struct alk **out, char *text, size_t size)
{
	struct alk *alk = calloc(1, sizeof(*alk));
	int err = -ENOMEM;

	if (!alk)
		goto err_text;
	alk->ifindex = ifindex;
	alk->seq = time(NULL);
	/* Padding between attributes is sent too. */
	alk->sndbuf = calloc(1, ALK_BATCH_MAX);
	alk->rcvbuf = malloc(ALK_RECV_MAX);
	if (!alk->sndbuf || !alk->rcvbuf)
		goto err_text;

	alk->nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!alk->nl || mnl_socket_bind(alk->nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		goto err_text;
	}
	socket_tune(alk);

	err = family_resolve(alk);
	if (err)
		goto err_text;
	*out = alk;
	return 0;

err_text:
	if (text)
		snprintf(text, size, "%s",
			 alk && alk->error[0] ? alk->error : strerror(-err));
	alk_close(alk);
	return err;
}

void alk_close(struct alk *alk)
{
	if (!alk)
		return;
	if (alk->nl)
		mnl_socket_close(alk->nl);
	alk_reasons_free(alk);
	free(alk->sndbuf);
	free(alk->rcvbuf);
	free(alk);
}
