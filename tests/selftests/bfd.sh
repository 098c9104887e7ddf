#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Gateways that die are left, and taken back when they answer again (BFD), with FRR's bfdd as peer.
#
#                                                   +-- [ul 10.0.0.11, fd00::11] gw1 (bfdd)
#   vm1 192.168.1.1 --- [vm1] host_a [ul 10.0.0.1] --- net
#                                    [ul fd00::1]   +-- [ul 10.0.0.12, fd00::12] gw2 (bfdd)
#
# Times are those of frames in one capture, and are compared with one another: a machine that
# stands still for a while is seen there too.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

FRR=/usr/lib/frr
MEMBER1=(member 10.0.0.11 mac 02:00:00:00:0a:11)
MEMBER2=(member 10.0.0.12 mac 02:00:00:00:0a:12)

# Milliseconds: an emulated CPU, or one with all checks on, is not to be tried beyond its speed.
case ${ALKAID_VM_KERNEL:-} in
uml) MS=10 ;;
*) MS=100 ;;
esac
BFD=(bfd "${MS}ms")

add_hosts_and_gateways() {
	ip -batch - <<-'BATCH'
		netns add net
		netns add host_a
		netns add gw1
		netns add gw2
		link add host netns net mtu 1600 type veth peer name ul mtu 1600 netns host_a
		link add gw1 netns net type veth peer name ul address 02:00:00:00:0a:11 netns gw1
		link add gw2 netns net type veth peer name ul address 02:00:00:00:0a:12 netns gw2
	BATCH
	ip -n net -batch - <<-'BATCH'
		link add name sw type bridge
		link set sw up
		link set host up master sw
		link set gw1 up master sw
		link set gw2 up master sw
	BATCH
	address host_a 1
	address gw1 11
	address gw2 12
}

address() { # NS NUMBER
	ip -n "$1" -batch - <<-BATCH
		link set lo up
		addr add 10.0.0.$2/24 dev ul
		addr add fd00::$2/64 dev ul nodad
		link set ul up
	BATCH
}

setup() {
	[ -x $FRR/bfdd ] || skip "FRR is not installed"
	chmod 755 "$workdir"
	rm -rf "$workdir"/gw1 "$workdir"/gw2 "$workdir"/host_a
	add_hosts_and_gateways
	alk_a link add alk0 local 10.0.0.1 local6 fd00::1
	ip -n host_a link set alk0 up
	add_vm vm1 host_a vm1 "$MAC1" "$IP1/24" 192.168.1.254
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
	END
}

# --- the peer ---

# Its files are in a directory of its own: two of them run on one machine.
frr_run() { # NS DAEMON [ARG...]
	local dir=$workdir/$1 daemon=$2
	ip netns exec "$1" "${first[@]}" "$FRR/$daemon" --vty_socket "$dir" -z "$dir/zserv" \
		-i "$dir/$daemon.pid" -A 127.0.0.1 -P 0 --log "file:$dir/$daemon.log" -d "${@:3}"
}

# Ahead of all else, for the tests are to try the host, and not how busy the machine is.
bfdd_start() { # NS
	local first=(chrt -f 1)
	frr_run "$1" bfdd -f "$workdir/$1/bfdd.conf" --bfdctl "$workdir/$1/bfdd.sock"
}

