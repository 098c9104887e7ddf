#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Changes of a transaction come all at once or not at all, for readers and for packets.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_cloud
}

master_of() { # IFNAME
	ip -n host_a -j link show "$1" | jq -r '.[0].master // "none"'
}

test_commit_shows_everything_at_once() {
	netlink host_a <<-'END'
		s, other = Socket(), Socket()
		before = other.tables()
		s.begin()
		s.vpc(9)
		s.subnet(91, 9, 9001, '10.9.0.0/24')
		for n in range(1, 101):
		    s.neigh(f'10.9.0.{n}', 91, f'02:00:00:00:09:{n:02x}', '10.0.0.2')
		s.neigh_del('192.168.1.3', 71)
		equal(other.tables(), before, 'what another sees before')
		equal(s.tables(), before, 'what this one sees before')
		equal(s.commit(), 103, 'changes')
		equal(other.vpcs(), [7, 9], 'VPCs')
		equal(other.subnets(), [71, 91], 'subnets')
		equal(len(other.neighs()), 100, 'neighbors')
	END
}

test_abort_and_closing_the_socket_leave_no_mark() {
	netlink host_a <<-'END'
		def change(s):
		    s.begin()
		    s.vpc(9)
		    s.subnet(91, 9, 9001, '10.9.0.0/24')
		    s.neigh('10.9.0.1', 91, '02:00:00:00:09:01', '10.0.0.2')
		    s.neigh('192.168.1.3', 71, '02:00:00:00:00:33', '10.0.0.2', flags=SET)
		    s.vpc(7, flags=SET)
		    s.port_del('vm2')
		    s.port('vm1', 71, '02:00:00:00:00:11', '192.168.1.1', '192.168.1.11', flags=SET)
		s = Socket()
		before = s.tables()
		change(s)
		s.abort()
		equal(s.tables(), before, 'tables after abort')
		for _ in range(3):
		    dying = Socket()
		    change(dying)
		    dying.close()
		    equal(s.tables(), before, 'tables after close')
		    s.vpc(7, flags=SET)
	END
	pings vm1 "$IP3"
	pings vm2 "$IP3"
}

test_other_sockets_wait_their_turn() {
	netlink host_a <<-'END'
		s, other = Socket(), Socket()
		s.begin()
		refused(errno.EBUSY, 'another socket has a transaction open', other.vpc, 9)
		refused(errno.EBUSY, 'another socket has a transaction open', other.begin)
		refused(errno.EBUSY, 'another socket has a transaction open', other.commit)
		refused(errno.EBUSY, 'another socket has a transaction open', other.abort)
		refused(errno.EBUSY, 'this socket has a transaction open', s.begin)
		s.vpc(9)
		equal(other.vpcs(), [7], 'VPCs before')
		equal(s.commit(), 1, 'changes')
		other.vpc(10)
		equal(s.vpcs(), [7, 9, 10], 'VPCs after')
		refused(errno.ENOENT, 'no transaction open', s.commit)
	END
}

test_refused_change_undoes_only_itself() {
	netlink host_a <<-'END'
		s = Socket()
		s.begin()
		s.vpc(9)
		refused(errno.EEXIST, 'vpc exists already', s.vpc, 9)
		refused(errno.EEXIST, "192.168.1.1 is vm1's", s.port, 'vm2', 71, '02:00:00:00:00:02', '192.168.1.2', '192.168.1.1', flags=SET)
		s.subnet(91, 9, 9001, '10.9.0.0/24')
		refused(errno.ENOENT, 'does not exist', s.subnet, 92, 99, 9002, '10.9.0.0/24')
		equal(s.commit(), 2, 'changes')
		equal(s.vpcs(), [7, 9], 'VPCs')
		equal(s.subnets(), [71, 91], 'subnets')
	END
	pings vm2 "$IP3"
}

