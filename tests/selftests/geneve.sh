#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Geneve headers, as they are sent and as they are taken in (RFC 8926).
#
#   vm1 192.168.1.1 --- [vm1]
#   vm2 192.168.1.2 --- [vm2] host_a [ul 10.0.0.1] --- [ul 10.0.0.2] host_b [vm3] --- vm3 192.168.1.3
#
# Datagrams are made by hand on host_b. Stock geneve.ko as the other end is in traffic.sh.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/selftests/cloud.sh
. "$(dirname "$0")/cloud.sh"

IN4="eth src=$MAC3 dst=$MAC1 ip src=$IP3 dst=$IP1"

setup() {
	add_cloud
}

from_tunnel() {
	frames cases host_a host_b geneve:10.0.0.1
}

use_geneve() { # HOST...
	local host
	for host; do
		# shellcheck disable=SC2086 # words
		alk -n "$host" subnet replace 71 $SUBNET71 encap geneve
	done
}

test_header() {
	from_tunnel <<-END
		TUNNEL_TRUNCATED: geneve cut=0..7
		ETH_TRUNCATED: geneve
		ETH_TRUNCATED: geneve data zeros=13
		GENEVE_HEADER: geneve version=1 $IN4 udp
		GENEVE_HEADER: geneve version=3 $IN4 udp
		GENEVE_HEADER: geneve type=0x0800 $IN4 udp
		GENEVE_HEADER: geneve type=0 $IN4 udp
		GENEVE_HEADER: geneve flags=0x80 $IN4 udp
		UNKNOWN_VNI: geneve vni=0 $IN4 udp
		UNKNOWN_VNI: geneve vni=0xffffff $IN4 udp
		FORWARDED: geneve $IN4 udp data text=a => vm1 $IN4 udp data text=a
		FORWARDED: geneve flags=0x7f reserved=0xff $IN4 udp data text=b => vm1 $IN4 udp data text=b
	END
}

# A whole header of options, an option without data, several: class 0x0102, type 0x03.
test_unknown_options_are_skipped() {
	local most
	most=$(printf '0102031e%0240d' 0)$(printf '0102031e%0240d' 0)01020300
	from_tunnel <<-END
		FORWARDED: geneve options=01020300 $IN4 udp data text=a => vm1 $IN4 udp data text=a
		FORWARDED: geneve options=01020301deadbeef $IN4 udp data text=b => vm1 $IN4 udp data text=b
		FORWARDED: geneve options=010203e1deadbeef01027f00 $IN4 udp data text=c => vm1 $IN4 udp data text=c
		FORWARDED: geneve options=$most $IN4 udp data text=d => vm1 $IN4 udp data text=d
	END
}

test_bad_options() {
	from_tunnel <<-END
		GENEVE_OPTION: geneve flags=0x40 options=01028300 $IN4 udp
		GENEVE_OPTION: geneve options=01028300 $IN4 udp
		GENEVE_OPTION: geneve flags=0x40 options=010203000102ff01deadbeef $IN4 udp
		GENEVE_OPTION: geneve options=01020301 $IN4 udp
		GENEVE_OPTION: geneve options=0102031fdeadbeef $IN4 udp
		GENEVE_OPTION: geneve options=01020300010203020badf00d $IN4 udp
		TUNNEL_TRUNCATED: geneve words=63 $IN4 udp
		TUNNEL_TRUNCATED: geneve words=2 data hex=0102030001020300 cut=0..7
	END
}

# What is sent, byte by byte: no options, no flags, the port of Geneve, DF.
test_header_that_is_sent() {
	local sent='udp[4:2] == 8 + 8 + 14 + 20 + 8 + 56 and udp[8:4] == 0x00006558
		and udp[12:4] == 7001 << 8 and ip[6] == 0x40'
	use_geneve host_a
	# Otherwise the checksum would be the receiver's to fill in, on a veth.
	in_ns host_a ethtool -K ul tx off >&2
	capture_start host_a ul "$workdir/sent" 'udp dst port 6081 and src host 10.0.0.1'
	pings vm1 "$IP3"
	capture_stop "$workdir/sent"
	expect_eq "$(capture_count "$workdir/sent" "$sent")" 3 "Geneve packets as they should be"
	expect_eq "$(capture_count "$workdir/sent")" 3 "Geneve packets"
	expect_eq "$(tshark -r "$workdir/sent" -o udp.check_checksum:TRUE -T fields \
		-e udp.checksum.status 2>/dev/null | tr -d '\n')" 111 "right checksums"
}

# A subnet may change its format while its hosts have different ones.
test_either_format_is_taken_in() {
	pings vm1 "$IP3"
	use_geneve host_a
	pings vm1 "$IP3"
	pings vm3 "$IP1"
	use_geneve host_b
	pings vm1 "$IP3"
}

test_other_port() {
	ip -n host_a link del alk0
	alk_a link add alk0 local 10.0.0.1 geneve-port 7000
	expect_eq "$(alk_a -j link show | jq '.[0].geneve_port')" 7000
	in_ns host_a ss -Huln 'sport = :7000' | grep -q 7000
	expect_fail 'geneve-port must' alk_a link add alk1 local 10.0.0.1 dstport 6081
	expect_fail 'geneve-port must' alk_a link add alk1 local 10.0.0.1 geneve-port 4789
}

# RFC 6040, section 4.2.
test_congestion_mark() {
	frames cases host_a host_b geneve:10.0.0.1,3 <<-END
		FORWARDED: geneve $IN4 tos=2 udp data text=e => vm1 $IN4 tos=3 udp data text=e
		TUNNEL_ECN: geneve $IN4 tos=0 udp data text=f
	END
}

run_tests "$@"
