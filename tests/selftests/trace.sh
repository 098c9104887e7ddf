#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# alk trace: what it foretells of a frame, in text and JSON, and what it refuses.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Subnet 72 of the same VPC is elsewhere: 192.168.2.0/24, VNI 7002, behind 10.0.0.2.
# shellcheck disable=SC2086 # a MAC or an address is one word
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_cloud
	alk_a -f - <<-END
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac 02:00:00:00:02:fe encap geneve
		subnet add 73 vpc 7 vni 7003 prefix fd00:3::/64 prefix 192.168.3.0/24
		port replace vm2 subnet 72 mac $MAC2 ip 192.168.2.2 ip fd00:2::2
		neigh add 192.168.2.20 subnet 72 mac 02:00:00:00:02:20 host 10.0.0.2
		neigh add fd00:2::20 subnet 72 mac 02:00:00:00:02:20 host 10.0.0.2
		neigh add 192.168.1.66 subnet 71 mac 02:00:00:00:00:66 host 10.99.0.1
		route add 10.9.0.0/16 vpc 7 via 192.168.2.20
		route add 10.8.0.0/16 vpc 7 blackhole
	END
}

# The named values of a trace in JSON.
expect_trace() { # FILTER WANTED ARG...
	local filter=$1 wanted=$2
	shift 2
	alk_a -j trace "$@" >"$workdir/trace"
	expect_eq "$(jq -rc ".[0] | [$filter] | join(\" \")" "$workdir/trace")" "$wanted" "trace $*"
}

# A line of the text has each of these.
expect_lines() { # ARG... -- TEXT...
	local -a args=()
	local line
	while [ "$1" != -- ]; do
		args+=("$1")
		shift
	done
	shift
	alk_a trace "${args[@]}" >"$workdir/text"
	for line in "$@"; do
		grep -qF -- "$line" "$workdir/text" || fail "no '$line' in: $(cat "$workdir/text")"
	done
}

test_verdicts() {
	local v='.verdict, .reason'
	expect_trace "$v, .out.port" 'deliver  vm1' tunnel vni 7001 dst-mac $MAC1 dst $IP1
	expect_trace "$v, .out.host, .out.vni, .out.encap" 'encap  10.0.0.2 7001 vxlan' \
		port vm1 dst $IP3 proto tcp dport 22
	expect_trace "$v, .out.vni, .out.encap, .out.src_mac, .out.dst_mac, .out.ttl" \
		'encap  7002 geneve fe:16:11:00:00:00 02:00:00:00:02:20 63' port vm1 dst 192.168.2.20
	expect_trace "$v, .out.dst_mac, .out.src_mac" "deliver  $MAC2 02:00:00:00:02:fe" \
		port vm1 dst 192.168.2.2 proto udp
	expect_trace "$v, .out.vni" 'encap  7002' port vm1 dst 10.9.3.4
	expect_trace "$v" 'drop BLACKHOLE' port vm1 dst 10.8.3.4
	expect_trace "$v, .tell" 'drop NO_ROUTE net-unreachable' port vm1 dst 8.8.8.8
	expect_trace "$v, .tell" 'drop NO_NEIGHBOR host-unreachable' port vm1 dst 192.168.2.77
	expect_trace "$v, .tell" 'drop TTL_EXCEEDED time-exceeded' port vm1 dst 192.168.2.20 ttl 1
	expect_trace "$v" 'echo_reply ' port vm1 dst 192.168.1.254
	expect_trace "$v" 'drop SPOOFED_IP' port vm1 dst $IP3 src 1.2.3.4 dst-mac $MAC3
	expect_trace "$v" 'drop SPOOFED_MAC' port vm1 dst $IP3 src-mac $STRANGER dst-mac $MAC3
	expect_trace "$v" 'drop ARP_UNKNOWN' port vm1 dst 192.168.1.77
	expect_trace "$v" 'drop MISS' port vm1 dst 192.168.1.77 dst-mac $STRANGER
	expect_trace "$v" 'drop UNDERLAY_ROUTE' port vm1 dst 192.168.1.66
	expect_trace "$v" 'drop BROADCAST' port vm1 dst 192.168.1.255
	expect_trace "$v" 'drop MULTICAST' port vm1 dst 224.0.0.1
	expect_trace "$v" 'drop UNKNOWN_VNI' tunnel vni 7009 dst-mac $MAC1 dst $IP1
	expect_trace "$v" 'drop TUNNEL_NOT_LOCAL' tunnel vni 7001 dst-mac $STRANGER dst $IP1
	expect_trace "$v" 'drop ETH_TRUNCATED' port vm1 frame 0011
}

