#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Netdevs, namespaces, the device and the module may go at any moment, with packets under way.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# vm1 and vm3 send to each other and to vm2 all the time.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

# A hundred in all, each thing that may go a share of them.
NETDEV_CYCLES=40 DEVICE_CYCLES=30 NAMESPACE_CYCLES=15 MODULE_CYCLES=15

setup() {
	add_cloud
}

# Without end, and without waiting for answers; what is done meanwhile comes first.
send_on() { # NS
	nice -n 10 /usr/bin/python3 "$selftests/frames.py" send "$1" eth0 100000000 &
	senders+=("$!")
}

start_traffic() {
	senders=()
	send_on vm1 <<-END
		eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 icmp type=0
		eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 icmp type=0
		eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
	END
	send_on vm3 <<-END
		eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1 icmp type=0
		eth src=$MAC3 dst=$MAC2 ip src=$IP3 dst=$IP2 icmp type=0
	END
	wait_for traffic_flows host_a
}

stop_traffic() {
	kill -0 "${senders[@]}"
	kill "${senders[@]}"
	wait "${senders[@]}" || :
}

received() { # HOST
	alk -n "$1" -j stats show | jq '.[0].rx_packets'
}

received_more_than() { # HOST N
	[ "$(received "$1")" -gt "$2" ]
}

# The device has seen frames since the last change.
traffic_flows() { # HOST
	local before
	before=$(received "$1") && wait_for received_more_than "$1" "$before"
}

fill_host_a() {
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		port add vm2 subnet 71 mac $MAC2 ip $IP2
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
	END
}

test_netdev_goes_under_traffic() {
	local i
	start_traffic
	for ((i = 0; i < NETDEV_CYCLES; i++)); do
		ip -n host_a -batch - <<-BATCH
			link del vm2
			link add vm2 type veth peer name eth0 address $MAC2 netns vm2
			link set vm2 up
		BATCH
		ip -n vm2 link set eth0 up
		alk_a port add vm2 subnet 71 mac "$MAC2" ip "$IP2"
	done
	stop_traffic
	ip -n vm2 addr add "$IP2"/24 dev eth0
	pings vm2 "$IP1"
	pings vm2 "$IP3"
}

test_device_goes_under_traffic() {
	local i
	start_traffic
	for ((i = 0; i < DEVICE_CYCLES; i++)); do
		ip -n host_a link del alk0
		add_alkaid host_a
		fill_host_a
	done
	traffic_flows host_a
	stop_traffic
	pings vm1 "$IP3"
	pings vm1 "$IP2"
}

# The host's namespace, with the device, its ports and their tables.
test_namespace_goes_under_traffic() {
	local i
	start_traffic
	for ((i = 0; i < NAMESPACE_CYCLES; i++)); do
		ip netns del host_b
		add_ns host_b
		# A namespace dies in its own time, and its end of the underlay with it.
		wait_for underlay_is_gone
		ip -n host_a -batch - <<-BATCH
			link add ul mtu 1600 type veth peer name ul mtu 1600 netns host_b
			addr add 10.0.0.1/24 dev ul
			link set ul up
		BATCH
		ip -n host_b -batch - <<-BATCH
			addr add 10.0.0.2/24 dev ul
			link set ul up
		BATCH
		add_alkaid host_b
		alk_b -f - <<-END
			vpc add 7
			subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24
		END
	done
	# The end of vm3's veth on host_b went with the first of them, and with it vm3's.
	kill "${senders[@]}" 2>/dev/null || :
	wait "${senders[@]}" || :
	add_vm vm4 host_b vm4 "$MAC3" "$IP3"/24
	alk_b port add vm4 subnet 71 mac "$MAC3" ip "$IP3"
	alk_b neigh add "$IP1" subnet 71 mac "$MAC1" host 10.0.0.1
	pings vm4 "$IP1"
}

underlay_is_gone() {
	[ -z "$(ip -n host_a -o link show dev ul 2>/dev/null)" ]
}

unload() {
	rmmod alkaid 2>/dev/null
}

test_module_goes_under_traffic() {
	local i
	start_traffic
	for ((i = 0; i < MODULE_CYCLES; i++)); do
		wait_for unload
		insmod "$MODULE"
		add_alkaid host_a
		fill_host_a
	done
	traffic_flows host_a
	stop_traffic
	pings vm1 "$IP2"
}

test_module_goes_with_full_tables() {
	awk 'BEGIN { print "subnet add 75 vpc 7 vni 7005 prefix 10.64.0.0/16"
		for (i = 0; i < 2000; i++) printf "neigh add 10.64.%d.%d subnet 75 mac 02:00:00:00:%02x:%02x host 10.0.%d.2\n", i / 200, i % 200 + 1, i / 200, i % 200, i % 100 }' \
		>"$workdir/many"
	alk_a -f "$workdir/many"
	wait_for unload
	insmod "$MODULE"
	add_alkaid host_a
	expect_eq "$(alk_a neigh show)" ''
}

test_device_that_was_down_has_its_tables() {
	local object
	for object in vpc subnet port neigh; do
		alk_a "$object" show
	done >"$workdir/before"
	ip -n host_a link set alk0 down
	expect_no in_ns vm1 ping -q -c 1 -W 0.1 "$IP3"
	ip -n host_a link set alk0 up
	for object in vpc subnet port neigh; do
		alk_a "$object" show
	done >"$workdir/after"
	cmp "$workdir/before" "$workdir/after"
	pings vm1 "$IP3"
}

test_renamed_port_is_the_same_port() {
	# Before 6.2 only what is down could get another name.
	ip -n host_a -batch - <<-BATCH
		link set vm1 down
		link set vm1 name renamed
		link set renamed up
	BATCH
	expect_eq "$(alk_a -j port show | jq -c 'map(.ifname) | sort')" '["renamed","vm2"]'
	pings vm1 "$IP3"
	alk_a port del renamed
	expect_no in_ns vm1 ping -q -c 1 -W 0.1 "$IP3"
}

# A netdev that leaves the namespace is a port no longer, nor when it comes back.
test_port_that_moves_away_is_released() {
	ip -n host_a link set vm1 netns host_b
	expect_eq "$(alk_a -j port show | jq -c 'map(.ifname)')" '["vm2"]'
	frames cases host_a vm2 eth0 <<-END
		MISS: eth src=$MAC2 dst=$MAC1 ip src=$IP2 dst=$IP1 udp
	END
	ip -n host_b link set vm1 netns host_a
	ip -n host_a link set vm1 up
	expect_eq "$(alk_a -j port show | jq -c 'map(.ifname)')" '["vm2"]'
	alk_a port add vm1 subnet 71 mac "$MAC1" ip "$IP1"
	pings vm1 "$IP3"
}

run_tests "$@"
