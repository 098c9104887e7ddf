// SPDX-License-Identifier: GPL-2.0
/* What the commands share: the open device, the namespace, and how to fail. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int cli_usage_error(const char *object, const struct args *args)
{
	fprintf(stderr, "alk: %s: %s; see 'alk %s help'\n", object, args->error, object);
	return CLI_USAGE;
}

int cli_refused(const char *fmt, ...)
{
	va_list ap;

	fputs("alk: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return CLI_REFUSED;
}

int cli_open(struct cli *cli, const char *dev, struct alk **out)
{
	uint32_t ifindex = 0;
	char text[200];

	if (dev[0]) {
		ifindex = if_nametoindex(dev);
		if (!ifindex)
			return cli_refused("cannot find device \"%s\"", dev);
	}
	if (cli->alk && cli->ifindex != ifindex)
		cli_close(cli);
	if (!cli->alk && alk_open(ifindex, &cli->alk, text, sizeof(text)))
		return cli_refused("%s", text);
	cli->ifindex = ifindex;
	*out = cli->alk;
	return CLI_OK;
}

void cli_close(struct cli *cli)
{
	alk_close(cli->alk);
	cli->alk = NULL;
}

struct out cli_out(const struct cli *cli)
{
	return (struct out){ .file = stdout, .json = cli->json, .pretty = cli->pretty };
}

int cli_netns(const char *name)
{
	char path[PATH_MAX];
	int fd, ret;

	snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : "/var/run/netns/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cli_refused("cannot open network namespace \"%s\": %s", name,
				   strerror(errno));
	ret = setns(fd, CLONE_NEWNET);
	close(fd);
	if (ret)
		return cli_refused("cannot enter network namespace \"%s\": %s", name,
				   strerror(errno));
	return CLI_OK;
}
