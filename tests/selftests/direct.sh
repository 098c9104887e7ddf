#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2086 # no words but constants
# A direct path is in force for the packet after the datagram, and what ends it ends it at once.
#
#   vm1 192.168.1.1 --- [vm1]
#                             host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3
#   vm2 192.168.1.2 --- [vm2]                             10.0.0.4                  192.168.1.3
#
# host_a does not know vm3, nor subnet 72 (VNI 7002, 192.168.2.0/24) beyond its prefix, of which
# vm4 192.168.2.4 is on host_b. The gateway is 10.0.0.4, which takes what it gets and says nothing;
# what it would teach is written by hand.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

MAC4=02:00:00:00:00:04 IP4=192.168.2.4 GATEWAY=02:00:00:00:0f:04 DVR=fe:16:11:00:00:00
SUBNET72='vpc 7 vni 7002 prefix 192.168.2.0/24 gateway-ip 192.168.2.254 gateway-mac 02:00:00:00:00:fd'

setup() {
	add_cloud
	ip -n host_b addr add 10.0.0.4/24 dev ul
	add_vm vm4 host_b vm4 $MAC4 $IP4/24 192.168.2.254
	alk_a -f - <<-END
		gateway add 1 member 10.0.0.4 mac $GATEWAY
		vpc replace 7 miss gateway gateway-group 1
		neigh del $IP3 subnet 71
		subnet add 72 $SUBNET72
	END
	alk_b -f - <<-END
		subnet add 72 $SUBNET72
		port add vm4 subnet 72 mac $MAC4 ip $IP4
	END
}

oam() { # datagrams on standard input, from the gateway
	sed "s/\$/ from=10.0.0.4/" | run_python oam host_b 10.0.0.1
}

# Frames in the tunnel in a capture, a line each: inner destination, VNI, inner MACs and addresses,
# time to live, and whether the inner checksums of IP and of TCP or UDP are right (1; 3: none).
tunnelled() { # FILE [FILTER]
	tshark -r "$1" -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE \
		-o tcp.check_checksum:TRUE -Y "vxlan${2:+ and $2}" -T fields -E occurrence=l -E separator=' ' \
		-e ip.dst_host -e vxlan.vni -e eth.src -e eth.dst -e ip.src -e ip.dst -e ip.ttl \
		-e ip.checksum.status -e udp.checksum.status -e tcp.checksum.status 2>"$workdir/tshark" |
		sed 's/ *$//'
}

outer() { # FILE
	tshark -r "$1" -Y vxlan -T fields -E occurrence=f -e ip.dst 2>"$workdir/tshark"
}

udp_to_vm4() {
	echo "eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=$IP4 udp sport=1000 dport=2000 data text=$1"
}

send() { # FRAME...
	frames send vm1 eth0 <<<"$*"
}

# One packet before the datagram goes to the gateway, and the one after it to the node.
test_the_next_packet_goes_straight() {
	capture_start host_a ul "$workdir/ul" udp
	capture_start vm4 eth0 "$workdir/vm4" udp
	send "$(udp_to_vm4 first)"
	oam <<<"inject dst=$IP4 node=10.0.0.2 mac=$MAC4"
	wait_for has_flow
	send "$(udp_to_vm4 second)"
	send "$(udp_to_vm4 third)"
	capture_stop "$workdir/ul"
	capture_stop "$workdir/vm4"
	expect_eq "$(outer "$workdir/ul" | xargs)" '10.0.0.4 10.0.0.2 10.0.0.2' 'outer destinations'
	tunnelled "$workdir/ul" >"$workdir/lines"
	expect_eq "$(sed -n 1p "$workdir/lines" | cut -d' ' -f2-7)" \
		"7001 $MAC1 $GATEWAY $IP1 $IP4 64" 'steered'
	expect_eq "$(sed -n 2p "$workdir/lines" | cut -d' ' -f2-7)" \
		"7001 $DVR $MAC4 $IP1 $IP4 63" 'direct'
	expect_eq "$(capture_count "$workdir/vm4")" 2 'packets that arrived'
	expect_eq "$(alk_a -j flow show | jq '.[0].packets')" 2
	note "packets between the datagram and the first direct one: 0"
}

