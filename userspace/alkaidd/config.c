// SPDX-License-Identifier: GPL-2.0
/* The options of the daemon, from its file and its command line. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "log.h"

#define LISTEN "127.0.0.1:50001"
#define MESSAGE_MB 64
#define MEGABYTES_MAX 2047	/* gRPC counts the bytes of a message in an int */
#define GATEWAY "gateway "

struct item;

/* NULL, or the reason of a failure, to be freed. */
typedef char *set_fn(const struct item *item, void *field, const char *value);

/**
 * struct item - one key
 * @fixed: what it says at start is for good
 */
struct item {
	const char *section, *key;
	set_fn *set;
	size_t offset;
	const char *words[2];
	bool fixed;
};

static char *set_text(const struct item *item, void *field, const char *value)
{
	char **text = field;

	(void)item;
	if (!*value)
		return xstrdup("is empty");
	free(*text);
	*text = xstrdup(value);
	return NULL;
}

/* Names become parts of paths and of requests to the kernel. */
static char *set_name(const struct item *item, void *field, const char *value)
{
	if (strchr(value, '/') || !strcmp(value, ".") || !strcmp(value, "..") ||
	    strlen(value) > NAME_MAX)
		return xasprintf("not a name: %s", QUOTE(value));
	return set_text(item, field, value);
}

static char *set_path(const struct item *item, void *field, const char *value)
{
	if (*value != '/')
		return xasprintf("not a path that begins with /: %s", QUOTE(value));
	return set_text(item, field, value);
}

static char *set_listen(const struct item *item, void *field, const char *value)
{
	const char *colon = strrchr(value, ':');

	if (!colon || colon == value || !colon[1])
		return xasprintf("not HOST:PORT: %s", QUOTE(value));
	return set_text(item, field, value);
}

static char *set_megabytes(const struct item *item, void *field, const char *value)
{
	unsigned long long mb;
	char *end;

	(void)item;
	errno = 0;
	mb = strtoull(value, &end, 10);
	if (errno || *value < '0' || *value > '9' || *end || mb < 1 || mb > MEGABYTES_MAX)
		return xasprintf("not a number in 1..%d: %s", MEGABYTES_MAX, QUOTE(value));
	*(uint64_t *)field = mb << 20;
	return NULL;
}

static char *set_flag(const struct item *item, void *field, const char *value)
{
	(void)item;
	if (!strcmp(value, "true") || !strcmp(value, "yes"))
		*(bool *)field = true;
	else if (!strcmp(value, "false") || !strcmp(value, "no"))
		*(bool *)field = false;
	else
		return xasprintf("neither true nor false: %s", QUOTE(value));
	return NULL;
}

static int word(const struct item *item, const char *value)
{
	if (!strcmp(value, item->words[0]))
		return 0;
	return strcmp(value, item->words[1]) ? -1 : 1;
}

static char *bad_word(const struct item *item, const char *value)
{
	return xasprintf("neither %s nor %s: %s", item->words[0], item->words[1], QUOTE(value));
}

static char *set_word(const struct item *item, void *field, const char *value)
{
	int found = word(item, value);

	if (found < 0)
		return bad_word(item, value);
	*(bool *)field = found;
	return NULL;
}

static char *set_external(const struct item *item, void *field, const char *value)
{
	int found = word(item, value);

	if (found < 0)
		return bad_word(item, value);
	*(enum external *)field = found ? EXTERNAL_KEEP : EXTERNAL_REPAIR;
	return NULL;
}

#define AT(member) .offset = offsetof(struct config, member)

static const struct item items[] = {
	{ "alkaidd", "netns", set_name, AT(netns), .fixed = true },
	{ "alkaidd", "dev", set_name, AT(dev), .fixed = true },
	{ "alkaidd", "listen", set_listen, AT(listen), .fixed = true },
	{ "alkaidd", "insecure", set_flag, AT(insecure) },
	{ "alkaidd", "max-message", set_megabytes, AT(max_message), .fixed = true },
	{ "alkaidd", "max-memory", set_megabytes, AT(max_memory), .fixed = true },
	{ "alkaidd", "debug", set_flag, AT(debug) },
	{ "state", "dir", set_path, AT(state_dir), .fixed = true },
	{ "state", "durable", set_flag, AT(durable), .fixed = true },
	{ "tls", "cert", set_path, AT(tls_cert), .fixed = true },
	{ "tls", "key", set_path, AT(tls_key), .fixed = true },
	{ "tls", "ca", set_path, AT(tls_ca), .fixed = true },
	{ "apply", "atomic", set_word, AT(strict), .words = { "valid", "strict" } },
	{ "apply", "external", set_external, AT(external), .words = { "repair", "keep" } },
};

#define ITEMS (sizeof(items) / sizeof(items[0]))

void config_init(struct config *config)
{
	memset(config, 0, sizeof(*config));
	config->listen = xstrdup(LISTEN);
	config->max_message = (uint64_t)MESSAGE_MB << 20;
}

