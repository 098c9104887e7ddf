#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Instructions per 64-byte UDP packet from a VM's port to the far end of the underlay.
# Usage: tests/vm/run --icount --load -- bench/encap.sh [PACKETS]
#
#   vm: pktgen > eth0 ---- port [ path under test ] ua ---- ub: all dropped at ingress
#
# Under the instruction counter a nanosecond of guest time is an instruction, so the time
# that pktgen was busy is what its packets cost. The null run drops them at the port; what a
# path costs is what it takes above that.
set -eu
N=${1:-200000}
# Where the packets end: namespace and device.
far=peer:ub

die() {
	echo "encap: $*" >&2
	exit 1
}

# The underlay, and a VM behind a port.
topology() {
	ip netns add vm
	ip netns add peer
	ip link add ua type veth peer name ub netns peer
	ip addr add 10.0.0.1/24 dev ua
	ip -n peer addr add 10.0.0.2/24 dev ub
	ip link set ua up mtu 1600
	ip -n peer link set ub up mtu 1600
	ip neigh replace 10.0.0.2 dev ua lladdr "$(ip -n peer -j link show ub |
		sed 's/.*"address":"\([^"]*\)".*/\1/')"
	ip link add port type veth peer name eth0 netns vm
	ip -n vm link set eth0 address 02:00:00:00:00:01 up
	ip link set port up
	tc -n peer qdisc add dev ub clsact
	tc -n peer filter add dev ub ingress protocol all matchall action drop
}

path_null() {
	tc qdisc add dev port clsact
	tc filter add dev port ingress protocol all matchall action drop
}

path_bridge_vxlan() {
	ip link add vx type vxlan id 42 local 10.0.0.1 dstport 4789 nolearning
	ip link add br0 type bridge mcast_snooping 0
	ip link set vx master br0
	ip link set port master br0
	ip link set vx up
	ip link set br0 up
	bridge fdb add 02:00:00:00:00:02 dev vx dst 10.0.0.2 self static
}

add_segment() {
	alk subnet add 1 vpc 1 vni 42 prefix 192.168.1.0/24
	alk port add port subnet 1 mac 02:00:00:00:00:01 ip 192.168.1.1
}

path_bridged() {
	alk link add alk0 local 10.0.0.1
	alk vpc add 1
	add_segment
	alk neigh add 192.168.1.2 subnet 1 mac 02:00:00:00:00:02 host 10.0.0.2
}

# The destination is unknown: of 256 flows each goes to one of four gateways, which are
# all at the far end.
path_steered() {
	local mac i
	local -a members=()
	mac=$(ip -n peer -j link show ub | sed 's/.*"address":"\([^"]*\)".*/\1/')
	for i in 2 3 4 5; do
		members+=(member "10.0.0.$i" mac "$mac")
	done
	alk link add alk0 local 10.0.0.1
	alk gateway add 1 "${members[@]}"
	alk vpc add 1 miss gateway gateway-group 1
	add_segment
}

# The gateway has taught a path for each of the flows.
path_direct() {
	path_steered
	ip -n peer neigh replace 10.0.0.1 dev ub lladdr "$(cat /sys/class/net/ua/address)"
	ip netns exec peer python3 - <<-'EOF'
		import socket, struct
		ip, mac = socket.inet_aton, bytes.fromhex('020000000002')
		with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
		    sock.bind(('10.0.0.2', 8300))
		    for sport in range(1000, 1256):
		        sock.sendto(struct.pack('!I4s4sHHI4s4s6s6sHH', 0, ip('192.168.1.1'), ip('192.168.1.2'),
		                                sport, 9, 17 << 24 | 42, ip('192.168.1.2'), ip('10.0.0.2'),
		                                mac, bytes(6), 600, 0), ('10.0.0.1', 8300))
	EOF
	[ "$(alk -j flow show | jq length)" -eq 256 ]
}

