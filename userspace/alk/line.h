/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a command file, split into words. */
#ifndef ALK_LINE_H
#define ALK_LINE_H

#include <stdio.h>

/* Room for a gateway group with all its members, as it is shown. */
#define LINE_WORDS_MAX 16384

/**
 * struct line_reader - a command file being read
 * @file: where from
 * @number: of the line that the last command began at
 * @error: why line_read() failed
 */
struct line_reader {
	FILE *file;
	unsigned int number;
	unsigned int next;
	char *buf;
	size_t size;
	char *words[LINE_WORDS_MAX];
	const char *error;
};

/*
 * Read the next command: a '#' that begins a word begins a comment, quotes and
 * backslashes are a shell's, a backslash at the end joins the next line.
 * Return: number of words in @words, 0 at the end of the file, -1 if it is bad.
 */
int line_read(struct line_reader *reader);
void line_done(struct line_reader *reader);

/* Split @line in place. Return: number of words, or -1 with @error set. */
int line_split(char *line, char **words, int max, const char **error);

#endif /* ALK_LINE_H */
