#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2086,SC2119,SC2120 # no words but constants; datagrams come on standard input
# OAM datagrams teach direct paths, and nothing else does.
#
#   vm1 192.168.1.1 --- [vm1]
#                             host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b
#   vm2 192.168.1.2 --- [vm2]
#
# VPC 7 has subnets 71 and 72 (VNI 7001, 7002) and gateway group 1: 10.0.0.2 and 10.0.0.4, port
# 8300. VPC 8 has subnet 81 (VNI 8001) and group 2: 10.0.0.5, port 8301. All datagrams are made by
# hand on host_b.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

PARAMETERS=/sys/module/alkaid/parameters
KEY=000102030405060708090a0b0c0d0e0f
SUBNET72='vpc 7 vni 7002 prefix 192.168.2.0/24'
GROUP1='member 10.0.0.2 mac 02:00:00:00:0f:02 member 10.0.0.4 mac 02:00:00:00:0f:04'
X=192.168.2.9

# All that a datagram of this test names is host_b, which is silent about what is sent there.
setup() {
	local address
	add_cloud
	for address in 3 4 5 7; do
		echo "addr add 10.0.0.$address/24 dev ul"
	done | ip -n host_b -batch -
	alk_a -f - <<-END
		gateway add 1 $GROUP1
		gateway add 2 oam-port 8301 member 10.0.0.5 mac 02:00:00:00:0f:05
		vpc replace 7 miss gateway gateway-group 1
		vpc add 8 miss gateway gateway-group 2
		subnet add 72 $SUBNET72
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24
	END
}

oam() { # [PORT], datagrams on standard input
	run_python oam host_b 10.0.0.1 "$@"
}

say() { # WORD...: one datagram to port 8300
	oam <<<"$*"
}

consumed() {
	alk_a -j stats show | jq '.[0].consumed_packets'
}

consumed_at_least() { # COUNT
	[ "$(consumed)" -ge "$1" ]
}

# COMMAND has N datagrams taken, and nothing dropped.
expect_taken() { # N COMMAND...
	local n=$1 before drops
	shift
	before=$(consumed)
	drops=$(alk_a -j drops show)
	"$@"
	wait_for consumed_at_least $((before + n))
	expect_eq "$(consumed)" $((before + n)) "consumed by: $*"
	expect_eq "$(alk_a -j drops show)" "$drops" "drops by: $*"
}

flows() { # [FILTER...]
	alk_a -j flow show "$@" | jq length
}

expect_flows() { # N [FILTER...]
	local n=$1
	shift
	expect_eq "$(flows "$@")" "$n" "flows $*"
}

has_flows() { # N
	[ "$(flows)" -eq "$1" ]
}

# How often vm1 sends UDP from SPORT to DPORT of X.
vm1_sends() { # SPORT DPORT COUNT
	frames send vm1 eth0 "$3" <<-END
		eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=$X udp sport=$1 dport=$2
	END
}

test_inject_is_shown() {
	expect_taken 1 say inject instance=192.168.2.10 timeout=258
	alk_a -j flow show | jq -e '. == [{ "vpc": 7, "vni": 7001, "src": "192.168.1.1",
		"dst": "192.168.2.9", "proto": "udp", "sport": 1000, "dport": 2000,
		"instance_ip": "192.168.2.10", "instance_mac": "02:00:00:00:00:09",
		"host": "10.0.0.3", "gateway_group": 1, "idle_timeout": 258,
		"idle": .[0].idle, "packets": 0 }]' >&2
	expect_taken 1 say inject proto=6 sport=1 checksum=on udp-sport=8300
	expect_flows 1 proto tcp sport 1
	expect_flows 1 src "$IP1" dst "$X" dport 2000 proto 17
	expect_flows 0 vni 7002
	expect_flows 0 vpc 8
}

