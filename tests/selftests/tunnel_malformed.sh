#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Datagrams and frames that are not as they should be are dropped for the right reason.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Datagrams are made by hand on host_b, frames at eth0 of vm1.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

# Frames from vm3 to vm1 and back.
IN="eth src=$MAC3 dst=$MAC1"
IN4="$IN ip src=$IP3 dst=$IP1"
IN6="$IN ip6 src=fd00::3 dst=fd00::1"
OUT="eth src=$MAC1 dst=$MAC3"

setup() {
	add_cloud
}

from_tunnel() {
	frames cases host_a host_b udp:10.0.0.1
}

from_vm1() {
	frames cases host_a vm1 eth0
}

test_tunnel_header() {
	from_tunnel <<-END
		TUNNEL_TRUNCATED: vxlan cut=0..7
		ETH_TRUNCATED: vxlan
		VXLAN_FLAGS: vxlan flags=0 $IN4 udp
		VXLAN_FLAGS: vxlan flags=0xf7ffffff $IN4 udp
		UNKNOWN_VNI: vxlan vni=0 $IN4 udp
		UNKNOWN_VNI: vxlan vni=7000 $IN4 udp
		UNKNOWN_VNI: vxlan vni=0xffffff $IN4 udp
		UNKNOWN_VNI: vxlan vni=7002 eth src=$MAC3 dst=$BCAST arp sha=$MAC3 spa=$IP3 tpa=$IP1
		FORWARDED: vxlan $IN4 udp data text=plain => vm1 $IN4 udp data text=plain
	END
}

# RFC 7348, section 5: reserved bits are ignored on receipt.
test_reserved_bits_are_ignored() {
	from_tunnel <<-END
		FORWARDED: vxlan flags=0x08ffffff $IN4 udp data text=a => vm1 $IN4 udp data text=a
		FORWARDED: vxlan flags=0xffffffff reserved=0xff $IN4 udp data text=b => vm1 $IN4 udp data text=b
	END
}

test_inner_frame_of_any_length() {
	from_tunnel <<-END
		ETH_TRUNCATED: vxlan $IN cut=0..13
		IP4_HEADER: vxlan $IN4 cut=0..19 udp data text=payload
		IP4_LENGTH: vxlan $IN4 cut=20..34 udp data text=payload
		FORWARDED: vxlan $IN4 cut=35 udp data text=payload => vm1 $IN4 udp data text=payload
		IP6_HEADER: vxlan $IN6 cut=0..39 udp data text=payload
		IP6_LENGTH: vxlan $IN6 cut=40..54 udp data text=payload
		FORWARDED: vxlan $IN6 udp data text=payload => vm1 $IN6 udp data text=payload
		ARP_HEADER: vxlan $IN arp sha=$MAC3 spa=$IP3 tpa=$IP1 cut=0..27
		FORWARDED: vxlan $IN arp op=2 sha=$MAC3 spa=$IP3 tpa=$IP1
	END
}

# The same headers and lengths, from either side.
bad_headers() { # VXLAN ETH SRC DST SRC6 DST6
	local eth="$1 $2" ip="ip src=$3 dst=$4" ip6="ip6 src=$5 dst=$6"
	cat <<-END
		IP4_HEADER: $eth $ip version=6 udp
		IP4_HEADER: $eth $ip ihl=0..4 udp
		IP4_HEADER: $eth $ip len=0..19 udp
		IP4_HEADER: $eth $ip ihl=15 udp data zeros=31
		IP4_LENGTH: $eth $ip len=65535 udp
		L4_HEADER: $eth $ip ihl=15 udp data zeros=32
		L4_HEADER: $eth $ip udp cut=0..7
		L4_HEADER: $eth $ip tcp cut=0..19
		L4_HEADER: $eth $ip icmp cut=0..7
		L4_HEADER: $eth $ip frag=0x2000 udp cut=0..7
		L4_HEADER: $eth $ip len=27 udp data zeros=100
		IP6_HEADER: $eth $ip6 version=4 udp
		IP6_LENGTH: $eth $ip6 len=65535 udp
		L4_HEADER: $eth $ip6 udp cut=0..7
		L4_HEADER: $eth $ip6 tcp cut=0..19
		L4_HEADER: $eth $ip6 icmp cut=0..7
		L4_HEADER: $eth $ip6 len=0 udp
		IP6_EXTENSION: $eth $ip6 ext cut=0..7
		IP6_EXTENSION: $eth $ip6 ext words=9 udp
		IP6_EXTENSION: $eth $ip6 ext words=255 udp
		IP6_EXTENSION: $eth $ip6 ext *9 udp
		IP6_EXTENSION: $eth $ip6 ext next=44 ext cut=0..7
		IP6_EXTENSION: $eth $ip6 next=43 ext cut=1
		IP6_EXTENSION: $eth $ip6 next=60 ext cut=7
		IP6_EXTENSION: $eth $ip6 next=51 ext words=3 udp
		IP6_ADDRESS: $eth ip6 src=::ffff:$3 dst=$6 udp
		IP6_ADDRESS: $eth ip6 src=$5 dst=::ffff:$4 udp
		IP6_ADDRESS: $eth ip6 src=ff02::1 dst=$6 udp
		ETHERTYPE: $eth type=0x88cc data zeros=46
		ETHERTYPE: $eth type=0 data zeros=46
		VLAN_TAG: $eth vlan id=5 $ip udp
		VLAN_TAG: $eth type=0x88a8 vlan id=5 $ip udp
	END
}

