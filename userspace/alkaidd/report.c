// SPDX-License-Identifier: GPL-2.0
/* What alkaidctl asks for: status, dump and resync, as JSON. */
#include "report.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alkaid.pb-c.h"
#include "alloc.h"
#include "json.h"
#include "resync.h"

/* Differences that an answer names one by one. */
#define DIFFERENCES_MAX 1000

static const struct reported *reported;
static _Atomic(struct receiver *) receiver;
static struct timespec started;

void report_open(const struct reported *about)
{
	reported = about;
	clock_gettime(CLOCK_MONOTONIC, &started);
}

void report_receiver(struct receiver *rx)
{
	atomic_store(&receiver, rx);
}

/* Takes @json. */
static void answer(GString *json, uint8_t **reply, size_t *reply_len)
{
	Alkaid__Report report = ALKAID__REPORT__INIT;

	report.json = json->str;
	*reply_len = alkaid__report__get_packed_size(&report);
	*reply = xcalloc(1, *reply_len);
	alkaid__report__pack(&report, *reply);
	g_string_free(json, TRUE);
}

static const char *type_of(const struct object *o)
{
	return protobuf_c_enum_descriptor_get_value(&alcor__schema__resource_type__descriptor,
						    o->type)->name;
}

static bool unbound(const struct object *o)
{
	const struct port *port = (const struct port *)o;

	return o->type == RESOURCE(PORT) && port->admin_up && !port->k.ifindex;
}

/* Security is not to be believed in where it is not. */
static bool unenforced(const struct object *o)
{
	return o->type == RESOURCE(SECURITYGROUP) || o->type == RESOURCE(DHCP);
}

static const char *status_of(const struct object *o)
{
	if (unenforced(o))
		return status_name(STATUS(FAILURE));
	return status_name(o->wants || unbound(o) ? STATUS(PENDING) : STATUS(SUCCESS));
}

struct counts {
	size_t pending, idle, adopted;
};

static bool count(struct object *o, void *arg)
{
	struct counts *counts = arg;

	counts->pending += o->wants || unbound(o);
	counts->idle += object_idle(o);
	counts->adopted += o->adopted;
	return false;
}

static void status_resources(GString *json, const struct store *store)
{
	static const char *const keys[TYPES] = {
		[RESOURCE(VPC)] = "vpc",
		[RESOURCE(SUBNET)] = "subnet",
		[RESOURCE(PORT)] = "port",
		[RESOURCE(NEIGHBOR)] = "neighbor",
		[RESOURCE(SECURITYGROUP)] = "security_group",
		[RESOURCE(DHCP)] = "dhcp",
		[RESOURCE(ROUTER)] = "router",
		[RESOURCE(GATEWAY)] = "gateway",
	};
	struct counts counts = {};
	int type;

	json_open(json, "resources", '{');
	for (type = 0; type < TYPES; type++) {
		json_number(json, keys[type], store_count(store, type));
		store_each(store, type, count, &counts);
	}
	json_close(json, '}');
	json_number(json, "pending", counts.pending);
	json_number(json, "idle", counts.idle);
	json_number(json, "adopted", counts.adopted);
}

