#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A gateway relays what hosts send it, answers for what it knows, and teaches hosts direct paths.
#
#   vm1 --- host_a ---+
#   vm2 --- host_b ---+
#   vm4 --/           +--- fabric --- gw
#   vm3 --- host_c ---+     host_c and host_d are stock Linux
#   vm5 --- host_d ---+
#   vm6 --/
#
# See fabric.sh. Frames to order are sent to the gateway from a host's namespace, as the host
# itself would steer them.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"
# shellcheck source=tests/selftests/fabric.sh
. "$(dirname "$0")/fabric.sh"

IP1=192.168.1.1 IP2=192.168.2.2 IP3=192.168.1.3 IP4=192.168.1.4 IP5=192.168.2.5 IP6=192.168.1.6
M1=$(mac_of 1) M2=$(mac_of 2) M3=$(mac_of 3) M4=$(mac_of 4) M6=$(mac_of 6)
# From vm1, steered; from vm3, whose host is stock.
STEERED="vxlan vni=7001 eth src=$M1 dst=$MEMBER ip src=$IP1"
STEERED6="vxlan vni=7001 eth src=$M1 dst=$MEMBER ip6 src=fd00:1::1"

setup() {
	add_fabric
}

# The gateway finds out which hosts have alkaid: who steers.
hosts_steer() {
	frames cases gw host_b udp:10.0.0.9 <<-END
		FORWARDED+OAM: vxlan vni=7001 eth src=$M4 dst=$MEMBER ip src=$IP4 dst=$IP3 udp sport=9 dport=9
	END
}

from_host_a() {
	frames cases gw host_a udp:10.0.0.9
}

# Otherwise they would be the receiver's to fill in, on a veth.
checksums_are_made() {
	in_ns gw ethtool -K ul tx off >&2
}

oam_start() { # HOST [FILTER]
	capture_start "$1" ul "$workdir/oam" "${2:-udp dst port 8300}"
}

# Of each OAM datagram a line: addresses, ports, whether its checksum is right, and its bytes.
oam_shown() {
	tshark -r "$workdir/oam" -d udp.port==8300,data -d udp.port==8400,data \
		-o udp.check_checksum:TRUE -T fields -E separator=' ' -e ip.src -e ip.dst \
		-e udp.srcport -e udp.dstport -e udp.checksum.status -e data.data -Y udp 2>/dev/null
}

# The bytes of an inject, of addresses as hexadecimal numbers.
inject() { # SRC DST SPORT DPORT PROTO VNI NODE MAC
	printf '00000000%s%s%04x%04x%02x%06x%s%s%s000000000000001e0000\n' "$1" "$2" "$3" "$4" "$5" \
		"$6" "$2" "$7" "${8//:/}"
}

test_bridged_frames_stay_as_they_are_but_for_the_mac() {
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP4 ttl=1 udp data text=hello => vm4 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 ttl=1 udp data text=hello
		FORWARDED+OAM: $STEERED dst=$IP3 ttl=64 tcp data text=hello => vm3 eth src=$M1 dst=$M3 ip src=$IP1 dst=$IP3 tcp data text=hello
		FORWARDED: $STEERED6 dst=fd00:1::4 hops=1 udp data text=hello => vm4 eth src=$M1 dst=$M4 ip6 src=fd00:1::1 dst=fd00:1::4 hops=1 udp data text=hello
		FORWARDED+OAM: vxlan vni=7001 eth src=$M1 dst=$M4 ip src=$IP1 dst=10.99.99.99 udp data text=hello => vm4 eth src=$M1 dst=$M4 ip src=$IP1 dst=10.99.99.99 udp data text=hello
	END
}

test_routed_frames_go_a_hop() {
	hosts_steer
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP2 ttl=2 udp data text=hello => vm2 eth src=$GW2 dst=$M2 ip src=$IP1 dst=$IP2 ttl=1 udp data text=hello
		FORWARDED: $STEERED6 dst=fd00:2::2 udp data text=hello => vm2 eth src=$GW2 dst=$M2 ip6 src=fd00:1::1 dst=fd00:2::2 hops=63 udp data text=hello
		FORWARDED: vxlan vni=7001 eth src=$M1 dst=$GW1 ip src=$IP1 dst=$IP5 udp data text=hello => vm5 eth src=$DVR dst=$(mac_of 5) ip src=$IP1 dst=$IP5 ttl=63 udp data text=hello
	END
}

