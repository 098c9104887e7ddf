#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a host does not know goes to a gateway group: spread by flow, and each flow stays.
#
#   vm1 192.168.1.1 --- [vm1] host_a [ul 10.0.0.1] --- [ul] fabric
#
# The gateways are addresses that nobody answers for: all that goes to them is seen in fabric.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

MAC1=02:00:00:00:00:01 GWMAC=02:00:00:00:00:fe
M1=(member 10.0.0.11 mac 02:00:00:00:aa:01)
M2=(member 10.0.0.12 mac 02:00:00:00:aa:02)
M3=(member 10.0.0.13 mac 02:00:00:00:aa:03)
M4=(member 10.0.0.14 mac 02:00:00:00:aa:04)
SUBNET="vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 gateway-ip 192.168.1.254 \
gateway-ip fd00:1::fe gateway-mac $GWMAC"
FLOWS=10000
# An emulated or a checked CPU takes minutes for so many.
[ "${ALKAID_VM_KERNEL:-}" = uml ] || FLOWS=2500

setup() {
	ip -batch - <<-BATCH
		netns add host_a
		netns add fabric
		netns add vm1
		link add ul netns host_a mtu 1600 type veth peer name ul mtu 1600 netns fabric
		link add vm1 netns host_a type veth peer name eth0 address $MAC1 netns vm1
	BATCH
	alk_a -b - <<-END
		link add alk0 local 10.0.0.1 local6 fd00:ffff::1
		gateway add 1 ${M1[@]} ${M2[@]} ${M3[@]} ${M4[@]}
		vpc add 7 miss gateway gateway-group 1
		subnet add 71 $SUBNET
		port add vm1 subnet 71 mac $MAC1 ip 192.168.1.1 ip fd00:1::1
	END
	quiet_ns host_a <<-'BATCH'
		link set lo up
		addr add 10.0.0.1/24 dev ul
		link set ul up
		link set alk0 up
		link set vm1 up
	BATCH
	quiet_ns fabric <<<'link set ul up'
	start_vm vm1 192.168.1.1/24 192.168.1.254
}

steer() { # COMMAND ARG...
	run_python steering "$@"
}

# Flows from vm1, by their UDP source ports; where they went is in $workdir/NAME.
flows() { # NAME FIRST COUNT [KEY=VALUE]...
	steer send vm1 fabric "$workdir/$1" "${@:2}"
}

count() { steer count "$workdir/$1"; }
moved() { steer moved "$workdir/$1" "$workdir/$2"; }
values() { steer values "$workdir/$1" "$2"; }

# Numbers that went to a host of a count.
of() { # JSON HOST
	jq --arg host "$2" '.[$host] // 0' <<<"$1"
}

# A share of all flows, within five standard deviations of a fair choice, and one in a
# hundred for the table.
expect_share() { # COUNT SHARE TOTAL
	jq -en --argjson n "$1" --argjson p "$2" --argjson all "$3" '
		($n - $p * $all) | fabs <= 5 * ($p * (1 - $p) * $all | sqrt) + $p * $all / 100' >&2 ||
		fail "$1 of $3 flows, which is not $2"
}

test_flows_are_spread_by_weight() {
	local counts
	alk_a gateway replace 1 "${M1[@]}" weight 1 "${M2[@]}" weight 1 "${M3[@]}" weight 2 \
		"${M4[@]}" weight 4
	flows all 20000 "$FLOWS"
	counts=$(count all)
	note "of $FLOWS flows, weights 1 1 2 4: $counts"
	expect_share "$(of "$counts" 10.0.0.11)" 0.125 "$FLOWS"
	expect_share "$(of "$counts" 10.0.0.12)" 0.125 "$FLOWS"
	expect_share "$(of "$counts" 10.0.0.13)" 0.25 "$FLOWS"
	expect_share "$(of "$counts" 10.0.0.14)" 0.5 "$FLOWS"
	# What is counted is what went there.
	expect_eq "$(alk_a -j gateway show 1 | jq -c \
		'[.[0].members[] | {(.ip): .packets}] | add')" "$(jq -c . <<<"$counts")"
}