void config_free(struct config *config)
{
	size_t i;

	for (i = 0; i < config->n_gateways; i++) {
		free(config->gateways[i].name);
		g_strfreev(config->gateways[i].vpcs);
	}
	free(config->gateways);
	free(config->netns);
	free(config->dev);
	free(config->listen);
	free(config->state_dir);
	free(config->tls_cert);
	free(config->tls_key);
	free(config->tls_ca);
	memset(config, 0, sizeof(*config));
}

static char *set(struct config *config, const char *section, const char *key, const char *value)
{
	bool known = false;
	size_t i;

	for (i = 0; i < ITEMS; i++) {
		if (strcmp(items[i].section, section))
			continue;
		known = true;
		if (!strcmp(items[i].key, key))
			return items[i].set(&items[i], (char *)config + items[i].offset, value);
	}
	return xstrdup(known ? "unknown key" : "unknown section");
}

int config_set(struct config *config, const char *section, const char *key, const char *value,
	       char *text, size_t size)
{
	char *reason = set(config, section, key, value);

	if (!reason)
		return 0;
	snprintf(text, size, "%s", reason);
	free(reason);
	return -EINVAL;
}

/* GKeyFile takes what is said twice without a word. */
static char *find_doubles(const char *content)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	char **lines = g_strsplit(content, "\n", -1), *section = g_strdup("");
	char *reason = NULL;
	size_t i;

	for (i = 0; lines[i] && !reason; i++) {
		char *line = g_strstrip(lines[i]), *end, *name;

		if (*line == '[' && (end = strrchr(line, ']'))) {
			g_free(section);
			section = g_strndup(line + 1, end - line - 1);
			name = g_strdup_printf("[%s]", section);
		} else if (*line != '#' && (end = strchr(line, '='))) {
			*end = '\0';
			name = g_strdup_printf("[%s] %s", section, g_strchomp(line));
		} else {
			continue;
		}
		if (g_hash_table_contains(seen, name))
			reason = xasprintf("line %zu: %s: is there already", i + 1, name);
		g_hash_table_add(seen, name);
	}
	g_free(section);
	g_strfreev(lines);
	g_hash_table_destroy(seen);
	return reason;
}

static struct config_gateway *gateway_new(struct config *config, const char *section)
{
	struct config_gateway *gateway;
	char *name = g_strstrip(g_strdup(section + strlen(GATEWAY)));

	config->gateways = xrealloc(config->gateways, config->n_gateways + 1,
				    sizeof(*config->gateways));
	gateway = &config->gateways[config->n_gateways++];
	memset(gateway, 0, sizeof(*gateway));
	gateway->name = xstrdup(name);
	g_free(name);
	return gateway;
}

static char *load_section(struct config *config, GKeyFile *file, const char *section)
{
	struct config_gateway *gateway = NULL;
	char **keys = g_key_file_get_keys(file, section, NULL, NULL), *reason = NULL, *text;
	size_t i;

	if (!strncmp(section, GATEWAY, strlen(GATEWAY)))
		gateway = gateway_new(config, section);
	for (i = 0; keys[i] && !reason; i++) {
		char *value = g_strstrip(g_key_file_get_value(file, section, keys[i], NULL));

		reason = gateway ? config_gateway_set(gateway, keys[i], value) :
				   set(config, section, keys[i], value);
		if (reason) {
			text = xasprintf("[%s] %s: %s", section, keys[i], reason);
			free(reason);
			reason = text;
		}
		g_free(value);
	}
	if (!reason && gateway) {
		reason = config_gateway_check(gateway);
		if (reason) {
			text = xasprintf("[%s]: %s", section, reason);
			free(reason);
			reason = text;
		}
	}
	g_strfreev(keys);
	return reason;
}

/* A section without keys is looked at too. */
static char *unknown_section(const char *section)
{
	size_t i;

	if (!strncmp(section, GATEWAY, strlen(GATEWAY)))
		return NULL;
	for (i = 0; i < ITEMS; i++)
		if (!strcmp(items[i].section, section))
			return NULL;
	return xasprintf("[%s]: unknown section", section);
}

static char *load(struct config *config, const char *content, size_t len)
{
	GKeyFile *file = g_key_file_new();
	char **sections = NULL, *reason;
	GError *error = NULL;
	size_t i;

	if (strlen(content) != len || !g_utf8_validate(content, len, NULL)) {
		reason = xstrdup("is not text in UTF-8");
	} else if (!g_key_file_load_from_data(file, content, len, G_KEY_FILE_KEEP_TRANSLATIONS,
					      &error)) {
		reason = xstrdup(error->message);
		g_error_free(error);
	} else {
		reason = find_doubles(content);
	}
	if (!reason)
		sections = g_key_file_get_groups(file, NULL);
	for (i = 0; !reason && sections[i]; i++) {
		reason = unknown_section(sections[i]);
		if (!reason)
			reason = load_section(config, file, sections[i]);
	}
	g_strfreev(sections);
	g_key_file_free(file);
	return reason;
}

