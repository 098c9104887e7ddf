// SPDX-License-Identifier: GPL-2.0
/* The code under test, compiled once more: nothing need be exported for tests. */

/* Tracepoints are alkaid.ko's, which may be loaded as well. */
#define NOTRACE

#include <linux/slab.h>

/* So is the slab's name. */
#undef KMEM_CACHE
#define KMEM_CACHE(type, flags)						\
	kmem_cache_create(#type "_kunit", sizeof(struct type),		\
			  __alignof__(struct type), flags, NULL)

#include "../../kmod/table/binding.c"
#include "../../kmod/table/change.c"
#include "../../kmod/table/counters.c"
#include "../../kmod/table/endpoint.c"
#include "../../kmod/table/flow.c"
#include "../../kmod/table/flow_end.c"
#include "../../kmod/table/gateway.c"
#include "../../kmod/table/group.c"
#include "../../kmod/table/group_check.c"
#include "../../kmod/table/group_user.c"
#include "../../kmod/table/hop.c"
#include "../../kmod/table/index.c"
#include "../../kmod/table/maglev.c"
#include "../../kmod/table/member.c"
#include "../../kmod/table/moved.c"
#include "../../kmod/table/neigh.c"
#include "../../kmod/table/pin.c"
#include "../../kmod/table/port.c"
#include "../../kmod/table/route.c"
#include "../../kmod/table/settle.c"
#include "../../kmod/table/stick.c"
#include "../../kmod/table/subnet.c"
#include "../../kmod/table/subnet_addr.c"
#include "../../kmod/table/tables.c"
#include "../../kmod/table/trie.c"
#include "../../kmod/table/txn.c"
#include "../../kmod/table/vpc.c"
#include "../../kmod/table/vtep.c"
#include "../../kmod/path/ahead.c"
#include "../../kmod/path/answer.c"
#include "../../kmod/path/antispoof.c"
#include "../../kmod/path/bfd.c"
#include "../../kmod/path/bfd_state.c"
#include "../../kmod/path/decide.c"
#include "../../kmod/path/decide_tunnel.c"
#include "../../kmod/path/fragment.c"
#include "../../kmod/path/oam.c"
#include "../../kmod/path/parse.c"
#include "../../kmod/path/parse_gso.c"
#include "../../kmod/path/parse_nd.c"
#include "../../kmod/path/icmp.c"
#include "../../kmod/path/nd.c"
#include "../../kmod/path/ra.c"
#include "../../kmod/path/rate.c"
#include "../../kmod/path/reply.c"
#include "../../kmod/path/rewrite.c"
#include "../../kmod/path/route.c"
#include "../../kmod/path/steer.c"
#include "../../kmod/path/steps.c"
#include "../../kmod/path/told.c"
#include "../../kmod/path/watch.c"
#include "../../kmod/path/drop.c"
