// SPDX-License-Identifier: GPL-2.0
/* What must hold of a BFD session whatever is sent to it, under libFuzzer. */
#include "../../kmod/path/bfd_state.h"

#define must(condition) do {							\
	if (!(condition)) {							\
		fprintf(stderr, "fuzz_bfd.c:%d: not so: %s\n", __LINE__, #condition); \
		abort();							\
	}									\
} while (0)

/* An input is many datagrams, each behind a byte that has its length. */
#define LEN_MAX		32
#define DISCR		0x0000abcd

/* What is taken is what it says, and is written as it came. */
static void check_packet(const u8 *bytes, const struct alkaid_bfd_packet *packet)
{
	u8 out[ALKAID_BFD_LEN];

	must(packet->mine && packet->mult && packet->state <= ALKAID_BFD_STATE_UP);
	must(packet->yours || packet->state <= ALKAID_BFD_STATE_DOWN);
	alkaid_bfd_write(out, packet);
	/* But for what followed it. */
	out[3] = bytes[3];
	must(!memcmp(out, bytes, sizeof(out)));
}

static void check_session(const struct alkaid_bfd_vars *vars)
{
	u32 interval = alkaid_bfd_tx_interval(vars);
	struct alkaid_bfd_packet said;
	u8 out[ALKAID_BFD_LEN];

	must(vars->state == ALKAID_BFD_STATE_DOWN || vars->state == ALKAID_BFD_STATE_INIT ||
	     vars->state == ALKAID_BFD_STATE_UP);
	/* The neighbor cannot have it send faster than the user asked, or slowly unless it is Up. */
	must(interval >= vars->interval);
	must(vars->state == ALKAID_BFD_STATE_UP || interval >= ALKAID_BFD_SLOW);
	must(alkaid_bfd_jitter(interval, vars->mult, 0) <= interval);
	must(alkaid_bfd_jitter(interval, vars->mult, ~0U) <= interval);
	must(alkaid_bfd_detection(vars) <= 255ULL * ~0U);
	/* Whatever it has to say is a valid packet. */
	alkaid_bfd_fill(vars, false, &said);
	alkaid_bfd_write(out, &said);
	must(!alkaid_bfd_parse(out, sizeof(out), &said));
}

static void receive(struct alkaid_bfd_vars *vars, const u8 *bytes, size_t len)
{
	u8 *exact = malloc(len);
	struct alkaid_bfd_packet packet;
	enum alkaid_bfd_news news;
	u8 before = vars->state;

	memcpy(exact, bytes, len);
	if (!alkaid_bfd_parse(exact, len, &packet)) {
		check_packet(exact, &packet);
		if (alkaid_bfd_is_for(vars, &packet)) {
			news = alkaid_bfd_receive(vars, &packet);
			must((news == ALKAID_BFD_CAME_UP) ==
			     (before != ALKAID_BFD_STATE_UP && vars->state == ALKAID_BFD_STATE_UP));
			must(vars->state == ALKAID_BFD_STATE_UP || before != ALKAID_BFD_STATE_UP ||
			     news == ALKAID_BFD_FAILED);
		}
	}
	free(exact);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	struct alkaid_bfd_vars vars;
	size_t len;

	alkaid_bfd_start(&vars, DISCR, 10000, 3);
	while (size) {
		len = min_t(size_t, bytes[0] % (LEN_MAX + 2), size - 1);
		if (bytes[0] % (LEN_MAX + 2) > LEN_MAX)
			alkaid_bfd_expire(&vars);
		else
			receive(&vars, bytes + 1, len);
		check_session(&vars);
		bytes += 1 + len;
		size -= 1 + len;
	}
	return 0;
}
