#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A VM moves to another host: its old one relays for a while, and ends stale direct paths.
#
#   vm1 192.168.1.1, vm2 192.168.2.2 --- host_a 10.0.0.1 ---+
#   vm4 192.168.1.4 -------------------- host_b 10.0.0.2 ---+--- fabric --- gw 10.0.0.9
#   vm7, which has vm4's addresses ----- host_c 10.0.0.3 ---+
#
# All have alkaid; see fabric.sh. vm7 is vm4 where it has moved to.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"
# shellcheck source=tests/selftests/fabric.sh
. "$(dirname "$0")/fabric.sh"

HOSTS='host_a 1 alkaid
host_b 2 alkaid
host_c 3 alkaid
gw 9 gateway'
VMS='1 1 host_a 1
2 2 host_a 1
4 1 host_b 2'
IP1=192.168.1.1 IP2=192.168.2.2 IP4=192.168.1.4
M1=$(mac_of 1) M4=$(mac_of 4)
# By a path past the gateway: bridged, and routed on the sender's host.
DIRECT="vxlan vni=7001 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4"
DIRECT6="vxlan vni=7001 eth src=$M1 dst=$M4 ip6 src=fd00:1::1 dst=fd00:1::4"
ROUTED="vxlan vni=7002 eth src=$DVR dst=$M4 ip src=$IP2 dst=$IP4"

setup() {
	add_fabric
	add_vm vm7 host_c vm7 "$M4" "$IP4/24" 192.168.1.254
	alk -n host_c port add vm7 subnet 71 mac "$M4" ip "$IP4" ip fd00:1::4
}

to_host_b() {
	frames cases host_b host_a udp:10.0.0.2
}

# Where vm4 is from now on, for host_b.
moved() {
	cat <<-END
		port del vm4
		neigh add $IP4 subnet 71 mac $M4 host 10.0.0.3
		neigh add fd00:1::4 subnet 71 mac $M4 host 10.0.0.3
	END
}

gateway_knows() {
	alk -n gw -f - <<-END
		neigh replace $IP4 subnet 71 mac $M4 host 10.0.0.3
		neigh replace fd00:1::4 subnet 71 mac $M4 host 10.0.0.3
	END
}

move() {
	moved | alk_b -f -
}

# Of each OAM datagram a line: source, ports, and its bytes.
oam_shown() {
	tshark -r "$workdir/oam" -d udp.port==8300,data -T fields -E separator=' ' \
		-e ip.src -e ip.dst -e udp.srcport -e udp.dstport -e data.data -Y udp 2>/dev/null
}

test_old_host_relays_what_still_arrives() {
	to_host_b <<-END
		FORWARDED: $DIRECT udp data text=one => vm4 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 udp data text=one
		FORWARDED: $ROUTED udp data text=one => vm4 eth src=$GW1 dst=$M4 ip src=$IP2 dst=$IP4 udp data text=one
	END
	move
	to_host_b <<-END
		FORWARDED+OAM: $DIRECT ttl=1 udp data text=two => vm7 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 ttl=1 udp data text=two
		FORWARDED+OAM: $ROUTED udp data text=two => vm7 eth src=$GW1 dst=$M4 ip src=$IP2 dst=$IP4 udp data text=two
		FORWARDED: $DIRECT6 udp data text=two => vm7 eth src=$M1 dst=$M4 ip6 src=fd00:1::1 dst=fd00:1::4 udp data text=two
		FORWARDED: vxlan vni=7001 eth src=$M1 dst=$M4 arp op=2 sha=$M1 spa=$IP1 tpa=$IP4 => vm7 eth src=$M1 dst=$M4 arp op=2 sha=$M1 spa=$IP1 tpa=$IP4
		TUNNEL_NOT_LOCAL: vxlan vni=7001 eth src=$M1 dst=02:00:00:00:00:99 ip src=$IP1 dst=192.168.1.99 udp
	END
	frames cases host_b host_c udp:10.0.0.2 <<<"RELAY_LOOP: $DIRECT udp"
}

test_sender_is_sent_a_delete() {
	move
	capture_start host_a ul "$workdir/oam" udp dst port 8300
	to_host_b <<-END
		FORWARDED+OAM: $DIRECT udp
		FORWARDED+OAM: $ROUTED icmp
	END
	capture_stop "$workdir/oam"
	expect_eq "$(oam_shown)" "\
10.0.0.2 10.0.0.1 8300 8300 00000001c0a80101c0a8010403e807d011001b59
10.0.0.2 10.0.0.1 8300 8300 00000001c0a80202c0a801040000000001001b5a"
}

