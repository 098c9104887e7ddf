#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the kernel refuses, it refuses with a reason and the attribute, and changes nothing.
#
#   host_a
#   +---------------------------------------------+
#   | alk0   vm1 (bound), vm2 (free), vm3 (free)  |
#   | ul 10.0.0.1/24 -- (ul)                      |
#   +---------------------------------------------+
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	local vm
	add_hosts
	add_alkaid host_a
	for vm in vm1 vm2 vm3; do
		ip -n host_a link add $vm type veth peer name $vm-peer
	done
	alk_a -f - <<-END
		vpc add 7
		vpc add 8
		subnet add 71 $SUBNET71
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24
		port add vm1 subnet 71 mac $MAC1 ip $IP1 ip 192.168.1.11
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
		route add 10.9.0.0/16 vpc 7 via $IP3
	END
	show_tables >"$workdir/tables"
}

show_tables() {
	local object
	for object in vpc subnet port neigh route; do
		alk_a $object show
	done
}

# Each line is TEXT | the words of a command that is refused with it.
refuses() {
	local text words
	while IFS='|' read -r text words; do
		# shellcheck disable=SC2086 # words they are
		expect_fail "${text% }" alk_a $words
	done
	expect_eq "$(show_tables)" "$(cat "$workdir/tables")" "tables after refusals"
}

test_vpc() {
	refuses <<-END
		vpc exists already | vpc add 7
		miss policy punt is not supported | vpc add 9 miss punt
		miss policy gateway needs a gateway-group | vpc replace 7 miss gateway
		gateway 1 does not exist | vpc add 9 gateway-group 1
		no such vpc | vpc del 9
		vpc 7 is used by 2 subnets and routes | vpc del 7
	END
}

test_subnet() {
	refuses <<-END
		subnet exists already | subnet add 71 $SUBNET71
		vpc 9 of subnet 91 does not exist | subnet add 91 vpc 9 vni 9001 prefix 10.9.0.0/24
		vni 8001 belongs to subnet 81 of vpc 8 | subnet add 72 vpc 7 vni 8001 prefix 10.9.0.0/24
		prefix has bits set beyond its length | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.1/24
		subnet 72: 192.168.0.0/16 overlaps 192.168.1.0/24 of subnet 71 | subnet add 72 vpc 7 vni 7002 prefix 192.168.0.0/16
		subnet 72: 192.168.1.128/25 overlaps 192.168.1.0/24 of subnet 71 | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.0/24 prefix 192.168.1.128/25
		gateway-ip 10.8.0.1 is outside subnet 72 | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.0/24 gateway-ip 10.8.0.1 gateway-mac $GWMAC
		gateway-ip fd00:9::1 is outside subnet 72 | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.0/24 gateway-ip fd00:9::1 gateway-mac $GWMAC
		a gateway-ip needs a unicast gateway-mac | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.0/24 gateway-ip 10.9.0.1
		a gateway-ip needs a unicast gateway-mac | subnet add 72 vpc 7 vni 7002 prefix 10.9.0.0/24 gateway-ip 10.9.0.1 gateway-mac 01:00:00:00:00:01
		a prefix of subnet 71 cannot go | subnet replace 71 vpc 7 vni 7001 prefix 10.9.0.0/24
		subnet 71 is used by 2 ports, neighbors and routes | subnet replace 71 vpc 7 vni 7009 prefix 192.168.1.0/24
		subnet 71 is used by 2 ports, neighbors and routes | subnet replace 71 vpc 8 vni 7001 prefix 10.9.0.0/24
		subnet 71 is used by 2 ports, neighbors and routes | subnet del 71
		no such subnet | subnet del 72
	END
}