test_bad_headers_from_the_tunnel() {
	{
		bad_headers vxlan "$IN" "$IP3" "$IP1" fd00::3 fd00::1
		echo "FORWARDED: vxlan $IN6 ext *8 udp"
		echo "FORWARDED: vxlan $IN4 frag=0x0001 udp cut=1"
	} | from_tunnel
}

test_bad_headers_from_a_port() {
	alk_a port replace vm1 subnet 71 mac "$MAC1" ip "$IP1" allow fd00::1
	{
		bad_headers '' "$OUT" "$IP1" "$IP3" fd00::1 fd00::3
		cat <<-END
			IP4_HEADER: $OUT ip src=$IP1 dst=$IP3 cut=0..19 udp
			IP4_LENGTH: $OUT ip src=$IP1 dst=$IP3 cut=20..34 udp data text=payload
			IP6_HEADER: $OUT ip6 src=fd00::1 dst=fd00::3 cut=0..39 udp
			IP6_LENGTH: $OUT ip6 src=fd00::1 dst=fd00::3 cut=40..54 udp data text=payload
			FORWARDED: $OUT ip6 src=fd00::1 dst=fd00::3 ext *8 udp
			FORWARDED: $OUT ip src=$IP1 dst=$IP3 frag=0x0001 udp cut=1
		END
	} | from_vm1
}

test_inner_addresses() {
	from_tunnel <<-END
		ETH_SOURCE: vxlan eth src=01:00:00:00:00:01 dst=$MAC1 ip src=$IP3 dst=$IP1 udp
		ETH_SOURCE: vxlan eth src=00:00:00:00:00:00 dst=$MAC1 ip src=$IP3 dst=$IP1 udp
		TUNNEL_NOT_LOCAL: vxlan eth src=$MAC3 dst=$STRANGER ip src=$IP3 dst=$IP1 udp
		TUNNEL_NOT_LOCAL: vxlan eth src=$MAC1 dst=$MAC3 ip src=$IP1 dst=$IP3 udp
		TUNNEL_NOT_LOCAL: vxlan eth src=$MAC3 dst=$GWMAC ip src=$IP3 dst=8.8.8.8 udp
		BROADCAST: vxlan eth src=$MAC3 dst=$BCAST ip src=$IP3 dst=192.168.1.255 udp
		MULTICAST: vxlan eth src=$MAC3 dst=01:00:5e:00:00:01 ip src=$IP3 dst=224.0.0.1 udp
	END
}

test_arp_from_the_tunnel() {
	local asks="vxlan eth src=$MAC3 dst=$BCAST arp sha=$MAC3"
	# Only what is sent by hand is to be counted.
	ip -n vm1 link set eth0 arp off
	from_tunnel <<-END
		FORWARDED: $asks spa=$IP3 tpa=$IP1 => vm1 eth src=$MAC3 dst=$BCAST arp sha=$MAC3 spa=$IP3 tpa=$IP1
		TUNNEL_ARP_SENDER: $asks spa=192.168.1.77 tpa=$IP1
		TUNNEL_ARP_SENDER: $asks spa=$IP2 tpa=$IP1
		TUNNEL_ARP_SENDER: $asks spa=0.0.0.0 tpa=$IP1
		TUNNEL_ARP_SENDER: vxlan eth src=$MAC3 dst=$BCAST arp sha=$STRANGER spa=$IP3 tpa=$IP1
		ARP_UNKNOWN: $asks spa=$IP3 tpa=192.168.1.77
		ARP_UNKNOWN: $asks spa=$IP3 tpa=192.168.1.254
		ARP_OPERATION: $asks op=2 spa=$IP3 tpa=$IP1
	END
}

