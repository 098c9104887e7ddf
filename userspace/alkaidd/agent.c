// SPDX-License-Identifier: GPL-2.0
/* The agent: pushes and link events, one at a time, to one device. */
#include "agent.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adopt.h"
#include "alloc.h"
#include "complete.h"
#include "gateways.h"
#include "log.h"
#include "reply.h"
#include "restore.h"
#include "resync.h"
#include "unite.h"
#include "validate.h"

/* What a push of so many resources needed for a while is given back. */
#define TRIM_RESOURCES 10000

/* One push can fill no more of the log than this. */
#define LOG_MAX 1000

struct device {
	const char *name;	/* wanted, or NULL */
	struct alk_link link;
	unsigned int n;
};

static int find_device(const struct alk_link *link, void *arg)
{
	struct device *device = arg;

	if (device->name && strcmp(device->name, link->ifname))
		return 0;
	device->link = *link;
	device->n++;
	return 0;
}

static uint32_t netdev(const char *name)
{
	return if_nametoindex(name);
}

static int open_device(struct agent *agent, const char *dev)
{
	struct host *host = &agent->target.host;
	struct device device = { .name = dev };
	char text[256] = "";
	int err;

	err = alk_link_dump(find_device, &device, text, sizeof(text));
	if (err) {
		log_error("cannot list alkaid devices: %s", text);
		return err;
	}
	if (device.n != 1) {
		if (dev)
			log_error("%s is not an alkaid device here", dev);
		else if (device.n)
			log_error("there is more than one alkaid device here: choose one with --dev");
		else
			log_error("there is no alkaid device here");
		return -ENODEV;
	}
	err = alk_open(device.link.ifindex, &agent->target.alk, text, sizeof(text));
	if (err) {
		log_error("cannot open device %s: %s", device.link.ifname, text);
		return err;
	}
	memcpy(agent->device, device.link.ifname, sizeof(agent->device));
	if (device.link.local.family)
		host->locals[host->n_locals++] = device.link.local;
	if (device.link.local6.family)
		host->locals[host->n_locals++] = device.link.local6;
	host->dvr_mac = device.link.dvr_mac;
	host->netdev = netdev;
	/* From before the tables are read, so that no change goes unseen. */
	return watch_open(device.link.ifindex, &agent->watch);
}

static void configure_gateways(struct target *target)
{
	struct push push = {};
	size_t i;

	gateways_push(&push, &target->store, &target->host);
	apply(target, &push);
	for (i = 0; i < push.n_results; i++)
		if (refused(&push.results[i]))
			log_error("config: gateway %s: %s", push.results[i].id,
				  push.results[i].text);
	push_free(&push);
}

/* Without a state to restore, what the kernel holds is all that is known. */
static int load(struct agent *agent)
{
	struct target *target = &agent->target;
	int err;

	err = adopt_gateways(target->alk, &target->store);
	if (!err && !state_is_new(target->persist.state))
		return restore(target);
	if (!err)
		err = adopt(target->alk, &target->store);
	if (err)
		log_error("cannot read the tables of %s: %s", agent->device,
			  alk_error(target->alk));
	else
		configure_gateways(target);
	return err;
}

int agent_open(struct agent *agent, const struct config *config, struct state *state)
{
	char addr[ALK_ADDR_STRLEN];
	int err;

	memset(agent, 0, sizeof(*agent));
	pthread_mutex_init(&agent->lock, NULL);
	store_init(&agent->target.store);
	persist_open(&agent->target.persist, state);
	agent_configure(agent, config);

	err = open_device(agent, config->dev);
	if (!err)
		err = load(agent);
	if (err) {
		agent_close(agent);
		return err;
	}
	watch_start(agent->watch, agent);
	log_info("device %s, local address %s", agent->device,
		 alk_addr_print(&agent->target.host.locals[0], addr));
	return 0;
}

void agent_close(struct agent *agent)
{
	watch_close(agent->watch);
	persist_close(&agent->target.persist);
	store_free(&agent->target.store);
	if (agent->target.alk)
		alk_close(agent->target.alk);
	pthread_mutex_destroy(&agent->lock);
}

