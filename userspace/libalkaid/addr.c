// SPDX-License-Identifier: GPL-2.0
/* Text forms of addresses, prefixes and MACs. */
#include "internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool alk_addr_parse(const char *s, struct alk_addr *out)
{
	struct alk_addr addr = {};

	/* inet_pton(), since inet_aton() takes "10.1" and octal numbers. */
	if (inet_pton(AF_INET, s, &addr.v4) == 1)
		addr.family = AF_INET;
	else if (inet_pton(AF_INET6, s, &addr.v6) == 1)
		addr.family = AF_INET6;
	else
		return false;

	addr.len = alk_family_len(addr.family);
	*out = addr;
	return true;
}

bool alk_prefix_parse(const char *s, struct alk_addr *out)
{
	const char *slash = strchr(s, '/');
	char buf[INET6_ADDRSTRLEN];
	struct alk_addr addr;
	unsigned int len = 0;
	const char *p;

	if (!slash || (size_t)(slash - s) >= sizeof(buf))
		return false;
	memcpy(buf, s, slash - s);
	buf[slash - s] = '\0';
	if (!alk_addr_parse(buf, &addr))
		return false;

	p = slash + 1;
	if (!*p || strlen(p) > 3)
		return false;
	for (; *p; p++) {
		if (!isdigit((unsigned char)*p))
			return false;
		len = len * 10 + (*p - '0');
	}
	if (len > alk_family_len(addr.family))
		return false;

	addr.len = len;
	*out = addr;
	return true;
}

bool alk_mac_parse(const char *s, struct alk_mac *out)
{
	struct alk_mac mac;
	char sep = 0;
	int i;

	for (i = 0; i < 6; i++) {
		unsigned int octet = 0;
		int digits;

		if (i) {
			if (*s != ':' && *s != '-')
				return false;
			if (sep && *s != sep)
				return false;
			sep = *s++;
		}
		for (digits = 0; digits < 2 && isxdigit((unsigned char)*s); digits++, s++) {
			unsigned char c = tolower((unsigned char)*s);

			octet = octet * 16 + (isdigit(c) ? c - '0' : c - 'a' + 10);
		}
		if (!digits)
			return false;
		mac.octet[i] = octet;
	}
	if (*s)
		return false;

	*out = mac;
	return true;
}

const char *alk_addr_print(const struct alk_addr *addr, char buf[ALK_ADDR_STRLEN])
{
	size_t used;

	if ((addr->family != AF_INET && addr->family != AF_INET6) ||
	    !inet_ntop(addr->family, &addr->v6, buf, ALK_ADDR_STRLEN)) {
		buf[0] = '\0';
		return buf;
	}
	if (addr->len != alk_family_len(addr->family)) {
		used = strlen(buf);
		snprintf(buf + used, ALK_ADDR_STRLEN - used, "/%u", addr->len);
	}
	return buf;
}

const char *alk_mac_print(const struct alk_mac *mac, char buf[ALK_MAC_STRLEN])
{
	const uint8_t *o = mac->octet;

	snprintf(buf, ALK_MAC_STRLEN, "%02x:%02x:%02x:%02x:%02x:%02x",
		 o[0], o[1], o[2], o[3], o[4], o[5]);
	return buf;
}

bool alk_addr_equal(const struct alk_addr *a, const struct alk_addr *b)
{
	if (a->family != b->family || a->len != b->len)
		return false;

	switch (a->family) {
	case AF_INET:
		return a->v4.s_addr == b->v4.s_addr;
	case AF_INET6:
		return !memcmp(&a->v6, &b->v6, sizeof(a->v6));
	default:
		return true;	/* none equals none */
	}
}
