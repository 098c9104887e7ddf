// SPDX-License-Identifier: GPL-2.0
/* Traces: of a frame that is given, and records of real ones. */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static int get_u8(const struct nlattr *attr, uint8_t *out)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
		return -EBADMSG;
	*out = mnl_attr_get_u8(attr);
	return 0;
}

static int get_mac(const struct nlattr *attr, struct alk_mac *out, bool *has)
{
	int err = alk_attr_mac(attr, out);

	*has = !err;
	return err;
}

static int step_attr(const struct nlattr *attr, struct alk_step *step)
{
	uint32_t kind = 0;
	uint8_t found = 0;
	int err = 0;

	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_STEP_KIND:
		err = alk_attr_u32(attr, &kind);
		step->kind = kind;
		break;
	case ALKAID_A_STEP_FOUND:
		err = get_u8(attr, &found);
		step->found = found;
		break;
	case ALKAID_A_STEP_VPC:
		return alk_attr_u32(attr, &step->vpc);
	case ALKAID_A_STEP_SUBNET:
		return alk_attr_u32(attr, &step->subnet);
	case ALKAID_A_STEP_VNI:
		return alk_attr_u32(attr, &step->vni);
	case ALKAID_A_STEP_IP:
		return alk_addr_decode(attr, &step->ip);
	case ALKAID_A_STEP_PREFIX:
		return alk_addr_decode(attr, &step->prefix);
	case ALKAID_A_STEP_VIA:
		return alk_addr_decode(attr, &step->via);
	case ALKAID_A_STEP_MAC:
		return get_mac(attr, &step->mac, &step->has_mac);
	case ALKAID_A_STEP_PORT:
		return alk_attr_str(attr, step->port, sizeof(step->port));
	case ALKAID_A_STEP_HOST:
		return alk_addr_decode(attr, &step->host);
	case ALKAID_A_STEP_MTU:
		return alk_attr_u32(attr, &step->mtu);
	case ALKAID_A_STEP_LEN:
		return alk_attr_u32(attr, &step->len);
	case ALKAID_A_STEP_GATEWAY_GROUP:
		return alk_attr_u32(attr, &step->group);
	}
	return err;
}

static int step_decode(const struct nlattr *nest, struct alk_trace *out)
{
	const struct nlattr *attr;
	struct alk_step *step;
	int err;

	if (out->n_steps == ALK_STEPS_MAX)
		return -EBADMSG;
	step = &out->steps[out->n_steps++];
	mnl_attr_for_each_nested(attr, nest) {
		err = step_attr(attr, step);
		if (err)
			return err;
	}
	return 0;
}

static int out_attr(const struct nlattr *attr, struct alk_trace_out *out)
{
	uint32_t encap = 0;
	int err;

	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_OUT_PORT:
		return alk_attr_str(attr, out->port, sizeof(out->port));
	case ALKAID_A_OUT_HOST:
		return alk_addr_decode(attr, &out->host);
	case ALKAID_A_OUT_VNI:
		return alk_attr_u32(attr, &out->vni);
	case ALKAID_A_OUT_ENCAP:
		err = alk_attr_u32(attr, &encap);
		out->encap = encap;
		return err;
	case ALKAID_A_OUT_SRC_MAC:
		return get_mac(attr, &out->src_mac, &out->has_macs);
	case ALKAID_A_OUT_DST_MAC:
		return get_mac(attr, &out->dst_mac, &out->has_macs);
	case ALKAID_A_OUT_TTL:
		return get_u8(attr, &out->ttl);
	case ALKAID_A_OUT_MTU:
		return alk_attr_u32(attr, &out->mtu);
	}
	return 0;
}

static int out_decode(const struct nlattr *nest, struct alk_trace_out *out)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		int err = out_attr(attr, out);

		if (err)
			return err;
	}
	return 0;
}

static int frame_decode(const struct nlattr *attr, struct alk_trace *out)
{
	out->n_frame = mnl_attr_get_payload_len(attr);
	if (out->n_frame > sizeof(out->frame))
		out->n_frame = sizeof(out->frame);
	memcpy(out->frame, mnl_attr_get_payload(attr), out->n_frame);
	return 0;
}

