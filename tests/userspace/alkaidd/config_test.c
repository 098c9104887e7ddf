// SPDX-License-Identifier: GPL-2.0
/* Tests of the options: what a file may say, and what is said of one that may not. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMBER "member = 10.0.0.11 02:00:0a:00:00:0b\n"
#define GATEWAY "[gateway a]\n" MEMBER

/* As a file, for config_load(); the text is what is behind "PATH: ". */
static int load(struct config *config, const char *content, size_t len, char *text, size_t size)
{
	char path[] = "/tmp/alkaidd-config-XXXXXX", whole[1024] = "";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	close(fd);
	config_init(config);
	err = config_load(config, path, whole, sizeof(whole));
	*text = '\0';
	if (err) {
		assert_memory_equal(whole, path, strlen(path));
		snprintf(text, size, "%s", whole + strlen(path) + 2);
	} else {
		err = config_check(config, text, size);
	}
	unlink(path);
	return err;
}

static void fine(struct config *config, const char *content)
{
	char text[512];

	if (load(config, content, strlen(content), text, sizeof(text)))
		fail_msg("\"%s\" is refused: %s", content, text);
}

static void defaults(void **state)
{
	struct config config;

	(void)state;
	fine(&config, "");
	assert_string_equal(config.listen, "127.0.0.1:50001");
	assert_null(config.netns);
	assert_null(config.state_dir);
	assert_int_equal(config.max_message, 64 << 20);
	assert_int_equal(config.max_memory, 0);
	assert_false(config.strict || config.debug || config.durable || config.insecure);
	assert_int_equal(config.external, EXTERNAL_REPAIR);
	assert_int_equal(config.n_gateways, 0);
	config_free(&config);
}

static void every_key(void **state)
{
	struct config config;

	(void)state;
	fine(&config,
	     "# A comment\n"
	     "[alkaidd]\n"
	     "netns = blue\ndev=alk1\n  listen = 0.0.0.0:50002 \ninsecure = true\n"
	     "max-message = 512\nmax-memory = 2047\ndebug = yes\n"
	     "[state]\ndir = /srv/state dir\ndurable = true\n"
	     "[tls]\ncert = /dev/null\nkey = /dev/null\nca = /dev/null\n"
	     "[apply]\natomic = strict\nexternal = keep\n");
	assert_string_equal(config.netns, "blue");
	assert_string_equal(config.dev, "alk1");
	assert_string_equal(config.listen, "0.0.0.0:50002");
	assert_string_equal(config.state_dir, "/srv/state dir");
	assert_string_equal(config.tls_ca, "/dev/null");
	assert_int_equal(config.max_message, 512ull << 20);
	assert_int_equal(config.max_memory, 2047ull << 20);
	assert_true(config.insecure && config.debug && config.durable && config.strict);
	assert_int_equal(config.external, EXTERNAL_KEEP);
	config_free(&config);
}

static void gateways(void **state)
{
	static const uint8_t key[ALK_KEY_LEN] = { 0x00, 0x11, 0xee, [15] = 0xFf };
	const struct alk_gateway *group;
	struct config config;

	(void)state;
	fine(&config,
	     "[gateway zeta 1]\ntype = arion\noam-port = 8301\n"
	     "oam-key = 0011eE000000000000000000000000fF\n"
	     "direct = destination\nbfd = 100ms\nbfd-multiplier = 5\n"
	     "member = 10.0.0.11 02:00:0a:00:00:0b; 10.0.0.12  2:0:a:0:0:c 7;\n"
	     "vpc = v-1; v-2;\n"
	     "[gateway rest]\nmember = 2001:db8::1 02:00:0a:00:00:0d\nvpc = all\nbfd = off\n");
	assert_int_equal(config.n_gateways, 2);
	assert_string_equal(config.gateways[0].name, "zeta 1");
	group = &config.gateways[0].group;
	assert_int_equal(group->type, ALKAID_GATEWAY_TYPE_ARION);
	assert_int_equal(group->oam_port, 8301);
	assert_true(group->has_key);
	assert_memory_equal(group->oam_key, key, sizeof(key));
	assert_int_equal(group->direct, ALKAID_DIRECT_DESTINATION);
	assert_int_equal(group->bfd_interval, 100000);
	assert_int_equal(group->bfd_multiplier, 5);
	assert_int_equal(group->n_members, 2);
	assert_int_equal(group->members[1].weight, 7);
	assert_int_equal(group->members[0].weight, 0);
	assert_int_equal(group->members[1].ip.family, AF_INET);
	assert_int_equal(group->members[1].mac.octet[5], 0x0c);
	assert_string_equal(config.gateways[0].vpcs[0], "v-1");
	assert_string_equal(config.gateways[0].vpcs[1], "v-2");
	assert_null(config.gateways[0].vpcs[2]);
	assert_null(config.gateways[1].vpcs);
	assert_int_equal(config.gateways[1].group.members[0].ip.family, AF_INET6);
	assert_int_equal(config.gateways[1].group.bfd_interval, 0);
	config_free(&config);
}

