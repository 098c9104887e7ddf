// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams, byte by byte. */
#include <linux/inet.h>

#include "../../kmod/path/oam.h"
#include "frame.h"
#include "world.h"

/*
 * UDP 192.168.1.1:1000 to 192.168.2.9:2000 in VNI 7001: the instance has the
 * same address and is behind 10.0.0.9; 30 seconds.
 */
static const u8 inject[] = {
	0x00, 0x00, 0x00, 0x00,
	0xc0, 0xa8, 0x01, 0x01,
	0xc0, 0xa8, 0x02, 0x09,
	0x03, 0xe8, 0x07, 0xd0,
	0x11, 0x00, 0x1b, 0x59,
	0xc0, 0xa8, 0x02, 0x09,
	0x0a, 0x00, 0x00, 0x09,
	0x02, 0x00, 0x00, 0x00, 0x02, 0x09,
	0x02, 0x00, 0x00, 0x0f, 0x00, 0x09,
	0x00, 0x1e, 0x00, 0x00,
};

static const u8 delete[] = {
	0x00, 0x00, 0x00, 0x01,
	0xc0, 0xa8, 0x01, 0x01,
	0xc0, 0xa8, 0x02, 0x09,
	0x03, 0xe8, 0x07, 0xd0,
	0x11, 0x00, 0x1b, 0x59,
};

/* The bytes 00 to 0f, as a user would give them. */
static const siphash_key_t key = {
	{ 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL }
};

static void oam_fields(struct kunit *test)
{
	const u8 mac[] = { 0x02, 0x00, 0x00, 0x00, 0x02, 0x09 };
	struct alkaid_oam oam;

	KUNIT_ASSERT_EQ(test, alkaid_oam_parse(inject, 44, &oam),
			ALKAID_DROP_NONE);
	KUNIT_EXPECT_EQ(test, oam.op, ALKAID_OAM_INJECT);
	KUNIT_EXPECT_EQ(test, oam.src, in_aton("192.168.1.1"));
	KUNIT_EXPECT_EQ(test, oam.dst, in_aton("192.168.2.9"));
	KUNIT_EXPECT_EQ(test, ntohs(oam.sport), 1000);
	KUNIT_EXPECT_EQ(test, ntohs(oam.dport), 2000);
	KUNIT_EXPECT_EQ(test, oam.proto, 17);
	KUNIT_EXPECT_EQ(test, oam.vni, 7001);
	KUNIT_EXPECT_EQ(test, oam.instance, in_aton("192.168.2.9"));
	KUNIT_EXPECT_EQ(test, oam.node, in_aton("10.0.0.9"));
	KUNIT_EXPECT_MEMEQ(test, oam.mac, mac, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, oam.timeout, 30);
	KUNIT_EXPECT_FALSE(test, oam.sealed);

	KUNIT_ASSERT_EQ(test, alkaid_oam_parse(delete, 20, &oam),
			ALKAID_DROP_NONE);
	KUNIT_EXPECT_EQ(test, oam.op, ALKAID_OAM_DELETE);
	KUNIT_EXPECT_EQ(test, oam.vni, 7001);
}

static void oam_lengths(struct kunit *test)
{
	u8 data[80] = {};
	struct alkaid_oam oam;
	unsigned int len;

	memcpy(data, inject, sizeof(inject));
	for (len = 0; len <= sizeof(data); len++)
		KUNIT_EXPECT_EQ_MSG(test, alkaid_oam_parse(data, len, &oam),
				    len == 44 || len == 60 ?
				    ALKAID_DROP_NONE : ALKAID_DROP_OAM_LENGTH,
				    "inject of %u bytes", len);
	memcpy(data, delete, sizeof(delete));
	for (len = 0; len <= sizeof(data); len++)
		KUNIT_EXPECT_EQ_MSG(test, alkaid_oam_parse(data, len, &oam),
				    len == 20 || len == 36 ?
				    ALKAID_DROP_NONE : ALKAID_DROP_OAM_LENGTH,
				    "delete of %u bytes", len);
}

