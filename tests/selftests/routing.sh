#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# VMs of different subnets of a VPC talk, on one host and across the underlay.
#
#   vm1 192.168.1.1, fd00:1::1 --- [vm1]
#   vm2 192.168.2.2, fd00:2::2 --- [vm2] host_a --- host_b [vm3] --- vm3 192.168.2.3, fd00:2::3
#
# VPC 7: subnet 71, VNI 7001, is 192.168.1.0/24 and fd00:1::/64; 72, VNI 7002, is 192.168.2.0/24
# and fd00:2::/64. The gateways of each are 254 and fe.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

IP2=192.168.2.2 IP3=192.168.2.3 A1=fd00:1::1 A2=fd00:2::2 A3=fd00:2::3
GW1=02:00:00:00:01:fe GW2=02:00:00:00:02:fe DVR=fe:16:11:00:00:00
# From vm1 to its gateway; from there to a VM of the other subnet.
IP="eth src=$MAC1 dst=$GW1 ip src=$IP1"
IP6="eth src=$MAC1 dst=$GW1 ip6 src=$A1"
TO2="vm2 eth src=$GW2 dst=$MAC2"
TO3="vm3 eth src=$GW2 dst=$MAC3"

subnets() {
	cat <<-END
		vpc add 7
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 gateway-ip 192.168.1.254 gateway-ip fd00:1::fe gateway-mac $GW1
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac $GW2
	END
}

setup() {
	add_hosts
	add_alkaid host_a
	add_alkaid host_b
	add_vm vm1 host_a vm1 $MAC1 $IP1/24 192.168.1.254
	add_vm vm2 host_a vm2 $MAC2 $IP2/24 192.168.2.254
	add_vm vm3 host_b vm3 $MAC3 $IP3/24 192.168.2.254
	alk_a -f - <<-END
		$(subnets)
		port add vm1 subnet 71 mac $MAC1 ip $IP1 ip $A1
		port add vm2 subnet 72 mac $MAC2 ip $IP2 ip $A2
		neigh add $IP3 subnet 72 mac $MAC3 host 10.0.0.2
		neigh add $A3 subnet 72 mac $MAC3 host 10.0.0.2
	END
	alk_b -f - <<-END
		$(subnets)
		port add vm3 subnet 72 mac $MAC3 ip $IP3 ip $A3
		neigh add $IP1 subnet 71 mac $MAC1 host 10.0.0.1
		neigh add $A1 subnet 71 mac $MAC1 host 10.0.0.1
		neigh add $IP2 subnet 72 mac $MAC2 host 10.0.0.1
		neigh add $A2 subnet 72 mac $MAC2 host 10.0.0.1
	END
}

from_vm1() {
	frames cases host_a vm1 eth0
}

test_vms_of_two_subnets_talk() {
	pings vm1 "$IP2"
	pings vm1 "$IP3"
	pings vm3 "$IP1" -s 4000
	in_ns vm1 ping -c 1 -W 1 "$IP3" | grep -q 'ttl=63'
	iperf vm1 vm2 "$IP2" -n 1M
	expect_carried 1048576
	iperf vm1 vm3 "$IP3" -n 1M
	expect_carried 1048576
	iperf vm3 vm1 "$IP1" -n 1M
	expect_carried 1048576
}

test_ip6_too() {
	with_ip6 vm1 "$A1" nodad
	with_ip6 vm2 "$A2" nodad
	with_ip6 vm3 "$A3" nodad
	ip -n vm1 route add default via fd00:1::fe
	ip -n vm2 route add default via fd00:2::fe
	ip -n vm3 route add default via fd00:2::fe
	pings vm1 "$A2"
	pings vm1 "$A3"
	pings vm3 "$A1" -s 4000
	in_ns vm1 ping -c 1 -W 1 "$A3" | grep -q 'ttl=63'
	iperf vm1 vm2 "$A2" -n 1M
	expect_carried 1048576
	iperf vm1 vm3 "$A3" -n 1M
	expect_carried 1048576
}

# From vm1 to vm3, in frames that pktgen holds too, checksums left to the device.
held_frames() { # SIZE COUNT
	in_ns vm1 bash -eu -s <<-END
		echo rem_device_all >/proc/net/pktgen/kpktgend_0
		echo add_device eth0 >/proc/net/pktgen/kpktgend_0
		while read -r line; do echo "\$line" >/proc/net/pktgen/eth0; done <<-LINES
			count $2
			pkt_size $1
			delay 0
			src_min $IP1
			src_max $IP1
			dst $IP3
			src_mac $MAC1
			dst_mac $GW1
			flag UDPCSUM
		LINES
		echo start >/proc/net/pktgen/pgctrl
	END
}

