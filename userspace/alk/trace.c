// SPDX-License-Identifier: GPL-2.0
/* The trace command, and traces of a frame that is made for it. */
#include "trace.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "frame.h"

static const char usage[] =
"Usage: alk trace port IFNAME dst IP [ PACKET ] [ dev NAME ]\n"
"       alk trace tunnel vni VNI dst-mac MAC dst IP [ PACKET ] [ dev NAME ]\n"
"       alk trace { port IFNAME | tunnel vni VNI } frame HEX [ dev NAME ]\n"
"       alk trace { live | --live } [ FILTER ] [ -c COUNT ] [ dev NAME ]\n"
"PACKET := [ src IP ] [ src-mac MAC ] [ dst-mac MAC ] [ proto PROTO ] [ sport PORT ]\n"
"          [ dport PORT ] [ ttl TTL ] [ len BYTES ] [ df { on | off } ]\n"
"FILTER := [ port IFNAME ] [ vpc ID ] [ src PREFIX ] [ dst PREFIX ] [ proto PROTO ]\n"
"          [ sport PORT ] [ dport PORT ]\n"
"PROTO := { tcp | udp | icmp | icmpv6 | NUMBER }\n";

/* --- the words of the command --- */

/**
 * struct request - a trace that is asked for
 * @vni: and its brothers: options of the same name
 * @given: bits of the fields that were given
 */
struct request {
	uint32_t vni;
	struct alk_addr src, dst;
	struct alk_mac src_mac, dst_mac;
	char proto[16];
	uint16_t sport, dport, ttl;
	uint32_t len;
	bool df;
	char frame[2 * ALK_FRAME_MAX + 1];
	uint32_t given;
};

enum { VNI, DST, SRC, DST_MAC, SRC_MAC, PROTO, SPORT, DPORT, TTL, LEN, DF, FRAME };

#define AT(member) .offset = offsetof(struct request, member)

static const struct field packet_field[] = {
	[VNI] = { .word = "vni", .type = FIELD_U32, .max = ALKAID_VNI_MAX, AT(vni) },
	[DST] = { .word = "dst", .type = FIELD_ADDR, AT(dst) },
	[SRC] = { .word = "src", .type = FIELD_ADDR, AT(src) },
	[DST_MAC] = { .word = "dst-mac", .type = FIELD_MAC, AT(dst_mac) },
	[SRC_MAC] = { .word = "src-mac", .type = FIELD_MAC, AT(src_mac) },
	[PROTO] = { .word = "proto", .type = FIELD_TEXT, .max = 15, AT(proto) },
	[SPORT] = { .word = "sport", .type = FIELD_U16, .max = UINT16_MAX, AT(sport) },
	[DPORT] = { .word = "dport", .type = FIELD_U16, .max = UINT16_MAX, AT(dport) },
	[TTL] = { .word = "ttl", .type = FIELD_U16, .max = UINT8_MAX, AT(ttl) },
	[LEN] = { .word = "len", .type = FIELD_U32, .max = ALK_FRAME_MAX - 14, AT(len) },
	[DF] = { .word = "df", .type = FIELD_BOOL, AT(df) },
	[FRAME] = { .word = "frame", .type = FIELD_TEXT, .max = 2 * ALK_FRAME_MAX, AT(frame) },
};

static const struct fields packet_fields = {
	packet_field, sizeof(packet_field) / sizeof(packet_field[0]),
};

static bool has(const struct request *request, int field)
{
	return request->given & 1u << field;
}

static int check_frame(struct args *args, const struct request *request)
{
	int i;

	for (i = VNI + 1; i < FRAME; i++)
		if (has(request, i))
			return args_error(args, "\"frame\" and \"%s\" exclude each other",
					  packet_field[i].word);
	return 0;
}