# What fits is known before the first frame.
test_too_big_for_the_underlay() {
	expect_trace '.verdict, .reason, .tell, .out.mtu' 'drop TOO_BIG too-big 1550' \
		port vm1 dst $IP3 len 1551
	expect_trace '.verdict' encap port vm1 dst $IP3 len 1550
}

test_ipv6() {
	expect_trace '.resolve.verdict, .verdict, .out.dst_mac, .out.vni' \
		'nd_reply encap 02:00:00:00:02:20 7002' port vm2 dst fd00:2::20 proto tcp
	expect_trace '.verdict' echo_reply port vm2 dst fd00:2::fe
	expect_trace '.verdict, .reason' 'drop ND_UNKNOWN' port vm2 dst fd00:2::77
	expect_trace '.verdict, .reason' 'drop MULTICAST' port vm2 dst ff02::5
}

# The VM's question for the MAC is a trace of its own.
test_question_comes_first() {
	expect_trace '.resolve.verdict, .resolve.out.src_mac, (.steps | length > 2), has("out")' \
		"arp_reply $GWMAC true true" port vm1 dst 192.168.2.20
	expect_lines port vm1 dst 192.168.2.20 proto udp dport 53 -- \
		'ARP, who has 192.168.1.254? tell 192.168.1.1' \
		"verdict: arp_reply to port vm1, source MAC $GWMAC" \
		"$MAC1 > $GWMAC 192.168.1.1 > 192.168.2.20 udp 49152 > 53 ttl 64" \
		'from port vm1: subnet 71 of VPC 7, VNI 7001' \
		'address 192.168.2.20 in VPC 7: subnet 72, MAC 02:00:00:00:02:20, behind host 10.0.0.2' \
		'verdict: encap in Geneve to host 10.0.0.2, VNI 7002, source MAC fe:16:11:00:00:00, destination MAC 02:00:00:00:02:20, TTL 63'
	expect_lines port vm1 dst 10.9.1.1 -- 'route to 10.9.1.1 in VPC 7: 10.9.0.0/16 via 192.168.2.20' \
		'next hop 192.168.2.20'
	expect_lines port vm1 dst 10.8.1.1 -- '10.8.0.0/16, a blackhole' 'drop BLACKHOLE: route is a blackhole'
}

test_steps_in_json() {
	expect_trace '[.steps[].step] | join(",")' port,antispoof,gateway,ip,route,next_hop,mtu \
		port vm1 dst 10.9.3.4
	expect_trace '.steps[] | select(.step == "route") | .found, .prefix, .via' \
		'true 10.9.0.0/16 192.168.2.20' port vm1 dst 10.9.3.4
	expect_trace '.steps[] | select(.step == "antispoof") | .found, .ip, .mac' \
		"false 1.2.3.4 $MAC1" port vm1 dst $IP3 src 1.2.3.4 dst-mac $MAC3
}

# As real frames get it: a port that is down, a device that is down.
test_what_is_down() {
	ip -n vm1 link set eth0 down
	expect_trace '.verdict, .reason' 'drop PORT_DOWN' tunnel vni 7001 dst-mac $MAC1 dst $IP1
	ip -n host_a link set alk0 down
	expect_trace '.verdict, .reason' 'drop DEVICE_DOWN' port vm1 dst $IP3
}

