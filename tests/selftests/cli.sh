#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# alk against a kernel: every command on every object, its output, its exit status.
#
#   host_a
#   +-------------------------------+
#   | alk0  vm1, vm2 -- (veth)      |
#   | ul 10.0.0.1/24 -- (ul)        |
#   +-------------------------------+
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

SUBNET='vpc 7 vni 7001 encap vxlan prefix 192.168.1.0/24 gateway-ip 192.168.1.1 gateway-mac fe:16:11:00:00:01 flood off'
PORT='subnet 71 mac 52:54:00:00:00:01 ip 192.168.1.10 antispoof on'
NEIGH='subnet 71 mac 52:54:00:00:00:02 host 10.0.0.2'
ROUTE='vpc 7 via 192.168.1.10'

setup() {
	local vm
	add_hosts
	add_alkaid host_a
	for vm in vm1 vm2; do
		ip -n host_a link add $vm type veth peer name $vm-peer
		ip -n host_a link set $vm-peer up
		ip -n host_a link set $vm up
	done
}

fill() {
	alk_a -f - <<-END
		vpc add 7 name blue
		subnet add 71 $SUBNET
		port add vm1 $PORT
		neigh add 192.168.1.20 $NEIGH
		route add 10.9.0.0/16 $ROUTE
	END
}

# The command is not understood, and says TEXT.
expect_usage() { # TEXT COMMAND...
	local text=$1 status=0
	shift
	"$@" 2>"$workdir/stderr" || status=$?
	expect_eq "$status" 1 "exit status of $*"
	grep -qF -- "$text" "$workdir/stderr" || fail "no '$text': $(cat "$workdir/stderr")"
}

json() { # FILTER ARG...
	local filter=$1
	shift
	alk_a -j "$@" | jq -c "$filter"
}

# The first word of each line, in order.
keys() { # ARG...
	alk_a "$@" | cut -d' ' -f1 | sort | xargs
}

lines() { # ARG...
	alk_a "$@" | wc -l
}

test_text_is_what_add_takes() {
	fill
	expect_eq "$(alk_a vpc show)" "7 name blue miss drop"
	expect_eq "$(alk_a subnet show)" "71 $SUBNET"
	expect_eq "$(alk_a port show)" "vm1 $PORT state up"
	expect_eq "$(alk_a neigh show)" "192.168.1.20 $NEIGH"
	expect_eq "$(alk_a route show)" "10.9.0.0/16 $ROUTE"

	alk_a -b - <<-END
		route add fd00:9::1/128 vpc 7 subnet 71 blackhole
		subnet change 71 ${SUBNET/flood off/flood on}
	END
	{
		alk_a vpc show | sed 's/^/vpc add /'
		alk_a subnet show | sed 's/^/subnet add /'
		alk_a port show | sed 's/^/port add /'
		alk_a neigh show | sed 's/^/neigh add /'
		alk_a route show | sed 's/^/route add /'
	} >"$workdir/tables"
	alk_a route flush
	alk_a neigh flush
	alk_a port flush
	alk_a subnet flush
	alk_a vpc flush
	alk_a -b "$workdir/tables"
	expect_eq "$(alk_a port show)" "vm1 $PORT state up"
	expect_eq "$(alk_a neigh show)" "192.168.1.20 $NEIGH"
	expect_eq "$(alk_a subnet show)" "71 ${SUBNET/flood off/flood on}"
	expect_eq "$(alk_a route show | sort)" "10.9.0.0/16 $ROUTE
fd00:9::1/128 vpc 7 subnet 71 blackhole"
}