test_frames_that_another_holds() {
	local file=$workdir/held size
	modprobe -q pktgen || skip "the kernel has no pktgen"
	in_ns host_a ethtool -K ul tx off >/dev/null
	capture_start vm3 eth0 "$file" udp
	# What is copied whole, what is cloned, and the size in between.
	for size in 64 269 270 271 1400; do
		held_frames "$size" 20
	done
	wait_for has_captured "$file" 100
	capture_stop "$file"
	tcpdump -r "$file" -vv -n 2>/dev/null >"$file.txt"
	expect_eq "$(grep -c 'udp sum ok' "$file.txt")" 100 "right checksums"
	expect_eq "$(grep -c 'ttl 31' "$file.txt")" 100 "hops"
	expect_eq "$(capture_count "$file" "ether src $GW2 and ether dst $MAC3")" 100 "MACs"
	assert_conserved
}

has_captured() { # FILE COUNT
	[ "$(capture_count "$1")" -ge "$2" ]
}

test_one_hop_and_the_gateways_mac() {
	from_vm1 <<-END
		FORWARDED: $IP dst=$IP2 udp data text=hello => $TO2 ip src=$IP1 dst=$IP2 ttl=63 udp data text=hello
		FORWARDED: $IP dst=$IP2 ttl=2 tos=0x15 udp => $TO2 ip src=$IP1 dst=$IP2 ttl=1 tos=0x15 udp
		FORWARDED: $IP dst=$IP2 ttl=255 frag=0x0002 data text=rest => $TO2 ip src=$IP1 dst=$IP2 ttl=254 frag=0x0002 data text=rest
		FORWARDED: $IP dst=$IP3 udp data text=hello => $TO3 ip src=$IP1 dst=$IP3 ttl=63 udp data text=hello
		FORWARDED: $IP6 dst=$A2 udp data text=hello => $TO2 ip6 src=$A1 dst=$A2 hops=63 udp data text=hello
		FORWARDED: $IP6 dst=$A3 hops=2 udp data text=hello => $TO3 ip6 src=$A1 dst=$A3 hops=1 udp data text=hello
	END
}

test_underlay_sees_the_dvr_mac_and_the_other_vni() {
	capture_start host_b ul "$workdir/underlay" udp dst port 4789
	from_vm1 <<-END
		FORWARDED: $IP dst=$IP3 udp data text=hello
		FORWARDED: $IP6 dst=$A3 udp data text=hello
	END
	capture_stop "$workdir/underlay"
	# VNI, destination MAC and source MAC, behind eight bytes of UDP and four of VXLAN.
	expect_eq "$(capture_count "$workdir/underlay" "udp[12:4] == $((7002 << 8)) and
		udp[16:4] == 0x${MAC3:0:2}${MAC3:3:2}${MAC3:6:2}${MAC3:9:2} and
		udp[22:4] == 0xfe161100 and udp[26:2] == 0")" 2 "frames with $DVR in VNI 7002"
	expect_eq "$(capture_count "$workdir/underlay")" 2 "frames"
}

# It leaves MAC and time to live as they are until the frame is delivered.
test_other_agents_frames_get_the_gateways_mac() {
	frames cases host_b host_a udp:10.0.0.2 <<-END
		FORWARDED: vxlan vni=7002 eth src=fe:16:11:aa:bb:cc dst=$MAC3 ip src=$IP1 dst=$IP3 udp => $TO3 ip src=$IP1 dst=$IP3 udp
		FORWARDED: vxlan vni=7002 eth src=fe:16:11:aa:bb:cc dst=$MAC3 ip src=$IP1 dst=$IP3 ttl=1 udp => $TO3 ip src=$IP1 dst=$IP3 ttl=1 udp
		FORWARDED: vxlan vni=7002 eth src=fe:16:11:aa:bb:cc dst=$MAC3 ip6 src=$A1 dst=$A3 udp => $TO3 ip6 src=$A1 dst=$A3 udp
		FORWARDED: vxlan vni=7002 eth src=fe:16:12:00:00:00 dst=$MAC3 ip src=$IP2 dst=$IP3 udp => vm3 eth src=fe:16:12:00:00:00 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
		FORWARDED: vxlan vni=7002 eth src=$MAC2 dst=$MAC3 ip src=$IP2 dst=$IP3 udp => vm3 eth src=$MAC2 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
	END
}

test_appliance_forwards() {
	alk_a -f - <<-END
		port replace vm2 subnet 72 mac $MAC2 ip $IP2 ip $A2 allow 10.9.0.0/16
		route add 10.9.0.0/16 vpc 7 via $IP2
	END
	alk_b route add 10.9.0.0/16 vpc 7 via "$IP2"
	ip -n vm2 addr add 10.9.9.9/32 dev lo
	pings vm1 10.9.9.9
	pings vm3 10.9.9.9
	from_vm1 <<-END
		FORWARDED: $IP dst=10.9.1.1 udp => $TO2 ip src=$IP1 dst=10.9.1.1 ttl=63 udp
		NO_ROUTE+ICMP: $IP dst=10.8.9.9 udp
	END
}

