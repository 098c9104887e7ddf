#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a port may not send is dropped where it enters, for the right reason.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Frames are made by hand at eth0 of vm1.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	add_cloud
}

from_vm1() {
	frames cases host_a vm1 eth0
}

test_own_source_passes() {
	from_vm1 <<-END
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp data text=hello => vm3 eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp data text=hello
		FORWARDED: eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 udp data text=near => vm2 eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 udp data text=near
		FORWARDED: eth src=$MAC1 dst=$MAC3 arp op=2 sha=$MAC1 spa=$IP1 tha=$MAC3 tpa=$IP3 => vm3 eth src=$MAC1 dst=$MAC3 arp op=2 sha=$MAC1 spa=$IP1 tha=$MAC3 tpa=$IP3
	END
}

test_spoofed_source_is_dropped() {
	from_vm1 <<-END
		SPOOFED_MAC: eth src=$MAC2 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_MAC: eth src=$STRANGER dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_MAC: eth src=$GWMAC dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_MAC: eth src=$STRANGER dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=192.168.1.254 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=0.0.0.0 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=$IP2 dst=$IP3 frag=0x2005 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip6 src=fd00::1 dst=fd00::2 udp
		SPOOFED_ARP: eth src=$MAC1 dst=$BCAST arp sha=$MAC2 spa=$IP1 tpa=$IP3
		SPOOFED_ARP: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP2 tpa=$IP3
		SPOOFED_ARP: eth src=$MAC1 dst=$BCAST arp sha=$MAC2 spa=0.0.0.0 tpa=$IP3
		SPOOFED_ARP: eth src=$MAC1 dst=$MAC3 arp op=2 sha=$MAC1 spa=192.168.1.254 tpa=$IP3
		SPOOFED_ARP: eth src=$MAC1 dst=$MAC3 arp op=2 sha=$GWMAC spa=$IP1 tpa=$IP3
	END
}

# The kernel of a VM, not a frame made by hand.
test_address_the_port_does_not_have_is_spoofed() {
	ip -n vm1 addr add 192.168.1.9/24 dev eth0
	ip -n vm1 neigh add "$IP3" lladdr "$MAC3" dev eth0
	expect_drop host_a SPOOFED_IP 2 in_ns vm1 ping -q -c 2 -i 0.01 -W 1 -I 192.168.1.9 "$IP3"
	pings vm1 "$IP3" -I "$IP1"
}

test_allowed_pairs_pass() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" allow 192.168.1.50 \
		allow 192.168.1.60,02:00:00:00:00:60 allow 172.16.0.0/12 allow fd00:7::/64
	from_vm1 <<-END
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=192.168.1.50 dst=$IP3 udp
		FORWARDED: eth src=02:00:00:00:00:60 dst=$MAC3 ip src=192.168.1.60 dst=$IP3 udp
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=172.16.0.0 dst=$IP3 udp
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=172.31.255.255 dst=$IP3 udp
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip6 src=fd00:7::1 dst=fd00:7::2 udp
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=192.168.1.50 tpa=$IP3
		ANSWERED: eth src=02:00:00:00:00:60 dst=$BCAST arp sha=02:00:00:00:00:60 spa=192.168.1.60 tpa=$IP3
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=192.168.1.51 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=172.15.255.255 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=172.32.0.0 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=192.168.1.60 dst=$IP3 udp
		SPOOFED_IP: eth src=02:00:00:00:00:60 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_IP: eth src=02:00:00:00:00:60 dst=$MAC3 ip src=192.168.1.50 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip6 src=fd00:7:0:1::1 dst=fd00:7::2 udp
		SPOOFED_ARP: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=192.168.1.60 tpa=$IP3
		SPOOFED_MAC: eth src=02:00:00:00:00:61 dst=$MAC3 ip src=192.168.1.60 dst=$IP3 udp
	END
	# A pair that goes is allowed no longer.
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1"
	from_vm1 <<-END
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_IP: eth src=$MAC1 dst=$MAC3 ip src=192.168.1.50 dst=$IP3 udp
		SPOOFED_MAC: eth src=02:00:00:00:00:60 dst=$MAC3 ip src=192.168.1.60 dst=$IP3 udp
	END
}

