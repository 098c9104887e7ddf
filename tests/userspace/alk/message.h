/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink messages, for the programs that test what is put into them. */
#ifndef ALK_TEST_MESSAGE_H
#define ALK_TEST_MESSAGE_H

#include "test.h"

#include "../../../userspace/libalkaid/internal.h"

/* The same memory each time. */
static inline struct nlmsghdr *message(void)
{
	static char buf[ALK_MSG_MAX];
	struct nlmsghdr *nlh;

	memset(buf, 0, sizeof(buf));
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_flags = NLM_F_REQUEST;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

static inline uint8_t command(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return genl->cmd;
}

static inline unsigned int count(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;
	unsigned int n = 0;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		n += mnl_attr_get_type(attr) == type;
	return n;
}

#endif /* ALK_TEST_MESSAGE_H */