void agent_configure(struct agent *agent, const struct config *config)
{
	pthread_mutex_lock(&agent->lock);
	agent->target.strict = config->strict;
	agent->external = config->external;
	agent->target.host.gateways = config->gateways;
	agent->target.host.n_gateways = config->n_gateways;
	if (agent->target.alk)
		configure_gateways(&agent->target);
	pthread_mutex_unlock(&agent->lock);
}

int agent_resync(struct agent *agent, struct resync *r)
{
	int err;

	pthread_mutex_lock(&agent->lock);
	err = resync(&agent->target, r);
	pthread_mutex_unlock(&agent->lock);
	return err;
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

static void log_result(const struct result *r)
{
	char ifname[IFNAMSIZ];

	if (refused(r)) {
		log_error("push: %s %s: %s", type_name(r->type), PLAIN(r->id), r->text);
	} else if (r->status == STATUS(PENDING) && r->type == RESOURCE(PORT)) {
		port_ifname(r->id, ifname);
		log_info("push: port %s: waits for netdev %s", PLAIN(r->id), ifname);
	} else {
		log_info("push: %s %s: %s", type_name(r->type), PLAIN(r->id), r->text);
	}
}

static void log_results(struct agent *agent, const struct push *push, const struct timing *timing)
{
	size_t i, n = 0, n_pending = 0, n_refused = 0, n_lines = 0;

	for (i = 0; i < push->n_results; i++) {
		const struct result *r = &push->results[i];

		if (r->silent)
			continue;
		n++;
		n_refused += refused(r);
		n_pending += r->status == STATUS(PENDING);
		if (!r->text && r->status == STATUS(SUCCESS))
			log_debug("push: %s %s: done", type_name(r->type), PLAIN(r->id));
		else if (n_lines++ < LOG_MAX)
			log_result(r);
	}
	if (n_lines > LOG_MAX)
		log_error("push: %zu more lines of this message are not shown", n_lines - LOG_MAX);
	agent->last = (struct push_counts){
		.done = n - n_pending - n_refused,
		.pending = n_pending,
		.refused = n_refused,
		.us = timing->configure + timing->program,
	};
	agent->n_refused += n_refused;
	log_info("push: %zu resources: %zu done, %zu pending, %zu refused, in %u us", n,
		 agent->last.done, n_pending, n_refused, agent->last.us);
}

/* They are kept, so that they are there when they can be. */
static void refuse_unenforced(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++)
		if (push->results[i].type == RESOURCE(SECURITYGROUP) ||
		    push->results[i].type == RESOURCE(DHCP))
			refuse(&push->results[i], STATUS(FAILURE), "not enforced yet");
}

/* @goal is taken. */
static void push_goal(struct agent *agent, struct goal *goal, uint64_t start,
		      uint8_t **reply, size_t *reply_len)
{
	struct target *target = &agent->target;
	struct timing timing;
	struct push push;
	uint64_t mid;
	bool trim;

	push_init(&push, goal);
	pthread_mutex_lock(&agent->lock);
	unite(&push);
	complete(&push, &target->store, target->persist.state);
	complete_waiting(&push, &target->store, target->persist.state);
	validate(&push);
	mid = now_us();
	apply(target, &push);
	refuse_unenforced(&push);
	unite_answer(&push);
	timing.configure = mid - start;
	timing.program = now_us() - mid;
	log_results(agent, &push, &timing);
	agent->n_pushes++;
	agent->last_push = time(NULL);
	pthread_mutex_unlock(&agent->lock);

	*reply = reply_pack(&push, goal->format_version, &timing, reply_len);
	trim = push.n_results >= TRIM_RESOURCES;
	push_free(&push);
	goal_clear(goal);
	if (trim)
		malloc_trim(0);
}

bool agent_push_v1(void *agent, const uint8_t *data, size_t len,
		   uint8_t **reply, size_t *reply_len)
{
	uint64_t start = now_us();
	struct goal goal;

	if (!decode_v1(data, len, &goal)) {
		log_error("push: %zu bytes that are no goal state", len);
		return false;
	}
	push_goal(agent, &goal, start, reply, reply_len);
	return true;
}

