// SPDX-License-Identifier: GPL-2.0
/* What survives the daemon: the last configuration of each resource. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "db.h"
#include "gone.h"
#include "log.h"
#include "rowmap.h"

#define FILE_NAME "state.db"

/* Statements that exist once, and those that each table has its own of. */
enum query { Q_BEGIN, Q_COMMIT, Q_ROLLBACK, Q_FORGET, Q_GONE, QUERIES };
enum table_query { T_INSERT, T_UPDATE, T_IDLE, T_DELETE, T_READ, TABLE_QUERIES };

static const char *const sql[QUERIES] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_FORGET] = "DELETE FROM gone",
};

/* The row is the last parameter, the id before it where there is one. */
static const char *const table_sql[TABLE_QUERIES] = {
	[T_INSERT] = "INSERT INTO %s (revision, number, idle, config, id, row) "
		     "VALUES (?, ?, ?, ?, ?, ?)",
	[T_UPDATE] = "UPDATE %s SET revision = ?, number = ?, idle = ?, config = ? "
		     "WHERE id = ? AND row = ?",
	[T_IDLE] = "UPDATE %s SET idle = ? WHERE id = ? AND row = ?",
	[T_DELETE] = "DELETE FROM %s WHERE id = ? AND row = ?",
	[T_READ] = "SELECT revision, number, idle, config FROM %s WHERE id = ? AND row = ?",
};

/* What a rollback puts back into the map of a table. */
struct undo {
	unsigned int table;
	struct rowkey key;
	uint64_t row;
};

/**
 * struct state - the database and where each resource is in it
 *
 * Rows are written one after the other: ids are random, and a table that were
 * sorted by them would cost a page of its own for each resource of a push.
 *
 * @lock: the directory, or -1
 * @last: row of each table that was given out last
 * @failed: errno of what failed in the transaction under way
 */
struct state {
	sqlite3 *db;
	char *path;
	int lock;
	bool is_new, in_txn;
	int failed;
	sqlite3_stmt *queries[QUERIES], *table_queries[DB_TABLES][TABLE_QUERIES];
	struct rowmap maps[DB_TABLES];
	uint64_t last[DB_TABLES];
	struct undo *undo;
	size_t n_undo, max_undo;
	char error[256];
};

static int fail(struct state *state, int rc)
{
	int err = db_errno(state->db, rc, state->error, sizeof(state->error));

	if (state->in_txn && !state->failed)
		state->failed = err;
	return err;
}

static int prepare(struct state *state, const char *text, sqlite3_stmt **query)
{
	int rc = sqlite3_prepare_v3(state->db, text, -1, SQLITE_PREPARE_PERSISTENT, query, NULL);

	return rc == SQLITE_OK ? 0 : fail(state, rc);
}

/* Fails if the tables are not as they should be. */
static int prepare_all(struct state *state)
{
	unsigned int table, which;
	int err = 0;

	for (which = 0; !err && which < QUERIES; which++)
		err = prepare(state, which == Q_GONE ? gone_insert : sql[which],
			      &state->queries[which]);
	for (table = 0; table < DB_TABLES; table++)
		for (which = 0; !err && which < TABLE_QUERIES; which++) {
			char *text = xasprintf(table_sql[which], db_tables[table]);

			err = prepare(state, text, &state->table_queries[table][which]);
			free(text);
		}
	return err;
}

/* Run a statement that has no rows. */
static int run(struct state *state, sqlite3_stmt *query)
{
	int rc = sqlite3_step(query);
	int err = rc == SQLITE_DONE ? 0 : fail(state, rc);

	sqlite3_reset(query);
	return err;
}

/* Also a first look at every page: what is corrupt comes to light here. */
static int map_table(struct state *state, unsigned int table)
{
	char *text = xasprintf("SELECT row, id FROM %s", db_tables[table]);
	sqlite3_stmt *query = NULL;
	int err, rc;

	err = prepare(state, text, &query);
	free(text);
	if (err)
		return err;
	while ((rc = sqlite3_step(query)) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(query, 1);
		sqlite3_int64 row = sqlite3_column_int64(query, 0);

		if (!id || row <= 0 || rowmap_set(&state->maps[table], rowkey_of(id), row)) {
			rc = SQLITE_CORRUPT;
			break;
		}
		if ((uint64_t)row > state->last[table])
			state->last[table] = row;
	}
	if (rc != SQLITE_DONE)
		err = fail(state, rc);
	if (err == -EBADMSG)
		snprintf(state->error, sizeof(state->error), "table %s is corrupt",
			 db_tables[table]);
	sqlite3_finalize(query);
	return err;
}