test_macs_are_the_members() {
	capture_start fabric ul "$workdir/pcap"
	flows all 20000 100
	capture_stop "$workdir/pcap"
	expect_eq "$(values all outer_mac)" \
		"02:00:00:00:aa:01 02:00:00:00:aa:02 02:00:00:00:aa:03 02:00:00:00:aa:04"
	expect_eq "$(jq '[.[] | select(.dmac != .outer_mac)] | length' "$workdir/all")" 0
	expect_eq "$(jq '[.[] | select(.host[-1:] != .dmac[-1:])] | length' "$workdir/all")" 0
	expect_eq "$(values all smac)" "$MAC1"
	expect_eq "$(values all vni)" 7001
	expect_eq "$(values all ttl)" 64
	expect_eq "$(capture_count "$workdir/pcap" arp)" 0 "ARP requests on the underlay"
	expect_eq "$(capture_count "$workdir/pcap" 'udp port 4789')" 100
	# What is routed is as it was too: the gateway counts the hop.
	flows routed 20000 100 dst=192.168.2.99 dmac="$GWMAC"
	expect_eq "$(values routed ttl)" 64
	expect_eq "$(values routed smac)" "$MAC1"
	expect_eq "$(jq '[.[] | select(.host[-1:] != .dmac[-1:])] | length' "$workdir/routed")" 0
}

permanent() { # ADDRESS
	ip -n host_a neigh show nud permanent "$1"
}

test_the_host_knows_the_mac_as_long_as_the_member_is_there() {
	flows all 20000 100
	[[ $(permanent 10.0.0.12) == *02:00:00:00:aa:02* ]] || fail "$(ip -n host_a neigh)"
	# Somebody takes the route away and back: the netdev forgets its neighbors.
	ip -n host_a link set ul down
	expect_eq "$(permanent 10.0.0.12)" ""
	ip -n host_a link set ul up
	flows again 20000 100
	expect_eq "$(moved all again)" "{}"
	[[ $(permanent 10.0.0.12) == *02:00:00:00:aa:02* ]] || fail "$(ip -n host_a neigh)"
	# Another MAC is another member.
	alk_a gateway replace 1 "${M1[@]}" member 10.0.0.12 mac 02:00:00:00:bb:02
	flows other 20000 100
	[[ $(permanent 10.0.0.12) == *02:00:00:00:bb:02* ]] || fail "$(ip -n host_a neigh)"
	alk_a gateway replace 1 "${M1[@]}"
	is_forgotten() { [ -z "$(permanent 10.0.0.12)$(permanent 10.0.0.13)" ]; }
	wait_for is_forgotten
	[[ $(permanent 10.0.0.11) == *02:00:00:00:aa:01* ]] || fail "$(ip -n host_a neigh)"
}

test_behind_a_router_the_outer_mac_is_the_routers() {
	ip -n host_a neigh add 10.0.0.254 dev ul lladdr 02:00:00:00:cc:01
	ip -n host_a route add 10.1.0.0/16 via 10.0.0.254
	alk_a gateway replace 1 member 10.1.0.11 mac 02:00:00:00:aa:01
	flows all 20000 10
	expect_eq "$(values all outer_mac)" 02:00:00:00:cc:01
	expect_eq "$(values all dmac)" 02:00:00:00:aa:01
	expect_eq "$(permanent 10.1.0.11)" ""
}

