#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# All kinds of traffic, over each tunnel format and underlay, with each kind of peer: one text.
#
#   vm1 192.168.1.1  --- [vm1] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b --- vm3 192.168.1.3
#       fd01::1                           fd00::1            fd00::2                 fd01::3
#
# host_b is alkaid, or a stock bridge with a VXLAN or Geneve device.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

# The host addresses of one underlay.
declare -A LOCAL=([ip4]=10.0.0.1 [ip6]=fd00::1) REMOTE=([ip4]=10.0.0.2 [ip6]=fd00::2)
SUBNET="vpc 7 vni 7001 prefix 192.168.1.0/24 prefix fd01::/64
	gateway-ip 192.168.1.254 gateway-ip fd01::fe gateway-mac $GWMAC"
SUBNET72='vpc 7 vni 7002 prefix 192.168.2.0/24 prefix fd02::/64
	gateway-ip 192.168.2.254 gateway-ip fd02::fe gateway-mac 02:00:00:00:00:fd'

add_underlay() {
	add_hosts
	add_ip6 host_a ul fd00::1/64 nodad
	add_ip6 host_b ul fd00::2/64 nodad
}

add_dual_vm() { # NAME HOST MAC NET NUMBER
	add_vm "$1" "$2" "$1" "$3" "192.168.$4.$5/24" "192.168.$4.254"
	with_ip6 "$1" "fd0$4::$5" nodad
	ip -n "$1" route add default via "fd0$4::fe"
}

add_side() { # HOST LOCAL
	alk -n "$1" link add alk0 local "$2" local6 "$3"
	ip -n "$1" link set alk0 up
}

add_host_a() { # ENCAP UNDERLAY
	add_side host_a 10.0.0.1 fd00::1
	add_dual_vm vm1 host_a "$MAC1" 1 1
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 ${SUBNET//[$'\n\t']/ } encap $1
		port add vm1 subnet 71 mac $MAC1 ip $IP1 ip fd01::1
		neigh add $IP3 subnet 71 mac $MAC3 host ${REMOTE[$2]}
		neigh add fd01::3 subnet 71 mac $MAC3 host ${REMOTE[$2]}
	END
}

all_traffic() { # NS NS ADDRESS ADDRESS [ARG...]
	run_python traffic "$@"
}

# Both address families between vm1 and vm3; the offloads go last, for good.
traffic() { # [ARG...]
	all_traffic vm1 vm3 fd01::1 fd01::3 "$@"
	all_traffic vm1 vm3 "$IP1" "$IP3" "$@" --no-offload vm1:eth0 --no-offload vm3:eth0 \
		--no-offload host_a:ul --no-offload host_b:ul
}

with_alkaid() { # ENCAP UNDERLAY
	add_underlay
	add_host_a "$1" "$2"
	add_side host_b 10.0.0.2 fd00::2
	add_dual_vm vm3 host_b "$MAC3" 1 3
	alk_b -f - <<-END
		vpc add 7
		subnet add 71 ${SUBNET//[$'\n\t']/ } encap $1
		port add vm3 subnet 71 mac $MAC3 ip $IP3 ip fd01::3
		neigh add $IP1 subnet 71 mac $MAC1 host ${LOCAL[$2]}
		neigh add fd01::1 subnet 71 mac $MAC1 host ${LOCAL[$2]}
	END
	traffic --whole host_a ul
}

# The peer asks by broadcast and multicast: it reaches whom it asks for.
with_bridge() { # ARG...
	ip -n host_b link add vx type "$@"
	ip -n host_b link add br0 type bridge mcast_snooping 0
	add_dual_vm vm3 host_b "$MAC3" 1 3
	ip -n host_b -batch - <<-BATCH
		link set vx master br0
		link set vm3 master br0
		link set vx up
		link set br0 up
	BATCH
	traffic --whole host_a ul
}

with_vxlan() { # UNDERLAY
	modprobe -q -a vxlan bridge || :
	add_underlay
	add_host_a vxlan "$1"
	with_bridge vxlan id 7001 local "${REMOTE[$1]}" remote "${LOCAL[$1]}" dstport 4789
}

with_geneve() { # UNDERLAY
	modprobe -q -a geneve bridge || :
	add_underlay
	add_host_a geneve "$1"
	with_bridge geneve id 7001 remote "${LOCAL[$1]}"
}

test_vxlan_over_ip4() { with_alkaid vxlan ip4; }
test_vxlan_over_ip6() { with_alkaid vxlan ip6; }
test_geneve_over_ip4() { with_alkaid geneve ip4; }
test_geneve_over_ip6() { with_alkaid geneve ip6; }
test_stock_vxlan_over_ip4() { with_vxlan ip4; }
test_stock_vxlan_over_ip6() { with_vxlan ip6; }
test_stock_geneve_over_ip4() { with_geneve ip4; }
test_stock_geneve_over_ip6() { with_geneve ip6; }

# Into another subnet of the VPC, of another format, and back.
test_routed() {
	add_underlay
	add_host_a vxlan ip4
	add_side host_b 10.0.0.2 fd00::2
	add_dual_vm vm2 host_a "$MAC2" 2 2
	add_dual_vm vm3 host_b "$MAC3" 2 3
	alk_a -f - <<-END
		subnet add 72 ${SUBNET72//[$'\n\t']/ } encap geneve
		port add vm2 subnet 72 mac $MAC2 ip 192.168.2.2 ip fd02::2
		neigh del $IP3 subnet 71
		neigh del fd01::3 subnet 71
		neigh add 192.168.2.3 subnet 72 mac $MAC3 host 10.0.0.2
		neigh add fd02::3 subnet 72 mac $MAC3 host 10.0.0.2
	END
	alk_b -f - <<-END
		vpc add 7
		subnet add 71 ${SUBNET//[$'\n\t']/ } encap vxlan
		subnet add 72 ${SUBNET72//[$'\n\t']/ } encap geneve
		port add vm3 subnet 72 mac $MAC3 ip 192.168.2.3 ip fd02::3
		neigh add $IP1 subnet 71 mac $MAC1 host fd00::1
		neigh add fd01::1 subnet 71 mac $MAC1 host fd00::1
	END
	all_traffic vm1 vm2 "$IP1" 192.168.2.2
	all_traffic vm1 vm2 fd01::1 fd02::2
	all_traffic vm1 vm3 fd01::1 fd02::3 --whole host_a ul
	all_traffic vm1 vm3 "$IP1" 192.168.2.3 --whole host_a ul --no-offload vm1:eth0 \
		--no-offload vm3:eth0 --no-offload host_a:ul --no-offload host_b:ul
}

run_tests "$@"
