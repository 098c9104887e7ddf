#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live traces: which frames are told of, and when it ends.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
# shellcheck disable=SC2086 # a MAC or an address is one word
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_cloud
}

# As many sockets watch host_a: only 8 less them find a place.
watched() { # N
	netlink host_a "$1" <<-'END' 2>/dev/null
		import sys
		socks = [Socket() for _ in range(8)]
		free = 0
		for sock in socks:
		    try:
		        sock.request(CMD_TRACE_LIVE)
		        free += 1
		    except Refused:
		        pass
		sys.exit(free != 8 - int(sys.argv[1]))
	END
}

# Every filter is one socket's, and is told of exactly the frames that it names.
test_filters() {
	netlink host_a "$MAC1" "$MAC2" "$MAC3" <<-'END'
		import socket
		import sys
		import frames

		MAC1, MAC2, MAC3 = sys.argv[1:]
		def watch(*attrs):
		    sock = Socket()
		    sock.request(CMD_TRACE_LIVE, b''.join(attrs))
		    return sock
		def u16(kind, number):
		    return attr(kind, number.to_bytes(2, 'little'))
		def seen(sock):
		    """The texts of the frames that it was told of."""
		    told = []
		    sock.sock.setblocking(False)
		    try:
		        while True:
		            for _, _, message in sock.receive():
		                told.append(dict(attrs(message[20:]))[A_TRACE_FRAME])
		    except BlockingIOError:
		        return told
		ports = {n: socket.if_nametoindex(n) for n in ('vm1', 'vm2')}
		door = {n: in_ns(n, lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)) for n in ports}
		for name, sock in door.items():
		    in_ns(name, lambda: sock.bind(('eth0', 0)))
		texts = {
		    'tcp': (f'vm1', f'eth src={MAC1} dst={MAC2} ip src=192.168.1.1 dst=192.168.1.2 tcp sport=1000 dport=80'),
		    'udp': (f'vm1', f'eth src={MAC1} dst={MAC3} ip src=192.168.1.1 dst=192.168.1.3 udp sport=1000 dport=53'),
		    'back': (f'vm2', f'eth src={MAC2} dst={MAC1} ip src=192.168.1.2 dst=192.168.1.1 udp sport=53 dport=1000'),
		    'bad': (f'vm2', f'eth src={MAC2} dst={MAC1} ip src=192.168.1.2 dst=192.168.1.1 ihl=4 udp'),
		    'arp': (f'vm1', f'eth src={MAC1} dst=ff:ff:ff:ff:ff:ff arp sha={MAC1} spa=192.168.1.1 tpa=192.168.1.2'),
		}
		built = {name: frames.build(text) for name, (_, text) in texts.items()}
		port = lambda n: u32(A_TRACE_PORT_IFINDEX, ports[n])
		wanted = [
		    ((), ['tcp', 'udp', 'back', 'bad', 'arp']),
		    ((port('vm2'),), ['tcp', 'back', 'bad']),
		    ((u32(A_TRACE_VPC, 7), u8(A_TRACE_PROTO, 17)), ['udp', 'back']),
		    ((u32(A_TRACE_VPC, 8),), []),
		    ((prefix(A_TRACE_SRC, '192.168.1.0/31'),), ['tcp', 'udp', 'arp']),
		    ((prefix(A_TRACE_DST, '192.168.1.2'),), ['tcp', 'arp']),
		    ((u16(A_TRACE_SPORT, 1000), u16(A_TRACE_DPORT, 80)), ['tcp']),
		    ((u8(A_TRACE_PROTO, 6), prefix(A_TRACE_DST, '192.168.1.3')), []),
		]
		socks = [watch(*filters) for filters, _ in wanted]
		refused(errno.EBUSY, 'has 8 live traces already', watch)
		refused(errno.EEXIST, 'has a live trace already', socks[0].request, CMD_TRACE_LIVE)
		before = socks[0].totals()['rx']
		other = Socket()
		for name, (vm, _) in texts.items():
		    door[vm].send(built[name])
		while other.totals()['rx'] < before + len(texts):
		    pass
		for sock, (filters, names) in zip(socks, wanted):
		    told = seen(sock)
		    equal([n for n in texts if built[n] in told], names, f'what {filters} is told of')
		    equal(len(told), len(names), f'records of {filters}')
		    sock.close()
		# A place is free again.
		watch().close()
	END
}