test_outer_header_is_the_gateways_own() {
	hosts_steer
	checksums_are_made
	capture_start host_b ul "$workdir/underlay" udp dst port 4789
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP4 udp data text=hello
		FORWARDED+OAM: $STEERED dst=$IP2 udp data text=hello
	END
	capture_stop "$workdir/underlay"
	expect_eq "$(tshark -r "$workdir/underlay" -T fields -E occurrence=f -e ip.src -e ip.ttl \
		-e vxlan.vni -o udp.check_checksum:TRUE -e udp.checksum.status 2>/dev/null)" \
		$'10.0.0.9\t64\t7001\t1\n10.0.0.9\t64\t7002\t1'
}

test_routes_of_the_gateway() {
	alk -n gw -f - <<-END
		route add 10.9.0.0/16 vpc 7 via $IP2
		route add 10.7.0.0/16 vpc 7 blackhole
		route add 10.6.0.0/16 vpc 7 via 192.168.2.77
		route add 10.5.0.0/16 vpc 7 gateway-group 1
		gateway add 2 member 10.0.0.1 mac 02:cc:00:00:00:01
		route add 10.4.0.0/16 vpc 7 gateway-group 2
	END
	from_host_a <<-END
		FORWARDED: $STEERED dst=10.9.1.1 udp data text=hello => vm2 eth src=$GW2 dst=$M2 ip src=$IP1 dst=10.9.1.1 ttl=63 udp data text=hello
		BLACKHOLE: $STEERED dst=10.7.1.1 udp
		NEXT_HOP+ICMP: $STEERED dst=10.6.1.1 udp
		RELAY_LOOP: $STEERED dst=10.4.1.1 udp
		TTL_EXCEEDED+ICMP: $STEERED dst=10.4.1.1 ttl=1 udp
	END
}

test_what_is_not_relayed() {
	alk -n gw neigh add 192.168.1.77 subnet 71 mac 02:00:00:00:00:77 host 10.0.0.1
	from_host_a <<-END
		RELAY_LOOP: $STEERED dst=192.168.1.77 udp
		RELAY_LOOP: vxlan vni=7001 eth src=$M1 dst=02:00:00:00:00:77 ip src=$IP1 dst=192.168.1.77 udp
		GATEWAY_MISS+ICMP: $STEERED dst=192.168.1.88 udp
		GATEWAY_MISS+ICMP: $STEERED dst=192.168.2.88 udp
		GATEWAY_MISS+ICMP: $STEERED dst=8.8.8.8 udp
		GATEWAY_MISS+ICMP: $STEERED6 dst=2001:db8::1 udp
		GATEWAY_MISS: vxlan vni=7001 eth src=$M1 dst=$MEMBER arp op=2 sha=$M1 spa=$IP1 tpa=192.168.1.88
		GATEWAY_MISS: vxlan vni=7001 eth src=$M1 dst=$MEMBER ip src=192.168.1.99 dst=8.8.8.8 udp
		NOT_ROUTABLE: $STEERED dst=224.0.0.5 udp
		TTL_EXCEEDED+ICMP: $STEERED dst=$IP2 ttl=1 udp
		UNKNOWN_VNI: vxlan vni=7009 eth src=$M1 dst=$MEMBER ip src=$IP1 dst=$IP4 udp
		BROADCAST: vxlan vni=7001 eth src=$M1 dst=$BCAST ip src=$IP1 dst=192.168.1.255 udp
	END
	ip -n gw link set alk0 down
	alk -n gw link set alk0 role host
	ip -n gw link set alk0 up
	from_host_a <<-END
		TUNNEL_NOT_LOCAL: $STEERED dst=$IP4 udp
		TUNNEL_NOT_LOCAL: vxlan vni=7001 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 udp
	END
}

test_traces_say_where_it_goes() {
	local to_gw="vni 7001 dst-mac $MEMBER"
	# shellcheck disable=SC2086 # words
	traced() { alk -n gw -j trace tunnel $to_gw dst "$1" | jq -r '.[0] | "\(.verdict) \(.reason) \(.out.host)"'; }
	expect_eq "$(traced "$IP4")" "relay null 10.0.0.2"
	expect_eq "$(traced "$IP5")" "relay null 10.0.0.4"
	expect_eq "$(traced 192.168.1.88)" "drop GATEWAY_MISS null"
	expect_eq "$(traced 192.168.1.254)" "echo_reply null null"
}

