// SPDX-License-Identifier: GPL-2.0
/* The members of a gateway group: "IP mac MAC [weight N] [state STATE]". */
#include "member.h"

#include <libalkaid.h>
#include <stdlib.h>
#include <string.h>

const char *const member_states[] = {
	[ALKAID_GATEWAY_STATE_UP] = "up",
	[ALKAID_GATEWAY_STATE_DOWN] = "down",
	[ALKAID_GATEWAY_STATE_DRAIN] = "drain",
	NULL
};

static const char *const bfd_states[] = {
	[ALKAID_BFD_STATE_ADMIN_DOWN] = "admin-down",
	[ALKAID_BFD_STATE_DOWN] = "down",
	[ALKAID_BFD_STATE_INIT] = "init",
	[ALKAID_BFD_STATE_UP] = "up",
	NULL
};

enum { MAC, WEIGHT, STATE, BFD, PACKETS };

static const char *const words[] = {
	[MAC] = "mac",
	[WEIGHT] = "weight",
	[STATE] = "state",
	[BFD] = "bfd",
	[PACKETS] = "packets",
	NULL
};

static int find(const char *const *names, const char *word)
{
	int i;

	for (i = 0; word && names[i]; i++)
		if (!strcmp(names[i], word))
			return i;
	return -1;
}

static int parse_weight(struct args *args, const char *s, uint16_t *out)
{
	char *end;
	unsigned long value = strtoul(s, &end, 10);

	if (s[0] < '0' || s[0] > '9' || *end || !value || value > UINT16_MAX)
		return args_error(args, "bad weight \"%s\": a number from 1 to %u is expected",
				  s, UINT16_MAX);
	*out = value;
	return 0;
}

static int parse_state(struct args *args, const char *s, struct alk_member *out)
{
	int state = find(member_states, s);

	if (state < 0)
		return args_error(args, "bad state \"%s\": up, down or drain is expected", s);
	out->state = state;
	out->effective = state;
	out->has_state = true;
	return 0;
}

static int parse_word(struct args *args, int word, const char *s, struct alk_member *out)
{
	switch (word) {
	case MAC:
		if (!alk_mac_parse(s, &out->mac))
			return args_error(args, "bad mac \"%s\": a MAC such as "
					  "52:54:00:12:34:56 is expected", s);
		return 0;
	case WEIGHT:
		return parse_weight(args, s, &out->weight);
	case STATE:
		return parse_state(args, s, out);
	case BFD:
		/* Shown, and let pass: a member that BFD found dead was not set so. */
		if (strcmp(s, "up"))
			out->has_state = false;
		return 0;
	default:
		return 0;
	}
}

/* "bfd" followed by an interval is the group's; behind a member it is a state. */
static bool is_members(const struct args *args, int word)
{
	return word >= 0 && (word != BFD || (args->argc > 1 &&
					     find(bfd_states, args->argv[1]) >= 0));
}

static int parse(const struct field *f, struct args *args, const char *s, void *obj, bool again)
{
	struct alk_gateway *gateway = obj;
	struct alk_member *member = &gateway->members[gateway->n_members];
	uint32_t given = 0;
	int word;

	(void)again;
	if (gateway->n_members == ALK_MEMBERS_MAX)
		return args_error(args, "\"%s\" is given more than %d times", f->word,
				  ALK_MEMBERS_MAX);
	if (!alk_addr_parse(s, &member->ip))
		return args_error(args, "bad %s \"%s\": an IP address is expected", f->word, s);
	for (;;) {
		word = find(words, args_peek(args));
		if (!is_members(args, word))
			break;
		args_next(args);
		s = args_value(args, words[word]);
		if (!s)
			return -1;
		if (given & 1u << word)
			return args_error(args, "\"%s\" of a member is given twice", words[word]);
		given |= 1u << word;
		if (parse_word(args, word, s, member))
			return -1;
	}
	gateway->n_members++;
	return 0;
}

static bool match_one(const struct alk_member *want, const struct alk_member *have)
{
	static const struct alk_mac none;

	return alk_addr_equal(&want->ip, &have->ip) &&
	       (!memcmp(&want->mac, &none, sizeof(none)) ||
		!memcmp(&want->mac, &have->mac, sizeof(none))) &&
	       (!want->weight || want->weight == have->weight) &&
	       (!want->has_state || want->effective == have->effective);
}

static bool match(const void *want, const void *have)
{
	const struct alk_gateway *a = want, *b = have;
	size_t i, j;

	for (i = 0; i < a->n_members; i++) {
		for (j = 0; j < b->n_members; j++)
			if (match_one(&a->members[i], &b->members[j]))
				break;
		if (j == b->n_members)
			return false;
	}
	return true;
}

static void print_state(struct out *out, const char *word, const char *const *names, size_t n,
			unsigned int state)
{
	if (state < n)
		out_string(out, word, word, names[state]);
	else
		out_uint(out, word, word, state);	/* of a later kernel */
}

static void print(const struct field *f, const void *obj, struct out *out)
{
	const struct alk_gateway *gateway = obj;
	char ip[ALK_ADDR_STRLEN], mac[ALK_MAC_STRLEN];
	size_t i;

	out_list_begin(out, f->word, f->key);
	for (i = 0; i < gateway->n_members; i++) {
		const struct alk_member *member = &gateway->members[i];

		out_item_begin(out);
		out_string(out, NULL, "ip", alk_addr_print(&member->ip, ip));
		out_string(out, "mac", "mac", alk_mac_print(&member->mac, mac));
		out_uint(out, "weight", "weight", member->weight);
		print_state(out, "state", member_states, ALKAID_GATEWAY_STATE_DRAIN + 1,
			    member->effective);
		if (member->has_bfd)
			print_state(out, "bfd", bfd_states, ALKAID_BFD_STATE_UP + 1, member->bfd);
		out_uint(out, "packets", "packets", member->packets);
		out_item_end(out);
	}
	out_list_end(out);
}

const struct field_own member_own = {
	.parse = parse,
	.match = match,
	.print = print,
};
