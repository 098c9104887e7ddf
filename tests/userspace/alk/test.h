/* SPDX-License-Identifier: GPL-2.0 */
/* What every test program needs. */
#ifndef ALK_TEST_H
#define ALK_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libalkaid.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline struct alk_addr addr_of(const char *s)
{
	struct alk_addr addr = {};

	assert_true(strchr(s, '/') ? alk_prefix_parse(s, &addr) : alk_addr_parse(s, &addr));
	return addr;
}

static inline struct alk_mac mac_of(const char *s)
{
	struct alk_mac mac;

	assert_true(alk_mac_parse(s, &mac));
	return mac;
}

#endif /* ALK_TEST_H */
