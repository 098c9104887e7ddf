/* SPDX-License-Identifier: GPL-2.0 */
/* The changes of a file, gathered to be made in one transaction. */
#ifndef ALK_TXN_H
#define ALK_TXN_H

#include "object.h"

/**
 * struct txn - changes that belong together
 * @changes: in the order of the file; each owns its object
 * @lines: where each came from
 * @line: where the next one comes from
 * @dev: device that all of them are for, empty for the only one
 */
struct txn {
	struct alk_change *changes;
	unsigned int *lines;
	size_t n, size;
	unsigned int line;
	char dev[IFNAMSIZ];
};

/* Takes @obj over, also when it fails. Return: an exit code; the reason is printed. */
int txn_add(struct txn *txn, const struct object *object, enum alk_verb verb, void *obj,
	    const char *dev);
/* Make the changes, or only check them. Return: an exit code; reasons name @file. */
int txn_apply(struct txn *txn, struct cli *cli, const char *file);
void txn_free(struct txn *txn);

#endif /* ALK_TXN_H */
