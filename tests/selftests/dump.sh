#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A dump is of one moment, or says that it is not.
#
#   host_a
#   +------------------------+
#   | alk0   subnet 75 of    |
#   | VPC 7: 10.64.0.0/16    |
#   +------------------------+
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_hosts
	add_alkaid host_a
	alk_a vpc add 7
	alk_a subnet add 75 vpc 7 vni 7005 prefix 10.64.0.0/16
}

add_neighs() { # COUNT
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "neigh add 10.64.%d.%d subnet 75 mac 02:00:00:00:%02x:%02x host 10.0.0.2\n", i / 200, i % 200 + 1, i / 200, i % 200 }' \
		>"$workdir/many"
	alk_a -f "$workdir/many"
}

test_dump_is_complete() {
	add_neighs 10000
	alk_a neigh show | awk '{ print $1 }' | sort >"$workdir/shown"
	awk '{ print $3 }' "$workdir/many" | sort | cmp - "$workdir/shown"
}

test_change_midway_is_told() {
	add_neighs 2000
	netlink host_a <<-'END'
		s, other = Socket(), Socket()
		equal(s.dump(CMD_NEIGH_GET)[1], False, 'interrupted without a change')
		for change in (lambda: other.neigh('10.64.200.1', 75, '02:00:00:00:aa:01', '10.0.0.2'),
		               lambda: other.neigh('10.64.200.1', 75, '02:00:00:00:aa:02', '10.0.0.2', flags=SET),
		               lambda: other.neigh_del('10.64.200.1', 75),
		               lambda: other.vpc(8), lambda: other.vpc_del(8)):
		    s.dump_begin(CMD_NEIGH_GET)
		    first = list(s.receive())
		    change()
		    rest, interrupted = s.dump_rest()
		    equal(interrupted, True, 'interrupted')
		    objects, interrupted = s.dump(CMD_NEIGH_GET)
		    equal(interrupted, False, 'interrupted after the change')
		s.begin()
		s.dump_begin(CMD_NEIGH_GET)
		first = list(s.receive())
		other.sock.send(other.message(CMD_VPC_NEW, u32(A_VPC_ID, 8), ADD))
		rest, interrupted = s.dump_rest()
		equal((len(first) + len(rest), interrupted), (2000, False), 'dump in a transaction')
	END
}

# What others prepare moves nobody's place in a dump, and is not in it.
test_what_is_prepared_is_not_seen() {
	add_neighs 2000
	netlink host_a <<-'END'
		def address(o):
		    return socket.inet_ntoa(dict(attrs(dict(attrs(o))[A_NEIGH_IP]))[A_ADDRESS_IP4])
		s, other = Socket(), Socket()
		s.dump_begin(CMD_NEIGH_GET)
		first = [answer[20:] for _, _, answer in s.receive()]
		other.begin()
		for n in range(1000):
		    other.neigh(f'10.64.{200 + n // 200}.{n % 200 + 1}', 75, f'02:00:00:01:{n // 200:02x}:{n % 200:02x}', '10.0.0.2')
		rest, interrupted = s.dump_rest()
		equal(interrupted, False, 'interrupted by what is not there yet')
		seen = sorted(address(o) for o in first + rest)
		equal(len(seen), 2000, 'neighbors seen')
		equal(seen, sorted(f'10.64.{n // 200}.{n % 200 + 1}' for n in range(2000)), 'neighbors')
	END
}

# Those that stay are shown each time, whatever comes and goes beside them.
test_show_under_change() {
	local i
	add_neighs 1000
	# Between two changes there is room for a dump: one that never has it is refused in the end.
	netlink host_a <<-'END' &
		import time
		s = Socket()
		while True:
		    s.neigh('10.64.200.1', 75, '02:00:00:00:aa:01', '10.0.0.2')
		    time.sleep(0.02)  # the pace of the changes
		    s.neigh_del('10.64.200.1', 75)
		    time.sleep(0.02)
	END
	for i in 1 2 3 4 5 6 7 8; do
		alk_a neigh show >"$workdir/shown"
		expect_eq "$(grep -vcF 10.64.200.1 "$workdir/shown")" 1000 "neighbors in round $i"
		expect_eq "$(sort "$workdir/shown" | uniq -d)" '' "shown twice"
	done
	kill -0 $!
	kill $!
	wait $! || :
}

test_every_kind_is_dumped_whole() {
	awk 'BEGIN { for (i = 1; i <= 500; i++) printf "vpc add %d name vpc-%d\nsubnet add %d vpc %d vni %d prefix 10.0.0.0/8\n", i + 1000, i, i + 1000, i + 1000, i }' \
		>"$workdir/many"
	alk_a -f "$workdir/many"
	expect_eq "$(alk_a vpc show | awk '{ print $1 }' | sort -nu | wc -l)" 501 "VPCs"
	expect_eq "$(alk_a vpc show | wc -l)" 501 "VPCs"
	expect_eq "$(alk_a subnet show | awk '{ print $1 }' | sort -nu | wc -l)" 501 "subnets"
	expect_eq "$(alk_a subnet show | wc -l)" 501 "subnets"
}

# A dump that nobody reads on holds nothing.
test_abandoned_dump_holds_nothing() {
	add_neighs 1000
	netlink host_a <<-'END'
		import subprocess
		s, other = Socket(), Socket()
		s.dump_begin(CMD_NEIGH_GET)
		list(s.receive())
		other.neigh('10.64.200.1', 75, '02:00:00:00:aa:01', '10.0.0.2')
		subprocess.run(('timeout', '20', 'ip', 'link', 'del', 'alk0'), check=True)
		try:
		    s.dump_rest()
		    raise AssertionError('the dump went on without its device')
		except OSError as reason:
		    equal(reason.errno, errno.ENODEV, 'error of the dump')
	END
	add_alkaid host_a
	expect_eq "$(alk_a neigh show)" ''
}

run_tests "$@"
