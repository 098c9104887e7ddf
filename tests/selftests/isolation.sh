#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two VPCs with the same addresses and the same MACs never meet.
#
#   blue1 192.168.1.1 --- [blue1]                                      [blue3] --- blue3 192.168.1.3
#   red1  192.168.1.1 --- [red1] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [red3] --- red3  192.168.1.3
#
# blue is VPC 7, subnet 71, VNI 7001; red is VPC 8, subnet 81, VNI 8001. blue3 answers with
# TTL 100, red3 with TTL 200.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_hosts
	add_alkaid host_a
	add_alkaid host_b
	add_vm blue1 host_a blue1 $MAC1 $IP1/24
	add_vm red1 host_a red1 $MAC1 $IP1/24
	add_vm blue3 host_b blue3 $MAC3 $IP3/24
	add_vm red3 host_b red3 $MAC3 $IP3/24
	in_ns blue3 sysctl -qw net.ipv4.ip_default_ttl=100
	in_ns red3 sysctl -qw net.ipv4.ip_default_ttl=200
	alk_a -f - <<-END
		vpc add 7
		vpc add 8
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24
		port add blue1 subnet 71 mac $MAC1 ip $IP1
		port add red1 subnet 81 mac $MAC1 ip $IP1
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
		neigh add $IP3 subnet 81 mac $MAC3 host 10.0.0.2
	END
	alk_b -f - <<-END
		vpc add 7
		vpc add 8
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24
		port add blue3 subnet 71 mac $MAC3 ip $IP3
		port add red3 subnet 81 mac $MAC3 ip $IP3
		neigh add $IP1 subnet 71 mac $MAC1 host 10.0.0.1
		neigh add $IP1 subnet 81 mac $MAC1 host 10.0.0.1
	END
}

received() { # NS
	ip -n "$1" -j -s link show eth0 | jq '.[0].stats64.rx.packets'
}

# Every reply has this TTL.
answers_with_ttl() { # NS TTL
	in_ns "$1" ping -n -c 5 -i 0.01 -W 3 "$IP3" >"$workdir/ping"
	expect_eq "$(grep -c " ttl=$2 " "$workdir/ping")" 5 "replies with TTL $2"
}

test_each_reaches_its_own_twin() {
	capture_start red1 eth0 "$workdir/red1"
	capture_start red3 eth0 "$workdir/red3"
	answers_with_ttl blue1 100
	pings blue3 "$IP1"
	capture_stop "$workdir/red1"
	capture_stop "$workdir/red3"
	expect_eq "$(capture_count "$workdir/red1")" 0 "blue's frames at red1"
	expect_eq "$(capture_count "$workdir/red3")" 0 "blue's frames at red3"
	capture_start blue1 eth0 "$workdir/blue1"
	capture_start blue3 eth0 "$workdir/blue3"
	answers_with_ttl red1 200
	pings red3 "$IP1"
	capture_stop "$workdir/blue1"
	capture_stop "$workdir/blue3"
	expect_eq "$(capture_count "$workdir/blue1")" 0 "red's frames at blue1"
	expect_eq "$(capture_count "$workdir/blue3")" 0 "red's frames at blue3"
}

test_counters_are_those_of_the_vpc() {
	answers_with_ttl blue1 100
	expect_eq "$(alk_a -j -s vpc show 8 | jq '.[0].stats.rx_packets')" 0 "red's frames"
	[ "$(alk_a -j -s vpc show 7 | jq '.[0].stats.rx_packets')" -ge 10 ]
}

test_vni_leads_to_one_vpc() {
	local frame="eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1 udp data"
	local blue red
	blue=$(received blue1)
	red=$(received red1)
	frames cases host_a host_b udp:10.0.0.1 <<-END
		FORWARDED: vxlan vni=7001 $frame text=blue => blue1 $frame text=blue
	END
	expect_eq "$(received blue1)" $((blue + 1)) "frames at blue1"
	expect_eq "$(received red1)" "$red" "frames at red1"
	frames cases host_a host_b udp:10.0.0.1 <<-END
		FORWARDED: vxlan vni=8001 $frame text=red => red1 $frame text=red
	END
	expect_eq "$(received blue1)" $((blue + 1)) "frames at blue1"
	expect_eq "$(received red1)" $((red + 1)) "frames at red1"
}

test_what_one_has_the_other_does_not() {
	alk_a neigh add 192.168.1.5 subnet 81 mac "$STRANGER" host 10.0.0.2
	frames cases host_a blue1 eth0 <<-END
		MISS: eth src=$MAC1 dst=$STRANGER ip src=$IP1 dst=192.168.1.5 udp
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.5
		HAIRPIN: eth src=$MAC1 dst=$MAC1 ip src=$IP1 dst=$IP1 udp
	END
	frames cases host_a red1 eth0 <<-END
		FORWARDED: eth src=$MAC1 dst=$STRANGER ip src=$IP1 dst=192.168.1.5 udp
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.5 => red1 eth src=$STRANGER dst=$MAC1 arp op=2 sha=$STRANGER spa=192.168.1.5 tha=$MAC1 tpa=$IP1
	END
	# Nor does the tunnel know it: blue's neighbor must not speak for red's.
	alk_a neigh del "$IP3" subnet 81
	frames cases host_a host_b udp:10.0.0.1 <<-END
		TUNNEL_ARP_SENDER: vxlan vni=8001 eth src=$MAC3 dst=$BCAST arp sha=$MAC3 spa=$IP3 tpa=$IP1
		FORWARDED: vxlan vni=7001 eth src=$MAC3 dst=$MAC1 arp op=2 sha=$MAC3 spa=$IP3 tpa=$IP1
	END
}

test_changes_of_one_leave_the_other_alone() {
	alk_a neigh del "$IP3" subnet 71
	alk_a port del blue1
	answers_with_ttl red1 200
	alk_a neigh flush subnet 71
	alk_a port add blue1 subnet 71 mac "$MAC1" ip "$IP1"
	alk_a neigh add "$IP3" subnet 71 mac "$MAC3" host 10.0.0.2
	alk_a neigh del "$IP3" subnet 81
	answers_with_ttl blue1 100
	expect_no in_ns red1 ping -q -c 1 -W 0.2 "$IP3"
}

test_vni_of_another_vpc_is_refused() {
	expect_fail 'vni 7001 belongs to subnet 71 of vpc 7' \
		alk_a subnet add 82 vpc 8 vni 7001 prefix 192.168.2.0/24
	expect_fail 'vni 8001 belongs to subnet 81 of vpc 8' \
		alk_a subnet add 72 vpc 7 vni 8001 prefix 192.168.2.0/24
	alk_a subnet add 72 vpc 7 vni 7001 prefix 192.168.2.0/24
}

run_tests "$@"