test_port() {
	refuses <<-END
		port exists already | port add vm1 subnet 71 mac $MAC1 ip $IP1
		subnet 72 does not exist | port add vm2 subnet 72 mac $MAC2 ip $IP2
		192.168.2.2 is outside subnet 71 | port add vm2 subnet 71 mac $MAC2 ip 192.168.2.2
		192.168.1.254 is the gateway of subnet 71 | port add vm2 subnet 71 mac $MAC2 ip 192.168.1.254
		$IP1 is vm1's in subnet 71 | port add vm2 subnet 71 mac $MAC2 ip $IP1
		192.168.1.11 is vm1's in subnet 71 | port add vm2 subnet 71 mac $MAC2 ip $IP2 ip 192.168.1.11
		$IP3 is a neighbor's in subnet 71 | port add vm2 subnet 71 mac $MAC2 ip $IP3
		is vm1's in subnet 71 | port add vm2 subnet 71 mac $MAC1 ip $IP2
		is the gateway of subnet 71 | port add vm2 subnet 71 mac $GWMAC ip $IP2
		is not a unicast MAC | port add vm2 subnet 71 mac 01:00:00:00:00:02 ip $IP2
		a port must be an Ethernet netdev | port add lo subnet 71 mac $MAC2 ip $IP2
		netdev is not a port of the device | port del vm2
		alk0 is not bound | port del alk0
	END
	# What a refused binding attached is released.
	expect_eq "$(ip -n host_a -j link show vm2 | jq '.[0].master')" null "master of vm2"
	ip -n host_a link add br0 type bridge
	ip -n host_a link set vm3 master br0
	expect_fail "netdev has another master" \
		alk_a port add vm3 subnet 71 mac "$MAC2" ip "$IP2"
	expect_eq "$(show_tables)" "$(cat "$workdir/tables")" "tables after a refusal"
}

test_neigh() {
	refuses <<-END
		neigh exists already | neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
		subnet 72 does not exist | neigh add 192.168.1.20 subnet 72 mac $MAC2 host 10.0.0.2
		192.168.2.20 is outside subnet 71 | neigh add 192.168.2.20 subnet 71 mac $MAC2 host 10.0.0.2
		192.168.1.254 is the gateway of subnet 71 | neigh add 192.168.1.254 subnet 71 mac $MAC2 host 10.0.0.2
		$IP1 is vm1's in subnet 71 | neigh add $IP1 subnet 71 mac $MAC2 host 10.0.0.2
		$IP1 is vm1's in subnet 71 | neigh replace $IP1 subnet 71 mac $MAC2 host 10.0.0.2
		is not a unicast MAC | neigh add 192.168.1.20 subnet 71 mac $BCAST host 10.0.0.2
		host 224.0.0.1 is not a unicast address | neigh add 192.168.1.20 subnet 71 mac $MAC2 host 224.0.0.1
		host 10.0.0.1 is this one | neigh add 192.168.1.20 subnet 71 mac $MAC2 host 10.0.0.1
		host fd00::1: alk0 has no local6 | neigh add 192.168.1.20 subnet 71 mac $MAC2 host fd00::1
		no such neigh | neigh del 192.168.1.20 subnet 71
		no such neigh | neigh del $IP1 subnet 71
		no such neigh | neigh del $IP3 subnet 81
	END
}

test_route() {
	refuses <<-END
		route 10.9.0.0/16 vpc 7: route exists already | route add 10.9.0.0/16 vpc 7 blackhole
		route 10.8.0.0/16 vpc 9: vpc 9 does not exist | route add 10.8.0.0/16 vpc 9 blackhole
		subnet 79 does not exist | route add 10.8.0.0/16 vpc 7 subnet 79 blackhole
		subnet 81 is of vpc 8, not of vpc 7 | route add 10.8.0.0/16 vpc 7 subnet 81 blackhole
		route 10.8.0.0/16 vpc 7: via 10.8.0.1 is in no subnet of vpc 7 | route add 10.8.0.0/16 vpc 7 via 10.8.0.1
		route ::/0 vpc 7: via fd00:1::1 is in no subnet of vpc 7 | route add default vpc 7 via fd00:1::1
		prefix and via are not of one address family | route add ::/0 vpc 7 via $IP3
		prefix and via are not of one address family | route add 0.0.0.0/0 vpc 7 via fd00:1::1
		prefix has bits set beyond its length | route add 10.8.0.1/16 vpc 7 blackhole
		prefix has bits set beyond its length | route add fd00:8::1/64 vpc 7 blackhole
		one of via, gateway-group and blackhole is required | route add 10.8.0.0/16 vpc 7
		one of via, gateway-group and blackhole is required | route add 10.8.0.0/16 vpc 7 via $IP3 blackhole
		route 10.8.0.0/16 vpc 7: no such route | route del 10.8.0.0/16 vpc 7
		no such route | route change 10.8.0.0/16 vpc 7 blackhole
		no such route | route del 10.9.0.0/16 vpc 7 subnet 71
		no such route | route del 192.168.1.0/24 vpc 7
		vpc 7: vpc 7 is used by 2 subnets and routes | vpc del 7
	END
}

