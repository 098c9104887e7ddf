#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Neighbor solicitations are answered where they are asked, and go no further.
#
#   vm1 fd00:1::1 --- [vm1]
#   vm2 fd00:1::2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 fd00:1::3
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

A1=fd00:1::1 A2=fd00:1::2 A3=fd00:1::3 GW=fd00:1::fe
LL1=fe80::ff:fe00:1 LL3=fe80::ff:fe00:3 LLGW=fe80::ff:fe00:fe
SUBNET="vpc 7 vni 7001 prefix fd00:1::/64 gateway-ip $GW gateway-mac $GWMAC"
ALL=33:33:00:00:00:01

setup() {
	add_hosts
	add_alkaid host_a
	add_alkaid host_b
	add_vm vm1 host_a vm1 $MAC1
	add_vm vm2 host_a vm2 $MAC2
	add_vm vm3 host_b vm3 $MAC3
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET
		port add vm1 subnet 71 mac $MAC1 ip $A1
		port add vm2 subnet 71 mac $MAC2 ip $A2
		neigh add $A3 subnet 71 mac $MAC3 host 10.0.0.2
	END
	alk_b -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET
		port add vm3 subnet 71 mac $MAC3 ip $A3
		neigh add $A1 subnet 71 mac $MAC1 host 10.0.0.1
		neigh add $A2 subnet 71 mac $MAC2 host 10.0.0.1
	END
}

from_vm1() {
	frames cases host_a vm1 eth0
}

# The multicast MAC of the group that ADDRESS listens to (RFC 2464, 7; RFC 4291, 2.7.1).
group() { # LAST-BYTE
	echo "dst=33:33:ff:00:00:0$1 ip6 src=$A1 dst=ff02::1:ff00:$1 hops=255"
}

has_state() { # NS ADDRESS FLAG
	ip -n "$1" -o addr show dev eth0 to "$2" | grep -qw "$3"
}

test_answers_are_exact_and_stay_here() {
	local me="eth src=$MAC1"
	capture_start host_b ul "$workdir/underlay" udp
	capture_start vm2 eth0 "$workdir/vm2"
	from_vm1 <<-END
		ANSWERED: $me $(group 2) ns target=$A2 lladdr=$MAC1 => vm1 eth src=$MAC2 dst=$MAC1 ip6 src=$A2 dst=$A1 hops=255 na flags=0x60 target=$A2 lladdr=$MAC2
		ANSWERED: $me $(group 3) ns target=$A3 lladdr=$MAC1 => vm1 eth src=$MAC3 dst=$MAC1 ip6 src=$A3 dst=$A1 hops=255 na flags=0x60 target=$A3 lladdr=$MAC3
		ANSWERED: $me $(group 3) ns target=$A3 => vm1 eth src=$MAC3 dst=$MAC1 ip6 src=$A3 dst=$A1 hops=255 na flags=0x60 target=$A3 lladdr=$MAC3
		ANSWERED: $me $(group 3) ns target=$A3 lladdr=$MAC1 data hex=0e01112233445566 => vm1 eth src=$MAC3 dst=$MAC1 ip6 src=$A3 dst=$A1 hops=255 na flags=0x60 target=$A3 lladdr=$MAC3
		ANSWERED: $me dst=$MAC3 ip6 src=$LL1 dst=$A3 hops=255 ns target=$A3 lladdr=$MAC1 => vm1 eth src=$MAC3 dst=$MAC1 ip6 src=$A3 dst=$LL1 hops=255 na flags=0x60 target=$A3 lladdr=$MAC3
		ANSWERED: $me $(group 3) ns target=$LL3 lladdr=$MAC1 => vm1 eth src=$MAC3 dst=$MAC1 ip6 src=$LL3 dst=$A1 hops=255 na flags=0x60 target=$LL3 lladdr=$MAC3
		ANSWERED: $me $(group 3) ns target=$GW lladdr=$MAC1 => vm1 eth src=$GWMAC dst=$MAC1 ip6 src=$GW dst=$A1 hops=255 na flags=0xe0 target=$GW lladdr=$GWMAC
		ANSWERED: $me $(group 3) ns target=$LLGW lladdr=$MAC1 => vm1 eth src=$GWMAC dst=$MAC1 ip6 src=$LLGW dst=$A1 hops=255 na flags=0xe0 target=$LLGW lladdr=$GWMAC
	END
	capture_stop "$workdir/underlay"
	capture_stop "$workdir/vm2"
	expect_eq "$(capture_count "$workdir/underlay")" 0 "frames on the underlay"
	expect_eq "$(capture_count "$workdir/vm2")" 0 "frames that another VM saw"
}

test_what_has_no_answer_is_dropped() {
	from_vm1 <<-END
		ND_UNKNOWN: eth src=$MAC1 $(group 3) ns target=fd00:1::77 lladdr=$MAC1
		ND_UNKNOWN: eth src=$MAC1 $(group 3) ns target=fe80::77 lladdr=$MAC1
		ND_UNKNOWN: eth src=$MAC1 $(group 3) ns target=fe80::ff:fe00:77 lladdr=$MAC1
		ND_ANNOUNCEMENT: eth src=$MAC1 dst=33:33:ff:00:00:01 ip6 src=:: dst=ff02::1:ff00:1 hops=255 ns target=$A1
		SPOOFED_ND: eth src=$MAC1 dst=33:33:ff:00:00:03 ip6 src=:: dst=ff02::1:ff00:3 hops=255 ns target=$A3
		SPOOFED_ND: eth src=$MAC1 $(group 3) ns target=$A3 lladdr=$MAC2
		SPOOFED_ND: eth src=$MAC1 dst=$ALL ip6 src=$A1 dst=ff02::1 hops=255 na flags=0x20 target=$A3 lladdr=$MAC1
		ND_ROUTER: eth src=$MAC1 dst=$ALL ip6 src=$LL1 dst=ff02::1 hops=255 icmp6 type=134 data zeros=8
		ND_ROUTER: eth src=$MAC1 dst=$MAC3 ip6 src=$LL1 dst=$A3 hops=255 icmp6 type=137 data zeros=32
	END
}