# It would look for the destination in the sender's segment, where that is not.
test_no_path_leads_to_a_stock_host_of_another_segment() {
	from_host_a <<-END
		FORWARDED: $STEERED dst=$IP5 udp
		FORWARDED: $STEERED dst=$IP2 udp
	END
	hosts_steer
	from_host_a <<-END
		FORWARDED: $STEERED dst=$IP5 udp
		FORWARDED+OAM: $STEERED dst=$IP2 udp
		FORWARDED+OAM: $STEERED dst=$IP3 udp
	END
}

# Of a flow once, and again after a second; of each flow by itself.
test_hosts_are_taught_each_flow() {
	hosts_steer
	checksums_are_made
	oam_start host_a
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP4 udp sport=1000 dport=2000
		FORWARDED+OAM: $STEERED dst=$IP4 tcp sport=1001 dport=443
		FORWARDED+OAM: $STEERED dst=$IP2 icmp
		FORWARDED+OAM: vxlan vni=7001 eth src=$M1 dst=$M4 ip src=$IP1 dst=10.99.99.99 udp
		FORWARDED+OAM: $STEERED dst=$IP3 frag=0x2000 udp data zeros=32
	END
	capture_stop "$workdir/oam"
	expect_eq "$(oam_shown)" "$(
		while read -r bytes; do
			echo "10.0.0.9 10.0.0.1 8300 8300 1 $bytes"
		done <<-END
			$(inject c0a80101 c0a80104 1000 2000 17 7001 0a000002 "$M4")
			$(inject c0a80101 c0a80104 1001 443 6 7001 0a000002 "$M4")
			$(inject c0a80101 c0a80202 0 0 1 7001 0a000002 "$M2")
			$(inject c0a80101 0a636363 1000 2000 17 7001 0a000002 "$M4")
			$(inject c0a80101 c0a80103 0 0 17 7001 0a000003 "$M3")
		END
	)"
}

# COUNT frames of one flow; sets $took to the seconds that this took, rounded up.
send_flow() { # COUNT
	local begin=${EPOCHREALTIME/./}
	frames send host_a udp:10.0.0.9 "$1" <<<"$STEERED dst=$IP4 udp"
	took=$(((${EPOCHREALTIME/./} - begin) / 1000000 + 1))
}

taught_at_least() { # COUNT
	send_flow 1
	[ "$(capture_count "$workdir/oam")" -ge "$1" ]
}

test_a_flow_is_taught_once_a_second() {
	local took
	oam_start host_a
	send_flow 500
	wait_for taught_at_least 1
	count=$(capture_count "$workdir/oam")
	[ "$count" -le $((took + 1)) ] || fail "$count datagrams in $took s"
	wait_for taught_at_least $((count + 2))
	capture_stop "$workdir/oam"
	# Between any two of them there was a second, but for what the capture was late.
	tshark -r "$workdir/oam" -T fields -e frame.time_delta | tail -n +2 |
		awk '$1 < 0.9 { exit 1 }'
}

test_gateways_are_taught_nothing() {
	hosts_steer
	alk -n gw gateway add 2 member 10.0.0.1 mac 02:cc:00:00:00:01
	from_host_a <<<"FORWARDED: $STEERED dst=$IP4 udp"
	alk -n gw gateway del 2
	from_host_a <<<"FORWARDED+OAM: $STEERED dst=$IP2 udp"
}

test_no_group_no_teaching() {
	alk -n gw vpc replace 7
	from_host_a <<-END
		FORWARDED: $STEERED dst=$IP4 udp
		FORWARDED: $STEERED dst=$IP2 udp
	END
}

test_port_is_that_of_the_group_which_serves() {
	hosts_steer
	alk -n gw -f - <<-END
		gateway add 2 oam-port 8400 member 10.0.0.8 mac 02:cc:00:00:00:08
		route add 192.168.2.2/32 vpc 7 gateway-group 2
	END
	oam_start host_a 'udp dst port 8300 or udp dst port 8400'
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP2 udp
		FORWARDED+OAM: $STEERED dst=$IP4 udp
	END
	capture_stop "$workdir/oam"
	expect_eq "$(oam_shown | cut -d' ' -f 3,4)" $'8400 8400\n8300 8300'
}

