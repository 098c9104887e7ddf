#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# OAM datagrams handled per second, on one CPU that sends them too.
# Usage: tests/vm/run --kernel uml --load -- bench/oam.sh [COUNT]
#
#   peer [10.0.0.2] --- [10.0.0.1] host: gateway group with member 10.0.0.2
#
# Three runs send the same datagrams: to a plain UDP socket that is full and drops them, to the OAM
# port for flows that are known after the first round, and to the OAM port for ever new flows, so
# that each one evicts the oldest once there is no room. The first is what sending costs.
set -eu
N=${1:-500000}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

run() { # PORT FLOWS
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$here/oam.py" peer 10.0.0.1 "$1" "$N" "$2"
}

report() { # NAME SECONDS BASE
	awk -v name="$1" -v n="$N" -v s="$2" -v base="$3" 'BEGIN {
		printf "%-22s %9.0f/s with sending", name, n / s
		if (s > base) printf ", %9.0f/s without", n / (s - base)
		print "" }'
}

ip netns add peer
ip link add ua type veth peer name ub netns peer
ip addr add 10.0.0.1/24 dev ua
ip link set ua up
ip link set lo up
ip -n peer addr add 10.0.0.2/24 dev ub
ip -n peer link set ub up
alk link add alk0 local 10.0.0.1
ip link set alk0 up
alk -f - <<-END
	gateway add 1 member 10.0.0.2 mac 02:00:00:00:0f:02
	vpc add 7 miss gateway gateway-group 1
	subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24
END
echo 0 >/sys/module/alkaid/parameters/oam_rate
/usr/bin/python3 -c 'import socket, time
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", 8400))
    time.sleep(3600)' &
trap 'kill $!' EXIT
until [ -n "$(ss -Hlun 'sport = :8400')" ]; do :; done
run 8400 1000 >/dev/null
base=$(run 8400 1000)
report 'dropped by a socket' "$base" "$base"
report 'known flows (1,000)' "$(run 8300 1000)" "$base"
report 'known flows (60,000)' "$(run 8300 60000)" "$base"
alk flow flush
echo 2000000 >/sys/module/alkaid/parameters/flows
echo 2000000 >/sys/module/alkaid/parameters/vpc_flows
report 'new flows' "$(run 8300 "$N")" "$base"
alk -j stats show
