// SPDX-License-Identifier: GPL-2.0
/* OAM datagrams that go: a gateway teaches a host, and an old host unteaches it. */
#include "../device.h"
#include "oam.h"

/**
 * alkaid_oam_tell() - tell the host that sent a frame of a better way for it
 * @frame: whose it is
 * @key: of the frame
 * @v: verdict: it is relayed
 *
 * A gateway teaches the direct path; a host that the endpoint has left ends it.
 * Of each flow that is said once a second.
 *
 * Context: BH disabled, RCU read side.
 */
void alkaid_oam_tell(const struct alkaid_frame *frame,
		     const struct alkaid_key *key,
		     const struct alkaid_verdict *v)
{
}