test_key_signs() {
	hosts_steer
	alk -n gw gateway replace 1 oam-key 000102030405060708090a0b0c0d0e0f \
		member 10.0.0.9 mac "$MEMBER"
	oam_start host_a
	from_host_a <<-END
		FORWARDED+OAM: $STEERED dst=$IP4 udp
		FORWARDED+OAM: $STEERED dst=$IP2 udp
	END
	capture_stop "$workdir/oam"
	oam_shown | cut -d' ' -f 6 | run_python siphash \
		000102030405060708090a0b0c0d0e0f 44
}

test_gateway_answers_arp() {
	frames cases gw host_c udp:10.0.0.9 <<-END
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=$IP1 => vm3 eth src=$M1 dst=$M3 arp op=2 sha=$M1 spa=$IP1 tha=$M3 tpa=$IP3
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=$MEMBER arp sha=$M3 spa=$IP3 tpa=$IP1 => vm3 eth src=$M1 dst=$M3 arp op=2 sha=$M1 spa=$IP1 tha=$M3 tpa=$IP3
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=192.168.1.254 => vm3 eth src=$GW1 dst=$M3 arp op=2 sha=$GW1 spa=192.168.1.254 tha=$M3 tpa=$IP3
		ARP_UNKNOWN: vxlan vni=7001 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=192.168.1.88
		ARP_UNKNOWN: vxlan vni=7001 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=$IP2
		ARP_ANNOUNCEMENT: vxlan vni=7001 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=$IP3
		TUNNEL_ARP_SENDER: vxlan vni=7001 eth src=02:00:00:00:00:99 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=$IP1
		TUNNEL_ARP_SENDER: vxlan vni=7002 eth src=$M3 dst=$BCAST arp sha=$M3 spa=$IP3 tpa=$IP2
	END
}

test_gateway_answers_nd() {
	frames cases gw host_c udp:10.0.0.9 <<-END
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=33:33:ff:00:00:01 ip6 src=fd00:1::3 dst=ff02::1:ff00:1 hops=255 ns target=fd00:1::1 lladdr=$M3 => vm3 eth src=$M1 dst=$M3 ip6 src=fd00:1::1 dst=fd00:1::3 hops=255 na target=fd00:1::1 flags=0x60 lladdr=$M1
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=33:33:ff:00:00:fe ip6 src=fd00:1::3 dst=ff02::1:ff00:fe hops=255 ns target=fd00:1::fe lladdr=$M3 => vm3 eth src=$GW1 dst=$M3 ip6 src=fd00:1::fe dst=fd00:1::3 hops=255 na target=fd00:1::fe flags=0xe0 lladdr=$GW1
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=33:33:ff:00:00:01 ip6 src=:: dst=ff02::1:ff00:1 hops=255 ns target=fd00:1::1 => vm3 eth src=$M1 dst=$M3 ip6 src=fd00:1::1 dst=ff02::1 hops=255 na target=fd00:1::1 flags=0x20 lladdr=$M1
		ND_ANNOUNCEMENT: vxlan vni=7001 eth src=$M3 dst=33:33:ff:00:00:03 ip6 src=:: dst=ff02::1:ff00:3 hops=255 ns target=fd00:1::3
		ND_UNKNOWN: vxlan vni=7001 eth src=$M3 dst=33:33:ff:00:00:88 ip6 src=fd00:1::3 dst=ff02::1:ff00:88 hops=255 ns target=fd00:1::88 lladdr=$M3
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=33:33:00:00:00:02 ip6 src=fe80::1 dst=ff02::2 hops=255 rs lladdr=$M3
	END
}

test_gateway_answers_ping_and_tells_errors() {
	frames cases gw host_c udp:10.0.0.9 <<-END
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=$GW1 ip src=$IP3 dst=192.168.1.254 icmp4 => vm3 eth src=$GW1 dst=$M3 ip src=192.168.1.254 dst=$IP3 icmp4 type=0
		ANSWERED: vxlan vni=7001 eth src=$M3 dst=$MEMBER ip src=$IP3 dst=192.168.2.254 icmp4 => vm3 eth src=$GW1 dst=$M3 ip src=192.168.2.254 dst=$IP3 icmp4 type=0
		GATEWAY_LOCAL+ICMP: vxlan vni=7001 eth src=$M3 dst=$GW1 ip src=$IP3 dst=192.168.1.254 udp
		GATEWAY_LOCAL: vxlan vni=7001 eth src=$M3 dst=$GW1 ip src=192.168.1.99 dst=192.168.1.254 icmp4
	END
	pings vm3 192.168.1.254
	pings vm3 192.168.2.254 -s 1400
	in_ns vm3 ping -c 1 -W 2 -t 1 "$IP5" >"$workdir/ping" || :
	grep -q 'From 192.168.1.254.*Time to live exceeded' "$workdir/ping"
	in_ns vm3 ping -c 1 -W 2 192.168.2.88 >"$workdir/ping" || :
	grep -q 'From 192.168.1.254.*Destination Host Unreachable' "$workdir/ping"
}

