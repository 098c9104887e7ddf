// SPDX-License-Identifier: GPL-2.0
/* A trace in words and in JSON. */
#include "trace.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

#define STEP_TEXT 256
#define REASONS_MAX 256

/**
 * struct reasons - drop reasons in words
 * @n: how many
 * @reason: name and text of each
 */
struct reasons {
	size_t n;
	struct {
		char name[32];
		char text[96];
	} reason[REASONS_MAX];
};

static int reason_add(const char *name, const char *text, uint64_t count, void *arg)
{
	struct reasons *reasons = arg;

	(void)count;
	if (reasons->n == REASONS_MAX)
		return 0;
	snprintf(reasons->reason[reasons->n].name, sizeof(reasons->reason[0].name), "%s", name);
	snprintf(reasons->reason[reasons->n].text, sizeof(reasons->reason[0].text), "%s", text);
	reasons->n++;
	return 0;
}

int trace_print_init(struct trace_print *print, const struct cli *cli, struct alk *alk)
{
	*print = (struct trace_print){ .out = cli_out(cli) };
	if (cli->json)
		return CLI_OK;
	print->reasons = calloc(1, sizeof(*print->reasons));
	if (!print->reasons)
		return cli_refused("%s", strerror(ENOMEM));
	if (alk_drops_get(alk, reason_add, print->reasons))
		return cli_refused("trace: %s", alk_error(alk));
	return CLI_OK;
}

void trace_print_done(struct trace_print *print)
{
	free(print->reasons);
}

static const char *reason_text(const struct reasons *reasons, const char *name)
{
	size_t i;

	for (i = 0; i < reasons->n; i++)
		if (!strcmp(reasons->reason[i].name, name))
			return reasons->reason[i].text;
	return "";
}

static const char *const kinds[] = {
	[ALKAID_STEP_PORT] = "port",
	[ALKAID_STEP_VNI] = "vni",
	[ALKAID_STEP_ANTISPOOF] = "antispoof",
	[ALKAID_STEP_GATEWAY] = "gateway",
	[ALKAID_STEP_MAC] = "mac",
	[ALKAID_STEP_IP] = "ip",
	[ALKAID_STEP_ROUTE] = "route",
	[ALKAID_STEP_NEXT_HOP] = "next_hop",
	[ALKAID_STEP_MTU] = "mtu",
	[ALKAID_STEP_FLOW] = "flow",
	[ALKAID_STEP_GROUP] = "group",
	[ALKAID_STEP_MOVED] = "moved",
};

static const char *kind_name(enum alkaid_step kind)
{
	return kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : "unknown";
}

/* Where the endpoint is that a step found. */
static const char *place(const struct alk_step *step, char buf[STEP_TEXT])
{
	char host[ALK_ADDR_STRLEN];

	if (step->port[0])
		snprintf(buf, STEP_TEXT, "at port %s", step->port);
	else if (step->host.family)
		snprintf(buf, STEP_TEXT, "behind host %s", alk_addr_print(&step->host, host));
	else
		snprintf(buf, STEP_TEXT, "somewhere");
	return buf;
}

static void endpoint_text(const struct alk_step *step, const char *what, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN], where[STEP_TEXT / 2 + 128];

	alk_addr_print(&step->ip, ip);
	if (step->found)
		snprintf(buf, STEP_TEXT, "%s %s in VPC %u: subnet %u, MAC %s, %.100s", what, ip,
			 step->vpc, step->subnet, alk_mac_print(&step->mac, mac),
			 place(step, where));
	else
		snprintf(buf, STEP_TEXT, "%s %s in VPC %u: nothing has it", what, ip, step->vpc);
}

static void mac_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN], where[STEP_TEXT / 2 + 128];

	alk_mac_print(&step->mac, mac);
	if (step->found)
		snprintf(buf, STEP_TEXT, "MAC %s in VNI %u: %s of subnet %u, %.100s", mac,
			 step->vni, alk_addr_print(&step->ip, ip), step->subnet,
			 place(step, where));
	else
		snprintf(buf, STEP_TEXT, "MAC %s in VNI %u: nothing has it", mac, step->vni);
}