has_flow() {
	[ "$(alk_a -j flow show)" != '[]' ]
}

# In the sender's segment nothing is routed: the frame is as it was but for the MAC.
test_within_the_segment() {
	ip -n vm1 neigh add $IP3 lladdr 02:00:00:00:00:77 dev eth0
	oam <<<"inject dst=$IP3 proto=17 sport=0 dport=0 node=10.0.0.2 mac=$MAC3"
	wait_for has_flow
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: eth src=$MAC1 dst=02:00:00:00:00:77 ip src=$IP1 dst=$IP3 udp data text=a => vm3 eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp data text=a
	END
	expect_eq "$(alk_a -j flow show | jq '.[0].packets')" 1
}

# The target's port is in another subnet than the VNI says: it arrives all the same.
test_routed_to_another_subnet() {
	oam <<<"inject dst=$IP4 sport=0 dport=0 node=10.0.0.2 mac=$MAC4"
	wait_for has_flow
	ip -n vm1 route add default via 192.168.1.254
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $(udp_to_vm4 b) => vm4 eth src=02:00:00:00:00:fd dst=$MAC4 ip src=$IP1 dst=$IP4 ttl=63 udp sport=1000 dport=2000 data text=b
		TTL_EXCEEDED+ICMP: eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=$IP4 ttl=1 udp sport=1000 dport=2000
	END
}

# The instance has another address: the destination is rewritten, and both checksums with it.
test_instance_with_another_address() {
	local line count=0
	oam <<-END
		inject dst=192.168.2.77 instance=$IP4 node=10.0.0.2 mac=$MAC4
		inject dst=192.168.2.77 instance=$IP4 node=10.0.0.2 mac=$MAC4 proto=6
		inject dst=192.168.2.77 instance=$IP4 node=10.0.0.2 mac=$MAC4 sport=0 dport=0
	END
	wait_for has_flow
	# Segments and checksums are made before the wire.
	in_ns host_a ethtool -K ul tx off gso off tso off >&2
	ip -n vm1 route add default via 192.168.1.254
	capture_start host_a ul "$workdir/ul" udp and src host 10.0.0.1
	in_ns vm1 /usr/bin/python3 -c 'import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", 1000))
    s.sendto(b"hello", ("192.168.2.77", 2000))'
	# No checksum stays none.
	send "eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=192.168.2.77 udp sport=1000 dport=2000 sum=0 data text=none"
	gso 100 1400
	gso 20000 1400
	capture_stop "$workdir/ul"
	# TCP has its own behind that of the outer UDP.
	tunnelled "$workdir/ul" >"$workdir/lines"
	while read -r line; do
		count=$((count + 1))
		case $line in
		*" 7001 $DVR $MAC4 $IP1 $IP4 63 1 "[13] | *" 7001 $DVR $MAC4 $IP1 $IP4 63 1 1 1") ;;
		*) fail "line $count: $line" ;;
		esac
	done <"$workdir/lines"
	# One of 20,000 bytes is 15 segments.
	expect_eq "$count" 18 'packets on the wire'
}

gso() { # SIZE MSS
	run_python gso \
		vm1 $MAC1 $GWMAC $IP1 192.168.2.77 "$@"
}

# Parts of a datagram: whoever puts them together finds its checksum right.
test_fragments_to_another_address() {
	oam <<<"inject dst=192.168.2.77 instance=$IP4 node=10.0.0.2 mac=$MAC4 sport=0 dport=0"
	wait_for has_flow
	ip -n vm1 route add default via 192.168.1.254
	in_ns vm4 timeout 20 /usr/bin/python3 -c 'import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", 2000))
    print("bound", flush=True)
    print(len(s.recv(65536)), flush=True)' >"$workdir/received" &
	wait_for grep -q bound "$workdir/received"
	in_ns vm1 /usr/bin/python3 -c 'import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", 1000))
    s.sendto(bytes(5000), ("192.168.2.77", 2000))'
	wait_for grep -q 5000 "$workdir/received"
	wait $!
}

