// SPDX-License-Identifier: GPL-2.0
/* A gateway group of the configuration file: its section [gateway NAME]. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"

#define VPC_ID_MAX 255

static int find(const char *const *names, const char *value)
{
	int i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], value))
			return i;
	return -1;
}

static bool number(const char *value, unsigned long max, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(value, &end, 10);
	return !errno && *value >= '0' && *value <= '9' && !*end && *out && *out <= max;
}

static char *set_type(struct alk_gateway *group, const char *value)
{
	int type = find(alk_gateway_types, value);

	if (type < 0)
		return xasprintf("none of zeta, arion, igw, ngw, tgw: %s", QUOTE(value));
	group->type = type;
	return NULL;
}

static char *set_direct(struct alk_gateway *group, const char *value)
{
	int direct = find(alk_direct_names, value);

	if (direct < 0)
		return xasprintf("neither flow nor destination: %s", QUOTE(value));
	group->direct = direct;
	return NULL;
}

static char *set_port(struct alk_gateway *group, const char *value)
{
	unsigned long port;

	if (!number(value, UINT16_MAX, &port))
		return xasprintf("not a port in 1..%d: %s", UINT16_MAX, QUOTE(value));
	group->oam_port = port;
	return NULL;
}

/* What is wrong with a key is not for the log. */
static char *set_key(struct alk_gateway *group, const char *value)
{
	size_t i;

	if (strlen(value) != 2 * ALK_KEY_LEN ||
	    strspn(value, "0123456789abcdefABCDEF") != strlen(value))
		return xasprintf("not %d hexadecimal digits", 2 * ALK_KEY_LEN);
	for (i = 0; i < ALK_KEY_LEN; i++)
		group->oam_key[i] = g_ascii_xdigit_value(value[2 * i]) << 4 |
				    g_ascii_xdigit_value(value[2 * i + 1]);
	group->has_key = true;
	return NULL;
}

static char *set_bfd(struct alk_gateway *group, const char *value)
{
	static const struct {
		const char *unit;
		unsigned long us;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 } };
	char *digits;
	unsigned long n;
	size_t i;

	group->bfd_interval = 0;
	if (!strcmp(value, "off"))
		return NULL;
	for (i = 0; i < G_N_ELEMENTS(units) && !group->bfd_interval; i++) {
		if (!g_str_has_suffix(value, units[i].unit))
			continue;
		digits = g_strndup(value, strlen(value) - strlen(units[i].unit));
		if (number(digits, UINT32_MAX / units[i].us, &n))
			group->bfd_interval = n * units[i].us;
		g_free(digits);
	}
	if (!group->bfd_interval)
		return xasprintf("neither an interval such as 100ms nor off: %s", QUOTE(value));
	return NULL;
}

static char *set_multiplier(struct alk_gateway *group, const char *value)
{
	unsigned long n;

	if (!number(value, UINT8_MAX, &n))
		return xasprintf("not a number in 1..%d: %s", UINT8_MAX, QUOTE(value));
	group->bfd_multiplier = n;
	return NULL;
}

static bool usable_mac(const struct alk_mac *mac)
{
	static const struct alk_mac none;

	return memcmp(mac, &none, sizeof(none)) && !(*(const uint8_t *)mac & 1);
}

/* "IP MAC [WEIGHT]" */
static char *add_member(struct alk_gateway *group, const char *value)
{
	struct alk_member *member = &group->members[group->n_members];
	char **words = g_strsplit_set(value, " \t", -1), *reason = NULL;
	unsigned long weight = 0;
	size_t i, n = 0;

	for (i = 0; words[i]; i++) {
		if (*words[i])
			words[n++] = words[i];
		else
			g_free(words[i]);
	}
	words[n] = NULL;
	if (n < 2 || n > 3)
		reason = xasprintf("not IP MAC [WEIGHT]: %s", QUOTE(value));
	else if (!alk_addr_parse(words[0], &member->ip))
		reason = xasprintf("not an IP address: %s", QUOTE(words[0]));
	else if (!alk_mac_parse(words[1], &member->mac) || !usable_mac(&member->mac))
		reason = xasprintf("not the MAC of a host: %s", QUOTE(words[1]));
	else if (n == 3 && !number(words[2], UINT16_MAX, &weight))
		reason = xasprintf("not a weight in 1..%d: %s", UINT16_MAX, QUOTE(words[2]));
	for (i = 0; !reason && i < group->n_members; i++)
		if (alk_addr_equal(&group->members[i].ip, &member->ip))
			reason = xasprintf("%s is a member already", words[0]);
	member->weight = weight;
	if (!reason)
		group->n_members++;
	g_strfreev(words);
	return reason;
}

static char *set_members(struct alk_gateway *group, const char *value)
{
	char **list = g_strsplit(value, ";", -1), *reason = NULL;
	size_t i;

	for (i = 0; list[i] && !reason; i++) {
		g_strstrip(list[i]);
		/* A list may end with a separator. */
		if (!*list[i] && !list[i + 1])
			break;
		if (group->n_members == ALK_MEMBERS_MAX)
			reason = xasprintf("more than %d members", ALK_MEMBERS_MAX);
		else
			reason = add_member(group, list[i]);
	}
	g_strfreev(list);
	return reason;
}

static bool is_id(const char *s)
{
	size_t len = strlen(s), i;

	for (i = 0; i < len; i++)
		if (s[i] <= 0x20 || s[i] >= 0x7f)
			return false;
	return len && len <= VPC_ID_MAX;
}

static char *set_vpcs(struct config_gateway *gateway, const char *value)
{
	char **list, *reason = NULL;
	size_t i;

	if (!strcmp(value, "all"))
		return NULL;
	list = g_strsplit(value, ";", -1);
	if (!list[0])
		reason = xstrdup("is empty");
	for (i = 0; list[i] && !reason; i++) {
		g_strstrip(list[i]);
		if (!*list[i] && !list[i + 1] && i) {
			g_free(list[i]);
			list[i] = NULL;
			break;
		}
		if (!is_id(list[i]))
			reason = xasprintf("not the id of a VPC: %s", QUOTE(list[i]));
	}
	gateway->vpcs = list;
	return reason;
}

static const struct {
	const char *name;
	char *(*set)(struct alk_gateway *group, const char *value);
} keys[] = {
	{ "type", set_type },
	{ "oam-port", set_port },
	{ "oam-key", set_key },
	{ "direct", set_direct },
	{ "bfd", set_bfd },
	{ "bfd-multiplier", set_multiplier },
	{ "member", set_members },
};

char *config_gateway_set(struct config_gateway *gateway, const char *key, const char *value)
{
	size_t i;

	if (!strcmp(key, "vpc"))
		return set_vpcs(gateway, value);
	for (i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!strcmp(keys[i].name, key))
			return keys[i].set(&gateway->group, value);
	return xstrdup("unknown key");
}

char *config_gateway_check(const struct config_gateway *gateway)
{
	if (!*gateway->name)
		return xstrdup("has no name");
	if (!gateway->group.n_members)
		return xstrdup("member: is missing");
	if (gateway->group.bfd_multiplier && !gateway->group.bfd_interval)
		return xstrdup("bfd-multiplier: is nothing without bfd");
	return NULL;
}
