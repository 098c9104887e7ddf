#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who listens is told of each change and each commit, in order, or that something was lost.
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

# A program with a short form of what a listener has got: "+vpc 9", "-neigh 10.9.0.1",
# "= N" for a commit of N changes.
listening() {
	{
		cat <<-'END'
			import os, subprocess
			SHORT = {'VPC': A_VPC_ID, 'SUBNET': A_SUBNET_ID, 'PORT': A_PORT_IFNAME,
			         'NEIGH': A_NEIGH_IP, 'ROUTE': A_ROUTE_PREFIX, 'GATEWAY': A_GATEWAY_ID}
			def short(name, body):
			    if name == 'TXN':
			        return f'= {value(body, A_TXN_CHANGES)}'
			    kind, _, what = name.partition('_')
			    key = dict(attrs(body))[SHORT[kind]]
			    if kind in ('NEIGH', 'ROUTE'):
			        key = socket.inet_ntoa(dict(attrs(key))[A_ADDRESS_IP4])
			    elif kind == 'PORT':
			        key = key.rstrip(b'\0').decode()
			    else:
			        key = int.from_bytes(key, 'little')
			    sign = {'NEW': '+', 'DEL': '-', '': '?'}[what]
			    return f'{sign}{kind.lower()} {key}'
			def told(s):
			    return [short(*n) for n in s.news()]
			def commits(s):
			    return [(value(b, A_TXN_COMMIT), value(b, A_TXN_PORTID)) for n, b in s.news()
			            if n == 'TXN']
			def alk(*words):
			    subprocess.run(['alk', *words], check=True)
			ear, s = Socket().join('config'), Socket()
		END
		cat
	} | netlink "$@"
}

test_every_kind_is_told() {
	listening host_a <<-'END'
		s.vpc(9)
		equal(told(ear), ['+vpc 9', '= 1'])
		s.subnet(91, 9, 9001, '10.9.0.0/24')
		equal(told(ear), ['+subnet 91', '= 1'])
		s.neigh('10.9.0.1', 91, '02:00:00:00:09:01', '10.0.0.2')
		equal(told(ear), ['+neigh 10.9.0.1', '= 1'])
		s.route('10.8.0.0/16', 9, '10.9.0.1')
		equal(told(ear), ['+route 10.8.0.0', '= 1'])
		s.port('vm2', 91, '02:00:00:00:09:02', '10.9.0.2', '10.9.0.3', flags=SET)
		equal(told(ear), ['+port vm2', '= 5'])
		alk('gateway', 'add', '1', 'member', '10.0.0.9', 'mac', '02:00:00:00:00:09')
		equal(told(ear), ['+gateway 1', '= 1'])
		alk('gateway', 'member', 'set', '1', '10.0.0.9', 'down')
		equal(told(ear), ['+gateway 1', '= 2', '?gateway 1'])
		alk('gateway', 'del', '1')
		equal(told(ear), ['-gateway 1', '= 1'])
		s.port_del('vm2')
		equal(told(ear), ['-port vm2', '= 3'])
		alk('route', 'del', '10.8.0.0/16', 'vpc', '9')
		equal(told(ear), ['-route 10.8.0.0', '= 1'])
		s.neigh_del('10.9.0.1', 91)
		equal(told(ear), ['-neigh 10.9.0.1', '= 1'])
		s.subnet_del(91)
		equal(told(ear), ['-subnet 91', '= 1'])
		s.vpc_del(9)
		equal(told(ear), ['-vpc 9', '= 1'])
		refused(errno.ENOENT, 'no such vpc', s.vpc_del, 9)
		equal(told(ear), [])
	END
}