int config_load(struct config *config, const char *path, char *text, size_t size)
{
	GError *error = NULL;
	char *content, *reason;
	size_t len;

	errno = 0;
	if (!g_file_get_contents(path, &content, &len, &error)) {
		int err = errno ? -errno : -EIO;

		snprintf(text, size, "%s: %s", path, strerror(-err));
		g_error_free(error);
		return err;
	}
	reason = load(config, content, len);
	g_free(content);
	if (!reason)
		return 0;
	snprintf(text, size, "%s: %s", path, reason);
	free(reason);
	return -EINVAL;
}

static bool is_loopback(const char *listen)
{
	char *host = g_strndup(listen, strrchr(listen, ':') - listen);
	struct in_addr addr;
	bool yes;

	yes = !strcmp(host, "localhost") || !strcmp(host, "[::1]") ||
	      (inet_pton(AF_INET, host, &addr) == 1 &&
	       ntohl(addr.s_addr) >> 24 == IN_LOOPBACKNET);
	g_free(host);
	return yes;
}

static char *check_tls(const struct config *config)
{
	const char *files[] = { config->tls_cert, config->tls_key, config->tls_ca };
	size_t i;

	if (!config->tls_cert != !config->tls_key)
		return xstrdup("tls: cert and key belong together");
	if (config->tls_ca && !config->tls_cert)
		return xstrdup("tls: ca is nothing without cert and key");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] && access(files[i], R_OK))
			return xasprintf("tls: %s: %s", files[i], strerror(errno));
	if (!config->tls_cert && !config->insecure && !is_loopback(config->listen))
		return xasprintf("listen %s can be reached from outside, and whoever reaches it programs this host. "
				 "Calls are neither encrypted nor authenticated without TLS: say --insecure if that is meant",
				 config->listen);
	return NULL;
}

/* Each VPC gets its gateways from one section at most. */
static char *check_gateways(const struct config *config)
{
	GHashTable *owners = g_hash_table_new(g_str_hash, g_str_equal);
	const char *all = NULL;
	char *reason = NULL;
	size_t i, j;

	for (i = 0; i < config->n_gateways && !reason; i++) {
		const struct config_gateway *gateway = &config->gateways[i];

		if (!gateway->vpcs && all)
			reason = xasprintf("gateways \"%s\" and \"%s\" are both for all VPCs",
					   all, gateway->name);
		else if (!gateway->vpcs)
			all = gateway->name;
		for (j = 0; !reason && gateway->vpcs && gateway->vpcs[j]; j++) {
			const char *owner = g_hash_table_lookup(owners, gateway->vpcs[j]);

			if (owner)
				reason = xasprintf("gateways \"%s\" and \"%s\" are both for VPC %s",
						   owner, gateway->name,
						   PLAIN(gateway->vpcs[j]));
			g_hash_table_insert(owners, gateway->vpcs[j], gateway->name);
		}
	}
	g_hash_table_destroy(owners);
	return reason;
}

int config_check(const struct config *config, char *text, size_t size)
{
	char *reason = check_tls(config);

	if (!reason)
		reason = check_gateways(config);
	if (!reason && config->max_memory && config->max_memory < config->max_message)
		reason = xasprintf("max-memory %" PRIu64 " is less than max-message %" PRIu64,
				   config->max_memory >> 20, config->max_message >> 20);
	if (!reason)
		return 0;
	snprintf(text, size, "%s", reason);
	free(reason);
	return -EINVAL;
}

static bool same(const struct item *item, const struct config *a, const struct config *b)
{
	const void *x = (const char *)a + item->offset, *y = (const char *)b + item->offset;

	if (item->set == set_flag)
		return *(const bool *)x == *(const bool *)y;
	if (item->set == set_megabytes)
		return *(const uint64_t *)x == *(const uint64_t *)y;
	return !g_strcmp0(*(char *const *)x, *(char *const *)y);
}

GPtrArray *config_fixed(const struct config *now, const struct config *next)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	size_t i;

	for (i = 0; i < ITEMS; i++)
		if (items[i].fixed && !same(&items[i], now, next))
			g_ptr_array_add(names, g_strdup_printf("%s.%s", items[i].section,
							       items[i].key));
	return names;
}

static size_t field_size(const struct item *item)
{
	if (item->set == set_flag)
		return sizeof(bool);
	return item->set == set_megabytes ? sizeof(uint64_t) : sizeof(char *);
}

void config_keep_fixed(struct config *next, struct config *now)
{
	size_t i;

	for (i = 0; i < ITEMS; i++) {
		char *a = (char *)next + items[i].offset, *b = (char *)now + items[i].offset;
		size_t size = items[i].fixed ? field_size(&items[i]) : 0;
		char kept[sizeof(uint64_t)];

		memcpy(kept, a, size);
		memcpy(a, b, size);
		memcpy(b, kept, size);
	}
}

char *config_state_dir(const struct config *config)
{
	const char *given = getenv("STATE_DIRECTORY");

	if (config->state_dir)
		return xstrdup(config->state_dir);
	if (!given || !*given)
		return NULL;
	/* systemd separates several by colons. */
	return xasprintf("%.*s", (int)strcspn(given, ":"), given);
}
