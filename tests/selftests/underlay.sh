#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Past the host's IP stack, and through it: the same on the wire, and the host's word holds.
#
#   vm1 192.168.1.1 --- [vm1] host_a [ul 10.0.0.1, fd00::1] --- [ul 10.0.0.2, fd00::2] host_b [vm3] --- vm3 192.168.1.3
#
# Only what went past the stack has 0 for an IPv4 identification: that is how it is told.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

IP_OUT="eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3"
IP6_OUT="eth src=$MAC1 dst=$MAC3 ip6 src=fd01::1 dst=fd01::3"

setup() {
	add_cloud
}

# Neighbors that do not get stale in the middle of a test.
pinned_over_ip6() {
	over_ip6 vxlan
	ip -n host_a neigh replace fd00::2 dev ul lladdr "$(mac_of host_b ul)"
	ip -n host_b neigh replace fd00::1 dev ul lladdr "$(mac_of host_a ul)"
}

pin_neighbor() { # [DEVICE]
	ip -n host_a neigh replace 10.0.0.2 dev "${1:-ul}" lladdr "$(mac_of host_b "${1:-ul}")"
}

# Sets the way of three pings out of vm1: past the stack, through it, or some of both.
way() { # [DEVICE]
	local fast all
	wait_for settled host_a
	pings vm1 "$IP3"
	capture_start host_a "${1:-ul}" "$workdir/way" 'src host 10.0.0.1 and udp dst port 4789'
	pings vm1 "$IP3"
	capture_stop "$workdir/way"
	all=$(capture_count "$workdir/way")
	fast=$(capture_count "$workdir/way" 'ip[4:2] = 0')
	expect_eq "$all" 3 "packets on ${1:-ul}"
	# The stack counts on; in 65536 there is one 0.
	case $fast in
	0 | 1) way=stack ;;
	3) way=fast ;;
	*) way=both ;;
	esac
}

goes() { # WAY [DEVICE]
	way "${@:2}"
	expect_eq "$way" "$1" "way of the packets"
}

unreached() {
	expect_no in_ns vm1 ping -q -c 2 -i 0.01 -W 0.3 "$IP3" >&2
}

# Each frame of a capture in hexadecimal, without IPv4's identification and the checksum over it.
wire() { # FILE
	/usr/bin/python3 - "$1" <<-'END'
		import struct
		import sys

		data = open(sys.argv[1], 'rb').read()[24:]
		while data:
		    size, = struct.unpack('=I', data[8:12])
		    frame, data = bytearray(data[16:16 + size]), data[16 + size:]
		    if frame[12:14] == b'\x08\x00':
		        frame[18:20] = frame[24:26] = b'\0\0'
		    print(frame.hex())
	END
}

# All sorts of packets out of vm1.
send_all() {
	frames send vm1 eth0 <<-END
		$IP_OUT udp data text=a
		$IP_OUT tos=1 udp sport=1 data text=ect1
		$IP_OUT tos=2 udp sport=2 data text=ect0
		$IP_OUT tos=3 udp sport=3 data text=ce
		$IP_OUT tos=184 udp sport=4 data text=ef
		$IP_OUT tcp sport=5 data text=segment
		$IP_OUT icmp4 data text=ping
		$IP6_OUT udp sport=6 data text=six
	END
	# As a guest gives it to its NIC: checksums to come, whole and in segments to be.
	run_python gso vm1 "$MAC1" "$MAC3" "$IP1" "$IP3" 100 1000
	run_python gso vm1 "$MAC1" "$MAC3" "$IP1" "$IP3" 10001 1000
}

# What is sent, in frames of the wire, to FILE.
sent_by() { # MODE FILE FILTER
	alk_a link set alk0 underlay "$1"
	pings vm1 "$IP3"
	capture_start host_a ul "$2" "$3"
	send_all
	capture_stop "$2"
	wire "$2" >"$2.wire"
}

