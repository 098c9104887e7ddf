// SPDX-License-Identifier: GPL-2.0
/* Making changes: pipelined requests, alone or in one transaction. */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define BEGIN_TRIES 1000
#define BEGIN_INTERVAL_MS 2

static void change_name(const struct alk_change *c, char *buf, size_t size)
{
	char addr[ALK_ADDR_STRLEN], ifname[IFNAMSIZ];
	int used;

	switch (c->kind) {
	case ALK_VPC:
		snprintf(buf, size, "vpc %u", c->vpc->id);
		break;
	case ALK_SUBNET:
		snprintf(buf, size, "subnet %u", c->subnet->id);
		break;
	case ALK_PORT:
		if (c->port->ifname[0])
			snprintf(buf, size, "port %s", c->port->ifname);
		else if (if_indextoname(c->port->ifindex, ifname))
			snprintf(buf, size, "port %s", ifname);
		else
			snprintf(buf, size, "port ifindex %u", c->port->ifindex);
		break;
	case ALK_NEIGH:
		snprintf(buf, size, "neigh %s subnet %u",
			 alk_addr_print(&c->neigh->ip, addr), c->neigh->subnet);
		break;
	case ALK_ROUTE:
		used = snprintf(buf, size, "route %s vpc %u",
				alk_addr_print(&c->route->prefix, addr), c->route->vpc);
		if (c->route->subnet)
			snprintf(buf + used, size - used, " subnet %u", c->route->subnet);
		break;
	case ALK_GATEWAY:
		snprintf(buf, size, "gateway %u", c->gateway->id);
		break;
	}
}

/* The handle keeps the first failure, with the name of what failed. */
static void note_failure(struct alk *alk, const struct alk_change *c, int *first)
{
	char name[100];

	if (*first || !c->error)
		return;
	*first = c->error;
	change_name(c, name, sizeof(name));
	alk_fail(alk, c->error, "%s: %s", name, c->text);
}

/**
 * struct batch - requests of one system call
 * @first: index of the change that the first request is for
 * @n: changes taken, with those that could not be encoded
 * @sent: requests in the buffer
 * @share: neighbors may share a request
 * @shared: some did
 * @seq: sequence number of change @first; the others follow
 */
struct batch {
	size_t first, n, sent;
	bool share, shared;
	uint32_t seq;
	size_t len;
	struct nlmsghdr *last;
};

static void batch_fill(struct alk *alk, struct batch *b, struct alk_change *changes, size_t n)
{
	char text[ALK_TEXT_MAX];

	b->n = 0;
	b->sent = 0;
	b->len = 0;
	b->last = NULL;
	b->seq = alk->seq + 1;

	while (b->first + b->n < n && b->sent < alk->window &&
	       b->len + ALK_MSG_MAX <= ALK_BATCH_MAX) {
		struct alk_change *c = &changes[b->first + b->n];
		size_t run = b->share ? alk_entries_run(c, n - b->first - b->n) : 1;
		struct nlmsghdr *nlh = alk_msg_init(alk, alk->sndbuf + b->len, 0, 0);
		size_t i;

		for (i = 0; i < run; i++) {
			c[i].text = "";
			c[i].error = 0;
		}
		b->shared |= run > 1;
		b->n += run;
		alk->seq += run - 1;
		c->error = alk_change_encode(nlh, alk->ifindex, c, run, text, sizeof(text));
		if (c->error) {
			c->text = alk_reason(alk, text);
			continue;
		}
		b->len += MNL_ALIGN(nlh->nlmsg_len);
		b->sent++;
		b->last = nlh;
	}

	/*
	 * The kernel answers in order, and every failure unasked: the last
	 * acknowledgement says that those without an answer were fine.
	 */
	if (b->last)
		b->last->nlmsg_flags |= NLM_F_ACK;
}

static const struct nlmsghdr *batch_request(const struct alk *alk, const struct batch *b,
					    uint32_t seq)
{
	const struct nlmsghdr *nlh = (const void *)alk->sndbuf;
	int left = b->len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_seq == seq)
			return nlh;
	return NULL;
}

static int batch_send(struct alk *alk, struct batch *b, struct alk_change *changes)
{
	char text[ALK_TEXT_MAX];
	int err;

	if (!b->sent)
		return 0;
	err = alk_send(alk, alk->sndbuf, b->len);
	if (err)
		return err;

	for (;;) {
		ssize_t len = alk_recv(alk, alk->rcvbuf, ALK_RECV_MAX);
		const struct nlmsghdr *in = (void *)alk->rcvbuf;
		int left = len;

		if (len < 0)
			return len;
		for (; mnl_nlmsg_ok(in, left); in = mnl_nlmsg_next(in, &left)) {
			uint32_t i = in->nlmsg_seq - b->seq;
			struct alk_change *c;

			if (in->nlmsg_type != NLMSG_ERROR || i >= b->n)
				continue;
			c = &changes[b->first + i];
			c->error = alk_answer(in, batch_request(alk, b, in->nlmsg_seq),
					      text, sizeof(text));
			if (c->error)
				c->text = alk_reason(alk, text);
			if (in->nlmsg_seq == b->last->nlmsg_seq)
				return 0;
		}
	}
}