test_running_flows_keep_their_member() {
	local before
	flows before 20000 "$FLOWS"
	before=$(count before)
	alk_a gateway member set 1 10.0.0.12 down
	flows down 20000 "$FLOWS"
	expect_eq "$(of "$(count down)" 10.0.0.12)" 0
	expect_eq "$(moved before down)" "{\"10.0.0.12\": $(of "$before" 10.0.0.12)}"
	# It comes back: no flow moves again, and new ones find it.
	alk_a gateway member set 1 10.0.0.12 up
	flows back 20000 "$FLOWS"
	expect_eq "$(moved down back)" "{}"
	flows new 40000 "$FLOWS"
	expect_share "$(of "$(count new)" 10.0.0.12)" 0.25 "$FLOWS"
	# One is deleted: its flows alone move.
	before=$(count new)
	alk_a gateway replace 1 "${M1[@]}" "${M2[@]}" "${M4[@]}"
	flows deleted 40000 "$FLOWS"
	expect_eq "$(moved new deleted)" "{\"10.0.0.13\": $(of "$before" 10.0.0.13)}"
	note "of $FLOWS flows moved: $(moved before down) down, $(moved down back) back," \
		"$(moved new deleted) deleted"
}

# A group of its own has no memory of flows: what moves is what the tables say.
test_other_hosts_steer_alike() {
	local moved own
	flows before 20000 "$FLOWS"
	alk_a gateway add 2 "${M4[@]}" "${M2[@]}" "${M1[@]}" "${M3[@]}"
	alk_a vpc change 7 miss gateway gateway-group 2
	flows same 20000 "$FLOWS"
	expect_eq "$(moved before same)" "{}"
	# Without one: its share, and half a percent.
	alk_a gateway add 3 "${M4[@]}" "${M2[@]}" "${M1[@]}"
	alk_a vpc change 7 miss gateway gateway-group 3
	flows less 20000 "$FLOWS"
	moved=$(moved before less)
	own=$(of "$(count before)" 10.0.0.13)
	note "of $FLOWS flows $own were the deleted member's; moved: $moved"
	expect_eq "$(of "$moved" 10.0.0.13)" "$own"
	jq -e --argjson all "$FLOWS" 'del(.["10.0.0.13"]) | add // 0 | . <= $all / 200' <<<"$moved" ||
		fail "moved: $moved"
	# One that is down: exactly its own.
	alk_a gateway add 4 "${M1[@]}" "${M2[@]}" "${M3[@]}" state down "${M4[@]}"
	alk_a vpc change 7 miss gateway gateway-group 4
	flows down 20000 "$FLOWS"
	expect_eq "$(moved before down)" "{\"10.0.0.13\": $own}"
}

test_drain_keeps_flows_and_takes_no_new() {
	local before
	flows before 20000 $((FLOWS / 2))
	before=$(count before)
	[ "$(of "$before" 10.0.0.13)" -gt 0 ] || fail "$before"
	alk_a gateway member set 1 10.0.0.13 drain
	flows drained 20000 $((FLOWS / 2))
	expect_eq "$(moved before drained)" "{}"
	flows new 40000 $((FLOWS / 2))
	expect_eq "$(of "$(count new)" 10.0.0.13)" 0
	alk_a gateway member set 1 10.0.0.13 down
	flows down 20000 $((FLOWS / 2))
	expect_eq "$(moved before down)" "{\"10.0.0.13\": $(of "$before" 10.0.0.13)}"
}

test_no_member_takes_flows() {
	alk_a gateway replace 1 "${M1[@]}" state down "${M2[@]}" state drain
	expect_drop host_a GROUP_DOWN 1 frames send vm1 eth0 \
		<<<"eth src=$MAC1 dst=02:00:00:00:00:99 ip src=192.168.1.1 dst=192.168.1.99 udp data"
	expect_eq "$(alk_a -j trace port vm1 dst 8.8.8.8 dst-mac "$GWMAC" |
		jq -r '.[0] | "\(.verdict) \(.reason)"')" "drop GROUP_DOWN"
	alk_a gateway replace 1
	expect_drop host_a GROUP_DOWN 1 frames send vm1 eth0 \
		<<<"eth src=$MAC1 dst=$GWMAC ip src=192.168.1.1 dst=8.8.8.8 udp data"
}

frames() { # ARG...
	run_python frames "$@"
}

