// SPDX-License-Identifier: GPL-2.0
/* Reading, filtering and printing objects by the description of their fields. */
#include "field.h"

#include <ctype.h>
#include <errno.h>
#include <libalkaid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const on_off[] = { "off", "on", NULL };

static const char *const *names_of(const struct field *f)
{
	return f->names ? f->names : on_off;
}

static bool is_list(const struct field *f)
{
	return f->type == FIELD_ADDRS || f->type == FIELD_PREFIXES || f->type == FIELD_ALLOWS;
}

static size_t item_size(const struct field *f)
{
	return f->type == FIELD_ALLOWS ? sizeof(struct alk_allow) : sizeof(struct alk_addr);
}

static bool parse_number(const char *s, const struct field *f, uint32_t *out)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	unsigned long long value;
	char *end;

	/* strtoull() would take a sign, spaces, and a leading zero as octal. */
	if (!isdigit((unsigned char)s[0]))
		return false;
	errno = 0;
	value = strtoull(s, &end, hex ? 16 : 10);
	if (errno || *end || value > f->max || (!value && !(f->flags & FIELD_ZERO)))
		return false;
	*out = value;
	return true;
}

static bool parse_name(const char *s, const char *const *names, unsigned int *out)
{
	unsigned int i;

	for (i = 0; names[i]; i++) {
		if (!strcmp(s, names[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool parse_string(const char *s, char *out, size_t max)
{
	if (!*s || strlen(s) > max)
		return false;
	strcpy(out, s);
	return true;
}

static bool parse_allow(const char *s, struct alk_allow *out)
{
	const char *comma = strchr(s, ',');
	char buf[ALK_ADDR_STRLEN];
	size_t len = comma ? (size_t)(comma - s) : strlen(s);
	struct alk_allow allow = {};

	if (len >= sizeof(buf))
		return false;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (!alk_addr_parse(buf, &allow.addr) && !alk_prefix_parse(buf, &allow.addr))
		return false;
	if (comma && !alk_mac_parse(comma + 1, &allow.mac))
		return false;
	allow.has_mac = comma;
	*out = allow;
	return true;
}

static bool parse_item(const struct field *f, const char *s, void *out)
{
	switch (f->type) {
	case FIELD_ADDRS:
		return alk_addr_parse(s, out);
	case FIELD_PREFIXES:
		return alk_prefix_parse(s, out);
	default:
		return parse_allow(s, out);
	}
}

static bool parse_prefix(const char *s, struct alk_addr *out)
{
	if (strcmp(s, "default"))
		return alk_prefix_parse(s, out);
	*out = (struct alk_addr){};
	return true;
}

static bool parse_value(const struct field *f, const char *s, char *obj)
{
	void *at = obj + f->offset;
	unsigned int index;
	uint32_t number;

	switch (f->type) {
	case FIELD_U8:
		if (!parse_number(s, f, &number))
			return false;
		*(uint8_t *)at = number;
		return true;
	case FIELD_U16:
		if (!parse_number(s, f, &number))
			return false;
		*(uint16_t *)at = number;
		return true;
	case FIELD_U32:
		return parse_number(s, f, at);
	case FIELD_BOOL:
		if (!parse_name(s, names_of(f), &index))
			return false;
		*(bool *)at = index;
		return true;
	case FIELD_ENUM:
		if (!parse_name(s, f->names, &index))
			return false;
		*(int *)at = index;
		return true;
	case FIELD_TEXT:
		return parse_string(s, at, f->max);
	case FIELD_IFNAME:
		return parse_string(s, at, IFNAMSIZ - 1);
	case FIELD_MAC:
		return alk_mac_parse(s, at);
	case FIELD_ADDR:
		return alk_addr_parse(s, at);
	case FIELD_PREFIX:
		return parse_prefix(s, at);
	default:
		return false;
	}
}

static int expected_names(struct args *args, const struct field *f, const char *s)
{
	const char *const *names = names_of(f);
	char list[128] = "";
	size_t used = 0;
	unsigned int i;

	for (i = 0; names[i] && used < sizeof(list); i++)
		used += snprintf(list + used, sizeof(list) - used, "%s%s",
				 !i ? "" : names[i + 1] ? ", " : " or ", names[i]);
	return args_error(args, "bad %s \"%s\": %s is expected", f->word, s, list);
}

static int expected(struct args *args, const struct field *f, const char *s)
{
	const char *what = "";
	char buf[64];

	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_ENUM:
		return expected_names(args, f, s);
	case FIELD_U8:
	case FIELD_U16:
	case FIELD_U32:
		snprintf(buf, sizeof(buf), "a number from %d to %u",
			 f->flags & FIELD_ZERO ? 0 : 1, f->max);
		what = buf;
		break;
	case FIELD_TEXT:
		snprintf(buf, sizeof(buf), "a text of 1 to %u bytes", f->max);
		what = buf;
		break;
	case FIELD_IFNAME:
		what = "a device name";
		break;
	case FIELD_MAC:
		what = "a MAC such as 52:54:00:12:34:56";
		break;
	case FIELD_ADDR:
	case FIELD_ADDRS:
		what = "an IP address";
		break;
	case FIELD_PREFIX:
	case FIELD_PREFIXES:
		what = "a prefix such as 192.168.1.0/24";
		break;
	case FIELD_ALLOWS:
		what = "IP[/LEN][,MAC]";
		break;
	case FIELD_FLAG:
	case FIELD_OWN:
		break;
	}
	return args_error(args, "bad %s \"%s\": %s is expected", f->word, s, what);
}

static int parse_list(const struct field *f, struct args *args, const char *s, char *obj)
{
	size_t *count = (size_t *)(obj + f->count);

	if (*count == ALK_ADDRS_MAX)
		return args_error(args, "\"%s\" is given more than %d times", f->word,
				  ALK_ADDRS_MAX);
	if (!parse_item(f, s, obj + f->offset + *count * item_size(f)))
		return expected(args, f, s);
	++*count;
	return 0;
}

static int parse_field(const struct field *f, struct args *args, const char *s, char *obj,
		       bool again)
{
	if (is_list(f))
		return parse_list(f, args, s, obj);
	if (f->type == FIELD_OWN)
		return f->own->parse(f, args, s, obj, again);
	if (again)
		return args_error(args, "\"%s\" is given twice", f->word);
	if (f->type == FIELD_FLAG) {
		*(bool *)(obj + f->offset) = true;
		return 0;
	}
	return parse_value(f, s, obj) ? 0 : expected(args, f, s);
}

static int may_be_given(const struct field *f, struct args *args, enum fields_mode mode)
{
	if (mode == FIELDS_KEY && !(f->flags & FIELD_KEY))
		return args_error(args, "\"%s\" is unexpected: the key is enough", f->word);
	if (mode == FIELDS_SET && f->flags & FIELD_DERIVED)
		return args_error(args, "\"%s\" cannot be set", f->word);
	return 0;
}

static const struct field *find_word(const struct fields *fields, const char *word)
{
	size_t i;

	for (i = 0; i < fields->n; i++) {
		const char *name = fields->field[i].word;

		/* Most differ there, and a file has millions. */
		if (name[0] == word[0] && !strcmp(name, word))
			return &fields->field[i];
	}
	return NULL;
}

/* The first positional field that has no value yet. */
static const struct field *find_positional(const struct fields *fields, uint32_t given)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (fields->field[i].flags & FIELD_POSITIONAL && !(given & 1u << i))
			return &fields->field[i];
	return NULL;
}

static int check_missing(const struct fields *fields, struct args *args, uint32_t missing)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (missing & 1u << i)
			return args_error(args, "\"%s\" is required", fields->field[i].word);
	return 0;
}

int fields_parse(const struct fields *fields, struct args *args, enum fields_mode mode,
		 void *obj, uint32_t *given)
{
	unsigned int wanted = FIELD_KEY | (mode == FIELDS_SET ? FIELD_REQUIRED : 0);

	*given = 0;
	while (args->argc) {
		const struct field *f;
		const char *value;
		int ret = args_dev(args);
		uint32_t bit;

		if (ret < 0)
			return ret;
		if (ret)
			continue;

		value = args_next(args);
		f = find_word(fields, value);
		if (f) {
			if (may_be_given(f, args, mode))
				return -1;
			if (f->type != FIELD_FLAG)
				value = args_value(args, f->word);
			if (!value)
				return -1;
		} else {
			f = find_positional(fields, *given);
			if (!f)
				return args_error(args, "\"%s\" is unexpected", value);
		}
		bit = 1u << (f - fields->field);
		if (parse_field(f, args, value, obj, *given & bit))
			return -1;
		*given |= bit;
	}

	if (mode == FIELDS_FILTER)
		return 0;
	return check_missing(fields, args, fields_with(fields, wanted) &
			     ~fields_with(fields, FIELD_OPTIONAL) & ~*given);
}

uint32_t fields_with(const struct fields *fields, unsigned int flags)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (fields->field[i].flags & flags)
			bits |= 1u << i;
	return bits;
}

static bool equal_item(const struct field *f, const void *a, const void *b)
{
	const struct alk_allow *x = a, *y = b;

	if (f->type != FIELD_ALLOWS)
		return alk_addr_equal(a, b);
	return alk_addr_equal(&x->addr, &y->addr) && x->has_mac == y->has_mac &&
	       (!x->has_mac || !memcmp(&x->mac, &y->mac, sizeof(x->mac)));
}

static bool match_list(const struct field *f, const char *want, const char *have)
{
	size_t n_want = *(const size_t *)(want + f->count);
	size_t n_have = *(const size_t *)(have + f->count);
	size_t i, j;

	for (i = 0; i < n_want; i++) {
		const char *item = want + f->offset + i * item_size(f);

		for (j = 0; j < n_have; j++)
			if (equal_item(f, item, have + f->offset + j * item_size(f)))
				break;
		if (j == n_have)
			return false;
	}
	return true;
}

static bool match_prefix(const struct alk_addr *want, const struct alk_addr *have)
{
	return want->family ? alk_addr_equal(want, have) : !have->len;
}

static bool match_field(const struct field *f, const char *want, const char *have)
{
	const void *a = want + f->offset, *b = have + f->offset;

	switch (f->type) {
	case FIELD_U8:
		return *(const uint8_t *)a == *(const uint8_t *)b;
	case FIELD_U16:
		return *(const uint16_t *)a == *(const uint16_t *)b;
	case FIELD_U32:
		return *(const uint32_t *)a == *(const uint32_t *)b;
	case FIELD_BOOL:
	case FIELD_FLAG:
		return *(const bool *)a == *(const bool *)b;
	case FIELD_ENUM:
		return *(const int *)a == *(const int *)b;
	case FIELD_TEXT:
	case FIELD_IFNAME:
		return !strcmp(a, b);
	case FIELD_MAC:
		return !memcmp(a, b, sizeof(struct alk_mac));
	case FIELD_ADDR:
		return alk_addr_equal(a, b);
	case FIELD_PREFIX:
		return match_prefix(a, b);
	case FIELD_OWN:
		return f->own->match(want, have);
	default:
		return match_list(f, want, have);
	}
}

bool fields_match(const struct fields *fields, uint32_t given, const void *want,
		  const void *have)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (given & 1u << i && !match_field(&fields->field[i], want, have))
			return false;
	return true;
}