# Steered as above, and on the far end is a gateway that relays to one more host; what the
# relay costs is what this takes above the steering.
path_relayed() {
	path_steered
	ip netns add far
	ip -n peer link add pa type veth peer name fa netns far
	ip -n peer addr add 10.1.0.2/24 dev pa
	ip -n far addr add 10.1.0.3/24 dev fa
	ip -n peer link set pa up mtu 1600
	ip -n far link set fa up mtu 1600
	ip -n peer neigh replace 10.1.0.3 dev pa lladdr "$(ip -n far -j link show fa | jq -r '.[0].address')"
	tc -n far qdisc add dev fa clsact
	tc -n far filter add dev fa ingress protocol all matchall action drop
	tc -n peer qdisc del dev ub clsact
	for i in 3 4 5; do
		ip -n peer addr add 10.0.0.$i/24 dev ub
	done
	alk -n peer link add alk0 local 10.0.0.2 role gateway
	ip -n peer link set alk0 up
	alk -n peer vpc add 1
	alk -n peer subnet add 1 vpc 1 vni 42 prefix 192.168.1.0/24
	alk -n peer neigh add 192.168.1.1 subnet 1 mac 02:00:00:00:00:01 host 10.0.0.1
	alk -n peer neigh add 192.168.1.2 subnet 1 mac 02:00:00:00:00:02 host 10.1.0.3
	far=far:fa
}

received() {
	ip -n "${far%:*}" -s -j link show "${far#*:}" | sed 's/.*"rx":{"bytes":[0-9]*,"packets":\([0-9]*\).*/\1/'
}

pktgen() {
	local dev=/proc/net/pktgen/eth0
	ip netns exec vm bash -eu -c "
		echo rem_device_all >/proc/net/pktgen/kpktgend_0
		echo 'add_device eth0' >/proc/net/pktgen/kpktgend_0
		for line in 'count $1' 'pkt_size 64' 'delay 0' 'dst 192.168.1.2' \
			'src_min 192.168.1.1' 'src_max 192.168.1.1' \
			'src_mac 02:00:00:00:00:01' 'dst_mac 02:00:00:00:00:02' \
			'udp_src_min 1000' 'udp_src_max 1255' 'udp_dst_min 9' 'udp_dst_max 9' \
			'flag UDPSRC_RND'; do
			echo \"\$line\" >$dev
		done
		echo start >/proc/net/pktgen/pgctrl
		sed -n 's/.*OK: \([0-9]*\)(c\([0-9]*\)+.*/\2/p' $dev"
}

# One path in namespaces of its own, for the names to be free again.
measure() { # PATH
	local busy before
	topology
	"path_$1"
	pktgen 1000 >/dev/null
	before=$(received)
	busy=$(pktgen "$N")
	[ -n "$busy" ] || die "$1: pktgen printed no result"
	# The host's own chatter may come on top.
	if [ "$1" != null ] && [ $(($(received) - before)) -lt "$N" ]; then
		die "$1: $(($(received) - before)) of $N packets arrived"
	fi
	echo $((busy * 1000 / N))
}

modprobe pktgen
cost() {
	# shellcheck disable=SC2016 # expanded in the new namespace
	unshare -n bash -c 'mount -t sysfs s /sys; ip link set lo up; measure "$1"' - "$1"
}
export -f topology path_null path_bridge_vxlan add_segment path_bridged path_steered path_direct path_relayed received pktgen measure die
export N far

printf '%-14s %12s %12s %8s\n' path instructions 'above null' percent
null=$(cost null)
printf '%-14s %12d %12d %8s\n' null "$null" 0 ''
for path in bridge_vxlan bridged steered direct relayed; do
	ip -all netns del
	above=$(($(cost "$path") - null))
	base=${base:-$above}
	printf '%-14s %12d %12d %8d\n' "$path" $((null + above)) "$above" $((100 * above / base))
done
