#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Offloads of the underlay, switched in all ways: packets stay whole where they may, and data arrives.
#
#   vm1 192.168.1.1 --- host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b --- vm3 192.168.1.3
#       fd01::1                    fd00::1           fd00::2                  fd01::3
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

add_side() { # HOST LOCAL LOCAL6 VM MAC IP IP6 PEER-MAC PEER-IP PEER-IP6 PEER-HOST
	add_ip6 "$1" ul "$3/64" nodad
	alk -n "$1" link add alk0 local "$2" local6 "$3"
	add_vm "$4" "$1" "$4" "$5" "$6/24"
	with_ip6 "$4" "$7" nodad
	alk -n "$1" -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71 prefix fd01::/64 encap $encap
		port add $4 subnet 71 mac $5 ip $6 ip $7
		neigh add $9 subnet 71 mac $8 host ${11}
		neigh add ${10} subnet 71 mac $8 host ${11}
	END
}

add_sides() { # ENCAP HOST-A HOST-B
	local encap=$1
	add_hosts
	add_side host_a 10.0.0.1 fd00::1 vm1 "$MAC1" "$IP1" fd01::1 "$MAC3" "$IP3" fd01::3 "$3"
	add_side host_b 10.0.0.2 fd00::2 vm3 "$MAC3" "$IP3" fd01::3 "$MAC1" "$IP1" fd01::1 "$2"
}

switched() { # ENCAP HOST-A HOST-B
	add_sides "$@"
	run_python offloads \
		host_a host_b vm1 vm3 "$IP1" "$IP3" fd01::1 fd01::3
}

test_vxlan_over_ip4() { switched vxlan 10.0.0.1 10.0.0.2; }
test_vxlan_over_ip6() { switched vxlan fd00::1 fd00::2; }
test_geneve_over_ip4() { switched geneve 10.0.0.1 10.0.0.2; }
test_geneve_over_ip6() { switched geneve fd00::1 fd00::2; }

counter() { # NS DEVICE rx|tx packets|bytes
	ip -n "$1" -s -j link show "$2" | jq ".[0].stats64.$3.$4"
}

taken_in() {
	alk_b -j stats show | jq '.[0].rx_packets'
}

# Whole packets from VM to VM; and cut on the wire, they are merged before they are taken in.
# How much is on the wire is iperf3's server's to say: it may leave before it has read all.
expect_few_packets() { # ENCAP HOST-A HOST-B
	local sent wire bytes merged
	add_sides "$@"
	sent=$(counter host_a ul tx packets)
	iperf vm1 vm3 "$IP3" -n 4M
	expect_carried 4194304
	sent=$(($(counter host_a ul tx packets) - sent))
	[ "$sent" -lt 1000 ] || fail "$sent packets in the underlay for 4 MiB"

	in_ns host_a ethtool -K ul gso off tso off tx off >&2
	in_ns host_b ethtool -K ul gro on >&2
	wire=$(counter host_b ul rx packets)
	bytes=$(counter host_b ul rx bytes)
	merged=$(taken_in)
	iperf vm1 vm3 "$IP3" -n 4M
	expect_carried 4194304
	wire=$(($(counter host_b ul rx packets) - wire))
	bytes=$(($(counter host_b ul rx bytes) - bytes))
	merged=$(($(taken_in) - merged))
	[ "$bytes" -gt 1000000 ] || fail "only $bytes bytes in the underlay"
	[ "$bytes" -lt $((wire * 1614)) ] || fail "$bytes bytes in $wire packets in the underlay"
	# Half of what is taken in comes from vm3: acknowledgements.
	[ $((merged * 2)) -lt "$wire" ] || fail "$merged packets taken in of $wire"
}

test_vxlan_is_merged() { expect_few_packets vxlan 10.0.0.1 10.0.0.2; }
test_geneve_over_ip6_is_merged() { expect_few_packets geneve fd00::1 fd00::2; }

run_tests "$@"