test_message_is_like_that_of_a_dump() {
	listening host_a <<-'END'
		def without(body, *kinds):
		    return [a for a in attrs(body) if a[0] not in kinds]
		s.neigh('192.168.1.3', 71, '02:00:00:00:00:33', '10.0.0.2', flags=SET)
		(name, body), (_, commit) = ear.news()
		(shown,), _ = s.dump(CMD_NEIGH_GET)
		equal(name, 'NEIGH_NEW')
		equal(without(body, A_NEIGH_COMMIT), attrs(shown))
		equal(value(body, A_NEIGH_COMMIT), value(commit, A_TXN_COMMIT), 'commit')
		s.subnet(71, 7, 7001, '192.168.0.0/16', flags=SET)
		body = ear.news()[0][1]
		(shown,), _ = s.dump(CMD_SUBNET_GET)
		equal(without(body, A_SUBNET_COMMIT), attrs(shown))
		# What was deleted is told as it was.
		ports = {value(o, A_PORT_PORT_IFINDEX): o for o in s.dump(CMD_PORT_GET)[0]}
		s.port_del('vm1')
		body = ear.news()[0][1]
		shown = ports[value(body, A_PORT_PORT_IFINDEX)]
		equal(without(body, A_PORT_COMMIT, A_PORT_STATE, A_PORT_COUNTERS),
		      without(shown, A_PORT_STATE, A_PORT_COUNTERS))
		equal(value(body, A_PORT_STATE), PORT_STATE_UNBOUND, 'state')
	END
}

test_replaced_object_is_told_once() {
	listening host_a <<-'END'
		s.vpc(7, flags=SET)
		equal(told(ear), ['+vpc 7', '= 2'])
		s.neigh('192.168.1.3', 71, '02:00:00:00:00:33', '10.0.0.2', flags=SET)
		equal(told(ear), ['+neigh 192.168.1.3', '= 2'])
		s.port('vm1', 71, '02:00:00:00:00:11', '192.168.1.1', '192.168.1.11', flags=SET)
		equal(told(ear), ['+port vm1', '= 5'])
		s.begin()
		for n in range(5):
		    s.neigh('192.168.1.3', 71, f'02:00:00:00:00:{n:02x}', '10.0.0.2', flags=SET)
		    s.subnet(71, 7, 7001, '192.168.0.0/16', flags=SET)
		    s.vpc(7, flags=SET)
		s.neigh_del('192.168.1.3', 71)
		s.neigh('192.168.1.3', 71, '02:00:00:00:00:03', '10.0.0.2')
		equal(told(ear), [])
		s.commit()
		equal(told(ear)[:-1], ['+subnet 71', '+vpc 7', '+neigh 192.168.1.3'])
		# Another subnet of the same number, with all that is in it.
		s.begin()
		s.subnet(71, 7, 7009, '192.168.1.0/24', flags=SET)
		s.port_del('vm1')
		s.neigh('192.168.1.3', 71, '02:00:00:00:00:03', '10.0.0.2', flags=SET)
		s.port('vm2', 71, '02:00:00:00:00:02', '192.168.1.2', flags=SET)
		s.commit()
		equal(told(ear)[:-1], ['+subnet 71', '-port vm1', '+neigh 192.168.1.3', '+port vm2'])
	END
}

test_what_was_not_committed_is_not_told() {
	listening host_a <<-'END'
		s.begin()
		s.vpc(9)
		s.vpc(7, flags=SET)
		s.abort()
		equal(told(ear), [])
		s.begin()
		equal(s.commit(), 0, 'changes')
		equal(told(ear), [])
		s.begin()
		s.vpc(9)
		s.vpc(9, flags=SET)
		s.subnet(91, 9, 9001, '10.9.0.0/24')
		s.vpc_del(9)
		refused(errno.EBUSY, 'vpc 9 is used by', s.commit)
		equal(told(ear), [])
		s.subnet_del(91)
		s.commit()
		equal(told(ear), ['= 6'])
		dying = Socket()
		dying.begin()
		dying.vpc(9)
		dying.close()
		equal(told(ear), [])
	END
}

test_commits_have_numbers_and_authors() {
	listening host_a <<-'END'
		def now(s):
		    reply, = s.request(CMD_TXN_GET)
		    return [value(reply, a) for a in (A_TXN_COMMIT, A_TXN_CHANGES, A_TXN_PORTID)]
		watch, other = Socket().join('commit'), Socket()
		first, changes, owner = now(s)
		equal((changes, owner), (0, 0))
		s.vpc(9)
		s.begin()
		s.vpc(10)
		s.vpc(11)
		equal(now(other), [first + 1, 2, s.portid()])
		refused(errno.EBUSY, 'another socket', other.vpc, 12)
		reply, = s.request(CMD_TXN_COMMIT)
		equal(value(reply, A_TXN_COMMIT), first + 2, 'number')
		other.vpc(12)
		# A netdev that vanishes asks nobody, and the machine has done it.
		subprocess.run(['ip', 'link', 'del', 'vm1'], check=True)
		wanted = [(first + 1, s.portid()), (first + 2, s.portid()), (first + 3, other.portid()),
		          (first + 4, 0)]
		equal(commits(watch), wanted)
		equal(told(ear)[-2:], ['-port vm1', '= 2'])
		equal(told(watch), [])
	END
}