same_on_the_wire() { # FILTER
	sent_by fast "$workdir/fast" "$1"
	sent_by stack "$workdir/stack" "$1"
	[ "$(wc -l <"$workdir/fast.wire")" -ge 10 ] || fail "captured $(cat "$workdir/fast.wire")"
	diff "$workdir/fast.wire" "$workdir/stack.wire" || fail "$1 differ"
}

same_in_all_formats() { # FILTER
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" ip fd01::1
	same_on_the_wire "$1 and udp dst port 4789"
	alk_a subnet replace 71 "${SUBNET[@]}" encap geneve
	same_on_the_wire "$1 and udp dst port 6081"
	# With checksums and segments made before the wire.
	in_ns host_a ethtool -K ul tx off >&2
	same_on_the_wire "$1 and udp dst port 6081"
	[ "$(wc -l <"$workdir/fast.wire")" -ge 20 ] || fail "no segments"
	expect_eq "$(tshark -r "$workdir/fast" -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE \
		-T fields -e udp.checksum.status -E occurrence=f 2>/dev/null | sort -u)" 1 \
		"checksums"
}

read -ra SUBNET <<<"$SUBNET71 prefix fd01::/64 gateway-ip fd01::fe"

test_same_on_the_wire_over_ip4() {
	alk_a subnet replace 71 "${SUBNET[@]}"
	pin_neighbor
	same_in_all_formats 'src host 10.0.0.1'
	expect_eq "$(capture_count "$workdir/stack" 'ip[6] & 0x40 = 0')" 0 "packets without DF"
	expect_eq "$(capture_count "$workdir/stack" 'ip[4:2] = 0 and less 500')" 0 \
		"small packets past the stack"
}

test_same_on_the_wire_over_ip6() {
	pinned_over_ip6
	alk_a subnet replace 71 "${SUBNET[@]}"
	same_in_all_formats 'src host fd00::1'
}

# Fields of the host's SNMP counters; what IP asked for and sent.
ip_counters() {
	in_ns host_a cat /proc/net/snmp /proc/net/netstat | awk '
		/^(Ip|IpExt):/ && !($1 in names) { names[$1] = $0; next }
		/^(Ip|IpExt):/ {
			n = split(names[$1], name)
			for (i = 2; i <= n; i++)
				if (name[i] ~ /^Out(Requests|Transmits|Octets)$/)
					print name[i], $i
		}'
}

counted() { # MODE
	alk_a link set alk0 underlay "$1"
	goes "$1"
	{
		ip_counters
		ip -n host_a -s -j link show alk0 | jq '.[0].stats64.tx | .packets, .bytes'
	} >"$workdir/before"
	pings vm1 "$IP3"
	{
		ip_counters
		ip -n host_a -s -j link show alk0 | jq '.[0].stats64.tx | .packets, .bytes'
	} | paste -d' ' "$workdir/before" - | awk '{ print NF == 4 ? $1 " " $4 - $2 : $2 - $1 }'
}

test_counters_are_the_same() {
	local fast stack
	pin_neighbor
	fast=$(counted fast)
	stack=$(counted stack)
	expect_eq "$fast" "$stack" "counters"
	grep -q 'OutRequests 3' <<<"$fast" || fail "counters: $fast"
}

test_mode_of_the_device() {
	pin_neighbor
	goes fast
	alk_a link set alk0 underlay stack
	goes stack
	alk_a link set alk0 underlay fast
	goes fast
}

# What filters, tracks or translates what the host sends does so.
test_filters_hold() {
	pin_neighbor
	goes fast
	in_ns host_a nft -f - <<-'END'
		table ip t {
			chain out {
				type filter hook output priority 0
				udp dport 4789 counter
			}
		}
	END
	goes stack
	in_ns host_a nft list table ip t | grep -q 'packets 6 ' || fail "not counted"
	in_ns host_a nft add rule ip t out udp dport 4789 drop
	unreached
	in_ns host_a nft delete table ip t
	goes fast
	in_ns host_a nft -f - <<-'END'
		table ip t {
			chain post {
				type filter hook postrouting priority -225
				udp dport 4789 ip saddr 10.0.0.1 drop
			}
		}
	END
	unreached
	# What comes in is another matter.
	in_ns host_a nft -f - <<-'END'
		delete table ip t
		table ip t {
			chain in {
				type filter hook input priority 0
				counter
			}
		}
	END
	goes fast
}

