// SPDX-License-Identifier: GPL-2.0
/* Tables that somebody else changes: seen, told, and repaired or kept. */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent.h"
#include "alloc.h"
#include "log.h"
#include "resync.h"

/* Changes that follow one another so closely are one; but no look waits for ever. */
#define QUIET_MS 50
#define BURST_MS 1000

/* Lines that one look can put into the log. */
#define LOG_MAX 100

/**
 * struct watch - what is known of others
 * @alk: receives commits
 * @stop: eventfd that ends the thread
 * @told: differences that have been logged and are kept, so that each is once
 * @telling: those of the look under way
 * @portid: who was seen last; 0 for nobody
 * @others: somebody else was seen, too
 * @lost: commits were lost
 * @lines: logged by the look under way
 */
struct watch {
	struct agent *agent;
	struct alk *alk;
	int stop;
	pthread_t thread;
	bool started;
	GHashTable *told, *telling;
	uint32_t portid;
	bool others, lost;
	size_t lines;
};

int watch_open(uint32_t ifindex, struct watch **out)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));
	char text[256] = "";
	int err;

	watch->stop = eventfd(0, EFD_CLOEXEC);
	watch->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	err = alk_open(ifindex, &watch->alk, text, sizeof(text));
	if (!err && alk_watch(watch->alk)) {
		err = -EIO;
		snprintf(text, sizeof(text), "%s", alk_error(watch->alk));
	}
	if (err) {
		log_error("cannot watch the tables: %s", text);
		watch_close(watch);
		return err;
	}
	fcntl(alk_fd(watch->alk), F_SETFL, O_NONBLOCK);
	*out = watch;
	return 0;
}

static void note(struct watch *watch, const struct alk_commit *commit)
{
	if (!commit->portid || commit->portid == alk_portid(watch->agent->target.alk))
		return;
	watch->others = watch->others ||
			   (watch->portid && watch->portid != commit->portid);
	watch->portid = commit->portid;
}

/* Return: whether there is something to look at. */
static bool read_commits(struct watch *watch)
{
	struct alk_commit commit;
	int err;

	while ((err = alk_watch_next(watch->alk, &commit)) != -EAGAIN) {
		if (err == -ENOBUFS)
			watch->lost = true;
		else if (err)
			break;
		else
			note(watch, &commit);
	}
	return watch->portid || watch->lost;
}

static void tell(const char *text, void *arg)
{
	struct watch *watch = arg;
	bool repair = watch->agent->external == EXTERNAL_REPAIR;

	g_hash_table_add(watch->telling, g_strdup(text));
	if (g_hash_table_contains(watch->told, text) || watch->lines++ >= LOG_MAX)
		return;
	if (!watch->portid)
		log_warning("external: %s; %s", text, repair ? "put right" : "kept");
	else
		log_warning("external: %s, by netlink port %u%s; %s", text, watch->portid,
			    watch->others ? " or another" : "", repair ? "put right" : "kept");
}

/* The agent's lock is held. */
static void look(struct watch *watch)
{
	struct agent *agent = watch->agent;
	struct resync r = {
		.repair = agent->external == EXTERNAL_REPAIR,
		.each = tell,
		.arg = watch,
	};

	watch->lines = 0;
	watch->telling = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (watch->lost)
		log_warning("external: messages were lost, looking at all tables");
	if (!resync(&agent->target, &r) && watch->lines)
		log_warning("external: %zu objects missing, %zu changed, %zu in the way; %s",
			    r.missing, r.changed, r.deleted,
			    r.repair ? "all put right" : "kept so");
	/* What is put right and changed again is news. */
	g_hash_table_destroy(watch->told);
	watch->told = watch->telling;
	if (r.repair)
		g_hash_table_remove_all(watch->told);
	watch->portid = 0;
	watch->others = watch->lost = false;
}

static int64_t now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* Return: false if it is time to end. */
static bool wait_for_quiet(struct watch *watch, struct pollfd fds[2])
{
	const int64_t end = now_ms() + BURST_MS;
	int n;

	while (now_ms() < end) {
		n = poll(fds, 2, QUIET_MS);
		if (!n)
			break;
		if (fds[1].revents)
			return false;
		if (n > 0)
			read_commits(watch);
	}
	return true;
}

static void *run(void *arg)
{
	struct watch *watch = arg;
	struct pollfd fds[] = {
		{ .fd = alk_fd(watch->alk), .events = POLLIN },
		{ .fd = watch->stop, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			return NULL;
		if (!read_commits(watch))
			continue;
		if (!wait_for_quiet(watch, fds))
			return NULL;
		pthread_mutex_lock(&watch->agent->lock);
		look(watch);
		pthread_mutex_unlock(&watch->agent->lock);
	}
}

void watch_start(struct watch *watch, struct agent *agent)
{
	int err;

	watch->agent = agent;
	err = pthread_create(&watch->thread, NULL, run, watch);
	if (err)
		log_error("cannot watch the tables: %s", strerror(err));
	else
		watch->started = true;
}

void watch_close(struct watch *watch)
{
	const uint64_t one = 1;

	if (!watch)
		return;
	if (watch->started && write(watch->stop, &one, sizeof(one)) == sizeof(one))
		pthread_join(watch->thread, NULL);
	if (watch->alk)
		alk_close(watch->alk);
	close(watch->stop);
	g_hash_table_destroy(watch->told);
	free(watch);
}