# bfdd, with one peer for each pair of addresses.
add_bfdd() { # NS [LOCAL PEER]...
	local dir=$workdir/$1 ns=$1
	mkdir -m 777 "$dir"
	shift
	{
		echo bfd
		while [ $# -gt 0 ]; do
			printf ' %s\n' "peer $2 local-address $1" " receive-interval $MS" \
				" transmit-interval $MS" " detect-multiplier 3" " no shutdown" exit
			shift 2
		done
	} >"$dir/bfdd.conf"
	frr_run "$ns" zebra -f /dev/null
	bfdd_start "$ns"
}

bfdd_kill() { # NS
	kill -9 "$(<"$workdir/$1/bfdd.pid")"
}

vty() { # NS COMMAND...
	local ns=$1
	shift
	in_ns "$ns" vtysh --vty_socket "$workdir/$ns" "${@/#/-c}"
}

peer_is() { # NS JSON-KEY VALUE [PEER]
	vty "$1" 'show bfd peers json' >"$workdir/peers" 2>/dev/null
	jq -e --arg peer "${4:-10.0.0.1}" --arg value "$3" \
		".[] | select(.peer == \$peer) | .\"$2\" | tostring == \$value" "$workdir/peers" >/dev/null
}

# --- the host ---

member_is() { # IP KEY VALUE
	alk_a -j gateway show >"$workdir/gateways"
	jq -e --arg ip "$1" --arg value "$3" \
		".[].members[] | select(.ip == \$ip) | .$2 == \$value" "$workdir/gateways" >/dev/null
}

is_up() { # NS IP [PEER]
	peer_is "$1" status up "${3:-10.0.0.1}" && member_is "$2" bfd up && member_is "$2" state up
}

wait_up() { # NS IP [PEER]
	wait_for is_up "$@" || fail "$(cat "$workdir/gateways" "$workdir/peers")"
}

add_group() {
	alk_a -f - <<-END
		gateway add 1 bfd ${MS}ms ${MEMBER1[*]} ${MEMBER2[*]}
		vpc replace 7 miss gateway gateway-group 1
	END
}

generated() {
	local count
	count_in "$(alk_a -j stats show)" generated_packets
	echo "$count"
}

test_a_session_comes_up_at_the_interval_that_both_take() {
	add_bfdd gw1 10.0.0.11 10.0.0.1
	capture_start host_a ul "$workdir/up" 'udp port 3784'
	alk_a gateway add 1 "${BFD[@]}" "${MEMBER1[@]}"
	wait_up gw1 10.0.0.11
	wait_for peer_is gw1 remote-transmit-interval "$MS"
	wait_for peer_is gw1 remote-receive-interval "$MS"
	wait_for peer_is gw1 remote-detect-multiplier 3
	capture_stop "$workdir/up"
	# RFC 5881, 4 and 5; and a poll was answered by either side.
	expect_eq "$(capture_count "$workdir/up" 'udp dst port 3784 and ip[8] != 255')" 0 "other TTL"
	expect_eq "$(tcpdump -nr "$workdir/up" 'src 10.0.0.1 and dst port 3784' 2>/dev/null |
		awk '{ print $3 }' | sort -u | wc -l)" 1 "source ports"
	expect_eq "$(capture_count "$workdir/up" 'src 10.0.0.1 and src portrange 1-49151')" 0 "low ports"
	[ "$(capture_count "$workdir/up" 'src 10.0.0.1 and udp[9] & 0x10 != 0')" -gt 0 ] || fail "no F sent"
	[ "$(capture_count "$workdir/up" 'src 10.0.0.1 and udp[9] & 0x20 != 0')" -gt 0 ] || fail "no P sent"
	[ "$(generated)" -ge "$(capture_count "$workdir/up" 'src 10.0.0.1')" ] || fail "sent and not counted"
}

# Of both families, and of more than one group: there is one session for an address.
test_ip6_and_an_address_in_two_groups() {
	add_bfdd gw1 10.0.0.11 10.0.0.1 fd00::11 fd00::1
	alk_a -f - <<-END
		gateway add 1 bfd ${MS}ms ${MEMBER1[*]} member fd00::11 mac 02:00:00:00:0a:11
		gateway add 2 bfd $((MS * 5))ms ${MEMBER1[*]}
	END
	wait_up gw1 fd00::11 fd00::1
	wait_up gw1 10.0.0.11
	wait_for peer_is gw1 remote-transmit-interval "$MS"
	# The group in a hurry goes, the other one has its way, and the session stays up.
	local id
	id=$(jq '.[] | select(.peer == "10.0.0.1") | ."remote-id"' "$workdir/peers")
	alk_a gateway del 1
	wait_for peer_is gw1 remote-transmit-interval $((MS * 5))
	peer_is gw1 status up
	peer_is gw1 remote-id "$id"
	wait_for peer_is gw1 remote-diagnostic "administratively down" fd00::1
	wait_for peer_is gw1 status down fd00::1
}

flows_start() {
	local send=("$selftests/failover.py" send vm1 10.9.0.1 200 1000)
	/usr/bin/python3 "${send[@]}" >"$workdir/sending" &
	sender=$!
	wait_for grep -q sending "$workdir/sending"
}

