#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# IPv4 that is too big and may be fragmented is, where that is configured.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# The underlay carries 1050 bytes of the overlay, and vm2 has an MTU of 1000.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

OUT="eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3"

# A veth takes in no more than its own MTU.
narrow() { # MTU
	ip -n host_a link set ul mtu "$1"
	ip -n host_b link set ul mtu "$1"
}

setup() {
	add_cloud
	narrow 1100
	ip -n host_a link set vm2 mtu 1000
	ip -n vm2 link set eth0 mtu 1000
	alk_a link set alk0 fragment on
	alk_b link set alk0 fragment on
	# The path is known from the first datagram on.
	pings vm1 "$IP3"
}

totals() {
	alk_a -j stats show | jq -c '.[0] | [.rx_packets, .tx_packets, .generated_packets]'
}

# One datagram from vm1, as the counters see it.
expect_parts() { # PARTS FRAME
	local before after
	before=$(totals)
	frames send vm1 eth0 <<<"$2"
	wait_for sent_since "$before" "$1"
	after=$(totals)
	expect_eq "$(jq -nc "[$before, $after] | transpose | map(.[1] - .[0])")" \
		"[1,1,$(($1 - 1))]" "received, sent, generated"
}

sent_since() { # BEFORE PARTS
	jq -ne "[$1, $(totals)] | transpose | map(.[1] - .[0]) | .[1] + .[2] >= $2" >/dev/null
}

test_ping_in_parts() {
	pings vm1 "$IP3" -M 'dont' -s 1400
	pings vm1 "$IP2" -M 'dont' -s 1400
	pings vm1 "$IP3" -M 'dont' -s 4000
	# Its own fragments are too big as well.
	pings vm3 "$IP1" -M 'dont' -s 4000
}

# One datagram is one frame that is sent; what the device adds is generated.
test_parts_are_accounted_for() {
	expect_parts 1 "$OUT udp data zeros=1022"
	expect_parts 2 "$OUT udp data zeros=1023"
	expect_parts 2 "$OUT udp data zeros=1472"
	expect_parts 2 "eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 udp data zeros=1472"
}

# What arrives, byte by byte: 1024 bytes of payload fit beside a header of 20.
test_bytes_of_the_parts() {
	local zeros=1032
	capture_start vm3 eth0 "$workdir/parts" "src host $IP1"
	frames send vm1 eth0 <<-END
		$OUT udp data zeros=$zeros text=tail
		$OUT frag=0x2001 udp data zeros=$zeros text=tail
		$OUT frag=0x0001 udp data zeros=$zeros text=tail
	END
	wait_for captured 6
	capture_stop "$workdir/parts"
	expect_eq "$(tshark -r "$workdir/parts" -o ip.check_checksum:TRUE -o ip.defragment:FALSE \
		-T fields -e ip.len -e ip.flags.mf -e ip.frag_offset -e ip.checksum.status 2>/dev/null |
		tr '\t' ' ')" "\
1044 1 0 1
40 0 128 1
1044 1 1 1
40 1 129 1
1044 1 1 1
40 0 129 1"
}

captured() { # COUNT
	[ "$(capture_count "$workdir/parts")" -ge "$1" ]
}

# Of options only those that say so are copied (RFC 791, 3.1): security (130) is, timestamp (68) not.
test_options() {
	local options=820b0000000000000000004408050000000000
	capture_start vm3 eth0 "$workdir/parts" "src host $IP1"
	# A header of ten words: the options come as payload of the header that is built.
	frames send vm1 eth0 <<-END
		$OUT ihl=10 data hex=${options}00 zeros=1100
	END
	wait_for captured 2
	capture_stop "$workdir/parts"
	expect_eq "$(tcpdump -r "$workdir/parts" -n -x 2>/dev/null |
		sed -n 's/^\t0x00[12]0:  //p' | cut -d' ' -f1-8 | tr -d ' \n' | cut -c9-48,73-112)" \
		"${options}00${options:0:22}010101010101010100"
}

test_what_may_not_be_fragmented() {
	frames cases host_a vm1 eth0 <<-END
		TOO_BIG+ICMP: $OUT frag=0x4000 udp data zeros=1023
		TOO_BIG+ICMP: eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 frag=0x4000 udp data zeros=973
	END
	alk_a link set alk0 fragment off
	frames cases host_a vm1 eth0 <<-END
		TOO_BIG+ICMP: $OUT udp data zeros=1023
		FORWARDED: $OUT udp data zeros=1022
	END
}

# A part has 48 bytes, and 128 parts are the most.
test_datagrams_that_cannot_be_cut() {
	ip -n host_a link set vm1 mtu 65000
	ip -n vm1 link set eth0 mtu 65000
	narrow 118
	pings vm1 "$IP3" -s 40
	frames cases host_a vm1 eth0 <<-END
		FRAGMENTATION: $OUT udp data zeros=6200
	END
	expect_parts 106 "$OUT udp data zeros=5072"
}

# The first datagram finds out how much fits: it is cut as well.
test_first_datagram() {
	narrow 1000
	expect_eq "$(alk_a -j vtep show 10.0.0.2 | jq '.[0].mtu')" null "MTU that nobody knows"
	pings vm1 "$IP3" -M 'dont' -s 1400
	expect_eq "$(alk_a -j vtep show 10.0.0.2 | jq '.[0].mtu')" 1000 "MTU"
}

test_option_of_the_link() {
	expect_eq "$(alk_a -j link show alk0 | jq '.[0].fragment')" true
	ip -n host_a link set alk0 mtu 900
	expect_eq "$(alk_a -j link show alk0 | jq '.[0].fragment')" true "after another change"
	alk_a link del alk0
	alk_a link add alk0 local 10.0.0.1 fragment on dvr-mac 02:00:00:00:00:aa
	expect_eq "$(alk_a -j link show alk0 | jq -c '.[0] | [.fragment, .dvr_mac]')" \
		'[true,"02:00:00:00:00:aa"]'
	expect_fail 'dvr-mac must be a unicast MAC' \
		alk_a link add alk1 local 10.0.0.1 dvr-mac 01:00:00:00:00:aa
}

run_tests "$@"