static void route_text(const struct alk_trace *trace, const struct alk_step *step,
		       char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN], prefix[ALK_ADDR_STRLEN], via[ALK_ADDR_STRLEN];

	alk_addr_print(&step->ip, ip);
	if (!step->found)
		snprintf(buf, STEP_TEXT, "route to %s in VPC %u: none", ip, step->vpc);
	else if (step->via.family)
		snprintf(buf, STEP_TEXT, "route to %s in VPC %u: %s via %s", ip, step->vpc,
			 alk_addr_print(&step->prefix, prefix), alk_addr_print(&step->via, via));
	else if (step->group)
		snprintf(buf, STEP_TEXT, "route to %s in VPC %u: %s to gateway group %u", ip,
			 step->vpc, alk_addr_print(&step->prefix, prefix), step->group);
	else if (!strcmp(trace->reason, "BLACKHOLE"))
		snprintf(buf, STEP_TEXT, "route to %s in VPC %u: %s, a blackhole", ip, step->vpc,
			 alk_addr_print(&step->prefix, prefix));
	else
		snprintf(buf, STEP_TEXT, "route to %s in VPC %u: %s, the prefix of subnet %u", ip,
			 step->vpc, alk_addr_print(&step->prefix, prefix), step->subnet);
}

static void antispoof_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN] = "without address", mac[ALK_MAC_STRLEN];

	if (step->ip.family)
		alk_addr_print(&step->ip, ip);
	snprintf(buf, STEP_TEXT, "source %s, MAC %s: %s", ip, alk_mac_print(&step->mac, mac),
		 step->found ? "the port's own, or allowed" : "not the port's");
}

static void port_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	if (step->found)
		snprintf(buf, STEP_TEXT, "from port %s: subnet %u of VPC %u, VNI %u", step->port,
			 step->subnet, step->vpc, step->vni);
	else
		snprintf(buf, STEP_TEXT, "from port %s: not bound to a subnet", step->port);
}

static void vni_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	if (step->found)
		snprintf(buf, STEP_TEXT, "from the tunnel, VNI %u: VPC %u", step->vni, step->vpc);
	else
		snprintf(buf, STEP_TEXT, "from the tunnel, VNI %u: no subnet has it", step->vni);
}

static void gateway_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN];

	snprintf(buf, STEP_TEXT, "gateway of subnet %u: %s %s", step->subnet,
		 step->ip.family ? alk_addr_print(&step->ip, ip) : "no address",
		 step->found ? "is its address" : "is another address");
}

static void flow_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN] = "this address", mac[ALK_MAC_STRLEN], host[ALK_ADDR_STRLEN];

	if (step->ip.family)
		alk_addr_print(&step->ip, ip);
	if (step->found)
		snprintf(buf, STEP_TEXT, "direct path to %s: MAC %s, behind host %s", ip,
			 alk_mac_print(&step->mac, mac), alk_addr_print(&step->host, host));
	else
		snprintf(buf, STEP_TEXT, "direct path to %s: none", ip);
}

static void group_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char mac[ALK_MAC_STRLEN], host[ALK_ADDR_STRLEN];

	if (step->found)
		snprintf(buf, STEP_TEXT, "gateway group %u: member %s, MAC %s", step->group,
			 alk_addr_print(&step->host, host), alk_mac_print(&step->mac, mac));
	else
		snprintf(buf, STEP_TEXT, "gateway group %u: no member takes flows", step->group);
}

static void moved_text(const struct alk_step *step, char buf[STEP_TEXT])
{
	char ip[ALK_ADDR_STRLEN] = "this address";

	if (step->ip.family)
		alk_addr_print(&step->ip, ip);
	snprintf(buf, STEP_TEXT, "%s has %s", ip,
		 step->found ? "left this host a short while ago" : "not left this host");
}

