// SPDX-License-Identifier: GPL-2.0
/* add, replace, change, del, show and flush, alike for every kind of object. */
#include "object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "txn.h"

/* A flush races with whoever else deletes entries. */
#define FLUSH_TRIES 10

enum command { CMD_ADD, CMD_REPLACE, CMD_CHANGE, CMD_DEL, CMD_SHOW, CMD_FLUSH, CMD_HELP };

static const struct word commands[] = {
	{ "add", CMD_ADD },
	{ "replace", CMD_REPLACE },
	{ "change", CMD_CHANGE },
	{ "delete", CMD_DEL },
	{ "show", CMD_SHOW },
	{ "list", CMD_SHOW },
	{ "lst", CMD_SHOW },
	{ "flush", CMD_FLUSH },
	{ "help", CMD_HELP },
};

const struct object *object_of(enum alk_kind kind)
{
	static const struct object *const objects[] = {
		[ALK_VPC] = &object_vpc,
		[ALK_SUBNET] = &object_subnet,
		[ALK_PORT] = &object_port,
		[ALK_NEIGH] = &object_neigh,
		[ALK_ROUTE] = &object_route,
		[ALK_GATEWAY] = &object_gateway,
	};

	return objects[kind];
}

void object_change(const struct object *object, enum alk_verb verb, const void *obj,
		   struct alk_change *out)
{
	*out = (struct alk_change){ .verb = verb, .kind = object->kind, .vpc = obj };
}

void object_label(const struct object *object, const void *obj, char *buf, size_t size)
{
	struct out out = { .file = fmemopen(buf, size, "w") };

	buf[0] = '\0';
	if (!out.file)
		return;
	out_string(&out, NULL, NULL, object->name);
	fields_print(&object->fields, fields_with(&object->fields, FIELD_KEY), obj, &out);
	fclose(out.file);
	buf[size - 1] = '\0';
}

/* Room for one, with the defaults. */
static void *object_new(const struct object *object)
{
	void *obj = calloc(1, object->size);

	if (obj && object->init)
		object->init(obj);
	return obj;
}

int object_apply(struct cli *cli, const struct object *object, enum alk_verb verb, void *obj,
		 const char *dev)
{
	struct alk_change c;
	struct alk *alk;
	int ret, err;

	if (cli->txn)
		return txn_add(cli->txn, object, verb, obj, dev);

	ret = cli_open(cli, dev, &alk);
	if (ret)
		goto out;
	object_change(object, verb, obj, &c);
	err = alk_apply(alk, &c, 1, ALK_EACH);
	/* Another's transaction may be the reason: for one of our own we wait in line. */
	if (err == -EBUSY)
		err = alk_apply(alk, &c, 1, ALK_ATOMIC);
	if (err)
		ret = cli_refused("%s", alk_error(alk));
out:
	free(obj);
	return ret;
}

static int change(struct cli *cli, const struct object *object, enum alk_verb verb,
		  struct args *args)
{
	uint32_t given;
	void *obj;
	int ret;

	obj = object_new(object);
	if (!obj)
		return cli_refused("%s", strerror(ENOMEM));
	if (fields_parse(&object->fields, args, verb == ALK_DEL ? FIELDS_KEY : FIELDS_SET,
			 obj, &given)) {
		ret = cli_usage_error(object->name, args);
		goto out;
	}
	if (object->resolve) {
		ret = object->resolve(obj);
		if (ret)
			goto out;
	}
	return object_apply(cli, object, verb, obj, args->dev);
out:
	free(obj);
	return ret;
}

/**
 * struct filter - which entries of a table are meant
 * @object: of the table
 * @given: bits of the fields that must match
 * @want: what they must be
 */
struct filter {
	const struct object *object;
	uint32_t given;
	void *want;
};

static int filter_parse(struct filter *filter, struct args *args)
{
	filter->want = object_new(filter->object);
	if (!filter->want)
		return cli_refused("%s", strerror(ENOMEM));
	if (fields_parse(&filter->object->fields, args, FIELDS_FILTER, filter->want,
			 &filter->given))
		return cli_usage_error(filter->object->name, args);
	return CLI_OK;
}

static bool filter_match(const struct filter *filter, const void *obj)
{
	return fields_match(&filter->object->fields, filter->given, filter->want, obj);
}

struct show {
	const struct cli *cli;
	const struct filter *filter;
	struct out out;
};

static void print_counters(const struct object *object, const struct alk_counters *c,
			   struct out *out)
{
	out_nest_begin(out, "stats");
	if (!object->sent_only) {
		out_uint(out, "rx_packets", "rx_packets", c->rx_packets);
		out_uint(out, "rx_bytes", "rx_bytes", c->rx_bytes);
	}
	out_uint(out, "tx_packets", "tx_packets", c->tx_packets);
	out_uint(out, "tx_bytes", "tx_bytes", c->tx_bytes);
	out_uint(out, "drops", "drops", c->drops);
	out_nest_end(out);
}

static int show_one(const void *obj, void *arg)
{
	struct show *show = arg;
	const struct object *object = show->filter->object;
	const struct cli *cli = show->cli;
	uint32_t which = ~0u;

	if (!filter_match(show->filter, obj))
		return 0;
	if (!cli->json && !cli->details)
		which &= ~fields_with(&object->fields, FIELD_DETAIL);

	out_object_begin(&show->out);
	fields_print(&object->fields, which, obj, &show->out);
	if (cli->stats && object->counters)
		print_counters(object, (const void *)((const char *)obj + object->counters),
			       &show->out);
	out_object_end(&show->out);
	return 0;
}

