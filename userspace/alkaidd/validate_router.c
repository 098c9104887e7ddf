// SPDX-License-Identifier: GPL-2.0
/* A router by itself. */
#include "fields.h"

void validate_router(struct result *r)
{
	unsupported(r, "a router is not supported by this version");
}