test_link() {
	expect_fail "local must be a unicast address" alk_a link add alk1 local 224.0.0.1
	expect_fail "local must be a unicast address" alk_a link add alk1 local 0.0.0.0
	expect_no ip -n host_a link add alk1 type alkaid
	expect_no ip -n host_a link set vm2 type alkaid
	expect_no ip -n host_a link set alk0 netns host_b
	expect_no ip -n host_a link set alk0 master alk0
	alk_a link add alk1 local 10.0.0.1 dstport 4790 geneve-port 6082
	expect_no ip -n host_a link set alk1 master alk0
	expect_fail "there are several alkaid devices" alk_a -b - <<<'vpc add 9'
	# A tunnel port has one owner.
	expect_fail "Address already in use" alk_a link add alk2 local 10.0.0.1
}

# Many neighbors in one message: one is wrong, and none is there.
test_entries() {
	netlink host_a <<-'END'
		s = Socket()
		before = s.tables()
		host, good = '10.0.0.2', [f'192.168.1.{n}' for n in range(100, 110)]
		def of(ip, reserved=bytes(2)): return entry(ip, f'02:00:00:00:01:{int(ip.split(".")[3]):02x}', host, reserved)
		def wrong(number, text, bad, call=s.neighs_new, at=5):
		    entries = [of(ip) if call == s.neighs_new else entry(ip) for ip in good]
		    entries.insert(at, bad)
		    try:
		        call(71, *entries)
		    except Refused as answer:
		        equal((answer.errno, text in answer.text), (number, True), answer.text)
		        # Headers, the subnet, and the attribute's own.
		        equal(answer.offset, 16 + 4 + 8 + 4 + at * 40, 'offset of the refused entry')
		    else:
		        equal('accepted', 'refused', text)
		    equal(s.tables(), before, text)
		wrong(errno.EEXIST, 'neigh exists already', of('192.168.1.3'))
		wrong(errno.EEXIST, 'neigh exists already', of('192.168.1.103'))
		wrong(errno.EEXIST, "192.168.1.1 is vm1's", of('192.168.1.1'), at=0)
		wrong(errno.EINVAL, 'is outside subnet 71', of('10.9.0.1'), at=10)
		wrong(errno.EINVAL, 'is not a unicast MAC', entry('192.168.1.99', '', host))
		wrong(errno.EINVAL, 'is not a unicast address', entry('192.168.1.99', '02:00:00:00:00:99', '224.0.0.1'))
		wrong(errno.EINVAL, 'is this one', entry('192.168.1.99', '02:00:00:00:00:99', '10.0.0.1'))
		wrong(errno.EINVAL, 'reserved must be zero', of('192.168.1.99', b'\0\1'))
		wrong(errno.ENOENT, 'no such neigh', entry('192.168.1.99'), s.neighs_del, at=0)
		one = attr(A_NEIGH_ENTRIES, of('192.168.1.99'))
		subnet = u32(A_NEIGH_SUBNET, 71)
		def new(body): s.request(CMD_NEIGH_NEW, body, ADD)
		refused(errno.EINVAL, 'subnet is required', new, one, missing=A_NEIGH_SUBNET)
		refused(errno.ENOENT, 'subnet 72 does not exist', new, u32(A_NEIGH_SUBNET, 72) + one)
		refused(errno.EINVAL, 'entries exclude', new, subnet + one + prefix(A_NEIGH_IP, '192.168.1.99'), attribute=A_NEIGH_ENTRIES)
		refused(errno.EINVAL, 'entries exclude', new, subnet + one + mac(A_NEIGH_MAC, '02:00:00:00:00:20'), attribute=A_NEIGH_ENTRIES)
		refused(errno.EINVAL, 'entries must be whole', new, subnet + attr(A_NEIGH_ENTRIES), attribute=A_NEIGH_ENTRIES)
		refused(errno.EINVAL, 'entries must be whole', new, subnet + attr(A_NEIGH_ENTRIES, of('192.168.1.99')[:39]), attribute=A_NEIGH_ENTRIES)
		equal(s.tables(), before, 'tables')
		s.neighs_new(71, *map(of, good))
		refused(errno.ENOENT, 'no such neigh', s.neighs_del, 71, *map(entry, good[:5] + good[4:]))
		equal(len(s.neighs()), 11, 'neighbors')
		s.neighs_del(71, *map(entry, good))
		equal(s.tables(), before, 'tables at the end')
	END
}

