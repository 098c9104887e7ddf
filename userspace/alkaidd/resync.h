/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's tables beside what goal states ask for: what is missing there or
 * differs is put back in one transaction. What nobody asks for is somebody
 * else's and stays, unless it is in the way, or was about to be deleted when an
 * earlier run ended.
 */
#ifndef ALKAIDD_RESYNC_H
#define ALKAIDD_RESYNC_H

#include "apply.h"

/**
 * struct resync - a comparison and what came of it
 * @repair: in: change the tables; otherwise only look
 * @start: in: an earlier run may have been about to delete something
 * @each: in: call it for each difference, or NULL
 * @arg: in: for @each
 * @objects: out: objects in the tables that goal states ask for, or should be there
 * @foreign: out: objects there that nobody asks for
 * @missing: out: objects that were not there
 * @changed: out: objects that had other values
 * @deleted: out: objects that were in the way, or were to go already
 * @refused: out: changes that the kernel would not take; each is logged
 */
struct resync {
	bool repair, start;
	void (*each)(const char *text, void *arg);
	void *arg;
	size_t objects, foreign, missing, changed, deleted, refused;
};

/** resync_differences() - how many there were */
static inline size_t resync_differences(const struct resync *r)
{
	return r->missing + r->changed + r->deleted;
}

/** resync() - look; 0 or a negative errno, logged */
int resync(struct target *target, struct resync *r);

#endif