# Of each datagram all parts, and of different destinations not all one way.
test_fragments_stay_together() {
	local i
	capture_start fabric ul "$workdir/pcap" udp port 4789
	for i in {100..119}; do
		echo "neigh add 192.168.1.$i lladdr 02:00:00:00:01:99 dev eth0"
	done | ip -n vm1 -batch -
	in_ns vm1 /usr/bin/python3 -c '
import socket
for i in range(100, 120):
    for sport in range(5000, 5005):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("192.168.1.1", sport))
        sock.sendto(bytes(4000), (f"192.168.1.{i}", 9))
        sock.close()'
	capture_stop "$workdir/pcap"
	# Outer and inner packet are a line each: member, and inner destination.
	tcpdump -r "$workdir/pcap" -n 2>/dev/null | sed -nE '
		s/.* > (10\.0\.0\.[0-9]+)\.4789: .*/\1/; h; n
		s/.* > (192\.168\.1\.[0-9]+).*/\1/; H; x; s/\n/ /p' >"$workdir/parts"
	expect_eq "$(wc -l <"$workdir/parts")" 300 "fragments"
	expect_eq "$(cut -d' ' -f1 "$workdir/parts" | sort -u | wc -l)" 4 "members that had any"
	expect_eq "$(sort -u "$workdir/parts" | wc -l)" 20 \
		"pairs of a destination and a member that its parts went to"
}

test_arp_and_solicitations_for_the_unknown_are_steered() {
	capture_start fabric ul "$workdir/pcap" udp port 4789
	in_ns vm1 ping -c 1 -W 1 192.168.1.99 >&2 || :
	in_ns vm1 sh -c 'cd /proc/sys/net/ipv6/conf/eth0
		echo 0 >accept_ra; echo 0 >router_solicitations; echo 0 >disable_ipv6'
	ip -n vm1 addr add fd00:1::1/64 dev eth0 nodad
	in_ns vm1 ping -c 1 -W 1 fd00:1::99 >&2 || :
	capture_stop "$workdir/pcap"
	tcpdump -r "$workdir/pcap" -n -e 2>/dev/null >"$workdir/text"
	grep -E '^02:00:00:00:00:01 > 02:00:00:00:aa:0([1-4]), .*who-has 192.168.1.99' \
		"$workdir/text" || fail "$(<"$workdir/text")"
	grep -E '^02:00:00:00:00:01 > 02:00:00:00:aa:0([1-4]), .*who has fd00:1::99' \
		"$workdir/text" || fail "$(<"$workdir/text")"
	# A link-local address is nothing that a gateway knows.
	expect_no grep 'who has fe80::' "$workdir/text"
	# The gateway of the subnet, and the endpoint itself, are answered here.
	expect_no grep 'who-has 192.168.1.254' "$workdir/text"
	expect_eq "$(alk_a -j trace port vm1 dst 192.168.1.254 | jq -r '.[0].resolve.verdict')" \
		arp_reply
}

test_other_protocols_and_formats() {
	alk_a -b - <<<"subnet replace 71 $SUBNET encap geneve"
	flows v4 20000 50
	expect_eq "$(values v4 encap)" geneve
	flows v6 20000 50 src=fd00:1::1 dst=fd00:1::99
	expect_eq "$(count v6 | jq 'length')" 4
	# Neither ARP nor IP goes nowhere.
	expect_drop host_a ETHERTYPE 1 frames send vm1 eth0 \
		<<<"eth src=$MAC1 dst=02:00:00:00:00:99 type=0x88b5 data text=hello"
	# What is for many is none of the gateway's business.
	expect_drop host_a BROADCAST 1 frames send vm1 eth0 \
		<<<"eth src=$MAC1 dst=ff:ff:ff:ff:ff:ff ip src=192.168.1.1 dst=255.255.255.255 udp data"
}