static void status_pushes(GString *json, const struct agent *agent)
{
	const struct push_counts *last = &agent->last;
	char when[sizeof("2000-01-01T00:00:00Z")] = "";
	struct tm tm;

	json_open(json, "pushes", '{');
	json_number(json, "count", agent->n_pushes);
	json_number(json, "refused", agent->n_refused);
	if (agent->last_push) {
		strftime(when, sizeof(when), "%FT%TZ", gmtime_r(&agent->last_push, &tm));
		json_open(json, "last", '{');
		json_text(json, "time", when);
		json_number(json, "done", last->done);
		json_number(json, "pending", last->pending);
		json_number(json, "refused", last->refused);
		json_number(json, "microseconds", last->us);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void status_state(GString *json, const struct persist *persist)
{
	json_open(json, "state", '{');
	json_text(json, "dir", reported->state_dir);
	json_number(json, "bytes", state_bytes(persist->state));
	json_text(json, "degraded", reported->degraded ?: persist_text(persist));
	json_close(json, '}');
}

static void status_calls(GString *json)
{
	struct receive_counters *counters;
	struct receiver *rx = atomic_load(&receiver);
	size_t i;

	if (!rx)
		return;
	counters = xcalloc(reported->n_methods, sizeof(*counters));
	receive_counters(rx, counters);
	json_open(json, "calls", '{');
	for (i = 0; i < reported->n_methods; i++) {
		json_open(json, strrchr(reported->methods[i].path, '/') + 1, '{');
		json_number(json, "calls", counters[i].calls);
		json_number(json, "open", counters[i].open);
		json_number(json, "messages", counters[i].messages);
		json_number(json, "bytes", counters[i].bytes);
		json_number(json, "refused", counters[i].refused);
		json_close(json, '}');
	}
	json_close(json, '}');
	free(counters);
}

bool report_status(void *arg, const uint8_t *data, size_t len, uint8_t **reply,
		   size_t *reply_len)
{
	GString *json = g_string_new(NULL);
	struct agent *agent = arg;
	char addr[ALK_ADDR_STRLEN];
	struct timespec now;
	size_t i;

	(void)data;
	(void)len;
	clock_gettime(CLOCK_MONOTONIC, &now);
	pthread_mutex_lock(&agent->lock);
	json_open(json, NULL, '{');
	json_text(json, "version", ALK_VERSION);
	json_text(json, "device", agent->device);
	json_open(json, "local", '[');
	for (i = 0; i < agent->target.host.n_locals; i++)
		json_text(json, NULL, alk_addr_print(&agent->target.host.locals[i], addr));
	json_close(json, ']');
	json_text(json, "listen", reported->listen);
	json_number(json, "uptime", now.tv_sec - started.tv_sec);
	status_resources(json, &agent->target.store);
	status_pushes(json, agent);
	status_state(json, &agent->target.persist);
	pthread_mutex_unlock(&agent->lock);
	status_calls(json);
	json_close(json, '}');
	answer(json, reply, reply_len);
	return true;
}

static void dump_wants(GString *json, const struct object *o)
{
	const struct want *want;

	if (!o->wants && !unbound(o))
		return;
	json_open(json, "waits_for", '[');
	if (unbound(o))
		json_text(json, NULL, ((const struct port *)o)->k.ifname);
	for (want = o->wants; want; want = want->next)
		json_text(json, NULL, want->id);
	json_close(json, ']');
}

static bool dump_object(struct object *o, void *arg)
{
	GString *json = arg;

	json_open(json, NULL, '{');
	json_text(json, "type", type_of(o));
	json_text(json, "id", o->id);
	if (!o->id)
		json_text(json, "key", o->key);
	if (o->revision)
		json_number(json, "revision", o->revision);
	json_text(json, "status", status_of(o));
	dump_wants(json, o);
	if (unenforced(o))
		json_text(json, "reason", "not enforced yet");
	if (o->type == RESOURCE(PORT))
		json_text(json, "netdev", ((const struct port *)o)->k.ifname);
	else if (object_number(o))
		json_number(json, "number", object_number(o));
	if (object_idle(o))
		json_flag(json, "idle", true);
	if (o->adopted)
		json_flag(json, "adopted", true);
	json_close(json, '}');
	return false;
}

bool report_dump(void *arg, const uint8_t *data, size_t len, uint8_t **reply, size_t *reply_len)
{
	GString *json = g_string_new(NULL);
	struct agent *agent = arg;
	int type;

	(void)data;
	(void)len;
	json_open(json, NULL, '[');
	pthread_mutex_lock(&agent->lock);
	for (type = 0; type < TYPES; type++)
		store_each(&agent->target.store, type, dump_object, json);
	pthread_mutex_unlock(&agent->lock);
	json_close(json, ']');
	answer(json, reply, reply_len);
	return true;
}

struct differences {
	GString *json;
	size_t n;
};

static void add_difference(const char *text, void *arg)
{
	struct differences *differences = arg;

	if (differences->n++ < DIFFERENCES_MAX)
		json_text(differences->json, NULL, text);
}

/* Who asks for it wants it done, also if what others change is to be kept. */
bool report_resync(void *arg, const uint8_t *data, size_t len, uint8_t **reply,
		   size_t *reply_len)
{
	struct differences differences = { .json = g_string_new(NULL) };
	struct resync r = { .repair = true, .each = add_difference, .arg = &differences };
	GString *json = differences.json;
	int err;

	(void)data;
	(void)len;
	json_open(json, NULL, '{');
	json_open(json, "differences", '[');
	err = agent_resync(arg, &r);
	json_close(json, ']');
	json_number(json, "objects", r.objects);
	json_number(json, "missing", r.missing);
	json_number(json, "changed", r.changed);
	json_number(json, "deleted", r.deleted);
	json_number(json, "refused", r.refused);
	json_number(json, "foreign", r.foreign);
	json_text(json, "error", err ? strerror(-err) : NULL);
	json_close(json, '}');
	answer(json, reply, reply_len);
	return true;
}
