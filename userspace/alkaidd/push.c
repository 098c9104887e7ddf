// SPDX-License-Identifier: GPL-2.0
/* The list of resources in a push and what became of each. */
#include "push.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/*
 * Every state message is {operation, configuration}, and every configuration
 * has its id in a place of its own.
 */
#define ADD_ALL(push, msg, list, TYPE)							\
	do {										\
		for (size_t i_ = 0; i_ < (msg)->n_##list; i_++)				\
			add(push, RESOURCE(TYPE), (msg)->list[i_]->operation_type,	\
			    (msg)->list[i_]->configuration,				\
			    (msg)->list[i_]->configuration ?				\
				    (msg)->list[i_]->configuration->id : "");		\
	} while (0)

static void add(struct push *push, Alcor__Schema__ResourceType type,
		Alcor__Schema__OperationType op, const void *config, const char *id)
{
	push->results[push->n_results++] = (struct result){
		.type = type,
		.op = op,
		.id = id,
		.config = config,
		.status = STATUS(SUCCESS),
	};
}

void push_init(struct push *push, const Alcor__Schema__GoalState *msg)
{
	size_t n = msg->n_vpc_states + msg->n_subnet_states + msg->n_port_states +
		   msg->n_neighbor_states + msg->n_security_group_states +
		   msg->n_dhcp_states + msg->n_router_states + msg->n_gateway_states;

	memset(push, 0, sizeof(*push));
	push->results = xcalloc(n, sizeof(*push->results));
	ADD_ALL(push, msg, vpc_states, VPC);
	ADD_ALL(push, msg, subnet_states, SUBNET);
	ADD_ALL(push, msg, port_states, PORT);
	ADD_ALL(push, msg, neighbor_states, NEIGHBOR);
	ADD_ALL(push, msg, security_group_states, SECURITYGROUP);
	ADD_ALL(push, msg, dhcp_states, DHCP);
	ADD_ALL(push, msg, router_states, ROUTER);
	ADD_ALL(push, msg, gateway_states, GATEWAY);
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
