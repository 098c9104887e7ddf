#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Gateway groups: what is asked for is kept and shown, and refused with a reason if it cannot be.
#
#   host_a
#   +------------------------------+
#   | alk0                         |
#   | ul 10.0.0.1/24 -- (ul)       |
#   +------------------------------+
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

M1=(member 10.0.0.11 mac 02:00:00:00:01:01)
M2=(member 10.0.0.12 mac 02:00:00:00:01:02)

setup() {
	add_hosts
	add_alkaid host_a
}

# What "alk -j gateway show" says, by a filter of jq.
shown() {
	alk_a -j gateway show | jq -c "$1"
}

# States of the members of group 1.
states() {
	shown '[.[0].members[].state] | join(" ")' | tr -d '"'
}

test_a_group_is_shown_as_it_was_made() {
	alk_a gateway add 1 "${M1[@]}" weight 3 "${M2[@]}"
	expect_eq "$(shown .)" "$(jq -cn '[{id: 1, type: "zeta", oam_port: 8300, members: [
		{ip: "10.0.0.11", mac: "02:00:00:00:01:01", weight: 3, state: "up", packets: 0},
		{ip: "10.0.0.12", mac: "02:00:00:00:01:02", weight: 1, state: "up", packets: 0}]}]')"
	alk_a gateway add 2 type tgw oam-port 9000 oam-key 000102030405060708090a0b0c0d0e0f \
		direct destination bfd 50ms bfd-multiplier 5 \
		member fd00:ffff::9 mac 02:00:00:00:02:01
	expect_eq "$(alk_a -j gateway show 2 | jq -c '.[0] | del(.members)')" "$(jq -cn '{id: 2,
		type: "tgw", oam_port: 9000, oam_key_set: true, direct: "destination",
		bfd_interval: 50000, bfd_multiplier: 5}')"
	expect_eq "$(alk_a gateway show 1)" "1 type zeta oam-port 8300\
 member 10.0.0.11 mac 02:00:00:00:01:01 weight 3 state up packets 0\
 member 10.0.0.12 mac 02:00:00:00:01:02 weight 1 state up packets 0"
	expect_eq "$(shown 'map(.id) | sort')" "[1,2]"
	# Nobody tells what the key is.
	expect_no grep -q "08090a0b" <(alk_a -d gateway show; alk_a -j gateway show)
}

test_states_are_set_and_kept() {
	alk_a gateway add 1 "${M1[@]}" "${M2[@]}"
	alk_a gateway member set 1 10.0.0.12 drain
	expect_eq "$(states)" "up drain"
	# Who stays keeps the state, unless the request has another.
	alk_a gateway replace 1 "${M2[@]}" "${M1[@]}" weight 2 type igw
	expect_eq "$(states)" "drain up"
	alk_a gateway replace 1 "${M2[@]}" state up "${M1[@]}" state down
	expect_eq "$(states)" "up down"
	expect_fail "gateway 1 has no member 10.0.0.99" alk_a gateway member set 1 10.0.0.99 up
	expect_fail "no such gateway" alk_a gateway member set 2 10.0.0.11 up
}

test_vpcs_and_routes_lead_to_groups() {
	alk_a -f - <<-END
		gateway add 1 ${M1[*]}
		gateway add 2 type igw ${M2[*]}
		vpc add 7 miss gateway gateway-group 1
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24
		route add 10.9.0.0/16 vpc 7 gateway-group 2
		route add default vpc 7 subnet 71 gateway-group 2
	END
	expect_eq "$(alk_a -j vpc show 7 | jq -c '.[0] | [.miss, .gateway_group]')" '["gateway",1]'
	expect_eq "$(alk_a -j route show 10.9.0.0/16 vpc 7 | jq -c '.[0].gateway_group')" 2
	expect_eq "$(alk_a route show gateway-group 2 | sort)" "\
0.0.0.0/0 vpc 7 subnet 71 gateway-group 2
10.9.0.0/16 vpc 7 gateway-group 2"
	expect_fail "gateway 3 does not exist" alk_a route add 10.8.0.0/16 vpc 7 gateway-group 3
	expect_fail "gateway 1 is used by" alk_a gateway del 1
	expect_fail "gateway 2 is used by" alk_a gateway flush
	expect_eq "$(shown length)" 2
	# Users may go with it.
	alk_a -f - <<-END
		route flush
		subnet flush
		vpc flush
		gateway flush
	END
	expect_eq "$(shown length)" 0
}

test_links_have_roles() {
	expect_eq "$(alk_a -j link show | jq -c '.[0] | [.role, .relay_time]')" '["host",10]'
	alk_a link set alk0 role both relay-time 0
	expect_eq "$(alk_a -j link show | jq -c '.[0] | [.role, .relay_time]')" '["both",0]'
	alk_a link set alk0 role gateway
	expect_eq "$(alk_a -j link show | jq -c '.[0] | [.role, .relay_time]')" '["gateway",0]'
	expect_fail "relay-time is 3600 seconds at most" alk_a link set alk0 relay-time 3601
	alk_a link add alk1 local 10.0.0.1 dstport 4790 geneve-port 6082 role gateway relay-time 20
	expect_eq "$(alk_a -j link show alk1 | jq -c '.[0] | [.role, .relay_time]')" '["gateway",20]'
}

run_tests "$@"
