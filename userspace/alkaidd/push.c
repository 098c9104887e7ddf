// SPDX-License-Identifier: GPL-2.0
/* The list of resources in a push and what became of each. */
#include "push.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void push_init(struct push *push, const struct goal *goal)
{
	size_t i;

	memset(push, 0, sizeof(*push));
	push->results = xcalloc(goal->n_resources, sizeof(*push->results));
	push->n_results = goal->n_resources;
	for (i = 0; i < goal->n_resources; i++) {
		const struct resource *resource = &goal->resources[i];

		push->results[i] = (struct result){
			.type = resource->type,
			.op = resource->op,
			.id = resource->id,
			.config = resource->config,
			.status = STATUS(SUCCESS),
		};
	}
}

void push_free(struct push *push)
{
	size_t i;

	for (i = 0; i < push->n_results; i++) {
		object_free(push->results[i].object);
		free(push->results[i].text);
	}
	free(push->results);
	free(push->edits);
	free(push->changes);
	free(push->causes);
	memset(push, 0, sizeof(*push));
}

bool refused(const struct result *result)
{
	return result->status == STATUS(FAILURE) || result->status == STATUS(INVALID_ARG);
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

const char *type_name(Alcor__Schema__ResourceType type)
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
