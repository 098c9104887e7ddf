/* SPDX-License-Identifier: GPL-2.0 */
/* The state machine of a BFD session (RFC 5880, 6.8): no clock, no packet, no lock. */
#ifndef _ALKAID_PATH_BFD_STATE_H
#define _ALKAID_PATH_BFD_STATE_H

#include <linux/types.h>
#include <uapi/alkaid.h>

#include "bfd.h"

/* Shortest interval at which a session that is not Up sends (RFC 5880, 6.8.3). */
#define ALKAID_BFD_SLOW		1000000

/**
 * struct alkaid_bfd_vars - state variables of a session (RFC 5880, 6.8.1)
 * @state: bfd.SessionState, an enum alkaid_bfd_state
 * @remote_state: bfd.RemoteSessionState
 * @diag: bfd.LocalDiag
 * @mult: bfd.DetectMult
 * @remote_mult: detection multiplier of the neighbor; 0 before it spoke
 * @remote_demand: bfd.RemoteDemandMode
 * @polling: a poll sequence is under way
 * @poll_again: what it is about has changed since it began
 * @passive: it takes the passive role (RFC 5880, 6.1)
 * @discr: bfd.LocalDiscr
 * @remote_discr: bfd.RemoteDiscr
 * @interval: what the user asked for, for either direction
 * @min_tx: bfd.DesiredMinTxInterval
 * @min_rx: bfd.RequiredMinRxInterval
 * @used_tx: @min_tx, or the smaller one that holds until the neighbor has
 *	acknowledged @min_tx
 * @used_rx: @min_rx, or the greater one that holds until then
 * @remote_min_tx: what the neighbor said last
 * @remote_min_rx: bfd.RemoteMinRxInterval
 *
 * Intervals are in microseconds.
 */
struct alkaid_bfd_vars {
	u8 state;
	u8 remote_state;
	u8 diag;
	u8 mult;
	u8 remote_mult;
	bool remote_demand;
	bool polling;
	bool poll_again;
	bool passive;
	u32 discr;
	u32 remote_discr;
	u32 interval;
	u32 min_tx;
	u32 min_rx;
	u32 used_tx;
	u32 used_rx;
	u32 remote_min_tx;
	u32 remote_min_rx;
};

/**
 * enum alkaid_bfd_news - what a session says of the neighbor
 * @ALKAID_BFD_NO_NEWS: nothing new
 * @ALKAID_BFD_CAME_UP: it is alive
 * @ALKAID_BFD_FAILED: it is not, or does not want to be taken for it
 */
enum alkaid_bfd_news {
	ALKAID_BFD_NO_NEWS,
	ALKAID_BFD_CAME_UP,
	ALKAID_BFD_FAILED,
};

void alkaid_bfd_start(struct alkaid_bfd_vars *vars, u32 discr, u32 interval,
		      u8 mult);
void alkaid_bfd_stop(struct alkaid_bfd_vars *vars);
void alkaid_bfd_configure(struct alkaid_bfd_vars *vars, u32 interval, u8 mult);

enum alkaid_bfd_state alkaid_bfd_next(enum alkaid_bfd_state state,
				      enum alkaid_bfd_state remote);
bool alkaid_bfd_is_for(const struct alkaid_bfd_vars *vars,
		       const struct alkaid_bfd_packet *packet);
enum alkaid_bfd_news alkaid_bfd_receive(struct alkaid_bfd_vars *vars,
					const struct alkaid_bfd_packet *packet);
enum alkaid_bfd_news alkaid_bfd_expire(struct alkaid_bfd_vars *vars);
void alkaid_bfd_fill(const struct alkaid_bfd_vars *vars, bool final,
		     struct alkaid_bfd_packet *packet);

bool alkaid_bfd_may_speak(const struct alkaid_bfd_vars *vars);
bool alkaid_bfd_may_send(const struct alkaid_bfd_vars *vars);
u32 alkaid_bfd_tx_interval(const struct alkaid_bfd_vars *vars);
u32 alkaid_bfd_jitter(u32 interval, u8 mult, u32 random);
u64 alkaid_bfd_detection(const struct alkaid_bfd_vars *vars);

#endif /* _ALKAID_PATH_BFD_STATE_H */