/* A prefix is one even if it holds a single address. */
static const char *prefix_text(const struct alk_addr *prefix, char buf[ALK_ADDR_STRLEN])
{
	size_t used;

	alk_addr_print(prefix, buf);
	used = strlen(buf);
	if (!prefix->family)
		return "default";
	if (!strchr(buf, '/'))
		snprintf(buf + used, ALK_ADDR_STRLEN - used, "/%u", prefix->len);
	return buf;
}

static void print_item(const struct field *f, const void *item, struct out *out)
{
	char buf[ALK_ADDR_STRLEN + ALK_MAC_STRLEN], mac[ALK_MAC_STRLEN];
	const struct alk_allow *allow = item;
	size_t used;

	if (f->type == FIELD_PREFIXES) {
		out_list_item(out, prefix_text(item, buf));
		return;
	}
	alk_addr_print(item, buf);
	used = strlen(buf);
	if (f->type == FIELD_ALLOWS && allow->has_mac)
		snprintf(buf + used, sizeof(buf) - used, ",%s", alk_mac_print(&allow->mac, mac));
	out_list_item(out, buf);
}

static void print_list(const struct field *f, const char *word, const char *obj, struct out *out)
{
	size_t n = *(const size_t *)(obj + f->count);
	size_t i;

	out_list_begin(out, word, f->key);
	for (i = 0; i < n; i++)
		print_item(f, obj + f->offset + i * item_size(f), out);
	out_list_end(out);
}