test_json_has_the_promised_keys() {
	fill
	expect_eq "$(alk_a -j vpc show)" \
		'[{"id":7,"name":"blue","miss":"drop","gateway_group":null}]'
	expect_eq "$(alk_a -j subnet show)" \
		'[{"id":71,"vpc":7,"vni":7001,"encap":"vxlan","prefixes":["192.168.1.0/24"],"gateway_ips":["192.168.1.1"],"gateway_mac":"fe:16:11:00:00:01","flood":false}]'
	expect_eq "$(alk_a -j port show)" \
		'[{"ifname":"vm1","subnet":71,"vpc":7,"vni":7001,"mac":"52:54:00:00:00:01","ips":["192.168.1.10"],"allow":[],"antispoof":true,"state":"up"}]'
	expect_eq "$(alk_a -j neigh show)" \
		'[{"ip":"192.168.1.20","subnet":71,"mac":"52:54:00:00:00:02","host":"10.0.0.2","vpc":7,"vni":7001}]'
	expect_eq "$(alk_a -j route show)" \
		'[{"prefix":"10.9.0.0/16","vpc":7,"subnet":null,"via":"192.168.1.10"}]'
	alk_a route replace 10.9.0.0/16 vpc 7 blackhole
	expect_eq "$(alk_a -j route show)" \
		'[{"prefix":"10.9.0.0/16","vpc":7,"subnet":null,"via":null,"blackhole":true}]'
	expect_eq "$(json 'map(keys_unsorted)' link show)" \
		'[["ifname","ifindex","local","local6","dstport","geneve_port","dvr_mac","fragment","role","relay_time","underlay","mtu","state"]]'
	expect_eq "$(json '.[0]|[.ifname,.local,.dstport,.state]' link show alk0)" \
		'["alk0","10.0.0.1",4789,"up"]'
	expect_eq "$(json 'map(keys_unsorted)' stats show)" \
		'[["rx_packets","tx_packets","consumed_packets","generated_packets","dropped_packets"]]'
	expect_eq "$(json 'map([.[]|type]|unique)' drops show)" '[["number"]]'
	expect_eq "$(json '.[0].stats|keys_unsorted' -s vpc show)" \
		'["rx_packets","rx_bytes","tx_packets","tx_bytes","drops"]'
	expect_eq "$(json '.[0].stats|keys_unsorted' -s port show vm1)" \
		'["rx_packets","rx_bytes","tx_packets","tx_bytes","drops"]'
	expect_eq "$(alk_a -s vpc show | tail -n 1)" \
		"    rx_packets 0 rx_bytes 0 tx_packets 0 tx_bytes 0 drops 0"
	expect_eq "$(json . -p subnet show)" "$(alk_a -j subnet show)"
}

test_what_is_not_there() {
	local object
	for object in vpc subnet port neigh route; do
		expect_eq "$(alk_a -j "$object" show)" '[]' "$object"
		expect_eq "$(alk_a "$object" show)" '' "$object"
	done

	expect_fail "vpc 9: " alk_a vpc show 9
	expect_fail "subnet 9: " alk_a subnet show 9
	expect_fail "port vm1: " alk_a port show vm1
	expect_fail "port none: " alk_a port show none
	expect_fail "neigh 10.0.0.1 subnet 9: " alk_a neigh show 10.0.0.1 subnet 9
	expect_fail "route 10.9.0.0/16 vpc 7: " alk_a route show 10.9.0.0/16 vpc 7
	expect_fail "link none: " alk_a link show none
	expect_fail 'cannot find device "none"' alk_a vpc show dev none
}

test_enslaved_netdev_is_an_unbound_port() {
	ip -n host_a link set vm2 master alk0
	expect_eq "$(alk_a -j port show vm2)" \
		'[{"ifname":"vm2","subnet":null,"vpc":null,"vni":null,"mac":null,"ips":[],"allow":[],"antispoof":true,"state":"unbound"}]'
	expect_eq "$(alk_a port show vm2)" "vm2 antispoof on state unbound"
}

test_show_by_key_and_by_filter() {
	fill
	alk_a -b - <<-END
		vpc add 8
		subnet add 81 vpc 8 vni 8001 prefix 192.168.1.0/24 gateway-ip 192.168.1.1 gateway-mac fe:16:11:00:00:02
		port add vm2 subnet 81 mac 52:54:00:00:00:01 ip 192.168.1.10
		neigh add 192.168.1.20 subnet 81 mac 52:54:00:00:00:02 host 10.0.0.3
		neigh add 192.168.1.21 subnet 81 mac 52:54:00:00:00:03 host 10.0.0.2
	END
	expect_eq "$(keys vpc show 7)" "7"
	expect_eq "$(keys vpc show name blue)" "7"
	expect_eq "$(keys subnet show vpc 8)" "81"
	expect_eq "$(keys port show vm2)" "vm2"
	expect_eq "$(keys port show subnet 71)" "vm1"
	expect_eq "$(keys port show vpc 8)" "vm2"
	expect_eq "$(alk_a neigh show 192.168.1.20 subnet 81)" \
		"192.168.1.20 subnet 81 mac 52:54:00:00:00:02 host 10.0.0.3"
	expect_eq "$(lines neigh show 192.168.1.20)" 2
	expect_eq "$(lines neigh show vpc 8)" 2
	expect_eq "$(lines neigh show host 10.0.0.2)" 2
	expect_eq "$(lines neigh show host 10.0.0.2 subnet 71)" 1
	expect_eq "$(keys neigh show mac 52:54:00:00:00:03)" "192.168.1.21"
	expect_eq "$(lines neigh show host 10.0.0.9)" 0
}

