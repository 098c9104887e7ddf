// SPDX-License-Identifier: GPL-2.0
/* alkaidd: from start to end, and the loop between. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "alloc.h"
#include "alloc.h"
#include "link.h"
#include "log.h"
#include "notify.h"
#include "options.h"
#include "receive.h"
#include "report.h"

#define NETNS_DIR "/run/netns/"
#define MEMORY_MESSAGES 4	/* of the largest size, by default */

static const struct method methods[] = {
	{
		.path = "/alcor.schema.GoalStateProvisioner/PushNetworkResourceStates",
		.handler = agent_push_v1,
	}, {
		.path = "/alcor.schema.GoalStateProvisioner/PushGoalStatesStream",
		.stream = true,
		.handler = agent_push_v2,
	}, {
		.path = "/alkaid.Agent/Status",
		.handler = report_status,
	}, {
		.path = "/alkaid.Agent/Dump",
		.handler = report_dump,
	}, {
		.path = "/alkaid.Agent/Resync",
		.handler = report_resync,
	},
};

/* What the loop works with. */
struct daemon {
	struct options options;
	struct config config;
	struct agent agent;
	struct reported reported;
	struct receiver *receiver;
	struct nl_sock *links;
	struct link_events events;
	int signals;
};

static int enter_netns(const char *name)
{
	char path[sizeof(NETNS_DIR) + NAME_MAX];
	int fd, err = 0;

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
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void set_debug(const struct config *config)
{
	atomic_store(&log_debugging, config->debug);
}

static void warn(const struct config *config)
{
	if (config->tls_cert && !config->tls_ca)
		log_warning("config: tls: without ca everybody may call, though nobody may listen");
}

/* The old options stay if the new ones cannot be had whole. */
static void reload(struct daemon *daemon)
{
	const char *file = options_file(&daemon->options);
	struct config next;
	GPtrArray *fixed;
	char text[1024];
	size_t i;

	notify_reloading();
	if (options_load(&daemon->options, &next, text, sizeof(text))) {
		log_error("config: %s; the old options stay", text);
		config_free(&next);
		notify_ready();
		return;
	}
	fixed = config_fixed(&daemon->config, &next);
	for (i = 0; i < fixed->len; i++)
		log_warning("config: %s: takes effect at the next start",
			    (const char *)fixed->pdata[i]);
	g_ptr_array_unref(fixed);
	config_keep_fixed(&next, &daemon->config);
	agent_configure(&daemon->agent, &next);
	config_free(&daemon->config);
	daemon->config = next;
	set_debug(&daemon->config);
	warn(&daemon->config);
	receive_reload(daemon->receiver);
	log_info("config: %s read again", file ?: "command line");
	notify_ready();
}

/* Returns false when it is time to end. */
static bool take_signals(struct daemon *daemon)
{
	struct signalfd_siginfo info;

	while (read(daemon->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP) {
			log_info("stopping: %s", strsignal(info.ssi_signo));
			return false;
		}
		reload(daemon);
	}
	return true;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000) + ts.tv_nsec / 1000000;
}

/*
 * Whoever does a push or handles an event has the agent. That it can be had within
 * @ms says that none of them hangs, in the kernel or here. The loop may wait
 * for it: an event would do so too.
 */
static bool agent_moves(struct agent *agent, uint64_t ms)
{
	uint64_t end = now_ms() + ms;
	struct timespec ts = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };

	if (pthread_mutex_clocklock(&agent->lock, CLOCK_MONOTONIC, &ts))
		return false;
	pthread_mutex_unlock(&agent->lock);
	return true;
}

/* The manager hears of us four times as often as it must, or twice of a push that is long. */
static void loop(struct daemon *daemon)
{
	uint64_t interval = notify_interval(), next = 0;
	struct pollfd fds[] = {
		{ .fd = daemon->signals, .events = POLLIN },
		{ .fd = link_fd(daemon->links), .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, interval ? (int)MIN(interval / 4, INT_MAX) : -1) < 0)
			continue;
		if (fds[1].revents)
			link_read(daemon->links, &daemon->events);
		if (fds[0].revents && !take_signals(daemon))
			return;
		if (!interval || now_ms() < next)
			continue;
		if (agent_moves(&daemon->agent, interval / 2)) {
			notify_alive();
			next = now_ms() + interval / 4;
		} else {
			log_warning("watchdog: a push or an event is under way for more than %"
				    PRIu64 " s", interval / 2000);
		}
	}
}