test_antispoof_off_lets_any_source_pass() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" antispoof off
	from_vm1 <<-END
		FORWARDED: eth src=$STRANGER dst=$MAC3 ip src=8.8.8.8 dst=$IP3 udp
		FORWARDED: eth src=$STRANGER dst=$MAC3 arp op=2 sha=$MAC2 spa=8.8.8.8 tpa=$IP3
		ANSWERED: eth src=$STRANGER dst=$BCAST arp sha=$STRANGER spa=8.8.8.8 tpa=$IP3
		ETH_SOURCE: eth src=01:00:00:00:00:01 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
	END
}

test_frames_that_lead_nowhere_are_dropped() {
	from_vm1 <<-END
		BROADCAST: eth src=$MAC1 dst=$BCAST ip src=$IP1 dst=192.168.1.255 udp
		BROADCAST: eth src=$MAC1 dst=$BCAST ip src=0.0.0.0 dst=255.255.255.255 udp sport=68 dport=67
		SPOOFED_IP: eth src=$MAC1 dst=$BCAST ip src=0.0.0.0 dst=255.255.255.255 udp sport=68 dport=68
		MULTICAST: eth src=$MAC1 dst=01:00:5e:00:00:01 ip src=$IP1 dst=224.0.0.1 udp
		MULTICAST: eth src=$MAC1 dst=33:33:00:00:00:02 ip6 src=fe80::ff:fe00:1 dst=ff02::2 udp
		SPOOFED_IP: eth src=$MAC1 dst=33:33:00:00:00:02 ip6 src=fe80::ff:fe00:2 dst=ff02::2 udp
		ARP_OPERATION: eth src=$MAC1 dst=$BCAST arp op=2 sha=$MAC1 spa=$IP1 tpa=$IP3
		ETHERTYPE: eth src=$MAC1 dst=$MAC3 type=0x88cc data zeros=46
		ETHERTYPE: eth src=$MAC1 dst=$MAC3 type=46 data zeros=46
		VLAN_TAG: eth src=$MAC1 dst=$MAC3 vlan id=5 ip src=$IP1 dst=$IP3 udp
		VLAN_TAG: eth src=$MAC1 dst=$MAC3 type=0x88a8 vlan id=5 ip src=$IP1 dst=$IP3 udp
		MISS: eth src=$MAC1 dst=$STRANGER ip src=$IP1 dst=$IP3 udp
		NO_ROUTE+ICMP: eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=8.8.8.8 udp
		NO_NEIGHBOR+ICMP: eth src=$MAC1 dst=$GWMAC ip src=$IP1 dst=192.168.1.77 udp
		HAIRPIN: eth src=$MAC1 dst=$MAC1 ip src=$IP1 dst=$IP1 udp
		ETH_SOURCE: eth src=01:00:00:00:00:01 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		ETH_SOURCE: eth src=00:00:00:00:00:00 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		FORWARDED: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
	END
}

test_unbound_port_sends_and_receives_nothing() {
	alk_a port del vm1
	ip -n host_a link set vm1 master alk0
	from_vm1 <<-END
		PORT_UNBOUND: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		PORT_UNBOUND: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
	END
	frames cases host_a vm2 eth0 <<-END
		MISS: eth src=$MAC2 dst=$MAC1 ip src=$IP2 dst=$IP1 udp
		ARP_UNKNOWN: eth src=$MAC2 dst=$BCAST arp sha=$MAC2 spa=$IP2 tpa=$IP1
	END
}

# A source that a port of another host has is no more a port's own than any other.
test_checks_are_those_of_the_port() {
	frames cases host_a vm2 eth0 <<-END
		FORWARDED: eth src=$MAC2 dst=$MAC3 ip src=$IP2 dst=$IP3 udp
		SPOOFED_MAC: eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		SPOOFED_MAC: eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1 udp
		SPOOFED_IP: eth src=$MAC2 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
	END
}

run_tests "$@"