test_routes_by_key_and_by_filter() {
	fill
	alk_a -b - <<-END
		vpc add 8
		route add 10.9.0.0/16 vpc 8 blackhole
		route add 10.9.0.0/16 vpc 7 subnet 71 blackhole
		route add default vpc 7 via 192.168.1.11
		route add ::/0 vpc 8 blackhole
	END
	expect_eq "$(alk_a route show 10.9.0.0/16 vpc 7)" "10.9.0.0/16 $ROUTE"
	expect_eq "$(alk_a route show 10.9.0.0/16 vpc 7 subnet 71)" \
		"10.9.0.0/16 vpc 7 subnet 71 blackhole"
	expect_eq "$(lines route show 10.9.0.0/16)" 3
	expect_eq "$(lines route show vpc 7)" 3
	expect_eq "$(lines route show blackhole)" 3
	expect_eq "$(alk_a route show via 192.168.1.11)" "0.0.0.0/0 vpc 7 via 192.168.1.11"
	expect_eq "$(keys route show default)" "0.0.0.0/0 ::/0"
	expect_eq "$(lines route show 10.8.0.0/16)" 0
	# What comes with a subnet is not set, and not shown.
	expect_eq "$(lines route show 192.168.1.0/24)" 0

	alk_a route change default vpc 7 via 192.168.1.12
	expect_eq "$(alk_a route show default vpc 7)" "0.0.0.0/0 vpc 7 via 192.168.1.12"
	alk_a route del default vpc 7
	expect_fail "route 0.0.0.0/0 vpc 7: no such route" alk_a route del default vpc 7
	alk_a route flush vpc 7 blackhole
	expect_eq "$(lines route show vpc 7)" 1
	alk_a route flush
	expect_eq "$(lines route show)" 0
}

test_add_replace_change_del() {
	expect_fail "vpc 7: " alk_a vpc change 7
	expect_fail "vpc 7: " alk_a vpc del 7
	alk_a vpc add 7 name blue
	expect_fail "vpc 7: " alk_a vpc add 7 name green
	expect_eq "$(alk_a vpc show 7)" "7 name blue miss drop"
	alk_a vpc replace 7 name green
	expect_eq "$(alk_a vpc show 7)" "7 name green miss drop"
	alk_a vpc change 7
	expect_eq "$(alk_a vpc show 7)" "7 miss drop"
	alk_a vpc replace 8
	alk_a vpc del 8
	expect_eq "$(keys vpc show)" "7"
}

test_what_the_kernel_refuses() {
	fill
	expect_fail "vpc 7: vpc 7 is used by" alk_a vpc del 7
	expect_fail "subnet 71: subnet 71 is used by" alk_a subnet del 71
	expect_fail "subnet 71: subnet 71 is used by" alk_a subnet flush
	expect_eq "$(lines subnet show)" 1

	# Options of the grammar that mean something to a later kernel.
	expect_fail "vpc 8: " alk_a vpc add 8 miss punt
	expect_fail "vpc 8: " alk_a vpc add 8 gateway-group 1
}

test_flush_takes_filters() {
	fill
	alk_a neigh add 192.168.1.21 subnet 71 mac 52:54:00:00:00:03 host 10.0.0.3
	alk_a neigh flush host 10.0.0.2
	expect_eq "$(keys neigh show)" "192.168.1.21"
	alk_a neigh flush
	alk_a route flush
	alk_a port flush vm1
	expect_eq "$(lines neigh show)" 0
	expect_eq "$(lines port show)" 0
	alk_a port flush
}

test_batch_stops_at_the_first_failure() {
	local status=0
	printf 'vpc add 1\n# more\nvpc add 1\nvpc add 2\n' >"$workdir/batch"
	alk_a -b "$workdir/batch" 2>"$workdir/stderr" || status=$?
	expect_eq "$status" 2
	grep -qxF "Command failed $workdir/batch:3" "$workdir/stderr"
	expect_eq "$(keys vpc show)" "1"

	status=0
	alk_a -force -b - <"$workdir/batch" 2>"$workdir/stderr" || status=$?
	expect_eq "$status" 2
	grep -qxF "Command failed -:1" "$workdir/stderr"
	expect_eq "$(keys vpc show)" "1 2"
}

