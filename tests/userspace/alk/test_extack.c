// SPDX-License-Identifier: GPL-2.0
/* Refusals of the kernel as text. */
#include "test.h"

#include <errno.h>
#include <stdio.h>

#include "../../../userspace/libalkaid/internal.h"

static char request_buf[1024], answer_buf[2048];

/* subnet-new with ifindex, id, a nested prefix, vni. */
static struct nlmsghdr *request(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request_buf);
	struct alk_addr prefix = { .family = AF_INET, .len = 24 };
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	genl->cmd = ALKAID_CMD_SUBNET_NEW;
	mnl_attr_put_u32(nlh, ALKAID_A_SUBNET_IFINDEX, 4);
	mnl_attr_put_u32(nlh, ALKAID_A_SUBNET_ID, 71);
	alk_addr_encode(nlh, ALKAID_A_SUBNET_PREFIX, &prefix);
	mnl_attr_put_u32(nlh, ALKAID_A_SUBNET_VNI, 1 << 24);
	return nlh;
}

static uint32_t offset_of(const struct nlmsghdr *nlh, uint16_t type, uint16_t inner_type)
{
	const struct nlattr *attr, *inner;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != type)
			continue;
		if (!inner_type)
			return (const char *)attr - (const char *)nlh;
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) == inner_type)
				return (const char *)inner - (const char *)nlh;
	}
	fail_msg("no attribute %u.%u", type, inner_type);
	return 0;
}

/* @echo: the kernel repeats the request, as it does without NETLINK_CAP_ACK. */
static struct nlmsghdr *refusal(int err, const struct nlmsghdr *echo)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer_buf);
	struct nlmsgerr *ack = mnl_nlmsg_put_extra_header(nlh, sizeof(*ack));

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (echo ? 0 : NLM_F_CAPPED);
	ack->error = err;
	if (echo) {
		size_t body = echo->nlmsg_len - sizeof(*echo);

		ack->msg = *echo;
		memcpy(mnl_nlmsg_put_extra_header(nlh, body), echo + 1, body);
	}
	return nlh;
}

static const char *text_of(const struct nlmsghdr *answer, int err)
{
	static char text[160];

	assert_int_equal(alk_answer(answer, request(), text, sizeof(text)), err);
	return text;
}

static void fine(void **state)
{
	(void)state;
	assert_string_equal(text_of(refusal(0, NULL), 0), "");
}

static void no_text_but_a_number(void **state)
{
	(void)state;
	assert_string_equal(text_of(refusal(-EBUSY, NULL), -EBUSY), strerror(EBUSY));
}

static void the_text_of_the_kernel(void **state)
{
	struct nlmsghdr *nlh = refusal(-EBUSY, NULL);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "VPC is used by a subnet");
	assert_string_equal(text_of(nlh, -EBUSY), "VPC is used by a subnet");
}

static void generic_text_gets_the_attribute(void **state)
{
	struct nlmsghdr *nlh = refusal(-ERANGE, NULL);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "integer out of range");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, offset_of(request(), ALKAID_A_SUBNET_VNI, 0));
	assert_string_equal(text_of(nlh, -ERANGE), "integer out of range (attribute 'vni')");
}

static void own_text_already_names_it(void **state)
{
	struct nlmsghdr *nlh = refusal(-EINVAL, NULL);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "VNI must be 1 to 16777215");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, offset_of(request(), ALKAID_A_SUBNET_VNI, 0));
	assert_string_equal(text_of(nlh, -EINVAL), "VNI must be 1 to 16777215");
}

static void attribute_in_a_nest(void **state)
{
	struct nlmsghdr *nlh = refusal(-ERANGE, NULL);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "integer out of range");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS,
			 offset_of(request(), ALKAID_A_SUBNET_PREFIX, ALKAID_A_ADDRESS_LEN));
	assert_string_equal(text_of(nlh, -ERANGE),
			    "integer out of range (attribute 'prefix.len')");
}