struct row {
	const char *content, *text;
};

static const struct row bad[] = {
	/* Of the file. */
	{ "listen = 127.0.0.1:1\n", "start" },
	{ "[alkaidd]\nlisten\n", "listen" },
	{ "[alkaid]\n", "[alkaid]: unknown section" },
	{ "[alkaid]\nx = 1\n", "[alkaid]: unknown section" },
	{ "[alkaidd]\ncolour = red\n", "[alkaidd] colour: unknown key" },
	{ "[alkaidd]\ndir = /x\n", "[alkaidd] dir: unknown key" },
	{ "[alkaidd]\ndebug[de] = true\n", "unknown key" },
	{ "[alkaidd]\ndebug = true\n[alkaidd]\n", "line 3: [alkaidd]: is there already" },
	{ "[alkaidd]\ndebug = true\n debug=true\n", "line 3: [alkaidd] debug: is there already" },
	{ "\xff\xfe", "UTF-8" },
	/* Of values. */
	{ "[alkaidd]\nnetns = a/b\n", "[alkaidd] netns: not a name: \"a/b\"" },
	{ "[alkaidd]\nnetns = ..\n", "[alkaidd] netns: not a name" },
	{ "[alkaidd]\nnetns =\n", "[alkaidd] netns: is empty" },
	{ "[alkaidd]\nlisten = 127.0.0.1\n", "[alkaidd] listen: not HOST:PORT: \"127.0.0.1\"" },
	{ "[alkaidd]\nlisten = :50001\n", "[alkaidd] listen: not HOST:PORT" },
	{ "[alkaidd]\ndebug = 2\n", "[alkaidd] debug: neither true nor false: \"2\"" },
	{ "[alkaidd]\nmax-message = 0\n", "[alkaidd] max-message: not a number in 1..2047" },
	{ "[alkaidd]\nmax-message = 2048\n", "not a number in 1..2047: \"2048\"" },
	{ "[alkaidd]\nmax-message = 64 MB\n", "not a number" },
	{ "[alkaidd]\nmax-message = -1\n", "not a number" },
	{ "[alkaidd]\nmax-memory = 18446744073709551616\n", "not a number" },
	{ "[state]\ndir = state\n", "[state] dir: not a path that begins with /" },
	{ "[apply]\natomic = all\n", "[apply] atomic: neither valid nor strict: \"all\"" },
	{ "[apply]\nexternal = drop\n", "[apply] external: neither repair nor keep" },
	/* Of gateways. */
	{ "[gateway ]\n" MEMBER, "has no name" },
	{ "[gateway a]\n", "[gateway a]: member: is missing" },
	{ "[gateway a]\nmember =\n", "[gateway a]: member: is missing" },
	{ GATEWAY GATEWAY, "is there already" },
	{ GATEWAY MEMBER, "is there already" },
	{ GATEWAY "colour = red\n", "[gateway a] colour: unknown key" },
	{ GATEWAY "type = x\n", "[gateway a] type: none of zeta" },
	{ GATEWAY "oam-port = 65536\n", "oam-port: not a port in 1..65535" },
	{ GATEWAY "oam-port = 0\n", "oam-port: not a port in 1..65535" },
	{ GATEWAY "oam-key = 0011\n", "oam-key: not 32 hexadecimal digits" },
	{ GATEWAY "oam-key = 0011eE000000000000000000000000fG\n", "oam-key: not 32" },
	{ GATEWAY "direct = on\n", "direct: neither flow nor destination" },
	{ GATEWAY "bfd = 100\n", "bfd: neither an interval" },
	{ GATEWAY "bfd = 0ms\n", "bfd: neither an interval" },
	{ GATEWAY "bfd = 4295s\n", "bfd: neither an interval" },
	{ GATEWAY "bfd = s\n", "bfd: neither an interval" },
	{ GATEWAY "bfd-multiplier = 3\n", "bfd-multiplier: is nothing without bfd" },
	{ GATEWAY "bfd = 1s\nbfd-multiplier = 256\n", "bfd-multiplier: not a number in 1..255" },
	{ GATEWAY "vpc =\n", "vpc: is empty" },
	{ GATEWAY "vpc = a;;b\n", "vpc: not the id of a VPC: \"\"" },
	{ GATEWAY "vpc = a b\n", "vpc: not the id of a VPC: \"a b\"" },
	{ "[gateway a]\nmember = 10.0.0.11\n", "member: not IP MAC [WEIGHT]: \"10.0.0.11\"" },
	{ "[gateway a]\nmember = 10.0.0.300 02:00:0a:00:00:0b\n", "not an IP address: \"10.0.0.300\"" },
	{ "[gateway a]\nmember = 10.0.0.1 02:00:0a:00:00\n", "not the MAC of a host" },
	{ "[gateway a]\nmember = 10.0.0.1 01:00:5e:00:00:01\n", "not the MAC of a host" },
	{ "[gateway a]\nmember = 10.0.0.1 0:0:0:0:0:0\n", "not the MAC of a host" },
	{ "[gateway a]\nmember = 10.0.0.1 2:0:0:0:0:1 0\n", "not a weight" },
	{ "[gateway a]\nmember = 10.0.0.1 2:0:0:0:0:1; 10.0.0.1 2:0:0:0:0:2\n", "is a member already" },
	{ "[gateway a]\nmember = ;10.0.0.1 2:0:0:0:0:1\n", "not IP MAC" },
	/* Of what does not go together. */
	{ "[alkaidd]\nlisten = 0.0.0.0:50001\n", "--insecure" },
	{ "[alkaidd]\nlisten = 127.0.0.1.example:50001\n", "--insecure" },
	{ "[alkaidd]\nlisten = [::]:50001\n", "--insecure" },
	{ "[alkaidd]\nmax-message = 100\nmax-memory = 99\n", "max-memory 99 is less than max-message 100" },
	{ "[tls]\ncert = /dev/null\n", "cert and key belong together" },
	{ "[tls]\nca = /dev/null\n", "ca is nothing without" },
	{ "[tls]\ncert = /dev/null\nkey = /nowhere/key\n", "/nowhere/key: No such file" },
	{ GATEWAY "[gateway b]\n" MEMBER "vpc = all\n", "\"a\" and \"b\" are both for all VPCs" },
	{ GATEWAY "vpc = x;y\n[gateway b]\n" MEMBER "vpc = y\n", "\"a\" and \"b\" are both for VPC y" },
	{ GATEWAY "vpc = x;x\n", "\"a\" and \"a\" are both for VPC x" },
};

