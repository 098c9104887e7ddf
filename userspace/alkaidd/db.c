// SPDX-License-Identifier: GPL-2.0
/* The file of the database: whose it is, its tables, and what to do if it is bad. */
#include "db.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "log.h"

/* Marks in the header of the file: "alkd", and the version of the tables. */
#define APPLICATION_ID 0x616c6b64
#define FORMAT 1

/* Bigger than any push is wont to be, small beside what is kept. */
#define CACHE_KB 8192
#define CHECKPOINT_PAGES 1024

/*
 * Of a new file. A page that is changed is written twice, and what a push brings fills
 * pages: so bigger ones are fewer system calls.
 */
#define PAGE_BYTES 16384

/* Other names under which a file of the same second is set aside. */
#define ASIDE_TRIES 100

const char *const db_tables[DB_TABLES] = {
	"vpc", "subnet", "port", "neighbor", "security_group", "dhcp", "router", "gateway",
};

static const char schema_table[] =
	"CREATE TABLE %s ("
	"row INTEGER PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL, "
	"number INTEGER NOT NULL, idle INTEGER NOT NULL, config BLOB NOT NULL);";

static const char schema_rest[] =
	"CREATE TABLE gone ("
	"row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, number INTEGER NOT NULL, "
	"subnet INTEGER NOT NULL, addr BLOB, ifname TEXT);"
	"PRAGMA application_id = %d;"
	"PRAGMA user_version = %d;"
	"COMMIT;";

int db_errno(sqlite3 *db, int rc, char *text, size_t size)
{
	int err = db ? sqlite3_system_errno(db) : 0;

	snprintf(text, size, "%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
	switch (rc & 0xff) {
	case SQLITE_OK:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR:	/* tables are missing, or have other columns */
		return -EBADMSG;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		if (!err)
			return -EIO;
		snprintf(text, size, "%s: %s", sqlite3_errmsg(db), strerror(err));
		return -err;
	default:
		return -EIO;
	}
}

/* The first column of the first row, as a number. */
static int ask(sqlite3 *db, const char *sql, int64_t *answer)
{
	sqlite3_stmt *query;
	int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(query);
		*answer = rc == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
		if (rc == SQLITE_ROW || rc == SQLITE_DONE)
			rc = SQLITE_OK;
	}
	sqlite3_finalize(query);
	return rc;
}

static int make_tables(sqlite3 *db)
{
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	char *sql;
	size_t i;

	for (i = 0; rc == SQLITE_OK && i < DB_TABLES; i++) {
		sql = xasprintf(schema_table, db_tables[i]);
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
		free(sql);
	}
	if (rc == SQLITE_OK) {
		sql = xasprintf(schema_rest, APPLICATION_ID, FORMAT);
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
		free(sql);
	}
	return rc;
}

/* Of a file that is not ours nothing is changed. */
static int check_marks(sqlite3 *db, char *text, size_t size)
{
	int64_t id = 0, format = 0, objects = 0;
	int rc = ask(db, "PRAGMA application_id", &id);

	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA user_version", &format);
	if (rc == SQLITE_OK)
		rc = ask(db, "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc == SQLITE_OK && !id && !format && !objects)
		rc = make_tables(db);
	else if (rc == SQLITE_OK && id != APPLICATION_ID)
		snprintf(text, size, "it is no state of alkaidd");
	else if (rc == SQLITE_OK && format != FORMAT)
		snprintf(text, size, "it has format %lld, this version knows format %d",
			 (long long)format, FORMAT);
	else if (rc == SQLITE_OK)
		return 0;

	if (*text)
		return -EBADMSG;
	return db_errno(db, rc, text, size);
}

static int set_up(sqlite3 *db, bool durable, char *text, size_t size)
{
	char *sql;
	int rc, err;

	/* Nobody else reads it meanwhile, so that its index needs no shared memory. */
	sql = xasprintf("PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = %d;", PAGE_BYTES);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	free(sql);
	if (rc != SQLITE_OK)
		return db_errno(db, rc, text, size);
	err = check_marks(db, text, size);
	if (err)
		return err;

	sql = xasprintf("PRAGMA journal_mode = WAL; PRAGMA synchronous = %s; "
			"PRAGMA cache_size = -%d; PRAGMA wal_autocheckpoint = %d;",
			durable ? "FULL" : "NORMAL", CACHE_KB, CHECKPOINT_PAGES);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	free(sql);
	return db_errno(db, rc, text, size);
}

int db_open(const char *path, bool durable, sqlite3 **out, char *text, size_t size)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db;
	int rc, err;

	*text = '\0';
	rc = sqlite3_open_v2(path ? path : ":memory:", &db, flags, NULL);
	if (rc != SQLITE_OK) {
		err = db_errno(db, rc, text, size);
	} else if (sqlite3_db_readonly(db, "main")) {
		snprintf(text, size, "it cannot be written");
		err = -EROFS;
	} else {
		err = set_up(db, durable, text, size);
	}
	if (err) {
		sqlite3_close(db);
		db = NULL;
	}
	*out = db;
	return err;
}

/* A name for it that is free, to be freed; or NULL. */
static char *aside_name(const char *path)
{
	const time_t now = time(NULL);
	char date[32], *name;
	struct tm tm;
	int i;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	for (i = 0; i < ASIDE_TRIES; i++) {
		name = i ? xasprintf("%s.bad-%s-%d", path, date, i) :
			   xasprintf("%s.bad-%s", path, date);
		if (access(name, F_OK))
			return name;
		free(name);
	}
	return NULL;
}

int db_set_aside(const char *path, const char *reason, char *text, size_t size)
{
	static const char *const parts[] = { "-wal", "-journal", "-shm", "" };
	char *name = aside_name(path), *from, *to;
	int err = name ? 0 : -EEXIST;
	size_t i;

	for (i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++) {
		from = xasprintf("%s%s", path, parts[i]);
		to = xasprintf("%s%s", name, parts[i]);
		if (rename(from, to) && (errno != ENOENT || !*parts[i]))
			err = -errno;
		free(from);
		free(to);
	}
	if (err)
		snprintf(text, size, "%s; and it cannot be set aside: %s", reason, strerror(-err));
	else
		log_error("state: %s is set aside as %s: %s", path, name, reason);
	free(name);
	return err;
}
