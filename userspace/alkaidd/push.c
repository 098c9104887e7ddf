// SPDX-License-Identifier: GPL-2.0
/* The list of resources in a push and what became of each. */
#include "push.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "arena.h"
#include "configuration.h"

struct result *push_add(struct push *push)
{
	if (push->n_results == push->max_results) {
		push->max_results = push->max_results ? push->max_results * 2 : 16;
		push->results = xrealloc(push->results, push->max_results, sizeof(*push->results));
	}
	push->results[push->n_results] = (struct result){ .status = STATUS(SUCCESS) };
	return &push->results[push->n_results++];
}

void push_init(struct push *push, const struct goal *goal)
{
	size_t i;

	memset(push, 0, sizeof(*push));
	push->results = xcalloc(goal->n_resources, sizeof(*push->results));
	push->max_results = goal->n_resources;
	for (i = 0; i < goal->n_resources; i++) {
		const struct resource *resource = &goal->resources[i];
		struct result *r = push_add(push);

		r->type = resource->type;
		r->op = resource->op;
		r->id = resource->id;
		r->config = resource->config;
		r->revision = config_revision(resource->config);
	}
}

void push_free(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		object_free(push->results[i].object);
		free(push->results[i].text);
		if (push->results[i].owned)
			protobuf_c_message_free_unpacked(push->results[i].owned, NULL);
	}
	free(push->results);
	free(push->edits);
	free(push->changes);
	free(push->causes);
	free(push->neighs);
	arena_free(push->arena);
	memset(push, 0, sizeof(*push));
}

bool refused(const struct result *result)
{
	return result->status != STATUS(SUCCESS) && result->status != STATUS(PENDING);
}

void refuse(struct result *result, Alcor__Schema__OperationStatus status, const char *fmt, ...)
{
	va_list args;
	char *text;

	if (refused(result))
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		alloc_failed();
	va_end(args);

	free(result->text);
	result->text = text;
	result->status = status;
}

void remark(struct result *result, const char *text)
{
	free(result->text);
	result->text = xstrdup(text);
}

const char *type_name(resource_t type)
{
	static const char *const names[] = {
		"vpc", "subnet", "port", "neighbor", "security group", "dhcp", "router", "gateway",
	};

	return names[type];
}

const char *status_name(Alcor__Schema__OperationStatus status)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&alcor__schema__operation_status__descriptor, status);

	return value ? value->name : "unknown";
}
