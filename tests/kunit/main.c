// SPDX-License-Identifier: GPL-2.0
/* The test module: KUnit runs its suites when it is loaded. */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/table/endpoint.h"
#include "world.h"

kunit_test_suites(&alkaid_bfd_suite, &alkaid_liveness_suite,
		  &alkaid_gen_suite, &alkaid_parse_suite,
		  &alkaid_parse_ip6_suite, &alkaid_parse_bytes_suite,
		  &alkaid_key_hash_suite, &alkaid_vpc_suite,
		  &alkaid_group_suite,
		  &alkaid_subnet_suite, &alkaid_trie_suite,
		  &alkaid_route_suite, &alkaid_index_suite,
		  &alkaid_endpoint_suite,
		  &alkaid_port_suite, &alkaid_member_suite, &alkaid_change_suite,
		  &alkaid_txn_suite,
		  &alkaid_txn_forget_suite, &alkaid_txn_model_suite,
		  &alkaid_txn_tell_suite,
		  &alkaid_maglev_suite, &alkaid_stick_suite,
		  &alkaid_steer_suite,
		  &alkaid_ahead_suite, &alkaid_antispoof_suite, &alkaid_decide_suite,
		  &alkaid_decide_route_suite, &alkaid_decide_nd_suite,
		  &alkaid_moved_suite, &alkaid_relay_suite, &alkaid_told_suite,
		  &alkaid_trace_suite, &alkaid_drop_suite, &alkaid_encap_suite,
		  &alkaid_fragment_suite, &alkaid_parse_nd_suite, &alkaid_nd_suite,
		  &alkaid_icmp_suite, &alkaid_rewrite_suite, &alkaid_flow_suite,
		  &alkaid_flow_purge_suite, &alkaid_oam_suite);

/* KUnit runs the suites after this. */
static int __init alkaid_kunit_init(void)
{
	return alkaid_endpoint_cache_init();
}

static void __exit alkaid_kunit_exit(void)
{
	/* VTEPs are freed by functions of this module. */
	rcu_barrier();
	alkaid_endpoint_cache_exit();
}

module_init(alkaid_kunit_init);
module_exit(alkaid_kunit_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of alkaid");
