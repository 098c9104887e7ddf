// SPDX-License-Identifier: GPL-2.0
/* The state machine of a BFD session (RFC 5880, 6.8): no clock, no packet, no lock. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bfd_state.h"

/*
 * The diagram of RFC 5880, 6.2 with the rules of 6.8.6: from the session's state
 * (row) by that of the neighbor (column). Down is where a session goes whose
 * neighbor is AdminDown; only the user ends AdminDown.
 */
#define ADMIN	ALKAID_BFD_STATE_ADMIN_DOWN
#define DOWN	ALKAID_BFD_STATE_DOWN
#define INIT	ALKAID_BFD_STATE_INIT
#define UP	ALKAID_BFD_STATE_UP
static const u8 alkaid_bfd_table[4][4] = {
	/*	    AdminDown	Down	Init	Up */
	[ADMIN] = {	ADMIN,	ADMIN,	ADMIN,	ADMIN },
	[DOWN]	= {	DOWN,	INIT,	UP,	DOWN },
	[INIT]	= {	DOWN,	INIT,	UP,	UP },
	[UP]	= {	DOWN,	DOWN,	UP,	UP },
};

#undef ADMIN
#undef DOWN
#undef INIT
#undef UP

/**
 * alkaid_bfd_next() - the state that follows when a packet has come
 * @state: of the session
 * @remote: of the neighbor, as the packet says
 */
enum alkaid_bfd_state alkaid_bfd_next(enum alkaid_bfd_state state,
				      enum alkaid_bfd_state remote)
{
	return alkaid_bfd_table[state][remote];
}

/*
 * Intervals follow state and configuration. While the session is Up the neighbor
 * must know of a change before it can hurt (RFC 5880, 6.8.3): until it has
 * answered a poll, packets are sent no less often, and none are missed earlier.
 */
static void alkaid_bfd_retime(struct alkaid_bfd_vars *vars)
{
	bool up = vars->state == ALKAID_BFD_STATE_UP;
	u32 min_tx = up ? vars->interval :
			  max_t(u32, vars->interval, ALKAID_BFD_SLOW);
	bool changed = min_tx != vars->min_tx ||
		       vars->interval != vars->min_rx;

	vars->min_tx = min_tx;
	vars->min_rx = vars->interval;
	if (!up) {
		vars->used_tx = vars->min_tx;
		vars->used_rx = vars->min_rx;
		vars->polling = false;
		vars->poll_again = false;
		return;
	}
	vars->used_tx = min(vars->used_tx, vars->min_tx);
	vars->used_rx = max(vars->used_rx, vars->min_rx);
	if (changed) {
		vars->poll_again = vars->polling;
		vars->polling = true;
	}
}

static void alkaid_bfd_answered(struct alkaid_bfd_vars *vars)
{
	if (!vars->polling)
		return;
	vars->polling = vars->poll_again;
	vars->poll_again = false;
	if (vars->polling)
		return;
	vars->used_tx = vars->min_tx;
	vars->used_rx = vars->min_rx;
}

/**
 * alkaid_bfd_start() - a session that has heard of nobody
 * @vars: session
 * @discr: a number that no other session of this host has, not 0
 * @interval: of packets in either direction, microseconds
 * @mult: detection multiplier, not 0
 */
void alkaid_bfd_start(struct alkaid_bfd_vars *vars, u32 discr, u32 interval,
		      u8 mult)
{
	memset(vars, 0, sizeof(*vars));
	vars->state = ALKAID_BFD_STATE_DOWN;
	vars->remote_state = ALKAID_BFD_STATE_DOWN;
	vars->remote_min_rx = 1;
	vars->discr = discr;
	vars->interval = interval;
	vars->mult = mult;
	alkaid_bfd_retime(vars);
}

/**
 * alkaid_bfd_stop() - the user ends a session
 * @vars: session; the neighbor is to be told once more
 */
void alkaid_bfd_stop(struct alkaid_bfd_vars *vars)
{
	vars->state = ALKAID_BFD_STATE_ADMIN_DOWN;
	vars->diag = ALKAID_BFD_DIAG_ADMIN;
	alkaid_bfd_retime(vars);
}

/**
 * alkaid_bfd_configure() - the user changes a session
 * @vars: session
 * @interval: of packets in either direction, microseconds
 * @mult: detection multiplier, not 0
 */
void alkaid_bfd_configure(struct alkaid_bfd_vars *vars, u32 interval, u8 mult)
{
	vars->interval = interval;
	vars->mult = mult;
	alkaid_bfd_retime(vars);
}

/**
 * alkaid_bfd_is_for() - whether a packet of the neighbor is for a session
 * @vars: session
 * @packet: packet, valid by itself
 */
bool alkaid_bfd_is_for(const struct alkaid_bfd_vars *vars,
		       const struct alkaid_bfd_packet *packet)
{
	return !packet->yours || packet->yours == vars->discr;
}

static enum alkaid_bfd_news alkaid_bfd_enter(struct alkaid_bfd_vars *vars,
					     enum alkaid_bfd_state state,
					     enum alkaid_bfd_diag diag)
{
	enum alkaid_bfd_state old = vars->state;

