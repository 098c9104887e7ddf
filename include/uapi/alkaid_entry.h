/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Neighbors as they stand in ALKAID_A_NEIGH_ENTRIES, one after the other. */
#ifndef _UAPI_ALKAID_ENTRY_H
#define _UAPI_ALKAID_ENTRY_H

#include <linux/types.h>

/**
 * struct alkaid_neigh_entry - a neighbor of a message that has many
 * @ip: address; IPv4 as v4-mapped
 * @host: underlay address of its VTEP, likewise; zero if it is deleted
 * @mac: MAC; zero if it is deleted
 * @reserved: zero
 */
struct alkaid_neigh_entry {
	__u8 ip[16];
	__u8 host[16];
	__u8 mac[6];
	__u8 reserved[2];
};

#endif /* _UAPI_ALKAID_ENTRY_H */