test_users_may_go_after_what_they_use() {
	netlink host_a <<-'END'
		s = Socket()
		before = s.tables()
		refused(errno.EBUSY, 'vpc 7 is used by 1 subnets', s.vpc_del, 7)
		s.begin()
		s.vpc_del(7)
		refused(errno.EBUSY, 'vpc 7 is used by 1 subnets', s.commit)
		s.subnet_del(71)
		refused(errno.EBUSY, 'subnet 71 is used by 3 ports', s.commit)
		s.neigh_del('192.168.1.3', 71)
		s.port_del('vm1')
		refused(errno.EBUSY, 'subnet 71 is used by 1 ports', s.request, CMD_TXN_CHECK)
		equal(s.tables(), before, 'tables after a refused commit')
		s.abort()
		equal(s.tables(), before, 'tables after abort')
		s.begin()
		s.vpc_del(7)
		s.subnet_del(71)
		s.port_del('vm1')
		s.port_del('vm2')
		s.neigh_del('192.168.1.3', 71)
		refused(errno.ENOENT, 'does not exist', s.neigh, '192.168.1.3', 71, '02:00:00:00:00:03', '10.0.0.2')
		equal(s.vpcs(), [7], 'VPCs before')
		s.request(CMD_TXN_CHECK)
		s.commit()
		equal(s.tables()[0] + s.tables()[1] + s.tables()[3], [], 'tables')
	END
	expect_eq "$(master_of vm1)" none
}

test_alk_names_what_is_in_use() {
	printf 'vpc del 7\nsubnet del 71\nneigh del %s subnet 71\nport del vm1\n' "$IP3" >"$workdir/file"
	expect_fail "$workdir/file:2: subnet 71: subnet 71 is used by 1 ports" alk_a -f "$workdir/file"
	expect_fail "$workdir/file:2: subnet 71: subnet 71 is used by 1 ports" alk_a -c -f "$workdir/file"
	expect_eq "$(alk_a vpc show | wc -l)" 1
	echo 'port del vm2' >>"$workdir/file"
	alk_a -c -f "$workdir/file"
	expect_eq "$(alk_a vpc show | wc -l)" 1
	alk_a -f "$workdir/file"
	expect_eq "$(alk_a vpc show | wc -l)" 0
}

test_many_changes_in_one_transaction() {
	local n=100000 late
	# Where each access to memory is looked at, fewer have to do.
	[ "${ALKAID_VM_KERNEL:-}" != uml-debug ] || n=10000
	late=$((n * 77 / 100))
	awk -v n="$n" 'BEGIN {
		print "vpc add 9\nsubnet add 91 vpc 9 vni 9001 prefix 10.0.0.0/8"
		for (i = 0; i < n; i++)
			printf "neigh add 10.%d.%d.%d subnet 91 mac 02:00:09:%02x:%02x:%02x host 10.0.0.%d\n",
				i / 65536 + 1, i / 256 % 256, i % 256,
				i / 65536, i / 256 % 256, i % 256, 2 + i % 200
	}' >"$workdir/file"
	alk_a -c -f "$workdir/file"
	expect_eq "$(alk_a neigh show | wc -l)" 1
	alk_a -f "$workdir/file"
	expect_eq "$(alk_a neigh show subnet 91 | wc -l)" "$n"
	# Of many that share a request, each that is refused is named.
	sed 1,2d "$workdir/file" | sed -e 's/add/replace/' -e '300s/10\.0\.0\.[0-9]*$/224.0.0.1/' -e "${late}s/replace [0-9.]*/replace 192.168.9.9/" \
		>"$workdir/bad"
	expect_fail "$workdir/bad:300: neigh 10.1.1.43 subnet 91: host 224.0.0.1 is not a unicast address" alk_a -f "$workdir/bad"
	expect_fail "$workdir/bad:$late: neigh 192.168.9.9 subnet 91: 192.168.9.9 is outside subnet 91" alk_a -f "$workdir/bad"
	expect_eq "$(alk_a neigh show subnet 91 | wc -l)" "$n"
	# All of it goes at once, what is used first.
	sed -e 's/add/del/' -e 's/ mac .*//' -e 's/ vpc .*//' "$workdir/file" >"$workdir/gone"
	alk_a -f "$workdir/gone"
	expect_eq "$(alk_a neigh show | wc -l)" 1
}