took() { # IP MORE-THAN
	alk_a -j gateway show >"$workdir/gateways"
	[ "$(jq --arg ip "$1" '.[].members[] | select(.ip == $ip) | .packets' "$workdir/gateways")" -gt "$2" ]
}

packets_of() { # IP
	jq --arg ip "$1" '.[].members[] | select(.ip == $ip) | .packets' "$workdir/gateways"
}

test_a_dead_member_is_left_and_taken_back() {
	local sender taken
	add_bfdd gw1 10.0.0.11 10.0.0.1
	add_bfdd gw2 10.0.0.12 10.0.0.1
	add_group
	wait_up gw1 10.0.0.11
	wait_up gw2 10.0.0.12
	wait_for peer_is gw1 remote-transmit-interval "$MS"
	wait_for peer_is gw2 remote-transmit-interval "$MS"
	flows_start
	capture_start host_a ul "$workdir/death" 'udp dst port 3784 or udp dst port 4789'
	wait_for took 10.0.0.11 300
	bfdd_kill gw1
	wait_for member_is 10.0.0.11 state down
	taken=$(packets_of 10.0.0.12)
	wait_for took 10.0.0.12 $((taken + 1000))
	kill "$sender"
	capture_stop "$workdir/death"
	note "$(/usr/bin/python3 "$selftests/failover.py" judge "$workdir/death" 10.0.0.11 10.0.0.12 "$MS")"
	member_is 10.0.0.11 bfd down
	wait_up gw2 10.0.0.12
	# It comes back, and is given flows again.
	bfdd_start gw1
	wait_up gw1 10.0.0.11
	taken=$(packets_of 10.0.0.11)
	flows_start
	wait_for took 10.0.0.11 $((taken + 100))
	kill "$sender"
}

# A path that is dead one way only is dead.
test_a_gateway_that_does_not_hear_is_left() {
	add_bfdd gw1 10.0.0.11 10.0.0.1
	add_group
	wait_up gw1 10.0.0.11
	# What the host sends goes astray from here on.
	ip -n host_a neigh replace 10.0.0.11 lladdr "$STRANGER" dev ul nud permanent
	wait_for member_is 10.0.0.11 state down
	ip -n host_a neigh replace 10.0.0.11 lladdr 02:00:00:00:0a:11 dev ul nud permanent
	wait_up gw1 10.0.0.11
}

# What never came up is given three packets at the slow rate.
test_a_member_that_never_answers_is_left() {
	local sender
	add_bfdd gw2 10.0.0.12 10.0.0.1
	add_group
	member_is 10.0.0.11 state up
	wait_up gw2 10.0.0.12
	wait_for member_is 10.0.0.11 state down
	member_is 10.0.0.11 bfd down
	flows_start
	wait_for took 10.0.0.12 500
	kill "$sender"
	expect_eq "$(packets_of 10.0.0.11)" 0 "packets to the dead"
	# Without BFD nobody says that it is dead.
	alk_a gateway replace 1 "${MEMBER1[@]}" "${MEMBER2[@]}"
	member_is 10.0.0.11 state up
	wait_for peer_is gw2 status down
}

test_the_peers_user_ends_the_session() {
	add_bfdd gw1 10.0.0.11 10.0.0.1
	add_group
	wait_up gw1 10.0.0.11
	vty gw1 configure bfd 'peer 10.0.0.1 local-address 10.0.0.11' shutdown
	wait_for member_is 10.0.0.11 state down
	vty gw1 configure bfd 'peer 10.0.0.1 local-address 10.0.0.11' 'no shutdown'
	wait_up gw1 10.0.0.11
}

# The user's word and BFD's: down if either says so. The session does not care.
test_the_user_takes_a_member_down_and_drains_it() {
	add_bfdd gw1 10.0.0.11 10.0.0.1
	add_group
	wait_up gw1 10.0.0.11
	alk_a gateway member set 1 10.0.0.11 down
	member_is 10.0.0.11 state down && member_is 10.0.0.11 bfd up
	peer_is gw1 status up
	alk_a gateway member set 1 10.0.0.11 drain
	member_is 10.0.0.11 state drain && member_is 10.0.0.11 bfd up
	bfdd_kill gw1
	wait_for member_is 10.0.0.11 state down
	alk_a gateway member set 1 10.0.0.11 up
	member_is 10.0.0.11 state down
	bfdd_start gw1
	wait_up gw1 10.0.0.11
}

