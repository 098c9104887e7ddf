/* SPDX-License-Identifier: GPL-2.0 */
/* Fields that many resources have; what is wrong is refused by the field's name. */
#ifndef ALKAIDD_FIELDS_H
#define ALKAIDD_FIELDS_H

#include "push.h"

#define invalid(result, ...) refuse(result, STATUS(INVALID_ARG), __VA_ARGS__)
#define unsupported(result, ...) refuse(result, STATUS(FAILURE), __VA_ARGS__)

/*
 * Each takes the field's name as printf() does, and makes it only if it has to be told:
 * most fields are good.
 */
#define NAMED(n) __attribute__((format(printf, n, n + 1)))

NAMED(3) bool id_valid(struct result *r, const char *id, const char *field, ...);
/* A unicast address, that one interface can have. */
NAMED(4) bool addr_valid(struct result *r, const char *s, struct alk_addr *out, const char *field,
			 ...);
/* A unicast MAC; octets may have one digit. */
NAMED(4) bool mac_valid(struct result *r, const char *s, struct alk_mac *out, const char *field,
			...);
/* An address or a prefix; host bits are cleared. */
NAMED(4) bool prefix_valid(struct result *r, const char *s, struct alk_addr *out,
			   const char *field, ...);
void mask_prefix(struct alk_addr *prefix);
/* Of the netdev that a port's id makes. */
bool port_name_valid(struct result *r, char name[IFNAMSIZ]);

/*
 * What a resource that is only kept is found by. DHCP states have no id, or a new one
 * in each message: that is their MAC, if it is one.
 */
const char *plain_key(const struct result *r, char key[ALK_MAC_STRLEN]);

/* Each fills result->object, or refuses. */
void validate_vpc(struct result *r);
void validate_subnet(struct result *r);
void validate_port(struct result *r);
void validate_neigh(struct result *r);
void validate_router(struct result *r);
void validate_gateway(struct result *r);

#endif