test_object_may_be_born_and_die_in_one_transaction() {
	netlink host_a <<-'END'
		s = Socket()
		before = s.tables()
		for end in (s.commit, s.abort):
		    s.begin()
		    for _ in range(3):
		        s.vpc(9)
		        s.subnet(91, 9, 9001, '10.9.0.0/24')
		        s.neigh('10.9.0.1', 91, '02:00:00:00:09:01', '10.0.0.2')
		        s.neigh('10.9.0.1', 91, '02:00:00:00:09:02', '10.0.0.2', flags=SET)
		        s.neigh_del('10.9.0.1', 91)
		        s.subnet_del(91)
		        s.vpc_del(9)
		    s.neigh_del('192.168.1.3', 71)
		    s.neigh('192.168.1.3', 71, '02:00:00:00:00:03', '10.0.0.2')
		    end()
		    equal(s.tables(), before, 'tables')
	END
	pings vm1 "$IP3"
}

test_netdev_follows_its_binding() {
	ip -n host_a link add free type veth peer name free-peer
	netlink host_a <<-'END'
		s = Socket()
		s.begin()
		s.port('free', 71, '02:00:00:00:00:20', '192.168.1.20')
		s.port_del('vm2')
		s.abort()
	END
	expect_eq "$(master_of free)" none "master after abort"
	expect_eq "$(master_of vm2)" alk0 "master after abort"
	netlink host_a <<-'END'
		s = Socket()
		s.begin()
		s.port('free', 71, '02:00:00:00:00:20', '192.168.1.20')
		s.port_del('vm2')
		s.commit()
		equal(s.ports(), {'vm1': 71, 'free': 71}, 'ports')
	END
	expect_eq "$(master_of free)" alk0 "master after commit"
	expect_eq "$(master_of vm2)" none "master after commit"
}

test_netdev_may_vanish_under_a_transaction() {
	netlink host_a <<-'END'
		import subprocess
		def ip(*words): subprocess.run(('ip', 'link') + words, check=True)
		s = Socket()
		before = s.tables()
		for end in (s.commit, s.abort, s.close):
		    ip('add', 'gone', 'type', 'veth', 'peer', 'name', 'gone-peer')
		    s.port('gone', 71, '02:00:00:00:00:20', '192.168.1.20')
		    ip('add', 'new', 'type', 'veth', 'peer', 'name', 'new-peer')
		    s.begin()
		    s.port_del('gone')
		    s.port('new', 71, '02:00:00:00:00:20', '192.168.1.20')
		    s.port('new', 71, '02:00:00:00:00:20', '192.168.1.20', '192.168.1.21', flags=SET)
		    s.vpc(9)
		    ip('del', 'gone')
		    ip('del', 'new')
		    end()
		    if end == s.close:
		        s = Socket()
		    if end == s.commit:
		        equal(s.vpcs(), [7, 9], 'VPCs')
		        s.vpc_del(9)
		    equal(s.tables(), before, f'tables after {end.__name__}')
	END
}

test_device_may_vanish_under_a_transaction() {
	netlink host_a <<-'END'
		import subprocess
		s = Socket()
		s.begin()
		s.vpc(9)
		s.neigh('192.168.1.20', 71, '02:00:00:00:00:20', '10.0.0.2')
		s.neigh_del('192.168.1.3', 71)
		s.port_del('vm1')
		subprocess.run(('ip', 'link', 'del', 'alk0'), check=True)
		refused(errno.ENODEV, 'there is no alkaid device', s.commit)
		refused(errno.ENODEV, 'there is no alkaid device', s.vpc, 9)
	END
	add_alkaid host_a
	expect_eq "$(alk_a -j vpc show)" '[]'
}