# A gateway node in gw1, in its own group, that knows who is behind the host.
add_gateway_node() {
	alk -n gw1 link add alk0 local 10.0.0.11 role gateway
	ip -n gw1 link set alk0 up
	alk -n gw1 -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		neigh add $IP1 subnet 71 mac $MAC1 host 10.0.0.1
		gateway add 1 bfd ${MS}ms ${MEMBER1[*]}
	END
}

node_members() { # JQ-FILTER
	alk -n gw1 -j gateway show | jq -e ".[].members[] | $1" >&2
}

host_is_up() {
	member_is 10.0.0.11 bfd up && member_is 10.0.0.11 state up
}

test_a_gateway_node_answers_the_hosts_it_knows() {
	add_gateway_node
	capture_start host_a ul "$workdir/node" 'udp port 3784'
	alk_a gateway add 1 "${BFD[@]}" "${MEMBER1[@]}"
	wait_for host_is_up
	ip -n gw1 link set ul down
	wait_for member_is 10.0.0.11 state down
	ip -n gw1 link set ul up
	wait_for host_is_up
	# A member of its own group, which is itself, needs nobody to say that it lives.
	node_members 'select(.ip == "10.0.0.11") | .state == "up" and .bfd != "up"'
	# It answers while it is a gateway whose group asks for BFD.
	alk -n gw1 link set alk0 role host
	wait_for member_is 10.0.0.11 state down
	alk -n gw1 link set alk0 role both
	wait_for host_is_up
	alk -n gw1 gateway replace 1 "${MEMBER1[@]}"
	wait_for member_is 10.0.0.11 state down
	expect_no is_open gw1 3784
	alk -n gw1 gateway replace 1 "${BFD[@]}" "${MEMBER1[@]}"
	wait_for host_is_up
	# The session becomes one that watches, and goes on.
	alk -n gw1 gateway add 2 "${BFD[@]}" member 10.0.0.1 mac 02:00:00:00:0a:01
	node_members 'select(.ip == "10.0.0.1") | .state == "up" and .bfd == "up"'
	host_is_up
	ip -n host_a link set ul down
	wait_for node_members 'select(.ip == "10.0.0.1") | .state == "down"'
	ip -n host_a link set ul up
	wait_for node_members 'select(.ip == "10.0.0.1") | .state == "up"'
	capture_stop "$workdir/node"
	# The node never spoke first.
	expect_eq "$(tcpdump -nr "$workdir/node" 'udp dst port 3784' 2>/dev/null |
		awk 'NR == 1 { print $3 }' | cut -d. -f1-4)" 10.0.0.1 "who began"
}

# In gw1: what comes of packets of neighbors that have no session.
test_a_gateway_node_does_not_answer_strangers() {
	add_gateway_node
	ip -n host_a addr add 10.0.0.2/24 dev ul
	netlink gw1 <<-'END'
		import time
		from genl import in_ns
		sock = Socket()

		def sender(source):
		    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    s.setsockopt(0, socket.IP_TTL, 255)
		    s.bind((source, 0))
		    s.settimeout(0)
		    return s

		def dropped():
		    return sock.totals().get('BFD_SESSION', 0)

		def taken():
		    now = sock.totals()
		    return now['consumed'] + now.get('BFD_SESSION', 0)

		def send(source, state=1, yours=0, to='10.0.0.11'):
		    before, start = taken(), dropped()
		    data = struct.pack('!BBBBIIIII', 0x20, state << 6, 3, 24, 7, yours,
		                       1000000, 300000, 0)
		    in_ns('host_a', lambda: sender(source)).sendto(data, (to, 3784))
		    end = time.monotonic() + 5
		    while taken() == before and time.monotonic() < end:
		        pass
		    return dropped() - start

		equal(send('10.0.0.2'), 1, 'a stranger')
		equal(send('10.0.0.1', yours=8), 1, 'a neighbor that means another session')
		equal(send('10.0.0.1', state=0), 1, 'a neighbor that is shut')
		equal(send('10.0.0.1'), 1, 'the first packet of a neighbor')
		end = time.monotonic() + 10
		while send('10.0.0.1') and time.monotonic() < end:
		    pass
		equal(send('10.0.0.1'), 0, 'a neighbor')
		equal(send('10.0.0.1', yours=8), 1, 'a neighbor, with another discriminator')
		equal(send('10.0.0.2'), 1, 'a stranger again')
	END
}