static int trace_attr(const struct nlattr *attr, struct alk_trace *out)
{
	switch (mnl_attr_get_type(attr)) {
	case ALKAID_A_TRACE_PORT:
		return alk_attr_str(attr, out->port, sizeof(out->port));
	case ALKAID_A_TRACE_VNI:
		return alk_attr_u32(attr, &out->vni);
	case ALKAID_A_TRACE_LEN:
		return alk_attr_u32(attr, &out->len);
	case ALKAID_A_TRACE_FRAME:
		return frame_decode(attr, out);
	case ALKAID_A_TRACE_STEP:
		return step_decode(attr, out);
	case ALKAID_A_TRACE_VERDICT:
		return alk_attr_str(attr, out->verdict, sizeof(out->verdict));
	case ALKAID_A_TRACE_REASON:
		return alk_attr_str(attr, out->reason, sizeof(out->reason));
	case ALKAID_A_TRACE_TELL:
		return alk_attr_str(attr, out->tell, sizeof(out->tell));
	case ALKAID_A_TRACE_OUT:
		return out_decode(attr, &out->out);
	case ALKAID_A_TRACE_LOST:
		return alk_attr_u32(attr, &out->lost);
	}
	return 0;
}

int alk_trace_decode(const struct nlmsghdr *nlh, struct alk_trace *out)
{
	const struct nlattr *attr;

	memset(out, 0, sizeof(*out));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		int err = trace_attr(attr, out);

		if (err)
			return err;
	}
	return out->verdict[0] ? 0 : -EBADMSG;
}

static int trace_cb(const struct nlmsghdr *nlh, void *arg)
{
	return alk_trace_decode(nlh, arg);
}

static struct nlmsghdr *trace_init(struct alk *alk, uint8_t cmd)
{
	struct nlmsghdr *nlh = alk_msg_init(alk, alk->sndbuf, cmd, 0);

	if (alk->ifindex)
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_IFINDEX, alk->ifindex);
	return nlh;
}

int alk_trace(struct alk *alk, const struct alk_trace_in *in, struct alk_trace *out)
{
	struct nlmsghdr *nlh = trace_init(alk, ALKAID_CMD_TRACE);

	if (in->len > ALK_FRAME_MAX)
		return alk_fail(alk, -EMSGSIZE, "a frame has %d bytes at most", ALK_FRAME_MAX);
	if (in->port)
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_PORT_IFINDEX, in->port);
	else
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_VNI, in->vni);
	mnl_attr_put(nlh, ALKAID_A_TRACE_FRAME, in->len, in->frame);
	return alk_transact(alk, nlh, trace_cb, out);
}

static void filter_encode(struct nlmsghdr *nlh, const struct alk_trace_filter *filter)
{
	if (filter->port)
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_PORT_IFINDEX, filter->port);
	if (filter->vpc)
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_VPC, filter->vpc);
	alk_addr_encode(nlh, ALKAID_A_TRACE_SRC, &filter->src);
	alk_addr_encode(nlh, ALKAID_A_TRACE_DST, &filter->dst);
	if (filter->has_proto)
		mnl_attr_put_u8(nlh, ALKAID_A_TRACE_PROTO, filter->proto);
	if (filter->has_sport)
		mnl_attr_put_u16(nlh, ALKAID_A_TRACE_SPORT, filter->sport);
	if (filter->has_dport)
		mnl_attr_put_u16(nlh, ALKAID_A_TRACE_DPORT, filter->dport);
	if (filter->count)
		mnl_attr_put_u32(nlh, ALKAID_A_TRACE_COUNT, filter->count);
}

int alk_trace_live(struct alk *alk, const struct alk_trace_filter *filter)
{
	struct nlmsghdr *nlh = trace_init(alk, ALKAID_CMD_TRACE_LIVE);
	int on = 1;

	/* The kernel counts what has no room, and says it in the next record. */
	mnl_socket_setsockopt(alk->nl, NETLINK_NO_ENOBUFS, &on, sizeof(on));
	filter_encode(nlh, filter);
	/* Records may come before an acknowledgment would. */
	return alk_send(alk, nlh, nlh->nlmsg_len);
}

int alk_trace_next(struct alk *alk, struct alk_trace *out)
{
	for (;;) {
		ssize_t len = alk_recv(alk, alk->rcvbuf, ALK_RECV_MAX);
		const struct nlmsghdr *in = (void *)alk->rcvbuf;
		const struct genlmsghdr *genl;

		if (len < 0)
			return len;
		/* A record is alone in its datagram. */
		if (!mnl_nlmsg_ok(in, len))
			continue;
		if (in->nlmsg_type == NLMSG_ERROR && in->nlmsg_seq == alk->seq)
			return alk_answer(in, (void *)alk->sndbuf, alk->error, sizeof(alk->error));
		if (in->nlmsg_type != alk->family)
			continue;
		genl = mnl_nlmsg_get_payload(in);
		if (genl->cmd != ALKAID_CMD_TRACE_NTF)
			continue;
		if (alk_trace_decode(in, out))
			return alk_fail(alk, -EBADMSG, "malformed record from the kernel");
		return 0;
	}
}

int alk_fd(const struct alk *alk)
{
	return mnl_socket_get_fd(alk->nl);
}
