// SPDX-License-Identifier: GPL-2.0
/* Why changes were refused: the texts, which few of millions have. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct reason {
	struct reason *next;
	char text[];
};

const char *alk_reason(struct alk *alk, const char *text)
{
	struct reason *reason = alk->reasons;
	size_t size = strlen(text) + 1;

	/* One mistake is often made many times over. */
	if (reason && !strcmp(reason->text, text))
		return reason->text;
	reason = malloc(sizeof(*reason) + size);
	if (!reason)
		return "no memory for the reason";
	memcpy(reason->text, text, size);
	reason->next = alk->reasons;
	alk->reasons = reason;
	return reason->text;
}

void alk_reasons_free(struct alk *alk)
{
	struct reason *reason, *next;

	for (reason = alk->reasons; reason; reason = next) {
		next = reason->next;
		free(reason);
	}
	alk->reasons = NULL;
}
