#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Gateways answer pings, and tell the sender of what they drop.
#
#   vm1 192.168.1.1, fd00:1::1 --- [vm1] host_a
#
# Subnet 71 of VPC 7 has the gateways 192.168.1.254 and fd00:1::fe; 72 is beside it, and
# has 192.168.2.0/24 and fd00:2::/64.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

A1=fd00:1::1 GW=192.168.1.254 GW6=fd00:1::fe LL1=fe80::ff:fe00:1 LLGW=fe80::ff:fe00:fe
# From vm1, to the gateway's MAC; and what comes back from there.
IP="eth src=$MAC1 dst=$GWMAC ip src=$IP1"
IP6="eth src=$MAC1 dst=$GWMAC ip6 src=$A1"
BACK="vm1 eth src=$GWMAC dst=$MAC1 ip src=$GW dst=$IP1"
BACK6="vm1 eth src=$GWMAC dst=$MAC1 ip6 src=$GW6 dst=$A1 hops=255"
ERROR="$BACK tos=0xc0 id=0 frag=0x4000"

setup() {
	add_hosts
	add_alkaid host_a
	add_vm vm1 host_a vm1 $MAC1 $IP1/24 $GW
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71 prefix fd00:1::/64 gateway-ip $GW6
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac 02:00:00:00:02:fe
		port add vm1 subnet 71 mac $MAC1 ip $IP1 ip $A1
	END
}

from_vm1() {
	frames cases host_a vm1 eth0
}

test_ping_is_answered_byte_by_byte() {
	from_vm1 <<-END
		ANSWERED: $IP dst=$GW ttl=1 icmp4 => $BACK icmp4 type=0
		ANSWERED: $IP dst=$GW icmp4 data text=hello => $BACK icmp4 type=0 data text=hello
		ANSWERED: $IP dst=$GW tos=0x10 icmp4 rest=0xffffffff data zeros=1400 => $BACK tos=0x10 icmp4 type=0 rest=0xffffffff data zeros=1400
		ANSWERED: $IP dst=192.168.2.254 icmp4 => vm1 eth src=$GWMAC dst=$MAC1 ip src=192.168.2.254 dst=$IP1 icmp4 type=0
		ANSWERED: $IP6 dst=$GW6 hops=1 icmp6 => $BACK6 icmp6 type=129
		ANSWERED: $IP6 dst=$GW6 icmp6 data text=hello => $BACK6 icmp6 type=129 data text=hello
		ANSWERED: $IP6 dst=$GW6 icmp6 rest=0xffffffff data zeros=1400 => $BACK6 icmp6 type=129 rest=0xffffffff data zeros=1400
		ANSWERED: eth src=$MAC1 dst=$GWMAC ip6 src=$LL1 dst=$LLGW icmp6 => vm1 eth src=$GWMAC dst=$MAC1 ip6 src=$LLGW dst=$LL1 hops=255 icmp6 type=129
	END
}

test_vm_pings_its_gateway() {
	with_ip6 vm1 "$A1" nodad
	wait_for has_address vm1 "$LL1"
	pings vm1 "$GW"
	pings vm1 "$GW" -s 1472
	pings vm1 192.168.2.254
	pings vm1 "$GW6"
	pings vm1 "$LLGW%eth0"
	ip -n vm1 link set eth0 mtu 9000
	ip -n host_a link set vm1 mtu 9000
	pings vm1 "$GW" -s 8000
	pings vm1 "$GW6" -s 8000
}

# Nobody puts its parts together: the gateway has no memory to be filled.
test_fragments_are_not_answered() {
	expect_drop host_a GATEWAY_LOCAL 6 in_ns vm1 ping -q -c 1 -W 1 -s 8000 "$GW"
	from_vm1 <<-END
		GATEWAY_LOCAL: $IP dst=$GW frag=0x2000 icmp4 data zeros=8
		GATEWAY_LOCAL: $IP dst=$GW frag=0x0002 data zeros=8
		GATEWAY_LOCAL: $IP dst=$GW icmp4 type=0
		GATEWAY_LOCAL: $IP dst=$GW icmp4 type=13
		GATEWAY_LOCAL: $IP dst=$GW tcp
	END
}

