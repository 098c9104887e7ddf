/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a command that are still to be read, and what is wrong with them. */
#ifndef ALK_ARGS_H
#define ALK_ARGS_H

#include <net/if.h>
#include <stddef.h>

/**
 * struct args - a command being read
 * @argc: words left
 * @argv: the first of them
 * @dev: alkaid device given with "dev NAME", or empty
 * @error: what is wrong, after a reader returned -1
 */
struct args {
	int argc;
	char **argv;
	char dev[IFNAMSIZ];
	char error[256];
};

/* Next word, or NULL at the end. */
const char *args_peek(const struct args *args);
const char *args_next(struct args *args);
/* Next word as the value of option @word; NULL with @error set if there is none. */
const char *args_value(struct args *args, const char *word);
/* Return: -1, for the caller to pass on. */
int args_error(struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Take "dev NAME" if it comes next. Return: 1 if it did, 0 if not, -1 if it is bad. */
int args_dev(struct args *args);
/* The end must have come, but for "dev NAME". */
int args_end(struct args *args);

/**
 * struct word - a word that may be abbreviated
 * @name: in full
 * @id: what it stands for; aliases have the same
 */
struct word {
	const char *name;
	int id;
};

/* Return: @id of the word that @word is or begins, -1 if none, -2 if several. */
int word_find(const struct word *words, size_t n, const char *word);

#endif /* ALK_ARGS_H */
