#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Broadcast and multicast reach all of a subnet if it floods, and announcements always do.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#   vm4 192.168.2.4 --- [vm4]                                               [vm5] --- vm5 192.168.1.5
#
# vm4 is in another subnet of the VPC.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

MAC4=02:00:00:00:00:04 MAC5=02:00:00:00:00:05
BROADCAST="eth src=$MAC1 dst=$BCAST ip src=$IP1 dst=192.168.1.255 udp data text=hello"
MULTICAST="eth src=$MAC1 dst=01:00:5e:01:02:03 ip src=$IP1 dst=224.1.2.3 udp data text=hello"
GRATUITOUS="eth src=$MAC1 dst=$BCAST arp op=1 sha=$MAC1 spa=$IP1 tpa=$IP1"

setup() {
	add_cloud
	add_vm vm4 host_a vm4 $MAC4 192.168.2.4/24
	add_vm vm5 host_b vm5 $MAC5 192.168.1.5/24
	alk_a -f - <<-END
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24
		port add vm4 subnet 72 mac $MAC4 ip 192.168.2.4
		neigh add 192.168.1.5 subnet 71 mac "$MAC5" host 10.0.0.2
		neigh add 192.168.2.5 subnet 72 mac 02:00:00:00:00:55 host 10.0.0.2
	END
	alk_b port add vm5 subnet 71 mac $MAC5 ip 192.168.1.5
}

flood() { # on|off
	local host
	for host in host_a host_b; do
		# shellcheck disable=SC2086 # a list of words
		alk -n "$host" subnet replace 71 $SUBNET71 flood "$1"
	done
}

generated() { # HOST
	alk -n "$1" -j stats show | jq '.[0].generated_packets'
}

# The frame goes from vm1 to each of the others of its subnet once, and once over the underlay.
expect_flooded() { # FRAME...
	local vm before
	for vm in vm1 vm2 vm3 vm4 vm5; do
		capture_start "$vm" eth0 "$workdir/$vm"
	done
	capture_start host_a ul "$workdir/ul" udp port 4789
	before=$(generated host_b)
	frames cases host_a vm1 eth0 <<-END
		FLOODED=2: $* => vm5 $*
	END
	for vm in vm1 vm2 vm3 vm4 vm5 ul; do
		capture_stop "$workdir/$vm"
	done
	# What vm1 sent is in its own capture.
	for vm in vm1 vm2 vm3 vm5 ul; do
		expect_eq "$(capture_count "$workdir/$vm")" 1 "frames on $vm"
	done
	expect_eq "$(capture_count "$workdir/vm4")" 0 "frames in another subnet"
	# One of two is the frame itself.
	expect_eq $(($(generated host_b) - before)) 1 "copies on host_b"
}

test_broadcast_and_multicast_are_dropped_by_default() {
	frames cases host_a vm1 eth0 <<-END
		BROADCAST: $BROADCAST
		MULTICAST: $MULTICAST
	END
	expect_eq "$(alk_a -j subnet show 71 | jq '.[0].flood')" false
}

test_flood_on() {
	flood on
	expect_flooded "$BROADCAST"
	expect_flooded "$MULTICAST"
	flood off
	frames cases host_a vm1 eth0 <<-END
		BROADCAST: $BROADCAST
	END
}

test_gratuitous_arp_reaches_all() {
	expect_flooded "$GRATUITOUS"
}

test_gratuitous_reply_reaches_all() {
	expect_flooded "eth src=$MAC1 dst=$BCAST arp op=2 sha=$MAC1 spa=$IP1 tpa=$IP1"
}

test_allowed_address_is_announced() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" allow 192.168.1.100
	expect_flooded "eth src=$MAC1 dst=$BCAST arp op=1 sha=$MAC1 spa=192.168.1.100 tpa=192.168.1.100"
	frames cases host_a vm2 eth0 <<-END
		SPOOFED_ARP: eth src=$MAC2 dst=$BCAST arp sha=$MAC2 spa=192.168.1.100 tpa=192.168.1.100
	END
}

test_announcement_of_a_stranger_goes_nowhere() {
	frames cases host_a host_b udp:10.0.0.1 <<-END
		TUNNEL_ARP_SENDER: vxlan vni=7001 eth src=$STRANGER dst=$BCAST arp sha=$STRANGER spa=$IP3 tpa=$IP3
		TUNNEL_ARP_SENDER: vxlan vni=7001 eth src=$STRANGER dst=$BCAST arp op=2 sha=$STRANGER spa=$IP3 tpa=$IP3
	END
}

# The last neighbor takes its host with it.
test_host_without_neighbors_is_left_out() {
	flood on
	capture_start host_a ul "$workdir/ul" udp port 4789
	alk_a neigh del "$IP3" subnet 71
	frames cases host_a vm1 eth0 <<-END
		FLOODED=2: $BROADCAST
	END
	alk_a neigh del 192.168.1.5 subnet 71
	frames cases host_a vm1 eth0 <<-END
		FLOODED=1: $BROADCAST
	END
	alk_a neigh add 192.168.1.5 subnet 71 mac "$MAC5" host 10.0.0.2
	frames cases host_a vm1 eth0 <<-END
		FLOODED=2: $BROADCAST
	END
	capture_stop "$workdir/ul"
	expect_eq "$(capture_count "$workdir/ul")" 2 "frames on the underlay"
}

test_alone_in_the_subnet() {
	flood on
	alk_a port del vm2
	alk_a neigh del "$IP3" subnet 71
	alk_a neigh del 192.168.1.5 subnet 71
	frames cases host_a vm1 eth0 <<-END
		BROADCAST: $BROADCAST
		MULTICAST: $MULTICAST
		ARP_ANNOUNCEMENT: $GRATUITOUS
	END
}

run_tests "$@"