test_malformed_is_dropped() {
	local ns="ns target=$A3"
	from_vm1 <<-END
		ND_HEADER: eth src=$MAC1 dst=$MAC3 ip6 src=$A1 dst=$A3 hops=254 $ns
		ND_HEADER: eth src=$MAC1 dst=$MAC3 ip6 src=$A1 dst=$A3 hops=1 $ns
		ND_HEADER: eth src=$MAC1 $(group 3) $ns code=1
		ND_HEADER: eth src=$MAC1 $(group 3) $ns cut=8..23
		ND_HEADER: eth src=$MAC1 $(group 3) $ns data zeros=1..8
		ND_HEADER: eth src=$MAC1 $(group 3) $ns data hex=0102020000000001
		ND_HEADER: eth src=$MAC1 $(group 3) $ns data hex=01020200000000010000000000000000
		ND_HEADER: eth src=$MAC1 $(group 3) $ns lladdr=$MAC1 data hex=0101020000000002
		ND_HEADER: eth src=$MAC1 $(group 3) ns target=ff02::1
		ND_HEADER: eth src=$MAC1 $(group 3) ns target=::ffff:1.2.3.4
		ND_HEADER: eth src=$MAC1 dst=33:33:ff:00:00:03 ip6 src=:: dst=ff02::1:ff00:3 hops=255 ns target=$A3 lladdr=$MAC1
		ND_HEADER: eth src=$MAC1 dst=$MAC3 ip6 src=:: dst=$A3 hops=255 ns target=$A3
		ND_HEADER: eth src=$MAC1 dst=$ALL ip6 src=$A1 dst=ff02::1 hops=255 na flags=0x60 target=$A1
		ND_HEADER: eth src=$MAC1 dst=$ALL ip6 src=$A1 dst=ff02::1 hops=255 icmp6 type=134 data zeros=8
		ND_HEADER: eth src=$MAC1 dst=33:33:00:00:00:02 ip6 src=:: dst=ff02::2 hops=255 rs lladdr=$MAC1
		ND_HEADER: eth src=$MAC1 $(group 3) next=44 data hex=3a00000100000001 ns target=$A3
	END
}

test_kernel_of_a_vm_believes_the_answer() {
	with_ip6 vm1 "$A1" nodad
	with_ip6 vm2 "$A2" nodad
	with_ip6 vm3 "$A3" nodad
	pings vm1 "$A2"
	pings vm1 "$A3"
	pings vm3 "$A2"
	wait_for has_address vm1 "$LL1"
	wait_for has_address vm3 "$LL3"
	pings vm1 "$LL3%eth0"
	ip -n vm1 neigh show "$A3" | grep -qF "lladdr $MAC3"
	pings vm1 "$GW"
	pings vm1 "$LLGW%eth0"
	# It is a router because the answer said so.
	ip -n vm1 neigh show "$GW" | grep -qw router
}

test_own_address_passes_duplicate_address_detection() {
	with_ip6 vm1 "$A1"
	wait_for has_address vm1 "$A1"
	expect_no has_state vm1 "$A1" dadfailed
	dropped_at_least host_a ND_ANNOUNCEMENT 1
}

test_taken_address_fails_duplicate_address_detection() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$A1" antispoof off
	with_ip6 vm1 "$A3"
	wait_for has_state vm1 "$A3" dadfailed
	with_ip6 vm1 "$GW"
	wait_for has_state vm1 "$GW" dadfailed
}

# To vm2 as it is, and to vm3 in one frame through the tunnel.
test_unsolicited_advertisement_reaches_the_subnet() {
	local said="eth src=$MAC1 dst=$ALL ip6 src=$A1 dst=ff02::1 hops=255 na flags=0x20 target=$A1 lladdr=$MAC1"
	from_vm1 <<-END
		FLOODED=2: $said => vm2 $said
		FLOODED=2: $said => vm3 $said
		MULTICAST: eth src=$MAC1 dst=$ALL ip6 src=$A1 dst=ff02::1 hops=255 icmp6
	END
}

# A neighbor asks all, as one does whose host does not answer; only whom it is for hears it.
test_solicitation_from_the_tunnel() {
	local asked="eth src=$MAC3 dst=33:33:ff:00:00:01 ip6 src=$A3 dst=ff02::1:ff00:1 hops=255 ns target=$A1 lladdr=$MAC3"
	capture_start vm2 eth0 "$workdir/vm2"
	frames cases host_a host_b udp:10.0.0.1 <<-END
		FORWARDED: vxlan vni=7001 $asked => vm1 $asked
		ND_UNKNOWN: vxlan vni=7001 ${asked/target=$A1/target=fd00:1::77}
		TUNNEL_ARP_SENDER: vxlan vni=7001 ${asked//$MAC3/$STRANGER}
		ND_HEADER: vxlan vni=7001 ${asked/hops=255/hops=254}
	END
	capture_stop "$workdir/vm2"
	expect_eq "$(capture_count "$workdir/vm2")" 0 "frames that another VM saw"
}

run_tests "$@"