static void fail_rest(struct alk *alk, struct alk_change *changes, size_t from, size_t n, int err)
{
	const char *text = alk_reason(alk, alk->error);
	size_t i;

	for (i = from; i < n; i++) {
		changes[i].error = err;
		changes[i].text = text;
	}
}

/*
 * Neighbors share requests if *@share, which then tells whether some did.
 * Return: the first refusal, or the failure of the socket, which ends it.
 */
static int apply_all(struct alk *alk, struct alk_change *changes, size_t n, bool *share)
{
	struct batch b = { .share = *share };
	int first = 0;
	size_t i;
	int err;

	for (; b.first < n; b.first += b.n) {
		batch_fill(alk, &b, changes, n);
		*share = b.shared;
		err = batch_send(alk, &b, changes);
		if (err) {
			fail_rest(alk, changes, b.first, n, err);
			return err;
		}
		for (i = b.first; i < b.first + b.n; i++)
			note_failure(alk, &changes[i], &first);
	}
	return first;
}

static int txn(struct alk *alk, uint8_t cmd, mnl_cb_t cb, void *arg)
{
	struct nlmsghdr *nlh = alk_msg_init(alk, alk->sndbuf, cmd, 0);

	if (alk->ifindex)
		mnl_attr_put_u32(nlh, ALKAID_A_TXN_IFINDEX, alk->ifindex);
	return alk_transact(alk, nlh, cb, arg);
}

/* Transactions of others are short, and nothing tells when one ends. */
static int txn_begin(struct alk *alk)
{
	int tries, err;

	for (tries = 0; ; tries++) {
		err = txn(alk, ALKAID_CMD_TXN_BEGIN, NULL, NULL);
		if (err != -EBUSY || tries == BEGIN_TRIES)
			return err;
		poll(NULL, 0, BEGIN_INTERVAL_MS);
	}
}

static void cancel_fine(struct alk_change *changes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (changes[i].error)
			continue;
		changes[i].error = -ECANCELED;
		changes[i].text = "undone, because another change of the transaction failed";
	}
}

static int commit_cb(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;
	uint32_t *commit = arg;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == ALKAID_A_TXN_COMMIT &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			*commit = mnl_attr_get_u32(attr);
	return 0;
}

int alk_commit(struct alk *alk, uint32_t *commit)
{
	uint32_t unwanted;

	return txn(alk, ALKAID_CMD_TXN_COMMIT, commit_cb, commit ? commit : &unwanted);
}

int alk_abort(struct alk *alk)
{
	return txn(alk, ALKAID_CMD_TXN_ABORT, NULL, NULL);
}

/*
 * A transaction was refused as a whole, since something that it deletes or makes
 * anew is in use: the reason begins with the name of that.
 */
static void blame(struct alk *alk, struct alk_change *changes, size_t n, int err)
{
	char text[sizeof(alk->error)], name[100];
	struct alk_change *c = NULL;
	int first = 0;
	size_t len;

	snprintf(text, sizeof(text), "%s", alk->error);
	while (n && !c) {
		change_name(&changes[--n], name, sizeof(name));
		len = strlen(name);
		if (!strncmp(text, name, len) && text[len] == ' ')
			c = &changes[n];
	}
	if (!c)
		return;
	c->error = err;
	c->text = alk_reason(alk, text);
	note_failure(alk, c, &first);
}

/* Whether a commit would be refused. Older kernels see to that with each change. */
static int check(struct alk *alk)
{
	int err = txn(alk, ALKAID_CMD_TXN_CHECK, NULL, NULL);

	return err == -EOPNOTSUPP ? 0 : err;
}

/* Return: 0 or a refusal, with the transaction open; or @begun is false. */
static int prepare(struct alk *alk, struct alk_change *changes, size_t n, bool *share,
		   bool *begun)
{
	int err = txn_begin(alk);

	*begun = !err;
	if (!err)
		return apply_all(alk, changes, n, share);
	fail_rest(alk, changes, 0, n, err);
	return err;
}

static int apply_txn(struct alk *alk, struct alk_change *changes, size_t n, enum alk_mode mode)
{
	char error[sizeof(alk->error)];
	bool share = true, begun;
	int err;

	err = prepare(alk, changes, n, &share, &begun);
	/* Neighbors of one request are refused together: what is wrong with each? */
	if (err && begun && share) {
		alk_abort(alk);
		share = false;
		err = prepare(alk, changes, n, &share, &begun);
	}
	if (!begun)
		return err;

	if (!err) {
		err = mode == ALK_ATOMIC ? alk_commit(alk, NULL) : check(alk);
		if (err)
			blame(alk, changes, n, err);
		else if (mode != ALK_CHECK)
			return 0;
	}

	/* Its own failure leaves nothing more to do, and must not hide the first. */
	memcpy(error, alk->error, sizeof(error));
	alk_abort(alk);
	memcpy(alk->error, error, sizeof(error));

	if (mode != ALK_CHECK)
		cancel_fine(changes, n);
	return err;
}

int alk_apply(struct alk *alk, struct alk_change *changes, size_t n, enum alk_mode mode)
{
	bool share = false;

	alk_reasons_free(alk);
	if (mode == ALK_EACH)
		return apply_all(alk, changes, n, &share);
	if (!n && mode != ALK_PREPARE)
		return 0;
	return apply_txn(alk, changes, n, mode);
}
