#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Routes lead frames by longest prefix, at once and however many there are.
#
#   vm1 [eth0 192.168.1.1] --- [vm1] host_a [vm2] --- [eth0 192.168.2.1, lo 10.0.0.0/8] vm2
#
# ROUTES is how many there are in the test of many.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

setup() {
	add_hosts
	add_alkaid host_a
	add_vm vm1 host_a vm1 02:00:00:00:01:01 192.168.1.1/24 192.168.1.254
	add_vm vm2 host_a vm2 02:00:00:00:02:01 192.168.2.1/24 192.168.2.254
	ip -n vm2 route add local 10.0.0.0/8 dev lo
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24 gateway-ip 192.168.1.254 gateway-mac 02:aa:00:00:00:01
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-mac 02:aa:00:00:00:02
		port add vm1 subnet 71 mac 02:00:00:00:01:01 ip 192.168.1.1
		port add vm2 subnet 72 mac 02:00:00:00:02:01 ip 192.168.2.1 allow 10.0.0.0/8
	END
}

reaches() { # ADDRESS
	in_ns vm1 ping -q -c 1 -W 5 "$1" >/dev/null
}

drops() { # REASON ADDRESS
	expect_drop host_a "$1" 1 expect_no in_ns vm1 ping -q -c 1 -W 1 "$2"
}

test_longest_prefix_wins() {
	reaches 192.168.2.1
	drops NO_ROUTE 10.1.1.1
	alk_a -f - <<-END
		route add 10.0.0.0/8 vpc 7 via 192.168.2.1
		route add 10.1.0.0/16 vpc 7 blackhole
		route add 10.1.1.0/24 vpc 7 via 192.168.2.1
		route add 10.1.1.7/32 vpc 7 via 192.168.2.77
		route add 10.2.0.0/16 vpc 7 via 192.168.2.1
		route add 10.2.0.0/16 vpc 7 subnet 71 blackhole
	END
	reaches 10.3.0.1
	drops BLACKHOLE 10.1.2.1
	reaches 10.1.1.1
	drops NEXT_HOP 10.1.1.7
	drops BLACKHOLE 10.2.0.1
	alk_a route del 10.2.0.0/16 vpc 7 subnet 71
	reaches 10.2.0.1
	alk_a route replace 10.2.0.0/16 vpc 7 blackhole
	drops BLACKHOLE 10.2.0.1
	alk_a route flush
	drops NO_ROUTE 10.1.1.1
}

many() { # COUNT
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i += 2) {
			a = int(i / 65536); b = int(i / 256) % 256; c = i % 256
			printf "route add 10.%d.%d.%d/32 vpc 7 via 192.168.2.1\n", a, b, c
			printf "route add fd00:%x:%x::/48 vpc 7 via fd00:2::1\n", a + 16, i % 65536
		}
	}'
}

seconds() {
	date +%s.%N
}

test_many_routes_at_once() {
	local n=${ROUTES:-5000} start made shown
	many "$n" >"$workdir/routes"
	start=$(seconds)
	alk_a -f "$workdir/routes"
	made=$(seconds)
	reaches 10.0.0.0
	reaches 10.0.16.2
	drops NO_ROUTE 10.0.16.3
	expect_eq "$(alk_a route show | wc -l)" "$n" routes
	expect_eq "$(alk_a route show 10.0.16.2/32 vpc 7)" "10.0.16.2/32 vpc 7 via 192.168.2.1"
	shown=$(seconds)
	alk_a route flush
	drops NO_ROUTE 10.0.16.2
	expect_eq "$(alk_a route show)" ''
	echo "# $n routes: made in $(awk "BEGIN { print $made - $start }") s, flushed in $(awk "BEGIN { print $(seconds) - $shown }") s" \
		>>"$workdir/notes"
}

run_tests "$@"
