/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields of an object, described once: the description reads the arguments of
 * a command, filters a table, and prints.
 */
#ifndef ALK_FIELD_H
#define ALK_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "out.h"

enum field_type {
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_BOOL,	/* on or off; with @names, two words of its own */
	FIELD_ENUM,	/* an int, with @names */
	FIELD_TEXT,	/* char array of @max + 1 */
	FIELD_IFNAME,	/* char array of IFNAMSIZ */
	FIELD_MAC,
	FIELD_ADDR,
	FIELD_PREFIX,	/* or "default": all addresses, of a family that is left open */
	FIELD_FLAG,	/* a bool: its word stands for itself, and is shown if it is true */
	FIELD_ADDRS,	/* these three are lists: array at @offset, size_t at @count */
	FIELD_PREFIXES,
	FIELD_ALLOWS,
	FIELD_OWN,	/* of one object alone, which has @own */
};

enum {
	FIELD_POSITIONAL = 1 << 0,	/* its word may be left out */
	FIELD_KEY	 = 1 << 1,	/* part of what tells one object from another */
	FIELD_REQUIRED	 = 1 << 2,
	FIELD_DERIVED	 = 1 << 3,	/* the kernel's to say: shown, filters, cannot be set */
	FIELD_STATE	 = 1 << 4,	/* derived, but let pass so that a shown line can be fed back */
	FIELD_DETAIL	 = 1 << 5,	/* in text only with -d */
	FIELD_OPTIONAL	 = 1 << 6,	/* part of the key of some only */
	FIELD_ZERO	 = 1 << 7,	/* zero is a number like any other */
	FIELD_SPARSE	 = 1 << 8,	/* a number or an enum that is shown only if not zero */
};

struct field;

/**
 * struct field_own - how a field of one object alone is read and shown
 * @parse: value @s, and what follows it in @args; @again if it was given before;
 *	returns 0, or -1 with args->error set
 * @match: is what @want, the field in the object, says the same in @have?
 * @print: or nothing, if it does not apply
 */
struct field_own {
	int (*parse)(const struct field *f, struct args *args, const char *s, void *obj,
		     bool again);
	bool (*match)(const void *want, const void *have);
	void (*print)(const struct field *f, const void *obj, struct out *out);
};

/**
 * struct field - one field of an object
 * @word: its name in a command and in text
 * @key: its name in JSON; NULL if it is never shown
 * @type: what @offset leads to
 * @flags: FIELD_*
 * @offset: in the object
 * @count: offset of a list's length
 * @max: largest number, or length of a text; zero is no number but "none"
 * @names: words of an enum or a bool, NULL-terminated
 * @own: of FIELD_OWN; its functions get the whole object
 */
struct field {
	const char *word;
	const char *key;
	enum field_type type;
	unsigned int flags;
	size_t offset;
	size_t count;
	uint32_t max;
	const char *const *names;
	const struct field_own *own;
};

struct fields {
	const struct field *field;
	size_t n;		/* at most 32 */
};

enum fields_mode {
	FIELDS_SET,	/* whole object: key and what is required must be there */
	FIELDS_KEY,	/* the key, whole, and nothing else */
	FIELDS_FILTER,	/* anything */
};

/*
 * Read what is left of @args into @obj, which holds the defaults. Bit i of
 * @given is set for field i. Return: 0, or -1 with args->error set.
 */
int fields_parse(const struct fields *fields, struct args *args, enum fields_mode mode,
		 void *obj, uint32_t *given);
/* Is each given field of @want the same in @have? Of lists, each item must be there. */
bool fields_match(const struct fields *fields, uint32_t given, const void *want,
		  const void *have);
/* Bits of the fields with one of @flags. */
uint32_t fields_with(const struct fields *fields, unsigned int flags);
/* Print the fields whose bit in @which is set. */
void fields_print(const struct fields *fields, uint32_t which, const void *obj, struct out *out);

#endif /* ALK_FIELD_H */
