// SPDX-License-Identifier: GPL-2.0
/* Command files as lines of words. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "line.h"

struct split_case {
	const char *in;
	const char *words[6];
};

static const struct split_case splits[] = {
	{ "vpc add 7 name blue", { "vpc", "add", "7", "name", "blue" } },
	{ "  vpc\t\tshow \r\n", { "vpc", "show" } },
	{ "vpc add 7 # the seventh", { "vpc", "add", "7" } },
	{ "# nothing", { NULL } },
	{ "", { NULL } },
	{ "name a#b", { "name", "a#b" } },
	{ "name \"two words\"", { "name", "two words" } },
	{ "name 'two \"words\"'", { "name", "two \"words\"" } },
	{ "name \"a \\\"b\\\" c\"", { "name", "a \"b\" c" } },
	{ "name two\\ words", { "name", "two words" } },
	{ "name a\"b c\"d", { "name", "ab cd" } },
	{ "name '\\'", { "name", "\\" } },
	{ "name \"\" x", { "name", "", "x" } },
	{ "name \\#7", { "name", "#7" } },
};

static void words(void **state)
{
	const char *error = NULL;
	char *got[6];
	size_t i;
	int j, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(splits); i++) {
		char *line = strdup(splits[i].in);

		n = line_split(line, got, ARRAY_SIZE(got), &error);
		for (j = 0; j < n; j++) {
			assert_non_null(splits[i].words[j]);
			assert_string_equal(got[j], splits[i].words[j]);
		}
		assert_true(n >= 0 && n < 6);
		assert_null(splits[i].words[n]);
		free(line);
	}
}

static void bad_lines(void **state)
{
	char open_quote[] = "name \"blue", many[] = "a b c";
	const char *error;
	char *got[2];

	(void)state;
	assert_int_equal(line_split(open_quote, got, 2, &error), -1);
	assert_string_equal(error, "a quote is not closed");
	assert_int_equal(line_split(many, got, 2, &error), -1);
	assert_string_equal(error, "too many words");
}

static void files(void **state)
{
	char text[] = "# head\n\nvpc add 7\nport add vm1 \\\n ip 10.0.0.1 \\\n ip 10.0.0.2\nvpc show";
	struct line_reader r = { .file = fmemopen(text, strlen(text), "r") };

	(void)state;
	assert_int_equal(line_read(&r), 3);
	assert_int_equal(r.number, 3);
	assert_int_equal(line_read(&r), 7);
	assert_int_equal(r.number, 4);
	assert_string_equal(r.words[6], "10.0.0.2");
	assert_int_equal(line_read(&r), 2);
	assert_int_equal(r.number, 7);
	assert_int_equal(line_read(&r), 0);
	line_done(&r);
	fclose(r.file);
}

static void joined_at_the_end_of_the_file(void **state)
{
	char text[] = "vpc show \\\n";
	struct line_reader r = { .file = fmemopen(text, strlen(text), "r") };

	(void)state;
	assert_int_equal(line_read(&r), 2);
	assert_int_equal(line_read(&r), 0);
	line_done(&r);
	fclose(r.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(files),
		cmocka_unit_test(joined_at_the_end_of_the_file),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
