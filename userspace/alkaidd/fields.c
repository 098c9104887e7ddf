// SPDX-License-Identifier: GPL-2.0
/* Fields that many resources have; what is wrong is refused by the field's name. */
#include "fields.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "log.h"

#define ID_MAX 255

bool id_valid(struct result *r, const char *field, const char *id)
{
	const char *p;

	if (!*id) {
		invalid(r, "%s: empty", field);
		return false;
	}
	if (strlen(id) > ID_MAX) {
		invalid(r, "%s: longer than %d characters", field, ID_MAX);
		return false;
	}
	for (p = id; *p; p++) {
		if (!isgraph((unsigned char)*p)) {
			invalid(r, "%s: not printable: %s", field, QUOTE(id));
			return false;
		}
	}
	return true;
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

bool addr_valid(struct result *r, const char *field, const char *s, struct alk_addr *out)
{
	if (!alk_addr_parse(s, out)) {
		invalid(r, "%s: not an IP address: %s", field, QUOTE(s));
		return false;
	}
	if (!addr_unicast(out)) {
		invalid(r, "%s: not a unicast address: %s", field, QUOTE(s));
		return false;
	}
	return true;
}

bool mac_valid(struct result *r, const char *field, const char *s, struct alk_mac *out)
{
	static const struct alk_mac zero;

	if (!alk_mac_parse(s, out)) {
		invalid(r, "%s: not a MAC address: %s", field, QUOTE(s));
		return false;
	}
	if (out->octet[0] & 1 || !memcmp(out, &zero, sizeof(zero))) {
		invalid(r, "%s: not a unicast MAC address: %s", field, QUOTE(s));
		return false;
	}
	return true;
}

void mask_prefix(struct alk_addr *prefix)
{
	unsigned int bits = prefix->family == AF_INET ? 32 : 128, i;
	uint8_t *octets = (uint8_t *)&prefix->v6;

	for (i = prefix->len; i < bits; i++)
		octets[i / 8] &= ~(0x80 >> i % 8);
}

bool prefix_valid(struct result *r, const char *field, const char *s, struct alk_addr *out)
{
	if (!alk_addr_parse(s, out) && !alk_prefix_parse(s, out)) {
		invalid(r, "%s: not an IP address or prefix: %s", field, QUOTE(s));
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
