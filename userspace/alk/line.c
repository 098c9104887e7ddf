// SPDX-License-Identifier: GPL-2.0
/* Splitting the lines of a command file into words. */
#include "line.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copy one word down over its own quotes. Return: what follows, NULL if a quote is open. */
static char *take_word(char *word)
{
	/* What is itself in a word stays where it is, and is nearly all of a file. */
	char *in = word + strcspn(word, " \t\r\n\"'\\");
	char *out = in;
	char quote = 0;

	for (; *in && (quote || !is_space(*in)); in++) {
		if (quote ? *in == quote : *in == '"' || *in == '\'') {
			quote = quote ? 0 : *in;
			continue;
		}
		if (*in == '\\' && quote != '\'' && in[1])
			in++;
		*out++ = *in;
	}
	if (quote)
		return NULL;
	if (*in)
		in++;
	*out = '\0';
	return in;
}

int line_split(char *line, char **words, int max, const char **error)
{
	int n = 0;

	for (;;) {
		while (is_space(*line))
			line++;
		if (!*line || *line == '#')
			return n;
		if (n == max) {
			*error = "too many words";
			return -1;
		}
		words[n++] = line;
		line = take_word(line);
		if (!line) {
			*error = "a quote is not closed";
			return -1;
		}
	}
}

/* Remove a line end; true if a backslash before it joins the next line. */
static bool chomp(char *buf, size_t *len)
{
	while (*len && (buf[*len - 1] == '\n' || buf[*len - 1] == '\r'))
		buf[--*len] = '\0';
	if (!*len || buf[*len - 1] != '\\')
		return false;
	buf[--*len] = '\0';
	return true;
}

/* Return: 1, 0 at the end of the file, -1 if it cannot be read. */
static int read_joined(struct line_reader *r)
{
	char *more = NULL;
	size_t more_size = 0;
	ssize_t len;
	size_t used;
	bool join;
	int ret = -1;

	len = getline(&r->buf, &r->size, r->file);
	if (len < 0)
		return ferror(r->file) ? -1 : 0;
	r->number = ++r->next;
	used = len;
	join = chomp(r->buf, &used);

	while (join) {
		size_t more_len;
		char *bigger;

		len = getline(&more, &more_size, r->file);
		if (len < 0)
			break;
		r->next++;
		more_len = len;
		join = chomp(more, &more_len);
		bigger = realloc(r->buf, used + more_len + 1);
		if (!bigger)
			goto out;
		r->buf = bigger;
		r->size = used + more_len + 1;
		memcpy(r->buf + used, more, more_len + 1);
		used += more_len;
	}
	ret = ferror(r->file) ? -1 : 1;
out:
	free(more);
	return ret;
}

int line_read(struct line_reader *r)
{
	int n;

	do {
		n = read_joined(r);
		if (n < 0)
			r->error = strerror(errno);
		if (n <= 0)
			return n;
		n = line_split(r->buf, r->words, LINE_WORDS_MAX, &r->error);
	} while (!n);
	return n;
}

void line_done(struct line_reader *r)
{
	free(r->buf);
	r->buf = NULL;
}