/* The one whose key is given. */
static int show_key(struct show *show, struct alk *alk)
{
	const struct object *object = show->filter->object;
	char label[120];
	void *obj;
	int ret;

	if (object->resolve) {
		ret = object->resolve(show->filter->want);
		if (ret)
			return ret;
	}
	obj = object_new(object);
	if (!obj)
		return cli_refused("%s", strerror(ENOMEM));
	if (object->get(alk, show->filter->want, obj)) {
		object_label(object, show->filter->want, label, sizeof(label));
		ret = cli_refused("%s: %s", label, alk_error(alk));
		goto out;
	}
	show_one(obj, show);
	out_end(&show->out);
	ret = CLI_OK;
out:
	free(obj);
	return ret;
}

static int show_all(struct show *show, struct alk *alk)
{
	if (show->filter->object->dump(alk, show_one, show))
		return cli_refused("%s: %s", show->filter->object->name, alk_error(alk));
	out_end(&show->out);
	return CLI_OK;
}

/* All of the key, or all but what only some have. */
static bool is_key(const struct object *object, uint32_t given)
{
	uint32_t key = fields_with(&object->fields, FIELD_KEY);

	return !(given & ~key) &&
	       !(key & ~given & ~fields_with(&object->fields, FIELD_OPTIONAL));
}

static int show(struct cli *cli, const struct object *object, struct args *args)
{
	struct filter filter = { .object = object };
	struct show arg = { .cli = cli, .filter = &filter, .out = cli_out(cli) };
	struct alk *alk;
	int ret;

	ret = filter_parse(&filter, args);
	if (!ret)
		ret = cli_open(cli, args->dev, &alk);
	if (ret)
		goto out;
	if (object->get && is_key(object, filter.given))
		ret = show_key(&arg, alk);
	else
		ret = show_all(&arg, alk);
out:
	free(filter.want);
	return ret;
}

struct flush {
	const struct filter *filter;
	struct txn *txn;
	const char *dev;
};

static int flush_one(const void *obj, void *arg)
{
	struct flush *flush = arg;
	const struct object *object = flush->filter->object;
	void *copy;

	if (!filter_match(flush->filter, obj))
		return 0;
	copy = malloc(object->size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, obj, object->size);
	return txn_add(flush->txn, object, ALK_DEL, copy, flush->dev) ? -ENOMEM : 0;
}

/* Gather the deletions of what @filter matches. */
static int flush_gather(const struct filter *filter, struct alk *alk, const char *dev,
			struct txn *txn)
{
	struct flush flush = { filter, txn, dev };

	if (filter->object->dump(alk, flush_one, &flush))
		return cli_refused("%s flush: %s", filter->object->name, alk_error(alk));
	return CLI_OK;
}

static int flush_now(const struct filter *filter, struct alk *alk, const char *dev)
{
	int tries, ret, err;

	for (tries = 0; ; tries++) {
		struct txn txn = {};

		ret = flush_gather(filter, alk, dev, &txn);
		err = ret ? 0 : alk_apply(alk, txn.changes, txn.n, ALK_ATOMIC);
		txn_free(&txn);
		if (err != -ENOENT || tries == FLUSH_TRIES)
			break;
	}
	return err ? cli_refused("%s", alk_error(alk)) : ret;
}

static int flush(struct cli *cli, const struct object *object, struct args *args)
{
	struct filter filter = { .object = object };
	struct alk *alk;
	int ret;

	ret = filter_parse(&filter, args);
	if (!ret)
		ret = cli_open(cli, args->dev, &alk);
	if (ret)
		goto out;
	if (cli->txn)
		ret = flush_gather(&filter, alk, args->dev, cli->txn);
	else
		ret = flush_now(&filter, alk, args->dev);
out:
	free(filter.want);
	return ret;
}

int object_run(struct cli *cli, const struct object *object, struct args *args)
{
	const char *word = args_next(args);
	int command = word ? word_find(commands, sizeof(commands) / sizeof(commands[0]), word)
			   : CMD_SHOW;

	if (args_peek(args) && !strcmp(args_peek(args), "help"))
		command = CMD_HELP;

	switch (command) {
	case CMD_ADD:
		return change(cli, object, ALK_ADD, args);
	case CMD_REPLACE:
		return change(cli, object, ALK_REPLACE, args);
	case CMD_CHANGE:
		return change(cli, object, ALK_CHANGE, args);
	case CMD_DEL:
		return change(cli, object, ALK_DEL, args);
	case CMD_FLUSH:
		return flush(cli, object, args);
	case CMD_SHOW:
		if (cli->txn) {
			args_error(args, "only changes may be made in a transaction");
			return cli_usage_error(object->name, args);
		}
		return show(cli, object, args);
	case CMD_HELP:
		fputs(object->usage, stdout);
		return CLI_OK;
	default:
		args_error(args, "command \"%s\" is %s", word,
			   command == -2 ? "ambiguous" : "unknown");
		return cli_usage_error(object->name, args);
	}
}