test_nothing_is_counted() {
	alk_a trace port vm1 dst $IP3 >/dev/null
	alk_a -b - >"$workdir/before" <<-END
		stats show
		drops show
	END
	alk_a -s -j port show >>"$workdir/before"
	alk_a -b - >/dev/null <<-END
		trace port vm1 dst $IP3
		trace port vm1 dst 8.8.8.8
		trace port vm1 dst 192.168.1.77
		trace port vm1 dst $IP3 src 1.2.3.4
		trace tunnel vni 7001 dst-mac $MAC1 dst $IP1
		trace tunnel vni 1 dst-mac $MAC1 dst $IP1
		trace port vm1 frame 00
	END
	alk_a -b - >"$workdir/after" <<-END
		stats show
		drops show
	END
	alk_a -s -j port show >>"$workdir/after"
	cmp "$workdir/before" "$workdir/after"
}

usage_error() { # TEXT ARG...
	local text=$1 code=0
	shift
	alk_a trace "$@" >"$workdir/stdout" 2>"$workdir/stderr" || code=$?
	expect_eq "$code" 1 "exit status of trace $*"
	grep -qF -- "$text" "$workdir/stderr" || fail "no '$text' in: $(cat "$workdir/stderr")"
	[ ! -s "$workdir/stdout" ] || fail "trace $* says: $(cat "$workdir/stdout")"
}

test_bad_words() {
	usage_error '"port", "tunnel" or "live" is required'
	usage_error 'command "foo" is unknown' foo
	usage_error '"port" needs a value' port
	usage_error '"dst" is required' port vm1
	usage_error 'bad dst "1.2.3": an IP address' port vm1 dst 1.2.3
	usage_error 'src is IPv6, and dst IPv4' port vm1 dst $IP3 src fd00::1
	usage_error 'bad proto "ftp"' port vm1 dst $IP3 proto ftp
	usage_error 'bad proto "256"' port vm1 dst $IP3 proto 256
	usage_error '"dport" needs "proto tcp"' port vm1 dst $IP3 dport 80
	usage_error 'bad sport "65536"' port vm1 dst $IP3 proto udp sport 65536
	usage_error 'bad ttl "256"' port vm1 dst $IP3 ttl 256
	usage_error 'the headers alone have 40 bytes' port vm1 dst $IP3 proto tcp len 39
	usage_error 'bad dst-mac "foo"' port vm1 dst $IP3 dst-mac foo
	usage_error '"vni" is for "tunnel" alone' port vm1 vni 5 dst $IP3
	usage_error '"vni" is required' tunnel dst $IP3
	usage_error '"dst-mac" is required' tunnel vni 7001 dst $IP3
	usage_error 'bad vni "16777216"' tunnel vni 16777216 dst $IP3
	usage_error 'bad frame: an even number of hexadecimal digits' port vm1 frame 123
	usage_error '"frame" and "dst" exclude each other' port vm1 frame 12 dst $IP3
	usage_error '"dst" is given twice' port vm1 dst $IP3 dst $IP3
	usage_error 'bad src "foo": an IP address or a prefix' live src foo
	usage_error 'bad -c "0"' live -c 0
}

test_refusals() {
	expect_fail 'cannot find device "vm9"' alk_a trace port vm9 dst $IP3
	expect_fail 'port ul: no such object' alk_a trace port ul dst $IP3
	expect_fail 'port vm1 has no IPv6 address: give src' alk_a trace port vm1 dst fd00::1
	expect_fail 'netdev is not a port of the device' alk_a trace live port ul
	ip -n host_a link set vm2 down
	alk_a -f - <<-END
		port del vm2
		neigh add 192.168.3.9 subnet 73 mac 02:00:00:00:03:09 host 10.0.0.2
		port add vm2 subnet 73 mac $MAC2 ip 192.168.3.2
	END
	expect_fail 'subnet 73, which has no IPv4 gateway' alk_a trace port vm2 dst 8.8.8.8
	alk_a trace port vm2 dst 192.168.3.9 | grep -q 'verdict: encap'
}

run_tests "$@"
