// SPDX-License-Identifier: GPL-2.0
/* Traces of real frames. */
#include "trace.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"

const char *trace_family(const struct alk_addr *addr)
{
	return addr->family == AF_INET ? "IPv4" : "IPv6";
}

int trace_parse_proto(struct args *args, const char *word, int family, uint8_t *out)
{
	static const struct { const char *name; uint8_t number; } names[] = {
		{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP },
		{ "icmp", IPPROTO_ICMP }, { "icmpv6", IPPROTO_ICMPV6 },
	};
	unsigned long number;
	char *end;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i].name))
			continue;
		*out = names[i].number;
		if (*out == IPPROTO_ICMP && family == AF_INET6)
			*out = IPPROTO_ICMPV6;
		return 0;
	}
	number = strtoul(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end || number > UINT8_MAX)
		return args_error(args, "bad proto \"%s\": tcp, udp, icmp, icmpv6 or a number up "
				  "to 255 is expected", word);
	*out = number;
	return 0;
}

struct live {
	char port[IFNAMSIZ];
	uint32_t vpc, count;
	char src[ALK_ADDR_STRLEN], dst[ALK_ADDR_STRLEN], proto[16];
	uint16_t sport, dport;
};

enum { LIVE_PORT, LIVE_VPC, LIVE_SRC, LIVE_DST, LIVE_PROTO, LIVE_SPORT, LIVE_DPORT, LIVE_C,
       LIVE_COUNT };

#define LIVE_AT(member) .offset = offsetof(struct live, member)

static const struct field live_field[] = {
	[LIVE_PORT] = { .word = "port", .type = FIELD_IFNAME, LIVE_AT(port) },
	[LIVE_VPC] = { .word = "vpc", .type = FIELD_U32, .max = UINT32_MAX, LIVE_AT(vpc) },
	[LIVE_SRC] = { .word = "src", .type = FIELD_TEXT, .max = ALK_ADDR_STRLEN - 1,
		       LIVE_AT(src) },
	[LIVE_DST] = { .word = "dst", .type = FIELD_TEXT, .max = ALK_ADDR_STRLEN - 1,
		       LIVE_AT(dst) },
	[LIVE_PROTO] = { .word = "proto", .type = FIELD_TEXT, .max = 15, LIVE_AT(proto) },
	[LIVE_SPORT] = { .word = "sport", .type = FIELD_U16, .max = UINT16_MAX, LIVE_AT(sport) },
	[LIVE_DPORT] = { .word = "dport", .type = FIELD_U16, .max = UINT16_MAX, LIVE_AT(dport) },
	[LIVE_C] = { .word = "-c", .type = FIELD_U32, .max = INT32_MAX, LIVE_AT(count) },
	[LIVE_COUNT] = { .word = "count", .type = FIELD_U32, .max = INT32_MAX, LIVE_AT(count) },
};

static const struct fields live_fields = {
	live_field, sizeof(live_field) / sizeof(live_field[0]),
};

static int parse_prefix(struct args *args, const char *word, const char *text,
			struct alk_addr *out)
{
	if (!text[0] || alk_addr_parse(text, out) || alk_prefix_parse(text, out))
		return 0;
	return args_error(args, "bad %s \"%s\": an IP address or a prefix is expected", word, text);
}

static int parse_live(struct args *args, struct live *live, struct alk_trace_filter *filter)
{
	uint32_t given;

	if (fields_parse(&live_fields, args, FIELDS_FILTER, live, &given))
		return -1;
	if (parse_prefix(args, "src", live->src, &filter->src) ||
	    parse_prefix(args, "dst", live->dst, &filter->dst))
		return -1;
	if (filter->src.family && filter->dst.family && filter->src.family != filter->dst.family)
		return args_error(args, "src is %s, and dst %s", trace_family(&filter->src),
				  trace_family(&filter->dst));
	filter->has_proto = live->proto[0];
	if (filter->has_proto &&
	    trace_parse_proto(args, live->proto, filter->dst.family ?: filter->src.family,
			&filter->proto))
		return -1;
	filter->vpc = live->vpc;
	filter->count = live->count;
	filter->sport = live->sport;
	filter->has_sport = live->sport;
	filter->dport = live->dport;
	filter->has_dport = live->dport;
	return 0;
}

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* The signals that end it come only while @wait is in force. */
static void catch_signals(sigset_t *wait)
{
	const struct sigaction action = { .sa_handler = stop };
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, wait);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int watch(struct alk *alk, struct trace_print *print, uint32_t count)
{
	struct pollfd pfd = { .fd = alk_fd(alk), .events = POLLIN };
	struct alk_trace trace;
	uint32_t seen = 0;
	sigset_t wait;

	catch_signals(&wait);
	while (!stopped && (!count || seen < count)) {
		if (ppoll(&pfd, 1, NULL, &wait) < 0)
			continue;
		if (alk_trace_next(alk, &trace))
			return cli_refused("trace: %s", alk_error(alk));
		trace_print(print, NULL, &trace);
		fflush(print->out.file);
		seen++;
	}
	return CLI_OK;
}

int trace_live(struct cli *cli, struct args *args)
{
	struct alk_trace_filter filter = {};
	struct trace_print print = {};
	struct live live = {};
	struct alk *alk;
	int ret;

	if (parse_live(args, &live, &filter))
		return cli_usage_error("trace", args);
	if (live.port[0]) {
		filter.port = if_nametoindex(live.port);
		if (!filter.port)
			return cli_refused("trace: cannot find device \"%s\"", live.port);
	}
	ret = cli_open(cli, args->dev, &alk);
	if (ret)
		return ret;
	ret = trace_print_init(&print, cli, alk);
	if (!ret && alk_trace_live(alk, &filter))
		ret = cli_refused("trace: %s", alk_error(alk));
	if (!ret)
		ret = watch(alk, &print, filter.count);
	if (!ret)
		out_end(&print.out);
	trace_print_done(&print);
	/* The socket takes records, and so nothing else. */
	cli_close(cli);
	return ret;
}
