#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The other end of the tunnel is Open vSwitch, with VXLAN and with Geneve.
#
#   vm1 192.168.1.1 --- [vm1]                                            [br0: tun, vm3] --- vm3
#                             host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b      192.168.1.3
#
# br0 is a bridge of ovs-vswitchd, which learns; tun is its tunnel port.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

setup() {
	case ${ALKAID_VM_KERNEL:-} in
	uml*) skip "ovs-vswitchd takes this kernel to have no CPU, and starts no threads" ;;
	esac
	command -v ovs-vswitchd >/dev/null || skip "openvswitch-switch is not installed"
	# Built in where there are no modules.
	modprobe -q openvswitch || [ -d /sys/module/openvswitch ] || skip "no Open vSwitch in this kernel"
	add_hosts
	add_alkaid host_a
	add_vm vm1 host_a vm1 $MAC1 $IP1/24
	add_vm vm3 host_b vm3 $MAC3 $IP3/24
	alk_a -f - <<-END
		vpc add 7
		subnet add 71 $SUBNET71
		port add vm1 subnet 71 mac $MAC1 ip $IP1
		neigh add $IP3 subnet 71 mac $MAC3 host 10.0.0.2
	END
	start_ovs
}

is_socket() { # FILE
	[ -S "$1" ]
}

# Both daemons keep to the directory of the test, and end with their namespace.
start_ovs() {
	export OVS_RUNDIR=$workdir/ovs OVS_LOGDIR=$workdir/ovs
	rm -rf "$OVS_RUNDIR"
	mkdir "$OVS_RUNDIR"
	ovsdb-tool create "$OVS_RUNDIR/conf.db" /usr/share/openvswitch/vswitch.ovsschema
	in_ns host_b ovsdb-server --remote="punix:$OVS_RUNDIR/db.sock" "$OVS_RUNDIR/conf.db" \
		>"$OVS_RUNDIR/ovsdb.out" 2>&1 &
	wait_for is_socket "$OVS_RUNDIR/db.sock"
	vsctl --no-wait init
	in_ns host_b ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" >"$OVS_RUNDIR/vswitchd.out" 2>&1 &
}

vsctl() { # ARG...
	ovs-vsctl --db="unix:$OVS_RUNDIR/db.sock" --timeout=30 "$@"
}

# Returns when ovs-vswitchd has done it.
add_bridge() { # FORMAT
	vsctl add-br br0 -- add-port br0 vm3 -- add-port br0 tun -- \
		set interface tun "type=$1" options:remote_ip=10.0.0.1 options:key=7001 ||
		fail "$(cat "$OVS_RUNDIR"/*.out)"
	expect_eq "$(vsctl get interface tun error)" '[]' "what ovs-vswitchd says of the tunnel"
}

talks() { # FORMAT
	add_bridge "$1"
	alk_a -b - <<<"subnet replace 71 $SUBNET71 encap $1"
	# What comes before the threads of ovs-vswitchd are there is lost. The VM behind the bridge
	# asks by broadcast, and the bridge learns.
	wait_for in_ns vm3 ping -q -c 1 -W 1 "$IP1" >&2
	pings vm3 "$IP1"
	pings vm1 "$IP3"
	pings vm1 "$IP3" -s 1400
	pings vm3 "$IP1" -s 1400
	iperf vm1 vm3 "$IP3" -n 1M
	expect_carried 1048576
	iperf vm1 vm3 "$IP3" -n 1M -R
	expect_carried 1048576
}

test_vxlan() {
	talks vxlan
}

test_geneve() {
	talks geneve
}

run_tests "$@"