static void print_string(const struct field *f, const char *word, const char *s, struct out *out)
{
	if (*s)
		out_string(out, word, f->key, s);
	else
		out_none(out, f->key);
}

static void print_number(const struct field *f, const char *word, uint32_t n, struct out *out)
{
	if (n || f->flags & FIELD_ZERO)
		out_uint(out, word, f->key, n);
	else if (!(f->flags & FIELD_SPARSE))
		out_none(out, f->key);
}

static void print_enum(const struct field *f, const char *word, unsigned int value,
		       struct out *out)
{
	unsigned int i;

	if (!value && f->flags & FIELD_SPARSE)
		return;
	for (i = 0; f->names[i]; i++) {
		if (i == value) {
			out_string(out, word, f->key, f->names[i]);
			return;
		}
	}
	out_uint(out, word, f->key, value);	/* of a later kernel */
}

static void print_field(const struct field *f, const char *obj, struct out *out)
{
	const char *word = f->flags & FIELD_POSITIONAL ? NULL : f->word;
	const struct alk_mac none = {};
	const void *at = obj + f->offset;
	char buf[ALK_ADDR_STRLEN];

	switch (f->type) {
	case FIELD_U8:
		print_number(f, word, *(const uint8_t *)at, out);
		break;
	case FIELD_U16:
		print_number(f, word, *(const uint16_t *)at, out);
		break;
	case FIELD_U32:
		print_number(f, word, *(const uint32_t *)at, out);
		break;
	case FIELD_BOOL:
		if (f->names)
			out_string(out, word, f->key, f->names[*(const bool *)at]);
		else
			out_bool(out, word, f->key, *(const bool *)at);
		break;
	case FIELD_ENUM:
		print_enum(f, word, *(const unsigned int *)at, out);
		break;
	case FIELD_TEXT:
	case FIELD_IFNAME:
		print_string(f, word, at, out);
		break;
	case FIELD_MAC:
		print_string(f, word, memcmp(at, &none, sizeof(none)) ?
			     alk_mac_print(at, buf) : "", out);
		break;
	case FIELD_ADDR:
		print_string(f, word, alk_addr_print(at, buf), out);
		break;
	case FIELD_PREFIX:
		out_string(out, word, f->key, prefix_text(at, buf));
		break;
	case FIELD_FLAG:
		if (*(const bool *)at)
			out_flag(out, word, f->key);
		break;
	case FIELD_ADDRS:
	case FIELD_PREFIXES:
	case FIELD_ALLOWS:
		print_list(f, word, obj, out);
		break;
	case FIELD_OWN:
		f->own->print(f, obj, out);
		break;
	}
}

void fields_print(const struct fields *fields, uint32_t which, const void *obj, struct out *out)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (which & 1u << i && fields->field[i].key)
			print_field(&fields->field[i], obj, out);
}