test_refusals() {
	local row
	while read -r row; do
		expect_drop host_a "${row%%:*}" 1 say "${row#*: }"
	done <<-END
		OAM_LENGTH: inject len=0
		OAM_LENGTH: inject len=19
		OAM_LENGTH: inject len=43
		OAM_LENGTH: inject len=45
		OAM_LENGTH: inject len=1400
		OAM_LENGTH: delete len=19
		OAM_LENGTH: delete len=21
		OAM_LENGTH: delete len=44
		OAM_LENGTH: inject key=$KEY seq=1
		OAM_OPERATION: inject op=2
		OAM_OPERATION: delete op=16777216
		OAM_RESERVED: inject reserved=1
		OAM_RESERVED: inject reserved=32768
		OAM_ADDRESS: inject dst=224.0.0.1 instance=$X
		OAM_ADDRESS: inject src=127.0.0.1
		OAM_ADDRESS: inject mac=01:00:00:00:00:09
		OAM_ADDRESS: inject node=255.255.255.255
		OAM_ADDRESS: inject node=10.0.0.1
		OAM_VNI: inject vni=7000
		OAM_VNI: delete vni=0
		OAM_PORT: inject vni=8001 from=10.0.0.5
		OAM_SENDER: inject from=10.0.0.5
		OAM_SENDER: inject from=10.0.0.9
		OAM_SENDER: delete from=10.0.0.9
	END
	expect_drop host_a OAM_PORT 1 oam 8301 <<<'inject vni=7001'
	expect_flows 0
	expect_taken 1 oam 8301 <<<'inject vni=8001 from=10.0.0.5'
	expect_flows 1 vpc 8
	# A VPC without a group has nobody to listen to.
	alk_a -f - <<-END
		vpc add 9
		subnet add 91 vpc 9 vni 9001 prefix 192.168.1.0/24
	END
	expect_drop host_a OAM_PORT 1 say inject vni=9001
}

# A bad checksum is the host's to refuse; none is none, and a device that is down takes nothing.
test_device_that_is_down() {
	ip -n host_a link set alk0 down
	expect_drop host_a DEVICE_DOWN 1 say inject
	ip -n host_a link set alk0 up
	expect_taken 1 say inject
}

test_ports_and_wildcards() {
	expect_taken 4 oam <<-END
		inject
		inject dport=0
		inject sport=0
		inject sport=0 dport=0
	END
	expect_flows 4
	vm1_sends 1000 2000 1
	vm1_sends 1000 2001 2
	vm1_sends 1001 2000 3
	vm1_sends 1001 2001 4
	expect_eq "$(alk_a -j flow show | jq -c 'sort_by(.packets) | map([.sport, .dport, .packets])')" \
		'[[1000,2000,1],[1000,0,2],[0,2000,3],[0,0,4]]'
	# A part of a datagram has no ports, so it takes what asks for none.
	frames send vm1 eth0 <<-END
		eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=$X frag=0x2000 udp sport=1000 dport=2000 data zeros=8
	END
	expect_eq "$(alk_a -j flow show sport 0 dport 0 | jq '.[0].packets')" 5
	# Another source, or another protocol: to the gateway.
	alk_a -j trace port vm1 dst $X proto udp sport 1000 dport 2000 |
		jq -e '.[0].out.host == "10.0.0.3"' >&2
	alk_a -j trace port vm1 dst $X proto tcp sport 1000 dport 2000 |
		jq -e '.[0].out.host | . == "10.0.0.2" or . == "10.0.0.4"' >&2
}

test_repeated_reordered_and_late() {
	local packets
	expect_taken 3 oam <<<'inject *3'
	expect_flows 1
	vm1_sends 1000 2000 2
	expect_taken 1 say inject from=10.0.0.4
	# The same path, whoever says so: it goes on.
	expect_eq "$(alk_a -j flow show | jq '.[0].packets')" 2
	expect_taken 1 say inject node=10.0.0.7
	packets=$(alk_a -j flow show | jq -r '.[0] | .host, .packets' | xargs)
	expect_eq "$packets" '10.0.0.7 0'
	expect_taken 3 oam <<-END
		delete
		delete
		delete sport=7
	END
	expect_flows 0
}

test_idle_timeout_in_seconds() {
	expect_taken 2 oam <<-END
		inject timeout=1
		inject sport=1001 timeout=600
	END
	wait_for has_flows 1
	expect_eq "$(alk_a -j flow show | jq '.[0].idle_timeout')" 600
	# None is 30 s, not never.
	expect_taken 1 say inject timeout=0
	expect_eq "$(alk_a -j flow show sport 1000 | jq '.[0].idle_timeout')" 30
}

idle_at_least() { # SECONDS SPORT
	[ "$(alk_a -j flow show sport "$2" | jq '.[0].idle')" -ge "$1" ]
}

fill() { # FIRST LAST
	local sport
	for ((sport = $1; sport <= $2; sport++)); do
		echo "inject sport=$sport timeout=600"
	done
}

