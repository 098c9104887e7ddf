#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The other end of the tunnel is a stock Linux host.
#
#   vm1 192.168.1.1 --- [vm1]                                            [br0: vx, vm3] --- vm3
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b      192.168.1.3
#
# vx is a VXLAN device with a static forwarding table; in some tests it is no bridge's, and has
# the address of vm3.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	# Built in where there are no modules.
	modprobe -q vxlan || :
	modprobe -q bridge || :
	add_hosts
	add_alkaid host_a
	add_vm vm1 host_a vm1 $MAC1 $IP1/24
	add_vm vm2 host_a vm2 $MAC2 $IP2/24
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		port add vm2 subnet 71 mac $MAC2 ip $IP2
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
	END
}

# ARG as for a VXLAN device.
add_vxlan() { # [ARG...]
	ip -n host_b link add vx type vxlan id 7001 local 10.0.0.2 dstport 4789 nolearning "$@"
	bridge -n host_b fdb append "$MAC1" dev vx dst 10.0.0.1
	bridge -n host_b fdb append "$MAC2" dev vx dst 10.0.0.1
	bridge -n host_b fdb append 00:00:00:00:00:00 dev vx dst 10.0.0.1
}

add_bridge() {
	add_vm vm3 host_b vm3 "$MAC3" "$IP3"/24
	ip -n host_b link add br0 type bridge mcast_snooping 0
	ip -n host_b link set vx master br0
	ip -n host_b link set vm3 master br0
	ip -n host_b link set vx up
	ip -n host_b link set br0 up
}

# The peer broadcasts what it asks: it reaches whom it asks for, and nobody else.
test_bridge() {
	add_vxlan
	add_bridge
	capture_start vm2 eth0 "$workdir/vm2"
	pings vm3 "$IP1"
	capture_stop "$workdir/vm2"
	expect_eq "$(capture_count "$workdir/vm2")" 0 "frames that another VM saw"
	ip -n vm3 neigh show "$IP1" | grep -qF "lladdr $MAC1"

	pings vm1 "$IP3"
	pings vm2 "$IP3"
	pings vm1 "$IP3" -s 1400
	pings vm3 "$IP2" -s 1400
	iperf vm1 vm3 "$IP3" -n 2M
	expect_carried 2097152
	iperf vm1 vm3 "$IP3" -n 2M -R
	expect_carried 2097152
}

test_device_without_a_bridge() {
	add_vxlan
	ip -n host_b link set vx address "$MAC3" up
	ip -n host_b addr add "$IP3"/24 dev vx
	pings host_b "$IP1"
	pings vm2 "$IP3"
	iperf vm1 host_b "$IP3" -n 2M
	expect_carried 2097152
	iperf vm1 host_b "$IP3" -n 2M -R
	expect_carried 2097152
}

# RFC 7348 lets a sender leave the outer UDP checksum out.
test_peer_without_udp_checksums() {
	add_vxlan noudpcsum
	add_bridge
	capture_start host_a ul "$workdir/underlay" 'src host 10.0.0.2 and udp[6:2] == 0'
	pings vm3 "$IP1"
	iperf vm1 vm3 "$IP3" -n 1M -R
	capture_stop "$workdir/underlay"
	expect_carried 1048576
	[ "$(capture_count "$workdir/underlay")" -ge 3 ]
}

# What a peer learned wrong, or floods, goes nowhere.
test_peer_that_floods() {
	add_vxlan
	add_bridge
	ip -n vm3 neigh add 192.168.1.9 lladdr "$STRANGER" dev eth0
	expect_drop host_a TUNNEL_NOT_LOCAL 2 in_ns vm3 ping -q -c 2 -i 0.01 -W 1 192.168.1.9
	expect_drop host_a BROADCAST 2 in_ns vm3 ping -q -b -c 2 -i 0.01 -W 1 192.168.1.255
	frames cases host_a vm3 eth0 <<-END
		ARP_UNKNOWN: eth src=$MAC3 dst=$BCAST arp sha=$MAC3 spa=$IP3 tpa=192.168.1.10
	END
	pings vm3 "$IP1"
}

run_tests "$@"
