// SPDX-License-Identifier: GPL-2.0
/* What a message of update type DELTA leaves of what is known already. */
#include "merge.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

typedef Alcor__Schema__RouterConfiguration router_t;
typedef Alcor__Schema__RouterConfiguration__SubnetRoutingTable table_t;
typedef Alcor__Schema__RouterConfiguration__RoutingRule rule_t;

ProtobufCMessage *message_copy(const ProtobufCMessage *msg)
{
	size_t len = protobuf_c_message_get_packed_size(msg);
	uint8_t *bytes = xcalloc(len, 1);
	ProtobufCMessage *own;

	protobuf_c_message_pack(msg, bytes);
	own = protobuf_c_message_unpack(msg->descriptor, NULL, len, bytes);
	free(bytes);
	if (!own)
		alloc_failed();
	return own;
}

#define MEMBER(msg, offset, type) ((type *)(void *)((char *)(msg) + (offset)))

/* Whether the message says nothing of a field; of numbers and booleans nobody can tell. */
static bool is_absent(const ProtobufCMessage *msg, const ProtobufCFieldDescriptor *field)
{
	char *p = (char *)msg + field->offset;

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return !*MEMBER(msg, field->quantifier_offset, size_t);
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return !*MEMBER(msg, field->quantifier_offset, uint32_t);
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return !**(char **)p;
	case PROTOBUF_C_TYPE_MESSAGE:
		return !*(void **)p;
	case PROTOBUF_C_TYPE_UINT32:
		return !strcmp(field->name, "tunnel_id") && !*(uint32_t *)p;
	case PROTOBUF_C_TYPE_UINT64:
		return !strcmp(field->name, "tunnel_id") && !*(uint64_t *)p;
	case PROTOBUF_C_TYPE_ENUM:
		return !strcmp(field->name, "gateway_type") && !*(uint32_t *)p;
	default:
		return false;
	}
}

static bool never_merged(const ProtobufCFieldDescriptor *field)
{
	return !strcmp(field->name, "device_id") || !strcmp(field->name, "device_owner");
}

static void keep(ProtobufCMessage *msg, const ProtobufCMessage *old,
		 const ProtobufCFieldDescriptor *field)
{
	const bool oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
	size_t size = sizeof(void *);

	if (oneof && *MEMBER(old, field->quantifier_offset, uint32_t) != field->id)
		return;
	if (oneof)
		*MEMBER(msg, field->quantifier_offset, uint32_t) = field->id;
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		*MEMBER(msg, field->quantifier_offset, size_t) =
			*MEMBER(old, field->quantifier_offset, size_t);
	else if (field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_ENUM)
		size = sizeof(uint32_t);
	memcpy((char *)msg + field->offset, (const char *)old + field->offset, size);
}

/* It is put together of pointers into both messages first, then copied. */
static ProtobufCMessage *merge_fields(const ProtobufCMessage *old, const ProtobufCMessage *new)
{
	const ProtobufCMessageDescriptor *type = new->descriptor;
	ProtobufCMessage *msg = xcalloc(1, type->sizeof_message), *own;
	unsigned int i;

	memcpy(msg, new, type->sizeof_message);
	for (i = 0; i < type->n_fields; i++)
		if (!never_merged(&type->fields[i]) && is_absent(msg, &type->fields[i]))
			keep(msg, old, &type->fields[i]);
	own = message_copy(msg);
	free(msg);
	return own;
}

/* Routers. */

/* The rules of one subnet, those known before in their order. */
struct rules {
	const char *subnet;
	GPtrArray *list;	/* NULL where one was removed */
	GHashTable *places;	/* place in @list, counted from 1, by id */
};

static void rules_free(void *data)
{
	struct rules *rules = data;

	g_ptr_array_free(rules->list, TRUE);
	g_hash_table_destroy(rules->places);
	free(rules);
}

static struct rules *rules_of(GPtrArray *tables, GHashTable *by_subnet, const char *subnet)
{
	struct rules *rules = g_hash_table_lookup(by_subnet, subnet);

	if (rules)
		return rules;
	rules = xcalloc(1, sizeof(*rules));
	rules->subnet = subnet;
	rules->list = g_ptr_array_new();
	rules->places = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_add(tables, rules);
	g_hash_table_insert(by_subnet, (void *)subnet, rules);
	return rules;
}

static void put_rule(struct rules *rules, rule_t *rule)
{
	size_t place = GPOINTER_TO_SIZE(g_hash_table_lookup(rules->places, rule->id));
	bool gone = rule->operation_type == ALCOR__SCHEMA__OPERATION_TYPE__DELETE;

	if (gone) {
		if (place)
			rules->list->pdata[place - 1] = NULL;
		g_hash_table_remove(rules->places, rule->id);
	} else if (place) {
		rules->list->pdata[place - 1] = rule;
	} else {
		g_ptr_array_add(rules->list, rule);
		g_hash_table_insert(rules->places, rule->id, GSIZE_TO_POINTER(rules->list->len));
	}
}

static void put_tables(GPtrArray *tables, GHashTable *by_subnet, const router_t *router)
{
	size_t i, j;

	for (i = 0; i < router->n_subnet_routing_tables; i++) {
		const table_t *table = router->subnet_routing_tables[i];
		struct rules *rules = rules_of(tables, by_subnet, table->subnet_id);

		for (j = 0; j < table->n_routing_rules; j++)
			put_rule(rules, table->routing_rules[j]);
	}
}

static void fill_table(table_t *table, const struct rules *rules)
{
	guint i;

	alcor__schema__router_configuration__subnet_routing_table__init(table);
	table->subnet_id = (char *)rules->subnet;
	table->routing_rules = (rule_t **)rules->list->pdata;
	for (i = 0; i < rules->list->len; i++)
		if (rules->list->pdata[i])
			table->routing_rules[table->n_routing_rules++] = rules->list->pdata[i];
}

static ProtobufCMessage *merge_router(const router_t *old, const router_t *new)
{
	GHashTable *by_subnet = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *tables = g_ptr_array_new_with_free_func(rules_free);
	ProtobufCMessage *own;
	table_t *list, **pointers;
	router_t msg = *new;
	guint i;

	put_tables(tables, by_subnet, old);
	put_tables(tables, by_subnet, new);
	list = xcalloc(tables->len, sizeof(*list));
	pointers = xcalloc(tables->len, sizeof(*pointers));
	msg.n_subnet_routing_tables = 0;
	msg.subnet_routing_tables = pointers;
	for (i = 0; i < tables->len; i++) {
		fill_table(&list[i], tables->pdata[i]);
		if (list[i].n_routing_rules)
			pointers[msg.n_subnet_routing_tables++] = &list[i];
	}
	if (!*msg.host_dvr_mac_address)
		msg.host_dvr_mac_address = old->host_dvr_mac_address;
	own = message_copy(&msg.base);
	free(pointers);
	free(list);
	g_ptr_array_free(tables, TRUE);
	g_hash_table_destroy(by_subnet);
	return own;
}

ProtobufCMessage *merge(const ProtobufCMessage *old, const ProtobufCMessage *new)
{
	if (new->descriptor == &alcor__schema__router_configuration__descriptor)
		return merge_router((const router_t *)old, (const router_t *)new);
	return merge_fields(old, new);
}
