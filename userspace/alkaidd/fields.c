// SPDX-License-Identifier: GPL-2.0
/* Fields that many resources have; what is wrong is refused by the field's name. */
#include "fields.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

#define ID_MAX 255
#define NAME_SIZE 128

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static void refuse_field(struct result *r, const char *field, va_list args, const char *why,
			 const char *value)
{
	char name[NAME_SIZE];

	vsnprintf(name, sizeof(name), field, args);
	if (value)
		invalid(r, "%s: %s: %s", name, why, QUOTE(value));
	else
		invalid(r, "%s: %s", name, why);
}

/* In a function that has @field and what is to be printed into it as its last parameters. */
#define REFUSE_FIELD(r, field, why, value)				\
	do {								\
		va_list args_;						\
									\
		va_start(args_, field);					\
		refuse_field(r, field, args_, why, value);		\
		va_end(args_);						\
	} while (0)

static bool is_printable(const char *id)
{
	while (isgraph((unsigned char)*id))
		id++;
	return !*id;
}

bool id_valid(struct result *r, const char *id, const char *field, ...)
{
	if (!*id)
		REFUSE_FIELD(r, field, "empty", NULL);
	else if (strlen(id) > ID_MAX)
		REFUSE_FIELD(r, field, "longer than " TEXT(ID_MAX) " characters", NULL);
	else if (!is_printable(id))
		REFUSE_FIELD(r, field, "not printable", id);
	else
		return true;
	return false;
}

/* An address that one interface can have. */
static bool addr_unicast(const struct alk_addr *addr)
{
	uint32_t v4 = ntohl(addr->v4.s_addr);

	if (addr->family == AF_INET)
		return !IN_MULTICAST(v4) && !IN_BADCLASS(v4) && v4 >> 24 != IN_LOOPBACKNET &&
		       v4 >> 24 != 0;
	return !IN6_IS_ADDR_MULTICAST(&addr->v6) && !IN6_IS_ADDR_LOOPBACK(&addr->v6) &&
	       !IN6_IS_ADDR_UNSPECIFIED(&addr->v6);
}

bool addr_valid(struct result *r, const char *s, struct alk_addr *out, const char *field, ...)
{
	if (!alk_addr_parse(s, out))
		REFUSE_FIELD(r, field, "not an IP address", s);
	else if (!addr_unicast(out))
		REFUSE_FIELD(r, field, "not a unicast address", s);
	else
		return true;
	return false;
}

bool mac_valid(struct result *r, const char *s, struct alk_mac *out, const char *field, ...)
{
	static const struct alk_mac zero;

	if (!alk_mac_parse(s, out))
		REFUSE_FIELD(r, field, "not a MAC address", s);
	else if (out->octet[0] & 1 || !memcmp(out, &zero, sizeof(zero)))
		REFUSE_FIELD(r, field, "not a unicast MAC address", s);
	else
		return true;
	return false;
}

void mask_prefix(struct alk_addr *prefix)
{
	unsigned int bits = prefix->family == AF_INET ? 32 : 128, i;
	uint8_t *octets = (uint8_t *)&prefix->v6;

	for (i = prefix->len; i < bits; i++)
		octets[i / 8] &= ~(0x80 >> i % 8);
}

bool prefix_valid(struct result *r, const char *s, struct alk_addr *out, const char *field, ...)
{
	if (!alk_addr_parse(s, out) && !alk_prefix_parse(s, out)) {
		REFUSE_FIELD(r, field, "not an IP address or prefix", s);
		return false;
	}
	mask_prefix(out);
	return true;
}

const char *plain_key(const struct result *r, char key[ALK_MAC_STRLEN])
{
	const Alcor__Schema__DHCPConfiguration *c = (const void *)r->config;
	struct alk_mac mac;

	if (r->type != RESOURCE(DHCP) || !alk_mac_parse(c->mac_address, &mac))
		return r->id;
	return alk_mac_print(&mac, key);
}
