/* SPDX-License-Identifier: GPL-2.0 */
/* What every command of alk is given: options, the open device, exit codes. */
#ifndef ALK_CLI_H
#define ALK_CLI_H

#include <libalkaid.h>

#include "args.h"
#include "out.h"

/* Exit codes, as iproute2's. */
enum {
	CLI_OK = 0,
	CLI_USAGE = 1,
	CLI_REFUSED = 2,
};

struct txn;

/**
 * struct cli - one run of the program
 * @json: and its brothers: options of the same letter
 * @txn: where changes are gathered, with -f; otherwise NULL
 * @alk: open device, reused by the next command of a batch
 * @ifindex: that it was opened for
 */
struct cli {
	bool json, pretty, stats, details, force, check;
	struct txn *txn;
	struct alk *alk;
	uint32_t ifindex;
};

/* Each prints what is wrong to stderr and returns the exit code. */
int cli_usage_error(const char *object, const struct args *args);
int cli_refused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int cli_open(struct cli *cli, const char *dev, struct alk **out);
void cli_close(struct cli *cli);

struct out cli_out(const struct cli *cli);

/* Enter a network namespace by its name below /var/run/netns, or by its path. */
int cli_netns(const char *name);

/* The command in @argv: OBJECT COMMAND ... */
int cli_command(struct cli *cli, int argc, char **argv);

/* batch.c: the commands of @path, "-" for stdin; all in one transaction if @atomic */
int batch_run(struct cli *cli, const char *path, bool atomic);

/* link.c, gateway.c, monitor.c, counters.c, trace.c */
int link_run(struct cli *cli, struct args *args);
int gateway_run(struct cli *cli, struct args *args);
int flow_run(struct cli *cli, struct args *args);
int monitor_run(struct cli *cli, struct args *args);
int vtep_run(struct cli *cli, struct args *args);
int stats_run(struct cli *cli, struct args *args);
int drops_run(struct cli *cli, struct args *args);
int trace_run(struct cli *cli, struct args *args);

#endif /* ALK_CLI_H */
