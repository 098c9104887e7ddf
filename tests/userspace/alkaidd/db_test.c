// SPDX-License-Identifier: GPL-2.0
/* The file of the database: the size of its pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "db.h"

static int number_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *query;
	int number;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	number = sqlite3_column_int(query, 0);
	sqlite3_finalize(query);
	return number;
}

static void run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3 *reopened(sqlite3 *db, const char *path)
{
	char text[100];

	sqlite3_close(db);
	assert_int_equal(db_open(path, false, &db, text, sizeof(text)), 0);
	return db;
}

/* A file of an earlier version has smaller pages, and keeps them and what they hold. */
static void pages_of_a_file_stay(void **state)
{
	char path[] = "/tmp/alkaidd-db-XXXXXX";
	int fd = mkstemp(path);
	sqlite3 *db;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	db = reopened(NULL, path);
	assert_int_equal(number_of(db, "PRAGMA page_size"), 16384);
	run(db, "INSERT INTO gone (kind, number, subnet) VALUES (3, 71, 7)");
	run(db, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM;");
	assert_int_equal(number_of(db, "PRAGMA page_size"), 4096);

	db = reopened(db, path);
	assert_int_equal(number_of(db, "PRAGMA page_size"), 4096);
	assert_int_equal(number_of(db, "SELECT number FROM gone"), 71);
	run(db, "INSERT INTO gone (kind, number, subnet) VALUES (3, 72, 7)");
	db = reopened(db, path);
	assert_int_equal(number_of(db, "SELECT count(*) FROM gone"), 2);
	sqlite3_close(db);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_of_a_file_stay),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
