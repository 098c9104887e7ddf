/* SPDX-License-Identifier: GPL-2.0 */
/* A trace in words and in JSON. */
#ifndef ALK_TRACE_H
#define ALK_TRACE_H

#include "cli.h"

struct reasons;

/**
 * struct trace_print - how traces are printed
 * @out: where to
 * @reasons: drop reasons in words, or NULL; for text
 */
struct trace_print {
	struct out out;
	struct reasons *reasons;
};

/* Read the words of drop reasons. Return: an exit code. */
int trace_print_init(struct trace_print *print, const struct cli *cli, struct alk *alk);
void trace_print_done(struct trace_print *print);

/* @question, if any, is how the MAC was found that the frame has; it is printed first. */
void trace_print(struct trace_print *print, const struct alk_trace *question,
		 const struct alk_trace *trace);

/* trace_live.c */
int trace_live(struct cli *cli, struct args *args);
/* A protocol by name or number; icmp of IPv6 is another. Return: 0, or -1 with args->error set. */
int trace_parse_proto(struct args *args, const char *word, int family, uint8_t *out);
const char *trace_family(const struct alk_addr *addr);

#endif /* ALK_TRACE_H */
