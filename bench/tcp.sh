#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP from VM to VM across two hosts, beside bridge + vxlan.ko and bridge + geneve.ko.
# Usage: tests/vm/run --icount --load -- bench/tcp.sh [--check] [MIB [EXCHANGES [ROUNDS]]]
#
#   vm1: eth0 ---- port [ path under test ] ul ---- ul [ path under test ] port ---- eth0: vm2
#
# Under the instruction counter a nanosecond of guest time is an instruction; how sender and
# receiver of a stream take turns still differs, by some three percent from run to run of either
# path, so the best of some rounds counts, and with --check it fails only if alkaid is more than
# five percent slower in any cell than the peer.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
CHECK=
if [ "${1:-}" = --check ]; then
	CHECK=1
	shift
fi
MIB=${1:-48}
EXCHANGES=${2:-200}
ROUNDS=${3:-3}

hosts() {
	local n
	for n in 1 2; do
		ip netns add host$n
		ip netns add vm$n
		ip -n host$n link add port type veth peer name eth0 address 02:00:00:00:00:0$n netns vm$n
	done
	ip -n host1 link add ul mtu 1600 type veth peer name ul mtu 1600 netns host2
	for n in 1 2; do
		ip -n host$n -batch - <<-BATCH
			addr add 10.0.0.$n/24 dev ul
			link set ul up
			link set port up
		BATCH
		ip -n vm$n -batch - <<-BATCH
			addr add 192.168.1.$n/24 dev eth0
			addr add fd01::$n/64 dev eth0 nodad
			link set eth0 up
		BATCH
	done
}

path_bridge() { # vxlan|geneve
	local n
	for n in 1 2; do
		case $1 in
		vxlan)
			ip -n host$n link add vx type vxlan id 42 local 10.0.0.$n \
				remote 10.0.0.$((3 - n)) dstport 4789
			;;
		geneve) ip -n host$n link add vx type geneve id 42 remote 10.0.0.$((3 - n)) ;;
		esac
		ip -n host$n -batch - <<-BATCH
			link add br0 type bridge mcast_snooping 0
			link set vx master br0
			link set port master br0
			link set vx up
			link set br0 up
		BATCH
	done
}

path_alkaid() { # vxlan|geneve
	local n
	for n in 1 2; do
		alk -n host$n link add alk0 local 10.0.0.$n
		ip -n host$n link set alk0 up
		alk -n host$n -f - <<-END
			vpc add 1
			subnet add 1 vpc 1 vni 42 prefix 192.168.1.0/24 prefix fd01::/64 encap $1
			port add port subnet 1 mac 02:00:00:00:00:0$n ip 192.168.1.$n ip fd01::$n
			neigh add 192.168.1.$((3 - n)) subnet 1 mac 02:00:00:00:00:0$((3 - n)) host 10.0.0.$((3 - n))
			neigh add fd01::$((3 - n)) subnet 1 mac 02:00:00:00:00:0$((3 - n)) host 10.0.0.$((3 - n))
		END
	done
}

# The cells of one path and format: v4 stream, v6 stream, v4 exchanges, v6 exchanges.
measure() { # PATH FORMAT
	local address
	hosts
	"path_$1" "$2"
	for address in 192.168.1.2 fd01::2; do
		/usr/bin/python3 "$here/tcp.py" stream vm1 vm2 $address "$MIB"
	done
	for address in 192.168.1.2 fd01::2; do
		/usr/bin/python3 "$here/tcp.py" rr vm1 vm2 $address "$EXCHANGES"
	done
	ip -all netns del
}

# The best of two lists of cells.
best() { # CELL... -- CELL...
	local -a a=() b=()
	local i
	while [ "$1" != -- ]; do
		a+=("$1")
		shift
	done
	shift
	b=("$@")
	for i in "${!b[@]}"; do
		echo $((${a[i]:-b[i]} < b[i] ? a[i] : b[i]))
	done
}

modprobe -q -a vxlan geneve bridge || :
slower=0
cells=('stream, IPv4' 'stream, IPv6' 'exchange, IPv4' 'exchange, IPv6')
printf '%-28s %12s %12s %8s\n' 'work (ns per KiB or exchange)' alkaid bridge percent
for format in vxlan geneve; do
	ours=() peer=()
	for ((round = 0; round < ROUNDS; round++)); do
		mapfile -t new < <(measure bridge $format)
		mapfile -t peer < <(best "${peer[@]}" -- "${new[@]}")
		mapfile -t new < <(measure alkaid $format)
		mapfile -t ours < <(best "${ours[@]}" -- "${new[@]}")
	done
	for cell in 0 1 2 3; do
		printf '%-28s %12d %12d %8d\n' "$format: ${cells[cell]}" "${ours[cell]}" \
			"${peer[cell]}" $((100 * ours[cell] / peer[cell]))
		[ $((100 * ours[cell])) -le $((105 * peer[cell])) ] || slower=1
	done
done
[ -z "$CHECK" ] || exit $slower
