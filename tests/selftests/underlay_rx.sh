#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What comes by the short way in is what the stack would have let in, and no more.
#
#   vm1 192.168.1.1 --- [vm1] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# host_b is what sends: datagrams by its device, and by hand at ul. Stock peers send by
# the short way in vxlan_peer.sh, geneve.sh and traffic.sh.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

IN4="eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1"

setup() {
	add_cloud
	outer="eth src=$(mac_of host_b ul) dst=$(mac_of host_a ul)"
}

fast() {
	local stats
	stats=$(in_ns host_a ethtool -S alk0)
	stats=${stats#*rx_fast_packets: }
	echo "${stats%%$'\n'*}"
}

# Whether the next datagram from host_b goes by the short way.
goes_fast() {
	local before
	before=$(fast)
	in_ns vm3 ping -q -c 1 -W 1 "$IP1" >/dev/null
	[ "$(fast)" -gt "$before" ]
}

# The stack has to be asked first.
warm() {
	wait_for settled host_a
	wait_for goes_fast
}

# COMMAND's datagrams arrive, and N of them by the short way.
expect_fast() { # N COMMAND...
	local n=$1 before
	shift
	before=$(fast)
	"$@"
	expect_eq "$(($(fast) - before))" "$n" "datagrams by the short way: $*;"
}

# Cases by hand at host_b's end of the underlay.
by_hand() {
	frames cases host_a host_b ul
}

datagram="ip src=10.0.0.2 dst=10.0.0.1 udp dport=4789 sum=0 vxlan $IN4 udp data"

good() { # TEXT
	by_hand <<<"FORWARDED: $outer $datagram text=$1 => vm1 $IN4 udp data text=$1"
}

# What host_a has counted of IP and UDP.
snmp() {
	in_ns host_a nstat -asz IpInReceives IpInDelivers IpExtInOctets IpExtInNoECTPkts IpExtInCEPkts \
		UdpInDatagrams UdpInErrors UdpInCsumErrors IpInHdrErrors IpExtInTruncatedPkts \
		IpExtInCsumErrors IpReasmOKs IpInDiscards UdpNoPorts Ip6InReceives Ip6InDelivers Ip6InOctets \
		Udp6InDatagrams Udp6InErrors Udp6InCsumErrors | awk '!/^#/ { print $1, $2 }'
}

# And of its frames.
accounts() {
	snmp
	alk_a -j drops show | jq -r '.[0] | to_entries[] | "\(.key) \(.value)"'
	alk_a -j stats show | jq -r '.[0] | to_entries[] | "\(.key) \(.value)"'
}

# By how much COMMAND moves what PRINTER prints.
moved_by() { # PRINTER COMMAND...
	"$1" >"$workdir/before"
	"${@:2}" >&2
	"$1" | awk 'NR == FNR { old[$1] = $2; next } $2 != old[$1] { print $1, $2 - old[$1] }' \
		"$workdir/before" -
}

ten_pings() {
	pings vm3 "$IP1" -c 10
}

test_short_way_and_the_stack() {
	local by_fast by_stack
	warm
	by_fast=$(moved_by snmp expect_fast 10 ten_pings)
	alk_a link set alk0 underlay stack
	by_stack=$(moved_by snmp expect_fast 0 ten_pings)
	# Nobody can tell from what is counted for all.
	expect_eq "$by_fast" "$by_stack" "counters of IP and UDP"
	[[ $by_fast == *'UdpInDatagrams 10'* ]]
	alk_a link set alk0 underlay fast
	warm
	expect_fast 10 ten_pings
}

test_taps_and_classifiers_come_first() {
	warm
	capture_start host_a ul "$workdir/underlay" 'udp dst port 4789 and dst host 10.0.0.1'
	capture_start host_a vm1 "$workdir/port" icmp
	expect_fast 10 ten_pings
	capture_stop "$workdir/underlay"
	capture_stop "$workdir/port"
	expect_eq "$(capture_count "$workdir/underlay")" 10 "datagrams on the underlay"
	expect_eq "$(capture_count "$workdir/port")" 20 "frames at the port"
	in_ns host_a tc qdisc add dev ul clsact
	in_ns host_a tc filter add dev ul ingress protocol ip matchall action drop
	expect_fast 0 expect_no pings vm3 "$IP1" -W 0.2
	in_ns host_a tc qdisc del dev ul clsact
	expect_fast 10 ten_pings
}

counted() { # CHAIN
	in_ns host_a nft -j list chain ip t "$1" | jq '[.. | .counter? | objects | .packets][0]'
}

# As soon as a chain is there, it has everything.
test_filters_see_everything() {
	local hook
	warm
	for hook in prerouting input; do
		in_ns host_a nft -f - <<-END
			table ip t {
				chain $hook {
					type filter hook $hook priority 0
					udp dport 4789 counter accept
				}
			}
		END
		expect_fast 0 ten_pings
		expect_eq "$(counted "$hook")" 10 "datagrams that $hook saw"
		in_ns host_a nft insert rule ip t "$hook" udp dport 4789 drop
		expect_fast 0 expect_no pings vm3 "$IP1" -W 0.2
		in_ns host_a nft delete table ip t
		expect_fast 10 ten_pings
	done
}

# A packet of what VMs are not sent is dropped by the stack, and not counted by the device.
expect_refused() { # FRAME
	local before
	before=$(alk_a -j stats show)
	frames send host_b ul <<<"$1"
	good "after"
	[ "$(alk_a -j stats show | jq '.[0].rx_packets')" -eq \
		$(($(jq '.[0].rx_packets' <<<"$before") + 1)) ] || fail "taken: $1"
}

conf() { # NAME VALUE [DEVICE]
	in_ns host_a sh -c "echo $2 >/proc/sys/net/ipv4/conf/${3:-ul}/$1"
}

test_source_validation() {
	local wrong=${datagram/10.0.0.2/10.9.0.9}
	ip -n host_a link add away type dummy
	ip -n host_a link set away up
	conf rp_filter 0
	conf rp_filter 0 all
	ip -n host_a route add 10.9.0.0/24 dev ul
	warm
	good a
	# It has been let in, the way back is by ul.
	conf rp_filter 1
	frames send host_b ul 4 <<<"$outer $wrong text=way"
	expect_fast 1 frames send host_b ul <<<"$outer $wrong text=way"
	# Now it is not, and nothing but the route has changed.
	ip -n host_a route replace 10.9.0.0/24 dev away
	expect_refused "$outer $wrong text=b"
	conf rp_filter 2
	frames send host_b ul 4 <<<"$outer $wrong text=way"
	expect_fast 1 frames send host_b ul <<<"$outer $wrong text=way"
	# Nothing but the strictness has.
	conf rp_filter 1
	expect_refused "$outer $wrong text=c"
	# Nobody has to have a route to it.
	conf rp_filter 0
	ip -n host_a route del 10.9.0.0/24
	frames send host_b ul 4 <<<"$outer $wrong text=way"
	expect_fast 1 frames send host_b ul <<<"$outer $wrong text=way"
	# An address of this host's own is no source.
	ip -n host_a addr add 10.9.0.9/32 dev away
	expect_refused "$outer $wrong text=d"
}

test_rules_decide() {
	warm
	ip -n host_a rule add from 10.0.0.2 blackhole pref 1
	ip -n host_a rule add pref 2 lookup local
	ip -n host_a rule del pref 0
	expect_fast 0 expect_no pings vm3 "$IP1" -W 0.2
	ip -n host_a rule add pref 0 lookup local
	ip -n host_a rule del pref 1
	ip -n host_a rule del pref 2
	warm
	# One of ports: the stack looks at each.
	ip -n host_a rule add ipproto udp sport 5 blackhole pref 9
	expect_fast 0 ten_pings
	ip -n host_a rule del pref 9
	warm
}

test_packets_that_are_not_plain() {
	local ip='ip src=10.0.0.2 dst=10.0.0.1' tail="udp dport=4789 sum=0 vxlan $IN4 udp data"
	warm
	expect_fast 0 by_hand <<-END
		FORWARDED: $outer $ip options=01010101 $tail text=a => vm1 $IN4 udp data text=a
	END
	# The stack lets that in too.
	expect_fast 0 by_hand <<-END
		FORWARDED: $outer ${datagram/dst=10.0.0.1/dst=10.0.0.255} text=d => vm1 $IN4 udp data text=d
	END
	expect_fast 1 by_hand <<-END
		FORWARDED: $outer $datagram text=b data zeros=20 => vm1 $IN4 udp data text=b data zeros=20
	END
	expect_refused "$outer $ip sum=0xdead $tail text=c"
	expect_refused "$outer $ip len=2000 $tail text=c"
	expect_refused "$outer $ip len=20 $tail text=c"
	expect_refused "$outer $ip udp dport=4789 sum=0 len=2000 vxlan $IN4 udp data text=c"
	expect_refused "$outer $ip udp dport=4789 sum=0 len=7 vxlan $IN4 udp data text=c"
	expect_refused "$outer $ip udp dport=4789 sum=0x1234 vxlan $IN4 udp data text=c"
	expect_refused "$outer $ip proto=253 $tail text=c"
	expect_refused "${outer/dst=??:/dst=06:} $datagram text=c"
	expect_refused "$outer vlan id=5 $datagram text=c"
}

test_padding_is_taken_off() {
	local frame
	warm
	# Behind the datagram are bytes of which its headers know nothing.
	frame="$outer ip src=10.0.0.2 dst=10.0.0.1 len=84 udp dport=4789 sum=0 len=64 vxlan $IN4 udp data text=hello_you"
	expect_fast 1 by_hand <<-END
		IP4_LENGTH: $frame data zeros=20
	END
}

# The UDP checksum is right or wrong, and nobody's hardware says which.
test_checksums() {
	local by_fast by_stack
	in_ns host_b ethtool -K ul tx off >&2
	warm
	expect_fast 10 ten_pings
	bad_checksum() {
		frames send host_b ul <<<"$outer ${datagram/sum=0/sum=0x1234} text=x"
	}
	by_fast=$(moved_by snmp expect_fast 1 bad_checksum)
	alk_a link set alk0 underlay stack
	by_stack=$(moved_by snmp expect_fast 0 bad_checksum)
	expect_eq "$by_fast" "$by_stack" "counters of IP and UDP"
	[[ $by_fast == *'UdpInCsumErrors 1'* ]]
}

test_fragments_are_put_together() {
	warm
	ip -n host_b link set ul mtu 1000
	expect_fast 0 frames cases host_a host_b udp:10.0.0.1 <<-END
		FORWARDED: vxlan $IN4 udp data zeros=1300 => vm1 $IN4 udp data zeros=1300
	END
	ip -n host_b link set ul mtu 1600
	[ "$(in_ns host_a nstat -asz IpReasmOKs | awk '/IpReasmOKs/ { print $2 }')" -eq 1 ]
	expect_fast 10 ten_pings
}

test_marks_of_congestion() {
	warm
	expect_fast 1 by_hand <<-END
		FORWARDED: $outer ${datagram/dst=10.0.0.1/dst=10.0.0.1 tos=1} text=a => vm1 $IN4 udp data text=a
	END
	expect_fast 1 by_hand <<<"TUNNEL_ECN: $outer ${datagram/dst=10.0.0.1/dst=10.0.0.1 tos=3} text=a"
}

test_address_that_moves() {
	warm
	ip -n host_a link add other type dummy
	ip -n host_a link set other up
	ip -n host_a addr del 10.0.0.1/24 dev ul
	expect_fast 0 expect_no pings vm3 "$IP1" -W 0.2
	# Whichever netdev has it, it is this host's; so the stack says.
	ip -n host_a addr add 10.0.0.1/32 dev other
	ip -n host_a route add 10.0.0.0/24 dev ul src 10.0.0.1
	warm
	ip -n host_a addr del 10.0.0.1/32 dev other
	ip -n host_a addr add 10.0.0.1/24 dev ul
	warm
	expect_fast 10 ten_pings
}

test_netdevs_and_devices_come_and_go() {
	warm
	ip -n host_a link set ul down
	ip -n host_a link set ul name underlay
	ip -n host_a link set underlay up
	warm
	ip -n host_a link set alk0 down
	ip -n host_a link set alk0 up
	warm
	ip -n host_a link set underlay down
	ip -n host_a link set underlay name ul
	# Into another namespace and back: it is another's meanwhile.
	add_ns elsewhere
	ip -n host_a link set ul netns elsewhere
	ip -n elsewhere link set ul netns host_a
	ip -n host_a addr add 10.0.0.1/24 dev ul
	ip -n host_a link set ul up
	warm
	# Both ends go; nobody may hold them.
	timeout 20 ip -n host_a link del ul
	ip -n host_a link add ul mtu 1600 type veth peer name ul mtu 1600 netns host_b
	ip -n host_a addr add 10.0.0.1/24 dev ul
	ip -n host_b addr add 10.0.0.2/24 dev ul
	ip -n host_b link set ul up
	ip -n host_a link set ul up
	warm
	timeout 20 ip -n host_a link del alk0
}

# Frames come all the time.
test_module_goes() {
	warm
	in_ns vm3 ping -q -f -w 20 "$IP1" >/dev/null 2>&1 &
	goes_on() { [ "$(fast)" -gt $((start + 100)) ]; }
	start=$(fast)
	wait_for goes_on
	wait_for rmmod alkaid
	insmod "$MODULE"
	kill $!
	wait $! || :
}

test_bridge_or_slave_has_its_own() {
	warm
	modprobe -q macvlan || :
	# Whoever takes packets from the netdev takes all of them.
	ip -n host_a link add link ul name mv type macvlan mode bridge
	ip -n host_a link set mv up
	expect_fast 0 ten_pings
	ip -n host_a link del mv
	warm
}

test_ip6() {
	local in6="eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1"
	over_ip6 geneve
	warm
	in_ns host_b ethtool -K ul tx off >&2
	expect_fast 10 ten_pings
	# Without a checksum, or with a wrong one, or another header first.
	expect_fast 0 frames send host_b ul <<<"$outer ip6 src=fd00::2 dst=fd00::1 udp dport=6081 sum=0 geneve $in6 udp"
	expect_fast 1 frames send host_b ul <<<"$outer ip6 src=fd00::2 dst=fd00::1 udp dport=6081 sum=9 geneve $in6 udp"
	expect_fast 0 frames send host_b ul <<<"$outer ip6 src=fd00::2 dst=fd00::1 ext udp dport=6081 sum=9 geneve $in6 udp"
	expect_eq "$(in_ns host_a nstat -asz Udp6InErrors | awk '/Udp6/ { print $2 }')" 3 "bad checksums"
	in_ns host_a nft add table ip6 t
	in_ns host_a nft 'add chain ip6 t input { type filter hook input priority 0; }'
	expect_fast 0 ten_pings
	in_ns host_a nft delete table ip6 t
	expect_fast 10 ten_pings
	ip -n host_a addr del fd00::1/64 dev ul
	expect_fast 0 expect_no pings vm3 "$IP1" -W 0.2
	ip -n host_a addr add fd00::1/64 dev ul nodad
	warm
}

# What becomes of datagrams with anything wrong in them is the same either way.
test_random_headers() {
	warm
	in_ns host_b /usr/bin/python3 - >"$workdir/random" "$(frames hex <<<"$outer $datagram text=x")" <<-'END'
		import random, sys
		frame = bytes.fromhex(sys.argv[1])
		rng = random.Random(7)
		for _ in range(400):
		    one = bytearray(frame)
		    for _ in range(rng.choice((0, 1, 1, 2))):
		        # The outer headers behind the MAC addresses, and that of VXLAN.
		        one[rng.randrange(12, 50)] = rng.choice((0, 1, 0x45, 0xff, rng.randrange(256)))
		    if rng.random() < 0.5:
		        header = one[14:24] + b'\0\0' + one[26:34]
		        total = sum(int.from_bytes(header[i:i + 2], 'big') for i in range(0, 20, 2))
		        while total >> 16:
		            total = (total & 0xffff) + (total >> 16)
		        one[24:26] = (~total & 0xffff).to_bytes(2, 'big')
		    print('data hex=' + bytes(one[:rng.choice((len(one), len(one), rng.randrange(14, len(one))))]).hex())
	END
	before=$(fast)
	moved_by accounts frames send host_b ul <"$workdir/random" >"$workdir/fast"
	[ "$(fast)" -gt "$((before + 50))" ]
	alk_a link set alk0 underlay stack
	before=$(fast)
	moved_by accounts frames send host_b ul <"$workdir/random" >"$workdir/stack"
	expect_eq "$(fast)" "$before"
	diff "$workdir/fast" "$workdir/stack"
	grep UNKNOWN_VNI "$workdir/fast"
	grep UdpInErrors "$workdir/fast"
	grep IpInHdrErrors "$workdir/fast"
}

run_tests "$@"
