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
	expect_fail "gateway 1 is used by vpc 7" alk_a gateway del 1
	expect_fail "gateway 2 is used by route" alk_a gateway del 2
	expect_fail "is used by" alk_a gateway flush
	alk_a route del default vpc 7 subnet 71
	expect_fail "gateway 2 is used by route 10.9.0.0/16 of vpc 7" alk_a gateway del 2
	alk_a vpc add 8 gateway-group 2
	expect_fail "gateway 2 is used by vpc 8 and 1 more" alk_a gateway del 2
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

# Starts "alk monitor" with options, its output in FILE, and returns when it listens.
monitor() { # FILE OPTION...
	local file=$1
	shift
	alk_a "$@" monitor config >"$file" &
	# Nothing says that it listens but what it shows: of group 99, for this alone.
	wait_for heard "$file"
	alk_a gateway del 99
}

heard() {
	alk_a gateway replace 99 member 10.0.0.99 mac 02:00:00:00:99:99
	[ -s "$1" ]
}

# The states alone.
news() { # FILE
	grep -e '"event":"state"' -e '^State ' "$1" | grep -v -e '"id":99,' -e '^State gateway 99 '
}

has_news() { # FILE N
	[ "$(news "$1" | wc -l)" -ge "$2" ]
}

test_monitor_tells_of_states() {
	monitor "$workdir/json" -j
	alk_a gateway add 1 "${M1[@]}" "${M2[@]}"
	alk_a gateway member set 1 10.0.0.12 drain
	# What changes no state is not told.
	alk_a gateway replace 1 type igw "${M1[@]}" weight 2 "${M2[@]}"
	alk_a gateway member set 1 10.0.0.12 drain
	# Of a transaction what came of it is told, and nothing of one that is aborted.
	alk_a -f - <<-END
		gateway member set 1 10.0.0.11 down
		gateway member set 1 10.0.0.12 up
		gateway change 1 ${M1[*]} ${M2[*]} type tgw
	END
	wait_for has_news "$workdir/json" 2
	expect_fail "no such vpc" alk_a -f - <<-END
		gateway member set 1 10.0.0.11 up
		vpc del 9
	END
	alk_a -c -f - <<<"gateway member set 1 10.0.0.11 up"
	alk_a gateway member set 1 10.0.0.11 drain
	wait_for has_news "$workdir/json" 3
	expect_eq "$(news "$workdir/json" | jq -c '[.object, .id, .type, [.members[].state]]')" "\
$(jq -cn '["gateway", 1, "zeta", ["up", "drain"]], ["gateway", 1, "tgw", ["down", "up"]],
	["gateway", 1, "tgw", ["drain", "up"]]')"
}

test_monitor_speaks_text() {
	alk_a gateway add 1 "${M1[@]}"
	monitor "$workdir/text"
	alk_a gateway member set 1 10.0.0.11 down
	wait_for has_news "$workdir/text" 1
	expect_eq "$(news "$workdir/text")" "State gateway 1 type zeta oam-port 8300\
 member 10.0.0.11 mac 02:00:00:00:01:01 weight 1 state down packets 0"
	expect_fail "there is no alkaid device" alk_b monitor
}

test_one_mac_for_an_address() {
	alk_a gateway add 1 "${M1[@]}"
	alk_a gateway add 2 "${M1[@]}"
	expect_fail "10.0.0.11: mac 02:00:00:00:01:09, but 02:00:00:00:01:01 in gateway" \
		alk_a gateway add 3 member 10.0.0.11 mac 02:00:00:00:01:09
	expect_fail "10.0.0.11: mac 02:00:00:00:01:09, but 02:00:00:00:01:01 in gateway 2" \
		alk_a gateway replace 1 member 10.0.0.11 mac 02:00:00:00:01:09
	# Alone it may change.
	alk_a gateway del 2
	alk_a gateway replace 1 member 10.0.0.11 mac 02:00:00:00:01:09
	expect_eq "$(shown '.[0].members[0].mac')" '"02:00:00:00:01:09"'
}

many() { # ID N
	local i
	printf 'gateway replace %u' "$1"
	for ((i = 0; i < $2; i++)); do
		printf ' member fd00:ffff:ffff:ffff:ffff:ffff:%x:%x mac 02:00:00:00:%02x:%02x weight 65535' \
			"$1" $((i + 1)) $((i / 256)) $((i % 256))
	done
	echo
}

test_1024_members() {
	local id
	for id in 1 2 3; do
		many "$id" 1024
	done >"$workdir/file"
	alk_a gateway add 4 "${M1[@]}"
	alk_a -f "$workdir/file"
	expect_eq "$(shown 'map([.id, (.members | length)]) | sort')" \
		"[[1,1024],[2,1024],[3,1024],[4,1]]"
	expect_eq "$(alk_a -j gateway show 2 | jq -c '.[0].members | map(.ip) | unique | length')" 1024
	expect_fail "no such gateway" alk_a gateway member set 5 fd00:ffff:ffff:ffff:ffff:ffff:1:400 up
	monitor "$workdir/json" -j
	alk_a gateway member set 1 fd00:ffff:ffff:ffff:ffff:ffff:1:400 down
	wait_for has_news "$workdir/json" 1
	expect_eq "$(news "$workdir/json" | jq -c '.members | [length, .[1023].state]')" '[1024,"down"]'
	many 1 1025 >"$workdir/file"
	alk_a -f "$workdir/file" 2>"$workdir/stderr" && fail "1,025 members were taken"
	grep -q '"member" is given more than 1024 times' "$workdir/stderr"
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