/* What can be told of a packet before anything is looked up. */
static int check_packet(struct args *args, struct request *request, struct frame_spec *spec)
{
	const char *proto = has(request, PROTO) ? request->proto : "icmp";
	bool ports;

	if (!has(request, DST))
		return args_error(args, "\"dst\" is required");
	if (has(request, SRC) && request->src.family != request->dst.family)
		return args_error(args, "src is %s, and dst %s", trace_family(&request->src),
				  trace_family(&request->dst));
	if (trace_parse_proto(args, proto, request->dst.family, &spec->proto))
		return -1;
	ports = spec->proto == IPPROTO_TCP || spec->proto == IPPROTO_UDP;
	if (!ports && (has(request, SPORT) || has(request, DPORT)))
		return args_error(args, "\"%s\" needs \"proto tcp\" or \"proto udp\"",
				  has(request, SPORT) ? "sport" : "dport");
	spec->src = request->src;
	spec->dst = request->dst;
	spec->src_mac = request->src_mac;
	spec->dst_mac = request->dst_mac;
	spec->sport = has(request, SPORT) ? request->sport : 49152;
	spec->dport = has(request, DPORT) ? request->dport : 80;
	spec->ttl = has(request, TTL) ? request->ttl : 64;
	spec->df = request->df;
	spec->len = request->len;
	if (spec->len && spec->len < frame_headers(spec))
		return args_error(args, "bad len \"%u\": the headers alone have %zu bytes",
				  spec->len, frame_headers(spec));
	return 0;
}

/* --- what a VM would send --- */

/**
 * struct tracer - a trace under way
 * @alk: open device
 * @request: what is asked for
 * @in: where the frame comes from, and the frame
 * @spec: what the frame is to be
 * @frame: the frame
 * @question: how its MAC was found, if @asked
 * @trace: what became of it
 */
struct tracer {
	struct alk *alk;
	struct request request;
	struct alk_trace_in in;
	struct frame_spec spec;
	struct frame frame;
	struct alk_trace question, trace;
	bool asked;
};

static int run(struct tracer *t, struct alk_trace *out)
{
	t->in.frame = t->frame.data;
	t->in.len = t->frame.len;
	if (alk_trace(t->alk, &t->in, out))
		return cli_refused("trace: %s", alk_error(t->alk));
	return CLI_OK;
}

/* A source for what has none: the decision does not depend on it. */
static void default_source(struct tracer *t)
{
	static const struct alk_mac any = { { 2 } };

	if (!has(&t->request, SRC))
		t->spec.src = (struct alk_addr){ .family = t->spec.dst.family };
	if (!has(&t->request, SRC_MAC))
		t->spec.src_mac = any;
}

static bool is_link_local(const struct alk_addr *addr)
{
	return addr->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&addr->v6);
}

static int port_source(struct tracer *t, const char *ifname, const struct alk_port *port)
{
	size_t i;

	if (!has(&t->request, SRC_MAC))
		t->spec.src_mac = port->mac;
	if (has(&t->request, SRC))
		return CLI_OK;
	if (is_link_local(&t->spec.dst)) {
		t->spec.src = frame_link_local(&t->spec.src_mac);
		return CLI_OK;
	}
	for (i = 0; i < port->n_ips; i++) {
		if (port->ips[i].family != t->spec.dst.family)
			continue;
		t->spec.src = port->ips[i];
		return CLI_OK;
	}
	return cli_refused("trace: port %s has no %s address: give src", ifname,
			   trace_family(&t->spec.dst));
}

static bool prefix_has(const struct alk_addr *prefix, const struct alk_addr *addr)
{
	const uint8_t *a = (const uint8_t *)&prefix->v6, *b = (const uint8_t *)&addr->v6;
	unsigned int bits = prefix->len % 8, bytes = prefix->len / 8;

	if (prefix->family != addr->family || memcmp(a, b, bytes))
		return false;
	return !bits || !((a[bytes] ^ b[bytes]) >> (8 - bits));
}

/* The last address of an IPv4 prefix is its broadcast address. */
static bool is_broadcast(const struct alk_subnet *subnet, const struct alk_addr *addr)
{
	size_t i;

	for (i = 0; i < subnet->n_prefixes; i++) {
		const struct alk_addr *prefix = &subnet->prefixes[i];

		if (addr->family == AF_INET && prefix->len < 31 && prefix_has(prefix, addr) &&
		    !(~ntohl(addr->v4.s_addr) & (0xffffffffu >> prefix->len)))
			return true;
	}
	return false;
}

