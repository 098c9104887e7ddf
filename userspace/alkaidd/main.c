// SPDX-License-Identifier: GPL-2.0
/* alkaidd: options, and the loop that ends with a signal. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent.h"
#include "link.h"
#include "log.h"
#include "receive.h"

#define NETNS_DIR "/run/netns/"
#define MESSAGE_MB_DEFAULT 64
#define MESSAGE_MB_MAX 2047	/* gRPC counts bytes in an int */

static const char usage[] =
	"Usage: alkaidd [OPTION]...\n"
	"Serve alcor.schema goal states over gRPC, and write them into the tables of an\n"
	"alkaid device.\n"
	"\n"
	"  --netns NAME         network namespace to work and to listen in\n"
	"  --dev NAME           alkaid device; may be left out where there is only one\n"
	"  --listen HOST:PORT   where to listen (127.0.0.1:50001)\n"
	"  --insecure           allow --listen on an address that others can reach\n"
	"  --max-message MB     refuse larger messages (64)\n"
	"  --help, --version\n";

struct options {
	const char *netns, *dev, *listen;
	bool insecure;
	unsigned long max_message;
};

enum { OPT_NETNS = 1, OPT_DEV, OPT_LISTEN, OPT_INSECURE, OPT_MAX_MESSAGE, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "netns", required_argument, NULL, OPT_NETNS },
	{ "dev", required_argument, NULL, OPT_DEV },
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "insecure", no_argument, NULL, OPT_INSECURE },
	{ "max-message", required_argument, NULL, OPT_MAX_MESSAGE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{}
};

static const struct method methods[] = {
	{
		.path = "/alcor.schema.GoalStateProvisioner/PushNetworkResourceStates",
		.handler = agent_push_v1,
	},
};

static unsigned long parse_mb(const char *s)
{
	char *end;
	unsigned long mb;

	errno = 0;
	mb = strtoul(s, &end, 10);
	if (errno || *end || end == s || *s == '-' || mb < 1 || mb > MESSAGE_MB_MAX) {
		fprintf(stderr, "alkaidd: --max-message: not a number in 1..%d: %s\n",
			MESSAGE_MB_MAX, s);
		exit(1);
	}
	return mb;
}

static void parse_options(int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (opt) {
		case OPT_NETNS:
			o->netns = optarg;
			break;
		case OPT_DEV:
			o->dev = optarg;
			break;
		case OPT_LISTEN:
			o->listen = optarg;
			break;
		case OPT_INSECURE:
			o->insecure = true;
			break;
		case OPT_MAX_MESSAGE:
			o->max_message = parse_mb(optarg) << 20;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			exit(0);
		case OPT_VERSION:
			puts("alkaidd " ALK_VERSION);
			exit(0);
		default:
			fputs("Try 'alkaidd --help'.\n", stderr);
			exit(1);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "alkaidd: what is \"%s\"? Try 'alkaidd --help'.\n", argv[optind]);
		exit(1);
	}
	if (!o->insecure && !receive_is_loopback(o->listen)) {
		fprintf(stderr,
			"alkaidd: --listen %s can be reached from outside, and whoever reaches it programs this host.\n"
			"         Calls are neither encrypted nor authenticated: say --insecure if that is meant.\n",
			o->listen);
		exit(1);
	}
}

static int enter_netns(const char *name)
{
	char path[sizeof(NETNS_DIR) + NAME_MAX];
	int fd, err = 0;

	if (strchr(name, '/') || !strcmp(name, "..") || strlen(name) > NAME_MAX) {
		log_error("--netns: not a name: %s", name);
		return -EINVAL;
	}
	snprintf(path, sizeof(path), NETNS_DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		err = -errno;
		log_error("cannot enter network namespace %s: %s", name, strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return err;
}

/* Every thread inherits the blocked signals: they come by the fd alone. */
static int signal_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void loop(int signals, struct nl_sock *links, const struct link_events *events)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = link_fd(links), .events = POLLIN },
	};

	while (!fds[0].revents) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			link_read(links, events);
	}
}

int main(int argc, char **argv)
{
	struct options o = {
		.listen = "127.0.0.1:50001",
		.max_message = (unsigned long)MESSAGE_MB_DEFAULT << 20,
	};
	int signals, status = 1;
	struct receiver *receiver;
	struct nl_sock *links;
	struct agent agent;
	struct link_events events = {
		.changed = agent_link_changed,
		.gone = agent_link_gone,
		.lost = agent_link_lost,
		.arg = &agent,
	};

	setvbuf(stderr, NULL, _IOLBF, 0);
	parse_options(argc, argv, &o);
	signals = signal_fd();
	if (o.netns && enter_netns(o.netns))
		return 1;

	/* First, so that no netdev goes unseen while the tables are read. */
	links = link_open(&events);
	if (!links)
		return 1;
	if (agent_open(&agent, o.dev))
		goto out_links;
	receiver = receive_start(&(struct receive_options){
					 .listen = o.listen,
					 .max_message = o.max_message,
				 }, methods, sizeof(methods) / sizeof(methods[0]), &agent);
	if (!receiver)
		goto out_agent;
	log_info("serving on %s", o.listen);
	loop(signals, links, &events);
	log_info("stopping");
	status = 0;
	receive_stop(receiver);
out_agent:
	agent_close(&agent);
out_links:
	link_close(links);
	return status;
}