static int serve(struct daemon *daemon)
{
	const struct config *config = &daemon->config;
	struct receive_options options = {
		.listen = config->listen,
		.max_message = config->max_message,
		.max_memory = config->max_memory ?: MEMORY_MESSAGES * config->max_message,
		.tls_cert = config->tls_cert,
		.tls_key = config->tls_key,
		.tls_ca = config->tls_ca,
	};

	daemon->receiver = receive_start(&options, methods, G_N_ELEMENTS(methods), &daemon->agent);
	if (!daemon->receiver)
		return -EIO;
	report_receiver(daemon->receiver);
	log_info("serving on %s", config->listen);
	notify_status("serving on %s", config->listen);
	notify_ready();
	loop(daemon);
	notify_stopping();
	report_receiver(NULL);
	receive_stop(daemon->receiver);
	return 0;
}

/* What a start would not be better for than none: somebody has to look at it. */
static bool fatal(int err)
{
	return err != -EROFS && err != -ENOSPC && err != -EDQUOT && err != -EIO;
}

/* The directory is state_open()'s, what is above it is ours. */
static int open_state(struct daemon *daemon, struct state **state)
{
	const bool durable = daemon->config.durable;
	char *dir = config_state_dir(&daemon->config), *above;
	int err;

	if (!dir) {
		log_info("state: in memory alone: a restart has the kernel's tables to go by, a reboot nothing (--state-dir)");
		return state_open(NULL, durable, state);
	}
	above = g_path_get_dirname(dir);
	if (g_mkdir_with_parents(above, 0700))
		log_warning("state: %s: %s", above, strerror(errno));
	g_free(above);
	err = state_open(dir, durable, state);
	if (!err) {
		daemon->reported.state_dir = dir;
		return 0;
	}
	if (!fatal(err)) {
		log_warning("state: kept in memory alone, so that a restart has the kernel's tables to go by, and a reboot nothing");
		daemon->reported.degraded = xasprintf("in memory alone: %s: %s", dir,
						      strerror(-err));
		err = state_open(NULL, durable, state);
	}
	free(dir);
	return err;
}

static int run(struct daemon *daemon)
{
	struct state *state;
	int err;

	daemon->signals = signal_fd();
	if (daemon->config.netns && enter_netns(daemon->config.netns))
		return -EIO;
	daemon->events = (struct link_events){
		.changed = agent_link_changed,
		.gone = agent_link_gone,
		.lost = agent_link_lost,
		.arg = &daemon->agent,
	};
	/* First, so that no netdev goes unseen while the tables are read. */
	daemon->links = link_open(&daemon->events);
	if (!daemon->links)
		return -EIO;
	err = open_state(daemon, &state);
	if (!err)
		err = agent_open(&daemon->agent, &daemon->config, state);
	if (!err) {
		daemon->reported.listen = daemon->config.listen;
		daemon->reported.methods = methods;
		daemon->reported.n_methods = G_N_ELEMENTS(methods);
		report_open(&daemon->reported);
		err = serve(daemon);
		agent_close(&daemon->agent);
	}
	link_close(daemon->links);
	free(daemon->reported.state_dir);
	free(daemon->reported.degraded);
	return err;
}

int main(int argc, char **argv)
{
	static struct daemon daemon;
	char text[1024];
	int err;

	alloc_init();
	log_init();
	options_parse(argc, argv, &daemon.options);
	err = options_load(&daemon.options, &daemon.config, text, sizeof(text));
	if (err) {
		log_error("config: %s", text);
	} else if (daemon.options.check) {
		puts("alkaidd: the configuration is good");
	} else {
		set_debug(&daemon.config);
		warn(&daemon.config);
		err = run(&daemon);
	}
	config_free(&daemon.config);
	options_free(&daemon.options);
	return err ? 1 : 0;
}
