#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is foretold of a frame becomes of it: 10,000 random ones, simulated and real.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2]
#   vm3 192.168.2.3 --- [vm3] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b (two UDP sockets)
#   vm4 192.168.1.1 --- [vm4]
#   vm5 192.168.1.5 --- [vm5]
#
# vm1, vm2 and vm3 are of VPC 7 and two subnets; vm4 and vm5 of VPC 8, whose subnet floods.
# vm6 is of VPC 7 and down, vm7 is not bound. No VM has an address of its own: nobody answers.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

GW="gateway-ip 192.168.1.254 gateway-ip fd00:1::fe gateway-mac 02:00:00:00:01:fe"

setup() {
	local i
	add_hosts
	add_alkaid host_a
	for i in 1 2 3 4 5 6 7; do
		add_vm "vm$i" host_a "vm$i" "02:00:00:00:00:0$i"
	done
	ip -n vm1 link set eth0 mtu 3000
	ip -n host_a -batch - <<-END
		link set vm1 mtu 3000
		link set vm6 down
		link set vm7 master alk0
	END
	alk_a -f - <<-END
		vpc add 7
		vpc add 8
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 $GW
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac 02:00:00:00:02:fe encap geneve
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24 prefix fd00:1::/64 $GW flood on
		port add vm1 subnet 71 mac 02:00:00:00:00:01 ip 192.168.1.1 ip fd00:1::1
		port add vm2 subnet 71 mac 02:00:00:00:00:02 ip 192.168.1.2 ip fd00:1::2 antispoof off
		port add vm3 subnet 72 mac 02:00:00:00:00:03 ip 192.168.2.3 ip fd00:2::3 allow 10.3.0.0/16
		port add vm4 subnet 81 mac 02:00:00:00:00:04 ip 192.168.1.1 ip fd00:1::1
		port add vm5 subnet 81 mac 02:00:00:00:00:05 ip 192.168.1.5 ip fd00:1::5
		port add vm6 subnet 71 mac 02:00:00:00:00:06 ip 192.168.1.6 ip fd00:1::6
		neigh add 192.168.1.20 subnet 71 mac 02:00:00:00:00:20 host 10.0.0.2
		neigh add fd00:1::20 subnet 71 mac 02:00:00:00:00:20 host 10.0.0.2
		neigh add 192.168.2.20 subnet 72 mac 02:00:00:00:00:21 host 10.0.0.2
		neigh add fd00:2::20 subnet 72 mac 02:00:00:00:00:21 host 10.0.0.2
		neigh add 192.168.1.66 subnet 71 mac 02:00:00:00:00:66 host 10.99.0.1
		neigh add 192.168.1.20 subnet 81 mac 02:00:00:00:00:20 host 10.0.0.2
		route add 10.9.0.0/16 vpc 7 via 192.168.2.20
		route add 10.8.0.0/16 vpc 7 blackhole
		route add 10.7.0.0/16 vpc 7 via 192.168.2.99
		route add 10.9.1.0/24 vpc 7 via 192.168.1.66
		route add fd00:9::/32 vpc 7 via fd00:2::20
	END
}

test_simulated_and_real_verdicts_agree() {
	run_python trace_random
}

run_tests "$@"
