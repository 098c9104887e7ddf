// SPDX-License-Identifier: GPL-2.0
/* Reading the words of a command. */
#include "args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *args_peek(const struct args *args)
{
	return args->argc > 0 ? args->argv[0] : NULL;
}

const char *args_next(struct args *args)
{
	const char *word = args_peek(args);

	if (word) {
		args->argc--;
		args->argv++;
	}
	return word;
}

const char *args_value(struct args *args, const char *word)
{
	const char *value = args_next(args);

	if (!value)
		args_error(args, "\"%s\" needs a value", word);
	return value;
}

int args_error(struct args *args, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(args->error, sizeof(args->error), fmt, ap);
	va_end(ap);
	return -1;
}

int args_dev(struct args *args)
{
	const char *word = args_peek(args);
	const char *name;

	if (!word || strcmp(word, "dev"))
		return 0;
	args_next(args);
	name = args_value(args, "dev");
	if (!name)
		return -1;
	if (args->dev[0])
		return args_error(args, "\"dev\" is given twice");
	if (!name[0] || strlen(name) >= sizeof(args->dev))
		return args_error(args, "bad dev \"%s\": a device name is expected", name);
	strcpy(args->dev, name);
	return 1;
}

int args_end(struct args *args)
{
	int ret;

	while ((ret = args_dev(args)) > 0)
		;
	if (ret < 0)
		return ret;
	if (args->argc)
		return args_error(args, "\"%s\" is unexpected", args->argv[0]);
	return 0;
}

int word_find(const struct word *words, size_t n, const char *word)
{
	size_t len = strlen(word);
	int found = -1;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(words[i].name, word))
			return words[i].id;
		if (!len || strncmp(words[i].name, word, len))
			continue;
		if (found >= 0 && found != words[i].id)
			found = -2;
		else if (found != -2)
			found = words[i].id;
	}
	return found;
}
