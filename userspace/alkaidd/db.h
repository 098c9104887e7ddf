/* SPDX-License-Identifier: GPL-2.0 */
/* The file of the database: whose it is, its tables, and what to do if it is bad. */
#ifndef ALKAIDD_DB_H
#define ALKAIDD_DB_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

/* One table for each resource type, in the order of the enumeration. */
#define DB_TABLES 8
extern const char *const db_tables[DB_TABLES];

/**
 * db_open() - open or make the database
 * @path: or NULL for one in memory
 * @durable: a commit returns when it is on the disk
 * @text: reason of a failure
 *
 * Return: 0; -EBADMSG if the file is corrupt or not ours; another negative errno.
 */
int db_open(const char *path, bool durable, sqlite3 **out, char *text, size_t size);

/** db_errno() - negative errno for the result code @rc, and its text */
int db_errno(sqlite3 *db, int rc, char *text, size_t size);

/** db_set_aside() - rename the file, and what belongs to it; logs @reason and the name */
int db_set_aside(const char *path, const char *reason, char *text, size_t size);

#endif