# After so many records nothing more comes, and the watcher's place is free though its socket is open.
test_count_ends_it() {
	netlink host_a <<-'END'
		import socket
		import time
		sock = Socket()
		sock.request(CMD_TRACE_LIVE, u32(A_TRACE_COUNT, 3))
		vm1 = in_ns('vm1', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
		in_ns('vm1', lambda: vm1.bind(('eth0', 0)))
		for _ in range(10):
		    vm1.send(bytes(60))
		other = Socket()
		for _ in range(3):
		    equal(len(list(sock.receive())), 1, 'messages of a datagram')
		sock.sock.setblocking(False)
		try:
		    sock.sock.recv(1)
		    raise AssertionError('a fourth record')
		except BlockingIOError:
		    pass
		# The same socket may begin another, and so may eight in all.
		sock.sock.setblocking(True)
		sock.request(CMD_TRACE_LIVE, u32(A_TRACE_COUNT, 3))
		seven = [Socket() for _ in range(7)]
		for one in seven:
		    one.request(CMD_TRACE_LIVE)
	END
	# All of their sockets are closed.
	watched 0
}

# A reader that is too slow loses records, is told how many, and hinders nobody.
test_lost_records_are_counted() {
	netlink host_a <<-'END'
		import socket
		sock = Socket()
		sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
		sock.sock.setsockopt(SOL_NETLINK, 5, 1) # NETLINK_NO_ENOBUFS
		sock.request(CMD_TRACE_LIVE)
		vm1 = in_ns('vm1', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
		in_ns('vm1', lambda: vm1.bind(('eth0', 0)))
		for _ in range(200):
		    vm1.send(bytes(60))
		got = lost = 0
		while Socket().totals()['ETH_SOURCE'] < 200:
		    pass
		sock.sock.setblocking(False)
		try:
		    while True:
		        got += len(list(sock.receive()))
		except BlockingIOError:
		    sock.sock.setblocking(True)
		vm1.send(bytes(60))
		record, = (m[20:] for _, _, m in sock.receive())
		equal(got + value(record, A_TRACE_LOST), 200, 'records that came or are known to be lost')
	END
}

# What the command shows, as it does for a frame that is given to it.
test_text_and_json() {
	local pid
	alk_a trace --live port vm1 proto icmp src $IP1 -c 2 >"$workdir/text" &
	pid=$!
	alk_a -j trace live dst $IP3 proto icmp -c 1 >"$workdir/json" &
	wait_for watched 2
	in_ns vm1 ping -q -c 3 -i 0.01 $IP3 >&2
	wait $pid
	wait
	expect_eq "$(grep -c "^$MAC1 > $MAC3 $IP1 > $IP3 icmp type 8 code 0 ttl 64, 98 bytes" "$workdir/text")" 2 frames
	expect_eq "$(grep -c '^  verdict: encap in VXLAN to host 10.0.0.2, VNI 7001' "$workdir/text")" 2 verdicts
	expect_eq "$(jq -rc '.[0] | [.verdict, .out.host, .port, .len, (.steps | length > 2)] | join(" ")' "$workdir/json")" \
		'encap 10.0.0.2 vm1 98 true'
}

# An interrupted one ends its JSON; one that is killed is forgotten.
test_signals() {
	local pid
	alk_a -j trace live >"$workdir/json" &
	wait_for watched 1
	pid=$(pgrep -f 'trace live')
	kill -INT "$pid"
	wait
	expect_eq "$(jq -c . "$workdir/json")" '[]'
	alk_a trace live >/dev/null &
	wait_for watched 1
	pid=$(pgrep -f 'trace live')
	kill -KILL "$pid"
	wait_for watched 0
}

# A device that goes away under a live trace, and takes it along.
test_device_goes_away() {
	alk_a trace live >/dev/null &
	wait_for watched 1
	in_ns vm1 ping -q -c 3 -i 0.01 $IP3 >&2
	ip -n host_a link del alk0
	add_alkaid host_a
	watched 0
	kill $!
}

# The real reason, also where it is found only after the decision.
test_reason_is_the_one_that_is_counted() {
	alk_a neigh add 192.168.1.66 subnet 71 mac 02:00:00:00:00:66 host 10.99.0.1
	alk_a -j trace live src $IP1 proto udp -c 1 >"$workdir/json" &
	wait_for watched 1
	frames cases host_a vm1 eth0 <<-END
		UNDERLAY_ROUTE: eth src=$MAC1 dst=02:00:00:00:00:66 ip src=$IP1 dst=192.168.1.66 udp
	END
	wait
	expect_eq "$(jq -rc '.[0] | [.verdict, .reason] | join(" ")' "$workdir/json")" 'drop UNDERLAY_ROUTE'
}

test_tracepoints() {
	[ -d /sys/kernel/tracing/events ] || mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null ||
		skip "no tracefs"
	[ -d /sys/kernel/tracing/events/alkaid/alkaid_route ] || skip "no trace events of this kind"
	echo >/sys/kernel/tracing/trace
	alk_a -f - <<-END
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 gateway-ip 192.168.2.254 gateway-mac 02:00:00:00:02:fe
		neigh add 192.168.2.20 subnet 72 mac 02:00:00:00:02:20 host 10.0.0.2
		route add 10.9.0.0/16 vpc 7 via 192.168.2.20
		route add 10.7.0.0/16 vpc 7 via 192.168.2.99
	END
	echo 1 >/sys/kernel/tracing/events/alkaid/alkaid_route/enable
	echo 1 >/sys/kernel/tracing/events/alkaid/alkaid_resolve_failure/enable
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=192.168.2.20 udp
		FORWARDED: eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=10.9.8.7 udp
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.77
	END
	frames send vm1 eth0 <<-END
		eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=10.7.8.7 udp
	END
	wait_for dropped_at_least host_a NEXT_HOP 1
	echo 0 >/sys/kernel/tracing/events/alkaid/enable
	grep -q 'alkaid_route: dev=alk0 vpc=7 vni=7002 src=::ffff:192.168.1.1 dst=::ffff:192.168.2.20 prefix=::/0 via=:: host=::ffff:10.0.0.2' /sys/kernel/tracing/trace
	grep -q 'alkaid_route: .* dst=::ffff:10.9.8.7 prefix=::ffff:10.9.0.0/112 via=::ffff:192.168.2.20' /sys/kernel/tracing/trace
	grep -q 'alkaid_resolve_failure: dev=alk0 vpc=7 vni=7001 addr=::ffff:192.168.1.77 reason=ARP_UNKNOWN' /sys/kernel/tracing/trace
	grep -q 'alkaid_resolve_failure: .* addr=::ffff:192.168.2.99 reason=NEXT_HOP' /sys/kernel/tracing/trace
	expect_eq "$(grep -c 'alkaid_r[a-z_]*: ' /sys/kernel/tracing/trace)" 4 events
}

run_tests "$@"