test_filters_hold_over_ip6() {
	pinned_over_ip6
	pings vm1 "$IP3"
	in_ns host_a nft -f - <<-'END'
		table ip6 t {
			chain out {
				type filter hook output priority 0
				udp dport 4789 drop
			}
		}
	END
	unreached
	in_ns host_a nft -f - <<-'END'
		delete table ip6 t
		table inet t {
			chain post {
				type filter hook postrouting priority 0
				udp dport 4789 drop
			}
		}
	END
	unreached
	in_ns host_a nft delete table inet t
	pings vm1 "$IP3"
}

test_programs_of_the_netdev_hold() {
	pin_neighbor
	goes fast
	tc -n host_a qdisc add dev ul clsact
	tc -n host_a filter add dev ul egress protocol ip flower ip_proto udp dst_port 4789 \
		action drop
	unreached
	tc -n host_a filter del dev ul egress
	tc -n host_a qdisc add dev ul root handle 1: fq_codel
	goes fast
	tc -n host_a -s -j qdisc show dev ul root | jq -e '.[0].packets >= 6' >&2 ||
		fail "not queued"
}

# A neighbor that has to be asked for, moves, fails and comes back.
test_neighbor_changes() {
	local mac=02:00:00:00:10:02
	pings vm1 "$IP3"
	ip -n host_a neigh flush dev ul
	pings vm1 "$IP3"
	ip -n host_a neigh change 10.0.0.2 dev ul nud stale
	# It is asked whether it is there still, as anybody else's would be.
	way
	[ "$way" != fast ] || fail "a stale neighbor was not told"
	pin_neighbor
	goes fast
	ip -n host_b link set ul address "$mac"
	pin_neighbor
	goes fast
	expect_eq "$(capture_count "$workdir/way" "ether dst $mac")" 3 "frames to the new MAC"
	ip -n host_a link set ul address 02:00:00:00:10:01
	ip -n host_b neigh flush dev ul
	pin_neighbor
	goes fast
	expect_eq "$(capture_count "$workdir/way" 'ether src 02:00:00:00:10:01')" 3 \
		"frames from the new MAC"
	# Nobody there; its answer brings it back.
	ip -n host_b link set ul arp off
	ip -n host_a neigh del 10.0.0.2 dev ul
	unreached
	ip -n host_b link set ul arp on
	pings vm1 "$IP3" -c 30 -i 0.1 >&2 || :
	pings vm1 "$IP3"
}

add_second_link() {
	ip -n host_a link add ul2 mtu 1600 type veth peer name ul2 mtu 1600 netns host_b
	ip -n host_a addr add 10.0.2.1/24 dev ul2
	ip -n host_b addr add 10.0.2.2/24 dev ul2
	ip -n host_a link set ul2 up
	ip -n host_b link set ul2 up
}

test_route_moves() {
	local n pid
	add_second_link
	pin_neighbor
	goes fast
	# On another link, and then behind a router.
	ip -n host_a route add 10.0.0.2/32 dev ul2
	pin_neighbor ul2
	goes fast ul2
	ip -n host_a route replace 10.0.0.2/32 via 10.0.2.2 dev ul2
	ip -n host_a neigh replace 10.0.2.2 dev ul2 lladdr "$(mac_of host_b ul2)"
	ip -n host_a neigh del 10.0.0.2 dev ul2
	goes fast ul2
	ip -n host_a route del 10.0.0.2/32
	goes fast
	# And while packets flow.
	in_ns vm1 ping -q -c 300 -i 0.01 -W 3 "$IP3" >"$workdir/ping" &
	pid=$!
	for n in 1 2 3 4 5; do
		ip -n host_a route add 10.0.0.2/32 via 10.0.2.2 dev ul2
		ip -n host_a route del 10.0.0.2/32
	done
	wait "$pid" || fail "$n: $(cat "$workdir/ping")"
	grep -q ' 0% packet loss' "$workdir/ping" || fail "$(cat "$workdir/ping")"
}

