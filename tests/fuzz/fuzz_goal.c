// SPDX-License-Identifier: GPL-2.0
/* Goal states through all rooms of the agent, against a kernel that takes or refuses, under libFuzzer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

#define must(condition) do {							\
	if (!(condition)) {							\
		fprintf(stderr, "fuzz_goal.c:%d: not so: %s\n", __LINE__, #condition); \
		abort();							\
	}									\
} while (0)

/*
 * An input is a byte that says what the kernel refuses, and pushes: a byte with
 * the version, two with the length, the message.
 */
#define PUSHES_MAX 8

static uint8_t refuses;
static unsigned int asked;

/* The linker puts these in place of those of libalkaid, by --wrap. */
int __wrap_alk_apply(struct alk *alk, struct alk_change *changes, size_t n, enum alk_mode mode);
int __wrap_alk_commit(struct alk *alk, uint32_t *number);
const char *__wrap_alk_error(const struct alk *alk);
int __wrap_alk_vpc_get(struct alk *alk, uint32_t id, struct alk_vpc *out);
int __wrap_alk_subnet_get(struct alk *alk, uint32_t id, struct alk_subnet *out);

int __wrap_alk_apply(struct alk *alk, struct alk_change *changes, size_t n, enum alk_mode mode)
{
	int err = 0;
	size_t i;

	(void)alk;
	must(mode == ALK_PREPARE);
	for (i = 0; i < n; i++) {
		changes[i].error = 0;
		/* What is refused once in a push is so in the next round, or may not be. */
		if (refuses && (++asked * 2654435761u >> 24) % 255 < refuses / 4) {
			changes[i].error = changes[i].verb == ALK_DEL && refuses & 1 ? -ENOENT :
										       -EINVAL;
			changes[i].text = "refused";
			err = -EINVAL;
		}
	}
	return err;
}

int __wrap_alk_commit(struct alk *alk, uint32_t *number)
{
	(void)alk;
	if (number)
		*number = 1;
	return refuses == 255 ? -EIO : 0;
}

const char *__wrap_alk_error(const struct alk *alk)
{
	(void)alk;
	return "an error";
}

int __wrap_alk_vpc_get(struct alk *alk, uint32_t id, struct alk_vpc *out)
{
	(void)alk;
	memset(out, 0, sizeof(*out));
	return id & 1 ? 0 : -ENOENT;
}

int __wrap_alk_subnet_get(struct alk *alk, uint32_t id, struct alk_subnet *out)
{
	(void)alk;
	memset(out, 0, sizeof(*out));
	return id & 1 ? 0 : -ENOENT;
}

/* Some netdevs are there, and some are not. */
static uint32_t netdev(const char *name)
{
	uint32_t ifindex = 0;

	while (*name)
		ifindex = ifindex * 31 + (uint8_t)*name++;
	return ifindex & 1 ? ifindex : 0;
}

static void check_reply(bool v2, const struct host *host, const uint8_t *data, size_t len,
			const uint8_t *bytes, size_t n)
{
	Alcor__Schema__GoalStateOperationReply *reply =
		alcor__schema__goal_state_operation_reply__unpack(NULL, n, bytes);
	struct goal goal;
	size_t i;

	must(reply);
	if (v2 ? decode_v2(data, len, host->locals, host->n_locals, &goal) :
		 decode_v1(data, len, &goal)) {
		must(reply->n_operation_statuses == goal.n_resources);
		goal_clear(&goal);
	} else {
		must(reply->n_operation_statuses == 1);
	}
	for (i = 0; i < reply->n_operation_statuses; i++)
		must(reply->operation_statuses[i]->operation_status <= STATUS(OUT_OF_ORDER));
	alcor__schema__goal_state_operation_reply__free_unpacked(reply, NULL);
}

static void push(struct agent *agent, bool v2, const uint8_t *data, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1), *reply = NULL;
	size_t n;

	memcpy(exact, data, len);
	if (v2 ? agent_push_v2(agent, exact, len, &reply, &n) :
		 agent_push_v1(agent, exact, len, &reply, &n))
		check_reply(v2, &agent->target.host, exact, len, reply, n);
	free(reply);
	free(exact);
}

static void open_agent(struct agent *agent)
{
	struct target *target = &agent->target;
	struct state *state;

	memset(agent, 0, sizeof(*agent));
	pthread_mutex_init(&agent->lock, NULL);
	must(!state_open(NULL, false, &state));
	store_init(&target->store);
	persist_open(&target->persist, state);
	must(alk_addr_parse("10.0.0.1", &target->host.locals[0]));
	target->host.n_locals = 1;
	target->host.netdev = netdev;
}

static void close_agent(struct agent *agent)
{
	store_free(&agent->target.store);
	persist_close(&agent->target.persist);
	pthread_mutex_destroy(&agent->lock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;
	struct agent agent;
	unsigned int i;

	if (!size)
		return 0;
	open_agent(&agent);
	asked = 0;
	refuses = *data++;
	agent.target.strict = refuses % 16 == 3;
	for (i = 0; i < PUSHES_MAX && end - data >= 3; i++) {
		size_t len = data[1] | data[2] << 8;
		bool v2 = data[0] & 1;

		data += 3;
		if (len > (size_t)(end - data))
			len = end - data;
		push(&agent, v2, data, len);
		data += len;
	}
	close_agent(&agent);
	return 0;
}
