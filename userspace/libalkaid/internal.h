/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of libalkaid share; nothing here is for its users. */
#ifndef LIBALKAID_INTERNAL_H
#define LIBALKAID_INTERNAL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "libalkaid.h"

/* Room for the largest request: a gateway group with all its members. */
#define ALK_MSG_MAX 65536
/* One sendmsg() of many requests. */
#define ALK_BATCH_MAX (2 * ALK_MSG_MAX)
#define ALK_RECV_MAX (1 << 20)
#define ALK_TEXT_MAX 160

struct alk {
	struct mnl_socket *nl;
	uint16_t family;
	uint32_t mcast_config;	/* multicast group "config" */
	uint32_t mcast_commit;	/* multicast group "commit" */
	uint32_t ifindex;
	uint32_t seq;
	size_t window;		/* answers that the receive queue surely holds */
	char *sndbuf;		/* ALK_BATCH_MAX */
	char *rcvbuf;		/* ALK_RECV_MAX */
	size_t unread, unread_len;	/* in rcvbuf, for alk_monitor_next() */
	struct reason *reasons;	/* of the last alk_apply() */
	char error[ALK_TEXT_MAX + 80];
};

/* nl.c */

/**
 * struct alk_msgs - the messages of a whole dump, back to back
 * @buf: to be freed by the caller
 * @len: bytes used
 */
struct alk_msgs {
	char *buf;
	size_t len;
};

struct nlmsghdr *alk_msg_init(struct alk *alk, void *buf, uint8_t cmd, uint16_t flags);
int alk_send(struct alk *alk, const void *buf, size_t len);
ssize_t alk_recv(struct alk *alk, void *buf, size_t size);

/*
 * Send @nlh and read until its acknowledgement; @cb, if any, gets what comes
 * before it. On failure the kernel's reason is in alk->error.
 */
int alk_transact(struct alk *alk, struct nlmsghdr *nlh, mnl_cb_t cb, void *arg);
int alk_dump(struct alk *alk, struct nlmsghdr *nlh, struct alk_msgs *out);
int alk_fail(struct alk *alk, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* extack.c */

/*
 * Read the answer @nlh (NLMSG_ERROR or NLMSG_DONE) to @request, which may be
 * NULL if it is gone. @text gets the reason of a failure, else is made empty.
 * Return: 0 or a negative errno.
 */
int alk_answer(const struct nlmsghdr *nlh, const struct nlmsghdr *request,
	       char *text, size_t size);

/* reason.c: a copy of @text, which lives as long as alk_change.text; never NULL */

const char *alk_reason(struct alk *alk, const char *text);
void alk_reasons_free(struct alk *alk);

/* encode.c */

/*
 * Command, flags and attributes of @n changes, which is 1 or what alk_entries_run()
 * says; -EINVAL with @text if one has too many.
 */
int alk_change_encode(struct nlmsghdr *nlh, uint32_t ifindex,
		      const struct alk_change *change, size_t n, char *text, size_t size);
void alk_addr_encode(struct nlmsghdr *nlh, uint16_t type, const struct alk_addr *addr);
void alk_flow_encode(struct nlmsghdr *nlh, const struct alk_flow *want);
void alk_route_encode_key(struct nlmsghdr *nlh, const struct alk_route *route);

/* entries.c: how many changes from the first on may be one request, and their attribute */
size_t alk_entries_run(const struct alk_change *changes, size_t n);
void alk_entries_put(struct nlmsghdr *nlh, const struct alk_change *changes, size_t n);

/* decode.c: 0, or -EBADMSG if an attribute is not what it must be */
int alk_vpc_decode(const struct nlmsghdr *nlh, struct alk_vpc *out);
int alk_subnet_decode(const struct nlmsghdr *nlh, struct alk_subnet *out);
int alk_port_decode(const struct nlmsghdr *nlh, struct alk_port *out);
int alk_neigh_decode(const struct nlmsghdr *nlh, struct alk_neigh *out);
int alk_route_decode(const struct nlmsghdr *nlh, struct alk_route *out);
int alk_gateway_decode(const struct nlmsghdr *nlh, struct alk_gateway *out);
int alk_flow_decode(const struct nlmsghdr *nlh, struct alk_flow *out);
int alk_vtep_decode(const struct nlmsghdr *nlh, struct alk_vtep *out);
int alk_stats_decode(const struct nlmsghdr *nlh, struct alk_stats *out);
int alk_addr_decode(const struct nlattr *nest, struct alk_addr *out);
int alk_attr_u32(const struct nlattr *attr, uint32_t *out);
int alk_attr_str(const struct nlattr *attr, char *out, size_t size);
int alk_attr_mac(const struct nlattr *attr, struct alk_mac *out);

/* trace.c: as those of decode.c */
int alk_trace_decode(const struct nlmsghdr *nlh, struct alk_trace *out);

/* watch.c */
int alk_join(struct alk *alk, uint32_t group, const char *name);
int alk_commit_decode(const struct nlmsghdr *nlh, struct alk_commit *out);

/* addr.c */
static inline unsigned int alk_family_len(uint8_t family)
{
	return family == AF_INET6 ? 128 : 32;
}

#endif /* LIBALKAID_INTERNAL_H */
