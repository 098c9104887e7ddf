// SPDX-License-Identifier: GPL-2.0
/* A push into the state: what it asks for, and what it takes out of the kernel. */
#include "persist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fields.h"
#include "log.h"

/* @saved.config is NULL of a resource that is to be forgotten. */
struct owed {
	struct saved saved;
};

static guint owed_hash(gconstpointer p)
{
	const struct owed *owed = p;

	return g_str_hash(owed->saved.id) + owed->saved.type;
}

static gboolean owed_equal(gconstpointer p, gconstpointer q)
{
	const struct owed *a = p, *b = q;

	return a->saved.type == b->saved.type && !strcmp(a->saved.id, b->saved.id);
}

static void owed_free(gpointer p)
{
	struct owed *owed = p;

	free((void *)owed->saved.id);
	free((void *)owed->saved.config);
	free(owed);
}

void persist_open(struct persist *persist, struct state *state)
{
	memset(persist, 0, sizeof(*persist));
	persist->state = state;
}

void persist_close(struct persist *persist)
{
	if (persist->owed)
		g_hash_table_destroy(persist->owed);
	state_close(persist->state);
	memset(persist, 0, sizeof(*persist));
}

const char *persist_text(const struct persist *persist)
{
	return persist->owed ? persist->text : NULL;
}

static void owe(struct persist *persist, const struct saved *saved)
{
	struct owed *owed = xcalloc(1, sizeof(*owed));

	owed->saved = *saved;
	owed->saved.id = xstrdup(saved->id);
	owed->saved.config = NULL;
	if (saved->config) {
		owed->saved.config = xcalloc(saved->len ? saved->len : 1, 1);
		memcpy((void *)owed->saved.config, saved->config, saved->len);
	}
	if (!persist->owed)
		persist->owed = g_hash_table_new_full(owed_hash, owed_equal, owed_free, NULL);
	g_hash_table_replace(persist->owed, owed, owed);
}

static int write_one(struct persist *persist, const struct saved *saved)
{
	if (saved->config)
		return state_put(persist->state, saved);
	return state_delete(persist->state, saved->type, saved->id);
}

static int write_owed(struct persist *persist)
{
	GHashTableIter iter;
	gpointer p;
	int err;

	if (!persist->owed)
		return 0;
	g_hash_table_iter_init(&iter, persist->owed);
	while (g_hash_table_iter_next(&iter, &p, NULL)) {
		err = write_one(persist, &((struct owed *)p)->saved);
		if (err)
			return err;
	}
	return 0;
}

/* Bytes of one configuration after the other. */
struct packer {
	uint8_t *bytes;
	size_t size;
};

static void pack(struct packer *packer, const ProtobufCMessage *config, struct saved *saved)
{
	saved->len = protobuf_c_message_get_packed_size(config);
	if (saved->len >= packer->size) {
		packer->size = saved->len * 2 + 1;
		packer->bytes = xrealloc(packer->bytes, packer->size, 1);
	}
	protobuf_c_message_pack(config, packer->bytes);
	saved->config = packer->bytes;
}

/* Return: whether @r is to be kept or forgotten, and so in @saved. */
static bool saved_of(const struct result *r, const struct store *store, struct packer *packer,
		     char key[ALK_MAC_STRLEN], struct saved *saved)
{
	const struct object *o = r->object;

	if (r->silent || !r->config || refused(r) || r->action == ACTION_NONE)
		return false;
	*saved = (struct saved){ .type = r->type, .id = r->id };
	if (r->type == RESOURCE(DHCP))
		saved->id = plain_key(r, key);
	if (r->action == ACTION_UNSET)
		return true;
	/* What it became may be a copy of it, as of a subnet that is idle now. */
	o = store_find(store, o->type, o->key);
	/* A subnet that is mentioned beside the DELETE of its VPC is forgotten with it. */
	if (!o)
		return true;
	saved->revision = o->revision;
	saved->number = object_number(o);
	saved->idle = object_idle(o);
	pack(packer, r->config, saved);
	return true;
}

static bool wants(const struct object *o, const char *subnet_id)
{
	const struct want *want;

	for (want = o->wants; want; want = want->next)
		if (want->type == RESOURCE(SUBNET) && !strcmp(want->id, subnet_id))
			return true;
	return false;
}

