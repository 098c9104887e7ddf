// SPDX-License-Identifier: GPL-2.0
/* A gateway by itself. */
#include "fields.h"

void validate_gateway(struct result *r)
{
	unsupported(r, "a gateway is not supported by this version");
}
