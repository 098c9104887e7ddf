// SPDX-License-Identifier: GPL-2.0
/* What must hold of any bytes on an OAM port: the parser and the window, under libFuzzer. */
#include "../../kmod/path/oam.h"
#include "../../kmod/table/addr.h"

#define must(condition) do {							\
	if (!(condition)) {							\
		fprintf(stderr, "fuzz_oam.c:%d: not so: %s\n", __LINE__, #condition); \
		abort();							\
	}									\
} while (0)

static bool is_host(__be32 v4)
{
	const struct in6_addr addr = alkaid_addr_from_v4(v4);

	return alkaid_addr_is_host(&addr);
}

/* What parsing went well promises; and that writing is its reverse. */
static void check_oam(const struct alkaid_oam *oam, const u8 *data, size_t len)
{
	size_t body = len - (oam->sealed ? ALKAID_OAM_TRAILER_LEN : 0);
	u8 again[ALKAID_OAM_LEN_MAX];

	must(oam->op == ALKAID_OAM_INJECT || oam->op == ALKAID_OAM_DELETE);
	must(body == (oam->op == ALKAID_OAM_INJECT ? ALKAID_OAM_INJECT_LEN :
						     ALKAID_OAM_DELETE_LEN));
	must(oam->vni < 1 << 24);
	must(is_host(oam->src) && is_host(oam->dst));
	must(oam->proto != IPPROTO_ICMP || (!oam->sport && !oam->dport));
	must(alkaid_oam_write(again, oam) == body);
	must(!memcmp(again, data, 12) && !memcmp(again + 16, data + 16, 4));
	must(oam->proto == IPPROTO_ICMP || !memcmp(again + 12, data + 12, 4));
	if (oam->op == ALKAID_OAM_DELETE)
		return;
	must(oam->timeout && is_valid_ether_addr(oam->mac));
	must(is_host(oam->instance) && is_host(oam->node));
	must(!memcmp(again + 20, data + 20, 14));
}

/* Whatever comes, no sequence number is taken twice. */
static void check_window(const u8 *bytes, size_t len)
{
	u64 top = 0, seen = 0, taken[64];
	size_t i, n = 0;

	for (; len && n < 64; len--, bytes++) {
		/* Near the highest one, or far from it. */
		u64 seq = bytes[0] & 0x80 ? top + (s8)(bytes[0] << 1) / 2 : (u64)bytes[0] << 57;

		if (!alkaid_oam_advance(&top, &seen, seq))
			continue;
		for (i = 0; i < n; i++)
			must(taken[i] != seq);
		taken[n++] = seq;
		must(seen & 1 && top >= seq);
	}
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	static const siphash_key_t key = { { 1, 2 } };
	struct alkaid_oam oam;
	/* Of just this size, so that a read beyond its end is seen. */
	u8 *data = malloc(size);
	enum alkaid_drop reason;

	memcpy(data, bytes, size);
	reason = alkaid_oam_parse(data, size, &oam);
	must(reason == ALKAID_DROP_NONE || reason == ALKAID_DROP_OAM_LENGTH ||
	     reason == ALKAID_DROP_OAM_OPERATION || reason == ALKAID_DROP_OAM_RESERVED ||
	     reason == ALKAID_DROP_OAM_ADDRESS);
	if (!reason)
		check_oam(&oam, data, size);
	if (!reason && oam.sealed)
		alkaid_oam_check(data, size, &key);
	free(data);
	check_window(bytes, size);
	return 0;
}
