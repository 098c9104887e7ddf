// SPDX-License-Identifier: GPL-2.0
/* Tests of what survives the daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rowmap.h"
#include "state.h"

#define RESOURCE(name) ALCOR__SCHEMA__RESOURCE_TYPE__##name

static char dir[] = "/tmp/alkaidd-state-XXXXXX";
static char path[sizeof(dir) + 32];
static struct state *state;

static int setup(void **unused)
{
	(void)unused;
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.db", dir);
	return state_open(dir, false, &state);
}

static int teardown(void **unused)
{
	char command[sizeof(dir) + 16];

	(void)unused;
	state_close(state);
	state = NULL;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void reopen(void)
{
	state_close(state);
	assert_int_equal(state_open(dir, false, &state), 0);
}

static int put(Alcor__Schema__ResourceType type, const char *id, const char *config,
	       uint32_t number)
{
	const struct saved saved = {
		.type = type, .id = id, .revision = 4000000000, .number = number,
		.config = config, .len = strlen(config),
	};

	return state_put(state, &saved);
}

/* Everything that is kept, one line each. */
static char kept[4096];

static int list(const struct saved *saved, void *arg)
{
	size_t used = strlen(kept);

	(void)arg;
	snprintf(kept + used, sizeof(kept) - used, "%d %s %u %u%s %.*s\n", saved->type, saved->id,
		 saved->revision, saved->number, saved->idle ? " idle" : "", (int)saved->len,
		 (const char *)saved->config);
	return 0;
}

static const char *all(void)
{
	kept[0] = '\0';
	assert_int_equal(state_load(state, list, NULL), 0);
	return kept;
}

static const char *config(Alcor__Schema__ResourceType type, const char *id)
{
	static char text[64];
	size_t len;
	uint8_t *bytes = state_config(state, type, id, &len);

	if (!bytes)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)len, (char *)bytes);
	free(bytes);
	return text;
}

static int is_set_aside(void)
{
	char pattern[sizeof(path) + 8];
	glob_t found;
	int n;

	snprintf(pattern, sizeof(pattern), "%s.bad-*", path);
	n = glob(pattern, 0, NULL, &found) ? 0 : found.gl_pathc;
	globfree(&found);
	return n;
}

static void test_load_after_reopening(void **unused)
{
	static const char wanted[] =
		"0 v 4000000000 7 vpc\n"
		"1 s 4000000000 0 subnet\n"
		"2 p 4000000000 0 port\n"
		"3 n 4000000000 0 neighbor\n"
		"3 p 4000000000 0 \n";

	(void)unused;
	assert_true(state_is_new(state));
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(NEIGHBOR), "n", "neighbor", 0), 0);
	assert_int_equal(put(RESOURCE(NEIGHBOR), "p", "", 0), 0);
	assert_int_equal(put(RESOURCE(PORT), "p", "port", 0), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "s", "subnet", 0), 0);
	assert_int_equal(put(RESOURCE(VPC), "v", "vpc", 7), 0);
	assert_int_equal(state_commit(state), 0);
	assert_false(state_is_new(state));
	assert_string_equal(all(), wanted);
	reopen();
	assert_false(state_is_new(state));
	assert_string_equal(all(), wanted);
	assert_true(state_bytes(state) > 0);
}

static void test_changes_of_a_resource(void **unused)
{
	(void)unused;
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "s", "one", 1), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "t", "other", 2), 0);
	assert_int_equal(state_commit(state), 0);

	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "s", "two and longer", 1), 0);
	assert_string_equal(config(RESOURCE(SUBNET), "s"), "two and longer");
	assert_int_equal(state_idle(state, RESOURCE(SUBNET), "s", true), 0);
	assert_int_equal(state_idle(state, RESOURCE(SUBNET), "none", true), -ENOENT);
	assert_int_equal(state_delete(state, RESOURCE(SUBNET), "t"), 0);
	assert_int_equal(state_delete(state, RESOURCE(SUBNET), "none"), 0);
	assert_int_equal(state_commit(state), 0);
	assert_null(config(RESOURCE(SUBNET), "t"));
	assert_null(config(RESOURCE(PORT), "s"));
	reopen();
	assert_string_equal(all(), "1 s 4000000000 1 idle two and longer\n");

	/* The same again changes nothing; what differs in one number does. */
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "s", "two and longer", 1), 0);
	assert_int_equal(put(RESOURCE(SUBNET), "t", "back", 3), 0);
	assert_int_equal(state_commit(state), 0);
	assert_string_equal(all(), "1 s 4000000000 1 two and longer\n1 t 4000000000 3 back\n");
}

