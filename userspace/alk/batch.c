// SPDX-License-Identifier: GPL-2.0
/* Commands out of a file: one by one, or as one transaction. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "line.h"
#include "txn.h"

static int run_lines(struct cli *cli, struct line_reader *reader, const char *path)
{
	int ret = CLI_OK;
	int n;

	while ((n = line_read(reader)) > 0) {
		int failed;

		if (cli->txn)
			cli->txn->line = reader->number;
		failed = cli_command(cli, n, reader->words);
		fflush(stdout);
		if (!failed)
			continue;
		fprintf(stderr, "Command failed %s:%u\n", path, reader->number);
		if (!ret)
			ret = failed;
		if (!cli->force || cli->txn)
			return ret;
	}
	if (n < 0) {
		fprintf(stderr, "alk: %s:%u: %s\n", path, reader->number, reader->error);
		ret = CLI_USAGE;
	}
	return ret;
}

int batch_run(struct cli *cli, const char *path, bool atomic)
{
	struct line_reader reader = { .file = stdin };
	struct txn txn = {};
	int ret;

	if (strcmp(path, "-")) {
		reader.file = fopen(path, "re");
		if (!reader.file) {
			fprintf(stderr, "alk: cannot open \"%s\": %s\n", path, strerror(errno));
			return CLI_USAGE;
		}
	}

	cli->txn = atomic ? &txn : NULL;
	ret = run_lines(cli, &reader, path);
	if (atomic && !ret)
		ret = txn_apply(&txn, cli, path);
	cli->txn = NULL;

	txn_free(&txn);
	line_done(&reader);
	if (reader.file != stdin)
		fclose(reader.file);
	return ret;
}
