# SPDX-License-Identifier: GPL-2.0
# A cloud around a gateway, for the tests of what it relays; sourced after lib.sh.
# shellcheck shell=bash disable=SC2154 # workdir is of lib.sh
#
#   vm1 192.168.1.1, fd00:1::1 --- host_a 10.0.0.1 ---+
#   vm2 192.168.2.2, fd00:2::2 --- host_b 10.0.0.2 ---+
#   vm4 192.168.1.4, fd00:1::4 --/                    +--- fabric --- gw 10.0.0.9
#   vm3 192.168.1.3, fd00:1::3 --- host_c 10.0.0.3 ---+
#   vm5 192.168.2.5, fd00:2::5 --- host_d 10.0.0.4 ---+
#   vm6 192.168.1.6, fd00:1::6 --/
#
# VPC 7: subnet 71, VNI 7001, is 192.168.1.0/24 and fd00:1::/64; 72, VNI 7002, is 192.168.2.0/24
# and fd00:2::/64. The gateways of each are 254 and fe. host_a and host_b have alkaid, and know
# their own ports alone; host_c and host_d are stock, with a VXLAN device in a bridge for each
# subnet, whose forwarding table says the gateway for all. The gateway gw knows all endpoints.

# shellcheck disable=SC2034 # for tests
DVR=fe:16:11:00:00:00 MEMBER=02:cc:00:00:00:09 GW1=02:00:00:00:01:fe GW2=02:00:00:00:02:fe
BCAST=ff:ff:ff:ff:ff:ff

mac_of() { # NUMBER
	echo "02:00:00:00:00:0$1"
}

# Name and number of each host, and what it is.
HOSTS='host_a 1 alkaid
host_b 2 alkaid
host_c 3 stock
host_d 4 stock
gw 9 gateway'
# Number, subnet, host and number of the host of each VM.
VMS='1 1 host_a 1
2 2 host_b 2
4 1 host_b 2
3 1 host_c 3
5 2 host_d 4
6 1 host_d 4'

fabric_links() {
	local name number _
	echo "netns add fabric"
	while read -r name number _; do
		echo "netns add $name"
		echo "link add f$number netns fabric mtu 1600 type veth peer name ul mtu 1600 netns $name"
	done <<<"$HOSTS"
	while read -r number _ name _; do
		echo "netns add vm$number"
		echo "link add vm$number netns $name type veth peer name eth0 address $(mac_of "$number") netns vm$number"
	done <<<"$VMS"
}

fabric_bridge() {
	local number _
	echo "link add br0 type bridge mcast_snooping 0"
	while read -r _ number _; do
		echo "link set f$number master br0 up"
	done <<<"$HOSTS"
	echo "link set br0 up"
}

host_up() { # NAME NUMBER
	quiet_ns "$1" <<-BATCH
		link set lo up
		addr add 10.0.0.$2/24 dev ul
		link set ul up
	BATCH
}

fabric_subnets() {
	cat <<-END
		subnet add 71 vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd00:1::/64 gateway-ip 192.168.1.254 gateway-ip fd00:1::fe gateway-mac $GW1
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd00:2::/64 gateway-ip 192.168.2.254 gateway-ip fd00:2::fe gateway-mac $GW2
	END
}

fabric_ports() { # HOST
	local number subnet host _
	while read -r number subnet host _; do
		[ "$host" = "$1" ] || continue
		echo "port add vm$number subnet 7$subnet mac $(mac_of "$number") ip 192.168.$subnet.$number ip fd00:$subnet::$number"
	done <<<"$VMS"
}

fabric_neighs() {
	local number subnet host _
	while read -r number subnet _ host; do
		echo "neigh add 192.168.$subnet.$number subnet 7$subnet mac $(mac_of "$number") host 10.0.0.$host"
		echo "neigh add fd00:$subnet::$number subnet 7$subnet mac $(mac_of "$number") host 10.0.0.$host"
	done <<<"$VMS"
}

# Hosts send to the MAC that the group says, whatever ARP would.
add_gateway_host() { # NAME NUMBER
	ip -n "$1" link set ul address "$MEMBER"
	host_up "$1" "$2"
	alk -n "$1" -b - <<-END
		link add alk0 local 10.0.0.$2 role gateway
		gateway add 1 member 10.0.0.9 mac $MEMBER
		vpc add 7 gateway-group 1
		$(fabric_subnets)
		$(fabric_neighs)
	END
	ip -n "$1" link set alk0 up
}

add_alkaid_host() { # NAME NUMBER
	local port
	host_up "$1" "$2"
	alk -n "$1" -b - <<-END
		link add alk0 local 10.0.0.$2
		gateway add 1 member 10.0.0.9 mac $MEMBER
		vpc add 7 miss gateway gateway-group 1
		$(fabric_subnets)
		$(fabric_ports "$1")
	END
	for port in $(ip -n "$1" -o link show master alk0 | sed 's/^[0-9]*: \([^:@]*\).*/\1/') alk0; do
		ip -n "$1" link set "$port" up
	done
}

add_stock_host() { # NAME NUMBER
	local name=$1 number=$2 vm subnet host _
	host_up "$name" "$number"
	for subnet in 1 2; do
		ip -n "$name" -batch - <<-BATCH
			link add name br$subnet type bridge mcast_snooping 0
			link add vx$subnet type vxlan id 700$subnet local 10.0.0.$number dstport 4789 nolearning
			link set vx$subnet master br$subnet up
			link set br$subnet up
		BATCH
		bridge -n "$name" fdb append 00:00:00:00:00:00 dev "vx$subnet" dst 10.0.0.9
	done
	while read -r vm subnet host _; do
		[ "$host" != "$name" ] ||
			ip -n "$name" link set "vm$vm" master "br$subnet" up
	done <<<"$VMS"
}

add_fabric() {
	local name number kind subnet _
	# Built in where there are no modules.
	modprobe -q vxlan || :
	modprobe -q bridge || :
	fabric_links | ip -batch -
	fabric_bridge | quiet_ns fabric
	while read -r name number kind; do
		"add_${kind}_host" "$name" "$number"
	done <<<"$HOSTS"
	while read -r number subnet _; do
		start_vm "vm$number" "192.168.$subnet.$number/24" "192.168.$subnet.254"
	done <<<"$VMS"
}
