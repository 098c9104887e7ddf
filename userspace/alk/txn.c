// SPDX-License-Identifier: GPL-2.0
/* Gathering the changes of a file and making them at once. */
#include "txn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool txn_grow(struct txn *txn)
{
	size_t size = txn->size ? txn->size * 2 : 256;
	struct alk_change *changes;
	unsigned int *lines;

	if (txn->n < txn->size)
		return true;
	changes = realloc(txn->changes, size * sizeof(*changes));
	if (!changes)
		return false;
	txn->changes = changes;
	lines = realloc(txn->lines, size * sizeof(*lines));
	if (!lines)
		return false;
	txn->lines = lines;
	txn->size = size;
	return true;
}

int txn_add(struct txn *txn, const struct object *object, enum alk_verb verb, void *obj,
	    const char *dev)
{
	int ret;

	if (dev[0] && txn->dev[0] && strcmp(dev, txn->dev)) {
		ret = cli_refused("\"%s\" and \"%s\": a transaction is of one device",
				  txn->dev, dev);
		goto err_free;
	}
	if (!txn_grow(txn)) {
		ret = cli_refused("no memory for the transaction");
		goto err_free;
	}
	if (dev[0])
		strcpy(txn->dev, dev);
	object_change(object, verb, obj, &txn->changes[txn->n]);
	txn->lines[txn->n++] = txn->line;
	return CLI_OK;

err_free:
	free(obj);
	return ret;
}

static void report(const struct txn *txn, const struct alk *alk, const char *file)
{
	char label[120];
	size_t i;

	/* A transaction that could not begin or commit failed as a whole. */
	if (!strcmp(txn->changes[0].text, alk_error(alk))) {
		cli_refused("%s: %s", file, alk_error(alk));
		return;
	}
	for (i = 0; i < txn->n; i++) {
		const struct alk_change *c = &txn->changes[i];

		if (!c->error || c->error == -ECANCELED)
			continue;
		object_label(object_of(c->kind), c->vpc, label, sizeof(label));
		cli_refused("%s:%u: %s: %s", file, txn->lines[i], label, c->text);
	}
}

int txn_apply(struct txn *txn, struct cli *cli, const char *file)
{
	struct alk *alk;
	int ret;

	if (!txn->n)
		return CLI_OK;
	ret = cli_open(cli, txn->dev, &alk);
	if (ret)
		return ret;
	if (!alk_apply(alk, txn->changes, txn->n, cli->check ? ALK_CHECK : ALK_ATOMIC))
		return CLI_OK;
	report(txn, alk, file);
	return CLI_REFUSED;
}

void txn_free(struct txn *txn)
{
	size_t i;

	for (i = 0; i < txn->n; i++)
		free((void *)txn->changes[i].vpc);
	free(txn->changes);
	free(txn->lines);
}