test_what_is_too_big_for_the_next_leg_is_told() {
	ip -n gw route add 10.0.0.4 dev ul src 10.0.0.9 mtu 1400
	# The first one finds out what fits.
	in_ns vm3 ping -c 3 -i 0.2 -W 1 -M "do" -s 1400 "$IP6" >"$workdir/ping" || :
	grep -q 'From 192.168.1.254.*mtu = 1350' "$workdir/ping"
	pings vm3 "$IP6" -s 1400
}

stock_pings() {
	pings vm3 "$IP6"
	pings vm3 "$IP6" -s 1400
	pings vm6 "$IP3" -s 4000
	in_ns vm3 ping -c 1 -W 3 "$IP5" | grep -q 'ttl=63'
	pings vm5 "$IP3"
	# Bridged and routed, to hosts with alkaid and back.
	pings vm3 "$IP4"
	pings vm5 "$IP1"
	pings vm4 "$IP3"
	pings vm1 "$IP5"
}

test_stock_hosts_are_connected() {
	stock_pings
	iperf vm3 vm6 "$IP6" -n 2M
	expect_carried 2097152
	iperf vm3 vm5 "$IP5" -n 2M -R
	expect_carried 2097152
	iperf vm3 vm2 "$IP2" -n 2M
	expect_carried 2097152
	iperf vm1 vm5 "$IP5" -n 2M
	expect_carried 2097152
	in_ns vm3 ip neigh show "$IP6" | grep -qF "lladdr $M6"
	expect_eq "$(drop_count gw GATEWAY_MISS)" 0
}

test_stock_hosts_are_connected_by_ip6() {
	local number subnet _
	while read -r number subnet _; do
		with_ip6 "vm$number" "fd00:$subnet::$number" nodad
		ip -n "vm$number" route add default via "fd00:$subnet::fe"
	done <<<"$VMS"
	pings vm3 fd00:1::6
	in_ns vm3 ping -c 1 -W 3 fd00:2::5 | grep -q 'ttl=63'
	pings vm5 fd00:1::1
	pings vm4 fd00:1::3 -s 4000
	pings vm3 fd00:1::fe
	iperf vm3 vm5 fd00:2::5 -n 2M
	expect_carried 2097152
}

test_hosts_with_alkaid_are_connected() {
	pings vm1 "$IP4"
	in_ns vm1 ping -c 1 -W 3 "$IP2" | grep -q 'ttl=63'
	pings vm2 "$IP1" -s 4000
	iperf vm1 vm4 "$IP4" -n 2M
	expect_carried 2097152
	iperf vm2 vm1 "$IP1" -n 2M
	expect_carried 2097152
}

# Frames that the gateway's VPC saw come, and their bytes.
gateway_rx() {
	alk -n gw -s -j vpc show 7 | jq -r '.[0].stats | "\(.rx_packets) \(.rx_bytes)"'
}

gso() { # FROM TO ADDRESS
	local frames bytes frames0 bytes0
	read -r frames0 bytes0 <<<"$(gateway_rx)"
	iperf "$1" "$2" "$3" -n 20M
	expect_carried 20971520
	read -r frames bytes <<<"$(gateway_rx)"
	frames=$((frames - frames0)) bytes=$((bytes - bytes0))
	note "$1 to $2: $frames frames for $bytes bytes"
	# Acknowledgments are among them, and still the mean is more than a packet may have.
	[ $((bytes / frames)) -gt 3000 ] || fail "$frames frames for $bytes bytes: they were cut"
}

test_gso_packets_stay_whole() {
	gso vm3 vm6 "$IP6"
	gso vm3 vm5 "$IP5"
}

run_tests "$@"
