/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of alkaidctl share. */
#ifndef ALKAIDCTL_CTL_H
#define ALKAIDCTL_CTL_H

#include <stdbool.h>

#include "call.h"

enum { EXIT_DONE, EXIT_USAGE, EXIT_REFUSED, EXIT_UNREACHABLE };

/**
 * struct options - the command line
 * @to: whom to ask
 * @pretty: JSON over several lines
 */
struct options {
	struct target to;
	bool json, pretty;
};

/** ctl_call() - call(), and say why if it failed; returns an exit status */
int ctl_call(const struct options *o, const char *method, const uint8_t *bytes, size_t len,
	     struct call_reply *reply);

/* The commands; each returns an exit status. */
int apply(const struct options *o, const char *file);
int report(const struct options *o, const char *method);

#endif