static void close_db(struct state *state)
{
	size_t i, j;

	for (i = 0; i < QUERIES; i++)
		sqlite3_finalize(state->queries[i]);
	for (i = 0; i < DB_TABLES; i++) {
		for (j = 0; j < TABLE_QUERIES; j++)
			sqlite3_finalize(state->table_queries[i][j]);
		rowmap_free(&state->maps[i]);
		state->last[i] = 0;
	}
	memset(state->queries, 0, sizeof(state->queries));
	memset(state->table_queries, 0, sizeof(state->table_queries));
	sqlite3_close(state->db);
	state->db = NULL;
}

static int open_db(struct state *state, bool durable)
{
	unsigned int table;
	int err;

	err = db_open(state->path, durable, &state->db, state->error, sizeof(state->error));
	if (err)
		return err;
	state->is_new = true;
	err = prepare_all(state);
	for (table = 0; !err && table < DB_TABLES; table++) {
		err = map_table(state, table);
		if (state->maps[table].n)
			state->is_new = false;
	}
	if (err)
		close_db(state);
	return err;
}

static int lock_dir(struct state *state, const char *dir)
{
	if (mkdir(dir, 0700) && errno != EEXIST)
		return -errno;
	state->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state->lock < 0)
		return -errno;
	if (flock(state->lock, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return 0;
}

static int open_dir(struct state *state, const char *dir, bool durable)
{
	int err = lock_dir(state, dir);

	if (err) {
		snprintf(state->error, sizeof(state->error), "%s",
			 err == -EBUSY ? "another daemon uses this directory" : strerror(-err));
		return err;
	}
	state->path = xasprintf("%s/" FILE_NAME, dir);
	err = open_db(state, durable);
	if (err != -EBADMSG)
		return err;
	err = db_set_aside(state->path, state->error, state->error, sizeof(state->error));
	return err ? err : open_db(state, durable);
}

int state_open(const char *dir, bool durable, struct state **out)
{
	struct state *state = xcalloc(1, sizeof(*state));
	int err;

	*out = NULL;
	state->lock = -1;
	rowkey_secret();
	err = dir ? open_dir(state, dir, durable) : open_db(state, durable);
	if (err) {
		log_error("state: %s: %s", dir ? dir : "in memory", state->error);
		state_close(state);
		return err;
	}
	*out = state;
	return 0;
}

void state_close(struct state *state)
{
	if (!state)
		return;
	state_rollback(state);
	close_db(state);
	if (state->lock >= 0)
		close(state->lock);
	free(state->path);
	free(state->undo);
	free(state);
}

bool state_is_new(const struct state *state)
{
	return state->is_new;
}

static int load_table(struct state *state, Alcor__Schema__ResourceType type,
		      int (*cb)(const struct saved *saved, void *arg), void *arg)
{
	char *text = xasprintf("SELECT id, revision, number, idle, config FROM %s",
			       db_tables[type]);
	sqlite3_stmt *query = NULL;
	int err, rc = SQLITE_DONE;

	err = prepare(state, text, &query);
	free(text);
	while (!err && (rc = sqlite3_step(query)) == SQLITE_ROW) {
		const struct saved saved = {
			.type = type,
			.id = (const char *)sqlite3_column_text(query, 0),
			.revision = sqlite3_column_int64(query, 1),
			.number = sqlite3_column_int64(query, 2),
			.idle = sqlite3_column_int(query, 3),
			.config = sqlite3_column_blob(query, 4),
			.len = sqlite3_column_bytes(query, 4),
		};

		if (saved.id)
			err = cb(&saved, arg);
	}
	if (!err && rc != SQLITE_DONE)
		err = fail(state, rc);
	sqlite3_finalize(query);
	return err;
}

int state_load(struct state *state, int (*cb)(const struct saved *saved, void *arg), void *arg)
{
	/* What others refer to comes before them. */
	static const Alcor__Schema__ResourceType order[DB_TABLES] = {
		ALCOR__SCHEMA__RESOURCE_TYPE__VPC, ALCOR__SCHEMA__RESOURCE_TYPE__SUBNET,
		ALCOR__SCHEMA__RESOURCE_TYPE__GATEWAY, ALCOR__SCHEMA__RESOURCE_TYPE__ROUTER,
		ALCOR__SCHEMA__RESOURCE_TYPE__SECURITYGROUP, ALCOR__SCHEMA__RESOURCE_TYPE__PORT,
		ALCOR__SCHEMA__RESOURCE_TYPE__NEIGHBOR, ALCOR__SCHEMA__RESOURCE_TYPE__DHCP,
	};
	int i, err = 0;

	for (i = 0; !err && i < DB_TABLES; i++)
		err = load_table(state, order[i], cb, arg);
	return err;
}

/* An id that fits the row's, unless two ids have one key. */
static int touched(struct state *state)
{
	if (sqlite3_changes(state->db))
		return 0;
	snprintf(state->error, sizeof(state->error), "a row has another id than was looked for");
	return state->failed = -EEXIST;
}

static void map_set(struct state *state, unsigned int table, struct rowkey key, uint64_t row)
{
	if (state->n_undo == state->max_undo) {
		state->max_undo = state->max_undo ? state->max_undo * 2 : 64;
		state->undo = xrealloc(state->undo, state->max_undo, sizeof(*state->undo));
	}
	state->undo[state->n_undo++] = (struct undo){
		.table = table,
		.key = key,
		.row = rowmap_set(&state->maps[table], key, row),
	};
}

static void map_undo(struct state *state)
{
	while (state->n_undo) {
		const struct undo *undo = &state->undo[--state->n_undo];

		rowmap_set(&state->maps[undo->table], undo->key, undo->row);
	}
}

/* Bind the last two parameters of a statement. */
static void bind_row(sqlite3_stmt *query, const char *id, uint64_t row)
{
	int n = sqlite3_bind_parameter_count(query);

	sqlite3_bind_text(query, n - 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(query, n, row);
}

static sqlite3_stmt *find_row(struct state *state, Alcor__Schema__ResourceType type,
			      const char *id, uint64_t row)
{
	sqlite3_stmt *query = state->table_queries[type][T_READ];

	bind_row(query, id, row);
	if (sqlite3_step(query) == SQLITE_ROW)
		return query;
	sqlite3_reset(query);
	return NULL;
}

uint8_t *state_config(struct state *state, Alcor__Schema__ResourceType type, const char *id,
		      size_t *len)
{
	uint64_t row = rowmap_get(&state->maps[type], rowkey_of(id));
	sqlite3_stmt *query = row ? find_row(state, type, id, row) : NULL;
	uint8_t *config;

	if (!query)
		return NULL;
	*len = sqlite3_column_bytes(query, 3);
	config = xcalloc(1, *len);
	if (*len)
		memcpy(config, sqlite3_column_blob(query, 3), *len);
	sqlite3_reset(query);
	return config;
}

/* What is pushed again is read again, but not written. */
static bool is_saved(struct state *state, const struct saved *saved, uint64_t row)
{
	sqlite3_stmt *query = find_row(state, saved->type, saved->id, row);
	bool same;

	if (!query)
		return false;
	same = sqlite3_column_int64(query, 0) == saved->revision &&
	       sqlite3_column_int64(query, 1) == saved->number &&
	       sqlite3_column_int(query, 2) == saved->idle &&
	       (size_t)sqlite3_column_bytes(query, 3) == saved->len &&
	       (!saved->len || !memcmp(sqlite3_column_blob(query, 3), saved->config, saved->len));
	sqlite3_reset(query);
	return same;
}

static int not_open(struct state *state)
{
	if (state->in_txn)
		return state->failed;
	snprintf(state->error, sizeof(state->error), "no transaction is open");
	return -EINVAL;
}

int state_begin(struct state *state)
{
	int err = run(state, state->queries[Q_BEGIN]);

	if (err)
		return err;
	state->in_txn = true;
	state->failed = 0;
	state->n_undo = 0;
	err = run(state, state->queries[Q_FORGET]);
	if (err)
		state_rollback(state);
	return err;
}

int state_put(struct state *state, const struct saved *saved)
{
	const struct rowkey key = rowkey_of(saved->id);
	uint64_t row = rowmap_get(&state->maps[saved->type], key);
	bool insert = !row;
	sqlite3_stmt *query;
	int err = not_open(state);

	if (err || (row && is_saved(state, saved, row)))
		return err;
	query = state->table_queries[saved->type][insert ? T_INSERT : T_UPDATE];
	if (insert)
		row = state->last[saved->type] + 1;
	sqlite3_bind_int64(query, 1, saved->revision);
	sqlite3_bind_int64(query, 2, saved->number);
	sqlite3_bind_int(query, 3, saved->idle);
	sqlite3_bind_blob64(query, 4, saved->len ? saved->config : "", saved->len, SQLITE_STATIC);
	bind_row(query, saved->id, row);
	err = run(state, query);
	if (err || !insert)
		return err ? err : touched(state);
	state->last[saved->type] = row;
	map_set(state, saved->type, key, row);
	return 0;
}

int state_idle(struct state *state, Alcor__Schema__ResourceType type, const char *id, bool idle)
{
	uint64_t row = rowmap_get(&state->maps[type], rowkey_of(id));
	sqlite3_stmt *query;
	int err = not_open(state);

	if (err || !row)
		return err ? err : -ENOENT;
	query = state->table_queries[type][T_IDLE];
	sqlite3_bind_int(query, 1, idle);
	bind_row(query, id, row);
	err = run(state, query);
	return err ? err : touched(state);
}

int state_delete(struct state *state, Alcor__Schema__ResourceType type, const char *id)
{
	const struct rowkey key = rowkey_of(id);
	uint64_t row = rowmap_get(&state->maps[type], key);
	sqlite3_stmt *query;
	int err = not_open(state);

	if (err || !row)
		return err;
	query = state->table_queries[type][T_DELETE];
	bind_row(query, id, row);
	err = run(state, query);
	if (!err)
		err = touched(state);
	if (!err)
		map_set(state, type, key, 0);
	return err;
}

int state_gone(struct state *state, const struct alk_change *change)
{
	int err = not_open(state);

	if (err)
		return err;
	gone_bind(state->queries[Q_GONE], change);
	return run(state, state->queries[Q_GONE]);
}

int state_each_gone(struct state *state, int (*cb)(const struct alk_change *change, void *arg),
		    void *arg)
{
	struct gone *gone = xcalloc(1, sizeof(*gone));
	sqlite3_stmt *query = NULL;
	struct alk_change change;
	int err, rc = SQLITE_DONE;

	err = prepare(state, gone_select, &query);
	while (!err && (rc = sqlite3_step(query)) == SQLITE_ROW)
		if (gone_read(query, gone, &change))
			err = cb(&change, arg);
	if (!err && rc != SQLITE_DONE)
		err = fail(state, rc);
	sqlite3_finalize(query);
	free(gone);
	return err;
}

int state_commit(struct state *state)
{
	int err = not_open(state);

	if (!err)
		err = run(state, state->queries[Q_COMMIT]);
	if (err) {
		state_rollback(state);
		return err;
	}
	state->in_txn = false;
	state->n_undo = 0;
	state->is_new = false;
	return 0;
}

/* The reason why stays in the text. SQLite may have undone it all by itself. */
void state_rollback(struct state *state)
{
	char error[sizeof(state->error)];

	if (!state->in_txn)
		return;
	memcpy(error, state->error, sizeof(error));
	if (!sqlite3_get_autocommit(state->db))
		run(state, state->queries[Q_ROLLBACK]);
	memcpy(state->error, error, sizeof(error));
	map_undo(state);
	state->in_txn = false;
}

const char *state_error(const struct state *state)
{
	return state->error;
}

uint64_t state_bytes(const struct state *state)
{
	uint64_t bytes = 0;
	struct stat st;
	char *wal;

	if (!state->path)
		return sqlite3_memory_used();
	wal = xasprintf("%s-wal", state->path);
	if (!stat(state->path, &st))
		bytes += st.st_size;
	if (!stat(wal, &st))
		bytes += st.st_size;
	free(wal);
	return bytes;
}