static void test_rollback(void **unused)
{
	(void)unused;
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(PORT), "a", "a", 0), 0);
	assert_int_equal(put(RESOURCE(PORT), "b", "b", 0), 0);
	assert_int_equal(state_commit(state), 0);

	assert_int_equal(state_begin(state), 0);
	assert_int_equal(state_delete(state, RESOURCE(PORT), "a"), 0);
	assert_int_equal(put(RESOURCE(PORT), "a", "again", 0), 0);
	assert_int_equal(state_delete(state, RESOURCE(PORT), "b"), 0);
	assert_int_equal(put(RESOURCE(PORT), "c", "c", 0), 0);
	state_rollback(state);
	assert_string_equal(config(RESOURCE(PORT), "a"), "a");
	assert_string_equal(config(RESOURCE(PORT), "b"), "b");
	assert_null(config(RESOURCE(PORT), "c"));
	assert_string_equal(all(), "2 a 4000000000 0 a\n2 b 4000000000 0 b\n");

	/* Nothing is written between transactions. */
	assert_int_equal(put(RESOURCE(PORT), "c", "c", 0), -EINVAL);
	assert_int_equal(state_delete(state, RESOURCE(PORT), "a"), -EINVAL);
	assert_int_equal(state_commit(state), -EINVAL);
	assert_string_equal(all(), "2 a 4000000000 0 a\n2 b 4000000000 0 b\n");
}

/* What a killed process had committed is there, what it had not is not. */
static void test_kill(void **unused)
{
	int status, i;
	pid_t child;

	(void)unused;
	state_close(state);
	state = NULL;
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (state_open(dir, false, &state) || state_begin(state) ||
		    put(RESOURCE(PORT), "a", "kept", 0) || state_commit(state) ||
		    state_begin(state) || put(RESOURCE(PORT), "a", "lost", 0))
			_exit(1);
		/* More than fits the cache, so that pages are written before the commit. */
		for (i = 0; i < 20000; i++) {
			char id[16], bytes[512] = {};

			snprintf(id, sizeof(id), "%d", i);
			memset(bytes, 'x', sizeof(bytes) - 1);
			if (put(RESOURCE(NEIGHBOR), id, bytes, 0))
				_exit(1);
		}
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(state_open(dir, false, &state), 0);
	assert_string_equal(all(), "2 a 4000000000 0 kept\n");
	assert_int_equal(is_set_aside(), 0);
}

static void test_one_daemon_per_directory(void **unused)
{
	struct state *other;

	(void)unused;
	assert_int_equal(state_open(dir, false, &other), -EBUSY);
	assert_null(other);
	state_close(state);
	state = NULL;
	assert_int_equal(state_open(dir, true, &other), 0);
	state_close(other);
}

static void write_file(const void *bytes, size_t len, off_t at)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, at), len);
	close(fd);
}

/* Where a page of the closed file begins, by the size that its header tells. */
static off_t page(int number)
{
	uint8_t size[2];
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, size, sizeof(size), 16), sizeof(size));
	close(fd);
	return (off_t)number * (size[0] << 8 | size[1]);
}

static void make_foreign(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* A bad file is kept under another name, and work goes on with a new one. */
static void goes_on_without(void)
{
	assert_int_equal(state_open(dir, false, &state), 0);
	assert_true(state_is_new(state));
	assert_string_equal(all(), "");
	assert_int_equal(is_set_aside(), 1);
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(PORT), "a", "a", 0), 0);
	assert_int_equal(state_commit(state), 0);
	reopen();
	assert_string_equal(all(), "2 a 4000000000 0 a\n");
	assert_int_equal(is_set_aside(), 1);
}

static void fill(int n)
{
	char id[16];
	int i;

	assert_int_equal(state_begin(state), 0);
	for (i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "n%d", i);
		assert_int_equal(put(RESOURCE(NEIGHBOR), id, "some configuration", i), 0);
	}
	assert_int_equal(state_commit(state), 0);
}

static void test_garbage_is_set_aside(void **unused)
{
	(void)unused;
	state_close(state);
	state = NULL;
	write_file("this is no database, but it is long enough to be one", 52, 0);
	goes_on_without();
}