test_policy_names_the_attribute() {
	netlink host_a <<-'END'
		s = Socket()
		before = s.tables()
		ifindex = socket.if_nametoindex
		def vpc(body, flags=ADD): s.request(CMD_VPC_NEW, body, flags)
		def subnet(body, flags=ADD): s.request(CMD_SUBNET_NEW, body, flags)
		def port(body, flags=ADD): s.request(CMD_PORT_NEW, body, flags)
		def neigh(body, flags=ADD): s.request(CMD_NEIGH_NEW, body, flags)
		def route(body, flags=ADD): s.request(CMD_ROUTE_NEW, body, flags)
		good_subnet = u32(A_SUBNET_ID, 72) + u32(A_SUBNET_VPC, 7) + u32(A_SUBNET_VNI, 7002)
		good_neigh = u32(A_NEIGH_SUBNET, 71) + mac(A_NEIGH_MAC, '02:00:00:00:00:20') + \
		    prefix(A_NEIGH_HOST, '10.0.0.2')
		good_route = u32(A_ROUTE_VPC, 7) + prefix(A_ROUTE_PREFIX, '10.8.0.0/16')
		address = attr(A_ADDRESS_IP4, bytes(4))
		refused(errno.EINVAL, 'Unknown attribute type', vpc, u32(A_VPC_ID, 9) + u32(99, 1), attribute=99)
		refused(errno.EINVAL, 'Unknown attribute type', vpc, u32(A_VPC_ID, 9) + nest(A_VPC_COUNTERS), attribute=A_VPC_COUNTERS)
		refused(errno.EINVAL, 'invalid attribute length', vpc, u8(A_VPC_ID, 9), attribute=A_VPC_ID)
		refused(errno.EINVAL, 'invalid attribute length', vpc, attr(A_VPC_ID, bytes(8)), attribute=A_VPC_ID)
		refused(errno.ERANGE, 'out of range', vpc, u32(A_VPC_ID, 0), attribute=A_VPC_ID)
		refused(errno.ERANGE, 'out of range', vpc, u32(A_VPC_ID, 9) + u32(A_VPC_MISS, 3), attribute=A_VPC_MISS)
		refused(errno.EINVAL, '', vpc, u32(A_VPC_ID, 9) + attr(A_VPC_NAME, 'n' * 65), attribute=A_VPC_NAME)
		refused(errno.EINVAL, '', vpc, u32(A_VPC_ID, 9) + attr(A_VPC_NAME, b'not ended'), attribute=A_VPC_NAME)
		refused(errno.EINVAL, 'id is required', vpc, b'', missing=A_VPC_ID)
		refused(errno.ERANGE, 'vni 0 is not in', s.subnet, 72, 7, 0, '10.9.0.0/24')
		refused(errno.ERANGE, 'vni 16777216 is not in', s.subnet, 72, 7, 1 << 24, '10.9.0.0/24')
		refused(errno.EINVAL, 'required', subnet, good_subnet, missing=A_SUBNET_PREFIX)
		refused(errno.EINVAL, '', subnet, good_subnet + u32(A_SUBNET_PREFIX, 5))
		refused(errno.EINVAL, 'Unknown attribute type', subnet, good_subnet + nest(A_SUBNET_PREFIX, address, u32(77, 1)), attribute=77)
		refused(errno.EINVAL, 'either ip4 or ip6', subnet, good_subnet + nest(A_SUBNET_PREFIX, u8(A_ADDRESS_LEN, 8)), attribute=A_SUBNET_PREFIX)
		refused(errno.EINVAL, 'either ip4 or ip6', subnet, good_subnet + nest(A_SUBNET_PREFIX, address, attr(A_ADDRESS_IP6, bytes(16))), attribute=A_SUBNET_PREFIX)
		refused(errno.EINVAL, 'an IPv4 length is 32 at most', subnet, good_subnet + nest(A_SUBNET_PREFIX, address, u8(A_ADDRESS_LEN, 33)), attribute=A_ADDRESS_LEN)
		refused(errno.ERANGE, 'out of range', subnet, good_subnet + nest(A_SUBNET_PREFIX, address, u8(A_ADDRESS_LEN, 129)), attribute=A_ADDRESS_LEN)
		refused(errno.EINVAL, 'must not be v4-mapped', subnet, good_subnet + nest(A_SUBNET_PREFIX, attr(A_ADDRESS_IP6, bytes(10) + b'\xff\xff' + bytes(4))), attribute=A_ADDRESS_IP6)
		refused(errno.EINVAL, 'address has no mac here', subnet, good_subnet + nest(A_SUBNET_PREFIX, address, mac(A_ADDRESS_MAC, '02:00:00:00:00:01')), attribute=A_ADDRESS_MAC)
		refused(errno.E2BIG, 'a subnet has 8 of them at most', subnet, good_subnet + prefix(A_SUBNET_PREFIX, '10.9.0.0/24') * 9, attribute=A_SUBNET_PREFIX)
		refused(errno.ERANGE, 'out of range', subnet, good_subnet + prefix(A_SUBNET_PREFIX, '10.9.0.0/24') + u32(A_SUBNET_ENCAP, 7), attribute=A_SUBNET_ENCAP)
		refused(errno.ERANGE, 'out of range', subnet, good_subnet + prefix(A_SUBNET_PREFIX, '10.9.0.0/24') + u8(A_SUBNET_FLOOD, 2), attribute=A_SUBNET_FLOOD)
		refused(errno.EINVAL, 'vpc and prefix are required', route, prefix(A_ROUTE_PREFIX, '10.8.0.0/16') + attr(A_ROUTE_BLACKHOLE), missing=A_ROUTE_VPC)
		refused(errno.EINVAL, 'vpc and prefix are required', route, u32(A_ROUTE_VPC, 7) + attr(A_ROUTE_BLACKHOLE), missing=A_ROUTE_PREFIX)
		refused(errno.EINVAL, 'one of via, gateway-group and blackhole', route, good_route)
		refused(errno.EINVAL, 'one of via, gateway-group and blackhole', route, good_route + prefix(A_ROUTE_VIA, '192.168.1.3') + attr(A_ROUTE_BLACKHOLE))
		refused(errno.EINVAL, 'must be one address', route, good_route + prefix(A_ROUTE_VIA, '192.168.1.0/24'), attribute=A_ROUTE_VIA)
		refused(errno.ERANGE, '', route, good_route + u32(A_ROUTE_BLACKHOLE, 1), attribute=A_ROUTE_BLACKHOLE)
		refused(errno.ERANGE, 'out of range', route, good_route + u32(A_ROUTE_SUBNET, 0) + attr(A_ROUTE_BLACKHOLE), attribute=A_ROUTE_SUBNET)
		refused(errno.EINVAL, 'must be one address', neigh, good_neigh + prefix(A_NEIGH_IP, '192.168.1.0/24'), attribute=A_NEIGH_IP)
		refused(errno.EINVAL, 'are required', neigh, u32(A_NEIGH_SUBNET, 71) + prefix(A_NEIGH_IP, '192.168.1.20'), missing=A_NEIGH_MAC)
		refused(errno.ERANGE, 'size out of range', neigh, good_neigh + prefix(A_NEIGH_IP, '192.168.1.20') + mac(A_NEIGH_MAC, '02:00:00'), attribute=A_NEIGH_MAC)
		refused(errno.EINVAL, 'are required', port, u32(A_PORT_PORT_IFINDEX, ifindex('vm2')), missing=A_PORT_SUBNET)
		refused(errno.ENODEV, 'no such netdev', port, u32(A_PORT_PORT_IFINDEX, 9999) + u32(A_PORT_SUBNET, 71) + mac(A_PORT_MAC, '02:00:00:00:00:20') + prefix(A_PORT_IP, '192.168.1.20'), attribute=A_PORT_PORT_IFINDEX)
		refused(errno.E2BIG, 'a port has 64 of them at most', s.port, 'vm2', 71, '02:00:00:00:00:20', *(f'192.168.1.{n}' for n in range(20, 85)))
		refused(errno.EINVAL, 'is not a unicast MAC', s.port, 'vm2', 71, '00:00:00:00:00:00', '192.168.1.2')
		refused(errno.ENOENT, 'no such vpc', vpc, u32(A_VPC_ID, 9), 0)
		refused(errno.ENODEV, 'no such netdev', vpc, u32(A_VPC_IFINDEX, 9999) + u32(A_VPC_ID, 9), attribute=A_VPC_IFINDEX)
		refused(errno.EINVAL, 'not an alkaid device', vpc, u32(A_VPC_IFINDEX, ifindex('ul')) + u32(A_VPC_ID, 9), attribute=A_VPC_IFINDEX)
		refused(errno.ENOENT, 'no such object', s.request, CMD_VPC_GET, u32(A_VPC_ID, 9))
		refused(errno.EOPNOTSUPP, '', s.request, 200)
		refused(errno.ENOENT, 'this socket has no transaction open', s.commit)
		refused(errno.ENOENT, 'this socket has no transaction open', s.abort)
		equal(s.tables(), before, 'tables after refusals')
	END
}

