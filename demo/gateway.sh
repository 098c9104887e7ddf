# SPDX-License-Identifier: GPL-2.0
# The gateway half of the demo: what a host does not know goes to a gateway, which
# teaches it the direct path. Sourced by demo/run.
# shellcheck shell=bash
#
#   red-1 .10                              red-2 .20, .30      192.168.9.0/24, VNI 7009
#     |                                      |
#   host-a 10.0.0.1 ----- underlay ----- host-b 10.0.0.2       neither knows the other's VM
#                          |     |
#              gw-1 10.0.0.11   gw-2 10.0.0.12                 both know both
# shellcheck disable=SC2154 # $work is of demo/run

declare -A gateway_ip=([gw-1]=10.0.0.11 [gw-2]=10.0.0.12)
declare -A gateway_mac=([gw-1]=02:00:0a:00:00:0b [gw-2]=02:00:0a:00:00:0c)

gateway_members() {
	local gw
	for gw in gw-1 gw-2; do
		printf ' member %s mac %s' "${gateway_ip[$gw]}" "${gateway_mac[$gw]}"
	done
}

# What all of them are told: the group, the VPC, its subnet.
tell_vpc() { # HOST MISS GROUP-OPTIONS...
	local host=$1 miss=$2
	shift 2
	alk -n "$host" -f - <<-EOF
		gateway add 1 $* $(gateway_members)
		vpc add 9 name red miss $miss gateway-group 1
		subnet add 91 vpc 9 vni 7009 prefix 192.168.9.0/24 gateway-ip 192.168.9.1 gateway-mac fe:16:11:00:00:09
	EOF
}

make_gateway() { # GATEWAY
	add_host "$1" "${gateway_ip[$1]}"
	ip -n "$1" link set underlay address "${gateway_mac[$1]}"
	alk -n "$1" link add alk0 local "${gateway_ip[$1]}" role gateway
	ip -n "$1" link set alk0 up
	tell_vpc "$1" drop
	alk -n "$1" -f - <<-EOF
		neigh add 192.168.9.10 subnet 91 mac 52:54:00:00:09:10 host 10.0.0.1
		neigh add 192.168.9.20 subnet 91 mac 52:54:00:00:09:20 host 10.0.0.2
		neigh add 192.168.9.30 subnet 91 mac 52:54:00:00:09:20 host 10.0.0.2
	EOF
	alk -n "$1" neigh show
}

make_red() {
	local host
	for host in host-a host-b; do
		tell_vpc "$host" gateway
	done
	make_vm red-1 host-a 52:54:00:00:09:10 192.168.9.10
	make_vm red-2 host-b 52:54:00:00:09:20 192.168.9.20 192.168.9.30
	alk -n host-a port add tapred-1 subnet 91 mac 52:54:00:00:09:10 ip 192.168.9.10
	alk -n host-b port add tapred-2 subnet 91 mac 52:54:00:00:09:20 ip 192.168.9.20 ip 192.168.9.30
	[ "$(alk -n host-a -j neigh show | jq '[.[] | select(.vpc == 9)] | length')" -eq 0 ]
	echo "red-1 on host-a, red-2 on host-b; host-a has no neighbor in red"
	alk -n host-a gateway show
}

relayed() { # GATEWAY
	alk -n "$1" -j stats show | jq '.[0].tx_packets'
}

start_gateway_captures() {
	capture_start host-a underlay gw-a
	capture_start host-b underlay gw-b
	echo "on underlay of host-a and host-b"
}

has_path() { # ADDRESS
	alk -n host-a -j flow show dst "$1" | jq -e 'length >= 1'
}

# VXLAN frames of VNI 7009 that host-b received, by outer source.
received_from() { # FILE SOURCE
	count "$1" "dst host 10.0.0.2 and src host $2 and udp dst port 4789 and udp[12:4] >> 8 = 7009"
}

first_packet() {
	local before after
	before=$(($(relayed gw-1) + $(relayed gw-2)))
	in_ns red-1 ping -q -c 1 -W 5 192.168.9.20 >"$work/ping"
	after=$(($(relayed gw-1) + $(relayed gw-2)))
	wait_for has_path 192.168.9.20
	echo "answered, $((after - before)) frames went over the gateways; host-a has learned:"
	alk -n host-a flow show
	[ "$after" -gt "$before" ]
}

oam_on_the_wire() {
	local taught
	wait_for sh -c "tcpdump -r $work/gw-a.pcap -n 'udp dst port 8300 and dst host 10.0.0.1' 2>/dev/null | grep -q ."
	taught=$(count gw-a 'udp dst port 8300 and dst host 10.0.0.1')
	echo "$taught OAM datagrams for host-a; the first:"
	# 44 bytes; operation 0 is inject.
	tcpdump -r "$work/gw-a.pcap" -n -x -c 1 \
		'udp dst port 8300 and dst host 10.0.0.1 and udp[4:2] = 52 and udp[8:4] = 0' 2>/dev/null |
		tee "$work/oam"
	grep -q . "$work/oam"
}

direct() {
	local before after straight
	capture_stop gw-a
	capture_stop gw-b
	capture_start host-b underlay direct
	before=$(($(relayed gw-1) + $(relayed gw-2)))
	pings red-1 192.168.9.20
	after=$(($(relayed gw-1) + $(relayed gw-2)))
	capture_stop direct
	straight=$(received_from direct 10.0.0.1)
	echo "host-b received $straight frames from host-a itself, $(received_from direct 10.0.0.11)" \
		"from gw-1 and $(received_from direct 10.0.0.12) from gw-2; the gateways forwarded $((after - before))"
	[ "$straight" -ge 5 ] && [ "$after" -eq "$before" ]
}

kill_gateway() { # GATEWAY
	ip -n "$1" link set underlay down
	pings red-1 192.168.9.20
	echo "over the direct path, with $1 dead"
}

start_echo() {
	in_ns red-2 "$here/flows.py" echo >/dev/null 2>"$work/echo.log" &
	echo $! >"$work/echo.pid"
	wait_for sh -c "ip netns exec red-2 ss -Hlun 'sport = 7' | grep -q ."
}

# New flows, which half of the time would have been the dead gateway's.
take_over() { # DEAD ALIVE
	local before after
	alk -n host-a gateway member set 1 "${gateway_ip[$1]}" down
	alk -n host-b gateway member set 1 "${gateway_ip[$1]}" down
	before=$(relayed "$2")
	start_echo
	in_ns red-1 "$here/flows.py" 192.168.9.30 40
	kill "$(cat "$work/echo.pid")"
	after=$(relayed "$2")
	echo "$2 forwarded $((after - before)) frames of them"
	alk -n host-a gateway show 1
	[ "$after" -gt "$before" ]
}