test_time_exceeded() {
	local ttl
	alk_a neigh add 192.168.2.9 subnet 72 mac "$STRANGER" host 10.0.0.2
	alk_a neigh add fd00:2::9 subnet 72 mac "$STRANGER" host 10.0.0.2
	for ttl in 0 1; do
		from_vm1 <<-END
			TTL_EXCEEDED+ICMP: $IP dst=192.168.2.9 ttl=$ttl udp data text=hello => $ERROR icmp4 type=11 rest=0 ip src=$IP1 dst=192.168.2.9 ttl=$ttl udp data text=hello
			TTL_EXCEEDED+ICMP: $IP6 dst=fd00:2::9 hops=$ttl udp => $BACK6 icmp6 type=3 rest=0 ip6 src=$A1 dst=fd00:2::9 hops=$ttl udp
		END
	done
	in_ns vm1 ping -c 1 -t 1 -W 1 192.168.2.9 >"$workdir/ping" || :
	grep -q "From $GW icmp_seq=1 Time to live exceeded" "$workdir/ping" || fail "$(cat "$workdir/ping")"
}

test_unreachable_says_what_is() {
	from_vm1 <<-END
		NO_ROUTE+ICMP: $IP dst=10.9.9.9 udp => $ERROR icmp4 type=3 code=0 rest=0 ip src=$IP1 dst=10.9.9.9 udp
		NO_NEIGHBOR+ICMP: $IP dst=192.168.2.7 tcp => $ERROR icmp4 type=3 code=1 rest=0 ip src=$IP1 dst=192.168.2.7 tcp
		GATEWAY_LOCAL+ICMP: $IP dst=$GW udp => $ERROR icmp4 type=3 code=3 rest=0 ip src=$IP1 dst=$GW udp
		NO_ROUTE+ICMP: $IP6 dst=fd00:9::9 udp => $BACK6 icmp6 type=1 code=0 rest=0 ip6 src=$A1 dst=fd00:9::9 udp
		NO_NEIGHBOR+ICMP: $IP6 dst=fd00:2::7 icmp6 => $BACK6 icmp6 type=1 code=3 rest=0 ip6 src=$A1 dst=fd00:2::7 icmp6
		GATEWAY_LOCAL+ICMP: $IP6 dst=$GW6 udp => $BACK6 icmp6 type=1 code=4 rest=0 ip6 src=$A1 dst=$GW6 udp
	END
}

# RFC 1812, 4.3.2.3: as much as fits in 576 bytes; RFC 4443, 2.4(c): in 1280.
test_as_much_is_quoted_as_may_be() {
	from_vm1 <<-END
		NO_ROUTE+ICMP: $IP dst=10.9.9.9 data zeros=528 => $ERROR icmp4 type=3 rest=0 ip src=$IP1 dst=10.9.9.9 data zeros=528
		NO_ROUTE+ICMP: $IP dst=10.9.9.9 len=1420 data zeros=1400 => $ERROR icmp4 type=3 rest=0 ip src=$IP1 dst=10.9.9.9 len=1420 data zeros=528
		NO_ROUTE+ICMP: $IP6 dst=fd00:9::9 data zeros=1192 => $BACK6 icmp6 type=1 rest=0 ip6 src=$A1 dst=fd00:9::9 data zeros=1192
		NO_ROUTE+ICMP: $IP6 dst=fd00:9::9 len=1400 data zeros=1400 => $BACK6 icmp6 type=1 rest=0 ip6 src=$A1 dst=fd00:9::9 len=1400 data zeros=1192
	END
}