/* What it has behind "#" and no space is meant to be taken in. */
static void the_example(void **state)
{
	struct config config;
	char *content, **lines, text[512];
	GString *all = g_string_new("");
	bool taken = false;
	size_t i;

	(void)state;
	assert_true(g_file_get_contents(EXAMPLE, &content, NULL, NULL));
	fine(&config, content);
	config_free(&config);
	lines = g_strsplit(content, "\n", -1);
	for (i = 0; lines[i]; i++) {
		taken = *lines[i] == '#' && lines[i][1] && lines[i][1] != ' ';
		g_string_append_printf(all, "%s\n", lines[i] + taken);
	}
	/* Its certificates are not here. */
	if (load(&config, all->str, all->len, text, sizeof(text)) && !strstr(text, "tls: /etc"))
		fail_msg("%s", text);
	assert_string_equal(config.netns, "blue");
	assert_non_null(config.tls_ca);
	assert_string_equal(config.state_dir, "/var/lib/alkaid/default");
	assert_int_equal(config.max_memory, 4 * config.max_message);
	assert_int_equal(config.n_gateways, 1);
	assert_int_equal(config.gateways[0].group.n_members, 2);
	config_free(&config);
	g_string_free(all, TRUE);
	g_strfreev(lines);
	g_free(content);
}

static void bad_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct config config;
		char text[1024];

		if (!load(&config, bad[i].content, strlen(bad[i].content), text, sizeof(text)))
			fail_msg("\"%s\" is taken", bad[i].content);
		if (!strstr(text, bad[i].text))
			fail_msg("\"%s\": \"%s\" is not in \"%s\"", bad[i].content, bad[i].text,
				 text);
		config_free(&config);
	}
}

static void zero_byte(void **state)
{
	static const char content[] = "[alkaidd]\n\0debug = true\n";
	struct config config;
	char text[512];

	(void)state;
	assert_int_equal(load(&config, content, sizeof(content) - 1, text, sizeof(text)), -EINVAL);
	config_free(&config);
}