is_open() { # NS PORT
	[ -n "$(in_ns "$1" ss -Hlun "sport = :$2")" ]
}

test_the_port_is_another_daemons() {
	local before
	before=$(alk_a -j gateway show)
	add_bfdd host_a 10.0.0.1 10.0.0.11
	wait_for is_open host_a 3784
	expect_fail 'UDP port 3784 is in use: another BFD daemon?' \
		alk_a gateway add 1 "${BFD[@]}" "${MEMBER1[@]}"
	expect_fail 'UDP port 3784 is in use: another BFD daemon?' \
		alk_a gateway add 1 "${BFD[@]}" member fd00::11 mac 02:00:00:00:0a:11
	expect_eq "$(alk_a -j gateway show)" "$before" "what is there after a refusal"
	alk_a gateway add 1 "${MEMBER1[@]}"
	expect_fail 'UDP port 3784 is in use' alk_a gateway replace 1 "${BFD[@]}" "${MEMBER1[@]}"
}

test_the_port_is_open_while_it_is_needed() {
	alk_a gateway add 1 "${MEMBER1[@]}"
	expect_no is_open host_a 3784
	alk_a gateway replace 1 "${BFD[@]}" "${MEMBER1[@]}"
	is_open host_a 3784
	alk_a gateway replace 1 "${MEMBER1[@]}"
	expect_no is_open host_a 3784
	# A transaction that is aborted leaves nothing behind.
	expect_fail 'no such vpc' alk_a -f - <<-END
		gateway replace 1 bfd ${MS}ms ${MEMBER1[*]}
		vpc change 99
	END
	expect_no is_open host_a 3784
	alk_a gateway replace 1 "${BFD[@]}" "${MEMBER1[@]}"
	ip -n host_a link del alk0
	expect_no is_open host_a 3784
}

# Lines "IP EFFECTIVE-STATE BFD-STATE" of each group that listeners of config are told of.
listen_config() { # FILE
	netlink host_a >"$1" <<-'END'
		sock = Socket()
		sock.sock.settimeout(None)
		sock.sock.setsockopt(SOL_NETLINK, 1, sock.group('config'))
		print('listening', flush=True)
		while True:
		    for _, _, message in sock.receive():
		        for kind, raw in attrs(message[20:]):
		            if kind == A_GATEWAY_MEMBER:
		                ip = dict(attrs(dict(attrs(raw))[A_GATEWAY_MEMBER_IP]))[A_ADDRESS_IP4]
		                print(socket.inet_ntoa(ip), value(raw, A_GATEWAY_MEMBER_EFFECTIVE),
		                      value(raw, A_GATEWAY_MEMBER_BFD), flush=True)
	END
}

# Numbers as in include/uapi/alkaid.h: effective up 0, down 1; BFD down 1, up 3.
test_listeners_are_told() {
	add_bfdd gw1 10.0.0.11 10.0.0.1
	alk_a gateway add 1 "${MEMBER1[@]}"
	listen_config "$workdir/told" &
	wait_for grep -q listening "$workdir/told"
	alk_a gateway replace 1 "${BFD[@]}" "${MEMBER1[@]}"
	wait_up gw1 10.0.0.11
	bfdd_kill gw1
	wait_for grep -qx '10.0.0.11 1 1' "$workdir/told"
	: >"$workdir/told"
	bfdd_start gw1
	wait_for grep -qx '10.0.0.11 0 3' "$workdir/told"
}

session_downs() {
	vty gw1 'show bfd peers counters json' | jq '.[] | select(.peer == "10.0.0.1") | ."session-down"'
}