test_members_by_ip6() {
	local ns
	for ns in host_a fabric; do
		in_ns "$ns" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/ul/accept_ra
			echo 0 >/proc/sys/net/ipv6/conf/ul/router_solicitations
			echo 0 >/proc/sys/net/ipv6/conf/ul/disable_ipv6'
	done
	ip -n host_a addr add fd00:ffff::1/64 dev ul nodad
	ip -n host_a link set alk0 down
	ip -n host_a link set alk0 up
	alk_a gateway replace 1 member fd00:ffff::11 mac 02:00:00:00:aa:01 \
		member fd00:ffff::12 mac 02:00:00:00:aa:02
	capture_start fabric ul "$workdir/pcap"
	flows all 20000 100
	capture_stop "$workdir/pcap"
	expect_eq "$(values all host)" "fd00:ffff::11 fd00:ffff::12"
	expect_eq "$(jq '[.[] | select(.host[-1:] != .outer_mac[-1:])] | length' "$workdir/all")" 0
	expect_eq "$(values all outer_mac)" "02:00:00:00:aa:01 02:00:00:00:aa:02"
	expect_eq "$(capture_count "$workdir/pcap" \
		'icmp6 and ip6[40] == 135 and (ip6[62:2] == 0x11 or ip6[62:2] == 0x12)')" 0 \
		"solicitations for members"
	[[ $(permanent fd00:ffff::12) == *02:00:00:00:aa:02* ]] || fail "$(ip -n host_a -6 neigh)"
}

test_a_route_leads_to_a_group() {
	alk_a -b - <<-END
		gateway add 2 type igw member 10.0.0.21 mac 02:00:00:00:aa:21
		vpc change 7 miss drop
		route add 0.0.0.0/0 vpc 7 gateway-group 2
	END
	flows all 20000 50 dst=8.8.8.8 dmac="$GWMAC"
	expect_eq "$(values all host)" 10.0.0.21
	expect_eq "$(values all dmac)" 02:00:00:00:aa:21
	expect_eq "$(alk_a -j trace port vm1 dst 8.8.8.8 | jq -c '.[0] |
		[.verdict, .out.host, .out.vni, .out.dst_mac, (.steps[] | select(.step == "group") |
		.gateway_group)]')" '["steer","10.0.0.21",7001,"02:00:00:00:aa:21",2]'
	alk_a trace port vm1 dst 8.8.8.8 >"$workdir/text"
	grep -F 'gateway group 2: member 10.0.0.21, MAC 02:00:00:00:aa:21' "$workdir/text"
	grep -F '0.0.0.0/0 to gateway group 2' "$workdir/text"
	# A miss is still a miss.
	expect_drop host_a MISS 1 frames send vm1 eth0 \
		<<<"eth src=$MAC1 dst=02:00:00:00:00:99 ip src=192.168.1.1 dst=192.168.1.99 udp data"
}

test_too_big_for_the_way_to_a_member() {
	alk_a gateway replace 1 "${M1[@]}"
	ip -n host_a route add 10.0.0.11 dev ul mtu 1400
	ip -n vm1 neigh add 192.168.1.99 lladdr 02:00:00:00:00:99 dev eth0
	# The first finds out, the second is decided with what it found.
	in_ns vm1 ping -M "do" -s 1400 -c 1 -W 1 192.168.1.99 >"$workdir/ping" 2>&1 || :
	grep -F 'Frag needed and DF set (mtu = 1350)' "$workdir/ping" || fail "$(<"$workdir/ping")"
	expect_eq "$(drop_count host_a TOO_BIG)" 1
}

test_a_known_endpoint_is_not_steered() {
	alk_a neigh add 192.168.1.50 subnet 71 mac 02:00:00:00:00:50 host 10.0.0.2
	ip -n host_a neigh add 10.0.0.2 dev ul lladdr 02:00:00:00:dd:02
	flows known 20000 50 dst=192.168.1.50 dmac=02:00:00:00:00:50
	expect_eq "$(values known host)" 10.0.0.2
	expect_eq "$(values known outer_mac)" 02:00:00:00:dd:02
	expect_eq "$(values known dmac)" 02:00:00:00:00:50
	flows routed 20000 50 dst=192.168.1.50 dmac="$GWMAC"
	expect_eq "$(values routed host)" 10.0.0.2
	expect_eq "$(values routed ttl)" 63
}

run_tests "$@"