test_longest_prefix_wins() {
	alk_a -f - <<-END
		route add default vpc 7 via $IP2
		route add 10.0.0.0/8 vpc 7 via $IP3
		route add 10.9.0.0/16 vpc 7 blackhole
		route add 10.9.9.0/24 vpc 7 via $IP2
		route add 10.9.9.9/32 vpc 7 via $IP3
		route add fd00:9::/32 vpc 7 via $A2
		route add fd00:9:9::/48 vpc 7 blackhole
		route add fd00:9:9:9::/64 vpc 7 via $A3
		route add 192.168.2.128/25 vpc 7 via $IP2
	END
	from_vm1 <<-END
		FORWARDED: $IP dst=8.8.8.8 udp => $TO2 ip src=$IP1 dst=8.8.8.8 ttl=63 udp
		FORWARDED: $IP dst=10.8.8.8 udp => $TO3 ip src=$IP1 dst=10.8.8.8 ttl=63 udp
		BLACKHOLE: $IP dst=10.9.8.8 udp
		FORWARDED: $IP dst=10.9.9.8 udp => $TO2 ip src=$IP1 dst=10.9.9.8 ttl=63 udp
		FORWARDED: $IP dst=10.9.9.9 udp => $TO3 ip src=$IP1 dst=10.9.9.9 ttl=63 udp
		FORWARDED: $IP6 dst=fd00:9:8::1 udp => $TO2 ip6 src=$A1 dst=fd00:9:8::1 hops=63 udp
		BLACKHOLE: $IP6 dst=fd00:9:9:8::1 udp
		FORWARDED: $IP6 dst=fd00:9:9:9::1 udp => $TO3 ip6 src=$A1 dst=fd00:9:9:9::1 hops=63 udp
		NO_ROUTE+ICMP: $IP6 dst=fd00:8::1 udp
		NO_NEIGHBOR+ICMP: $IP dst=192.168.2.77 udp
		FORWARDED: $IP dst=192.168.2.177 udp => $TO2 ip src=$IP1 dst=192.168.2.177 ttl=63 udp
		FORWARDED: $IP dst=$IP3 udp => $TO3 ip src=$IP1 dst=$IP3 ttl=63 udp
	END
	alk_a route del 10.9.9.9/32 vpc 7
	alk_a route del 10.9.9.0/24 vpc 7
	from_vm1 <<-END
		BLACKHOLE: $IP dst=10.9.9.9 udp
	END
}

test_route_of_the_subnet_comes_before_one_of_the_vpc() {
	alk_a -f - <<-END
		route add 10.9.0.0/16 vpc 7 via $IP2
		route add 10.9.0.0/16 vpc 7 subnet 71 via $IP3
		route add 10.9.9.0/24 vpc 7 via $IP2
		route add 10.8.0.0/16 vpc 7 subnet 72 blackhole
	END
	from_vm1 <<-END
		FORWARDED: $IP dst=10.9.8.8 udp => $TO3 ip src=$IP1 dst=10.9.8.8 ttl=63 udp
		FORWARDED: $IP dst=10.9.9.9 udp => $TO2 ip src=$IP1 dst=10.9.9.9 ttl=63 udp
		NO_ROUTE+ICMP: $IP dst=10.8.8.8 udp
	END
	frames cases host_a vm2 eth0 <<-END
		HAIRPIN: eth src=$MAC2 dst=$GW2 ip src=$IP2 dst=10.9.8.8 udp
		BLACKHOLE: eth src=$MAC2 dst=$GW2 ip src=$IP2 dst=10.8.8.8 udp
	END
}

test_next_hop_that_is_not_there() {
	alk_a route add 10.9.0.0/16 vpc 7 via 192.168.2.77
	from_vm1 <<-END
		NEXT_HOP+ICMP: $IP dst=10.9.8.8 udp
	END
	alk_a neigh add 192.168.2.77 subnet 72 mac "$MAC3" host 10.0.0.2
	from_vm1 <<-END
		FORWARDED: $IP dst=10.9.8.8 udp => $TO3 ip src=$IP1 dst=10.9.8.8 ttl=63 udp
	END
}

test_what_is_not_routed() {
	from_vm1 <<-END
		NOT_ROUTABLE: $IP dst=224.0.0.1 udp
		NOT_ROUTABLE: $IP dst=127.0.0.1 udp
		NOT_ROUTABLE: $IP dst=255.255.255.255 udp
		NOT_ROUTABLE: $IP6 dst=ff05::1 udp
		NOT_ROUTABLE: $IP6 dst=fe80::1 udp
		NOT_ROUTABLE: eth src=$MAC1 dst=$GW1 ip6 src=fe80::ff:fe00:1 dst=$A2 udp
		HAIRPIN: $IP dst=$IP1 udp
		MISS: eth src=$MAC1 dst=$GW2 ip src=$IP1 dst=$IP2 udp
	END
}

run_tests "$@"
