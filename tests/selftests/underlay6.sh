#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An underlay of IPv6 alone, and one of both families.
#
#   vm1 192.168.1.1 --- [vm1] host_a [ul fd00::1] --- [ul fd00::2] host_b [vm3] --- vm3 192.168.1.3
#
# Datagrams are made by hand on host_b. Stock peers over IPv6 are in traffic.sh.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

IN4="eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1"
OUT="eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3"

setup() {
	add_cloud
	over_ip6 geneve
}

# VXLAN one way, Geneve the other; the UDP checksum is there, and right.
test_hosts_without_ip4() {
	# Otherwise it would be the receiver's to fill in, on a veth.
	in_ns host_a ethtool -K ul tx off >&2
	in_ns host_b ethtool -K ul tx off >&2
	capture_start host_a ul "$workdir/underlay" 'udp port 4789 or udp port 6081'
	pings vm1 "$IP3"
	capture_stop "$workdir/underlay"
	expect_eq "$(capture_count "$workdir/underlay" 'ip6 and udp dst port 4789')" 3 "VXLAN out"
	expect_eq "$(capture_count "$workdir/underlay" 'ip6 and udp dst port 6081')" 3 "Geneve in"
	expect_eq "$(tshark -r "$workdir/underlay" -o udp.check_checksum:TRUE -T fields \
		-e udp.checksum.status 2>/dev/null | sort | uniq -c | tr -s ' ')" " 6 1"
	expect_fail 'host 10.0.0.2: alk0 has no local' \
		alk_a neigh add 192.168.1.9 subnet 71 mac "$MAC2" host 10.0.0.2
	expect_fail 'host fd00::1 is this one' \
		alk_a neigh add 192.168.1.9 subnet 71 mac "$MAC2" host fd00::1
	expect_fail 'host fe80::9 is a link-local address' \
		alk_a neigh add 192.168.1.9 subnet 71 mac "$MAC2" host fe80::9
}

test_headers_by_hand() {
	frames cases host_a host_b udp:fd00::1 <<-END
		TUNNEL_TRUNCATED: vxlan cut=0..7
		VXLAN_FLAGS: vxlan flags=0 $IN4 udp
		UNKNOWN_VNI: vxlan vni=7000 $IN4 udp
		FORWARDED: vxlan $IN4 udp data text=a => vm1 $IN4 udp data text=a
	END
	frames cases host_a host_b geneve:fd00::1 <<-END
		GENEVE_HEADER: geneve version=1 $IN4 udp
		GENEVE_OPTION: geneve options=01028300 $IN4 udp
		FORWARDED: geneve options=01020300 $IN4 udp data text=b => vm1 $IN4 udp data text=b
	END
}

# RFC 6040, both ways: the mark of the underlay goes in, that of the VM goes out.
test_congestion_marks() {
	frames cases host_a host_b udp:fd00::1,3 <<-END
		FORWARDED: vxlan $IN4 tos=2 udp data text=c => vm1 $IN4 tos=3 udp data text=c
		TUNNEL_ECN: vxlan $IN4 tos=0 udp
	END
	capture_start host_a ul "$workdir/underlay" 'ip6 and udp dst port 4789'
	frames cases host_a vm1 eth0 <<-END
		FORWARDED: $OUT tos=0xba udp data text=d
	END
	wait_for captured
	capture_stop "$workdir/underlay"
	# Of the VM's byte only the mark is outside.
	expect_eq "$(capture_count "$workdir/underlay" 'ip6[0:2] == 0x6020')" 1 "packets with ECT(0)"
}

captured() {
	[ "$(capture_count "$workdir/underlay")" -ge 1 ]
}

test_routes_that_are_none() {
	alk_a neigh add 192.168.1.77 subnet 71 mac 02:00:00:00:00:77 host fd77::2
	ip -n host_a link set alk0 address 02:00:00:00:00:0a
	alk_a -f - <<-END
		port add alk0 subnet 71 mac 02:00:00:00:00:0a ip 192.168.1.10
		neigh add 192.168.1.78 subnet 71 mac 02:00:00:00:00:78 host fd78::2
	END
	in_ns host_a sh -c 'echo 0 >/proc/sys/net/ipv6/conf/alk0/disable_ipv6'
	ip -n host_a route add fd78::/64 dev alk0
	in_ns host_a sh -c 'echo 1 >/proc/sys/net/ipv6/conf/alk0/disable_ipv6' || :
	frames cases host_a vm1 eth0 <<-END
		UNDERLAY_ROUTE: eth src=$MAC1 dst=02:00:00:00:00:77 ip src=$IP1 dst=192.168.1.77 udp
		FORWARDED: $OUT udp data text=e
	END
	# The address goes, and comes back.
	ip -n host_a addr del fd00::1/64 dev ul
	frames cases host_a vm1 eth0 <<-END
		UNDERLAY_ROUTE: $OUT udp
	END
	ip -n host_a addr add fd00::1/64 dev ul nodad
	pings vm1 "$IP3"
}

mtu_of() { # HOST DEVICE
	ip -n "$1" -j link show "$2" | jq '.[0].mtu'
}

# The device has what fits beside the outer headers, and follows the underlay unless told otherwise.
test_mtu_of_the_device() {
	expect_eq "$(mtu_of host_a alk0)" 1530 "MTU over IPv6"
	expect_eq "$(alk_a -j link show alk0 | jq '.[0].mtu')" 1530
	alk_a link show alk0 | grep -qw 'mtu 1530'
	ip -n host_a link set ul mtu 1400
	expect_eq "$(mtu_of host_a alk0)" 1330 "MTU that follows"
	ip -n host_a link set alk0 mtu 1000
	ip -n host_a link set ul mtu 1500
	expect_eq "$(mtu_of host_a alk0)" 1000 "MTU that was set"
	ip -n host_a link set alk0 mtu 1430
	ip -n host_a link set ul mtu 1600
	expect_eq "$(mtu_of host_a alk0)" 1530 "MTU that follows again"

	alk_a link del alk0
	alk_a link add alk0 local 10.0.0.1
	expect_eq "$(mtu_of host_a alk0)" 1550 "MTU over IPv4"
	alk_a link del alk0
	alk_a link add alk0 local 10.0.0.1 local6 fd00::1
	expect_eq "$(mtu_of host_a alk0)" 1530 "MTU over both"
	alk_a link del alk0
	alk_a link add alk0 local 10.0.0.1 mtu 1200
	ip -n host_a link set ul mtu 1500
	expect_eq "$(mtu_of host_a alk0)" 1200 "MTU that was given"
}

test_vteps() {
	pings vm1 "$IP3"
	alk_a -b - <<-END
		neigh add 192.168.1.8 subnet 71 mac 02:00:00:00:00:08 host fd00::2
		neigh add 192.168.1.9 subnet 71 mac 02:00:00:00:00:09 host fd00::9
	END
	expect_eq "$(alk_a -j vtep show | jq -c 'sort_by(.host)')" \
		'[{"host":"fd00::2","mtu":1600,"users":2},{"host":"fd00::9","mtu":null,"users":1}]'
	expect_eq "$(alk_a -j -s vtep show fd00::2 | jq -c '.[0].stats')" \
		'{"tx_packets":3,"tx_bytes":294,"drops":0}'
	alk_a neigh del 192.168.1.8 subnet 71
	expect_eq "$(alk_a vtep show host fd00::2)" "fd00::2 mtu 1600 users 1"
	alk_a neigh del 192.168.1.9 subnet 71
	expect_fail 'vtep fd00::9' alk_a vtep show fd00::9
}

run_tests "$@"
