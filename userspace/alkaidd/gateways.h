/* SPDX-License-Identifier: GPL-2.0 */
/* Gateway groups of the configuration file, for VPCs whose goal state names none. */
#ifndef ALKAIDD_GATEWAYS_H
#define ALKAIDD_GATEWAYS_H

#include "translate.h"

/*
 * They have numbers of their own from here on, in the order of the file, so that
 * they are known again without being kept.
 */
#define GATEWAYS_FIRST 0x40000000u

/** gateway_is_configured() - whether a group has such a number */
bool gateway_is_configured(uint32_t number);

/** gateways_key() - what one is found by in the store; nobody's Alcor id */
char *gateways_key(uint32_t number);

/** gateways_group() - the group of a VPC that has no other, or 0 */
uint32_t gateways_group(const struct store *store, const struct host *host, const char *vpc);

/**
 * gateways_push() - add results that make the groups those of the file
 *
 * To a validated push; they are silent.
 */
void gateways_push(struct push *push, const struct store *store, const struct host *host);

#endif