test_port_that_is_down_or_too_narrow() {
	local to_vm2="eth src=$MAC3 dst=$MAC2 ip src=$IP3 dst=$IP2"
	ip -n host_a link set vm2 mtu 1000
	from_tunnel <<-END
		PORT_MTU: vxlan $to_vm2 udp data zeros=973
		FORWARDED: vxlan $to_vm2 udp data zeros=972
	END
	frames cases host_a vm1 eth0 <<-END
		TOO_BIG+ICMP: eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 udp data zeros=973
		FORWARDED: eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 udp data zeros=972
	END
	# Its peer being down takes the carrier away.
	ip -n vm2 link set eth0 down
	from_tunnel <<-END
		PORT_DOWN: vxlan $to_vm2 udp
	END
	ip -n host_a link set vm2 down
	from_tunnel <<-END
		PORT_DOWN: vxlan $to_vm2 udp
	END
}

test_underlay_without_a_route() {
	ip -n host_a link set alk0 address 02:00:00:00:00:0a
	alk_a -f - <<-END
		port add alk0 subnet 71 mac 02:00:00:00:00:0a ip 192.168.1.10
		neigh add 192.168.1.77 subnet 71 mac 02:00:00:00:00:77 host 10.7.0.2
		neigh add 192.168.1.78 subnet 71 mac 02:00:00:00:00:78 host 10.8.0.2
	END
	ip -n host_a route add 10.8.0.0/24 dev alk0
	from_vm1 <<-END
		UNDERLAY_ROUTE: eth src=$MAC1 dst=02:00:00:00:00:77 ip src=$IP1 dst=192.168.1.77 udp
		UNDERLAY_LOOP: eth src=$MAC1 dst=02:00:00:00:00:78 ip src=$IP1 dst=192.168.1.78 udp
		FORWARDED: $OUT ip src=$IP1 dst=$IP3 udp data text=a => vm3 $OUT ip src=$IP1 dst=$IP3 udp data text=a
	END
	# A route that was in use and goes is used no longer; one that comes is used at once.
	ip -n host_a addr del 10.0.0.1/24 dev ul
	from_vm1 <<-END
		UNDERLAY_ROUTE: $OUT ip src=$IP1 dst=$IP3 udp
	END
	ip -n host_a addr add 10.0.0.1/24 dev ul
	from_vm1 <<-END
		FORWARDED: $OUT ip src=$IP1 dst=$IP3 udp data text=b => vm3 $OUT ip src=$IP1 dst=$IP3 udp data text=b
	END
}

test_device_that_is_down() {
	ip -n host_a link set alk0 down
	from_vm1 <<-END
		DEVICE_DOWN: $OUT ip src=$IP1 dst=$IP3 udp
		DEVICE_DOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
	END
	ip -n host_a link set alk0 up
	from_vm1 <<-END
		FORWARDED: $OUT ip src=$IP1 dst=$IP3 udp
	END
}

# RFC 6040, section 4.2: what arrives, by the mark of the underlay.
test_congestion_marks_of_the_underlay() {
	local row outer not_ect ect0 ect1 ce text
	for row in '0 0 2 1 3' '1 0 1 1 3' '2 0 2 1 3' '3 - 3 3 3'; do
		read -r outer not_ect ect0 ect1 ce <<<"$row"
		# So that no frame is mistaken for another.
		text="udp data text=$outer"
		{
			if [ "$not_ect" = - ]; then
				echo "TUNNEL_ECN: vxlan $IN4 tos=0 $text"
				echo "TUNNEL_ECN: vxlan $IN4 tos=0xfc $text"
			else
				echo "FORWARDED: vxlan $IN4 tos=0 $text => vm1 $IN4 tos=0 $text"
			fi
			cat <<-END
				FORWARDED: vxlan $IN4 tos=2 $text => vm1 $IN4 tos=$ect0 $text
				FORWARDED: vxlan $IN4 tos=1 $text => vm1 $IN4 tos=$ect1 $text
				FORWARDED: vxlan $IN4 tos=3 $text => vm1 $IN4 tos=$ce $text
				FORWARDED: vxlan $IN6 tos=2 $text => vm1 $IN6 tos=$ect0 $text
				FORWARDED: vxlan $IN arp op=2 sha=$MAC3 spa=$IP3 tpa=$IP1
			END
		} | frames cases host_a host_b "udp:10.0.0.1,$outer"
	done
	# The rest of the outer byte stays outside.
	frames cases host_a host_b udp:10.0.0.1,0xff <<-END
		FORWARDED: vxlan $IN4 tos=0xba udp data text=c => vm1 $IN4 tos=0xbb udp data text=c
	END
}

run_tests "$@"
