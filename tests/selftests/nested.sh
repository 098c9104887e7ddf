#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A VM runs a tunnel of its own through the overlay, as Kubernetes nodes do.
#
#   vm1 [vx 172.16.0.1]                                                 vm3 [vx 172.16.0.2]
#       [eth0 192.168.1.1] --- host_a [ul] ------ [ul] host_b --- [eth0 192.168.1.3]
#
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

add_tunnel() { # NS REMOTE ADDRESS
	ip -n "$1" link add vx mtu 1400 type vxlan id 5 remote "$2" dstport 4789 dev eth0
	ip -n "$1" addr add "$3" dev vx
	ip -n "$1" link set vx up
}

setup() {
	modprobe -q vxlan || true
	add_cloud
	add_tunnel vm1 $IP3 172.16.0.1/24
	add_tunnel vm3 $IP1 172.16.0.2/24
}

generated() {
	alk_a -j stats show | jq '.[0].generated_packets'
}

test_ping_through_a_tunnel_in_the_overlay() {
	pings vm1 172.16.0.2
	pings vm3 172.16.0.1 -s 1300
}

# GSO knows one level of encapsulation: packets of two are cut before the second, and each
# segment but the first is one that the device made. Cut wrongly they would all be lost, and
# come again one by one.
test_tcp_through_a_tunnel_in_the_overlay() {
	local segments retransmits
	iperf vm1 vm3 172.16.0.2 -n 2M
	expect_carried 2097152
	segments=$(generated)
	retransmits=$(jq .end.sum_sent.retransmits "$workdir/iperf")
	[ "$segments" -gt 200 ] || fail "only $segments segments"
	[ $((retransmits * 10)) -lt "$segments" ] ||
		fail "$retransmits retransmissions of $segments segments"
}

run_tests "$@"