goes_to() { # ADDRESS
	alk_a -j trace port vm1 dst $IP4 proto udp sport 1000 dport 2000 |
		jq -e --arg host "$1" '.[0].out.host == $host' >/dev/null
}

# The node's tunnel is closed: its answer to the first packet ends the path.
test_unreachable_ends_it() {
	oam <<<"inject dst=$IP4 node=10.0.0.2 mac=$MAC4"
	wait_for goes_to 10.0.0.2
	ip -n host_b link set alk0 down
	send "$(udp_to_vm4 lost)"
	wait_for goes_to 10.0.0.4
	expect_eq "$(alk_a -j flow show)" '[]'
	# It is up again, and is taught again.
	ip -n host_b link set alk0 up
	oam <<<"inject dst=$IP4 node=10.0.0.2 mac=$MAC4"
	wait_for goes_to 10.0.0.2
}

# That a packet is too big says nothing about who is there.
test_fragmentation_needed_does_not() {
	oam <<<"inject dst=$IP4 node=10.0.0.2 mac=$MAC4"
	wait_for goes_to 10.0.0.2
	send "$(udp_to_vm4 a)"
	icmp_to_host_a 3 4 10.0.0.1 10.0.0.2
	goes_to 10.0.0.2
	# Nor does one about a packet of somebody else's, or to somebody else.
	icmp_to_host_a 3 1 10.0.0.9 10.0.0.2
	icmp_to_host_a 3 1 10.0.0.1 10.0.0.9
	goes_to 10.0.0.2
	icmp_to_host_a 3 1 10.0.0.1 10.0.0.2
	wait_for goes_to 10.0.0.4
}

# An ICMP error that quotes a tunnel's packet between two addresses.
icmp_to_host_a() { # TYPE CODE SRC DST
	PYTHONPATH=$selftests in_ns host_b /usr/bin/python3 -S - "$@" <<-'END'
		import socket, struct, sys
		from oam import checksum
		kind, code = map(int, sys.argv[1:3])
		src, dst = map(socket.inet_aton, sys.argv[3:])
		quoted = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 78, 0, 0x4000, 64, 17, 0, src, dst)
		quoted = quoted[:10] + struct.pack('!H', checksum(quoted)) + quoted[12:]
		quoted += struct.pack('!HHHH', 40000, 4789, 58, 0)
		icmp = struct.pack('!BBHHH', kind, code, 0, 0, 1600) + quoted
		icmp = icmp[:2] + struct.pack('!H', checksum(icmp)) + icmp[4:]
		with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
		    raw.sendto(icmp, ('10.0.0.1', 0))
	END
}

test_no_route_to_the_node_ends_it() {
	oam <<<"inject dst=$IP4 node=10.7.0.2 mac=$MAC4"
	wait_for has_flow
	send "$(udp_to_vm4 lost)"
	wait_for goes_to 10.0.0.4
	expect_eq "$(drop_count host_a UNDERLAY_ROUTE)" 1
}

# Nobody answers for the node's address any more: the host's own stack says so.
test_node_that_vanishes() {
	oam <<<"inject dst=$IP4 node=10.0.0.6 mac=$MAC4"
	wait_for goes_to 10.0.0.6
	send "$(udp_to_vm4 lost)"
	wait_for goes_to 10.0.0.4
}

# A stock host sees a frame of its VNI as any other.
test_to_a_stock_vxlan_host() {
	modprobe -q vxlan || :
	ip -n host_b link del alk0
	ip -n host_b link add vx address $MAC3 type vxlan id 7001 local 10.0.0.2 dstport 4789
	bridge -n host_b fdb append $MAC1 dev vx dst 10.0.0.1
	ip -n host_b addr add $IP3/24 dev vx
	ip -n host_b link set vx up
	ip -n host_b neigh replace $IP1 lladdr $MAC1 dev vx
	ip -n vm1 neigh add $IP3 lladdr 02:00:00:00:00:77 dev eth0
	oam <<<"inject dst=$IP3 proto=1 sport=0 dport=0 node=10.0.0.2 mac=$MAC3"
	wait_for has_flow
	pings vm1 $IP3
	expect_eq "$(alk_a -j flow show | jq '.[0].packets')" 3
}

run_tests "$@"