/* Whether a neighbor still has, or waits for, an address of its configuration. */
static bool has(const struct object *neigh,
		const Alcor__Schema__NeighborConfiguration__FixedIp *fixed)
{
	struct alk_addr ip;
	size_t i;

	if (wants(neigh, fixed->subnet_id) || !alk_addr_parse(fixed->ip_address, &ip))
		return true;
	for (i = 0; i < neigh->n_addrs; i++)
		if (neigh->addrs[i].subnet && alk_addr_equal(&neigh->addrs[i].ip, &ip))
			return true;
	return false;
}

/* An address that another one has taken would be claimed by both after a restart. */
static int write_trimmed(struct persist *persist, const struct object *neigh)
{
	struct saved saved = { .type = neigh->type, .id = neigh->id, .revision = neigh->revision };
	Alcor__Schema__NeighborConfiguration *c;
	struct packer packer = {};
	size_t i, n = 0;
	uint8_t *bytes;
	int err;

	bytes = state_config(persist->state, neigh->type, neigh->id, &saved.len);
	if (!bytes)
		return 0;
	c = alcor__schema__neighbor_configuration__unpack(NULL, saved.len, bytes);
	if (!c) {
		free(bytes);
		return 0;
	}
	for (i = 0; i < c->n_fixed_ips; i++) {
		if (has(neigh, c->fixed_ips[i]))
			c->fixed_ips[n++] = c->fixed_ips[i];
		else
			protobuf_c_message_free_unpacked(&c->fixed_ips[i]->base, NULL);
	}
	c->n_fixed_ips = n;
	saved.idle = !n;
	pack(&packer, &c->base, &saved);
	err = state_put(persist->state, &saved);
	alcor__schema__neighbor_configuration__free_unpacked(c, NULL);
	free(packer.bytes);
	free(bytes);
	return err;
}

/*
 * What was not asked for by itself: VPCs and subnets that went idle, woke, or were
 * forgotten, and neighbors that lost addresses.
 */
static int write_side(struct persist *persist, const struct push *push,
		      const struct store *store)
{
	int err = 0;
	size_t i;

	for (i = 0; i < push->n_edits && !err; i++) {
		const struct edit *edit = &push->edits[i];
		const struct object *o = edit->after ? edit->after : edit->before;

		if (!edit->side || !o->id)
			continue;
		/* One that went idle may have been deleted then. */
		if (edit->after && !store_find(store, o->type, o->key))
			continue;
		if (!edit->after)
			err = state_delete(persist->state, o->type, o->id);
		else if (o->type == RESOURCE(VPC) || o->type == RESOURCE(SUBNET))
			err = state_idle(persist->state, o->type, o->id, object_idle(o));
		else if (o->type == RESOURCE(NEIGHBOR))
			err = write_trimmed(persist, o);
	}
	return err;
}

static int write_gone(struct persist *persist, const struct push *push)
{
	size_t i;
	int err;

	for (i = 0; i < push->n_changes; i++) {
		if (push->changes[i].verb != ALK_DEL)
			continue;
		err = state_gone(persist->state, &push->changes[i]);
		if (err)
			return err;
	}
	return 0;
}

static int write_all(struct persist *persist, const struct push *push, const struct store *store)
{
	struct packer packer = {};
	char key[ALK_MAC_STRLEN];
	struct saved saved;
	size_t i;
	int err;

	err = state_begin(persist->state);
	if (!err)
		err = write_owed(persist);
	for (i = 0; i < push->n_results && !err; i++)
		if (saved_of(&push->results[i], store, &packer, key, &saved))
			err = write_one(persist, &saved);
	free(packer.bytes);
	if (!err)
		err = write_side(persist, push, store);
	if (!err)
		err = write_gone(persist, push);
	if (!err)
		return state_commit(persist->state);
	state_rollback(persist->state);
	return err;
}

void persist(struct persist *persist, const struct push *push, const struct store *store)
{
	struct packer packer = {};
	char key[ALK_MAC_STRLEN];
	struct saved saved;
	size_t i;

	if (!write_all(persist, push, store)) {
		if (persist->owed) {
			log_info("state: what could not be written is written now");
			g_hash_table_destroy(persist->owed);
			persist->owed = NULL;
		}
		return;
	}
	if (!persist->owed)
		log_error("state: cannot write, so a restart would lose what is new: %s",
			  state_error(persist->state));
	snprintf(persist->text, sizeof(persist->text), "%s", state_error(persist->state));
	for (i = 0; i < push->n_results; i++)
		if (saved_of(&push->results[i], store, &packer, key, &saved))
			owe(persist, &saved);
	free(packer.bytes);
}