test_file_is_one_transaction() {
	local status=0
	alk_a vpc add 3
	printf 'vpc add 1\nvpc add 2\nvpc add 3\nsubnet add 9 %s\nvpc del 3\n' "$SUBNET" >"$workdir/file"
	alk_a -f "$workdir/file" 2>"$workdir/stderr" || status=$?
	expect_eq "$status" 2
	grep -qF "$workdir/file:3: vpc 3: " "$workdir/stderr"
	grep -qF "$workdir/file:4: subnet 9: " "$workdir/stderr"
	expect_eq "$(wc -l <"$workdir/stderr")" 2 "lines of: $(cat "$workdir/stderr")"
	expect_eq "$(keys vpc show)" "3"

	# All that uses a VPC may go with it, and what replaces it come.
	fill
	alk_a -f - <<-END
		vpc del 3
		neigh del 192.168.1.20 subnet 71
		route del 10.9.0.0/16 vpc 7
		port del vm1
		subnet del 71
		vpc del 7
		vpc add 8
	END
	expect_eq "$(keys vpc show)" "8"
	expect_eq "$(lines port show)" 0
}

test_check_changes_nothing() {
	printf 'vpc add 1\nsubnet add 9 vpc 1 vni 9 prefix 10.0.0.0/8 gateway-ip 10.0.0.1 gateway-mac 2:0:0:0:0:1\n' \
		>"$workdir/file"
	alk_a -f "$workdir/file" -c
	expect_eq "$(lines vpc show)" 0
	echo 'vpc del 1' >>"$workdir/file"
	expect_fail "$workdir/file:3: vpc 1: " alk_a -c -f "$workdir/file"
	expect_eq "$(lines vpc show)" 0
}

test_links() {
	expect_fail "not an alkaid device" alk_a link del vm1
	expect_fail "no such device" alk_a link del none
	in_ns host_a ip link show vm1 >/dev/null
	expect_usage 'bad role "master"' alk_a link add alk1 local 10.0.0.1 role master

	alk_a link add alk1 local 10.0.0.1 dstport 4790 geneve-port 6082
	expect_fail "several alkaid devices" alk_a vpc add 1
	alk_a vpc add 1 dev alk0
	alk_a vpc add 2 dev alk1
	expect_eq "$(keys vpc show dev alk0)" "1"
	expect_eq "$(keys vpc show dev alk1)" "2"
	expect_eq "$(alk_a link show)" "\
alk0 local 10.0.0.1 dstport 4789 geneve-port 6081 dvr-mac fe:16:11:00:00:00 fragment off role host relay-time 10 underlay fast mtu 1550 state up
alk1 local 10.0.0.1 dstport 4790 geneve-port 6082 dvr-mac fe:16:11:00:00:00 fragment off role host relay-time 10 underlay fast mtu 1550 state up"
	alk_a -b - <<-END
		vpc del 1 dev alk0
		vpc del 2 dev alk1
	END
	expect_eq "$(keys link show local 10.0.0.1 dstport 4790)" "alk1"
	alk_a link set alk1 underlay stack
	expect_eq "$(keys link show underlay stack)" "alk1"
	alk_a link set alk1 underlay fast
	expect_eq "$(keys link show underlay stack)" ""
	expect_usage 'bad underlay "slow"' alk_a link set alk1 underlay slow
	alk_a link del alk1
	alk_a link add alk1 local 10.0.0.1 dstport 4790 geneve-port 6082 underlay stack
	expect_eq "$(keys link show underlay stack)" "alk1"
	alk_a link del alk1
}

test_usage_errors_and_help() {
	expect_usage "object is missing" alk
	expect_usage "unknown" alk nonsense
	expect_usage "ambiguous" alk s show
	expect_usage "unknown" alk -x
	expect_usage '"id" is required' alk_a vpc add
	expect_usage 'bad vni "16777216"' alk_a subnet add 71 vpc 7 vni 16777216
	expect_usage 'bad gateway-group "0"' alk_a route add default vpc 7 gateway-group 0
	expect_usage 'bad prefix "10.0.0.0"' alk_a route add 10.0.0.0 vpc 7
	expect_usage "alk vpc help" alk_a vpc frobnicate

	expect_usage "only changes" alk_a -f - <<<"vpc show"
	expect_usage "only changes" alk_a -f - <<<"link del alk0"
	expect_usage "a quote is not closed" alk_a -f - <<<"vpc add 7 name 'blue"

	local object
	alk help | grep -q '^Usage: alk'
	for object in link vpc subnet port neigh route gateway stats drops; do
		alk "$object" help | grep -q "^Usage: alk $object"
		alk "$object" show help | grep -q "^Usage: alk $object"
	done
}

