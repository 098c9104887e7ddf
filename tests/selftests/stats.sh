#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every frame is accounted for, by device, port and VPC, and told to who traces.
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

# The counters of one object, as {rx_packets, ...}.
counters() { # OBJECT KEY
	alk_a -j -s "$1" show "$2" | jq -c '.[0].stats'
}

test_mixed_traffic_adds_up() {
	in_ns vm1 ping -q -f -c 200 "$IP3" >/dev/null &
	in_ns vm2 ping -q -f -c 200 -s 1400 "$IP1" >/dev/null &
	frames send vm1 eth0 20 <<-END
		eth src=$MAC1 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
		eth src=$MAC1 dst=$STRANGER ip src=$IP1 dst=$IP3 udp
		eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
		eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.99
		eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp cut=3
	END
	frames send host_b udp:10.0.0.1 20 <<-END
		vxlan cut=3
		vxlan vni=5 eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1 udp
		vxlan eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1 udp
	END
	wait
	wait_for is_conserved host_a alk0
	expect_eq "$(drop_count host_a SPOOFED_IP)" 20
	expect_eq "$(drop_count host_a MISS)" 20
	expect_eq "$(drop_count host_a ARP_UNKNOWN)" 20
	expect_eq "$(drop_count host_a L4_HEADER)" 20
	expect_eq "$(drop_count host_a TUNNEL_TRUNCATED)" 20
	expect_eq "$(drop_count host_a UNKNOWN_VNI)" 20
	expect_eq "$(jq '.[0].dropped_packets' "$workdir/stats")" 120 "dropped"
	jq -e '.[0] | .consumed_packets == .generated_packets and .consumed_packets >= 20' \
		"$workdir/stats" >&2
	# Three hundred pings each way through this device, the local ones once each way.
	jq -e '.[0].tx_packets == 400 + 400 + 20' "$workdir/stats" >&2
}

test_port_and_vpc_count_exactly() {
	# No ARP among the pings.
	ip -n vm1 neigh add "$IP3" lladdr "$MAC3" dev eth0
	ip -n vm3 neigh add "$IP1" lladdr "$MAC1" dev eth0
	in_ns vm1 ping -q -f -c 10 "$IP3" >&2
	# 14 + 20 + 8 + 56 bytes each.
	expect_eq "$(counters port vm1)" \
		'{"rx_packets":10,"rx_bytes":980,"tx_packets":10,"tx_bytes":980,"drops":0}'
	expect_eq "$(counters port vm2)" \
		'{"rx_packets":0,"rx_bytes":0,"tx_packets":0,"tx_bytes":0,"drops":0}'
	expect_eq "$(counters vpc 7)" \
		'{"rx_packets":20,"rx_bytes":1960,"tx_packets":20,"tx_bytes":1960,"drops":0}'
	expect_eq "$(alk_a -j stats show | jq -c '.[0] | del(.ifname)')" \
		'{"rx_packets":20,"tx_packets":20,"consumed_packets":0,"generated_packets":0,"dropped_packets":0}'

	frames cases host_a vm1 eth0 <<-END
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=$IP2 dst=$IP3 udp sport=1..5
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
	END
	expect_eq "$(counters port vm1 | jq -c '[.rx_packets, .tx_packets, .drops]')" '[16,11,5]'
	expect_eq "$(counters vpc 7 | jq -c '[.rx_packets, .tx_packets, .drops]')" '[26,20,5]'

	# A replaced VPC or port is the same one still.
	alk_a vpc replace 7 name other
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1"
	expect_eq "$(counters port vm1 | jq .rx_packets)" 16
	expect_eq "$(counters vpc 7 | jq .rx_packets)" 26
}

# Frames of the netdev are those of the tunnel.
test_netdev_counts_the_tunnel() {
	ip -n vm1 neigh add "$IP3" lladdr "$MAC3" dev eth0
	ip -n vm3 neigh add "$IP1" lladdr "$MAC1" dev eth0
	in_ns vm1 ping -q -f -c 10 "$IP3" >&2
	expect_eq "$(ip -n host_a -j -s link show alk0 | jq -c '.[0].stats64 | [.rx.packets, .tx.packets]')" \
		'[10,10]'
}

tracing() {
	[ -d /sys/kernel/tracing/events ] || mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null ||
		skip "no tracefs"
	[ -d "/sys/kernel/tracing/events/$1" ] || skip "no trace events of this kind"
	echo >/sys/kernel/tracing/trace
	echo 1 >"/sys/kernel/tracing/events/$1/enable"
}

spoof() {
	frames cases host_a vm1 eth0 <<-END
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
		MISS: eth src=$MAC1 dst=$STRANGER ip src=$IP1 dst=$IP3 udp data zeros=10
	END
}

test_tracepoint_names_the_reason() {
	tracing alkaid/alkaid_drop
	spoof
	echo 0 >/sys/kernel/tracing/events/alkaid/alkaid_drop/enable
	grep -q 'dev=alk0 .*len=42 reason=SPOOFED_IP' /sys/kernel/tracing/trace
	grep -q 'dev=alk0 .*len=52 reason=MISS' /sys/kernel/tracing/trace
	expect_eq "$(grep -c alkaid_drop: /sys/kernel/tracing/trace)" 2 "events"
}

# 6.1 does not say which function it was.
test_dropwatch_sees_the_nearest_reason() {
	tracing skb/kfree_skb
	spoof
	echo 0 >/sys/kernel/tracing/events/skb/kfree_skb/enable
	grep -q 'kfree_skb: .* reason: IP_RPFILTER' /sys/kernel/tracing/trace
	grep -q 'kfree_skb: .* reason: IP_OUTNOROUTES' /sys/kernel/tracing/trace
}

run_tests "$@"