test_big_commit_comes_whole_and_in_order() {
	listening host_a <<-'END'
		SO_RCVBUFFORCE = 33
		ear.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
		ips = [f'10.{n >> 8}.{n & 255}.1' for n in range(2000)]
		s.begin()
		s.vpc(9)
		s.subnet(91, 9, 9001, '10.0.0.0/8')
		for ip in ips:
		    s.neigh(ip, 91, '02:00:00:00:09:01', '10.0.0.2')
		s.commit()
		equal(told(ear), ['+vpc 9', '+subnet 91', *(f'+neigh {ip}' for ip in ips), '= 2002'])
	END
}

test_slow_listener_learns_that_it_lost_something() {
	listening host_a <<-'END'
		slow = Socket().join('config')
		slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
		for n in range(100, 150):
		    s.vpc(n)
		everything = [line for n in range(100, 150) for line in (f'+vpc {n}', '= 1')]
		equal(told(ear), everything)
		try:
		    slow.news()
		except OSError as reason:
		    equal(reason.errno, errno.ENOBUFS, 'error')
		else:
		    raise AssertionError('it was not told that messages were lost')
		early = told(slow)
		equal(early, everything[:len(early)])
		# It goes on from where it read again.
		s.vpc(150)
		equal(told(slow), ['+vpc 150', '= 1'])
	END
}

# Starts "alk monitor" with options and no right to a large buffer, its output in FILE, and
# returns when it listens; then $monitor is its process.
monitor() { # FILE OPTION...
	local file=$1
	shift
	/usr/bin/python3 -c 'import ctypes, os, sys
PR_CAPBSET_DROP, CAP_NET_ADMIN = 24, 12
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0)
os.execvp("alk", ["alk", "-n", "host_a"] + sys.argv[1:])' "$@" monitor config >"$file" &
	monitor=$!
	wait_for heard "$file"
}

heard() {
	alk_a vpc replace 99
	[ -s "$1" ]
}

shows() { # FILE TEXT
	grep -qF -- "$2" "$1"
}

test_alk_shows_changes() {
	monitor "$workdir/text"
	alk_a vpc add 9 name nine
	alk_a -f - <<-END
		subnet add 91 vpc 9 vni 9001 prefix 10.9.0.0/24
		neigh add 10.9.0.1 subnet 91 mac $STRANGER host 10.0.0.2
	END
	alk_a neigh del 10.9.0.1 subnet 91
	alk_a vpc add 10
	wait_for shows "$workdir/text" "vpc 10"
	expect_eq "$(sed -e 1,/nine/d -e 's/^commit [0-9]* \(.*\) portid [0-9]*/commit \1/' -e '/^vpc 10/,$d' \
		"$workdir/text")" "\
commit changes 1
subnet 91 vpc 9 vni 9001 encap vxlan prefix 10.9.0.0/24 flood off
neigh 10.9.0.1 subnet 91 mac $STRANGER host 10.0.0.2 vpc 9 vni 9001
commit changes 2
Deleted neigh 10.9.0.1 subnet 91 mac $STRANGER host 10.0.0.2 vpc 9 vni 9001
commit changes 1"
}

test_alk_says_what_it_lost() {
	monitor "$workdir/json" -j
	kill -STOP "$monitor"
	netlink host_a <<-'END'
		s = Socket()
		for n in range(1000):
		    s.vpc(8, flags=SET)
	END
	kill -CONT "$monitor"
	wait_for shows "$workdir/json" '{"lost":true}'
	# Something more than what was in the queue.
	wait_for goes_on
	expect_eq "$(jq -s 'map(select(.lost)) | length' "$workdir/json")" 1 "times that something was lost"
	expect_eq "$(jq -sc 'map(select(.event == "commit").commit) | (sort == .) and (unique == .)' \
		"$workdir/json")" true "order of commits"
}

goes_on() {
	alk_a vpc replace 77
	shows "$workdir/json" '"id":77'
}

run_tests "$@"
