/* SPDX-License-Identifier: GPL-2.0 */
/* The objects kept in tables, and the commands that all of them have. */
#ifndef ALK_OBJECT_H
#define ALK_OBJECT_H

#include "cli.h"
#include "field.h"

typedef int (*object_cb)(const void *obj, void *arg);

/**
 * struct object - a kind of table entry
 * @name: its word in a command
 * @usage: what help prints
 * @kind: in a change
 * @fields: of its struct
 * @size: of its struct
 * @counters: offset of its struct alk_counters, 0 if it has none
 * @sent_only: what comes from it is not counted
 * @init: set the defaults of what is zero otherwise, or NULL
 * @resolve: look up names before the kernel is asked, or NULL;
 *	returns 0 or an exit code, with the reason printed
 * @get: read the one with the key in @key; NULL: a key filters as well
 * @dump: read all
 */
struct object {
	const char *name;
	const char *usage;
	enum alk_kind kind;
	struct fields fields;
	size_t size;
	size_t counters;
	bool sent_only;
	void (*init)(void *obj);
	int (*resolve)(void *obj);
	int (*get)(struct alk *alk, const void *key, void *out);
	int (*dump)(struct alk *alk, object_cb cb, void *arg);
};

extern const struct object object_vpc, object_subnet, object_port, object_neigh,
	object_route, object_gateway;

/* Gives a typed dump the shape of @dump above. */
#define OBJECT_DUMP(name)						\
struct name##_visit {							\
	object_cb cb;							\
	void *arg;							\
};									\
									\
static int name##_visit(const struct alk_##name *obj, void *arg)	\
{									\
	struct name##_visit *visit = arg;				\
									\
	return visit->cb(obj, visit->arg);				\
}									\
									\
static int name##_dump(struct alk *alk, object_cb cb, void *arg)	\
{									\
	struct name##_visit visit = { cb, arg };			\
									\
	return alk_##name##_dump(alk, name##_visit, &visit);		\
}

/* Make a change, or add it to the transaction. Takes @obj over; returns an exit code. */
int object_apply(struct cli *cli, const struct object *object, enum alk_verb verb, void *obj,
		 const char *dev);

int object_run(struct cli *cli, const struct object *object, struct args *args);

/* Its name and its key, as "neigh 10.0.0.1 subnet 7". */
void object_label(const struct object *object, const void *obj, char *buf, size_t size);
const struct object *object_of(enum alk_kind kind);

/* @obj is borrowed by the change. */
void object_change(const struct object *object, enum alk_verb verb, const void *obj,
		   struct alk_change *out);

#endif /* ALK_OBJECT_H */