/**
 * struct oam_row - bytes put into the inject, and what comes of it
 * @name: what is wrong
 * @at: where
 * @len: how many
 * @bytes: they
 * @reason: verdict
 */
struct oam_row {
	const char *name;
	unsigned int at;
	unsigned int len;
	u8 bytes[6];
	enum alkaid_drop reason;
};

static const struct oam_row oam_rows[] = {
	{ "operation 2", 0, 4, { 0, 0, 0, 2 }, ALKAID_DROP_OAM_OPERATION },
	{ "operation little-endian", 0, 4, { 1, 0, 0, 0 },
	  ALKAID_DROP_OAM_OPERATION },
	{ "no source", 4, 4, { 0, 0, 0, 0 }, ALKAID_DROP_OAM_ADDRESS },
	{ "loopback source", 4, 4, { 127, 0, 0, 1 }, ALKAID_DROP_OAM_ADDRESS },
	{ "multicast destination", 8, 4, { 224, 0, 0, 1 },
	  ALKAID_DROP_OAM_ADDRESS },
	{ "broadcast destination", 8, 4, { 255, 255, 255, 255 },
	  ALKAID_DROP_OAM_ADDRESS },
	{ "any ports", 12, 4, { 0, 0, 0, 0 }, ALKAID_DROP_NONE },
	{ "any protocol", 16, 1, { 255 }, ALKAID_DROP_NONE },
	{ "multicast instance", 20, 4, { 239, 1, 2, 3 },
	  ALKAID_DROP_OAM_ADDRESS },
	{ "no node", 24, 4, { 0, 0, 0, 0 }, ALKAID_DROP_OAM_ADDRESS },
	{ "no MAC", 28, 6, { 0 }, ALKAID_DROP_OAM_ADDRESS },
	{ "multicast MAC", 28, 6, { 1, 0, 0x5e, 0, 0, 1 },
	  ALKAID_DROP_OAM_ADDRESS },
	{ "node MAC is not used", 34, 6, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	  ALKAID_DROP_NONE },
	{ "no timeout", 40, 2, { 0, 0 }, ALKAID_DROP_NONE },
	{ "reserved, first bit", 42, 2, { 0x80, 0 }, ALKAID_DROP_OAM_RESERVED },
	{ "reserved, last bit", 42, 2, { 0, 1 }, ALKAID_DROP_OAM_RESERVED },
};

static void oam_bytes(struct kunit *test)
{
	struct alkaid_oam oam;
	u8 data[44];
	int i;

	for (i = 0; i < ARRAY_SIZE(oam_rows); i++) {
		const struct oam_row *row = &oam_rows[i];

		memcpy(data, inject, sizeof(data));
		memcpy(data + row->at, row->bytes, row->len);
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_oam_parse(data, sizeof(data), &oam),
				    row->reason, "%s", row->name);
	}
}

/* Seconds are big-endian, and none are as many as a gateway would give. */
static void oam_timeout(struct kunit *test)
{
	struct alkaid_oam oam;
	u8 data[44];

	memcpy(data, inject, sizeof(data));
	data[40] = 0x01;
	data[41] = 0x02;
	alkaid_oam_parse(data, sizeof(data), &oam);
	KUNIT_EXPECT_EQ(test, oam.timeout, 258);
	data[40] = 0;
	data[41] = 0;
	alkaid_oam_parse(data, sizeof(data), &oam);
	KUNIT_EXPECT_EQ(test, oam.timeout, ALKAID_OAM_IDLE);
}

static void oam_icmp(struct kunit *test)
{
	struct alkaid_oam oam;
	u8 data[44];

	memcpy(data, inject, sizeof(data));
	data[16] = IPPROTO_ICMP;
	alkaid_oam_parse(data, sizeof(data), &oam);
	KUNIT_EXPECT_EQ(test, oam.sport, 0);
	KUNIT_EXPECT_EQ(test, oam.dport, 0);
}

