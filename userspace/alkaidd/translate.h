/* SPDX-License-Identifier: GPL-2.0 */
/* What a push means for the store: references resolved, addresses given out. */
#ifndef ALKAIDD_TRANSLATE_H
#define ALKAIDD_TRANSLATE_H

#include "push.h"

/**
 * struct host - what translate() needs to know of this machine
 * @local: underlay address of the device: neighbors there are on this host
 * @netdev: ifindex of a netdev by name, or 0 if there is none
 */
struct host {
	struct alk_addr local;
	uint32_t (*netdev)(const char *name);
};

/**
 * translate() - make the edits that the actions of @push come to
 *
 * The push is taken as a whole: the order of its resources does not matter, and
 * an address that one of them gives up is free for another. A resource that
 * cannot be done is refused.
 *
 * Return: true if the edits stand. False if some resource was refused after
 * others had counted on it: translate_undo(), then translate() again.
 */
bool translate(struct store *store, const struct host *host, struct push *push);

/** translate_undo() - put the store back as it was before translate() */
void translate_undo(struct store *store, struct push *push);

/** translate_keep() - make the edits last: what they replaced is freed */
void translate_keep(struct push *push);

#endif