test_words_may_be_abbreviated() {
	alk_a vp a 7
	expect_eq "$(alk_a vp s)" "7 miss drop"
	expect_eq "$(alk_a vpc)" "7 miss drop"
	alk_a vpc delete 7
	alk_a neighbour show
}

addresses() { # WORD PREFIX
	local i
	for i in $(seq 101 164); do
		printf '%s %s.%s ' "$1" "$2" "$i"
	done
}

test_port_with_all_its_addresses() {
	local ips allow
	fill
	ips=$(addresses ip 192.168.1) allow=$(addresses allow 10.9.9)
	# shellcheck disable=SC2086 # words
	alk_a port replace vm1 subnet 71 mac 52:54:00:00:00:01 $ips $allow
	expect_eq "$(alk_a port show vm1 | tr ' ' '\n' | sort | uniq -c | awk '$2 ~ /^(ip|allow)$/ { print $2, $1 }' | xargs)" \
		"allow 64 ip 64"
}

neighbors() { # COUNT
	seq 0 $(($1 - 1)) | awk '{
		a = int($1 / 65536); b = int($1 / 256) % 256; c = $1 % 256
		printf "neigh add 10.%d.%d.%d subnet 72 mac 52:54:01:%x:%x:%x host 10.0.0.%d\n",
			a, b, c, a, b, c, 2 + $1 % 200
	}'
}

add_subnet_72() {
	alk_a vpc add 7
	alk_a subnet add 72 vpc 7 vni 7002 prefix 10.0.0.0/8 gateway-ip 10.255.255.254 \
		gateway-mac fe:16:11:00:00:03
}

test_many_neighbors_at_once() {
	local n=4000
	add_subnet_72
	neighbors "$n" >"$workdir/neighbors"
	alk_a -f "$workdir/neighbors"
	expect_eq "$(lines neigh show)" "$n"
	expect_eq "$(json 'map(.ip)|unique|length' neigh show)" "$n"
	expect_eq "$(lines neigh show host 10.0.0.2)" $((n / 200))
	# All exist: each line is refused, and none of them twice.
	alk_a -f "$workdir/neighbors" 2>"$workdir/stderr" && fail "made twice"
	expect_eq "$(wc -l <"$workdir/stderr")" "$n"
	alk_a neigh flush
	expect_eq "$(lines neigh show)" 0
}

# Two sets of neighbors replace each other.
swap_sets() { # TIMES
	local i
	for i in $(seq "$1"); do
		alk_a -f "$workdir/to_b" && alk_a -f "$workdir/to_a" || return
	done
}

# Of each show, which a line of VPC 7 ends: how many neighbors, and of which hosts.
summarize() {
	awk '$1 == 7 { print n + 0, hosts; n = 0; hosts = ""; next }
	     { n++; if (!index(hosts, $7)) hosts = hosts $7 }'
}

test_show_never_sees_half_a_transaction() {
	local n=1000 swapper bad
	add_subnet_72
	neighbors "$n" | sed 's/host .*/host 10.0.0.2/' >"$workdir/a"
	neighbors "$((2 * n))" | sed -e "1,${n}d" -e 's/host .*/host 10.0.0.3/' >"$workdir/b"
	{ sed 's/add \(.*\) mac.*/del \1/' "$workdir/a" && cat "$workdir/b"; } >"$workdir/to_b"
	{ sed 's/add \(.*\) mac.*/del \1/' "$workdir/b" && cat "$workdir/a"; } >"$workdir/to_a"
	yes $'neigh show\nvpc show 7' | head -n 8 >"$workdir/shows"
	alk_a -f "$workdir/a"
	swap_sets 6 &
	swapper=$!
	while kill -0 "$swapper" 2>/dev/null; do
		alk_a -b "$workdir/shows" | summarize >>"$workdir/summary"
	done
	wait "$swapper"
	bad=$(grep -vxE "$n 10\.0\.0\.[23]" "$workdir/summary") || :
	expect_eq "$bad" '' "shows that are not one of the sets"
	[ "$(wc -l <"$workdir/summary")" -gt 2 ] || fail "few shows: $(cat "$workdir/summary")"
}

test_transactions_wait_for_each_other() {
	local n=2000 quarter pids=()
	add_subnet_72
	neighbors "$n" | split -n r/4 - "$workdir/quarter."
	for quarter in "$workdir"/quarter.*; do
		alk_a -f "$quarter" &
		pids+=($!)
	done
	alk_a vpc add 8
	wait "${pids[0]}"
	wait "${pids[1]}"
	wait "${pids[2]}"
	wait "${pids[3]}"
	expect_eq "$(lines neigh show)" "$n"
}

run_tests "$@"