test_quota_and_who_goes_first() {
	local name old
	for name in vpc_flows flows; do
		old=$(<$PARAMETERS/$name)
		echo 4 >$PARAMETERS/$name
		expect_taken 4 oam <<<"$(fill 1 4)"
		wait_for idle_at_least 1 4
		vm1_sends 1 2000 1
		vm1_sends 2 2000 1
		vm1_sends 4 2000 1
		# The third is the oldest, then nothing is as old as the first.
		expect_taken 1 say inject sport=5 timeout=600
		expect_eq "$(alk_a -j flow show | jq -c 'map(.sport) | sort')" '[1,2,4,5]'
		wait_for idle_at_least 1 5
		expect_taken 1 say inject sport=6 timeout=600
		expect_eq "$(alk_a -j flow show | jq -c 'map(.sport) | sort')" '[2,4,5,6]'
		alk_a flow flush
		# More than there is room for, in no time: some are refused, and none too many is there.
		fill 100 199 | oam
		expect_eq "$(flows)" 4
		[ "$(drop_count host_a OAM_QUOTA)" -gt 0 ] || fail "no OAM_QUOTA with $name"
		alk_a flow flush
		echo "$old" >$PARAMETERS/$name
	done
}

test_authentication_and_replay() {
	local sign="key=$KEY"
	alk_a gateway replace 1 oam-key $KEY $GROUP1
	expect_drop host_a OAM_AUTH 1 say inject
	expect_drop host_a OAM_AUTH 1 say inject seq=5 key=f00102030405060708090a0b0c0d0e0f
	expect_drop host_a OAM_AUTH 1 say inject seq=5 "$sign" tag=0
	# What was refused has not moved the window.
	expect_taken 1 say inject seq=5 "$sign"
	expect_drop host_a OAM_REPLAY 1 say inject seq=5 "$sign"
	expect_drop host_a OAM_REPLAY 1 say delete seq=5 "$sign"
	expect_taken 1 say inject seq=1000 "$sign"
	expect_taken 1 say inject seq=937 "$sign"
	expect_drop host_a OAM_REPLAY 1 say inject seq=937 "$sign"
	expect_drop host_a OAM_REPLAY 1 say inject seq=936 "$sign"
	# Each sender has a window of its own.
	expect_taken 1 say inject seq=5 "$sign" from=10.0.0.4
	expect_drop host_a OAM_SENDER 1 say inject seq=2000 "$sign" from=10.0.0.9
	# The node as well has to prove who it is.
	expect_drop host_a OAM_AUTH 1 say delete from=10.0.0.3
	expect_flows 1
	expect_taken 1 say delete from=10.0.0.3 seq=1 "$sign"
	expect_flows 0
}

test_who_may_delete() {
	expect_taken 1 say inject
	expect_drop host_a OAM_SENDER 1 say delete from=10.0.0.9
	# A node that some other flow leads to is nobody either.
	expect_taken 1 say inject sport=7 node=10.0.0.7
	expect_drop host_a OAM_SENDER 1 say delete from=10.0.0.7
	expect_flows 2
	expect_taken 1 say delete from=10.0.0.3
	expect_flows 0 sport 1000
	expect_taken 1 say delete sport=7 from=10.0.0.4
	expect_flows 0
	# The one that is meant, then the one that covers it.
	expect_taken 2 oam <<-END
		inject
		inject dport=0
	END
	expect_taken 1 say delete
	expect_flows 1 dport 0
	expect_taken 1 say delete
	expect_flows 0
}

test_destination() {
	alk_a gateway replace 1 direct destination $GROUP1
	expect_taken 3 oam <<-END
		inject
		inject src=$IP2 sport=7
		inject dst=192.168.2.10 instance=192.168.2.11
	END
	expect_flows 2
	expect_eq "$(alk_a -j flow show dst $X | jq -c '.[0] | [.vpc, .vni, .src, .proto, .packets]')" \
		'[7,null,null,null,0]'
	vm1_sends 5 6 2
	expect_eq "$(alk_a -j flow show dst $X | jq '.[0].packets')" 2
	expect_taken 1 say delete sport=99
	expect_flows 0 dst $X
}

test_alk_flow_del() {
	expect_taken 3 oam <<-END
		inject sport=1
		inject sport=2
		inject sport=3 proto=6
	END
	expect_fail 'no such flow' alk_a flow del sport 9
	expect_no alk_a flow del
	alk_a flow del vni 7001 src "$IP1" dst $X proto udp sport 2 dport 2000
	expect_eq "$(alk_a -j flow show | jq -c 'map(.sport) | sort')" '[1,3]'
	alk_a flow flush vpc 8
	expect_flows 2
	alk_a flow flush proto tcp
	expect_flows 1
	alk_a flow flush vpc 7
	expect_flows 0
	alk_a flow flush
}

test_flow_goes_with_its_port() {
	expect_taken 2 oam <<-END
		inject
		inject src=$IP2
	END
	alk_a port del vm1
	wait_for has_flows 1
	# Or with its netdev.
	ip -n host_a link del vm2
	wait_for has_flows 0
}