/* To whom a VM of the subnet would send: the destination, or its gateway. */
static int next_hop(const struct tracer *t, const struct alk_subnet *subnet,
		    struct alk_addr *out)
{
	size_t i;

	*out = t->spec.dst;
	if (is_link_local(out))
		return CLI_OK;
	for (i = 0; i < subnet->n_prefixes; i++)
		if (prefix_has(&subnet->prefixes[i], out))
			return CLI_OK;
	for (i = 0; i < subnet->n_gateway_ips; i++) {
		if (subnet->gateway_ips[i].family != t->spec.dst.family)
			continue;
		*out = subnet->gateway_ips[i];
		return CLI_OK;
	}
	return cli_refused("trace: dst is outside of subnet %u, which has no %s gateway: give "
			   "dst-mac", subnet->id, trace_family(&t->spec.dst));
}

/* Ask as a VM would. The frame is not to be sent if there was no answer. */
static int ask(struct tracer *t, const struct alk_addr *hop)
{
	struct frame_spec spec = t->spec;

	spec.dst = *hop;
	frame_question(&t->frame, &spec);
	t->asked = true;
	return run(t, &t->question);
}

static int find_mac(struct tracer *t, const struct alk_port *port)
{
	struct alk_subnet *subnet;
	struct alk_addr hop;
	int ret;

	if (frame_group_mac(&t->spec.dst, &t->spec.dst_mac))
		return CLI_OK;
	subnet = calloc(1, sizeof(*subnet));
	if (!subnet)
		return cli_refused("%s", strerror(ENOMEM));
	if (alk_subnet_get(t->alk, port->subnet, subnet)) {
		ret = cli_refused("trace: subnet %u: %s", port->subnet, alk_error(t->alk));
		goto out;
	}
	if (is_broadcast(subnet, &t->spec.dst)) {
		memset(&t->spec.dst_mac, 0xff, sizeof(t->spec.dst_mac));
		ret = CLI_OK;
		goto out;
	}
	ret = next_hop(t, subnet, &hop);
	if (!ret)
		ret = ask(t, &hop);
	if (!ret && t->question.out.has_macs)
		t->spec.dst_mac = t->question.out.src_mac;
out:
	free(subnet);
	return ret;
}

static bool is_answered(const struct tracer *t)
{
	return !t->asked || !strcmp(t->question.verdict, "arp_reply") ||
	       !strcmp(t->question.verdict, "nd_reply");
}

static int from_port(struct tracer *t, const char *ifname)
{
	struct alk_port *port = calloc(1, sizeof(*port));
	int ret = CLI_OK;

	if (!port)
		return cli_refused("%s", strerror(ENOMEM));
	if (alk_port_get(t->alk, t->in.port, port)) {
		ret = cli_refused("trace: port %s: %s", ifname, alk_error(t->alk));
		goto out;
	}
	if (!port->subnet) {
		default_source(t);
		goto out;
	}
	ret = port_source(t, ifname, port);
	if (!ret && !has(&t->request, DST_MAC))
		ret = find_mac(t, port);
out:
	free(port);
	return ret;
}

static int neigh_source(const struct alk_neigh *neigh, void *arg)
{
	struct tracer *t = arg;
	const struct request *request = &t->request;

	if (neigh->vni != request->vni || neigh->ip.family != t->spec.dst.family)
		return 0;
	if (has(request, SRC) && !alk_addr_equal(&neigh->ip, &request->src))
		return 0;
	t->spec.src = neigh->ip;
	if (!has(request, SRC_MAC))
		t->spec.src_mac = neigh->mac;
	return 1;
}

/* A frame from the tunnel is from a neighbor, if there is one. */
static int from_tunnel(struct tracer *t)
{
	int found;

	if (has(&t->request, SRC) && has(&t->request, SRC_MAC))
		return CLI_OK;
	default_source(t);
	found = alk_neigh_dump(t->alk, neigh_source, t);
	return found < 0 ? cli_refused("trace: neigh: %s", alk_error(t->alk)) : CLI_OK;
}