static const char *step_text(const struct alk_trace *trace, const struct alk_step *step,
			     char buf[STEP_TEXT])
{
	switch (step->kind) {
	case ALKAID_STEP_PORT:
		port_text(step, buf);
		break;
	case ALKAID_STEP_VNI:
		vni_text(step, buf);
		break;
	case ALKAID_STEP_ANTISPOOF:
		antispoof_text(step, buf);
		break;
	case ALKAID_STEP_GATEWAY:
		gateway_text(step, buf);
		break;
	case ALKAID_STEP_MAC:
		mac_text(step, buf);
		break;
	case ALKAID_STEP_IP:
		endpoint_text(step, "address", buf);
		break;
	case ALKAID_STEP_ROUTE:
		route_text(trace, step, buf);
		break;
	case ALKAID_STEP_NEXT_HOP:
		endpoint_text(step, "next hop", buf);
		break;
	case ALKAID_STEP_MTU:
		snprintf(buf, STEP_TEXT, "datagram of %u bytes: %u fit%s", step->len, step->mtu,
			 step->found ? "" : ", too big");
		break;
	case ALKAID_STEP_FLOW:
		flow_text(step, buf);
		break;
	case ALKAID_STEP_GROUP:
		group_text(step, buf);
		break;
	case ALKAID_STEP_MOVED:
		moved_text(step, buf);
		break;
	default:
		snprintf(buf, STEP_TEXT, "a step that this program does not know");
	}
	return buf;
}

/* --- text --- */

static void text_change(const char *what, const struct alk_mac *was, const struct alk_mac *is)
{
	char mac[ALK_MAC_STRLEN];

	if (memcmp(was, is, sizeof(*is)))
		printf(", %s %s", what, alk_mac_print(is, mac));
}

/* What changes on the way, as against the frame that came. */
static void text_changes(const struct alk_trace *trace)
{
	const struct alk_trace_out *out = &trace->out;
	struct alk_mac dst, src;

	if (trace->n_frame >= sizeof(dst) + sizeof(src)) {
		memcpy(&dst, trace->frame, sizeof(dst));
		memcpy(&src, trace->frame + sizeof(dst), sizeof(src));
		text_change("source MAC", &src, &out->src_mac);
		text_change("destination MAC", &dst, &out->dst_mac);
	}
	if (out->ttl)
		printf(", TTL %u", out->ttl);
}

static void text_verdict(const struct trace_print *print, const struct alk_trace *trace)
{
	static const char *const encaps[] = { "VXLAN", "Geneve" };
	const struct alk_trace_out *out = &trace->out;
	char host[ALK_ADDR_STRLEN];

	printf("  verdict: %s", trace->verdict);
	if (trace->reason[0]) {
		printf(" %s: %s", trace->reason, reason_text(print->reasons, trace->reason));
		if (trace->tell[0])
			printf("; its sender is told: %s", trace->tell);
		if (out->mtu)
			printf(", MTU %u", out->mtu);
		putchar('\n');
		return;
	}
	if (out->host.family)
		printf(" in %s to host %s, VNI %u", encaps[out->encap == ALKAID_ENCAP_GENEVE],
		       alk_addr_print(&out->host, host), out->vni);
	else if (out->port[0])
		printf(" to port %s", out->port);
	if (out->has_macs)
		text_changes(trace);
	if (out->mtu)
		printf(", in fragments of %u bytes at most", out->mtu);
	putchar('\n');
}

static void text_one(const struct trace_print *print, const struct alk_trace *trace)
{
	char buf[STEP_TEXT > FRAME_TEXT ? STEP_TEXT : FRAME_TEXT];
	size_t i;

	if (trace->lost)
		printf("%u records lost\n", trace->lost);
	puts(frame_text(trace->frame, trace->n_frame, trace->len, buf));
	for (i = 0; i < trace->n_steps; i++)
		printf("  %s\n", step_text(trace, &trace->steps[i], buf));
	text_verdict(print, trace);
}

/* --- JSON --- */

static struct json_object *must(struct json_object *value)
{
	if (!value) {
		fprintf(stderr, "alk: no memory for the output\n");
		exit(CLI_REFUSED);
	}
	return value;
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, must(value)))
		must(NULL);
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
	if (value[0])
		add(object, key, json_object_new_string(value));
}