test_flow_goes_when_its_destination_is_known() {
	expect_taken 2 oam <<-END
		inject
		inject dst=192.168.2.10 instance=192.168.2.11
	END
	alk_a neigh add $X subnet 72 mac 02:00:00:00:02:09 host 10.0.0.3
	wait_for has_flows 1
	alk_a neigh add 192.168.2.11 subnet 72 mac 02:00:00:00:02:11 host 10.0.0.3
	wait_for has_flows 0
	# What is known goes first; and what was said meanwhile goes with it.
	expect_taken 1 say inject
	alk_a neigh del $X subnet 72
	wait_for has_flows 0
}

test_flow_goes_with_subnet_and_vpc() {
	expect_taken 1 say inject vni=7002 src=192.168.2.1 dst=192.168.1.77
	alk_a subnet del 72
	wait_for has_flows 0
	expect_taken 1 oam 8301 <<<'inject vni=8001 from=10.0.0.5'
	alk_a -f - <<-END
		subnet del 81
		vpc del 8
	END
	wait_for has_flows 0
}

test_flow_goes_with_member_and_group() {
	expect_taken 2 oam <<-END
		inject
		inject sport=7 from=10.0.0.4
	END
	# A member that is down no longer takes flows, but those that it sent past itself go on.
	alk_a gateway member set 1 10.0.0.4 down
	alk_a gateway replace 1 member 10.0.0.4 mac 02:00:00:00:0f:04
	wait_for has_flows 1
	expect_flows 1 sport 7
	alk_a -f - <<-END
		vpc replace 7
		gateway del 1
	END
	wait_for has_flows 0
	expect_eq "$(in_ns host_a ss -Hlun 'sport = :8300')" '' 'socket of a port that no group has'
	[ -n "$(in_ns host_a ss -Hlun 'sport = :8301')" ]
}

test_port_in_use() {
	local before
	before=$(in_ns host_a ss -Hlun)
	# Not in_ns: the signal is not for a shell.
	ip netns exec host_a /usr/bin/python3 -c 'import socket, time
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", 8400))
    time.sleep(600)' &
	# shellcheck disable=SC2016 # not expanded here
	wait_for in_ns host_a sh -c '[ -n "$(ss -Hlun "sport = :8400")" ]'
	expect_fail 'oam-port 8400 is in use' alk_a gateway add 3 oam-port 8400
	expect_eq "$(alk_a -j gateway show | jq length)" 2
	kill $!
	wait $! || :
	alk_a gateway add 3 oam-port 8400
	alk_a gateway del 3
	# One that a transaction would have had, and one that it takes away and does not.
	expect_no alk_a -f - <<-END
		gateway add 3 oam-port 8400
		gateway del 4
	END
	expect_eq "$(in_ns host_a ss -Hlun)" "$before" sockets
}

test_rate() {
	local taken dropped before
	before=$(consumed)
	echo 10 >$PARAMETERS/oam_rate
	oam <<<'inject *1000'
	echo 1000000 >$PARAMETERS/oam_rate
	dropped=$(drop_count host_a OAM_RATE)
	taken=$(($(consumed) - before))
	expect_eq $((taken + dropped)) 1000
	[ "$taken" -ge 10 ] || fail "only $taken were taken"
	[ "$dropped" -gt 0 ] || fail "none was dropped"
	expect_taken 1 oam <<<'inject from=10.0.0.4'
}

# COUNT random ones and COUNT forged ones from each of a member, a node and a stranger change
# nothing, while a ping goes on.
test_flood() {
	local count=166667 before after from
	# A million, where the machine is as fast as that.
	[ "$ALKAID_VM_KERNEL" = uml ] || count=10000
	expect_taken 2 oam <<-END
		inject timeout=60000
		inject dport=0 node=10.0.0.7 timeout=60000
	END
	before=$(alk_a -j flow show | jq -c 'map(del(.idle))')
	ip netns exec vm1 ping -q -i 0.01 -w 600 $IP3 >"$workdir/ping" &
	for from in 10.0.0.2 10.0.0.3 10.0.0.9; do
		oam <<-END
			random $count 1 from=$from
			forged $count 2 from=$from
		END
	done
	kill -INT $!
	wait $! || :
	after=$(alk_a -j flow show | jq -c 'map(del(.idle))')
	expect_eq "$after" "$before" flows
	grep -q ' 0% packet loss' "$workdir/ping" || fail "$(cat "$workdir/ping")"
	after=$(alk_a -j drops show | jq '.[0] | with_entries(select(.key | startswith("OAM_"))) | add')
	expect_eq "$after" $((6 * count)) 'datagrams refused'
	note "$((6 * count)) datagrams; $(grep transmitted "$workdir/ping")"
}

run_tests "$@"