# In host_a: what comes of datagrams that gw1 sends, and at the end nothing has come of them.
test_what_is_no_packet_of_the_session_changes_nothing() {
	add_bfdd gw1 10.0.0.11 10.0.0.1 fd00::11 fd00::1
	ip -n gw1 addr add 10.0.0.13/24 dev ul
	ip -n host_a addr add 10.0.0.2/24 dev ul
	alk_a gateway add 1 bfd 300ms "${MEMBER1[@]}" member fd00::11 mac 02:00:00:00:0a:11
	wait_up gw1 10.0.0.11
	wait_up gw1 fd00::11 fd00::1
	expect_eq "$(session_downs)" 0 "how often it was down"
	netlink host_a <<-'END'
		import random, time
		from genl import in_ns
		sock = Socket()

		def sender(source, ttl):
		    ip6 = ':' in source
		    s = socket.socket(socket.AF_INET6 if ip6 else socket.AF_INET, socket.SOCK_DGRAM)
		    s.setsockopt(*((41, 16, ttl) if ip6 else (0, socket.IP_TTL, ttl)))
		    s.bind((source, 0))
		    return s

		def packet(flags=0xc0, version=0x20, mult=3, length=24, mine=7, yours=8):
		    return struct.pack('!BBBBIIIII', version, flags, mult, length, mine, yours,
		                       300000, 300000, 0)

		def dropped(reason):
		    return sock.totals().get(reason, 0)

		def case(what, reason, data, source='10.0.0.11', to='10.0.0.1', ttl=255):
		    other = {'BFD_PACKET': 'BFD_SESSION', 'BFD_SESSION': 'BFD_PACKET'}[reason]
		    before, before_other = dropped(reason), dropped(other)
		    in_ns('gw1', lambda: sender(source, ttl)).sendto(data, (to, 3784))
		    end = time.monotonic() + 5
		    while dropped(reason) == before and time.monotonic() < end:
		        pass
		    equal((dropped(reason), dropped(other)), (before + 1, before_other), what)

		case('nothing', 'BFD_PACKET', b'')
		case('a byte too few', 'BFD_PACKET', packet()[:23])
		case('version', 'BFD_PACKET', packet(version=0x40))
		case('length too small', 'BFD_PACKET', packet(length=23))
		case('length too great', 'BFD_PACKET', packet(length=25))
		case('multiplier', 'BFD_PACKET', packet(mult=0))
		case('multipoint', 'BFD_PACKET', packet(0xc1))
		case('authentication', 'BFD_PACKET', packet(0xc4, length=26) + b'\1\2')
		case('no discriminator', 'BFD_PACKET', packet(mine=0))
		case('Up and does not know me', 'BFD_PACKET', packet(yours=0))
		case('from beyond a router', 'BFD_PACKET', packet(0x40, yours=0), ttl=254)
		case('from beyond a router, IPv6', 'BFD_PACKET', packet(0x40, yours=0),
		     'fd00::11', 'fd00::1', 254)
		case('no session', 'BFD_SESSION', packet(0x40, yours=0), '10.0.0.13')
		case('to another address', 'BFD_SESSION', packet(0x40, yours=0), to='10.0.0.2')
		case('another discriminator', 'BFD_SESSION', packet(0x40))

		# The same random numbers each time.
		random.seed(5880)
		before = sock.totals()
		s = in_ns('gw1', lambda: sender('10.0.0.11', 255))
		for n in range(20000):
		    data = random.randbytes(random.randrange(64)) if n % 2 else \
		        packet(random.randrange(256), mult=random.randrange(256),
		               mine=random.getrandbits(32), yours=random.getrandbits(32) | 1 << 31)
		    s.sendto(data, ('10.0.0.1', 3784))
		end = time.monotonic() + 30
		while time.monotonic() < end:
		    now = sock.totals()
		    drops = [now[r] - before[r] for r in ('BFD_PACKET', 'BFD_SESSION')]
		    if sum(drops) == 20000:
		        break
		equal(sum(drops), 20000, f'dropped of a flood ({drops})')
	END
	expect_eq "$(session_downs)" 0 "how often it was down"
	is_up gw1 10.0.0.11
	is_up gw1 fd00::11 fd00::1
}

run_tests "$@"
