#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Mutated frames on a port and on the tunnel: all of them are accounted for, and nothing splats.
# FUZZ_FRAMES and FUZZ_SEED, named in ALKAID_VM_ENV, make it longer or another one.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Frames come from vm1 and, as from host_b, from the tunnel.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

FUZZ_MODULE=${MODULE%/kmod/alkaid.ko}/tests/kunit/alkaid_fuzz.ko

# Beside the cloud: IPv6, a subnet that floods, routes, and an underlay route from the beginning.
setup() {
	[ -e "$FUZZ_MODULE" ] || skip "this kernel has no KUnit"
	add_cloud
	alk_a -f - <<-END
		subnet replace 71 $SUBNET71 prefix fd00:1::/64 gateway-ip fd00:1::fe
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac 02:00:00:00:00:fd flood on
		port replace vm1 subnet 71 mac $MAC1 ip $IP1 ip fd00:1::1
		port replace vm2 subnet 72 mac $MAC2 ip 192.168.2.2 ip fd00:2::2
		neigh add fd00:1::3 subnet 71 mac $MAC3 host 10.0.0.2
		neigh add 192.168.2.3 subnet 72 mac $MAC3 host 10.0.0.2
		neigh add fd00:2::3 subnet 72 mac $MAC3 host 10.0.0.2
	END
	in_ns host_a ping -q -c 1 10.0.0.2
}

# Each line of the seeds for the fuzzer of the parser, from the port and from either tunnel.
write_seeds() { # FILE
	local frame
	grep -v '^geneve' "$top/tests/fuzz/seeds" | frames hex | sed 's/^/p/'
	for frame in vxlan geneve 'geneve options=0102030100000000' 'vxlan vni=7002' 'vxlan vni=5'; do
		grep -v '^geneve\|^#' "$top/tests/fuzz/seeds" | sed "s/^/$frame /" | frames hex |
			sed "s/^/${frame:0:1}/"
	done
	grep '^geneve' "$top/tests/fuzz/seeds" | frames hex | sed 's/^/g/'
}

received() { # HOST
	local count
	count_in "$(alk -n "$1" -j stats show)" rx_packets
	echo "$count"
}

# What KUnit says of the run, without times, which are the log's.
report() {
	dmesg -t | sed -n '/^KTAP version 1/,$p' | tail -n 40
}

test_mutated_frames_are_accounted_for() {
	local frames=${FUZZ_FRAMES:-400000} before
	write_seeds >"$workdir/seeds"
	before=$(received host_a)
	# The report is to be of this run alone.
	dmesg -C
	in_ns host_a insmod "$FUZZ_MODULE" "seeds=$workdir/seeds" "frames=$frames" \
		"seed=${FUZZ_SEED:-1}"
	rmmod alkaid_fuzz
	report >&2
	report | grep -q '^ok .*alkaid_fuzz'
	# The underlay itself drops what has wrong lengths.
	[ $(($(received host_a) - before)) -gt $((frames * 9 / 10)) ] ||
		fail "$(received host_a) frames came in, of $frames"
	[ "$(received host_b)" -gt $((frames / 100)) ] || fail "$(received host_b) frames went out"
	note "$(report | sed -n 's/.* \([0-9]* frames in .*\)/\1/p' | tail -n 1)"
	# It still works.
	pings vm1 "$IP3"
}

run_tests "$@"