static void test_corrupt_page_is_set_aside(void **unused)
{
	char noise[4096];

	(void)unused;
	fill(4000);
	state_close(state);
	state = NULL;
	memset(noise, 0xa5, sizeof(noise));
	write_file(noise, sizeof(noise), page(11));
	goes_on_without();
}

static void test_truncated_file_is_set_aside(void **unused)
{
	(void)unused;
	fill(1000);
	state_close(state);
	state = NULL;
	assert_int_equal(truncate(path, page(6)), 0);
	goes_on_without();
}

static void test_foreign_database_is_set_aside(void **unused)
{
	(void)unused;
	state_close(state);
	state = NULL;
	unlink(path);
	make_foreign("CREATE TABLE wine (year INTEGER)");
	goes_on_without();
}

static void test_missing_table_is_set_aside(void **unused)
{
	(void)unused;
	state_close(state);
	state = NULL;
	make_foreign("DROP TABLE neighbor");
	goes_on_without();
}

static void test_newer_format_is_set_aside(void **unused)
{
	(void)unused;
	fill(1);
	state_close(state);
	state = NULL;
	make_foreign("PRAGMA user_version = 2");
	goes_on_without();
}

static void test_empty_file_is_taken(void **unused)
{
	(void)unused;
	state_close(state);
	state = NULL;
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(state_open(dir, false, &state), 0);
	assert_int_equal(is_set_aside(), 0);
	assert_string_equal(all(), "");
}

/* A limit of the process stands for the disk. */
static void test_no_room(void **unused)
{
	struct rlimit limit = { 64 << 10, RLIM_INFINITY };
	char big[100000];
	int err = 0, i;

	(void)unused;
	fill(10);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(state_delete(state, RESOURCE(NEIGHBOR), "n1"), 0);
	for (i = 0; i < 200 && !err; i++) {
		char id[16];

		snprintf(id, sizeof(id), "big%d", i);
		err = put(RESOURCE(PORT), id, big, 0);
	}
	/* Whether a put failed or not, the commit does, and says why. */
	assert_true(state_commit(state) < 0);
	assert_string_not_equal(state_error(state), "");
	assert_null(config(RESOURCE(PORT), "big0"));
	assert_string_equal(config(RESOURCE(NEIGHBOR), "n1"), "some configuration");

	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(put(RESOURCE(PORT), "big0", big, 0), 0);
	assert_int_equal(state_commit(state), 0);
	reopen();
	assert_non_null(config(RESOURCE(PORT), "big0"));
	assert_string_equal(config(RESOURCE(NEIGHBOR), "n1"), "some configuration");
}

static void test_no_directory(void **unused)
{
	struct state *other;

	(void)unused;
	assert_int_equal(state_open(path, false, &other), -ENOTDIR);
	assert_int_equal(state_open("/proc/alkaidd", false, &other), -ENOENT);
	assert_null(other);
}

static void test_in_memory(void **unused)
{
	struct state *file = state;

	(void)unused;
	assert_int_equal(state_open(NULL, false, &state), 0);
	assert_true(state_is_new(state));
	fill(3);
	assert_string_equal(config(RESOURCE(NEIGHBOR), "n2"), "some configuration");
	state_close(state);
	state = file;
}

static char gone[1024];

static int list_gone(const struct alk_change *c, void *arg)
{
	size_t used = strlen(gone);
	char addr[ALK_ADDR_STRLEN], text[100];

	(void)arg;
	assert_int_equal(c->verb, ALK_DEL);
	switch (c->kind) {
	case ALK_VPC:
		snprintf(text, sizeof(text), "vpc %u", c->vpc->id);
		break;
	case ALK_SUBNET:
		snprintf(text, sizeof(text), "subnet %u", c->subnet->id);
		break;
	case ALK_PORT:
		snprintf(text, sizeof(text), "port %u %s", c->port->ifindex, c->port->ifname);
		break;
	case ALK_NEIGH:
		snprintf(text, sizeof(text), "neigh %u %s", c->neigh->subnet,
			 alk_addr_print(&c->neigh->ip, addr));
		break;
	case ALK_ROUTE:
		snprintf(text, sizeof(text), "route %u %u %s", c->route->vpc, c->route->subnet,
			 alk_addr_print(&c->route->prefix, addr));
		break;
	case ALK_GATEWAY:
		snprintf(text, sizeof(text), "gateway %u", c->gateway->id);
		break;
	}
	snprintf(gone + used, sizeof(gone) - used, "%s\n", text);
	return 0;
}