# Two whole states: subnet 71 with VNI 7001 and its neighbor at 10.0.0.2, and subnet 72 with
# VNI 7002 and its neighbor at 10.0.0.3. Each packet goes by one of them.
test_no_packet_sees_half_of_a_commit() {
	ip -n host_b link del alk0
	ip -n host_b addr add 10.0.0.3/24 dev ul
	alk_a vpc add 8
	alk_a subnet add 72 vpc 8 vni 7002 prefix 192.168.1.0/24
	netlink host_a "eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp" <<-'END'
		import os, signal, sys
		import frames
		FLIPS, FRAMES = 200, 100000
		SO_RCVBUFFORCE = 33
		def sink(address):
		    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    # Room for all that can be sent: what arrives is counted in the end.
		    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, FRAMES * 1024)
		    sock.bind((address, frames.TUNNEL_PORTS['udp']))
		    sock.setblocking(False)
		    return sock
		def vnis(sock):
		    found = {}
		    while True:
		        try:
		            vni = int.from_bytes(sock.recv(64)[4:7], 'big')
		        except BlockingIOError:
		            return found
		        found[vni] = found.get(vni, 0) + 1
		sinks = [in_ns('host_b', lambda a=a: sink(a)) for a in ('10.0.0.2', '10.0.0.3')]
		door = in_ns('vm1', frames.opener('eth0'))
		frame = frames.build(sys.argv[1])
		sender = os.fork()
		if not sender:
		    for _ in range(FRAMES):
		        door.send(frame)
		    os._exit(0)
		s = Socket()
		while s.totals()['tx'] < 100:
		    pass
		there, here = (72, '10.0.0.3'), (71, '10.0.0.2')
		for _ in range(FLIPS):
		    s.begin()
		    s.port_del('vm1')
		    s.neigh_del('192.168.1.3', here[0])
		    s.neigh('192.168.1.3', there[0], '02:00:00:00:00:03', there[1])
		    s.port('vm1', there[0], '02:00:00:00:00:01', '192.168.1.1')
		    s.commit()
		    there, here = here, there
		os.kill(sender, signal.SIGKILL)
		os.waitpid(sender, 0)
		totals = s.totals()
		found = [vnis(sock) for sock in sinks]
		print(FLIPS, 'commits:', totals['tx'], 'packets:', found)
		equal([set(f) for f in found], [{7001}, {7002}], 'VNIs at each host')
		equal(sum(sum(f.values()) for f in found), totals['tx'], 'packets at the hosts')
		equal(totals['dropped'], 0, 'packets that found nothing')
	END
}

test_many_replaces_of_one() {
	netlink host_a <<-'END'
		s = Socket()
		for n in range(1000):
		    s.neigh('192.168.1.3', 71, f'02:00:00:00:{n >> 8:02x}:{n & 255:02x}', '10.0.0.2', flags=SET)
		s.begin()
		for n in range(1000):
		    s.neigh('192.168.1.3', 71, '02:00:00:00:00:03', f'10.1.{n >> 8}.{n & 255 | 1}', flags=SET)
		s.neigh('192.168.1.3', 71, '02:00:00:00:00:03', '10.0.0.2', flags=SET)
		equal(s.commit(), 2002, 'changes')
		equal(s.neighs(), {'192.168.1.3': '02:00:00:00:00:03'}, 'neighbors')
	END
	pings vm1 "$IP3"
}

# Objects that the slab has; nothing if it shares its slabs with others.
endpoints() {
	echo 1 >/sys/kernel/slab/alkaid_endpoint/shrink 2>/dev/null || :
	awk '$1 == "alkaid_endpoint" { print $2 }' /proc/slabinfo
}

endpoints_are() { # N
	[ "$(endpoints)" = "$1" ]
}

test_memory_comes_back() {
	local before
	before=$(endpoints)
	alk_a subnet add 75 vpc 7 vni 7005 prefix 10.64.0.0/16
	awk 'BEGIN { for (i = 0; i < 20000; i++) printf "neigh add 10.64.%d.%d subnet 75 mac 02:00:00:01:%02x:%02x host 10.0.0.2\n", i / 200, i % 200 + 1, i / 200, i % 200 }' \
		>"$workdir/many"
	alk_a -f "$workdir/many"
	expect_eq "$(alk_a neigh show | wc -l)" 20001 "neighbors"
	pings vm1 "$IP3"
	alk_a neigh flush subnet 75
	expect_eq "$(alk_a neigh show | wc -l)" 1 "neighbors"
	[ -z "$before" ] || wait_for endpoints_are "$before"
}

run_tests "$@"