# Whatever the bytes, they are refused or mean what they say; the kernel's log tells the rest.
test_garbage() {
	netlink host_a <<-'END'
		import random
		s = Socket()
		random.seed(7)
		for _ in range(1500):
		    body = b''.join(random.choice((u32, u8, lambda k, v: nest(k, u32(v & 7, v)),
		                                   lambda k, v: attr(k, bytes(v % 40))))(
		                    random.randrange(16), random.choice((0, 1, 7, 71, 255))) for _ in range(random.randrange(6)))
		    try:
		        s.request(random.choice((CMD_VPC_NEW, CMD_SUBNET_NEW, CMD_PORT_NEW, CMD_NEIGH_NEW, CMD_ROUTE_NEW, CMD_ROUTE_DEL, CMD_ROUTE_GET, CMD_VPC_GET,
		                                 CMD_SUBNET_GET, CMD_PORT_GET, CMD_NEIGH_GET, CMD_STATS_GET)),
		                  body[:len(body) - random.randrange(4)], random.choice((0, ADD)))
		    except Refused as reason:
		        if reason.errno not in (errno.EINVAL, errno.ERANGE, errno.ENOENT, errno.EEXIST,
		                                errno.ENODEV, errno.EOPNOTSUPP):
		            raise
		equal(len(s.subnets()), 2, 'subnets')
	END
}

# In a user namespace of its own that owns neither the network namespace nor its device.
test_writing_needs_rights() {
	netlink host_a <<-'END'
		import os
		if os.unshare(0x10000000) if hasattr(os, 'unshare') else ctypes.CDLL(None).unshare(0x10000000):
		    raise SystemExit('unshare')
		s = Socket()
		for function, *args in ((s.vpc, 9), (s.vpc_del, 7), (s.subnet, 72, 7, 7002, '10.9.0.0/24'), (s.subnet_del, 71),
		                        (s.port, 'vm2', 71, '02:00:00:00:00:02', '192.168.1.2'), (s.port_del, 'vm1'),
		                        (s.neigh, '192.168.1.20', 71, '02:00:00:00:00:20', '10.0.0.2'),
		                        (s.neigh_del, '192.168.1.3', 71), (s.begin,), (s.commit,), (s.abort,)):
		    refused(errno.EPERM, '', function, *args)
		equal(s.vpcs(), [7, 8], 'what anybody may read')
	END
	expect_eq "$(show_tables)" "$(cat "$workdir/tables")" "tables after refusals"
}

run_tests "$@"
