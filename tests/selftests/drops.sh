#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every reason to drop a frame is brought about, that one and no other, and its frame reaches nobody.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Each case here is a reason's plainest one; what else brings it about is in the tests of its matter.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

# Reasons that no case brings about, and why.
UNTESTED='
	SEGMENTATION	needs a GSO packet that the stack itself cannot cut, or no memory
'

# These have cases of the reasons that they are about.
ELSEWHERE='bfd gateway_role oam steering'

GW6='gateway-ip fd00:1::fe'
OUT="eth src=$MAC1 dst=$MAC3"
GATEWAY="eth src=$MAC1 dst=$GWMAC"
IN="eth src=$MAC3 dst=$MAC1"
IP13="ip src=$IP1 dst=$IP3" IP31="ip src=$IP3 dst=$IP1"
LL1=fe80::ff:fe00:1

setup() {
	add_cloud
	alk_a -f - <<-END
		subnet replace 71 $SUBNET71 prefix fd00:1::/64 $GW6
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24
		port replace vm1 subnet 71 mac $MAC1 ip $IP1 ip fd00:1::1
		neigh add 192.168.1.77 subnet 71 mac 02:00:00:00:00:77 host 10.7.0.2
		neigh add 192.168.1.78 subnet 71 mac 02:00:00:00:00:78 host 10.8.0.2
		route add 10.9.0.0/16 vpc 7 blackhole
		route add 10.8.0.0/16 vpc 7 via 192.168.2.9
	END
}

from_vm1() { # cases on standard input
	frames cases host_a vm1 eth0
}

test_from_a_port() {
	from_vm1 <<-END
		ETH_SOURCE: eth src=01:00:00:00:00:01 dst=$MAC3 $IP13 udp
		VLAN_TAG: $OUT vlan id=5 $IP13 udp
		ETHERTYPE: $OUT type=0x88cc data zeros=46
		ARP_HEADER: $OUT arp hln=5 sha=$MAC1 spa=$IP1 tpa=$IP3
		IP4_HEADER: $OUT $IP13 ihl=4 udp
		IP4_LENGTH: $OUT $IP13 len=29 udp
		IP6_HEADER: $OUT ip6 src=fd00:1::1 dst=fd00:1::3 version=4 udp
		IP6_LENGTH: $OUT ip6 src=fd00:1::1 dst=fd00:1::3 len=9 udp
		IP6_EXTENSION: $OUT ip6 src=fd00:1::1 dst=fd00:1::3 ext words=9 udp
		IP6_ADDRESS: $OUT ip6 src=::ffff:$IP1 dst=fd00:1::3 udp
		L4_HEADER: $OUT $IP13 tcp cut=19
		SPOOFED_MAC: eth src=$MAC2 dst=$MAC3 $IP13 udp
		SPOOFED_IP: $OUT ip src=$IP2 dst=$IP3 udp
		SPOOFED_ARP: $OUT arp sha=$MAC2 spa=$IP1 tpa=$IP3
		BROADCAST: eth src=$MAC1 dst=$BCAST ip src=$IP1 dst=255.255.255.255 udp
		MULTICAST: eth src=$MAC1 dst=01:00:5e:00:00:01 ip src=$IP1 dst=224.0.0.1 udp
		ARP_ANNOUNCEMENT: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=0.0.0.0 tpa=$IP1
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.99
		ARP_OPERATION: eth src=$MAC1 dst=$BCAST arp op=2 sha=$MAC1 spa=$IP1 tpa=$IP3
		MISS: eth src=$MAC1 dst=$STRANGER $IP13 udp
		HAIRPIN: eth src=$MAC1 dst=$MAC1 $IP13 udp
		ND_HEADER: $OUT ip6 src=fd00:1::1 dst=fd00:1::3 hops=254 ns target=fd00:1::3
		SPOOFED_ND: $OUT ip6 src=fd00:1::1 dst=fd00:1::3 hops=255 ns target=fd00:1::3 lladdr=$MAC2
		ND_ROUTER: eth src=$MAC1 dst=33:33:00:00:00:01 ip6 src=$LL1 dst=ff02::1 hops=255 ra
		ND_ANNOUNCEMENT: eth src=$MAC1 dst=33:33:ff:00:00:01 ip6 src=:: dst=ff02::1:ff00:1 hops=255 ns target=fd00:1::1
		ND_UNKNOWN: $OUT ip6 src=fd00:1::1 dst=ff02::1:ff00:99 hops=255 ns target=fd00:1::99
		NO_ROUTE+ICMP: $GATEWAY ip src=$IP1 dst=203.0.113.1 udp
		NOT_ROUTABLE: $GATEWAY arp op=2 sha=$MAC1 spa=$IP1 tpa=$IP3
		GATEWAY_LOCAL: $GATEWAY ip src=$IP1 dst=192.168.1.254 tcp
		TTL_EXCEEDED+ICMP: $GATEWAY $IP13 ttl=1 udp
		BLACKHOLE: $GATEWAY ip src=$IP1 dst=10.9.0.1 udp
		NO_NEIGHBOR+ICMP: $GATEWAY ip src=$IP1 dst=192.168.2.1 udp
		NEXT_HOP+ICMP: $GATEWAY ip src=$IP1 dst=10.8.0.1 udp
	END
	alk_a -b - <<<"subnet replace 71 $SUBNET71 prefix fd00:1::/64"
	from_vm1 <<-END
		ND_NO_ROUTER: eth src=$MAC1 dst=33:33:00:00:00:02 ip6 src=$LL1 dst=ff02::2 hops=255 rs lladdr=$MAC1
	END
}