# RFC 1191; RFC 8201. It has been through the gateway already: a hop less.
test_too_big_says_what_fits() {
	add_vm vm2 host_a vm2 "$MAC2"
	ip -n host_a link set vm2 mtu 1300
	alk_a port add vm2 subnet 72 mac "$MAC2" ip 192.168.2.2 ip fd00:2::2
	from_vm1 <<-END
		TOO_BIG+ICMP: $IP dst=192.168.2.2 frag=0x4000 udp data zeros=1273 => $ERROR icmp4 type=3 code=4 rest=1300 ip src=$IP1 dst=192.168.2.2 ttl=63 frag=0x4000 cut=548 udp data zeros=1273
		FORWARDED: $IP dst=192.168.2.2 frag=0x4000 udp data zeros=1272
		TOO_BIG+ICMP: $IP6 dst=fd00:2::2 udp data zeros=1253 => $BACK6 icmp6 type=2 rest=1300 ip6 src=$A1 dst=fd00:2::2 hops=63 cut=1232 udp data zeros=1253
		FORWARDED: $IP6 dst=fd00:2::2 udp data zeros=1252
	END
}

# RFC 1122, 3.2.2; RFC 4443, 2.4(e).
test_what_no_error_is_sent_about() {
	from_vm1 <<-END
		NO_ROUTE: $IP dst=10.9.9.9 icmp4 type=3
		NO_ROUTE: $IP dst=10.9.9.9 icmp4 type=4
		NO_ROUTE: $IP dst=10.9.9.9 icmp4 type=5
		NO_ROUTE: $IP dst=10.9.9.9 icmp4 type=11
		NO_ROUTE: $IP dst=10.9.9.9 icmp4 type=12
		NO_ROUTE+ICMP: $IP dst=10.9.9.9 icmp4 type=0
		NO_ROUTE: $IP dst=10.9.9.9 frag=0x0002 data zeros=8
		NO_ROUTE+ICMP: $IP dst=10.9.9.9 frag=0x2000 udp data zeros=8
		NO_ROUTE: $IP6 dst=fd00:9::9 icmp6 type=1..4
		NO_ROUTE+ICMP: $IP6 dst=fd00:9::9 icmp6 type=128..129
		NOT_ROUTABLE: $IP dst=224.0.0.9 udp
		NOT_ROUTABLE: $IP6 dst=ff0e::9 udp
	END
}

generated() {
	alk_a -j stats show | jq '.[0].generated_packets'
}

test_errors_are_limited_in_number() {
	local told
	frames send vm1 eth0 1000 <<<"$IP dst=10.9.9.9 udp"
	wait_for dropped_at_least host_a NO_ROUTE 1000
	told=$(generated)
	# Fifty at once; for the others a second is not over.
	[[ $told -ge 50 && $told -lt 1000 ]] || fail "$told errors for 1000 frames"
	# Not so the answers to pings.
	frames send vm1 eth0 1000 <<<"$IP dst=$GW icmp4"
	wait_for is_conserved host_a alk0
	expect_eq "$(($(generated) - told))" 1000 "answers to 1000 pings"
}

test_tracepoint_names_type_and_addresses() {
	[ -d /sys/kernel/tracing/events ] || mount -t tracefs nodev /sys/kernel/tracing
	echo >/sys/kernel/tracing/trace
	echo 1 >/sys/kernel/tracing/events/alkaid/alkaid_icmp/enable
	from_vm1 <<-END
		NO_ROUTE+ICMP: $IP6 dst=fd00:9::9 udp
		ANSWERED: $IP dst=$GW icmp4
	END
	echo 0 >/sys/kernel/tracing/events/alkaid/alkaid_icmp/enable
	grep -q "dev=alk0 type=1 code=0 src=$GW6 dst=$A1" /sys/kernel/tracing/trace
	grep -q "dev=alk0 type=0 code=0 src=::ffff:$GW dst=::ffff:$IP1" /sys/kernel/tracing/trace
}

run_tests "$@"