static int trace_frame(struct tracer *t, const char *ifname)
{
	int ret;

	if (!has(&t->request, FRAME)) {
		ret = ifname ? from_port(t, ifname) : from_tunnel(t);
		if (ret)
			return ret;
		/* What nobody answers, the VM does not send. */
		if (!is_answered(t)) {
			t->asked = false;
			t->trace = t->question;
			return CLI_OK;
		}
		frame_datagram(&t->frame, &t->spec);
	}
	return run(t, &t->trace);
}

static int parse_packet(struct tracer *t, struct args *args, bool tunnel)
{
	struct request *request = &t->request;
	struct alk_mac group;

	request->df = true;
	if (fields_parse(&packet_fields, args, FIELDS_FILTER, request, &request->given))
		return -1;
	if (tunnel && !has(request, VNI))
		return args_error(args, "\"vni\" is required");
	if (!tunnel && has(request, VNI))
		return args_error(args, "\"vni\" is for \"tunnel\" alone");
	t->in.vni = request->vni;
	if (has(request, FRAME)) {
		if (!frame_parse_hex(&t->frame, request->frame))
			return args_error(args, "bad frame: an even number of hexadecimal digits "
					  "is expected");
		return check_frame(args, request);
	}
	if (check_packet(args, request, &t->spec))
		return -1;
	if (tunnel && !has(request, DST_MAC)) {
		if (!frame_group_mac(&request->dst, &group))
			return args_error(args, "\"dst-mac\" is required");
		t->spec.dst_mac = group;
	}
	return 0;
}

static int simulate(struct cli *cli, struct args *args, const char *ifname)
{
	struct trace_print print = {};
	struct tracer *t = calloc(1, sizeof(*t));
	int ret;

	if (!t)
		return cli_refused("%s", strerror(ENOMEM));
	if (parse_packet(t, args, !ifname)) {
		ret = cli_usage_error("trace", args);
		goto out;
	}
	if (ifname) {
		t->in.port = if_nametoindex(ifname);
		if (!t->in.port) {
			ret = cli_refused("trace: cannot find device \"%s\"", ifname);
			goto out;
		}
	}
	ret = cli_open(cli, args->dev, &t->alk);
	if (!ret)
		ret = trace_print_init(&print, cli, t->alk);
	if (!ret)
		ret = trace_frame(t, ifname);
	if (!ret) {
		trace_print(&print, t->asked ? &t->question : NULL, &t->trace);
		out_end(&print.out);
	}
out:
	trace_print_done(&print);
	free(t);
	return ret;
}

/* --- the command --- */

enum command { CMD_PORT, CMD_TUNNEL, CMD_LIVE, CMD_HELP };

static const struct word commands[] = {
	{ "port", CMD_PORT },
	{ "tunnel", CMD_TUNNEL },
	{ "live", CMD_LIVE },
	{ "--live", CMD_LIVE },
	{ "help", CMD_HELP },
};

static int trace_port(struct cli *cli, struct args *args)
{
	const char *ifname = args_value(args, "port");

	return ifname ? simulate(cli, args, ifname) : cli_usage_error("trace", args);
}

int trace_run(struct cli *cli, struct args *args)
{
	const char *word = args_next(args);
	int command = word ? word_find(commands, sizeof(commands) / sizeof(commands[0]), word)
			   : CMD_HELP;

	if (cli->txn) {
		args_error(args, "only changes of tables may be made in a transaction");
		return cli_usage_error("trace", args);
	}
	if (!word) {
		args_error(args, "\"port\", \"tunnel\" or \"live\" is required");
		return cli_usage_error("trace", args);
	}
	switch (command) {
	case CMD_PORT:
		return trace_port(cli, args);
	case CMD_TUNNEL:
		return simulate(cli, args, NULL);
	case CMD_LIVE:
		return trace_live(cli, args);
	case CMD_HELP:
		fputs(usage, stdout);
		return CLI_OK;
	default:
		args_error(args, "command \"%s\" is %s", word,
			   command == -2 ? "ambiguous" : "unknown");
		return cli_usage_error("trace", args);
	}
}