test_from_the_tunnel() {
	frames cases host_a host_b udp:10.0.0.1 <<-END
		TUNNEL_TRUNCATED: vxlan cut=7
		VXLAN_FLAGS: vxlan flags=0 $IN $IP31 udp
		ETH_TRUNCATED: vxlan $IN cut=13
		UNKNOWN_VNI: vxlan vni=5 $IN $IP31 udp
		TUNNEL_NOT_LOCAL: vxlan eth src=$MAC3 dst=$STRANGER $IP31 udp
		TUNNEL_ARP_SENDER: vxlan eth src=$STRANGER dst=$BCAST arp sha=$STRANGER spa=$IP3 tpa=$IP1
	END
	frames cases host_a host_b udp:10.0.0.1,3 <<-END
		TUNNEL_ECN: vxlan $IN $IP31 tos=0 udp
	END
	frames cases host_a host_b geneve:10.0.0.1 <<-END
		GENEVE_HEADER: geneve version=1 $IN $IP31 udp
		GENEVE_OPTION: geneve options=01028000 $IN $IP31 udp
	END
	ip -n host_a link set vm1 mtu 1000
	frames cases host_a host_b udp:10.0.0.1 <<-END
		PORT_MTU: vxlan $IN $IP31 udp data zeros=973
	END
	ip -n vm1 link set eth0 down
	frames cases host_a host_b udp:10.0.0.1 <<-END
		PORT_DOWN: vxlan $IN $IP31 udp
	END
}

test_on_the_way_out() {
	ip -n host_a link set alk0 address 02:00:00:00:00:0a
	alk_a port add alk0 subnet 71 mac 02:00:00:00:00:0a ip 192.168.1.10
	ip -n host_a route add 10.8.0.0/24 dev alk0
	ip -n host_a link set vm2 mtu 1000
	# The first frame to a VTEP finds out how much fits.
	pings vm1 "$IP3"
	from_vm1 <<-END
		UNDERLAY_ROUTE: eth src=$MAC1 dst=02:00:00:00:00:77 ip src=$IP1 dst=192.168.1.77 udp
		UNDERLAY_LOOP: eth src=$MAC1 dst=02:00:00:00:00:78 ip src=$IP1 dst=192.168.1.78 udp
		TOO_BIG+ICMP: eth src=$MAC1 dst=$MAC2 ip src=$IP1 dst=$IP2 frag=0x4000 udp data zeros=973
	END
}

# A datagram may become 128 parts, and not more.
test_too_many_parts() {
	alk_a link set alk0 fragment on
	ip -n host_a -batch - <<-BATCH
		link set vm1 mtu 65000
		link set ul mtu 118
	BATCH
	ip -n vm1 link set eth0 mtu 65000
	pings vm1 "$IP3" -s 40
	from_vm1 <<-END
		FRAGMENTATION: $OUT $IP13 udp data zeros=6200
	END
}

test_what_is_not_set_up() {
	alk_a port del vm1
	ip -n host_a link set vm1 master alk0
	from_vm1 <<-END
		PORT_UNBOUND: $OUT $IP13 udp
	END
	ip -n host_a link set alk0 down
	from_vm1 <<-END
		DEVICE_DOWN: $OUT $IP13 udp
	END
}

# RATE: a port announces more than it may; how much that is depends on the clock.
test_too_many_announcements() {
	frames send vm1 eth0 1000 <<<"eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP1"
	wait_for dropped_at_least host_a RATE 1
	alk_a -j stats show | jq -e '.[0] | .tx_packets >= 50 and .dropped_packets > 0' >&2
}

FAILSLAB=/sys/kernel/debug/failslab

failslab() { # SETTING VALUE
	echo "$2" >"$FAILSLAB/$1"
}

# A socket that sees what leaves the VM, and does not let go of it.
hold_frames() { # FILE
	in_ns vm1 /usr/bin/python3 - "$1" <<-'END'
		import signal, socket, sys
		sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		sock.bind(('eth0', 3))
		open(sys.argv[1], 'w').close()
		signal.pause()
	END
}

# The one allocation that fails is of the head of an skb, in softirq: a frame that somebody holds
# gets one of its own before the tunnel's headers are written.
runs_out_of_memory() {
	failslab times 1
	frames send vm1 eth0 <<<"$OUT $IP13 udp"
	failslab times 0
	[ "$(drop_count host_a NO_MEMORY)" -ge 1 ]
}

# NO_MEMORY: where the kernel can be told to let allocations fail.
test_no_memory() {
	local cache
	[ -d "$FAILSLAB" ] || skip "this kernel has no fault injection"
	hold_frames "$workdir/holds" &
	wait_for [ -e "$workdir/holds" ]
	failslab times 0
	failslab verbose 0
	failslab ignore-gfp-wait Y
	failslab cache-filter Y
	for cache in skbuff_small_head kmalloc-1k kmalloc-2k; do
		echo 1 >"/sys/kernel/slab/$cache/failslab"
	done
	failslab probability 100
	wait_for runs_out_of_memory
	failslab probability 0
}

test_every_reason_has_a_case() {
	local name reason missing='' others=()
	for name in $ELSEWHERE; do
		others+=("$(dirname "$0")/$name.sh")
	done
	for reason in $(alk_a -j drops show | jq -r '.[0] | keys[] | select(test("^[A-Z0-9_]+$"))'); do
		! awk '{ print $1 }' <<<"$UNTESTED" | grep -qx "$reason" || continue
		! grep -qw "$reason" "${others[@]}" || continue
		grep -qE "^(\s|# )*$reason(\+ICMP)?: " "$0" || missing="$missing $reason"
	done
	expect_eq "$missing" '' "reasons that no case brings about"
}

run_tests "$@"
