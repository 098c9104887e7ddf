#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ARP is answered where it is asked, and goes no further.
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
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

test_answers_are_exact_and_stay_here() {
	capture_start host_b ul "$workdir/underlay" udp
	capture_start vm2 eth0 "$workdir/vm2"
	from_vm1 <<-END
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3 => vm1 eth src=$MAC3 dst=$MAC1 arp op=2 sha=$MAC3 spa=$IP3 tha=$MAC1 tpa=$IP1
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP2 => vm1 eth src=$MAC2 dst=$MAC1 arp op=2 sha=$MAC2 spa=$IP2 tha=$MAC1 tpa=$IP1
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.254 => vm1 eth src=$GWMAC dst=$MAC1 arp op=2 sha=$GWMAC spa=192.168.1.254 tha=$MAC1 tpa=$IP1
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=0.0.0.0 tpa=$IP3 => vm1 eth src=$MAC3 dst=$MAC1 arp op=2 sha=$MAC3 spa=$IP3 tha=$MAC1 tpa=0.0.0.0
		ANSWERED: eth src=$MAC1 dst=$MAC3 arp sha=$MAC1 spa=$IP1 tha=$MAC3 tpa=$IP3 => vm1 eth src=$MAC3 dst=$MAC1 arp op=2 sha=$MAC3 spa=$IP3 tha=$MAC1 tpa=$IP1
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3 data zeros=18 => vm1 eth src=$MAC3 dst=$MAC1 arp op=2 sha=$MAC3 spa=$IP3 tha=$MAC1 tpa=$IP1
	END
	capture_stop "$workdir/underlay"
	capture_stop "$workdir/vm2"
	expect_eq "$(capture_count "$workdir/underlay")" 0 "frames on the underlay"
	expect_eq "$(capture_count "$workdir/vm2")" 0 "frames that another VM saw"
}

test_kernel_of_a_vm_believes_the_answer() {
	pings vm1 "$IP3"
	pings vm1 "$IP2"
	ip -n vm1 neigh show "$IP3" | grep -qF "lladdr $MAC3"
	ip -n vm1 neigh show "$IP2" | grep -qF "lladdr $MAC2"
}

test_what_has_no_answer_is_dropped() {
	from_vm1 <<-END
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.77
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=8.8.8.8
		ARP_UNKNOWN: eth src=$MAC1 dst=$MAC3 arp sha=$MAC1 spa=$IP1 tpa=192.168.1.77
		ARP_ANNOUNCEMENT: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=0.0.0.0 tpa=$IP1
		ARP_OPERATION: eth src=$MAC1 dst=$BCAST arp op=2 sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_OPERATION: eth src=$MAC1 dst=$BCAST arp op=3 sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_OPERATION: eth src=$MAC1 dst=$BCAST arp op=0 sha=$MAC1 spa=$IP1 tpa=$IP3
	END
}

test_malformed_is_dropped() {
	from_vm1 <<-END
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3 cut=0..27
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp hrd=6 sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp pro=0x86dd sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp hln=8 sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp pln=16 sha=$MAC1 spa=$IP1 tpa=$IP3
		ARP_HEADER: eth src=$MAC1 dst=$BCAST arp hln=0 pln=0 sha=$MAC1 spa=$IP1 tpa=$IP3
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3 cut=28
	END
}

answer_is() { # MAC
	from_vm1 <<-END
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3 => vm1 eth src=$1 dst=$MAC1 arp op=2 sha=$1 spa=$IP3 tha=$MAC1 tpa=$IP1
	END
}

test_answer_follows_the_table_at_once() {
	answer_is "$MAC3"
	alk_a neigh replace "$IP3" subnet 71 mac "$STRANGER" host 10.0.0.2
	answer_is "$STRANGER"
	alk_a neigh del "$IP3" subnet 71
	from_vm1 <<-END
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=$IP3
	END
	alk_a neigh add "$IP3" subnet 71 mac "$MAC3" host 10.0.0.2
	answer_is "$MAC3"
}

test_gateway_answer_follows_the_subnet() {
	alk_a subnet replace 71 "${SUBNET71_WORDS[@]}" gateway-ip 192.168.1.253 gateway-mac "$STRANGER"
	from_vm1 <<-END
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.253 => vm1 eth src=$STRANGER dst=$MAC1 arp op=2 sha=$STRANGER spa=192.168.1.253 tha=$MAC1 tpa=$IP1
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.1.254
	END
}
SUBNET71_WORDS=(vpc 7 vni 7001 prefix 192.168.1.0/24)

# What is answered is what is on the segment, not what is in the VPC.
test_address_of_another_segment_is_unknown() {
	alk_a -f - <<-END
		subnet add 72 vpc 7 vni 7002 prefix 192.168.2.0/24
		subnet add 73 vpc 7 vni 7001 prefix 192.168.3.0/24
		neigh add 192.168.2.5 subnet 72 mac $STRANGER host 10.0.0.2
		neigh add 192.168.3.5 subnet 73 mac $STRANGER host 10.0.0.2
	END
	from_vm1 <<-END
		ARP_UNKNOWN: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.2.5
		ANSWERED: eth src=$MAC1 dst=$BCAST arp sha=$MAC1 spa=$IP1 tpa=192.168.3.5
	END
}

run_tests "$@"
