# SPDX-License-Identifier: GPL-2.0
# A small cloud for the tests of the data path, and raw frames through it; sourced after lib.sh.
# shellcheck shell=bash disable=SC2154 # selftests and workdir are of lib.sh
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# All in subnet 71 of VPC 7: VNI 7001, 192.168.1.0/24, gateway 192.168.1.254.

# shellcheck disable=SC2034 # for tests
MAC1=02:00:00:00:00:01 MAC2=02:00:00:00:00:02 MAC3=02:00:00:00:00:03
# shellcheck disable=SC2034
GWMAC=02:00:00:00:00:fe BCAST=ff:ff:ff:ff:ff:ff STRANGER=02:00:00:00:00:99
IP1=192.168.1.1 IP2=192.168.1.2 IP3=192.168.1.3
SUBNET71='vpc 7 vni 7001 prefix 192.168.1.0/24 gateway-ip 192.168.1.254 gateway-mac 02:00:00:00:00:fe'

add_cloud() {
	ip -batch - <<-BATCH
		netns add host_a
		netns add host_b
		netns add vm1
		netns add vm2
		netns add vm3
		link add ul netns host_a mtu 1600 type veth peer name ul mtu 1600 netns host_b
		link add vm1 netns host_a type veth peer name eth0 address $MAC1 netns vm1
		link add vm2 netns host_a type veth peer name eth0 address $MAC2 netns vm2
		link add vm3 netns host_b type veth peer name eth0 address $MAC3 netns vm3
	BATCH
	alk_a -b - <<-END
		link add alk0 local 10.0.0.1
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		port add vm2 subnet 71 mac $MAC2 ip $IP2
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
	END
	alk_b -b - <<-END
		link add alk0 local 10.0.0.2
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm3 subnet 71 mac $MAC3 ip $IP3
		neigh add $IP1 subnet 71 mac $MAC1 host 10.0.0.1
		neigh add $IP2 subnet 71 mac $MAC2 host 10.0.0.1
	END
	quiet_ns host_a <<-'BATCH'
		link set lo up
		addr add 10.0.0.1/24 dev ul
		link set ul up
		link set alk0 up
		link set vm1 up
		link set vm2 up
	BATCH
	quiet_ns host_b <<-'BATCH'
		link set lo up
		addr add 10.0.0.2/24 dev ul
		link set ul up
		link set alk0 up
		link set vm3 up
	BATCH
	start_vm vm1 $IP1/24
	start_vm vm2 $IP2/24
	start_vm vm3 $IP3/24
}

frames() { # ARG...
	run_python frames "$@"
}

# Raw netlink in a namespace: a Python program on standard input, with all of genl.py.
netlink() { # NS [ARG...]
	local ns=$1
	shift
	{ echo 'from genl import *'; cat; } >"$workdir/netlink.py"
	PYTHONPATH=$selftests in_ns "$ns" /usr/bin/python3 -S "$workdir/netlink.py" "$@"
}

# That a netdev has a carrier, and an address is nobody else's, is told a while later, and then
# all routes are looked for anew.
settled() { # NS
	[ -z "$(ip -n "$1" -6 addr show tentative)" ] || return
	! ip -n "$1" -o link show up | grep LOWER_UP | grep -qv 'state \(UP\|UNKNOWN\) '
}

pings() { # NS ADDRESS [ARG...]
	local ns=$1 address=$2
	shift 2
	in_ns "$ns" ping -q -c 3 -i 0.01 -W 3 "$@" "$address" >&2
}

listens() { # NS PORT
	[ -n "$(in_ns "$1" ss -Hltn "sport = :$2")" ]
}

# One run of iperf3 from NS to an address of SERVER; its report in $workdir/iperf.
iperf() { # NS SERVER ADDRESS [ARG...]
	local ns=$1 server=$2 address=$3
	shift 3
	in_ns "$server" iperf3 -s -1 >/dev/null &
	wait_for listens "$server" 5201
	timeout 60 ip netns exec "$ns" iperf3 -J -c "$address" "$@" >"$workdir/iperf" ||
		fail "iperf3: $(cat "$workdir/iperf")"
	wait $!
}

# The last TCP run carried so many bytes; its server may end before it has read them all.
expect_carried() { # BYTES
	jq -e --argjson n "$1" '.end | .sum_sent.bytes >= $n and .sum_received.bytes > 0' \
		"$workdir/iperf" >&2 || fail "$(jq -c .end "$workdir/iperf")"
}

# IPv6 on a netdev, with as little to say of its own as can be.
add_ip6() { # NS DEVICE ADDRESS/LEN [ADDRESS-ARG...]
	local ns=$1 device=$2
	shift 2
	in_ns "$ns" sh -c "cd /proc/sys/net/ipv6/conf/$device
		echo 0 >accept_ra; echo 0 >router_solicitations; echo 0 >disable_ipv6"
	ip -n "$ns" addr add "$@" dev "$device"
}

with_ip6() { # NS ADDRESS [ADDRESS-ARG...]
	add_ip6 "$1" eth0 "$2/64" "${@:3}"
}

mac_of() { # NS DEVICE
	ip -n "$1" -o link show dev "$2" | sed 's/.*link\/ether \([^ ]*\).*/\1/'
}

# The hosts of add_cloud, now fd00::1 and fd00::2, reach one another over IPv6 alone.
over_ip6() { # ENCAP-of-host_b
	add_ip6 host_a ul fd00::1/64 nodad
	add_ip6 host_b ul fd00::2/64 nodad
	alk_a link del alk0
	alk_b link del alk0
	alk_a -b - <<-END
		link add alk0 local6 fd00::1
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		neigh add $IP3 subnet 71 mac $MAC3 host fd00::2
	END
	alk_b -b - <<-END
		link add alk0 local6 fd00::2
		vpc add 7
		subnet add 71 $SUBNET71 encap $1
		port add vm3 subnet 71 mac $MAC3 ip $IP3
		neigh add $IP1 subnet 71 mac $MAC1 host fd00::1
	END
	ip -n host_a link set alk0 up
	ip -n host_b link set alk0 up
}

# It has the address, and nobody else was found to have it.
has_address() { # NS ADDRESS
	ip -n "$1" -o addr show dev eth0 to "$2" -tentative | grep -q .
}
