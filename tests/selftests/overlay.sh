#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# VMs of one subnet talk, on one host and across the underlay; what the underlay sees is right.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

FLOW="eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3"

setup() {
	add_cloud
}

# A file with the frames of a capture, one in hexadecimal a line.
hex_of() { # FILE
	tcpdump -r "$1" -nxx 2>/dev/null |
		awk '/^[0-9]/ { if (n++) print "" } /^\t/ { sub(/^[^:]*: */, ""); gsub(/ /, ""); printf "%s", $0 } END { print "" }'
}

# Different UDP source ports of the underlay in a capture.
source_ports() { # FILE
	tcpdump -r "$1" -n 2>/dev/null | awk '/^[0-9]/ { sub(/.*\./, "", $3); print $3 }' | sort -u | wc -l
}

test_ping() {
	pings vm1 "$IP3"
	pings vm3 "$IP2"
	pings vm1 "$IP3" -s 1400
	pings vm1 "$IP3" -s 4000
	in_ns vm1 ping -q -f -c 100 "$IP3" | grep -q '100 received'
}

test_vms_of_one_host_do_not_need_the_underlay() {
	capture_start host_b ul "$workdir/underlay" udp
	pings vm1 "$IP2"
	pings vm2 "$IP1" -s 1400
	capture_stop "$workdir/underlay"
	expect_eq "$(capture_count "$workdir/underlay")" 0 "frames on the underlay"
}

test_tcp_crosses_the_underlay_unsegmented() {
	capture_start host_a ul "$workdir/underlay" -s 100 udp and greater 3000
	iperf vm1 vm3 "$IP3" -n 4M
	capture_stop "$workdir/underlay"
	expect_carried 4194304
	[ "$(capture_count "$workdir/underlay")" -gt 0 ] || fail "no big packet on the underlay"
}

test_tcp_in_both_directions_and_locally() {
	iperf vm3 vm1 "$IP1" -n 1M
	expect_carried 1048576
	iperf vm1 vm2 "$IP2" -n 1M
	expect_carried 1048576
}

# Without offloads, as on a network card that has none.
test_tcp_without_offloads() {
	in_ns host_a ethtool -K ul tx off tso off gso off >/dev/null
	in_ns host_b ethtool -K ul tx off gro off >/dev/null
	iperf vm1 vm3 "$IP3" -n 512K
	expect_carried 524288
}

test_udp() {
	iperf vm1 vm3 "$IP3" -u -b 1M -l 1000 -n 50K
	jq -e '.end.sum | .packets >= 50 and .lost_percent < 10' "$workdir/iperf" >&2
}

test_every_flow_has_a_source_port() {
	capture_start host_b ul "$workdir/underlay" udp
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $FLOW udp sport=1001..1064
		FORWARDED: $FLOW udp sport=1000 dport=2001..2064
	END
	capture_stop "$workdir/underlay"
	[ "$(source_ports "$workdir/underlay")" -ge 120 ] ||
		fail "$(source_ports "$workdir/underlay") source ports for 128 flows"

	# All of one flow take one way, and so do the parts of one datagram.
	capture_start host_b ul "$workdir/flow" udp
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $FLOW udp data zeros=1..20
	END
	capture_stop "$workdir/flow"
	expect_eq "$(source_ports "$workdir/flow")" 1 "source ports of one flow"
	capture_start host_b ul "$workdir/parts" udp
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $FLOW frag=0x2000 udp data zeros=16
		FORWARDED: $FLOW frag=0x2003 udp data zeros=16
		FORWARDED: $FLOW frag=0x0006 data zeros=3
	END
	capture_stop "$workdir/parts"
	expect_eq "$(source_ports "$workdir/parts")" 1 "source ports of one datagram"
}