static void add_uint(struct json_object *object, const char *key, uint32_t value)
{
	if (value)
		add(object, key, json_object_new_uint64(value));
}

static void add_addr(struct json_object *object, const char *key, const struct alk_addr *addr)
{
	char buf[ALK_ADDR_STRLEN];

	if (addr->family)
		add_string(object, key, alk_addr_print(addr, buf));
}

static void add_mac(struct json_object *object, const char *key, const struct alk_mac *mac)
{
	char buf[ALK_MAC_STRLEN];

	add_string(object, key, alk_mac_print(mac, buf));
}

static struct json_object *json_step(const struct alk_trace *trace, const struct alk_step *step)
{
	struct json_object *object = must(json_object_new_object());
	char buf[STEP_TEXT];

	add_string(object, "step", kind_name(step->kind));
	add(object, "found", json_object_new_boolean(step->found));
	add_uint(object, "vpc", step->vpc);
	add_uint(object, "subnet", step->subnet);
	add_uint(object, "vni", step->vni);
	add_addr(object, "ip", &step->ip);
	add_addr(object, "prefix", &step->prefix);
	add_addr(object, "via", &step->via);
	if (step->has_mac)
		add_mac(object, "mac", &step->mac);
	add_string(object, "port", step->port);
	add_addr(object, "host", &step->host);
	add_uint(object, "mtu", step->mtu);
	add_uint(object, "len", step->len);
	add_uint(object, "gateway_group", step->group);
	add_string(object, "text", step_text(trace, step, buf));
	return object;
}

static struct json_object *json_out(const struct alk_trace_out *out)
{
	struct json_object *object = must(json_object_new_object());

	add_string(object, "port", out->port);
	if (out->host.family) {
		add_addr(object, "host", &out->host);
		add(object, "vni", json_object_new_uint64(out->vni));
		add_string(object, "encap",
			   out->encap == ALKAID_ENCAP_GENEVE ? "geneve" : "vxlan");
	}
	if (out->has_macs) {
		add_mac(object, "src_mac", &out->src_mac);
		add_mac(object, "dst_mac", &out->dst_mac);
	}
	add_uint(object, "ttl", out->ttl);
	add_uint(object, "mtu", out->mtu);
	return object;
}

static void json_from(struct json_object *object, const struct alk_trace *trace)
{
	char hex[2 * sizeof(trace->frame) + 1] = "";
	size_t i;

	if (trace->port[0])
		add_string(object, "port", trace->port);
	else
		add(object, "vni", json_object_new_uint64(trace->vni));
	for (i = 0; i < trace->n_frame; i++)
		snprintf(hex + 2 * i, 3, "%02x", trace->frame[i]);
	add_string(object, "frame", hex);
	add_uint(object, "len", trace->len);
	add_uint(object, "lost", trace->lost);
}

static struct json_object *json_one(const struct alk_trace *trace)
{
	struct json_object *object = must(json_object_new_object());
	struct json_object *steps = must(json_object_new_array());
	size_t i;

	add_string(object, "verdict", trace->verdict);
	if (json_object_object_add(object, "reason", trace->reason[0] ?
				   must(json_object_new_string(trace->reason)) : NULL))
		must(NULL);
	add_string(object, "tell", trace->tell);
	for (i = 0; i < trace->n_steps; i++)
		if (json_object_array_add(steps, json_step(trace, &trace->steps[i])))
			must(NULL);
	add(object, "steps", steps);
	add(object, "out", json_out(&trace->out));
	json_from(object, trace);
	return object;
}

void trace_print(struct trace_print *print, const struct alk_trace *question,
		 const struct alk_trace *trace)
{
	struct json_object *object;

	if (!print->out.json) {
		if (question)
			text_one(print, question);
		text_one(print, trace);
		return;
	}
	object = json_one(trace);
	if (question)
		add(object, "resolve", json_one(question));
	out_object(&print->out, object);
}
