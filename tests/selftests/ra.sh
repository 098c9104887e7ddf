#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A VM learns its IPv6 gateway and MTU by router advertisements, and does not lose them.
#
#   vm1 fd00:1::1 --- [vm1] host_a
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

A1=fd00:1::1 LL1=fe80::ff:fe00:1 LLGW=fe80::ff:fe00:fe
INTERVAL=/sys/module/alkaid/parameters/ra_interval
ROUTERS="dst=33:33:00:00:00:02 ip6"

add_host() { # [SUBNET-ARG...]
	add_ns host_a
	ip -n host_a link add ul type dummy
	add_alkaid host_a
	add_vm vm1 host_a vm1 "$MAC1"
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 prefix fd00:11::/48 $*
		port add vm1 subnet 71 mac $MAC1 ip 192.168.1.1 ip $A1
	END
}

with_gateway() {
	add_host gateway-ip 192.168.1.254 gateway-ip fd00:1::fe gateway-mac "$GWMAC"
}

from_vm1() {
	frames cases host_a vm1 eth0
}

# The advertisement from the reserved bits on: 64 hops, a lifetime of 1800 s, and its options.
options() { # MTU
	printf '%s' "icmp6 type=134 rest=0x40000708 data hex=0000000000000000" \
		"0101${GWMAC//:/}" "05010000$(printf %08x "$1")" \
		"03044080" "00278d00" "00093a80" "00000000" "fd000001000000000000000000000000" \
		"03043080" "00278d00" "00093a80" "00000000" "fd000011000000000000000000000000"
}

test_answer_is_exact() {
	local from="vm1 eth src=$GWMAC" mtu
	with_gateway
	mtu=$(ip -n host_a -o link show dev alk0 | sed 's/.* mtu \([0-9]*\).*/\1/')
	from_vm1 <<-END
		ANSWERED: eth src=$MAC1 $ROUTERS src=$LL1 dst=ff02::2 hops=255 rs lladdr=$MAC1 => $from dst=$MAC1 ip6 src=$LLGW dst=$LL1 hops=255 $(options "$mtu")
		ANSWERED: eth src=$MAC1 $ROUTERS src=$LL1 dst=ff02::2 hops=255 rs => $from dst=$MAC1 ip6 src=$LLGW dst=$LL1 hops=255 $(options "$mtu")
		ANSWERED: eth src=$MAC1 $ROUTERS src=:: dst=ff02::2 hops=255 rs => $from dst=33:33:00:00:00:01 ip6 src=$LLGW dst=ff02::1 hops=255 $(options "$mtu")
		ND_HEADER: eth src=$MAC1 $ROUTERS src=$LL1 dst=ff02::2 hops=64 rs lladdr=$MAC1
	END
}

test_subnet_without_gateway_has_no_answer() {
	add_host gateway-ip 192.168.1.254 gateway-mac "$GWMAC"
	from_vm1 <<-END
		ND_NO_ROUTER: eth src=$MAC1 $ROUTERS src=$LL1 dst=ff02::2 hops=255 rs lladdr=$MAC1
	END
}

# One that has expired is still shown, but leads nowhere.
has_default_route() {
	ip -n vm1 -6 route get fd00:99::1 2>/dev/null | grep -q "via $LLGW dev eth0 proto ra"
}

has_no_default_route() {
	! has_default_route
}

has_mtu() { # MTU
	expect_eq "$(in_ns vm1 cat /proc/sys/net/ipv6/conf/eth0/mtu)" "$1" "MTU of IPv6 in the VM"
}

test_vm_learns_gateway_and_mtu() {
	with_gateway
	ip -n host_a link set alk0 mtu 1380
	in_ns vm1 sh -c 'cd /proc/sys/net/ipv6/conf/eth0; echo 0 >disable_ipv6'
	wait_for has_default_route
	has_mtu 1380
	# On the link, but no address was made of it.
	ip -n vm1 -6 route show fd00:1::/64 | grep -q 'dev eth0'
	expect_no grep -q fd00 <<<"$(ip -n vm1 -6 -o addr show dev eth0)"
}

advertisements() { # COUNT
	[ "$(capture_count "$workdir/ra")" -ge "$1" ]
}

# Nobody asks: the route lives by what comes unasked. Its lifetime is three intervals.
test_route_is_refreshed() {
	echo 1 >"$INTERVAL"
	with_gateway
	capture_start vm1 eth0 "$workdir/ra" 'icmp6 and ip6[40] == 134 and ip6 dst ff02::1'
	in_ns vm1 sh -c 'cd /proc/sys/net/ipv6/conf/eth0
		echo 0 >router_solicitations; echo 0 >disable_ipv6'
	wait_for advertisements 5
	has_default_route
	capture_stop "$workdir/ra"
	# It was these that it lived by.
	ip -n host_a link set vm1 nomaster
	wait_for has_no_default_route
	echo 600 >"$INTERVAL"
}

run_tests "$@"
