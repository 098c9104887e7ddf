/* SPDX-License-Identifier: GPL-2.0 */
/* What a push means for the store: references resolved, addresses given out. */
#ifndef ALKAIDD_TRANSLATE_H
#define ALKAIDD_TRANSLATE_H

#include "config.h"
#include "push.h"

/**
 * struct host - what translate() needs to know of this machine
 * @locals: underlay addresses of the device: neighbors there are on this host
 * @netdev: ifindex of a netdev by name, or 0 if there is none
 * @gateways: gateway groups of the configuration file, for VPCs whose goal state
 *	names none
 */
struct host {
	struct alk_addr locals[2];
	size_t n_locals;
	struct alk_mac dvr_mac;
	uint32_t (*netdev)(const char *name);
	const struct config_gateway *gateways;
	size_t n_gateways;
};

/** host_is_local() - whether an underlay address is this machine's */
bool host_is_local(const struct host *host, const struct alk_addr *addr);

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