bool agent_push_v2(void *arg, const uint8_t *data, size_t len,
		   uint8_t **reply, size_t *reply_len)
{
	uint64_t start = now_us();
	struct agent *agent = arg;
	const struct host *host = &agent->target.host;
	struct goal goal;

	if (!decode_v2(data, len, host->locals, host->n_locals, &goal)) {
		log_error("push: %zu bytes that are no goal state of version 2", len);
		*reply = reply_undecodable(reply_len);
		return true;
	}
	if (goal.filtered)
		log_info("push: %zu resources are for other hosts", goal.filtered);
	push_goal(agent, &goal, start, reply, reply_len);
	return true;
}

/* A push of one port that is as it was, but for its netdev. */
static void rebind(struct agent *agent, const struct port *port)
{
	struct port *copy = (struct port *)object_copy(&port->o);
	char name[IFNAMSIZ];
	struct push push = {};
	struct result *r = push_add(&push);
	bool was_bound = port->k.ifindex;

	memcpy(name, port->k.ifname, sizeof(name));
	*r = (struct result){
		.type = RESOURCE(PORT),
		.id = copy->o.id ? copy->o.id : copy->o.key,
		.action = ACTION_SET,
		.object = &copy->o,
		.revision = copy->o.revision,
		.silent = true,
		.status = STATUS(SUCCESS),
	};
	apply(&agent->target, &push);

	port = store_port(&agent->target.store, name);
	if (refused(r))
		log_error("link: port %s: cannot bind %s: %s",
			  PLAIN(port->o.id ? port->o.id : name), name, r->text);
	else if (port->k.ifindex)
		log_info("link: port %s: bound to %s", PLAIN(port->o.id ? port->o.id : name), name);
	else if (was_bound)
		log_info("link: port %s: %s is gone", PLAIN(port->o.id ? port->o.id : name), name);
	push_free(&push);
}

struct by_ifindex {
	uint32_t ifindex;
	const struct port *port;
};

static bool has_ifindex(struct object *o, void *arg)
{
	struct by_ifindex *by = arg;

	if (((struct port *)o)->k.ifindex != by->ifindex)
		return false;
	by->port = (struct port *)o;
	return true;
}

static const struct port *port_of_ifindex(struct agent *agent, uint32_t ifindex)
{
	struct by_ifindex by = { .ifindex = ifindex };

	store_each(&agent->target.store, RESOURCE(PORT), has_ifindex, &by);
	return by.port;
}

void agent_link_changed(const char *name, uint32_t ifindex, void *arg)
{
	struct agent *agent = arg;
	const struct port *port;

	pthread_mutex_lock(&agent->lock);
	/* A port goes by its netdev's name, so one that is renamed has left it. */
	port = port_of_ifindex(agent, ifindex);
	if (port && strcmp(port->k.ifname, name))
		rebind(agent, port);
	port = store_port(&agent->target.store, name);
	if (port && port->admin_up && port->k.ifindex != ifindex)
		rebind(agent, port);
	pthread_mutex_unlock(&agent->lock);
}

void agent_link_gone(uint32_t ifindex, void *arg)
{
	struct agent *agent = arg;
	const struct port *port;

	pthread_mutex_lock(&agent->lock);
	port = port_of_ifindex(agent, ifindex);
	if (port)
		rebind(agent, port);
	pthread_mutex_unlock(&agent->lock);
}

struct names {
	char (*name)[IFNAMSIZ];
	size_t n;
};

static bool note_moved(struct object *o, void *arg)
{
	const struct port *port = (struct port *)o;
	struct names *names = arg;

	if (port->admin_up && port->k.ifindex != netdev(port->k.ifname)) {
		names->name = xrealloc(names->name, names->n + 1, sizeof(*names->name));
		memcpy(names->name[names->n++], port->k.ifname, IFNAMSIZ);
	}
	return false;
}

void agent_link_lost(void *arg)
{
	struct agent *agent = arg;
	struct names names = {};
	size_t i;

	pthread_mutex_lock(&agent->lock);
	log_warning("link: events were lost, looking at every port");
	store_each(&agent->target.store, RESOURCE(PORT), note_moved, &names);
	for (i = 0; i < names.n; i++)
		rebind(agent, store_port(&agent->target.store, names.name[i]));
	free(names.name);
	pthread_mutex_unlock(&agent->lock);
}
