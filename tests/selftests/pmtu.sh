#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An underlay path narrower than its first link: no packet vanishes without its sender being told.
#
#   vm1 --- host_a [ul 10.0.1.1] --- [ra 10.0.1.254] router [rb 10.0.2.254] --- [ul 10.0.2.2] host_b --- vm3
#     192.168.1.1      fd00:1::1           1600                 1400              fd00:2::2    192.168.1.3
#     fd01::1                                                                                  fd01::3
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

NARROW=1400

add_underlay() {
	add_ns host_a
	add_ns host_b
	add_ns router
	ip -n router -batch - <<-BATCH
		link add ra mtu 1600 type veth peer name ul mtu 1600 netns host_a
		link add rb mtu $NARROW type veth peer name ul mtu $NARROW netns host_b
		addr add 10.0.1.254/24 dev ra
		addr add 10.0.2.254/24 dev rb
		link set ra up
		link set rb up
	BATCH
	in_ns router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	ip -n host_a -batch - <<-'BATCH'
		addr add 10.0.1.1/24 dev ul
		link set ul up
		route add 10.0.2.0/24 via 10.0.1.254
	BATCH
	ip -n host_b -batch - <<-'BATCH'
		addr add 10.0.2.2/24 dev ul
		link set ul up
		route add 10.0.1.0/24 via 10.0.2.254
	BATCH
	add_ip6 router ra fd00:1::fe/64 nodad
	add_ip6 router rb fd00:2::fe/64 nodad
	add_ip6 host_a ul fd00:1::1/64 nodad
	add_ip6 host_b ul fd00:2::2/64 nodad
	ip -n host_a route add fd00:2::/64 via fd00:1::fe
	ip -n host_b route add fd00:1::/64 via fd00:2::fe
}

add_side() { # HOST LOCAL LOCAL6 VM MAC IP IP6 PEER-MAC PEER-IP PEER-IP6 PEER-HOST
	alk -n "$1" link add alk0 local "$2" local6 "$3"
	add_vm "$4" "$1" "$4" "$5" "$6/24"
	with_ip6 "$4" "$7" nodad
	alk -n "$1" -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71 prefix fd01::/64 gateway-ip fd01::fe encap $encap
		port add $4 subnet 71 mac $5 ip $6 ip $7
		neigh add $9 subnet 71 mac $8 host ${11}
		neigh add ${10} subnet 71 mac $8 host ${11}
	END
}

# Hosts that reach one another by IPv4 or by IPv6.
add_sides() { # ENCAP HOST-A HOST-B
	local encap=$1
	add_underlay
	add_side host_a 10.0.1.1 fd00:1::1 vm1 "$MAC1" "$IP1" fd01::1 "$MAC3" "$IP3" fd01::3 "$3"
	add_side host_b 10.0.2.2 fd00:2::2 vm3 "$MAC3" "$IP3" fd01::3 "$MAC1" "$IP1" fd01::1 "$2"
}

add_sides_again() { # ENCAP HOST-A HOST-B
	alk_a -f - <<-END
		subnet replace 71 $SUBNET71 prefix fd01::/64 gateway-ip fd01::fe encap $1
		neigh replace $IP3 subnet 71 mac $MAC3 host $3
		neigh replace fd01::3 subnet 71 mac $MAC3 host $3
	END
	alk_b -f - <<-END
		neigh replace $IP1 subnet 71 mac $MAC1 host $2
		neigh replace fd01::1 subnet 71 mac $MAC1 host $2
	END
	ip -n vm1 route flush cache
	ip -n vm1 -6 route flush cache
}

vtep_mtu() { # HOST
	alk_a -j vtep show "$1" | jq '.[0].mtu'
}

# The datagram that was too much told what fits, and the VM knows.
vm_knows() { # MTU DESTINATION
	ip -n vm1 route get "$2" | grep -q "mtu $1"
}

# One datagram, which is dropped for its size; other drops are the VMs' own chatter of IPv6.
too_big() { # SIZE DESTINATION
	local before
	before=$(drop_count host_a TOO_BIG)
	expect_no in_ns vm1 ping -q -c 1 -W 0.3 -M 'do' -s "$1" "$2"
	expect_eq "$(drop_count host_a TOO_BIG)" $((before + 1)) "datagrams that were too big"
}

learns() { # REMOTE OVERHEAD
	local fits=$((NARROW - $2))
	pings vm1 "$IP3"
	expect_eq "$(vtep_mtu "$1")" 1600 "MTU before anything was too big"
	# Nobody knows yet: it is lost in the underlay, whose router tells host_a.
	expect_no in_ns vm1 ping -q -c 1 -W 0.3 -M 'do' -s 1400 "$IP3"
	pings vm1 "$IP3"
	expect_eq "$(vtep_mtu "$1")" "$NARROW" "MTU that the router told"
	# Now the device knows, and tells the VM.
	too_big 1400 "$IP3"
	vm_knows "$fits" "$IP3"
	pings vm1 "$IP3" -M 'do' -s $((fits - 28))
	expect_no in_ns vm1 ping -q -c 1 -W 0.3 -M 'do' -s $((fits - 27)) "$IP3"
	# IPv6 of the VM is told by itself.
	too_big 1400 fd01::3
	vm_knows "$fits" fd01::3
	pings vm1 fd01::3 -M 'do' -s $((fits - 48))
}

tcp_flows() {
	iperf vm1 vm3 "$IP3" -n 2M
	expect_carried 2097152
	iperf vm1 vm3 fd01::3 -n 2M
	expect_carried 2097152
}

test_learned_over_ip4() {
	add_sides vxlan 10.0.1.1 10.0.2.2
	learns 10.0.2.2 50
	tcp_flows
}

test_learned_over_ip6() {
	add_sides geneve fd00:1::1 fd00:2::2
	learns fd00:2::2 70
	tcp_flows
}

# Nothing but big packets: TCP finds its size by what it is told.
test_tcp_from_the_start() {
	add_sides geneve 10.0.1.1 10.0.2.2
	tcp_flows
	add_sides_again vxlan fd00:1::1 fd00:2::2
	tcp_flows
}

# The first link gets narrower, and wider again: the next packet knows.
test_mtu_of_the_own_link() {
	add_sides vxlan 10.0.1.1 10.0.2.2
	pings vm1 "$IP3"
	ip -n host_a link set ul mtu 1300
	too_big 1250 "$IP3"
	vm_knows 1250 "$IP3"
	ip -n vm1 route flush cache
	ip -n host_a link set ul mtu 1600
	pings vm1 "$IP3" -M 'do' -s 1250
}

# IPv6 cannot be told of less than 1280 (RFC 8200, 5): the underlay fragments (RFC 2473, 7.1).
test_ip6_of_1280_always_fits() {
	add_sides vxlan fd00:1::1 fd00:2::2
	ip -n host_a link set ul mtu 1280
	ip -n host_b link set ul mtu 1280
	pings vm1 fd01::3 -M 'do' -s 1232
	pings vm3 fd01::1 -M 'do' -s 1232
	too_big 1233 fd01::3
	vm_knows 1280 fd01::3
	add_sides_again vxlan 10.0.1.1 10.0.2.2
	pings vm1 fd01::3 -M 'do' -s 1232
	too_big 1203 "$IP3"
	vm_knows 1230 "$IP3"
	tcp_flows
}

run_tests "$@"