test_encapsulation_byte_by_byte() {
	local inner outer frame low high
	# The capture is to have the checksum that a card would have put in.
	in_ns host_a ethtool -K ul tx off >/dev/null
	capture_start host_b ul "$workdir/underlay" udp
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $FLOW udp data text=hello
	END
	capture_stop "$workdir/underlay"
	frame=$(hex_of "$workdir/underlay")
	inner=$(frames hex <<<"$FLOW udp data text=hello")
	outer=${frame%"$inner"}
	[ "$outer" != "$frame" ] || fail "the inner frame is not untouched: $frame"
	expect_eq "${#outer}" $((2 * (14 + 20 + 8 + 8))) "length of the outer headers"
	expect_eq "${outer:24:4}" 0800 "outer Ethernet type"
	expect_eq "${outer:28:4}" 4500 "outer version, header length and type of service"
	expect_eq "${outer:44:4}" 4011 "outer TTL and protocol"
	expect_eq "${outer:52:16}" 0a0000010a000002 "outer addresses"
	expect_eq "${outer:72:4}" 12b5 "outer destination port"
	expect_no [ "${outer:80:4}" = 0000 ]
	expect_eq "${outer:84}" 08000000001b5900 "VXLAN header"
	read -r low high </proc/sys/net/ipv4/ip_local_port_range
	[ $((16#${outer:68:4})) -ge "$low" ] && [ $((16#${outer:68:4})) -le "$high" ]
	tcpdump -r "$workdir/underlay" -nvv 2>/dev/null | grep -q '\[udp sum ok\] VXLAN'
}

# CE becomes ECT(0) there, as with all tunnels of Linux (RFC 3168, 9.1.1).
test_congestion_mark_goes_outside() {
	local tos
	for tos in 0 1 2 3; do
		capture_start host_b ul "$workdir/underlay" "udp and ip[1] == $((tos == 3 ? 2 : tos))"
		frames cases host_a vm1 eth0 <<-END
			FORWARDED: $FLOW tos=$((0xb8 | tos)) udp => vm3 $FLOW tos=$((0xb8 | tos)) udp
		END
		capture_stop "$workdir/underlay"
		expect_eq "$(capture_count "$workdir/underlay")" 1 "frames with the outer mark for $tos"
	done
}

test_other_tunnel_port() {
	ip -n host_a link del alk0
	ip -n host_b link del alk0
	add_alkaid host_a dstport 8472
	add_alkaid host_b dstport 8472
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
	END
	alk_b -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm3 subnet 71 mac $MAC3 ip $IP3
		neigh add $IP1 subnet 71 mac $MAC1 host 10.0.0.1
	END
	capture_start host_b ul "$workdir/underlay" udp dst port 8472
	pings vm1 "$IP3"
	capture_stop "$workdir/underlay"
	expect_eq "$(capture_count "$workdir/underlay")" 6 "frames on port 8472"
}

master_of() { # IFNAME
	ip -n host_a -j link show "$1" | jq -r '.[0].master // "none"'
}

test_port_releases_only_what_it_attached() {
	expect_eq "$(master_of vm1)" alk0
	alk_a port del vm1
	expect_eq "$(master_of vm1)" none
	ip -n host_a link set vm1 master alk0
	alk_a port add vm1 subnet 71 mac "$MAC1" ip "$IP1"
	pings vm1 "$IP3"
	alk_a port del vm1
	expect_eq "$(master_of vm1)" alk0
	alk_a port add vm1 subnet 71 mac "$MAC1" ip "$IP1"
	pings vm1 "$IP3"
	ip -n host_a link set vm1 nomaster
	expect_eq "$(alk_a -j port show | jq -c 'map(.ifname)')" '["vm2"]'
	expect_no in_ns vm1 ping -q -c 1 -W 1 "$IP3"
	alk_a port add vm1 subnet 71 mac "$MAC1" ip "$IP1"
	pings vm1 "$IP3"
}

test_port_with_several_addresses() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" ip 192.168.1.11 ip 192.168.1.12
	alk_b neigh add 192.168.1.12 subnet 71 mac "$MAC1" host 10.0.0.1
	ip -n vm1 addr add 192.168.1.12/24 dev eth0
	pings vm3 192.168.1.12
	pings vm3 "$IP1"
	# One that goes takes no other with it.
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" ip 192.168.1.12
	alk_b neigh del "$IP1" subnet 71
	pings vm3 192.168.1.12
}

# Their MAC is found as long as one of them is there.
test_neighbors_with_one_mac() {
	alk_a neigh add 192.168.1.33 subnet 71 mac "$MAC3" host 10.0.0.2
	alk_b port replace vm3 subnet 71 mac "$MAC3" ip "$IP3" ip 192.168.1.33
	ip -n vm3 addr add 192.168.1.33/24 dev eth0
	pings vm1 "$IP3"
	pings vm1 192.168.1.33
	alk_a neigh del "$IP3" subnet 71
	pings vm1 192.168.1.33
	alk_a neigh del 192.168.1.33 subnet 71
	frames cases host_a vm1 eth0 <<-END
		MISS: $FLOW udp
	END
}

test_subnets_that_share_a_vni_are_one_segment() {
	local host
	for host in host_a host_b; do
		alk -n "$host" subnet add 72 vpc 7 vni 7001 prefix 192.168.2.0/24
		alk -n "$host" subnet add 73 vpc 7 vni 7003 prefix 192.168.3.0/24
	done
	alk_b port replace vm3 subnet 72 mac "$MAC3" ip 192.168.2.3
	alk_a neigh del "$IP3" subnet 71
	alk_a neigh add 192.168.2.3 subnet 72 mac "$MAC3" host 10.0.0.2
	ip -n vm3 addr add 192.168.2.3/24 dev eth0
	ip -n vm1 route add 192.168.2.0/24 dev eth0
	pings vm1 192.168.2.3

	# With a VNI of its own it is out of reach, though in the same VPC.
	alk_a neigh del 192.168.2.3 subnet 72
	alk_a neigh add 192.168.3.3 subnet 73 mac "$MAC3" host 10.0.0.2
	frames cases host_a vm1 eth0 <<-END
		MISS: $FLOW udp
	END
}

test_device_is_a_port_for_the_host_itself() {
	ip -n host_a link set alk0 address 02:00:00:00:00:0a
	alk_a port add alk0 subnet 71 mac 02:00:00:00:00:0a ip 192.168.1.10
	alk_b neigh add 192.168.1.10 subnet 71 mac 02:00:00:00:00:0a host 10.0.0.1
	ip -n host_a addr add 192.168.1.10/24 dev alk0
	pings host_a "$IP3"
	pings host_a "$IP1"
	pings vm3 192.168.1.10
	iperf host_a vm3 "$IP3" -n 1M
	expect_carried 1048576
}

test_neighbor_that_moves_is_followed() {
	pings vm1 "$IP3"
	ip -n host_b addr add 10.0.0.3/24 dev ul
	capture_start host_b ul "$workdir/underlay" dst host 10.0.0.3
	alk_a neigh replace "$IP3" subnet 71 mac "$MAC3" host 10.0.0.3
	pings vm1 "$IP3"
	capture_stop "$workdir/underlay"
	expect_eq "$(capture_count "$workdir/underlay" udp)" 3 "frames to the new host"
}

run_tests "$@"