static void attribute_in_a_nest_of_a_nest(void **state)
{
	struct nlmsghdr *req = mnl_nlmsg_put_header(request_buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(req, sizeof(*genl));
	struct alk_addr ip = { .family = AF_INET, .len = 24 };
	struct nlmsghdr *nlh = refusal(-EINVAL, NULL);
	struct nlattr *nest;
	uint32_t offset;
	char text[160];

	(void)state;
	genl->cmd = ALKAID_CMD_GATEWAY_NEW;
	mnl_attr_put_u32(req, ALKAID_A_GATEWAY_ID, 1);
	nest = mnl_attr_nest_start(req, ALKAID_A_GATEWAY_MEMBER);
	offset = (char *)mnl_nlmsg_get_payload_tail(req) - (char *)req + MNL_ATTR_HDRLEN;
	alk_addr_encode(req, ALKAID_A_GATEWAY_MEMBER_IP, &ip);
	mnl_attr_nest_end(req, nest);
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "no");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, offset);
	assert_int_equal(alk_answer(nlh, req, text, sizeof(text)), -EINVAL);
	assert_string_equal(text, "no (attribute 'member.ip.ip4')");
}

static void missing_attribute(void **state)
{
	struct nlmsghdr *nlh = refusal(-EINVAL, NULL);
	char want[160];

	(void)state;
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_TYPE, ALKAID_A_SUBNET_VPC);
	snprintf(want, sizeof(want), "%s (attribute 'vpc' is missing)", strerror(EINVAL));
	assert_string_equal(text_of(nlh, -EINVAL), want);
}

static void missing_attribute_in_a_nest(void **state)
{
	struct nlmsghdr *nlh = refusal(-EINVAL, NULL);

	(void)state;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "no address");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_TYPE, ALKAID_A_ADDRESS_IP4);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_NEST,
			 offset_of(request(), ALKAID_A_SUBNET_PREFIX, 0));
	assert_string_equal(text_of(nlh, -EINVAL),
			    "no address (attribute 'prefix.ip4' is missing)");
}

static void the_request_is_repeated(void **state)
{
	struct nlmsghdr *nlh = refusal(-ENOENT, request());
	char want[160];

	(void)state;
	snprintf(want, sizeof(want), "%s (attribute 'vpc' is missing)", strerror(ENOENT));
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_TYPE, ALKAID_A_SUBNET_VPC);
	assert_string_equal(text_of(nlh, -ENOENT), want);
}

static void end_of_a_dump(void **state)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer_buf);
	int *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	(void)state;
	nlh->nlmsg_type = NLMSG_DONE;
	assert_string_equal(text_of(nlh, 0), "");

	nlh->nlmsg_flags = NLM_F_ACK_TLVS;
	*err = -ENODEV;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "no alkaid device");
	assert_string_equal(text_of(nlh, -ENODEV), "no alkaid device");
}

static void truncated(void **state)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(answer_buf);

	(void)state;
	nlh->nlmsg_type = NLMSG_ERROR;
	mnl_nlmsg_put_extra_header(nlh, 4);
	assert_string_equal(text_of(nlh, -EBADMSG), "truncated answer from the kernel");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fine),
		cmocka_unit_test(no_text_but_a_number),
		cmocka_unit_test(the_text_of_the_kernel),
		cmocka_unit_test(generic_text_gets_the_attribute),
		cmocka_unit_test(own_text_already_names_it),
		cmocka_unit_test(attribute_in_a_nest),
		cmocka_unit_test(attribute_in_a_nest_of_a_nest),
		cmocka_unit_test(missing_attribute),
		cmocka_unit_test(missing_attribute_in_a_nest),
		cmocka_unit_test(the_request_is_repeated),
		cmocka_unit_test(end_of_a_dump),
		cmocka_unit_test(truncated),
	};

	return cmocka_run_group_tests_name("extack", tests, NULL, NULL);
}