/* What is written reads as what it was written from, and is the same bytes. */
static void oam_written(struct kunit *test)
{
	struct alkaid_oam oam;
	u8 data[44];

	alkaid_oam_parse(inject, 44, &oam);
	KUNIT_EXPECT_EQ(test, alkaid_oam_write(data, &oam), 44);
	/* The MAC of the node is not kept. */
	KUNIT_EXPECT_MEMEQ(test, data, inject, 34);
	KUNIT_EXPECT_MEMEQ(test, data + 40, inject + 40, 4);
	alkaid_oam_parse(delete, 20, &oam);
	KUNIT_EXPECT_EQ(test, alkaid_oam_write(data, &oam), 20);
	KUNIT_EXPECT_MEMEQ(test, data, delete, 20);
}

/* Each bit of datagram, sequence number and tag counts. */
static void oam_sealed(struct kunit *test)
{
	/* Of an independent implementation of SipHash-2-4. */
	const u8 tag[] = { 0x9e, 0x5e, 0xb9, 0xda, 0x6c, 0x10, 0xac, 0xe8 };
	struct alkaid_oam oam;
	u8 data[60];
	int bit;

	memcpy(data, inject, 44);
	KUNIT_ASSERT_EQ(test, alkaid_oam_sign(data, 44, 0x0102030405060708, &key),
			60);
	KUNIT_EXPECT_MEMEQ(test, data + 52, tag, 8);
	KUNIT_ASSERT_EQ(test, alkaid_oam_parse(data, 60, &oam),
			ALKAID_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, oam.sealed);
	KUNIT_EXPECT_EQ(test, oam.seq, 0x0102030405060708);
	KUNIT_EXPECT_TRUE(test, alkaid_oam_check(data, 60, &key));
	for (bit = 0; bit < 60 * 8; bit++) {
		data[bit / 8] ^= BIT(bit % 8);
		KUNIT_EXPECT_FALSE(test, alkaid_oam_check(data, 60, &key));
		data[bit / 8] ^= BIT(bit % 8);
	}
}

static void oam_window(struct kunit *test)
{
	static const struct {
		u64 seq;
		bool fresh;
	} rows[] = {
		{ 1000, true }, { 1000, false }, { 1001, true },
		{ 1003, true }, { 1002, true }, { 1002, false },
		{ 940, true }, { 940, false }, { 939, false },
		{ 1066, true }, { 1003, false }, { 1004, true },
		{ 1002, false }, { 1001, false }, { U64_MAX, true },
		{ U64_MAX, false },
		{ U64_MAX - 63, true }, { U64_MAX - 64, false }, { 0, false },
	};
	u64 top = 0, seen = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    alkaid_oam_advance(&top, &seen, rows[i].seq),
				    rows[i].fresh, "row %d: %llu", i,
				    rows[i].seq);
	top = 0;
	seen = 0;
	KUNIT_EXPECT_TRUE(test, alkaid_oam_advance(&top, &seen, 0));
	KUNIT_EXPECT_FALSE(test, alkaid_oam_advance(&top, &seen, 0));
	KUNIT_EXPECT_TRUE(test, alkaid_oam_advance(&top, &seen, 1));
}

static struct kunit_case oam_cases[] = {
	KUNIT_CASE(oam_fields),
	KUNIT_CASE(oam_lengths),
	KUNIT_CASE(oam_bytes),
	KUNIT_CASE(oam_timeout),
	KUNIT_CASE(oam_icmp),
	KUNIT_CASE(oam_written),
	KUNIT_CASE(oam_sealed),
	KUNIT_CASE(oam_window),
	{}
};

struct kunit_suite alkaid_oam_suite = {
	.name = "alkaid_oam",
	.test_cases = oam_cases,
};