static const char *all_gone(void)
{
	gone[0] = '\0';
	assert_int_equal(state_each_gone(state, list_gone, NULL), 0);
	return gone;
}

static void test_gone(void **unused)
{
	static const char wanted[] = "vpc 4000000000\nsubnet 2\nport 9 tap9\nneigh 3 fd00::7\n"
				     "route 5 6 10.0.0.0/8\ngateway 8\n";
	struct alk_vpc vpc = { .id = 4000000000 };
	struct alk_subnet subnet = { .id = 2 };
	struct alk_port port = { .ifindex = 9, .ifname = "tap9" };
	struct alk_neigh neigh = { .subnet = 3 };
	struct alk_route route = { .vpc = 5, .subnet = 6 };
	struct alk_gateway *gateway = calloc(1, sizeof(*gateway));
	const struct alk_change changes[] = {
		{ .kind = ALK_VPC, .vpc = &vpc }, { .kind = ALK_SUBNET, .subnet = &subnet },
		{ .kind = ALK_PORT, .port = &port }, { .kind = ALK_NEIGH, .neigh = &neigh },
		{ .kind = ALK_ROUTE, .route = &route },
		{ .kind = ALK_GATEWAY, .gateway = gateway },
	};
	size_t i;

	(void)unused;
	gateway->id = 8;
	alk_addr_parse("fd00::7", &neigh.ip);
	alk_prefix_parse("10.0.0.0/8", &route.prefix);
	assert_int_equal(state_gone(state, &changes[0]), -EINVAL);
	assert_int_equal(state_begin(state), 0);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_int_equal(state_gone(state, &changes[i]), 0);
	assert_int_equal(state_commit(state), 0);
	free(gateway);
	reopen();
	assert_string_equal(all_gone(), wanted);

	/* A push that came to nothing forgets nothing. */
	assert_int_equal(state_begin(state), 0);
	assert_string_equal(all_gone(), "");
	state_rollback(state);
	assert_string_equal(all_gone(), wanted);
	assert_int_equal(state_begin(state), 0);
	assert_int_equal(state_commit(state), 0);
	assert_string_equal(all_gone(), "");
}

/* The map against an array, with so few ids that chains grow and shrink. */
static void test_rowmap(void **unused)
{
	static uint64_t rows[3000];
	struct rowmap map = {};
	char id[16];
	size_t i, n, used = 0;

	(void)unused;
	srand(1);
	for (n = 0; n < 300000; n++) {
		struct rowkey key;

		/* Fill it first, then empty it more and more. */
		i = rand() % 3000;
		snprintf(id, sizeof(id), "id-%zu", i);
		key = rowkey_of(id);
		assert_int_equal(rowmap_get(&map, key), rows[i]);
		used -= !!rows[i];
		if ((size_t)rand() % 300000 > n) {
			assert_int_equal(rowmap_set(&map, key, n + 1), rows[i]);
			rows[i] = n + 1;
		} else {
			assert_int_equal(rowmap_set(&map, key, 0), rows[i]);
			rows[i] = 0;
		}
		used += !!rows[i];
		assert_int_equal(map.n, used);
	}
	rowmap_free(&map);
}

/* Ids that differ only in their length, in a late or in an early byte. */
static void test_keys_differ(void **unused)
{
	static const char *const ids[] = {
		"", "a", "aa", "aaaaaaa", "aaaaaaaa", "aaaaaaaaa", "baaaaaaa", "aaaaaaab",
		"aaaaaaaabaaaaaaa", "baaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa",
	};
	size_t i, j, n = sizeof(ids) / sizeof(ids[0]);

	(void)unused;
	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++) {
			struct rowkey a = rowkey_of(ids[i]), b = rowkey_of(ids[j]);

			assert_true(a.a != b.a && a.b != b.b);
		}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_load_after_reopening),
		TEST(test_changes_of_a_resource),
		TEST(test_rollback),
		TEST(test_kill),
		TEST(test_one_daemon_per_directory),
		TEST(test_garbage_is_set_aside),
		TEST(test_corrupt_page_is_set_aside),
		TEST(test_truncated_file_is_set_aside),
		TEST(test_foreign_database_is_set_aside),
		TEST(test_missing_table_is_set_aside),
		TEST(test_newer_format_is_set_aside),
		TEST(test_empty_file_is_taken),
		TEST(test_no_room),
		TEST(test_no_directory),
		TEST(test_in_memory),
		TEST(test_gone),
		cmocka_unit_test(test_rowmap),
		cmocka_unit_test(test_keys_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