test_route_that_refuses() {
	pin_neighbor
	goes fast
	ip -n host_a route add blackhole 10.0.0.2/32
	unreached
	ip -n host_a route del blackhole 10.0.0.2/32
	goes fast
}

test_address_is_removed() {
	local drops
	pin_neighbor
	goes fast
	ip -n host_a addr del 10.0.0.1/24 dev ul
	drops=$(drop_count host_a UNDERLAY_ROUTE)
	unreached
	expect_eq "$(drop_count host_a UNDERLAY_ROUTE)" $((drops + 2)) "packets without a route"
	ip -n host_a addr add 10.0.0.1/24 dev ul
	pin_neighbor
	goes fast
}

test_address_is_removed_over_ip6() {
	pinned_over_ip6
	pings vm1 "$IP3"
	ip -n host_a addr del fd00::1/64 dev ul
	unreached
	ip -n host_a addr add fd00::1/64 dev ul nodad
	ip -n host_a neigh replace fd00::2 dev ul lladdr "$(mac_of host_b ul)"
	pings vm1 "$IP3"
}

# The netdev goes down, comes up, and is deleted: nothing of the device holds it.
test_netdev_goes() {
	pin_neighbor
	goes fast
	ip -n host_a link set ul down
	unreached
	ip -n host_a link set ul up
	pin_neighbor
	goes fast
	in_ns vm1 ping -q -c 100 -i 0.01 -W 1 "$IP3" >"$workdir/ping" &
	timeout 20 ip -n host_a link del ul || fail "the netdev is held"
	wait $! || :
	unreached
	ip -n host_a link add ul mtu 1600 type veth peer name ul mtu 1600 netns host_b
	ip -n host_a addr add 10.0.0.1/24 dev ul
	ip -n host_b addr add 10.0.0.2/24 dev ul
	ip -n host_a link set ul up
	ip -n host_b link set ul up
	pin_neighbor
	goes fast
}

test_netdev_goes_over_ip6() {
	pinned_over_ip6
	pings vm1 "$IP3"
	in_ns vm1 ping -q -c 100 -i 0.01 -W 1 "$IP3" >"$workdir/ping" &
	timeout 20 ip -n host_a link del ul || fail "the netdev is held"
	wait $! || :
	unreached
}

test_netdev_gets_narrower() {
	local drops
	pin_neighbor
	goes fast
	pings vm1 "$IP3" -M 'do' -s 1400
	ip -n host_a link set ul mtu 1400
	drops=$(drop_count host_a TOO_BIG)
	expect_no in_ns vm1 ping -q -c 1 -W 0.3 -M 'do' -s 1400 "$IP3" >&2
	expect_eq "$(drop_count host_a TOO_BIG)" $((drops + 1)) "packets that were too big"
	goes fast
	ip -n host_a link set ul mtu 1600
}

# A route whose MTU nobody may find out anew has no DF: the stack numbers such packets.
test_locked_mtu() {
	pin_neighbor
	ip -n host_a route add 10.0.0.2/32 dev ul src 10.0.0.1 mtu lock 1500
	goes stack
	expect_eq "$(capture_count "$workdir/way" 'ip[6] & 0x40 = 0')" 3 "packets without DF"
}

# IPsec is asked for each change of its policies.
test_ipsec_policies_hold() {
	pin_neighbor
	ip -n host_a xfrm policy list 2>/dev/null || skip "no IPsec"
	goes fast
	ip -n host_a xfrm policy add dst 10.0.0.2 proto udp dport 4789 dir out action block
	ip -n host_a xfrm policy add dst 10.0.0.2 proto udp dir out action block
	unreached
	ip -n host_a xfrm policy flush
	goes fast
}

run_tests "$@"
