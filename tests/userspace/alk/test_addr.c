// SPDX-License-Identifier: GPL-2.0
/* Text forms of addresses, prefixes and MACs. */
#include "test.h"

#include <arpa/inet.h>

struct text_case {
	const char *in;
	const char *out;	/* NULL: must be refused */
};

static const struct text_case addrs[] = {
	{ "192.168.1.20", "192.168.1.20" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "fd00:1::14", "fd00:1::14" },
	{ "FD00:0001:0:0:0:0:0:14", "fd00:1::14" },
	{ "::", "::" },
	{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
	{ "", NULL },
	{ "10.1", NULL },
	{ "10.0.0.01", NULL },
	{ "10.0.0.256", NULL },
	{ "10.0.0.1.2", NULL },
	{ " 10.0.0.1", NULL },
	{ "10.0.0.1 ", NULL },
	{ "10.0.0.1/32", NULL },
	{ "0x0a000001", NULL },
	{ "167772161", NULL },
	{ "fd00::1::2", NULL },
	{ "fd00::12345", NULL },
	{ "fe80::1%eth0", NULL },
	{ "host", NULL },
};

static void addr_text(void **state)
{
	char buf[ALK_ADDR_STRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(addrs); i++) {
		struct alk_addr addr = { .family = 99 };

		assert_int_equal(alk_addr_parse(addrs[i].in, &addr), !!addrs[i].out);
		if (addrs[i].out)
			assert_string_equal(alk_addr_print(&addr, buf), addrs[i].out);
		else
			assert_int_equal(addr.family, 99);
	}
}

static const struct text_case prefixes[] = {
	{ "192.168.1.0/24", "192.168.1.0/24" },
	{ "192.168.1.20/24", "192.168.1.20/24" },
	{ "0.0.0.0/0", "0.0.0.0/0" },
	{ "10.0.0.1/32", "10.0.0.1" },
	{ "10.0.0.0/031", "10.0.0.0/31" },
	{ "fd00:1::/64", "fd00:1::/64" },
	{ "fd00::1/128", "fd00::1" },
	{ "::/0", "::/0" },
	{ "1234:5678:9abc:def0:1234:5678:9abc:def0/127",
	  "1234:5678:9abc:def0:1234:5678:9abc:def0/127" },
	{ "192.168.1.0", NULL },
	{ "192.168.1.0/", NULL },
	{ "192.168.1.0/33", NULL },
	{ "192.168.1.0/-1", NULL },
	{ "192.168.1.0/ 8", NULL },
	{ "192.168.1.0/8x", NULL },
	{ "192.168.1.0/24/24", NULL },
	{ "192.168.1.0/255.255.255.0", NULL },
	{ "192.168.1.0/4294967320", NULL },
	{ "fd00::/129", NULL },
	{ "/24", NULL },
	{ "/", NULL },
	{ "", NULL },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64", NULL },
};

static void prefix_text(void **state)
{
	char buf[ALK_ADDR_STRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct alk_addr addr = { .family = 99 };

		assert_int_equal(alk_prefix_parse(prefixes[i].in, &addr), !!prefixes[i].out);
		if (prefixes[i].out)
			assert_string_equal(alk_addr_print(&addr, buf), prefixes[i].out);
		else
			assert_int_equal(addr.family, 99);
	}
}

static const struct text_case macs[] = {
	{ "52:54:00:12:34:56", "52:54:00:12:34:56" },
	{ "FE:16:11:00:00:0A", "fe:16:11:00:00:0a" },
	{ "52-54-00-12-34-56", "52:54:00:12:34:56" },
	{ "2:0:0:0:a:1", "02:00:00:00:0a:01" },
	{ "52:54:00:12:34", NULL },
	{ "52:54:00:12:34:56:78", NULL },
	{ "52:54:00:12:34:", NULL },
	{ "52:54:00:12:34:g6", NULL },
	{ "52:54:00:12:34:567", NULL },
	{ "52:54:00-12:34:56", NULL },
	{ ":54:00:12:34:56", NULL },
	{ "525400123456", NULL },
	{ "5254.0012.3456", NULL },
	{ " 52:54:00:12:34:56", NULL },
	{ "", NULL },
};

static void mac_text(void **state)
{
	char buf[ALK_MAC_STRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		struct alk_mac mac;

		assert_int_equal(alk_mac_parse(macs[i].in, &mac), !!macs[i].out);
		if (macs[i].out)
			assert_string_equal(alk_mac_print(&mac, buf), macs[i].out);
	}
}

static void bytes_in_network_order(void **state)
{
	struct alk_addr addr = addr_of("10.1.2.3");

	(void)state;
	assert_int_equal(addr.family, AF_INET);
	assert_int_equal(addr.len, 32);
	assert_int_equal(addr.v4.s_addr, htonl(0x0a010203));
	assert_int_equal(addr_of("fd00::1").len, 128);
}

static void no_address_prints_empty(void **state)
{
	struct alk_addr none = {};
	char buf[ALK_ADDR_STRLEN] = "x";

	(void)state;
	assert_string_equal(alk_addr_print(&none, buf), "");
}

static void equality(void **state)
{
	struct alk_addr a = addr_of("10.0.0.1"), b = addr_of("10.0.0.1/31");
	struct alk_addr c = addr_of("10.0.0.1/32"), d = addr_of("fd00::1");
	struct alk_addr e = addr_of("fd00::2"), none = {};

	(void)state;
	assert_true(alk_addr_equal(&a, &c));
	assert_false(alk_addr_equal(&a, &b));
	assert_false(alk_addr_equal(&a, &d));
	assert_false(alk_addr_equal(&d, &e));
	assert_true(alk_addr_equal(&none, &none));
	assert_false(alk_addr_equal(&none, &a));

	/* An IPv4 address leaves bytes of the union unused. */
	memset(a.v6.s6_addr + 4, 0xff, 12);
	assert_true(alk_addr_equal(&a, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addr_text),
		cmocka_unit_test(prefix_text),
		cmocka_unit_test(mac_text),
		cmocka_unit_test(bytes_in_network_order),
		cmocka_unit_test(no_address_prints_empty),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