static void no_file(void **state)
{
	struct config config;
	char text[512];

	(void)state;
	config_init(&config);
	assert_int_equal(config_load(&config, "/nowhere/a.conf", text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "/nowhere/a.conf: No such file or directory");
	config_free(&config);
}

static void a_secret_is_not_repeated(void **state)
{
	static const char content[] = GATEWAY "oam-key = secret\n";
	struct config config;
	char text[512];

	(void)state;
	assert_int_equal(load(&config, content, sizeof(content) - 1, text, sizeof(text)), -EINVAL);
	assert_null(strstr(text, "secret"));
	config_free(&config);
}

static void too_many_members(void **state)
{
	GString *content = g_string_new("[gateway a]\nmember = ");
	struct config config;
	char text[512];
	int i;

	(void)state;
	for (i = 0; i < ALK_MEMBERS_MAX; i++)
		g_string_append_printf(content, "10.0.%d.%d 2:0:0:0:0:1;", i / 250, i % 250);
	fine(&config, content->str);
	assert_int_equal(config.gateways[0].group.n_members, ALK_MEMBERS_MAX);
	config_free(&config);
	g_string_append(content, "10.1.0.1 2:0:0:0:0:1");
	assert_int_equal(load(&config, content->str, content->len, text, sizeof(text)), -EINVAL);
	assert_non_null(strstr(text, "more than 1024 members"));
	config_free(&config);
	g_string_free(content, TRUE);
}

static void insecure_is_needed_for_others_alone(void **state)
{
	struct config config;

	(void)state;
	fine(&config, "[alkaidd]\nlisten = localhost:1\n");
	config_free(&config);
	fine(&config, "[alkaidd]\nlisten = [::1]:1\n");
	config_free(&config);
	fine(&config, "[alkaidd]\nlisten = 127.1.2.3:1\n");
	config_free(&config);
	fine(&config, "[alkaidd]\nlisten = 0.0.0.0:1\ninsecure = true\n");
	config_free(&config);
	fine(&config, "[alkaidd]\nlisten = 0.0.0.0:1\n[tls]\ncert = /dev/null\nkey = /dev/null\n");
	config_free(&config);
}

static void one_option_at_a_time(void **state)
{
	struct config config;
	char text[256];

	(void)state;
	config_init(&config);
	assert_int_equal(config_set(&config, "alkaidd", "dev", "a", text, sizeof(text)), 0);
	assert_int_equal(config_set(&config, "alkaidd", "dev", "b", text, sizeof(text)), 0);
	assert_string_equal(config.dev, "b");
	assert_int_equal(config_set(&config, "alkaidd", "x", "b", text, sizeof(text)), -EINVAL);
	assert_string_equal(text, "unknown key");
	assert_int_equal(config_set(&config, "alkaidd", "max-message", "x", text, sizeof(text)),
			 -EINVAL);
	assert_int_equal(config.max_message, 64 << 20);
	config_free(&config);
}

static void what_cannot_change_at_run_time(void **state)
{
	struct config now, next;
	GPtrArray *fixed;

	(void)state;
	fine(&now, "[alkaidd]\ndev = a\n[state]\ndurable = true\n");
	fine(&next, "[alkaidd]\ndev = b\nmax-message = 7\ndebug = true\n[apply]\natomic = strict\n"
	     GATEWAY);
	fixed = config_fixed(&now, &next);
	assert_int_equal(fixed->len, 3);
	assert_string_equal(fixed->pdata[0], "alkaidd.dev");
	assert_string_equal(fixed->pdata[1], "alkaidd.max-message");
	assert_string_equal(fixed->pdata[2], "state.durable");
	g_ptr_array_unref(fixed);

	config_keep_fixed(&next, &now);
	assert_string_equal(next.dev, "a");
	assert_string_equal(now.dev, "b");
	assert_int_equal(next.max_message, 64 << 20);
	assert_true(next.durable && next.debug && next.strict);
	assert_int_equal(next.n_gateways, 1);
	fixed = config_fixed(&next, &next);
	assert_int_equal(fixed->len, 0);
	g_ptr_array_unref(fixed);
	config_free(&now);
	config_free(&next);
}

static void state_directories(void **state)
{
	struct config config;
	char *dir;

	(void)state;
	unsetenv("STATE_DIRECTORY");
	config_init(&config);
	assert_null(config_state_dir(&config));
	setenv("STATE_DIRECTORY", "", 1);
	assert_null(config_state_dir(&config));
	setenv("STATE_DIRECTORY", "/var/lib/alkaid/x:/var/lib/y", 1);
	dir = config_state_dir(&config);
	assert_string_equal(dir, "/var/lib/alkaid/x");
	free(dir);
	config.state_dir = strdup("/a:b");
	dir = config_state_dir(&config);
	assert_string_equal(dir, "/a:b");
	free(dir);
	unsetenv("STATE_DIRECTORY");
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_key),
		cmocka_unit_test(gateways),
		cmocka_unit_test(the_example),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(zero_byte),
		cmocka_unit_test(no_file),
		cmocka_unit_test(a_secret_is_not_repeated),
		cmocka_unit_test(too_many_members),
		cmocka_unit_test(insecure_is_needed_for_others_alone),
		cmocka_unit_test(one_option_at_a_time),
		cmocka_unit_test(what_cannot_change_at_run_time),
		cmocka_unit_test(state_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