relay_is_over() {
	to_host_b <<<"TUNNEL_NOT_LOCAL: $DIRECT udp" 2>/dev/null
}

test_relay_ends() {
	local begin
	alk_b link set alk0 relay-time 2
	begin=${EPOCHREALTIME/./}
	move
	to_host_b <<<"FORWARDED+OAM: $DIRECT udp"
	# One second of its two at least: the clock counts whole ones.
	wait_for relay_is_over
	[ $((${EPOCHREALTIME/./} - begin)) -ge 1000000 ] || fail "it ended at once"
	alk_b link set alk0 relay-time 1000
	to_host_b <<<"FORWARDED+OAM: $DIRECT udp sport=2"
	alk_b link set alk0 relay-time 0
	to_host_b <<<"TUNNEL_NOT_LOCAL: $DIRECT udp"
}

# It knows no more than that the VM has gone: a gateway knows the rest.
test_where_it_went_a_gateway_knows() {
	ip -n vm4 link del eth0
	gateway_knows
	# It would teach the old host in its turn.
	alk -n gw vpc replace 7
	to_host_b <<-END
		FORWARDED+OAM: $DIRECT udp data text=hello => vm7 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 udp data text=hello
		TUNNEL_NOT_LOCAL: vxlan vni=7001 eth src=$M1 dst=$M4 ip src=$IP1 dst=192.168.1.99 udp
	END
	# What the gateway itself sends there does not go back and forth.
	frames cases host_b gw udp:10.0.0.2 <<<"TUNNEL_NOT_LOCAL: $DIRECT udp"
}

test_vm_that_comes_back_is_served_here() {
	move
	to_host_b <<<"FORWARDED+OAM: $DIRECT udp"
	alk_b -f - <<-END
		neigh del $IP4 subnet 71
		neigh del fd00:1::4 subnet 71
		port add vm4 subnet 71 mac $M4 ip $IP4 ip fd00:1::4
	END
	ip -n host_b link set vm4 up
	to_host_b <<<"FORWARDED: $DIRECT udp sport=2 data text=hello => vm4 eth src=$M1 dst=$M4 ip src=$IP1 dst=$IP4 udp sport=2 data text=hello"
}

# The move is made while a stream of datagrams goes on: COMMAND, with standard input.
stream() { # FROM COMMAND...
	run_python stream \
		"$1" "$IP4" 3000 1000 vm4 vm7 -- "${@:2}" >"$workdir/stream"
	note "$1: $(tr '\n' ';' <"$workdir/stream")"
	expect_eq "$(tail -n 1 "$workdir/stream")" "lost 0"
	expect_no grep -q '^vm. 0' "$workdir/stream"
}

# The sender's own tables stay stale throughout.
test_nothing_is_lost_on_the_way() {
	alk_a neigh add "$IP4" subnet 71 mac "$M4" host 10.0.0.2
	moved >"$workdir/moved"
	stream vm1 alk -n host_b -f "$workdir/moved"
	expect_eq "$(alk -n host_b -j drops show | jq -r '.[0] | add // 0')" 0 "drops of the old host"
}

# All as it is in a cloud: a gateway has taught the path, and the old host ends it.
test_direct_path_dies_with_the_first_packet() {
	moved >"$workdir/moved"
	capture_start host_b ul "$workdir/relayed" 'src 10.0.0.2 and dst 10.0.0.3 and udp dst port 4789'
	capture_start host_a ul "$workdir/oam" udp dst port 8300
	stream vm1 sh -c "alk -n gw -f - <<-END && alk -n host_b -f $workdir/moved
		neigh replace $IP4 subnet 71 mac $M4 host 10.0.0.3
		neigh replace fd00:1::4 subnet 71 mac $M4 host 10.0.0.3
	END"
	capture_stop "$workdir/oam"
	capture_stop "$workdir/relayed"
	oam_shown | cut -d' ' -f 1,5 | cut -c 1-17 >"$workdir/oam.shown"
	note "OAM: $(tr '\n' ';' <"$workdir/oam.shown")"
	expect_eq "$(cat "$workdir/oam.shown")" $'10.0.0.9 00000000\n10.0.0.2 00000001\n10.0.0.9 00000000'
	expect_eq "$(oam_shown | tail -n 1 | cut -d' ' -f 5 | cut -c 49-56)" 0a000003 "node that was taught last"
	# One more may be on its way while the delete is.
	count=$(capture_count "$workdir/relayed")
	note "relayed: $count"
	[ "$count" -ge 1 ] || fail "nothing was relayed"
	[ "$count" -le 3 ] || fail "$count datagrams were relayed"
}

run_tests "$@"