	if (state == old)
		return ALKAID_BFD_NO_NEWS;
	vars->state = state;
	if (state == ALKAID_BFD_STATE_UP)
		vars->diag = ALKAID_BFD_DIAG_NONE;
	else if (state == ALKAID_BFD_STATE_DOWN)
		vars->diag = diag;
	alkaid_bfd_retime(vars);
	if (state == ALKAID_BFD_STATE_UP)
		return ALKAID_BFD_CAME_UP;
	return state == ALKAID_BFD_STATE_DOWN ? ALKAID_BFD_FAILED :
						ALKAID_BFD_NO_NEWS;
}

/**
 * alkaid_bfd_receive() - a packet of the neighbor has come (RFC 5880, 6.8.6)
 * @vars: session
 * @packet: packet that is for it
 *
 * A neighbor that is AdminDown has failed as one that is Down has: nothing else
 * would tell whether it lives (RFC 5882, 3.2).
 */
enum alkaid_bfd_news alkaid_bfd_receive(struct alkaid_bfd_vars *vars,
					const struct alkaid_bfd_packet *packet)
{
	enum alkaid_bfd_news news;

	vars->remote_discr = packet->mine;
	vars->remote_state = packet->state;
	vars->remote_demand = packet->demand;
	vars->remote_mult = packet->mult;
	vars->remote_min_tx = packet->min_tx;
	vars->remote_min_rx = packet->min_rx;
	if (packet->final)
		alkaid_bfd_answered(vars);
	news = alkaid_bfd_enter(vars, alkaid_bfd_next(vars->state,
						      packet->state),
				ALKAID_BFD_DIAG_NEIGHBOR);
	return packet->state == ALKAID_BFD_STATE_ADMIN_DOWN ?
	       ALKAID_BFD_FAILED : news;
}

/**
 * alkaid_bfd_expire() - nothing has come for the detection time
 * @vars: session
 */
enum alkaid_bfd_news alkaid_bfd_expire(struct alkaid_bfd_vars *vars)
{
	vars->remote_discr = 0;
	vars->remote_state = ALKAID_BFD_STATE_DOWN;
	if (vars->state >= ALKAID_BFD_STATE_INIT)
		alkaid_bfd_enter(vars, ALKAID_BFD_STATE_DOWN,
				 ALKAID_BFD_DIAG_EXPIRED);
	return ALKAID_BFD_FAILED;
}

/**
 * alkaid_bfd_fill() - what a session has to say (RFC 5880, 6.8.7)
 * @vars: session
 * @final: it answers a poll
 * @packet: result
 *
 * Bit C stays clear: the kernel that forwards is the one that speaks. A host sends
 * no echo packets, and takes none.
 */
void alkaid_bfd_fill(const struct alkaid_bfd_vars *vars, bool final,
		     struct alkaid_bfd_packet *packet)
{
	*packet = (struct alkaid_bfd_packet) {
		.diag = vars->diag,
		.state = vars->state,
		.poll = vars->polling && !final,
		.final = final,
		.mult = vars->mult,
		.mine = vars->discr,
		.yours = vars->remote_discr,
		.min_tx = vars->min_tx,
		.min_rx = vars->min_rx,
	};
}

/**
 * alkaid_bfd_may_speak() - whether a packet may be sent at all (RFC 5880, 6.8.7)
 * @vars: session
 *
 * In the passive role not before the neighbor spoke, nor when it fell silent.
 */
bool alkaid_bfd_may_speak(const struct alkaid_bfd_vars *vars)
{
	return !vars->passive || vars->remote_discr;
}

/**
 * alkaid_bfd_may_send() - whether packets are to be sent at intervals
 * @vars: session
 *
 * Not to a neighbor that wants none, nor to one that is sure of the session and
 * asks when it needs to know (demand mode).
 */
bool alkaid_bfd_may_send(const struct alkaid_bfd_vars *vars)
{
	bool sure = vars->remote_demand &&
		    vars->state == ALKAID_BFD_STATE_UP &&
		    vars->remote_state == ALKAID_BFD_STATE_UP;

	return alkaid_bfd_may_speak(vars) && vars->remote_min_rx &&
	       (!sure || vars->polling);
}

/**
 * alkaid_bfd_tx_interval() - at which interval packets are sent (RFC 5880, 6.8.2)
 * @vars: session
 *
 * Return: microseconds, before jitter.
 */
u32 alkaid_bfd_tx_interval(const struct alkaid_bfd_vars *vars)
{
	return max(vars->used_tx, vars->remote_min_rx);
}

/**
 * alkaid_bfd_jitter() - an interval, shortened at random (RFC 5880, 6.8.7)
 * @interval: microseconds
 * @mult: detection multiplier of the session
 * @random: any number
 *
 * Return: 75 % to 100 % of it; with a multiplier of 1, where one late packet would
 * be fatal, 75 % to 90 %.
 */
u32 alkaid_bfd_jitter(u32 interval, u8 mult, u32 random)
{
	u32 most = mult == 1 ? interval / 10 * 9 : interval;
	u32 least = interval - interval / 4;

	return least + (((u64)random * (most - least + 1)) >> 32);
}

/**
 * alkaid_bfd_detection() - the detection time (RFC 5880, 6.8.4)
 * @vars: session whose neighbor has spoken
 *
 * Return: microseconds after the last packet.
 */
u64 alkaid_bfd_detection(const struct alkaid_bfd_vars *vars)
{
	return (u64)vars->remote_mult * max(vars->used_rx, vars->remote_min_tx);
}
